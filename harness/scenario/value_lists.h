/* SPDX-License-Identifier: MIT */
/* Values that are lists or maps of names and numbers: sets, counts by DI type, VLANs. */
#ifndef SCENARIO_VALUE_LISTS_H
#define SCENARIO_VALUE_LISTS_H

#include "scenario/value_reader.h"

/* VALUE_SET and VALUE_DI_SET: "all", "none", a name, or a list of names. */
void value_set_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base);

/* VALUE_DI_COUNTS: a map from DI types to numbers. */
void value_di_counts_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base);

/* VALUE_VLAN_MAP: a map from VLANs to VLANs. */
void value_vlan_map_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base);

/* VALUE_VLANS: a list of VLANs. */
void value_vlans_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base);

/* VALUE_GROUPS: a list of groups, each alone or as GROUP/SOURCE. */
void value_groups_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base);

/* All of the DI types that the registry has. */
uint64_t value_di_types_all(void);

/* Whether an address is a group of either IP. */
bool value_is_multicast(const struct dimp_ip *ip);

#endif
