/* SPDX-License-Identifier: MIT */
/*
 * Edit distance with swaps of neighbours (optimal string alignment), ignoring case and taking - and
 * _ for the same: what fingers do to names.  A name is near when at most about a third of its
 * letters differ, or when one is the beginning of the other.
 */
#include "scenario/nearest_name.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LENGTH_MAX = 63, BEGINNING_MIN = 3 };

/* The three rows of the matrix that one step looks at. */
struct edit_rows {
	size_t before[LENGTH_MAX + 1], last[LENGTH_MAX + 1], row[LENGTH_MAX + 1];
};

static bool is_same(char a, char b)
{
	return (a == '_' ? '-' : tolower((unsigned char)a)) ==
		(b == '_' ? '-' : tolower((unsigned char)b));
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* |a| ends with the letter that this row is about, |at| letters from its start. */
static void fill_row(struct edit_rows *rows, const char *a, size_t at, const char *b)
{
	rows->row[0] = at;
	for (size_t each = 1; b[each - 1] != '\0'; each++) {
		const size_t change = rows->last[each - 1] + !is_same(a[at - 1], b[each - 1]);
		const size_t insert = least(rows->last[each], rows->row[each - 1]) + 1;

		rows->row[each] = least(change, insert);
		if (at > 1 && each > 1 && is_same(a[at - 1], b[each - 2]) &&
			is_same(a[at - 2], b[each - 1]))
			rows->row[each] = least(rows->row[each], rows->before[each - 2] + 1);
	}
}

static size_t edits_between(const char *a, const char *b)
{
	struct edit_rows rows;

	for (size_t each = 0; each <= LENGTH_MAX; each++)
		rows.row[each] = each;
	for (size_t at = 1; at <= strlen(a); at++) {
		memcpy(rows.before, rows.last, sizeof rows.last);
		memcpy(rows.last, rows.row, sizeof rows.row);
		fill_row(&rows, a, at, b);
	}
	return rows.row[strlen(b)];
}

struct nearest_name nearest_name_begin(const char *wrong)
{
	return (struct nearest_name){.wrong = wrong, .edits = SIZE_MAX};
}

/* "macsec" for macsec_sa: one is the other's beginning. */
static bool is_beginning(const char *a, const char *b, size_t size)
{
	for (size_t each = 0; each < size; each++) {
		if (!is_same(a[each], b[each]))
			return false;
	}
	return size >= BEGINNING_MIN;
}

static bool is_near(const char *a, const char *b, size_t edits)
{
	const size_t a_size = strlen(a), b_size = strlen(b);
	const size_t longer = a_size > b_size ? a_size : b_size;

	return edits <= longer / 3 + (longer < 6) || is_beginning(a, b, least(a_size, b_size));
}

void nearest_name_offer(struct nearest_name *nearest, const char *known)
{
	if (strlen(nearest->wrong) > LENGTH_MAX || strlen(known) > LENGTH_MAX)
		return;
	const size_t edits = edits_between(nearest->wrong, known);

	if (edits < nearest->edits && is_near(nearest->wrong, known, edits)) {
		nearest->best = known;
		nearest->edits = edits;
	}
}
