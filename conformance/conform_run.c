/* SPDX-License-Identifier: MIT */
/*
 * A case is skipped for what it needs and the implementation has not, else its drill is run and its
 * end becomes a verdict; an expectation of failure turns that around.
 */
#include "conform_run.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/exit_codes.h"
#include "evidence.h"
#include "script/drill_runner.h"

static void decide(struct conform_result *result, enum verdict verdict, const char *why)
{
	result->verdict = verdict;
	(void)snprintf(result->why, sizeof result->why, "%s", why);
}

static enum pics_answer answer_for(const struct conform_run *run, const char *capability)
{
	const size_t row = pics_find(capability);

	if (run->pics != NULL && row != CAPABILITIES_MAX && run->pics->answers[row] != PICS_UNSAID)
		return run->pics->answers[row];
	return run->target->claims == NULL
		? PICS_UNSAID
		: run->target->claims(run->target->subject.user, capability);
}

/* Whether the implementation has the capability; what is not said counts as had. */
static bool has_capability(const struct conform_run *run, struct span name,
	struct conform_result *result)
{
	char capability[64], why[RESULT_WHY_SIZE];

	(void)snprintf(capability, sizeof capability, "%.*s", (int)name.size, name.text);
	if (answer_for(run, capability) != PICS_NO)
		return true;
	(void)snprintf(why, sizeof why, "the implementation has no %s", capability);
	decide(result, VERDICT_SKIP, why);
	return false;
}

static bool is_applicable(const struct conform_run *run, struct conform_result *result)
{
	const char *role = result->what->is_bridge ? "BRIDGE" : "STATION";
	struct span needs = {result->what->needs, strlen(result->what->needs)};

	if (!has_capability(run, (struct span){role, strlen(role)}, result))
		return false;
	while (needs.size > 0) {
		if (!has_capability(run, span_take_word(&needs), result))
			return false;
	}
	return true;
}

static void judge_end(struct conform_result *result, const struct drill_outcome *outcome)
{
	static const enum verdict verdicts[] = {
		[DRILL_PASSED] = VERDICT_PASS,
		[DRILL_UNSUPPORTED] = VERDICT_SKIP,
		[DRILL_UNREACHED] = VERDICT_INCONC,
		[DRILL_UNMET] = VERDICT_FAIL,
		[DRILL_SENSELESS] = VERDICT_ERROR,
		[DRILL_SUBJECT_HUNG] = VERDICT_ERROR,
		[DRILL_SUBJECT_CRASHED] = VERDICT_ERROR,
	};

	result->has_died =
		outcome->end == DRILL_SUBJECT_HUNG || outcome->end == DRILL_SUBJECT_CRASHED;
	decide(result, verdict_worse(result->verdict, verdicts[outcome->end]), outcome->why);
}

static void run_drill(struct conform_run *run, struct conform_result *result)
{
	size_t size = 0;
	struct drill_outcome outcome = {
		.report = open_memstream(&result->report, &size),
		.subject = run->target->subject,
		.tap = wire_log_tap(run->log),
		.seed = run->seed,
		.is_probed = true,
	};

	wire_log_clear(run->log);
	if (outcome.report == NULL) {
		decide(result, VERDICT_ERROR, "no memory");
		return;
	}
	(void)drill_run(&result->what->file->drill, result->what->turn, result->what->file->path,
		&outcome);
	fclose(outcome.report);
	judge_end(result, &outcome);
}

/* An expectation turns failure and success around, but excuses neither crash nor skip. */
static void expect_failure(const struct conform_run *run, struct conform_result *result)
{
	const char *reason = waived_reason(run->waived, result->what->id);
	char why[RESULT_WHY_SIZE];

	if (reason == NULL || result->has_died || result->verdict == VERDICT_SKIP)
		return;
	if (result->verdict == VERDICT_PASS) {
		decide(result, VERDICT_XPASS,
			"passes, and is expected not to: take it off the list");
		return;
	}
	(void)snprintf(why, sizeof why, "%.200s", reason);
	decide(result, VERDICT_XFAIL, why);
}

void conform_run_case(struct conform_run *run, struct conform_result *result)
{
	struct timespec before, after;

	free(result->report);
	*result = (struct conform_result){.what = result->what};
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	if (is_applicable(run, result))
		run_drill(run, result);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	result->seconds = (double)(after.tv_sec - before.tv_sec) +
		(double)(after.tv_nsec - before.tv_nsec) / 1e9;
	expect_failure(run, result);
	if (run->evidence != NULL && conform_result_counts(run, result))
		evidence_keep(run, result);
}

bool conform_result_counts(const struct conform_run *run, const struct conform_result *result)
{
	switch (result->verdict) {
	case VERDICT_NONE:
	case VERDICT_PASS:
	case VERDICT_XFAIL:
	case VERDICTS: return false;
	case VERDICT_SKIP: return run->is_skip_failure;
	case VERDICT_INCONC:
	case VERDICT_FAIL: return run->is_strict || !result->what->is_should;
	case VERDICT_ERROR:
	case VERDICT_XPASS: return true;
	}
	return true;
}

size_t conform_run_count(const struct conform_run *run, enum verdict verdict)
{
	size_t count = 0;

	for (size_t index = 0; index < run->count; index++)
		count += run->results[index].verdict == verdict;
	return count;
}

int conform_run_code(const struct conform_run *run)
{
	bool has_failed = false, has_doubt = false;

	for (size_t index = 0; index < run->count; index++) {
		const struct conform_result *result = &run->results[index];
		const bool is_counted = conform_result_counts(run, result);

		if (result->has_died)
			return EXIT_CODE_CRASHED;
		has_doubt = has_doubt || (is_counted && result->verdict == VERDICT_INCONC);
		has_failed = has_failed || (is_counted && result->verdict != VERDICT_INCONC);
	}
	if (has_failed)
		return EXIT_CODE_UNMET;
	if (has_doubt)
		return EXIT_CODE_INCONCLUSIVE;
	return conform_run_count(run, VERDICT_SKIP) == run->count ? EXIT_CODE_SKIPPED
								  : EXIT_CODE_WELL;
}
