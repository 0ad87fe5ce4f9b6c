/* SPDX-License-Identifier: MIT */
/*
 * The DHCP client in a VM (RFC 2131 4.4): it gets an address, renews, rebinds and gives it up when
 * the lease ends, and gives it back when told to.  The VM takes the address from the
 * acknowledgement by itself.
 */
#ifndef ACTORS_DHCP_CLIENT_H
#define ACTORS_DHCP_CLIENT_H

#include "actors/virtual_machine.h"

struct dhcp_client;

struct dhcp_client_config {
	struct engine *engine;
	struct virtual_machine *machine; /* borrowed for the client's life */
	bool is_rapid; /* asks for two messages instead of four (RFC 4039) */
	bool is_checking; /* asks by ARP who has the address, and declines it if anybody does */
};

enum dhcp_client_state {
	DHCP_CLIENT_INIT,
	DHCP_CLIENT_SELECTING,
	DHCP_CLIENT_REQUESTING,
	DHCP_CLIENT_REBOOTING, /* asks for the address it had before */
	DHCP_CLIENT_CHECKING, /* has an address, and asks whether another has it, too */
	DHCP_CLIENT_BOUND,
	DHCP_CLIENT_RENEWING,
	DHCP_CLIENT_REBINDING,
	DHCP_CLIENT_RELEASED /* wants none */
};

struct dhcp_client_tally {
	uint64_t sent; /* messages of every kind, ARP left out */
	uint64_t bound; /* acknowledgements that gave or prolonged the address */
	uint64_t refused; /* NAKs */
	uint64_t expired; /* leases that ran out while nobody answered */
	uint64_t declined;
};

/* NULL without memory, or when the VM has too many listeners. */
struct dhcp_client *dhcp_client_create(const struct dhcp_client_config *config);
void dhcp_client_destroy(struct dhcp_client *client); /* NULL is fine */

/* The VM runs from now on, or again: what came due while it did not is done at once. */
void dhcp_client_resume(struct dhcp_client *client, struct dimp_time now);
void dhcp_client_pause(struct dhcp_client *client);

/* What an operator or the hypervisor may make a running client do.  Rebooting asks everybody, as a
 * guest does whose link went down and came back; it begins anew when it has no address. */
void dhcp_client_reboot(struct dhcp_client *client, struct dimp_time now);
void dhcp_client_release(struct dhcp_client *client, struct dimp_time now);

enum dhcp_client_state dhcp_client_state(const struct dhcp_client *client);
/* All zero as long as it has none. */
struct dimp_ipv4 dhcp_client_address(const struct dhcp_client *client);
const struct dhcp_client_tally *dhcp_client_tally(const struct dhcp_client *client);

#endif
