/* SPDX-License-Identifier: MIT */
/*
 * The DHCPv6 client in a VM (RFC 8415 18.2): it gets an address and, if wanted, a prefix, renews,
 * rebinds, confirms and releases them.  It probes for duplicates of its link-local address and of
 * what it is given, as a kernel does; nobody is expected to answer.
 */
#ifndef ACTORS_DHCP6_CLIENT_H
#define ACTORS_DHCP6_CLIENT_H

#include "actors/virtual_machine.h"

struct dhcp6_client;

struct dhcp6_client_config {
	struct engine *engine;
	struct virtual_machine *machine; /* borrowed for the client's life */
	bool is_rapid; /* asks for two messages instead of four */
	bool wants_prefix; /* asks for a delegated prefix, too */
};

enum dhcp6_client_state {
	DHCP6_CLIENT_INIT,
	DHCP6_CLIENT_SOLICITING,
	DHCP6_CLIENT_REQUESTING,
	DHCP6_CLIENT_BOUND,
	DHCP6_CLIENT_RENEWING,
	DHCP6_CLIENT_REBINDING,
	DHCP6_CLIENT_CONFIRMING,
	DHCP6_CLIENT_RELEASING, /* has given back what it had; tells the server until it answers */
	DHCP6_CLIENT_RELEASED
};

/* NULL without memory, or when the VM has too many listeners. */
struct dhcp6_client *dhcp6_client_create(const struct dhcp6_client_config *config);
void dhcp6_client_destroy(struct dhcp6_client *client); /* NULL is fine */

/* The VM runs from now on, or again: what came due while it did not is done at once. */
void dhcp6_client_resume(struct dhcp6_client *client, struct dimp_time now);
void dhcp6_client_pause(struct dhcp6_client *client);

/* What others may make a running client do.  Confirming asks whether what it has is of this link,
 * as a guest does whose link went down and came back; all begin anew when it has nothing. */
void dhcp6_client_renew(struct dhcp6_client *client, struct dimp_time now);
void dhcp6_client_confirm(struct dhcp6_client *client, struct dimp_time now);
void dhcp6_client_release(struct dhcp6_client *client, struct dimp_time now);

enum dhcp6_client_state dhcp6_client_state(const struct dhcp6_client *client);
/* All zero as long as it has none. */
struct dimp_ip dhcp6_client_address(const struct dhcp6_client *client);
struct dimp_ip dhcp6_client_prefix(const struct dhcp6_client *client);

#endif
