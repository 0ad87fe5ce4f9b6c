/* SPDX-License-Identifier: MIT */
/* Rows are lines of JSON, a line each, so that a program which dies has told what it knew. */
#include "bench/parts/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double measure_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
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

	(void)printf("{\"what\": \"%s\", \"peer\": \"%s\", \"unit\": \"%s\", \"ours\": %.6g, "
		     "\"theirs\": %.6g, \"ratio\": %.6g, \"bound\": \"%s\", \"bar\": %.6g}\n",
		row->what, row->peer ? row->peer : "", row->unit, row->ours, row->theirs,
		row->ratio, bounds[row->bound], row->bar);
	(void)fflush(stdout);
}
