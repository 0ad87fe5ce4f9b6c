/* SPDX-License-Identifier: MIT */
/* How the command says what went wrong: on standard error, "dimp: what: why; what to do". */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

#include <stdio.h>

/* Prints "dimp: ", the formatted text and a newline.  |format| has the three parts. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);
/* The same elsewhere. */
__attribute__((format(printf, 2, 3))) void complain_to(FILE *stream, const char *format, ...);

#endif
