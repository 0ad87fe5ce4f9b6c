/* SPDX-License-Identifier: MIT */
/* What a judge of the end asks of a move: whether its server has given up DI, and how. */
#include "actors/move_state.h"

bool move_has_proceeded(const struct move *move)
{
	return move->has_proceeded;
}

enum dimp_error move_obstacle(const struct move *move, struct dimp_time now)
{
	const struct homecoming *homecoming = &move->homecoming;

	return homecoming->is_asking ? homecoming_obstacle(homecoming, now) : DIMP_ERROR_NONE;
}

uint32_t move_home_station(const struct move *move)
{
	return move->from->station;
}

bool move_found_none(const struct move *move)
{
	return move->homecoming.has_found_none;
}
