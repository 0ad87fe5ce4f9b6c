/* SPDX-License-Identifier: MIT */
/*
 * Keeps when every frame was sent and whether it arrived; the verdict comes at the end, when the
 * path's delay and all stops are known.
 */
#include "actors/service_meter.h"

#include <stdlib.h>

enum { STOPS_MAX = 64 };

struct mark {
	uint64_t sent_us;
	bool is_received;
};

struct service_meter {
	struct mark *marks;
	size_t count, capacity;
	uint64_t delay_us; /* shortest seen */
	uint64_t longest_us;
	bool has_received;
	uint32_t first; /* sequence of the first that arrived */
	uint64_t last_us, gap_us;
	struct service_stop stops[STOPS_MAX];
	size_t stop_count;
};

struct service_meter *service_meter_create(void)
{
	struct service_meter *meter = calloc(1, sizeof *meter);

	if (meter)
		meter->delay_us = UINT64_MAX;
	return meter;
}

void service_meter_destroy(struct service_meter *meter)
{
	if (!meter)
		return;
	free(meter->marks);
	free(meter);
}

void service_meter_sent(struct service_meter *meter, uint32_t sequence, struct dimp_time now)
{
	if (sequence != meter->count)
		return;
	if (meter->count == meter->capacity) {
		const size_t capacity = meter->capacity ? meter->capacity * 2 : 256;
		struct mark *marks = realloc(meter->marks, capacity * sizeof *marks);
		if (!marks)
			return;
		meter->marks = marks;
		meter->capacity = capacity;
	}
	meter->marks[meter->count++] = (struct mark){.sent_us = now.us};
}

static void note_arrival(struct service_meter *meter, uint32_t sequence, uint64_t now_us)
{
	const uint64_t delay_us = now_us - meter->marks[sequence].sent_us;

	if (delay_us < meter->delay_us)
		meter->delay_us = delay_us;
	if (delay_us > meter->longest_us)
		meter->longest_us = delay_us;
	if (!meter->has_received || sequence < meter->first)
		meter->first = sequence;
	if (meter->has_received && now_us - meter->last_us > meter->gap_us)
		meter->gap_us = now_us - meter->last_us;
	meter->has_received = true;
	meter->last_us = now_us;
}

void service_meter_received(struct service_meter *meter, uint32_t sequence, struct dimp_time now)
{
	if (sequence >= meter->count || meter->marks[sequence].is_received)
		return;
	meter->marks[sequence].is_received = true;
	note_arrival(meter, sequence, now.us);
}

void service_meter_stopped(struct service_meter *meter, const struct service_stop *stop)
{
	if (meter->stop_count < STOPS_MAX)
		meter->stops[meter->stop_count++] = *stop;
}

/* Whether a frame due at |at_us| met a VM stopped for its own copying. */
static bool is_explained(const struct service_meter *meter, uint64_t at_us)
{
	for (size_t index = 0; index < meter->stop_count; index++) {
		const struct service_stop *stop = &meter->stops[index];
		if (at_us >= stop->from.us && at_us <= stop->to.us)
			return true;
	}
	return false;
}

void service_meter_tally(const struct service_meter *meter, struct dimp_time now,
	struct service_tally *tally)
{
	const uint64_t delay_us = meter->has_received ? meter->delay_us : 0;
	const uint64_t way_us = meter->longest_us > delay_us * 2 ? meter->longest_us : delay_us * 2;
	const uint64_t margin_us = meter->has_received ? way_us + 1000 : 0;

	*tally = (struct service_tally){.gap_us = meter->gap_us};
	if (meter->has_received && now.us - meter->last_us > tally->gap_us &&
		now.us - meter->last_us > margin_us)
		tally->gap_us = now.us - meter->last_us;
	for (size_t index = meter->first; index < meter->count; index++) {
		const struct mark *mark = &meter->marks[index];
		if (!mark->is_received && mark->sent_us + margin_us > now.us)
			continue;
		tally->sent++;
		tally->received += mark->is_received;
		if (mark->is_received)
			continue;
		tally->lost++;
		tally->lost_beyond_stop += !is_explained(meter, mark->sent_us + delay_us);
	}
}
