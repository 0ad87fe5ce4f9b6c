/* SPDX-License-Identifier: MIT */
/* Octets written as hex text, for tests that give a frame by hand. */
#ifndef DIMP_UNIT_HEXED_H
#define DIMP_UNIT_HEXED_H

#include "dimp.h"

enum { HEXED_SIZE_MAX = 2048 };

struct hexed {
	uint8_t octets[HEXED_SIZE_MAX];
	size_t size;
};

/* The octets of |text|; what is no hex digit separates.  A wrong text fails the running test. */
struct hexed hexed_from(const char *text);
struct dimp_view hexed_view(const struct hexed *hexed);

#endif
