/* SPDX-License-Identifier: MIT */
/*
 * Owns the list of names to remove.  A child that was forked leaves its parent's files alone.  A
 * run writes few files at once; beyond the list's places a file is only not removed.
 */
#include "observe/unfinished_files.h"

#include <stddef.h>
#include <sys/types.h>
#include <unistd.h>

enum { FILES_MAX = 16 };

static const char *unfinished[FILES_MAX];
static pid_t writer;

static const char **find(const char *name)
{
	for (size_t index = 0; index < FILES_MAX; index++) {
		if (unfinished[index] == name)
			return &unfinished[index];
	}
	return NULL;
}

void unfinished_files_add(const char *name)
{
	const char **const place = find(NULL);

	writer = getpid();
	if (place)
		*place = name;
}

void unfinished_files_forget(const char *name)
{
	const char **const place = name ? find(name) : NULL;

	if (place)
		*place = NULL;
}

void unfinished_files_remove(void)
{
	if (getpid() != writer)
		return;
	for (size_t index = 0; index < FILES_MAX; index++) {
		if (unfinished[index])
			(void)unlink(unfinished[index]);
	}
}
