/* SPDX-License-Identifier: MIT */
/* Words put in are not looked at again: what a variable stands for was expanded when it was set. */
#include "script/drill_variables.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the variable is; behind the last when it is not bound. */
static size_t find(const struct drill_variables *variables, struct span name)
{
	size_t index = 0;

	while (index < variables->count && !span_is(name, variables->variables[index].name))
		index++;
	return index;
}

const char *drill_variables_get(const struct drill_variables *variables, struct span name)
{
	const size_t found = find(variables, name);

	return found == variables->count ? NULL : variables->variables[found].words;
}

bool drill_variables_set(struct drill_variables *variables, struct span name, struct span words)
{
	const size_t index = find(variables, name);
	struct drill_variable *variable = &variables->variables[index];
	char *copy = malloc(words.size + 1);

	if (copy == NULL || name.size >= DRILL_NAME_SIZE || index == DRILL_VARIABLES_MAX) {
		free(copy);
		return false;
	}
	memcpy(copy, words.text, words.size);
	copy[words.size] = '\0';
	if (index == variables->count) {
		variables->count++;
		*variable = (struct drill_variable){.words = NULL};
		memcpy(variable->name, name.text, name.size);
	}
	free(variable->words);
	variable->words = copy;
	return true;
}

void drill_variables_clear(struct drill_variables *variables)
{
	for (size_t index = 0; index < variables->count; index++)
		free(variables->variables[index].words);
	variables->count = 0;
}

static bool wrong(struct text_error *error, const char *what)
{
	(void)snprintf(error->text, sizeof error->text, "%s", what);
	return false;
}

/* Where the text goes. */
struct output {
	char *out;
	size_t size;
	bool is_full;
};

static void put(struct output *output, struct span words)
{
	if (output->size + words.size >= DRILL_TEXT_MAX) {
		output->is_full = true;
		return;
	}
	memcpy(output->out + output->size, words.text, words.size);
	output->size += words.size;
}

static struct span name_after_dollar(const char *text)
{
	struct span name = {text + 1, 0};

	while ((name.text[name.size] >= 'a' && name.text[name.size] <= 'z') ||
		(name.text[name.size] >= '0' && name.text[name.size] <= '9') ||
		name.text[name.size] == '_')
		name.size++;
	return name;
}

static void put_variables(const struct drill_variables *variables, const char *text,
	struct output *output)
{
	while (*text != '\0') {
		const struct span name = name_after_dollar(text);
		const char *words = *text == '$' ? drill_variables_get(variables, name) : NULL;

		if (words == NULL) {
			put(output, (struct span){text++, 1});
			continue;
		}
		put(output, (struct span){words, strlen(words)});
		text = name.text + name.size;
	}
}

static bool is_decaying_attribute(const struct dimp_layout *layout, unsigned attribute)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];

		if (field->attribute == attribute && field->role == DIMP_ROLE_DECAYS)
			return true;
	}
	return false;
}

/* DIMP 6.6-2: durations of the fixed part are zero, those in attributes left out; on the octets,
 * since a record without them may break a rule of its type. */
static size_t make_canonical(const struct dimp_layout *layout, uint8_t *octets, size_t size)
{
	enum { FIXED = 6, HEADER = 4 };
	struct dimp_view rest = {octets + FIXED + layout->fixed_size,
		size - FIXED - layout->fixed_size};
	size_t kept = FIXED + layout->fixed_size;
	struct dimp_view item;

	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];

		if (field->attribute == 0 && field->role == DIMP_ROLE_DECAYS)
			memset(octets + FIXED + field->wire_offset, 0, sizeof(uint32_t));
	}
	while (dimp_tlv_next(&rest, &item)) {
		if (item.octets[0] == 0 && is_decaying_attribute(layout, item.octets[1]))
			continue;
		memmove(octets + kept, item.octets, item.size);
		kept += item.size;
	}
	octets[2] = (uint8_t)((kept - HEADER) >> 8);
	octets[3] = (uint8_t)(kept - HEADER);
	return kept;
}

struct sums {
	uint32_t entries[DIMP_DI_TYPES];
	uint64_t sum[DIMP_DI_TYPES];
};

static bool add_record(const struct drill_variables *variables, const uint8_t key[16],
	struct span text, struct sums *sums)
{
	const struct dimp_crypto *crypto = variables->crypto;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	struct dimp_record record;
	struct text_error error;
	uint64_t sum;
	size_t size;

	struct span hex = text;

	if (span_is(span_take_word(&hex), "hex")) {
		if (!span_hex(hex, (struct dimp_buffer){octets, sizeof octets}, &size) || size < 6)
			return false;
		record.type = (enum dimp_di_type)octets[1];
	} else {
		if (!record_parse(text, &record, &error))
			return false;
		record.operation = DIMP_OPERATION_PUT;
		if (dimp_record_write(&record, octets, sizeof octets, &size) != DIMP_ERROR_NONE)
			return false;
	}
	size = make_canonical(dimp_di_layout(record.type), octets, size);
	if (!crypto->siphash(crypto->user, &sum, key, (struct dimp_view){octets, size}))
		return false;
	sums->entries[record.type]++;
	sums->sum[record.type] += sum;
	return true;
}

static void put_rows(const struct sums *sums, struct output *output)
{
	char row[128];

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		if (sums->entries[type] == 0)
			continue;
		const int size = snprintf(row, sizeof row,
			"{digest_row type=%s entries=%" PRIu32 " sum=%" PRIu64 "} ",
			dimp_di_type_name((enum dimp_di_type)type), sums->entries[type],
			sums->sum[type]);

		put(output, (struct span){row, (size_t)size});
	}
	if (output->size > 0 && output->out[output->size - 1] == ' ')
		output->size--;
}

/* |inside| is "KEY RECORD ; RECORD ...". */
static bool put_digest(const struct drill_variables *variables, struct span inside,
	struct output *output)
{
	uint8_t key[16];
	struct sums sums = {.entries = {0}};
	size_t size;

	if (!span_hex(span_take_word(&inside), (struct dimp_buffer){key, sizeof key}, &size) ||
		size != sizeof key)
		return false;
	while (inside.size > 0) {
		const char *stop = memchr(inside.text, ';', inside.size);
		struct span record = {inside.text,
			stop == NULL ? inside.size : (size_t)(stop - inside.text)};
		const size_t used = record.size + (stop != NULL);

		while (record.size > 0 && record.text[record.size - 1] == ' ')
			record.size--;
		if (!add_record(variables, key, record, &sums))
			return false;
		inside = (struct span){inside.text + used, inside.size - used};
		while (inside.size > 0 && *inside.text == ' ')
			inside = (struct span){inside.text + 1, inside.size - 1};
	}
	put_rows(&sums, output);
	return true;
}

bool drill_variables_expand(const struct drill_variables *variables, const char *text, char *out,
	struct text_error *error)
{
	static const char opening[] = "{digest ";
	char once[DRILL_TEXT_MAX];
	struct output first = {.out = once}, output = {.out = out};
	const char *rest = once, *found;

	put_variables(variables, text, &first);
	once[first.size] = '\0';
	while ((found = strstr(rest, opening)) != NULL) {
		const char *inside = found + sizeof opening - 1;
		const char *end = strchr(inside, '}');

		put(&output, (struct span){rest, (size_t)(found - rest)});
		if (end == NULL ||
			!put_digest(variables, (struct span){inside, (size_t)(end - inside)},
				&output))
			return wrong(error, "no digest: {digest KEY RECORD ; RECORD}");
		rest = end + 1;
	}
	put(&output, (struct span){rest, strlen(rest)});
	out[output.size] = '\0';
	return (!first.is_full && !output.is_full) || wrong(error, "too long with its variables");
}
