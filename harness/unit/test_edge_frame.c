/* SPDX-License-Identifier: MIT */
/* Proves that frames are classified as the standards lay them out, and that damaged ones are not.
 */
#include "bridge/edge_frame.h"

#include <string.h>

#include "check.h"
#include "frame_maker.h"

static const struct made_udp tagged = {
	.destination = {{1, 0, 0x5e, 1, 1, 1}},
	.source = {{2, 0, 0, 0, 0, 9}},
	.vlan = 42,
	.from = {10, 0, 42, 9},
	.to = {239, 1, 1, 1},
	.from_port = 1000,
	.to_port = 5004,
};

static void test_edge_frame_reads_tag_addresses_and_ports(void)
{
	const struct made_frame made = make_udp(&tagged);
	struct edge_frame frame;

	REQUIRE(edge_frame_read(made_view(&made), &frame));
	CHECK(frame.is_tagged);
	CHECK_EQ(frame.vlan, 42);
	CHECK_EQ(frame.ethertype, 0x0800);
	CHECK_EQ(frame.payload, 18);
	CHECK(frame.is_ip);
	CHECK_BYTES(frame.ip_source.octets, 16, "00000000000000000000ffff 0a002a09");
	CHECK_BYTES(frame.ip_destination.octets, 16, "00000000000000000000ffff ef010101");
	CHECK_EQ(frame.ip_protocol, 17);
	CHECK(frame.has_ports);
	CHECK_EQ(frame.source_port, 1000);
	CHECK_EQ(frame.destination_port, 5004);
	CHECK(edge_mac_is_group(&frame.destination));
	CHECK(!edge_mac_is_group(&frame.source));
}

/* Every cut is either no frame or a frame without what was cut off; the sanitizers watch. */
static void test_edge_frame_survives_every_cut(void)
{
	const struct made_frame made = make_udp(&tagged);
	struct edge_frame frame;

	for (size_t size = 0; size < made.size; size++) {
		uint8_t exact[sizeof made.octets];
		memcpy(exact, made.octets, size);
		const bool is_frame = edge_frame_read((struct dimp_view){exact, size}, &frame);
		CHECK_EQ(is_frame, size >= 18);
		CHECK(!is_frame || frame.is_ip == (size >= 18 + 20));
		CHECK(!is_frame || frame.has_ports == (size >= 18 + 24));
	}
}

static void test_edge_frame_later_fragment_has_no_ports(void)
{
	struct made_frame made = make_udp(&tagged);
	struct edge_frame frame;

	made.octets[18 + 7] = 1;
	REQUIRE(edge_frame_read(made_view(&made), &frame));
	CHECK(frame.is_ip);
	CHECK(!frame.has_ports);
}

static void test_edge_frame_retag_changes_the_tag_alone(void)
{
	const struct dimp_mac to = {{2, 0, 0, 0, 0, 1}}, from = {{2, 0, 0, 0, 0, 2}};
	const struct made_frame made = make_frame(&to, &from, 0x88b5, 3);
	uint8_t octets[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE], back[sizeof octets];
	struct edge_frame frame;

	REQUIRE(edge_frame_read(made_view(&made), &frame));
	size_t size = edge_frame_retag(&frame, 0x12a, octets);
	CHECK_BYTES(octets, size, "020000000001 020000000002 8100 012a 88b5 000102");
	REQUIRE(edge_frame_read((struct dimp_view){octets, size}, &frame));
	CHECK_EQ(frame.vlan, 0x12a);
	octets[14] |= 0xb0; /* priority 5, may be dropped */
	size = edge_frame_retag(&frame, 7, back);
	CHECK_BYTES(back, size, "020000000001 020000000002 8100 b007 88b5 000102");
	size = edge_frame_retag(&frame, 0, back);
	CHECK_BYTES(back, size, "020000000001 020000000002 88b5 000102");
}

static void test_edge_mac_link_local_is_0_to_f(void)
{
	struct dimp_mac mac = {{0x01, 0x80, 0xc2, 0, 0, 0x0f}};

	CHECK(edge_mac_is_link_local(&mac));
	mac.octets[5] = 0x10;
	CHECK(!edge_mac_is_link_local(&mac));
}

static const struct test_case tests[] = {
	TEST(test_edge_frame_reads_tag_addresses_and_ports),
	TEST(test_edge_frame_survives_every_cut),
	TEST(test_edge_frame_later_fragment_has_no_ports),
	TEST(test_edge_frame_retag_changes_the_tag_alone),
	TEST(test_edge_mac_link_local_is_0_to_f),
	TEST_END,
};

const struct test_suite suite_edge_frame = {"edge_frame", tests};
