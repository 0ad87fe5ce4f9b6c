/*
 * Any octets as a list of operations on a small DI table: stagings of arbitrary records in
 * arbitrary rounds, changes, reservations, exports, activations, wipes.  The table's own assertions
 * judge.
 */
#include <stdlib.h>
#include <string.h>

#include "di_export.h"
#include "di_staging.h"
#include "fuzz/message_mutator.h"
#include "fuzz/step_mutator.h"
#include "tlv.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { ENTRIES = 6, OCTETS = 300, VSIS = 2, ACTIVE = 0, STAGED = 1 };

/* Stages, or changes with, the record that a step carries. */
static void apply_record(struct di_table *table, uint16_t choice, struct dimp_view octets)
{
	static struct dimp_record record;
	const struct di_arrival arrival = {.round = choice >> 8 & 7,
		.older_by_us = choice,
		.now = {.us = choice}};

	if ((choice & 1) != 0) {
		if (di_table_stage(table, STAGED, octets, &arrival) == DIMP_ERROR_NONE)
			return;
	}
	if (dimp_record_read(octets, &record) != DIMP_ERROR_NONE)
		return;
	if (di_table_change(table, ACTIVE, &record, arrival.now) == DIMP_ERROR_NONE)
		return;
	di_table_reject(table, STAGED, &record, DIMP_ERROR_POLICY_REFUSED);
}

static void read_all(struct di_table *table)
{
	static struct di_staged staged;
	struct di_export round;
	uint8_t octets[OCTETS];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);
	const struct di_changes all = {.types = UINT64_MAX, .upto = UINT64_MAX};

	di_export_start(&round, table, ACTIVE, &all);
	while (di_export_next(&round, table, &writer, (struct dimp_time){70000}) ==
		DI_EXPORT_WRITTEN)
		;
	while (di_table_next_unannounced(table, &staged, (struct dimp_time){70000}))
		;
}

static void apply_command(struct di_table *table, uint16_t choice)
{
	const struct di_room room = {.entries = choice >> 4 & 7, .octets = choice >> 7};

	switch (choice & 15) {
	case 0: di_table_wipe(table, STAGED); break;
	case 1: di_table_wipe(table, ACTIVE); break;
	case 2: di_table_keep_markers(table, ACTIVE); break;
	case 3: di_table_drop_markers(table, ACTIVE); break;
	case 4: di_table_unreserve(table, STAGED); break;
	case 5:
		di_table_activate(table, STAGED);
		di_table_wipe(table, STAGED);
		break;
	case 6: read_all(table); break;
	default:
		if (di_table_reserve(table, STAGED, room) != DIMP_ERROR_NONE)
			di_table_unreserve(table, STAGED);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static const uint32_t limits[DIMP_DI_TYPES] = {[DIMP_DI_DHCP_BINDING] = 3};
	const struct di_table_config config = {.entries_max = ENTRIES,
		.octets_max = OCTETS,
		.vsis_max = VSIS,
		.type_entries_max = limits};
	struct di_table *table = di_table_init(malloc(di_table_size(&config)), &config);
	struct dimp_view rest = {octets, size}, item;

	/* A step is a TLV: a record, or a command in its type; two octets before it choose. */
	while (rest.size > 2) {
		struct wire_reader reader = wire_reader_of(rest);
		const uint16_t choice = wire_read_u16(&reader);
		rest = reader.rest;
		if ((choice & 0xc000) == 0xc000)
			apply_command(table, choice);
		else if (dimp_tlv_next(&rest, &item))
			apply_record(table, choice, item);
		else
			break;
	}
	di_table_wipe(table, ACTIVE);
	di_table_wipe(table, STAGED);
	const struct di_room room = di_table_room(table);
	if (room.entries != ENTRIES || room.octets != OCTETS)
		abort();
	free(table);
	return 0;
}

static bool is_command(const uint8_t *head)
{
	return (head[0] & 0xc0) == 0xc0;
}

/* The choice alone: what follows it is a whole TLV, which has its own length. */
static size_t head_size(const uint8_t *head)
{
	(void)head;
	return 2;
}

static size_t record_size(const uint8_t *head)
{
	return is_command(head) ? 0 : 4 + ((size_t)head[4] << 8 | head[5]);
}

static bool set_record(uint8_t *head, size_t size)
{
	(void)size;
	return !is_command(head);
}

static const struct step_format format = {
	.head_min = 6,
	.head_size = head_size,
	.payload_size = record_size,
	.set_payload = set_record,
	.payload_max = DIMP_RECORD_SIZE_MAX,
	.mutate_payload = record_mutate,
};

STEP_FUZZER(format);
