/* SPDX-License-Identifier: MIT */
/*
 * Blocks by their rows: unknown keys, missing keys, and the blocks within.  Those wait in a queue
 * until the one that holds them is read, so that nothing recurses.
 */
#include "scenario/block_reader.h"

#include <stdio.h>
#include <string.h>

#include "scenario/nearest_name.h"
#include "scenario/value_lists.h"
#include "scenario/value_text.h"

/* In one block, with all that is within it: a bridge's file has two for each VM. */
enum { BLOCKS_MAX = 4096 };

static void unknown_key(const struct value_reader *reader, const struct key_block *block,
	struct yaml_value key)
{
	struct nearest_name nearest = nearest_name_begin(yaml_value_text(key));
	char names[64][KEY_NAME_SIZE], known[300] = "";
	size_t used = 0;

	for (size_t each = 0; each < block->row_count && each < 64; each++) {
		nearest_name_offer(&nearest, key_row_name(&block->rows[each], names[each]));
		if (used < sizeof known && block->rows[each].kind != VALUE_LATER)
			used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
				used == 0 ? "one of: " : ", ", names[each]);
	}
	scenario_errors_add(reader->errors, yaml_value_place(key), "%s: no such key: %.64s; %s%s%s",
		block->name, yaml_value_text(key),
		nearest.best != NULL ? "did you mean " : "expected ",
		nearest.best != NULL ? nearest.best : known, nearest.best != NULL ? "?" : "");
}

/* A value that is no map has no keys. */
static bool has_key(struct yaml_value map, const char *name)
{
	return yaml_value_kind(map) == YAML_MAP && yaml_map_find(map, name).node != 0;
}

static void check_missing(const struct value_reader *reader, const struct key_block *block,
	struct yaml_value map)
{
	for (size_t each = 0; each < block->row_count; each++) {
		const struct key_row *row = &block->rows[each];

		if (row->is_required && !has_key(map, row->name))
			scenario_errors_add(reader->errors, yaml_value_place(map),
				"%s: %s is missing; expected %s", block->name, row->name,
				row->text);
	}
}

/* Blocks still to be read: those within a block come after it. */
struct block_queue {
	struct block_job {
		const struct key_block *block;
		struct yaml_value map;
		void *base;
	} jobs[BLOCKS_MAX];
	size_t count;
};

static void *member_of(void *base, size_t offset)
{
	return (unsigned char *)base + offset;
}

/* Not initialised as a whole: its end is never looked at. */
static void queue_begin(struct block_queue *queue, const struct block_job *first)
{
	queue->jobs[0] = *first;
	queue->count = 1;
}

static bool queue_block(struct block_queue *queue, const struct key_row *row, struct yaml_value map,
	void *base)
{
	if (queue->count == BLOCKS_MAX)
		return false;
	queue->jobs[queue->count++] =
		(struct block_job){row->block, map, member_of(base, row->offset)};
	return true;
}

static void note_given(const struct key_row *row, void *base)
{
	const bool is_given = true;

	if (row->has != 0)
		memcpy(member_of(base, row->has), &is_given, sizeof is_given);
}

/* What reads one block, and what is found in it on the way. */
struct block_walk {
	const struct value_reader *reader;
	struct block_queue *queue;
};

static void read_later(const struct block_walk *walk, const struct key_row *row,
	struct yaml_value map, void *base)
{
	if (!queue_block(walk->queue, row, map, base))
		scenario_errors_add(walk->reader->errors, yaml_value_place(map),
			"%s: too much in one; expected at most %d blocks", row->block->name,
			BLOCKS_MAX);
}

/* One of a list of parts: a name, or a map of the one name to its keys. */
static void read_part(const struct block_walk *walk, const struct key_row *row,
	struct yaml_value item, void *base)
{
	const bool is_map = yaml_value_kind(item) == YAML_MAP && yaml_value_count(item) == 1;
	const struct yaml_value key = is_map ? yaml_map_key(item, 0) : item;

	if (yaml_value_kind(key) != YAML_TEXT) {
		scenario_errors_add(walk->reader->errors, yaml_value_place(item),
			"%s: expected a name, or one with its keys, as in {name: {key: value}}",
			row->name);
		return;
	}
	const struct key_row *part = key_block_find(row->block, yaml_value_text(key));

	if (part == NULL) {
		unknown_key(walk->reader, row->block, key);
		return;
	}
	note_given(part, base);
	if (is_map)
		read_later(walk, part, yaml_map_at(item, 0), base);
	else
		check_missing(walk->reader, part->block, item);
}

static void read_parts(const struct block_walk *walk, const struct key_row *row,
	struct yaml_value list, void *base)
{
	if (yaml_value_kind(list) != YAML_LIST) {
		scenario_errors_add(walk->reader->errors, yaml_value_place(list),
			"%s: no list; expected names, as in [a, {b: {key: value}}]", row->name);
		return;
	}
	for (size_t each = 0; each < yaml_value_count(list); each++)
		read_part(walk, row, yaml_list_at(list, each), base);
}

/* The first member of an entry is its name. */
static void read_entry(const struct block_walk *walk, const struct key_row *row,
	struct yaml_value key, void *entry)
{
	char name[SCENARIO_NAME_MAX * 2];

	snprintf(name, sizeof name, "%s", yaml_value_text(key));
	if (walk->reader->copy != 0)
		value_expand(yaml_value_text(key), walk->reader->copy, name, sizeof name);
	if (strlen(name) >= SCENARIO_NAME_MAX)
		scenario_errors_add(walk->reader->errors, yaml_value_place(key),
			"%s: a name too long; expected at most %d octets", row->name,
			SCENARIO_NAME_MAX - 1);
	block_defaults(row->block, entry);
	snprintf(entry, SCENARIO_NAME_MAX, "%.*s", SCENARIO_NAME_MAX - 1, name);
}

static void read_entries(const struct block_walk *walk, const struct key_row *row,
	struct yaml_value map, void *base)
{
	const size_t count = yaml_value_kind(map) == YAML_MAP ? yaml_value_count(map) : 0;

	if (yaml_value_kind(map) != YAML_MAP || count > row->most) {
		scenario_errors_add(walk->reader->errors, yaml_value_place(map),
			"%s: expected a map of at most %u names, as in {name: {key: value}}",
			row->name, (unsigned)row->most);
		return;
	}
	for (size_t each = 0; each < count; each++) {
		void *const entry = member_of(base, row->offset + each * row->size);
		const struct key_row whole = {.block = row->block};

		read_entry(walk, row, yaml_map_key(map, each), entry);
		read_later(walk, &whole, yaml_map_at(map, each), entry);
	}
	memcpy(member_of(base, row->second), &count, sizeof count);
}

static void read_key(const struct block_walk *walk, const struct key_row *row,
	struct yaml_value value, void *base)
{
	if (row->kind == VALUE_BLOCK)
		read_later(walk, row, value, base);
	else if (row->kind == VALUE_PARTS)
		read_parts(walk, row, value, base);
	else if (row->kind == VALUE_ENTRIES)
		read_entries(walk, row, value, base);
	else
		value_read(walk->reader, row, value, base);
	note_given(row, base);
}

static void read_keys(const struct block_walk *walk, const struct block_job *job)
{
	for (size_t each = 0; each < yaml_value_count(job->map); each++) {
		const struct yaml_value key = yaml_map_key(job->map, each);
		const struct key_row *row = key_block_find(job->block, yaml_value_text(key));

		if (row == NULL)
			unknown_key(walk->reader, job->block, key);
		else
			read_key(walk, row, yaml_map_at(job->map, each), job->base);
	}
	check_missing(walk->reader, job->block, job->map);
}

void block_read(const struct value_reader *reader, const struct key_block *block,
	struct yaml_value map, void *base)
{
	struct block_queue queue;
	const struct block_walk walk = {reader, &queue};

	queue_begin(&queue, &(struct block_job){block, map, base});
	for (size_t each = 0; each < queue.count; each++) {
		const struct block_job job = queue.jobs[each];

		if (yaml_value_kind(job.map) == YAML_MAP)
			read_keys(&walk, &job);
		else
			scenario_errors_add(reader->errors, yaml_value_place(job.map),
				"%s: expected a map of keys, as in {key: value}", job.block->name);
	}
}

static void set_default(const struct key_row *row, void *base)
{
	static const uint32_t none[2] = {SCENARIO_NONE, SCENARIO_NONE};
	unsigned char *target = member_of(base, row->offset);
	const uint64_t all = value_di_types_all();
	char hint[VALUE_HINT_SIZE];

	if (row->kind == VALUE_LINK)
		memcpy(member_of(base, row->second), none, sizeof none[0]);
	if (row->kind == VALUE_ENDS)
		memcpy(target, none, sizeof none);
	else if (row->kind == VALUE_REFERENCE || row->kind == VALUE_LINK ||
		row->kind == VALUE_PLACE || row->kind == VALUE_NODE)
		memcpy(target, none, sizeof none[0]);
	else if (row->kind == VALUE_CHOICE && row->is_required)
		memcpy(target, &none[0], sizeof none[0]); /* no choice yet: none of the names */
	else if (row->fallback == NULL || *row->fallback == '(')
		return;
	else if (value_is_text(row->kind))
		(void)value_text_read(row, row->fallback, target, hint);
	else if (row->kind == VALUE_DI_SET && strcmp(row->fallback, "all") == 0)
		memcpy(target, &all, sizeof all);
}

void block_defaults(const struct key_block *block, void *base)
{
	struct block_queue queue;

	queue_begin(&queue, &(struct block_job){.block = block, .base = base});
	for (size_t each = 0; each < queue.count; each++) {
		const struct block_job job = queue.jobs[each];

		for (size_t row = 0; row < job.block->row_count; row++) {
			const struct key_row *at = &job.block->rows[row];
			/* A block of rows has only a few more within. */
			if (at->kind == VALUE_BLOCK || at->kind == VALUE_PARTS)
				(void)queue_block(&queue, at, job.map, job.base);
			else
				set_default(at, job.base);
		}
	}
}
