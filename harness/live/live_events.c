/* SPDX-License-Identifier: MIT */
/* One row for each kind of event says its name and what it carries. */
#include "live/live_events.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "observe/json_out.h"

enum { WITH_VSI = 1, WITH_RECORD = 2, WITH_MESSAGE = 4, WITH_ERROR = 8, WITH_STEP = 16 };

static const struct {
	const char *name;
	unsigned carries;
} kinds[] = {
	[DIMP_EVENT_NONE] = {"none", 0},
	[DIMP_EVENT_ASSOCIATED] = {"associated", 0},
	[DIMP_EVENT_PEER_LOST] = {"peer_lost", WITH_ERROR},
	[DIMP_EVENT_TRANSITION] = {"transition", WITH_STEP},
	[DIMP_EVENT_FREEZE] = {"freeze", WITH_VSI},
	[DIMP_EVENT_THAW] = {"thaw", WITH_VSI},
	[DIMP_EVENT_RELEASED] = {"released", WITH_VSI},
	[DIMP_EVENT_GONE] = {"gone", WITH_VSI},
	[DIMP_EVENT_RECORD] = {"record", WITH_VSI | WITH_RECORD},
	[DIMP_EVENT_ACTIVATE] = {"activate", WITH_VSI},
	[DIMP_EVENT_DISCARD] = {"discard", WITH_VSI | WITH_ERROR},
	[DIMP_EVENT_NOTIFIED] = {"notified", WITH_VSI},
	[DIMP_EVENT_ADOPTED] = {"adopted", WITH_VSI},
	[DIMP_EVENT_HOLD] = {"hold", WITH_VSI},
	[DIMP_EVENT_PROGRESS] = {"progress", WITH_MESSAGE},
	[DIMP_EVENT_RESPONSE] = {"response", WITH_MESSAGE},
	[DIMP_EVENT_ANNOUNCED] = {"announced", WITH_ERROR},
};

static void add_step(json_t *line, const struct dimp_event *event)
{
	(void)json_object_set_new(line, "machine", json_string(event->machine));
	(void)json_object_set_new(line, "from", json_string(event->from));
	(void)json_object_set_new(line, "because", json_string(event->because));
	(void)json_object_set_new(line, "to", json_string(event->to));
	(void)json_object_set_new(line, "clause", json_string(event->clause));
}

static json_t *event_json(const struct dimp_event *event, struct dimp_time now)
{
	const unsigned carries = kinds[event->kind].carries;
	json_t *line = json_object();

	(void)json_object_set_new(line, "at_us", number_json(now.us));
	(void)json_object_set_new(line, "event", json_string(kinds[event->kind].name));
	if ((carries & WITH_VSI) != 0)
		(void)json_object_set_new(line, "vsi", number_json(event->vsi));
	if ((carries & WITH_RECORD) != 0)
		(void)json_object_set_new(line, "record",
			record_json(&event->record, JSON_SECRETS_HIDDEN));
	if ((carries & WITH_MESSAGE) != 0)
		(void)json_object_set_new(line, "message",
			message_json(&event->message, JSON_SECRETS_HIDDEN));
	if ((carries & WITH_ERROR) != 0)
		(void)json_object_set_new(line, "error",
			json_string(dimp_error_name(event->error)));
	if ((carries & WITH_STEP) != 0)
		add_step(line, event);
	return line;
}

static void print_text(const struct dimp_event *event, struct dimp_time now)
{
	const unsigned carries = kinds[event->kind].carries;
	char text[4096] = "";

	if ((carries & WITH_RECORD) != 0)
		(void)dimp_record_text(&event->record, text, sizeof text);
	else if ((carries & WITH_MESSAGE) != 0)
		(void)dimp_message_text(&event->message, text, sizeof text);
	else if ((carries & WITH_STEP) != 0)
		(void)snprintf(text, sizeof text, "%s: %s --%s--> %s (DIMP %s)", event->machine,
			event->from, event->because, event->to, event->clause);
	else if ((carries & WITH_ERROR) != 0)
		(void)snprintf(text, sizeof text, "%s", dimp_error_name(event->error));
	printf("%4" PRIu64 ".%06" PRIu64 " %-10s %s\n", now.us / 1000000, now.us % 1000000,
		kinds[event->kind].name, text);
}

void live_events_print(const struct dimp_event *event, struct dimp_time now, bool is_json)
{
	if (is_json) {
		json_t *line = event_json(event, now);

		(void)json_dumpf(line, stdout, JSON_COMPACT);
		(void)putchar('\n');
		json_decref(line);
	} else {
		print_text(event, now);
	}
	(void)fflush(stdout);
}
