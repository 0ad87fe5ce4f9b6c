/* SPDX-License-Identifier: MIT */
/* One value by the kind of its row, with what is wrong of it. */
#include "scenario/value_reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scenario/nearest_name.h"
#include "scenario/value_lists.h"
#include "scenario/value_text.h"

enum { HINTS_COMPARED_MAX = 256 };

/* A value on its way to its place. */
struct value_job {
	const struct value_reader *reader;
	const struct key_row *row;
	struct yaml_value value;
	void *base;
	char expanded[SCENARIO_PATH_MAX]; /* the text with {n} replaced; "": as it stands */
};

void value_expand(const char *text, unsigned copy, char *expanded, size_t size)
{
	const char *at = strstr(text, "{n}");
	size_t used = 0;

	*expanded = '\0';
	while (at != NULL && used < size) {
		used += (size_t)snprintf(expanded + used, size - used, "%.*s%u", (int)(at - text),
			text, copy);
		text = at + strlen("{n}");
		at = strstr(text, "{n}");
	}
	if (used < size)
		snprintf(expanded + used, size - used, "%s", text);
}

unsigned value_copies(struct yaml_value map)
{
	static const struct key_row as_count = {.kind = VALUE_COUNT, .least = 1, .most = 4096};
	const struct yaml_value value = yaml_map_find(map, "count");
	char hint[VALUE_HINT_SIZE];
	uint32_t copies = 1;

	if (value.node != 0 && !value_text_read(&as_count, yaml_value_text(value), &copies, hint))
		return 1;
	return copies;
}

static void *target_of(const struct value_job *job)
{
	return (unsigned char *)job->base + job->row->offset;
}

static const char *text_of(const struct value_job *job)
{
	return *job->expanded != '\0' ? job->expanded : yaml_value_text(job->value);
}

static struct yaml_place place_of(const struct value_job *job)
{
	return yaml_value_place(job->value);
}

size_t value_thing_count(const struct scenario *scenario, enum thing thing)
{
	const unsigned char *base = (const unsigned char *)scenario;
	size_t count;

	memcpy(&count, base + thing_rows[thing].count, sizeof count);
	return count;
}

void *value_thing_at(const struct scenario *scenario, enum thing thing, size_t index)
{
	const unsigned char *base = (const unsigned char *)scenario;
	unsigned char *items;

	memcpy(&items, base + thing_rows[thing].items, sizeof items);
	return items + index * thing_rows[thing].size;
}

uint32_t value_thing_find(const struct scenario *scenario, enum thing thing, const char *name)
{
	const size_t count = value_thing_count(scenario, thing);

	for (size_t each = 0; each < count; each++) {
		if (strcmp(value_thing_at(scenario, thing, each), name) == 0)
			return (uint32_t)each;
	}
	return SCENARIO_NONE;
}

/* "no such bridge: edge-x; did you mean edge-a?" or what there is. */
static void unknown_thing(const struct value_job *job, enum thing thing, const char *name)
{
	const struct scenario *scenario = job->reader->scenario;
	struct nearest_name nearest = nearest_name_begin(name);
	/* Thousands of wrong names would otherwise be compared with thousands of right ones. */
	const size_t compared =
		scenario_errors_are_full(job->reader->errors) ? 0 : (size_t)HINTS_COMPARED_MAX;
	char known[200] = "there is none";
	size_t used = 0;

	for (size_t each = 0; each < value_thing_count(scenario, thing); each++) {
		const char *one = value_thing_at(scenario, thing, each);

		if (*one == '\0')
			continue;
		if (each < compared)
			nearest_name_offer(&nearest, one);
		if (used < sizeof known)
			used += (size_t)snprintf(known + used, sizeof known - used, "%s%.64s",
				used == 0 ? "one of: " : ", ", one);
	}
	scenario_errors_add(job->reader->errors, place_of(job), "%s: no such %s: %.64s; %s%s%s",
		job->row->name, thing_rows[thing].noun, name,
		nearest.best != NULL ? "did you mean " : "expected ",
		nearest.best != NULL ? nearest.best : known, nearest.best != NULL ? "?" : "");
}

static bool find_named(const struct value_job *job, enum thing thing, const char *name, void *index)
{
	const uint32_t found = value_thing_find(job->reader->scenario, thing, name);

	if (found == SCENARIO_NONE)
		unknown_thing(job, thing, name);
	else
		memcpy(index, &found, sizeof found);
	return found != SCENARIO_NONE;
}

/* "edge-b/edge-a" is the link edge-a/edge-b too. */
static void read_link(const struct value_job *job)
{
	const char *slash = strchr(text_of(job), '/');
	char turned[SCENARIO_NAME_MAX * 2 + 2];
	unsigned char *station = (unsigned char *)job->base + job->row->second;

	if (slash == NULL) {
		find_named(job, THING_STATION, text_of(job), station);
		return;
	}
	snprintf(turned, sizeof turned, "%s/%.*s", slash + 1, (int)(slash - text_of(job)),
		text_of(job));
	if (value_thing_find(job->reader->scenario, THING_LINK, turned) != SCENARIO_NONE)
		find_named(job, THING_LINK, turned, target_of(job));
	else
		find_named(job, THING_LINK, text_of(job), target_of(job));
}

/* Bridges come first, so that a node is one number. */
static void read_node(const struct value_job *job)
{
	const struct scenario *scenario = job->reader->scenario;
	uint32_t station = value_thing_find(scenario, THING_STATION, text_of(job));

	if (station == SCENARIO_NONE) {
		find_named(job, THING_BRIDGE, text_of(job), target_of(job));
		return;
	}
	station += (uint32_t)scenario->bridge_count;
	memcpy(target_of(job), &station, sizeof station);
}

static void read_place(const struct value_job *job)
{
	static const struct key_row as_port = {.kind = VALUE_COUNT, .least = 1};
	const char *slash = strchr(text_of(job), '/');
	char hint[VALUE_HINT_SIZE], bridge[SCENARIO_NAME_MAX];
	unsigned char *port = (unsigned char *)job->base + job->row->second;

	if (slash == NULL || (size_t)(slash - text_of(job)) >= sizeof bridge ||
		!value_text_read(&as_port, slash + 1, port, hint)) {
		scenario_errors_add(job->reader->errors, place_of(job),
			"%s: \"%.80s\" is no place; expected BRIDGE/PORT, as in edge-b/4",
			job->row->name, text_of(job));
		return;
	}
	snprintf(bridge, sizeof bridge, "%.*s", (int)(slash - text_of(job)), text_of(job));
	find_named(job, THING_BRIDGE, bridge, target_of(job));
}

static void read_ends(const struct value_job *job)
{
	uint32_t *bridges = target_of(job);

	if (yaml_value_kind(job->value) != YAML_LIST || yaml_value_count(job->value) != 2) {
		scenario_errors_add(job->reader->errors, place_of(job),
			"%s: expected two bridges, as in [edge-a, edge-b]", job->row->name);
		return;
	}
	for (size_t each = 0; each < 2; each++) {
		struct value_job end = *job;

		end.value = yaml_list_at(job->value, each);
		find_named(&end, THING_BRIDGE, text_of(&end), &bridges[each]);
	}
	if (bridges[0] == bridges[1] && bridges[0] != SCENARIO_NONE)
		scenario_errors_add(job->reader->errors, place_of(job),
			"%s: a bridge linked to itself; expected two bridges", job->row->name);
}

bool value_path(const char *file, const char *text, char *path)
{
	const char *slash = strrchr(file, '/');
	const int folder = *text == '/' || slash == NULL ? 0 : (int)(slash - file) + 1;

	return snprintf(path, SCENARIO_PATH_MAX, "%.*s%s", folder, file, text) < SCENARIO_PATH_MAX;
}

static void read_path(const struct value_job *job)
{
	char path[SCENARIO_PATH_MAX];

	if (!value_path(place_of(job).file, text_of(job), path))
		scenario_errors_add(job->reader->errors, place_of(job), "%s: path too long",
			job->row->name);
	else if (access(path, R_OK) != 0)
		scenario_errors_add(job->reader->errors, place_of(job),
			"%s: cannot be read: %.300s; expected a file, relative to this one",
			job->row->name, path);
	else
		memcpy(target_of(job), path, strlen(path) + 1);
}

static void read_text(const struct value_job *job)
{
	char hint[VALUE_HINT_SIZE];
	char name[KEY_NAME_SIZE];

	if (!value_text_read(job->row, text_of(job), target_of(job), hint))
		scenario_errors_add(job->reader->errors, place_of(job),
			"%s: \"%.80s\" is not possible; %s", key_row_name(job->row, name),
			text_of(job), hint);
}

static bool wants_text(enum value_kind kind)
{
	return value_is_text(kind) || kind == VALUE_PATH || kind == VALUE_REFERENCE ||
		kind == VALUE_LINK || kind == VALUE_PLACE || kind == VALUE_NODE;
}

static void read_one_text(const struct value_job *job)
{
	char name[KEY_NAME_SIZE];

	if (yaml_value_kind(job->value) != YAML_TEXT) {
		scenario_errors_add(job->reader->errors, place_of(job),
			"%s: a list or map; expected one value", key_row_name(job->row, name));
		return;
	}
	if (job->row->kind == VALUE_PATH)
		read_path(job);
	else if (job->row->kind == VALUE_REFERENCE)
		find_named(job, job->row->thing, text_of(job), target_of(job));
	else if (job->row->kind == VALUE_LINK)
		read_link(job);
	else if (job->row->kind == VALUE_PLACE)
		read_place(job);
	else if (job->row->kind == VALUE_NODE)
		read_node(job);
	else
		read_text(job);
}

/* Counted already; here it is told when it is wrong. */
static void check_copies(const struct value_job *job)
{
	struct key_row as_count = *job->row;
	char hint[VALUE_HINT_SIZE];
	uint32_t copies;

	as_count.kind = VALUE_COUNT;
	if (!value_text_read(&as_count, text_of(job), &copies, hint))
		scenario_errors_add(job->reader->errors, place_of(job),
			"count: \"%.80s\" is not possible; %s", text_of(job), hint);
}

static void read_structured(const struct value_job *job)
{
	if (job->row->kind == VALUE_ENDS)
		read_ends(job);
	else if (job->row->kind == VALUE_SET || job->row->kind == VALUE_DI_SET)
		value_set_read(job->reader, job->row, job->value, job->base);
	else if (job->row->kind == VALUE_DI_COUNTS)
		value_di_counts_read(job->reader, job->row, job->value, job->base);
	else if (job->row->kind == VALUE_VLANS)
		value_vlans_read(job->reader, job->row, job->value, job->base);
	else if (job->row->kind == VALUE_VLAN_MAP)
		value_vlan_map_read(job->reader, job->row, job->value, job->base);
	else if (job->row->kind == VALUE_GROUPS)
		value_groups_read(job->reader, job->row, job->value, job->base);
	else if (job->row->kind == VALUE_COPIES)
		check_copies(job);
	else if (job->row->kind == VALUE_LATER)
		scenario_errors_add(job->reader->errors, place_of(job),
			"%s: not supported yet (%s); leave it out", job->row->name, job->row->text);
}

void value_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base)
{
	struct value_job job = {reader, row, value, base, ""};

	if (reader->copy != 0 && strstr(yaml_value_text(value), "{n}") != NULL)
		value_expand(yaml_value_text(value), reader->copy, job.expanded,
			sizeof job.expanded);
	if (wants_text(row->kind))
		read_one_text(&job);
	else
		read_structured(&job);
}
