/* SPDX-License-Identifier: MIT */
/* The upper tester protocol for an implementation that is a table of functions (iut.h). */
#ifndef CONFORMANCE_IUT_HOST_H
#define CONFORMANCE_IUT_HOST_H

#include <jansson.h>
#include <stdio.h>

#include "iut.h"

/* How an implementation reaches its peers by itself, in real time. */
struct iut_wire {
	void *user;
	/* Reads the peers' addresses of a "begin", and says its own in the answer. */
	void (*begin)(void *user, const json_t *question, json_t *answer);
	void (*send)(void *user, const struct iut_octets *pdu);
	uint64_t (*clock)(void *user); /* microseconds since "begin" */
};

struct iut_host {
	const struct iut_operations *operations;
	const struct iut_wire *wire; /* borrowed; NULL: PDUs and time come with the questions */
	struct iut *iut; /* NULL: none was begun */
	uint64_t now_us;
	json_t *told; /* with a wire: what was told and not asked for yet */
};

/* Answers questions from |in| on |out| until |in| ends; the program's exit code. */
int iut_host_run(const struct iut_operations *operations, FILE *in, FILE *out);

/* Answers one question; the answer is the caller's to release. */
json_t *iut_host_answer(struct iut_host *host, const json_t *question);

/* With a wire: a PDU that arrived, and time that went on. */
void iut_host_receive(struct iut_host *host, const struct iut_octets *pdu);
void iut_host_go_on(struct iut_host *host);
/* With a wire: something that it tells of its own, to go with the next answer. */
void iut_host_tell(struct iut_host *host, const struct iut_event *event);
/* With a wire: adds to an answer how many PDUs were taken from peers and sent to them since
 * "begin", and in how long there is something to do. */
void iut_host_say_counts(const struct iut_host *host, uint64_t taken, uint64_t sent,
	json_t *answer);

#endif
