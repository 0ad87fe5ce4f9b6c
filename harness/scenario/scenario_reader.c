/* SPDX-License-Identifier: MIT */
/*
 * Reading goes in four rounds over all files: the files themselves, with what they include; the
 * names of all things, so that references may look ahead; the things; what stands between them.
 */
#include "scenario/scenario_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/announcer.h"
#include "bridge/edge_frame.h"
#include "scenario/block_reader.h"
#include "scenario/scenario_check.h"
#include "scenario/scenario_draft.h"
#include "scenario/scenario_files.h"
#include "scenario/value_lists.h"
#include "scenario/vary.h"

/* ---- names */

static void *allocate_things(struct scenario *scenario, enum thing thing, size_t count)
{
	unsigned char *base = (unsigned char *)scenario;
	void *items = calloc(count + 1, thing_rows[thing].size);

	memcpy(base + thing_rows[thing].items, &items, sizeof items);
	return items;
}

static struct yaml_value item_at(const struct thing_row *row, struct yaml_value section,
	size_t index)
{
	return row->is_map ? yaml_map_at(section, index) : yaml_list_at(section, index);
}

/* What may be said of |item|; NULL when it is of no kind that there is. */
static const struct key_block *block_of(const struct thing_row *row, struct yaml_value item)
{
	if (row->block)
		return row->block;
	for (size_t each = 0; each < row->kind_count; each++) {
		if (yaml_map_find(item, row->kinds[each]->rows[0].name).node != 0)
			return row->kinds[each];
	}
	return NULL;
}

/* Only of what has a key count. */
static unsigned copies_of(const struct thing_row *row, struct yaml_value item)
{
	const struct key_block *block = block_of(row, item);
	const struct key_row *key = block ? key_block_find(block, "count") : NULL;

	return key != NULL && key->kind == VALUE_COPIES ? value_copies(item) : 1;
}

static size_t count_things(const struct scenario_draft *draft, enum thing thing)
{
	const struct thing_row *row = &thing_rows[thing];
	size_t count = 0;

	for (size_t each = 0; each < draft->tree_count; each++) {
		const struct yaml_value section =
			yaml_map_find(yaml_tree_root(draft->trees[each]), row->section);

		if (section.node == 0)
			continue;
		if (yaml_value_kind(section) != (row->is_map ? YAML_MAP : YAML_LIST)) {
			scenario_errors_add(draft->errors, yaml_value_place(section),
				"%s: expected %s", row->section,
				row->is_map ? "a map, as in {name: {...}}"
					    : "a list, as in [{...}]");
			continue;
		}
		for (size_t item = 0; item < yaml_value_count(section); item++)
			count += copies_of(row, item_at(row, section, item));
	}
	return count;
}

static bool is_name(const char *text)
{
	static const char letters[] = "._-0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const size_t size = strlen(text);

	return size > 0 && size < SCENARIO_NAME_MAX && strchr("._-", text[0]) == NULL &&
		strspn(text, letters) == size;
}

/* What is being named: one of several alike has its number in its name. */
struct naming {
	struct yaml_value key;
	unsigned copy; /* 0: there is one only */
};

static void name_thing(const struct scenario_draft *draft, enum thing thing,
	const struct naming *naming, char *name)
{
	const struct yaml_value key = naming->key;
	char text[SCENARIO_NAME_MAX * 2];

	snprintf(text, sizeof text, "%s", yaml_value_text(key));
	if (naming->copy != 0)
		value_expand(yaml_value_text(key), naming->copy, text, sizeof text);

	if (!is_name(text))
		scenario_errors_add(draft->errors, yaml_value_place(key),
			"\"%.64s\" is no name; expected at most %d letters, digits, . _ or -", text,
			SCENARIO_NAME_MAX - 1);
	else if (value_thing_find(draft->scenario, thing, text) != SCENARIO_NONE)
		scenario_errors_add(draft->errors, yaml_value_place(key),
			"another %s is called %s; expected a name of its own",
			thing_rows[thing].noun, text);
	snprintf(name, SCENARIO_NAME_MAX, "%.*s", SCENARIO_NAME_MAX - 1, text);
}

/* The array grows with each item, so that a name is looked for among those before it. */
static void collect_things(const struct scenario_draft *draft, enum thing thing,
	struct yaml_value section)
{
	const struct thing_row *row = &thing_rows[thing];
	unsigned char *base = (unsigned char *)draft->scenario;

	if (section.node == 0 || yaml_value_kind(section) != (row->is_map ? YAML_MAP : YAML_LIST))
		return;
	for (size_t each = 0; each < yaml_value_count(section); each++) {
		const struct yaml_value item = item_at(row, section, each);
		const unsigned copies = copies_of(row, item);
		const bool is_counted = yaml_map_find(item, "count").node != 0;

		for (unsigned copy = 1; copy <= copies; copy++) {
			size_t count = value_thing_count(draft->scenario, thing);
			const unsigned number = is_counted ? copy : 0;

			draft->values[thing][count] = item;
			draft->copies[thing][count] = number;
			if (row->is_map)
				name_thing(draft, thing,
					&(struct naming){yaml_map_key(section, each), number},
					value_thing_at(draft->scenario, thing, count));
			count++;
			memcpy(base + row->count, &count, sizeof count);
		}
	}
}

/* False without memory or with more things than there may be. */
static bool read_names(struct scenario_draft *draft)
{
	for (enum thing thing = 0; thing < THINGS; thing++) {
		const size_t count = count_things(draft, thing);

		if (count > DRAFT_THINGS_MAX) {
			scenario_errors_add(draft->errors,
				yaml_value_place(yaml_tree_root(draft->trees[0])),
				"%s: too many; expected at most %d", thing_rows[thing].section,
				DRAFT_THINGS_MAX);
			return false;
		}
		draft->values[thing] = calloc(count + 1, sizeof *draft->values[thing]);
		draft->copies[thing] = calloc(count + 1, sizeof *draft->copies[thing]);
		if (draft->values[thing] == NULL || draft->copies[thing] == NULL ||
			allocate_things(draft->scenario, thing, count) == NULL)
			return false;
		for (size_t each = 0; each < draft->tree_count; each++)
			collect_things(draft, thing,
				yaml_map_find(yaml_tree_root(draft->trees[each]),
					thing_rows[thing].section));
	}
	return true;
}

/* ---- things */

struct yaml_place draft_place(const struct scenario_draft *draft, enum thing thing, size_t index,
	const char *key)
{
	const struct yaml_value value = draft->values[thing][index];
	const struct yaml_value at = yaml_map_find(value, key);

	return yaml_value_place(at.node != 0 ? at : value);
}

bool draft_has(const struct scenario_draft *draft, enum thing thing, size_t index, const char *key)
{
	return yaml_map_find(draft->values[thing][index], key).node != 0;
}

/* "servers: dhcp" is of the kind dhcp. */
static const char *kind_name(const struct key_block *block)
{
	return strchr(block->name, ' ') + 1;
}

/* Number of the kind that the value names, else its own name; kind_count with the error told. */
static size_t find_named_kind(const struct scenario_draft *draft, enum thing thing, size_t index)
{
	const struct thing_row *row = &thing_rows[thing];
	const struct yaml_value value = draft->values[thing][index];
	const struct yaml_value given = yaml_map_find(value, row->kind_key);
	const char *kind = given.node != 0 ? yaml_value_text(given)
					   : value_thing_at(draft->scenario, thing, index);
	char known[200] = "";
	size_t used = 0;

	for (size_t each = 0; each < row->kind_count; each++) {
		if (strcmp(kind, kind_name(row->kinds[each])) == 0)
			return each;
		if (used < sizeof known)
			used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
				used == 0 ? "" : ", ", kind_name(row->kinds[each]));
	}
	scenario_errors_add(draft->errors, yaml_value_place(given.node != 0 ? given : value),
		"%s: no such kind of %s: %.64s; expected one of: %s, as its name or its %s",
		row->section, row->noun, kind, known, row->kind_key);
	return row->kind_count;
}

/* Number of the kind whose first key the value has; kind_count with the error told. */
static size_t find_kind(const struct scenario_draft *draft, enum thing thing,
	struct yaml_value value)
{
	const struct thing_row *row = &thing_rows[thing];
	char known[200] = "";
	size_t used = 0;

	for (size_t each = 0; each < row->kind_count; each++) {
		const char *first = row->kinds[each]->rows[0].name;

		if (yaml_map_find(value, first).node != 0)
			return each;
		if (used < sizeof known && strstr(known, first) == NULL)
			used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
				used == 0 ? "" : ", ", first);
	}
	scenario_errors_add(draft->errors, yaml_value_place(value),
		"%s: of what? expected one of the keys %s", row->section, known);
	return row->kind_count;
}

static void begin_expect(struct scenario_expect *expect, size_t kind, struct yaml_value value)
{
	const struct yaml_place place = yaml_value_place(value);

	snprintf(expect->file, sizeof expect->file, "%s", place.file);
	expect->line = place.line;
	expect->kind = (enum scenario_expect_kind)kind;
}

static void begin_migration(struct scenario_migration *migration, size_t index)
{
	snprintf(migration->name, sizeof migration->name, "migration-%zu", index + 1);
	migration->required = UINT64_MAX;
	migration->announcer = SCENARIO_NONE;
	migration->when.node = SCENARIO_NONE;
}

/* RARP and gratuitous ARP. */
static void begin_station(struct scenario_station *station)
{
	station->announcing.kinds = ANNOUNCEMENT_RARP | ANNOUNCEMENT_GARP;
}

/* What the rows of its kind do not mention is of no other kind either. */
static void begin_fault(struct scenario_fault *fault, size_t kind)
{
	fault->kind = (enum scenario_fault_kind)kind;
	fault->for_us = UINT64_MAX;
	fault->when.node = SCENARIO_NONE;
	if (fault->kind != SCENARIO_FAULT_LINK)
		fault->from = fault->to = SCENARIO_NONE;
	if (fault->kind != SCENARIO_FAULT_LINK && fault->kind != SCENARIO_FAULT_ATTACK)
		fault->link = fault->station = SCENARIO_NONE;
	if (fault->kind != SCENARIO_FAULT_CRASH && fault->kind != SCENARIO_FAULT_PAUSE &&
		fault->kind != SCENARIO_FAULT_DRIFT && fault->kind != SCENARIO_FAULT_CLOSE &&
		fault->kind != SCENARIO_FAULT_LIE)
		fault->node = SCENARIO_NONE;
}

static void finish_link(const struct scenario *scenario, struct scenario_link *link)
{
	if (link->bridges[0] != SCENARIO_NONE && link->bridges[1] != SCENARIO_NONE)
		snprintf(link->name, sizeof link->name, "%s/%s",
			scenario->bridges[link->bridges[0]].name,
			scenario->bridges[link->bridges[1]].name);
}

static void read_thing(const struct scenario_draft *draft, enum thing thing, size_t index)
{
	const struct value_reader reader = {draft->scenario, draft->errors,
		draft->copies[thing][index]};
	const struct yaml_value value = draft->values[thing][index];
	const struct key_block *block = thing_rows[thing].block;
	void *item = value_thing_at(draft->scenario, thing, index);

	size_t kind = 0;

	if (block == NULL && thing_rows[thing].kind_key != NULL)
		kind = find_named_kind(draft, thing, index);
	else if (block == NULL)
		kind = find_kind(draft, thing, value);
	if (block == NULL && kind == thing_rows[thing].kind_count)
		return;
	if (block == NULL)
		block = thing_rows[thing].kinds[kind];
	block_defaults(block, item);
	if (thing == THING_EXPECT)
		begin_expect(item, kind, value);
	if (thing == THING_STATION)
		begin_station(item);
	if (thing == THING_MIGRATION)
		begin_migration(item, index);
	if (thing == THING_FAULT)
		begin_fault(item, kind);
	if (thing == THING_SERVER)
		((struct scenario_server *)item)->kind = (enum scenario_server_kind)kind;
	block_read(&reader, block, value, item);
	if (thing == THING_LINK)
		finish_link(draft->scenario, item);
}

/* ---- what derives from other things */

/* FNV-1a over seed and name, mixed: stable, spread, and nobody's secret. */
static uint64_t derive(uint64_t seed, const char *name)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325) ^ seed;

	for (; *name != '\0'; name++)
		sum = (sum ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	sum ^= sum >> 33;
	sum *= UINT64_C(0xff51afd7ed558ccd);
	return sum ^ sum >> 33;
}

static void derive_vm(const struct scenario_draft *draft, size_t index)
{
	struct scenario_vm *vm = &draft->scenario->vms[index];
	const uint64_t sum = derive(draft->scenario->seed, vm->name);

	if (!draft_has(draft, THING_VM, index, "stop"))
		vm->stop_us = UINT64_MAX;
	if (!draft_has(draft, THING_VM, index, "mac")) {
		/* 52:54:00, as hypervisors give it: locally administered, one station. */
		vm->mac = (struct dimp_mac){{0x52, 0x54, 0x00, (uint8_t)(sum >> 16),
			(uint8_t)(sum >> 8), (uint8_t)sum}};
	}
	if (!draft_has(draft, THING_VM, index, "address") && *vm->capture == '\0' &&
		!vm->dhcp.is_run)
		vm->address = edge_ip_from_ipv4((const uint8_t[]){10, (uint8_t)(vm->vlan >> 8),
			(uint8_t)vm->vlan, (uint8_t)(index % 200 + 10)});
}

static void derive_all(const struct scenario_draft *draft)
{
	struct scenario *scenario = draft->scenario;

	for (size_t each = 0; each < scenario->vm_count; each++)
		derive_vm(draft, each);
	for (size_t each = 0; each < scenario->migration_count; each++) {
		struct scenario_migration *migration = &scenario->migrations[each];

		if (!draft_has(draft, THING_MIGRATION, each, "required"))
			migration->required = value_di_types_all() & ~migration->optional;
	}
}

/* ---- all of it */

static void read_top(struct scenario_draft *draft, const struct scenario_source *source)
{
	const struct value_reader reader = {draft->scenario, draft->errors, 0};

	block_defaults(&key_block_top, draft->scenario);
	dimp_settings_default(&draft->scenario->settings);
	for (size_t each = 0; each < draft->tree_count; each++)
		block_read(&reader, &key_block_top, yaml_tree_root(draft->trees[each]),
			draft->scenario);
	if (source->has_seed)
		draft->scenario->seed = source->seed;
	draft->scenario->engine = source->engine;
}

static void read_draft(struct scenario_draft *draft, const struct scenario_source *source)
{
	scenario_files_read(draft, source);
	if (draft->tree_count == 0)
		return;
	vary_apply(draft, source);
	read_top(draft, source);
	if (!read_names(draft))
		return;
	for (enum thing thing = 0; thing < THINGS; thing++) {
		for (size_t each = 0; each < value_thing_count(draft->scenario, thing); each++)
			read_thing(draft, thing, each);
	}
	derive_all(draft);
	scenario_check(draft);
}

struct scenario *scenario_read(const struct scenario_source *source, struct scenario_errors *errors)
{
	struct scenario_draft *draft = calloc(1, sizeof *draft);
	struct scenario *scenario = calloc(1, sizeof *scenario);

	*errors = (struct scenario_errors){.count = 0};
	if (draft != NULL && scenario != NULL) {
		*draft = (struct scenario_draft){.scenario = scenario, .errors = errors};
		snprintf(scenario->path, sizeof scenario->path, "%s", source->path);
		read_draft(draft, source);
		for (enum thing thing = 0; thing < THINGS; thing++) {
			free(draft->values[thing]);
			free(draft->copies[thing]);
		}
		for (size_t each = 0; each < draft->tree_count; each++)
			yaml_tree_destroy(draft->trees[each]);
	}
	if (draft == NULL || scenario == NULL)
		scenario_errors_add(errors, (struct yaml_place){source->path, 1, 1}, "no memory");
	free(draft);
	if (errors->count == 0)
		return scenario;
	scenario_destroy(scenario);
	scenario_errors_sort(errors);
	return NULL;
}

void scenario_destroy(struct scenario *scenario)
{
	if (scenario == NULL)
		return;
	free(scenario->bridges);
	free(scenario->links);
	free(scenario->stations);
	free(scenario->vms);
	free(scenario->servers);
	free(scenario->services);
	free(scenario->migrations);
	free(scenario->faults);
	free(scenario->expects);
	free(scenario);
}
