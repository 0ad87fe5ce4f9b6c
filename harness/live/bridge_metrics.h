/* SPDX-License-Identifier: MIT */
/* What a live bridge counts, under the names that Prometheus is told. */
#ifndef LIVE_BRIDGE_METRICS_H
#define LIVE_BRIDGE_METRICS_H

#include <jansson.h>

#include "live/live_bridge.h"

/* Adds a row for each number to |rows|, as control_metrics_print() takes them. */
void bridge_metrics_add(const struct live_bridge *bridge, json_t *rows);

#endif
