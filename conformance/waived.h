/* SPDX-License-Identifier: MIT */
/*
 * A file of expectations: cases that are known not to pass, each with the reason.  A line each: "ID
 * reason"; from # on is comment.
 */
#ifndef CONFORMANCE_WAIVED_H
#define CONFORMANCE_WAIVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct waiver {
	char *id, *reason; /* owned */
};

struct waived {
	struct waiver *waivers;
	size_t count;
};

/* Reads the file |path|; false, with each thing that is wrong in |complaints|. */
bool waived_read(struct waived *waived, const char *path, FILE *complaints);
void waived_destroy(struct waived *waived);

/* Why the case is known not to pass; NULL when it is to. */
const char *waived_reason(const struct waived *waived, const char *id);

#endif
