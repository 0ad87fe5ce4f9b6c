/* SPDX-License-Identifier: MIT */
/* Rows by clause; and clauses out of the words of a "clause:" line. */
#include "requirement.h"

#include <ctype.h>
#include <string.h>

enum { CLAUSE_SIZE = 16 };

static const struct requirement rows[] = {
#define REQUIREMENT_IS_MUST true
#define REQUIREMENT_IS_SHOULD false
#define REQUIREMENT(clause, strength, role, text) {clause, REQUIREMENT_IS_##strength, #role, text},
#include "requirements.def"
#undef REQUIREMENT
};

const struct requirement *requirement_at(size_t index)
{
	return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const struct requirement *requirement_find(const char *clause)
{
	for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
		if (strcmp(rows[index].clause, clause) == 0)
			return &rows[index];
	}
	return NULL;
}

static size_t clause_length(const char *text)
{
	const size_t length = strspn(text, "0123456789.-");

	return length > 0 && length < CLAUSE_SIZE && memchr(text, '-', length) != NULL ? length : 0;
}

bool requirement_next_clause(const char **text, char clause[16])
{
	const char *at = *text;

	while (*at != '\0' && clause_length(at) == 0)
		at += isdigit((unsigned char)*at) ? strspn(at, "0123456789.") : 1;
	*text = at;
	if (*at == '\0')
		return false;
	const size_t length = clause_length(at);

	memcpy(clause, at, length);
	clause[length] = '\0';
	*text = at + length;
	return true;
}
