/* SPDX-License-Identifier: MIT */
/*
 * rows_to_promela MODEL: prints, from the rows that the code is compiled from, what spin needs of
 * them: states and events as numbers and, for each machine, an inline step_<machine>(self, event)
 * that sets the state and calls action_<machine>_<action>(self).  MODEL is the hand-written rest:
 * it must have one such inline for every action in the rows and none besides, and every state must
 * end with OTHERWISE.  Exit: 1 when that is not so.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* A row; OTHERWISE has no event, action or next state. */
struct row {
	const char *from, *event, *action, *to, *clause;
};

static const struct row source_rows[] = {
#define ROW(from, event, action, to, clause) {#from, #event, #action, #to, clause},
#define OTHERWISE(from, clause) {#from, NULL, NULL, NULL, clause},
#include "source.def"
};

static const char *const source_states[] = {
#define STATE(name, text) #name,
#include "source.def"
};

static const char *const source_events[] = {
#define EVENT(name, text) #name,
#include "source.def"
};

static const struct row destination_rows[] = {
#define ROW(from, event, action, to, clause) {#from, #event, #action, #to, clause},
#define OTHERWISE(from, clause) {#from, NULL, NULL, NULL, clause},
#include "destination.def"
};

static const char *const destination_states[] = {
#define STATE(name, text) #name,
#include "destination.def"
};

static const char *const destination_events[] = {
#define EVENT(name, text) #name,
#include "destination.def"
};

static const struct row station_rows[] = {
#define ROW(from, event, action, to, clause) {#from, #event, #action, #to, clause},
#define OTHERWISE(from, clause) {#from, NULL, NULL, NULL, clause},
#include "station.def"
};

static const char *const station_states[] = {
#define STATE(name, text) #name,
#include "station.def"
};

static const char *const station_events[] = {
#define EVENT(name, text) #name,
#include "station.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct machine {
	const char *name, *prefix;
	const struct row *rows;
	size_t row_count;
	const char *const *states;
	size_t state_count;
	const char *const *events;
	size_t event_count;
} machines[] = {
	{"source", "SOURCE", source_rows, COUNT(source_rows), source_states, COUNT(source_states),
		source_events, COUNT(source_events)},
	{"destination", "DESTINATION", destination_rows, COUNT(destination_rows),
		destination_states, COUNT(destination_states), destination_events,
		COUNT(destination_events)},
	{"station", "STATION", station_rows, COUNT(station_rows), station_states,
		COUNT(station_states), station_events, COUNT(station_events)},
};

static void print_numbers(const struct machine *machine)
{
	for (size_t index = 0; index < machine->state_count; index++)
		printf("#define %s_%s %zu\n", machine->prefix, machine->states[index], index);
	for (size_t index = 0; index < machine->event_count; index++)
		printf("#define %s_ON_%s %zu\n", machine->prefix, machine->events[index],
			index + 1);
}

static void print_row(const struct machine *machine, const struct row *row)
{
	if (row->event == NULL) {
		printf("\t\t:: else -> skip /* %s */\n\t\tfi\n", row->clause);
		return;
	}
	printf("\t\t:: event == %s_ON_%s -> %s_state[self] = %s_%s; action_%s_%s(self) /* %s */\n",
		machine->prefix, row->event, machine->name, machine->prefix, row->to, machine->name,
		row->action, row->clause);
}

/* The rows of a state stand together and end with OTHERWISE: false where they do not. */
static bool print_step(const struct machine *machine)
{
	const char *open = NULL;
	bool is_whole = true;

	printf("\ninline step_%s(self, event) {\n\tif\n", machine->name);
	for (size_t index = 0; index < machine->row_count; index++) {
		const struct row *row = &machine->rows[index];

		if (open == NULL)
			printf("\t:: %s_state[self] == %s_%s ->\n\t\tif\n", machine->name,
				machine->prefix, row->from);
		else if (strcmp(open, row->from) != 0)
			is_whole = false;
		print_row(machine, row);
		open = row->event == NULL ? NULL : row->from;
	}
	printf("\tfi\n}\n");
	if (!is_whole || open != NULL)
		fprintf(stderr, "%s.def: error: a state without OTHERWISE\n", machine->name);
	return is_whole && open == NULL;
}

static bool has_row(const struct machine *machine, const char *action)
{
	for (size_t index = 0; index < machine->row_count; index++) {
		const char *name = machine->rows[index].action;

		if (name != NULL && strcmp(name, action) == 0)
			return true;
	}
	return false;
}

/* The machine and the action that the line's inline is for; NULL when it is not an action. */
static const struct machine *action_of(const char *line, char action[64])
{
	for (size_t index = 0; index < COUNT(machines); index++) {
		char head[64];
		const char *name;

		snprintf(head, sizeof head, "inline action_%s_", machines[index].name);
		if (strncmp(line, head, strlen(head)) != 0)
			continue;
		name = line + strlen(head);
		snprintf(action, 64, "%.*s", (int)strcspn(name, "("), name);
		return &machines[index];
	}
	return NULL;
}

static bool has_inline(FILE *model, const struct machine *machine, const char *wanted)
{
	char line[512], action[64];

	rewind(model);
	while (fgets(line, sizeof line, model) != NULL) {
		if (action_of(line, action) == machine && strcmp(action, wanted) == 0)
			return true;
	}
	return false;
}

static bool is_each_row_modelled(FILE *model, const struct machine *machine)
{
	bool is_complete = true;

	for (size_t index = 0; index < machine->row_count; index++) {
		const char *action = machine->rows[index].action;

		if (action == NULL || has_inline(model, machine, action))
			continue;
		fprintf(stderr, "%s.def: error: action %s has no inline\n", machine->name, action);
		is_complete = false;
	}
	return is_complete;
}

static bool is_each_inline_used(FILE *model)
{
	char line[512], action[64];
	bool is_used = true;

	rewind(model);
	while (fgets(line, sizeof line, model) != NULL) {
		const struct machine *machine = action_of(line, action);

		if (machine == NULL || has_row(machine, action))
			continue;
		fprintf(stderr, "error: inline action_%s_%s: no row uses it\n", machine->name,
			action);
		is_used = false;
	}
	return is_used;
}

int main(int count, char **arguments)
{
	FILE *model = count == 2 ? fopen(arguments[1], "r") : NULL;
	bool is_right;

	if (model == NULL) {
		fprintf(stderr, "usage: rows_to_promela MODEL\n");
		return 2;
	}
	is_right = is_each_inline_used(model);
	printf("/* Generated from model/registry by rows_to_promela: not to be edited. */\n");
	for (size_t index = 0; index < COUNT(machines); index++) {
		is_right &= is_each_row_modelled(model, &machines[index]);
		print_numbers(&machines[index]);
		is_right &= print_step(&machines[index]);
	}
	fclose(model);
	return is_right ? 0 : 1;
}
