/* SPDX-License-Identifier: MIT */
/*
 * What the clients of a VM are told, a struct for each kind that stands under "runs".  Its member
 * is_run says whether the VM runs one.  Rows: client_rows.c.
 */
#ifndef SCENARIO_SCENARIO_CLIENTS_H
#define SCENARIO_SCENARIO_CLIENTS_H

#include "dimp.h"

enum { SCENARIO_CLIENT_PATH_MAX = 1024 };

/* A multicast group, and the one source that is wanted of it. */
struct scenario_group {
	struct dimp_ip group, source;
	bool has_source;
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
