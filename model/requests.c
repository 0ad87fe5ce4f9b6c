/* SPDX-License-Identifier: MIT */
/*
 * A REQUEST finds its place: it comes again, its outcome is forgotten, or a destination's machine
 * begins, with what this bridge knows of the VSI (DIMP 9.1-10, 9.1-14, 9.2-4).
 */
#include "requests.h"

#include <string.h>

#include "ownership.h"
#include "rising_id.h"
#include "ticket.h"
#include "whereabouts.h"

static struct destination *find_request(struct dimp_speaker *speaker, dimp_peer station,
	uint64_t request)
{
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (destination->is_used && destination->station == station &&
			destination->asked.request == request)
			return destination;
	}
	return NULL;
}

/* From now on this REQUEST, and what is older of that station, is one whose outcome is unknown. */
static void forget_request(struct dimp_speaker *speaker, dimp_peer station, uint64_t request)
{
	struct speaker_peer *peer;

	/* The bridge's own host never asks twice. */
	if (station == DIMP_NO_PEER)
		return;
	peer = &speaker->peers[station];
	if (peer->request_forgotten < request)
		peer->request_forgotten = request;
}

/* A place for a new request: an unused one, else that of the request that ended first. */
static struct destination *free_destination(struct dimp_speaker *speaker)
{
	struct destination *oldest = NULL;

	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (!destination->is_used)
			return destination;
		if (destination_has_ended(destination) &&
			!event_queue_borrows(&speaker->events, &destination->response) &&
			(oldest == NULL ||
				destination->machine.migration < oldest->machine.migration))
			oldest = destination;
	}
	return oldest;
}

static bool names_nobody(const struct dimp_public_key *key)
{
	uint8_t sum = 0;

	for (size_t index = 0; index < sizeof(key->octets); index++)
		sum |= key->octets[index];
	return sum == 0;
}

static bool names_us(const struct dimp_speaker *speaker, const struct dimp_public_key *key)
{
	return memcmp(key->octets, speaker->context.static_public, sizeof(key->octets)) == 0;
}

/* This very move has ended here, whoever ordered it: there is no source any more. */
static bool is_moved_here(const struct dimp_speaker *speaker, dimp_vsi_index held, uint64_t serial)
{
	return held != DIMP_NO_VSI && source_is_owner(&speaker->vsis[held]) &&
		speaker->vsis[held].serial == serial && serial != 0;
}

static bool is_same_vsi(const struct dimp_vsi *one, const struct dimp_vsi *other)
{
	return memcmp(one->octets, other->octets, sizeof(one->octets)) == 0;
}

/* A migration of this bridge's own host, for the VSI and serial of |request|. */
static struct destination *find_own(struct dimp_speaker *speaker,
	const struct dimp_request *request)
{
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (destination->is_used && destination->station == DIMP_NO_PEER &&
			!destination_has_ended(destination) &&
			destination->asked.serial == request->serial &&
			is_same_vsi(&destination->asked.vsi, &request->vsi))
			return destination;
	}
	return NULL;
}

static bool has_ticket_of_another(const struct dimp_request *request,
	const struct dimp_public_key *station)
{
	return (request->attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0 &&
		!ticket_names_station(&request->ticket, station);
}

/* A ticket is for the station that it names, and so is the copy that the host had by it (DIMP
 * 9.7-8); a station asks for VSIs on its own port alone, and a bridge is no station (9.7-11). */
static bool may_ask(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_request *request = &input->message->body.request;
	const struct destination *own = find_own(speaker, request);
	const struct dimp_public_key *station;

	if (input->peer == DIMP_NO_PEER)
		return true;
	if (speaker->peers[input->peer].is_bridge ||
		whereabouts_are_of_another(speaker, &request->vsi, input->peer))
		return false;
	station = &speaker->peers[input->peer].static_public;
	return !has_ticket_of_another(request, station) &&
		(own == NULL || !has_ticket_of_another(&own->asked, station));
}

static struct source *home_of(struct dimp_speaker *speaker, dimp_vsi_index held)
{
	return held != DIMP_NO_VSI && source_is_owner(&speaker->vsis[held]) ? &speaker->vsis[held]
									    : NULL;
}

static struct destination_prospects find_prospects(struct dimp_speaker *speaker,
	const struct dimp_request *request)
{
	const dimp_vsi_index held = speaker_find_vsi(speaker, &request->vsi);
	const struct dimp_public_key *named = &request->source;
	const bool is_home = names_nobody(named) || names_us(speaker, named) ||
		is_moved_here(speaker, held, request->serial);
	const dimp_vsi_index tombstone = held != DIMP_NO_VSI &&
			source_holding(&speaker->vsis[held]) == DIMP_HOLDING_TOMBSTONE
		? held
		: DIMP_NO_VSI;

	return (struct destination_prospects){
		.source = speaker_find_peer(speaker, named),
		.staging = speaker_free_vsi(speaker),
		.home = is_home ? home_of(speaker, held) : NULL,
		.is_nameless = is_home,
		.tombstone = tombstone,
		.tombstone_rank = tombstone == DIMP_NO_VSI
			? (struct lookup_rank){0, 0}
			: (struct lookup_rank){speaker->vsis[tombstone].serial,
				  speaker->vsis[tombstone].epoch},
		.error = !is_home &&
				speaker_knows_later_move(speaker, &request->vsi, request->serial)
			? DIMP_ERROR_STALE_SERIAL
			: DIMP_ERROR_NONE,
	};
}

/* The very move was the host's, who was told that it is in doubt: so it is for the station. */
static bool is_in_doubt(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct destination *own = find_own(speaker, &input->message->body.request);

	return input->peer != DIMP_NO_PEER && own != NULL && own->has_response;
}

/* The same for whoever asks: who may not is refused before anything else is looked at. */
static struct destination_prospects judge_prospects(struct dimp_speaker *speaker,
	const struct machine_input *input)
{
	struct destination_prospects prospects =
		find_prospects(speaker, &input->message->body.request);

	if (prospects.home == NULL && speaker->is_draining)
		prospects.error = DIMP_ERROR_MIGRATIONS_LIMIT;
	if (prospects.home == NULL && is_in_doubt(speaker, input))
		prospects.error = DIMP_ERROR_IN_DOUBT;
	if (!may_ask(speaker, input)) {
		prospects.home = NULL;
		prospects.error = DIMP_ERROR_NOT_AUTHORISED;
	}
	return prospects;
}

/* Answers a REQUEST that gets no place; nothing of it is kept, so its id must never start one. */
static void refuse_request(struct dimp_speaker *speaker, const struct machine_input *input,
	enum dimp_error error)
{
	const enum dimp_reason reason = dimp_error_reason(error);
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_RESPONSE,
		.body.response = {.request = input->message->body.request.request,
			.result = DIMP_RESULT_FAIL,
			.reason = (uint8_t)reason,
			.error = (uint16_t)error,
			.advice = dimp_reason_advice(reason)},
	};

	forget_request(speaker, input->peer, input->message->body.request.request);
	services_send(input->services, input->peer, &message, input->now);
}

/* Nobody named, or this bridge: whoever has the DI.  Else the copy must come from the one named.
 * Who is looked for without a ticket may not have answered: with it he is looked for anew. */
static bool may_share(const struct destination *destination, const struct dimp_request *request,
	const struct destination_prospects *prospects)
{
	if (destination_is_unasked(destination) &&
		(request->attributes >> DIMP_ATTRIBUTE_request_ticket & 1) != 0)
		return false;
	return prospects->is_nameless ||
		(prospects->source != DIMP_NO_PEER && prospects->source == destination->source);
}

/* False when the REQUEST has to look after itself; what stood in its way ends then. */
static bool adopt_own(struct dimp_speaker *speaker, const struct machine_input *input,
	const struct destination_prospects *prospects)
{
	struct destination *own = find_own(speaker, &input->message->body.request);
	dimp_vsi_index slot;

	if (own == NULL || prospects->home != NULL ||
		prospects->error == DIMP_ERROR_NOT_AUTHORISED ||
		!destination_may_be_adopted(own, input))
		return false;
	slot = own->machine.vsi;
	if (may_share(own, &input->message->body.request, prospects)) {
		destination_adopt(own, input);
		speaker_settle_slot(speaker, own, slot, input->now);
		return true;
	}
	destination_overrule(own, DIMP_ERROR_STALE_SERIAL, input);
	speaker_settle_slot(speaker, own, slot, input->now);
	return false;
}

/* NULL when there is no place for another. */
static struct destination *begin(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct destination_prospects prospects = judge_prospects(speaker, input);
	struct destination *destination = free_destination(speaker);

	if (destination == NULL || rising_id_is_last(speaker->services.migration_last))
		return NULL;
	if (destination->is_used)
		forget_request(speaker, destination->station, destination->asked.request);
	speaker_use_migration(speaker, (uint32_t)(destination - speaker->destinations));
	if (prospects.staging != DIMP_NO_VSI) {
		speaker_use_vsi(speaker, prospects.staging);
		speaker->vsis[prospects.staging].use = SOURCE_STAGING;
	}
	destination_request(destination, input, &prospects);
	speaker_settle_slot(speaker, destination, prospects.staging, input->now);
	if (prospects.home != NULL && destination->machine.state == DESTINATION_ACTIVE) {
		whereabouts_settle(speaker, prospects.home, input->peer);
		ownership_announce(speaker, prospects.home->machine.vsi, input->now);
	}
	return destination;
}

/* What PROCEED would put into force again may be wiped by now, and its place another VSI's. */
static bool has_lost_tombstone(const struct dimp_speaker *speaker,
	const struct destination *destination)
{
	const struct source *tombstone;

	if (destination->machine.state != DESTINATION_REVIVABLE)
		return false;
	tombstone = &speaker->vsis[destination->tombstone];
	return source_holding(tombstone) != DIMP_HOLDING_TOMBSTONE ||
		!is_same_vsi(&tombstone->vsi, &destination->asked.vsi) ||
		tombstone->serial != destination->tombstone_rank.serial ||
		tombstone->epoch != destination->tombstone_rank.epoch;
}

/* Why the request must end instead of going on; NONE if it need not. */
static enum dimp_error command_error(const struct dimp_speaker *speaker,
	const struct destination *destination, enum dimp_message_kind kind,
	const struct machine_input *input)
{
	if (kind == DIMP_MESSAGE_CANCEL || !destination_takes_command(destination, kind))
		return DIMP_ERROR_NONE;
	if (input->peer != DIMP_NO_PEER &&
		whereabouts_are_of_another(speaker, &destination->asked.vsi, input->peer))
		return DIMP_ERROR_NOT_AUTHORISED;
	if (kind == DIMP_MESSAGE_CUTOVER)
		return DIMP_ERROR_NONE;
	if (speaker_knows_later_move(speaker, &destination->asked.vsi, destination->asked.serial))
		return DIMP_ERROR_STALE_SERIAL;
	if (has_lost_tombstone(speaker, destination))
		return DIMP_ERROR_CONTEXT_NOT_FOUND;
	return destination_risk_error(destination, input);
}

static void give_command(struct dimp_speaker *speaker, struct destination *destination,
	enum dimp_message_kind kind, const struct machine_input *input)
{
	const dimp_vsi_index slot = destination->machine.vsi;
	const enum dimp_error error = command_error(speaker, destination, kind, input);

	if (error != DIMP_ERROR_NONE)
		destination_overrule(destination, error, input);
	else
		destination_command(destination, kind, input);
	speaker_settle_slot(speaker, destination, slot, input->now);
}

static void give_early_commands(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const uint64_t request = input->message->body.request.request;
	struct destination *destination = find_request(speaker, input->peer, request);
	enum dimp_message_kind early;

	while (destination != NULL &&
		early_commands_take(&speaker->early, input->peer, request, &early))
		give_command(speaker, destination, early, input);
}

void requests_take(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_request *request = &input->message->body.request;
	const struct destination_prospects prospects = judge_prospects(speaker, input);
	struct destination *destination = find_request(speaker, input->peer, request->request);

	if (destination != NULL) {
		destination_repeat(destination, input);
		return;
	}
	if (request->request <= speaker->peers[input->peer].request_forgotten) {
		refuse_request(speaker, input, DIMP_ERROR_IN_DOUBT);
		return;
	}
	if (!adopt_own(speaker, input, &prospects) && begin(speaker, input) == NULL) {
		refuse_request(speaker, input, DIMP_ERROR_MIGRATIONS_LIMIT);
		return;
	}
	give_early_commands(speaker, input);
}

void requests_command(struct dimp_speaker *speaker, const struct machine_input *input)
{
	/* CUTOVER, PROCEED and CANCEL have one shape. */
	const uint64_t request = input->message->body.cancel.request;
	const struct early_command early = {
		.station = input->peer,
		.request = request,
		.kind = input->message->kind,
	};
	struct destination *destination = find_request(speaker, input->peer, request);

	if (destination == NULL)
		early_commands_keep(&speaker->early, &early);
	else
		give_command(speaker, destination, input->message->kind, input);
}

/* What the bridge's own host orders, or NOTIFY begins. */

enum dimp_error requests_order(struct dimp_speaker *speaker, uint64_t request,
	enum dimp_message_kind kind, struct dimp_time now)
{
	const struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);
	struct destination *destination = find_request(speaker, DIMP_NO_PEER, request);

	if (destination == NULL)
		return DIMP_ERROR_NO_SUCH_REQUEST;
	if (!destination_takes_command(destination, kind))
		return DIMP_ERROR_WRONG_STATE;
	give_command(speaker, destination, kind, &input);
	return DIMP_ERROR_NONE;
}

enum dimp_error requests_pull(struct dimp_speaker *speaker, struct dimp_message *request,
	struct dimp_time now)
{
	struct machine_input input = speaker_input(speaker, DIMP_NO_PEER, now);

	if (!rising_id_take(&speaker->request_last, &request->body.request.request))
		return DIMP_ERROR_TABLE_FULL;
	request->kind = DIMP_MESSAGE_REQUEST;
	input.message = request;
	return begin(speaker, &input) != NULL ? DIMP_ERROR_NONE : DIMP_ERROR_TABLE_FULL;
}

/* A repeat, or one that something later has overtaken. */
static bool is_known_move(const struct dimp_speaker *speaker, const struct dimp_notify *notify)
{
	const dimp_vsi_index held = speaker_find_vsi(speaker, &notify->vsi);

	if (held != DIMP_NO_VSI && source_is_owner(&speaker->vsis[held]))
		return true;
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		const struct destination *destination = &speaker->destinations[index];

		if (destination->is_used && destination->asked.serial >= notify->serial &&
			is_same_vsi(&destination->asked.vsi, &notify->vsi))
			return true;
	}
	return speaker_knows_later_move(speaker, &notify->vsi, notify->serial);
}

static bool may_begin_one(const struct dimp_speaker *speaker)
{
	const bool has_ids = !rising_id_is_last(speaker->services.migration_last) &&
		!rising_id_is_last(speaker->request_last);
	uint32_t count = 0;

	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		const struct destination *destination = &speaker->destinations[index];

		count += destination->is_used && destination->is_notified &&
			destination->station == DIMP_NO_PEER && !destination_has_ended(destination);
	}
	return has_ids && count < speaker->config.settings.notified_max;
}

/* NOTIFY as the REQUEST that it stands for: staged, from the bridge that sent it. */
static struct dimp_message request_of(struct dimp_speaker *speaker,
	const struct machine_input *input)
{
	const struct dimp_notify *notify = &input->message->body.notify;
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_REQUEST,
		.body.request = {.request = ++speaker->request_last,
			.serial = notify->serial,
			.vsi = notify->vsi,
			.mode = DIMP_MODE_STAGED,
			.source = speaker->peers[input->peer].static_public,
			.required = notify->required,
			.optional = notify->optional,
			.deadline = notify->deadline},
		.row_count = input->message->row_count,
	};

	if ((notify->attributes >> DIMP_ATTRIBUTE_notify_ticket & 1) != 0) {
		message.body.request.attributes = (uint32_t)1 << DIMP_ATTRIBUTE_request_ticket;
		message.body.request.ticket = notify->ticket;
	}
	memcpy(message.rows.filter, input->message->rows.filter,
		message.row_count * sizeof(message.rows.filter[0]));
	return message;
}

void requests_notify(struct dimp_speaker *speaker, const struct machine_input *input)
{
	struct destination *destination;
	struct machine_input own = speaker_input(speaker, DIMP_NO_PEER, input->now);
	struct dimp_message request;

	if (is_known_move(speaker, &input->message->body.notify))
		return;
	if (!may_begin_one(speaker) || free_destination(speaker) == NULL) {
		speaker->counters.notify_unmet++;
		return;
	}
	request = request_of(speaker, input);
	own.message = &request;
	const struct services_event event = {
		.kind = DIMP_EVENT_NOTIFIED,
		.peer = input->peer,
		.vsi = speaker_free_vsi(speaker),
		.request = request.body.request.request,
		.migration = speaker->services.migration_last + 1,
	};

	services_emit(&speaker->services, &event);
	destination = begin(speaker, &own);
	if (destination == NULL)
		return;
	destination->is_notified = true;
	speaker->counters.notify_unmet += destination_has_ended(destination);
}
