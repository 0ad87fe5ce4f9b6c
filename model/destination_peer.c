/* SPDX-License-Identifier: MIT */
/*
 * What becomes of the way to the source means to a destination (DIMP 9.2-15, 9.2-31, 9.2-34): it is
 * lost, it is there again, or nothing comes by it.
 */
#include "destination.h"

static void step(struct destination *destination, enum destination_event event,
	const struct machine_input *input, enum dimp_error error)
{
	struct machine_input changed = *input;

	changed.error = error;
	machine_step(&destination->machine, (uint8_t)event, &changed);
}

static void lose_source(struct destination *destination, const struct machine_input *input)
{
	enum destination_event event = DESTINATION_ON_PEER_LOST;

	if (destination->is_committed)
		event = DESTINATION_ON_PEER_LOST_IN_DOUBT;
	else if (destination_is_of_use(destination, input, DIMP_ERROR_PEER_LOST))
		event = DESTINATION_ON_PEER_LOST_KEEPS;
	step(destination, event, input, DIMP_ERROR_PEER_LOST);
}

void destination_peer_lost(struct destination *destination, const struct machine_input *input)
{
	if (input->peer == destination->station && input->now.us < destination->tell_until.us)
		destination_repeat(destination, input);
	if (input->peer == destination->source)
		lose_source(destination, input);
}

/* Whether anything came that a source begun anew would contradict. */
static bool has_heard_of_copy(const struct destination *destination)
{
	return destination->copy.has_end || destination->copy.chunks.count > 0;
}

/*
 * A source without memory of the migration will never go on with it.  COMMIT and ABORT are answered
 * by it at once, SOLICIT is asked again if nothing came of it, and everything else has ended.
 */
void destination_peer_restarted(struct destination *destination, const struct machine_input *input)
{
	const enum destination_state state = (enum destination_state)destination->machine.state;

	if (input->peer != destination->source)
		return;
	if (state == DESTINATION_COMMITTING || state == DESTINATION_ABORTING)
		destination_peer_renewed(destination, input);
	else if (state == DESTINATION_SOLICITED && !has_heard_of_copy(destination))
		step(destination, DESTINATION_ON_PEER_RESTARTED, input, DIMP_ERROR_NONE);
	else
		lose_source(destination, input);
}

void destination_peer_renewed(struct destination *destination, const struct machine_input *input)
{
	if (input->peer == destination->source)
		step(destination, DESTINATION_ON_PEER_RENEWED, input, DIMP_ERROR_NONE);
}

/* Who lost the association has asked again already, but for ABORT, which waits for this. */
void destination_peer_back(struct destination *destination, const struct machine_input *input)
{
	if (destination->machine.state == DESTINATION_ABORTING)
		destination_peer_renewed(destination, input);
}

bool destination_waits_for_source(const struct destination *destination)
{
	return destination->machine.state >= DESTINATION_SOLICITED &&
		destination->machine.state <= DESTINATION_COMMITTING &&
		!destination->is_silence_told;
}

bool destination_minds_silence(const struct destination *destination,
	const struct machine_input *input)
{
	return destination_waits_for_source(destination) &&
		(destination->machine.state == DESTINATION_COMMITTING ||
			destination_is_of_use(destination, input, DIMP_ERROR_PEER_LOST));
}

bool destination_end_doubt(struct destination *destination, const struct machine_input *input)
{
	if (destination->machine.state != DESTINATION_ABORTING || !destination->is_told_in_doubt)
		return false;
	step(destination, DESTINATION_ON_DOUBT_ENDED, input, DIMP_ERROR_IN_DOUBT);
	return true;
}

void destination_source_silent(struct destination *destination, const struct machine_input *input)
{
	destination->is_silence_told = true;
	if (destination->machine.state == DESTINATION_COMMITTING)
		step(destination, DESTINATION_ON_SOURCE_SILENT, input, DIMP_ERROR_IN_DOUBT);
	else
		destination_raise_fault(destination, input, DIMP_ERROR_PEER_LOST);
}
