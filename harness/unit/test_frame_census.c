/* SPDX-License-Identifier: MIT */
/* Proves that frames are told apart by what IEEE and the RFCs say their headers are, and that each
 * is counted once, on the wire and in the direction in which it was sent. */
#include "observe/wire_meter.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "hexed.h"

struct kind_row {
	const char *frame; /* hexadecimal: addresses, then what stands here */
	enum frame_kind kind;
};

/* EtherTypes of IEEE 802.1X, 802.1AE, 802.1Qbg, RFC 826 and RFC 903; IP protocols and ports of
 * RFC 3376, RFC 2131, RFC 8415, RFC 2865, RFC 5176; ICMPv6 types of RFC 3810, RFC 4861, RFC 4443.
 */
static const struct kind_row kind_rows[] = {
	{"888e 03 01 0000", FRAME_KIND_EAPOL},
	{"888e 03 05 0000", FRAME_KIND_MKA},
	{"888e", FRAME_KIND_EAPOL},
	{"88e5 2c00 00000001", FRAME_KIND_MACSEC},
	{"8940 0001", FRAME_KIND_VDP},
	{"0806 0001", FRAME_KIND_ARP},
	{"8035 0001", FRAME_KIND_RARP},
	{"0800 4600 0020 0000 0000 01 02 0000 0a000014 e0000016 94040000 22000000 00000000",
		FRAME_KIND_IGMP},
	{"8100 002a 0800 4600 0020 0000 0000 01 02 0000 0a000014 e0000016 94040000 22000000 "
	 "00000000",
		FRAME_KIND_IGMP},
	{"0800 4500 001c 0000 0000 40 11 0000 00000000 ffffffff 0044 0043 0008 0000",
		FRAME_KIND_DHCP},
	{"0800 4500 001c 0000 0000 40 11 0000 0a000001 0a000002 c000 0714 0008 0000",
		FRAME_KIND_RADIUS},
	{"0800 4500 001c 0000 0000 40 11 0000 0a000001 0a000002 0ed7 c000 0008 0000",
		FRAME_KIND_RADIUS},
	{"0800 4500 001c 0000 0000 40 11 0000 0a000001 0a000002 c000 1388 0008 0000",
		FRAME_KIND_DATA},
	{"0800 4500 001c 0000 0000 40 01 0000 0a000001 0a000002 0800 0000 0000 0000",
		FRAME_KIND_DATA},
	{"86dd 60000000 0008 11 40 fe800000000000000000000000000001 "
	 "ff020000000000000000000000010002 0222 0223 0008 0000",
		FRAME_KIND_DHCP},
	{"86dd 60000000 0010 00 01 fe800000000000000000000000000001 "
	 "ff020000000000000000000000000016 3a00 05020000 0100 8f00 0000 0000 0000",
		FRAME_KIND_MLD},
	{"86dd 60000000 0008 3a ff fe800000000000000000000000000001 "
	 "ff020000000000000000000000000001 8800 0000 00000000",
		FRAME_KIND_ND},
	{"86dd 60000000 0008 3a ff fe800000000000000000000000000001 "
	 "fe800000000000000000000000000002 8000 0000 00000000",
		FRAME_KIND_DATA},
	{"88b7 0000", FRAME_KIND_DATA},
};

enum { FRAME_MAX = 128, ADDRESSES = 12 };

static struct dimp_view frame_of(const struct kind_row *row, uint8_t octets[FRAME_MAX])
{
	const struct hexed rest = hexed_from(row->frame);

	memset(octets, 2, ADDRESSES);
	memcpy(octets + ADDRESSES, rest.octets, rest.size);
	return (struct dimp_view){octets, ADDRESSES + rest.size};
}

static void test_frame_census_tells_kinds_apart(void)
{
	for (size_t index = 0; index < sizeof kind_rows / sizeof *kind_rows; index++) {
		uint8_t octets[FRAME_MAX];
		const struct dimp_view frame = frame_of(&kind_rows[index], octets);
		CHECK_TEXT(frame_kind_names[frame_kind_of(frame)],
			frame_kind_names[kind_rows[index].kind]);
	}
}

/* The outcome is not looked at: no octet beyond the frame is read, which ASan would tell. */
static void test_frame_census_reads_frames_cut_anywhere(void)
{
	for (size_t index = 0; index < sizeof kind_rows / sizeof *kind_rows; index++) {
		uint8_t octets[FRAME_MAX];
		const struct dimp_view frame = frame_of(&kind_rows[index], octets);
		for (size_t size = 0; size < frame.size; size++) {
			uint8_t *cut = malloc(size + 1);
			REQUIRE(cut != NULL);
			memcpy(cut + 1, frame.octets, size);
			CHECK(frame_kind_of((struct dimp_view){cut + 1, size}) < FRAME_KINDS);
			free(cut);
		}
	}
}

static void see(struct wire_meter *meter, struct engine_endpoint at,
	enum engine_direction direction)
{
	static const uint8_t octets[60] = {[12] = 0x08, [13] = 0x06};
	const struct engine_sighting sighting = {.at = at,
		.direction = direction,
		.frame = {octets, sizeof octets}};

	wire_meter_see(meter, &sighting);
}

static void test_wire_meter_counts_what_is_sent(void)
{
	const struct engine_endpoint a = {0, 1}, b = {1, 1}, c = {1, 2}, d = {0, 2},
				     stranger = {7, 7};
	struct wire_meter *meter = wire_meter_create();
	size_t count;

	REQUIRE(meter != NULL);
	REQUIRE(wire_meter_add(meter, a, b));
	REQUIRE(wire_meter_add(meter, d, c));
	see(meter, a, ENGINE_SENT);
	see(meter, b, ENGINE_RECEIVED);
	see(meter, b, ENGINE_SENT);
	see(meter, b, ENGINE_SENT);
	see(meter, stranger, ENGINE_SENT);
	const struct wire_way *ways = wire_meter_ways(meter, &count);
	REQUIRE(count == 4);
	CHECK_EQ(ways[0].census.frames[FRAME_KIND_ARP], 1);
	CHECK_EQ(ways[0].census.octets[FRAME_KIND_ARP], 60);
	CHECK_EQ(ways[1].census.frames[FRAME_KIND_ARP], 2);
	CHECK_EQ(ways[1].from.node, 1);
	CHECK_EQ(ways[3].census.frames[FRAME_KIND_ARP], 0);
	wire_meter_destroy(meter);
}

static const struct test_case tests[] = {
	TEST(test_frame_census_tells_kinds_apart),
	TEST(test_frame_census_reads_frames_cut_anywhere),
	TEST(test_wire_meter_counts_what_is_sent),
	TEST_END,
};

const struct test_suite suite_frame_census = {"frame_census", tests};
