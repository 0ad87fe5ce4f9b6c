/* SPDX-License-Identifier: MIT */
/*
 * Numbers that must not go back over the runs of a speaker, kept in a file: its boot count (DIMP
 * 5.2-6) and, for each VSI, the serial of the last move that its station ordered (9.1-4).
 */
#ifndef LIVE_SERIAL_BOOK_H
#define LIVE_SERIAL_BOOK_H

#include "dimp.h"

struct serial_numbers {
	uint32_t boot_count;
	uint64_t serial;
};

/*
 * Takes a boot count and a serial above all that the file at |path| has given, and no less than the
 * time in seconds, and writes them there; a serial that |taken| has already is taken if it is above
 * those.  Who does so at the same moment waits.  With |path| NULL nothing is kept, and both are
 * serial_book_second().  Complains and returns false when the file cannot be used or the serial
 * goes back.
 */
bool serial_book_take(const char *path, const struct dimp_vsi *vsi, struct serial_numbers *taken);

/*
 * Waits for the next second to begin and returns it, since 1970: whoever started before, and has
 * ended, has a lower one, so that it does as a boot count where none is kept, while the clock does
 * not go back.
 */
uint64_t serial_book_second(void);

#endif
