/* SPDX-License-Identifier: MIT */
/*
 * Frames are kept in memory in order of time; one timer stands for the next of them.
 */
#include "actors/playback.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "observe/capture.h"

struct item {
	uint64_t at_us;
	uint8_t *octets;
	size_t size;
};

struct playback {
	struct playback_config config;
	struct item *items;
	size_t count, capacity, next;
	bool is_going;
	uint64_t elapsed_us; /* of the recording, when the clock last started or stopped */
	struct dimp_time since; /* when it started */
	engine_timer timer;
};

struct playback *playback_create(const struct playback_config *config)
{
	struct playback *playback = calloc(1, sizeof *playback);

	if (playback)
		playback->config = *config;
	return playback;
}

void playback_destroy(struct playback *playback)
{
	if (!playback)
		return;
	engine_cancel(playback->config.engine, playback->timer);
	for (size_t index = 0; index < playback->count; index++)
		free(playback->items[index].octets);
	free(playback->items);
	free(playback);
}

static bool make_room(struct playback *playback)
{
	if (playback->count < playback->capacity)
		return true;
	const size_t capacity = playback->capacity ? playback->capacity * 2 : 64;
	struct item *items = realloc(playback->items, capacity * sizeof *items);
	if (!items)
		return false;
	playback->items = items;
	playback->capacity = capacity;
	return true;
}

bool playback_add(struct playback *playback, struct dimp_time at, struct dimp_view frame)
{
	uint8_t *octets = malloc(frame.size + 1);

	if (!octets || !make_room(playback)) {
		free(octets);
		return false;
	}
	memcpy(octets, frame.octets, frame.size);
	playback->items[playback->count++] = (struct item){at.us, octets, frame.size};
	return true;
}

/* A recording whose times go back is played in its order, never backwards. */
static uint64_t offset_of(const struct playback *playback, uint64_t first_us, uint64_t time_us)
{
	const uint64_t least = playback->count ? playback->items[playback->count - 1].at_us : 0;
	const uint64_t offset = time_us > first_us ? time_us - first_us : 0;

	return offset < least ? least : offset;
}

bool playback_load(struct playback *playback, const char *path, char *error, size_t error_size)
{
	struct capture *capture = capture_open(path, error, error_size);
	struct capture_frame frame;
	uint64_t first_us = 0;
	bool is_whole = true;

	if (!capture)
		return false;
	while (is_whole && capture_next(capture, &frame)) {
		if (playback->count == 0)
			first_us = frame.time.us;
		const struct dimp_time at = {offset_of(playback, first_us, frame.time.us)};
		is_whole = playback_add(playback, at, frame.octets);
	}
	capture_close(capture);
	if (!is_whole)
		snprintf(error, error_size, "%s: no memory for its frames", path);
	return is_whole;
}

size_t playback_count(const struct playback *playback)
{
	return playback->count;
}

struct dimp_view playback_frame(const struct playback *playback, size_t index)
{
	assert(index < playback->count);
	return (struct dimp_view){playback->items[index].octets, playback->items[index].size};
}

enum playback_side playback_side(const struct playback *playback, size_t index)
{
	const struct dimp_view frame = playback_frame(playback, index);
	const uint8_t *source = frame.octets + 6;

	if (frame.size < 12 || memcmp(source, playback->config.mac.octets, 6) != 0)
		return PLAYBACK_FROM_PEER;
	return PLAYBACK_FROM_VM;
}

void playback_replace(struct playback *playback, size_t index, struct dimp_view frame)
{
	assert(index < playback->count);
	assert(frame.size <= playback->items[index].size);
	memmove(playback->items[index].octets, frame.octets, frame.size);
	playback->items[index].size = frame.size;
}

static void play(void *context, struct dimp_time now);

static void schedule(struct playback *playback)
{
	if (playback->next == playback->count)
		return;
	const uint64_t at_us = playback->items[playback->next].at_us;
	const uint64_t wait_us = at_us > playback->elapsed_us ? at_us - playback->elapsed_us : 0;
	playback->timer = engine_schedule(playback->config.engine,
		(struct dimp_time){playback->since.us + wait_us}, play, playback);
}

static void play(void *context, struct dimp_time now)
{
	struct playback *playback = context;
	const size_t index = playback->next++;

	playback->timer = 0;
	playback->config.sink(playback->config.context, playback_side(playback, index),
		playback_frame(playback, index), now);
	if (playback->is_going && playback->timer == 0)
		schedule(playback);
}

void playback_resume(struct playback *playback, struct dimp_time now)
{
	if (playback->is_going)
		return;
	playback->is_going = true;
	playback->since = now;
	schedule(playback);
}

void playback_pause(struct playback *playback, struct dimp_time now)
{
	if (!playback->is_going)
		return;
	playback->is_going = false;
	playback->elapsed_us += now.us - playback->since.us;
	engine_cancel(playback->config.engine, playback->timer);
	playback->timer = 0;
}
