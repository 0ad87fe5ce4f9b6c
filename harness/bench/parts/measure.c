/* SPDX-License-Identifier: MIT */
/* Rows are lines of JSON, a line each, so that a program which dies has told what it knew. */
#include "bench/parts/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double read_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double measure_now_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

double measure_cpu_ns(void)
{
	return read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

static int compare(const void *one, const void *other)
{
	const double left = *(const double *)one, right = *(const double *)other;

	return (left > right) - (left < right);
}

double measure_median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, compare);
	return count % 2 != 0 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void measure_print(const struct measure_row *row)
{
	static const char *const bounds[] = {
		[MEASURE_STATED] = "stated",
		[MEASURE_AT_LEAST] = "at least",
		[MEASURE_AT_MOST] = "at most",
	};

	(void)printf("{\"what\": \"%s\", \"unit\": \"%s\", ", row->what, row->unit);
	(void)printf("\"peer\": \"%s\", \"package\": \"%s\", ", row->peer ? row->peer : "",
		row->package ? row->package : "");
	(void)printf("\"ours\": %.6g, \"theirs\": %.6g, \"ratio\": %.6g, ", row->ours, row->theirs,
		row->ratio);
	(void)printf("\"bound\": \"%s\", \"bar\": %.6g}\n", bounds[row->bound], row->bar);
	(void)fflush(stdout);
}
