/* SPDX-License-Identifier: MIT */
/* A waiver without a reason is none. */
#include "waived.h"

#include <stdlib.h>
#include <string.h>

#include "line_file.h"

static bool add(struct waived *waived, const char *id, const char *reason)
{
	struct waiver *grown =
		realloc(waived->waivers, (waived->count + 1) * sizeof(*waived->waivers));

	if (grown == NULL)
		return false;
	waived->waivers = grown;
	grown[waived->count] = (struct waiver){strdup(id), strdup(reason)};
	waived->count++;
	return grown[waived->count - 1].id != NULL && grown[waived->count - 1].reason != NULL;
}

static bool take_line(void *user, char *line)
{
	struct waived *waived = user;

	line += strspn(line, " \t");
	if (*line == '\0' || *line == '#')
		return true;
	char *reason = line + strcspn(line, " \t");

	if (*reason == '\0')
		return false;
	*reason++ = '\0';
	reason += strspn(reason, " \t");
	return *reason != '\0' && add(waived, line, reason);
}

bool waived_read(struct waived *waived, const char *path, FILE *complaints)
{
	const struct line_file file = {path, take_line, waived, "a waiver is \"ID reason\""};

	*waived = (struct waived){.count = 0};
	return line_file_read(&file, complaints);
}

void waived_destroy(struct waived *waived)
{
	for (size_t index = 0; index < waived->count; index++) {
		free(waived->waivers[index].id);
		free(waived->waivers[index].reason);
	}
	free(waived->waivers);
	*waived = (struct waived){.count = 0};
}

const char *waived_reason(const struct waived *waived, const char *id)
{
	for (size_t index = 0; index < waived->count; index++) {
		if (strcmp(waived->waivers[index].id, id) == 0)
			return waived->waivers[index].reason;
	}
	return NULL;
}
