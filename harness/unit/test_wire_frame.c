/*
 * Proves that tags go where they belong and checksums come out as those who know say: octets of the
 * packets are by hand or Scapy's.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "hexed.h"
#include "live/wire_frame.h"

static const char addresses[] = "020000000001 020000000002";

static void test_wire_frame_tag_goes_behind_the_addresses(void)
{
	const uint8_t frame[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 6, 0xaa};
	const struct wire_tag customer = {.protocol = 0, .control = 0xe064};
	const struct wire_tag service = {.protocol = 0x88a8, .control = 5};
	uint8_t octets[32];

	CHECK_EQ(wire_frame_tag((struct dimp_view){frame, sizeof frame}, &customer, octets), 19);
	CHECK_BYTES(octets, 19, "020000000001 020000000002 8100 e064 0806 aa");
	CHECK_EQ(wire_frame_tag((struct dimp_view){frame, sizeof frame}, &service, octets), 19);
	CHECK_BYTES(octets, 19, "020000000001 020000000002 88a8 0005 0806 aa");
	CHECK_EQ(wire_frame_tag((struct dimp_view){frame, 11}, &customer, octets), 0);
}

static void test_wire_frame_load_is_what_an_mtu_counts(void)
{
	uint8_t octets[64] = {0};
	const struct dimp_view frame = {octets, sizeof octets};

	CHECK_EQ(wire_frame_load(frame), 50);
	octets[12] = 0x81;
	CHECK_EQ(wire_frame_load(frame), 46);
	octets[12] = 0x88;
	octets[13] = 0xa8;
	octets[16] = 0x81;
	CHECK_EQ(wire_frame_load(frame), 42);
	CHECK_EQ(wire_frame_load((struct dimp_view){octets, 10}), 0);
}

struct completion {
	const char *what;
	const char *tags, *packet;
	size_t checksum_at; /* in the packet */
	uint16_t checksum;
};

static void complete(const struct completion *completion)
{
	char text[512];

	(void)snprintf(text, sizeof text, "%s %s", addresses, completion->tags);
	const size_t at = hexed_from(text).size + completion->checksum_at;

	(void)snprintf(text, sizeof text, "%s %s %s", addresses, completion->tags,
		completion->packet);
	struct hexed frame = hexed_from(text);

	CHECK(wire_frame_complete(frame.octets, frame.size));
	CHECK_EQ(frame.octets[at] << 8 | frame.octets[at + 1], completion->checksum);
}

/* What stands in the checksum's place before is the pseudo header's sum, or anything. */
static void test_wire_frame_completes_checksums(void)
{
	static const struct completion completions[] = {
		{"UDP", "0800",
			"4500001f00010000401166cb0a0000010a000002"
			"00440043000bbeef616263",
			26, 0x26ec},
		{"TCP behind a tag", "8100 0064 0800",
			"4500002c00010000400666c90a0000010a000002"
			"00010002000000000000000050022000beef000061626364",
			36, 0xb712},
		{"UDP over IPv6", "86dd",
			"60000000000d114020010db8000000000000000000000001"
			"20010db800000000000000000000000202220223000dbeef6162636465",
			46, 0x7653},
		{"TCP over IPv6", "86dd",
			"600000000019064020010db8000000000000000000000001"
			"20010db8000000000000000000000002"
			"02220223000000000000000050022000beef00006162636465",
			56, 0x065d},
		{"UDP with padding", "0800",
			"4500001f00010000401166cb0a0000010a000002"
			"00440043000bbeef616263555555555555555555",
			26, 0x26ec},
		{"UDP whose sum is zero", "0800",
			"4500001e00010000401166cc0a0000010a00000200440043000abeefeb50", 26, 0xffff},
	};

	for (size_t each = 0; each < sizeof completions / sizeof completions[0]; each++)
		complete(&completions[each]);
}

static void test_wire_frame_leaves_others_alone(void)
{
	uint8_t frame[128], before[128];

	for (size_t size = 0; size <= sizeof frame; size++) {
		memset(frame, 0x45, sizeof frame);
		memcpy(before, frame, sizeof frame);
		CHECK(!wire_frame_complete(frame, size));
		CHECK(memcmp(frame, before, sizeof frame) == 0);
	}
}

static const struct test_case tests[] = {
	TEST(test_wire_frame_tag_goes_behind_the_addresses),
	TEST(test_wire_frame_load_is_what_an_mtu_counts),
	TEST(test_wire_frame_completes_checksums),
	TEST(test_wire_frame_leaves_others_alone),
	TEST_END,
};

const struct test_suite suite_wire_frame = {"wire_frame", tests};
