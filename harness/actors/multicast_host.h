/* SPDX-License-Identifier: MIT */
/*
 * The IGMP and MLD of a VM: it reports what it is told to listen to, repeats it, answers queries
 * within their time and keeps to itself what others have said, in the version that its queriers
 * and its configuration allow.  So a VM needs no recording to be a member of groups.
 */
#ifndef ACTORS_MULTICAST_HOST_H
#define ACTORS_MULTICAST_HOST_H

#include "actors/listening.h"
#include "actors/virtual_machine.h"

struct multicast_host;

struct multicast_host_config {
	struct engine *engine;
	struct virtual_machine *machine; /* borrowed; its frames pass where it sends and hears */
	uint8_t igmp_version; /* 1 to 3; 0: 3 */
	uint8_t mld_version; /* 1 or 2; 0: 2 */
};

/* Stands still until multicast_host_resume().  NULL without memory, or when the VM has too many
 * listeners. */
struct multicast_host *multicast_host_create(const struct multicast_host_config *config);
void multicast_host_destroy(struct multicast_host *host); /* NULL is fine */

/* The VM runs from now on, or again: what came due meanwhile is said at once. */
void multicast_host_resume(struct multicast_host *host, struct dimp_time now);
void multicast_host_pause(struct multicast_host *host);

/* Any source of |group|, where |source| is NULL; else |source|, too.  False without memory, or when
 * |group| is none. */
bool multicast_host_join(struct multicast_host *host, const struct dimp_ip *group,
	const struct dimp_ip *source, struct dimp_time now);

#endif
