/* SPDX-License-Identifier: MIT */
/*
 * The order at one instant: what the speaker tells, then what it sends, then what the peers send
 * back, until all are quiet.  Every loop is bounded: a speaker that never falls quiet is a failure.
 */
#include "script/drill_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"

/* Associations come up at 0; the drill's time begins here. */
enum { START_US = 10000, ROUNDS_MAX = 20000, TEXT_MAX = 8192 };

void drill_setup_default(struct drill_setup *setup)
{
	*setup = (struct drill_setup){.has_role = false};
	dimp_speaker_config_default(&setup->config);
	setup->config.role = DIMP_ROLE_BRIDGE_SPEAKER;
	setup->config.boot_count = 1;
}

static struct drill_happening *add_happening(struct drill_world *world, dimp_peer peer,
	const char *text)
{
	struct drill_happening *happening = &world->happenings[world->happening_count];
	char *copy = strdup(text);

	if (world->happening_count == DRILL_HAPPENINGS_MAX || copy == NULL) {
		world->is_overrun = true;
		free(copy);
		return NULL;
	}
	world->happening_count++;
	*happening = (struct drill_happening){.peer = peer, .at = world->now, .text = copy};
	return happening;
}

static void add_event(struct drill_world *world, const char *text, bool is_housekeeping)
{
	struct drill_happening *happening = add_happening(world, DRILL_EVENT, text);

	if (happening != NULL)
		happening->is_housekeeping = is_housekeeping;
}

static const char *peer_name(const struct drill_world *world, dimp_peer peer)
{
	return peer < world->setup.wire_count ? world->setup.wires[peer].name : "nobody";
}

static void take_record(struct drill_world *world, const struct dimp_event *event)
{
	const enum dimp_error rejection =
		world->setup.rejects[(unsigned)event->record.type % DIMP_DI_TYPES];
	char text[TEXT_MAX] = "record ";

	(void)dimp_record_text(&event->record, text + strlen(text), sizeof text - strlen(text));
	add_event(world, text, true);
	world->record_vsi = event->vsi;
	world->record = event->record;
	if (rejection != DIMP_ERROR_NONE)
		dimp_speaker_reject(world->speaker, event->vsi, &event->record, rejection);
}

static void take_peer_event(struct drill_world *world, const struct dimp_event *event)
{
	const char *peer = peer_name(world, event->peer);
	const char *error = dimp_error_name(event->error);
	char text[128];

	if (event->kind == DIMP_EVENT_PEER_LOST)
		(void)snprintf(text, sizeof text, "lost peer=%s error=%s", peer, error);
	else if (event->kind == DIMP_EVENT_ANNOUNCED)
		(void)snprintf(text, sizeof text, "announced peer=%s error=%s", peer, error);
	else if (event->kind == DIMP_EVENT_NOTIFIED)
		(void)snprintf(text, sizeof text, "notified peer=%s", peer);
	else if (event->kind == DIMP_EVENT_ADOPTED)
		(void)snprintf(text, sizeof text, "adopted peer=%s", peer);
	else
		(void)snprintf(text, sizeof text, "associated peer=%s", peer);
	add_event(world, text, event->kind == DIMP_EVENT_ASSOCIATED);
}

static void take_message_event(struct drill_world *world, const struct dimp_event *event)
{
	char text[TEXT_MAX];

	(void)dimp_message_text(&event->message, text, sizeof text);
	add_event(world, text, false);
}

static void take_event(struct drill_world *world, const struct dimp_event *event)
{
	switch (event->kind) {
	case DIMP_EVENT_NONE: return;
	case DIMP_EVENT_TRANSITION: drill_trace_add(&world->trace, event, world->now); return;
	case DIMP_EVENT_NOTIFIED:
		/* The commands that follow are this migration's. */
		world->request = event->request;
		take_peer_event(world, event);
		return;
	case DIMP_EVENT_ADOPTED:
	case DIMP_EVENT_ASSOCIATED:
	case DIMP_EVENT_PEER_LOST: take_peer_event(world, event); return;
	case DIMP_EVENT_RECORD: take_record(world, event); return;
	case DIMP_EVENT_PROGRESS:
	case DIMP_EVENT_RESPONSE: take_message_event(world, event); return;
	case DIMP_EVENT_ANNOUNCED: take_peer_event(world, event); return;
	case DIMP_EVENT_FREEZE:
		world->freeze_vsi = event->vsi;
		world->freeze_token_before = world->freeze_token;
		world->freeze_token = event->token;
		add_event(world, "freeze", false);
		return;
	case DIMP_EVENT_ACTIVATE:
		world->activate_vsi = event->vsi;
		add_event(world, "activate", false);
		return;
	case DIMP_EVENT_THAW: add_event(world, "thaw", false); return;
	case DIMP_EVENT_RELEASED: add_event(world, "released", false); return;
	case DIMP_EVENT_GONE: add_event(world, "gone", false); return;
	case DIMP_EVENT_DISCARD: add_event(world, "discard", false); return;
	case DIMP_EVENT_HOLD: add_event(world, "hold", true); return;
	}
}

static void take_message(struct drill_world *world, dimp_peer peer, struct dimp_view octets)
{
	struct dimp_message message;
	char text[TEXT_MAX];
	const enum dimp_error error = dimp_message_read(octets, &message);
	struct drill_happening *happening;

	if (error == DIMP_ERROR_NONE)
		(void)dimp_message_text(&message, text, sizeof text);
	else
		(void)snprintf(text, sizeof text, "malformed error=%s", dimp_error_name(error));
	happening = add_happening(world, peer, text);
	if (happening == NULL)
		return;
	happening->is_housekeeping = error == DIMP_ERROR_NONE &&
		(message.kind == DIMP_MESSAGE_ACK || message.kind == DIMP_MESSAGE_PING);
	happening->octets = malloc(octets.size);
	if (happening->octets == NULL)
		return;
	memcpy(happening->octets, octets.octets, octets.size);
	happening->size = octets.size;
}

static void take_handshake(struct drill_world *world, dimp_peer peer, struct dimp_view pdu)
{
	struct drill_happening *happening;
	struct dimp_pdu_header header;

	if (dimp_pdu_header_read(pdu, &header) != DIMP_ERROR_NONE ||
		header.kind == DIMP_PDU_PROTECTED)
		return;
	happening = add_happening(world, peer,
		header.kind == DIMP_PDU_INITIATION ? "initiation" : "reply");
	if (happening != NULL)
		happening->is_housekeeping = true;
}

/* The speaker sent a PDU to |peer|. */
static void carry(struct drill_world *world, dimp_peer peer, struct dimp_view pdu)
{
	struct drill_wire *wire = &world->setup.wires[peer];
	struct drill_pdu payload;
	struct dimp_view rest, item;

	if (wire->drops > 0) {
		wire->drops--;
		return;
	}
	if (wire->is_cut)
		return;
	take_handshake(world, peer, pdu);
	drill_peer_take(wire->peer, pdu, &payload, world->now);
	rest = (struct dimp_view){payload.octets, payload.size};
	while (dimp_tlv_next(&rest, &item))
		take_message(world, peer, item);
}

static bool speak(struct drill_world *world)
{
	uint8_t octets[DRILL_PDU_MAX];
	const struct dimp_buffer buffer = {octets, sizeof octets};
	struct dimp_event event;
	dimp_peer peer;
	bool is_active = false;

	while (dimp_speaker_next_event(world->speaker, &event, world->now)) {
		take_event(world, &event);
		is_active = true;
	}
	const size_t size = dimp_speaker_transmit(world->speaker, buffer, &peer, world->now);

	if (size > 0 && peer < world->setup.wire_count)
		carry(world, peer, (struct dimp_view){octets, size});
	return is_active || size > 0;
}

static void arrive(struct drill_world *world, dimp_peer peer, const struct drill_pdu *pdu)
{
	struct drill_wire *wire = &world->setup.wires[peer];

	if (wire->is_cut)
		return;
	wire->last = *pdu;
	dimp_speaker_receive(world->speaker, peer, (struct dimp_view){pdu->octets, pdu->size},
		world->now);
}

static bool answer(struct drill_world *world)
{
	struct drill_pdu pdu;

	for (dimp_peer peer = 0; peer < world->setup.wire_count; peer++) {
		if (!drill_peer_next(world->setup.wires[peer].peer, &pdu, world->now))
			continue;
		arrive(world, peer, &pdu);
		return true;
	}
	return false;
}

void drill_world_settle(struct drill_world *world)
{
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		const bool has_spoken = speak(world);

		/* Each PDU is acknowledged before the next is sent. */
		if (!answer(world) && !has_spoken)
			return;
	}
	world->is_overrun = true;
}

void drill_world_deliver(struct drill_world *world, dimp_peer peer, const struct drill_pdu *pdu)
{
	arrive(world, peer, pdu);
	drill_world_settle(world);
}

bool drill_world_tick(struct drill_world *world, struct dimp_time until)
{
	const struct dimp_time due = dimp_speaker_deadline(world->speaker);

	if (due.us == DIMP_NEVER.us || due.us > until.us)
		return false;
	world->now.us = due.us > world->now.us ? due.us : world->now.us;
	dimp_speaker_expire(world->speaker, world->now);
	drill_world_settle(world);
	return true;
}

void drill_world_advance(struct drill_world *world, struct dimp_time until)
{
	for (unsigned round = 0; drill_world_tick(world, until); round++) {
		if (round == ROUNDS_MAX) {
			world->is_overrun = true;
			break;
		}
	}
	world->now = until;
}

dimp_peer drill_world_peer(const struct drill_world *world, const char *name)
{
	for (dimp_peer peer = 0; peer < world->setup.wire_count; peer++) {
		if (strcmp(world->setup.wires[peer].name, name) == 0)
			return peer;
	}
	return DIMP_NO_PEER;
}

static void free_happening(struct drill_happening *happening)
{
	free(happening->text);
	free(happening->octets);
}

void drill_world_tidy(struct drill_world *world)
{
	size_t kept = 0;

	for (size_t index = 0; index < world->happening_count; index++) {
		struct drill_happening *happening = &world->happenings[index];

		if (happening->is_taken || happening->is_housekeeping)
			free_happening(happening);
		else
			world->happenings[kept++] = *happening;
	}
	world->happening_count = kept;
}

const struct drill_happening *drill_world_first_left(const struct drill_world *world)
{
	for (size_t index = 0; index < world->happening_count; index++) {
		const struct drill_happening *happening = &world->happenings[index];

		if (!happening->is_taken && !happening->is_housekeeping)
			return happening;
	}
	return NULL;
}

static bool make_peers(struct drill_world *world, const struct dimp_public_key *own)
{
	for (size_t index = 0; index < world->setup.wire_count; index++) {
		struct drill_wire *wire = &world->setup.wires[index];
		const struct dimp_peer_config config = {.is_bridge = wire->is_bridge,
			.static_public = wire->key};
		dimp_peer number;

		wire->peer = drill_peer_create(wire->name, own);
		if (wire->peer == NULL ||
			dimp_speaker_add_peer(world->speaker, &config, &number) != DIMP_ERROR_NONE)
			return false;
		if (!wire->is_down && !drill_peer_open(wire->peer, world->now))
			return false;
	}
	return true;
}

bool drill_world_begin(struct drill_world *world)
{
	struct dimp_speaker_config *config = &world->setup.config;
	struct dimp_public_key own;

	world->now = (struct dimp_time){0};
	world->freeze_vsi = world->activate_vsi = world->record_vsi = DIMP_NO_VSI;
	world->crypto = openssl_crypto_create_seeded(1, "subject");
	world->memory = malloc(dimp_speaker_size(config));
	if (world->crypto == NULL || world->memory == NULL ||
		!drill_peer_identity("self", config->static_secret, &own))
		return false;
	config->crypto = openssl_crypto_table(world->crypto);
	world->speaker = dimp_speaker_init(world->memory, config, world->now);
	if (world->speaker == NULL || !make_peers(world, &own))
		return false;
	drill_world_settle(world);
	drill_world_advance(world, (struct dimp_time){START_US});
	drill_world_tidy(world);
	world->start = world->now;
	return true;
}

void drill_world_end(struct drill_world *world)
{
	for (size_t index = 0; index < world->happening_count; index++)
		free_happening(&world->happenings[index]);
	for (size_t index = 0; index < world->setup.wire_count; index++)
		drill_peer_destroy(world->setup.wires[index].peer);
	if (world->speaker != NULL)
		dimp_speaker_wipe(world->speaker);
	openssl_crypto_destroy(world->crypto);
	free(world->memory);
}
