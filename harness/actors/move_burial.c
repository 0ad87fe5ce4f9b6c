/* SPDX-License-Identifier: MIT */
/*
 * The end of a move whose VM has died: nothing is waited for any more.  What comes of the request
 * after all is called off where it comes.
 */
#include "actors/move_state.h"

void move_bury(struct move *move, struct dimp_time now)
{
	homecoming_stop(&move->homecoming);
	consent_stop(&move->consent);
	memory_copy_abort(&move->copy);
	if (!move->is_under_way) {
		move_give_turn(move, now);
		return;
	}
	if (move->is_stopped)
		move_end_stop(move, now);
	move->is_cancelled = true;
	move_end(move, SCENARIO_NONE, now);
	move_command(move, now, dimp_speaker_cancel);
}
