/* SPDX-License-Identifier: MIT */
/*
 * The statement of what an implementation can do: capabilities of capabilities.def, each with yes
 * or no.  A line each: "NAME yes|no [why]"; from # on is comment.
 */
#ifndef CONFORMANCE_PICS_H
#define CONFORMANCE_PICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum pics_answer { PICS_UNSAID, PICS_YES, PICS_NO };

enum { CAPABILITIES_MAX = 128 };

struct pics {
	enum pics_answer answers[CAPABILITIES_MAX]; /* by row of capabilities.def */
};

/* Name and meaning of a row; NULL at the end. */
const char *pics_name(size_t index);
const char *pics_text(size_t index);

/* The row of a name; CAPABILITIES_MAX when there is none. */
size_t pics_find(const char *name);

/* Reads the file |path|; false, with each thing that is wrong in |complaints|. */
bool pics_read(struct pics *pics, const char *path, FILE *complaints);

#endif
