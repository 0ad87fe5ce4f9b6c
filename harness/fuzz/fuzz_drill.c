/*
 * The parser of drills on any octets: it says what is wrong or gives a drill, and a drill printed
 * reads back and prints the same.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "script/drill_parser.h"
#include "script/drill_printer.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static char *print(const struct drill *drill)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (stream == NULL)
		abort();
	drill_print(stream, drill);
	fclose(stream);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct drill_error error;
	struct drill drill, again;
	char *text, *text_again;

	if (!drill_parse((struct span){(const char *)octets, size}, &drill, &error)) {
		assert(error.why.text[0] != '\0');
		return 0;
	}
	text = print(&drill);
	/* A line of the greatest length may grow by what the printer adds. */
	if (drill_parse((struct span){text, strlen(text)}, &again, &error)) {
		text_again = print(&again);
		assert(strcmp(text, text_again) == 0);
		free(text_again);
		drill_destroy(&again);
	} else {
		assert(size >= DRILL_TEXT_MAX / 2);
	}
	free(text);
	drill_destroy(&drill);
	return 0;
}
