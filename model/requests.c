/* SPDX-License-Identifier: MIT */
/*
 * A REQUEST finds its place: it comes again, its outcome is forgotten, or a destination's machine
 * begins, with what this bridge knows of the VSI (DIMP 9.1-10, 9.1-14, 9.2-4).
 */
#include "requests.h"

#include <string.h>

#include "ownership.h"

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
	struct speaker_peer *peer = &speaker->peers[station];

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

static struct destination_prospects find_prospects(struct dimp_speaker *speaker,
	const struct dimp_request *request)
{
	const dimp_vsi_index held = speaker_find_vsi(speaker, &request->vsi);
	const struct dimp_public_key *named = &request->source;
	const bool is_home = names_nobody(named) || names_us(speaker, named);
	const dimp_vsi_index tombstone = held != DIMP_NO_VSI &&
			source_holding(&speaker->vsis[held]) == DIMP_HOLDING_TOMBSTONE
		? held
		: DIMP_NO_VSI;

	return (struct destination_prospects){
		.source = speaker_find_peer(speaker, named),
		.staging = speaker_free_vsi(speaker),
		.home = held != DIMP_NO_VSI && is_home && source_is_owner(&speaker->vsis[held])
			? &speaker->vsis[held]
			: NULL,
		.is_nameless = is_home,
		.tombstone = tombstone,
		.tombstone_rank = tombstone == DIMP_NO_VSI
			? (struct lookup_rank){0, 0}
			: (struct lookup_rank){speaker->vsis[tombstone].serial,
				  speaker->vsis[tombstone].epoch},
		.is_stale = !is_home &&
			speaker_knows_later_move(speaker, &request->vsi, request->serial),
	};
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

void requests_take(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_request *request = &input->message->body.request;
	const struct destination_prospects prospects = find_prospects(speaker, request);
	struct destination *destination = find_request(speaker, input->peer, request->request);
	enum dimp_message_kind early;

	if (destination != NULL) {
		destination_repeat(destination, input);
		return;
	}
	if (request->request <= speaker->peers[input->peer].request_forgotten) {
		refuse_request(speaker, input, DIMP_ERROR_IN_DOUBT);
		return;
	}
	destination = free_destination(speaker);
	if (destination == NULL) {
		refuse_request(speaker, input, DIMP_ERROR_MIGRATIONS_LIMIT);
		return;
	}
	if (destination->is_used)
		forget_request(speaker, destination->station, destination->asked.request);
	if (prospects.staging != DIMP_NO_VSI)
		speaker->vsis[prospects.staging].use = SOURCE_STAGING;
	destination_request(destination, input, &prospects);
	speaker_settle_slot(speaker, destination, prospects.staging, input->now);
	if (prospects.home != NULL && destination->machine.state == DESTINATION_ACTIVE)
		ownership_announce(speaker, prospects.home->machine.vsi, input->now);
	while (early_commands_take(&speaker->early, input->peer, request->request, &early))
		destination_command(destination, early, input);
	speaker_settle_slot(speaker, destination, prospects.staging, input->now);
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
	dimp_vsi_index slot;

	if (destination == NULL) {
		early_commands_keep(&speaker->early, &early);
		return;
	}
	slot = destination->machine.vsi;
	if (input->message->kind == DIMP_MESSAGE_PROCEED &&
		speaker_knows_later_move(speaker, &destination->asked.vsi,
			destination->asked.serial))
		destination_supersede(destination, input);
	else
		destination_command(destination, input->message->kind, input);
	speaker_settle_slot(speaker, destination, slot, input->now);
}
