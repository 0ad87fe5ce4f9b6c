/* SPDX-License-Identifier: MIT */
/* The bounds of registry/limits.def as constants DIMP_<name> (DIMP 10.2). */
#ifndef DIMP_LIMITS_H
#define DIMP_LIMITS_H

enum dimp_limit {
#define LIMIT(name, value, clause, text) DIMP_##name = (value),
#include "limits.def"
#undef LIMIT
};

#endif
