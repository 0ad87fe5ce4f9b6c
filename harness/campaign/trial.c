/* SPDX-License-Identifier: MIT */
/* The child writes its struct to a pipe; one that ends without has crashed. */
#include "campaign/trial.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario/expectations.h"
#include "scenario/world.h"

static void fail(struct trial *trial, enum trial_verdict verdict, const char *text)
{
	trial->verdict = verdict;
	snprintf(trial->text, sizeof trial->text, "%.255s", text);
}

static void judge_expectations(struct trial *trial, const struct scenario *scenario,
	const struct world *world)
{
	struct expectations *verdict = calloc(1, sizeof *verdict);

	if (!verdict) {
		fail(trial, TRIAL_IMPOSSIBLE, "no memory");
		return;
	}
	expectations_judge(scenario, world_outcome(world), verdict);
	if (verdict->missed != 0)
		fail(trial, TRIAL_UNSOUND, "an expectation is unmet; dimp run tells which");
	free(verdict);
}

/* The first breach of an invariant, which is what went wrong before anything else did. */
static bool judge_invariants(struct trial *trial, const struct world *world)
{
	const struct invariant_violation *violation = world_violation(world);
	char text[800];

	if (!violation)
		return true;
	const struct invariant_row *row = &invariant_rows[violation->invariant];
	snprintf(text, sizeof text, "%s at %.40s, %llu.%06llu s: %.80s; found %.380s", row->name,
		violation->node ? violation->node : "the end",
		(unsigned long long)(violation->time.us / 1000000),
		(unsigned long long)(violation->time.us % 1000000), row->text, violation->found);
	fail(trial, TRIAL_UNSOUND, text);
	return false;
}

static void judge(struct trial *trial, const struct scenario *scenario, const struct world *world)
{
	const struct outcome *outcome = world_outcome(world);
	char text[sizeof trial->text];

	if (!outcome->is_whole) {
		fail(trial, TRIAL_IMPOSSIBLE, "memory ran out");
		return;
	}
	trial->digest = outcome->digest;
	trial->moves = (uint32_t)outcome->migration_count;
	trial->moved = 0;
	for (size_t index = 0; index < outcome->migration_count; index++)
		trial->moved += outcome->migrations[index].has_response &&
			outcome->migrations[index].result == DIMP_RESULT_SUCCESS;
	if (!judge_invariants(trial, world))
		return;
	switch (world_judge(world, text, sizeof text)) {
	case WORLD_SOUND: judge_expectations(trial, scenario, world); break;
	case WORLD_UNSOUND: fail(trial, TRIAL_UNSOUND, text); break;
	case WORLD_UNFINISHED: fail(trial, TRIAL_UNFINISHED, text); break;
	}
}

static void run_once(struct trial *trial, const struct scenario *scenario)
{
	char error[sizeof trial->text] = "";
	struct world *world = world_create(scenario, NULL, error, sizeof error);

	if (!world) {
		fail(trial, TRIAL_IMPOSSIBLE, error);
		return;
	}
	world_run(world, NULL, NULL);
	judge(trial, scenario, world);
	world_destroy(world);
}

static void run_twice(struct trial *trial, const struct scenario *scenario)
{
	struct trial again = *trial;

	run_once(trial, scenario);
	if (trial->verdict == TRIAL_IMPOSSIBLE)
		return;
	run_once(&again, scenario);
	if (again.digest != trial->digest)
		fail(trial, TRIAL_UNSOUND, "the same seed gave two different runs");
}

static void run_source(struct trial *trial, const struct trial_config *config)
{
	static struct scenario_errors errors;
	struct scenario *scenario = scenario_read(&config->source, &errors);

	if (!scenario) {
		fail(trial, TRIAL_UNREADABLE, errors.count > 0 ? errors.list[0].text : "");
		return;
	}
	scenario->plant = config->plant;
	snprintf(trial->known, sizeof trial->known, "%s", scenario->known);
	run_twice(trial, scenario);
	scenario_destroy(scenario);
}

static int be_child(int pipe_end, const struct trial_config *config)
{
	struct trial trial = {.verdict = TRIAL_WELL};

	alarm(config->seconds_max);
	run_source(&trial, config);
	return write(pipe_end, &trial, sizeof trial) == (ssize_t)sizeof trial ? 0 : 1;
}

static void read_child(struct trial *trial, int pipe_end, pid_t child)
{
	int status = 0;
	const ssize_t size = read(pipe_end, trial, sizeof *trial);

	close(pipe_end);
	if (waitpid(child, &status, 0) != child)
		fail(trial, TRIAL_IMPOSSIBLE, "its process is lost");
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		fail(trial, TRIAL_CRASHED, "it hung");
	else if (size != (ssize_t)sizeof *trial || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail(trial, TRIAL_CRASHED, "it crashed");
}

void trial_run(struct trial *trial, const struct trial_config *config)
{
	int ends[2];

	*trial = (struct trial){.verdict = TRIAL_WELL};
	if (pipe(ends) != 0) {
		fail(trial, TRIAL_IMPOSSIBLE, "no pipe");
		return;
	}
	fflush(NULL);
	const pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		_Exit(be_child(ends[1], config));
	}
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		fail(trial, TRIAL_IMPOSSIBLE, "no process");
		return;
	}
	read_child(trial, ends[0], child);
}
