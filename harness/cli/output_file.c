/* SPDX-License-Identifier: MIT */
/* Write, then rename. */
#include "cli/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/complain.h"
#include "observe/memory_refusals.h"
#include "observe/unfinished_files.h"

static bool complain_of(const struct output_file *file, const char *what)
{
	complain("%s: %s: %s; give another path",
		*file->path != '\0' ? file->path : "standard output", what, strerror(errno));
	return false;
}

/* mkstemp makes files private; an output is as readable as the umask says. */
static void share_as_usual(int descriptor)
{
	const mode_t mask = umask(0);

	umask(mask);
	(void)!fchmod(descriptor, 0666 & ~mask);
}

bool output_file_open(struct output_file *file, const char *path)
{
	*file = (struct output_file){.stream = stdout};
	if (path == NULL)
		return true;
	file->stream = NULL;
	if (strlen(path) >= sizeof file->path) {
		errno = ENAMETOOLONG;
		return complain_of(file, "cannot be written");
	}
	snprintf(file->path, sizeof file->path, "%s", path);
	snprintf(file->temporary, sizeof file->temporary, "%s.XXXXXX", path);
	const int descriptor = mkstemp(file->temporary);

	if (descriptor < 0)
		return complain_of(file, "cannot be written");
	share_as_usual(descriptor);
	file->stream = fdopen(descriptor, "w");
	if (file->stream == NULL) {
		close(descriptor);
		unlink(file->temporary);
		return complain_of(file, "cannot be written");
	}
	unfinished_files_add(file->temporary);
	return true;
}

static bool move_into_place(struct output_file *file)
{
	unfinished_files_forget(file->temporary);
	if (memory_was_refused()) {
		errno = ENOMEM;
		(void)complain_of(file, "is not whole");
	} else if (rename(file->temporary, file->path) == 0) {
		return true;
	} else {
		(void)complain_of(file, "cannot be renamed");
	}
	unlink(file->temporary);
	return false;
}

bool output_file_commit(struct output_file *file)
{
	FILE *stream = file->stream;

	file->stream = NULL;
	if (*file->path == '\0')
		return fflush(stream) == 0 || complain_of(file, "cannot be written");
	const bool is_written = ferror(stream) == 0;

	if (fclose(stream) != 0 || !is_written) {
		const bool is_said = complain_of(file, "cannot be written");

		unfinished_files_forget(file->temporary);
		unlink(file->temporary);
		return is_said;
	}
	return move_into_place(file);
}

void output_file_discard(struct output_file *file)
{
	if (file->stream == NULL || *file->path == '\0')
		return;
	fclose(file->stream);
	unfinished_files_forget(file->temporary);
	unlink(file->temporary);
	file->stream = NULL;
}
