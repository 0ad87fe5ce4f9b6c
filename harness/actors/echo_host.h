/* SPDX-License-Identifier: MIT */
/*
 * A host that sends numbered echo requests to a VM and counts the replies.
 */
#ifndef ACTORS_ECHO_HOST_H
#define ACTORS_ECHO_HOST_H

#include "actors/network_host.h"
#include "actors/service_meter.h"
#include "actors/virtual_machine.h"

struct echo_host;

struct echo_host_config {
	struct engine *engine;
	struct network_host *host;
	struct virtual_machine *machine;
	uint16_t identifier; /* tells echo services apart */
	bool is_over_ipv6; /* to the VM's IPv6 address, whatever its address for services is */
	struct dimp_ip source; /* all zero: a neighbour of the VM's address */
	uint64_t interval_us;
};

/* NULL without memory. */
struct echo_host *echo_host_create(const struct echo_host_config *config);
void echo_host_destroy(struct echo_host *echo);
struct service_meter *echo_host_meter(const struct echo_host *echo);

/* Sends from |start| on, as long as the VM has an address. */
void echo_host_start(struct echo_host *echo, struct dimp_time start);

#endif
