/* SPDX-License-Identifier: MIT */
/*
 * Owns the way a file takes its place: written beside the name, in the same folder so that renaming
 * is one step, and renamed when every octet has been taken by the system.
 */
#include "observe/fresh_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/memory_refusals.h"
#include "observe/unfinished_files.h"

static bool is_written_in_place(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static char *temporary_name(const char *path)
{
	const size_t size = strlen(path) + 32;
	char *name = malloc(size);

	if (name)
		(void)snprintf(name, size, "%s.%ld.part", path, (long)getpid());
	return name;
}

/* A left-over of a process that had our number is removed: its access rights are not ours. */
static int open_exclusively(const char *name, mode_t mode)
{
	(void)unlink(name);
	return open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
}

static void forget(struct fresh_file *file)
{
	unfinished_files_forget(file->temporary);
	free(file->path);
	free(file->temporary);
	*file = (struct fresh_file){0};
}

bool fresh_file_open(struct fresh_file *file, const char *path, mode_t mode)
{
	*file = (struct fresh_file){.path = strdup(path)};
	if (!file->path)
		return false;

	int descriptor = -1;

	if (is_written_in_place(path)) {
		descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	} else {
		file->temporary = temporary_name(path);
		if (file->temporary)
			descriptor = open_exclusively(file->temporary, mode);
	}
	if (descriptor >= 0)
		file->stream = fdopen(descriptor, "wb");
	if (file->stream) {
		if (file->temporary)
			unfinished_files_add(file->temporary);
		return true;
	}
	const int error = errno;

	if (descriptor >= 0)
		(void)close(descriptor);
	if (descriptor >= 0 && file->temporary)
		(void)unlink(file->temporary);
	forget(file);
	errno = error;
	return false;
}

bool fresh_file_commit(struct fresh_file *file)
{
	errno = EIO; /* if an earlier write failed, its own errno is gone */

	bool is_whole = !ferror(file->stream);

	is_whole = fflush(file->stream) == 0 && is_whole;
	is_whole = fclose(file->stream) == 0 && is_whole;
	file->stream = NULL;
	if (memory_was_refused()) {
		errno = ENOMEM;
		is_whole = false;
	}
	if (is_whole && file->temporary)
		is_whole = rename(file->temporary, file->path) == 0;

	const int error = errno;

	if (!is_whole && file->temporary)
		(void)unlink(file->temporary);
	forget(file);
	errno = error;
	return is_whole;
}

void fresh_file_discard(struct fresh_file *file)
{
	if (!file->stream)
		return;
	(void)fclose(file->stream);
	if (file->temporary)
		(void)unlink(file->temporary);
	forget(file);
}
