/* SPDX-License-Identifier: MIT */
/* Two reports of `dimp run --json` side by side. */
#ifndef OBSERVE_REPORT_COMPARE_H
#define OBSERVE_REPORT_COMPARE_H

#include <jansson.h>
#include <stdio.h>

/* Two reports and what their columns are called; all borrowed. */
struct report_pair {
	const json_t *reports[2];
	const char *names[2];
};

/*
 * Writes services, DI in force where the first migration led, and what each DI means that one has
 * there and the other lacks.  What a report does not have is shown as "-".
 */
void report_compare_write(const struct report_pair *pair, FILE *stream);

#endif
