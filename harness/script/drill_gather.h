/* SPDX-License-Identifier: MIT */
/*
 * A round as a set: "gather dst data migration=7 round=0 chunk=0 {a} {b}" takes all DATA of the
 * round that came, however the source has cut it into chunks.
 */
#ifndef SCRIPT_DRILL_GATHER_H
#define SCRIPT_DRILL_GATHER_H

#include "script/drill_run.h"

/*
 * Judges a "gather" line: the DATA that fit its fields hold together exactly its records, each
 * once, or without braces any; chunks are numbered without gaps, the first as "chunk" says, and
 * their DI types never go down (DIMP 8.0-2).  Chunks that were sent again count once.  $chunks is
 * how many there are by then.
 */
bool drill_gather_line(struct drill_run *run);

#endif
