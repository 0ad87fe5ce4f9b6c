/* SPDX-License-Identifier: MIT */
/* Requests for memory, watched: of the harness, of jansson, SQLite and libcrypto. */
#ifndef CLI_WATCHED_MEMORY_H
#define CLI_WATCHED_MEMORY_H

/* To be called before anything else asks for memory. */
void watched_memory_begin(void);

#endif
