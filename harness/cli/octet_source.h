/* SPDX-License-Identifier: MIT */
/*
 * Octets from where a user has them: a file, standard input, or hex text given as arguments.  A
 * file of hex text is told by holding nothing else: digits in either case, spaces, colons, and
 * comments from # to the end of the line; a blank line begins the next stretch of octets.
 */
#ifndef CLI_OCTET_SOURCE_H
#define CLI_OCTET_SOURCE_H

#include "dimp.h"

/* Where a stretch stands in the octets. */
struct octet_stretch {
	size_t begin, size;
};

struct octet_source {
	const char *name; /* for complaints; borrowed */
	uint8_t *octets;
	size_t size;
	struct octet_stretch *stretches; /* each is decoded by itself */
	size_t stretch_count;
};

/*
 * Loads what |words| name: one word, a file or "-", or words of hex.  Complains and returns false
 * when it cannot; otherwise octet_source_free() is to follow.
 */
bool octet_source_load(struct octet_source *source, char *const *words, size_t count);

/* Whether the octets are a capture by their first four. */
bool octet_source_is_capture(const struct octet_source *source);

void octet_source_free(struct octet_source *source);

#endif
