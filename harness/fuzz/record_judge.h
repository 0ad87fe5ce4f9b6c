/* SPDX-License-Identifier: MIT */
/*
 * What fuzzers of sources hold every change of a DI store to: a record that the sources made is one
 * that another bridge would take.  In a header, since each fuzzer is a program of one file.
 */
#ifndef FUZZ_RECORD_JUDGE_H
#define FUZZ_RECORD_JUDGE_H

#include "dimp.h"
#include "fuzz/require.h"

/* A di_observer. */
static inline void record_judge(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	static uint8_t octets[DIMP_RECORD_SIZE_MAX];
	static struct dimp_record again;
	size_t size = 0;

	(void)context;
	(void)slot;
	(void)now;
	require(dimp_record_write(change, octets, sizeof octets, &size) == DIMP_ERROR_NONE);
	require(dimp_record_read((struct dimp_view){octets, size}, &again) == DIMP_ERROR_NONE);
}

#endif
