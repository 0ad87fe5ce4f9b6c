/* SPDX-License-Identifier: MIT */
/* Giving up what is needed to open sockets and nothing after that. */
#ifndef LIVE_PRIVILEGES_H
#define LIVE_PRIVILEGES_H

#include <stdbool.h>

/*
 * From now on this process is |user| with his groups (NULL or "": who it is), has no capability,
 * can get none, and starts no program that could.  False with |why|, a static sentence: then it may
 * have kept all, and is to end.
 */
bool privileges_drop(const char *user, const char **why);

#endif
