/* SPDX-License-Identifier: MIT */
/* Proves that every VLAN of every DI type is mapped, once, alike decoded and on the wire, and that
 * what the mapping makes one is found (DIMP 8.0-7, 8.0-11). */
#include "vlan_map.h"

#include <string.h>

#include "check.h"
#include "layout.h"

static const struct dimp_vlan_pair pairs[] = {{100, 142}, {142, 42}, {43, 142}};
static const struct dimp_vlan_map map = {pairs, 3};

static void test_vlan_map_maps_once_and_leaves_the_rest(void)
{
	CHECK_EQ(dimp_vlan_map_ours(&map, 100), 142);
	CHECK_EQ(dimp_vlan_map_ours(&map, 142), 42);
	CHECK_EQ(dimp_vlan_map_ours(&map, 42), 42);
	CHECK_EQ(dimp_vlan_map_ours(&map, 0), 0);
}

/* No attribute is a VLAN: the wire form is mapped in its fixed part alone. */
static void test_vlan_map_finds_vlans_in_fixed_parts_only(void)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct dimp_layout *layout = dimp_di_layout(type);
		for (size_t index = 0; layout && index < layout->field_count; index++) {
			if (layout->fields[index].type == DIMP_TYPE_VLAN)
				CHECK_EQ(layout->fields[index].attribute, 0);
		}
	}
}

static struct dimp_record membership(uint16_t vlan)
{
	return (struct dimp_record){
		.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_membership = {.vlan = vlan,
			.group = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 239, 1, 2, 3}},
			.filter_mode = DIMP_FILTER_MODE_EXCLUDE,
			.host_version = 3,
			.remaining = 260000},
	};
}

static size_t write(const struct dimp_record *record, uint8_t octets[DIMP_RECORD_SIZE_MAX])
{
	size_t size = 0;

	REQUIRE(dimp_record_write(record, octets, DIMP_RECORD_SIZE_MAX, &size) == DIMP_ERROR_NONE);
	return size;
}

/* The example of DIMP 8.5, VLAN 100, of which 0064 becomes 008e and nothing else changes. */
static void test_vlan_map_changes_two_octets_on_the_wire(void)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	struct dimp_record record = membership(100), read;
	const size_t size = write(&record, octets);

	vlan_map_record(&map, octets, size);
	CHECK_BYTES(octets, size,
		"0205 002a 01 01 008e 0000 0000 0000 0000 0000 ffff ef01 0203"
		"0000 0000 0000 0000 0000 0000 0000 0000 02 03 0003f7a0");
	REQUIRE(dimp_record_read((struct dimp_view){octets, size}, &read) == DIMP_ERROR_NONE);
	dimp_record_remap(&record, &map);
	CHECK_EQ(record.body.multicast_membership.vlan, 142);
	CHECK_EQ(read.body.multicast_membership.vlan, 142);
}

static void test_vlan_map_names_every_twin(void)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX], twin[DIMP_RECORD_SIZE_MAX];
	const struct dimp_record record = membership(100), lonely = membership(7);
	size_t size = write(&record, octets), cursor = 0;

	memcpy(twin, octets, size);
	REQUIRE(vlan_map_next_twin(&map, (struct dimp_view){octets, size}, twin, &cursor));
	CHECK_BYTES(twin + 6, 2, "002b");
	CHECK(!vlan_map_next_twin(&map, (struct dimp_view){octets, size}, twin, &cursor));
	size = write(&lonely, octets);
	memcpy(twin, octets, size);
	cursor = 0;
	CHECK(!vlan_map_next_twin(&map, (struct dimp_view){octets, size}, twin, &cursor));
}

/* 142 is called 42 here, and so is 42, which stays. */
static void test_vlan_map_names_the_twin_that_stays(void)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX], twin[DIMP_RECORD_SIZE_MAX];
	const struct dimp_record record = membership(142), stays = membership(42);
	size_t size = write(&record, octets), cursor = 0;

	memcpy(twin, octets, size);
	REQUIRE(vlan_map_next_twin(&map, (struct dimp_view){octets, size}, twin, &cursor));
	CHECK_BYTES(twin + 6, 2, "002a");
	size = write(&stays, octets);
	memcpy(twin, octets, size);
	cursor = 0;
	REQUIRE(vlan_map_next_twin(&map, (struct dimp_view){octets, size}, twin, &cursor));
	CHECK_BYTES(twin + 6, 2, "008e");
}

static void test_vlan_map_leaves_what_it_does_not_know(void)
{
	struct dimp_record record = membership(100);

	record.type = (enum dimp_di_type)64;
	dimp_record_remap(&record, &map);
	CHECK_EQ(record.body.multicast_membership.vlan, 100);
}

static const struct test_case tests[] = {
	TEST(test_vlan_map_maps_once_and_leaves_the_rest),
	TEST(test_vlan_map_finds_vlans_in_fixed_parts_only),
	TEST(test_vlan_map_changes_two_octets_on_the_wire),
	TEST(test_vlan_map_names_every_twin),
	TEST(test_vlan_map_names_the_twin_that_stays),
	TEST(test_vlan_map_leaves_what_it_does_not_know),
	TEST_END,
};

const struct test_suite suite_vlan_map = {"vlan_map", tests};
