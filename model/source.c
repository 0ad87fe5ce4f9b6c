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
	};

	services_emit(input->services, &event);
}

/* DI that no VSI uses is kept for a while: its migration may begin after the VSI left. */
static void hold(struct source *source, const struct machine_input *input)
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
	source->round_due = DIMP_NEVER;
	source->has_offered = false;
	source->is_freeze_wanted = false;
	source->round.is_open = false;
	if (!source->is_present)
		hold(source, input);
	wipe(&source->solicit.digest_key, sizeof(source->solicit.digest_key));
	di_table_drop_markers(input->services->table, source->machine.vsi);
}

/* The DI is in use again, under a rank that no message of the ended migration carries. */
static void return_to_use(struct source *source, const struct machine_input *input)
{
	emit(source, input, DIMP_EVENT_THAW);
	source->epoch++;
	forget_migration(source, input);
}

/* Actions. */

static struct round_target round_target(const struct source *source)
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

static void open_round(struct source *source, const struct machine_input *input, bool is_final)
{
	const struct round_target target = round_target(source);

	source->round_due = DIMP_NEVER;
	round_start(&source->round, &target, input, is_final);
}

static void start_round(void *self, const struct machine_input *input)
{
	open_round(self, input, false);
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
	emit(source, input, DIMP_EVENT_FREEZE);
}

static void start_final_round(void *self, const struct machine_input *input)
{
	struct source *source = self;

	if (!source->has_offered)
		send_offer(self, input);
	source->freeze = services_random(input->services);
	source->thaw_at = instant_after(input->now, input->services->config->settings.thaw_us);
	open_round(source, input, true);
}

/* A delta round is due after so many changes at once, after any change when its time has come. */
static void plan_round(struct source *source, const struct machine_input *input)
{
	const struct dimp_settings *settings = &input->services->config->settings;
	const struct round_target target = round_target(source);
	const uint32_t changes = round_waiting(&source->round, &target, input);

	if (changes >= settings->round_changes_max)
		source->round_due = input->now;
	else if (changes > 0 && source->round_due.us == DIMP_NEVER.us)
		source->round_due = instant_after(input->now, settings->round_interval_us);
}

static void await_changes(void *self, const struct machine_input *input)
{
	plan_round(self, input);
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
	const struct source *source = self;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_RELEASED,
		.body.released = {.migration = source->machine.migration,
			.freeze = source->freeze,
			.epoch = source->epoch + 1},
	};

	send(source, input, &message);
}

static void release(void *self, const struct machine_input *input)
{
	struct source *source = self;

	source->thaw_at = DIMP_NEVER;
	repeat_released(self, input);
	emit(source, input, DIMP_EVENT_RELEASED);
}

static void take_back(void *self, const struct machine_input *input)
{
	struct source *source = self;

	send_aborted(source, input);
	source->epoch++;
	return_to_use(source, input);
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
		.round_due = DIMP_NEVER,
	};
}

/* What messages and instants mean. */

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
	if (solicit->serial <= source->serial_top || solicit->serial <= source->serial) {
		refuse(input, DIMP_ERROR_STALE_SERIAL);
		return;
	}
	if (source_is_migrating(source))
		step(source, SOURCE_ON_SUPERSEDED, input);
	adopt_migration(source, input);
	step(source, solicit_event(source, input), input);
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
	} else if (input->message->kind == DIMP_MESSAGE_DONE &&
		input->message->body.done.freeze == source->freeze) {
		step(source, SOURCE_ON_DONE, input);
	}
}

void source_frozen(struct source *source, const struct machine_input *input)
{
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
	hold(source, input);
}

void source_changed(struct source *source, const struct machine_input *input)
{
	if (source->machine.state == SOURCE_TRACKING)
		plan_round(source, input);
}

void source_pump(struct source *source, const struct machine_input *input)
{
	const struct round_target target = round_target(source);

	if (!source->round.is_open)
		return;
	if (source->freeze != 0)
		source->thaw_at =
			instant_after(input->now, input->services->config->settings.thaw_us);
	if (round_pump(&source->round, &target, input) && !source->round.is_final)
		step(source,
			source->is_freeze_wanted ? SOURCE_ON_ROUND_SENT_FREEZE
						 : SOURCE_ON_ROUND_SENT,
			input);
}

bool source_is_open(const struct source *source)
{
	return source->machine.state != SOURCE_FROZEN && source->machine.state != SOURCE_RELEASED &&
		source->machine.state != SOURCE_GONE;
}

bool source_is_owner(const struct source *source)
{
	return source->use == SOURCE_CONTEXT && source->machine.state != SOURCE_RELEASED &&
		source->machine.state != SOURCE_GONE;
}

bool source_is_migrating(const struct source *source)
{
	return source->destination != DIMP_NO_PEER && source->machine.state != SOURCE_RELEASED;
}

struct dimp_time source_deadline(const struct source *source)
{
	struct dimp_time deadline = instant_earlier(source->thaw_at, source->round_due);

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
	if (!source->is_present && instant_has_come(source->hold_until, input->now))
		step(source, SOURCE_ON_HOLD_OVER, input);
}
