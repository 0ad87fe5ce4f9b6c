/* SPDX-License-Identifier: MIT */
/* Drills as text: what drill_parse() reads back to the same drill. */
#ifndef SCRIPT_DRILL_PRINTER_H
#define SCRIPT_DRILL_PRINTER_H

#include <stdio.h>

#include "script/drill.h"

/* Writes one line with its end. */
void drill_print_line(FILE *stream, const struct drill_line *line);

void drill_print(FILE *stream, const struct drill *drill);

/* Writes an instant or duration in the largest unit that needs no more than six digits behind the
 * point: 1.5s, 250us. */
void drill_print_duration(FILE *stream, uint64_t us);

#endif
