/* SPDX-License-Identifier: MIT */
/* Three forms of the same rows: a page for a browser, a manual page, and lines for a terminal. */
#include "scenario/key_docs.h"

#include <ctype.h>
#include <string.h>

#include "scenario/key_blocks.h"
#include "scenario/nearest_name.h"

enum { MDOC_COLUMNS = 76 };

/* A row made ready to print. */
struct row_text {
	char name[KEY_NAME_SIZE], value[KEY_VALUE_SIZE], fallback[KEY_VALUE_SIZE];
};

static struct row_text text_of(const struct key_row *row)
{
	struct row_text text;

	key_row_name(row, text.name);
	key_row_value(row, text.value);
	key_row_default(row, text.fallback);
	return text;
}

void key_docs_write_markdown_block(const struct key_block *block, FILE *stream)
{
	fprintf(stream, "### %s\n\n%s\n\n| key | value | default | what it is |\n", block->name,
		block->text);
	fputs("| --- | --- | --- | --- |\n", stream);
	for (size_t each = 0; each < block->row_count; each++) {
		const struct key_row *row = &block->rows[each];
		const struct row_text text = text_of(row);

		if (row->kind != VALUE_LATER)
			fprintf(stream, "| `%s` | %s | %s | %s |\n", text.name, text.value,
				text.fallback, row->text);
	}
	fputc('\n', stream);
}

void key_docs_write_markdown(FILE *stream)
{
	const struct key_block *blocks[KEY_BLOCKS_MAX];
	const size_t count = key_blocks_list(blocks);

	for (size_t each = 0; each < count; each++)
		key_docs_write_markdown_block(blocks[each], stream);
}

/* Sentences begin on lines of their own, and lines are short: so mdoc wants it. */
static void write_mdoc_text(const char *text, FILE *stream)
{
	size_t column = 0;

	while (*text != '\0') {
		const size_t size = strcspn(text, " ");
		const bool has_ended = size > 0 && text[size - 1] == '.';

		if (column != 0 && column + size > MDOC_COLUMNS) {
			fputc('\n', stream);
			column = 0;
		}
		fprintf(stream, "%s%.*s", column != 0 ? " " : "", (int)size, text);
		column += size + 1;
		text += size;
		text += strspn(text, " ");
		if (has_ended && *text != '\0') {
			fputc('\n', stream);
			column = 0;
		}
	}
	fputc('\n', stream);
}

static void write_mdoc_row(const struct key_row *row, FILE *stream)
{
	const struct row_text text = text_of(row);
	char sentence[400];

	fprintf(stream, ".It Cm %s : No %s\n", text.name, text.value);
	snprintf(sentence, sizeof sentence, "%c%s.", toupper((unsigned char)row->text[0]),
		row->text + 1);
	write_mdoc_text(sentence, stream);
	if (row->is_required)
		fputs("Required.\n", stream);
	else if (*text.fallback != '\0')
		fprintf(stream, "Default: %s.\n", text.fallback);
}

void key_docs_write_mdoc_block(const struct key_block *block, FILE *stream)
{
	fprintf(stream, ".Ss %s\n", block->name);
	write_mdoc_text(block->text, stream);
	fputs(".Bl -tag -width Ds\n", stream);
	for (size_t each = 0; each < block->row_count; each++) {
		if (block->rows[each].kind != VALUE_LATER)
			write_mdoc_row(&block->rows[each], stream);
	}
	fputs(".El\n", stream);
}

void key_docs_write_mdoc(FILE *stream)
{
	const struct key_block *blocks[KEY_BLOCKS_MAX];
	const size_t count = key_blocks_list(blocks);

	for (size_t each = 0; each < count; each++)
		key_docs_write_mdoc_block(blocks[each], stream);
}

static void explain_row(const struct key_row *row, FILE *stream)
{
	const struct row_text text = text_of(row);

	fprintf(stream, "  %s: %s\n      %s", text.name, text.value, row->text);
	if (*text.fallback != '\0')
		fprintf(stream, row->is_required ? " (%s)" : " (default: %s)", text.fallback);
	fputc('\n', stream);
}

static size_t explain_block(const struct key_block *block, const char *name, FILE *stream)
{
	const bool is_all = strcmp(block->name, name) == 0;
	size_t found = 0;

	for (size_t each = 0; each < block->row_count; each++) {
		char known[KEY_NAME_SIZE];
		const struct key_row *row = &block->rows[each];

		if (!is_all && strcmp(key_row_name(row, known), name) != 0)
			continue;
		if (found++ == 0)
			fprintf(stream, "%s: %s\n", block->name, block->text);
		explain_row(row, stream);
	}
	return found;
}

bool key_docs_explain(const char *name, FILE *stream)
{
	const struct key_block *blocks[KEY_BLOCKS_MAX];
	const size_t count = key_blocks_list(blocks);
	size_t found = 0;

	for (size_t each = 0; each < count; each++)
		found += explain_block(blocks[each], name, stream);
	return found > 0;
}

const char *key_docs_nearest(const char *name)
{
	const struct key_block *blocks[KEY_BLOCKS_MAX];
	const size_t count = key_blocks_list(blocks);
	struct nearest_name nearest = nearest_name_begin(name);

	for (size_t each = 0; each < count; each++) {
		nearest_name_offer(&nearest, blocks[each]->name);
		for (size_t row = 0; row < blocks[each]->row_count; row++)
			nearest_name_offer(&nearest, blocks[each]->rows[row].name);
	}
	return nearest.best;
}
