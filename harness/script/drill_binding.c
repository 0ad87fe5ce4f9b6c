/* SPDX-License-Identifier: MIT */
/* What a "for" line does in a turn: its names come to stand for the parts of one of its values. */
#include <string.h>

#include "script/drill_run.h"
#include "script/drill_turns.h"

/* What stands before the next semicolon, or all, is taken off |words|. */
static struct span take_part(struct span *words)
{
	static const char semicolon[] = " ; ";
	const size_t size = sizeof semicolon - 1;
	const struct span whole = *words;

	for (size_t at = 0; at + size <= whole.size; at++) {
		if (memcmp(whole.text + at, semicolon, size) != 0)
			continue;
		*words = (struct span){whole.text + at + size, whole.size - at - size};
		return (struct span){whole.text, at};
	}
	*words = (struct span){whole.text + whole.size, 0};
	return whole;
}

/* The names "$one,$two,..." stand for the parts of the value, which semicolons divide. */
static bool bind_names(struct drill_run *run, struct span words)
{
	const char *name = run->line->names[0];

	while (*name == '$') {
		const size_t size = strcspn(++name, ",");
		const bool is_last = name[size] == '\0';

		if (!drill_variables_set(&run->variables, (struct span){name, size},
			    is_last ? words : take_part(&words)))
			return drill_run_fail(run, "no room for another name");
		name += size + !is_last;
	}
	return *name == '\0' || drill_run_fail(run, "not: for $name in one two");
}

/* for $NAME in VALUE...: this turn's value. */
bool drill_turn_line(struct drill_run *run)
{
	struct span rest = {run->words, strlen(run->words)};
	const struct span unexpanded = {run->line->rest, strlen(run->line->rest)};
	const size_t count = drill_turn_values(rest);
	struct drill_turn_value value;

	if (run->line->names[0][0] != '$' || strcmp(run->line->names[1], "in") != 0)
		return drill_run_fail(run, "not: for $name in one two");
	if (count == 0 || count != drill_turn_values(unexpanded))
		return drill_run_fail(run, "a value of more than one word stands in parentheses");
	for (size_t each = 0; each <= run->turn % count; each++)
		(void)drill_turn_value_next(&rest, &value);
	run->turn /= count;
	return bind_names(run, value.words);
}
