/* SPDX-License-Identifier: MIT */
/*
 * What a bridge has in force, in numbers that two can compare: for each VM and DI type, how many
 * entries, how many octets, and a sum over them.
 */
#ifndef LIVE_DI_DIGEST_H
#define LIVE_DI_DIGEST_H

#include <jansson.h>

#include "live/live_bridge.h"

/*
 * Appends rows {"vm", "type", "entries", "octets", "digest"}.  The digest is the sum, modulo 2^256,
 * of SHA-256 over each record's octets as they stand now, in hex: two that have the same entries
 * with durations that do not run have the same, in whatever order.  Types that hold secrets have
 * none.
 */
void di_digest_add(const struct live_bridge *bridge, json_t *rows);

#endif
