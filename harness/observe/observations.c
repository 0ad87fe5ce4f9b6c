/* SPDX-License-Identifier: MIT */
/*
 * Frames are kept as their hash.  Two runs are compared after both are sorted by observer, frame
 * and time: equal frames are paired in order, and what is left over is a difference.
 */
#include "observe/observations.h"

#include <stdlib.h>

const uint64_t observations_tolerance_us = 2000;

/* What an entry that has moved is the reason for comes earlier by what that took from its life: it
 * counts whole milliseconds (DIMP 6.1-3), and is made older by one begun where it lay and another
 * on the way, and by an upper bound of the time under way. */
static const uint64_t ageing_us = 1000;

struct observation {
	unsigned observer;
	uint64_t frame; /* hash */
	size_t size;
	struct dimp_time time;
	uint64_t tolerance_us;
};

struct observations {
	struct observation *list;
	size_t count, capacity;
};

struct observations *observations_create(void)
{
	return calloc(1, sizeof(struct observations));
}

void observations_destroy(struct observations *observations)
{
	if (!observations)
		return;
	free(observations->list);
	free(observations);
}

static uint64_t hash_of(struct dimp_view octets)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t index = 0; index < octets.size; index++)
		hash = (hash ^ octets.octets[index]) * 0x100000001b3u;
	return hash;
}

static bool add(struct observations *observations, const struct observation *observation)
{
	if (observations->count == observations->capacity) {
		const size_t capacity = observations->capacity ? observations->capacity * 2 : 1024;
		struct observation *larger = realloc(observations->list, capacity * sizeof *larger);
		if (!larger)
			return false;
		observations->list = larger;
		observations->capacity = capacity;
	}
	observations->list[observations->count++] = *observation;
	return true;
}

bool observations_add(struct observations *observations, unsigned observer, struct dimp_view frame,
	struct dimp_time now)
{
	return add(observations,
		&(struct observation){observer, hash_of(frame), frame.size, now,
			observations_tolerance_us});
}

bool observations_add_aged(struct observations *observations, unsigned observer,
	struct dimp_view frame, struct dimp_time now)
{
	return add(observations,
		&(struct observation){observer, hash_of(frame), frame.size, now,
			observations_tolerance_us + ageing_us});
}

static int order(uint64_t one, uint64_t other)
{
	return (one > other) - (one < other);
}

static int compare(const void *first, const void *second)
{
	const struct observation *one = first, *other = second;

	if (one->observer != other->observer)
		return order(one->observer, other->observer);
	if (one->frame != other->frame)
		return order(one->frame, other->frame);
	return order(one->time.us, other->time.us);
}

static bool is_in_gap(const struct observations_gaps *gaps, struct dimp_time time)
{
	for (size_t index = 0; index < gaps->count; index++) {
		if (time.us >= gaps->gaps[index].from.us && time.us <= gaps->gaps[index].to.us)
			return true;
	}
	return false;
}

static void note(const struct observation *left, bool is_missing,
	const struct observations_gaps *gaps, struct observations_difference *difference)
{
	const size_t count = difference->count;

	if (is_in_gap(gaps, left->time))
		return;
	if (count == 0 || left->time.us < difference->time.us)
		*difference = (struct observations_difference){is_missing, left->observer,
			left->time, left->size, 0};
	difference->count = count + 1;
}

/* Whether two equal frames are one and the same, seen in two runs. */
static bool is_pair(const struct observation *one, const struct observation *other)
{
	const uint64_t apart_us = one->time.us > other->time.us ? one->time.us - other->time.us
								: other->time.us - one->time.us;

	return one->observer == other->observer && one->frame == other->frame &&
		apart_us <= one->tolerance_us;
}

bool observations_agree(struct observations *one, struct observations *other,
	const struct observations_gaps *gaps, struct observations_difference *difference)
{
	size_t here = 0, there = 0;

	*difference = (struct observations_difference){0};
	if (one->count != 0)
		qsort(one->list, one->count, sizeof *one->list, compare);
	if (other->count != 0)
		qsort(other->list, other->count, sizeof *other->list, compare);
	while (here < one->count || there < other->count) {
		const bool has_both = here < one->count && there < other->count;
		if (has_both && is_pair(&one->list[here], &other->list[there])) {
			here++;
			there++;
		} else if (there == other->count ||
			(has_both && compare(&one->list[here], &other->list[there]) < 0)) {
			note(&one->list[here++], false, gaps, difference);
		} else {
			note(&other->list[there++], true, gaps, difference);
		}
	}
	return difference->count == 0;
}
