/* SPDX-License-Identifier: MIT */
/* How the command says what went wrong: on standard error, "dimp: what: why; what to do". */
#ifndef CLI_COMPLAIN_H
#define CLI_COMPLAIN_H

/* Prints "dimp: ", the formatted text and a newline.  |format| has the three parts. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

#endif
