/* SPDX-License-Identifier: MIT */
/* The packet numbers seen of one direction, against replay (DIMP 5.5). */
#ifndef DIMP_REPLAY_WINDOW_H
#define DIMP_REPLAY_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "limits.h"

/* Numbers this far below the highest are still told apart; older ones count as seen. */
enum { REPLAY_WINDOW_WIDTH = (DIMP_REPLAY_WINDOW_BLOCKS - 1) * 64 };

/* All zero octets are an empty window. */
struct replay_window {
	uint64_t end; /* one above the highest number seen; 0 when none was */
	uint64_t blocks[DIMP_REPLAY_WINDOW_BLOCKS];
};

/* Whether |number| was not seen and is not too old to tell. Changes nothing. */
bool replay_window_is_fresh(const struct replay_window *window, uint64_t number);

/* Marks |number|, which is fresh and below 2^64 - 1, as seen. Only for PDUs whose seal was right.
 */
void replay_window_add(struct replay_window *window, uint64_t number);

#endif
