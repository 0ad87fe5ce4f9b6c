/* SPDX-License-Identifier: MIT */
/* The one way from a verb to standard error. */
#include "cli/complain.h"

#include <stdarg.h>
#include <stdio.h>

void complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("dimp: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}
