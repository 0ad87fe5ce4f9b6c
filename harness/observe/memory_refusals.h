/* SPDX-License-Identifier: MIT */
/* Whether memory was refused to this process, ever: what it says after that is not believed. */
#ifndef OBSERVE_MEMORY_REFUSALS_H
#define OBSERVE_MEMORY_REFUSALS_H

#include <stdbool.h>

/* Whether a request for memory failed since the program began.  Only a program that is linked with
 * cli/watched_memory.c can know. */
bool memory_was_refused(void);

/* To be called by whoever sees a request fail; errno becomes ENOMEM. */
void memory_note_refusal(void);

#endif
