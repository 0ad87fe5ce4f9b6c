/* SPDX-License-Identifier: MIT */
/* The same rows as the parser's, the other way. */
#include "script/drill_printer.h"

#include <inttypes.h>

void drill_print_duration(FILE *stream, uint64_t us)
{
	if (us % 1000 != 0)
		fprintf(stream, "%" PRIu64 "us", us);
	else if (us % 1000000 != 0 || us == 0)
		fprintf(stream, "%" PRIu64 "ms", us / 1000);
	else
		fprintf(stream, "%" PRIu64 "s", us / 1000000);
}

static void print_clock(FILE *stream, const struct drill_line *line)
{
	switch (line->clock) {
	case DRILL_NOW: return;
	case DRILL_AFTER: fputc('+', stream); break;
	case DRILL_AT: fputc('@', stream); break;
	case DRILL_WITHIN: fputs("within ", stream); break;
	}
	drill_print_duration(stream, line->time_us);
	fputc(' ', stream);
}

void drill_print_line(FILE *stream, const struct drill_line *line)
{
	const struct drill_grammar *grammar = drill_grammar(line->kind);

	if (line->kind == DRILL_COMMENT)
		fprintf(stream, "#%s", line->rest);
	if (line->is_unordered)
		fputs("~ ", stream);
	print_clock(stream, line);
	if (grammar->keyword != NULL) {
		fputs(grammar->keyword, stream);
		for (unsigned index = 0; index < grammar->names; index++)
			fprintf(stream, " %s", line->names[index]);
		if (line->rest[0] != '\0')
			fprintf(stream, " %s", line->rest);
	}
	fputc('\n', stream);
}

void drill_print(FILE *stream, const struct drill *drill)
{
	for (size_t index = 0; index < drill->count; index++)
		drill_print_line(stream, &drill->lines[index]);
}
