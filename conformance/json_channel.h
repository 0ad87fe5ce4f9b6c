/* SPDX-License-Identifier: MIT */
/* A program to which JSON is said and which answers, a line each: on its standard streams, or at a
 * TCP port. */
#ifndef CONFORMANCE_JSON_CHANNEL_H
#define CONFORMANCE_JSON_CHANNEL_H

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

#include "script/drill_subject.h"

struct json_channel {
	bool is_open;
	pid_t child; /* 0: none runs */
	int to, from; /* -1: closed */
	uint64_t timeout_ms;
	char *line; /* owned: what was read of the answer */
	size_t size, capacity;
	/* How the program is, and a sentence about that. */
	enum drill_health health;
	struct text_error why;
};

/* Starts |command| by the shell, in a process group of its own; false when it cannot. */
bool json_channel_start(struct json_channel *channel, const char *command);

/* Connects to "HOST:PORT", where a program answers in the same way; false when it cannot. */
bool json_channel_connect(struct json_channel *channel, const char *address);

/* Says |question|, which is given away, and returns the answer, the caller's to release.  NULL when
 * none comes: then health tells why, and the program is no longer there. */
json_t *json_channel_ask(struct json_channel *channel, json_t *question);

/* Ends the program, which is no longer judged: |health| and a sentence tell why. */
void json_channel_give_up(struct json_channel *channel, enum drill_health health, const char *why);

/* Ends the program. */
void json_channel_stop(struct json_channel *channel);

#endif
