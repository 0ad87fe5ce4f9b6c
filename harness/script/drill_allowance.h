/* SPDX-License-Identifier: MIT */
/*
 * What the speaker may say or not: the specification leaves it free.  "may" lines of a drill add
 * patterns; what fits one is passed over unless a line asks for it.
 */
#ifndef SCRIPT_DRILL_ALLOWANCE_H
#define SCRIPT_DRILL_ALLOWANCE_H

#include "dimp.h"
#include "script/field_value.h"

enum { DRILL_ALLOWANCES_MAX = 32 };

struct drill_allowances {
	struct {
		dimp_peer peer; /* DRILL_EVENT: what is told the user */
		char *pattern; /* owned */
	} rows[DRILL_ALLOWANCES_MAX];
	size_t count;
};

/* Adds a pattern, which is copied; false when there is no room. */
bool drill_allowances_add(struct drill_allowances *allowances, dimp_peer peer, const char *pattern);

/* Whether |text|, sent to |peer| or told, fits a pattern. */
bool drill_allowances_fit(const struct drill_allowances *allowances, dimp_peer peer,
	const char *text);

void drill_allowances_clear(struct drill_allowances *allowances);

#endif
