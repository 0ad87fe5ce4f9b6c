/* SPDX-License-Identifier: MIT */
/* Whether what happened is what a drill expects. */
#ifndef SCRIPT_DRILL_MATCH_H
#define SCRIPT_DRILL_MATCH_H

#include <stdio.h>

#include "script/drill_variables.h"

/*
 * Whether |actual|, a text of the model's, is as |expected| says: the same name, the same value in
 * every field that |expected| gives, the same rows if it gives any.  |expected| was expanded; names
 * in it that are still open become what |actual| has, if all the rest agrees.  False with |error|
 * saying what differs.
 */
bool drill_match(struct span expected, struct span actual, struct drill_variables *variables,
	struct text_error *error);

/* Prints a line for each field of the head that |expected| gives: what it is and what it should be.
 */
void drill_match_explain(struct span expected, struct span actual, FILE *stream);

#endif
