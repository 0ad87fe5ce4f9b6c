/* SPDX-License-Identifier: MIT */
/* Where a VM is before and after its moves, as the outcome tells it. */
#ifndef SCENARIO_VM_PLACE_H
#define SCENARIO_VM_PLACE_H

#include "scenario/outcome.h"

/* The station where the VM of migration |index| ran when that began; SCENARIO_NONE if it was
 * stopped. */
uint32_t vm_place_before(const struct scenario *scenario, const struct outcome *outcome,
	size_t index);

/* The station where |vm| runs when the run has ended; SCENARIO_NONE if it is stopped. */
uint32_t vm_place_at_end(const struct scenario *scenario, const struct outcome *outcome,
	uint32_t vm);

/* The station's name, "nowhere" for SCENARIO_NONE. */
const char *vm_place_name(const struct scenario *scenario, uint32_t station);

#endif
