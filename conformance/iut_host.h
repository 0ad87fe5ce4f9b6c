/* SPDX-License-Identifier: MIT */
/* The upper tester protocol for an implementation that is a table of functions (iut.h). */
#ifndef CONFORMANCE_IUT_HOST_H
#define CONFORMANCE_IUT_HOST_H

#include <stdio.h>

#include "iut.h"

/* Answers questions from |in| on |out| until |in| ends; the program's exit code. */
int iut_host_run(const struct iut_operations *operations, FILE *in, FILE *out);

#endif
