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
	{"size", VALUE_SIZE, AT(vm, memory.octets), .fallback = "1GiB", .text = "to be copied"},
	{"dirty", VALUE_SIZE_PER_SECOND, AT(vm, memory.dirty_octets_per_s), .fallback = "50MiB/s",
		.text = "rewritten while it runs"},
	{"working_set", VALUE_SIZE, AT(vm, memory.working_set_octets), .fallback = "0",
		.text = "no more than this is dirty at once; 0: all of it"},
	{"state", VALUE_SIZE, AT(vm, memory.state_octets), .fallback = "0",
		.text = "of its devices, copied while it stands still"},
	{"downtime", VALUE_DURATION, AT(vm, memory.downtime_us), .fallback = "20ms",
		.text = "it is stopped when what is left takes no longer; QEMU: 300ms"},
	{"rounds", VALUE_COUNT, AT(vm, memory.rounds_max), .most = 1000, .fallback = "30",
		.text = "of copying while it runs, at most; 0: it is stopped at once"},
	{"converge", VALUE_CHOICE, AT(vm, memory.converge), .names = names_converge,
		.fallback = "stop",
		.text = "what is done when rounds shrink no more or are used up: stop: it stands "
			"still as long as the rest takes; give-up: it stays; throttle: it is "
			"slowed down, by 20 % and then 10 % more each round; post-copy: it runs "
			"at its new place, and the rest follows"},
	{"fault", VALUE_DURATION, AT(vm, memory.fault_us), .fallback = "300us",
		.text = "how long it waits for a page that has not followed yet"},
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
	{"policed_to", VALUE_RATE, AT(vm, policed_to_bps), .fallback = "(not policed)",
		.text = "rate of a policer in each direction, with a burst of 50 ms"},
	{"synthetic", VALUE_DI_COUNTS, AT(vm, synthetic), .most = 100000, .fallback = "(none)",
		.text = "entries made up at the start, for sizes no recording has"},
	COPIES,
};

const struct key_block vm_block = {
	.name = "vms",
	.text = "Virtual machines. The key is the name.",
	ROWS(vm_rows),
};
