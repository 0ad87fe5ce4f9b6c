/* SPDX-License-Identifier: MIT */
/*
 * Counts what a service's receiver lost, frame by frame, and which losses the VM's own stop
 * explains.
 */
#ifndef ACTORS_SERVICE_METER_H
#define ACTORS_SERVICE_METER_H

#include "dimp.h"

struct service_meter;

/* A time in which the VM was stopped for the copying of its memory, whatever DIMP did. */
struct service_stop {
	struct dimp_time from, to;
};

struct service_tally {
	uint64_t sent, received, lost;
	uint64_t lost_beyond_stop; /* would have arrived outside every stop */
	uint64_t gap_us; /* longest time between two arrivals */
};

/* What one stop of the VM, and all that it waited for after it, cost the service. */
struct service_toll {
	uint64_t sent, lost,
		lost_beyond_stop; /* due from the stop on, to the next stop or the end */
	uint64_t dark_us; /* longest time between two arrivals, from the last before the stop on */
	uint64_t restored_us; /* from the stop to the first arrival after the last loss; 0 without
				 a loss, UINT64_MAX when the last one due was lost, too */
};

/* NULL without memory. */
struct service_meter *service_meter_create(void);
void service_meter_destroy(struct service_meter *meter);

/* Frame |sequence|, counted from 0 without gaps, was sent, or arrived.  Without memory it is not
 * counted at all. */
void service_meter_sent(struct service_meter *meter, uint32_t sequence, struct dimp_time now);
void service_meter_received(struct service_meter *meter, uint32_t sequence, struct dimp_time now);
/* A stop whose end, if it is not known, service_meter_stop_over() tells. */
void service_meter_stopped(struct service_meter *meter, const struct service_stop *stop);
void service_meter_stop_over(struct service_meter *meter, struct dimp_time now);

/*
 * What came of it by |now|.  Counting begins with the first frame that arrived (before it the
 * receiver may not have been a member yet) and ends with what had time to arrive.  The path's delay
 * is taken to be the shortest seen.
 */
void service_meter_tally(const struct service_meter *meter, struct dimp_time now,
	struct service_tally *tally);

/* The same for the stop that began at |stopped|; all zero when there was none. */
void service_meter_toll(const struct service_meter *meter, struct dimp_time stopped,
	struct dimp_time now, struct service_toll *toll);

#endif
