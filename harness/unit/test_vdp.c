/* SPDX-License-Identifier: MIT */
/*
 * Proves that ECP and VDP of a real peer (lldpad at both ends, pcaps/real/vdp.pcapng) are read and
 * written again octet by octet, that all filter formats come out, and that no damage is read.
 */
#include "check.h"
#include "hexed.h"
#include "net/ecp.h"
#include "net/ethernet.h"
#include "net/vdp.h"
#include "observe/capture.h"

#include <stdio.h>
#include <string.h>

/* Frames of lldpad: two requests, the answer to the first, and the ACK of it. */
static const char group_frame[] =
	"0180c2000000 525400c73ece 8940 1001000a 0a10656467656d6772000000000000000000"
	"0625 00 000006 04 05 fa9b7fffb0a048938e0ebeef4ff18f96 04 0001 00000007525400c73ece0033";
static const char priority_frame[] =
	"0180c2000000 525400c73ece 8940 10010009 0a10656467656d6772000000000000000000"
	"0621 00 000006 04 05 fa9b7fffb0a048938e0ebeef4ff18f97 02 0001 525400c73eceb034";
static const char answer_frame[] =
	"0180c2000000 525400000001 8940 1001000a 0a10656467656d6772000000000000000000"
	"0625 40 000006 04 05 fa9b7fffb0a048938e0ebeef4ff18f96 04 0001 00000007525400c73ece0033";
static const char ack_frame[] = "0180c2000000 525400c73ece 8940 1401000a";

/* A manager id, and a VSI with two VIDs that begins at VSI_AT. */
static const char two_vids[] = "0a10 4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d"
			       "021d 10 000102 03 04 000102030405060708090a0b0c0d0e0f"
			       "01 0002 0005 0006";
enum { VSI_AT = 18, ID_FORMAT_AT = VSI_AT + 7, FORMAT_AT = VSI_AT + 24, COUNT_AT = FORMAT_AT + 2 };

static bool read_ecp(const char *text, struct hexed *octets, struct ecp_pdu *pdu)
{
	struct ethernet_frame frame;

	*octets = hexed_from(text);
	return ethernet_read(hexed_view(octets), &frame) && frame.type == ECP_ETHERTYPE &&
		ecp_read(frame.payload, pdu);
}

static void read_one(const char *text, struct vdp_tlv *tlv)
{
	struct hexed octets;
	struct ecp_pdu ecp;
	struct vdp_pdu pdu;

	REQUIRE(read_ecp(text, &octets, &ecp));
	CHECK_EQ(ecp.operation, ECP_REQUEST);
	CHECK_EQ(ecp.subtype, ECP_SUBTYPE_VDP);
	REQUIRE(vdp_read(ecp.payload, &pdu));
	REQUIRE(vdp_next(&pdu, tlv));
	struct vdp_tlv none;
	CHECK(!vdp_next(&pdu, &none));
}

static void test_vdp_reads_a_group_filter(void)
{
	struct vdp_tlv tlv;

	read_one(group_frame, &tlv);
	CHECK_EQ(tlv.kind, VDP_ASSOCIATE);
	CHECK_EQ(tlv.status, 0);
	CHECK_BYTES(tlv.vsi.octets, sizeof tlv.vsi.octets,
		"656467656d6772000000000000000000 000006 04 05"
		"fa9b7fffb0a048938e0ebeef4ff18f96");
	CHECK_EQ(tlv.format, VDP_FILTER_GROUP_MAC_VID);
	CHECK_EQ(tlv.filter_count, 1);
	CHECK_EQ(tlv.filters[0].group, 7);
	CHECK_BYTES(tlv.filters[0].mac.octets, 6, "525400c73ece");
	CHECK_EQ(tlv.filters[0].vlan, 51);
	CHECK(!tlv.filters[0].has_priority);
}

/* vdptool was told VLAN 45108, which is 0xb034. */
static void test_vdp_reads_a_priority(void)
{
	struct vdp_tlv tlv;

	read_one(priority_frame, &tlv);
	CHECK(tlv.filters[0].has_priority);
	CHECK_EQ(tlv.filters[0].priority, 3);
	CHECK_EQ(tlv.filters[0].vlan, 52);
}

static void test_vdp_reads_a_bridges_answer(void)
{
	struct vdp_tlv tlv;

	read_one(answer_frame, &tlv);
	CHECK_EQ(tlv.status, DIMP_VDP_ACK);
}

static void test_ecp_reads_an_ack(void)
{
	struct hexed octets;
	struct ecp_pdu pdu;

	REQUIRE(read_ecp(ack_frame, &octets, &pdu));
	CHECK_EQ(pdu.operation, ECP_ACK);
	CHECK_EQ(pdu.sequence, 10);
	CHECK_EQ(pdu.payload.size, 0);
}

static void test_ecp_refuses_other_versions_and_operations(void)
{
	static const char *const wrong[] = {"2001 0001", "1801 0001", "1c01 0001", "1001 00", ""};
	struct ecp_pdu pdu;

	for (size_t each = 0; each < sizeof wrong / sizeof wrong[0]; each++) {
		const struct hexed octets = hexed_from(wrong[each]);

		CHECK(!ecp_read(hexed_view(&octets), &pdu));
	}
}

/* ECP takes no more than a frame holds. */
static void test_ecp_refuses_what_is_too_long(void)
{
	static uint8_t octets[ECP_HEADER_SIZE + ECP_PAYLOAD_MAX + 1] = {0x10, 0x01};
	struct ecp_pdu pdu;

	CHECK(ecp_read((struct dimp_view){octets, sizeof octets - 1}, &pdu));
	CHECK(!ecp_read((struct dimp_view){octets, sizeof octets}, &pdu));
	pdu.payload = (struct dimp_view){octets, ECP_PAYLOAD_MAX + 1};
	CHECK_EQ(ecp_write(&pdu, octets, sizeof octets), 0);
}

static void check_vdp(struct dimp_view payload, unsigned *vsis)
{
	struct vdp_pdu pdu;
	struct vdp_tlv tlv;
	uint8_t again[VDP_PDU_MAX];

	REQUIRE(vdp_read(payload, &pdu));
	while (vdp_next(&pdu, &tlv)) {
		++*vsis;
		CHECK_EQ(vdp_write(&tlv, again, sizeof again), payload.size);
		CHECK(memcmp(again, payload.octets, payload.size) == 0);
	}
}

static void check_frame(struct dimp_view octets, unsigned *requests, unsigned *acks)
{
	struct ethernet_frame frame;
	struct ecp_pdu pdu;
	uint8_t again[ECP_HEADER_SIZE + ECP_PAYLOAD_MAX];

	if (!ethernet_read(octets, &frame) || frame.type != ECP_ETHERTYPE)
		return;
	REQUIRE(ecp_read(frame.payload, &pdu));
	CHECK_EQ(ecp_write(&pdu, again, sizeof again), frame.payload.size);
	CHECK(memcmp(again, frame.payload.octets, frame.payload.size) == 0);
	if (pdu.operation == ECP_ACK)
		++*acks;
	else
		check_vdp(pdu.payload, requests);
}

/* tshark counts 41 frames with ecp21's op 0 in the capture, and 41 with op 1. */
static void test_vdp_writes_what_lldpad_wrote(void)
{
	char error[256];
	unsigned requests = 0, acks = 0;
	struct capture_frame frame;
	struct capture *capture = capture_open("pcaps/real/vdp.pcapng", error, sizeof error);

	REQUIRE(capture != NULL);
	while (capture_next(capture, &frame))
		check_frame(frame.octets, &requests, &acks);
	capture_close(capture);
	CHECK_EQ(requests, 41);
	CHECK_EQ(acks, 41);
}

static void test_vdp_refuses_every_cut(void)
{
	const struct hexed octets = hexed_from(two_vids);
	struct vdp_pdu pdu;

	CHECK(vdp_read(hexed_view(&octets), &pdu));
	for (size_t size = 0; size < octets.size; size++)
		CHECK(!vdp_read((struct dimp_view){octets.octets, size}, &pdu));
}

static void check_spoiled(size_t at, uint8_t value)
{
	struct hexed octets = hexed_from(two_vids);
	struct vdp_pdu pdu;

	octets.octets[at] = value;
	CHECK(!vdp_read(hexed_view(&octets), &pdu));
}

static void test_vdp_refuses_wrong_lengths_and_formats(void)
{
	check_spoiled(0, 0x08); /* no manager id first */
	check_spoiled(1, 0x0f); /* a short one */
	check_spoiled(VSI_AT, 0x0a); /* a second manager id */
	check_spoiled(VSI_AT + 1, 0x1c); /* one octet short of its last entry */
	check_spoiled(ID_FORMAT_AT, 0);
	check_spoiled(ID_FORMAT_AT, VDP_ID_UUID + 1);
	check_spoiled(FORMAT_AT, 0);
	check_spoiled(FORMAT_AT, VDP_FILTER_GROUP_MAC_VID + 1);
	check_spoiled(FORMAT_AT, VDP_FILTER_MAC_VID); /* entries of 8 do not fill it */
	check_spoiled(COUNT_AT, 1);
	check_spoiled(COUNT_AT, 3);
}

/* The second VSI has a wrong number of entries: nothing of the PDU is taken. */
static void test_vdp_refuses_a_pdu_for_any_of_its_vsis(void)
{
	static const char second[] =
		"081b 00 000102 03 04 00000000000000000000000000000001 01 0002 0005";
	char text[512];
	struct vdp_pdu pdu;

	snprintf(text, sizeof text, "%s %s", two_vids, second);
	const struct hexed octets = hexed_from(text);
	CHECK(!vdp_read(hexed_view(&octets), &pdu));
}

static void test_vdp_reads_several_and_stops_at_the_end(void)
{
	static const char more[] =
		"fe04 00198700" /* of an organisation */
		"081b 20 000102 03 01 00000000000000000000ffff0a000001 01 0001 0007"
		"0000 ffff"; /* END, and padding */
	char text[512];
	struct vdp_pdu pdu;
	struct vdp_tlv tlv;

	snprintf(text, sizeof text, "%s %s", two_vids, more);
	const struct hexed octets = hexed_from(text);

	REQUIRE(vdp_read(hexed_view(&octets), &pdu));
	REQUIRE(vdp_next(&pdu, &tlv));
	CHECK_EQ(tlv.kind, VDP_PRE_ASSOCIATE);
	CHECK_EQ(tlv.status, VDP_MIGRATES_TO);
	CHECK_EQ(tlv.filters[1].vlan, 6);
	REQUIRE(vdp_next(&pdu, &tlv));
	CHECK_EQ(tlv.kind, VDP_DE_ASSOCIATE);
	CHECK_EQ(tlv.status, VDP_SUSPENDED);
	CHECK_EQ(tlv.filters[0].vlan, 7);
	CHECK_BYTES(tlv.vsi.octets, 16, "4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d4d");
	CHECK(!vdp_next(&pdu, &tlv));
}

/* 511 octets of TLV hold 243 VIDs (23 + 2 + 243 * 2), and not one more. */
static void test_vdp_writes_no_more_than_a_tlv_holds(void)
{
	uint8_t octets[VDP_PDU_MAX];
	struct vdp_tlv tlv = {.kind = VDP_ASSOCIATE,
		.format = VDP_FILTER_VID,
		.filter_count = VDP_FILTERS_MAX};

	CHECK_EQ(vdp_write(&tlv, octets, sizeof octets), VDP_PDU_MAX);
	tlv.format = VDP_FILTER_MAC_VID;
	CHECK_EQ(vdp_write(&tlv, octets, sizeof octets), 0);
}

static const struct test_case tests[] = {
	TEST(test_vdp_reads_a_group_filter),
	TEST(test_vdp_reads_a_priority),
	TEST(test_vdp_reads_a_bridges_answer),
	TEST(test_ecp_reads_an_ack),
	TEST(test_ecp_refuses_other_versions_and_operations),
	TEST(test_ecp_refuses_what_is_too_long),
	TEST(test_vdp_writes_what_lldpad_wrote),
	TEST(test_vdp_refuses_every_cut),
	TEST(test_vdp_refuses_wrong_lengths_and_formats),
	TEST(test_vdp_refuses_a_pdu_for_any_of_its_vsis),
	TEST(test_vdp_reads_several_and_stops_at_the_end),
	TEST(test_vdp_writes_no_more_than_a_tlv_holds),
	TEST_END,
};

const struct test_suite suite_vdp = {"vdp", tests};
