/* SPDX-License-Identifier: MIT */
/* What no single value shows: loops, ports used twice, moves that cannot be. */
#ifndef SCENARIO_SCENARIO_CHECK_H
#define SCENARIO_SCENARIO_CHECK_H

#include "scenario/scenario_draft.h"

/* Adds to the draft's errors what is wrong between its things.  References may be SCENARIO_NONE. */
void scenario_check(const struct scenario_draft *draft);

#endif
