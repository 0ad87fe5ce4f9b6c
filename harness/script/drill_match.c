/* SPDX-License-Identifier: MIT */
/*
 * Values are compared as the type says, not as letters: 1.500 s is 1.500 s however it is written. A
 * field that the registry does not know (of "status", "lost" and the like) is compared as letters.
 */
#include "script/drill_match.h"

#include <string.h>

/* Names that this match binds, kept until all agrees. */
struct bindings {
	struct block_field names[BLOCK_FIELDS_MAX];
	size_t count;
	uint32_t slack_ms;
};

static bool differs(struct text_error *error, const char *what, struct span name)
{
	(void)snprintf(error->text, sizeof error->text, "%s %.*s", what, (int)name.size, name.text);
	return false;
}

static bool is_same_text(struct span one, struct span other)
{
	return one.size == other.size && memcmp(one.text, other.text, one.size) == 0;
}

/* Room for the struct of any block. */
union body {
	struct dimp_message message;
	struct dimp_record record;
};

/* What has run down by no more than |slack_ms| since it was written is still the same. */
static bool is_run_down(const struct dimp_field_layout *field, const union body *one,
	const union body *other, uint32_t slack_ms)
{
	uint32_t expected, actual;

	if (field->role != DIMP_ROLE_DECAYS || slack_ms == 0)
		return false;
	memcpy(&expected, (const uint8_t *)one + field->offset, sizeof expected);
	memcpy(&actual, (const uint8_t *)other + field->offset, sizeof actual);
	return actual <= expected && expected - actual <= slack_ms;
}

static bool is_same_value(const struct dimp_layout *layout, const struct block_field *expected,
	struct span actual, uint32_t slack_ms)
{
	const struct dimp_field_layout *field =
		layout == NULL ? NULL : block_field_layout(layout, expected->name);
	union body one, other;

	if (is_same_text(expected->value, actual))
		return true;
	memset(&one, 0, sizeof one);
	memset(&other, 0, sizeof other);
	if (field == NULL || !field_value_read(field, expected->value, &one) ||
		!field_value_read(field, actual, &other))
		return false;
	return memcmp(&one, &other, sizeof one) == 0 || is_run_down(field, &one, &other, slack_ms);
}

static bool is_bound_otherwise(const struct bindings *bindings, const struct block_field *field)
{
	for (size_t index = 0; index < bindings->count; index++) {
		if (is_same_text(bindings->names[index].name, field->name))
			return !is_same_text(bindings->names[index].value, field->value);
	}
	return false;
}

static bool take_open(const struct block_field *expected, struct span actual,
	struct bindings *bindings)
{
	struct block_field bound = {expected->value, actual};

	if (span_is(expected->value, "*"))
		return true;
	bound.name.text++;
	bound.name.size--;
	if (is_bound_otherwise(bindings, &bound) || bindings->count == BLOCK_FIELDS_MAX)
		return false;
	bindings->names[bindings->count++] = bound;
	return true;
}

static const struct block_field *find_field(const struct block_text *block, struct span name)
{
	for (size_t index = 0; index < block->field_count; index++) {
		if (is_same_text(block->fields[index].name, name))
			return &block->fields[index];
	}
	return NULL;
}

static const struct dimp_layout *layout_of(struct span name)
{
	const struct dimp_layout *layout = block_message_layout(name);

	if (layout == NULL)
		layout = block_row_layout(name);
	return layout != NULL ? layout : block_record_layout(name);
}

static bool match_block(const struct block_text *expected, const struct block_text *actual,
	struct bindings *bindings, struct text_error *error)
{
	const struct dimp_layout *layout = layout_of(expected->name);

	if (expected->is_loose)
		return differs(error, "a $name stands for nothing in", expected->name);
	if (!is_same_text(expected->name, actual->name))
		return differs(error, "it is no", expected->name);
	if (expected->is_delete != actual->is_delete)
		return differs(error, "put or delete differs:", expected->name);
	for (size_t index = 0; index < expected->field_count; index++) {
		const struct block_field *wanted = &expected->fields[index];
		const struct block_field *found = find_field(actual, wanted->name);

		if (found == NULL)
			return differs(error, "it has no", wanted->name);
		if (span_is_open(wanted->value)
				? !take_open(wanted, found->value, bindings)
				: !is_same_value(layout, wanted, found->value, bindings->slack_ms))
			return differs(error, "another", wanted->name);
	}
	return true;
}

static bool match_rows(const struct message_pattern *expected, const struct message_pattern *actual,
	struct bindings *bindings, struct text_error *error)
{
	if (!expected->has_rows)
		return true;
	if (expected->row_count != actual->row_count)
		return differs(error, "more or fewer rows in", expected->head.name);
	for (size_t index = 0; index < expected->row_count; index++) {
		if (!match_block(&expected->rows[index], &actual->rows[index], bindings, error))
			return false;
	}
	return true;
}

/* Events that carry a record or message have their own word before it. */
static void take_prefix(struct span *expected, struct span *actual)
{
	struct span one = *expected, other = *actual;
	const struct span first = span_take_word(&one);

	if (!span_is(first, "record") || !is_same_text(first, span_take_word(&other)))
		return;
	*expected = one;
	*actual = other;
}

bool drill_match(struct span expected, struct span actual, struct drill_variables *variables,
	struct text_error *error)
{
	static struct message_pattern wanted, found;
	struct bindings bindings = {.count = 0, .slack_ms = variables->slack_ms};

	take_prefix(&expected, &actual);
	if (!message_pattern_read(expected, &wanted, error) ||
		!message_pattern_read(actual, &found, error) ||
		!match_block(&wanted.head, &found.head, &bindings, error) ||
		!match_rows(&wanted, &found, &bindings, error))
		return false;
	for (size_t index = 0; index < bindings.count; index++) {
		if (!drill_variables_set(variables, bindings.names[index].name,
			    bindings.names[index].value))
			return differs(error, "no room for", bindings.names[index].name);
	}
	return true;
}

static void explain_field(const struct block_field *wanted, const struct block_field *found,
	const struct dimp_layout *layout, FILE *stream)
{
	const bool is_right = found != NULL &&
		(span_is_open(wanted->value) || is_same_value(layout, wanted, found->value, 0));
	const struct span actual = found == NULL ? (struct span){"-", 1} : found->value;

	fprintf(stream, "    %-7s %.*s: expected %.*s, actual %.*s\n",
		is_right ? "same" : "differs", (int)wanted->name.size, wanted->name.text,
		(int)wanted->value.size, wanted->value.text, (int)actual.size, actual.text);
}

void drill_match_explain(struct span expected, struct span actual, FILE *stream)
{
	static struct message_pattern wanted, found;
	struct text_error error;

	take_prefix(&expected, &actual);
	if (!message_pattern_read(expected, &wanted, &error) ||
		!message_pattern_read(actual, &found, &error) ||
		!is_same_text(wanted.head.name, found.head.name))
		return;
	for (size_t index = 0; index < wanted.head.field_count; index++) {
		const struct block_field *field = &wanted.head.fields[index];

		explain_field(field, find_field(&found.head, field->name),
			layout_of(wanted.head.name), stream);
	}
}
