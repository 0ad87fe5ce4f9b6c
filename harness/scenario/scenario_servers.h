/* SPDX-License-Identifier: MIT */
/*
 * What the servers of a scenario are told, a struct for each kind; those of one port share a host.
 * Rows: server_rows.c.
 */
#ifndef SCENARIO_SCENARIO_SERVERS_H
#define SCENARIO_SCENARIO_SERVERS_H

#include "dimp.h"

enum {
	SCENARIO_SERVER_NAME_MAX = 64,
	SCENARIO_SERVER_TEXT_MAX = 128,
	SCENARIO_SERVER_RULES_MAX = 1024,
	SCENARIO_RADIUS_USERS_MAX = 16
};

enum scenario_server_kind {
#define SERVER(KIND, kind) SCENARIO_SERVER_##KIND,
#include "scenario/server_kinds.def"
#undef SERVER
	SCENARIO_SERVER_KINDS
};

/* A network: "10.0.42.0/24". */
struct scenario_prefix {
	struct dimp_ip address;
	uint32_t length; /* of IPv4 */
};

struct scenario_dhcp_server {
	struct scenario_prefix pool;
	uint64_t lease_us;
	uint64_t renewal_us, rebinding_us; /* T1 and T2; 0: the client's own reckoning */
	bool is_rapid;
	bool is_by_circuit; /* leases are of a client at a circuit (option 82) */
	bool is_trusted; /* the bridge believes what comes from its port */
};

struct scenario_dhcp6_server {
	struct dimp_ip network, prefixes; /* /64 of addresses, /40 of /56s; all zero: none */
	uint64_t preferred_us, valid_us;
	uint64_t renewal_us, rebinding_us; /* T1 and T2; 0: the client's own reckoning */
	bool is_rapid;
	bool is_trusted; /* the bridge believes what comes from its port */
};

/* A multicast router that asks. */
struct scenario_querier {
	uint32_t igmp, mld; /* version; 0: does not speak it */
	uint64_t interval_us;
	uint64_t response_us; /* within which members answer */
};

/* What an Access-Accept grants. */
struct scenario_radius_grant {
	uint64_t session_us; /* 0: without end */
	bool is_reauthenticating;
	uint16_t vlan; /* 0: none */
	char filter[SCENARIO_SERVER_TEXT_MAX], class[SCENARIO_SERVER_TEXT_MAX];
	char rules[SCENARIO_SERVER_RULES_MAX]; /* "RULE; RULE" */
};

/* What a CoA-Request says. */
struct scenario_radius_change {
	uint64_t at_us;
	bool is_asking; /* the user is to be asked again at once */
	struct scenario_radius_grant grant;
};

/* A user's, or of all who have none of their own. */
struct scenario_radius_account {
	char password[SCENARIO_SERVER_NAME_MAX];
	bool is_single_login;
	struct scenario_radius_grant grant;
	uint64_t disconnect_at_us; /* 0: never */
	bool is_changed;
	struct scenario_radius_change change;
};

struct scenario_radius_user {
	char name[SCENARIO_SERVER_NAME_MAX];
	struct scenario_radius_account account;
};

/* Authenticates by EAP-MD5. */
struct scenario_radius_server {
	char secret[SCENARIO_SERVER_NAME_MAX];
	uint64_t quiet_us; /* of the bridges, after a failure */
	struct scenario_radius_account others;
	struct scenario_radius_user users[SCENARIO_RADIUS_USERS_MAX];
	size_t user_count;
};

struct scenario_server {
	char name[SCENARIO_SERVER_NAME_MAX];
	enum scenario_server_kind kind;
	uint32_t bridge; /* where its host is */
	unsigned port;
	uint16_t vlan; /* 0: those of all VMs */
	struct dimp_ip address; /* all zero: one of its kind's own */
	struct scenario_dhcp_server dhcp;
	struct scenario_querier querier;
	struct scenario_dhcp6_server dhcp6;
	struct scenario_radius_server radius;
};

#endif
