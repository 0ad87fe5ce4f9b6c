/* SPDX-License-Identifier: MIT */
/* The rows of faults, a block for each kind of fault; which one an entry is, its first key tells.
 */
#include "crypto/garbler.h"
#include "scenario/row_parts.h"

static const struct key_row when_rows[] = {
	{"node", VALUE_NODE, .offset = offsetof(struct scenario_when, node), .is_required = true,
		.text = "the bridge or station whose machine it is"},
	{"machine", VALUE_TEMPLATE, .offset = offsetof(struct scenario_when, machine),
		.most = SCENARIO_NAME_MAX, .names = names_machine, .is_required = true,
		.text = "a bridge's source or destination, or station"},
	{"state", VALUE_TEMPLATE, .offset = offsetof(struct scenario_when, state),
		.most = SCENARIO_NAME_MAX, .names = names_state, .is_required = true,
		.text = "the state that it reaches"},
};

const struct key_block when_block = {
	.name = "when",
	.text = "A machine reaches a state: a fault waits for the first time instead of a time, a "
		"migration for the next time after its at.",
	ROWS(when_rows),
};

/* clang-format off */
#define TIME_ROWS \
	{"at", VALUE_DURATION, AT(fault, at), HAS(fault, has_at), .fallback = "(when)", \
		.text = "when, from the start"}, \
	{"when", VALUE_BLOCK, AT(fault, when), .block = &when_block, .fallback = "(at)", \
		.text = "at a state, not at a time"}
#define FOR_ROW \
	{"for", VALUE_DURATION, AT(fault, for_us), .least = 1, .fallback = "(to the end)", \
		.text = "how long"}
/* clang-format on */

static const struct key_row link_fault_rows[] = {
	{"link", VALUE_LINK, AT(fault, link), SECOND(fault, station), .is_required = true,
		.text = "the link, as in edge-a/edge-b, or the station whose cable it is"},
	TIME_ROWS,
	FOR_ROW,
	{"direction", VALUE_CHOICE, AT(fault, direction), .names = names_link_direction,
		.fallback = "both",
		.text = "forth: from the bridge that the link names first (of a cable: from its "
			"bridge); back: to it"},
	{"from", VALUE_NODE, AT(fault, from), .fallback = "(both ends)",
		.text = "only what this end of it sends"},
	{"to", VALUE_NODE, AT(fault, to), .fallback = "(both ends)",
		.text = "only what this end of it is sent"},
#define LINK_KEY(key, of_kind, member, value, what) \
	{key, of_kind, AT(fault, config.member), HAS(fault, given.member), \
		.fallback = "(as it is)", .text = what},
#include "scenario/link_keys.def"
#undef LINK_KEY
};

static const struct key_block link_fault_block = {
	.name = "faults: of a link",
	.text = "What a link or a station's cable is for a while. What it does not say stays as it "
		"is; of two faults at once the later in the file has its way.",
	ROWS(link_fault_rows),
};

static const struct key_row crash_rows[] = {
	{"crash", VALUE_NODE, AT(fault, node), .is_required = true,
		.text = "the bridge or station whose DIMP process ends"},
	TIME_ROWS,
	{"restart", VALUE_AFTER, AT(fault, restart_us), .fallback = "never",
		.text = "how long after the crash it starts again"},
};

static const struct key_block crash_block = {
	.name = "faults: crash",
	.text = "A bridge loses its DI, its forwarding table and its associations, and forwards "
		"nothing until it restarts, its boot count raised. A station loses its requests "
		"and associations; its VMs run on.",
	ROWS(crash_rows),
};

static const struct key_row pause_rows[] = {
	{"pause", VALUE_NODE, AT(fault, node), .is_required = true,
		.text = "the bridge or station whose DIMP process stands still"},
	TIME_ROWS,
	{"for", VALUE_DURATION, AT(fault, for_us), .least = 1, .is_required = true,
		.text = "how long"},
};

static const struct key_block pause_block = {
	.name = "faults: pause",
	.text = "A frozen process: what arrives for it waits, up to 64 frames, the rest is lost; "
		"timers go off late. A bridge's hardware forwards on.",
	ROWS(pause_rows),
};

static const struct key_row drift_rows[] = {
	{"drift", VALUE_NODE, AT(fault, node), .is_required = true,
		.text = "the bridge or station whose clock goes wrong"},
	TIME_ROWS,
	FOR_ROW,
	{"ppm", VALUE_PPM, AT(fault, drift_ppm), .is_required = true,
		.text = "how much too fast; negative: too slow"},
};

static const struct key_block drift_block = {
	.name = "faults: drift",
	.text = "A clock that goes too fast or too slow.",
	ROWS(drift_rows),
};

static const struct key_row change_rows[] = {
	{"change", VALUE_REFERENCE, AT(fault, bridge), .thing = THING_BRIDGE, .is_required = true,
		.text = "the bridge that an operator configures anew"},
	TIME_ROWS,
	{"limits", VALUE_DI_COUNTS, AT(fault, change.limits), HAS(fault, has_limits),
		.fallback = "(as it is)",
		.text = "most entries of a DI type, over all VMs; not named: no limit"},
	{"supported", VALUE_DI_SET, AT(fault, change.supported_types), HAS(fault, has_supported),
		.names = names_di_type, .fallback = "(as it is)",
		.text = "DI types this bridge knows"},
	{"vlans", VALUE_VLANS, AT(fault, change.policy_vlans),
		SECOND(fault, change.policy_vlan_count), HAS(fault, has_vlans),
		.fallback = "(as it is)", .text = "VLANs that VMs may be in at this bridge"},
	{"refuse", VALUE_DI_SET, AT(fault, change.policy_refused_types), HAS(fault, has_refused),
		.names = names_di_type, .fallback = "(as it is)",
		.text = "DI types that this bridge's policy forbids"},
	{"fails_activation", VALUE_FLAG, AT(fault, change.fails_activation),
		HAS(fault, has_fails_activation), .fallback = "(as it is)",
		.text = "its hardware cannot put DI into force"},
};

static const struct key_block change_block = {
	.name = "faults: change",
	.text = "What a bridge takes changes while it runs: limits reached, policies that clash, "
		"versions that know other DI types. What is in force stays.",
	ROWS(change_rows),
};

static const struct key_row close_rows[] = {
	{"close", VALUE_NODE, AT(fault, node), .is_required = true,
		.text = "the bridge or station that closes its associations, as in a shut-down"},
	TIME_ROWS,
};

static const struct key_block close_block = {
	.name = "faults: close",
	.text = "CLOSE to every peer; what was under way with it ends, what is said later opens an "
		"association anew.",
	ROWS(close_rows),
};

static const struct key_row cancel_rows[] = {
	{"cancel", VALUE_REFERENCE, AT(fault, migration), .thing = THING_MIGRATION,
		.is_required = true, .text = "the migration that its server cancels"},
	TIME_ROWS,
};

static const struct key_block cancel_block = {
	.name = "faults: cancel",
	.text = "A server thinks better of a migration: it sends CANCEL and tries no more.",
	ROWS(cancel_rows),
};

static const struct key_row revoke_rows[] = {
	{"revoke", VALUE_REFERENCE, AT(fault, vm), .thing = THING_VM, .is_required = true,
		.text = "the VM whose 802.1X session an authentication server ends"},
	TIME_ROWS,
};

static const struct key_block revoke_block = {
	.name = "faults: revoke",
	.text = "The bridge where the VM is ends its session, as on a RADIUS Disconnect-Request: "
		"its 802.1X session and dynamic ACL go, a migration of them under way is revoked.",
	ROWS(revoke_rows),
};

static const struct key_row die_rows[] = {
	{"die", VALUE_REFERENCE, AT(fault, vm), .thing = THING_VM, .is_required = true,
		.text = "the VM that ends for good"},
	TIME_ROWS,
};

static const struct key_block die_block = {
	.name = "faults: die",
	.text = "A VM ends and does not come back: its server gives up a migration of it under "
		"way, later ones do not begin, the port where it was goes down. Its DI is "
		"released, given up or held for hold, and then there is none of it anywhere.",
	ROWS(die_rows),
};

static const struct key_row attack_rows[] = {
	{"attack", VALUE_LINK, AT(fault, link), SECOND(fault, station), .is_required = true,
		.text = "the link, as in edge-a/edge-b, or the station whose cable it is"},
	TIME_ROWS,
	FOR_ROW,
	{"replay", VALUE_PER_SECOND, AT(fault, attack.replays), .most = 100000, .fallback = "0/s",
		.text = "PDUs that passed are sent again as they were"},
	{"reflect", VALUE_PER_SECOND, AT(fault, attack.reflections), .most = 100000,
		.fallback = "0/s", .text = "PDUs that passed are sent back to who sent them"},
	{"forge", VALUE_PER_SECOND, AT(fault, attack.forgeries), .most = 100000, .fallback = "0/s",
		.text = "PDUs with other octets or sizes than those that passed, or wholly made "
			"up"},
	{"flood", VALUE_PER_SECOND, AT(fault, attack.initiations), .most = 100000,
		.fallback = "0/s",
		.text = "made-up INITIATIONs, in half of them the keyed check is right"},
	{"mangle", VALUE_SHARE, AT(fault, attack.mangled_ppm), .fallback = "0%",
		.text = "share of the PDUs that pass that have octets changed, or cut off"},
};

static const struct key_block attack_block = {
	.name = "faults: attack",
	.text = "Somebody on a link without any key: keeps the last 64 PDUs that passed, from the "
		"start on, and sends what is made of them. Nobody's machine may move by it (I9).",
	ROWS(attack_rows),
};

static const struct key_row lie_rows[] = {
	{"lie", VALUE_NODE, AT(fault, node), .is_required = true,
		.text = "the bridge or station that says what is wrong, well sealed"},
	TIME_ROWS,
	FOR_ROW,
	{"share", VALUE_SHARE, AT(fault, lie_ppm), .fallback = "100%",
		.text = "of its messages that are changed, each in one of the ways"},
	{"how", VALUE_SET, AT(fault, lie_ways), .names = names_garble, .fallback = "all",
		.text = garbler_ways_text},
};

static const struct key_block lie_block = {
	.name = "faults: lie",
	.text = "A peer with keys that says what is wrong at random, or is of a newer release. "
		"Skippable lies change nothing; of worlds with others only what does not rest on "
		"the liar's word is judged: I9, I11, I12, and that honest bridges come to an end.",
	ROWS(lie_rows),
};

const struct key_block *const fault_blocks[FAULT_BLOCKS] = {
	[SCENARIO_FAULT_LINK] = &link_fault_block,
	[SCENARIO_FAULT_CRASH] = &crash_block,
	[SCENARIO_FAULT_PAUSE] = &pause_block,
	[SCENARIO_FAULT_DRIFT] = &drift_block,
	[SCENARIO_FAULT_CHANGE] = &change_block,
	[SCENARIO_FAULT_CLOSE] = &close_block,
	[SCENARIO_FAULT_CANCEL] = &cancel_block,
	[SCENARIO_FAULT_REVOKE] = &revoke_block,
	[SCENARIO_FAULT_DIE] = &die_block,
	[SCENARIO_FAULT_ATTACK] = &attack_block,
	[SCENARIO_FAULT_LIE] = &lie_block,
};
