/* SPDX-License-Identifier: MIT */
/*
 * The rows of the whole file, which join the blocks of *_rows.c.  Their order is the order of the
 * documentation.
 */
#include "scenario/key_rows.h"

#include <stdio.h>
#include <string.h>

#include "scenario/row_parts.h"

#define THING(member) \
	.items = offsetof(struct scenario, member##s), \
	.count = offsetof(struct scenario, member##_count), \
	.size = sizeof(struct scenario_##member)

const struct thing_row thing_rows[THINGS] = {
	[THING_BRIDGE] = {"bridge", "bridges", true, THING(bridge), .block = &bridge_block},
	[THING_LINK] = {"link", "links", false, THING(link), .block = &link_block},
	[THING_STATION] = {"station", "stations", true, THING(station), .block = &station_block},
	[THING_VM] = {"VM", "vms", true, THING(vm), .block = &vm_block},
	[THING_SERVER] = {"server", "servers", true, THING(server), .kinds = server_blocks,
		.kind_count = SCENARIO_SERVER_KINDS, .kind_key = "kind"},
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

const struct key_block settings_block = {
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
	{"servers", VALUE_THINGS, .thing = THING_SERVER, .text = "what VMs' clients talk to"},
	{"services", VALUE_THINGS, .thing = THING_SERVICE, .text = "traffic by name"},
	{"migrations", VALUE_THINGS, .thing = THING_MIGRATION, .text = "moves of VMs"},
	{"faults", VALUE_THINGS, .thing = THING_FAULT, .text = "what goes wrong, and when"},
	{"settings", VALUE_BLOCK, .offset = offsetof(struct scenario, settings),
		.block = &settings_block, .fallback = "(the defaults)", .text = "its timers"},
	{"expect", VALUE_THINGS, .thing = THING_EXPECT, .text = "what must come of it"},
	{"vary", VALUE_VARIED, .fallback = "{}",
		.text = "parameters, each with a list of values: {loss: [0%, 1%]}; $loss stands "
			"for the value; run takes the first or --set's, campaign all of them"},
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
