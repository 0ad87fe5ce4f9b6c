/* SPDX-License-Identifier: MIT */
/*
 * dimp station: a station's speaker in real time.  It asks its bridge, the one peer, for a VSI,
 * cuts over when a copy is staged, or when told, and ends with the outcome: exit code 0 for
 * SUCCESS, else one by advice.  Or it tells the old bridge where the DI may go (ANNOUNCE,
 * DIMP 9.7-4).
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/verbs.h"
#include "live/live_events.h"
#include "live/live_setup.h"
#include "live/serial_book.h"
#include "live/station_order.h"
#include "live/station_outcome.h"

struct station_options {
	struct live_options live;
	struct station_texts texts;
	const char *announce;
	const char *at_risk;
	const char *state_path;
	uint64_t deadline_ms;
	uint64_t serial;
	bool is_waiting; /* with the cut-over, for SIGUSR1 */
	bool is_trial; /* --dry-run */
	/* the move */
	struct dimp_vsi vsi;
	struct dimp_public_key destination; /* of --announce */
	uint64_t request;
	bool is_cancelled;
	bool was_staged;
	/* what came of it */
	bool has_outcome;
	int code;
};

typedef enum dimp_error command(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now);

static void give(struct live_speaker *live, const struct station_options *options, command *order,
	const char *name)
{
	const enum dimp_error error =
		order(live_speaker_model(live), options->request, live_speaker_now(live));

	if (error != DIMP_ERROR_NONE)
		complain("station: %s is not possible now: %s; the move goes on without", name,
			dimp_error_text(error));
}

static void take_progress(struct live_speaker *live, struct station_options *options, int phase)
{
	if (phase == DIMP_PHASE_STAGED) {
		options->was_staged = true;
		if (options->is_trial)
			give(live, options, dimp_speaker_cancel, "CANCEL");
		else if (!options->is_waiting)
			give(live, options, dimp_speaker_cutover, "CUTOVER");
	}
	if (phase == DIMP_PHASE_AT_RISK && strcmp(options->at_risk, "proceed") == 0)
		give(live, options, dimp_speaker_proceed, "PROCEED");
	else if (phase == DIMP_PHASE_AT_RISK && strcmp(options->at_risk, "cancel") == 0)
		give(live, options, dimp_speaker_cancel, "CANCEL");
}

/* A trial that came as far as a staged copy has shown what it was to show. */
static void take_response(struct station_options *options, const struct dimp_message *message)
{
	const struct dimp_response *response = &message->body.response;
	const bool is_well =
		options->is_trial && options->was_staged && response->error == DIMP_ERROR_CANCELLED;

	options->has_outcome = true;
	options->code = is_well ? EXIT_CODE_WELL : station_outcome_code(response);
	if (!options->live.common.is_quiet)
		station_outcome_print(message, options->live.common.is_json);
}

static void happen(void *context, struct live_speaker *live, const struct dimp_event *event)
{
	struct station_options *options = context;
	const struct options *common = &options->live.common;

	if (!common->is_quiet && (common->is_verbose || event->kind != DIMP_EVENT_TRANSITION))
		live_events_print(event, live_speaker_now(live), common->is_json);
	if (event->kind == DIMP_EVENT_PROGRESS)
		take_progress(live, options, event->message.body.progress.phase);
	if (event->kind == DIMP_EVENT_RESPONSE)
		take_response(options, &event->message);
	if (event->kind == DIMP_EVENT_ANNOUNCED) {
		options->has_outcome = true;
		options->code = station_outcome_announced(event->error);
	}
	if (options->has_outcome)
		live_speaker_stop(live);
}

/* What the hypervisor says while the move is under way.  Who insists on an end has it at once. */
static void hear_signal(void *context, struct live_speaker *live, int number)
{
	struct station_options *options = context;

	if (options->announce != NULL || options->is_cancelled) {
		if (number == SIGINT || number == SIGTERM)
			live_speaker_stop(live);
	} else if (number == SIGUSR1) {
		give(live, options, dimp_speaker_cutover, "CUTOVER");
	} else if (number == SIGUSR2) {
		give(live, options, dimp_speaker_proceed, "PROCEED");
	} else {
		options->is_cancelled = true;
		give(live, options, dimp_speaker_cancel, "CANCEL");
	}
}

static bool is_started(enum dimp_error error)
{
	if (error != DIMP_ERROR_NONE)
		complain("station: not possible: %s; see dimp explain %s", dimp_error_text(error),
			dimp_error_name(error));
	return error == DIMP_ERROR_NONE;
}

static bool ask(struct live_speaker *live, struct station_options *options,
	const struct dimp_request_config *config)
{
	return is_started(dimp_speaker_request(live_speaker_model(live), config,
		live_speaker_now(live), &options->request));
}

static bool announce(struct live_speaker *live, struct station_options *options)
{
	const struct dimp_announcement announcement = {
		.vsi = options->vsi,
		.serial = options->serial,
		.destination = options->destination,
	};

	return is_started(dimp_speaker_announce(live_speaker_model(live), &announcement,
		live_speaker_now(live), &options->request));
}

/* Reads what is asked for; complains and returns false when an option is wrong. */
static bool read_order(struct station_options *options, struct dimp_request_config *config)
{
	static const char *const ways[] = {"cancel", "proceed", "wait"};
	struct dimp_speaker_config defaults;
	size_t way = 0;

	dimp_speaker_config_default(&defaults);
	while (way < sizeof ways / sizeof ways[0] && strcmp(options->at_risk, ways[way]) != 0)
		way++;
	if (way == sizeof ways / sizeof ways[0]) {
		complain("station: --at-risk %s: no such way; cancel, proceed or wait",
			options->at_risk);
		return false;
	}
	if (options->deadline_ms == 0 || options->deadline_ms > UINT32_MAX) {
		complain("station: --deadline: out of range; 1 to %lu ms",
			(unsigned long)UINT32_MAX);
		return false;
	}
	config->deadline_ms = (uint32_t)options->deadline_ms;
	return station_order_read_key("announce", options->announce, &options->destination) &&
		station_order_read(&options->texts, defaults.supported_types, config);
}

/* The numbers come last: a wrong option costs no serial. */
static bool take_numbers(struct station_options *options)
{
	struct serial_numbers taken = {.serial = options->serial};

	if (!serial_book_take(options->state_path, &options->vsi, &taken))
		return false;
	options->serial = taken.serial;
	options->live.boot_count = taken.boot_count;
	return true;
}

static int converse(struct station_options *options, struct dimp_request_config *config)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGUSR1, SIGUSR2, 0};
	const struct live_config wanted = {
		.role = DIMP_ROLE_STATION_SPEAKER,
		.event = happen,
		.signals = signals,
		.signalled = hear_signal,
		.context = options,
	};
	struct live_speaker *live = live_setup("station", &options->live, &wanted, &options->code);

	if (live == NULL)
		return options->code;
	config->vsi = options->vsi;
	config->serial = options->serial;
	options->code = EXIT_CODE_USAGE;
	if (options->announce != NULL ? announce(live, options) : ask(live, options, config)) {
		options->code = EXIT_CODE_LIVENESS;
		if (!live_speaker_run(live, options->live.seconds * 1000000))
			options->code = EXIT_CODE_MISSING;
	}
	live_speaker_destroy(live);
	return options->code;
}

static const struct option_row rows[] = {
	LIVE_OPTION_ROWS(struct station_options),
	{"source", "HEX", OPTION_TEXT, offsetof(struct station_options, texts.source),
		"public key of the bridge that has the DI; none: who has it is asked"},
	{"mode", "MODE", OPTION_TEXT, offsetof(struct station_options, texts.mode),
		"one-shot (default) or staged"},
	{"wait", NULL, OPTION_FLAG, offsetof(struct station_options, is_waiting),
		"staged, and cut over at SIGUSR1, not as soon as a copy is there"},
	{"at-risk", "WAY", OPTION_TEXT, offsetof(struct station_options, at_risk),
		"at risk: cancel (default), proceed, or wait for a signal"},
	{"dry-run", NULL, OPTION_FLAG, offsetof(struct station_options, is_trial),
		"stage a copy, and cancel: whether the VM could move here"},
	{"filter", "MAC/VLAN,...", OPTION_TEXT, offsetof(struct station_options, texts.filters),
		"where the VSI's MAC addresses are used; no VLAN: untagged"},
	{"optional", "TYPE,...", OPTION_TEXT, offsetof(struct station_options, texts.optional),
		"DI types that may stay behind (default: none may)"},
	{"ticket", "FILE", OPTION_TEXT, offsetof(struct station_options, texts.ticket_path),
		"the VSI manager's ticket, 226 hex digits"},
	{"announce", "HEX", OPTION_TEXT, offsetof(struct station_options, announce),
		"tell PEER, the old bridge, that the DI may go to the bridge with this key"},
	{"deadline", "MS", OPTION_NUMBER, offsetof(struct station_options, deadline_ms),
		"milliseconds given to the bridge (default 5000)"},
	{"serial", "N", OPTION_NUMBER, offsetof(struct station_options, serial),
		"move serial (default: the time in seconds)"},
	{"state", "FILE", OPTION_TEXT, offsetof(struct station_options, state_path),
		"keeps serials and starts, so that none goes back"},
	{NULL, NULL, OPTION_FLAG, 0, NULL},
};

static int run_station(int argc, char **argv)
{
	struct station_options options = {
		.texts = {.mode = "one-shot"},
		.at_risk = "cancel",
		.deadline_ms = 5000,
	};
	struct dimp_request_config config = {.serial = 0};
	const int verdict = options_read(&verb_station, &options.live.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	if (options.is_waiting || options.is_trial)
		options.texts.mode = "staged";
	if (!live_setup_vsi("station", &options.live, &options.vsi) ||
		!read_order(&options, &config))
		return EXIT_CODE_USAGE;
	/* The outcome comes a second after the deadline at the latest (DIMP 9.6-7). */
	if (options.live.seconds == 0)
		options.live.seconds = options.deadline_ms / 1000 + 3;
	return take_numbers(&options) ? converse(&options, &config) : EXIT_CODE_USAGE;
}

const struct verb verb_station = {
	.name = "station",
	.summary = "Be a station's speaker: ask a bridge for a VSI's DI",
	.operands = "PEER",
	.operands_min = 1,
	.operands_max = 1,
	.options = rows,
	.example = "  dimp station --key s.key --listen 127.0.0.1:34003 --vsi $VSI \\\n"
		   "      --source $(dimp pubkey < a.key) 127.0.0.1:34002,$(dimp pubkey < b.key)\n",
	.run = run_station,
};
