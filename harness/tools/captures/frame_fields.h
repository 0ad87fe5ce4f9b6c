/* SPDX-License-Identifier: MIT */
/* What net/ reads in a frame, printed field by field in tshark's words, for a comparison of both.
 */
#ifndef TOOLS_CAPTURES_FRAME_FIELDS_H
#define TOOLS_CAPTURES_FRAME_FIELDS_H

#include "dimp.h"

/*
 * Prints a line a field: number, layer, tshark's name of the field, value, with tabs between.  A
 * layer that is there but not to be believed has one line, with "!" and the reason.
 */
void frame_fields_print(uint64_t number, struct dimp_view octets);

#endif
