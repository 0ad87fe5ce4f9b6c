/* SPDX-License-Identifier: MIT */
/* Collected, not printed: who asked for the reading prints. */
#include "scenario/scenario_errors.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scenario_errors_add(struct scenario_errors *errors, struct yaml_place place,
	const char *format, ...)
{
	const size_t index = errors->count++;
	va_list arguments;

	if (index >= SCENARIO_ERRORS_MAX)
		return;
	struct scenario_error *error = &errors->list[index];
	const int size = snprintf(error->text, sizeof error->text, "%.200s:%u:%u: ", place.file,
		place.line, place.column);

	error->file_size = strcspn(error->text, ":");
	error->line = place.line;
	error->column = place.column;
	va_start(arguments, format);
	vsnprintf(error->text + size, sizeof error->text - (size_t)size, format, arguments);
	va_end(arguments);
}

static int compare(const void *left, const void *right)
{
	const struct scenario_error *a = left, *b = right;

	if (a->file_size != b->file_size || memcmp(a->text, b->text, a->file_size) != 0)
		return strcmp(a->text, b->text);
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return strcmp(a->text, b->text);
}

void scenario_errors_sort(struct scenario_errors *errors)
{
	qsort(errors->list, scenario_errors_kept(errors), sizeof errors->list[0], compare);
}

bool scenario_errors_are_full(const struct scenario_errors *errors)
{
	return errors->count >= SCENARIO_ERRORS_MAX;
}

size_t scenario_errors_kept(const struct scenario_errors *errors)
{
	return errors->count < SCENARIO_ERRORS_MAX ? errors->count : SCENARIO_ERRORS_MAX;
}
