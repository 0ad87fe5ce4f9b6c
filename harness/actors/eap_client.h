/* SPDX-License-Identifier: MIT */
/*
 * The 802.1X supplicant in a VM (IEEE 802.1X-2004 8.4), of EAP-MD5: it starts when the VM runs for
 * the first time, and then answers whenever it is asked.  That the VM moved it does not know, so it
 * does not start again.
 */
#ifndef ACTORS_EAP_CLIENT_H
#define ACTORS_EAP_CLIENT_H

#include "actors/virtual_machine.h"

struct eap_client;

struct eap_client_config {
	struct engine *engine;
	struct virtual_machine *machine; /* borrowed for the client's life */
	struct dimp_view identity, password; /* borrowed likewise */
	uint64_t logoff_at_us; /* 0: never */
};

/* NULL without memory, or when the VM has too many listeners. */
struct eap_client *eap_client_create(const struct eap_client_config *config);
void eap_client_destroy(struct eap_client *client); /* NULL is fine */

void eap_client_resume(struct eap_client *client, struct dimp_time now);
void eap_client_pause(struct eap_client *client);
/* Starts anew, as when the link went down and up again. */
void eap_client_restart(struct eap_client *client, struct dimp_time now);

#endif
