/* SPDX-License-Identifier: MIT */
/*
 * dimp bridge as an implementation under test: iut.h on a live bridge.  PDUs and time are the
 * bridge's own, so that only orders and events pass here.  What the user of a speaker does in
 * answer to it is done by the bridge; only when is the suite's to say.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iut_host.h"
#include "libdimp_speaker.h"
#include "live/bridge_tester.h"
#include "live/peer_address.h"

enum { PEERS_MAX = 16 };

struct iut {
	struct bridge_tester *tester;
	struct libdimp_user user;
	struct libdimp_terms terms;
	struct dimp_peer_config peers[PEERS_MAX]; /* until their addresses are known */
	size_t peer_count;
	struct iut_host host;
	struct iut_wire wire;
};

/* The bridge of this process: iut.h makes implementations of nothing but a configuration. */
static struct iut *the_bridge;

static bool supports(const char *capability)
{
	return strcmp(capability, "STATION") != 0 && libdimp_supports(capability);
}

static struct iut *begin(const struct iut_config *config)
{
	struct iut *iut = the_bridge;

	iut->peer_count = 0;
	if (!config->is_bridge || config->peer_count > PEERS_MAX ||
		!libdimp_configure(&iut->terms, config) ||
		!bridge_tester_begin(iut->tester, &iut->terms.speaker))
		return NULL;
	libdimp_user_init(&iut->user, bridge_tester_speaker(iut->tester));
	while (iut->peer_count < config->peer_count) {
		iut->peers[iut->peer_count] = libdimp_peer(&config->peers[iut->peer_count]);
		iut->peer_count++;
	}
	return iut;
}

/* It stays as it is until it begins anew. */
static void end(struct iut *iut)
{
	explicit_bzero(iut->peers, sizeof iut->peers);
}

/* ---- the wire, which the bridge has */

static void receive(struct iut *iut, const struct iut_octets *pdu, uint64_t now_us)
{
	(void)iut;
	(void)pdu;
	(void)now_us;
}

static bool transmit(struct iut *iut, struct iut_octets *pdu, uint64_t now_us)
{
	(void)iut;
	(void)pdu;
	(void)now_us;
	return false;
}

static uint64_t deadline(struct iut *iut)
{
	return dimp_speaker_deadline(iut->user.speaker).us;
}

static void expire(struct iut *iut, uint64_t now_us)
{
	(void)iut;
	(void)now_us;
}

static bool read_mac(const char *text, struct dimp_mac *mac)
{
	struct peer_address address;

	if (text == NULL || !peer_address_read_mac(text, strlen(text), 0, &address))
		return false;
	memcpy(mac->octets, address.at.link.sll_addr, sizeof mac->octets);
	return true;
}

static void begin_wire(void *user, const json_t *question, json_t *answer)
{
	const json_t *addresses = json_object_get(question, "addresses");
	struct iut *iut = user;
	const uint8_t *own = bridge_tester_address(iut->tester)->octets;
	char text[18];

	for (size_t index = 0; index < iut->peer_count; index++) {
		struct dimp_mac mac;

		if (!read_mac(json_string_value(json_array_get(addresses, index)), &mac) ||
			bridge_tester_add_peer(iut->tester, &iut->peers[index], &mac) !=
				DIMP_ERROR_NONE)
			json_object_set_new(answer, "unimplemented", json_string("these peers"));
	}
	(void)snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", own[0], own[1], own[2],
		own[3], own[4], own[5]);
	json_object_set_new(answer, "address", json_string(text));
}

static void send_pdu(void *user, const struct iut_octets *pdu)
{
	(void)user;
	(void)pdu;
}

static uint64_t read_clock(void *user)
{
	const struct iut *iut = user;

	return bridge_tester_now(iut->tester).us;
}

/* ---- orders */

static enum dimp_error arrive(struct iut *iut, const struct iut_order *order)
{
	struct dimp_vsi_config config;
	const enum dimp_error error = libdimp_order_vsi(order, &config);

	return error != DIMP_ERROR_NONE ? error : bridge_tester_arrive(iut->tester, &config);
}

static enum dimp_error put(struct iut *iut, const struct iut_order *order)
{
	struct dimp_record record;
	struct dimp_vsi vsi;
	const enum dimp_error error = libdimp_order_record(order, &record);

	memcpy(vsi.octets, order->vsi, sizeof vsi.octets);
	return error != DIMP_ERROR_NONE ? error : bridge_tester_learn(iut->tester, &vsi, &record);
}

static enum dimp_error leave(struct iut *iut, const struct iut_order *order)
{
	struct dimp_vsi vsi;

	memcpy(vsi.octets, order->vsi, sizeof vsi.octets);
	bridge_tester_leave(iut->tester, &vsi);
	return DIMP_ERROR_NONE;
}

static enum dimp_error freeze(struct iut *iut, const struct iut_order *order)
{
	(void)order;
	bridge_tester_freeze(iut->tester);
	return DIMP_ERROR_NONE;
}

static enum dimp_error activate(struct iut *iut, const struct iut_order *order)
{
	bridge_tester_activate(iut->tester, strcmp(order->name, "activated") == 0);
	return DIMP_ERROR_NONE;
}

/* What a bridge does its own way; the rest is between the suite and the speaker. */
static const struct {
	const char *name;
	enum dimp_error (*function)(struct iut *iut, const struct iut_order *order);
} orders[] = {
	{"add", arrive},
	{"arrive", arrive},
	{"put", put},
	{"left", leave},
	{"frozen", freeze},
	{"activated", activate},
	{"failed", activate},
};

static const char *obey(struct iut *iut, const struct iut_order *order, uint64_t now_us)
{
	for (size_t each = 0; each < sizeof orders / sizeof orders[0]; each++) {
		if (strcmp(orders[each].name, order->name) == 0)
			return libdimp_error(orders[each].function(iut, order));
	}
	const char *error = libdimp_order(&iut->user, order, now_us);

	bridge_tester_settle(iut->tester);
	return error;
}

/* ---- what it lets see */

/* Events were told when they came: see hear(). */
static bool tell(struct iut *iut, struct iut_event *event, uint64_t now_us)
{
	(void)iut;
	(void)event;
	(void)now_us;
	return false;
}

static bool status(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], struct iut_status *status)
{
	return libdimp_status(&iut->user, vsi, status);
}

static bool entry(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], size_t *position,
	struct iut_octets *record)
{
	struct dimp_vsi name;
	struct dimp_record held;

	memcpy(name.octets, vsi, sizeof name.octets);
	return bridge_tester_entry(iut->tester, &name, position, &held) &&
		dimp_record_write(&held, record->octets, sizeof record->octets, &record->size) ==
		DIMP_ERROR_NONE;
}

static bool counter(struct iut *iut, const char *name, uint64_t *value)
{
	return libdimp_counter(&iut->user, name, value);
}

static const struct iut_operations operations = {
	.name = "dimp bridge",
	.supports = supports,
	.begin = begin,
	.end = end,
	.receive = receive,
	.transmit = transmit,
	.tell = tell,
	.deadline = deadline,
	.expire = expire,
	.order = obey,
	.status = status,
	.entry = entry,
	.counter = counter,
};

/* ---- for the bridge */

static void close_upper(void *context)
{
	struct iut *iut = context;

	json_decref(iut->host.told);
	explicit_bzero(iut, sizeof *iut);
	free(iut);
	the_bridge = NULL;
}

static void *open_upper(struct bridge_tester *tester)
{
	struct iut *iut = calloc(1, sizeof *iut);

	if (iut == NULL)
		return NULL;
	iut->tester = tester;
	iut->wire = (struct iut_wire){iut, begin_wire, send_pdu, read_clock};
	iut->host = (struct iut_host){.operations = &operations,
		.wire = &iut->wire,
		.told = json_array()};
	the_bridge = iut;
	return iut;
}

static json_t *answer_question(void *context, const json_t *question)
{
	struct iut *iut = context;
	json_t *answer = iut_host_answer(&iut->host, question);
	struct dimp_counters counted = {.pdus_sent = 0};

	if (iut->host.iut != NULL)
		dimp_speaker_counters(iut->user.speaker, &counted);
	iut_host_say_counts(&iut->host, counted.pdus_received, counted.pdus_sent, answer);
	return answer;
}

static void hear(void *context, const struct dimp_event *event)
{
	struct iut *iut = context;
	struct iut_event told;

	iut->user.event = *event;
	if (libdimp_hear(&iut->user, &told))
		iut_host_tell(&iut->host, &told);
}

const struct bridge_questioner bridge_upper_tester = {
	.open = open_upper,
	.close = close_upper,
	.answer = answer_question,
	.hear = hear,
};
