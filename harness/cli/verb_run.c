/* SPDX-License-Identifier: MIT */
/* dimp run: a scenario from file to report. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/complain.h"
#include "cli/engine_option.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/scenario_input.h"
#include "cli/verbs.h"
#include "observe/run_report.h"
#include "scenario/world.h"

struct run_options {
	struct options common;
	uint64_t seed;
	uint64_t frames_max;
	const char *pcap, *pcap_filter, *keylog, *trace, *set, *engine;
	bool has_no_invariants, is_twice, is_transparency_judged;
};

#define SEED_NOT_GIVEN UINT64_MAX

static const struct option_row run_rows[] = {
	{"seed", "N", OPTION_SEED, offsetof(struct run_options, seed),
		"of all that is random, instead of the file's"},
	{"engine", "NAME", OPTION_TEXT, offsetof(struct run_options, engine), ENGINE_OPTION_TEXT},
	{"set", "NAME=VALUE,...", OPTION_TEXT, offsetof(struct run_options, set),
		"values of the file's parameters (vary), instead of their first"},
	{"pcap", "FILE", OPTION_TEXT, offsetof(struct run_options, pcap),
		"write every frame as pcapng, one interface a port"},
	{"pcap-filter", "EXPRESSION", OPTION_TEXT, offsetof(struct run_options, pcap_filter),
		"of these frames only those that pcap-filter(7) lets through"},
	{"pcap-max", "N", OPTION_NUMBER, offsetof(struct run_options, frames_max),
		"of these frames only the first N"},
	{"keylog", "FILE", OPTION_TEXT, offsetof(struct run_options, keylog),
		"write the keys that decrypt it"},
	{"trace", "FILE", OPTION_TEXT, offsetof(struct run_options, trace),
		"write each transition of a machine, a line each"},
	{"no-invariants", NULL, OPTION_FLAG, offsetof(struct run_options, has_no_invariants),
		"do not judge the invariants: for measuring"},
	{"twice", NULL, OPTION_FLAG, offsetof(struct run_options, is_twice),
		"run it a second time: the octets on every wire must be the same"},
	{"transparency", NULL, OPTION_FLAG, offsetof(struct run_options, is_transparency_judged),
		"run it again without the moves: what VMs and hosts get must be the same"},
	{.name = NULL},
};

/* A line that is written over: how far the run is. */
struct progress {
	uint64_t duration_us;
	unsigned percent;
};

static void show_progress(void *context, struct dimp_time now)
{
	struct progress *progress = context;
	const unsigned percent = (unsigned)(now.us / (progress->duration_us / 100 + 1));

	if (percent == progress->percent)
		return;
	progress->percent = percent;
	fprintf(stderr, "\r%3u %%", percent);
}

static void run_world(struct world *world, const struct scenario *scenario,
	const struct options *options)
{
	struct progress progress = {.duration_us = scenario->duration_us, .percent = UINT32_MAX};
	const bool has_progress = isatty(STDERR_FILENO) && !options->is_quiet;

	world_run(world, has_progress ? show_progress : NULL, &progress);
	if (has_progress)
		fputs("\r      \r", stderr);
}

static bool write_json(const struct run_report *report, const char *path)
{
	struct output_file file;

	if (!output_file_open(&file, path))
		return false;
	if (report_json_write(report, file.stream))
		return output_file_commit(&file);
	output_file_discard(&file);
	complain("%s: no memory for the report; free some", report->scenario->path);
	return false;
}

/* JSON on standard output stands there alone. */
static int write_reports(const struct run_report *report, const struct options *options)
{
	const bool has_table =
		!options->is_quiet && (!options->is_json || options->json_path != NULL);

	if (options->is_json && !write_json(report, options->json_path))
		return EXIT_CODE_USAGE;
	if (report->violation != NULL) {
		report_violation_write(report, stderr);
		return EXIT_CODE_UNMET;
	}
	if (has_table)
		report_table_write(report, options->has_colour ? REPORT_COLOURED : REPORT_PLAIN,
			stdout);
	else
		report_misses_write(report->verdict, stderr);
	return report->verdict->missed == 0 ? EXIT_CODE_WELL : EXIT_CODE_UNMET;
}

/* What was written is judged too: no key may be in it, the key log aside. */
static void judge_files(struct world *world, const struct run_options *options)
{
	const char *const paths[] = {options->pcap, options->trace, options->common.json_path};

	for (size_t index = 0; index < sizeof paths / sizeof paths[0]; index++) {
		if (paths[index] != NULL)
			world_judge_file(world, paths[index]);
	}
}

static int report_world(struct world *world, const struct scenario *scenario,
	const struct run_options *options)
{
	struct expectations *verdict = calloc(1, sizeof *verdict);

	if (verdict == NULL) {
		complain("%s: no memory for the report; free some", scenario->path);
		return EXIT_CODE_INTERNAL;
	}
	expectations_judge(scenario, world_outcome(world), verdict);
	struct run_report report = {scenario, world_outcome(world), verdict,
		!options->has_no_invariants, world_violation(world)};
	const bool was_broken = report.violation != NULL;
	int code = write_reports(&report, &options->common);

	judge_files(world, options);
	report.violation = world_violation(world);
	if (!was_broken && report.violation != NULL) {
		report_violation_write(&report, stderr);
		code = EXIT_CODE_UNMET;
	}
	free(verdict);
	return code;
}

/* A run that broke off, or whose files are not there, is not judged. */
static int judge_run(struct world *world, const struct scenario *scenario,
	const struct run_options *options)
{
	if (!world_outcome(world)->is_whole) {
		complain("%s: memory ran out during the run; free some", scenario->path);
		return EXIT_CODE_INTERNAL;
	}
	if (!world_outcome(world)->is_written) {
		complain("%s: not all files of the run could be written; is there room?",
			scenario->path);
		return EXIT_CODE_USAGE;
	}
	return report_world(world, scenario, options);
}

/* The second run writes nothing. */
static bool run_twin(struct world *world, const struct scenario *scenario)
{
	const struct world_outputs outputs = {.is_unchecked = true};
	char error[512] = "";
	struct world *twin = world_create(scenario, &outputs, error, sizeof error);

	if (twin == NULL) {
		complain("%s: the world cannot be built again: %s", scenario->path, error);
		return false;
	}
	world_run(twin, NULL, NULL);
	world_judge_twin(world, twin);
	world_destroy(twin);
	return true;
}

/* What only another run can tell. */
static bool judge_twins(struct world *world, const struct scenario *scenario,
	const struct run_options *options)
{
	char error[512] = "";

	if (world_violation(world) != NULL)
		return true;
	if (options->is_twice && !run_twin(world, scenario))
		return false;
	if (!options->is_transparency_judged ||
		world_judge_transparency(world, error, sizeof error))
		return true;
	complain("%s: the world cannot be built without its moves: %s", scenario->path, error);
	return false;
}

static int run_read(const struct scenario *scenario, const struct run_options *options)
{
	const struct world_outputs outputs = {
		.pcapng = options->pcap,
		.keylog = options->keylog,
		.trace = options->trace,
		.pcapng_rule = {options->pcap_filter, options->frames_max},
		.is_unchecked = options->has_no_invariants,
		.is_observed = options->is_transparency_judged,
	};
	char error[512] = "";
	struct world *world = world_create(scenario, &outputs, error, sizeof error);

	if (world == NULL) {
		complain("%s: the world cannot be built: %s", scenario->path, error);
		return EXIT_CODE_USAGE;
	}
	run_world(world, scenario, &options->common);
	const bool is_run = judge_twins(world, scenario, options);
	const int code = is_run ? judge_run(world, scenario, options) : EXIT_CODE_INTERNAL;

	world_destroy(world);
	return code;
}

static int run_run(int argc, char **argv)
{
	struct run_options options = {.seed = SEED_NOT_GIVEN};
	const int verdict = options_read(&verb_run, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	struct engine_choice engine;
	const int missing = engine_option_read("run", options.engine, &engine);

	if (missing != OPTIONS_GO_ON)
		return missing;
	struct scenario *scenario = scenario_input_read(&(struct scenario_source){
		.path = options.common.operands[0],
		.has_seed = options.seed != SEED_NOT_GIVEN,
		.seed = options.seed,
		.engine = engine,
		.set = options.set,
	});

	if (scenario == NULL)
		return EXIT_CODE_USAGE;
	const int code = run_read(scenario, &options);

	scenario_destroy(scenario);
	return code;
}

const struct verb verb_run = {
	.name = "run",
	.summary = "Run a scenario and judge what it expects",
	.operands = "SCENARIO.yaml",
	.operands_min = 1,
	.operands_max = 1,
	.options = run_rows,
	.example = "  dimp run harness/scenarios/main-job.yaml --pcap main-job.pcapng "
		   "--keylog main-job.keys\n",
	.run = run_run,
};
