/* The registry's names, inside the model: which values of a NAMED type exist. */
#ifndef DIMP_NAMES_H
#define DIMP_NAMES_H

#include "dimp.h"

/* The name of |value| of a NAMED type, or of one bit of a SET type; NULL when it has none. */
const char *names_find(enum dimp_type type, uint64_t value);

/* Whether |value| may stand in a field of the NAMED or SET type |type| (DIMP 6.1-6, 6.1-7). */
bool names_allow(enum dimp_type type, uint64_t value);

#endif
