/* SPDX-License-Identifier: MIT */
/* Where modules are looked for: only at places that belong to the program's own. */
#include "engine/module_file.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 1024 };

static void *open_below(const char *folder, const char *name)
{
	char path[PATH_SIZE];
	const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

	if (size <= 0)
		return NULL;
	path[size] = '\0';
	char *slash = strrchr(path, '/');

	if (!slash)
		return NULL;
	const size_t room = sizeof path - (size_t)(slash + 1 - path);
	const int written = snprintf(slash + 1, room, "%s%s", folder, name);

	if (written < 0 || (size_t)written >= room)
		return NULL;
	return access(path, R_OK) == 0 ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

void *module_file_open(const char *name)
{
	void *module = open_below("", name);

	return module ? module : open_below("../lib/dimp/", name);
}
