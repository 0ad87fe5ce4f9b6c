/* SPDX-License-Identifier: MIT */
/*
 * DATA and ROUND-END at a destination (DIMP 9.2-6): records are staged as they come, in any order,
 * and what could not be is noted by DI type.
 */
#include "destination_copying.h"

#include <assert.h>
#include <string.h>

#include "di_staging.h"
#include "services.h"
#include "wipe.h"
#include "wire.h"

/* The DI set of one record's type; 0 when the octets do not say. */
static uint64_t set_of(struct dimp_view record)
{
	struct wire_reader reader = wire_reader_of(record);
	const unsigned number = (unsigned)wire_read_u16(&reader) - DIMP_RECORD_TLV_BASE;

	assert(number < DIMP_DI_TYPES);
	return (uint64_t)1 << number;
}

/* What was not asked for is not taken, whoever sends it. */
static enum dimp_error stage_record(const struct destination *destination,
	const struct machine_input *input, struct dimp_view record,
	const struct di_arrival *arrival)
{
	const uint64_t types = set_of(record);

	if ((destination->wanted & types) == 0)
		return DIMP_ERROR_UNSUPPORTED_TYPE;
	return di_table_stage(input->services->table, destination->machine.vsi, record, arrival);
}

static void note_unstaged(struct destination_copy *copy, uint64_t types, enum dimp_error error)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		struct destination_unstaged *unstaged = &copy->unstaged[type];

		if ((types >> type & 1) == 0)
			continue;
		if (unstaged->records++ == 0)
			unstaged->error = error;
	}
	copy->spoiled |= types;
}

/* What was staged of the entry is not what the source has any more: it may not go into force. */
static void reject_older(const struct destination *destination, const struct machine_input *input,
	struct dimp_view octets, enum dimp_error error)
{
	struct dimp_record record;

	if (dimp_record_read(octets, &record) == DIMP_ERROR_NONE)
		di_table_reject(input->services->table, destination->machine.vsi, &record, error);
	wipe(&record, sizeof record);
}

static enum dimp_error stage_records(struct destination *destination,
	const struct machine_input *input)
{
	const struct dimp_data *data = &input->message->body.data;
	const struct di_arrival arrival = {
		.round = data->round,
		.older_by_us = (uint64_t)data->age * 1000 + input->transit_us,
		.now = input->now,
	};
	struct dimp_view rest = input->message->records;
	struct dimp_view record;

	while (dimp_records_next(&rest, &record)) {
		const uint64_t types = set_of(record);
		const enum dimp_error error = stage_record(destination, input, record, &arrival);

		if (error == DIMP_ERROR_NONE)
			continue;
		note_unstaged(&destination->copy, types, error);
		if ((destination->asked.required & types) != 0)
			return error;
		reject_older(destination, input, record, error);
	}
	return DIMP_ERROR_NONE;
}

enum dimp_error destination_take_data(struct destination *destination,
	const struct machine_input *input)
{
	struct ack_ranges *chunks = &destination->copy.chunks;
	const uint32_t chunk = input->message->body.data.chunk;

	if (!destination_is_staging(destination) || ack_ranges_contains(chunks, chunk))
		return DIMP_ERROR_NONE;
	if (!ack_ranges_add(chunks, chunk)) {
		/* Too many gaps: it comes again when some are filled. */
		input->services->is_refusing = true;
		return DIMP_ERROR_NONE;
	}
	destination->is_check_wanted = true;
	return stage_records(destination, input);
}

void destination_take_round_end(struct destination *destination, const struct machine_input *input)
{
	const struct dimp_message *end = input->message;
	struct destination_copy *copy = &destination->copy;

	if (!destination_is_staging(destination))
		return;
	if (copy->has_end && end->body.round_end.round <= copy->end.round)
		return;
	copy->has_end = true;
	copy->end = end->body.round_end;
	copy->row_count = end->row_count;
	memcpy(copy->rows, end->rows.digest, end->row_count * sizeof(copy->rows[0]));
	if (copy->end.is_final)
		destination->freeze = copy->end.freeze;
	destination->is_check_wanted = true;
}
