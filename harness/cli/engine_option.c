/* SPDX-License-Identifier: MIT */
/* An engine that is not here is found out before anything is run. */
#include "cli/engine_option.h"

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/options.h"
#include "engine/ns3_engine.h"

int engine_option_read(const char *verb, const char *argument, struct engine_choice *choice)
{
	char error[512];

	if (!engine_choice_read(argument, choice)) {
		complain("%s: --engine %s: no such engine; expected native, ns3, or with a "
			 "scheduler"
#define SCHEDULER(name, type) " ns3:" name
#include "engine/ns3/ns3_schedulers.def"
#undef SCHEDULER
			,
			verb, argument);
		return EXIT_CODE_USAGE;
	}
	if (!choice->is_ns3 || engine_ns3_is_here(error, sizeof error))
		return OPTIONS_GO_ON;
	complain("%s: --engine ns3: %s", verb, error);
	return EXIT_CODE_MISSING;
}
