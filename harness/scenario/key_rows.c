/* SPDX-License-Identifier: MIT */
/* The rows, block by block. Their order is the order of the documentation. */
#include "scenario/key_rows.h"

#include <stdio.h>
#include <string.h>

#include "crypto/rewriter.h"
#include "scenario/scenario.h"

#define AT(type, member) .offset = offsetof(struct scenario_##type, member)
#define SECOND(type, member) .second = offsetof(struct scenario_##type, member)
#define HAS(member) .has = offsetof(struct scenario_expect, member)
#define ROWS(array) .rows = (array), .row_count = sizeof(array) / sizeof(array)[0]

#define COPIES \
	{ \
		"count", VALUE_COPIES, \
			.least = 1, .most = 4096, .fallback = "1", \
			.text = "so many alike: {n} in the name and in its texts is 1, 2, ..." \
	}

static const struct key_row policy_rows[] = {
	{"vlans", VALUE_VLANS, AT(bridge, policy_vlans), SECOND(bridge, policy_vlan_count),
		.fallback = "(all)", .text = "VLANs that VMs may be in at this bridge"},
	{"refuse", VALUE_DI_SET, AT(bridge, policy_refused_types), .names = names_di_type,
		.fallback = "none", .text = "DI types that this bridge's policy forbids"},
};

static const struct key_block policy_block = {
	.name = "policy",
	.text = "What a bridge refuses with POLICY_CONFLICT.",
	ROWS(policy_rows),
};

static const struct key_row remap_rows[] = {
	{"vlan", VALUE_VLAN_MAP, AT(bridge, remap_vlans), SECOND(bridge, remap_vlan_count),
		.fallback = "{}",
		.text = "what others call a VLAN and this bridge does ({42: 142}); the rest stay"},
};

static const struct key_block remap_block = {
	.name = "remap",
	.text = "What is called otherwise at this bridge. DI that comes here is mapped when "
		"it goes into force (DIMP 8.0-7). A VM keeps its vlan on every cable: the "
		"bridge's ports translate. policy names VLANs as other bridges do. Two that "
		"become one here are POLICY_CONFLICT when two entries become one.",
	ROWS(remap_rows),
};

static const struct key_row bridge_rows[] = {
	{"ports", VALUE_COUNT, AT(bridge, ports), .least = 1, .most = 1024, .fallback = "8",
		.text = "ports for stations and hosts, numbered from 1; links have their own"},
	{"acl_template", VALUE_TEMPLATE, AT(bridge, acl_template), .most = SCENARIO_NAME_MAX,
		.names = names_acl_template, .fallback = "none",
		.text = "ACL that a VM gets when it authenticates"},
	{"limits", VALUE_DI_COUNTS, AT(bridge, limits), .fallback = "(no limit)",
		.text = "most entries of a DI type, over all VMs"},
	{"entries", VALUE_COUNT, AT(bridge, entries_max), .fallback = "(4096)",
		.text = "most DI entries over all types"},
	{"migrations", VALUE_COUNT, AT(bridge, migrations_max), .least = 1,
		.fallback = "(as many as there are)",
		.text = "requests that it keeps at a time, those that ended included"},
	{"supported", VALUE_DI_SET, AT(bridge, supported_types), .names = names_di_type,
		.fallback = "all", .text = "DI types this bridge knows"},
	{"versions", VALUE_DI_COUNTS, AT(bridge, versions), .least = 1, .most = 255,
		.fallback = "(1)",
		.text = "of the DI records that it sends: of a newer release than the others"},
	{"lies", VALUE_SET, AT(bridge, lies), .names = names_lie, .fallback = "none",
		.text = rewriter_lies_text},
	{"policy", VALUE_BLOCK, .block = &policy_block, .fallback = "(allows all)",
		.text = "what it refuses"},
	{"querier", VALUE_FLAG, AT(bridge, is_querier), .fallback = "false",
		.text = "asks VMs that leave a multicast group whether anybody is left in it"},
	{"fails_activation", VALUE_FLAG, AT(bridge, fails_activation), .fallback = "false",
		.text = "its hardware cannot put DI into force"},
	{"authority", VALUE_CHOICE, AT(bridge, authority), .names = names_authority,
		.fallback = "any-peer",
		.text = "whom it hands DI to: any bridge; the one that the old station announced; "
			"the one that the VSI manager's ticket names"},
	{"hold_frames", VALUE_SIZE, AT(bridge, hold_octets), .most = 1u << 30, .fallback = "0",
		.text = "frames that arrive for a VM on its way here wait for its DI, up to so "
			"many octets over all VMs; 0: they are dropped"},
	{"hold_frames_most", VALUE_COUNT, AT(bridge, hold_frames), .least = 1, .most = 1000000,
		.fallback = "1024", .text = "and up to so many frames"},
	{"remap", VALUE_BLOCK, .block = &remap_block, .fallback = "(as elsewhere)",
		.text = "VLANs of another number here"},
	{"count", VALUE_LATER, .text = "several alike"},
};

static const struct key_block bridge_block = {
	.name = "bridges",
	.text = "Edge bridges. The key is the name.",
	ROWS(bridge_rows),
};

static const struct key_row link_rows[] = {
	{"between", VALUE_ENDS, AT(link, bridges), .is_required = true,
		.text = "two bridges, as in [edge-a, edge-b]: the link is called edge-a/edge-b"},
#define LINK_KEY(key, of_kind, member, value, what) \
	{key, of_kind, AT(link, config.member), .fallback = value, .text = what},
#include "scenario/link_keys.def"
#undef LINK_KEY
};

static const struct key_block link_block = {
	.name = "links",
	.text = "Links between bridges; they make a tree. Both directions are alike.",
	ROWS(link_rows),
};

static const struct key_row on_fail_rows[] = {
	{"RETRY", VALUE_COUNT, AT(station, retries), .most = 1000, .fallback = "0",
		.text = "how often it tries again where that is advised"},
	{"CONTINUE_AT_RISK", VALUE_CHOICE, AT(station, on_risk), .names = names_on_risk,
		.fallback = "stop",
		.text = "whether it goes on at risk where that is advised, retries being used up"},
};

static const struct key_block on_fail_block = {
	.name = "on_fail",
	.text = "What a station does on each advice of a FAIL. STOP is always obeyed: the VM "
		"goes on at its old station.",
	ROWS(on_fail_rows),
};

static const struct key_row station_rows[] = {
	{"bridge", VALUE_REFERENCE, AT(station, bridge), .thing = THING_BRIDGE, .is_required = true,
		.text = "the edge bridge it hangs on"},
	{"port", VALUE_COUNT, AT(station, port), .least = 1, .is_required = true,
		.text = "and the port there"},
	{"on_fail", VALUE_BLOCK, .block = &on_fail_block, .fallback = "(stops)",
		.text = "what it does when a migration fails"},
#define LINK_KEY(key, of_kind, member, value, what) \
	{key, of_kind, AT(station, config.member), .fallback = value, .text = what},
#include "scenario/link_keys.def"
#undef LINK_KEY
};

static const struct key_block station_block = {
	.name = "stations",
	.text = "Servers with their hypervisors. The key is the name; rate and what follows it "
		"describe the cable to the bridge.",
	ROWS(station_rows),
};

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

static const struct key_block vm_block = {
	.name = "vms",
	.text = "Virtual machines. The key is the name.",
	ROWS(vm_rows),
};

static const struct key_row service_rows[] = {
	{"kind", VALUE_CHOICE, AT(service, kind), .names = names_service_kind, .is_required = true,
		.text = "multicast: frames to a group; echo: requests that the VM answers"},
	{"from", VALUE_PLACE, AT(service, bridge), SECOND(service, port), .is_required = true,
		.text = "bridge and port of the sending host, as in edge-b/4"},
	{"to", VALUE_REFERENCE, AT(service, vm), .thing = THING_VM,
		.fallback = "(multicast: all VMs; echo: required)", .text = "the VM that receives"},
	{"group", VALUE_IP, AT(service, group), .fallback = "(multicast: required)",
		.text = "multicast group"},
	{"source", VALUE_IP, AT(service, source), .fallback = "(the host's own)",
		.text = "source address of its frames"},
	{"rate", VALUE_PER_SECOND, AT(service, per_second), .least = 1, .most = 100000,
		.fallback = "100/s", .text = "frames a second"},
};

static const struct key_block service_block = {
	.name = "services",
	.text = "Traffic that shows what a move costs. The key is the name.",
	ROWS(service_rows),
};

static const struct key_row migration_rows[] = {
	{"name", VALUE_TEXT, AT(migration, name), .most = SCENARIO_NAME_MAX,
		.fallback = "(migration-1, ...)", .text = "what expectations call it"},
	{"vm", VALUE_REFERENCE, AT(migration, vm), .thing = THING_VM, .is_required = true,
		.text = "the VM that moves"},
	{"to", VALUE_REFERENCE, AT(migration, to), .thing = THING_STATION, .is_required = true,
		.text = "the station it moves to"},
	{"at", VALUE_DURATION, AT(migration, at), .is_required = true,
		.text = "when, from the start"},
	{"mode", VALUE_CHOICE, AT(migration, mode), .names = names_how, .fallback = "staged",
		.text = "staged: DI is copied while the VM runs; one-shot: when it is stopped"},
	{"trigger", VALUE_CHOICE, AT(migration, trigger), .names = names_trigger,
		.fallback = "request",
		.text = "request: the server sends REQUEST; notify: the old bridge sends NOTIFY, "
			"and the server REQUEST when the memory is copied; notify-alone: it never "
			"does; operator: the new bridge's own host orders the move; vdp: the "
			"server speaks VDP with its bridge, in place of DIMP; none: the server "
			"knows no DIMP"},
	{"required", VALUE_DI_SET, AT(migration, required), .names = names_di_type,
		.fallback = "(all that are not optional)",
		.text = "DI types without which it fails"},
	{"optional", VALUE_DI_SET, AT(migration, optional), .names = names_di_type,
		.fallback = "none", .text = "DI types it may go without"},
	{"deadline", VALUE_DURATION_MS, AT(migration, deadline_ms), .least = 1, .fallback = "10s",
		.text = "from REQUEST to its outcome"},
	{"hint", VALUE_CHOICE, AT(migration, hint), .names = names_hint_given, .fallback = "source",
		.text = "source: the REQUEST names the old bridge; none: the new one has to ask; "
			"unknown: it names a bridge that nobody knows"},
	{"announcer", VALUE_REFERENCE, AT(migration, announcer), .thing = THING_STATION,
		.fallback = "(the VM's)",
		.text = "the station that announces the move where a bridge's authority is "
			"consent"},
	{"ticket", VALUE_CHOICE, AT(migration, ticket), .names = names_ticket, .fallback = "right",
		.text = "what the server has where a bridge's authority is ticket; wrong: one for "
			"another move; no-risk: one that does not let it go on at risk; elsewhere: "
			"one to another bridge; over: one whose time is over; ending: one that "
			"ends after an hour; one-type: one for the lowest DI type asked for "
			"alone"},
	COPIES,
};

static const struct key_block migration_block = {
	.name = "migrations",
	.text = "Moves of VMs: a list.",
	ROWS(migration_rows),
};

static const struct key_row expect_migration_rows[] = {
	{"migration", VALUE_REFERENCE, AT(expect, subject), .thing = THING_MIGRATION,
		.is_required = true, .text = "name of the migration"},
	{"result", VALUE_CHOICE, AT(expect, result), HAS(has_result), .names = names_result,
		.text = "of its RESPONSE"},
	{"reason", VALUE_CHOICE, AT(expect, reason), HAS(has_reason), .names = names_reason,
		.text = "of its RESPONSE"},
	{"error", VALUE_CHOICE, AT(expect, error), HAS(has_error), .names = names_error,
		.text = "sub-reason of its RESPONSE"},
	{"advice", VALUE_SET, AT(expect, advice), HAS(has_advice), .names = names_advice,
		.text = "exactly this advice: a name or a list"},
	{"vdp", VALUE_CHOICE, AT(expect, vdp_status), HAS(has_vdp_status),
		.names = names_vdp_status,
		.text = "last answer that the server had by VDP: ack, or what becomes of the old "
			"state (keep, hard) and the error"},
	{"attempts", VALUE_COUNT, AT(expect, attempts), HAS(has_attempts),
		.text = "REQUESTs that the station sent"},
	{"within", VALUE_DURATION, AT(expect, within_us), HAS(has_within),
		.text = "from the last REQUEST to its RESPONSE, at most"},
	{"round_trips", VALUE_COUNT, AT(expect, round_trips), HAS(has_round_trips),
		.text = "between the bridges from SOLICIT to RELEASED, serialisation aside"},
	{"blackout", VALUE_DURATION, AT(expect, blackout_us), HAS(has_blackout),
		.text = "VM stopped until it runs with its DI in force, at most"},
	{"installed", VALUE_DI_COUNTS, AT(expect, di), SECOND(expect, has_di),
		.text = "entries of each DI type that were installed"},
	COPIES,
};

static const struct key_block expect_migration_block = {
	.name = "expect: of a migration",
	.text = "What came of a migration.",
	ROWS(expect_migration_rows),
};

static const struct key_row expect_service_rows[] = {
	{"service", VALUE_REFERENCE, AT(expect, subject), .thing = THING_SERVICE,
		.is_required = true, .text = "name of the service"},
	{"lost", VALUE_NUMBER, AT(expect, lost), HAS(has_lost), .text = "frames lost, exactly"},
	{"lost_beyond_stop", VALUE_NUMBER, AT(expect, lost_beyond_stop), HAS(has_lost_beyond_stop),
		.text = "at most so many lost outside the VM's own stop time"},
	{"lost_at_least", VALUE_NUMBER, AT(expect, lost_at_least), HAS(has_lost_at_least),
		.text = "at least so many lost: what a comparison is to show"},
};

static const struct key_block expect_service_block = {
	.name = "expect: of a service",
	.text = "What a service's receiver saw.",
	ROWS(expect_service_rows),
};

static const struct key_row expect_di_rows[] = {
	{"bridge", VALUE_REFERENCE, AT(expect, subject), .thing = THING_BRIDGE, .is_required = true,
		.text = "name of the bridge"},
	{"vm", VALUE_REFERENCE, AT(expect, vm), .thing = THING_VM, .is_required = true,
		.text = "name of the VM"},
	{"di", VALUE_DI_COUNTS, AT(expect, di), SECOND(expect, has_di), .is_required = true,
		.text = "entries in force when the run ends"},
	COPIES,
};

static const struct key_block expect_di_block = {
	.name = "expect: of DI at a bridge",
	.text = "What is in force at a bridge for a VM when the run ends.",
	ROWS(expect_di_rows),
};

static const struct key_row expect_vm_rows[] = {
	{"vm", VALUE_REFERENCE, AT(expect, vm), .thing = THING_VM, .is_required = true,
		.text = "name of the VM"},
	{"runs_at", VALUE_REFERENCE, AT(expect, runs_at), HAS(has_runs_at), .thing = THING_STATION,
		.is_required = true, .text = "the station where it runs when the run ends"},
	COPIES,
};

static const struct key_block expect_vm_block = {
	.name = "expect: of a VM",
	.text = "Where a VM ends up.",
	ROWS(expect_vm_rows),
};

static const struct key_row expect_holding_rows[] = {
	{"holding", VALUE_REFERENCE, AT(expect, subject), .thing = THING_BRIDGE,
		.is_required = true, .text = "name of the bridge"},
	{"held", VALUE_NUMBER, AT(expect, held), HAS(has_held),
		.text = "at least so many frames waited there for a VM"},
	{"delivered", VALUE_NUMBER, AT(expect, delivered), HAS(has_delivered),
		.text = "at least so many of them were delivered"},
	{"dropped", VALUE_NUMBER, AT(expect, dropped), HAS(has_dropped),
		.text = "exactly so many were dropped: no room, or the VM did not come"},
	{"dropped_at_least", VALUE_NUMBER, AT(expect, dropped_at_least), HAS(has_dropped_at_least),
		.text = "at least so many were dropped"},
};

static const struct key_block expect_holding_block = {
	.name = "expect: of held frames",
	.text = "What became of the frames that a bridge with hold_frames kept for VMs.",
	ROWS(expect_holding_rows),
};

const struct key_block *const expect_blocks[EXPECT_BLOCKS] = {
	&expect_migration_block,
	&expect_service_block,
	&expect_di_block,
	&expect_vm_block,
	&expect_holding_block,
};

#define THING(member) \
	.items = offsetof(struct scenario, member##s), \
	.count = offsetof(struct scenario, member##_count), \
	.size = sizeof(struct scenario_##member)

const struct thing_row thing_rows[THINGS] = {
	[THING_BRIDGE] = {"bridge", "bridges", true, THING(bridge), .block = &bridge_block},
	[THING_LINK] = {"link", "links", false, THING(link), .block = &link_block},
	[THING_STATION] = {"station", "stations", true, THING(station), .block = &station_block},
	[THING_VM] = {"VM", "vms", true, THING(vm), .block = &vm_block},
	[THING_SERVICE] = {"service", "services", true, THING(service), .block = &service_block},
	[THING_MIGRATION] = {"migration", "migrations", false, THING(migration),
		.block = &migration_block},
	[THING_FAULT] = {"fault", "faults", false, THING(fault), .kinds = fault_blocks,
		.kind_count = FAULT_BLOCKS},
	[THING_EXPECT] = {"expectation", "expect", false, THING(expect), .kinds = expect_blocks,
		.kind_count = EXPECT_BLOCKS},
};

#define SETTING_IS_DURATION(unit) (sizeof(unit) == sizeof "us")

static const struct key_row settings_rows[] = {
#define SETTING(key, value, smallest, largest, unit, clause, what) \
	{#key, SETTING_IS_DURATION(unit) ? VALUE_DURATION_US : VALUE_COUNT, \
		.offset = offsetof(struct dimp_settings, key), .least = (smallest), \
		.most = (largest), .fallback = "(" #value " " unit ")", \
		.text = what " (DIMP " clause ")"},
#include "settings.def"
#undef SETTING
};

static const struct key_block settings_block = {
	.name = "settings",
	.text = "Timers and bounds of the protocol, of every speaker.",
	ROWS(settings_rows),
};

static const struct key_row top_rows[] = {
	{"title", VALUE_TEXT, .offset = offsetof(struct scenario, title), .most = 256,
		.fallback = "", .text = "one line"},
	{"known", VALUE_TEXT, .offset = offsetof(struct scenario, known), .most = 256,
		.fallback = "", .text = "why a regression fails so far; it fails when it passes"},
	{"seed", VALUE_NUMBER, .offset = offsetof(struct scenario, seed), .most = INT64_MAX,
		.fallback = "1", .text = "of all that is random; --seed overrides"},
	{"duration", VALUE_DURATION, .offset = offsetof(struct scenario, duration_us), .least = 1,
		.fallback = "10s", .text = "of the run"},
	{"binding", VALUE_CHOICE, .offset = offsetof(struct scenario, carrier),
		.names = names_carrier, .fallback = "ethernet",
		.text = "what carries DIMP: frames of its own EtherType, or UDP over IPv4 or IPv6"},
	{"standing", VALUE_FLAG, .offset = offsetof(struct scenario, is_standing),
		.fallback = "false", .text = "associations are opened before the first event"},
	{"include", VALUE_INCLUDE, .fallback = "(none)", .text = "files whose sections are added"},
	{"bridges", VALUE_THINGS, .thing = THING_BRIDGE, .text = "edge bridges by name"},
	{"links", VALUE_THINGS, .thing = THING_LINK, .text = "links between them"},
	{"stations", VALUE_THINGS, .thing = THING_STATION, .text = "servers by name"},
	{"vms", VALUE_THINGS, .thing = THING_VM, .text = "VMs by name"},
	{"services", VALUE_THINGS, .thing = THING_SERVICE, .text = "traffic by name"},
	{"migrations", VALUE_THINGS, .thing = THING_MIGRATION, .text = "moves of VMs"},
	{"faults", VALUE_THINGS, .thing = THING_FAULT, .text = "what goes wrong, and when"},
	{"settings", VALUE_BLOCK, .offset = offsetof(struct scenario, settings),
		.block = &settings_block, .fallback = "(the defaults)", .text = "its timers"},
	{"expect", VALUE_THINGS, .thing = THING_EXPECT, .text = "what must come of it"},
	{"servers", VALUE_LATER, .text = "authentication, DHCP and querier for generated VMs"},
	{"vary", VALUE_LATER, .text = "campaigns over parameters"},
};

const struct key_block key_block_top = {
	.name = "scenario",
	.text = "The whole file.",
	ROWS(top_rows),
};

const char *key_row_name(const struct key_row *row, char name[KEY_NAME_SIZE])
{
	snprintf(name, KEY_NAME_SIZE, "%s", row->name);
	const size_t size = strlen(name);

	if (row->kind == VALUE_DURATION_US && size > 3)
		name[size - 3] = '\0';
	return name;
}

const struct key_row *key_block_find(const struct key_block *block, const char *name)
{
	char known[KEY_NAME_SIZE];

	for (size_t each = 0; each < block->row_count; each++) {
		if (strcmp(key_row_name(&block->rows[each], known), name) == 0)
			return &block->rows[each];
	}
	return NULL;
}
