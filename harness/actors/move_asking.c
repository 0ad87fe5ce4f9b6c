/* SPDX-License-Identifier: MIT */
/*
 * How a move asks for the DI: at the new station or at a bridge, with what lets it have the DI, and
 * until when it waits for an answer.
 */
#include "actors/move_state.h"

#include <string.h>

#include "actors/move_di.h"

/* A RESPONSE is given up two seconds after its deadline, which covers a bridge that died. */
static const uint64_t grace_us = 2000000;

void move_stop_guard(struct move *move)
{
	engine_cancel(move->config.engine, move->guard);
	move->guard = 0;
	move->is_asked = false;
}

void move_command(const struct move *move, struct dimp_time now, move_order_give *give)
{
	move_order_command(&move->config, move->request, now, give);
}

struct dimp_request_config move_make_request(struct move *move)
{
	const uint64_t notified = move->notified_serial;

	move->newest_serial = notified != 0 ? notified : ++*move->config.serial;
	move->notified_serial = 0;
	return move_order_request(&(struct move_terms){&move->config, move->from,
		move->newest_serial, move->is_stopped, move->is_nothing_required});
}

static void give_up(struct move *move, enum dimp_error error, struct dimp_time now)
{
	struct outcome_migration *outcome = move->config.outcome;

	move_stop_guard(move);
	outcome->result = DIMP_RESULT_FAIL;
	outcome->error = error;
	outcome->reason = dimp_error_reason(error);
	outcome->advice = dimp_reason_advice(outcome->reason);
	move_decide(move, outcome->advice, now);
}

static void nothing_heard(void *context, struct dimp_time now)
{
	struct move *move = context;

	move->guard = 0;
	move_command(move, now, dimp_speaker_cancel);
	/* Overtaken meanwhile: its SUCCESS may have been lost with the station that asked. */
	if (!move->is_under_way)
		move_call_off(move, move->config.to, now);
	if (!move->is_asked)
		return;
	move->is_unheard = true;
	give_up(move, DIMP_ERROR_DEADLINE_PASSED, now);
}

static void start_guard(struct move *move, struct dimp_time now)
{
	const uint64_t deadline_us = (uint64_t)move->config.migration->deadline_ms * 1000;

	move->is_asked = true;
	move->guard = engine_schedule(move->config.engine,
		(struct dimp_time){now.us + deadline_us + grace_us}, nothing_heard, move);
}

void move_notify(struct move *move, struct dimp_time now)
{
	const struct hypervisor_request listener = {move, move_hear};
	const struct move_way way = {move->from, move->config.to};
	struct dimp_request_config request = move_make_request(move);
	const bool is_alone = move->config.migration->trigger == SCENARIO_TRIGGER_NOTIFY_ALONE;

	move->notified_serial = request.serial;
	edge_bridge_expect(way.to->bridge, move_di_slot(&move->config, way.to), way.to->port);
	move_authority_sign(&move->config.authority, &way, &request);
	move->config.outcome->phases.notified = now;
	if (is_alone)
		start_guard(move, now);
	move_order_notify(&way, &request, is_alone ? &listener : NULL);
}

static void send_request(void *context, struct dimp_time now)
{
	struct move *move = context;
	const struct hypervisor_request listener = {move, move_hear};

	start_guard(move, now);
	const enum dimp_error error =
		move_order_ask(&move->config, &move->asking, &listener, &move->request);
	if (error != DIMP_ERROR_NONE)
		give_up(move, error, now);
}

void move_ask(struct move *move, struct dimp_time now)
{
	const struct move_place *to = move->config.to;
	const struct move_way way = {move->from, to};
	struct outcome_migration *outcome = move->config.outcome;

	move->asking = move_make_request(move);
	edge_bridge_expect(to->bridge, move_di_slot(&move->config, to), to->port);
	move_authority_sign(&move->config.authority, &way, &move->asking);
	move->is_staged = false;
	outcome->attempts++;
	if (outcome->phases.requested.us == UINT64_MAX)
		outcome->phases.requested = now;
	struct consent_config consent =
		move_authority_consent(&move->config.authority, &way, &move->asking);
	consent.engine = move->config.engine;
	consent.context = move;
	consent.given = send_request;
	consent_await(&move->consent, &consent, now);
}
