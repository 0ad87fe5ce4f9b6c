/* SPDX-License-Identifier: MIT */
/* PDUs in flight are kept unsorted: the earliest, by order of sending among equals, is looked for.
 */
#include "speaker_rig.h"

#include <stdlib.h>
#include <string.h>

static const struct dimp_vsi the_vsi = {{1, 2, 3, 4}};

const struct dimp_vsi *rig_vsi(void)
{
	return &the_vsi;
}

void rig_options_default(struct rig_options *options)
{
	*options = (struct rig_options){.seed = 1};
	for (unsigned index = 0; index < RIG_SPEAKERS; index++) {
		dimp_speaker_config_default(&options->config[index]);
		options->config[index].static_secret[1] = (uint8_t)(index + 1);
		options->config[index].role =
			index == RIG_STATION ? DIMP_ROLE_STATION_SPEAKER : DIMP_ROLE_BRIDGE_SPEAKER;
	}
}

struct dimp_public_key rig_public_key(const struct rig *rig, enum rig_speaker who)
{
	const struct dimp_crypto *crypto = openssl_crypto_table(rig->crypto[who]);
	struct dimp_public_key key = {{0}};

	if (!crypto->x25519_public(crypto->user, key.octets,
		    rig->options.config[who].static_secret))
		abort();
	return key;
}

static void add_peer(struct rig *rig, enum rig_speaker who, enum rig_speaker other)
{
	const struct dimp_peer_config config = {.is_bridge = other != RIG_STATION,
		.static_public = rig_public_key(rig, other)};
	dimp_peer peer;

	if (dimp_speaker_add_peer(rig->speakers[who], &config, &peer) != DIMP_ERROR_NONE)
		abort();
}

struct rig *rig_start(const struct rig_options *options)
{
	static const char *const names[] = {"a", "b", "station"};
	const struct dimp_vsi_config vsi = {
		.vsi = the_vsi,
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
	};
	struct rig *rig = calloc(1, sizeof(*rig));

	if (rig == NULL)
		return NULL;
	rig->options = *options;
	rig->now = options->starts_at;
	rig->random = options->seed;
	rig->in_flight = calloc(RIG_IN_FLIGHT_MAX, sizeof(*rig->in_flight));
	for (unsigned index = 0; index < RIG_SPEAKERS; index++) {
		struct dimp_speaker_config *config = &rig->options.config[index];

		rig->crypto[index] = openssl_crypto_create_seeded(options->seed, names[index]);
		config->crypto = openssl_crypto_table(rig->crypto[index]);
		rig->memory[index] = malloc(dimp_speaker_size(config));
		rig->speakers[index] = dimp_speaker_init(rig->memory[index], config, rig->now);
		if (rig->speakers[index] == NULL)
			abort();
	}
	add_peer(rig, RIG_A, RIG_B);
	add_peer(rig, RIG_B, RIG_A);
	add_peer(rig, RIG_B, RIG_STATION);
	add_peer(rig, RIG_STATION, RIG_B);
	if (dimp_speaker_vsi_add(rig->speakers[RIG_A], &vsi, &rig->vsi_a, rig->now) !=
		DIMP_ERROR_NONE)
		abort();
	dimp_speaker_open(rig->speakers[RIG_B], RIG_PEER_A, rig->now);
	dimp_speaker_open(rig->speakers[RIG_STATION], RIG_PEER_OF_STATION, rig->now);
	rig_run(rig, (struct dimp_time){options->starts_at.us + 10000});
	rig->is_standing = true;
	return rig;
}

void rig_restart_b(struct rig *rig)
{
	struct dimp_speaker_config *config = &rig->options.config[RIG_B];

	dimp_speaker_wipe(rig->speakers[RIG_B]);
	config->boot_count++;
	rig->speakers[RIG_B] = dimp_speaker_init(rig->memory[RIG_B], config, rig->now);
	if (rig->speakers[RIG_B] == NULL)
		abort();
	add_peer(rig, RIG_B, RIG_A);
	add_peer(rig, RIG_B, RIG_STATION);
}

void rig_stop(struct rig *rig)
{
	for (unsigned index = 0; index < RIG_SPEAKERS; index++) {
		dimp_speaker_wipe(rig->speakers[index]);
		free(rig->memory[index]);
		openssl_crypto_destroy(rig->crypto[index]);
	}
	free(rig->in_flight);
	free(rig);
}

static uint64_t next_random(struct rig *rig)
{
	rig->random = rig->random * 6364136223846793005u + 1442695040888963407u;
	return rig->random >> 33;
}

static enum rig_speaker other_end(enum rig_speaker from, dimp_peer peer)
{
	if (from == RIG_B)
		return peer == RIG_PEER_A ? RIG_A : RIG_STATION;
	return RIG_B;
}

static dimp_peer peer_of(enum rig_speaker at, enum rig_speaker from)
{
	return at == RIG_B && from == RIG_STATION ? RIG_PEER_STATION : 0;
}

static struct dimp_buffer next_place(struct rig *rig)
{
	return (struct dimp_buffer){rig->in_flight[rig->in_flight_count].octets, DIMP_PDU_SIZE_MAX};
}

/* Puts a PDU of |size| octets, already in the next free place, on the wire. */
static void put_on_wire(struct rig *rig, enum rig_speaker from, dimp_peer peer, size_t size)
{
	const enum rig_speaker to = other_end(from, peer);
	const bool is_between_bridges = from != RIG_STATION && to != RIG_STATION;
	struct rig_pdu *pdu = &rig->in_flight[rig->in_flight_count];

	rig->pdus++;
	if (is_between_bridges &&
		(rig->is_cut ||
			(rig->is_standing && next_random(rig) % 100 < rig->options.loss_percent)))
		return;
	pdu->from = from;
	pdu->to = to;
	pdu->order = rig->order++;
	pdu->at.us = rig->now.us + RIG_DELAY_US;
	pdu->size = size;
	if (rig->in_flight_count < RIG_IN_FLIGHT_MAX - 1)
		rig->in_flight_count++;
}

static void answer(struct rig *rig, enum rig_speaker who, const struct dimp_event *event)
{
	struct dimp_speaker *speaker = rig->speakers[who];

	if (rig->seen[who][event->kind]++ == 0)
		rig->first[who][event->kind] = rig->now;
	if (event->kind == DIMP_EVENT_FREEZE)
		dimp_speaker_frozen(speaker, event->vsi, event->token, rig->now);
	if (event->kind == DIMP_EVENT_RECORD && rig->options.rejection != DIMP_ERROR_NONE &&
		event->record.type == rig->options.reject_type)
		dimp_speaker_reject(speaker, event->vsi, &event->record, rig->options.rejection);
	if (event->kind == DIMP_EVENT_ACTIVATE) {
		rig->active_b = event->vsi;
		dimp_speaker_activated(speaker, event->vsi, !rig->options.activation_fails,
			rig->now);
	}
	if (event->kind == DIMP_EVENT_PROGRESS)
		rig->phase = (enum dimp_phase)event->message.body.progress.phase;
	if (event->kind == DIMP_EVENT_RESPONSE) {
		rig->responses++;
		rig->response = event->message;
	}
}

static void drain(struct rig *rig, enum rig_speaker who)
{
	struct dimp_speaker *speaker = rig->speakers[who];
	struct dimp_event event;
	dimp_peer peer;
	size_t size;

	while (dimp_speaker_next_event(speaker, &event, rig->now))
		answer(rig, who, &event);
	while ((size = dimp_speaker_transmit(speaker, next_place(rig), &peer, rig->now)) > 0)
		put_on_wire(rig, who, peer, size);
}

static size_t earliest(const struct rig *rig)
{
	size_t best = RIG_IN_FLIGHT_MAX;

	for (size_t index = 0; index < rig->in_flight_count; index++) {
		const struct rig_pdu *pdu = &rig->in_flight[index];

		if (best == RIG_IN_FLIGHT_MAX || pdu->at.us < rig->in_flight[best].at.us ||
			(pdu->at.us == rig->in_flight[best].at.us &&
				pdu->order < rig->in_flight[best].order))
			best = index;
	}
	return best;
}

static void deliver(struct rig *rig, size_t index)
{
	static struct rig_pdu pdu;

	pdu = rig->in_flight[index];
	rig->in_flight[index] = rig->in_flight[--rig->in_flight_count];
	rig->now = pdu.at;
	dimp_speaker_receive(rig->speakers[pdu.to], peer_of(pdu.to, pdu.from),
		(struct dimp_view){pdu.octets, pdu.size}, rig->now);
	drain(rig, pdu.to);
}

void rig_run(struct rig *rig, struct dimp_time until)
{
	for (unsigned who = 0; who < RIG_SPEAKERS; who++)
		drain(rig, (enum rig_speaker)who);
	for (;;) {
		const size_t index = earliest(rig);
		const struct dimp_time arrival =
			index == RIG_IN_FLIGHT_MAX ? DIMP_NEVER : rig->in_flight[index].at;
		struct dimp_time due = arrival;
		unsigned who = RIG_SPEAKERS;

		for (unsigned each = 0; each < RIG_SPEAKERS; each++) {
			const struct dimp_time at = dimp_speaker_deadline(rig->speakers[each]);

			if (at.us < due.us) {
				due = at;
				who = each;
			}
		}
		if (due.us > until.us)
			break;
		if (who == RIG_SPEAKERS) {
			deliver(rig, index);
			continue;
		}
		rig->now.us = due.us > rig->now.us ? due.us : rig->now.us;
		dimp_speaker_expire(rig->speakers[who], rig->now);
		drain(rig, (enum rig_speaker)who);
	}
	rig->now = until;
}

void rig_learn(struct rig *rig, uint32_t count)
{
	for (uint32_t number = 0; number < count; number++) {
		const uint8_t high = (uint8_t)(number >> 8), low = (uint8_t)number;
		const struct dimp_record record = {
			.type = DIMP_DI_DHCP_BINDING,
			.operation = DIMP_OPERATION_PUT,
			.body.dhcp_binding = {.vlan = 42,
				.client = {{2, 0, 0, 1, high, low}},
				.address = {{10, 0, high, low}},
				.remaining = 600000},
		};

		if (dimp_speaker_di_change(rig->speakers[RIG_A], rig->vsi_a, &record, rig->now) !=
			DIMP_ERROR_NONE)
			abort();
	}
}

void rig_request(struct rig *rig, const struct rig_ask *ask)
{
	struct dimp_request_config config = {
		.destination = RIG_PEER_OF_STATION,
		.serial = 1,
		.vsi = the_vsi,
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
		.mode = ask->mode,
		.source = rig_public_key(rig, RIG_A),
		.required = ask->required,
		.optional = ask->optional,
		.deadline_ms = ask->deadline_ms,
		.has_ticket = rig->ticket != NULL,
	};

	if (rig->ticket != NULL)
		config.ticket = *rig->ticket;
	if (dimp_speaker_request(rig->speakers[RIG_STATION], &config, rig->now, &rig->request) !=
		DIMP_ERROR_NONE)
		abort();
}
