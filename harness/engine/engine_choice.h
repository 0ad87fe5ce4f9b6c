/* SPDX-License-Identifier: MIT */
/* Which engine runs a world: "native", "ns3", or "ns3:SCHEDULER" with one of ns-3's schedulers. */
#ifndef ENGINE_ENGINE_CHOICE_H
#define ENGINE_ENGINE_CHOICE_H

#include "engine/engine.h"

enum { ENGINE_SCHEDULER_SIZE = 16 };

/* Zeroed, it is native. */
struct engine_choice {
	bool is_ns3;
	char scheduler[ENGINE_SCHEDULER_SIZE]; /* of ns-3 */
};

/* What |text| says; NULL is native.  False when it is none of these. */
bool engine_choice_read(const char *text, struct engine_choice *choice);

/* The engine, with this seed; NULL without memory, or without ns-3 where that was chosen. */
struct engine *engine_choice_create(const struct engine_choice *choice, uint64_t seed);

#endif
