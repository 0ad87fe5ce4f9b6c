/* SPDX-License-Identifier: MIT */
/*
 * What a live program says of itself: a line for each thing that happens, "TIME NAME what key=value
 * ..." for people or one JSON object for machines, at once on standard output.
 */
#ifndef LIVE_LIVE_LOG_H
#define LIVE_LIVE_LOG_H

#include "dimp.h"

struct live_log {
	const char *name; /* of who says it, borrowed */
	bool is_json;
	bool is_verbose; /* also transitions, and each record that moves */
};

/* One thing that is said; a NULL value leaves it out. */
struct live_word {
	const char *key, *value;
};

/* Says |what|, with |count| words. */
void live_log_say(const struct live_log *log, const char *what, const struct live_word *words,
	size_t count);

/* The same with words as they are listed: LIVE_LOG(log, "port", {"name", name}, ...). */
#define LIVE_LOG(log, what, ...) \
	live_log_say(log, what, (const struct live_word[]){__VA_ARGS__}, \
		sizeof((const struct live_word[]){__VA_ARGS__}) / sizeof(struct live_word))

/* Who is who in an event; either may be NULL. */
struct live_names {
	const char *vm, *peer;
};

/* Says what a speaker told, unless only the verbose hear of it. */
void live_log_event(const struct live_log *log, const struct dimp_event *event,
	const struct live_names *names);

#endif
