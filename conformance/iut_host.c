/* SPDX-License-Identifier: MIT */
/*
 * A question is a line of JSON, its answer another; docs/CONFORM.md has all of them.  Needs jansson
 * and iut.h, nothing else of this tree.
 */
#include "iut_host.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 65536, NUMBERS_MAX = 64, PEERS_MAX = 16, VLANS_MAX = 32, DRAINED_MAX = 1000 };

/* What lists of a configuration are read into. */
struct lists {
	struct iut_peer peers[PEERS_MAX];
	struct iut_number settings[NUMBERS_MAX], limits[NUMBERS_MAX];
	struct iut_vlan vlans[VLANS_MAX];
};

static json_t *hex_of(const uint8_t *octets, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * IUT_OCTETS_MAX];

	for (size_t index = 0; index < size; index++) {
		text[2 * index] = digits[octets[index] >> 4];
		text[2 * index + 1] = digits[octets[index] & 0xf];
	}
	return json_stringn(text, 2 * size);
}

static unsigned digit_of(char character)
{
	return character <= '9' ? (unsigned)(character - '0')
				: ((unsigned)character | 0x20) - 'a' + 10;
}

/* Octets of the member |name|; how many, 0 when there are none or too many. */
static size_t octets_of(const json_t *object, const char *name, uint8_t *octets, size_t capacity)
{
	const char *text = json_string_value(json_object_get(object, name));
	const size_t size = text == NULL ? 0 : strlen(text) / 2;

	if (size > capacity)
		return 0;
	for (size_t index = 0; index < size; index++)
		octets[index] =
			(uint8_t)(digit_of(text[2 * index]) << 4 | digit_of(text[2 * index + 1]));
	return size;
}

static uint64_t number_of(const json_t *object, const char *name)
{
	return (uint64_t)json_integer_value(json_object_get(object, name));
}

static uint32_t peer_of(const json_t *object)
{
	const json_t *peer = json_object_get(object, "peer");

	return json_is_integer(peer) ? (uint32_t)json_integer_value(peer) : IUT_NO_PEER;
}

static size_t read_numbers(json_t *object, struct iut_number numbers[NUMBERS_MAX])
{
	const char *name;
	json_t *value;
	size_t count = 0;

	json_object_foreach(object, name, value)
	{
		if (count < NUMBERS_MAX)
			numbers[count++] =
				(struct iut_number){name, (uint64_t)json_integer_value(value)};
	}
	return count;
}

static void read_lists(const json_t *question, struct iut_config *config, struct lists *lists)
{
	const json_t *peers = json_object_get(question, "peers");
	const json_t *vlans = json_object_get(question, "vlans");

	for (size_t index = 0; index < json_array_size(peers) && index < PEERS_MAX; index++) {
		const json_t *peer = json_array_get(peers, index);

		lists->peers[index].is_bridge = json_is_true(json_object_get(peer, "bridge"));
		(void)octets_of(peer, "key", lists->peers[index].key, IUT_KEY_SIZE);
		(void)octets_of(peer, "preshared", lists->peers[index].preshared, IUT_KEY_SIZE);
		config->peer_count++;
	}
	for (size_t index = 0; index < json_array_size(vlans) && index < VLANS_MAX; index++) {
		const json_t *pair = json_array_get(vlans, index);

		lists->vlans[index] =
			(struct iut_vlan){(uint16_t)json_integer_value(json_array_get(pair, 0)),
				(uint16_t)json_integer_value(json_array_get(pair, 1))};
		config->vlan_count++;
	}
	config->setting_count =
		read_numbers(json_object_get(question, "settings"), lists->settings);
	config->limit_count = read_numbers(json_object_get(question, "limits"), lists->limits);
}

static void begin_iut(struct iut_host *host, const json_t *question, json_t *answer)
{
	const char *role = json_string_value(json_object_get(question, "role"));
	const char *authority = json_string_value(json_object_get(question, "authority"));
	struct lists lists = {.peers = {{.is_bridge = false}}};
	struct iut_config config = {
		.is_bridge = role == NULL || strcmp(role, "station") != 0,
		.boot_count = (uint32_t)number_of(question, "boot_count"),
		.seed = number_of(question, "seed"),
		.peers = lists.peers,
		.settings = lists.settings,
		.limits = lists.limits,
		.has_types = json_object_get(question, "types") != NULL,
		.types = number_of(question, "types"),
		.authority = authority == NULL ? "any" : authority,
		.clock_s = number_of(question, "clock_s"),
		.vlans = lists.vlans,
		.pdu_size_max = (size_t)number_of(question, "pdu_size_max"),
	};

	read_lists(question, &config, &lists);
	(void)octets_of(question, "secret", config.secret, IUT_KEY_SIZE);
	(void)octets_of(question, "manager", config.manager, IUT_KEY_SIZE);
	if (host->iut != NULL)
		host->operations->end(host->iut);
	host->now_us = 0;
	host->iut = host->operations->begin(&config);
	if (host->iut == NULL)
		json_object_set_new(answer, "unimplemented", json_string("this configuration"));
	if (host->wire != NULL) {
		json_array_clear(host->told);
		host->wire->begin(host->wire->user, question, answer);
	}
}

static void receive_pdu(struct iut_host *host, const json_t *question, json_t *answer)
{
	struct iut_octets pdu = {.peer = peer_of(question)};

	(void)answer;
	pdu.size = octets_of(question, "pdu", pdu.octets, sizeof pdu.octets);
	host->operations->receive(host->iut, &pdu, host->now_us);
}

static void wait_iut(struct iut_host *host, const json_t *question, json_t *answer)
{
	const uint64_t until = number_of(question, "until_us");
	const uint64_t due = host->operations->deadline(host->iut);
	const bool has_happened = due != UINT64_MAX && due <= until;

	if (has_happened) {
		host->now_us = due > host->now_us ? due : host->now_us;
		host->operations->expire(host->iut, host->now_us);
	}
	json_object_set_new(answer, "now_us",
		json_integer((json_int_t)(has_happened ? host->now_us : until)));
	json_object_set_new(answer, "happened", json_boolean(has_happened));
}

static void say_status(struct iut_host *host, const json_t *question, json_t *answer)
{
	struct iut_status status = {.is_owner = false};
	uint8_t vsi[IUT_VSI_SIZE] = {0};

	(void)octets_of(question, "vsi", vsi, sizeof vsi);
	const bool is_known = host->operations->status(host->iut, vsi, &status);

	json_object_set_new(answer, "known", json_boolean(is_known));
	json_object_set_new(answer, "owner", json_boolean(status.is_owner));
	json_object_set_new(answer, "epoch", json_integer(status.epoch));
	json_object_set_new(answer, "serial", json_integer((json_int_t)status.serial));
	json_object_set_new(answer, "entries", json_integer(status.entries));
}

static void say_entries(struct iut_host *host, const json_t *question, json_t *answer)
{
	json_t *records = json_array();
	struct iut_octets record;
	uint8_t vsi[IUT_VSI_SIZE] = {0};
	size_t position = 0;

	(void)octets_of(question, "vsi", vsi, sizeof vsi);
	while (json_array_size(records) < DRAINED_MAX &&
		host->operations->entry(host->iut, vsi, &position, &record))
		json_array_append_new(records, hex_of(record.octets, record.size));
	json_object_set_new(answer, "records", records);
}

/* Members that may be NULL. */
static bool lacks(const struct iut_host *host, const char *question)
{
	return (strcmp(question, "status") == 0 && host->operations->status == NULL) ||
		(strcmp(question, "entries") == 0 && host->operations->entry == NULL) ||
		(strcmp(question, "counter") == 0 && host->operations->counter == NULL);
}

static void say_counter(struct iut_host *host, const json_t *question, json_t *answer)
{
	const char *name = json_string_value(json_object_get(question, "name"));
	uint64_t value;

	if (name != NULL && host->operations->counter(host->iut, name, &value))
		json_object_set_new(answer, "value", json_integer((json_int_t)value));
	else
		json_object_set_new(answer, "unimplemented", json_string("counter"));
}

static void obey(struct iut_host *host, const json_t *question, json_t *answer)
{
	struct iut_order order = {
		.name = json_string_value(json_object_get(question, "do")),
		.peer = peer_of(question),
		.serial = number_of(question, "serial"),
		.error = json_string_value(json_object_get(question, "error")),
	};
	const char *item = json_object_get(question, "record") != NULL ? "record" : "message";

	(void)octets_of(question, "vsi", order.vsi, sizeof order.vsi);
	order.item.size = octets_of(question, item, order.item.octets, sizeof order.item.octets);
	const char *error = host->operations->order(host->iut, &order, host->now_us);

	if (error != NULL && strcmp(error, IUT_UNIMPLEMENTED) == 0)
		json_object_set_new(answer, "unimplemented", json_string(order.name));
	else if (error != NULL)
		json_object_set_new(answer, "error", json_string(error));
}

static json_t *describe_event(const struct iut_event *event)
{
	json_t *told = json_pack("{s:s}", "event", event->name);

	if (event->peer != IUT_NO_PEER)
		json_object_set_new(told, "peer", json_integer(event->peer));
	if (event->error != NULL)
		json_object_set_new(told, "error", json_string(event->error));
	if (event->item.size > 0)
		json_object_set_new(told, strcmp(event->name, "record") == 0 ? "record" : "message",
			hex_of(event->item.octets, event->item.size));
	return told;
}

void iut_host_tell(struct iut_host *host, const struct iut_event *event)
{
	json_array_append_new(host->told, describe_event(event));
}

/* The next PDU: over the wire if there is one, else to go with the answer. */
static bool send_next(struct iut_host *host, json_t *sent)
{
	struct iut_octets pdu;

	if (!host->operations->transmit(host->iut, &pdu, host->now_us))
		return false;
	if (host->wire != NULL)
		host->wire->send(host->wire->user, &pdu);
	else
		json_array_append_new(sent,
			json_pack("{s:I, s:o}", "peer", (json_int_t)pdu.peer, "pdu",
				hex_of(pdu.octets, pdu.size)));
	return true;
}

/* What is told, then what is sent, until neither. */
static void drain(struct iut_host *host, json_t *told, json_t *sent)
{
	struct iut_event event = {.name = ""};

	for (unsigned round = 0; round < DRAINED_MAX; round++) {
		if (host->operations->tell(host->iut, &event, host->now_us))
			json_array_append_new(told, describe_event(&event));
		else if (!send_next(host, sent))
			break;
	}
}

static void drain_into(struct iut_host *host, json_t *answer)
{
	json_t *sent = json_array(), *told = json_array();

	if (host->wire != NULL) {
		(void)json_array_extend(told, host->told);
		json_array_clear(host->told);
	}
	drain(host, told, sent);
	json_object_set_new(answer, "told", told);
	json_object_set_new(answer, "sent", sent);
}

void iut_host_receive(struct iut_host *host, const struct iut_octets *pdu)
{
	if (host->iut == NULL)
		return;
	host->now_us = host->wire->clock(host->wire->user);
	host->operations->receive(host->iut, pdu, host->now_us);
	drain(host, host->told, NULL);
}

void iut_host_go_on(struct iut_host *host)
{
	if (host->iut == NULL)
		return;
	host->now_us = host->wire->clock(host->wire->user);
	if (host->operations->deadline(host->iut) > host->now_us)
		return;
	host->operations->expire(host->iut, host->now_us);
	drain(host, host->told, NULL);
}

/* With a wire: asks only for what was told meanwhile. */
static void poll_iut(struct iut_host *host, const json_t *question, json_t *answer)
{
	(void)host;
	(void)question;
	(void)answer;
}

static void greet(struct iut_host *host, const json_t *question, json_t *answer)
{
	(void)question;
	json_object_set_new(answer, "protocol", json_integer(1));
	json_object_set_new(answer, "name", json_string(host->operations->name));
}

static void say_support(struct iut_host *host, const json_t *question, json_t *answer)
{
	const char *capability = json_string_value(json_object_get(question, "capability"));

	json_object_set_new(answer, "supports",
		json_boolean(capability != NULL && host->operations->supports(capability)));
}

static void end_iut(struct iut_host *host, const json_t *question, json_t *answer)
{
	(void)question;
	(void)answer;
	if (host->iut != NULL)
		host->operations->end(host->iut);
	host->iut = NULL;
}

static const struct {
	const char *name;
	void (*function)(struct iut_host *host, const json_t *question, json_t *answer);
	bool is_of_iut; /* only once it was begun */
} questions[] = {
	{"hello", greet, false},
	{"supports", say_support, false},
	{"begin", begin_iut, false},
	{"end", end_iut, false},
	{"receive", receive_pdu, true},
	{"wait", wait_iut, true},
	{"status", say_status, true},
	{"entries", say_entries, true},
	{"counter", say_counter, true},
	{"poll", poll_iut, true},
};

enum { QUESTIONS = sizeof questions / sizeof questions[0] };

static void answer_one(struct iut_host *host, const json_t *question, json_t *answer)
{
	const char *name = json_string_value(json_object_get(question, "do"));
	const json_t *now = json_object_get(question, "now_us");
	size_t index = 0;

	if (host->wire != NULL && host->iut != NULL)
		host->now_us = host->wire->clock(host->wire->user);
	else if (json_is_integer(now))
		host->now_us = (uint64_t)json_integer_value(now);
	while (name != NULL && index < QUESTIONS && strcmp(questions[index].name, name) != 0)
		index++;
	const bool is_order = name != NULL && index == QUESTIONS;

	if (name == NULL || (host->iut == NULL && (is_order || questions[index].is_of_iut)))
		json_object_set_new(answer, "unimplemented", json_string("before begin"));
	else if (lacks(host, name))
		json_object_set_new(answer, "unimplemented", json_string(name));
	else if (is_order)
		obey(host, question, answer);
	else
		questions[index].function(host, question, answer);
	if (host->iut != NULL)
		drain_into(host, answer);
}

json_t *iut_host_answer(struct iut_host *host, const json_t *question)
{
	json_t *answer = json_object();

	answer_one(host, question, answer);
	return answer;
}

void iut_host_say_counts(const struct iut_host *host, uint64_t taken, uint64_t sent, json_t *answer)
{
	const uint64_t due = host->iut == NULL ? UINT64_MAX : host->operations->deadline(host->iut);
	const uint64_t left = due > host->now_us ? due - host->now_us : 0;

	json_object_set_new(answer, "pdus",
		json_pack("[I, I]", (json_int_t)taken, (json_int_t)sent));
	if (due != UINT64_MAX)
		json_object_set_new(answer, "due_us", json_integer((json_int_t)left));
}

int iut_host_run(const struct iut_operations *operations, FILE *in, FILE *out)
{
	struct iut_host host = {.operations = operations};
	static char line[LINE_SIZE];

	while (fgets(line, sizeof line, in) != NULL) {
		json_t *question = json_loads(line, 0, NULL);
		json_t *answer = iut_host_answer(&host, question);

		json_dumpf(answer, out, JSON_COMPACT);
		fputc('\n', out);
		fflush(out);
		json_decref(answer);
		json_decref(question);
	}
	if (host.iut != NULL)
		operations->end(host.iut);
	return 0;
}
