/* SPDX-License-Identifier: MIT */
/* The one way from a verb to standard error. */
#include "cli/complain.h"

#include <stdarg.h>

__attribute__((format(printf, 2, 0))) static void write_line(FILE *stream, const char *format,
	va_list arguments)
{
	fputs("dimp: ", stream);
	vfprintf(stream, format, arguments);
	fputc('\n', stream);
}

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(stderr, format, arguments);
	va_end(arguments);
}

void complain_to(FILE *stream, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(stream, format, arguments);
	va_end(arguments);
}
