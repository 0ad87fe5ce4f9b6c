/* SPDX-License-Identifier: MIT */
/* Names that a pattern leaves open bind nothing: each message is looked at on its own. */
#include "script/drill_allowance.h"

#include <stdlib.h>
#include <string.h>

#include "script/drill_match.h"

bool drill_allowances_add(struct drill_allowances *allowances, dimp_peer peer, const char *pattern)
{
	char *copy = allowances->count < DRILL_ALLOWANCES_MAX ? strdup(pattern) : NULL;

	if (copy == NULL)
		return false;
	allowances->rows[allowances->count].peer = peer;
	allowances->rows[allowances->count++].pattern = copy;
	return true;
}

static bool fits(const char *pattern, const char *text)
{
	struct drill_variables names = {.count = 0};
	struct text_error why;
	const bool is_fit = drill_match((struct span){pattern, strlen(pattern)},
		(struct span){text, strlen(text)}, &names, &why);

	drill_variables_clear(&names);
	return is_fit;
}

bool drill_allowances_fit(const struct drill_allowances *allowances, dimp_peer peer,
	const char *text)
{
	for (size_t index = 0; index < allowances->count; index++) {
		if (allowances->rows[index].peer == peer &&
			fits(allowances->rows[index].pattern, text))
			return true;
	}
	return false;
}

void drill_allowances_clear(struct drill_allowances *allowances)
{
	for (size_t index = 0; index < allowances->count; index++)
		free(allowances->rows[index].pattern);
	allowances->count = 0;
}
