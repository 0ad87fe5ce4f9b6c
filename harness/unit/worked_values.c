/* SPDX-License-Identifier: MIT */
/* Reads the file anew for every value: a test asks for a hundred at most. */
#include "worked_values.h"

#include <stdio.h>
#include <string.h>

/* Whether |line| begins "name =", and then its hexadecimal. */
static bool is_named(const char *line, const char *name, const char **hex)
{
	const size_t length = strlen(name);
	const char *sign = strchr(line, '=');

	if (sign == NULL || strncmp(line, name, length) != 0 || line[length] != ' ')
		return false;
	*hex = sign + 1;
	return true;
}

struct hexed worked_value(const char *file, const char *name)
{
	char path[128], line[256], text[2 * HEXED_SIZE_MAX] = "";
	const char *hex = line;
	bool is_inside = false;
	size_t size = 0;

	(void)snprintf(path, sizeof path, "docs/spec/%s", file);
	FILE *stream = fopen(path, "r");

	while (stream != NULL && fgets(line, sizeof line, stream) != NULL) {
		hex = line;
		is_inside = is_named(line, name, &hex) || (is_inside && line[0] == ' ');
		if (is_inside && size + strlen(hex) < sizeof text)
			size += (size_t)snprintf(text + size, sizeof text - size, "%s", hex);
	}
	if (stream != NULL)
		(void)fclose(stream);
	return hexed_from(text);
}
