/* SPDX-License-Identifier: MIT */
/* The rows of capabilities.def, and the file that answers for them. */
#include "pics.h"

#include <string.h>

#include "line_file.h"

static const struct {
	const char *name, *text;
} rows[] = {
#define CAPABILITY(NAME, text) {#NAME, text},
#include "capabilities.def"
#undef CAPABILITY
};

_Static_assert(sizeof rows / sizeof rows[0] < CAPABILITIES_MAX, "room for every capability");

const char *pics_name(size_t index)
{
	return index < sizeof rows / sizeof rows[0] ? rows[index].name : NULL;
}

const char *pics_text(size_t index)
{
	return index < sizeof rows / sizeof rows[0] ? rows[index].text : NULL;
}

size_t pics_find(const char *name)
{
	for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
		if (strcmp(rows[index].name, name) == 0)
			return index;
	}
	return CAPABILITIES_MAX;
}

static bool take_line(void *user, char *line)
{
	struct pics *pics = user;
	char name[64], answer[8];

	line[strcspn(line, "#")] = '\0';
	const int words = sscanf(line, "%63s %7s", name, answer);

	if (words <= 0)
		return true;
	const size_t index = pics_find(name);
	const bool is_yes = words == 2 && strcmp(answer, "yes") == 0;

	if (index == CAPABILITIES_MAX || (!is_yes && (words != 2 || strcmp(answer, "no") != 0)))
		return false;
	pics->answers[index] = is_yes ? PICS_YES : PICS_NO;
	return true;
}

bool pics_read(struct pics *pics, const char *path, FILE *complaints)
{
	const struct line_file file = {path, take_line, pics,
		"a line is \"CAPABILITY yes\" or \"CAPABILITY no\", of those that "
		"`dimp conform doctor` lists"};

	return line_file_read(&file, complaints);
}
