/*
 * Owns the scratch folder and the list of paths handed out, which are removed when the program
 * ends.
 */
#include "scratch.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATHS_MAX = 64, PATH_SIZE = 256 };

static char folder[] = "/tmp/dimp-unit-XXXXXX";
static char paths[PATHS_MAX][PATH_SIZE];
static size_t path_count;

static void remove_all(void)
{
	for (size_t index = 0; index < path_count; index++)
		(void)unlink(paths[index]);
	(void)rmdir(folder);
}

static const char *make_path(const char *name)
{
	static bool is_made;

	if (!is_made && (!mkdtemp(folder) || atexit(remove_all) != 0))
		return NULL;
	is_made = true;
	if (path_count == PATHS_MAX)
		return NULL;
	(void)snprintf(paths[path_count], PATH_SIZE, "%s/%s", folder, name);
	return paths[path_count++];
}

const char *scratch_path(const char *name)
{
	for (size_t index = 0; index < path_count; index++)
		if (strcmp(strrchr(paths[index], '/') + 1, name) == 0)
			return paths[index];
	return make_path(name);
}

const char *scratch_file(const char *name, const void *octets, size_t size)
{
	const char *path = scratch_path(name);
	FILE *stream = path ? fopen(path, "wb") : NULL;

	if (!stream)
		return NULL;

	const size_t written = size ? fwrite(octets, 1, size, stream) : 0;

	return fclose(stream) == 0 && written == size ? path : NULL;
}

int scratch_output(const char *command, char *text, size_t capacity)
{
	FILE *stream = popen(command, "r");

	if (!stream)
		return 127;

	const size_t size = fread(text, 1, capacity - 1, stream);

	text[size] = '\0';

	const int status = pclose(stream);

	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
