/* SPDX-License-Identifier: MIT */
/* Files that a verb writes: beside the name first, renamed when whole, so that none is ever half.
 */
#ifndef CLI_OUTPUT_FILE_H
#define CLI_OUTPUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

enum { OUTPUT_PATH_MAX = 1024 };

struct output_file {
	FILE *stream; /* to write to; NULL when closed */
	char path[OUTPUT_PATH_MAX]; /* "" is standard output */
	char temporary[OUTPUT_PATH_MAX + 8];
};

/* Opens for |path|; NULL is standard output.  Complains and returns false when it cannot. */
bool output_file_open(struct output_file *file, const char *path);

/* Puts what was written under its name.  Complains and returns false when it could not all be
 * written. */
bool output_file_commit(struct output_file *file);

/* Leaves what stood under the name; nothing happens after a commit. */
void output_file_discard(struct output_file *file);

#endif
