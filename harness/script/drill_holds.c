/* SPDX-License-Identifier: MIT */
/*
 * "holds": the DI in force of a VSI, read from the subject.  Entries have no order that another
 * implementation would have to keep, so that each record of the line takes one of those held.
 */
#include <stdlib.h>
#include <string.h>

#include "script/drill_run.h"

enum { ENTRIES_MAX = 256 };

struct entries {
	char *texts[ENTRIES_MAX]; /* NULL: taken by a record of the line */
	size_t count;
};

static bool add_entry(struct entries *entries, const struct dimp_record *record)
{
	char text[DRILL_TEXT_MAX];

	(void)dimp_record_text(record, text, sizeof text);
	if (entries->count < ENTRIES_MAX)
		entries->texts[entries->count++] = strdup(text);
	return entries->count < ENTRIES_MAX;
}

static void read_entries(struct drill_run *run, const struct dimp_vsi *vsi, struct entries *entries)
{
	const struct drill_subject subject = run->world.subject;
	struct dimp_record record;
	size_t position = 0;

	while (subject.operations->entry(subject.user, vsi, &position, &record)) {
		if (!add_entry(entries, &record))
			break;
	}
}

static bool take_entry(struct drill_run *run, struct entries *entries, struct span wanted)
{
	struct text_error why;

	for (size_t index = 0; index < entries->count; index++) {
		char *text = entries->texts[index];

		if (text == NULL ||
			!drill_match(wanted, (struct span){text, strlen(text)}, &run->variables,
				&why))
			continue;
		free(text);
		entries->texts[index] = NULL;
		return true;
	}
	return drill_run_unmet(run, "it does not hold %.*s", (int)wanted.size, wanted.text);
}

/* The next record in braces; false at the end. */
static bool next_wanted(const char **words, struct span *wanted)
{
	const char *start = strchr(*words, '{');
	const char *end = start == NULL ? NULL : strchr(start, '}');

	if (end == NULL)
		return false;
	*wanted = (struct span){start + 1, (size_t)(end - start - 1)};
	*words = end + 1;
	return true;
}

static bool judge_entries(struct drill_run *run, struct entries *entries)
{
	const char *words = run->words;
	struct span wanted;

	while (next_wanted(&words, &wanted)) {
		if (wanted.size > 0 && !take_entry(run, entries, wanted))
			return false;
	}
	for (size_t index = 0; index < entries->count; index++) {
		if (entries->texts[index] != NULL)
			return drill_run_unmet(run, "it also holds %s", entries->texts[index]);
	}
	return true;
}

bool drill_holds_line(struct drill_run *run)
{
	const struct dimp_field_layout field = {.type = DIMP_TYPE_VSI};
	const struct span name = {run->line->names[0], strlen(run->line->names[0])};
	const char *text = drill_variables_get(&run->variables, name);
	struct entries entries = {.count = 0};
	struct dimp_vsi vsi;
	bool is_met;

	if (text == NULL || !field_value_read(&field, (struct span){text, strlen(text)}, &vsi))
		return drill_run_fail(run, "%s is no VSI", run->line->names[0]);
	read_entries(run, &vsi, &entries);
	is_met = judge_entries(run, &entries);
	for (size_t index = 0; index < entries.count; index++)
		free(entries.texts[index]);
	return is_met;
}
