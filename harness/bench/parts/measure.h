/* SPDX-License-Identifier: MIT */
/* What every program of harness/bench shares: a clock, and rows that bench.py reads. */
#ifndef DIMP_MEASURE_H
#define DIMP_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* Which side of its bar a ratio has to be on. */
enum measure_bound {
	MEASURE_STATED, /* no bar */
	MEASURE_AT_LEAST,
	MEASURE_AT_MOST
};

struct measure_row {
	const char *what; /* this and the peer tell rows of a program apart */
	const char *peer; /* whom it is measured against, NULL for nobody */
	const char *unit; /* of ours and theirs */
	double ours, theirs;
	double ratio;
	enum measure_bound bound;
	double bar;
	const char *package; /* Debian's, of the peer; NULL for none */
};

/* The monotonic clock, in nanoseconds. */
double measure_now_ns(void);

/* What this process has used of a processor, in nanoseconds: others on it do not count. */
double measure_cpu_ns(void);

/* The median of |count| values, which it sorts. */
double measure_median(double *values, size_t count);

/* Prints |row| as a line of JSON. */
void measure_print(const struct measure_row *row);

#endif
