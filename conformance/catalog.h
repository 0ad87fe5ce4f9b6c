/* SPDX-License-Identifier: MIT */
/*
 * The cases: drills with an id, black box, a case for each turn of their loops
 * (conformance/README.md).
 */
#ifndef CONFORMANCE_CATALOG_H
#define CONFORMANCE_CATALOG_H

#include <stdio.h>

#include "script/drill.h"

enum { CASE_ID_SIZE = 192 };

/* What a case tries, told by the letters in its id. */
enum case_kind { CASE_VALID, CASE_INVALID, CASE_INOPPORTUNE, CASE_TIMER };

/* A file of cases. */
struct case_file {
	char *path; /* owned */
	struct drill drill; /* owned */
};

struct conform_case {
	char id[CASE_ID_SIZE]; /* with the label of its turn */
	const struct case_file *file;
	size_t turn;
	const char *title; /* what is proved */
	const char *clause; /* the words behind "clause:" */
	const char *needs; /* capabilities, "" for none */
	enum case_kind kind;
	bool is_should;
	bool is_bridge; /* the implementation is one, else a station */
};

struct catalog {
	struct case_file **files;
	size_t file_count;
	struct conform_case *cases; /* in the order of their ids */
	size_t count;
};

/* Reads every case below |folder|; false, with all that is wrong in |complaints|. */
bool catalog_read(struct catalog *catalog, const char *folder, FILE *complaints);
void catalog_destroy(struct catalog *catalog);

/* The case with this id; NULL when there is none. */
const struct conform_case *catalog_find(const struct catalog *catalog, const char *id);

/*
 * Whether the |count| patterns (globs over id, file and clause) choose the case: one that begins
 * with "^" takes away; those that do not add, and all cases are there when none adds.
 */
bool catalog_chooses(const struct conform_case *one, char *const *patterns, size_t count);

#endif
