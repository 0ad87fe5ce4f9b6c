/* SPDX-License-Identifier: MIT */
/* A run as others want to read it: each function writes one form to |stream|. */
#ifndef CONFORMANCE_REPORTS_H
#define CONFORMANCE_REPORTS_H

#include "conform_run.h"
#include "requirement.h"

/* JUnit's XML, as conformance/junit.xsd says. */
void report_junit(const struct conform_run *run, FILE *stream);
/* TAP 14. */
void report_tap(const struct conform_run *run, FILE *stream);
/* JSON, an object of its own form (docs/CONFORM.md). */
void report_json(const struct conform_run *run, FILE *stream);
/* A page that needs no other file. */
void report_html(const struct conform_run *run, FILE *stream);
/* The statement of conformance: requirement, support, verdict; Markdown. */
void report_statement(const struct conform_run *run, FILE *stream);

/* A tree of clauses and cases for people, of what did not pass unless |is_whole|. */
void report_tree(const struct conform_run *run, FILE *stream, bool is_whole);
/* The last line: how many of which. */
void report_totals(const struct conform_run *run, FILE *stream);

/* What others know of a result. */
enum report_class { REPORT_PASSED, REPORT_FAILED, REPORT_BROKEN, REPORT_SKIPPED };
enum report_class report_class(const struct conform_run *run, const struct conform_result *result);

/* What the cases of a run say of a requirement: the worst verdict, NONE without a case; SKIP when
 * all were skipped.  |supported| is false then. */
enum verdict report_requirement(const struct conform_run *run, const struct requirement *row,
	bool *is_supported);

/* Walks the clauses of a run's cases, each once: the index of the first case of the clause that
 * follows |index| (SIZE_MAX at first); run->count at the end. */
size_t report_next_clause(const struct conform_run *run, size_t index);

/* The text with what XML and HTML reserve written as entities, and no control characters. */
void report_escaped(FILE *stream, const char *text);

#endif
