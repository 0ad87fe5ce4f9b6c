/* SPDX-License-Identifier: MIT */
/*
 * Rounds are made as the association has room, never ahead of it: what is sent is read from the
 * table at that moment, and an entry that changed since the round was opened waits for the next
 * one.
 */
#include "round.h"

#include <assert.h>

#include "wire.h"
#include "wipe.h"

/* DATA's own octets: TLV header and fixed part. */
enum { DATA_HEAD_MAX = 64 };

void round_reset(struct round *round)
{
	*round = (struct round){.is_open = false};
}

/* The last number of a round belongs to the final one, and half the numbers of chunks: a round has
 * no more chunks than entries, and these have less than 2^31 (DIMP 9.3-5, 9.3-24). */
bool round_is_last(const struct round *round)
{
	return round->started >= UINT16_MAX || round->chunks > UINT32_MAX / 2;
}

void round_start(struct round *round, const struct round_target *target,
	const struct machine_input *input)
{
	const struct di_table *table = input->services->table;
	const struct di_changes changes = {
		.types = target->types,
		.after = round->upto,
		.upto = di_table_changes(table, target->vsi),
	};

	round->is_open = true;
	round->is_final = target->freeze != 0;
	round->number = (uint16_t)round->started;
	round->started++;
	round->upto = changes.upto;
	di_export_start(&round->reading, table, target->vsi, &changes);
}

uint32_t round_waiting(const struct round *round, const struct round_target *target,
	const struct machine_input *input)
{
	const struct di_changes changes = {
		.types = target->types,
		.after = round->upto,
		.upto = UINT64_MAX,
	};

	return di_table_count_changes(input->services->table, target->vsi, &changes);
}

/* Reads as many records of the round as one DATA message holds; 0 octets when there are no more. */
static size_t read_chunk(struct round *round, const struct machine_input *input, uint8_t *octets,
	size_t capacity)
{
	struct wire_writer writer = wire_writer_of(octets, capacity);
	enum di_export_result result;

	do
		result = di_export_next(&round->reading, input->services->table, &writer,
			input->now);
	while (result == DI_EXPORT_WRITTEN);
	return writer.size;
}

/* Puts |records| on their way as one DATA message; they fit, as its head does. */
static void send_data(struct round *round, const struct round_target *target,
	const struct machine_input *input, struct dimp_view records)
{
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	size_t size;
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_DATA,
		.body.data = {.migration = target->migration,
			.round = round->number,
			.chunk = round->chunks},
		.records = records,
	};
	const enum dimp_error error = dimp_message_write(&message, octets, sizeof(octets), &size);

	assert(error == DIMP_ERROR_NONE);
	(void)error;
	services_send_data(input->services, target->destination, (struct dimp_view){octets, size},
		input->now);
	round->chunks++;
	wipe(octets, size);
}

static bool send_chunk(struct round *round, const struct round_target *target,
	const struct machine_input *input)
{
	uint8_t records[DIMP_MESSAGE_SIZE_MAX - DATA_HEAD_MAX];
	const size_t size = read_chunk(round, input, records, sizeof(records));

	if (size == 0)
		return false;
	send_data(round, target, input, (struct dimp_view){records, size});
	wipe(records, size);
	return true;
}

static void send_end(const struct round *round, const struct round_target *target,
	const struct machine_input *input)
{
	struct digest digest;
	struct dimp_message message = {
		.kind = DIMP_MESSAGE_ROUND_END,
		.body.round_end = {.migration = target->migration,
			.round = round->number,
			.is_final = round->is_final,
			.chunks = round->chunks,
			.changes = round_waiting(round, target, input),
			.freeze = target->freeze},
	};

	if (round->is_final) {
		digest_start(&digest, input->services->config->crypto, target->digest_key);
		di_table_digest(input->services->table, target->vsi, target->types, &digest);
		message.row_count = digest_rows(&digest, message.rows.digest);
	}
	services_send(input->services, target->destination, &message, input->now);
}

bool round_pump(struct round *round, const struct round_target *target,
	const struct machine_input *input)
{
	while (round->is_open && services_room(input->services, target->destination) > 0) {
		if (send_chunk(round, target, input))
			continue;
		send_end(round, target, input);
		round->is_open = false;
		return true;
	}
	return false;
}
