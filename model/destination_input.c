/* SPDX-License-Identifier: MIT */
/*
 * What requests, messages and instants mean to a destination (DIMP 9.2): here events are chosen,
 * the table in destination.c does the rest.
 */
#include <string.h>

#include "destination.h"
#include "destination_copying.h"
#include "destination_report.h"
#include "di_staging.h"
#include "instant.h"
#include "limits.h"

static void step(struct destination *destination, enum destination_event event,
	const struct machine_input *input)
{
	machine_step(&destination->machine, (uint8_t)event, input);
}

/* The same input with an error to go with the event. */
static struct machine_input with_error(const struct machine_input *input, enum dimp_error error)
{
	struct machine_input changed = *input;

	changed.error = error;
	return changed;
}

/* Errors after which what is staged must not be put into force: it is another's, or nobody's. */
static bool is_final_word(enum dimp_error error)
{
	return error == DIMP_ERROR_SUPERSEDED || error == DIMP_ERROR_STALE_SERIAL ||
		error == DIMP_ERROR_REVOKED;
}

/* Whether the error's advice lets a station go on, and there is something to go on with. */
bool destination_is_of_use(const struct destination *destination, const struct machine_input *input,
	enum dimp_error error)
{
	const uint8_t advice = dimp_reason_advice(dimp_error_reason(error));

	return !is_final_word(error) && (advice & DIMP_ADVICE_CONTINUE_AT_RISK) != 0 &&
		destination->machine.vsi != DIMP_NO_VSI &&
		di_table_entries(input->services->table, destination->machine.vsi) > 0;
}

void destination_raise_fault(struct destination *destination, const struct machine_input *input,
	enum dimp_error error)
{
	const struct machine_input changed = with_error(input, error);

	step(destination,
		destination_is_of_use(destination, input, error) ? DESTINATION_ON_FAULT_KEEPS
								 : DESTINATION_ON_FAULT,
		&changed);
}

/* REQUEST. */

static enum dimp_error judge(struct destination *destination, const struct machine_input *input,
	const struct destination_prospects *prospects)
{
	/* Bit 0 of a DI_SET stands for no type (DIMP 6.1-7). */
	const uint64_t supported = input->services->config->supported_types | 1;

	if (prospects->error != DIMP_ERROR_NONE)
		return prospects->error;
	if ((destination->asked.required & ~supported) != 0)
		return DIMP_ERROR_UNSUPPORTED_TYPE;
	if (prospects->source == DIMP_NO_PEER && !prospects->is_nameless)
		return DIMP_ERROR_UNKNOWN_SOURCE;
	if (prospects->staging == DIMP_NO_VSI)
		return DIMP_ERROR_MIGRATIONS_LIMIT;
	if (prospects->is_nameless)
		return DIMP_ERROR_NONE;
	return destination_set_grant_aside(destination, input);
}

static void begin(struct destination *destination, const struct machine_input *input,
	const struct destination_prospects *prospects)
{
	const struct dimp_request *asked = &input->message->body.request;
	const uint64_t key[2] = {services_random(input->services),
		services_random(input->services)};

	*destination = (struct destination){
		.machine = {.table = &destination_table,
			.state = DESTINATION_IDLE,
			.vsi = prospects->staging,
			.migration = ++input->services->migration_last},
		.is_used = true,
		.station = input->peer,
		.asked = *asked,
		.filter_count = input->message->row_count,
		.source = prospects->source,
		.tombstone = prospects->tombstone,
		.tombstone_rank = prospects->tombstone_rank,
		.abort_due = DIMP_NEVER,
		.abort_wait_us = input->services->config->settings.abort_repeat_us,
	};
	destination_want_types(destination, input);
	destination_set_deadline(destination, asked->deadline, input->now);
	memcpy(destination->filters, input->message->rows.filter,
		destination->filter_count * sizeof(destination->filters[0]));
	memcpy(destination->digest_key.octets, key, sizeof(key));
}

/* The VM resumes where its DI is; a move away that is under way ends here, or it is the later one.
 */
static void ask_home(struct destination *destination, const struct machine_input *input,
	struct source *home)
{
	const struct machine_input stale = with_error(input, DIMP_ERROR_STALE_SERIAL);

	destination->machine.vsi = DIMP_NO_VSI;
	destination->source = DIMP_NO_PEER;
	if (source_claim(home, input))
		step(destination, DESTINATION_ON_REQUEST_OWNER, input);
	else
		step(destination, DESTINATION_ON_REQUEST_REFUSED, &stale);
}

void destination_request(struct destination *destination, const struct machine_input *input,
	const struct destination_prospects *prospects)
{
	enum dimp_error error;
	struct machine_input refused;

	begin(destination, input, prospects);
	if (prospects->home != NULL) {
		ask_home(destination, input, prospects->home);
		return;
	}
	error = judge(destination, input, prospects);
	refused = with_error(input, error);
	if (error == DIMP_ERROR_NONE && prospects->is_nameless) {
		destination_locate(destination, input);
		return;
	}
	step(destination,
		error == DIMP_ERROR_NONE ? DESTINATION_ON_REQUEST_SOLICITS
					 : DESTINATION_ON_REQUEST_REFUSED,
		&refused);
}

void destination_command(struct destination *destination, enum dimp_message_kind kind,
	const struct machine_input *input)
{
	const struct machine_input cancelled = with_error(input, DIMP_ERROR_CANCELLED);

	if (kind == DIMP_MESSAGE_CUTOVER)
		step(destination, DESTINATION_ON_CUTOVER, input);
	else if (kind == DIMP_MESSAGE_PROCEED)
		step(destination, DESTINATION_ON_PROCEED, input);
	else
		step(destination, DESTINATION_ON_CANCEL, &cancelled);
}

void destination_overrule(struct destination *destination, enum dimp_error error,
	const struct machine_input *input)
{
	const struct machine_input overruled = with_error(input, error);

	if (!destination_takes_command(destination, DIMP_MESSAGE_CANCEL))
		return;
	destination->fault = error;
	step(destination, DESTINATION_ON_CANCEL, &overruled);
}

/* Messages of the source. */

/* From the grant to what is offered: the rest is for others, what changes later finds its own. */
static bool set_aside(const struct destination *destination, const struct machine_input *input,
	uint64_t entries, uint64_t octets)
{
	const struct di_room wanted = {.entries = (uint32_t)entries, .octets = (uint32_t)octets};

	return entries <= UINT32_MAX && octets <= UINT32_MAX &&
		di_table_reserve(input->services->table, destination->machine.vsi, wanted) ==
		DIMP_ERROR_NONE;
}

static void take_offer(struct destination *destination, const struct machine_input *input)
{
	const struct dimp_message *offer = input->message;
	const struct machine_input no_room = with_error(input, DIMP_ERROR_NO_ROOM);
	uint64_t entries = 0, octets = 0;

	if (destination->machine.state != DESTINATION_SOLICITED)
		return;
	destination->has_offer = true;
	destination->epoch = offer->body.offer.epoch;
	for (size_t index = 0; index < offer->row_count; index++) {
		const struct dimp_offer_row *row = &offer->rows.offer[index];

		destination->offered[row->type % DIMP_DI_TYPES] = row->entries;
		entries += row->entries;
		octets += row->octets;
	}
	if (!set_aside(destination, input, entries, octets))
		step(destination, DESTINATION_ON_OFFER_NO_ROOM, &no_room);
	else if (entries <= destination->granted.entries && octets <= destination->granted.octets)
		step(destination, DESTINATION_ON_OFFER_FITS, input);
	else
		step(destination, DESTINATION_ON_OFFER_EXCEEDS, input);
}

static void take_data(struct destination *destination, const struct machine_input *input)
{
	const enum dimp_error error = destination_take_data(destination, input);

	if (error != DIMP_ERROR_NONE)
		destination_raise_fault(destination, input, error);
}

static void take_abort(struct destination *destination, const struct machine_input *input)
{
	const struct dimp_abort *abort = &input->message->body.abort;
	const enum dimp_error error = (enum dimp_error)abort->error;
	const struct machine_input changed = with_error(input, error);

	/* A refusal of SOLICIT from before the source took another copy of it (DIMP 9.2-19). */
	if (destination->is_committed && abort->freeze != destination->freeze)
		return;
	/* Who aborts has not released and never will. */
	destination->is_committed = false;
	step(destination,
		destination_is_of_use(destination, input, error) ? DESTINATION_ON_ABORT_KEEPS
								 : DESTINATION_ON_ABORT,
		&changed);
}

static enum dimp_error rejection_of_required(const struct destination *destination,
	const struct machine_input *input)
{
	const struct di_table *table = input->services->table;
	const uint64_t rejected = di_table_rejected_types(table, destination->machine.vsi);
	struct di_counts counts = {0};

	/* Asked with every PDU that came: to count each time would take a walk over all entries. */
	if ((destination->asked.required & rejected) != 0)
		di_table_count(table, destination->machine.vsi, &counts);
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct destination_unstaged *unstaged = &destination->copy.unstaged[type];

		if ((destination->asked.required >> type & 1) == 0)
			continue;
		if (counts.of_type[type].rejected > 0)
			return counts.of_type[type].error;
		/* It was optional when that came (DIMP 9.9-8). */
		if (unstaged->records > 0)
			return unstaged->error;
	}
	return DIMP_ERROR_NONE;
}

static void take_released(struct destination *destination, const struct machine_input *input)
{
	const enum dimp_error error = destination->machine.state == DESTINATION_COMMITTING
		? rejection_of_required(destination, input)
		: DIMP_ERROR_NONE;
	const struct machine_input unusable = with_error(input, error);

	if (input->message->body.released.freeze != destination->freeze)
		return;
	if (error == DIMP_ERROR_NONE)
		step(destination, DESTINATION_ON_RELEASED, input);
	else
		step(destination, DESTINATION_ON_RELEASED_UNUSABLE, &unusable);
}

void destination_message(struct destination *destination, const struct machine_input *input)
{
	const enum dimp_message_kind kind = input->message->kind;

	if (kind == DIMP_MESSAGE_OFFER)
		take_offer(destination, input);
	else if (kind == DIMP_MESSAGE_DATA)
		take_data(destination, input);
	else if (kind == DIMP_MESSAGE_ROUND_END)
		destination_take_round_end(destination, input);
	else if (kind == DIMP_MESSAGE_RELEASED)
		take_released(destination, input);
	else if (kind == DIMP_MESSAGE_ABORT)
		take_abort(destination, input);
	else
		step(destination, DESTINATION_ON_ABORTED, input);
}

/* A complete round. */

static bool is_round_complete(const struct destination *destination)
{
	const struct destination_copy *copy = &destination->copy;

	return copy->has_end && destination->has_offer &&
		(copy->end.chunks == 0 ||
			ack_ranges_covers(&copy->chunks, 0, copy->end.chunks - 1));
}

static void check_final(struct destination *destination, const struct machine_input *input)
{
	if (destination_report_digests_agree(destination, input))
		step(destination, DESTINATION_ON_FINAL_MATCHES, input);
	else
		destination_raise_fault(destination, input, DIMP_ERROR_DIGEST_MISMATCH);
}

static void check_close(struct destination *destination, const struct machine_input *input)
{
	const uint32_t most = input->services->config->settings.staged_changes_max;

	di_table_drop_staged_markers(input->services->table, destination->machine.vsi,
		destination->copy.end.round);
	if (destination->is_cut_over)
		step(destination, DESTINATION_ON_COPY_CLOSE_CUT_OVER, input);
	else if (destination->copy.end.changes <= most)
		step(destination, DESTINATION_ON_COPY_CLOSE, input);
}

/* Judged when the copy is what the source holds: on the way there, an entry that was given another
 * VLAN may be seen twice. */
static void reject_merged(const struct destination *destination, const struct machine_input *input)
{
	const struct destination_copy *copy = &destination->copy;

	if (is_round_complete(destination) && (copy->end.is_final || copy->end.changes == 0))
		di_table_reject_merged(input->services->table, destination->machine.vsi,
			&input->services->config->vlan_map);
}

void destination_check(struct destination *destination, const struct machine_input *input)
{
	enum dimp_error error;

	if (!destination->is_check_wanted || !destination_is_staging(destination))
		return;
	destination->is_check_wanted = false;
	reject_merged(destination, input);
	error = rejection_of_required(destination, input);
	if (error != DIMP_ERROR_NONE)
		destination_raise_fault(destination, input, error);
	else if (is_round_complete(destination) && destination->copy.end.is_final)
		check_final(destination, input);
	else if (is_round_complete(destination) && destination->asked.mode == DIMP_MODE_STAGED)
		check_close(destination, input);
}

/* Answers of the user, and instants. */

void destination_activated(struct destination *destination, bool is_in_force,
	const struct machine_input *input)
{
	const struct machine_input failed = with_error(input, DIMP_ERROR_ACTIVATION_FAILED);

	if (is_in_force)
		step(destination, DESTINATION_ON_HOST_ACTIVE, input);
	else
		step(destination, DESTINATION_ON_HOST_FAILED, &failed);
}

bool destination_has_ended(const struct destination *destination)
{
	return destination->machine.state == DESTINATION_ACTIVE ||
		destination->machine.state == DESTINATION_FAILED;
}

bool destination_is_staging(const struct destination *destination)
{
	return destination->machine.state >= DESTINATION_SOLICITED &&
		destination->machine.state <= DESTINATION_FREEZING;
}

struct dimp_time destination_deadline(const struct destination *destination)
{
	struct dimp_time deadline = instant_earlier(destination->deadline, destination->give_up);

	if (destination->machine.state == DESTINATION_ABORTING)
		deadline = instant_earlier(destination->deadline, destination->abort_due);
	if (destination->machine.state == DESTINATION_LOCATING)
		deadline = instant_earlier(deadline, destination->lookup.due);
	return destination_has_ended(destination) ? DIMP_NEVER : deadline;
}

void destination_expire(struct destination *destination, const struct machine_input *input)
{
	struct machine_input late = with_error(input, DIMP_ERROR_DEADLINE_PASSED);

	destination_check_lookup(destination, input);
	if (destination->machine.state == DESTINATION_LOCATING && destination->is_busy)
		late = with_error(input, DIMP_ERROR_BUSY);
	if (instant_has_come(destination->give_up, input->now)) {
		destination->give_up = DIMP_NEVER;
		step(destination, DESTINATION_ON_GIVE_UP, &late);
	}
	if (instant_has_come(destination->deadline, input->now)) {
		destination->deadline = DIMP_NEVER;
		step(destination,
			destination->is_committed ? DESTINATION_ON_DEADLINE_IN_DOUBT
						  : DESTINATION_ON_DEADLINE,
			&late);
	}
	if (destination->machine.state == DESTINATION_ABORTING &&
		instant_has_come(destination->abort_due, input->now)) {
		destination->abort_due = DIMP_NEVER;
		step(destination, DESTINATION_ON_ABORT_DUE, input);
	}
}
