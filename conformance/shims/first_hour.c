/* SPDX-License-Identifier: MIT */
/*
 * The shim of docs/VENDOR.md's first hour: an implementation (here libdimp) behind iut.h as far as
 * a source bridge needs it.  What is not written yet says so, and its cases are skipped.
 */
#include "iut.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"

/* Step 1: what there is of the implementation for each case, and what its host remembers. */
struct iut {
	struct openssl_crypto *crypto;
	void *memory;
	struct dimp_speaker *speaker;
	struct dimp_event event;
	dimp_vsi_index freeze_vsi;
	uint64_t token, now_us;
};

static bool supports(const char *capability)
{
	return strcmp(capability, "BRIDGE") == 0 || strcmp(capability, "SETTINGS") == 0 ||
		strcmp(capability, "EXACT_TIME") == 0;
}

/* Step 2: made as the case wants it; NULL for what cannot be configured. */
static bool set(struct dimp_settings *settings, const struct iut_number *number)
{
	if (strcmp(number->name, "idle_us") == 0)
		settings->idle_us = (uint32_t)number->value;
	else if (strcmp(number->name, "thaw_us") == 0)
		settings->thaw_us = (uint32_t)number->value;
	else
		return false;
	return true;
}

static void end(struct iut *iut)
{
	if (iut->speaker != NULL)
		dimp_speaker_wipe(iut->speaker);
	openssl_crypto_destroy(iut->crypto);
	free(iut->memory);
	free(iut);
}

static bool configure(struct dimp_speaker_config *speaker, const struct iut_config *config)
{
	dimp_speaker_config_default(speaker);
	speaker->role = DIMP_ROLE_BRIDGE_SPEAKER;
	speaker->boot_count = config->boot_count;
	memcpy(speaker->static_secret, config->secret, DIMP_KEY_SIZE);
	for (size_t index = 0; index < config->setting_count; index++) {
		if (!set(&speaker->settings, &config->settings[index]))
			return false;
	}
	return config->is_bridge && config->limit_count == 0 && config->vlan_count == 0 &&
		!config->has_types && strcmp(config->authority, "any") == 0;
}

static struct iut *begin(const struct iut_config *config)
{
	struct iut *iut = calloc(1, sizeof(*iut));
	struct dimp_speaker_config speaker;
	dimp_peer number;

	if (iut == NULL || !configure(&speaker, config)) {
		free(iut);
		return NULL;
	}
	iut->crypto = openssl_crypto_create();
	iut->memory = malloc(dimp_speaker_size(&speaker));
	speaker.crypto = openssl_crypto_table(iut->crypto);
	iut->speaker = dimp_speaker_init(iut->memory, &speaker, (struct dimp_time){0});
	for (size_t index = 0; index < config->peer_count; index++) {
		struct dimp_peer_config peer = {.is_bridge = config->peers[index].is_bridge};

		memcpy(peer.static_public.octets, config->peers[index].key, DIMP_KEY_SIZE);
		if (dimp_speaker_add_peer(iut->speaker, &peer, &number) != DIMP_ERROR_NONE)
			abort();
	}
	return iut;
}

/* Step 3: PDUs and time. */
static void receive(struct iut *iut, const struct iut_octets *pdu, uint64_t now_us)
{
	iut->now_us = now_us;
	dimp_speaker_receive(iut->speaker, pdu->peer, (struct dimp_view){pdu->octets, pdu->size},
		(struct dimp_time){now_us});
}

static bool transmit(struct iut *iut, struct iut_octets *pdu, uint64_t now_us)
{
	const struct dimp_buffer room = {pdu->octets, sizeof pdu->octets};

	pdu->size =
		dimp_speaker_transmit(iut->speaker, room, &pdu->peer, (struct dimp_time){now_us});
	return pdu->size > 0;
}

static uint64_t deadline(struct iut *iut)
{
	return dimp_speaker_deadline(iut->speaker).us;
}

static void expire(struct iut *iut, uint64_t now_us)
{
	iut->now_us = now_us;
	dimp_speaker_expire(iut->speaker, (struct dimp_time){now_us});
}

/* Step 4: what the host is told. */
static bool tell(struct iut *iut, struct iut_event *event, uint64_t now_us)
{
	static const char *const names[] = {
		[DIMP_EVENT_FREEZE] = "freeze",
		[DIMP_EVENT_THAW] = "thaw",
		[DIMP_EVENT_RELEASED] = "released",
		[DIMP_EVENT_GONE] = "gone",
		[DIMP_EVENT_ACTIVATE] = "activate",
		[DIMP_EVENT_DISCARD] = "discard",
		[DIMP_EVENT_HOLD] = "hold",
		[DIMP_EVENT_ASSOCIATED] = "associated",
		[DIMP_EVENT_PEER_LOST] = "lost",
		[DIMP_EVENT_ANNOUNCED] = NULL,
	};

	while (dimp_speaker_next_event(iut->speaker, &iut->event, (struct dimp_time){now_us})) {
		if (iut->event.kind == DIMP_EVENT_FREEZE) {
			iut->freeze_vsi = iut->event.vsi;
			iut->token = iut->event.token;
		}
		*event = (struct iut_event){.name = names[iut->event.kind], .peer = IUT_NO_PEER};
		if (iut->event.kind == DIMP_EVENT_ASSOCIATED ||
			iut->event.kind == DIMP_EVENT_PEER_LOST)
			event->peer = iut->event.peer;
		if (iut->event.kind == DIMP_EVENT_PEER_LOST)
			event->error = dimp_error_name(iut->event.error);
		if (event->name != NULL)
			return true;
	}
	return false;
}

/* Step 5: what the host orders. */
static dimp_vsi_index find_vsi(const struct iut *iut, const uint8_t octets[IUT_VSI_SIZE])
{
	struct dimp_vsi vsi;

	memcpy(vsi.octets, octets, sizeof vsi.octets);
	return dimp_speaker_vsi_find(iut->speaker, &vsi);
}

static const char *order(struct iut *iut, const struct iut_order *order, uint64_t now_us)
{
	const struct dimp_view item = {order->item.octets, order->item.size};
	const struct dimp_time now = {now_us};
	enum dimp_error error = DIMP_ERROR_NONE;
	struct dimp_vsi_config vsi = {.serial = 0};
	struct dimp_message message;
	struct dimp_record record;
	dimp_vsi_index index = find_vsi(iut, order->vsi);

	if (strcmp(order->name, "frozen") == 0) {
		dimp_speaker_frozen(iut->speaker, iut->freeze_vsi, iut->token, now);
	} else if (strcmp(order->name, "put") == 0) {
		error = dimp_record_read(item, &record);
		if (error == DIMP_ERROR_NONE)
			error = dimp_speaker_di_change(iut->speaker, index, &record, now);
	} else if (strcmp(order->name, "add") == 0) {
		error = dimp_message_read(item, &message);
		vsi.vsi = message.body.who_has.vsi;
		vsi.filter_count = message.row_count;
		memcpy(vsi.filters, message.rows.filter, sizeof vsi.filters);
		if (error == DIMP_ERROR_NONE)
			error = dimp_speaker_vsi_add(iut->speaker, &vsi, &index, now);
	} else {
		return IUT_UNIMPLEMENTED;
	}
	return error == DIMP_ERROR_NONE ? NULL : dimp_error_name(error);
}

/* Step 6, later: status, entries, counters, the other orders and events. */
const struct iut_operations iut_operations = {
	.name = "the first hour",
	.supports = supports,
	.begin = begin,
	.end = end,
	.receive = receive,
	.transmit = transmit,
	.tell = tell,
	.deadline = deadline,
	.expire = expire,
	.order = order,
};
