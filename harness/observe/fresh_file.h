/* SPDX-License-Identifier: MIT */
/*
 * A file that is written under a name of its own and takes its place only when it is whole, so that
 * nobody ever reads half of it and a failed run leaves what stood there.
 */
#ifndef OBSERVE_FRESH_FILE_H
#define OBSERVE_FRESH_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct fresh_file {
	FILE *stream; /* to write to; NULL when it is not open */
	char *path;
	char *temporary; /* NULL: written in place, a device or a pipe */
};

/*
 * Opens for |path| with the access rights |mode| (less the umask).  What is not a regular file, as
 * /dev/stdout, is written in place.  False with errno when it cannot.
 */
bool fresh_file_open(struct fresh_file *file, const char *path, mode_t mode);

/* Puts what was written in its place and closes; false with errno when any of it failed, and then
 * what stood there is as it was. */
bool fresh_file_commit(struct fresh_file *file);

/* Closes and forgets what was written; nothing happens when the file is not open. */
void fresh_file_discard(struct fresh_file *file);

#endif
