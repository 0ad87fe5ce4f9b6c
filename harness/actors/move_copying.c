/* SPDX-License-Identifier: MIT */
/* A move's copy of the VM's memory: when it begins, what is told of it, and what it tells. */
#include "actors/move_state.h"

#include <stdio.h>

static void note_round(void *context, const struct memory_round *round, struct dimp_time now)
{
	const struct move *const move = context;
	char text[120];

	snprintf(text, sizeof text, "memory round %u: %llu octets in %llu us, %llu made dirty%s",
		(unsigned)move->copy.tally.rounds, (unsigned long long)round->octets,
		(unsigned long long)round->took_us, (unsigned long long)round->dirtied_octets,
		round->throttle_percent ? ", slowed down" : "");
	move->config.watch.memory(move->config.watch.context, text, now);
	move->config.outcome->memory = move->copy.tally;
}

static void memory_has_followed(void *context, struct dimp_time now)
{
	struct move *const move = context;

	move->config.outcome->memory = move->copy.tally;
	move->config.watch.memory(move->config.watch.context, "memory: the rest has followed", now);
	move_give_turn(move, now);
}

/* The VM stays, for its hypervisor's reasons: whoever has been asked for DI is told. */
static void copy_was_given_up(void *context, struct dimp_time now)
{
	struct move *const move = context;

	move->config.outcome->memory = move->copy.tally;
	move->config.watch.memory(move->config.watch.context, "memory: given up", now);
	move->is_cancelled = true;
	if (move->is_asked)
		move_command(move, now, dimp_speaker_cancel);
	else if (move->is_under_way)
		move_end(move, move->from->station, now);
}

void move_prepare_copy(struct move *move)
{
	const struct scenario_vm *const vm = move->config.vm;

	move->copy = memory_copy_of(&vm->memory, move->config.road, move->from->station,
		move->config.to->station);
	move->copy.listener = (struct memory_listener){
		.context = move,
		.round_done = note_round,
		.is_ready = move_memory_is_copied,
		.has_given_up = copy_was_given_up,
		.is_over = move_stop_is_over,
		.has_followed = memory_has_followed,
	};
}

bool move_copies_first(const struct move *move)
{
	const struct scenario_migration *migration = move->config.migration;

	if (move->is_stopped || migration->trigger == SCENARIO_TRIGGER_NOTIFY_ALONE)
		return false;
	return migration->precopies || move_order_is_notified(&move->config) ||
		(migration->mode == DIMP_MODE_STAGED &&
			migration->trigger != SCENARIO_TRIGGER_NONE);
}

void move_begin_copying(struct move *move, struct dimp_time now)
{
	if (move_copies_first(move) && move->is_under_way && !move->is_copied)
		memory_copy_start(&move->copy, now);
}
