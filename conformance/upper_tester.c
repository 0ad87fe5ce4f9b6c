/* SPDX-License-Identifier: MIT */
/*
 * A subject behind a program: every call of the drill's is a question, and every answer may bring
 * PDUs that were sent and events that were told, which wait here until the drill takes them.
 */
#include "upper_tester.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "json_channel.h"
#include "upper_json.h"

struct upper_tester {
	struct json_channel channel;
	char command[TARGET_TEXT_SIZE]; /* or address */
	bool has_wire;
	json_t *addresses; /* of peers, with a wire; else NULL */
	size_t pdu_size_max; /* of the wire */
	bool has_counts; /* it says how many PDUs it has taken and sent */
	uint64_t taken_count, sent_count;
	uint64_t due_us; /* until it has something to do; UINT64_MAX when it does not say */
	char address[TARGET_TEXT_SIZE]; /* its own there */
	struct drill_terms terms;
	json_t *sent, *told; /* arrays; what was not taken yet */
	json_t *entries; /* of the last VSI that was walked */
	struct text_error unimplemented; /* "" unless it said so */
};

static void keep(json_t *queue, json_t *answer, const char *name)
{
	json_t *more = json_object_get(answer, name);

	if (json_is_array(more))
		(void)json_array_extend(queue, more);
}

static void note_counts(struct upper_tester *tester, const json_t *answer)
{
	const json_t *counts = json_object_get(answer, "pdus");
	const json_t *due = json_object_get(answer, "due_us");

	tester->due_us = json_is_integer(due) ? (uint64_t)json_integer_value(due) : UINT64_MAX;
	tester->has_counts = json_array_size(counts) == 2;
	tester->taken_count = (uint64_t)json_integer_value(json_array_get(counts, 0));
	tester->sent_count = (uint64_t)json_integer_value(json_array_get(counts, 1));
}

/* Asks, and keeps what came with the answer; NULL when there is none. */
static json_t *ask(struct upper_tester *tester, json_t *question)
{
	json_t *answer = json_channel_ask(&tester->channel, question);
	const char *why = json_string_value(json_object_get(answer, "unimplemented"));

	if (answer == NULL)
		return NULL;
	note_counts(tester, answer);
	keep(tester->sent, answer, "sent");
	keep(tester->told, answer, "told");
	if (why != NULL)
		(void)snprintf(tester->unimplemented.text, sizeof tester->unimplemented.text,
			"not implemented: %s", why);
	return answer;
}

static void ask_nothing(struct upper_tester *tester, json_t *question)
{
	json_decref(ask(tester, question));
}

static bool start(struct upper_tester *tester)
{
	if (tester->channel.is_open)
		return true;
	return tester->has_wire ? json_channel_connect(&tester->channel, tester->command)
				: json_channel_start(&tester->channel, tester->command);
}

static bool begin_iut(void *user, const struct drill_terms *terms)
{
	struct upper_tester *tester = user;

	json_array_clear(tester->sent);
	json_array_clear(tester->told);
	tester->unimplemented.text[0] = '\0';
	tester->terms = *terms;
	if (!start(tester))
		return false;
	json_t *question = upper_json_begin(terms);

	if (tester->addresses != NULL) {
		json_object_set(question, "addresses", tester->addresses);
		json_object_set_new(question, "pdu_size_max",
			json_integer((json_int_t)tester->pdu_size_max));
	}
	json_t *answer = ask(tester, question);
	const char *address = json_string_value(json_object_get(answer, "address"));

	(void)snprintf(tester->address, sizeof tester->address, "%s",
		address == NULL ? "" : address);
	json_decref(answer);
	return tester->channel.health == DRILL_WELL && tester->unimplemented.text[0] == '\0';
}

static void end_iut(void *user)
{
	struct upper_tester *tester = user;

	if (tester->channel.is_open)
		ask_nothing(tester, json_pack("{s:s}", "do", "end"));
}

static void receive_pdu(void *user, dimp_peer peer, struct dimp_view pdu, struct dimp_time now)
{
	ask_nothing(user,
		json_pack("{s:s, s:I, s:I, s:o}", "do", "receive", "now_us", (json_int_t)now.us,
			"peer", (json_int_t)peer, "pdu", upper_json_hex(pdu)));
}

static size_t transmit_pdu(void *user, struct dimp_buffer buffer, dimp_peer *peer,
	struct dimp_time now)
{
	struct upper_tester *tester = user;
	const json_t *first = json_array_get(tester->sent, 0);
	const json_t *whom = json_object_get(first, "peer");
	const char *pdu = json_string_value(json_object_get(first, "pdu"));
	size_t size = 0;

	(void)now;
	if (first == NULL)
		return 0;
	*peer = (dimp_peer)json_integer_value(whom);
	/* What goes nowhere would pass for silence. */
	if (!json_is_integer(whom) || *peer >= tester->terms.peer_count ||
		!upper_json_octets(pdu, buffer, &size) || size == 0) {
		json_channel_give_up(&tester->channel, DRILL_CRASHED,
			"the implementation sends what is no PDU to a peer of \"begin\"");
		size = 0;
	}
	(void)json_array_remove(tester->sent, 0);
	return size;
}

static const char *peer_name(const struct upper_tester *tester, const json_t *told)
{
	const json_int_t peer = json_integer_value(json_object_get(told, "peer"));

	return peer >= 0 && (size_t)peer < tester->terms.peer_count ? tester->terms.peers[peer].name
								    : "nobody";
}

static void describe_record(const json_t *told, struct drill_telling *telling)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	struct dimp_record record;
	size_t size;

	telling->is_housekeeping = true;
	if (!upper_json_octets(json_string_value(json_object_get(told, "record")),
		    (struct dimp_buffer){octets, sizeof octets}, &size) ||
		dimp_record_read((struct dimp_view){octets, size}, &record) != DIMP_ERROR_NONE) {
		(void)snprintf(telling->text, sizeof telling->text, "malformed");
		return;
	}
	telling->record_type = record.type;
	(void)snprintf(telling->text, sizeof telling->text, "record ");
	(void)dimp_record_text(&record, telling->text + strlen(telling->text),
		sizeof telling->text - strlen(telling->text));
}

static void describe_message(const json_t *told, struct drill_telling *telling)
{
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	struct dimp_message message;
	size_t size;

	if (upper_json_octets(json_string_value(json_object_get(told, "message")),
		    (struct dimp_buffer){octets, sizeof octets}, &size) &&
		dimp_message_read((struct dimp_view){octets, size}, &message) == DIMP_ERROR_NONE)
		(void)dimp_message_text(&message, telling->text, sizeof telling->text);
	else
		(void)snprintf(telling->text, sizeof telling->text, "malformed");
}

static void describe_event(const struct upper_tester *tester, const json_t *told,
	struct drill_telling *telling)
{
	const char *name = json_string_value(json_object_get(told, "event"));
	const char *error = json_string_value(json_object_get(told, "error"));

	*telling = (struct drill_telling){.transition = NULL};
	if (name == NULL)
		(void)snprintf(telling->text, sizeof telling->text, "malformed");
	else if (strcmp(name, "record") == 0)
		describe_record(told, telling);
	else if (json_object_get(told, "message") != NULL)
		describe_message(told, telling);
	else if (json_object_get(told, "peer") == NULL)
		(void)snprintf(telling->text, sizeof telling->text, "%s", name);
	else
		(void)snprintf(telling->text, sizeof telling->text, "%s peer=%s%s%s", name,
			peer_name(tester, told),
			error == NULL ? "" : " error=", error == NULL ? "" : error);
	if (name != NULL && (strcmp(name, "associated") == 0 || strcmp(name, "hold") == 0))
		telling->is_housekeeping = true;
}

static bool tell_event(void *user, struct drill_telling *telling, struct dimp_time now)
{
	struct upper_tester *tester = user;
	const json_t *first = json_array_get(tester->told, 0);

	(void)now;
	if (first == NULL)
		return false;
	describe_event(tester, first, telling);
	(void)json_array_remove(tester->told, 0);
	return true;
}

static bool wait_iut(void *user, struct dimp_time until, struct dimp_time *now)
{
	struct upper_tester *tester = user;
	json_t *answer = ask(tester,
		json_pack("{s:s, s:I, s:I}", "do", "wait", "now_us", (json_int_t)now->us,
			"until_us", (json_int_t)(until.us & INT64_MAX)));
	const uint64_t reached = (uint64_t)json_integer_value(json_object_get(answer, "now_us"));
	const bool has_happened = json_is_true(json_object_get(answer, "happened"));

	json_decref(answer);
	if (!has_happened || reached > until.us)
		return false;
	now->us = reached > now->us ? reached : now->us;
	return true;
}

static enum dimp_error error_of(const json_t *answer)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_ERROR};
	const char *name = json_string_value(json_object_get(answer, "error"));
	uint16_t error = DIMP_ERROR_NONE;

	if (name != NULL && !field_value_read(&field, (struct span){name, strlen(name)}, &error))
		return DIMP_ERROR_UNKNOWN_MESSAGE;
	return (enum dimp_error)error;
}

static enum dimp_error obey(void *user, const struct drill_order *order, struct dimp_time now,
	struct text_error *wrong)
{
	struct upper_tester *tester = user;
	json_t *question = upper_json_order(order, now);
	json_t *answer;

	wrong->text[0] = '\0';
	if (question == NULL) {
		(void)snprintf(tester->unimplemented.text, sizeof tester->unimplemented.text,
			"an order that breaks the format cannot be told to a program");
		return DIMP_ERROR_NONE;
	}
	answer = ask(tester, question);
	const enum dimp_error error = error_of(answer);

	json_decref(answer);
	return error;
}

static json_t *ask_about(struct upper_tester *tester, const char *what, const struct dimp_vsi *vsi)
{
	return ask(tester,
		json_pack("{s:s, s:o}", "do", what, "vsi",
			upper_json_hex((struct dimp_view){vsi->octets, sizeof vsi->octets})));
}

static json_int_t number_of(const json_t *answer, const char *name)
{
	return json_integer_value(json_object_get(answer, name));
}

static void describe_vsi(void *user, const struct dimp_vsi *vsi, char text[DRILL_STATUS_SIZE])
{
	json_t *answer = ask_about(user, "status", vsi);

	if (!json_is_true(json_object_get(answer, "known")))
		(void)snprintf(text, DRILL_STATUS_SIZE, "none");
	else
		(void)snprintf(text, DRILL_STATUS_SIZE,
			"vsi epoch=%" PRId64 " serial=%" PRId64 " entries=%" PRId64 " is_owner=%d",
			(int64_t)number_of(answer, "epoch"), (int64_t)number_of(answer, "serial"),
			(int64_t)number_of(answer, "entries"),
			json_is_true(json_object_get(answer, "owner")));
	json_decref(answer);
}

static bool next_entry(void *user, const struct dimp_vsi *vsi, size_t *position,
	struct dimp_record *record)
{
	struct upper_tester *tester = user;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	if (*position == 0) {
		json_decref(tester->entries);
		tester->entries = ask_about(tester, "entries", vsi);
	}
	const char *text = json_string_value(
		json_array_get(json_object_get(tester->entries, "records"), (*position)++));

	return upper_json_octets(text, (struct dimp_buffer){octets, sizeof octets}, &size) &&
		dimp_record_read((struct dimp_view){octets, size}, record) == DIMP_ERROR_NONE;
}

static bool read_counter(void *user, const char *name, uint64_t *value)
{
	json_t *answer = ask(user, json_pack("{s:s, s:s}", "do", "counter", "name", name));
	const json_t *said = json_object_get(answer, "value");
	const bool is_there = json_is_integer(said);

	*value = (uint64_t)json_integer_value(said);
	json_decref(answer);
	return is_there;
}

static enum drill_health tell_health(void *user, struct text_error *why)
{
	const struct upper_tester *tester = user;

	*why = tester->channel.why;
	if (tester->channel.health != DRILL_WELL)
		return tester->channel.health;
	*why = tester->unimplemented;
	return why->text[0] == '\0' ? DRILL_WELL : DRILL_UNIMPLEMENTED;
}

static const struct drill_subject_operations operations = {
	.begin = begin_iut,
	.end = end_iut,
	.receive = receive_pdu,
	.transmit = transmit_pdu,
	.tell = tell_event,
	.wait = wait_iut,
	.order = obey,
	.status = describe_vsi,
	.entry = next_entry,
	.counter = read_counter,
	.health = tell_health,
};

static enum pics_answer claims(void *user, const char *capability)
{
	struct upper_tester *tester = user;
	json_t *answer;

	if (!start(tester))
		return PICS_UNSAID;
	answer = ask(tester, json_pack("{s:s, s:s}", "do", "supports", "capability", capability));
	const json_t *said = json_object_get(answer, "supports");
	const enum pics_answer claimed = !json_is_boolean(said) ? PICS_UNSAID
		: json_is_true(said)                            ? PICS_YES
								: PICS_NO;

	json_decref(answer);
	return claimed;
}

static void destroy(struct conform_target *target)
{
	struct upper_tester *tester = target->subject.user;

	json_channel_stop(&tester->channel);
	json_decref(tester->sent);
	json_decref(tester->told);
	json_decref(tester->entries);
	json_decref(tester->addresses);
	free(tester);
}

static bool greet(struct upper_tester *tester)
{
	json_t *answer = start(tester)
		? ask(tester, json_pack("{s:s, s:i}", "do", "hello", "protocol", 1))
		: NULL;
	const bool is_right = number_of(answer, "protocol") == 1;

	json_decref(answer);
	return is_right;
}

static bool open_tester(struct conform_target *target, struct upper_tester *tester,
	uint64_t timeout_ms, FILE *complaints)
{
	tester->channel.timeout_ms = timeout_ms;
	tester->sent = json_array();
	tester->told = json_array();
	target->subject = (struct drill_subject){&operations, tester};
	target->claims = claims;
	target->destroy = destroy;
	if (greet(tester))
		return true;
	complain_to(complaints, "%s: does not answer hello with {\"protocol\": 1}%s%s",
		tester->command, tester->channel.why.text[0] == '\0' ? "" : "; ",
		tester->channel.why.text);
	return false;
}

static struct upper_tester *make_tester(const char *command, bool has_wire)
{
	struct upper_tester *tester = calloc(1, sizeof(*tester));

	if (tester != NULL) {
		tester->has_wire = has_wire;
		(void)snprintf(tester->command, sizeof tester->command, "%s", command);
	}
	return tester;
}

bool upper_tester_open(struct conform_target *target, const char *command, uint64_t timeout_ms,
	FILE *complaints)
{
	struct upper_tester *tester = make_tester(command, false);

	return tester != NULL && open_tester(target, tester, timeout_ms, complaints);
}

bool upper_tester_connect(struct conform_target *target, const char *address, uint64_t timeout_ms,
	FILE *complaints)
{
	struct upper_tester *tester = make_tester(address, true);

	return tester != NULL && open_tester(target, tester, timeout_ms, complaints);
}

void upper_tester_set_link(void *user, json_t *addresses, size_t pdu_size_max)
{
	struct upper_tester *tester = user;

	json_decref(tester->addresses);
	tester->addresses = addresses;
	tester->pdu_size_max = pdu_size_max;
}

bool upper_tester_counts(void *user, uint64_t *taken, uint64_t *sent)
{
	const struct upper_tester *tester = user;

	*taken = tester->taken_count;
	*sent = tester->sent_count;
	return tester->has_counts;
}

uint64_t upper_tester_due(void *user)
{
	return ((const struct upper_tester *)user)->due_us;
}

const char *upper_tester_address(void *user)
{
	return ((const struct upper_tester *)user)->address;
}

bool upper_tester_poll(void *user)
{
	struct upper_tester *tester = user;

	if (json_array_size(tester->told) == 0)
		ask_nothing(tester, json_pack("{s:s}", "do", "poll"));
	return json_array_size(tester->told) > 0;
}
