/* SPDX-License-Identifier: MIT */
/* Lines have any length; after a wrong one the others are still looked at. */
#include "line_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"

bool line_file_read(const struct line_file *file, FILE *complaints)
{
	FILE *stream = fopen(file->path, "r");
	bool is_right = stream != NULL;
	char *line = NULL;
	size_t size = 0;

	if (stream == NULL)
		complain_to(complaints, "%s: %s; give another file", file->path, strerror(errno));
	for (unsigned number = 1; stream != NULL && getline(&line, &size, stream) >= 0; number++) {
		line[strcspn(line, "\n")] = '\0';
		if (file->take(file->user, line))
			continue;
		is_right = false;
		fprintf(complaints, "%s:%u: %s\n", file->path, number, file->wanted);
	}
	free(line);
	if (stream != NULL)
		fclose(stream);
	return is_right;
}
