/* SPDX-License-Identifier: MIT */
/* The list is walked from the top block; it grows while it is walked, so that blocks may nest. */
#include "scenario/key_blocks.h"

#include <stdio.h>
#include <string.h>

/* A list that grows at its end. */
struct block_list {
	const struct key_block **blocks;
	size_t count;
};

static void add_block(struct block_list *list, const struct key_block *block)
{
	for (size_t each = 0; each < list->count; each++) {
		if (list->blocks[each] == block)
			return;
	}
	if (list->count < KEY_BLOCKS_MAX)
		list->blocks[list->count++] = block;
}

/* The block, those that its rows hold, and those within them. */
static void add_with_inner(struct block_list *list, const struct key_block *block)
{
	size_t next = list->count;

	add_block(list, block);
	for (; next < list->count; next++) {
		for (size_t each = 0; each < list->blocks[next]->row_count; each++) {
			const struct key_row *row = &list->blocks[next]->rows[each];
			if (row->kind == VALUE_BLOCK || row->kind == VALUE_PARTS ||
				row->kind == VALUE_ENTRIES)
				add_block(list, row->block);
		}
	}
}

static void add_thing(struct block_list *list, const struct thing_row *thing)
{
	if (thing->block != NULL)
		add_with_inner(list, thing->block);
	for (size_t each = 0; each < thing->kind_count; each++)
		add_with_inner(list, thing->kinds[each]);
}

size_t key_blocks_list(const struct key_block *blocks[KEY_BLOCKS_MAX])
{
	struct block_list list = {blocks, 0};

	add_block(&list, &key_block_top);
	for (size_t each = 0; each < key_block_top.row_count; each++) {
		const struct key_row *row = &key_block_top.rows[each];

		if (row->kind == VALUE_BLOCK)
			add_with_inner(&list, row->block);
		if (row->kind == VALUE_THINGS)
			add_thing(&list, &thing_rows[row->thing]);
	}
	return list.count;
}

/* Two machines may have a state of the same name: it is said once. */
static bool is_said_before(const struct name_row *names, const struct name_row *row)
{
	for (; names != row; names++) {
		if (strcmp(names->name, row->name) == 0)
			return true;
	}
	return false;
}

static bool is_last(const struct name_row *names, const struct name_row *row)
{
	for (const struct name_row *later = row + 1; later->name != NULL; later++) {
		if (!is_said_before(names, later))
			return false;
	}
	return true;
}

/* The names of a block's rows. */
static void join_parts(const struct key_block *block, char *text)
{
	size_t used = (size_t)snprintf(text, KEY_VALUE_SIZE, "list of ");

	for (size_t each = 0; each < block->row_count && used < KEY_VALUE_SIZE; each++)
		used += (size_t)snprintf(text + used, KEY_VALUE_SIZE - used, "%s%s",
			each == 0 ? "" : ", ", block->rows[each].name);
	if (used < KEY_VALUE_SIZE)
		snprintf(text + used, KEY_VALUE_SIZE - used, "; each alone or as {NAME: map}");
}

/* Joins names to "a, b or c" behind |before|. */
static void join_names(const struct name_row *names, const char *before, char *text)
{
	size_t used = (size_t)snprintf(text, KEY_VALUE_SIZE, "%s", before);

	for (const struct name_row *row = names; row->name != NULL && used < KEY_VALUE_SIZE;
		row++) {
		const char *joint = row == names ? "" : is_last(names, row) ? " or " : ", ";
		if (!is_said_before(names, row))
			used += (size_t)snprintf(text + used, KEY_VALUE_SIZE - used, "%s%s", joint,
				row->name);
	}
}

const char *key_row_value(const struct key_row *row, char text[KEY_VALUE_SIZE])
{
	static const char *const words[] = {
		[VALUE_TEXT] = "text",
		[VALUE_PATH] = "path",
		[VALUE_FLAG] = "true or false",
		[VALUE_COUNT] = "number",
		[VALUE_COPIES] = "number",
		[VALUE_NUMBER] = "number",
		[VALUE_VLAN] = "VLAN",
		[VALUE_DURATION] = "duration",
		[VALUE_DURATION_US] = "duration",
		[VALUE_DURATION_MS] = "duration",
		[VALUE_RATE] = "rate, as 10Gbps",
		[VALUE_SIZE] = "size, as 64KiB",
		[VALUE_SIZE_PER_SECOND] = "rate, as 200MiB/s",
		[VALUE_SHARE] = "share, as 5%",
		[VALUE_PER_SECOND] = "rate, as 100/s",
		[VALUE_MAC] = "MAC address",
		[VALUE_IP] = "IP address",
		[VALUE_PREFIX] = "NETWORK/LENGTH, as 10.0.42.0/24",
		[VALUE_LINK] = "BRIDGE/BRIDGE or STATION",
		[VALUE_NODE] = "name of a bridge or station",
		[VALUE_AFTER] = "duration or never",
		[VALUE_PPM] = "number, as -200 or 50ppm",
		[VALUE_PLACE] = "BRIDGE/PORT",
		[VALUE_ENDS] = "[BRIDGE, BRIDGE]",
		[VALUE_DI_SET] = "DI types, all or none",
		[VALUE_DI_COUNTS] = "{DI type: number}",
		[VALUE_VLAN_MAP] = "{VLAN: VLAN}",
		[VALUE_VLANS] = "[VLAN, ...]",
		[VALUE_GROUPS] = "[GROUP or GROUP/SOURCE, ...]",
		[VALUE_BLOCK] = "map",
		[VALUE_ENTRIES] = "map by name",
		[VALUE_INCLUDE] = "path, or a list",
		[VALUE_VARIED] = "map of lists",
		[VALUE_LATER] = NULL,
	};

	if (row->kind == VALUE_CHOICE && row->names == names_error)
		snprintf(text, KEY_VALUE_SIZE, "name of an error");
	else if (row->kind == VALUE_CHOICE || row->kind == VALUE_TEMPLATE)
		join_names(row->names, "", text);
	else if (row->kind == VALUE_SET)
		join_names(row->names, "list of ", text);
	else if (row->kind == VALUE_PARTS)
		join_parts(row->block, text);
	else if (row->kind == VALUE_REFERENCE)
		snprintf(text, KEY_VALUE_SIZE, "name of a %s", thing_rows[row->thing].noun);
	else if (row->kind == VALUE_THINGS)
		snprintf(text, KEY_VALUE_SIZE, "%s",
			thing_rows[row->thing].is_map ? "map by name" : "list");
	else
		snprintf(text, KEY_VALUE_SIZE, "%s",
			words[row->kind] != NULL ? words[row->kind] : "not supported yet");
	return text;
}

const char *key_row_default(const struct key_row *row, char text[KEY_VALUE_SIZE])
{
	const char *fallback = row->fallback != NULL ? row->fallback : "";

	snprintf(text, KEY_VALUE_SIZE, "%s", row->is_required ? "required" : fallback);
	if (*fallback == '(' && !row->is_required)
		snprintf(text, KEY_VALUE_SIZE, "%.*s", (int)strlen(fallback) - 2, fallback + 1);
	return text;
}
