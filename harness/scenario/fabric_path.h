/* SPDX-License-Identifier: MIT */
/* The one path that a tree of links has between two bridges. */
#ifndef SCENARIO_FABRIC_PATH_H
#define SCENARIO_FABRIC_PATH_H

#include "scenario/scenario.h"

/* Propagation one way from bridge to bridge, in us; UINT64_MAX when no links lead there. */
uint64_t fabric_path_delay_us(const struct scenario *scenario, uint32_t from, uint32_t to);

#endif
