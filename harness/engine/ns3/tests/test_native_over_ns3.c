/* SPDX-License-Identifier: MIT */
/*
 * Proves the engine over ns-3 by all that proves the native one: harness/unit/test_native.c,
 * compiled with these names in the place of its own.
 */
#define engine_native_create create_over_ns3
#include "engine/ns3_engine.h"
#include "unit/check.h"

struct engine *create_over_ns3(uint64_t seed)
{
	char error[512] = "";

	CHECK(engine_ns3_is_here(error, sizeof error));
	CHECK_TEXT(error, "");
	return engine_ns3_create(seed, "priority-queue");
}
