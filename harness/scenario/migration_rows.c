/* SPDX-License-Identifier: MIT */
/* The rows of services and migrations. */
#include "scenario/row_parts.h"

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
	{"ipv6", VALUE_FLAG, AT(service, is_over_ipv6), .fallback = "false",
		.text = "echo: asks the VM's IPv6 address (address, else DHCPv6's, else "
			"link-local)"},
	{"rate", VALUE_PER_SECOND, AT(service, per_second), .least = 1, .most = 100000,
		.fallback = "100/s", .text = "frames a second"},
};

const struct key_block service_block = {
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
	{"when", VALUE_BLOCK, AT(migration, when), .block = &when_block, .fallback = "(at)",
		.text = "from at on it waits until a machine reaches a state, as where a VM comes "
			"back at a step of its move"},
	{"mode", VALUE_CHOICE, AT(migration, mode), .names = names_how, .fallback = "staged",
		.text = "staged: DI is copied while the VM runs; one-shot: when it is stopped"},
	{"trigger", VALUE_CHOICE, AT(migration, trigger), .names = names_trigger,
		.fallback = "request",
		.text = "request: the server sends REQUEST; notify: the old bridge sends NOTIFY, "
			"and the server REQUEST when the memory is copied; notify-alone: it never "
			"does; operator: the new bridge's own host orders the move; vdp: the "
			"server speaks VDP with its bridge, in place of DIMP; none: the server "
			"knows no DIMP"},
	{"ask", VALUE_CHOICE, AT(migration, ask), .names = names_ask, .fallback = "start",
		.text = "when a staged move's REQUEST is sent: at its start, or when the memory "
			"is copied and the VM could be stopped"},
	{"precopy", VALUE_FLAG, AT(migration, precopies), .fallback = "false",
		.text = "whether memory is copied from at on where the move is one-shot or has no "
			"trigger, too; else at is when the VM stops, and its memory is copied but "
			"for what is then left"},
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

const struct key_block migration_block = {
	.name = "migrations",
	.text = "Moves of VMs: a list.",
	ROWS(migration_rows),
};
