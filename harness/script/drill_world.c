/* SPDX-License-Identifier: MIT */
/*
 * The order at one instant: what the speaker tells, then what it sends, then what the peers send
 * back, until all are quiet.  Every loop is bounded: a speaker that never falls quiet is a failure.
 */
#include "script/drill_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Associations come up at 0; the drill's time begins here. */
enum { START_US = 10000, ROUNDS_MAX = 20000, TEXT_MAX = 8192, TOLERANCE_US = 150000 };

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
	*happening = (struct drill_happening){.peer = peer,
		.at = world->now,
		.text = copy,
		.is_allowed = drill_allowances_fit(&world->allowances, peer, text)};
	return happening;
}

static void add_event(struct drill_world *world, const char *text, bool is_housekeeping)
{
	struct drill_happening *happening = add_happening(world, DRILL_EVENT, text);

	if (happening != NULL)
		happening->is_housekeeping = is_housekeeping;
}

/* What the subject told; a record that the drill has turned down is. */
static void take_telling(struct drill_world *world)
{
	const struct drill_telling *telling = &world->telling;
	const enum dimp_error rejection = world->setup.rejects[telling->record_type];
	const struct drill_order order = {.kind = DRILL_ORDER_REJECT, .error = rejection};
	struct text_error wrong;

	if (telling->transition != NULL) {
		drill_trace_add(&world->trace, telling->transition, world->now);
		return;
	}
	add_event(world, telling->text, telling->is_housekeeping);
	if (telling->record_type != 0 && rejection != DIMP_ERROR_NONE)
		(void)world->subject.operations->order(world->subject.user, &order, world->now,
			&wrong);
}

/* Whoever looks on in real time may be too slow to acknowledge in time. */
static bool is_said_again(struct drill_world *world, dimp_peer peer, struct dimp_view octets)
{
	return world->subject.operations->clock != NULL &&
		drill_repeats_note(&world->repeats, peer, octets);
}

static void take_message(struct drill_world *world, dimp_peer peer, struct dimp_view octets)
{
	struct dimp_message message;
	char text[TEXT_MAX];
	const enum dimp_error error = dimp_message_read(octets, &message);
	const bool is_again = is_said_again(world, peer, octets);
	struct drill_happening *happening;

	/* A chunk counts once (DIMP 9.2-6); other messages may be asked for again. */
	if (is_again && error == DIMP_ERROR_NONE && message.kind == DIMP_MESSAGE_DATA)
		return;
	if (error == DIMP_ERROR_NONE)
		(void)dimp_message_text(&message, text, sizeof text);
	else
		(void)snprintf(text, sizeof text, "malformed error=%s", dimp_error_name(error));
	happening = add_happening(world, peer, text);
	if (happening == NULL)
		return;
	happening->is_housekeeping = error == DIMP_ERROR_NONE &&
		(message.kind == DIMP_MESSAGE_ACK || message.kind == DIMP_MESSAGE_PING || is_again);
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

static void show_pdu(const struct drill_world *world, dimp_peer peer, bool is_subjects,
	struct dimp_view pdu)
{
	const struct drill_sighting sighting = {peer, is_subjects, pdu, world->now};

	if (world->tap != NULL)
		world->tap->pdu(world->tap->user, &sighting);
}

static void show_keys(const struct drill_world *world, dimp_peer peer)
{
	struct dimp_association_keys keys;

	if (world->tap != NULL && drill_peer_keys(world->setup.wires[peer].peer, &keys))
		world->tap->keys(world->tap->user, &keys);
}

/* Whether packet numbers begin with 0 under each keys, and rise by one (DIMP 5.4-2). */
static void note_number(struct drill_wire *wire, struct dimp_view pdu)
{
	struct dimp_pdu_header header;
	uint64_t next = 0;

	if (dimp_pdu_header_read(pdu, &header) != DIMP_ERROR_NONE ||
		header.kind != DIMP_PDU_PROTECTED)
		return;
	if (wire->has_sent && header.receiver_index == wire->sent_index)
		next = wire->sent_number + 1;
	wire->has_gap = wire->has_gap || header.packet_number != next;
	wire->has_sent = true;
	wire->sent_index = header.receiver_index;
	wire->sent_number = header.packet_number;
}

/* The subject sent a PDU to |peer|. */
static void carry(struct drill_world *world, dimp_peer peer, struct dimp_view pdu)
{
	struct drill_wire *wire = &world->setup.wires[peer];
	struct drill_pdu payload;
	struct dimp_view rest, item;

	show_pdu(world, peer, true, pdu);
	note_number(wire, pdu);
	if (wire->drops > 0) {
		wire->drops--;
		return;
	}
	if (wire->is_cut)
		return;
	take_handshake(world, peer, pdu);
	drill_peer_take(wire->peer, pdu, &payload, world->now);
	show_keys(world, peer);
	rest = (struct dimp_view){payload.octets, payload.size};
	while (dimp_tlv_next(&rest, &item))
		take_message(world, peer, item);
}

static bool speak(struct drill_world *world)
{
	uint8_t octets[DRILL_PDU_MAX];
	const struct dimp_buffer buffer = {octets, sizeof octets};
	const struct drill_subject subject = world->subject;
	dimp_peer peer;
	bool is_active = false;

	while (!world->is_overrun &&
		subject.operations->tell(subject.user, &world->telling, world->now)) {
		take_telling(world);
		is_active = true;
	}
	const size_t size = subject.operations->transmit(subject.user, buffer, &peer, world->now);

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
	show_pdu(world, peer, false, (struct dimp_view){pdu->octets, pdu->size});
	world->subject.operations->receive(world->subject.user, peer,
		(struct dimp_view){pdu->octets, pdu->size}, world->now);
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

uint64_t drill_world_tolerance_us(const struct drill_world *world)
{
	return world->subject.operations->clock == NULL ? 0 : TOLERANCE_US;
}

void drill_world_settle(struct drill_world *world)
{
	if (world->subject.operations->clock != NULL)
		world->now = world->subject.operations->clock(world->subject.user);
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
	if (world->is_overrun ||
		!world->subject.operations->wait(world->subject.user, until, &world->now))
		return false;
	if (++world->ticks > ROUNDS_MAX) {
		world->is_overrun = true;
		return false;
	}
	drill_world_settle(world);
	return true;
}

void drill_world_advance(struct drill_world *world, struct dimp_time until)
{
	while (drill_world_tick(world, until))
		continue;
	world->now.us = until.us > world->now.us ? until.us : world->now.us;
}

dimp_peer drill_world_peer(const struct drill_world *world, const char *name)
{
	for (dimp_peer peer = 0; peer < world->setup.wire_count; peer++) {
		if (strcmp(world->setup.wires[peer].name, name) == 0)
			return peer;
	}
	return DIMP_NO_PEER;
}

enum dimp_error drill_world_order(struct drill_world *world, const struct drill_order *order,
	struct text_error *wrong)
{
	const enum dimp_error error =
		world->subject.operations->order(world->subject.user, order, world->now, wrong);

	if (wrong->text[0] == '\0')
		drill_world_settle(world);
	return error;
}

static void free_happening(struct drill_happening *happening)
{
	free(happening->text);
	free(happening->octets);
}

static bool may_be_passed_over(const struct drill_happening *happening)
{
	return happening->is_housekeeping || happening->is_allowed;
}

void drill_world_tidy(struct drill_world *world)
{
	size_t kept = 0;

	for (size_t index = 0; index < world->happening_count; index++) {
		struct drill_happening *happening = &world->happenings[index];

		if (happening->is_taken || may_be_passed_over(happening))
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

		if (!happening->is_taken && !may_be_passed_over(happening))
			return happening;
	}
	return NULL;
}

static bool make_peers(struct drill_world *world, const struct dimp_public_key *own)
{
	for (size_t index = 0; index < world->setup.wire_count; index++) {
		struct drill_wire *wire = &world->setup.wires[index];

		wire->peer = drill_peer_create(wire->name, own, world->seed);
		if (wire->peer == NULL)
			return false;
		drill_peer_share(wire->peer, wire->preshared);
		if (!wire->is_down && !drill_peer_open(wire->peer, world->now))
			return false;
	}
	return true;
}

static struct drill_terms terms_of(const struct drill_world *world)
{
	const struct drill_setup *setup = &world->setup;
	struct drill_terms terms = {.config = setup->config,
		.peer_count = setup->wire_count,
		.seed = world->seed};

	for (size_t index = 0; index < setup->wire_count; index++) {
		terms.peers[index].key = setup->wires[index].key;
		terms.peers[index].is_bridge = setup->wires[index].is_bridge;
		memcpy(terms.peers[index].preshared, setup->wires[index].preshared, DIMP_KEY_SIZE);
		memcpy(terms.peers[index].name, setup->wires[index].name, DRILL_NAME_SIZE);
	}
	return terms;
}

bool drill_world_begin(struct drill_world *world)
{
	struct drill_terms terms = terms_of(world);
	struct dimp_public_key own;

	world->now = (struct dimp_time){0};
	world->has_begun = true;
	if (!drill_peer_identity("self", terms.secret, &own) ||
		!world->subject.operations->begin(world->subject.user, &terms) ||
		!make_peers(world, &own))
		return false;
	drill_world_settle(world);
	drill_world_advance(world, (struct dimp_time){START_US});
	drill_world_tidy(world);
	world->start = world->now;
	return true;
}

bool drill_world_reboot(struct drill_world *world)
{
	struct drill_setup *setup = &world->setup;
	struct drill_terms terms;
	struct dimp_public_key own;

	for (size_t index = 0; index < setup->wire_count; index++) {
		struct drill_wire *wire = &setup->wires[index];

		wire->has_start = drill_peer_told_start(wire->peer, &wire->start);
	}
	setup->config.boot_count++;
	terms = terms_of(world);
	world->subject.operations->end(world->subject.user);
	if (!drill_peer_identity("self", terms.secret, &own) ||
		!world->subject.operations->begin(world->subject.user, &terms))
		return false;
	drill_world_settle(world);
	return true;
}

void drill_world_end(struct drill_world *world)
{
	for (size_t index = 0; index < world->happening_count; index++)
		free_happening(&world->happenings[index]);
	for (size_t index = 0; index < world->setup.wire_count; index++)
		drill_peer_destroy(world->setup.wires[index].peer);
	if (world->has_begun)
		world->subject.operations->end(world->subject.user);
	drill_allowances_clear(&world->allowances);
}
