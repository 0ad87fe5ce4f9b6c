/* SPDX-License-Identifier: MIT */
/*
 * Turns of a drill: "for $name in one two" makes a drill run once for each value, and several such
 * lines for each combination.  A turn has a label, "/one", which a case's id ends in.
 */
#ifndef SCRIPT_DRILL_TURNS_H
#define SCRIPT_DRILL_TURNS_H

#include "script/drill.h"
#include "script/field_value.h"

enum { DRILL_TURNS_MAX = 1000, DRILL_TURN_LABEL_SIZE = 128 };

/* What stands for a value of a "for" line: "words", "label=words" or "label=(more words)". */
struct drill_turn_value {
	struct span label, words;
};

/* The next value of |rest|, which is taken off; false at the end, or where a parenthesis is not
 * closed. */
bool drill_turn_value_next(struct span *rest, struct drill_turn_value *value);

/* How many values |rest| has; 0 when they cannot be read. */
size_t drill_turn_values(struct span rest);

/* How many turns the drill has, one without "for"; 0 when they are more than DRILL_TURNS_MAX or
 * cannot be read. */
size_t drill_turns(const struct drill *drill);

/* Writes the label of a turn, counted from 0: "/" and the label of the value of each "for". */
void drill_turn_label(const struct drill *drill, size_t turn, char label[DRILL_TURN_LABEL_SIZE]);

#endif
