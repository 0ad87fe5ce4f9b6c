/* SPDX-License-Identifier: MIT */
/*
 * Parameters of a scenario: vary gives each several values, and $name stands wherever its value is
 * to stand.  A variation is one value of each; they are numbered, the last parameter changing
 * fastest.
 */
#ifndef SCENARIO_VARY_H
#define SCENARIO_VARY_H

#include "scenario/scenario_draft.h"
#include "scenario/scenario_reader.h"

/* Reads vary of all the draft's files, chooses the values that |source| asks for, and puts them in
 * place; what is wrong is added to the draft's errors. */
void vary_apply(struct scenario_draft *draft, const struct scenario_source *source);

/* The values of |variation| are the chosen ones; nothing is put in place. */
void vary_choose(struct scenario *scenario, uint64_t variation);

/* How many variations the scenario has; 1 without vary. */
uint64_t vary_count(const struct scenario *scenario);

enum { VARY_TEXT_SIZE = SCENARIO_VARIED_MAX * (SCENARIO_NAME_MAX + SCENARIO_VALUE_MAX + 2) };

/* The values chosen as --set takes them, "loss=1%,rtt=2ms", into |text|, returned; "" without vary.
 */
const char *vary_text(const struct scenario *scenario, char text[VARY_TEXT_SIZE]);

#endif
