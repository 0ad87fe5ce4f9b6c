/* SPDX-License-Identifier: MIT */
/*
 * DI that a move brought to where its VM does not come any more.  The server there lets the VM go,
 * unless a later move is on its way to the same place: then that one does, should it fail.
 */
#include "actors/move_state.h"

static bool is_there(const struct move *move, const struct move_place *place)
{
	return *move->config.home == place && virtual_machine_is_running(move->config.machine);
}

static bool is_coming(const struct move *latest, const struct move_place *place)
{
	return latest->is_under_way &&
		(latest->config.to == place ||
			(latest->homecoming.is_asking && latest->from == place));
}

void move_call_off(const struct move *move, const struct move_place *place, struct dimp_time now)
{
	struct move *latest = *move->config.latest;

	if (is_there(move, place))
		return;
	if (!is_coming(latest, place)) {
		move_order_leave(&move->config, place, now);
		return;
	}
	latest->is_leaving_owed = latest->is_leaving_owed || latest->config.to == place;
}

void move_leave_owed(struct move *move, const struct move_place *place, struct dimp_time now)
{
	if (!move->is_leaving_owed)
		return;
	move->is_leaving_owed = false;
	move_call_off(move, place, now);
}
