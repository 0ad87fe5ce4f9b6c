/* SPDX-License-Identifier: MIT */
/* dimp scenario: scenario files before they run. */
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/scenario_input.h"
#include "cli/verbs.h"

static int check_one(const char *path, const struct options *options)
{
	struct scenario *scenario = scenario_input_read(&(struct scenario_source){.path = path});

	if (scenario == NULL)
		return EXIT_CODE_USAGE;
	if (!options->is_quiet)
		printf("%s: ok\n", path);
	scenario_destroy(scenario);
	return EXIT_CODE_WELL;
}

static int check_all(const struct options *options)
{
	int code = EXIT_CODE_WELL;

	for (size_t each = 1; each < options->operand_count; each++) {
		if (check_one(options->operands[each], options) != EXIT_CODE_WELL)
			code = EXIT_CODE_USAGE;
	}
	return code;
}

static int run_scenario(int argc, char **argv)
{
	struct options options = {.is_json = false};
	const int verdict = options_read(&verb_scenario, &options, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	return check_all(&options);
}

const struct verb verb_scenario = {
	.name = "scenario",
	.summary = "Begin, check and explain scenario files, or print their JSON schema",
	.operands = "init|check|explain|schema [FILE]...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.example = "  dimp scenario check harness/scenarios/*.yaml\n",
	.run = run_scenario,
};
