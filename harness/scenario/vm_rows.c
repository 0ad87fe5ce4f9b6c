/* SPDX-License-Identifier: MIT */
/* The rows of VMs, and of what each of them does. */
#include "scenario/row_parts.h"

static const struct key_row plays_rows[] = {
	{"capture", VALUE_PATH, AT(vm, capture), .most = SCENARIO_PATH_MAX, .is_required = true,
		.text = "pcapng or pcap with what the VM and its peers sent"},
	{"cak", VALUE_PATH, AT(vm, cak), .most = SCENARIO_PATH_MAX, .fallback = "(none)",
		.text = "CKN and CAK of its MKA, to follow MACsec"},
};

static const struct key_block plays_block = {
	.name = "plays",
	.text = "A recording that enters the world at its recorded times.",
	ROWS(plays_rows),
};

static const struct key_row mka_rows[] = {
	{"cak", VALUE_PATH, AT(vm, mka.cak), .most = SCENARIO_PATH_MAX, .is_required = true,
		.text = "CKN and CAK"},
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
};

static const struct key_block mka_block = {
	.name = "mka",
	.text = "MACsec Key Agreement, spoken by the VM and its bridge: their frames are made, not "
		"recorded, and all other frames pass only protected.",
	ROWS(mka_rows),
};

static const struct key_row memory_rows[] = {
	{"size", VALUE_SIZE, AT(vm, memory_octets), .fallback = "1GiB", .text = "to be copied"},
	{"dirty", VALUE_SIZE_PER_SECOND, AT(vm, dirty_octets_per_s), .fallback = "50MiB/s",
		.text = "rewritten while it runs"},
};

static const struct key_block memory_block = {
	.name = "memory",
	.text = "A VM's memory, from which its stop time follows.",
	ROWS(memory_rows),
};

static const struct key_row vm_rows[] = {
	{"station", VALUE_REFERENCE, AT(vm, station), .thing = THING_STATION, .is_required = true,
		.text = "where it runs at the start"},
	{"vlan", VALUE_VLAN, AT(vm, vlan), .least = 1, .fallback = "1",
		.text = "its VLAN; a recording's frames are put into it"},
	{"mac", VALUE_MAC, AT(vm, mac), .fallback = "(derived from name and seed)",
		.text = "its MAC address"},
	{"address", VALUE_IP, AT(vm, address), .fallback = "(DHCP's, else 10.0.0.0/8 by its place)",
		.text = "its IP address, for services"},
	{"plays", VALUE_BLOCK, .block = &plays_block, .fallback = "(nothing)",
		.text = "recorded traffic it sends and gets"},
	{"mka", VALUE_BLOCK, .block = &mka_block, .fallback = "(none)",
		.text = "MACsec with keys agreed on by MKA"},
	{"leaves_untold", VALUE_FLAG, AT(vm, leaves_untold), .fallback = "false",
		.text = "whether its bridge does not hear that it leaves its port"},
	{"memory", VALUE_BLOCK, .block = &memory_block, .fallback = "(1GiB)", .text = "its memory"},
	{"stop", VALUE_DURATION, AT(vm, stop_us), .fallback = "(computed from memory and rate)",
		.text = "how long a move stops it, DIMP aside"},
	{"installed_by_server", VALUE_DI_SET, AT(vm, installed_by_server), .names = names_di_type,
		.fallback = "none",
		.text = "DI that its server installs at the destination itself, before the move"},
	{"synthetic", VALUE_DI_COUNTS, AT(vm, synthetic), .most = 100000, .fallback = "(none)",
		.text = "entries made up at the start, for sizes no recording has"},
	{"runs", VALUE_LATER, .text = "clients of its own"},
	COPIES,
};

const struct key_block vm_block = {
	.name = "vms",
	.text = "Virtual machines. The key is the name.",
	ROWS(vm_rows),
};
