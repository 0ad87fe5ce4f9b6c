/* SPDX-License-Identifier: MIT */
/*
 * The module of campaign/bus.h over MPI.  All there is between two ranks is a stream of messages of
 * one tag; trials are forked processes, so nothing is asked of MPI but that it carries octets.
 */
#include <mpi.h>
#include <limits.h>
#include <stdlib.h>

#include "campaign/bus.h"

enum { TAG = 1 };

static bool begin(int *rank, int *size)
{
	return MPI_Init(NULL, NULL) == MPI_SUCCESS &&
		MPI_Comm_rank(MPI_COMM_WORLD, rank) == MPI_SUCCESS &&
		MPI_Comm_size(MPI_COMM_WORLD, size) == MPI_SUCCESS;
}

static bool send_octets(int rank, const void *octets, size_t size)
{
	return size <= INT_MAX &&
		MPI_Send(octets, (int)size, MPI_BYTE, rank, TAG, MPI_COMM_WORLD) == MPI_SUCCESS;
}

static void *receive_octets(int *rank, size_t *size)
{
	MPI_Status status;
	int is_there = 0, count = 0;

	if (MPI_Iprobe(MPI_ANY_SOURCE, TAG, MPI_COMM_WORLD, &is_there, &status) != MPI_SUCCESS ||
		!is_there || MPI_Get_count(&status, MPI_BYTE, &count) != MPI_SUCCESS)
		return NULL;
	void *octets = malloc((size_t)count + 1);

	if (!octets ||
		MPI_Recv(octets, count, MPI_BYTE, status.MPI_SOURCE, TAG, MPI_COMM_WORLD,
			MPI_STATUS_IGNORE) != MPI_SUCCESS) {
		free(octets);
		return NULL;
	}
	*rank = status.MPI_SOURCE;
	*size = (size_t)count;
	return octets;
}

static void end(void)
{
	MPI_Barrier(MPI_COMM_WORLD);
	MPI_Finalize();
}

extern const struct bus dimp_campaign_bus;
const struct bus dimp_campaign_bus = {begin, send_octets, receive_octets, end};
