/* SPDX-License-Identifier: MIT */
/*
 * A VM and a server on one cable, and each datagram that one of them sends.
 */
#ifndef UNIT_CABLED_MACHINE_H
#define UNIT_CABLED_MACHINE_H

#include "actors/datagram_frame.h"
#include "actors/network_host.h"
#include "actors/virtual_machine.h"

/* What is told of each datagram that is sent. */
typedef void (*cabled_machine_heard)(void *context, const struct edge_frame *frame,
	const struct datagram_frame *datagram, struct dimp_time now);

struct cabled_machine {
	struct engine *engine;
	struct network_host *host; /* 02-00-00-00-00-09 */
	struct virtual_machine *machine;
	unsigned node;
	cabled_machine_heard heard;
	void *context;
};

/* 52-54-00-00-00-01 */
extern const struct dimp_mac cabled_machine_mac;

/* Both are there at time 0; |cable| has to stay where it is, until cabled_machine_end(). */
void cabled_machine_begin(struct cabled_machine *cable, cabled_machine_heard heard, void *context);
void cabled_machine_end(struct cabled_machine *cable);
/* The VM runs from now on: what it sends reaches the server. */
void cabled_machine_start(struct cabled_machine *cable);
void cabled_machine_run_to(struct cabled_machine *cable, uint64_t seconds);

#endif
