/* SPDX-License-Identifier: MIT */
/*
 * What messages, changes and instants mean to a source (DIMP 9.3): here events are chosen, the
 * table in source.c does the rest.
 */
#include "instant.h"
#include "source.h"
#include "ticket.h"

#include <string.h>

static void step(struct source *source, enum source_event event, const struct machine_input *input)
{
	machine_step(&source->machine, (uint8_t)event, input);
}

static void refuse(const struct machine_input *input, enum dimp_error error)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.migration = input->message->body.solicit.migration,
			.is_from_source = 1,
			.error = (uint16_t)error},
	};

	services_send(input->services, input->peer, &message, input->now);
}

static bool is_beyond_grant(const struct source *source, const struct machine_input *input)
{
	struct di_counts counts;
	uint64_t entries = 0, octets = 0;

	di_table_count(input->services->table, source->machine.vsi, &counts);
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		if ((source->solicit.types >> type & 1) == 0)
			continue;
		entries += counts.of_type[type].entries;
		octets += counts.of_type[type].octets;
	}
	return entries > source->solicit.grant_entries || octets > source->solicit.grant_octets;
}

static enum source_event solicit_event(const struct source *source,
	const struct machine_input *input)
{
	if (is_beyond_grant(source, input))
		return SOURCE_ON_SOLICIT_EXCEEDS;
	return source->solicit.mode == DIMP_MODE_STAGED ? SOURCE_ON_SOLICIT_STAGED
							: SOURCE_ON_SOLICIT_ONE_SHOT;
}

static void adopt_migration(struct source *source, const struct machine_input *input)
{
	source->solicit = input->message->body.solicit;
	source->machine.migration = source->solicit.migration;
	source->destination = input->peer;
	source->serial_top = source->solicit.serial;
	source->freeze = 0;
	round_reset(&source->round);
	di_table_keep_markers(input->services->table, source->machine.vsi);
}

void source_consent(struct source *source, uint64_t serial,
	const struct dimp_public_key *destination)
{
	source->announced_serial = serial;
	source->announced_destination = *destination;
}

enum dimp_error source_announce(struct source *source, const struct machine_input *input)
{
	const struct dimp_announce *announce = &input->message->body.announce;
	const bool is_known = source->announced_serial == announce->serial && announce->serial != 0;

	if (source->has_station && source->station != input->peer)
		return DIMP_ERROR_NOT_AUTHORISED;
	if (is_known &&
		memcmp(&source->announced_destination, &announce->destination,
			sizeof announce->destination) == 0)
		return DIMP_ERROR_NONE;
	if (!source_is_owner(source))
		return DIMP_ERROR_CONTEXT_NOT_FOUND;
	if (announce->serial <= source->announced_serial || announce->serial <= source->serial_top)
		return DIMP_ERROR_STALE_SERIAL;
	source_consent(source, announce->serial, &announce->destination);
	return DIMP_ERROR_NONE;
}

/* Whether the source's policy lets this SOLICIT have the DI (DIMP 9.7). */
static enum dimp_error authority_error(const struct source *source,
	const struct machine_input *input)
{
	const struct dimp_speaker_config *config = input->services->config;
	const struct dimp_solicit *solicit = &input->message->body.solicit;
	const bool has_ticket = (solicit->attributes >> DIMP_ATTRIBUTE_solicit_ticket & 1) != 0;
	const struct ticket_case the_case = {
		.ticket = has_ticket ? &solicit->ticket : NULL,
		.vsi = &solicit->vsi,
		.filters = input->message->rows.filter,
		.filter_count = input->message->row_count,
		.serial = solicit->serial,
		.types = solicit->types,
		.source = services_public_key(input->services, DIMP_NO_PEER),
		.destination = services_public_key(input->services, input->peer),
	};

	if (config->authority == DIMP_AUTHORITY_TICKET)
		return ticket_check(config, &the_case, input->now);
	if (config->authority == DIMP_AUTHORITY_CONSENT &&
		(source->announced_serial != solicit->serial ||
			memcmp(&source->announced_destination, &the_case.destination,
				sizeof the_case.destination) != 0))
		return DIMP_ERROR_NOT_AUTHORISED;
	return DIMP_ERROR_NONE;
}

void source_solicit(struct source *source, const struct machine_input *input)
{
	const struct dimp_solicit *solicit = &input->message->body.solicit;

	if (source->destination == input->peer && source->machine.migration == solicit->migration)
		return;
	if (solicit->migration <= source->ended[input->peer]) {
		refuse(input, DIMP_ERROR_ENDED);
		return;
	}
	if (source->machine.state == SOURCE_RELEASED) {
		refuse(input, DIMP_ERROR_CONTEXT_NOT_FOUND);
		return;
	}
	if (solicit->serial <= source->serial_top) {
		refuse(input, DIMP_ERROR_STALE_SERIAL);
		return;
	}
	const enum dimp_error error = authority_error(source, input);

	if (error != DIMP_ERROR_NONE) {
		refuse(input, error);
		return;
	}
	if (source_is_migrating(source))
		step(source, SOURCE_ON_SUPERSEDED, input);
	adopt_migration(source, input);
	step(source, solicit_event(source, input), input);
}

bool source_claim(struct source *source, const struct machine_input *input)
{
	const uint64_t serial = input->message->body.request.serial;

	if (serial < source->serial_top ||
		(source_is_migrating(source) && serial == source->serial_top))
		return false;
	if (source_is_migrating(source))
		step(source, SOURCE_ON_SUPERSEDED, input);
	source->serial = serial;
	source->serial_top = serial;
	if (!source->is_present)
		source_hold(source, input);
	return true;
}

void source_arrived(struct source *source, uint64_t serial, const struct machine_input *input)
{
	source->is_present = true;
	step(source, SOURCE_ON_ARRIVED, input);
	/* The server has given up that move: nobody waits for the DI elsewhere (DIMP 9.3-25). */
	if (source_is_migrating(source) && serial >= source->solicit.serial)
		step(source, SOURCE_ON_SUPERSEDED, input);
	/* The serial of a move under way is its own; what it leads to counts then. */
	if (source_is_migrating(source))
		return;
	source->serial = serial > source->serial ? serial : source->serial;
	source->serial_top = serial > source->serial_top ? serial : source->serial_top;
}

/* Whether every row of a COMMIT agrees with the DI as it stands. */
static bool digests_match(const struct source *source, const struct machine_input *input)
{
	const struct dimp_message *commit = input->message;
	struct digest digest;
	uint64_t types = 0;

	for (size_t index = 0; index < commit->row_count; index++)
		types |= (uint64_t)1 << (commit->rows.digest[index].type % DIMP_DI_TYPES);
	digest_start(&digest, input->services->config->crypto, &source->solicit.digest_key);
	di_table_digest(input->services->table, source->machine.vsi, source->solicit.types & types,
		&digest);
	return digest_matches(&digest, commit->rows.digest, commit->row_count);
}

static enum source_event commit_event(const struct source *source,
	const struct machine_input *input)
{
	if (source->freeze == 0 || input->message->body.commit.freeze != source->freeze)
		return SOURCE_ON_COMMIT_STALE;
	if (source->machine.state == SOURCE_RELEASED || digests_match(source, input))
		return SOURCE_ON_COMMIT_MATCHES;
	return SOURCE_ON_COMMIT_MISMATCH;
}

static enum source_event abort_event(const struct source *source, const struct machine_input *input)
{
	const struct dimp_abort *abort = &input->message->body.abort;

	if (abort->error == DIMP_ERROR_UNKNOWN_MIGRATION)
		return SOURCE_ON_ABORT_UNKNOWN;
	if (source->freeze != 0 && abort->freeze == source->freeze)
		return SOURCE_ON_ABORT_TAKES_BACK;
	return SOURCE_ON_ABORT;
}

void source_message(struct source *source, const struct machine_input *input)
{
	const bool is_staged = source->solicit.mode == DIMP_MODE_STAGED;

	if (input->message->kind == DIMP_MESSAGE_ACCEPT) {
		source->solicit.types &= input->message->body.accept.types;
		step(source, is_staged ? SOURCE_ON_ACCEPT_STAGED : SOURCE_ON_ACCEPT_ONE_SHOT,
			input);
	} else if (input->message->kind == DIMP_MESSAGE_REFUSE) {
		step(source, SOURCE_ON_REFUSE, input);
	} else if (input->message->kind == DIMP_MESSAGE_FREEZE) {
		step(source, SOURCE_ON_FREEZE, input);
	} else if (input->message->kind == DIMP_MESSAGE_COMMIT) {
		step(source, commit_event(source, input), input);
	} else if (input->message->kind == DIMP_MESSAGE_ABORT) {
		step(source, abort_event(source, input), input);
	} else if (input->message->body.done.freeze == source->freeze) {
		step(source, SOURCE_ON_DONE, input);
	}
}

enum dimp_holding source_holding(const struct source *source)
{
	if (source->use != SOURCE_CONTEXT)
		return DIMP_HOLDING_NOTHING;
	if (source->machine.state == SOURCE_RELEASED)
		return DIMP_HOLDING_TOMBSTONE;
	if (source->machine.state == SOURCE_FREEZING || source->machine.state == SOURCE_FROZEN)
		return DIMP_HOLDING_INCOMING;
	return DIMP_HOLDING_OWNER;
}

void source_outranked(struct source *source, const struct machine_input *input)
{
	step(source, SOURCE_ON_OUTRANKED, input);
}

void source_revive(struct source *source, uint64_t serial, const struct machine_input *input)
{
	step(source, SOURCE_ON_REVIVED, input);
	source->serial = serial;
	source->serial_top = serial > source->serial_top ? serial : source->serial_top;
	source->is_present = true;
}

void source_frozen(struct source *source, uint64_t token, const struct machine_input *input)
{
	if (token != source->token)
		return;
	step(source, SOURCE_ON_HOST_FROZEN, input);
}

void source_peer_lost(struct source *source, const struct machine_input *input)
{
	if (source->destination == input->peer)
		step(source, SOURCE_ON_PEER_LOST, input);
}

void source_left(struct source *source, const struct machine_input *input)
{
	source->is_present = false;
	source_hold(source, input);
}

bool source_revoke(struct source *source, const struct machine_input *input)
{
	if (source->machine.state == SOURCE_RELEASED)
		return false;
	step(source, SOURCE_ON_REVOKED, input);
	return true;
}

void source_changed(struct source *source, const struct machine_input *input)
{
	if (source->machine.state == SOURCE_TRACKING)
		source_plan_round(source, input);
}

void source_pump(struct source *source, const struct machine_input *input)
{
	const struct round_target target = source_round_target(source);

	const uint32_t chunks = source->round.chunks;
	bool is_sent;

	if (!source->round.is_open)
		return;
	is_sent = round_pump(&source->round, &target, input);
	if (source->freeze != 0 && (is_sent || source->round.chunks != chunks))
		source->thaw_at =
			instant_after(input->now, input->services->config->settings.thaw_us);
	if (is_sent && !source->round.is_final)
		step(source,
			source->is_freeze_wanted ? SOURCE_ON_ROUND_SENT_FREEZE
						 : SOURCE_ON_ROUND_SENT,
			input);
}

void source_peer_restarted(struct source *source, const struct machine_input *input)
{
	if (source->destination == input->peer)
		step(source, SOURCE_ON_PEER_RESTARTED, input);
}

void source_peer_renewed(struct source *source, const struct machine_input *input)
{
	if (source->destination == input->peer)
		step(source, SOURCE_ON_PEER_RENEWED, input);
}

bool source_is_open(const struct source *source)
{
	return source->machine.state != SOURCE_FROZEN && source->machine.state != SOURCE_RELEASED;
}

bool source_is_owner(const struct source *source)
{
	return source->use == SOURCE_CONTEXT && source->machine.state != SOURCE_RELEASED;
}

bool source_is_migrating(const struct source *source)
{
	return source->destination != DIMP_NO_PEER && source->machine.state != SOURCE_RELEASED;
}

struct dimp_time source_deadline(const struct source *source)
{
	struct dimp_time deadline = instant_earlier(
		instant_earlier(source->thaw_at, source->repeat_at), source->round_due);

	if (source->machine.state == SOURCE_OWNER && !source->is_present)
		deadline = instant_earlier(deadline, source->hold_until);
	return deadline;
}

void source_expire(struct source *source, const struct machine_input *input)
{
	if (instant_has_come(source->thaw_at, input->now))
		step(source, SOURCE_ON_THAW_OVER, input);
	if (instant_has_come(source->round_due, input->now)) {
		source->round_due = DIMP_NEVER;
		step(source, SOURCE_ON_ROUND_DUE, input);
	}
	if (instant_has_come(source->repeat_at, input->now)) {
		source->repeat_at = DIMP_NEVER;
		step(source, SOURCE_ON_REPEAT_DUE, input);
	}
	if (!source->is_present && instant_has_come(source->hold_until, input->now))
		step(source, SOURCE_ON_HOLD_OVER, input);
}
