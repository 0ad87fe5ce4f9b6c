/* SPDX-License-Identifier: MIT */
/* What a case comes to (verdicts.def). */
#ifndef CONFORMANCE_VERDICT_H
#define CONFORMANCE_VERDICT_H

#include <stdbool.h>

enum verdict {
#define VERDICT(NAME, text) VERDICT_##NAME,
#include "verdicts.def"
#undef VERDICT
	VERDICTS
};

/* "PASS" and so on; static storage. */
const char *verdict_name(enum verdict verdict);
const char *verdict_text(enum verdict verdict);

/* The verdict with this name; VERDICTS when there is none. */
enum verdict verdict_find(const char *name);

/* The worse of two that only worsen. */
enum verdict verdict_worse(enum verdict one, enum verdict other);

#endif
