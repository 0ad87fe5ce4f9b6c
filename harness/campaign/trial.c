/* SPDX-License-Identifier: MIT */
/* The child writes what came of it to a pipe; one that ends without has crashed. */
#include "campaign/trial.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/exit_codes.h"
#include "observe/memory_refusals.h"
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

static void note_move(struct trial_move *move, const struct outcome_migration *came)
{
	const struct outcome_phases *phases = &came->phases;

	*move = (struct trial_move){
		.has_response = came->has_response,
		.result = came->result,
		.reason = came->reason,
		.error = came->error,
		.completion_us = TRIAL_NEVER,
		.blackout_us = TRIAL_NEVER,
		.stop_us = came->stop_us,
	};
	snprintf(move->name, sizeof move->name, "%s", came->name);
	if (phases->requested.us != UINT64_MAX && phases->responded.us != UINT64_MAX)
		move->completion_us = phases->responded.us - phases->requested.us;
	if (phases->stopped.us != UINT64_MAX && phases->resumed.us != UINT64_MAX)
		move->blackout_us = phases->resumed.us - phases->stopped.us;
}

/* False without memory. */
static bool note_outcome(struct trial *trial, const struct outcome *outcome)
{
	trial_destroy(trial);
	trial->list = calloc(outcome->migration_count + 1, sizeof *trial->list);
	if (!trial->list)
		return false;
	trial->digest = outcome->digest;
	trial->attacks = outcome->attacks;
	trial->moves = (uint32_t)outcome->migration_count;
	trial->moved = 0;
	for (size_t index = 0; index < outcome->migration_count; index++) {
		const struct trial_move *move = &trial->list[index];

		note_move(&trial->list[index], &outcome->migrations[index]);
		trial->moved += move->has_response && move->result == DIMP_RESULT_SUCCESS;
	}
	trial->lost = trial->lost_beyond_stop = 0;
	for (size_t index = 0; index < outcome->service_count; index++) {
		trial->lost += outcome->services[index].lost;
		trial->lost_beyond_stop += outcome->services[index].lost_beyond_stop;
	}
	return true;
}

static void judge_end(struct trial *trial, const struct world *world)
{
	char text[sizeof trial->text];

	switch (world_judge(world, text, sizeof text)) {
	case WORLD_SOUND: break;
	case WORLD_UNSOUND: fail(trial, TRIAL_UNSOUND, text); break;
	case WORLD_UNFINISHED: fail(trial, TRIAL_UNFINISHED, text); break;
	}
}

static void judge(struct trial *trial, const struct trial_config *config, const struct world *world,
	const struct scenario *scenario)
{
	const struct outcome *outcome = world_outcome(world);

	if (!outcome->is_whole || !note_outcome(trial, outcome)) {
		fail(trial, TRIAL_IMPOSSIBLE, "memory ran out");
		return;
	}
	if (!judge_invariants(trial, world))
		return;
	if (config->is_healed)
		judge_end(trial, world);
	if (trial->verdict == TRIAL_WELL)
		judge_expectations(trial, scenario, world);
}

static void run_once(struct trial *trial, const struct trial_config *config,
	const struct scenario *scenario)
{
	char error[sizeof trial->text] = "";
	struct world *world = world_create(scenario, NULL, error, sizeof error);

	if (!world) {
		fail(trial, TRIAL_IMPOSSIBLE, error);
		return;
	}
	world_run(world, NULL, NULL);
	judge(trial, config, world, scenario);
	world_destroy(world);
}

static void run_and_again(struct trial *trial, const struct trial_config *config,
	const struct scenario *scenario)
{
	struct trial again = *trial;

	run_once(trial, config, scenario);
	if (trial->verdict == TRIAL_IMPOSSIBLE || config->is_once)
		return;
	run_once(&again, config, scenario);
	if (again.digest != trial->digest)
		fail(trial, TRIAL_UNSOUND, "the same seed gave two different runs");
	trial_destroy(&again);
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
	run_and_again(trial, config, scenario);
	scenario_destroy(scenario);
}

/* ---- as octets */

unsigned char *trial_pack(const struct trial *trial, size_t *size)
{
	const size_t moves = trial->list ? trial->moves : 0;
	unsigned char *octets = malloc(sizeof *trial + moves * sizeof *trial->list);

	if (!octets)
		return NULL;
	memcpy(octets, trial, sizeof *trial);
	if (moves > 0)
		memcpy(octets + sizeof *trial, trial->list, moves * sizeof *trial->list);
	*size = sizeof *trial + moves * sizeof *trial->list;
	return octets;
}

bool trial_unpack(struct trial *trial, const unsigned char *octets, size_t size)
{
	if (size < sizeof *trial)
		return false;
	memcpy(trial, octets, sizeof *trial);
	const bool has_list = trial->list != NULL;
	trial->list = NULL;
	size -= sizeof *trial;
	if (size != (has_list ? trial->moves * sizeof *trial->list : 0))
		return false;
	if (!has_list)
		return true;
	trial->list = malloc(size + 1);
	if (trial->list)
		memcpy(trial->list, octets + sizeof *trial, size);
	return trial->list != NULL;
}

void trial_destroy(struct trial *trial)
{
	free(trial->list);
	trial->list = NULL;
}

/* ---- its process */

static bool write_all(int pipe_end, const unsigned char *octets, size_t size)
{
	while (size > 0) {
		const ssize_t written = write(pipe_end, octets, size);

		if (written <= 0)
			return false;
		octets += written;
		size -= (size_t)written;
	}
	return true;
}

/* What came out without memory is nobody's fault but the machine's. */
static int tell_refusal(int pipe_end, struct trial *trial)
{
	trial_destroy(trial);
	*trial = (struct trial){.verdict = TRIAL_IMPOSSIBLE, .text = "its process had no memory"};
	return write_all(pipe_end, (const unsigned char *)trial, sizeof *trial) ? 0 : 1;
}

static int be_child(int pipe_end, const struct trial_config *config)
{
	struct trial trial = {.verdict = TRIAL_WELL};
	size_t size = 0;

	signal(SIGALRM, SIG_DFL);
	alarm(config->seconds_max);
	run_source(&trial, config);
	if (memory_was_refused())
		return tell_refusal(pipe_end, &trial);
	unsigned char *octets = trial_pack(&trial, &size);
	const bool is_written = octets && write_all(pipe_end, octets, size);

	free(octets);
	trial_destroy(&trial);
	return is_written ? 0 : 1;
}

bool trial_begin(struct trial_process *process, const struct trial_config *config)
{
	int ends[2];

	*process = (struct trial_process){.pipe_end = -1};
	if (pipe(ends) != 0)
		return false;
	fflush(NULL);
	process->child = fork();
	if (process->child == 0) {
		close(ends[0]);
		_Exit(be_child(ends[1], config));
	}
	close(ends[1]);
	process->pipe_end = ends[0];
	if (process->child > 0)
		return true;
	close(ends[0]);
	return false;
}

/* False without memory. */
static bool make_room(struct trial_process *process)
{
	enum { ROOM_MIN = 4096 };

	if (process->capacity - process->size >= ROOM_MIN)
		return true;
	const size_t capacity = process->capacity * 2 + ROOM_MIN;
	unsigned char *larger = realloc(process->octets, capacity);

	if (!larger)
		return false;
	process->octets = larger;
	process->capacity = capacity;
	return true;
}

bool trial_read(struct trial_process *process)
{
	if (!make_room(process))
		return false;
	const ssize_t size = read(process->pipe_end, process->octets + process->size,
		process->capacity - process->size);

	if (size > 0)
		process->size += (size_t)size;
	return size > 0 || (size < 0 && errno == EINTR);
}

void trial_end(struct trial_process *process, struct trial *trial)
{
	int status = 0;

	close(process->pipe_end);
	*trial = (struct trial){.verdict = TRIAL_WELL};
	const bool is_whole = trial_unpack(trial, process->octets, process->size);

	free(process->octets);
	/* Its pipe is closed: what has not told all by now never will. */
	if (!is_whole)
		kill(process->child, SIGTERM);
	if (waitpid(process->child, &status, 0) != process->child)
		fail(trial, TRIAL_IMPOSSIBLE, "its process is lost");
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		fail(trial, TRIAL_CRASHED, "it hung");
	else if (WIFSIGNALED(status) &&
		(WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM))
		fail(trial, TRIAL_IMPOSSIBLE, "its process was killed");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_CODE_INTERNAL)
		fail(trial, TRIAL_IMPOSSIBLE, "its process had no memory");
	else if (!is_whole || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail(trial, TRIAL_CRASHED, "it crashed");
}

void trial_run(struct trial *trial, const struct trial_config *config)
{
	struct trial_process process;

	*trial = (struct trial){.verdict = TRIAL_WELL};
	if (!trial_begin(&process, config)) {
		fail(trial, TRIAL_IMPOSSIBLE, "no process");
		return;
	}
	while (trial_read(&process))
		continue;
	trial_end(&process, trial);
}
