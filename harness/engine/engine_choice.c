/* SPDX-License-Identifier: MIT */
/* ns-3's quickest scheduler is the one that is taken if none is named. */
#include "engine/engine_choice.h"

#include <stdio.h>
#include <string.h>

#include "engine/ns3_engine.h"

bool engine_choice_read(const char *text, struct engine_choice *choice)
{
	static const char ns3[] = "ns3", with[] = "ns3:";

	*choice = (struct engine_choice){.is_ns3 = false};
	if (!text || strcmp(text, "native") == 0)
		return true;
	const bool has_scheduler = strncmp(text, with, sizeof with - 1) == 0;

	if (!has_scheduler && strcmp(text, ns3) != 0)
		return false;
	const char *scheduler = has_scheduler ? text + sizeof with - 1 : "priority-queue";

	choice->is_ns3 = true;
	(void)snprintf(choice->scheduler, sizeof choice->scheduler, "%s", scheduler);
	return engine_ns3_has_scheduler(scheduler);
}

struct engine *engine_choice_create(const struct engine_choice *choice, uint64_t seed)
{
	return choice->is_ns3 ? engine_ns3_create(seed, choice->scheduler)
			      : engine_native_create(seed);
}
