/* SPDX-License-Identifier: MIT */
/* The upper tester protocol (docs/CONFORM.md) towards an implementation behind a program. */
#ifndef CONFORMANCE_UPPER_TESTER_H
#define CONFORMANCE_UPPER_TESTER_H

#include <jansson.h>

#include "target.h"

/* Starts |command| and makes it the target; false, with the reason in |complaints|, when it does
 * not speak the protocol.  An answer that takes longer than |timeout_ms| is a hang. */
bool upper_tester_open(struct conform_target *target, const char *command, uint64_t timeout_ms,
	FILE *complaints);

/* The same of a program that is reached at TCP |address|, and has a wire of its own. */
bool upper_tester_connect(struct conform_target *target, const char *address, uint64_t timeout_ms,
	FILE *complaints);

/* Of such a program, behind |user| of the subject: the list of what its peers' addresses are, given
 * away, and what the link carries, before it begins; and its own address, once it has begun. */
void upper_tester_set_link(void *user, json_t *addresses, size_t pdu_size_max);
const char *upper_tester_address(void *user);

/* How many PDUs it has taken from its peers and sent to them since it began, by its last answer;
 * false when it does not say so. */
bool upper_tester_counts(void *user, uint64_t *taken, uint64_t *sent);

/* In how many microseconds it has something to do, when it was asked last; UINT64_MAX when it did
 * not say. */
uint64_t upper_tester_due(void *user);

/* Asks it for what it has told meanwhile; whether there is something. */
bool upper_tester_poll(void *user);

#endif
