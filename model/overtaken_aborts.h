/* SPDX-License-Identifier: MIT */
/*
 * Migrations whose ABORT came before their SOLICIT (DIMP 9.1-13): such a SOLICIT starts nothing.
 */
#ifndef DIMP_OVERTAKEN_ABORTS_H
#define DIMP_OVERTAKEN_ABORTS_H

#include "dimp.h"
#include "limits.h"

struct overtaken_abort {
	dimp_peer destination;
	uint64_t migration;
};

struct overtaken_aborts {
	struct overtaken_abort aborts[DIMP_OVERTAKEN_ABORTS];
	size_t count, next;
};

/* Keeps |abort| once; the oldest gives way. */
void overtaken_aborts_keep(struct overtaken_aborts *aborts, const struct overtaken_abort *abort);

/* Whether this destination has taken back this migration before it began. */
bool overtaken_aborts_has(const struct overtaken_aborts *aborts,
	const struct overtaken_abort *abort);

#endif
