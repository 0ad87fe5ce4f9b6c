/* SPDX-License-Identifier: MIT */
/*
 * What the user of the speaker does: answers to events, DI that changes, VSIs that come and leave,
 * and a station's commands.  Rows name the functions; each returns what the library says.
 */
#include <string.h>

#include "script/drill_run.h"

/* What a call needs beside the run: its words. */
typedef enum dimp_error drill_call_function(struct drill_run *run, struct span words,
	struct text_error *wrong);

/* Every call that cannot be understood says why in |wrong|. */
static enum dimp_error misunderstood(struct text_error *wrong, const char *why)
{
	(void)snprintf(wrong->text, sizeof wrong->text, "%s", why);
	return DIMP_ERROR_NONE;
}

static enum dimp_error call_frozen(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	(void)words;
	(void)wrong;
	dimp_speaker_frozen(run->world.speaker, run->world.freeze_vsi, run->world.freeze_token,
		run->world.now);
	return DIMP_ERROR_NONE;
}

/* frozen_late: the confirmation of the freeze before the last one. */
static enum dimp_error call_frozen_late(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	(void)words;
	(void)wrong;
	dimp_speaker_frozen(run->world.speaker, run->world.freeze_vsi,
		run->world.freeze_token_before, run->world.now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error call_activated(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	(void)words;
	(void)wrong;
	dimp_speaker_activated(run->world.speaker, run->world.activate_vsi, true, run->world.now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error call_failed(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	(void)words;
	(void)wrong;
	dimp_speaker_activated(run->world.speaker, run->world.activate_vsi, false, run->world.now);
	return DIMP_ERROR_NONE;
}

/* reject ERROR: the last record that was told. */
static enum dimp_error call_reject(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_ERROR};
	uint16_t error;

	if (run->world.record_vsi == DIMP_NO_VSI || !field_value_read(&field, words, &error))
		return misunderstood(wrong, "no record was told, or that is no error");
	dimp_speaker_reject(run->world.speaker, run->world.record_vsi, &run->world.record,
		(enum dimp_error)error);
	return DIMP_ERROR_NONE;
}

/* The VSI whose text is the next word. */
static bool take_vsi(struct span *words, struct dimp_vsi *vsi)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_VSI};

	return field_value_read(&field, span_take_word(words), vsi);
}

/* put VSI RECORD: learned or changed; "delete" in the record loses it. */
static enum dimp_error call_put(struct drill_run *run, struct span words, struct text_error *wrong)
{
	struct dimp_speaker *speaker = run->world.speaker;
	struct dimp_record record;
	struct dimp_vsi vsi;

	if (!take_vsi(&words, &vsi))
		return misunderstood(wrong, "no VSI");
	if (!record_parse(words, &record, wrong))
		return DIMP_ERROR_NONE;
	return dimp_speaker_di_change(speaker, dimp_speaker_vsi_find(speaker, &vsi), &record,
		run->world.now);
}

static enum dimp_error call_left(struct drill_run *run, struct span words, struct text_error *wrong)
{
	struct dimp_speaker *speaker = run->world.speaker;
	struct dimp_vsi vsi;

	if (!take_vsi(&words, &vsi))
		return misunderstood(wrong, "no VSI");
	dimp_speaker_vsi_left(speaker, dimp_speaker_vsi_find(speaker, &vsi), run->world.now);
	return DIMP_ERROR_NONE;
}

static enum dimp_error call_revoke(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	struct dimp_speaker *speaker = run->world.speaker;
	struct dimp_vsi vsi;

	if (!take_vsi(&words, &vsi))
		return misunderstood(wrong, "no VSI");
	return dimp_speaker_vsi_revoke(speaker, dimp_speaker_vsi_find(speaker, &vsi),
		run->world.now);
}

static enum dimp_error call_end_doubt(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	struct dimp_vsi vsi;

	if (!take_vsi(&words, &vsi))
		return misunderstood(wrong, "no VSI");
	return dimp_speaker_end_doubt(run->world.speaker, &vsi, run->world.now);
}

/* arrive VSI [SERIAL]: moves up to SERIAL are over. */
static enum dimp_error call_arrive(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_U64};
	struct dimp_vsi_config config = {.filter_count = 0};
	dimp_vsi_index index;

	if (!take_vsi(&words, &config.vsi))
		return misunderstood(wrong, "no VSI");
	if (words.size > 0 && !field_value_read(&field, span_take_word(&words), &config.serial))
		return misunderstood(wrong, "no serial");
	return dimp_speaker_vsi_add(run->world.speaker, &config, &index);
}

static dimp_peer take_peer(const struct drill_run *run, struct span *words)
{
	const struct span peer = span_take_word(words);
	char name[DRILL_NAME_SIZE];

	(void)snprintf(name, sizeof name, "%.*s", (int)peer.size, peer.text);
	return drill_world_peer(&run->world, name);
}

static enum dimp_error call_close(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	const dimp_peer peer = take_peer(run, &words);

	if (peer == DIMP_NO_PEER)
		return misunderstood(wrong, "no such peer");
	dimp_speaker_close(run->world.speaker, peer, run->world.now);
	return DIMP_ERROR_NONE;
}

/* The message of this kind with these fields; NULL when they cannot be read. */
static const struct dimp_message *parse_fields(const char *kind, struct span words,
	struct text_error *wrong)
{
	static struct parsed_message parsed;
	char text[DRILL_TEXT_MAX];

	(void)snprintf(text, sizeof text, "%s %.*s", kind, (int)words.size, words.text);
	if (!message_parse((struct span){text, strlen(text)}, &parsed, wrong))
		return NULL;
	return &parsed.message;
}

/* What a REQUEST says, and no destination. */
static struct dimp_request_config config_of(const struct dimp_message *message)
{
	const struct dimp_request *request = &message->body.request;
	struct dimp_request_config config = {
		.destination = DIMP_NO_PEER,
		.serial = request->serial,
		.vsi = request->vsi,
		.filter_count = message->row_count,
		.mode = (enum dimp_mode)request->mode,
		.source = request->source,
		.required = request->required,
		.optional = request->optional,
		.deadline_ms = request->deadline,
		.has_ticket = (request->attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0,
		.ticket = request->ticket,
	};

	memcpy(config.filters, message->rows.filter, sizeof config.filters);
	return config;
}

/* request PEER serial=... {filter ...}: the fields of a REQUEST without its id. */
static enum dimp_error call_request(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	const dimp_peer peer = take_peer(run, &words);
	const struct dimp_message *message = parse_fields("request", words, wrong);
	struct dimp_request_config config;

	if (message == NULL)
		return DIMP_ERROR_NONE;
	config = config_of(message);
	config.destination = peer;
	return dimp_speaker_request(run->world.speaker, &config, run->world.now,
		&run->world.request);
}

/* pull serial=... {filter ...}: the same at a bridge, by its own host. */
static enum dimp_error call_pull(struct drill_run *run, struct span words, struct text_error *wrong)
{
	const struct dimp_message *message = parse_fields("request", words, wrong);
	struct dimp_request_config config;

	if (message == NULL)
		return DIMP_ERROR_NONE;
	config = config_of(message);
	return dimp_speaker_pull(run->world.speaker, &config, run->world.now, &run->world.request);
}

/* notify PEER vsi=... {filter ...}: the fields of a NOTIFY. */
static enum dimp_error call_notify(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	const dimp_peer peer = take_peer(run, &words);
	const struct dimp_message *message = parse_fields("notify", words, wrong);

	if (message == NULL)
		return DIMP_ERROR_NONE;
	const struct dimp_notify *notify = &message->body.notify;
	struct dimp_notification notification = {
		.destination = peer,
		.serial = notify->serial,
		.vsi = notify->vsi,
		.filter_count = message->row_count,
		.required = notify->required,
		.optional = notify->optional,
		.deadline_ms = notify->deadline,
		.has_ticket = (notify->attributes >> DIMP_ATTRIBUTE_notify_ticket & 1) != 0,
		.ticket = notify->ticket,
	};

	memcpy(notification.filters, message->rows.filter, sizeof notification.filters);
	return dimp_speaker_notify(run->world.speaker, &notification, run->world.now);
}

/* announce PEER vsi=... serial=... destination=...: the fields of an ANNOUNCE. */
static enum dimp_error call_announce(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	static struct parsed_message parsed;
	char text[DRILL_TEXT_MAX], name[DRILL_NAME_SIZE];
	const struct span peer = span_take_word(&words);
	const struct dimp_announce *said = &parsed.message.body.announce;
	uint64_t id;

	(void)snprintf(name, sizeof name, "%.*s", (int)peer.size, peer.text);
	(void)snprintf(text, sizeof text, "announce %.*s", (int)words.size, words.text);
	if (!message_parse((struct span){text, strlen(text)}, &parsed, wrong))
		return DIMP_ERROR_NONE;
	const struct dimp_announcement announcement = {
		.bridge = drill_world_peer(&run->world, name),
		.vsi = said->vsi,
		.serial = said->serial,
		.destination = said->destination,
	};

	return dimp_speaker_announce(run->world.speaker, &announcement, run->world.now, &id);
}

/* expect VSI PEER: the bridge knows behind which station the VSI is to be. */
static enum dimp_error call_expect(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	char name[DRILL_NAME_SIZE];
	struct dimp_vsi vsi;

	if (!take_vsi(&words, &vsi))
		return misunderstood(wrong, "no VSI");
	(void)snprintf(name, sizeof name, "%.*s", (int)words.size, words.text);
	return dimp_speaker_vsi_expect(run->world.speaker, &vsi,
		drill_world_peer(&run->world, name));
}

static enum dimp_error call_cutover(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	(void)words;
	(void)wrong;
	return dimp_speaker_cutover(run->world.speaker, run->world.request, run->world.now);
}

static enum dimp_error call_proceed(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	(void)words;
	(void)wrong;
	return dimp_speaker_proceed(run->world.speaker, run->world.request, run->world.now);
}

static enum dimp_error call_cancel(struct drill_run *run, struct span words,
	struct text_error *wrong)
{
	(void)words;
	(void)wrong;
	return dimp_speaker_cancel(run->world.speaker, run->world.request, run->world.now);
}

static const struct {
	const char *name;
	drill_call_function *function;
} calls[] = {
	{"frozen", call_frozen},
	{"frozen_late", call_frozen_late},
	{"activated", call_activated},
	{"failed", call_failed},
	{"reject", call_reject},
	{"put", call_put},
	{"left", call_left},
	{"revoke", call_revoke},
	{"arrive", call_arrive},
	{"end_doubt", call_end_doubt},
	{"close", call_close},
	{"request", call_request},
	{"pull", call_pull},
	{"notify", call_notify},
	{"announce", call_announce},
	{"expect", call_expect},
	{"cutover", call_cutover},
	{"proceed", call_proceed},
	{"cancel", call_cancel},
};

static drill_call_function *find_call(struct span name)
{
	for (size_t index = 0; index < sizeof calls / sizeof calls[0]; index++) {
		if (span_is(name, calls[index].name))
			return calls[index].function;
	}
	return NULL;
}

/* Takes "-> ERROR" off the end; NONE when it is not there. */
static bool take_refusal(struct span *words, uint16_t *error)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_ERROR};
	size_t at = words->size;

	*error = DIMP_ERROR_NONE;
	while (at > 2 && words->text[at - 1] != ' ')
		at--;
	if (at < 3 || memcmp(words->text + at - 3, "-> ", 3) != 0)
		return true;
	const struct span name = {words->text + at, words->size - at};

	for (words->size = at - 3; words->size > 0 && words->text[words->size - 1] == ' ';)
		words->size--;
	return field_value_read(&field, name, error);
}

bool drill_call(struct drill_run *run, struct span words)
{
	struct text_error wrong = {.text = ""};
	drill_call_function *function;
	enum dimp_error error;
	uint16_t expected;

	if (!take_refusal(&words, &expected))
		return drill_run_fail(run, "no error behind ->");
	function = find_call(span_take_word(&words));
	if (function == NULL)
		return drill_run_fail(run, "no such call");
	error = function(run, words, &wrong);
	if (wrong.text[0] != '\0')
		return drill_run_fail(run, "cannot be called: %s", wrong.text);
	drill_world_settle(&run->world);
	return error == (enum dimp_error)expected ||
		drill_run_fail(run, "expected %s, the library says %s",
			dimp_error_name((enum dimp_error)expected), dimp_error_name(error));
}
