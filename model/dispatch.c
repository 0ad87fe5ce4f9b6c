/* SPDX-License-Identifier: MIT */
/*
 * From a peer's message to the machine it is for (DIMP 9.1).  A message of a migration is valid
 * only from the peer that the migration is with; about a migration that is not known here the
 * answer is ABORT(UNKNOWN_MIGRATION), which takes nothing back.
 */
#include "ownership.h"
#include "requests.h"
#include "rising_id.h"
#include "speaker.h"
#include "tlv.h"

static struct source *find_source(struct dimp_speaker *speaker, dimp_peer peer, uint64_t migration)
{
	for (uint32_t index = 0; index < speaker->config.vsis_max; index++) {
		struct source *source = &speaker->vsis[index];

		if (source->use == SOURCE_CONTEXT && source->destination == peer &&
			source->machine.migration == migration)
			return source;
	}
	return NULL;
}

static struct destination *find_destination(struct dimp_speaker *speaker, dimp_peer peer,
	uint64_t migration)
{
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];

		if (destination->is_used && destination->source == peer &&
			destination->machine.migration == migration)
			return destination;
	}
	return NULL;
}

/* As which end of the migration this bridge answers. */
enum side { AS_DESTINATION, AS_SOURCE };

static void answer_unknown(const struct machine_input *input, uint64_t migration, uint64_t freeze,
	enum side side)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.migration = migration,
			.freeze = freeze,
			.is_from_source = side == AS_SOURCE,
			.error = DIMP_ERROR_UNKNOWN_MIGRATION},
	};

	services_send(input->services, input->peer, &message, input->now);
}

static void confirm_abort(const struct machine_input *input, enum side side)
{
	const struct dimp_abort *abort = &input->message->body.abort;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ABORTED,
		.body.aborted = {.migration = abort->migration,
			.freeze = abort->freeze,
			.is_from_source = side == AS_SOURCE},
	};

	if (abort->error != DIMP_ERROR_UNKNOWN_MIGRATION)
		services_send(input->services, input->peer, &message, input->now);
}

static void refuse_solicit(const struct machine_input *input, enum dimp_error error)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.migration = input->message->body.solicit.migration,
			.is_from_source = 1,
			.error = (uint16_t)error},
	};

	services_send(input->services, input->peer, &message, input->now);
}

static void take_solicit(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_solicit *solicit = &input->message->body.solicit;
	const dimp_vsi_index held = speaker_find_vsi(speaker, &solicit->vsi);
	const struct overtaken_abort taken_back = {input->peer, solicit->migration};

	if (overtaken_aborts_has(&speaker->overtaken, &taken_back))
		refuse_solicit(input, DIMP_ERROR_ENDED);
	else if (held == DIMP_NO_VSI)
		refuse_solicit(input, DIMP_ERROR_CONTEXT_NOT_FOUND);
	else
		source_solicit(&speaker->vsis[held], input);
}

/* A bridge is no station: it must not consent to what it asks for itself. */
static enum dimp_error judge_announce(struct dimp_speaker *speaker,
	const struct machine_input *input)
{
	const dimp_vsi_index held = speaker_find_vsi(speaker, &input->message->body.announce.vsi);

	if (speaker->peers[input->peer].is_bridge)
		return DIMP_ERROR_NOT_AUTHORISED;
	if (held == DIMP_NO_VSI)
		return DIMP_ERROR_CONTEXT_NOT_FOUND;
	return source_announce(&speaker->vsis[held], input);
}

static void take_announce(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_announce *announce = &input->message->body.announce;
	const struct dimp_message answer = {
		.kind = DIMP_MESSAGE_ANNOUNCED,
		.body.announced = {.vsi = announce->vsi,
			.serial = announce->serial,
			.error = (uint16_t)judge_announce(speaker, input)},
	};

	services_send(input->services, input->peer, &answer, input->now);
}

/* ABORT of a migration that this source does not know: its SOLICIT may still be on the way. */
static void take_early_abort(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_abort *abort = &input->message->body.abort;
	const struct overtaken_abort taken_back = {input->peer, abort->migration};

	if (abort->error != DIMP_ERROR_UNKNOWN_MIGRATION)
		overtaken_aborts_keep(&speaker->overtaken, &taken_back);
	confirm_abort(input, AS_SOURCE);
}

static void take_i_have(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const uint64_t lookup = input->message->body.i_have.lookup;

	if (lookup == 0) {
		ownership_settle(speaker, input);
		return;
	}
	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct destination *destination = &speaker->destinations[index];
		const dimp_vsi_index slot = destination->machine.vsi;

		if (!destination->is_used || destination->machine.migration != lookup)
			continue;
		destination_located(destination, input);
		speaker_settle_slot(speaker, destination, slot, input->now);
	}
}

/* A station is not to be told where VMs are, and cannot make a bridge yield or pull. */
static void take_among_bridges(struct dimp_speaker *speaker, const struct machine_input *input)
{
	if (!speaker->peers[input->peer].is_bridge)
		speaker->counters.drop_role++;
	else if (input->message->kind == DIMP_MESSAGE_WHO_HAS)
		ownership_answer(speaker, input);
	else if (input->message->kind == DIMP_MESSAGE_NOTIFY)
		requests_notify(speaker, input);
	else
		take_i_have(speaker, input);
}

static void take_for_source(struct dimp_speaker *speaker, const struct machine_input *input,
	uint64_t migration)
{
	struct source *source = find_source(speaker, input->peer, migration);

	if (source != NULL)
		source_message(source, input);
	else if (input->message->kind == DIMP_MESSAGE_ABORT)
		take_early_abort(speaker, input);
	else if (input->message->kind == DIMP_MESSAGE_COMMIT)
		answer_unknown(input, migration, input->message->body.commit.freeze, AS_SOURCE);
	else if (input->message->kind != DIMP_MESSAGE_DONE)
		answer_unknown(input, migration, 0, AS_SOURCE);
}

/*
 * A request that ended knows its migration no more, but it says again that it is DONE, or, ended in
 * doubt, that it will not have what is released.  One that
 * only ends, or goes on without the source, knows nothing of a copy: ABORT may have overtaken
 * SOLICIT, and a source that is not told would copy for ever.
 */
static bool is_for(const struct destination *destination, enum dimp_message_kind kind)
{
	if (kind == DIMP_MESSAGE_OFFER || kind == DIMP_MESSAGE_ROUND_END)
		return destination->machine.state <= DESTINATION_COMMITTING;
	return !destination_has_ended(destination) ||
		(kind == DIMP_MESSAGE_RELEASED &&
			(destination->machine.state == DESTINATION_ACTIVE ||
				destination->is_told_in_doubt));
}

/* Whether the migration began here since the speaker's start. */
static bool was_given_out(const struct dimp_speaker *speaker, uint64_t migration)
{
	return migration > rising_id_before(speaker->config.boot_count) &&
		migration <= speaker->services.migration_last;
}

/*
 * The request is forgotten, and a source that has released waits for DONE.  A request that ended
 * any other way ended by that source's own ABORT or ABORTED, which cannot say RELEASED any more;
 * but for those that the operator ended in doubt, and so what is not newer than the last of them.
 */
static void answer_done(const struct machine_input *input)
{
	const struct dimp_released *released = &input->message->body.released;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_DONE,
		.body.done = {.migration = released->migration, .freeze = released->freeze},
	};

	services_send(input->services, input->peer, &message, input->now);
}

static void take_for_destination(struct dimp_speaker *speaker, const struct machine_input *input,
	uint64_t migration)
{
	struct destination *destination = find_destination(speaker, input->peer, migration);
	dimp_vsi_index slot;

	if (destination != NULL && is_for(destination, input->message->kind)) {
		slot = destination->machine.vsi;
		speaker->has_unseen = true;
		destination_message(destination, input);
		speaker_settle_slot(speaker, destination, slot, input->now);
	} else if (input->message->kind == DIMP_MESSAGE_ABORT) {
		confirm_abort(input, AS_DESTINATION);
	} else if (destination == NULL && input->message->kind == DIMP_MESSAGE_RELEASED &&
		was_given_out(speaker, migration) &&
		migration > speaker->services.doubt_ended_last) {
		answer_done(input);
	} else if (input->message->kind == DIMP_MESSAGE_RELEASED) {
		answer_unknown(input, migration, input->message->body.released.freeze,
			AS_DESTINATION);
	} else if (input->message->kind != DIMP_MESSAGE_DATA &&
		input->message->kind != DIMP_MESSAGE_ABORTED) {
		answer_unknown(input, migration, 0, AS_DESTINATION);
	}
}

static void take_for_station(struct dimp_speaker *speaker, const struct machine_input *input)
{
	/* PROGRESS and RESPONSE begin alike. */
	const uint64_t request = input->message->body.response.request;

	for (uint32_t index = 0; index < speaker->config.migrations_max; index++) {
		struct station *station = &speaker->stations[index];

		if (station->is_used && station->destination == input->peer &&
			station->machine.migration == request)
			station_message(station, input);
	}
}

static void take_at_bridge(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const struct dimp_message *message = input->message;

	/* Every message of a migration has its id as first field. */
	const uint64_t migration = message->body.done.migration;

	switch (message->kind) {
	case DIMP_MESSAGE_REQUEST: requests_take(speaker, input); break;
	case DIMP_MESSAGE_CUTOVER:
	case DIMP_MESSAGE_PROCEED:
	case DIMP_MESSAGE_CANCEL: requests_command(speaker, input); break;
	case DIMP_MESSAGE_WHO_HAS:
	case DIMP_MESSAGE_I_HAVE:
	case DIMP_MESSAGE_NOTIFY: take_among_bridges(speaker, input); break;
	case DIMP_MESSAGE_ANNOUNCE: take_announce(speaker, input); break;
	case DIMP_MESSAGE_SOLICIT: take_solicit(speaker, input); break;
	case DIMP_MESSAGE_ACCEPT:
	case DIMP_MESSAGE_REFUSE:
	case DIMP_MESSAGE_FREEZE:
	case DIMP_MESSAGE_COMMIT:
	case DIMP_MESSAGE_DONE: take_for_source(speaker, input, migration); break;
	case DIMP_MESSAGE_OFFER:
	case DIMP_MESSAGE_DATA:
	case DIMP_MESSAGE_ROUND_END:
	case DIMP_MESSAGE_RELEASED: take_for_destination(speaker, input, migration); break;
	case DIMP_MESSAGE_ABORT:
		if (message->body.abort.is_from_source)
			take_for_destination(speaker, input, migration);
		else
			take_for_source(speaker, input, migration);
		break;
	case DIMP_MESSAGE_ABORTED:
		if (message->body.aborted.is_from_source)
			take_for_destination(speaker, input, migration);
		break;
	case DIMP_MESSAGE_ANNOUNCED:
	case DIMP_MESSAGE_PROGRESS:
	case DIMP_MESSAGE_RESPONSE: speaker->counters.drop_role++; break;
	case DIMP_MESSAGE_ACK:
	case DIMP_MESSAGE_PING:
	case DIMP_MESSAGE_CLOSE: break;
	}
}

static void take_at_station(struct dimp_speaker *speaker, const struct machine_input *input)
{
	const enum dimp_message_kind kind = input->message->kind;

	if (kind == DIMP_MESSAGE_PROGRESS || kind == DIMP_MESSAGE_RESPONSE)
		take_for_station(speaker, input);
	else if (kind == DIMP_MESSAGE_ANNOUNCED)
		announcements_answered(&speaker->announcements, input);
	else if (kind != DIMP_MESSAGE_ACK && kind != DIMP_MESSAGE_PING &&
		kind != DIMP_MESSAGE_CLOSE)
		speaker->counters.drop_role++;
}

static bool may_be_skipped(struct dimp_view message)
{
	struct wire_reader reader = wire_reader_of(message);

	return tlv_is_skippable(wire_read_u16(&reader));
}

void dispatch_message(struct dimp_speaker *speaker, struct dimp_view octets,
	const struct machine_input *arrival)
{
	struct machine_input input = *arrival;
	struct dimp_message message;

	const enum dimp_error error = dimp_message_read(octets, &message);
	if (error != DIMP_ERROR_NONE) {
		/* An unknown one that may be skipped is no fault of its sender (DIMP 7.2-4). */
		if (error != DIMP_ERROR_UNKNOWN_MESSAGE || !may_be_skipped(octets))
			speaker->counters.drop_payload++;
		return;
	}
	input.message = &message;
	if (speaker->config.role == DIMP_ROLE_BRIDGE_SPEAKER)
		take_at_bridge(speaker, &input);
	else
		take_at_station(speaker, &input);
}
