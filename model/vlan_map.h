/* SPDX-License-Identifier: MIT */
/* VLANs that are called otherwise at the source: what a record in wire form is at this bridge. */
#ifndef DIMP_VLAN_MAP_H
#define DIMP_VLAN_MAP_H

#include "dimp.h"

/* Calls every VLAN of a whole record, which dimp_record_read() accepted, what it is called here. */
void vlan_map_record(const struct dimp_vlan_map *map, uint8_t *octets, size_t size);

/*
 * Walks the other records of the source that the map makes the same entry as |record|: writes the
 * next one's fields into |twin|, a copy of |record|, and returns true; |*cursor| starts at 0.
 */
bool vlan_map_next_twin(const struct dimp_vlan_map *map, struct dimp_view record, uint8_t *twin,
	size_t *cursor);

#endif
