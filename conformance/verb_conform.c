/* SPDX-License-Identifier: MIT */
/* dimp conform: its options, and which command they are for. */
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/verbs.h"
#include "conform_commands.h"

static const struct {
	const char *name;
	int (*run)(const struct conform_options *options);
} commands[] = {
	{"run", conform_command_run},
	{"list", conform_command_list},
	{"explain", conform_command_explain},
	{"doctor", conform_command_doctor},
	{"replay", conform_command_replay},
	{"host", conform_command_host},
};

static int run_conform(int argc, char **argv)
{
	struct conform_options options = {
		.target = "model",
		.cases = "conformance/cases",
		.evidence = "conform-evidence",
		.repeat = 1,
		.timeout_ms = 5000,
	};
	const int verdict = options_read(&verb_conform, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	for (size_t index = 0; index < sizeof commands / sizeof commands[0]; index++) {
		if (strcmp(options.common.operands[0], commands[index].name) == 0)
			return commands[index].run(&options);
	}
	complain("conform %s: no such command; run, list, explain, doctor or replay",
		options.common.operands[0]);
	return EXIT_CODE_USAGE;
}

#define AT(member) offsetof(struct conform_options, member)

static const struct option_row rows[] = {
	{"target", "TARGET", OPTION_TEXT, AT(target),
		"what is tested: model, so:FILE, shim:COMMAND, udp:... or ether:... (model)"},
	{"cases", "DIR", OPTION_TEXT, AT(cases), "where the cases are (conformance/cases)"},
	{"pics", "FILE", OPTION_TEXT, AT(pics), "what the implementation can do"},
	{"expect", "FILE", OPTION_TEXT, AT(expect),
		"cases known to fail, each with its reason; FILE.next is written"},
	{"strict", NULL, OPTION_FLAG, AT(is_strict), "a SHOULD that is not met fails"},
	{"fail-skipped", NULL, OPTION_FLAG, AT(is_skip_failure), "a case that is skipped fails"},
	{"seed", "N", OPTION_NUMBER, AT(seed), "of keys, indices and order (0)"},
	{"random-order", NULL, OPTION_FLAG, AT(is_shuffled), "run the cases shuffled"},
	{"repeat", "N", OPTION_NUMBER, AT(repeat),
		"rounds, each with the next seed, which must come to the same (1)"},
	{"repeat-until-failure", NULL, OPTION_FLAG, AT(is_until_failure),
		"rounds until one is not all well"},
	{"timeout", "MS", OPTION_NUMBER, AT(timeout_ms),
		"no answer for this long is a hang (5000)"},
	{"evidence", "DIR", OPTION_TEXT, AT(evidence),
		"a folder for each failure goes there; \"\" is none (conform-evidence)"},
	{"junit", "FILE", OPTION_TEXT, AT(junit), "write a JUnit report"},
	{"tap", "FILE", OPTION_TEXT, AT(tap), "write a TAP 14 report"},
	{"html", "FILE", OPTION_TEXT, AT(html), "write a page"},
	{"statement", "FILE", OPTION_TEXT, AT(statement), "write the statement of conformance"},
	{.name = NULL},
};

const struct verb verb_conform = {
	.name = "conform",
	.summary = "Judge an implementation: the conformance suite",
	.operands = "run|list|explain|doctor|replay [GLOB|^GLOB|ID|DIR]...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.options = rows,
	.example = "  dimp conform run\n"
		   "  dimp conform run '9.3-*' '^*-TI-*' --target shim:./my-bridge\n"
		   "  dimp conform explain 9.3-BV-01\n",
	.run = run_conform,
};
