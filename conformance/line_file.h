/* SPDX-License-Identifier: MIT */
/* A text file that means something line by line. */
#ifndef CONFORMANCE_LINE_FILE_H
#define CONFORMANCE_LINE_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct line_file {
	const char *path;
	/* Takes a line, without its end; it may write there.  False: it is wrong. */
	bool (*take)(void *user, char *line);
	void *user;
	const char *wanted; /* what a line is, for a complaint */
};

/* Takes all lines.  False, with complaints, when the file cannot be read or a line is wrong. */
bool line_file_read(const struct line_file *file, FILE *complaints);

#endif
