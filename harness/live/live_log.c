/* SPDX-License-Identifier: MIT */
/* Wall-clock time, so that lines of several machines can be put side by side. */
#include "live/live_log.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TIME_SIZE = 40, TEXT_SIZE = 4096, NUMBER_SIZE = 24 };

static void write_time(char text[TIME_SIZE])
{
	struct timespec now;
	struct tm parts;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &parts);
	const size_t size = strftime(text, TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);

	(void)snprintf(text + size, TIME_SIZE - size, ".%06ldZ", now.tv_nsec / 1000);
}

static void say_json(const struct live_log *log, const char *what, const struct live_word *words,
	size_t count)
{
	char now[TIME_SIZE];
	json_t *line = json_object();

	write_time(now);
	(void)json_object_set_new(line, "time", json_string(now));
	(void)json_object_set_new(line, "bridge", json_string(log->name));
	(void)json_object_set_new(line, "event", json_string(what));
	for (size_t each = 0; each < count; each++) {
		if (words[each].value)
			(void)json_object_set_new(line, words[each].key,
				json_string(words[each].value));
	}
	(void)json_dumpf(line, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(line);
}

static void say_text(const struct live_log *log, const char *what, const struct live_word *words,
	size_t count)
{
	char now[TIME_SIZE];

	write_time(now);
	printf("%s %s %s", now, log->name, what);
	for (size_t each = 0; each < count; each++) {
		const char *value = words[each].value;
		if (!value)
			continue;
		const bool is_quoted = value[strcspn(value, " \t\"")] != '\0' || *value == '\0';
		printf(is_quoted ? " %s=\"%s\"" : " %s=%s", words[each].key, value);
	}
	(void)putchar('\n');
}

void live_log_say(const struct live_log *log, const char *what, const struct live_word *words,
	size_t count)
{
	if (log->is_json)
		say_json(log, what, words, count);
	else
		say_text(log, what, words, count);
	(void)fflush(stdout);
}

/* What an event is called; NULL: only the verbose hear of it, or nobody. */
static const char *name_of(enum dimp_event_kind kind, bool is_verbose)
{
	switch (kind) {
	case DIMP_EVENT_NONE: return NULL;
	case DIMP_EVENT_ASSOCIATED: return "associated";
	case DIMP_EVENT_PEER_LOST: return "peer_lost";
	case DIMP_EVENT_TRANSITION: return is_verbose ? "transition" : NULL;
	case DIMP_EVENT_FREEZE: return "freeze";
	case DIMP_EVENT_THAW: return "thaw";
	case DIMP_EVENT_RELEASED: return "released";
	case DIMP_EVENT_GONE: return "gone";
	case DIMP_EVENT_RECORD: return is_verbose ? "record" : NULL;
	case DIMP_EVENT_ACTIVATE: return "activate";
	case DIMP_EVENT_DISCARD: return "discard";
	case DIMP_EVENT_NOTIFIED: return "notified";
	case DIMP_EVENT_ADOPTED: return "adopted";
	case DIMP_EVENT_HOLD: return "hold";
	case DIMP_EVENT_PROGRESS: return is_verbose ? "progress" : NULL;
	case DIMP_EVENT_RESPONSE: return "response";
	case DIMP_EVENT_ANNOUNCED: return "announced";
	}
	return NULL;
}

/* Secrets are hidden in both texts. */
static const char *detail_of(const struct dimp_event *event, char text[TEXT_SIZE])
{
	text[0] = '\0';
	if (event->kind == DIMP_EVENT_RECORD)
		(void)dimp_record_text(&event->record, text, TEXT_SIZE);
	else if (event->kind == DIMP_EVENT_RESPONSE || event->kind == DIMP_EVENT_PROGRESS)
		(void)dimp_message_text(&event->message, text, TEXT_SIZE);
	else if (event->kind == DIMP_EVENT_TRANSITION)
		(void)snprintf(text, TEXT_SIZE, "%s: %s --%s--> %s (DIMP %s)", event->machine,
			event->from, event->because, event->to, event->clause);
	return text[0] != '\0' ? text : NULL;
}

void live_log_event(const struct live_log *log, const struct dimp_event *event,
	const struct live_names *names)
{
	const char *what = name_of(event->kind, log->is_verbose);
	const bool has_error = event->error != DIMP_ERROR_NONE;
	char text[TEXT_SIZE], migration[NUMBER_SIZE] = "";

	if (!what)
		return;
	if (event->migration != 0)
		(void)snprintf(migration, sizeof migration, "%" PRIu64, event->migration);
	LIVE_LOG(log, what, {"vm", names->vm}, {"peer", names->peer},
		{"migration", event->migration != 0 ? migration : NULL},
		{"error", has_error ? dimp_error_name(event->error) : NULL},
		{"detail", detail_of(event, text)});
	explicit_bzero(text, sizeof text);
}
