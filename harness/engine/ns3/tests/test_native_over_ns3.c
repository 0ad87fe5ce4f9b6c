/* SPDX-License-Identifier: MIT */
/*
 * Proves the engine over ns-3 by all that proves the native one: the same tests, on the other
 * engine.
 */
#include "engine/ns3_engine.h"
#include "unit/check.h"

static struct engine *create_over_ns3(uint64_t seed)
{
	char error[512] = "";

	CHECK(engine_ns3_is_here(error, sizeof error));
	CHECK_TEXT(error, "");
	return engine_ns3_create(seed, "priority-queue");
}

#define engine_native_create create_over_ns3
#define suite_native suite_native_over_ns3
#include "unit/test_native.c"
