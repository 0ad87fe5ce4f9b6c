/* SPDX-License-Identifier: MIT */
/* A ring of the newest, and for each kind of machine its newest and how many there were. */
#include "script/drill_trace.h"

#include <inttypes.h>
#include <string.h>

static void note_machine(struct drill_trace *trace, const struct dimp_event *event)
{
	for (size_t index = 0; index < TRACE_MACHINES; index++) {
		if (trace->machines[index].machine != NULL &&
			strcmp(trace->machines[index].machine, event->machine) != 0)
			continue;
		trace->machines[index].machine = event->machine;
		trace->machines[index].state = event->to;
		trace->machines[index].moves++;
		return;
	}
}

void drill_trace_add(struct drill_trace *trace, const struct dimp_event *event, struct dimp_time at)
{
	trace->ring[trace->count % TRACE_SHOWN] = (struct trace_transition){
		.at = at,
		.machine = event->machine,
		.from = event->from,
		.because = event->because,
		.to = event->to,
		.clause = event->clause,
	};
	trace->count++;
	note_machine(trace, event);
	row_coverage_take(trace->coverage, event->machine, event->from, event->because);
}

const char *drill_trace_state(const struct drill_trace *trace, const char *machine)
{
	for (size_t index = 0; index < TRACE_MACHINES; index++) {
		if (trace->machines[index].machine != NULL &&
			strcmp(trace->machines[index].machine, machine) == 0)
			return trace->machines[index].state;
	}
	return strcmp(machine, "source") == 0 ? "OWNER" : "IDLE";
}

size_t drill_trace_moves(const struct drill_trace *trace, const char *machine)
{
	for (size_t index = 0; index < TRACE_MACHINES; index++) {
		if (trace->machines[index].machine != NULL &&
			strcmp(trace->machines[index].machine, machine) == 0)
			return trace->machines[index].moves;
	}
	return 0;
}

void drill_trace_print(const struct drill_trace *trace, struct dimp_time start, FILE *stream)
{
	const size_t shown = trace->count < TRACE_SHOWN ? trace->count : TRACE_SHOWN;

	for (size_t back = shown; back > 0; back--) {
		const struct trace_transition *one =
			&trace->ring[(trace->count - back) % TRACE_SHOWN];
		const uint64_t us = one->at.us - start.us;

		fprintf(stream, "    @%" PRIu64 ".%06" PRIu64 "s %s %s --%s--> %s (%s)\n",
			us / 1000000, us % 1000000, one->machine, one->from, one->because, one->to,
			one->clause);
	}
}
