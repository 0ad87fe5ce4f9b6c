/* SPDX-License-Identifier: MIT */
/*
 * dimp campaign: first the regressions, which failed once, then seed after seed.  The first seed
 * that fails is made small, written down as one more regression, and ends the campaign.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign/shrink.h"
#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/verbs.h"

enum { SECONDS_MAX = 120, SHRINK_TRIALS_MAX = 400, COMMAND_MAX = 200 };

struct campaign_options {
	struct options common;
	uint64_t seeds, first, seed;
	const char *plant, *regressions;
	bool is_shrinking_off;
};

#define SEED_NOT_GIVEN UINT64_MAX
#define REGRESSIONS "harness/regressions"

static const struct option_row campaign_rows[] = {
	{"seeds", "N", OPTION_NUMBER, offsetof(struct campaign_options, seeds),
		"how many seeds (100)"},
	{"first", "N", OPTION_NUMBER, offsetof(struct campaign_options, first),
		"the first of them (1)"},
	{"seed", "N", OPTION_NUMBER, offsetof(struct campaign_options, seed),
		"this seed alone, without regressions"},
	{"regressions", "DIR", OPTION_TEXT, offsetof(struct campaign_options, regressions),
		"scenarios replayed first, and where a failing seed is written (" REGRESSIONS ")"},
	{"as-drawn", NULL, OPTION_FLAG, offsetof(struct campaign_options, is_shrinking_off),
		"keep a failing seed as it was drawn"},
	{"plant", "BUG", OPTION_TEXT, offsetof(struct campaign_options, plant),
		"plant a bug in the emulated bridges: thaw-after-release"},
	{.name = NULL},
};

/* What a campaign has come to. */
struct campaign {
	const struct campaign_options *options;
	struct shrink_config shrink;
	uint64_t seeds, moves, moved, digest;
	size_t replayed, known;
	int code; /* EXIT_CODE_WELL until something fails */
	char text[256], command[COMMAND_MAX], file[OUTPUT_PATH_MAX];
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

static const char *word_of(int code)
{
	if (code == EXIT_CODE_LIVENESS)
		return "liveness";
	if (code == EXIT_CODE_CRASHED)
		return "crash";
	return code == EXIT_CODE_UNMET ? "correctness" : "trouble";
}

static void show_progress(const struct campaign *campaign, uint64_t seed)
{
	if (isatty(STDERR_FILENO) && !campaign->options->common.is_quiet)
		fprintf(stderr, "\rseed %" PRIu64 " ", seed);
}

static void clear_progress(const struct campaign *campaign)
{
	if (isatty(STDERR_FILENO) && !campaign->options->common.is_quiet)
		fputs("\r                          \r", stderr);
}

/* ---- regressions */

static void fail_replay(struct campaign *campaign, const char *path, const char *text, int code)
{
	campaign->code = code;
	snprintf(campaign->text, sizeof campaign->text, "%.255s", text);
	snprintf(campaign->file, sizeof campaign->file, "%s", path);
	snprintf(campaign->command, sizeof campaign->command, "dimp run %.150s", path);
}

static void replay(struct campaign *campaign, const char *path)
{
	struct trial trial;

	trial_run(&trial,
		&(struct trial_config){
			.source = {.path = path},
			.plant = campaign->shrink.plant,
			.seconds_max = SECONDS_MAX,
		});
	campaign->replayed++;
	if (trial.known[0] == '\0' && trial.verdict != TRIAL_WELL)
		fail_replay(campaign, path, trial.text, code_of(trial.verdict));
	if (trial.known[0] == '\0')
		return;
	campaign->known++;
	if (trial.verdict == TRIAL_WELL)
		fail_replay(campaign, path, "it passes: take its row known out", EXIT_CODE_UNMET);
	else if (!campaign->options->common.is_quiet && !campaign->options->common.is_json)
		printf("known: %s: %s (%s)\n", path, trial.known, trial.text);
}

static int is_scenario(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && strcmp(dot, ".yaml") == 0;
}

static void replay_all(struct campaign *campaign)
{
	const char *folder = campaign->options->regressions;
	struct dirent **entries = NULL;
	const int count = scandir(folder, &entries, is_scenario, alphasort);
	char path[OUTPUT_PATH_MAX];

	for (int index = 0; index < count; index++) {
		snprintf(path, sizeof path, "%s/%s", folder, entries[index]->d_name);
		if (campaign->code == EXIT_CODE_WELL)
			replay(campaign, path);
		free(entries[index]);
	}
	free(entries);
}

/* ---- seeds */

static void write_regression(struct campaign *campaign, const struct draw *draw,
	const struct trial *trial)
{
	struct output_file file;

	snprintf(campaign->file, sizeof campaign->file, "%s/seed-%" PRIu64 ".yaml",
		campaign->options->regressions, draw->seed);
	if (access(campaign->options->regressions, W_OK) != 0 ||
		!output_file_open(&file, campaign->file)) {
		campaign->file[0] = '\0';
		return;
	}
	fprintf(file.stream, "# Found by the campaign: %s.\n", trial->text);
	draw_write(draw, file.stream);
	if (!output_file_commit(&file))
		campaign->file[0] = '\0';
}

static void fail_seed(struct campaign *campaign, struct draw *draw, struct trial *trial)
{
	campaign->code = code_of(trial->verdict);
	snprintf(campaign->text, sizeof campaign->text, "%s", trial->text);
	snprintf(campaign->command, sizeof campaign->command,
		"dimp campaign --as-drawn --seed %" PRIu64 "%s%.32s", draw->seed,
		campaign->options->plant ? " --plant " : "",
		campaign->options->plant ? campaign->options->plant : "");
	if (campaign->options->is_shrinking_off)
		return;
	campaign->shrink_trials = shrink_draw(draw, trial, &campaign->shrink);
	/* A planted bug is no regression. */
	if (campaign->shrink.plant == SCENARIO_PLANT_NONE)
		write_regression(campaign, draw, trial);
}

static void try_seed(struct campaign *campaign, uint64_t seed)
{
	struct draw draw;
	struct trial trial;

	show_progress(campaign, seed);
	draw_make(&draw, seed);
	shrink_try(&trial, &draw, &campaign->shrink);
	campaign->seeds++;
	campaign->moves += trial.moves;
	campaign->moved += trial.moved;
	campaign->digest = (campaign->digest ^ trial.digest) * UINT64_C(0x100000001b3);
	if (trial.verdict != TRIAL_WELL)
		fail_seed(campaign, &draw, &trial);
}

/* ---- what came of it */

static int write_json(const struct campaign *campaign)
{
	struct output_file file;
	char digest[17];

	snprintf(digest, sizeof digest, "%016" PRIx64, campaign->digest);
	json_t *root = json_pack("{s:I, s:I, s:I, s:s, s:I, s:I, s:s, s:s, s:s, s:s}", "seeds",
		(json_int_t)campaign->seeds, "migrations", (json_int_t)campaign->moves, "succeeded",
		(json_int_t)campaign->moved, "digest", digest, "regressions",
		(json_int_t)campaign->replayed, "known", (json_int_t)campaign->known, "failure",
		campaign->code == EXIT_CODE_WELL ? "" : word_of(campaign->code), "text",
		campaign->text, "command", campaign->command, "file", campaign->file);
	const bool is_open = root && output_file_open(&file, campaign->options->common.json_path);
	const bool is_written = is_open && json_dumpf(root, file.stream, JSON_INDENT(2)) == 0 &&
		fputc('\n', file.stream) != EOF;

	json_decref(root);
	if (is_open && !is_written)
		output_file_discard(&file);
	return is_written && output_file_commit(&file) ? campaign->code : EXIT_CODE_USAGE;
}

static void write_failure(const struct campaign *campaign)
{
	fprintf(stderr, "dimp: campaign: %s: %s\n  rerun: %s\n", word_of(campaign->code),
		campaign->text, campaign->command);
	if (campaign->shrink_trials != 0 && campaign->file[0] != '\0')
		fprintf(stderr, "  made small in %u trials: dimp run %s\n", campaign->shrink_trials,
			campaign->file);
}

static int report(const struct campaign *campaign)
{
	if (campaign->code != EXIT_CODE_WELL)
		write_failure(campaign);
	if (campaign->options->common.is_json)
		return write_json(campaign);
	if (!campaign->options->common.is_quiet)
		printf("%zu regressions (%zu known); %" PRIu64 " seeds, %" PRIu64
		       " migrations, %" PRIu64 " of them SUCCESS; digest %016" PRIx64 "\n",
			campaign->replayed, campaign->known, campaign->seeds, campaign->moves,
			campaign->moved, campaign->digest);
	return campaign->code;
}

static int run_seeds(const struct campaign_options *options, enum scenario_plant plant)
{
	struct campaign campaign = {
		.options = options,
		.shrink = {plant, SECONDS_MAX, SHRINK_TRIALS_MAX},
		.digest = UINT64_C(0xcbf29ce484222325),
	};
	const bool is_one = options->seed != SEED_NOT_GIVEN;
	const uint64_t first = is_one ? options->seed : options->first;
	const uint64_t count = is_one ? 1 : options->seeds;

	if (!is_one)
		replay_all(&campaign);
	for (uint64_t each = 0; each < count && campaign.code == EXIT_CODE_WELL; each++)
		try_seed(&campaign, first + each);
	clear_progress(&campaign);
	return report(&campaign);
}

static int run_campaign(int argc, char **argv)
{
	struct campaign_options options = {
		.seeds = 100,
		.first = 1,
		.seed = SEED_NOT_GIVEN,
		.regressions = REGRESSIONS,
	};
	const int verdict = options_read(&verb_campaign, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	if (options.plant != NULL && strcmp(options.plant, "thaw-after-release") != 0) {
		complain("--plant %s: no such bug; expected thaw-after-release", options.plant);
		return EXIT_CODE_USAGE;
	}
	return run_seeds(&options,
		options.plant ? SCENARIO_PLANT_THAW_AFTER_RELEASE : SCENARIO_PLANT_NONE);
}

const struct verb verb_campaign = {
	.name = "campaign",
	.summary = "Run random worlds with random faults until one goes wrong",
	.operands = "",
	.options = campaign_rows,
	.example = "  dimp campaign --seeds 1000\n  dimp campaign --seed 17\n",
	.run = run_campaign,
};
