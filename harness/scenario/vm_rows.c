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
	{"runs", VALUE_PARTS, .block = &runs_block, .fallback = "(none)",
		.text = "clients of its own, which speak while it runs"},
	{"mka", VALUE_BLOCK, .block = &mka_block, HAS(vm, mka.is_run), .fallback = "(none)",
		.text = "the same as runs: [{mka: ...}]"},
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
	COPIES,
};

const struct key_block vm_block = {
	.name = "vms",
	.text = "Virtual machines. The key is the name.",
	ROWS(vm_rows),
};
