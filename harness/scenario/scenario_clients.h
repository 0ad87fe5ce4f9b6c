/* SPDX-License-Identifier: MIT */
/*
 * What the clients of a VM are told, a struct for each kind that stands under "runs".  Its member
 * is_run says whether the VM runs one.  Rows: client_rows.c.
 */
#ifndef SCENARIO_SCENARIO_CLIENTS_H
#define SCENARIO_SCENARIO_CLIENTS_H

#include "dimp.h"

enum { SCENARIO_CLIENT_PATH_MAX = 1024, SCENARIO_GROUPS_MAX = 64 };

/* A multicast group, and the one source that is wanted of it. */
struct scenario_group {
	struct dimp_ip group, source;
	bool has_source;
};

struct scenario_dhcp_client {
	bool is_run;
	bool is_rapid; /* asks for two messages in place of four */
	bool is_checking; /* asks by ARP whether anybody has the address */
};

/* What a VM is a member of, by IGMP or by MLD. */
struct scenario_membership {
	bool is_run;
	uint32_t version;
	struct scenario_group groups[SCENARIO_GROUPS_MAX];
	size_t group_count;
};

enum scenario_suite {
	SCENARIO_SUITE_128,
	SCENARIO_SUITE_256,
	SCENARIO_SUITE_EXTENDED_128,
	SCENARIO_SUITE_EXTENDED_256
};

/* MKA spoken by a VM and its bridge. */
struct scenario_mka {
	char cak[SCENARIO_CLIENT_PATH_MAX]; /* path of CKN and CAK; "" if it speaks none */
	bool is_run;
	uint32_t priority, bridge_priority; /* to be key server; the lower wins */
	enum scenario_suite suite;
	bool is_everywhere; /* every bridge has the CAK, not the VM's first alone */
	uint64_t rekey_at; /* packet number at which a new SAK is made; 0: the standard's */
	uint64_t first_pn; /* of a new SAK */
	uint32_t replay_window;
};

#endif
