/* SPDX-License-Identifier: MIT */
/* Numbers with units, as people write them: 250us, 10Gbps, 64KiB, 5%, 100/s.  Exact: no rounding.
 */
#ifndef SCENARIO_UNITS_H
#define SCENARIO_UNITS_H

#include <stdbool.h>
#include <stdint.h>

enum unit_kind {
	UNIT_NONE, /* 4096: a plain number */
	UNIT_DURATION, /* 250us, 1.5s, 2min: microseconds */
	UNIT_RATE, /* 10Gbps: bits a second */
	UNIT_SIZE, /* 64KiB, 1500: octets */
	UNIT_SIZE_PER_SECOND, /* 200MiB/s: octets a second */
	UNIT_SHARE, /* 5%: parts in a million, at most all */
	UNIT_PER_SECOND /* 100/s */
};

/*
 * Reads all of |text| into |value|.  False when it is none, has no or another kind's unit, does not
 * fit 64 bits or is finer than one of what |value| counts.  0 needs no unit.
 */
bool unit_read(enum unit_kind kind, const char *text, uint64_t *value);

/* What to write, for messages: "a duration such as 250us, 1.5s or 2min". */
const char *unit_expected(enum unit_kind kind);

/* The regular expression (JSON schema's dialect) of what may be written. */
const char *unit_pattern(enum unit_kind kind);

#endif
