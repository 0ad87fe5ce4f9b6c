/* SPDX-License-Identifier: MIT */
/* One definition a block, so that blocks refer to one another and nothing recurses. */
#include "scenario/key_schema.h"

#include <jansson.h>
#include <string.h>

#include "scenario/key_blocks.h"
#include "scenario/units.h"

static json_t *of_type(const char *type)
{
	return json_pack("{s:s}", "type", type);
}

/* A text with a unit; a plain number where the unit may be left out. */
static json_t *of_unit(enum unit_kind unit)
{
	return json_pack("{s:[s, s], s:s}", "type", "string", "integer", "pattern",
		unit_pattern(unit));
}

static json_t *of_bounds(const struct key_row *row, uint64_t most)
{
	json_t *schema =
		json_pack("{s:s, s:I}", "type", "integer", "minimum", (json_int_t)row->least);

	if (row->most != 0)
		most = row->most;
	if (most <= INT64_MAX)
		json_object_set_new(schema, "maximum", json_integer((json_int_t)most));
	return schema;
}

static json_t *of_names(const struct name_row *names)
{
	json_t *list = json_array();

	for (; names->name != NULL; names++)
		json_array_append_new(list, json_string(names->name));
	return json_pack("{s:o}", "enum", list);
}

/* A name or a list of names; of DI types also all and none. */
static json_t *of_set(const struct key_row *row)
{
	json_t *list = json_pack("{s:s, s:o}", "type", "array", "items", of_names(row->names));
	json_t *word = json_pack("{s:[s, s]}", "enum", "all", "none");

	return json_pack("{s:[o, o, o]}", "anyOf", list, of_names(row->names), word);
}

static json_t *of_di_counts(const struct key_row *row)
{
	json_t *properties = json_object();

	for (const struct name_row *type = names_di_type; type->name != NULL; type++)
		json_object_set_new(properties, type->name, of_bounds(row, UINT32_MAX));
	return json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
		"additionalProperties", 0);
}

/* "expect: of a VM" is called expect-of-a-VM. */
static json_t *of_block(const struct key_block *block)
{
	char name[80] = "#/definitions/";
	size_t size = strlen(name);

	for (const char *at = block->name; *at != '\0' && size + 1 < sizeof name; at++) {
		if (*at != ':')
			name[size++] = *at == ' ' ? '-' : *at;
	}
	name[size] = '\0';
	return json_pack("{s:s}", "$ref", name);
}

/* A name, or a map of one name to its keys. */
static json_t *of_parts(const struct key_block *block)
{
	json_t *names = json_array(), *maps = json_object();

	for (size_t each = 0; each < block->row_count; each++) {
		json_array_append_new(names, json_string(block->rows[each].name));
		json_object_set_new(maps, block->rows[each].name,
			of_block(block->rows[each].block));
	}
	json_t *map = json_pack("{s:s, s:o, s:b, s:i, s:i}", "type", "object", "properties", maps,
		"additionalProperties", 0, "minProperties", 1, "maxProperties", 1);

	return json_pack("{s:s, s:{s:[{s:o}, o]}}", "type", "array", "items", "anyOf", "enum",
		names, map);
}

static json_t *of_things(enum thing thing)
{
	json_t *kinds = json_array();

	if (thing_rows[thing].kind_count == 0) {
		json_decref(kinds);
		return thing_rows[thing].is_map
			? json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
				  of_block(thing_rows[thing].block))
			: json_pack("{s:s, s:o}", "type", "array", "items",
				  of_block(thing_rows[thing].block));
	}
	for (size_t each = 0; each < thing_rows[thing].kind_count; each++)
		json_array_append_new(kinds, of_block(thing_rows[thing].kinds[each]));
	if (thing_rows[thing].is_map)
		return json_pack("{s:s, s:{s:o}}", "type", "object", "additionalProperties",
			"anyOf", kinds);
	return json_pack("{s:s, s:{s:o}}", "type", "array", "items", "anyOf", kinds);
}

/* A text that has a form; NULL for other kinds. */
static json_t *of_unit_kind(enum value_kind kind)
{
	static const struct {
		enum value_kind kind;
		enum unit_kind unit;
	} units[] = {
		{VALUE_DURATION, UNIT_DURATION},
		{VALUE_DURATION_US, UNIT_DURATION},
		{VALUE_DURATION_MS, UNIT_DURATION},
		{VALUE_RATE, UNIT_RATE},
		{VALUE_SIZE, UNIT_SIZE},
		{VALUE_SIZE_PER_SECOND, UNIT_SIZE_PER_SECOND},
		{VALUE_SHARE, UNIT_SHARE},
		{VALUE_PER_SECOND, UNIT_PER_SECOND},
	};

	for (size_t each = 0; each < sizeof units / sizeof units[0]; each++) {
		if (units[each].kind == kind)
			return of_unit(units[each].unit);
	}
	return NULL;
}

static json_t *of_structure(const struct key_row *row)
{
	if (row->kind == VALUE_ENDS)
		return json_pack("{s:s, s:{s:s}, s:i, s:i}", "type", "array", "items", "type",
			"string", "minItems", 2, "maxItems", 2);
	if (row->kind == VALUE_SET || row->kind == VALUE_DI_SET)
		return of_set(row);
	if (row->kind == VALUE_DI_COUNTS)
		return of_di_counts(row);
	if (row->kind == VALUE_VLAN_MAP)
		return json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
			of_bounds(row, 4094));
	if (row->kind == VALUE_VLANS)
		return json_pack("{s:s, s:o}", "type", "array", "items", of_bounds(row, 4094));
	if (row->kind == VALUE_GROUPS)
		return json_pack("{s:s, s:{s:s}, s:I}", "type", "array", "items", "type", "string",
			"maxItems", (json_int_t)row->most);
	if (row->kind == VALUE_BLOCK)
		return of_block(row->block);
	if (row->kind == VALUE_PARTS)
		return of_parts(row->block);
	if (row->kind == VALUE_ENTRIES)
		return json_pack("{s:s, s:o, s:I}", "type", "object", "additionalProperties",
			of_block(row->block), "maxProperties", (json_int_t)row->most);
	if (row->kind == VALUE_INCLUDE)
		return json_pack("{s:[s, s], s:{s:s}}", "type", "string", "array", "items", "type",
			"string");
	if (row->kind == VALUE_VARIED)
		return json_pack("{s:s, s:{s:s}}", "type", "object", "additionalProperties", "type",
			"array");
	if (row->kind == VALUE_THINGS)
		return of_things(row->thing);
	if (row->kind == VALUE_PPM)
		return json_pack("{s:[s, s]}", "type", "string", "integer");
	return of_type("string");
}

static json_t *of_value(const struct key_row *row)
{
	json_t *schema = of_unit_kind(row->kind);

	if (schema != NULL)
		return schema;
	if (row->kind == VALUE_CHOICE || row->kind == VALUE_TEMPLATE)
		return of_names(row->names);
	if (row->kind == VALUE_FLAG)
		return of_type("boolean");
	if (row->kind == VALUE_COUNT || row->kind == VALUE_COPIES)
		return of_bounds(row, UINT32_MAX);
	if (row->kind == VALUE_NUMBER)
		return of_bounds(row, UINT64_MAX);
	if (row->kind == VALUE_VLAN)
		return of_bounds(row, 4094);
	return of_structure(row);
}

/* What is a text or a number in the file may be a parameter of vary. */
static json_t *or_parameter(json_t *schema)
{
	const char *type = json_string_value(json_object_get(schema, "type"));

	if (json_object_get(schema, "$ref") != NULL ||
		(type != NULL && (strcmp(type, "object") == 0 || strcmp(type, "array") == 0)))
		return schema;
	return json_pack("{s:[o, {s:s, s:s}]}", "anyOf", schema, "type", "string", "pattern",
		"^[$][a-z][a-z0-9_]*$");
}

/* A reference stands alone: what is beside $ref is ignored (draft 7). */
static json_t *described(const struct key_row *row)
{
	json_t *schema = or_parameter(of_value(row));

	if (row->kind != VALUE_BLOCK)
		json_object_set_new(schema, "description", json_string(row->text));
	return schema;
}

static json_t *block_schema(const struct key_block *block)
{
	json_t *properties = json_object(), *required = json_array();
	char name[KEY_NAME_SIZE];

	for (size_t each = 0; each < block->row_count; each++) {
		const struct key_row *row = &block->rows[each];

		if (row->kind == VALUE_LATER)
			continue;
		json_object_set_new(properties, key_row_name(row, name), described(row));
		if (row->is_required)
			json_array_append_new(required, json_string(name));
	}
	return json_pack("{s:s, s:s, s:o, s:o, s:b}", "type", "object", "description", block->text,
		"properties", properties, "required", required, "additionalProperties", 0);
}

bool key_schema_write(FILE *stream)
{
	const struct key_block *blocks[KEY_BLOCKS_MAX];
	const size_t count = key_blocks_list(blocks);
	json_t *root = block_schema(&key_block_top), *definitions = json_object();

	for (size_t each = 1; each < count; each++) {
		json_t *reference = of_block(blocks[each]);
		const char *path = json_string_value(json_object_get(reference, "$ref"));

		if (path != NULL)
			json_object_set_new(definitions, path + strlen("#/definitions/"),
				block_schema(blocks[each]));
		json_decref(reference);
	}
	json_object_set_new(root, "$schema",
		json_string("http://json-schema.org/draft-07/schema#"));
	json_object_set_new(root, "title", json_string("DIMP scenario"));
	json_object_set_new(root, "definitions", definitions);
	const bool is_written = root != NULL && json_dumpf(root, stream, JSON_INDENT(2)) == 0;

	fputc('\n', stream);
	json_decref(root);
	return is_written;
}
