/* SPDX-License-Identifier: MIT */
/*
 * A recording entering a world: the frames of a capture at their recorded times, on a clock that
 * stands still while the VM is stopped.
 */
#ifndef ACTORS_PLAYBACK_H
#define ACTORS_PLAYBACK_H

#include "engine/engine.h"

struct playback;

enum playback_side { PLAYBACK_FROM_VM, PLAYBACK_FROM_PEER };

/* Gets each frame when its time has come; it holds only during the call. */
typedef void playback_sink(void *context, enum playback_side side, struct dimp_view frame,
	struct dimp_time now);

struct playback_config {
	struct engine *engine;
	struct dimp_mac mac; /* of the VM: frames from it are the VM's */
	playback_sink *sink;
	void *context;
};

/* NULL without memory. */
struct playback *playback_create(const struct playback_config *config);
void playback_destroy(struct playback *playback);

/* Adds a frame |at| after the start; times never go back.  False without memory. */
bool playback_add(struct playback *playback, struct dimp_time at, struct dimp_view frame);
/* Adds every frame of the capture at |path|, the first at 0.  False with a sentence in |error|. */
bool playback_load(struct playback *playback, const char *path, char *error, size_t error_size);

size_t playback_count(const struct playback *playback);
/* The frame at |index|, below the count. */
struct dimp_view playback_frame(const struct playback *playback, size_t index);
enum playback_side playback_side(const struct playback *playback, size_t index);
/* Puts |frame|, no longer than the one that stands there, in its place. */
void playback_replace(struct playback *playback, size_t index, struct dimp_view frame);

/* The clock goes on, or stands still. */
void playback_resume(struct playback *playback, struct dimp_time now);
void playback_pause(struct playback *playback, struct dimp_time now);

#endif
