/* SPDX-License-Identifier: MIT */
/* The table of verbs and how one is found by its name. */
#include "cli/verbs.h"

#include <string.h>

#include "scenario/nearest_name.h"

static const struct verb *const verbs[] = {
#define VERB(name) &verb_##name,
#include "cli/verbs.def"
#undef VERB
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

const struct verb *verb_at(size_t index)
{
	return index < VERBS ? verbs[index] : NULL;
}

const struct verb *verb_find(const char *name)
{
	for (size_t each = 0; each < VERBS; each++) {
		if (strcmp(verbs[each]->name, name) == 0)
			return verbs[each];
	}
	return NULL;
}

const char *verb_nearest(const char *name)
{
	struct nearest_name nearest = nearest_name_begin(name);

	for (size_t each = 0; each < VERBS; each++)
		nearest_name_offer(&nearest, verbs[each]->name);
	return nearest.best;
}
