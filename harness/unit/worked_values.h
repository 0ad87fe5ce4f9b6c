/* SPDX-License-Identifier: MIT */
/* The named octets of the worked examples in docs/spec: "name = hexadecimal", going on in blanks.
 */
#ifndef UNIT_WORKED_VALUES_H
#define UNIT_WORKED_VALUES_H

#include "hexed.h"

/* The value called |name| in docs/spec/|file|; size 0 when it has none. */
struct hexed worked_value(const char *file, const char *name);

#endif
