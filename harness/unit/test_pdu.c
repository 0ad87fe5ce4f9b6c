/* Proves the header of a PDU against octets written by hand. */
#include "check.h"

#include "pdu.h"

static const uint8_t octets[] = {0x13, 0x00, 0x00, 0x11, 0xa1, 0xa2, 0xa3, 0xa4, 0, 0, 0, 1, 0, 0,
	0, 2, 0xff, 0xee};

static enum dimp_error read_with(size_t at, uint8_t octet)
{
	uint8_t changed[sizeof octets];
	struct dimp_pdu_header header;

	for (size_t index = 0; index < sizeof octets; index++)
		changed[index] = octets[index];
	changed[at] = octet;
	return dimp_pdu_header_read(wire_view(changed, sizeof changed), &header);
}

static void test_pdu_header_reads_and_writes(void)
{
	struct dimp_pdu_header header;
	uint8_t written[DIMP_PDU_HEADER_SIZE];
	struct wire_writer writer = wire_writer_of(written, sizeof written);

	CHECK_EQ(dimp_pdu_header_read(wire_view(octets, sizeof octets), &header), DIMP_ERROR_NONE);
	CHECK_EQ(header.version, 1);
	CHECK_EQ(header.kind, DIMP_PDU_PROTECTED);
	CHECK_EQ(header.size, 17);
	CHECK_EQ(header.receiver_index, 0xa1a2a3a4);
	CHECK_EQ(header.packet_number, 0x0000000100000002);
	pdu_header_write(&header, &writer);
	CHECK_BYTES(written, writer.size, "13000011 a1a2a3a4 0000000100000002");
}

/* DIMP 4.1-2, 4.1-3, 4.1-4. */
static void test_pdu_header_wrong_ones_name_their_error(void)
{
	CHECK_EQ(read_with(0, 0x23), DIMP_ERROR_UNSUPPORTED_VERSION);
	CHECK_EQ(read_with(0, 0x10), DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(read_with(0, 0x14), DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(read_with(1, 0x01), DIMP_ERROR_RESERVED_SET);
	CHECK_EQ(read_with(3, 15), DIMP_ERROR_BAD_LENGTH);
	CHECK_EQ(read_with(3, 19), DIMP_ERROR_TRUNCATED);
}

/* REPLY's header is under no seal: what it may say is only this (DIMP 4.1-6). */
static void test_pdu_header_of_a_handshake_has_no_number(void)
{
	uint8_t reply[DIMP_PDU_HEADER_SIZE] = {0x12, 0, 0, 16, 0, 0, 0, 1};
	uint8_t initiation[DIMP_PDU_HEADER_SIZE] = {0x11, 0, 0, 16};
	struct dimp_pdu_header header;

	CHECK_EQ(dimp_pdu_header_read(wire_view(reply, sizeof reply), &header), DIMP_ERROR_NONE);
	reply[15] = 1;
	CHECK_EQ(dimp_pdu_header_read(wire_view(reply, sizeof reply), &header),
		DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(dimp_pdu_header_read(wire_view(initiation, sizeof initiation), &header),
		DIMP_ERROR_NONE);
	initiation[7] = 1;
	CHECK_EQ(dimp_pdu_header_read(wire_view(initiation, sizeof initiation), &header),
		DIMP_ERROR_BAD_VALUE);
}

static void test_pdu_header_cut_is_truncated(void)
{
	struct dimp_pdu_header header;

	for (size_t size = 0; size < 17; size++)
		CHECK_EQ(dimp_pdu_header_read(wire_view(octets, size), &header),
			DIMP_ERROR_TRUNCATED);
}

static const struct test_case tests[] = {
	TEST(test_pdu_header_reads_and_writes),
	TEST(test_pdu_header_wrong_ones_name_their_error),
	TEST(test_pdu_header_of_a_handshake_has_no_number),
	TEST(test_pdu_header_cut_is_truncated),
	TEST_END,
};

const struct test_suite suite_pdu = {"pdu", tests};
