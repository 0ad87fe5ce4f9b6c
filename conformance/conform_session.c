/* SPDX-License-Identifier: MIT */
/* dimp conform run and replay: cases chosen, run in rounds, reported. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "conform_commands.h"
#include "conform_run.h"
#include "cunit_frame.h"
#include "evidence.h"
#include "reports.h"

/* All that a run borrows from. */
struct session {
	const struct conform_options *options;
	struct catalog catalog;
	struct conform_target target;
	struct pics pics;
	struct waived waived;
	struct conform_run run;
	enum verdict *first; /* of the first round, to which others are compared */
	size_t done;
};

static void show_progress(void *user, const struct conform_run *run,
	const struct conform_result *result)
{
	struct session *session = user;

	session->done++;
	fprintf(stderr, "\r\033[K%zu of %zu %s %s%s", session->done, run->count,
		verdict_name(result->verdict), result->what->id,
		session->done == run->count ? "\r\033[K" : "");
}

/* What is expected of no case would stay on the list for good. */
static bool has_cases_expected(const struct session *session)
{
	bool has_all = true;

	for (size_t index = 0; index < session->waived.count; index++) {
		const char *id = session->waived.waivers[index].id;

		if (catalog_find(&session->catalog, id) != NULL)
			continue;
		has_all = false;
		complain("%s: there is no case %s; take it off the list", session->options->expect,
			id);
	}
	return has_all;
}

static bool read_inputs(struct session *session)
{
	const struct conform_options *options = session->options;

	if (options->pics != NULL && !pics_read(&session->pics, options->pics, stderr))
		return false;
	if (options->expect != NULL && !waived_read(&session->waived, options->expect, stderr))
		return false;
	return conform_read_catalog(options, &session->catalog) && has_cases_expected(session);
}

/* A target that claims what does not exist is not believed. */
static bool is_honest(const struct session *session)
{
	char name[48];

	(void)snprintf(name, sizeof name, "NOBODY_CAN_DO_THIS_%" PRIu64, session->options->seed);
	if (session->target.claims == NULL ||
		session->target.claims(session->target.subject.user, name) != PICS_YES)
		return true;
	complain("%s: says that it has %s, which does not exist; nothing it says of itself counts",
		session->options->target, name);
	return false;
}

static bool choose(struct session *session)
{
	const struct options *common = &session->options->common;
	struct conform_run *run = &session->run;

	run->results = calloc(session->catalog.count, sizeof(*run->results));
	for (size_t index = 0; run->results != NULL && index < session->catalog.count; index++) {
		const struct conform_case *one = &session->catalog.cases[index];

		if (catalog_chooses(one, common->operands + 1, common->operand_count - 1))
			run->results[run->count++].what = one;
	}
	if (run->count == 0)
		complain("no case is chosen; `dimp conform list` tells them");
	return run->count > 0;
}

static void prepare(struct session *session)
{
	const struct conform_options *options = session->options;
	struct conform_run *run = &session->run;
	const bool is_shown =
		!options->common.is_quiet && !options->common.is_json && isatty(STDERR_FILENO);

	run->folder = options->cases;
	run->target = &session->target;
	run->pics = options->pics == NULL ? NULL : &session->pics;
	run->waived = &session->waived;
	run->evidence = options->evidence[0] == '\0' ? NULL : options->evidence;
	run->seed = options->seed;
	run->is_strict = options->is_strict;
	run->is_skip_failure = options->is_skip_failure;
	run->progress = is_shown ? show_progress : NULL;
	run->progress_user = session;
}

typedef void report_writer(const struct conform_run *run, FILE *stream);

static bool write_report(const struct session *session, const char *path, report_writer *write)
{
	struct output_file file;

	if (path == NULL)
		return true;
	if (!output_file_open(&file, strcmp(path, "-") == 0 ? NULL : path))
		return false;
	write(&session->run, file.stream);
	return output_file_commit(&file);
}

static bool has_passed(const struct conform_run *run, const char *id)
{
	for (size_t index = 0; index < run->count; index++) {
		if (strcmp(run->results[index].what->id, id) == 0)
			return run->results[index].verdict == VERDICT_XPASS;
	}
	return false;
}

/* The file of the next run: what was expected and has not passed, chosen this time or not, and room
 * for a reason of each other failure. */
static void write_next(const struct conform_run *run, FILE *stream)
{
	for (size_t index = 0; index < run->waived->count; index++) {
		const struct waiver *waiver = &run->waived->waivers[index];

		if (!has_passed(run, waiver->id))
			fprintf(stream, "%s %s\n", waiver->id, waiver->reason);
	}
	for (size_t index = 0; index < run->count; index++) {
		const struct conform_result *result = &run->results[index];

		if (result->verdict == VERDICT_FAIL || result->verdict == VERDICT_INCONC)
			fprintf(stream, "# give a reason: %s %s\n", result->what->id, result->why);
	}
}

static bool write_reports(const struct session *session)
{
	const struct conform_options *options = session->options;
	char next[RESULT_PATH_SIZE];
	bool is_written = write_report(session, options->junit, report_junit);

	is_written = write_report(session, options->tap, report_tap) && is_written;
	is_written = write_report(session, options->html, report_html) && is_written;
	is_written = write_report(session, options->statement, report_statement) && is_written;
	if (options->common.is_json)
		is_written =
			write_report(session,
				options->common.json_path == NULL ? "-" : options->common.json_path,
				report_json) &&
			is_written;
	if (options->expect != NULL) {
		(void)snprintf(next, sizeof next, "%s.next", options->expect);
		is_written = write_report(session, next, write_next) && is_written;
	}
	return is_written;
}

/* Whether each case came to the same verdict as in the first round. */
static bool is_same_again(struct session *session)
{
	const struct conform_run *run = &session->run;
	bool is_same = true;

	for (size_t index = 0; index < run->count; index++) {
		if (run->results[index].verdict == session->first[index])
			continue;
		is_same = false;
		printf("seed %" PRIu64 ": %s is %s, and was %s\n", run->seed,
			run->results[index].what->id, verdict_name(run->results[index].verdict),
			verdict_name(session->first[index]));
	}
	return is_same;
}

static void note_first(struct session *session)
{
	session->first = calloc(session->run.count, sizeof(*session->first));
	for (size_t index = 0; session->first != NULL && index < session->run.count; index++)
		session->first[index] = session->run.results[index].verdict;
}

/* Round after round, each with a seed of its own; false when one differs from the first. */
static bool run_rounds(struct session *session)
{
	const struct conform_options *options = session->options;
	struct conform_run *run = &session->run;

	for (uint64_t round = 0; round < options->repeat || options->is_until_failure; round++) {
		run->seed = options->seed + round;
		session->done = 0;
		if (!cunit_frame_run(run, options->is_shuffled ? RUN_SHUFFLED : RUN_IN_ORDER)) {
			complain("CUnit cannot run the cases; is memory short?");
			return false;
		}
		if (round == 0)
			note_first(session);
		if (session->first == NULL || !is_same_again(session))
			return false;
		if (options->is_until_failure && conform_run_code(run) != EXIT_CODE_WELL)
			return true;
	}
	return true;
}

static int run_and_report(struct session *session)
{
	const struct options *common = &session->options->common;
	const bool is_same = run_rounds(session);
	const bool is_quiet = common->is_json && common->json_path == NULL;

	if (!is_quiet && !common->is_quiet)
		report_tree(&session->run, stdout, common->is_verbose);
	if (session->options->repeat > 1 && !is_quiet)
		printf("%" PRIu64 " rounds %s\n", session->options->repeat,
			is_same ? "came to the same" : "differ");
	if (!is_quiet)
		report_totals(&session->run, stdout);
	if (!write_reports(session))
		return EXIT_CODE_USAGE;
	return is_same ? conform_run_code(&session->run) : EXIT_CODE_UNMET;
}

static void end_session(struct session *session)
{
	for (size_t index = 0; index < session->run.count; index++)
		free(session->run.results[index].report);
	free(session->run.results);
	free(session->first);
	wire_log_destroy(session->run.log);
	conform_target_close(&session->target);
	waived_destroy(&session->waived);
	catalog_destroy(&session->catalog);
	free(session);
}

static bool begin_session(struct session *session)
{
	const struct conform_options *options = session->options;

	if (!read_inputs(session) || !choose(session) ||
		!conform_target_open(&session->target, options->target, options->timeout_ms,
			stderr) ||
		!is_honest(session))
		return false;
	session->run.log = wire_log_create();
	prepare(session);
	return session->run.log != NULL;
}

int conform_command_run(const struct conform_options *options)
{
	struct session *session = calloc(1, sizeof(*session));
	int code = EXIT_CODE_USAGE;

	if (session == NULL)
		return EXIT_CODE_INTERNAL;
	session->options = options;
	if (begin_session(session))
		code = run_and_report(session);
	end_session(session);
	return code;
}

int conform_command_replay(const struct conform_options *options)
{
	struct conform_options again = *options;
	struct evidence_case evidence;
	char run[] = "run";
	char *operands[] = {run, evidence.id};

	if (options->common.operand_count != 2 ||
		!evidence_read(options->common.operands[1], &evidence)) {
		complain("conform replay: a folder of evidence is wanted, with its case.json");
		return EXIT_CODE_USAGE;
	}
	again.common.operands = operands;
	again.common.operand_count = 2;
	again.target = evidence.target;
	again.cases = evidence.folder;
	again.seed = evidence.seed;
	again.repeat = 1;
	again.is_strict = true;
	printf("it was %s\n", verdict_name(evidence.verdict));
	return conform_command_run(&again);
}
