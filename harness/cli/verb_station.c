/* SPDX-License-Identifier: MIT */
/*
 * dimp station: a station's speaker on UDP in real time.  It asks its bridge, the first peer, for a
 * VSI, cuts over as soon as a copy is staged, and ends with the outcome: exit code 0 for SUCCESS,
 * else one by advice.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/verbs.h"
#include "live/live_events.h"
#include "live/live_setup.h"

struct station_options {
	struct live_options live;
	const char *source_text;
	const char *mode_text;
	uint64_t deadline_ms;
	uint64_t serial;
	/* what came of it */
	bool has_response;
	struct dimp_response response;
};

static void take_progress(struct live_speaker *live, const struct dimp_event *event)
{
	const struct dimp_time now = live_speaker_now(live);

	if (event->message.body.progress.phase == DIMP_PHASE_STAGED &&
		dimp_speaker_cutover(live_speaker_model(live), event->request, now) !=
			DIMP_ERROR_NONE)
		complain("station: CUTOVER is not possible now; the migration goes on without");
	if (event->message.body.progress.phase == DIMP_PHASE_AT_RISK &&
		dimp_speaker_cancel(live_speaker_model(live), event->request, now) !=
			DIMP_ERROR_NONE)
		complain("station: CANCEL is not possible now; the deadline will end it");
}

static void happen(void *context, struct live_speaker *live, const struct dimp_event *event)
{
	struct station_options *options = context;

	if (options->live.common.is_verbose || event->kind != DIMP_EVENT_TRANSITION)
		live_events_print(event, live_speaker_now(live), options->live.common.is_json);
	if (event->kind == DIMP_EVENT_PROGRESS)
		take_progress(live, event);
	if (event->kind == DIMP_EVENT_RESPONSE) {
		options->has_response = true;
		options->response = event->message.body.response;
		live_speaker_stop(live);
	}
}

static bool read_mode(const char *text, enum dimp_mode *mode)
{
	*mode = strcmp(text, "staged") == 0 ? DIMP_MODE_STAGED : DIMP_MODE_ONE_SHOT;
	if (*mode == DIMP_MODE_STAGED || strcmp(text, "one-shot") == 0)
		return true;
	complain("station: --mode %s: no such mode; one-shot or staged", text);
	return false;
}

static bool ask(struct live_speaker *live, const struct station_options *options)
{
	struct dimp_request_config config = {
		.filters = {{.vlan = 0}},
		.filter_count = 1,
		.serial = options->serial != 0 ? options->serial : (uint64_t)time(NULL),
		.required = ~(uint64_t)1,
		.deadline_ms = (uint32_t)options->deadline_ms,
	};
	struct dimp_speaker_config defaults;
	uint64_t request;

	dimp_speaker_config_default(&defaults);
	config.required = defaults.supported_types;
	if (!live_setup_vsi("station", &options->live, &config.vsi) ||
		!read_mode(options->mode_text, &config.mode))
		return false;
	if (options->source_text != NULL &&
		!live_setup_hex(options->source_text, config.source.octets,
			sizeof config.source.octets)) {
		complain("station: --source %s: no public key; give 64 hex digits (dimp pubkey)",
			options->source_text);
		return false;
	}
	return dimp_speaker_request(live_speaker_model(live), &config, live_speaker_now(live),
		       &request) == DIMP_ERROR_NONE;
}

/* The exit code that tells a script what came of it. */
static int outcome(const struct station_options *options)
{
	if (!options->has_response)
		return EXIT_CODE_LIVENESS;
	if (options->response.result != DIMP_RESULT_FAIL)
		return EXIT_CODE_WELL;
	if ((options->response.advice & DIMP_ADVICE_RETRY) != 0)
		return EXIT_CODE_ADVICE_RETRY;
	if ((options->response.advice & DIMP_ADVICE_CONTINUE_AT_RISK) != 0)
		return EXIT_CODE_ADVICE_AT_RISK;
	return EXIT_CODE_ADVICE_STOP;
}

static const struct option_row rows[] = {
	LIVE_OPTION_ROWS(struct station_options),
	{"source", "HEX", OPTION_TEXT, offsetof(struct station_options, source_text),
		"public key of the bridge that has the DI; none: this bridge itself"},
	{"mode", "MODE", OPTION_TEXT, offsetof(struct station_options, mode_text),
		"one-shot (default) or staged"},
	{"deadline", "MS", OPTION_NUMBER, offsetof(struct station_options, deadline_ms),
		"milliseconds given to the bridge (default 5000)"},
	{"serial", "N", OPTION_NUMBER, offsetof(struct station_options, serial),
		"move serial (default: the time in seconds)"},
	{NULL, NULL, OPTION_FLAG, 0, NULL},
};

static int run_station(int argc, char **argv)
{
	struct station_options options = {.mode_text = "one-shot", .deadline_ms = 5000};

	live_options_default(&options.live);
	const int verdict = options_read(&verb_station, &options.live.common, argc, argv);
	const struct live_config config = {
		.role = DIMP_ROLE_STATION_SPEAKER,
		.event = happen,
		.context = &options,
	};

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	struct live_speaker *live = live_setup("station", &options.live, &config);

	if (live == NULL)
		return EXIT_CODE_USAGE;
	int code = EXIT_CODE_USAGE;
	if (ask(live, &options))
		code = live_speaker_run(live, options.live.seconds * 1000000) ? outcome(&options)
									      : EXIT_CODE_MISSING;
	live_speaker_destroy(live);
	return code;
}

const struct verb verb_station = {
	.name = "station",
	.summary = "Be a station's speaker on UDP: ask a bridge for a VSI's DI",
	.operands = "PEER",
	.operands_min = 1,
	.operands_max = 1,
	.options = rows,
	.example = "  dimp station --key s.key --listen 127.0.0.1:34003 --vsi $VSI \\\n"
		   "      --source $(dimp pubkey < a.key) 127.0.0.1:34002,$(dimp pubkey < b.key)\n",
	.run = run_station,
};
