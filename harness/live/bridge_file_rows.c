/* SPDX-License-Identifier: MIT */
/* The rows of a live bridge's file. */
#include "bridge/edge_bridge.h"
#include "live/bridge_file.h"
#include "scenario/row_parts.h"

#define IN(type, member) .offset = offsetof(struct type, member)
#define GIVEN(type, member) .has = offsetof(struct type, member)

static const struct name_row names_port_kind[] = {
	{"station", EDGE_PORT_STATION},
	{"uplink", EDGE_PORT_UPLINK},
	{"host", EDGE_PORT_HOST},
	{NULL, 0},
};

static const struct name_row names_peer_role[] = {
	{"bridge", BRIDGE_PEER_BRIDGE},
	{"station", BRIDGE_PEER_STATION},
	{NULL, 0},
};

static const struct name_row names_log_form[] = {
	{"text", BRIDGE_LOG_TEXT},
	{"json", BRIDGE_LOG_JSON},
	{NULL, 0},
};

static const struct name_row names_requirement[] = {
	{"dot1x", BRIDGE_REQUIRES_DOT1X},
	{"macsec", BRIDGE_REQUIRES_MACSEC},
	{"dhcp", BRIDGE_REQUIRES_DHCP},
	{"dhcp6", BRIDGE_REQUIRES_DHCP6},
	{"portal", BRIDGE_REQUIRES_PORTAL},
	{NULL, 0},
};

static const struct key_row port_rows[] = {
	{"interface", VALUE_TEXT, IN(bridge_file_port, interface), .most = BRIDGE_INTERFACE_SIZE,
		.is_required = true, .text = "name of the network interface that is this port"},
	{"kind", VALUE_CHOICE, IN(bridge_file_port, kind), .names = names_port_kind,
		.is_required = true,
		.text = "what is behind it: VMs of a server, another bridge, or a host of the "
			"network"},
	{"untrusted", VALUE_FLAG, IN(bridge_file_port, is_untrusted), .fallback = "false",
		.text = "whether DHCP servers and routers behind an uplink or host are not "
			"believed; those behind a station never are"},
	{"vlan", VALUE_VLAN, IN(bridge_file_port, vlan), .least = 1, .fallback = "(all are tagged)",
		.text = "the VLAN whose frames have no tag at this port"},
	{"fast_leave", VALUE_FLAG, IN(bridge_file_port, is_fast_leave), .fallback = "false",
		.text = "who leaves a group there leaves it for all behind the port"},
	{"station", VALUE_TEXT, IN(bridge_file_port, station), .most = SCENARIO_NAME_MAX,
		.fallback = "(any)",
		.text = "the peer that alone asks for VMs behind this port and announces them"},
};

static const struct key_block port_block = {
	.name = "ports",
	.text = "The bridge's ports. The key is the name.",
	ROWS(port_rows),
};

static const struct key_row file_vm_rows[] = {
	{"vsi", VALUE_TEXT, IN(bridge_file_vm, vsi_text), .most = BRIDGE_VSI_TEXT_SIZE,
		.is_required = true, .text = "the VSI: 74 hex digits (DIMP 6.4)"},
	{"port", VALUE_TEXT, IN(bridge_file_vm, port_name), .most = SCENARIO_NAME_MAX,
		.is_required = true, .text = "the port at which it is or will be"},
	{"mac", VALUE_MAC, AT(vm, mac), .is_required = true, .text = "its MAC address"},
	{"vlan", VALUE_VLAN, AT(vm, vlan), .least = 1, .fallback = "1", .text = "its VLAN"},
	{"here", VALUE_FLAG, IN(bridge_file_vm, is_here), .fallback = "false",
		.text = "whether it runs there when the bridge starts, with DI to be learned; else "
			"its frames wait for DI that moves here"},
	{"serial", VALUE_NUMBER, IN(bridge_file_vm, serial), .fallback = "0",
		.text = "moves of it up to this serial are over, says who orders them: none of "
			"them takes its DI away, where it is here at the start (DIMP 9.1-14)"},
	{"requires", VALUE_SET, IN(bridge_file_vm, required), .names = names_requirement,
		.fallback = "none",
		.text = "what it must have before its frames pass: a session of 802.1X or of the "
			"portal, MACsec, a lease of DHCP or DHCPv6 for its address"},
	{"mka", VALUE_BLOCK, .block = &mka_block, HAS(vm, mka.is_run), .fallback = "(none)",
		.text = "the bridge speaks MKA with it: cak, bridge_priority, suite, "
			"confidentiality, replay_window and rekey_at count here"},
	{"di", VALUE_PATH, IN(bridge_file_vm, filled), .most = SCENARIO_PATH_MAX,
		.fallback = "(none)",
		.text = "records it has from the start, as hex or octets, for one that is here"},
};

static const struct key_block file_vm_block = {
	.name = "vms",
	.text = "The VSI database: VMs that are here or may come. The key is the name.",
	ROWS(file_vm_rows),
};

static const struct key_row peer_rows[] = {
	{"key", VALUE_TEXT, IN(bridge_file_peer, key_text), .most = BRIDGE_KEY_TEXT_SIZE,
		.is_required = true, .text = "its public key, as dimp pubkey prints it"},
	{"role", VALUE_CHOICE, IN(bridge_file_peer, role), .names = names_peer_role,
		.fallback = "bridge", .text = "what it is"},
	{"mac", VALUE_MAC, IN(bridge_file_peer, mac), GIVEN(bridge_file_peer, has_mac),
		.fallback = "(with binding: udp none)",
		.text = "from which and to which its DIMP goes, binding: ethernet"},
	{"address", VALUE_TEXT, IN(bridge_file_peer, address), .most = SCENARIO_NAME_MAX,
		.fallback = "(with binding: ethernet none)",
		.text = "the same of UDP, as in 192.0.2.1:34997"},
	{"preshared", VALUE_PATH, IN(bridge_file_peer, preshared_path), .most = SCENARIO_PATH_MAX,
		.fallback = "(none)", .text = "file of a key shared with it beforehand"},
};

static const struct key_block peer_block = {
	.name = "peers",
	.text = "Bridges and stations that it speaks DIMP with. The key is the name.",
	ROWS(peer_rows),
};

static const struct key_row radius_rows[] = {
	{"address", VALUE_IP, IN(bridge_file_radius, bridge_address), .is_required = true,
		.text = "IPv4 address that the bridge asks from; it answers ARP for it"},
	{"server", VALUE_IP, IN(bridge_file_radius, server_address), .is_required = true,
		.text = "IPv4 address of the server"},
	{"server_mac", VALUE_MAC, IN(bridge_file_radius, server), .is_required = true,
		.text = "MAC address of the server, or of the router to it"},
	{"secret", VALUE_PATH, IN(bridge_file_radius, secret_path), .most = SCENARIO_PATH_MAX,
		.is_required = true, .text = "file of the secret shared with it; one line"},
	{"quiet", VALUE_DURATION, IN(bridge_file_radius, quiet_us), .fallback = "60s",
		.text = "how long a VM is not listened to after a failure"},
};

static const struct key_block radius_block = {
	.name = "radius",
	.text = "The server for VMs that require dot1x; reached untagged over an uplink or host.",
	ROWS(radius_rows),
};

static const struct key_row file_rows[] = {
	{"name", VALUE_TEXT, IN(bridge_file, name), .most = SCENARIO_NAME_MAX, .is_required = true,
		.text = "what logs call the bridge"},
	{"key", VALUE_PATH, IN(bridge_file, key_path), .most = SCENARIO_PATH_MAX,
		.is_required = true, .text = "file of its private key, as dimp genkey prints it"},
	{"address", VALUE_MAC, IN(bridge_file, address), GIVEN(bridge_file, has_address),
		.fallback = "(that of the first uplink's interface)",
		.text = "MAC address of its DIMP and its own frames"},
	{"binding", VALUE_CHOICE, IN(bridge_file, carrier), .names = names_carrier,
		.fallback = "ethernet",
		.text = "what carries DIMP: frames of its own EtherType at its ports, or UDP of "
			"this host"},
	{"listen", VALUE_TEXT, IN(bridge_file, listen), .most = SCENARIO_NAME_MAX,
		.fallback = "0.0.0.0", .text = "address and port of UDP"},
	{"user", VALUE_TEXT, IN(bridge_file, user), .most = SCENARIO_NAME_MAX,
		.fallback = "(who starts it, without capabilities)",
		.text = "who it becomes once its sockets are open"},
	{"log", VALUE_CHOICE, IN(bridge_file, log_form), .names = names_log_form,
		.fallback = "text",
		.text = "how it says what happens: a line each, for people or "
			"as JSON"},
	{"state", VALUE_TEXT, IN(bridge_file, state), .most = SCENARIO_PATH_MAX,
		.fallback = "(none)",
		.text = "file that counts its starts, made when it is not there; without one each "
			"start waits for a second of its own"},
	{"locked", VALUE_FLAG, IN(bridge_file, is_locked), .fallback = "false",
		.text = "the memory of all entries that it has room for is taken at the start and "
			"never swapped out: no page fault while they come"},
	{"standing", VALUE_FLAG, IN(bridge_file, is_standing), .fallback = "false",
		.text = "associations are opened at the start"},
	{"drain", VALUE_DURATION, IN(bridge_file, drain_us), .fallback = "5s",
		.text = "how long moves that are under way have to end when it is told to stop"},
	{"manager", VALUE_TEXT, IN(bridge_file, manager_text), .most = BRIDGE_KEY_TEXT_SIZE,
		.fallback = "(none)",
		.text = "the VSI manager's Ed25519 key, for bridge: {authority: ticket}"},
	{"bridge", VALUE_BLOCK, IN(bridge_file, bridge), .block = &bridge_block,
		.fallback = "(defaults)",
		.text = "policy, limits and all else that a scenario says of a bridge"},
	{"settings", VALUE_BLOCK, IN(bridge_file, settings), .block = &settings_block,
		.fallback = "(the defaults)", .text = "timers and bounds of the protocol"},
	{"radius", VALUE_BLOCK, IN(bridge_file, radius), GIVEN(bridge_file, radius.is_on),
		.block = &radius_block, .fallback = "(none)", .text = "who authenticates VMs"},
	{"ports", VALUE_ENTRIES, IN(bridge_file, ports), .most = BRIDGE_PORTS_MAX,
		.second = offsetof(struct bridge_file, port_count),
		.size = sizeof(struct bridge_file_port), .block = &port_block, .is_required = true,
		.text = "its ports by name"},
	{"vms", VALUE_ENTRIES, IN(bridge_file, vms), .most = BRIDGE_VMS_MAX,
		.second = offsetof(struct bridge_file, vm_count),
		.size = sizeof(struct bridge_file_vm), .block = &file_vm_block,
		.text = "VMs by name"},
	{"peers", VALUE_ENTRIES, IN(bridge_file, peers), .most = BRIDGE_PEERS_MAX,
		.second = offsetof(struct bridge_file, peer_count),
		.size = sizeof(struct bridge_file_peer), .block = &peer_block,
		.text = "peers by name"},
};

const struct key_block bridge_file_block = {
	.name = "bridge file",
	.text = "The whole file.",
	ROWS(file_rows),
};

const struct key_block *const bridge_file_blocks[BRIDGE_FILE_BLOCKS] = {
	&bridge_file_block,
	&port_block,
	&file_vm_block,
	&peer_block,
	&radius_block,
};
