/* SPDX-License-Identifier: MIT */
/*
 * A few facts (is the memory copied, is the DI staged, is the VM stopped, is its stop time over, is
 * the DI in force) and what follows when all that a step needs are there.  The VM's own stop time
 * runs from its stop, whatever DIMP does meanwhile; it resumes when both are over.
 *
 * Of two moves of one VM the later ordered one decides where the VM goes.  The earlier one does not
 * touch the VM any more, but its request is left to race on the wire: that its station forgot to
 * cancel it, or could not, must do no harm.
 */
#include "actors/move_state.h"

#include <stdlib.h>
#include <string.h>

#include "actors/move_di.h"

struct move *move_create(const struct move_config *config)
{
	struct move *move = calloc(1, sizeof *move);

	if (!move)
		return NULL;
	move->config = *config;
	move->away = config->to;
	move_di_begin_outcome(config);
	return move;
}

void move_destroy(struct move *move)
{
	if (!move)
		return;
	engine_cancel(move->config.engine, move->guard);
	homecoming_stop(&move->homecoming);
	consent_stop(&move->consent);
	memory_copy_abort(&move->copy);
	free(move);
}

bool move_is_under_way(const struct move *move)
{
	return move->is_under_way;
}

bool move_went_without(const struct move *move)
{
	return move->is_nothing_required;
}

static uint64_t newest_serial(const struct move *move)
{
	return move->homecoming.newest_serial > move->newest_serial ? move->homecoming.newest_serial
								    : move->newest_serial;
}

uint64_t move_serial_over(const struct move *move)
{
	const uint64_t newest = newest_serial(move);

	return move->is_under_way && newest > 0 ? newest - 1 : newest;
}

/* The VM runs at |place| by the server's word: whatever was ordered before is over. */
static void attach_at(const struct move *move, const struct move_place *place, struct dimp_time now)
{
	const unsigned slot = move_di_slot(&move->config, place);

	edge_bridge_tell_serial(place->bridge, slot, newest_serial(move));
	edge_bridge_attach(place->bridge, slot, place->port, now);
}

const struct move_config *move_config_of(const struct move *move)
{
	return &move->config;
}

void move_give_turn(struct move *move, struct dimp_time now)
{
	struct move_queue *const queue = move->queue;

	move->queue = NULL;
	if (queue)
		move_queue_leave(queue, now);
}

void move_end(struct move *move, uint32_t station, struct dimp_time now)
{
	move->is_under_way = false;
	move->config.outcome->decision = station;
	if (!memory_copy_is_following(&move->copy))
		move_give_turn(move, now);
}

void move_end_stop(struct move *move, struct dimp_time now)
{
	struct outcome_migration *outcome = move->config.outcome;

	if (move->is_stop_over)
		return;
	move->is_stop_over = true;
	outcome->stop_us = now.us - outcome->phases.stopped.us;
	outcome->memory = move->copy.tally;
	move->config.watch.stop_over(move->config.watch.context, now);
}

/* Runs the VM at |place|. */
static void run_at(struct move *move, const struct move_place *place, struct dimp_time now)
{
	struct outcome_migration *outcome = move->config.outcome;

	if (!hypervisor_run(place->hypervisor, move->config.machine)) {
		move_end(move, SCENARIO_NONE, now);
		return;
	}
	move_order_run(&move->config, place);
	move->is_stopped = false;
	move_end_stop(move, now);
	if (place == move->config.to)
		memory_copy_follow(&move->copy, now);
	else
		memory_copy_abort(&move->copy);
	*move->config.home = place;
	outcome->phases.resumed = now;
	outcome->blackout_us = now.us - outcome->phases.stopped.us;
	move->config.watch.resumed(move->config.watch.context, now);
	move_end(move, place->station, now);
}

/* The bridge said that the DI is in force, crashed and came back without it: the VM that begins to
 * run on its port is a new one to it, as those that ran there when it came back. */
static bool has_forgotten(const struct move *move, const struct move_place *place)
{
	const enum attachment_state state =
		edge_bridge_attachment(place->bridge, move_di_slot(&move->config, place))->state;

	return state == ATTACHMENT_ABSENT || state == ATTACHMENT_EXPECTED;
}

static void run_when_due(struct move *move, struct dimp_time now)
{
	const struct move_place *to = move->config.to;

	if (!move->is_under_way || !move->is_stopped || !move->is_stop_over || !move->may_run)
		return;
	if (move->is_attach_needed || has_forgotten(move, to))
		attach_at(move, to, now);
	run_at(move, to, now);
}

void move_stop_is_over(void *context, struct dimp_time now)
{
	struct move *move = context;

	move_end_stop(move, now);
	run_when_due(move, now);
}

/* Its own stop time, as given, or what is left of its memory at the share that it has now. */
static void begin_stop(struct move *move, struct dimp_time now)
{
	const uint64_t given_us = move->config.vm->stop_us;
	const uint64_t rate_bps =
		memory_copy_slower(move->from->rate_bps, move->config.to->rate_bps);

	if (given_us == UINT64_MAX) {
		move->config.outcome->stop_us = memory_copy_stop_us(&move->copy, rate_bps);
		memory_copy_stop(&move->copy, now);
		return;
	}
	memory_copy_abort(&move->copy);
	move->config.outcome->stop_us = given_us;
	engine_schedule(move->config.engine, (struct dimp_time){now.us + given_us},
		move_stop_is_over, move);
}

static void stop_machine(struct move *move, struct dimp_time now)
{
	struct outcome_migration *outcome = move->config.outcome;

	if (move->is_stopped)
		return;
	move->is_stopped = true;
	move->is_stop_over = false;
	outcome->phases.stopped = now;
	hypervisor_stop(move->from->hypervisor, move->config.machine);
	move->config.watch.stopped(move->config.watch.context, now);
	if (move->config.vm->leaves_untold)
		move_order_vanish(&move->config, move->from);
	else
		move_order_leave(&move->config, move->from, now);
	begin_stop(move, now);
}

static void cut_over_when_due(struct move *move, struct dimp_time now)
{
	if (!move->is_copied || !move->is_staged || move->is_stopped)
		return;
	stop_machine(move, now);
	move->config.outcome->phases.cut_over = now;
	move_command(move, now, dimp_speaker_cutover);
}

/* It may run at the new place, or goes on at risk: nothing but its memory is waited for. */
void move_stop_when_copied(struct move *move, struct dimp_time now)
{
	if (!move->is_copied)
		return;
	stop_machine(move, now);
	if (move->proceeds)
		move_command(move, now, dimp_speaker_proceed);
	move->has_proceeded = move->has_proceeded || move->proceeds;
	move->proceeds = false;
	run_when_due(move, now);
}

/* The memory is copied as far as it can be while the VM runs. */
void move_memory_is_copied(void *context, struct dimp_time now)
{
	struct move *move = context;
	const struct scenario_migration *migration = move->config.migration;
	const bool is_first = move->config.outcome->attempts == move->attempts_before;

	move->is_copied = true;
	if (!move->is_under_way)
		return;
	if (migration->trigger == SCENARIO_TRIGGER_NONE)
		move->may_run = move->is_attach_needed = true;
	if (move->may_run || move->proceeds) {
		move_stop_when_copied(move, now);
		return;
	}
	if (!is_first || (migration->mode == DIMP_MODE_STAGED && move->is_asked)) {
		cut_over_when_due(move, now);
		return;
	}
	if (migration->mode == DIMP_MODE_ONE_SHOT)
		stop_machine(move, now);
	move_ask(move, now);
}

static void call_home_off(void *context, struct dimp_time now)
{
	const struct move *move = context;

	move_call_off(move, move->from, now);
}

static void resume_at_home(void *context, struct dimp_time now)
{
	struct move *move = context;
	const struct move_place *from = move->from;

	attach_at(move, from, now);
	run_at(move, from, now);
	move_leave_owed(move, move->config.to, now);
}

/* Its bridge may have yielded to the owner that this move had made of another (DIMP 9.8-3). */
static void stay(struct move *move, struct dimp_time now)
{
	if (!has_forgotten(move, move->from) || !virtual_machine_is_running(move->config.machine))
		return;
	move->newest_serial = ++*move->config.serial;
	attach_at(move, move->from, now);
}

/* A VM that was not stopped has not left. */
void move_go_home(struct move *move, struct dimp_time now)
{
	struct homecoming_config homecoming = {
		.engine = move->config.engine,
		.home = move->from,
		.away = move->away,
		.bridges = move->config.bridges,
		.bridge_count = move->config.bridge_count,
		.serial = move->config.serial,
		.authority = move->config.authority,
		.move = &move->config,
		.context = move,
		.done = resume_at_home,
		.is_late = call_home_off,
	};

	if (!move->is_stopped) {
		memory_copy_abort(&move->copy);
		stay(move, now);
		move_end(move, move->from->station, now);
		move_leave_owed(move, move->config.to, now);
		return;
	}
	homecoming.request = move_make_request(move);
	edge_bridge_expect(move->from->bridge, move_di_slot(&move->config, move->from),
		move->from->port);
	homecoming_start(&move->homecoming, &homecoming, now);
}

static void begin_with_dimp(struct move *move, struct dimp_time now)
{
	const struct scenario_migration *migration = move->config.migration;
	const bool is_notified = move_order_is_notified(&move->config) && !move->is_stopped;
	const bool asks_later = migration->ask == SCENARIO_ASK_WHEN_COPIED && !move->is_stopped;

	if (migration->mode == DIMP_MODE_ONE_SHOT && !move_copies_first(move) && !is_notified)
		stop_machine(move, now);
	if (is_notified)
		move_notify(move, now);
	else if (move->is_stopped ||
		!(asks_later || (migration->mode == DIMP_MODE_ONE_SHOT && move_copies_first(move))))
		move_ask(move, now);
}

void move_begin(struct move *move, struct dimp_time now)
{
	const bool is_known = move->config.migration->trigger != SCENARIO_TRIGGER_NONE;

	move_prepare_copy(move);
	/* A VM that stays is never stopped; one that an earlier move stopped does not stay. */
	move->is_copied = !move_copies_first(move) &&
		(move->is_stopped ||
			move->config.migration->trigger != SCENARIO_TRIGGER_NOTIFY_ALONE);
	if (!move_copies_first(move))
		memory_copy_assume(&move->copy,
			memory_copy_slower(move->from->rate_bps, move->config.to->rate_bps));
	move_di_note_learned(&move->config, move->from);
	move_di_install_by_server(&move->config, move->from, now);
	if (is_known)
		begin_with_dimp(move, now);
	else if (!move_copies_first(move))
		move_memory_is_copied(move, now);
	move_begin_copying(move, now);
}

static void take_response(struct move *move, const struct dimp_message *message,
	struct dimp_time now)
{
	const struct dimp_response *response = &message->body.response;

	move_stop_guard(move);
	move->config.outcome->phases.responded = now;
	move_di_note_response(move->config.outcome, message);
	/* Overtaken meanwhile: the DI is there, or may be, and nobody else hears of it. */
	if (!move->is_under_way) {
		if (response->result != DIMP_RESULT_FAIL || response->error == DIMP_ERROR_IN_DOUBT)
			move_call_off(move, move->config.to, now);
		return;
	}
	if (response->result == DIMP_RESULT_FAIL) {
		move_decide(move, response->advice, now);
		return;
	}
	const struct move_place *to = move->config.to;
	const enum attachment_state state =
		edge_bridge_attachment(to->bridge, move_di_slot(&move->config, to))->state;

	/* A bridge that had kept the DI since the VM left it is its owner, and says so at once. */
	move->may_run = true;
	move->is_attach_needed = state == ATTACHMENT_LEFT;
	move_stop_when_copied(move, now);
}

static void take_progress(struct move *move, const struct dimp_progress *progress,
	struct dimp_time now)
{
	if (!move->is_under_way)
		return;
	if (progress->phase == DIMP_PHASE_STAGED) {
		if (move->config.outcome->phases.staged.us == UINT64_MAX)
			move->config.outcome->phases.staged = now;
		move->is_staged = true;
		cut_over_when_due(move, now);
	}
	if (progress->phase != DIMP_PHASE_AT_RISK)
		return;
	if (!move_takes_risk(move, dimp_error_reason(progress->error))) {
		/* The source may have released: RELEASED, or the deadline, will say (DIMP 9.2-34).
		 */
		if (progress->error != DIMP_ERROR_IN_DOUBT)
			move_command(move, now, dimp_speaker_cancel);
		return;
	}
	move->proceeds = true;
	move_stop_when_copied(move, now);
}

void move_hear(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct move *move = context;

	if (move->request == 0)
		move->request = event->request;
	if (!move->is_asked || event->request != move->request)
		return;
	if (event->kind == DIMP_EVENT_RESPONSE)
		take_response(move, &event->message, now);
	else
		take_progress(move, &event->message.body.progress, now);
}

void move_cancel(struct move *move, struct dimp_time now)
{
	if (!move->is_under_way)
		return;
	move->is_cancelled = true;
	move_command(move, now, dimp_speaker_cancel);
}

/* The later order decides from here on; a VM that was stopped for the earlier one is taken over. */
static void supersede(struct move *move, struct move *earlier, struct dimp_time now)
{
	homecoming_stop(&earlier->homecoming);
	consent_stop(&earlier->consent);
	move->is_rival = true;
	move->away = earlier->config.to;
	move->is_stopped = earlier->is_stopped;
	move->is_stop_over = true;
	if (move->is_stopped) {
		move->config.outcome->phases.stopped = now;
		move_end_stop(earlier, now);
	}
	memory_copy_abort(&earlier->copy);
	move_end(earlier, SCENARIO_NONE, now);
	move->is_leaving_owed = earlier->is_leaving_owed && earlier->config.to == move->config.to;
	if ((earlier->may_run || earlier->is_unheard || earlier->is_leaving_owed) &&
		earlier->config.to != move->config.to)
		move_call_off(earlier, earlier->config.to, now);
}

/* Back before it has left, or while it is on its way: the old bridge is asked, as for a failed
 * move. */
static void come_back(struct move *move, struct dimp_time now)
{
	struct outcome_migration *outcome = move->config.outcome;

	outcome->attempts = 1;
	outcome->phases.requested = now;
	move->is_under_way = true;
	move_go_home(move, now);
}

static void begin_now(void *context, struct dimp_time now)
{
	struct move *const move = context;
	/* A VM that is not running, or has been ordered elsewhere meanwhile, does not move. */
	if (*move->config.latest != move ||
		(!move->is_stopped && !virtual_machine_is_running(move->config.machine))) {
		move_end(move, SCENARIO_NONE, now);
		return;
	}
	move->is_under_way = true;
	move_begin(move, now);
}

static void begin(void *context, struct dimp_time now)
{
	struct move *move = context;
	struct move *earlier = *move->config.latest;

	move->from = *move->config.home;
	if (earlier && earlier->is_under_way)
		supersede(move, earlier, now);
	*move->config.latest = move;
	if (move->from == move->config.to && move->is_rival) {
		come_back(move, now);
		return;
	}
	/* A VM that is there already has nothing to move. */
	if (move->from == move->config.to)
		return;
	move->turn = (struct move_turn){.context = move, .begin = begin_now};
	if (move->is_rival) {
		begin_now(move, now);
		return;
	}
	move->queue = move->from->queue;
	move_queue_enter(move->queue, &move->turn, now);
}

void move_schedule(struct move *move, struct dimp_time at)
{
	engine_schedule(move->config.engine, at, begin, move);
}
