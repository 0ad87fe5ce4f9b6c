/* SPDX-License-Identifier: MIT */
/*
 * Taking text apart needs no knowledge of messages: a value ends at a blank or a brace, a quoted
 * one at its quote, and a duration has its unit after a blank.  The registry's layouts say
 * afterwards whether the names and values are right.
 */
#include "script/block_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_KINDS_MAX = 0x40, ROW_TLV_FIRST = 0x0100, ROW_TLV_LAST = 0x01ff };

__attribute__((format(printf, 2, 3))) static bool wrong(struct text_error *error,
	const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(error->text, sizeof error->text, format, arguments);
	va_end(arguments);
	return false;
}

static bool wrong_at(struct text_error *error, const char *what, struct span span)
{
	return wrong(error, "%s: \"%.*s\"", what, (int)(span.size < 80 ? span.size : 80),
		span.text);
}

static void skip_blanks(struct span *rest)
{
	while (rest->size > 0 && (*rest->text == ' ' || *rest->text == '\t')) {
		rest->text++;
		rest->size--;
	}
}

static bool is_name_character(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
		(character >= '0' && character <= '9') || character == '_';
}

static void advance(struct span *rest, size_t size)
{
	rest->text += size;
	rest->size -= size;
}

static struct span take_name(struct span *rest)
{
	struct span name = {rest->text, 0};

	if (rest->size > 0 && *rest->text == '$')
		name.size++;
	while (name.size < rest->size && is_name_character(name.text[name.size]))
		name.size++;
	advance(rest, name.size);
	return name;
}

static size_t quoted_size(struct span rest)
{
	size_t size = 1;

	while (size < rest.size && rest.text[size] != '"')
		size++;
	return size < rest.size ? size + 1 : 0;
}

/* A duration is the only value with a blank in it: "1.500 s". */
static bool has_unit(struct span rest, struct span value)
{
	return value.size > 0 && value.text[0] >= '0' && value.text[0] <= '9' &&
		memchr(value.text, '.', value.size) != NULL && rest.size >= 2 &&
		rest.text[0] == ' ' && rest.text[1] == 's' &&
		(rest.size == 2 || rest.text[2] == ' ' || rest.text[2] == '}');
}

static struct span take_value(struct span *rest)
{
	struct span value = {rest->text, 0};

	if (rest->size > 0 && *rest->text == '"') {
		value.size = quoted_size(*rest);
		advance(rest, value.size);
		return value;
	}
	while (value.size < rest->size && strchr(" \t{}", value.text[value.size]) == NULL)
		value.size++;
	advance(rest, value.size);
	if (has_unit(*rest, value)) {
		value.size += 2;
		advance(rest, 2);
	}
	return value;
}

static bool take_field(struct span *rest, struct block_text *block, struct text_error *error)
{
	struct block_field *field = &block->fields[block->field_count];
	const struct span all = *rest;

	if (block->field_count == BLOCK_FIELDS_MAX)
		return wrong(error, "more fields than any message has");
	field->name = take_name(rest);
	if (field->name.size == 0 || rest->size == 0 || *rest->text != '=')
		return wrong_at(error, "no name=value", all);
	advance(rest, 1);
	field->value = take_value(rest);
	for (size_t index = 0; index < block->field_count; index++) {
		if (block->fields[index].name.size == field->name.size &&
			memcmp(block->fields[index].name.text, field->name.text,
				field->name.size) == 0)
			return wrong_at(error, "given twice", field->name);
	}
	block->field_count++;
	return true;
}

static bool take_delete(struct span *rest)
{
	struct span copy = *rest;

	if (!span_is(span_take_word(&copy), "delete"))
		return false;
	*rest = copy;
	return true;
}

static size_t brace_size(struct span rest)
{
	size_t size = 0;

	while (size < rest.size && rest.text[size] != '}')
		size += rest.text[size] == '"' &&
				quoted_size((struct span){rest.text + size, rest.size - size}) > 0
			? quoted_size((struct span){rest.text + size, rest.size - size})
			: 1;
	return size;
}

/* Up to a brace or the end. */
static bool take_block(struct span *rest, struct block_text *block, struct text_error *error)
{
	*block = (struct block_text){.field_count = 0};
	skip_blanks(rest);
	block->name = take_name(rest);
	if (block->name.size == 0)
		return wrong_at(error, "a name is missing", *rest);
	if (span_is(block->name, "digest")) {
		advance(rest, brace_size(*rest));
		return true;
	}
	skip_blanks(rest);
	block->is_delete = take_delete(rest);
	for (skip_blanks(rest); rest->size > 0 && *rest->text != '{' && *rest->text != '}';
		skip_blanks(rest)) {
		/* Words that a variable will put here. */
		if (*rest->text == '$')
			block->is_loose = take_name(rest).size > 0;
		else if (!take_field(rest, block, error))
			return false;
	}
	return true;
}

bool block_text_read(struct span text, struct block_text *block, struct text_error *error)
{
	if (!take_block(&text, block, error))
		return false;
	return text.size == 0 || wrong_at(error, "not understood", text);
}

static bool take_row(struct span *rest, struct message_pattern *pattern, struct text_error *error)
{
	struct span inside;

	advance(rest, 1);
	inside = (struct span){rest->text, brace_size(*rest)};
	if (inside.size == rest->size)
		return wrong(error, "a brace is not closed");
	advance(rest, inside.size + 1);
	pattern->has_rows = true;
	skip_blanks(&inside);
	if (inside.size == 0)
		return true;
	if (pattern->row_count == PATTERN_ROWS_MAX)
		return wrong(error, "more than %d rows", PATTERN_ROWS_MAX);
	return block_text_read(inside, &pattern->rows[pattern->row_count++], error);
}

bool message_pattern_read(struct span text, struct message_pattern *pattern,
	struct text_error *error)
{
	pattern->has_rows = false;
	pattern->row_count = 0;
	if (!take_block(&text, &pattern->head, error))
		return false;
	for (skip_blanks(&text); text.size > 0; skip_blanks(&text)) {
		if (*text.text == '$') {
			pattern->head.is_loose = take_name(&text).size > 0;
			continue;
		}
		if (*text.text != '{')
			return wrong_at(error, "not understood", text);
		if (!take_row(&text, pattern, error))
			return false;
	}
	return true;
}

bool span_is_open(struct span value)
{
	return span_is(value, "*") || (value.size > 1 && value.text[0] == '$');
}

bool block_is_open(const struct block_text *block)
{
	return span_is_open(block->name) || span_is(block->name, "digest");
}

const struct dimp_layout *block_message_layout(struct span name)
{
	for (unsigned kind = 1; kind < MESSAGE_KINDS_MAX; kind++) {
		const struct dimp_layout *layout = dimp_message_layout(kind);

		if (layout != NULL && span_is(name, layout->name))
			return layout;
	}
	return NULL;
}

const struct dimp_layout *block_row_layout(struct span name)
{
	for (unsigned tlv = ROW_TLV_FIRST; tlv <= ROW_TLV_LAST; tlv++) {
		const struct dimp_layout *layout = dimp_param_tlv_layout(tlv);

		if (layout != NULL && span_is(name, layout->name))
			return layout;
	}
	return NULL;
}

const struct dimp_layout *block_record_layout(struct span name)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct dimp_layout *layout = dimp_di_layout(type);

		if (layout != NULL && span_is(name, layout->name))
			return layout;
	}
	return NULL;
}

const struct dimp_field_layout *block_field_layout(const struct dimp_layout *layout,
	struct span name)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		if (span_is(name, layout->fields[index].name))
			return &layout->fields[index];
	}
	return NULL;
}

/* The attributes member is the first of a DI type's struct. */
static void mark_attribute(unsigned number, void *body)
{
	uint32_t attributes;

	memcpy(&attributes, body, sizeof attributes);
	attributes |= (uint32_t)1 << number;
	memcpy(body, &attributes, sizeof attributes);
}

bool block_text_fill(const struct block_text *block, const struct dimp_layout *layout, void *body,
	struct text_error *error)
{
	for (size_t index = 0; index < block->field_count; index++) {
		const struct block_field *given = &block->fields[index];
		const struct dimp_field_layout *field = block_field_layout(layout, given->name);

		if (field == NULL)
			return wrong(error, "%s has no field %.*s", layout->name,
				(int)given->name.size, given->name.text);
		if (span_is_open(given->value))
			continue;
		if (!field_value_read(field, given->value, body))
			return wrong(error, "%s of %s cannot be \"%.*s\"", field->name,
				layout->name,
				(int)(given->value.size < 60 ? given->value.size : 60),
				given->value.text);
		if (field->attribute != 0)
			mark_attribute(field->attribute, body);
	}
	return true;
}

/* Room for the struct of any block. */
union any_body {
	struct dimp_message message;
	struct dimp_record record;
};

static bool check_row(const struct message_pattern *pattern, const struct block_text *row,
	struct text_error *error)
{
	union any_body body = {.record = {.operation = DIMP_OPERATION_PUT}};
	const bool is_data = span_is(pattern->head.name, "data");
	const struct dimp_layout *layout =
		is_data ? block_record_layout(row->name) : block_row_layout(row->name);

	if (block_is_open(row))
		return true;
	if (layout == NULL)
		return wrong_at(error, "no such row or record", row->name);
	return block_text_fill(row, layout, &body, error);
}

bool message_pattern_check(const struct message_pattern *pattern, struct text_error *error)
{
	union any_body body = {.record = {.operation = DIMP_OPERATION_PUT}};
	const struct dimp_layout *layout = block_message_layout(pattern->head.name);

	if (layout == NULL)
		return wrong_at(error, "no such message", pattern->head.name);
	if (!block_text_fill(&pattern->head, layout, &body, error))
		return false;
	for (size_t index = 0; index < pattern->row_count; index++) {
		if (!check_row(pattern, &pattern->rows[index], error))
			return false;
	}
	return true;
}
