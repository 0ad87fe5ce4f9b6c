/* SPDX-License-Identifier: MIT */
/*
 * The destination's machine and its actions (DIMP 9.2).  Room is reserved before SOLICIT leaves;
 * what arrives is staged and shown to the user, who programs it inactive; nothing is in force
 * before RELEASED, but by PROCEED.  A migration that has asked the source for something ends only
 * when the source has confirmed it, or the deadline has come.  What messages mean is decided in
 * destination_input.c.
 */
#include "destination.h"

#include <string.h>

#include "destination_report.h"
#include "di_staging.h"
#include "epoch.h"
#include "instant.h"
#include "limits.h"
#include "wipe.h"

static void send_to_source(const struct destination *destination, const struct machine_input *input,
	const struct dimp_message *message)
{
	services_send(input->services, destination->source, message, input->now);
}

static void emit(const struct destination *destination, const struct machine_input *input,
	enum dimp_event_kind kind)
{
	const struct services_event event = {
		.kind = kind,
		.peer = destination->source,
		.vsi = destination->machine.vsi,
		.request = destination->asked.request,
		.migration = destination->machine.migration,
		.error = destination->fault,
	};

	services_emit(input->services, &event);
}

/* The VM is stopped: once is enough. */
static void tell_hold(struct destination *destination, const struct machine_input *input)
{
	if (destination->machine.vsi == DIMP_NO_VSI || destination->is_hold_told)
		return;
	destination->is_hold_told = true;
	emit(destination, input, DIMP_EVENT_HOLD);
}

static void note_fault(struct destination *destination, enum dimp_error error)
{
	if (destination->fault == DIMP_ERROR_NONE)
		destination->fault = error;
}

static void discard(struct destination *destination, const struct machine_input *input)
{
	if (destination->machine.vsi == DIMP_NO_VSI)
		return;
	di_table_wipe(input->services->table, destination->machine.vsi);
	emit(destination, input, DIMP_EVENT_DISCARD);
	destination->machine.vsi = DIMP_NO_VSI;
}

static void fail(struct destination *destination, const struct machine_input *input,
	enum dimp_error error)
{
	destination_report_response(destination, input, DIMP_RESULT_FAIL, error);
	discard(destination, input);
	destination->deadline = DIMP_NEVER;
	destination->give_up = DIMP_NEVER;
}

void destination_want_types(struct destination *destination, const struct machine_input *input)
{
	destination->wanted = (destination->asked.required | destination->asked.optional) &
		input->services->config->supported_types;
}

/* Each wait is twice the last: the association repeats too, and must not fill up with ABORTs. */
static void plan_abort(struct destination *destination, const struct machine_input *input)
{
	const uint64_t first_us = input->services->config->settings.abort_repeat_us;
	const uint64_t most =
		destination->is_told_in_doubt ? DIMP_DOUBT_WAIT_GROWS : DIMP_ABORT_WAIT_GROWS;

	destination->abort_due = instant_after(input->now, destination->abort_wait_us);
	destination->abort_wait_us *= 2;
	if (destination->abort_wait_us > first_us * most)
		destination->abort_wait_us = first_us * most;
}

/* Actions. */

static void solicit(void *self, const struct machine_input *input)
{
	struct destination *destination = self;
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_SOLICIT,
		.body.solicit =
			{
				.migration = destination->machine.migration,
				.serial = destination->asked.serial,
				.vsi = destination->asked.vsi,
				.mode = destination->asked.mode,
				.types = destination->wanted,
				.grant_entries = destination->granted.entries,
				.grant_octets = destination->granted.octets,
				.digest_key = destination->digest_key,
			},
		.row_count = destination->filter_count,
	};

	if (destination_has_ticket(destination)) {
		message.body.solicit.attributes = (uint32_t)1 << DIMP_ATTRIBUTE_solicit_ticket;
		message.body.solicit.ticket = destination->asked.ticket;
	}
	memcpy(message.rows.filter, destination->filters,
		destination->filter_count * sizeof(destination->filters[0]));
	send_to_source(destination, input, &message);
	if (destination->asked.mode == DIMP_MODE_ONE_SHOT)
		tell_hold(destination, input);
	destination_report_progress(destination, input, DIMP_PHASE_SOLICITED);
}

static void ask_bridges(void *self, const struct machine_input *input)
{
	struct destination *destination = self;
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_WHO_HAS,
		.body.who_has = {.lookup = destination->machine.migration,
			.serial = destination->asked.serial,
			.vsi = destination->asked.vsi},
	};

	destination->is_busy = input->error == DIMP_ERROR_BUSY;
	destination_show_ticket(destination, &message);
	lookup_start(&destination->lookup, &message, input);
	destination_report_progress(destination, input, DIMP_PHASE_LOCATING);
}

static void tell_revivable(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	note_fault(destination, input->error);
	discard(destination, input);
	destination->give_up = instant_earlier(destination->give_up,
		instant_after(input->now, input->services->config->settings.at_risk_us));
	destination_report_progress(destination, input, DIMP_PHASE_AT_RISK);
}

static void revive(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	services_revive(input->services, destination->tombstone, destination->asked.serial, input);
	destination_report_response(destination, input, DIMP_RESULT_AT_RISK, destination->fault);
}

static void note_offer(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	destination->is_check_wanted = true;
	destination_report_progress(destination, input, DIMP_PHASE_COPYING);
}

static void accept_offer(void *self, const struct machine_input *input)
{
	struct destination *destination = self;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ACCEPT,
		.body.accept = {.migration = destination->machine.migration,
			.types = destination->wanted},
	};

	send_to_source(destination, input, &message);
	note_offer(self, input);
}

static void refuse_offer(void *self, const struct machine_input *input)
{
	struct destination *destination = self;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_REFUSE,
		.body.refuse = {.migration = destination->machine.migration,
			.error = (uint16_t)input->error},
	};

	note_fault(destination, input->error);
	send_to_source(destination, input, &message);
	plan_abort(destination, input);
}

static void note_cutover(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	destination->is_cut_over = true;
	destination->is_check_wanted = true;
	tell_hold(destination, input);
}

static void tell_staged(void *self, const struct machine_input *input)
{
	destination_report_progress(self, input, DIMP_PHASE_STAGED);
}

static void send_freeze(void *self, const struct machine_input *input)
{
	struct destination *destination = self;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_FREEZE,
		.body.freeze = {.migration = destination->machine.migration},
	};

	destination->is_cut_over = true;
	send_to_source(destination, input, &message);
	tell_hold(destination, input);
	destination_report_progress(destination, input, DIMP_PHASE_FREEZING);
}

static void repeat_commit(void *self, const struct machine_input *input)
{
	const struct destination *destination = self;
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_COMMIT,
		.body.commit = {.migration = destination->machine.migration,
			.freeze = destination->freeze},
	};

	message.row_count = destination_report_digests(destination, input, message.rows.digest);
	send_to_source(destination, input, &message);
}

static void send_commit(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	destination->is_committed = true;
	repeat_commit(self, input);
	destination_report_progress(destination, input, DIMP_PHASE_COMMITTING);
}

static void activate(struct destination *destination, const struct machine_input *input)
{
	destination->give_up = DIMP_NEVER;
	destination_report_activated(destination, input);
	di_table_activate(input->services->table, destination->machine.vsi);
	di_table_remap(input->services->table, destination->machine.vsi,
		&input->services->config->vlan_map);
	emit(destination, input, DIMP_EVENT_ACTIVATE);
}

static void put_into_force(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	destination->epoch = input->message->body.released.epoch;
	destination->is_released = true;
	activate(destination, input);
}

/* Without RELEASED nothing is transmitted under a moved SAK, and nothing received: the source may
 * have accepted frames since it last told its lowest number (DIMP 8.3-7). */
static void reject_secure_associations(const struct destination *destination,
	const struct machine_input *input)
{
	struct dimp_di_cursor walk = {.vsi = destination->machine.vsi};
	struct dimp_record record;

	while (di_table_next(input->services->table, &walk, &record, input->now)) {
		if (record.type == DIMP_DI_MACSEC_SA)
			di_table_reject(input->services->table, destination->machine.vsi, &record,
				destination->fault);
	}
	wipe(&record, sizeof(record));
}

static void put_at_risk_into_force(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	note_fault(destination, DIMP_ERROR_IN_DOUBT);
	destination->is_at_risk = true;
	destination->epoch = epoch_after(destination->epoch, 1);
	di_table_reject_merged(input->services->table, destination->machine.vsi,
		&input->services->config->vlan_map);
	reject_secure_associations(destination, input);
	activate(destination, input);
}

static void repeat_done(void *self, const struct machine_input *input)
{
	const struct destination *destination = self;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_DONE,
		.body.done = {.migration = destination->machine.migration,
			.freeze = destination->freeze},
	};

	send_to_source(destination, input, &message);
}

static void respond_success(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	if (destination->is_at_risk) {
		destination_report_response(destination, input, DIMP_RESULT_AT_RISK,
			destination->fault);
	} else {
		destination_report_response(destination, input, DIMP_RESULT_SUCCESS,
			DIMP_ERROR_NONE);
	}
	if (destination->is_released)
		repeat_done(self, input);
}

static void note_released(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	(void)input;
	destination->is_released = true;
}

static void respond_fail(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	note_fault(destination, input->error);
	fail(destination, input, destination->fault);
}

/* The deadline comes before the bridge's answer: what it does then, the station learns elsewhere.
 */
static void tell_in_doubt(void *self, const struct machine_input *input)
{
	destination_report_response(self, input, DIMP_RESULT_FAIL, DIMP_ERROR_IN_DOUBT);
}

static void respond_in_doubt(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	destination->is_told_in_doubt = true;
	fail(destination, input, DIMP_ERROR_IN_DOUBT);
}

/* Nothing is said any more; that RELEASED may still come is remembered beyond this request. */
static void end_doubt(void *self, const struct machine_input *input)
{
	const struct destination *destination = self;
	struct services *services = input->services;

	if (services->doubt_ended_last < destination->machine.migration)
		services->doubt_ended_last = destination->machine.migration;
}

/* The source may be there again and release after all: the copy is kept and nothing decided. */
static void ask_in_doubt(void *self, const struct machine_input *input)
{
	destination_report_progress(self, input, DIMP_PHASE_AT_RISK);
}

static void tell_at_risk(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	note_fault(destination, input->error);
	destination->give_up = instant_earlier(destination->give_up,
		instant_after(input->now, input->services->config->settings.at_risk_us));
	destination_report_progress(destination, input, DIMP_PHASE_AT_RISK);
}

static void repeat_abort(void *self, const struct machine_input *input)
{
	struct destination *destination = self;
	/* Said by a source that knew nothing; said to one that does, it would take nothing back. */
	const enum dimp_error error = destination->fault == DIMP_ERROR_UNKNOWN_MIGRATION
		? DIMP_ERROR_ENDED
		: destination->fault;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.migration = destination->machine.migration,
			.freeze = destination->freeze,
			.error = (uint16_t)error},
	};

	plan_abort(destination, input);
	/* Nothing is queued for a peer that is out of reach: ABORT goes when it is back. */
	if (services_is_up(input->services, destination->source))
		send_to_source(destination, input, &message);
	else
		services_open(input->services, destination->source, input->now);
}

static void send_abort(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	note_fault(destination, input->error);
	repeat_abort(self, input);
}

static void abort_and_tell_risk(void *self, const struct machine_input *input)
{
	struct destination *destination = self;

	send_abort(self, input);
	destination->abort_due = DIMP_NEVER;
	tell_at_risk(self, input);
}

/* The table. */

static const struct machine_row rows[] = {
#define ROW(from, event, action, to, clause) \
	{DESTINATION_##from, DESTINATION_ON_##event, action, DESTINATION_##to, clause},
#define OTHERWISE(from, clause) {DESTINATION_##from, MACHINE_ANY, NULL, DESTINATION_##from, clause},
#include "destination.def"
};

static const char *const states[] = {
#define STATE(name, text) #name,
#include "destination.def"
};

static const char *const events[] = {
#define EVENT(name, text) #name,
#include "destination.def"
};

const struct machine_table destination_table = {
	.name = "destination",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.states = states,
	.state_count = DESTINATION_STATES,
	.events = events,
	.event_count = DESTINATION_EVENTS,
};
