/* SPDX-License-Identifier: MIT */
/* What a fuzzer asserts.  In a header, since each fuzzer is a program of one file. */
#ifndef FUZZ_REQUIRE_H
#define FUZZ_REQUIRE_H

#include <stdbool.h>
#include <stdlib.h>

/* Ends the run: the fuzzer keeps the input. */
static inline void require(bool holds)
{
	if (!holds)
		abort();
}

#endif
