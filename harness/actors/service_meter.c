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
	uint64_t received_us; /* UINT64_MAX: not so far */
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

static bool is_received(const struct mark *mark)
{
	return mark->received_us != UINT64_MAX;
}

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
	meter->marks[meter->count++] = (struct mark){now.us, UINT64_MAX};
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
	if (sequence >= meter->count || is_received(&meter->marks[sequence]))
		return;
	meter->marks[sequence].received_us = now.us;
	note_arrival(meter, sequence, now.us);
}

void service_meter_stopped(struct service_meter *meter, const struct service_stop *stop)
{
	if (meter->stop_count < STOPS_MAX)
		meter->stops[meter->stop_count++] = *stop;
}

void service_meter_stop_over(struct service_meter *meter, struct dimp_time now)
{
	if (meter->stop_count != 0 && meter->stops[meter->stop_count - 1].to.us > now.us)
		meter->stops[meter->stop_count - 1].to = now;
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

static uint64_t delay_of(const struct service_meter *meter)
{
	return meter->has_received ? meter->delay_us : 0;
}

/* What was sent so late may still be on its way. */
static uint64_t margin_of(const struct service_meter *meter)
{
	const uint64_t twice_us = delay_of(meter) * 2;

	if (!meter->has_received)
		return 0;
	return (meter->longest_us > twice_us ? meter->longest_us : twice_us) + 1000;
}

void service_meter_tally(const struct service_meter *meter, struct dimp_time now,
	struct service_tally *tally)
{
	const uint64_t delay_us = delay_of(meter), margin_us = margin_of(meter);

	*tally = (struct service_tally){.gap_us = meter->gap_us};
	if (meter->has_received && now.us - meter->last_us > tally->gap_us &&
		now.us - meter->last_us > margin_us)
		tally->gap_us = now.us - meter->last_us;
	for (size_t index = meter->first; index < meter->count; index++) {
		const struct mark *mark = &meter->marks[index];
		if (!is_received(mark) && mark->sent_us + margin_us > now.us)
			continue;
		tally->sent++;
		tally->received += is_received(mark);
		if (is_received(mark))
			continue;
		tally->lost++;
		tally->lost_beyond_stop += !is_explained(meter, mark->sent_us + delay_us);
	}
}

static const struct service_stop *find_stop(const struct service_meter *meter,
	struct dimp_time stopped)
{
	for (size_t index = 0; index < meter->stop_count; index++) {
		if (meter->stops[index].from.us == stopped.us)
			return &meter->stops[index];
	}
	return NULL;
}

/* When the next stop begins, or |now|. */
static uint64_t end_of(const struct service_meter *meter, const struct service_stop *stop,
	struct dimp_time now)
{
	uint64_t end_us = now.us;

	for (size_t index = 0; index < meter->stop_count; index++) {
		const uint64_t from_us = meter->stops[index].from.us;
		if (from_us > stop->from.us && from_us < end_us)
			end_us = from_us;
	}
	return end_us;
}

/* The last arrival before the stop, or the stop itself. */
static uint64_t last_before(const struct service_meter *meter, uint64_t stopped_us)
{
	uint64_t last_us = 0;

	for (size_t index = 0; index < meter->count; index++) {
		const struct mark *mark = &meter->marks[index];
		if (is_received(mark) && mark->received_us <= stopped_us &&
			mark->received_us > last_us)
			last_us = mark->received_us;
	}
	return last_us ? last_us : stopped_us;
}

/* Goes on with a frame that was due after the stop; |last_us| is the latest arrival before it. */
static void add_to_toll(struct service_toll *toll, const struct mark *mark, uint64_t stopped_us,
	uint64_t *last_us)
{
	toll->sent++;
	if (!is_received(mark)) {
		toll->lost++;
		toll->restored_us = UINT64_MAX;
		return;
	}
	if (mark->received_us > *last_us && mark->received_us - *last_us > toll->dark_us)
		toll->dark_us = mark->received_us - *last_us;
	if (toll->restored_us == UINT64_MAX)
		toll->restored_us = mark->received_us - stopped_us;
	if (mark->received_us > *last_us)
		*last_us = mark->received_us;
}

void service_meter_toll(const struct service_meter *meter, struct dimp_time stopped,
	struct dimp_time now, struct service_toll *toll)
{
	const struct service_stop *stop = find_stop(meter, stopped);

	*toll = (struct service_toll){0};
	if (!stop)
		return;
	const uint64_t end_us = end_of(meter, stop, now), margin_us = margin_of(meter);
	uint64_t last_us = last_before(meter, stopped.us);
	for (size_t index = meter->first; index < meter->count; index++) {
		const struct mark *mark = &meter->marks[index];
		const uint64_t due_us = mark->sent_us + delay_of(meter);
		if (due_us < stopped.us || due_us >= end_us)
			continue;
		if (!is_received(mark) && mark->sent_us + margin_us > now.us)
			continue;
		toll->lost_beyond_stop += !is_received(mark) && !is_explained(meter, due_us);
		add_to_toll(toll, mark, stopped.us, &last_us);
	}
	if (toll->restored_us == UINT64_MAX && end_us > last_us && end_us - last_us > toll->dark_us)
		toll->dark_us = end_us - last_us;
}
