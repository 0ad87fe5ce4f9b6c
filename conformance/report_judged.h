/* SPDX-License-Identifier: MIT */
/* What the judge of a capture came to, as others want to read it: each function writes one form. */
#ifndef CONFORMANCE_REPORT_JUDGED_H
#define CONFORMANCE_REPORT_JUDGED_H

#include <stdio.h>

#include "judge.h"

/* For people: violations, and a line of totals. */
void report_judged_table(const struct judge *judge, FILE *stream);
/* The same with a line for each requirement. */
void report_judged_whole(const struct judge *judge, FILE *stream);
/* JSON, an object of its own form (docs/VERIFY.md). */
void report_judged_json(const struct judge *judge, FILE *stream);
/* JUnit's XML, as conformance/junit.xsd says: a suite a clause. */
void report_judged_junit(const struct judge *judge, FILE *stream);

#endif
