/*
 * spec_tables FILE...: renews, in each Markdown file, what stands between a line
 * "<!-- generated: NAME -->" and the next "<!-- end -->".  A file that would not change is not
 * written. Exit: 1 when a file cannot be read or written, a NAME is unknown or an end is missing.
 */
#define _POSIX_C_SOURCE 200809L

#include "spec_tables.h"

#include <stdlib.h>
#include <string.h>

static const char opening[] = "<!-- generated: ";
static const char closing[] = " -->\n";
static const char ending[] = "<!-- end -->\n";

/* A growing text. */
struct document {
	char *text;
	size_t size;
};

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* If |line| opens a table, copies the table's name. */
static bool is_opening(const char *line, char *name, size_t name_size)
{
	const size_t length = strlen(line);

	if (!starts_with(line, opening) || length < sizeof opening + sizeof closing - 2)
		return false;
	const char *tail = line + length - (sizeof closing - 1);
	if (strcmp(tail, closing) != 0)
		return false;
	const char *head = line + sizeof opening - 1;
	snprintf(name, name_size, "%.*s", (int)(tail - head), head);
	return true;
}

/* Passes over the old table; false when its end is missing. */
static bool skip_old(FILE *in, char *line, int line_size)
{
	while (fgets(line, line_size, in) != NULL) {
		if (strcmp(line, ending) == 0)
			return true;
	}
	return false;
}

/* Copies |in| to |out| with new tables; NULL, or what is wrong. */
static const char *renew(FILE *in, FILE *out)
{
	static char line[65536];
	char name[128];

	while (fgets(line, sizeof line, in) != NULL) {
		fputs(line, out);
		if (!is_opening(line, name, sizeof name))
			continue;
		if (!spec_table_write(name, out))
			return "no such table";
		if (!skip_old(in, line, sizeof line))
			return "no end";
		fputs(ending, out);
	}
	return NULL;
}

/* Whether the file already says this. */
static bool is_same(const char *path, const struct document *document)
{
	FILE *in = fopen(path, "r");
	size_t at = 0;
	int character;

	if (in == NULL)
		return false;
	while ((character = fgetc(in)) != EOF && at < document->size &&
		document->text[at] == (char)character)
		at++;
	fclose(in);
	return character == EOF && at == document->size;
}

static const char *save(const char *path, const struct document *document)
{
	if (is_same(path, document))
		return NULL;
	FILE *out = fopen(path, "w");
	if (out == NULL)
		return "cannot be written";
	const bool is_written = fwrite(document->text, 1, document->size, out) == document->size;
	return fclose(out) == 0 && is_written ? NULL : "cannot be written";
}

static const char *renew_file(const char *path)
{
	struct document document = {0};
	FILE *in = fopen(path, "r");

	if (in == NULL)
		return "cannot be read";
	FILE *out = open_memstream(&document.text, &document.size);
	const char *wrong = out != NULL ? renew(in, out) : "no memory";
	fclose(in);
	if (out != NULL)
		fclose(out);
	if (wrong == NULL)
		wrong = save(path, &document);
	free(document.text);
	return wrong;
}

int main(int arguments, char **argument)
{
	int code = EXIT_SUCCESS;

	for (int at = 1; at < arguments; at++) {
		const char *wrong = renew_file(argument[at]);
		if (wrong == NULL)
			continue;
		fprintf(stderr, "%s: %s\n", argument[at], wrong);
		code = EXIT_FAILURE;
	}
	return code;
}
