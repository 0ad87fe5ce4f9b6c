/* A DI table of a few entries and bindings to put into it, for the tests of the table's parts. */
#ifndef DIMP_UNIT_DI_WORLD_H
#define DIMP_UNIT_DI_WORLD_H

#include "di_staging.h"
#include "di_table.h"

/* A binding in wire form takes 22 octets, a marker as many. */
enum { DI_WORLD_ENTRIES = 8, DI_WORLD_OCTETS = 200, DI_WORLD_VSIS = 3, BINDING_SIZE = 22 };

struct di_world {
	struct di_table *table;
	uint32_t type_entries_max[DIMP_DI_TYPES];
};

void di_world_open(struct di_world *world);
void di_world_close(struct di_world *world);

/* A binding of client |number|, |remaining_ms| left. */
struct dimp_record di_world_binding(uint8_t number, uint32_t remaining_ms);

/* Its deletion. */
struct dimp_record di_world_deletion(uint8_t number);

/* A session of client |number|: of another DI type that comes first. */
struct dimp_record di_world_session(uint8_t number);

/* Stages |record| as of |round|, not aged, at instant 0. */
enum dimp_error di_world_stage(struct di_world *world, dimp_vsi_index vsi,
	const struct dimp_record *record, uint16_t round);

struct dimp_time di_world_at_ms(uint64_t ms);

#endif
