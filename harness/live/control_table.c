/* SPDX-License-Identifier: MIT */
/* Cells are made twice: to learn their widths, and to be printed. */
#include "live/control_table.h"

#include <stdbool.h>
#include <string.h>

enum { COLUMNS_MAX = 16, CELL_SIZE = 1024 };

static void labels_text(json_t *labels, char cell[CELL_SIZE])
{
	size_t length = 0;
	const char *key;
	json_t *value;

	cell[0] = '\0';
	json_object_foreach(labels, key, value)
	{
		const int more = snprintf(cell + length, CELL_SIZE - length, "%s%s=%s",
			length > 0 ? "," : "", key, json_string_value(value));

		if (more < 0 || length + (size_t)more >= CELL_SIZE)
			break;
		length += (size_t)more;
	}
}

static void cell_text(json_t *value, char cell[CELL_SIZE])
{
	if (json_is_object(value))
		labels_text(value, cell);
	else if (json_is_string(value))
		(void)snprintf(cell, CELL_SIZE, "%s", json_string_value(value));
	else if (json_is_integer(value))
		(void)snprintf(cell, CELL_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_boolean(value))
		(void)snprintf(cell, CELL_SIZE, "%s", json_is_true(value) ? "yes" : "no");
	else
		(void)snprintf(cell, CELL_SIZE, "-");
}

struct columns {
	const char *names[COLUMNS_MAX];
	int widths[COLUMNS_MAX];
	size_t count;
};

static bool is_column(const char *name, const json_t *value)
{
	return !json_is_array(value) && (!json_is_object(value) || strcmp(name, "labels") == 0);
}

static void name_columns(struct columns *columns, json_t *first)
{
	const char *name;
	json_t *value;

	json_object_foreach(first, name, value)
	{
		if (columns->count == COLUMNS_MAX || !is_column(name, value))
			continue;
		columns->names[columns->count] = name;
		columns->widths[columns->count] = (int)strlen(name);
		columns->count++;
	}
}

static void widen(struct columns *columns, const json_t *row)
{
	char cell[CELL_SIZE];

	for (size_t each = 0; each < columns->count; each++) {
		cell_text(json_object_get(row, columns->names[each]), cell);
		if ((int)strlen(cell) > columns->widths[each])
			columns->widths[each] = (int)strlen(cell);
	}
}

/* The last column is not padded: nothing stands behind it. */
static void print_cell(const struct columns *columns, size_t column, const char *text, FILE *stream)
{
	if (column + 1 == columns->count)
		(void)fprintf(stream, "%s\n", text);
	else
		(void)fprintf(stream, "%-*s  ", columns->widths[column], text);
}

void control_table_print(json_t *rows, FILE *stream)
{
	struct columns columns = {.count = 0};
	char cell[CELL_SIZE];
	size_t index;
	json_t *row;

	name_columns(&columns, json_array_get(rows, 0));
	if (columns.count == 0) {
		(void)fputs("none\n", stream);
		return;
	}
	json_array_foreach(rows, index, row) widen(&columns, row);
	for (size_t each = 0; each < columns.count; each++)
		print_cell(&columns, each, columns.names[each], stream);
	json_array_foreach(rows, index, row)
	{
		for (size_t each = 0; each < columns.count; each++) {
			cell_text(json_object_get(row, columns.names[each]), cell);
			print_cell(&columns, each, cell, stream);
		}
	}
}

/* As the text format has it: a backslash before itself, before line ends, and before quotes. */
static void print_escaped(const char *text, FILE *stream)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			(void)fputs("\\n", stream);
		else if (*text == '\\' || *text == '"')
			(void)fprintf(stream, "\\%c", *text);
		else
			(void)fputc(*text, stream);
	}
}

static void print_labels(json_t *labels, FILE *stream)
{
	const char *separator = "{", *key;
	json_t *value;

	json_object_foreach(labels, key, value)
	{
		(void)fprintf(stream, "%s%s=\"", separator, key);
		print_escaped(json_string_value(value), stream);
		(void)fputc('"', stream);
		separator = ",";
	}
	if (json_object_size(labels) > 0)
		(void)fputc('}', stream);
}

void control_metrics_print(json_t *rows, FILE *stream)
{
	const char *last = "";
	size_t index;
	json_t *row;

	json_array_foreach(rows, index, row)
	{
		const char *name, *kind, *help;
		json_int_t value;
		json_t *labels;

		if (json_unpack(row, "{s:s, s:s, s:s, s:o, s:I}", "name", &name, "kind", &kind,
			    "help", &help, "labels", &labels, "value", &value) != 0)
			continue;
		if (strcmp(name, last) != 0)
			(void)fprintf(stream, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
				kind);
		last = name;
		(void)fputs(name, stream);
		print_labels(labels, stream);
		(void)fprintf(stream, " %" JSON_INTEGER_FORMAT "\n", value);
	}
}
