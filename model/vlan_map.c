/* SPDX-License-Identifier: MIT */
/*
 * Which octets of a record are VLANs is what the registry says: fields of type VLAN.  They stand in
 * the fixed part alone.  No other identifier of a place is in any record: a port is where the VM
 * is, and an SCI is a name under which octets are sealed, not a place.
 */
#include "vlan_map.h"

#include <string.h>

#include "layout.h"
#include "record.h"
#include "wire.h"

/* Of a record on the wire: its TLV's head, operation, version. */
enum { FIXED_AT = 6 };

uint16_t dimp_vlan_map_ours(const struct dimp_vlan_map *map, uint16_t theirs)
{
	for (size_t index = 0; index < map->count; index++) {
		if (map->pairs[index].theirs == theirs)
			return map->pairs[index].ours;
	}
	return theirs;
}

static bool is_mapped(const struct dimp_vlan_map *map, uint16_t vlan)
{
	for (size_t index = 0; index < map->count; index++) {
		if (map->pairs[index].theirs == vlan)
			return true;
	}
	return false;
}

static uint16_t read_at(const uint8_t *octets)
{
	struct wire_reader reader = wire_reader_of(wire_view(octets, sizeof(uint16_t)));

	return wire_read_u16(&reader);
}

static void write_at(uint8_t *octets, uint16_t vlan)
{
	struct wire_writer writer = wire_writer_of(octets, sizeof(uint16_t));

	wire_write_u16(&writer, vlan);
}

static bool is_vlan(const struct dimp_field_layout *field)
{
	return field->type == DIMP_TYPE_VLAN && field->attribute == 0;
}

void dimp_record_remap(struct dimp_record *record, const struct dimp_vlan_map *map)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);

	for (size_t index = 0; layout != NULL && index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		uint16_t vlan;
		if (!is_vlan(field))
			continue;
		memcpy(&vlan, (const uint8_t *)&record->body + field->offset, sizeof vlan);
		vlan = dimp_vlan_map_ours(map, vlan);
		memcpy((uint8_t *)&record->body + field->offset, &vlan, sizeof vlan);
	}
}

void vlan_map_record(const struct dimp_vlan_map *map, uint8_t *octets, size_t size)
{
	const struct dimp_layout *layout = dimp_di_layout(record_type(wire_view(octets, size)));

	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		uint8_t *at = octets + FIXED_AT + field->wire_offset;
		if (is_vlan(field))
			write_at(at, dimp_vlan_map_ours(map, read_at(at)));
	}
}

static const struct dimp_field_layout *key_vlan(const struct dimp_layout *layout)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (is_vlan(field) && field->role == DIMP_ROLE_KEY)
			return field;
	}
	return NULL;
}

/* Candidates: everything that is mapped, and then what stays as it is. */
static bool candidate(const struct dimp_vlan_map *map, uint16_t ours, size_t number,
	uint16_t *theirs)
{
	if (number == map->count) {
		*theirs = ours;
		return !is_mapped(map, ours);
	}
	*theirs = map->pairs[number].theirs;
	return map->pairs[number].ours == ours;
}

bool vlan_map_next_twin(const struct dimp_vlan_map *map, struct dimp_view record, uint8_t *twin,
	size_t *cursor)
{
	const struct dimp_field_layout *field = key_vlan(dimp_di_layout(record_type(record)));

	if (field == NULL)
		return false;
	const size_t at = FIXED_AT + (size_t)field->wire_offset;
	const uint16_t own = read_at(record.octets + at);
	const uint16_t ours = dimp_vlan_map_ours(map, own);
	while (*cursor <= map->count) {
		uint16_t theirs;
		if (!candidate(map, ours, (*cursor)++, &theirs) || theirs == own)
			continue;
		write_at(twin + at, theirs);
		return true;
	}
	return false;
}
