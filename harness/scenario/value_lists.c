/* SPDX-License-Identifier: MIT */
/* Lists and maps, each item checked on its own, so that each has its own error. */
#include "scenario/value_lists.h"

#include <stdio.h>
#include <string.h>

#include "bridge/edge_frame.h"
#include "net/ipv4.h"
#include "scenario/value_text.h"

static unsigned char *member_of(void *base, size_t offset)
{
	return (unsigned char *)base + offset;
}

uint64_t value_di_types_all(void)
{
	uint64_t all = 0;

	for (const struct name_row *type = names_di_type; type->name != NULL; type++)
		all |= UINT64_C(1) << type->number;
	return all;
}

/* The bits of one name; 0 with an error when there is no such name. */
static uint64_t bits_of(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value)
{
	const char *text = yaml_value_text(value);
	const struct name_row *name = name_rows_find(row->names, text);
	char hint[VALUE_HINT_SIZE];

	if (name != NULL)
		return row->kind == VALUE_DI_SET ? UINT64_C(1) << name->number
						 : (uint64_t)name->number;
	names_hint(row->names, text, hint, sizeof hint);
	scenario_errors_add(reader->errors, yaml_value_place(value), "%s: no such name: %.80s; %s",
		row->name, text, hint);
	return 0;
}

static void store_set(const struct key_row *row, uint64_t bits, void *base)
{
	const uint8_t octet = (uint8_t)bits;

	if (row->kind == VALUE_DI_SET)
		memcpy(member_of(base, row->offset), &bits, sizeof bits);
	else
		memcpy(member_of(base, row->offset), &octet, sizeof octet);
}

void value_set_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base)
{
	const char *text = yaml_value_text(value);
	uint64_t bits = 0;

	if (yaml_value_kind(value) == YAML_MAP) {
		scenario_errors_add(reader->errors, yaml_value_place(value),
			"%s: a map; expected a list of names", row->name);
		return;
	}
	for (size_t each = 0; each < yaml_value_count(value); each++)
		bits |= bits_of(reader, row, yaml_list_at(value, each));
	if (strcmp(text, "all") == 0 && row->kind == VALUE_DI_SET)
		bits = value_di_types_all();
	else if (yaml_value_kind(value) == YAML_TEXT && strcmp(text, "none") != 0)
		bits = bits_of(reader, row, value);
	store_set(row, bits, base);
}

static void read_di_count(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value number, uint32_t *count)
{
	const struct key_row as_count = {.kind = VALUE_COUNT,
		.least = row->least,
		.most = row->most};
	char hint[VALUE_HINT_SIZE];

	if (!value_text_read(&as_count, yaml_value_text(number), count, hint))
		scenario_errors_add(reader->errors, yaml_value_place(number),
			"%s: \"%.80s\" is not possible; %s", row->name, yaml_value_text(number),
			hint);
}

void value_di_counts_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base)
{
	const struct key_row as_name = {.name = row->name, .names = names_di_type};
	uint32_t counts[DIMP_DI_TYPES] = {0};
	bool has[DIMP_DI_TYPES] = {false};

	if (yaml_value_kind(value) != YAML_MAP) {
		scenario_errors_add(reader->errors, yaml_value_place(value),
			"%s: no map; expected numbers by DI type, as in {dhcp_binding: 1}",
			row->name);
		return;
	}
	for (size_t each = 0; each < yaml_value_count(value); each++) {
		const uint64_t type = bits_of(reader, &as_name, yaml_map_key(value, each));

		read_di_count(reader, row, yaml_map_at(value, each), &counts[type]);
		has[type] = type != 0;
	}
	memcpy(member_of(base, row->offset), counts, sizeof counts);
	if (row->second != 0)
		memcpy(member_of(base, row->second), has, sizeof has);
}

static uint16_t read_vlan(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value)
{
	static const struct key_row as_vlan = {.kind = VALUE_VLAN, .least = 1};
	char hint[VALUE_HINT_SIZE];
	uint16_t vlan = 0;

	if (!value_text_read(&as_vlan, yaml_value_text(value), &vlan, hint))
		scenario_errors_add(reader->errors, yaml_value_place(value),
			"%s: \"%.80s\" is no VLAN; %s", row->name, yaml_value_text(value), hint);
	return vlan;
}

void value_vlan_map_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base)
{
	struct dimp_vlan_pair pairs[SCENARIO_LIST_MAX] = {{0, 0}};
	const size_t count = yaml_value_count(value);

	if (yaml_value_kind(value) != YAML_MAP || count > SCENARIO_LIST_MAX) {
		scenario_errors_add(reader->errors, yaml_value_place(value),
			"%s: expected a map of at most %d VLANs, as in {42: 142}", row->name,
			SCENARIO_LIST_MAX);
		return;
	}
	for (size_t each = 0; each < count; each++)
		pairs[each] = (struct dimp_vlan_pair){
			read_vlan(reader, row, yaml_map_key(value, each)),
			read_vlan(reader, row, yaml_map_at(value, each)),
		};
	memcpy(member_of(base, row->offset), pairs, sizeof pairs);
	memcpy(member_of(base, row->second), &count, sizeof count);
}

void value_vlans_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base)
{
	static const struct key_row as_vlan = {.kind = VALUE_VLAN};
	uint16_t vlans[SCENARIO_LIST_MAX] = {0};
	const size_t count = yaml_value_count(value);
	char hint[VALUE_HINT_SIZE];

	if (yaml_value_kind(value) != YAML_LIST || count > SCENARIO_LIST_MAX) {
		scenario_errors_add(reader->errors, yaml_value_place(value),
			"%s: expected a list of at most %d VLANs", row->name, SCENARIO_LIST_MAX);
		return;
	}
	for (size_t each = 0; each < count; each++) {
		const struct yaml_value vlan = yaml_list_at(value, each);

		if (!value_text_read(&as_vlan, yaml_value_text(vlan), &vlans[each], hint))
			scenario_errors_add(reader->errors, yaml_value_place(vlan),
				"%s: \"%.80s\" is no VLAN; %s", row->name, yaml_value_text(vlan),
				hint);
	}
	memcpy(member_of(base, row->offset), vlans, sizeof vlans);
	memcpy(member_of(base, row->second), &count, sizeof count);
}

bool value_is_multicast(const struct dimp_ip *ip)
{
	if (ipv4_is_mapped(ip))
		return ip->octets[12] >= 224 && ip->octets[12] <= 239;
	return ip->octets[0] == 0xff;
}

/* "232.5.5.3/10.0.0.9" or a group alone; false when it is neither. */
static bool read_group(const struct value_reader *reader, struct yaml_value value,
	struct scenario_group *group)
{
	static const struct key_row as_ip = {.kind = VALUE_IP};
	char text[VALUE_HINT_SIZE], hint[VALUE_HINT_SIZE];

	snprintf(text, sizeof text, "%s", yaml_value_text(value));
	if (reader->copy != 0)
		value_expand(yaml_value_text(value), reader->copy, text, sizeof text);
	char *const slash = strchr(text, '/');

	group->has_source = slash != NULL;
	if (slash != NULL) {
		*slash = '\0';
		if (!value_text_read(&as_ip, slash + 1, &group->source, hint))
			return false;
	}
	return value_text_read(&as_ip, text, &group->group, hint) &&
		value_is_multicast(&group->group);
}

void value_groups_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base)
{
	const size_t count = yaml_value_count(value);

	if (yaml_value_kind(value) != YAML_LIST || count > row->most) {
		scenario_errors_add(reader->errors, yaml_value_place(value),
			"%s: expected a list of at most %u groups", row->name, (unsigned)row->most);
		return;
	}
	for (size_t each = 0; each < count; each++) {
		const struct yaml_value item = yaml_list_at(value, each);
		struct scenario_group group = {.has_source = false};

		if (!read_group(reader, item, &group))
			scenario_errors_add(reader->errors, yaml_value_place(item),
				"%s: \"%.80s\" is no group; expected one such as 239.1.1.1 or "
				"232.5.5.3/10.0.0.9",
				row->name, yaml_value_text(item));
		memcpy(member_of(base, row->offset + each * sizeof group), &group, sizeof group);
	}
	memcpy(member_of(base, row->second), &count, sizeof count);
}
