/* SPDX-License-Identifier: MIT */
/* What a judge of the end asks of a move: whether its server has given up DI, and how. */
#include "actors/move_state.h"

bool move_has_proceeded(const struct move *move)
{
	return move->has_proceeded;
}

bool move_waits_for_room(const struct move *move, struct dimp_time now)
{
	const struct homecoming *homecoming = &move->homecoming;

	return homecoming->is_asking && homecoming_has_no_room(homecoming, now);
}

uint32_t move_home_station(const struct move *move)
{
	return move->from->station;
}

bool move_found_none(const struct move *move)
{
	return move->homecoming.has_found_none;
}
