/* SPDX-License-Identifier: MIT */
/* The invariants of DIMP 11 as the fault rig can see them: broken ones are named in rig->broken. */
#ifndef UNIT_FAULT_CHECKS_H
#define UNIT_FAULT_CHECKS_H

#include "fault_rig.h"

/* After every event: I1, I5, I6. */
void fault_checks_always(struct fault_rig *rig);

/* When a bridge is to put staged DI into force: I3, I7. */
void fault_checks_activation(struct fault_rig *rig, unsigned bridge,
	const struct dimp_event *event);

/* When nothing has been wrong for long: I4, I6, I11, and one owner if nobody crashed. */
void fault_checks_quiet(struct fault_rig *rig);

/* The bridge that owns the VSI; FAULT_BRIDGES if none. */
unsigned fault_checks_owner(const struct fault_rig *rig, dimp_vsi_index *vsi);

#endif
