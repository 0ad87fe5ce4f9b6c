/* SPDX-License-Identifier: MIT */
/*
 * Published test vectors in JSON: hex members as octets, and a walk over every test of a Wycheproof
 * file.
 */
#ifndef DIMP_VECTOR_FILE_H
#define DIMP_VECTOR_FILE_H

#include <jansson.h>

#include "dimp.h"

enum { VECTOR_OCTETS_MAX = 8192 };

/* Octets of one hex member. */
struct vector_octets {
	size_t size;
	uint8_t octets[VECTOR_OCTETS_MAX];
};

/* The octets of hex text; a failed check when it is no hex or too long. */
struct vector_octets vector_from_hex(const char *hex);

/* The octets of a hex member of |object|; none when there is no such member. */
struct vector_octets vector_member(const json_t *object, const char *name);

/* A view of them, borrowed. */
struct dimp_view vector_view(const struct vector_octets *vector);

/* Whether a Wycheproof test is to succeed. */
bool vector_is_valid(const json_t *test);

/*
 * Calls |judge| with each group and test of the Wycheproof file |relative| of the shared folder.
 * Returns how many tests there were, 0 when the file is not there.
 */
size_t vector_for_each(const char *relative,
	void (*judge)(const json_t *group, const json_t *test));

#endif
