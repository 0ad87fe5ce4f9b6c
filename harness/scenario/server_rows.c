/* SPDX-License-Identifier: MIT */
/* The rows of servers: what all of them have, and a block for each kind. */
#include "scenario/row_parts.h"

/* clang-format off */
#define SERVER_ROWS \
	{"at", VALUE_PLACE, AT(server, bridge), SECOND(server, port), .is_required = true, \
		.text = "bridge and port of its host, as in edge-a/4; a port has one"}, \
	{"kind", VALUE_CHOICE, AT(server, kind), .names = names_server_kind, \
		.fallback = "(its name)", .text = "which of the kinds of servers it is"}, \
	{"address", VALUE_IP, AT(server, address), .fallback = "(one of its own)", \
		.text = "its IP address"}
/* clang-format on */

static const struct key_row dhcp_rows[] = {
	SERVER_ROWS,
	{"pool", VALUE_PREFIX, AT(server, dhcp.pool), .least = 8, .most = 29, .is_required = true,
		.text = "network of the addresses that it gives; the first is its own"},
	{"lease", VALUE_DURATION, AT(server, dhcp.lease_us), .least = 1000000,
		.most = 4000000000000000, .fallback = "600s", .text = "whole seconds"},
	{"renewal", VALUE_DURATION, AT(server, dhcp.renewal_us), .fallback = "0",
		.text = "T1, whole seconds; 0: half the lease"},
	{"rebinding", VALUE_DURATION, AT(server, dhcp.rebinding_us), .fallback = "0",
		.text = "T2, whole seconds; 0: seven eighths of the lease"},
	{"rapid", VALUE_FLAG, AT(server, dhcp.is_rapid), .fallback = "false",
		.text = "whether two messages do for a client that wants it"},
	{"by_circuit", VALUE_FLAG, AT(server, dhcp.is_by_circuit), .fallback = "false",
		.text = "whether a client at another circuit-id of option 82 is another client, "
			"with an address of its own"},
	{"trusted", VALUE_FLAG, AT(server, dhcp.is_trusted), .fallback = "true",
		.text = "whether its bridge believes DHCP servers behind this port"},
};

static const struct key_block dhcp_block = {
	.name = "servers: dhcp",
	.text = "A DHCP server of all VLANs. The key is the name.",
	ROWS(dhcp_rows),
};

static const struct key_row dhcp6_rows[] = {
	SERVER_ROWS,
	{"network", VALUE_IP, AT(server, dhcp6.network), .is_required = true,
		.text = "/64 of the addresses that it gives, as fd00:10::"},
	{"prefixes", VALUE_IP, AT(server, dhcp6.prefixes), .fallback = "(none)",
		.text = "/40 of the prefixes, of 56 bits, that it delegates"},
	{"valid", VALUE_DURATION, AT(server, dhcp6.valid_us), .least = 1000000,
		.most = 4000000000000000, .fallback = "600s",
		.text = "life time of both, whole seconds"},
	{"preferred", VALUE_DURATION, AT(server, dhcp6.preferred_us), .least = 1000000,
		.most = 4000000000000000, .fallback = "400s",
		.text = "preferred life time, whole seconds"},
	{"renewal", VALUE_DURATION, AT(server, dhcp6.renewal_us), .fallback = "0",
		.text = "T1, whole seconds; 0: half the preferred life time"},
	{"rebinding", VALUE_DURATION, AT(server, dhcp6.rebinding_us), .fallback = "0",
		.text = "T2, whole seconds; 0: four fifths of it"},
	{"rapid", VALUE_FLAG, AT(server, dhcp6.is_rapid), .fallback = "false",
		.text = "whether two messages do for a client that wants it"},
	{"trusted", VALUE_FLAG, AT(server, dhcp6.is_trusted), .fallback = "true",
		.text = "whether its bridge believes DHCPv6 servers behind this port"},
};

static const struct key_block dhcp6_block = {
	.name = "servers: dhcp6",
	.text = "A DHCPv6 server of all VLANs. The key is the name.",
	ROWS(dhcp6_rows),
};

static const struct key_row querier_rows[] = {
	SERVER_ROWS,
	{"vlan", VALUE_VLAN, AT(server, vlan), .least = 1, .fallback = "(those of all VMs)",
		.text = "the VLAN that it serves"},
	{"igmp", VALUE_COUNT, AT(server, querier.igmp), .most = 3, .fallback = "3",
		.text = "version of its IGMP; 0: it speaks none"},
	{"mld", VALUE_COUNT, AT(server, querier.mld), .most = 2, .fallback = "0",
		.text = "version of its MLD; 0: it speaks none"},
	{"interval", VALUE_DURATION, AT(server, querier.interval_us), .least = 100000,
		.fallback = "125s", .text = "between two general queries"},
	{"response", VALUE_DURATION, AT(server, querier.response_us), .least = 100000,
		.most = 3174400000, .fallback = "10s", .text = "within which members answer"},
};

static const struct key_block querier_block = {
	.name = "servers: querier",
	.text = "A multicast router that asks for the members of groups. The key is the name.",
	ROWS(querier_rows),
};

/* clang-format off */
#define GRANT_ROWS(type, grant) \
	{"session_timeout", VALUE_DURATION, AT(type, grant.session_us), .fallback = "0s", \
		.text = "Session-Timeout, whole seconds; 0s: none"}, \
	{"reauthenticates", VALUE_FLAG, AT(type, grant.is_reauthenticating), .fallback = "false", \
		.text = "Termination-Action: whether the VM is asked again then, or its session " \
			"ends"}, \
	{"vlan", VALUE_VLAN, AT(type, grant.vlan), .fallback = "0", \
		.text = "Tunnel-Private-Group-Id; 0: none"}, \
	{"filter_id", VALUE_TEXT, AT(type, grant.filter), .most = SCENARIO_SERVER_TEXT_MAX, \
		.fallback = "(none)", .text = "Filter-Id: the name of a list, as of a template"}, \
	{"class", VALUE_TEXT, AT(type, grant.class), .most = SCENARIO_SERVER_TEXT_MAX, \
		.fallback = "(none)", .text = "Class, which comes back with accounts"}, \
	{"filter_rules", VALUE_TEXT, AT(type, grant.rules), .most = SCENARIO_SERVER_RULES_MAX, \
		.fallback = "(none)", \
		.text = "NAS-Filter-Rules with ; between, as \"permit in ip from any to any\""}

/* clang-format on */

static const struct key_row radius_change_rows[] = {
	{"at", VALUE_DURATION, AT(radius_change, at_us), .is_required = true, .text = "when"},
	{"reauthenticate", VALUE_FLAG, AT(radius_change, is_asking), .fallback = "false",
		.text = "whether the user is to be asked again at once"},
	GRANT_ROWS(radius_change, grant),
};

static const struct key_block radius_change_block = {
	.name = "servers: radius: change",
	.text = "What a CoA-Request says; what is not given stays as it is.",
	ROWS(radius_change_rows),
};

/* clang-format off */
#define ACCOUNT_ROWS(type, account) \
	{"password", VALUE_TEXT, AT(type, account.password), .most = SCENARIO_SERVER_NAME_MAX, \
		.fallback = "secret", .text = "of the user"}, \
	GRANT_ROWS(type, account.grant), \
	{"single_login", VALUE_FLAG, AT(type, account.is_single_login), .fallback = "false", \
		.text = "whether who is logged in is let in again only with the State of his " \
			"Access-Accept"}, \
	{"disconnect_at", VALUE_DURATION, AT(type, account.disconnect_at_us), .fallback = "0s", \
		.text = "when it disconnects the user, by a Disconnect-Request; 0s: never"}, \
	{"change", VALUE_BLOCK, AT(type, account.change), HAS(type, account.is_changed), \
		.block = &radius_change_block, .fallback = "(none)", \
		.text = "what it changes in the session of the user, by a CoA-Request"}
/* clang-format on */

static const struct key_row radius_user_rows[] = {ACCOUNT_ROWS(radius_user, account)};

static const struct key_block radius_user_block = {
	.name = "servers: radius: users",
	.text = "A user with an account of his own. The key is his identity.",
	ROWS(radius_user_rows),
};

static const struct key_row radius_rows[] = {
	SERVER_ROWS,
	{"secret", VALUE_TEXT, AT(server, radius.secret), .most = SCENARIO_SERVER_NAME_MAX,
		.fallback = "radius-secret", .text = "that it shares with the bridges"},
	{"quiet", VALUE_DURATION, AT(server, radius.quiet_us), .fallback = "60s",
		.text = "for which bridges do not listen to a VM that failed"},
	ACCOUNT_ROWS(server, radius.others),
	{"users", VALUE_ENTRIES, AT(server, radius.users), SECOND(server, radius.user_count),
		.most = SCENARIO_RADIUS_USERS_MAX, .size = sizeof(struct scenario_radius_user),
		.block = &radius_user_block, .fallback = "(none)",
		.text = "who has an account of his own; what stands beside is for all others"},
};

static const struct key_block radius_block = {
	.name = "servers: radius",
	.text = "A RADIUS server that authenticates by EAP-MD5. The key is the name.",
	ROWS(radius_rows),
};

const struct key_block *const server_blocks[SCENARIO_SERVER_KINDS] = {
#define SERVER(KIND, kind) [SCENARIO_SERVER_##KIND] = &kind##_block,
#include "scenario/server_kinds.def"
#undef SERVER
};
