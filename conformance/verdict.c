/* SPDX-License-Identifier: MIT */
/* The rows of verdicts.def, by number and by name. */
#include "verdict.h"

#include <string.h>

static const struct {
	const char *name, *text;
} rows[] = {
#define VERDICT(NAME, text) {#NAME, text},
#include "verdicts.def"
#undef VERDICT
};

const char *verdict_name(enum verdict verdict)
{
	return rows[verdict].name;
}

const char *verdict_text(enum verdict verdict)
{
	return rows[verdict].text;
}

enum verdict verdict_find(const char *name)
{
	for (unsigned index = 0; index < VERDICTS; index++) {
		if (strcmp(rows[index].name, name) == 0)
			return (enum verdict)index;
	}
	return VERDICTS;
}

enum verdict verdict_worse(enum verdict one, enum verdict other)
{
	return one > other ? one : other;
}
