/* SPDX-License-Identifier: MIT */
/* The module stays loaded until the process ends: MPI cannot begin twice. */
#include "campaign/bus.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/module_file.h"

bool bus_is_wanted(void)
{
	/* Open MPI's, MPICH's, and what PMIx gives to any: the rank that mpirun gave. */
	return getenv("OMPI_COMM_WORLD_RANK") || getenv("PMI_RANK") || getenv("PMIX_RANK");
}

const struct bus *bus_load(char *error, size_t error_size)
{
	void *module = module_file_open(BUS_MODULE);
	const struct bus *bus = module ? dlsym(module, BUS_SYMBOL) : NULL;

	if (!bus)
		snprintf(error, error_size,
			"under mpirun, but %s cannot be loaded; make mpi builds it (needs "
			"libopenmpi-dev)",
			BUS_MODULE);
	return bus;
}
