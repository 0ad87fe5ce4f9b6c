/* SPDX-License-Identifier: MIT */
/*
 * What a server makes of a FAIL: the protocol's advice, as far as its policy for the reason lets it
 * follow it.
 */
#include "actors/move_state.h"

static void ask_again(void *context, struct dimp_time now)
{
	const struct move *move = context;

	if (move->is_under_way)
		move_ask(context, now);
}

static bool may_retry(const struct move *move)
{
	return !move->is_cancelled &&
		move->config.outcome->attempts - move->attempts_before <=
		move->config.station->retries;
}

static bool takes_risk(const struct move *move)
{
	return !move->is_cancelled && move->config.station->on_risk == SCENARIO_RISK_CONTINUE;
}

static enum scenario_on_reason policy_on(const struct move *move, enum dimp_reason reason)
{
	return move->config.station->on_reason[reason];
}

/* Once a move, and while the VM runs: its memory is copied to the other server then. */
static bool turns_elsewhere(struct move *move, struct dimp_time now)
{
	const struct move_elsewhere elsewhere = move->config.elsewhere;
	const struct move_place *before = move->config.to;

	if (!elsewhere.place || elsewhere.place == move->from || move->is_stopped ||
		move->is_cancelled)
		return false;
	memory_copy_abort(&move->copy);
	move->config.to = move->away = elsewhere.place;
	move->config.station = elsewhere.station;
	move->config.elsewhere = (struct move_elsewhere){NULL, NULL};
	move_leave_owed(move, before, now);
	move->attempts_before = move->config.outcome->attempts;
	move->may_run = move->proceeds = move->is_staged = false;
	move_begin(move, now);
	return true;
}

bool move_takes_risk(const struct move *move, enum dimp_reason reason)
{
	return takes_risk(move) && !may_retry(move) &&
		policy_on(move, reason) == SCENARIO_ON_REASON_AS_ADVISED;
}

void move_decide(struct move *move, uint8_t advice, struct dimp_time now)
{
	if (!move->is_under_way)
		return;
	const enum scenario_on_reason policy = policy_on(move, move->config.outcome->reason);

	/* Nobody asked, and nobody will. */
	if (move->config.migration->trigger == SCENARIO_TRIGGER_NOTIFY_ALONE) {
		move_go_home(move, now);
		return;
	}
	if (policy == SCENARIO_ON_REASON_ELSEWHERE && turns_elsewhere(move, now))
		return;
	if (policy != SCENARIO_ON_REASON_AS_ADVISED) {
		move_go_home(move, now);
		return;
	}
	if ((advice & DIMP_ADVICE_RETRY) && may_retry(move)) {
		engine_schedule(move->config.engine,
			(struct dimp_time){now.us + move->config.station->retry_us}, ask_again,
			move);
		return;
	}
	if (!(advice & DIMP_ADVICE_CONTINUE_AT_RISK) || !takes_risk(move)) {
		move_go_home(move, now);
		return;
	}
	/* What cannot move is given up knowingly; what can, is still asked for. */
	if (move->config.outcome->reason == DIMP_REASON_INVALID_DI && !move->is_nothing_required) {
		move->is_nothing_required = true;
		move_ask(move, now);
		return;
	}
	move->may_run = true;
	move->is_attach_needed = true;
	move_stop_when_copied(move, now);
}
