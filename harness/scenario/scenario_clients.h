/* SPDX-License-Identifier: MIT */
/*
 * What the clients of a VM are told, a struct for each kind that stands under "runs".  Its member
 * is_run says whether the VM runs one.  Rows: client_rows.c.
 */
#ifndef SCENARIO_SCENARIO_CLIENTS_H
#define SCENARIO_SCENARIO_CLIENTS_H

#include "dimp.h"

enum { SCENARIO_CLIENT_PATH_MAX = 1024, SCENARIO_CLIENT_NAME_MAX = 64, SCENARIO_GROUPS_MAX = 64 };

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

struct scenario_dhcp6_client {
	bool is_run;
	bool is_rapid; /* asks for two messages in place of four */
	bool wants_prefix; /* asks for a delegated prefix, too */
};

/* An 802.1X supplicant of EAP-MD5. */
struct scenario_dot1x_client {
	bool is_run;
	char identity[SCENARIO_CLIENT_NAME_MAX]; /* "": the VM's name */
	char password[SCENARIO_CLIENT_NAME_MAX];
	uint64_t logoff_at_us; /* 0: never */
};

/* What a VM is a member of, by IGMP or by MLD. */
struct scenario_membership {
	bool is_run;
	uint32_t version;
	struct scenario_group groups[SCENARIO_GROUPS_MAX];
	uint32_t each; /* so many from each on */
	size_t group_count;
};

enum scenario_suite {
	SCENARIO_SUITE_128,
	SCENARIO_SUITE_256,
	SCENARIO_SUITE_EXTENDED_128,
	SCENARIO_SUITE_EXTENDED_256
};

/* As MKPDUs number it. */
enum scenario_confidentiality {
	SCENARIO_CONFIDENTIALITY_NONE,
	SCENARIO_CONFIDENTIALITY_0,
	SCENARIO_CONFIDENTIALITY_30,
	SCENARIO_CONFIDENTIALITY_50
};

/* Further participants behind the VM's port, for a while. */
struct scenario_participants {
	uint32_t count, priority;
	uint64_t from_us, until_us; /* until 0: to the end */
};

/* MKA spoken by a VM and its bridge. */
struct scenario_mka {
	char cak[SCENARIO_CLIENT_PATH_MAX]; /* path of CKN and CAK; "": derived */
	bool is_run;
	uint32_t priority, bridge_priority; /* to be key server; the lower wins */
	enum scenario_suite suite;
	bool is_everywhere; /* every bridge has the CAK, not the VM's first alone */
	uint64_t rekey_at; /* packet number at which a new SAK is made; 0: the standard's */
	uint64_t first_pn; /* of a new SAK */
	uint32_t replay_window;
	enum scenario_confidentiality confidentiality;
	bool is_delay_protecting;
	struct scenario_participants further;
	uint64_t silent_from_us,
		silent_until_us; /* the VM's KaY; from 0: never, until 0: for good */
	uint64_t suspend_at_us; /* the VM's KaY asks for it; 0: never */
	uint32_t suspend_s;
};

#endif
