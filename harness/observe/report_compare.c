/* SPDX-License-Identifier: MIT */
/* A row for each number that both may have, a column for each report. */
#include "observe/report_compare.h"

#include <inttypes.h>
#include <string.h>

#include "scenario/expectations.h"
#include "scenario/name_rows.h"

enum { SIDES = 2, CELL_SIZE = 48 };

/* What it means for the VM when a bridge lacks its DI of a type. */
static const struct {
	const char *type, *meaning;
} meanings[] = {
	{"dot1x_session", "the VM counts as unauthorised: it must log in again"},
	{"dynamic_acl", "frames of an unauthorised VM are dropped"},
	{"macsec_sa", "the bridge cannot read what the VM sends: frames are dropped"},
	{"dhcp_binding", "the VM's address is not known: its frames are dropped"},
	{"multicast_membership", "no multicast to the VM until it reports again"},
};

/* The object of a list whose |key| is |name|; NULL if there is none. */
static const json_t *find_named(const json_t *list, const char *key, const char *name)
{
	size_t index;
	const json_t *item;

	json_array_foreach(list, index, item)
	{
		const char *value = json_string_value(json_object_get(item, key));

		if (value != NULL && name != NULL && strcmp(value, name) == 0)
			return item;
	}
	return NULL;
}

/* What a row says of each report. */
struct row_cells {
	char text[SIDES][CELL_SIZE];
};

static void write_row(FILE *stream, const char *label, const struct row_cells *cells)
{
	fprintf(stream, "%-44s%24s%24s\n", label, cells->text[0], cells->text[1]);
}

static void fill_count(char cell[CELL_SIZE], const json_t *value)
{
	if (json_is_integer(value))
		snprintf(cell, CELL_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else
		snprintf(cell, CELL_SIZE, "-");
}

static void fill_duration(char cell[CELL_SIZE], const json_t *value)
{
	char text[EXPECTATIONS_DURATION_SIZE];

	if (json_is_integer(value))
		snprintf(cell, CELL_SIZE, "%.40s",
			expectations_duration((uint64_t)json_integer_value(value), text));
	else
		snprintf(cell, CELL_SIZE, "-");
}

static void write_service(const struct report_pair *pair, const char *name, FILE *stream)
{
	struct row_cells lost, beyond, gap;
	char label[80];

	for (size_t side = 0; side < SIDES; side++) {
		const json_t *service =
			find_named(json_object_get(pair->reports[side], "services"), "name", name);

		fill_count(lost.text[side], json_object_get(service, "lost"));
		fill_count(beyond.text[side], json_object_get(service, "lost_beyond_stop"));
		fill_duration(gap.text[side], json_object_get(service, "gap_us"));
	}
	snprintf(label, sizeof label, "%.30s: frames lost", name);
	write_row(stream, label, &lost);
	snprintf(label, sizeof label, "%.30s: beyond the VM's own stop", name);
	write_row(stream, label, &beyond);
	snprintf(label, sizeof label, "%.30s: longest silence", name);
	write_row(stream, label, &gap);
}

static void write_services(const struct report_pair *pair, FILE *stream)
{
	const json_t *services = json_object_get(pair->reports[0], "services");
	size_t index;
	const json_t *service;

	json_array_foreach(services, index, service)
	{
		const char *name = json_string_value(json_object_get(service, "name"));

		if (name != NULL)
			write_service(pair, name, stream);
	}
}

static void write_results(const struct report_pair *pair, FILE *stream)
{
	struct row_cells result, blackout;

	for (size_t side = 0; side < SIDES; side++) {
		const json_t *migration =
			json_array_get(json_object_get(pair->reports[side], "migrations"), 0);
		const char *name = json_string_value(json_object_get(migration, "result"));

		snprintf(result.text[side], CELL_SIZE, "%.40s", name != NULL ? name : "none");
		fill_duration(blackout.text[side], json_object_get(migration, "blackout_us"));
	}
	write_row(stream, "what the server was told", &result);
	write_row(stream, "VM stopped", &blackout);
}

/* Entries of |type| at the bridge that has most of all DI of the first report: where the VM is now.
 */
static json_int_t entries_of(const json_t *report, const char *bridge, const char *type)
{
	const json_t *at = find_named(json_object_get(report, "di"), "bridge", bridge);

	return json_integer_value(json_object_get(json_object_get(at, "entries"), type));
}

static json_int_t sum_of(const json_t *at)
{
	json_int_t sum = 0;

	for (const struct name_row *type = names_di_type; type->name != NULL; type++)
		sum += json_integer_value(
			json_object_get(json_object_get(at, "entries"), type->name));
	return sum;
}

static const char *richest_bridge(const json_t *report)
{
	const char *best = NULL;
	json_int_t most = 0;
	size_t index;
	const json_t *at;

	json_array_foreach(json_object_get(report, "di"), index, at)
	{
		if (sum_of(at) <= most)
			continue;
		most = sum_of(at);
		best = json_string_value(json_object_get(at, "bridge"));
	}
	return best;
}

static void write_di(const struct report_pair *pair, const char *bridge, FILE *stream)
{
	for (const struct name_row *type = names_di_type; type->name != NULL; type++) {
		struct row_cells cells;
		char label[80];
		json_int_t sum = 0;

		for (size_t side = 0; side < SIDES; side++) {
			const json_int_t count =
				entries_of(pair->reports[side], bridge, type->name);

			snprintf(cells.text[side], CELL_SIZE, "%" JSON_INTEGER_FORMAT, count);
			sum += count;
		}
		snprintf(label, sizeof label, "%s at %.20s", type->name, bridge);
		if (sum != 0)
			write_row(stream, label, &cells);
	}
}

static void write_meanings(const struct report_pair *pair, const char *bridge, FILE *stream)
{
	for (size_t each = 0; each < sizeof meanings / sizeof meanings[0]; each++) {
		const char *type = meanings[each].type;
		const json_int_t first = entries_of(pair->reports[0], bridge, type);
		const json_int_t second = entries_of(pair->reports[1], bridge, type);

		if (first > 0 && second < first)
			fprintf(stream, "  %s lacks %s: %s\n", pair->names[1], type,
				meanings[each].meaning);
	}
}

void report_compare_write(const struct report_pair *pair, FILE *stream)
{
	const char *bridge = richest_bridge(pair->reports[0]);
	struct row_cells names;

	for (size_t side = 0; side < SIDES; side++)
		snprintf(names.text[side], CELL_SIZE, "%.23s", pair->names[side]);
	write_row(stream, "", &names);
	write_results(pair, stream);
	write_services(pair, stream);
	if (bridge == NULL)
		return;
	write_di(pair, bridge, stream);
	fputc('\n', stream);
	write_meanings(pair, bridge, stream);
}
