/* SPDX-License-Identifier: MIT */
/* Values that are one text and need nothing but themselves: numbers, units, addresses, names. */
#ifndef SCENARIO_VALUE_TEXT_H
#define SCENARIO_VALUE_TEXT_H

#include "scenario/key_rows.h"

enum { VALUE_HINT_SIZE = 320 };

/* Whether values of this kind are read by value_text_read(). */
bool value_is_text(enum value_kind kind);

/*
 * Reads |text| into |target|, which is of the row's kind.  False when it is none: |target| is as it
 * was and |hint| says what it should have been ("expected a number such as 4096").
 */
bool value_text_read(const struct key_row *row, const char *text, void *target,
	char hint[VALUE_HINT_SIZE]);

#endif
