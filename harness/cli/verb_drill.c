/* SPDX-License-Identifier: MIT */
/*
 * dimp drill: runs drills and says what became of each; with --coverage also which rows of the
 * machines none of them takes.
 */
#include <jansson.h>
#include <stdio.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/verbs.h"
#include "script/drill_suite.h"

struct drill_options {
	struct options common;
	const char *filter;
	bool is_coverage_wanted;
};

/* Where verdicts go. */
struct telling {
	const struct drill_options *options;
	json_t *list; /* NULL: as text */
	size_t passed, failed;
};

static void tell(void *user, const struct drill_verdict *verdict)
{
	struct telling *telling = user;

	telling->passed += verdict->has_passed;
	telling->failed += !verdict->has_passed;
	if (telling->list != NULL) {
		json_array_append_new(telling->list,
			json_pack("{s:s, s:s, s:b, s:s}", "drill", verdict->path, "clause",
				verdict->clause, "passed", verdict->has_passed, "report",
				verdict->report));
		return;
	}
	if (!verdict->has_passed)
		printf("FAIL %s\n%s", verdict->path, verdict->report);
	else if (telling->options->common.is_verbose)
		printf("ok   %s (%s)\n", verdict->path, verdict->clause);
}

static bool write_json(const struct telling *telling, size_t uncovered)
{
	struct output_file output;
	json_t *whole = json_pack("{s:I, s:I, s:O}", "passed", (json_int_t)telling->passed,
		"failed", (json_int_t)telling->failed, "drills", telling->list);
	bool is_written = false;

	if (telling->options->is_coverage_wanted)
		json_object_set_new(whole, "uncovered", json_integer((json_int_t)uncovered));
	if (output_file_open(&output, telling->options->common.json_path)) {
		json_dumpf(whole, output.stream, JSON_INDENT(2));
		fputc('\n', output.stream);
		is_written = output_file_commit(&output);
	}
	json_decref(whole);
	return is_written;
}

static int run_suite(struct drill_suite *suite, const struct drill_options *options)
{
	struct telling telling = {.options = options};
	size_t uncovered = 0;
	bool is_written = true;

	if (options->common.is_json)
		telling.list = json_array();
	for (size_t index = 0; index < suite->count; index++)
		(void)drill_suite_run(suite, index, tell, &telling);
	if (options->is_coverage_wanted)
		uncovered = row_coverage_report(&suite->coverage,
			telling.list != NULL ? stderr : stdout);
	if (telling.list != NULL)
		is_written = write_json(&telling, uncovered);
	else
		printf("%zu passed, %zu failed\n", telling.passed, telling.failed + uncovered);
	json_decref(telling.list);
	if (!is_written)
		return EXIT_CODE_USAGE;
	return telling.failed + uncovered == 0 ? EXIT_CODE_WELL : EXIT_CODE_UNMET;
}

static int run_drill(int argc, char **argv)
{
	struct drill_options options = {.filter = NULL};
	const int verdict = options_read(&verb_drill, &options.common, argc, argv);
	static struct drill_suite suite;
	int code = EXIT_CODE_USAGE;
	bool is_found = true;

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	for (size_t index = 0; index < options.common.operand_count; index++)
		is_found =
			drill_suite_add(&suite, options.common.operands[index], stderr) && is_found;
	if (options.filter != NULL)
		drill_suite_filter(&suite, options.filter);
	if (is_found && suite.count == 0)
		complain("no drill is selected; name files or folders, and a filter that fits");
	else if (is_found)
		code = run_suite(&suite, &options);
	drill_suite_destroy(&suite);
	return code;
}

static const struct option_row rows[] = {
	{"filter", "TEXT", OPTION_TEXT, offsetof(struct drill_options, filter),
		"only drills whose path contains TEXT"},
	{"coverage", NULL, OPTION_FLAG, offsetof(struct drill_options, is_coverage_wanted),
		"fail when a row of a machine has no drill"},
	{.name = NULL},
};

const struct verb verb_drill = {
	.name = "drill",
	.summary = "Run drills: protocol tests as text, one line an event",
	.operands = "FILE|FOLDER...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.options = rows,
	.example = "  dimp drill harness/drills --coverage\n"
		   "  dimp drill harness/drills --filter source/thaw -v\n",
	.run = run_drill,
};
