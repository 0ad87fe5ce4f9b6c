/* SPDX-License-Identifier: MIT */
/*
 * The source's side of a migration (DIMP 9.3).  Rounds are sent by change number: a round carries
 * the entries whose last change lies after what earlier rounds carried and not after the number at
 * which it was opened, so every key stands at most once in a round and what changes meanwhile waits
 * for the next.  The decision is taken here and in one step: COMMIT with the freeze and the digests
 * as they are makes OWNER of the destination and RELEASED of this context.
 */
#include "source.h"

#include <assert.h>
#include <string.h>

#include "epoch.h"
#include "instant.h"
#include "limits.h"
#include "wipe.h"

static void send(const struct source *source, const struct machine_input *input,
	const struct dimp_message *message)
{
	services_send(input->services, source->destination, message, input->now);
}

static void send_abort(const struct source *source, const struct machine_input *input,
	enum dimp_error error)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.migration = source->machine.migration,
			.freeze = source->freeze,
			.is_from_source = 1,
			.error = (uint16_t)error},
	};

	send(source, input, &message);
}

static void send_aborted(const struct source *source, const struct machine_input *input)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_ABORTED,
		.body.aborted = {.migration = source->machine.migration,
			.freeze = source->freeze,
			.is_from_source = 1},
	};

	send(source, input, &message);
}

static void emit(const struct source *source, const struct machine_input *input,
	enum dimp_event_kind kind)
{
	const struct services_event event = {
		.kind = kind,
		.peer = source->destination,
		.vsi = source->machine.vsi,
		.migration = source->machine.migration,
		.token = source->token,
	};

	services_emit(input->services, &event);
}

void source_hold(struct source *source, const struct machine_input *input)
{
	source->hold_until = instant_after(input->now, input->services->config->settings.hold_us);
}

static void forget_migration(struct source *source, const struct machine_input *input)
{
	if (source->destination != DIMP_NO_PEER &&
		source->ended[source->destination] < source->machine.migration)
		source->ended[source->destination] = source->machine.migration;
	source->destination = DIMP_NO_PEER;
	source->freeze = 0;
	source->thaw_at = DIMP_NEVER;
	source->repeat_at = DIMP_NEVER;
	source->round_due = DIMP_NEVER;
	source->has_offered = false;
	source->is_freeze_wanted = false;
	source->round.is_open = false;
	if (!source->is_present)
		source_hold(source, input);
	wipe(&source->solicit.digest_key, sizeof(source->solicit.digest_key));
	di_table_drop_markers(input->services->table, source->machine.vsi);
}

/* The DI is in use again, under a rank that no message of the ended migration carries. */
static void return_to_use(struct source *source, const struct machine_input *input)
{
	emit(source, input, DIMP_EVENT_THAW);
	source->epoch = epoch_after(source->epoch, 1);
	forget_migration(source, input);
}

/* Actions. */

struct round_target source_round_target(const struct source *source)
{
	return (struct round_target){
		.destination = source->destination,
		.vsi = source->machine.vsi,
		.migration = source->machine.migration,
		.types = source->solicit.types,
		.freeze = source->freeze,
		.digest_key = &source->solicit.digest_key,
	};
}

static void send_offer(void *self, const struct machine_input *input)
{
	struct source *source = self;
	struct di_counts counts;
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_OFFER,
		.body.offer = {.migration = source->machine.migration, .epoch = source->epoch},
	};

	di_table_count(input->services->table, source->machine.vsi, &counts);
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_type_count *count = &counts.of_type[type];

		if (count->entries == 0 || (source->solicit.types >> type & 1) == 0)
			continue;
		message.rows.offer[message.row_count++] = (struct dimp_offer_row){
			.type = (uint16_t)type,
			.entries = count->entries,
			.octets = count->octets,
		};
	}
	send(source, input, &message);
	source->has_offered = true;
}

static void start_round(void *self, const struct machine_input *input)
{
	struct source *source = self;
	const struct round_target target = source_round_target(source);

	source->round_due = DIMP_NEVER;
	/* What was sent arrives or the migration ends: these markers are not needed again. */
	di_table_drop_markers_upto(input->services->table, source->machine.vsi, source->round.upto);
	round_start(&source->round, &target, input);
}

static void offer_and_send(void *self, const struct machine_input *input)
{
	send_offer(self, input);
	start_round(self, input);
}

static void request_freeze(void *self, const struct machine_input *input)
{
	struct source *source = self;

	source->thaw_at = instant_after(input->now, input->services->config->settings.thaw_us);
	source->round_due = DIMP_NEVER;
	source->token = ++input->services->token_last;
	emit(source, input, DIMP_EVENT_FREEZE);
}

static void start_final_round(void *self, const struct machine_input *input)
{
	struct source *source = self;

	if (!source->has_offered)
		send_offer(self, input);
	source->freeze = services_random(input->services);
	source->thaw_at = instant_after(input->now, input->services->config->settings.thaw_us);
	start_round(source, input);
}

void source_plan_round(struct source *source, const struct machine_input *input)
{
	const struct dimp_settings *settings = &input->services->config->settings;
	const struct round_target target = source_round_target(source);
	const uint32_t changes = round_waiting(&source->round, &target, input);

	if (round_is_last(&source->round))
		return;
	if (changes >= settings->round_changes_max)
		source->round_due = input->now;
	else if (changes > 0 && source->round_due.us == DIMP_NEVER.us)
		source->round_due = instant_after(input->now, settings->round_interval_us);
}

static void await_changes(void *self, const struct machine_input *input)
{
	source_plan_round(self, input);
}

static void note_freeze(void *self, const struct machine_input *input)
{
	struct source *source = self;

	(void)input;
	source->is_freeze_wanted = true;
}

static void end_migration(void *self, const struct machine_input *input)
{
	forget_migration(self, input);
}

static void end_and_confirm(void *self, const struct machine_input *input)
{
	send_aborted(self, input);
	forget_migration(self, input);
}

static void end_superseded(void *self, const struct machine_input *input)
{
	send_abort(self, input, DIMP_ERROR_SUPERSEDED);
	forget_migration(self, input);
}

static void end_revoked(void *self, const struct machine_input *input)
{
	send_abort(self, input, DIMP_ERROR_REVOKED);
	forget_migration(self, input);
}

static void thaw(void *self, const struct machine_input *input)
{
	return_to_use(self, input);
}

static void thaw_and_confirm(void *self, const struct machine_input *input)
{
	send_aborted(self, input);
	return_to_use(self, input);
}

static void thaw_superseded(void *self, const struct machine_input *input)
{
	send_abort(self, input, DIMP_ERROR_SUPERSEDED);
	return_to_use(self, input);
}

static void thaw_revoked(void *self, const struct machine_input *input)
{
	send_abort(self, input, DIMP_ERROR_REVOKED);
	return_to_use(self, input);
}

static void thaw_and_abort(void *self, const struct machine_input *input)
{
	send_abort(self, input, DIMP_ERROR_THAWED);
	return_to_use(self, input);
}

static void thaw_mismatched(void *self, const struct machine_input *input)
{
	send_abort(self, input, DIMP_ERROR_DIGEST_MISMATCH);
	return_to_use(self, input);
}

static void answer_stale(void *self, const struct machine_input *input)
{
	send_abort(self, input, DIMP_ERROR_STALE_FREEZE);
}

static void repeat_released(void *self, const struct machine_input *input)
{
	struct source *source = self;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_RELEASED,
		.body.released = {.migration = source->machine.migration,
			.freeze = source->freeze,
			.epoch = epoch_after(source->epoch, 1)},
	};

	source->repeat_at = instant_after(input->now, source->repeat_wait_us);
	source->repeat_wait_us *= 2;
	if (source->repeat_wait_us > (uint64_t)DIMP_RELEASED_REPEAT_US * DIMP_RELEASED_WAIT_GROWS)
		source->repeat_wait_us =
			(uint64_t)DIMP_RELEASED_REPEAT_US * DIMP_RELEASED_WAIT_GROWS;
	send(source, input, &message);
}

static void release(void *self, const struct machine_input *input)
{
	struct source *source = self;

	source->thaw_at = DIMP_NEVER;
	source->repeat_wait_us = DIMP_RELEASED_REPEAT_US;
	repeat_released(self, input);
	emit(source, input, DIMP_EVENT_RELEASED);
}

static void take_back(void *self, const struct machine_input *input)
{
	struct source *source = self;

	send_aborted(source, input);
	source->epoch = epoch_after(source->epoch, 1);
	return_to_use(source, input);
}

/* Somebody may have used the packet numbers beyond, or accepted them: these keys are not used
 * again. */
static void drop_secure_associations(const struct source *source, const struct machine_input *input)
{
	struct dimp_di_cursor cursor = {.vsi = source->machine.vsi};
	struct dimp_record record;

	while (di_table_next(input->services->table, &cursor, &record, input->now)) {
		if (record.type != DIMP_DI_MACSEC_SA)
			continue;
		record.operation = DIMP_OPERATION_DELETE;
		if (di_table_change(input->services->table, source->machine.vsi, &record,
			    input->now) != DIMP_ERROR_NONE)
			break;
	}
	wipe(&record, sizeof(record));
}

static void revive(void *self, const struct machine_input *input)
{
	struct source *source = self;

	source->epoch = epoch_after(source->epoch, 1);
	source->has_station = false;
	drop_secure_associations(source, input);
	return_to_use(source, input);
}

/* Nothing of what was given away is put into force; the rank is past that of the bridge which has
 * it. */
static void own_anew(void *self, const struct machine_input *input)
{
	struct source *source = self;

	di_table_wipe(input->services->table, source->machine.vsi);
	source->epoch = epoch_after(source->epoch, 2);
	source->is_announced = true;
	source->has_station = false;
	forget_migration(source, input);
}

static void wipe_all(void *self, const struct machine_input *input)
{
	struct source *source = self;

	di_table_wipe(input->services->table, source->machine.vsi);
	emit(source, input, DIMP_EVENT_GONE);
	forget_migration(source, input);
	source->use = SOURCE_UNUSED;
}

/* The table. */

static const struct machine_row rows[] = {
#define ROW(from, event, action, to, clause) \
	{SOURCE_##from, SOURCE_ON_##event, action, SOURCE_##to, clause},
#define OTHERWISE(from, clause) {SOURCE_##from, MACHINE_ANY, NULL, SOURCE_##from, clause},
#include "source.def"
};

static const char *const states[] = {
#define STATE(name, text) #name,
#include "source.def"
};

static const char *const events[] = {
#define EVENT(name, text) #name,
#include "source.def"
};

const struct machine_table source_table = {
	.name = "source",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.states = states,
	.state_count = SOURCE_STATES,
	.events = events,
	.event_count = SOURCE_EVENTS,
};

void source_init(struct source *source, dimp_vsi_index index, const struct dimp_vsi *vsi,
	uint64_t *ended)
{
	*source = (struct source){
		.machine = {.table = &source_table, .state = SOURCE_OWNER, .vsi = index},
		.use = SOURCE_CONTEXT,
		.vsi = *vsi,
		.epoch = 1,
		.is_present = true,
		.hold_until = DIMP_NEVER,
		.ended = ended,
		.destination = DIMP_NO_PEER,
		.thaw_at = DIMP_NEVER,
		.repeat_at = DIMP_NEVER,
		.round_due = DIMP_NEVER,
	};
}
