/* SPDX-License-Identifier: MIT */
/* The rows of expectations, a block for each kind; which one an entry is, its first key tells. */
#include "scenario/row_parts.h"

static const struct key_row expect_migration_rows[] = {
	{"migration", VALUE_REFERENCE, AT(expect, subject), .thing = THING_MIGRATION,
		.is_required = true, .text = "name of the migration"},
	{"result", VALUE_CHOICE, AT(expect, result), HAS(expect, has_result), .names = names_result,
		.text = "of its RESPONSE"},
	{"reason", VALUE_CHOICE, AT(expect, reason), HAS(expect, has_reason), .names = names_reason,
		.text = "of its RESPONSE"},
	{"error", VALUE_CHOICE, AT(expect, error), HAS(expect, has_error), .names = names_error,
		.text = "sub-reason of its RESPONSE"},
	{"advice", VALUE_SET, AT(expect, advice), HAS(expect, has_advice), .names = names_advice,
		.text = "exactly this advice: a name or a list"},
	{"vdp", VALUE_CHOICE, AT(expect, vdp_status), HAS(expect, has_vdp_status),
		.names = names_vdp_status,
		.text = "last answer that the server had by VDP: ack, or what becomes of the old "
			"state (keep, hard) and the error"},
	{"attempts", VALUE_COUNT, AT(expect, attempts), HAS(expect, has_attempts),
		.text = "REQUESTs that the station sent"},
	{"within", VALUE_DURATION, AT(expect, within_us), HAS(expect, has_within),
		.text = "from the last REQUEST to its RESPONSE, at most"},
	{"round_trips", VALUE_COUNT, AT(expect, round_trips), HAS(expect, has_round_trips),
		.text = "between the bridges from SOLICIT to RELEASED, serialisation aside"},
	{"blackout", VALUE_DURATION, AT(expect, blackout_us), HAS(expect, has_blackout),
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
	{"lost", VALUE_NUMBER, AT(expect, lost), HAS(expect, has_lost),
		.text = "frames lost, exactly"},
	{"lost_beyond_stop", VALUE_NUMBER, AT(expect, lost_beyond_stop),
		HAS(expect, has_lost_beyond_stop),
		.text = "at most so many lost outside the VM's own stop time"},
	{"lost_at_least", VALUE_NUMBER, AT(expect, lost_at_least), HAS(expect, has_lost_at_least),
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
	{"counted_at_least", VALUE_NUMBER, AT(expect, counted_at_least),
		HAS(expect, has_counted_at_least),
		.text = "so many frames stand in all of its traffic counters"},
	{"probes", VALUE_NUMBER, AT(expect, probes), HAS(expect, has_probes),
		.text = "exactly so many probes for duplicates the bridge sent, for all VMs"},
	{"arp_dropped", VALUE_NUMBER, AT(expect, arp_dropped), HAS(expect, has_arp_dropped),
		.text = "exactly so many ARP frames of all VMs were over the bridge's arp_rate"},
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
	{"runs_at", VALUE_REFERENCE, AT(expect, runs_at), HAS(expect, has_runs_at),
		.thing = THING_STATION, .is_required = true,
		.text = "the station where it runs when the run ends"},
	{"address", VALUE_IP, AT(expect, address), HAS(expect, has_address),
		.text = "the IP address at which services ask it then"},
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
	{"held", VALUE_NUMBER, AT(expect, held), HAS(expect, has_held),
		.text = "at least so many frames waited there for a VM"},
	{"delivered", VALUE_NUMBER, AT(expect, delivered), HAS(expect, has_delivered),
		.text = "at least so many of them were delivered"},
	{"dropped", VALUE_NUMBER, AT(expect, dropped), HAS(expect, has_dropped),
		.text = "exactly so many were dropped: no room, or the VM did not come"},
	{"dropped_at_least", VALUE_NUMBER, AT(expect, dropped_at_least),
		HAS(expect, has_dropped_at_least), .text = "at least so many were dropped"},
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
