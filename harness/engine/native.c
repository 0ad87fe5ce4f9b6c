/* SPDX-License-Identifier: MIT */
/*
 * The native engine: exact virtual time from 0.  Everything that happens goes through the one wheel
 * of events, so that a world and a seed give one run.
 */
#include <stdlib.h>

#include "engine/engine_state.h"

static void run(struct engine *engine, struct dimp_time until)
{
	while (engine_state_step(engine, until))
		;
	if (!engine->is_exhausted && !engine->is_stopped && until.us != UINT64_MAX &&
		engine->now.us < until.us)
		engine->now = until;
}

static void destroy(struct engine *engine)
{
	engine_state_wipe(engine);
	free(engine);
}

struct engine *engine_native_create(uint64_t seed)
{
	static const struct engine_operations operations = {.run = run, .destroy = destroy};
	struct engine *engine = malloc(sizeof *engine);

	if (engine)
		engine_state_init(engine, &operations, seed);
	return engine;
}
