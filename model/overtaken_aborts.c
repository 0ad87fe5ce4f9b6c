/* SPDX-License-Identifier: MIT */
/* A ring of the newest. An ABORT is repeated until it is confirmed, and is kept once. */
#include "overtaken_aborts.h"

bool overtaken_aborts_has(const struct overtaken_aborts *aborts,
	const struct overtaken_abort *abort)
{
	for (size_t index = 0; index < aborts->count; index++)
		if (aborts->aborts[index].destination == abort->destination &&
			aborts->aborts[index].migration == abort->migration)
			return true;
	return false;
}

void overtaken_aborts_keep(struct overtaken_aborts *aborts, const struct overtaken_abort *abort)
{
	if (overtaken_aborts_has(aborts, abort))
		return;
	aborts->aborts[aborts->next] = *abort;
	aborts->next = (aborts->next + 1) % DIMP_OVERTAKEN_ABORTS;
	if (aborts->count < DIMP_OVERTAKEN_ABORTS)
		aborts->count++;
}
