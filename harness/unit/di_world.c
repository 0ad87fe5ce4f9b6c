/* A small DI table for tests. */
#include "di_world.h"

#include <stdlib.h>

void di_world_open(struct di_world *world)
{
	const struct di_table_config config = {
		.entries_max = DI_WORLD_ENTRIES,
		.octets_max = DI_WORLD_OCTETS,
		.vsis_max = DI_WORLD_VSIS,
		.seed = 0x5eed,
		.type_entries_max = world->type_entries_max,
	};

	*world = (struct di_world){0};
	world->table = di_table_init(calloc(1, di_table_size(&config)), &config);
}

void di_world_close(struct di_world *world)
{
	free(world->table);
}

struct dimp_record di_world_binding(uint8_t number, uint32_t remaining_ms)
{
	return (struct dimp_record){
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding =
			{
				.client = {{2, 0, 0, 0, 0, number}},
				.address = {{10, 0, 0, number}},
				.remaining = remaining_ms,
			},
	};
}

struct dimp_record di_world_deletion(uint8_t number)
{
	struct dimp_record record = di_world_binding(number, 0);

	record.operation = DIMP_OPERATION_DELETE;
	return record;
}

struct dimp_record di_world_session(uint8_t number)
{
	return (struct dimp_record){
		.type = DIMP_DI_DOT1X_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.dot1x_session = {.client = {{2, 0, 0, 0, 0, number}}},
	};
}

enum dimp_error di_world_stage(struct di_world *world, dimp_vsi_index vsi,
	const struct dimp_record *record, uint16_t round)
{
	const struct di_arrival arrival = {.round = round};
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;
	const enum dimp_error error = dimp_record_write(record, octets, sizeof octets, &size);

	if (error != DIMP_ERROR_NONE)
		return error;
	return di_table_stage(world->table, vsi, (struct dimp_view){.octets = octets, .size = size},
		&arrival);
}

struct dimp_time di_world_at_ms(uint64_t ms)
{
	return (struct dimp_time){.us = 1000 * ms};
}
