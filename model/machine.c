/* SPDX-License-Identifier: MIT */
/*
 * Finding a row and taking it.  The state changes before the action runs, so that what the action
 * causes (another event, a look from outside) already meets the new state.  Tables are small and
 * rows of a state stand together: a linear search is enough.
 */
#include "machine.h"

#include <assert.h>

static bool answers(const struct machine_row *row, uint8_t state, uint8_t event)
{
	return row->from == state && (row->event == event || row->event == MACHINE_ANY);
}

const struct machine_row *machine_find(const struct machine_table *table, uint8_t state,
	uint8_t event)
{
	size_t index = 0;

	while (!answers(&table->rows[index], state, event)) {
		index++;
		/* Every state has a last row. */
		assert(index < table->row_count);
	}
	return &table->rows[index];
}

void machine_step(struct machine *machine, uint8_t event, const struct machine_input *input)
{
	const struct machine_table *table = machine->table;
	const struct machine_row *row = machine_find(table, machine->state, event);
	const struct services_event happened = {
		.kind = DIMP_EVENT_TRANSITION,
		.peer = input->peer,
		.vsi = machine->vsi,
		.migration = machine->migration,
		.error = input->error,
		.machine = table->name,
		.from = table->states[row->from],
		.because = table->events[event],
		.to = table->states[row->to],
		.clause = row->clause,
	};

	if (row->event == MACHINE_ANY)
		return;
	machine->state = row->to;
	services_emit(input->services, &happened);
	row->action(machine, input);
}

const char *machine_state_name(const struct machine *machine)
{
	return machine->table->states[machine->state];
}
