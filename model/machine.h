/* SPDX-License-Identifier: MIT */
/*
 * A state machine as a table: rows {from, event, action, to, clause}, the last row of a state
 * standing for every other event.  machine_step() alone changes a state and traces it; actions do,
 * they do not decide: what an event means was decided before.
 */
#ifndef DIMP_MACHINE_H
#define DIMP_MACHINE_H

#include "services.h"

/* What an event brings along. */
struct machine_input {
	struct services *services;
	dimp_peer peer;
	const struct dimp_message *message; /* NULL when no message caused the event */
	enum dimp_error error; /* of a fault */
	uint64_t transit_us; /* upper bound of the time the message was under way */
	struct dimp_time now;
};

/* |self| is the machine's own struct. */
typedef void machine_action(void *self, const struct machine_input *input);

/* Row of any other event: event is MACHINE_ANY and nothing happens. */
enum { MACHINE_ANY = 255 };

struct machine_row {
	uint8_t from;
	uint8_t event;
	machine_action *action;
	uint8_t to;
	const char *clause;
};

struct machine_table {
	const char *name;
	const struct machine_row *rows;
	size_t row_count;
	const char *const *states;
	size_t state_count;
	const char *const *events;
	size_t event_count;
};

/* The head of every machine's struct. */
struct machine {
	const struct machine_table *table;
	uint8_t state;
	/* For traces: what the machine is about. */
	dimp_vsi_index vsi;
	uint64_t migration;
};

/* The row that answers |event| in |state|; every pair has one. */
const struct machine_row *machine_find(const struct machine_table *table, uint8_t state,
	uint8_t event);

/*
 * Takes |event|: the state becomes the row's, then its action runs on |self|, whose first member is
 * |machine|.  Changes of state, and events that were not ignored, are traced.
 */
void machine_step(struct machine *machine, uint8_t event, const struct machine_input *input);

const char *machine_state_name(const struct machine *machine);

#endif
