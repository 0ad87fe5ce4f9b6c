/* SPDX-License-Identifier: MIT */
/*
 * Between the processes of one campaign on several machines: MPI, in a module that is loaded only
 * under mpirun, so that the command runs without it.
 */
#ifndef CAMPAIGN_BUS_H
#define CAMPAIGN_BUS_H

#include <stdbool.h>
#include <stddef.h>

/* What the module gives; it is called from one thread. */
struct bus {
	/* Joins the others.  False when that fails. */
	bool (*begin)(int *rank, int *size);
	/* Octets are copied or sent before it returns. */
	bool (*send)(int rank, const void *octets, size_t size);
	/* The next octets that came, from whom, malloc'ed; NULL when none wait. */
	void *(*receive)(int *rank, size_t *size);
	/* All have sent what they had to. */
	void (*end)(void);
};

/* The name under which the module tells its struct bus. */
#define BUS_SYMBOL "dimp_campaign_bus"
#define BUS_MODULE "dimp-mpi.so"

/* Whether this process is one of several that mpirun began. */
bool bus_is_wanted(void);

/* Loads the module from beside the program or from its library folder; NULL with |error| (a
 * sentence) filled in. */
const struct bus *bus_load(char *error, size_t error_size);

#endif
