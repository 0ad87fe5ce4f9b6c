/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rules that a message breaks by what came before it: of section 9, as far as whoever only listens
 * can tell (observed_clauses.txt says which).
 */
#ifndef DISSECTOR_SEQUEL_H
#define DISSECTOR_SEQUEL_H

#include "breach.h"
#include "field_view.h"

enum { SEQUEL_BREACHES_MAX = 4 };

/* What is kept with a message. */
struct sequel_note {
	guint count;
	enum breach breaches[SEQUEL_BREACHES_MAX];
};

/* Tells of a message that breaks no rule by itself, again or not; called before sequel_judge(). */
void sequel_hear(const struct dissection *dissection, const struct block_values *values);

/* Judges a message that was not sent before, and keeps what it says for those to come. |rows| are
 * its parameters, NULL for none. */
struct sequel_note sequel_judge(const struct dissection *dissection,
	const struct block_values *values, wmem_array_t *rows);

/* Adds the expert items. */
void sequel_show(struct dissection *dissection, const struct sequel_note *note);

#endif
