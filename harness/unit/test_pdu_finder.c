/*
 * Proves where DIMP is found in frames written by hand: by EtherType under any VLAN tags, by UDP
 * port over IPv4 and IPv6, in the clear within MACsec; and that cut frames are survived.
 */
#include "check.h"
#include "hexed.h"

#include <stdlib.h>
#include <string.h>

#include "observe/pdu_finder.h"

#define MACS "0200000000bb 0200000000aa "
#define IPV4 "0800 45000021 00000000 40110000 0a000001 0a000002 "
#define IPV6 \
	"86dd 60000000 000d1140 20010db8000000000000000000000001 20010db8000000000000000000000002 "
#define UDP "d000 88b5 000d 0000 "

static void check_found(const char *frame, struct pdu_found expected, const char *octets)
{
	const struct hexed hexed = hexed_from(frame);
	struct pdu_found found = {.octets = {NULL, 0}};

	if (!CHECK(pdu_find(hexed_view(&hexed), &found)))
		return;
	CHECK_EQ(found.carrier, expected.carrier);
	CHECK_TEXT(found.from, expected.from);
	CHECK_TEXT(found.to, expected.to);
	CHECK_BYTES(found.octets.octets, found.octets.size, octets);
}

static void check_none(const char *frame)
{
	const struct hexed hexed = hexed_from(frame);
	struct pdu_found found;

	check_true(CHECK_HERE, !pdu_find(hexed_view(&hexed), &found), frame);
}

static void test_pdu_finder_sees_the_ethertype_under_tags(void)
{
	const struct pdu_found expected = {
		.carrier = PDU_CARRIER_ETHERNET,
		.from = "02:00:00:00:00:aa",
		.to = "02:00:00:00:00:bb",
	};

	check_found(MACS "88b5 1301", expected, "1301");
	check_found(MACS "8100 002a 88b5 1301", expected, "1301");
	check_found(MACS "88a8 0064 8100 602a 88b5 1301 0000", expected, "13010000");
	check_none(MACS "88b6 1301");
	check_none(MACS "8100 002a 88b6 1301");
	check_none(MACS "8100 002a");
	check_none("0200");
}

#define SECTAG "88e5 20 00 00000007 0200000000aa0001 "
#define ICV " 000102030405060708090a0b0c0d0e0f"

static void test_pdu_finder_sees_what_macsec_does_not_encrypt(void)
{
	const struct pdu_found expected = {
		.carrier = PDU_CARRIER_ETHERNET,
		.from = "02:00:00:00:00:aa",
		.to = "02:00:00:00:00:bb",
	};

	check_found(MACS SECTAG "88b5 1301" ICV, expected, "1301");
	check_found(MACS "88e5 00 00 00000007 88b5 1301" ICV, expected, "1301");
	check_found(MACS "88e5 00 04 00000007 88b5 1301" ICV "0000", expected, "1301");
	check_found(MACS "8100 002a" SECTAG "8100 0064 88b5 1301" ICV, expected, "1301");
	check_none(MACS "88e5 0c 00 00000007 88b5 1301" ICV);
	check_none(MACS "88e5 04 00 00000007 88b5 1301" ICV);
	check_none(MACS SECTAG "88e5 00 00 00000007 88b5 1301" ICV ICV);
	check_none(MACS SECTAG "88b5 1301");
	check_none(MACS "88e5 20 00 000000");
}

/* 34997 is 0x88b5, 53248 is 0xd000. The padding after the datagram is not handed out. */
static void test_pdu_finder_sees_the_udp_port(void)
{
	const struct pdu_found ipv4 = {
		.carrier = PDU_CARRIER_UDP,
		.from = "10.0.0.1:53248",
		.to = "10.0.0.2:34997",
	};
	const struct pdu_found ipv6 = {
		.carrier = PDU_CARRIER_UDP,
		.from = "[2001:db8::1]:53248",
		.to = "[2001:db8::2]:34997",
	};
	const struct pdu_found back = {
		.carrier = PDU_CARRIER_UDP,
		.from = "10.0.0.1:34997",
		.to = "10.0.0.2:53248",
	};

	check_found(MACS IPV4 UDP "1301020304 0000", ipv4, "1301020304");
	check_found(MACS "8100 002a" IPV4 UDP "1301020304", ipv4, "1301020304");
	check_found(MACS IPV6 UDP "1301020304", ipv6, "1301020304");
	check_found(MACS IPV4 "88b5 d000 000d 0000 1301020304", back, "1301020304");
	check_found(MACS IPV4 UDP "1301", ipv4, "1301"); /* captured in part */
}

static void test_pdu_finder_passes_over_the_rest(void)
{
	check_none(MACS IPV4 "d000 88b6 000d 0000 1301020304");
	check_none(MACS IPV4 "d000 88b5 0007 0000 1301020304"); /* length below 8 */
	check_none(MACS "0800 45000021 00002000 40110000 0a000001 0a000002" UDP); /* fragments */
	check_none(MACS "0800 45000021 00000001 40110000 0a000001 0a000002" UDP);
	check_none(MACS "0800 45000021 00000000 40060000 0a000001 0a000002" UDP); /* TCP */
	check_none(MACS "0800 44000021 00000000 40110000 0a000001 0a000002" UDP); /* 16 octets */
	check_none(MACS "0800 65000021 00000000 40110000 0a000001 0a000002" UDP);
}

/* Options move the UDP header. */
static void test_pdu_finder_passes_over_options(void)
{
	check_found(MACS "0800 46000025 00000000 40110000 0a000001 0a000002 01010101" UDP "13",
		(struct pdu_found){
			.carrier = PDU_CARRIER_UDP,
			.from = "10.0.0.1:53248",
			.to = "10.0.0.2:34997",
		},
		"13");
}

/* From memory of exactly that size, so that the sanitizer sees a step too far. */
static void check_cuts(const char *frame, size_t headers)
{
	const struct hexed hexed = hexed_from(frame);

	for (size_t size = 0; size < hexed.size; size++) {
		uint8_t *copy = malloc(size != 0 ? size : 1);
		struct pdu_found found;

		memcpy(copy, hexed.octets, size);
		CHECK_EQ(pdu_find((struct dimp_view){copy, size}, &found), size >= headers);
		free(copy);
	}
}

static void test_pdu_finder_survives_every_cut(void)
{
	check_cuts(MACS "8100 002a 88b5 1301", 18);
	check_cuts(MACS IPV4 UDP "1301020304", 14 + 20 + 8);
	check_cuts(MACS IPV6 UDP "1301020304", 14 + 40 + 8);
}

static const struct test_case tests[] = {
	TEST(test_pdu_finder_sees_the_ethertype_under_tags),
	TEST(test_pdu_finder_sees_what_macsec_does_not_encrypt),
	TEST(test_pdu_finder_sees_the_udp_port),
	TEST(test_pdu_finder_passes_over_the_rest),
	TEST(test_pdu_finder_passes_over_options),
	TEST(test_pdu_finder_survives_every_cut),
	TEST_END,
};

const struct test_suite suite_pdu_finder = {"pdu_finder", tests};
