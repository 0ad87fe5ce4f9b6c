/* SPDX-License-Identifier: MIT */
/*
 * The crank of a speaker: where its memory goes, feed, expire, drain.  The speaker is laid out once
 * in the memory its user gave; nothing moves afterwards.
 */
#include "speaker.h"

#include <assert.h>
#include <stdalign.h>

#include "di_staging.h"
#include "instant.h"
#include "peer_news.h"
#include "peer_watch.h"
#include "rising_id.h"
#include "tlv.h"
#include "wipe.h"

/* Room in the event queue below which no message is taken: one causes fewer events. */
enum { EVENTS_OF_A_MESSAGE = 16 };

/* Where the next part goes; with memory NULL only sizes are added up. */
struct plan {
	uint8_t *memory;
	size_t size;
};

static void *plan_part(struct plan *plan, size_t size)
{
	const size_t alignment = alignof(max_align_t);
	void *part = plan->memory == NULL ? NULL : plan->memory + plan->size;

	plan->size += (size + alignment - 1) / alignment * alignment;
	return part;
}

static struct di_table_config table_config(const struct dimp_speaker_config *config)
{
	return (struct di_table_config){
		.entries_max = config->entries_max,
		.octets_max = config->arena_octets,
		.vsis_max = config->vsis_max,
		.type_entries_max = config->type_entries_max,
	};
}

static size_t events_max(const struct dimp_speaker_config *config)
{
	return DIMP_EVENTS + 4 * ((size_t)config->vsis_max + config->migrations_max);
}

/* The parts of a speaker, in the memory of |plan|. */
struct parts {
	struct dimp_speaker *speaker;
	void *table;
	uint64_t *ended;
};

static struct parts lay_out(struct plan *plan, const struct dimp_speaker_config *config)
{
	const struct di_table_config table = table_config(config);
	struct dimp_speaker unplaced = {.config = *config};
	struct parts parts = {.speaker = plan_part(plan, sizeof(*parts.speaker))};
	struct dimp_speaker *speaker = parts.speaker != NULL ? parts.speaker : &unplaced;

	*speaker = unplaced;
	speaker->peers = plan_part(plan, config->peers_max * sizeof(*speaker->peers));
	speaker->vsis = plan_part(plan, config->vsis_max * sizeof(*speaker->vsis));
	speaker->destinations =
		plan_part(plan, config->migrations_max * sizeof(*speaker->destinations));
	speaker->stations = plan_part(plan, config->migrations_max * sizeof(*speaker->stations));
	speaker->expectations.count = config->vsis_max;
	speaker->expectations.places =
		plan_part(plan, config->vsis_max * sizeof(*speaker->expectations.places));
	speaker->events.capacity = events_max(config);
	speaker->events.events =
		plan_part(plan, speaker->events.capacity * sizeof(*speaker->events.events));
	speaker->plain = plan_part(plan, DIMP_PDU_SIZE_MAX);
	speaker->associations =
		plan_part(plan, config->peers_max * association_size(config->send_queue_max));
	parts.ended = plan_part(plan,
		(size_t)config->vsis_max * config->peers_max * sizeof(*parts.ended));
	parts.table = plan_part(plan, di_table_size(&table));
	return parts;
}

size_t dimp_speaker_size(const struct dimp_speaker_config *config)
{
	struct plan plan = {.memory = NULL};

	(void)lay_out(&plan, config);
	return plan.size;
}

static void clear_slots(struct dimp_speaker *speaker, uint64_t *ended)
{
	const struct dimp_speaker_config *config = &speaker->config;

	for (uint32_t index = 0; index < config->vsis_max; index++) {
		speaker->vsis[index] = (struct source){
			.use = SOURCE_UNUSED,
			.ended = ended + (size_t)index * config->peers_max,
		};
	}
	for (uint32_t index = 0; index < config->vsis_max; index++)
		speaker->expectations.places[index].station = DIMP_NO_PEER;
	for (size_t index = 0; index < (size_t)config->vsis_max * config->peers_max; index++)
		ended[index] = 0;
	for (uint32_t index = 0; index < config->migrations_max; index++) {
		speaker->destinations[index].is_used = false;
		speaker->stations[index].is_used = false;
	}
}

static bool make_identity(struct dimp_speaker *speaker)
{
	const struct dimp_crypto *crypto = speaker->config.crypto;
	struct association_context *context = &speaker->context;

	*context = (struct association_context){
		.crypto = crypto,
		.settings = &speaker->config.settings,
		.counters = &speaker->counters,
		.boot_count = speaker->config.boot_count,
		.pdu_size_max = speaker->config.pdu_size_max,
	};
	for (size_t index = 0; index < DIMP_KEY_SIZE; index++)
		context->static_secret[index] = speaker->config.static_secret[index];
	wipe(speaker->config.static_secret, DIMP_KEY_SIZE);
	return crypto->x25519_public(crypto->user, context->static_public, context->static_secret);
}

struct dimp_speaker *dimp_speaker_init(void *memory, const struct dimp_speaker_config *config,
	struct dimp_time now)
{
	struct plan plan = {.memory = memory};
	const struct parts parts = lay_out(&plan, config);
	struct dimp_speaker *speaker = parts.speaker;
	struct di_table_config table = table_config(&speaker->config);
	uint8_t seed[8];
	struct wire_reader reader = wire_reader_of(wire_view(seed, sizeof(seed)));

	(void)now;
	if (dimp_settings_wrong(&config->settings) != NULL)
		return NULL;
	if (!config->crypto->random(config->crypto->user, seed, sizeof(seed)) ||
		!make_identity(speaker))
		return NULL;
	table.seed = wire_read_u64(&reader);
	clear_slots(speaker, parts.ended);
	speaker->services = (struct services){
		.config = &speaker->config,
		.table = di_table_init(parts.table, &table),
		.speaker = speaker,
		.migration_last = rising_id_before(config->boot_count),
	};
	speaker->request_last = rising_id_before(config->boot_count);
	return speaker;
}

void dimp_speaker_wipe(struct dimp_speaker *speaker)
{
	const struct di_table *table = speaker->services.table;
	const size_t before = (size_t)((const uint8_t *)table - (const uint8_t *)speaker);

	/* The table is the last part, and its room for records the last of it. */
	wipe(speaker, before + di_table_used(table));
}

enum dimp_error dimp_speaker_add_peer(struct dimp_speaker *speaker,
	const struct dimp_peer_config *config, dimp_peer *peer)
{
	const size_t size = association_size(speaker->config.send_queue_max);

	if (speaker->peer_count == speaker->config.peers_max)
		return DIMP_ERROR_TABLE_FULL;
	*peer = speaker->peer_count++;
	speaker->peers[*peer] = (struct speaker_peer){
		.static_public = config->static_public,
		.is_bridge = config->is_bridge,
		.association = association_init(speaker->associations + *peer * size,
			&speaker->context, config, speaker->config.send_queue_max),
	};
	return DIMP_ERROR_NONE;
}

void dimp_speaker_open(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now)
{
	if (peer < speaker->peer_count)
		association_open(speaker->peers[peer].association, now);
}

struct machine_input speaker_input(struct dimp_speaker *speaker, dimp_peer peer,
	struct dimp_time now)
{
	return (struct machine_input){
		.services = &speaker->services,
		.peer = peer,
		.now = now,
	};
}

void dimp_speaker_close(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now)
{
	if (peer >= speaker->peer_count)
		return;
	association_close(speaker->peers[peer].association, DIMP_ERROR_ASSOCIATION_CLOSED, now);
	peer_news_tell(speaker, peer, ASSOCIATION_LOST, now);
}

static void take_notices(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now)
{
	struct association_notice notice;

	while (association_notice(speaker->peers[peer].association, &notice)) {
		const struct services_event event = {
			.kind = notice.kind == ASSOCIATION_LOST ? DIMP_EVENT_PEER_LOST
								: DIMP_EVENT_ASSOCIATED,
			.peer = peer,
			.vsi = DIMP_NO_VSI,
			.error = notice.error,
		};

		services_emit(&speaker->services, &event);
		peer_news_tell(speaker, peer, notice.kind, now);
	}
}

/* False when there was no room for all of it: then the peer has to send it again. */
static bool take_payload(struct dimp_speaker *speaker, dimp_peer peer,
	const struct association_input *input, struct dimp_time now)
{
	struct machine_input arrival = speaker_input(speaker, peer, now);
	struct dimp_view rest = input->payload;
	struct dimp_view message;

	arrival.transit_us = input->transit_bound_us;
	speaker->services.is_refusing = false;
	while (event_queue_room(&speaker->events) >= EVENTS_OF_A_MESSAGE &&
		dimp_tlv_next(&rest, &message))
		dispatch_message(speaker, message, &arrival);
	if (event_queue_room(&speaker->events) < EVENTS_OF_A_MESSAGE)
		return false;
	return !speaker->services.is_refusing;
}

void dimp_speaker_receive(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_view pdu,
	struct dimp_time now)
{
	struct association_input input = {.plain = speaker->plain};
	struct association *association;

	if (peer >= speaker->peer_count || pdu.size > DIMP_PDU_SIZE_MAX)
		return;
	association = speaker->peers[peer].association;
	if (association_receive(association, pdu, &input, now)) {
		/* What a peer says in the PDU by which it is known to have started anew belongs to
		 * the new start (DIMP 5.8-7). */
		if (association_is_up_anew(association))
			take_notices(speaker, peer, now);
		if (take_payload(speaker, peer, &input, now))
			association_accept(association, now);
		else
			speaker->counters.drop_no_room++;
		wipe(speaker->plain, input.payload.size);
	}
	take_notices(speaker, peer, now);
}

struct dimp_time dimp_speaker_deadline(const struct dimp_speaker *speaker)
{
	struct dimp_time deadline = instant_earlier(peer_watch_deadline(speaker),
		announcements_deadline(&speaker->announcements));

	for (uint32_t index = 0; index < speaker->peer_count; index++)
		deadline = instant_earlier(deadline,
			association_deadline(speaker->peers[index].association));
	for (uint32_t index = 0; index < speaker->vsis_end; index++) {
		if (speaker->vsis[index].use == SOURCE_CONTEXT)
			deadline =
				instant_earlier(deadline, source_deadline(&speaker->vsis[index]));
	}
	for (uint32_t index = 0; index < speaker->migrations_end; index++) {
		if (speaker->destinations[index].is_used)
			deadline = instant_earlier(deadline,
				destination_deadline(&speaker->destinations[index]));
		if (speaker->stations[index].is_used)
			deadline = instant_earlier(deadline,
				station_deadline(&speaker->stations[index]));
	}
	return deadline;
}

static void expire_machines(struct dimp_speaker *speaker, struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);

	for (uint32_t index = 0; index < speaker->vsis_end; index++) {
		if (speaker->vsis[index].use == SOURCE_CONTEXT)
			source_expire(&speaker->vsis[index], &input);
	}
	for (uint32_t index = 0; index < speaker->migrations_end; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (destination->is_used) {
			const dimp_vsi_index slot = destination->machine.vsi;

			destination_expire(destination, &input);
			speaker_settle_slot(speaker, destination, slot, now);
		}
		if (speaker->stations[index].is_used)
			station_expire(&speaker->stations[index], &input);
	}
}

void dimp_speaker_expire(struct dimp_speaker *speaker, struct dimp_time now)
{
	for (uint32_t index = 0; index < speaker->peer_count; index++) {
		association_expire(speaker->peers[index].association, now);
		take_notices(speaker, index, now);
	}
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);

	announcements_expire(&speaker->announcements, &input);
	expire_machines(speaker, now);
	peer_watch_expire(speaker, now);
}

size_t dimp_speaker_transmit(struct dimp_speaker *speaker, struct dimp_buffer buffer,
	dimp_peer *peer, struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);

	for (uint32_t index = 0; index < speaker->vsis_end; index++) {
		if (speaker->vsis[index].use == SOURCE_CONTEXT)
			source_pump(&speaker->vsis[index], &input);
	}
	for (uint32_t count = 0; count < speaker->peer_count; count++) {
		const dimp_peer candidate = speaker->transmit_next % speaker->peer_count;
		const size_t size = association_transmit(speaker->peers[candidate].association,
			buffer.octets, buffer.capacity, now);

		if (size > 0) {
			*peer = candidate;
			return size;
		}
		speaker->transmit_next = candidate + 1;
	}
	peer_watch_update(speaker);
	return 0;
}

/* Rounds may be complete now that the user has seen every record. */
static void check_copies(struct dimp_speaker *speaker, struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);

	for (uint32_t index = 0; index < speaker->migrations_end; index++) {
		struct destination *destination = &speaker->destinations[index];
		const dimp_vsi_index slot = destination->machine.vsi;

		if (!destination->is_used)
			continue;
		destination_check(destination, &input);
		speaker_settle_slot(speaker, destination, slot, now);
	}
}

static bool next_record(struct dimp_speaker *speaker, struct dimp_event *event,
	struct dimp_time now)
{
	struct di_staged staged;

	if (!speaker->has_unseen)
		return false;
	speaker->has_unseen = di_table_next_unannounced(speaker->services.table, &staged, now);
	if (!speaker->has_unseen)
		return false;
	event->kind = DIMP_EVENT_RECORD;
	event->peer = DIMP_NO_PEER;
	event->vsi = staged.vsi;
	event->record = staged.record;
	wipe(&staged, sizeof(staged));
	return true;
}

static void fill_message(struct dimp_event *event, const struct services_event *taken)
{
	if (taken->response != NULL)
		event->message = *taken->response;
	if (taken->kind == DIMP_EVENT_PROGRESS)
		event->message = (struct dimp_message){
			.kind = DIMP_MESSAGE_PROGRESS,
			.body.progress = taken->progress,
		};
}

bool dimp_speaker_next_event(struct dimp_speaker *speaker, struct dimp_event *event,
	struct dimp_time now)
{
	struct services_event taken;

	event->kind = DIMP_EVENT_NONE;
	if (next_record(speaker, event, now))
		return true;
	check_copies(speaker, now);
	if (!event_queue_pop(&speaker->events, &taken))
		return false;
	event->kind = taken.kind;
	event->peer = taken.peer;
	event->vsi = taken.vsi;
	event->request = taken.request;
	event->migration = taken.migration;
	event->token = taken.token;
	event->error = taken.error;
	event->machine = taken.machine;
	event->from = taken.from;
	event->because = taken.because;
	event->to = taken.to;
	event->clause = taken.clause;
	fill_message(event, &taken);
	return true;
}
