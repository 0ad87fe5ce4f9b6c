/* SPDX-License-Identifier: MIT */
/* The rows of what VMs run: a block for each kind of client, and the list of all of them. */
#include "scenario/row_parts.h"

static const struct key_row further_rows[] = {
	{"count", VALUE_COUNT, AT(vm, mka.further.count), .most = 6, .fallback = "0",
		.text = "how many; their SCIs have the VM's address and ports 2, 3, ..."},
	{"priority", VALUE_COUNT, AT(vm, mka.further.priority), .most = 255, .fallback = "192",
		.text = "of each, to be key server"},
	{"from", VALUE_DURATION, AT(vm, mka.further.from_us), .fallback = "0s",
		.text = "when they join"},
	{"until", VALUE_DURATION, AT(vm, mka.further.until_us), .fallback = "0s",
		.text = "when they die, without a word; 0s: never"},
};

static const struct key_block further_block = {
	.name = "further",
	.text = "Further MKA participants behind the VM's port: a group with VM and bridge.",
	ROWS(further_rows),
};

static const struct key_row mka_rows[] = {
	{"cak", VALUE_PATH, AT(vm, mka.cak), .most = SCENARIO_PATH_MAX,
		.fallback = "(derived from name and seed)", .text = "CKN and CAK"},
	{"priority", VALUE_COUNT, AT(vm, mka.priority), .most = 255, .fallback = "128",
		.text = "of the VM, to be key server; the lower wins"},
	{"bridge_priority", VALUE_COUNT, AT(vm, mka.bridge_priority), .most = 255, .fallback = "16",
		.text = "of its bridge"},
	{"suite", VALUE_CHOICE, AT(vm, mka.suite), .names = names_suite, .fallback = "gcm-aes-128",
		.text = "cipher suite of the SAKs"},
	{"everywhere", VALUE_FLAG, AT(vm, mka.is_everywhere), .fallback = "false",
		.text = "whether every bridge has the CAK, not the VM's first alone"},
	{"rekey_at", VALUE_NUMBER, AT(vm, mka.rekey_at), .most = INT64_MAX, .fallback = "0",
		.text = "packet number at which the key server makes a new SAK; 0: 0xc0000000, "
			"and so for 64 bits"},
	{"first_pn", VALUE_NUMBER, AT(vm, mka.first_pn), .least = 1, .most = INT64_MAX,
		.fallback = "1",
		.text = "packet number with which a SAK begins, to be near its end"},
	{"replay_window", VALUE_COUNT, AT(vm, mka.replay_window), .most = UINT32_MAX,
		.fallback = "0", .text = "of the SAs"},
	{"confidentiality", VALUE_CHOICE, AT(vm, mka.confidentiality),
		.names = names_confidentiality, .fallback = "offset-0",
		.text = "what of a frame is encrypted; none: integrity only"},
	{"delay_protect", VALUE_FLAG, AT(vm, mka.is_delay_protecting), .fallback = "false",
		.text = "whether no frame is taken that is older than a hello or two"},
	{"further", VALUE_BLOCK, .block = &further_block, .fallback = "(none)",
		.text = "participants beside VM and bridge"},
	{"silent_from", VALUE_DURATION, AT(vm, mka.silent_from_us), .fallback = "0s",
		.text = "when the VM's KaY falls silent, its data going on; 0s: never"},
	{"silent_until", VALUE_DURATION, AT(vm, mka.silent_until_us), .fallback = "0s",
		.text = "when it speaks again; 0s: never"},
	{"suspend_at", VALUE_DURATION, AT(vm, mka.suspend_at_us), .fallback = "0s",
		.text = "when the VM asks its key server to suspend MKA (XPN suites); 0s: never"},
	{"suspend_for", VALUE_COUNT, AT(vm, mka.suspend_s), .most = 255, .fallback = "120",
		.text = "seconds that it asks for"},
};

const struct key_block mka_block = {
	.name = "mka",
	.text = "MACsec Key Agreement, spoken by the VM and its bridge: their frames are made, not "
		"recorded, and all other frames pass only protected.",
	ROWS(mka_rows),
};

static const struct key_row dhcp_rows[] = {
	{"rapid", VALUE_FLAG, AT(vm, dhcp.is_rapid), .fallback = "false",
		.text = "asks for two messages in place of four"},
	{"checks", VALUE_FLAG, AT(vm, dhcp.is_checking), .fallback = "false",
		.text = "asks by ARP whether anybody has the address that it is given"},
};

static const struct key_block dhcp_block = {
	.name = "runs: dhcp",
	.text = "A DHCP client: the VM has no address until it is given one, and its bridge holds "
		"it to that.",
	ROWS(dhcp_rows),
};

static const struct key_row dhcp6_rows[] = {
	{"rapid", VALUE_FLAG, AT(vm, dhcp6.is_rapid), .fallback = "false",
		.text = "asks for two messages in place of four"},
	{"prefix", VALUE_FLAG, AT(vm, dhcp6.wants_prefix), .fallback = "false",
		.text = "asks for a prefix as well, as a router does"},
};

static const struct key_block dhcp6_block = {
	.name = "runs: dhcp6",
	.text = "A DHCPv6 client: an IPv6 address beside its IPv4 one. Its bridge lets IPv6 pass "
		"only from what it was given, and from its link-local address.",
	ROWS(dhcp6_rows),
};

#define JOIN_ROW(member) \
	{ \
		"join", VALUE_GROUPS, AT(vm, member.groups), SECOND(vm, member.group_count), \
			.most = SCENARIO_GROUPS_MAX, .is_required = true, \
			.text = "groups, as [239.1.1.1, 232.5.5.3/10.0.0.9]: all sources, or one" \
	}

#define EACH_ROW(member) \
	{ \
		"each", VALUE_COUNT, AT(vm, member.each), \
			.least = 1, .most = 4096, .fallback = "1", \
			.text = "so many groups from each of these on" \
	}

static const struct key_row dot1x_rows[] = {
	{"identity", VALUE_TEXT, AT(vm, dot1x.identity), .most = SCENARIO_CLIENT_NAME_MAX,
		.fallback = "(the VM's name)", .text = "who it says it is"},
	{"password", VALUE_TEXT, AT(vm, dot1x.password), .most = SCENARIO_CLIENT_NAME_MAX,
		.fallback = "secret", .text = "what it proves that by"},
	{"logoff_at", VALUE_DURATION, AT(vm, dot1x.logoff_at_us), .fallback = "0s",
		.text = "when it logs off; 0s: never"},
};

static const struct key_block dot1x_block = {
	.name = "runs: dot1x",
	.text = "An 802.1X supplicant of EAP-MD5: the VM's frames pass only with a session. Its "
		"bridges are authenticators, and clients of the radius server.",
	ROWS(dot1x_rows),
};

static const struct key_row igmp_rows[] = {
	JOIN_ROW(igmp),
	EACH_ROW(igmp),
	{"version", VALUE_COUNT, AT(vm, igmp.version), .least = 1, .most = 3, .fallback = "3",
		.text = "of IGMP"},
};

static const struct key_block igmp_block = {
	.name = "runs: igmp",
	.text = "A member of multicast groups of IPv4.",
	ROWS(igmp_rows),
};

static const struct key_row mld_rows[] = {
	JOIN_ROW(mld),
	EACH_ROW(mld),
	{"version", VALUE_COUNT, AT(vm, mld.version), .least = 1, .most = 2, .fallback = "2",
		.text = "of MLD"},
};

static const struct key_block mld_block = {
	.name = "runs: mld",
	.text = "A member of multicast groups of IPv6.",
	ROWS(mld_rows),
};

static const struct key_row runs_rows[] = {
	{"dot1x", VALUE_BLOCK, .block = &dot1x_block, HAS(vm, dot1x.is_run),
		.text = "an 802.1X session"},
	{"dhcp", VALUE_BLOCK, .block = &dhcp_block, HAS(vm, dhcp.is_run),
		.text = "an address from a DHCP server"},
	{"dhcp6", VALUE_BLOCK, .block = &dhcp6_block, HAS(vm, dhcp6.is_run),
		.text = "an address, and perhaps a prefix, from a DHCPv6 server"},
	{"igmp", VALUE_BLOCK, .block = &igmp_block, HAS(vm, igmp.is_run),
		.text = "membership of groups of IPv4"},
	{"mld", VALUE_BLOCK, .block = &mld_block, HAS(vm, mld.is_run),
		.text = "membership of groups of IPv6"},
	{"mka", VALUE_BLOCK, .block = &mka_block, HAS(vm, mka.is_run),
		.text = "MACsec with keys agreed on by MKA"},
};

const struct key_block runs_block = {
	.name = "runs",
	.text = "Clients of a VM: a list of their names, or of maps of a name to its keys. Their "
		"frames are made, not recorded. A client does nothing while its VM is stopped.",
	ROWS(runs_rows),
};
