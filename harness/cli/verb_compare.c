/* SPDX-License-Identifier: MIT */
/* dimp compare: two runs side by side, from their JSON reports. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/verbs.h"
#include "observe/report_compare.h"

static json_t *load_report(const char *path)
{
	json_error_t error;
	json_t *report = strcmp(path, "-") == 0 ? json_loadf(stdin, 0, &error)
						: json_load_file(path, 0, &error);

	if (report == NULL)
		complain("%s:%d: no report: %s; give what dimp run --json wrote", path, error.line,
			error.text);
	return report;
}

/* "build/demo/main-job.json" is shown as main-job. */
static void shorten(const char *path, char name[64])
{
	const char *slash = strrchr(path, '/');

	snprintf(name, 64, "%s", slash != NULL ? slash + 1 : path);
	name[strcspn(name, ".")] = '\0';
}

static void compare(const struct options *options, json_t *const reports[2])
{
	char names[2][64];

	shorten(options->operands[0], names[0]);
	shorten(options->operands[1], names[1]);
	report_compare_write(&(struct report_pair){{reports[0], reports[1]}, {names[0], names[1]}},
		stdout);
}

static int run_compare(int argc, char **argv)
{
	struct options options = {.is_json = false};
	const int verdict = options_read(&verb_compare, &options, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	json_t *reports[2] = {load_report(options.operands[0]), NULL};

	if (reports[0] != NULL)
		reports[1] = load_report(options.operands[1]);
	if (reports[1] != NULL)
		compare(&options, reports);
	json_decref(reports[0]);
	json_decref(reports[1]);
	return reports[1] != NULL ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

const struct verb verb_compare = {
	.name = "compare",
	.summary = "Show two runs side by side",
	.operands = "REPORT.json REPORT.json",
	.operands_min = 2,
	.operands_max = 2,
	.example = "  dimp compare with-dimp.json without-dimp.json\n",
	.run = run_compare,
};
