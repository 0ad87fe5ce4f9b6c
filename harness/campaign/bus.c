/* SPDX-License-Identifier: MIT */
/* The module stays loaded until the process ends: MPI cannot begin twice. */
#include "campaign/bus.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 1024 };

bool bus_is_wanted(void)
{
	/* Open MPI's, MPICH's, and what PMIx gives to any: the rank that mpirun gave. */
	return getenv("OMPI_COMM_WORLD_RANK") || getenv("PMI_RANK") || getenv("PMIX_RANK");
}

static void *open_beside(const char *below)
{
	char path[PATH_SIZE];
	const ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);

	if (size <= 0)
		return NULL;
	path[size] = '\0';
	char *slash = strrchr(path, '/');

	if (!slash || (size_t)(slash + 1 - path) + strlen(below) >= sizeof path)
		return NULL;
	memcpy(slash + 1, below, strlen(below) + 1);
	return access(path, R_OK) == 0 ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
}

const struct bus *bus_load(char *error, size_t error_size)
{
	void *module = open_beside(BUS_MODULE);

	if (!module)
		module = open_beside("../lib/dimp/" BUS_MODULE);
	const struct bus *bus = module ? dlsym(module, BUS_SYMBOL) : NULL;

	if (!bus)
		snprintf(error, error_size,
			"under mpirun, but %s cannot be loaded; make mpi builds it (needs "
			"libopenmpi-dev)",
			BUS_MODULE);
	return bus;
}
