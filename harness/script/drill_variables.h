/* SPDX-License-Identifier: MIT */
/*
 * What $names stand for, and the words of a line with them put in.  "{digest KEY RECORD ; RECORD}"
 * becomes the digest rows of those records (DIMP 6.6), worked out here and not by the model.
 */
#ifndef SCRIPT_DRILL_VARIABLES_H
#define SCRIPT_DRILL_VARIABLES_H

#include "script/drill.h"
#include "script/message_parse.h"

enum { DRILL_VARIABLES_MAX = 64 };

struct drill_variable {
	char name[DRILL_NAME_SIZE];
	char *words; /* owned */
};

struct drill_variables {
	struct drill_variable variables[DRILL_VARIABLES_MAX];
	size_t count;
	const struct dimp_crypto *crypto; /* borrowed; for digests */
	uint32_t slack_ms; /* a remaining time may have run down by so much, and is the same */
};

/* $name stands for |words| from now on; false when there is no room. */
bool drill_variables_set(struct drill_variables *variables, struct span name, struct span words);

/* What $name stands for; NULL when it is not bound. */
const char *drill_variables_get(const struct drill_variables *variables, struct span name);

/* Writes |text| with every bound $name and every digest put in to |out| of DRILL_TEXT_MAX octets.
 */
bool drill_variables_expand(const struct drill_variables *variables, const char *text, char *out,
	struct text_error *error);

void drill_variables_clear(struct drill_variables *variables);

#endif
