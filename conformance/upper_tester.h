/* SPDX-License-Identifier: MIT */
/* The upper tester protocol (docs/CONFORM.md) towards an implementation behind a program. */
#ifndef CONFORMANCE_UPPER_TESTER_H
#define CONFORMANCE_UPPER_TESTER_H

#include "target.h"

/* Starts |command| and makes it the target; false, with the reason in |complaints|, when it does
 * not speak the protocol.  An answer that takes longer than |timeout_ms| is a hang. */
bool upper_tester_open(struct conform_target *target, const char *command, uint64_t timeout_ms,
	FILE *complaints);

#endif
