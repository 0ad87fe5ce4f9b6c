/* SPDX-License-Identifier: MIT */
/* Proves that PDUs go in frames of their own EtherType and in UDP, and come out as they went in. */
#include "bridge/pdu_carrier.h"

#include "check.h"

static const struct dimp_mac here = {{2, 0, 0, 1, 7, 8}}, there = {{2, 0, 0, 2, 9, 10}};
static const uint8_t octets[] = {0x13, 0, 0, 0x10, 1, 2, 3};

static struct edge_frame carry(enum pdu_carrier carrier, uint8_t *frame)
{
	const struct pdu_way way = {carrier, here, there};
	const size_t size =
		pdu_carrier_write(&way, (struct dimp_view){octets, sizeof octets}, frame);
	struct edge_frame read;

	REQUIRE(edge_frame_read((struct dimp_view){frame, size}, &read));
	return read;
}

static void test_pdu_carrier_uses_frames_of_its_own(void)
{
	uint8_t frame[PDU_CARRIER_OVERHEAD + 60];
	struct dimp_view pdu;
	const struct edge_frame read = carry(PDU_CARRIED_BY_ETHERNET, frame);

	CHECK_EQ(read.octets.size, 60);
	CHECK_BYTES(frame, 21, "0200 0002 090a 0200 0001 0708 88b5 13 0000 10 010203");
	REQUIRE(pdu_carrier_read(&read, &pdu));
	CHECK_BYTES(pdu.octets, 7, "13 0000 10 010203");
}

/* 198.19.7.8 to 198.18.9.10, both ports 34997, 15 octets of UDP. */
static void test_pdu_carrier_uses_udp(void)
{
	uint8_t frame[PDU_CARRIER_OVERHEAD + 60];
	struct dimp_view pdu;
	const struct edge_frame read = carry(PDU_CARRIED_BY_UDP, frame);

	CHECK_EQ(read.octets.size, 60);
	CHECK_BYTES(frame + 12, 2, "0800");
	CHECK_EQ(frame[23], 17);
	CHECK_BYTES(frame + 26, 8, "c613 0708 c612 090a");
	CHECK_BYTES(frame + 34, 6, "88b5 88b5 000f");
	REQUIRE(pdu_carrier_read(&read, &pdu));
	CHECK_EQ(pdu.size, 7);
	CHECK_BYTES(pdu.octets, 7, "13 0000 10 010203");
}

/* 2001:2::ff:fe01:708 to 2001:2::ff:fe02:90a; the octets are Scapy's. */
static void test_pdu_carrier_uses_udp_over_ipv6(void)
{
	uint8_t frame[PDU_CARRIER_OVERHEAD + 60];
	struct dimp_view pdu;
	const struct edge_frame read = carry(PDU_CARRIED_BY_UDP6, frame);

	CHECK_EQ(read.octets.size, 14 + 40 + 8 + 7);
	CHECK_BYTES(frame + 12, 10, "86dd 60000000 000f 11 40");
	CHECK_BYTES(frame + 22, 16, "2001000200000000 000000fffe010708");
	CHECK_BYTES(frame + 38, 16, "2001000200000000 000000fffe02090a");
	CHECK_BYTES(frame + 54, 8, "88b5 88b5 000f 8938");
	REQUIRE(pdu_carrier_read(&read, &pdu));
	CHECK_EQ(pdu.size, 7);
	CHECK_BYTES(pdu.octets, 7, "13 0000 10 010203");
	/* Over IPv6 a datagram without a checksum is none. */
	frame[60] = frame[61] = 0;
	CHECK(!pdu_carrier_read(&read, &pdu));
}

static void test_pdu_carrier_takes_nothing_else(void)
{
	uint8_t frame[PDU_CARRIER_OVERHEAD + 60], tagged[PDU_CARRIER_OVERHEAD + 64 + 60];
	struct edge_frame read = carry(PDU_CARRIED_BY_UDP, frame), in_vlan;
	struct dimp_view pdu;

	const size_t size = edge_frame_retag(&read, 42, tagged);
	REQUIRE(edge_frame_read((struct dimp_view){tagged, size}, &in_vlan));
	CHECK(!pdu_carrier_read(&in_vlan, &pdu));
	frame[42] ^= 1;
	CHECK(!pdu_carrier_read(&read, &pdu));
	frame[42] ^= 1;
	frame[37] ^= 1;
	REQUIRE(edge_frame_read((struct dimp_view){frame, 60}, &read));
	CHECK(!pdu_carrier_read(&read, &pdu));
}

static const struct test_case tests[] = {
	TEST(test_pdu_carrier_uses_frames_of_its_own),
	TEST(test_pdu_carrier_uses_udp),
	TEST(test_pdu_carrier_uses_udp_over_ipv6),
	TEST(test_pdu_carrier_takes_nothing_else),
	TEST_END,
};

const struct test_suite suite_pdu_carrier = {"pdu_carrier", tests};
