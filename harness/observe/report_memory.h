/* SPDX-License-Identifier: MIT */
/* What a report says of how a VM's memory was copied. */
#ifndef OBSERVE_REPORT_MEMORY_H
#define OBSERVE_REPORT_MEMORY_H

#include <jansson.h>
#include <stdio.h>

#include "actors/memory_copy.h"

/* A line of a migration's table; nothing for one that copied nothing. */
void report_memory_print(const struct memory_tally *tally, FILE *stream);

/* An object with the rounds; the caller's. */
json_t *report_memory_json(const struct memory_tally *tally);

#endif
