/* SPDX-License-Identifier: MIT */
/*
 * dimp campaign: first the regressions, which failed once, then run after run, as many at a time as
 * there are processors.  The first seed that fails is made small, written down as one more
 * regression, and ends the campaign.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign/campaign.h"
#include "campaign/regressions.h"
#include "cli/campaign_report.h"
#include "cli/complain.h"
#include "cli/engine_option.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/scenario_input.h"
#include "cli/verbs.h"

enum {
	SECONDS = 120,
	SECONDS_MAX = 86400,
	SHRINK_TRIALS_MAX = 400,
	COMMAND_SIZE = 2048,
	SEEDS_MAX = 100000000
};

struct campaign_options {
	struct options common;
	uint64_t seeds, first, seed, jobs, seconds;
	const char *plant, *regressions, *ledger, *csv, *engine;
	bool is_shrinking_off, goes_on, is_once;
};

#define SEED_NOT_GIVEN UINT64_MAX
#define REGRESSIONS "harness/regressions"

static const struct option_row campaign_rows[] = {
	{"seeds", "N", OPTION_NUMBER, offsetof(struct campaign_options, seeds),
		"how many seeds (100)"},
	{"first", "N", OPTION_NUMBER, offsetof(struct campaign_options, first),
		"the first of them (1)"},
	{"seed", "N", OPTION_SEED, offsetof(struct campaign_options, seed),
		"this seed alone, without regressions"},
	{"engine", "NAME", OPTION_TEXT, offsetof(struct campaign_options, engine),
		ENGINE_OPTION_TEXT},
	{"jobs", "N", OPTION_NUMBER, offsetof(struct campaign_options, jobs),
		"runs at a time (processors; under mpirun 1, at each rank)"},
	{"ledger", "FILE", OPTION_TEXT, offsetof(struct campaign_options, ledger),
		"keep a row for each run in this SQLite file, and do only what is not in it yet"},
	{"csv", "FILE", OPTION_TEXT, offsetof(struct campaign_options, csv),
		"write a line for each migration"},
	{"keep-going", NULL, OPTION_FLAG, offsetof(struct campaign_options, goes_on),
		"go on past a run that fails"},
	{"regressions", "DIR", OPTION_TEXT, offsetof(struct campaign_options, regressions),
		"scenarios replayed first, and where a failing seed is written (" REGRESSIONS ")"},
	{"as-drawn", NULL, OPTION_FLAG, offsetof(struct campaign_options, is_shrinking_off),
		"keep a failing seed as it was drawn"},
	{"seconds", "N", OPTION_NUMBER, offsetof(struct campaign_options, seconds),
		"a run that takes longer hangs (120)"},
	{"once", NULL, OPTION_FLAG, offsetof(struct campaign_options, is_once),
		"run each seed once; else it is run twice, and both runs must be the same"},
	{"plant", "BUG", OPTION_TEXT, offsetof(struct campaign_options, plant),
		"plant a bug in the emulated bridges: thaw-after-release"},
	{.name = NULL},
};

/* What a campaign has come to. */
struct campaign {
	const struct campaign_options *options;
	struct campaign_plan plan;
	struct shrink_config shrink;
	struct crew *crew;
	struct ledger *ledger;
	struct ledger_range range;
	struct regressions regressions;
	int code; /* EXIT_CODE_WELL until something fails */
	char text[256], command[COMMAND_SIZE], file[OUTPUT_PATH_MAX];
	unsigned shrink_trials;
};

static int code_of(enum trial_verdict verdict)
{
	switch (verdict) {
	case TRIAL_WELL: return EXIT_CODE_WELL;
	case TRIAL_UNSOUND: return EXIT_CODE_UNMET;
	case TRIAL_UNFINISHED: return EXIT_CODE_LIVENESS;
	case TRIAL_CRASHED: return EXIT_CODE_CRASHED;
	case TRIAL_UNREADABLE: return EXIT_CODE_USAGE;
	case TRIAL_IMPOSSIBLE: break;
	}
	return EXIT_CODE_INTERNAL;
}

/* ---- progress, on a terminal */

static void show_progress(uint64_t count, uint64_t done, uint64_t failed)
{
	fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " runs", done, count);
	if (failed > 0)
		fprintf(stderr, ", %" PRIu64 " failed", failed);
	fputc(' ', stderr);
}

static bool has_progress(const struct campaign *campaign)
{
	return isatty(STDERR_FILENO) && !campaign->options->common.is_quiet;
}

static void clear_progress(const struct campaign *campaign)
{
	if (has_progress(campaign))
		fputs("\r\033[K", stderr);
}

/* ---- regressions */

static void tell_known(const char *path, const struct trial *trial)
{
	printf("known: %s: %s (%s)\n", path, trial->known, trial->text);
}

static void replay_all(struct campaign *campaign)
{
	const struct options *common = &campaign->options->common;
	const bool is_told = !common->is_quiet && !common->is_json;
	struct regressions *regressions = &campaign->regressions;

	regressions_replay(regressions, campaign->options->regressions, &campaign->shrink,
		is_told ? tell_known : NULL);
	if (regressions->path[0] == '\0')
		return;
	campaign->code = code_of(regressions->failed.verdict);
	snprintf(campaign->text, sizeof campaign->text, "%s", regressions->failed.text);
	snprintf(campaign->file, sizeof campaign->file, "%s", regressions->path);
	snprintf(campaign->command, sizeof campaign->command, "dimp run %s", regressions->path);
}

/* ---- what failed */

static void write_regression(struct campaign *campaign, const struct draw *draw,
	const struct trial *trial)
{
	struct output_file file;

	snprintf(campaign->file, sizeof campaign->file, "%s/seed-%" PRIu64 ".yaml",
		campaign->options->regressions, draw->seed);
	if (!output_file_open(&file, campaign->file)) {
		campaign->file[0] = '\0';
		return;
	}
	fprintf(file.stream, "# Found by the campaign: %s.\n", trial->text);
	draw_write(draw, file.stream);
	if (!output_file_commit(&file))
		campaign->file[0] = '\0';
}

static void make_small(struct campaign *campaign, uint64_t seed)
{
	static struct draw draw;
	struct trial trial;

	draw_make(&draw, seed);
	shrink_try(&trial, &draw, &campaign->shrink);
	if (trial.verdict == TRIAL_WELL || trial.verdict == TRIAL_IMPOSSIBLE)
		return;
	campaign->shrink_trials = shrink_draw(&draw, &trial, &campaign->shrink);
	write_regression(campaign, &draw, &trial);
}

/* Whether a seed that fails is made small and kept: a planted bug is no regression, and those are
 * run by the native engine. */
static bool keeps_failure(const struct campaign *campaign)
{
	return !campaign->plan.scenario && !campaign->options->is_shrinking_off &&
		!campaign->options->plant && !campaign->plan.engine.is_ns3;
}

static void tell_failure(struct campaign *campaign, const struct ledger_run *run,
	const struct trial *trial)
{
	const char *plant = campaign->options->plant, *engine = campaign->options->engine;

	campaign->code = code_of(trial->verdict);
	snprintf(campaign->text, sizeof campaign->text, "%s", trial->text);
	if (!campaign->plan.scenario)
		snprintf(campaign->command, sizeof campaign->command,
			"dimp campaign --as-drawn --seed %" PRIu64 "%s%s%s%s", run->seed,
			plant ? " --plant " : "", plant ? plant : "", engine ? " --engine " : "",
			engine ? engine : "");
	else
		snprintf(campaign->command, sizeof campaign->command,
			"dimp run %s --seed %" PRIu64 "%s%s%s%s", campaign->plan.scenario,
			run->seed, run->parameters[0] ? " --set " : "", run->parameters,
			engine ? " --engine " : "", engine ? engine : "");
	if (keeps_failure(campaign))
		make_small(campaign, run->seed);
}

static void find_failure(struct campaign *campaign)
{
	const struct campaign_plan *plan = &campaign->plan;
	struct ledger_run run;
	struct trial trial;

	if (!ledger_first_failure(campaign->ledger, &campaign->range, &run, &trial))
		return;
	run = campaign_plan_run(&campaign->plan,
		(run.seed - plan->first) * plan->variations + run.variation);
	tell_failure(campaign, &run, &trial);
}

/* ---- what came of it */

static void write_failure(const struct campaign *campaign)
{
	fprintf(stderr, "dimp: campaign: %s: %s\n  rerun: %s\n",
		campaign_report_word(campaign->code), campaign->text, campaign->command);
	if (campaign->shrink_trials != 0 && campaign->file[0] != '\0')
		fprintf(stderr, "  made small in %u trials: dimp run %s\n", campaign->shrink_trials,
			campaign->file);
}

static bool write_csv(const struct campaign *campaign)
{
	struct output_file file;

	if (!campaign->options->csv)
		return true;
	if (!output_file_open(&file, campaign->options->csv))
		return false;
	if (ledger_write_csv(campaign->ledger, &campaign->range, file.stream))
		return output_file_commit(&file);
	output_file_discard(&file);
	complain("%s: the ledger cannot be read", campaign->options->csv);
	return false;
}

static bool write_json(const struct campaign *campaign, const struct campaign_report *report)
{
	struct output_file file;

	if (!output_file_open(&file, campaign->options->common.json_path))
		return false;
	if (campaign_report_write_json(report, file.stream))
		return output_file_commit(&file);
	output_file_discard(&file);
	complain("campaign: the report cannot be written; free some memory");
	return false;
}

static int report(const struct campaign *campaign)
{
	const struct campaign_report shown = {
		.ledger = campaign->ledger,
		.plan = &campaign->plan,
		.range = &campaign->range,
		.regressions = &campaign->regressions,
		.code = campaign->code,
		.text = campaign->text,
		.command = campaign->command,
		.file = campaign->file,
	};
	bool is_written = write_csv(campaign);

	if (campaign->code != EXIT_CODE_WELL)
		write_failure(campaign);
	if (campaign->options->common.is_json)
		is_written = write_json(campaign, &shown) && is_written;
	else if (!campaign->options->common.is_quiet)
		campaign_report_write(&shown, stdout);
	return is_written ? campaign->code : EXIT_CODE_USAGE;
}

/* ---- all of it */

static int go(struct campaign *campaign)
{
	const struct campaign_config config = {
		.plan = &campaign->plan,
		.crew = campaign->crew,
		.ledger = campaign->ledger,
		.goes_on = campaign->options->goes_on,
		.progress = has_progress(campaign) ? show_progress : NULL,
	};
	const enum campaign_end end = campaign_go(&config, &campaign->range);

	clear_progress(campaign);
	if (end == CAMPAIGN_UNWRITTEN)
		complain("%s: a run could not be written; make room on its disk",
			campaign->options->ledger ? campaign->options->ledger : "the ledger");
	if (end == CAMPAIGN_STUCK)
		complain("campaign: runs cannot be begun, or are killed again and again; give it "
			 "memory and processes, or fewer --jobs");
	if (end != CAMPAIGN_DONE)
		return EXIT_CODE_INTERNAL;
	find_failure(campaign);
	return report(campaign);
}

/* Whether |path| can be written, NULL can: asked before the first run, not after the last. */
static bool is_writable(const char *path)
{
	struct output_file file;

	if (!path)
		return true;
	if (!output_file_open(&file, path))
		return false;
	output_file_discard(&file);
	return true;
}

/* Whether a seed that fails can be kept, if it is to be. */
static bool has_room_for_failure(const struct campaign *campaign)
{
	const char *folder = campaign->options->regressions;
	char inside[OUTPUT_PATH_MAX];

	snprintf(inside, sizeof inside, "%s/.", folder);
	if (!keeps_failure(campaign) || access(inside, W_OK) == 0)
		return true;
	complain("%s: %s; give a folder where a seed that fails is kept (--regressions), or "
		 "--as-drawn",
		folder, strerror(errno));
	return false;
}

static int lead(struct campaign *campaign)
{
	const struct campaign_options *options = campaign->options;
	char error[LEDGER_ERROR_SIZE];

	if (!is_writable(options->csv) || !is_writable(options->common.json_path) ||
		!has_room_for_failure(campaign))
		return EXIT_CODE_USAGE;
	if (options->seed == SEED_NOT_GIVEN && !campaign->plan.scenario)
		replay_all(campaign);
	if (campaign->code != EXIT_CODE_WELL) {
		write_failure(campaign);
		return campaign->code;
	}
	campaign->ledger = ledger_open(options->ledger, campaign->plan.identity, error);
	if (!campaign->ledger) {
		complain("%s: %s; give another --ledger",
			options->ledger ? options->ledger : "the ledger", error);
		return EXIT_CODE_USAGE;
	}
	const int code = go(campaign);

	ledger_close(campaign->ledger);
	return code;
}

static unsigned jobs_of(const struct campaign_options *options, bool has_bus)
{
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (options->jobs > 0)
		return (unsigned)options->jobs;
	return has_bus || processors < 1 ? 1 : (unsigned)processors;
}

static int run_alone(struct campaign *campaign)
{
	campaign->crew = crew_create(jobs_of(campaign->options, false), NULL, 1);
	const int code = campaign->crew ? lead(campaign) : EXIT_CODE_INTERNAL;

	crew_destroy(campaign->crew);
	return code;
}

/* Rank 0 leads, the others serve it. */
static int run_on_bus(struct campaign *campaign)
{
	const unsigned jobs = jobs_of(campaign->options, true);
	const struct crew_plan plan = {&campaign->plan, campaign_plan_make};
	char error[LEDGER_ERROR_SIZE];
	const struct bus *bus = bus_load(error, sizeof error);
	int rank = 0, ranks = 1, code = EXIT_CODE_INTERNAL;

	if (!bus || !bus->begin(&rank, &ranks)) {
		complain("campaign: %s", bus ? "MPI cannot begin; see what mpirun says" : error);
		return EXIT_CODE_MISSING;
	}
	if (rank != 0) {
		code = crew_serve(jobs, bus, &plan) ? EXIT_CODE_WELL : EXIT_CODE_INTERNAL;
	} else {
		campaign->crew = crew_create(jobs, bus, ranks);
		code = campaign->crew ? lead(campaign) : EXIT_CODE_INTERNAL;
		crew_destroy(campaign->crew);
	}
	bus->end();
	return code;
}

static int check_options(const struct campaign_options *options)
{
	if (options->plant != NULL && strcmp(options->plant, "thaw-after-release") != 0)
		complain("--plant %s: no such bug; expected thaw-after-release", options->plant);
	else if (options->seeds == 0 || options->seeds > SEEDS_MAX)
		complain("--seeds %" PRIu64 ": expected 1 to %d", options->seeds, SEEDS_MAX);
	else if (options->first > INT64_MAX - SEEDS_MAX)
		complain("--first %" PRIu64 ": expected less", options->first);
	else if (options->seconds == 0 || options->seconds > SECONDS_MAX)
		complain("--seconds %" PRIu64 ": expected 1 to %d", options->seconds, SECONDS_MAX);
	else if (options->jobs > CREW_PLACES_MAX)
		complain("--jobs %" PRIu64 ": expected at most %d", options->jobs, CREW_PLACES_MAX);
	else
		return OPTIONS_GO_ON;
	return EXIT_CODE_USAGE;
}

static int run_options(const struct campaign_options *options)
{
	const bool is_one = options->seed != SEED_NOT_GIVEN;
	const enum scenario_plant plant =
		options->plant ? SCENARIO_PLANT_THAW_AFTER_RELEASE : SCENARIO_PLANT_NONE;
	static struct campaign campaign;
	static struct scenario_errors errors;

	campaign = (struct campaign){
		.options = options,
		.shrink = {plant, (unsigned)options->seconds, SHRINK_TRIALS_MAX},
		.plan =
			{
				.scenario = options->common.operand_count > 0
					? options->common.operands[0]
					: NULL,
				.first = is_one ? options->seed : options->first,
				.seeds = is_one ? 1 : options->seeds,
				.plant = plant,
				.is_once = options->is_once,
				.seconds_max = (unsigned)options->seconds,
			},
	};
	const int missing = engine_option_read("campaign", options->engine, &campaign.plan.engine);

	if (missing != OPTIONS_GO_ON)
		return missing;
	if (!campaign_plan_open(&campaign.plan, &errors)) {
		scenario_input_complain(campaign.plan.scenario, &errors);
		return EXIT_CODE_USAGE;
	}
	const int code = bus_is_wanted() ? run_on_bus(&campaign) : run_alone(&campaign);

	campaign_plan_close(&campaign.plan);
	return code;
}

static int run_campaign(int argc, char **argv)
{
	struct campaign_options options = {
		.seeds = 100,
		.first = 1,
		.seed = SEED_NOT_GIVEN,
		.seconds = SECONDS,
		.regressions = REGRESSIONS,
	};
	const int verdict = options_read(&verb_campaign, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	const int wrong = check_options(&options);

	return wrong != OPTIONS_GO_ON ? wrong : run_options(&options);
}

const struct verb verb_campaign = {
	.name = "campaign",
	.summary = "Run random worlds, or a scenario's variations, until one goes wrong",
	.operands = "[SCENARIO.yaml]",
	.operands_max = 1,
	.options = campaign_rows,
	.example = "  dimp campaign --seeds 1000 --ledger soak.sqlite\n"
		   "  dimp campaign my.yaml --seeds 20 --csv my.csv\n"
		   "  dimp campaign --seed 17\n",
	.run = run_campaign,
};
