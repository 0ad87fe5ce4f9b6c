/* SPDX-License-Identifier: MIT */
/* The first "for" of a drill changes fastest: turn 1 has its second value. */
#include "script/drill_turns.h"

#include <stdio.h>
#include <string.h>

/* Octets of |rest| up to where a value ends; parentheses keep blanks together. */
static size_t value_size(struct span rest)
{
	size_t at = 0, depth = 0;

	for (; at < rest.size && (depth > 0 || rest.text[at] != ' '); at++) {
		depth += rest.text[at] == '(';
		depth -= rest.text[at] == ')' && depth > 0;
	}
	return depth == 0 ? at : 0;
}

static struct span without_parentheses(struct span words)
{
	if (words.size < 2 || words.text[0] != '(' || words.text[words.size - 1] != ')')
		return words;
	return (struct span){words.text + 1, words.size - 2};
}

bool drill_turn_value_next(struct span *rest, struct drill_turn_value *value)
{
	while (rest->size > 0 && *rest->text == ' ')
		*rest = (struct span){rest->text + 1, rest->size - 1};
	const struct span whole = {rest->text, value_size(*rest)};
	const char *equals = whole.size == 0 ? NULL : memchr(whole.text, '=', whole.size);
	const size_t label_size = equals == NULL ? 0 : (size_t)(equals - whole.text);

	*rest = (struct span){rest->text + whole.size, rest->size - whole.size};
	*value = (struct drill_turn_value){whole, whole};
	if (label_size > 0 && whole.text[0] != '(') {
		value->label.size = label_size;
		value->words = (struct span){equals + 1, whole.size - label_size - 1};
	}
	value->words = without_parentheses(value->words);
	return whole.size > 0;
}

size_t drill_turn_values(struct span rest)
{
	struct drill_turn_value value;
	size_t count = 0;

	while (drill_turn_value_next(&rest, &value))
		count++;
	return rest.size == 0 ? count : 0;
}

static struct span values_of(const struct drill_line *line)
{
	return (struct span){line->rest, strlen(line->rest)};
}

size_t drill_turns(const struct drill *drill)
{
	size_t turns = 1;

	for (size_t index = 0; index < drill->count; index++) {
		if (drill->lines[index].kind == DRILL_FOR)
			turns *= drill_turn_values(values_of(&drill->lines[index]));
		if (turns > DRILL_TURNS_MAX)
			return 0;
	}
	return turns;
}

void drill_turn_label(const struct drill *drill, size_t turn, char label[DRILL_TURN_LABEL_SIZE])
{
	size_t size = 0;

	label[0] = '\0';
	for (size_t index = 0; index < drill->count; index++) {
		struct drill_turn_value value = {.label = {"", 0}};
		struct span rest = values_of(&drill->lines[index]);
		const size_t count = drill_turn_values(rest);

		if (drill->lines[index].kind != DRILL_FOR || count == 0)
			continue;
		for (size_t each = 0; each <= turn % count; each++)
			(void)drill_turn_value_next(&rest, &value);
		turn /= count;
		if (size + value.label.size + 2 > DRILL_TURN_LABEL_SIZE)
			return;
		size += (size_t)snprintf(label + size, DRILL_TURN_LABEL_SIZE - size, "/%.*s",
			(int)value.label.size, value.label.text);
	}
}
