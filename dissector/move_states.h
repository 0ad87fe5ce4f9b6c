/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What messages tell about the states of the three machines. The states' names are the registry's.
 */
#ifndef DISSECTOR_MOVE_STATES_H
#define DISSECTOR_MOVE_STATES_H

#include "move_track.h"

/* The names of a machine's states; numbers start at 1. */
const value_string *move_states_names(enum move_machine machine);

/* Lets the states follow the message. */
void move_states_follow(struct move *move, const struct block_values *values);

#endif
