/* SPDX-License-Identifier: MIT */
/*
 * Owns the grammar of DIMP 15-1.  A line without # goes on in the next one.  Inside a record two
 * lines stand before the fields: operation and version.
 */
#include "worked_block.h"

#include <string.h>

#include "check.h"
#include "hexed.h"
#include "script/block_text.h"

enum { LINE_MAX_SIZE = 1024, HEADER_SIZE = 4, OPERATION_AND_VERSION = 2 };

/* A block while it is read. */
struct reading {
	struct worked_block *block;
	const struct dimp_layout *layout; /* the innermost */
	size_t next; /* field of it */
	unsigned attribute; /* that the next value belongs to, 0: none */
	unsigned to_come; /* lines before the fields of a record */
	bool is_inside; /* a row or record within the message */
	bool is_delete;
};

/* Octets on the wire by type; 0 for a variable one. */
static size_t wire_size(enum dimp_type type)
{
	enum { INTEGER = 1, NAMED = 1, SET = 1, OCTETS = 1, VARIABLE = 0, TEXT = 0 };
	static const size_t sizes[] = {
#define TYPE(name, c_type, octets, kind, text) (octets) * (kind),
#include "types.def"
#undef TYPE
	};
	return sizes[type];
}

struct worked_blocks worked_blocks_open(const char *file)
{
	char path[128];

	(void)snprintf(path, sizeof path, "docs/spec/%s", file);
	return (struct worked_blocks){fopen(path, "r")};
}

void worked_blocks_close(struct worked_blocks *blocks)
{
	if (blocks->file != NULL)
		(void)fclose(blocks->file);
	blocks->file = NULL;
}

static void add_text(struct worked_block *block, const char *words)
{
	const size_t used = strlen(block->text);

	CHECK(used + strlen(words) < sizeof block->text);
	(void)snprintf(block->text + used, sizeof block->text - used, "%s", words);
}

static const struct dimp_layout *layout_called(const char *name, bool is_record, bool is_first)
{
	const struct span span = {name, strlen(name)};

	if (is_record)
		return block_record_layout(span);
	return is_first ? block_message_layout(span) : block_row_layout(span);
}

/* A message, row or record begins. */
static void open_layout(struct reading *reading, const char *name, unsigned type)
{
	const bool is_record = strncmp(name, "record ", 7) == 0;
	const bool is_first = reading->layout == NULL;
	const char *bare = is_record ? name + 7 : name;

	reading->layout = layout_called(bare, is_record, is_first);
	if (!check_true(CHECK_HERE, reading->layout != NULL, name))
		return;
	CHECK_EQ(type, reading->layout->number + (is_record ? DIMP_RECORD_TLV_BASE : 0));
	reading->next = 0;
	reading->to_come = is_record ? OPERATION_AND_VERSION : 0;
	reading->is_delete = false;
	if (is_first) {
		reading->block->is_record = is_record;
		reading->block->number = reading->layout->number;
	} else {
		add_text(reading->block, reading->is_inside ? "} {" : " {");
		reading->is_inside = true;
	}
	add_text(reading->block, bare);
}

/* "name, n octets", or "attribute n, n octets". */
static void take_header(struct reading *reading, const struct hexed *octets, char *what)
{
	char *comma = strchr(what, ',');
	unsigned told = 0;

	*comma = '\0';
	CHECK_EQ(octets->size, HEADER_SIZE);
	CHECK_EQ(sscanf(comma + 1, " %u octets", &told), 1);
	CHECK_EQ(told, octets->octets[2] << 8 | octets->octets[3]);
	const unsigned type = (unsigned)(octets->octets[0] << 8 | octets->octets[1]);

	if (sscanf(what, "attribute %u", &reading->attribute) == 1)
		CHECK_EQ(type, reading->attribute);
	else
		open_layout(reading, what, type);
}

static void take_before_fields(struct reading *reading, const struct hexed *octets,
	const char *what)
{
	CHECK_EQ(octets->size, 1);
	if (reading->to_come-- == 1) {
		CHECK_TEXT(what, "version = 1");
		CHECK_EQ(octets->octets[0], reading->layout->version);
		return;
	}
	reading->is_delete = octets->octets[0] == DIMP_OPERATION_DELETE;
	CHECK_TEXT(what, reading->is_delete ? "operation = DELETE" : "operation = PUT");
	if (reading->is_delete)
		add_text(reading->block, " delete");
}

static const struct dimp_field_layout *next_field(struct reading *reading)
{
	const struct dimp_layout *layout = reading->layout;
	size_t index = reading->next;

	if (reading->attribute == 0) {
		reading->next++;
	} else {
		while (index < layout->field_count &&
			layout->fields[index].attribute != reading->attribute)
			index++;
		if (!reading->is_inside)
			reading->block->attributes |= (uint32_t)1 << reading->attribute;
	}
	return index < layout->field_count ? &layout->fields[index] : NULL;
}

/* "field = value", or "field" for one that is the octets themselves. */
static void take_field(struct reading *reading, const struct hexed *octets, char *what)
{
	const struct dimp_field_layout *field = next_field(reading);
	char *value = strstr(what, " = "), word[2 * HEXED_SIZE_MAX + 64];

	if (!check_true(CHECK_HERE, field != NULL, what))
		return;
	CHECK_EQ(field->attribute, reading->attribute);
	reading->attribute = 0;
	if (wire_size(field->type) != 0)
		CHECK_EQ(octets->size, wire_size(field->type));
	if (value != NULL)
		*value = '\0';
	CHECK_TEXT(what, field->name);
	size_t used = (size_t)snprintf(word, sizeof word, " %s=%s", field->name,
		value != NULL ? value + 3 : "");
	for (size_t at = 0; value == NULL && at < octets->size; at++)
		used += (size_t)snprintf(word + used, sizeof word - used, "%02x",
			octets->octets[at]);
	add_text(reading->block, word);
}

static void take_line(struct reading *reading, const struct hexed *octets, char *what)
{
	struct worked_block *block = reading->block;

	if (!CHECK(block->size + octets->size <= sizeof block->octets))
		return;
	memcpy(block->octets + block->size, octets->octets, octets->size);
	block->size += octets->size;
	if (strstr(what, " octets") != NULL)
		take_header(reading, octets, what);
	else if (reading->layout == NULL)
		CHECK_TEXT(what, "a header");
	else if (reading->to_come > 0)
		take_before_fields(reading, octets, what);
	else if (reading->is_delete && strcmp(what, "zeros") == 0)
		CHECK(octets->size > 0 && octets->octets[0] == 0 &&
			memcmp(octets->octets, octets->octets + 1, octets->size - 1) == 0);
	else
		take_field(reading, octets, what);
}

/* Hex up to the #, into |hex| behind what a line before left there. */
static void take_text(struct reading *reading, char *line, char *hex, size_t hex_size)
{
	char *remark = strchr(line, '#');
	const size_t used = strlen(hex);

	line[strcspn(line, "\n")] = '\0';
	if (remark != NULL)
		*remark = '\0';
	(void)snprintf(hex + used, hex_size - used, "%s", line);
	if (remark == NULL)
		return;
	const struct hexed octets = hexed_from(hex);

	take_line(reading, &octets, remark + 1 + strspn(remark + 1, " "));
	hex[0] = '\0';
}

static bool is_fence(const char *line)
{
	return strncmp(line, "```", 3) == 0;
}

bool worked_blocks_next(struct worked_blocks *blocks, struct worked_block *block)
{
	struct reading reading = {.block = block};
	char line[LINE_MAX_SIZE] = "", hex[2 * LINE_MAX_SIZE] = "";

	*block = (struct worked_block){.size = 0};
	while (!is_fence(line)) {
		if (blocks->file == NULL || fgets(line, sizeof line, blocks->file) == NULL)
			return false;
	}
	while (fgets(line, sizeof line, blocks->file) != NULL && !is_fence(line))
		take_text(&reading, line, hex, sizeof hex);
	if (reading.is_inside)
		add_text(block, "}");
	CHECK_TEXT(hex, "");
	return true;
}
