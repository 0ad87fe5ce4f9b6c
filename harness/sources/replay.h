/* SPDX-License-Identifier: MIT */
/*
 * A capture played into the sources: every VM in it gets a slot and sources of its own, and each
 * frame is given to those it concerns, in the order of time.
 */
#ifndef SOURCES_REPLAY_H
#define SOURCES_REPLAY_H

#include "observe/capture.h"
#include "sources/sources.h"

enum { REPLAY_ADDRESSES_MAX = 64, REPLAY_CAPTURES_MAX = 8, REPLAY_VMS_MAX = 1024 };

struct replay_addresses {
	struct dimp_mac macs[REPLAY_ADDRESSES_MAX];
	size_t count;
};

struct replay_config {
	struct replay_addresses vms; /* none: every MAC that behaves as a client */
	struct replay_addresses trusted; /* none: every MAC that behaves as a server */
	struct sources_config sources;
	bool has_at;
	uint64_t at_us; /* since the first frame: where to stop; else at the last */
};

/* A change, with its time since the first frame. */
typedef void replay_observer(void *context, const struct dimp_mac *vm,
	const struct dimp_record *change, uint64_t at_us);

struct replay;

/* The configuration is copied, what it points to is borrowed.  NULL without memory. */
struct replay *replay_create(const struct replay_config *config);
void replay_destroy(struct replay *replay); /* NULL is fine */

/*
 * Takes every frame of |capture|; false without memory.  Several may be loaded, of one bridge's
 * several ports: they are played as one, and time counts from the first frame of the first.
 */
bool replay_load(struct replay *replay, struct capture *capture);

/* Plays what was loaded, once; |observer| may be NULL.  False without memory. */
bool replay_run(struct replay *replay, replay_observer *observer, void *context);

/* After the run: the VMs, in order of appearance, and what was learned of each. */
size_t replay_vm_count(const struct replay *replay);
const struct sources *replay_vm(const struct replay *replay, size_t index);
/* When the run stopped: instant, and since the first frame. */
struct dimp_time replay_now(const struct replay *replay);
uint64_t replay_at_us(const struct replay *replay);

#endif
