/* SPDX-License-Identifier: MIT */
/* Which of the known names a wrong one was probably meant for, by the edits between them. */
#ifndef SCENARIO_NEAREST_NAME_H
#define SCENARIO_NEAREST_NAME_H

#include <stddef.h>

struct nearest_name {
	const char *wrong; /* borrowed */
	const char *best; /* of those offered; NULL: none is near enough */
	size_t edits; /* between the two */
};

/* Begins a search; offer each known name, then read best. */
struct nearest_name nearest_name_begin(const char *wrong);
void nearest_name_offer(struct nearest_name *nearest, const char *known);

#endif
