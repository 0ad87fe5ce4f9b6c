/* SPDX-License-Identifier: MIT */
/*
 * dimp replay: what a bridge would learn from a capture.  The frames are played into the sources;
 * what is printed is the DI of each VM at the end, or at an instant, and each change if that is
 * asked for.
 */
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/output_file.h"
#include "cli/verbs.h"
#include "observe/json_out.h"
#include "sources/replay.h"

static const double us_per_s = 1000000;
static const double seconds_max = 1000000000;

struct replay_options {
	struct options common;
	const char *vm, *trusted, *cak, *at, *acl, *radius_secret;
	bool has_events, has_fast_leave;
};

/* What is printed, and where to. */
struct account {
	const struct replay_options *options;
	FILE *stream;
	json_t *events; /* of JSON output, else NULL */
};

static bool read_mac(const char *text, struct dimp_mac *mac)
{
	unsigned octets[6];
	int end = 0;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &octets[0], &octets[1], &octets[2],
		    &octets[3], &octets[4], &octets[5], &end) != 6 ||
		text[end] != '\0')
		return false;
	for (size_t i = 0; i < sizeof mac->octets; i++)
		mac->octets[i] = (uint8_t)octets[i];
	return true;
}

/* MAC addresses with commas between; complains about what is none. */
static bool read_macs(const char *option, const char *text, struct replay_addresses *addresses)
{
	char one[32];

	while (text != NULL && *text != '\0') {
		const size_t length = strcspn(text, ",");
		(void)snprintf(one, sizeof one, "%.*s", (int)(length < 31 ? length : 31), text);
		if (addresses->count == REPLAY_ADDRESSES_MAX) {
			complain("--%s: more than %d addresses; give fewer", option,
				REPLAY_ADDRESSES_MAX);
			return false;
		}
		if (!read_mac(one, &addresses->macs[addresses->count])) {
			complain("--%s: %s is no MAC address; write 02:00:00:00:00:01", option,
				one);
			return false;
		}
		addresses->count++;
		text += length + (text[length] == ',' ? 1 : 0);
	}
	return true;
}

static bool read_instant(const char *text, struct replay_config *config)
{
	char *end = NULL;

	if (text == NULL)
		return true;
	const double seconds = strtod(text, &end);
	if (end == text || *end != '\0' || !(seconds >= 0 && seconds <= seconds_max)) {
		complain("--at: %s is no number of seconds; write 2.5", text);
		return false;
	}
	config->has_at = true;
	config->at_us = (uint64_t)llround(seconds * us_per_s);
	return true;
}

static bool read_radius_secret(const char *text, struct radius_secret *secret)
{
	if (text == NULL)
		return true;
	secret->size = strlen(text);
	if (secret->size == 0 || secret->size > sizeof secret->octets) {
		complain("--radius-secret: %zu octets; give 1 to %d", secret->size,
			RADIUS_SECRET_MAX);
		return false;
	}
	memcpy(secret->octets, text, secret->size);
	return true;
}

static bool read_config(const struct replay_options *options, struct replay_config *config,
	struct mka_config *mka)
{
	char error[512];

	sources_config_default(&config->sources);
	config->sources.has_savi = true;
	config->sources.is_fast_leave = options->has_fast_leave;
	mka_config_default(mka);
	if (options->acl != NULL)
		config->sources.acl_template = options->acl;
	if (options->cak != NULL) {
		if (!mka_keys_read(options->cak, &mka->keys, error, sizeof error)) {
			complain("%s; give a file with the lines \"ckn HEX\" and \"cak HEX\"",
				error);
			return false;
		}
		config->sources.mka = mka;
	}
	if (!read_radius_secret(options->radius_secret, &config->sources.dot1x.radius))
		return false;
	return read_macs("vm", options->vm, &config->vms) &&
		read_macs("trusted", options->trusted, &config->trusted) &&
		read_instant(options->at, config);
}

static void mac_text(const struct dimp_mac *mac, char text[18])
{
	const uint8_t *const octets = mac->octets;

	(void)snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2],
		octets[3], octets[4], octets[5]);
}

static void print_record(FILE *stream, const struct dimp_record *record)
{
	char text[4096];

	(void)dimp_record_text(record, text, sizeof text);
	fprintf(stream, "%s\n", text);
}

static void note_event(void *context, const struct dimp_mac *vm, const struct dimp_record *change,
	uint64_t at_us)
{
	struct account *const account = context;
	char mac[18];

	mac_text(vm, mac);
	if (account->events != NULL) {
		json_t *const event = json_pack("{s:f, s:s, s:o}", "at", (double)at_us / us_per_s,
			"vm", mac, "change", record_json(change, JSON_SECRETS_HIDDEN));
		(void)json_array_append_new(account->events, event);
		return;
	}
	if (account->options->common.is_quiet)
		return;
	fprintf(account->stream, "%12.6f  %s  %-6s  ", (double)at_us / us_per_s, mac,
		change->operation == DIMP_OPERATION_PUT ? "put" : "delete");
	print_record(account->stream, change);
}

static json_t *records_json(const struct sources *sources, struct dimp_time now)
{
	const struct source_place *const place = sources_place(sources);
	json_t *const records = json_array();
	struct dimp_record record;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		while ((entry = di_store_next(place->store, place->slot, (enum dimp_di_type)type,
				&cursor)) != NULL) {
			di_entry_at(entry, now, &record);
			(void)json_array_append_new(records,
				record_json(&record, JSON_SECRETS_HIDDEN));
		}
	}
	explicit_bzero(&record, sizeof record);
	return records;
}

static void add_counter(void *context, const char *name, const char *text, uint64_t value)
{
	(void)text;
	(void)json_object_set_new(context, name, number_json(value));
}

static json_t *vm_json(const struct sources *sources, struct dimp_time now)
{
	json_t *const counters = json_object();
	char mac[18];

	mac_text(&sources_place(sources)->vm, mac);
	sources_counters_walk(sources_counters(sources), add_counter, counters);
	return json_pack("{s:s, s:o, s:o}", "mac", mac, "records", records_json(sources, now),
		"counters", counters);
}

static void write_json(const struct account *account, const struct replay *replay,
	const struct capture_counters *counters)
{
	json_t *const vms = json_array();

	for (size_t i = 0; i < replay_vm_count(replay); i++)
		(void)json_array_append_new(vms, vm_json(replay_vm(replay, i), replay_now(replay)));
	json_t *const root = json_pack("{s:s, s:f, s:o, s:o, s:o, s:b, s:o}", "capture",
		account->options->common.operands[0], "at", (double)replay_at_us(replay) / us_per_s,
		"frames", number_json(counters->frames), "cut_frames",
		number_json(counters->cut_frames), "skipped", number_json(counters->skipped),
		"is_cut_off", counters->is_cut_off ? 1 : 0, "vms", vms);
	if (account->options->has_events)
		(void)json_object_set(root, "events", account->events);
	(void)json_dumpf(root, account->stream, JSON_INDENT(2));
	(void)fputc('\n', account->stream);
	json_decref(root);
}

static void print_counter(void *context, const char *name, const char *text, uint64_t value)
{
	(void)name;
	if (value != 0)
		fprintf(context, "    %10" PRIu64 "  %s\n", value, text);
}

static void print_records(FILE *stream, const struct sources *sources, struct dimp_time now)
{
	const struct source_place *const place = sources_place(sources);
	struct dimp_record record;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		while ((entry = di_store_next(place->store, place->slot, (enum dimp_di_type)type,
				&cursor)) != NULL) {
			di_entry_at(entry, now, &record);
			fprintf(stream, "  ");
			print_record(stream, &record);
		}
	}
	explicit_bzero(&record, sizeof record);
}

static void write_table(const struct account *account, const struct replay *replay,
	const struct capture_counters *counters)
{
	FILE *const stream = account->stream;

	if (account->options->common.is_quiet)
		return;
	fprintf(stream, "%s: %" PRIu64 " frames, %zu VMs, at %.6f s\n",
		account->options->common.operands[0], counters->frames, replay_vm_count(replay),
		(double)replay_at_us(replay) / us_per_s);
	for (size_t i = 0; i < replay_vm_count(replay); i++) {
		const struct sources *const sources = replay_vm(replay, i);
		char mac[18];
		mac_text(&sources_place(sources)->vm, mac);
		fprintf(stream, "VM %s\n", mac);
		print_records(stream, sources, replay_now(replay));
		if (account->options->common.is_verbose)
			sources_counters_walk(sources_counters(sources), print_counter, stream);
	}
	if (account->options->common.is_verbose && counters->cut_frames != 0)
		fprintf(stream, "%" PRIu64 " frames were captured only in part\n",
			counters->cut_frames);
}

/* Plays what is loaded and prints it; false when that could not be done. */
static bool run_account(struct account *account, struct replay *replay,
	const struct capture_counters *counters)
{
	const bool has_events = account->options->has_events;
	struct output_file output;

	if (!output_file_open(&output, account->options->common.json_path))
		return false;
	account->stream = output.stream;
	account->events = account->options->common.is_json ? json_array() : NULL;
	if (!replay_run(replay, has_events ? note_event : NULL, account)) {
		complain("%s: not played; is there memory, and is the ACL template "
			 "\"permit-own-address\" or \"permit-own-addresses\"?",
			account->options->common.operands[0]);
		output_file_discard(&output);
		json_decref(account->events);
		return false;
	}
	if (account->events != NULL)
		write_json(account, replay, counters);
	else
		write_table(account, replay, counters);
	json_decref(account->events);
	return output_file_commit(&output);
}

/* Loads one capture; what it counted is added to |counters|.  False, and told, when it cannot. */
static bool load_capture(struct replay *replay, const char *path, bool is_quiet,
	struct capture_counters *counters)
{
	char error[512];
	struct capture *const capture = capture_open(path, error, sizeof error);

	if (capture == NULL) {
		complain("%s: no capture: %s; give pcap or pcapng", path, error);
		return false;
	}
	const bool is_loaded = replay_load(replay, capture);
	const struct capture_counters *const counted = capture_counters(capture);
	counters->frames += counted->frames;
	counters->cut_frames += counted->cut_frames;
	counters->skipped += counted->skipped;
	counters->is_cut_off = counters->is_cut_off || counted->is_cut_off;
	if (!is_loaded)
		complain("%s: out of memory; give a shorter capture", path);
	else if (counted->is_cut_off && !is_quiet)
		complain("%s: breaks off after %" PRIu64 " frames; those were played", path,
			counted->frames);
	capture_close(capture);
	return is_loaded;
}

static int replay_captures(const struct replay_options *options, const struct replay_config *config)
{
	const struct options *const common = &options->common;
	struct capture_counters counters = {.frames = 0};
	struct replay *const replay = replay_create(config);
	struct account account = {.options = options};
	bool is_done = replay != NULL;

	if (replay == NULL)
		complain("out of memory; close something");
	for (size_t i = 0; i < common->operand_count && is_done; i++)
		is_done = load_capture(replay, common->operands[i], common->is_quiet, &counters);
	is_done = is_done && run_account(&account, replay, &counters);
	replay_destroy(replay);
	return is_done ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

static int run_replay(int argc, char **argv)
{
	struct replay_options options = {.vm = NULL};
	struct replay_config config = {.has_at = false};
	struct mka_config mka;
	const int verdict = options_read(&verb_replay, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	int code = EXIT_CODE_USAGE;
	if (read_config(&options, &config, &mka))
		code = replay_captures(&options, &config);
	mka_keys_wipe(&mka.keys);
	explicit_bzero(&config.sources.dot1x.radius, sizeof config.sources.dot1x.radius);
	return code;
}

static const struct option_row rows[] = {
	{"vm", "MAC,...", OPTION_TEXT, offsetof(struct replay_options, vm),
		"whose DI; else everybody's who behaves as a client"},
	{"trusted", "MAC,...", OPTION_TEXT, offsetof(struct replay_options, trusted),
		"whom to believe as server; else everybody who behaves as one"},
	{"cak", "FILE", OPTION_TEXT, offsetof(struct replay_options, cak),
		"CKN and CAK, to follow MKA and open MACsec"},
	{"acl-template", "NAME", OPTION_TEXT, offsetof(struct replay_options, acl),
		"fill in dynamic ACLs: permit-own-address or permit-own-addresses"},
	{"radius-secret", "SECRET", OPTION_TEXT, offsetof(struct replay_options, radius_secret),
		"be the client of the RADIUS server: sessions are what it accepts"},
	{"at", "SECONDS", OPTION_TEXT, offsetof(struct replay_options, at),
		"the state then, counted from the first frame"},
	{"fast-leave", NULL, OPTION_FLAG, offsetof(struct replay_options, has_fast_leave),
		"end a membership when the VM leaves, asking nobody"},
	{"events", NULL, OPTION_FLAG, offsetof(struct replay_options, has_events),
		"print each change with its time"},
	{.name = NULL},
};

const struct verb verb_replay = {
	.name = "replay",
	.summary = "Show the DI that a bridge learns from a capture",
	.operands = "CAPTURE...",
	.operands_min = 1,
	.operands_max = REPLAY_CAPTURES_MAX,
	.options = rows,
	.example = "  dimp replay --events pcaps/real/dhcp.pcapng\n"
		   "  dimp replay --radius-secret radius-secret pcaps/real/dot1x-radius.pcapng \\\n"
		   "    pcaps/real/dot1x-radius.server.pcapng\n"
		   "  dimp replay --cak pcaps/real/vm1.cak pcaps/real/vm1.pcapng\n",
	.run = run_replay,
};
