/* SPDX-License-Identifier: MIT */
/*
 * How a hypervisor copies a VM's memory, computed without DIMP: pre-copy in rounds while the VM
 * runs, then the rest while it stands still, or behind it when it runs at its new place already
 * (post-copy).
 */
#ifndef ACTORS_MEMORY_COPY_H
#define ACTORS_MEMORY_COPY_H

#include "actors/memory_road.h"

enum { MEMORY_ROUNDS_KEPT = 32 };

/* What is done about a VM that makes its memory dirty faster than rounds shrink. */
enum memory_converge {
	MEMORY_CONVERGE_STOP, /* it stands still for as long as the rest takes */
	MEMORY_CONVERGE_GIVE_UP, /* it stays */
	MEMORY_CONVERGE_THROTTLE, /* it is slowed down more and more */
	MEMORY_CONVERGE_POST_COPY /* the rest follows it */
};

struct memory_habits {
	uint64_t octets;
	uint64_t dirty_octets_per_s;
	uint64_t working_set_octets; /* no more than this is dirty at once; 0: all of it */
	uint64_t state_octets; /* of its devices, copied while it stands still */
	uint64_t downtime_us; /* it is stopped when the rest takes no longer */
	uint32_t rounds_max; /* of pre-copy; 0: none */
	enum memory_converge converge;
	uint64_t fault_us; /* post-copy: how long a page is waited for */
};

struct memory_round {
	uint64_t octets; /* copied in it */
	uint64_t took_us;
	uint64_t dirtied_octets; /* meanwhile */
	uint32_t throttle_percent; /* how much the VM was slowed down */
};

struct memory_tally {
	uint32_t rounds;
	struct memory_round first[MEMORY_ROUNDS_KEPT]; /* of the rounds */
	uint64_t precopy_octets, precopy_us;
	uint64_t stop_octets; /* while the VM stood still */
	bool has_given_up;
	bool is_postcopy;
	uint64_t postcopy_octets, postcopy_us;
	uint64_t faults; /* pages that the VM waited for, and how long in all */
	uint64_t stalled_us;
};

/* NULL members are not told.  A listener may start, stop and abort the copy. */
struct memory_listener {
	void *context;
	void (*round_done)(void *context, const struct memory_round *round, struct dimp_time now);
	void (*is_ready)(void *context, struct dimp_time now); /* to be stopped */
	void (*has_given_up)(void *context, struct dimp_time now);
	void (*is_over)(void *context, struct dimp_time now); /* what the stop is for */
	void (*has_followed)(void *context, struct dimp_time now); /* the rest, by post-copy */
};

struct memory_copy {
	struct memory_habits habits;
	struct memory_road *road;
	struct memory_listener listener;
	struct memory_flow flow;
	struct memory_tally tally;
	uint64_t left; /* octets still to be copied */
	uint64_t round_octets;
	struct dimp_time began; /* the round, or what came after the rounds */
	uint32_t throttle_percent;
};

/* |flow|'s ends are from and to; nothing is copied yet. */
struct memory_copy memory_copy_of(const struct memory_habits *habits, struct memory_road *road,
	uint32_t from, uint32_t to);

/* Pre-copy begins; is_ready() or has_given_up() follows.  |copy| stays where it is from then on. */
void memory_copy_start(struct memory_copy *copy, struct dimp_time now);
/* Takes pre-copy as done, on cables that are the VM's alone at |rate_bps|. */
void memory_copy_assume(struct memory_copy *copy, uint64_t rate_bps);
/* The VM is stopped: what is left is copied, is_over() follows. */
void memory_copy_stop(struct memory_copy *copy, struct dimp_time now);
/* It runs at its new place: has_followed() comes, if something is to follow. */
void memory_copy_follow(struct memory_copy *copy, struct dimp_time now);
/* Whether something still does. */
bool memory_copy_is_following(const struct memory_copy *copy);
/* The VM stays, or another move has it. */
void memory_copy_abort(struct memory_copy *copy);

/* What the VM's stop would take if it were stopped now, with the share that it has. */
uint64_t memory_copy_stop_us(const struct memory_copy *copy, uint64_t rate_bps);

/* The slower of two rates; 0 stands for one that takes no time. */
uint64_t memory_copy_slower(uint64_t one_bps, uint64_t other_bps);

#endif
