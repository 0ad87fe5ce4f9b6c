/* SPDX-License-Identifier: MIT */
/*
 * A destination that does not know where the DI is (DIMP 9.2-28): it asks all bridges, and goes on
 * with the answer.  When nobody has it but this bridge's own tombstone, PROCEED revives that.
 */
#include "destination.h"
#include "destination_report.h"
#include "instant.h"
#include "limits.h"

static void step(struct destination *destination, enum destination_event event,
	const struct machine_input *input, enum dimp_error error)
{
	struct machine_input changed = *input;

	changed.error = error;
	machine_step(&destination->machine, (uint8_t)event, &changed);
}

static void take_owner(struct destination *destination, const struct machine_input *input)
{
	enum dimp_error error;

	destination->source = destination->lookup.owner;
	error = destination_set_grant_aside(destination, input);
	step(destination,
		error == DIMP_ERROR_NONE ? DESTINATION_ON_LOCATED_OWNER
					 : DESTINATION_ON_LOCATED_NOBODY,
		input, error);
}

void destination_check_lookup(struct destination *destination, const struct machine_input *input)
{
	const struct lookup_rank *own =
		destination->tombstone != DIMP_NO_VSI ? &destination->tombstone_rank : NULL;

	if (destination->machine.state != DESTINATION_LOCATING)
		return;
	switch (lookup_judge(&destination->lookup, own, input->now)) {
	case LOOKUP_WAITING: break;
	case LOOKUP_OWNER: take_owner(destination, input); break;
	case LOOKUP_BUSY:
		step(destination, DESTINATION_ON_LOCATED_BUSY, input, DIMP_ERROR_BUSY);
		break;
	case LOOKUP_TOMBSTONE:
		step(destination, DESTINATION_ON_LOCATED_TOMBSTONE, input,
			DIMP_ERROR_CONTEXT_NOT_FOUND);
		break;
	case LOOKUP_NOBODY:
		step(destination, DESTINATION_ON_LOCATED_NOBODY, input,
			DIMP_ERROR_CONTEXT_NOT_FOUND);
		break;
	}
}

void destination_locate(struct destination *destination, const struct machine_input *input)
{
	step(destination, DESTINATION_ON_REQUEST_LOCATES, input, DIMP_ERROR_NONE);
	destination_check_lookup(destination, input);
}

void destination_located(struct destination *destination, const struct machine_input *input)
{
	if (destination->machine.state != DESTINATION_LOCATING)
		return;
	lookup_answer(&destination->lookup, input);
	destination_check_lookup(destination, input);
}

bool destination_may_become_owner(const struct destination *destination)
{
	return destination->machine.state == DESTINATION_COMMITTING ||
		destination->machine.state == DESTINATION_ACTIVATING ||
		(destination->machine.state == DESTINATION_ABORTING && destination->is_committed);
}
