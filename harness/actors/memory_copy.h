/* SPDX-License-Identifier: MIT */
/*
 * How long live migration takes to copy a VM's memory, computed without DIMP: pre-copy in rounds
 * while the VM runs, then the rest while it stands still.
 */
#ifndef ACTORS_MEMORY_COPY_H
#define ACTORS_MEMORY_COPY_H

#include <stdbool.h>
#include <stdint.h>

struct memory_copy_config {
	uint64_t memory_octets;
	uint64_t dirty_octets_per_s;
	uint64_t rate_bps; /* 0: copying takes no time */
};

struct memory_copy {
	uint64_t copy_us; /* pre-copy, the VM running */
	uint64_t stop_us; /* what is left, the VM stopped */
};

/* The slower of two rates; 0 stands for one that takes no time. */
uint64_t memory_copy_slower(uint64_t one_bps, uint64_t other_bps);

/* Rounds go on until the rest takes no more than 20 ms, shrinks no more, or 30 are done. */
struct memory_copy memory_copy_plan(const struct memory_copy_config *config);

#endif
