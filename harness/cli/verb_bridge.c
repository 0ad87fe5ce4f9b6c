/* SPDX-License-Identifier: MIT */
/*
 * dimp bridge: an edge bridge on interfaces, as a file says; or, given peers, its speaker alone,
 * over UDP.  That one owns the VSI whose DI it is given, hands it out, takes what moves here, and
 * says what happens.
 */
#include <stdio.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/octet_source.h"
#include "cli/verbs.h"
#include "live/bridge_file.h"
#include "live/bridge_service.h"
#include "live/live_events.h"
#include "live/live_setup.h"
#include "scenario/key_docs.h"

enum { SECONDS_DEFAULT = 60 };

struct bridge_options {
	struct live_options live;
	char *di_path;
	bool is_check;
	const char *control_path, *keylog_path, *upper_tester_path;
	const char *keys_form;
};

static void happen(void *context, struct live_speaker *live, const struct dimp_event *event)
{
	const struct bridge_options *options = context;
	struct dimp_speaker *model = live_speaker_model(live);
	const struct dimp_time now = live_speaker_now(live);

	if (options->live.common.is_verbose || event->kind != DIMP_EVENT_TRANSITION)
		live_events_print(event, now, options->live.common.is_json);
	if (event->kind == DIMP_EVENT_FREEZE)
		dimp_speaker_frozen(model, event->vsi, event->token, now);
	else if (event->kind == DIMP_EVENT_ACTIVATE)
		dimp_speaker_activated(model, event->vsi, true, now);
}

static bool add_record(struct live_speaker *live, dimp_vsi_index vsi, struct dimp_view octets)
{
	struct dimp_record record;
	enum dimp_error error = dimp_record_read(octets, &record);

	if (error == DIMP_ERROR_NONE)
		error = dimp_speaker_di_change(live_speaker_model(live), vsi, &record,
			live_speaker_now(live));
	explicit_bzero(&record, sizeof record);
	if (error != DIMP_ERROR_NONE)
		complain("bridge: a record is not taken: %s; see dimp explain %s",
			dimp_error_text(error), dimp_error_name(error));
	return error == DIMP_ERROR_NONE;
}

static bool load_di(struct live_speaker *live, dimp_vsi_index vsi, char *path)
{
	struct octet_source source;
	bool is_well = true;

	if (path == NULL)
		return true;
	if (!octet_source_load(&source, &path, 1))
		return false;
	for (size_t each = 0; is_well && each < source.stretch_count; each++) {
		struct dimp_view rest = {source.octets + source.stretches[each].begin,
			source.stretches[each].size};
		struct dimp_view record;

		while (is_well && dimp_tlv_next(&rest, &record))
			is_well = add_record(live, vsi, record);
	}
	octet_source_free(&source);
	return is_well;
}

/* The VSI that this bridge begins with, if it is given one. */
static bool own_vsi(struct live_speaker *live, const struct bridge_options *options)
{
	struct dimp_vsi_config config = {.filter_count = 0};
	dimp_vsi_index vsi;

	if (options->live.vsi_text == NULL)
		return true;
	if (!live_setup_vsi("bridge", &options->live, &config.vsi))
		return false;
	return dimp_speaker_vsi_add(live_speaker_model(live), &config, &vsi,
		       live_speaker_now(live)) == DIMP_ERROR_NONE &&
		load_di(live, vsi, options->di_path);
}

static const struct option_row rows[] = {
	LIVE_OPTION_ROWS(struct bridge_options),
	{"di", "FILE", OPTION_TEXT, offsetof(struct bridge_options, di_path),
		"records of the VSI as hex or octets, as dimp decode reads them"},
	{"check", NULL, OPTION_FLAG, offsetof(struct bridge_options, is_check),
		"only read the file, and say what is wrong with it"},
	{"control", "SOCKET", OPTION_TEXT, offsetof(struct bridge_options, control_path),
		"with FILE: listen there to dimp ctl"},
	{"keylog", "FILE", OPTION_TEXT, offsetof(struct bridge_options, keylog_path),
		"with FILE: write the keys of associations and of MACsec there, for captures"},
	{"upper-tester", "SOCKET", OPTION_TEXT, offsetof(struct bridge_options, upper_tester_path),
		"for tests only: with FILE, be commanded there by dimp conform"},
	{"keys", "FORM", OPTION_TEXT, offsetof(struct bridge_options, keys_form),
		"print the keys of a file, as markdown or mdoc"},
	{NULL, NULL, OPTION_FLAG, 0, NULL},
};

/* Peers have a comma in them. */
static bool is_file(const struct options *options)
{
	return options->operand_count == 1 && strchr(options->operands[0], ',') == NULL;
}

/* An option that is given and would be without effect; NULL when there is none. */
static const char *find_idle(const struct bridge_options *options)
{
	const struct live_options *live = &options->live;
	const struct {
		const char *name;
		bool is_given, is_of_file;
	} given[] = {
		{"check", options->is_check, true},
		{"control", options->control_path != NULL, true},
		{"keylog", options->keylog_path != NULL, true},
		{"upper-tester", options->upper_tester_path != NULL, true},
		{"listen", live->listen != NULL, false},
		{"interface", live->interface != NULL, false},
		{"key", live->key_path != NULL, false},
		{"psk", live->psk_path != NULL, false},
		{"vsi", live->vsi_text != NULL, false},
		{"di", options->di_path != NULL, false},
		{"seconds", live->seconds != 0, false},
	};
	const bool has_file = is_file(&live->common);

	for (size_t each = 0; each < sizeof given / sizeof given[0]; each++) {
		if (given[each].is_given && given[each].is_of_file != has_file)
			return given[each].name;
	}
	return options->di_path != NULL && live->vsi_text == NULL ? "di" : NULL;
}

/* False after a complaint: nobody is to wait for what an option without effect would have done. */
static bool is_sensible(const struct bridge_options *options)
{
	const struct options *common = &options->live.common;

	if (common->operand_count == 0) {
		complain("bridge: neither a file nor peers; give the path of a bridge's file");
		return false;
	}
	const char *idle = find_idle(options);

	if (idle == NULL)
		return true;
	if (is_file(common))
		complain("bridge: --%s has no effect with a file; say it in %s, see: man "
			 "dimp-bridge",
			idle, common->operands[0]);
	else if (strcmp(idle, "di") == 0)
		complain("bridge: --di has no effect without --vsi; give --vsi, too");
	else
		complain("bridge: --%s has no effect with peers; give the path of a bridge's file",
			idle);
	return false;
}

static int run_file(const struct bridge_options *options)
{
	const struct bridge_service_options service = {
		.path = options->live.common.operands[0],
		.control_path = options->control_path,
		.keylog_path = options->keylog_path,
		.upper_tester_path = options->upper_tester_path,
		.is_json = options->live.common.is_json,
		.is_verbose = options->live.common.is_verbose,
		.is_check = options->is_check,
	};

	return bridge_service_run(&service);
}

static int print_keys(const char *form)
{
	const bool is_mdoc = strcmp(form, "mdoc") == 0;

	if (!is_mdoc && strcmp(form, "markdown") != 0) {
		complain("bridge: --keys %s: no such form; give markdown or mdoc", form);
		return EXIT_CODE_USAGE;
	}
	for (size_t each = 0; each < BRIDGE_FILE_BLOCKS; each++) {
		if (is_mdoc)
			key_docs_write_mdoc_block(bridge_file_blocks[each], stdout);
		else
			key_docs_write_markdown_block(bridge_file_blocks[each], stdout);
	}
	return EXIT_CODE_WELL;
}

static int run_bridge(int argc, char **argv)
{
	struct bridge_options options = {.di_path = NULL};
	const int verdict = options_read(&verb_bridge, &options.live.common, argc, argv);
	const struct live_config config = {
		.role = DIMP_ROLE_BRIDGE_SPEAKER,
		.event = happen,
		.context = &options,
	};

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	if (options.keys_form != NULL)
		return print_keys(options.keys_form);
	if (!is_sensible(&options))
		return EXIT_CODE_USAGE;
	if (is_file(&options.live.common))
		return run_file(&options);
	if (options.live.seconds == 0)
		options.live.seconds = SECONDS_DEFAULT;
	int code;
	struct live_speaker *live = live_setup("bridge", &options.live, &config, &code);

	if (live == NULL)
		return code;
	code = EXIT_CODE_USAGE;
	if (own_vsi(live, &options))
		code = live_speaker_run(live, options.live.seconds * 1000000) ? EXIT_CODE_WELL
									      : EXIT_CODE_MISSING;
	live_speaker_destroy(live);
	return code;
}

const struct verb verb_bridge = {
	.name = "bridge",
	.summary = "Be an edge bridge on interfaces, or a bridge's speaker alone, in real time",
	.operands = "FILE|PEER...",
	.operands_min = 0,
	.operands_max = 8,
	.options = rows,
	.example = "  dimp bridge edge-a.yaml\n"
		   "  dimp bridge --key a.key --listen 127.0.0.1:34001 --vsi $VSI --di vm1.hex \\\n"
		   "      127.0.0.1:34002,$(dimp pubkey < b.key)\n",
	.run = run_bridge,
};
