/* SPDX-License-Identifier: MIT */
/* The other side of a control socket: one request, one answer. */
#ifndef LIVE_CONTROL_CALL_H
#define LIVE_CONTROL_CALL_H

#include <jansson.h>

/*
 * Sends |request|, which stays the caller's, to the program that listens at |path|, and waits ten
 * seconds at the most.  The answer is the caller's; NULL after a complaint, and |code| is the exit
 * code then.
 */
json_t *control_call(const char *path, const json_t *request, int *code);

#endif
