/* SPDX-License-Identifier: MIT */
/* One bit that is set once: a harness that goes on without what it asked for might judge wrongly.
 */
#include "observe/memory_refusals.h"

#include <errno.h>

static bool was_refused;

bool memory_was_refused(void)
{
	return was_refused;
}

void memory_note_refusal(void)
{
	was_refused = true;
	errno = ENOMEM;
}
