/* SPDX-License-Identifier: MIT */
/*
 * Proves the states of RFC 6620 3.2.3 as far as a VM's port sees them, with frames of neighbour
 * discovery whose octets are laid out here.
 */
#include "sources/savi_source.h"

#include <string.h>

#include "check.h"
#include "net/nd.h"

static const uint64_t ms = 1000;
static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_ip address = {{0x20, 1, 0xd, 0xb8, [15] = 0xa}};
static const struct dimp_ip link_local = {{0xfe, 0x80, [15] = 0xa}};
static const struct dimp_ip all_nodes = {{0xff, 2, [15] = 1}};
static const struct dimp_ip nobody;

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct dimp_time now;
};

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create(), .now = {1000 * ms}};
	REQUIRE(rig->store != NULL);
	rig->place =
		(struct source_place){.store = rig->store, .vm = vm, .counters = &rig->counters};
}

/* One ICMPv6 message of a neighbour: kind, flags, target and perhaps a link-layer address. */
struct said {
	uint8_t kind;
	struct dimp_ip source, destination, target;
	const struct dimp_mac *link_layer;
	enum source_direction direction;
};

static void say(struct rig *rig, const struct said *said)
{
	uint8_t octets[32] = {said->kind};
	struct source_packet packet = {
		.direction = said->direction,
		.is_trusted = said->direction == SOURCE_TOWARDS_VM,
		.has_ipv6 = true,
		.vlan = 42,
		.ipv6 = {.source = said->source,
			.destination = said->destination,
			.hop_limit = 255,
			.protocol = 58,
			.payload = {octets, said->link_layer ? 32 : 24}},
	};

	memcpy(octets + 8, said->target.octets, 16);
	octets[24] = said->kind == 136 ? 2 : 1;
	octets[25] = 1;
	if (said->link_layer)
		memcpy(octets + 26, said->link_layer->octets, 6);
	const uint16_t sum = ipv6_checksum(&packet.ipv6, packet.ipv6.payload);
	octets[2] = (uint8_t)(sum >> 8);
	octets[3] = (uint8_t)sum;
	savi_source_packet(&packet, &rig->place, rig->now);
}

static void probe(struct rig *rig, const struct dimp_ip *target, enum source_direction direction)
{
	say(rig,
		&(struct said){.kind = 135,
			.source = nobody,
			.destination = nd_solicited_node(target),
			.target = *target,
			.direction = direction});
}

static void advertise(struct rig *rig, const struct dimp_ip *target,
	enum source_direction direction)
{
	say(rig,
		&(struct said){.kind = 136,
			.source = *target,
			.destination = all_nodes,
			.target = *target,
			.direction = direction});
}

static void send_data(struct rig *rig, const struct dimp_ip *source)
{
	const struct source_packet packet = {.direction = SOURCE_FROM_VM,
		.has_ipv6 = true,
		.vlan = 42,
		.ipv6 = {.source = *source, .protocol = 17}};

	savi_source_packet(&packet, &rig->place, rig->now);
}

static void pass(struct rig *rig, uint64_t milliseconds)
{
	rig->now.us += milliseconds * ms;
	savi_source_expire(&rig->place, rig->now);
	di_store_expire(rig->store, rig->now);
}

/* The only binding as it is now; state 0 when there is none. */
static struct dimp_savi_binding binding(const struct rig *rig)
{
	struct dimp_record record = {.type = DIMP_DI_SAVI_BINDING};
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(rig->store, 0, DIMP_DI_SAVI_BINDING, &cursor);

	if (entry != NULL)
		di_entry_at(entry, rig->now, &record);
	return record.body.savi_binding;
}

static void bind_address(struct rig *rig)
{
	probe(rig, &address, SOURCE_FROM_VM);
	pass(rig, 500);
	CHECK_EQ(binding(rig).state, DIMP_SAVI_STATE_VALID);
}

static void test_savi_source_binds_what_nobody_else_has(void)
{
	struct rig rig;

	rig_start(&rig);
	probe(&rig, &address, SOURCE_FROM_VM);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TENTATIVE);
	CHECK_EQ(binding(&rig).test_remaining, 500);
	CHECK_EQ(binding(&rig).vlan, 42);
	CHECK_BYTES(binding(&rig).address.octets, 16, "20010db800000000000000000000000a");
	CHECK_BYTES(binding(&rig).client.octets, 6, "525400c73ece");
	CHECK_EQ(binding(&rig).origin, DIMP_SAVI_ORIGIN_DISCOVERY);
	CHECK_EQ(savi_source_deadline(&rig.place).us, rig.now.us + 500 * ms);
	pass(&rig, 499);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TENTATIVE);
	pass(&rig, 1);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_VALID);
	CHECK_EQ(binding(&rig).attributes, 0);
	CHECK_EQ(binding(&rig).remaining, 300000);
	di_store_destroy(rig.store);
}

/* Somebody answers, or probes for it at the same time: both give it up (RFC 4862 5.4). */
static void test_savi_source_gives_way_to_who_was_first(void)
{
	struct rig rig;

	rig_start(&rig);
	probe(&rig, &address, SOURCE_FROM_VM);
	advertise(&rig, &address, SOURCE_TOWARDS_VM);
	CHECK_EQ(binding(&rig).state, 0);
	probe(&rig, &address, SOURCE_FROM_VM);
	probe(&rig, &address, SOURCE_TOWARDS_VM);
	CHECK_EQ(binding(&rig).state, 0);
	probe(&rig, &address, SOURCE_FROM_VM);
	advertise(&rig, &link_local, SOURCE_TOWARDS_VM);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TENTATIVE);
	di_store_destroy(rig.store);
}

static void test_savi_source_tests_when_another_probes(void)
{
	struct rig rig;

	rig_start(&rig);
	bind_address(&rig);
	probe(&rig, &address, SOURCE_TOWARDS_VM);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TESTING);
	CHECK_EQ(binding(&rig).test_remaining, 500);
	pass(&rig, 100);
	advertise(&rig, &address, SOURCE_FROM_VM);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_VALID);
	CHECK_EQ(binding(&rig).remaining, 300000);
	probe(&rig, &address, SOURCE_TOWARDS_VM);
	pass(&rig, 500);
	CHECK_EQ(binding(&rig).state, 0);
	di_store_destroy(rig.store);
}

/* Any frame keeps it; after five minutes without one it is tested, and then it ends. */
static void test_savi_source_lives_as_long_as_the_vm_shows(void)
{
	struct rig rig;

	rig_start(&rig);
	bind_address(&rig);
	pass(&rig, 100000);
	send_data(&rig, &address);
	CHECK_EQ(binding(&rig).remaining, 200000);
	pass(&rig, 100000);
	send_data(&rig, &link_local);
	CHECK_EQ(binding(&rig).remaining, 100000);
	send_data(&rig, &address);
	CHECK_EQ(binding(&rig).remaining, 300000);
	pass(&rig, 300000);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TESTING);
	send_data(&rig, &address);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_VALID);
	pass(&rig, 300000);
	pass(&rig, 500);
	CHECK_EQ(binding(&rig).state, 0);
	di_store_destroy(rig.store);
}

static bool refuse(struct rig *rig, const struct dimp_ip *source, enum source_direction direction)
{
	const struct source_packet packet = {.direction = direction,
		.has_ipv6 = true,
		.vlan = 42,
		.ipv6 = {.source = *source, .protocol = 17}};

	return savi_source_refused(&packet, &rig->place, rig->now);
}

/* RFC 6620 3.2.2: data that was not let through has its source tested, once. */
static void test_savi_source_tests_where_data_came_from(void)
{
	struct rig rig;

	rig_start(&rig);
	CHECK(!refuse(&rig, &address, SOURCE_TOWARDS_VM));
	CHECK(!refuse(&rig, &nobody, SOURCE_FROM_VM));
	CHECK(refuse(&rig, &address, SOURCE_FROM_VM));
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TENTATIVE);
	CHECK_EQ(binding(&rig).test_remaining, 500);
	CHECK(!refuse(&rig, &address, SOURCE_FROM_VM));
	pass(&rig, 500);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_VALID);
	CHECK(!refuse(&rig, &address, SOURCE_FROM_VM));
	di_store_destroy(rig.store);
}

/* Data that was let through binds nothing, nor does a neighbour's word with another's link-layer
 * address. */
static void test_savi_source_binds_nothing_by_other_frames(void)
{
	static const struct dimp_mac other = {{2, 0, 0, 0, 0, 7}};
	struct rig rig;

	rig_start(&rig);
	send_data(&rig, &address);
	advertise(&rig, &address, SOURCE_FROM_VM);
	probe(&rig, &address, SOURCE_TOWARDS_VM);
	CHECK_EQ(binding(&rig).state, 0);
	bind_address(&rig);
	probe(&rig, &address, SOURCE_TOWARDS_VM);
	say(&rig,
		&(struct said){.kind = 136,
			.source = address,
			.destination = all_nodes,
			.target = address,
			.link_layer = &other,
			.direction = SOURCE_FROM_VM});
	CHECK_EQ(rig.counters.spoofed, 1);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TESTING);
	di_store_destroy(rig.store);
}

/* RFC 8074: what DHCPv6 gave is bound by that alone. */
static void test_savi_source_leaves_to_dhcp_what_is_its(void)
{
	const struct dimp_record given = {.type = DIMP_DI_DHCPV6_BINDING,
		.body.dhcpv6_binding = {.vlan = 42,
			.client = vm,
			.address = address,
			.prefix = 128,
			.valid_remaining = 1000000}};
	struct rig rig;

	rig_start(&rig);
	CHECK(di_store_put(rig.store, 0, &given, rig.now));
	probe(&rig, &address, SOURCE_FROM_VM);
	CHECK_EQ(binding(&rig).state, 0);
	probe(&rig, &link_local, SOURCE_FROM_VM);
	CHECK_EQ(binding(&rig).state, DIMP_SAVI_STATE_TENTATIVE);
	di_store_destroy(rig.store);
}

/* RFC 6620 5: a VM that makes addresses up does not fill the bridge. */
static void test_savi_source_bounds_what_a_vm_binds(void)
{
	struct rig rig;
	struct dimp_ip made = address;

	rig_start(&rig);
	for (unsigned i = 0; i < 70; i++) {
		made.octets[14] = (uint8_t)(i + 1);
		probe(&rig, &made, SOURCE_FROM_VM);
	}
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_SAVI_BINDING), 64);
	CHECK_EQ(rig.counters.over_limit, 6);
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_savi_source_binds_what_nobody_else_has),
	TEST(test_savi_source_gives_way_to_who_was_first),
	TEST(test_savi_source_tests_when_another_probes),
	TEST(test_savi_source_lives_as_long_as_the_vm_shows),
	TEST(test_savi_source_tests_where_data_came_from),
	TEST(test_savi_source_binds_nothing_by_other_frames),
	TEST(test_savi_source_leaves_to_dhcp_what_is_its),
	TEST(test_savi_source_bounds_what_a_vm_binds),
	TEST_END,
};

const struct test_suite suite_savi_source = {"savi_source", tests};
