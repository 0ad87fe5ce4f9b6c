/* SPDX-License-Identifier: MIT */
/* What the machines of the speaker under test did: the last transitions, and where each machine is.
 */
#ifndef SCRIPT_DRILL_TRACE_H
#define SCRIPT_DRILL_TRACE_H

#include "dimp.h"
#include "script/row_coverage.h"

enum { TRACE_SHOWN = 10, TRACE_MACHINES = 3 };

struct trace_transition {
	struct dimp_time at;
	const char *machine, *from, *because, *to, *clause; /* static strings */
};

struct drill_trace {
	struct trace_transition ring[TRACE_SHOWN];
	size_t count; /* ever */
	struct {
		const char *machine, *state;
		size_t moves;
	} machines[TRACE_MACHINES];
	struct row_coverage *coverage; /* may be NULL; borrowed */
};

/* Notes an event of kind TRANSITION. */
void drill_trace_add(struct drill_trace *trace, const struct dimp_event *event,
	struct dimp_time at);

/* State of the machine of this name that moved last; the state in which it begins when none did. */
const char *drill_trace_state(const struct drill_trace *trace, const char *machine);

/* How many transitions the machines of this name took so far. */
size_t drill_trace_moves(const struct drill_trace *trace, const char *machine);

/* The last transitions, one on a line, instants told from |start|. */
void drill_trace_print(const struct drill_trace *trace, struct dimp_time start, FILE *stream);

#endif
