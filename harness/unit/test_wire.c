/* Proves that cursors are big-endian, keep to their bounds, and stay failed; and the TLV walker's.
 */
#include "check.h"

#include "tlv.h"
#include "wipe.h"
#include "wire.h"

static const uint8_t octets[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void test_wire_reads_big_endian(void)
{
	struct wire_reader reader = wire_reader_of(wire_view(octets, sizeof octets));

	CHECK_EQ(wire_read_u8(&reader), 0x01);
	CHECK_EQ(wire_read_u16(&reader), 0x0203);
	CHECK_EQ(wire_read_u32(&reader), 0x04050607);
	CHECK_EQ(wire_read_u64(&reader), 0x08090a0b0c0d0e0f);
	CHECK(!reader.has_failed);
	CHECK_EQ(reader.rest.size, 0);
}

static void test_wire_reader_stays_failed(void)
{
	struct wire_reader reader = wire_reader_of(wire_view(octets, 3));
	uint8_t copy[2] = {9, 9};

	CHECK_EQ(wire_read_u32(&reader), 0);
	CHECK(reader.has_failed);
	CHECK_EQ(wire_read_u8(&reader), 0);
	CHECK_EQ(wire_read_view(&reader, 1).size, 0);
	wire_read_octets(&reader, copy, sizeof copy);
	CHECK_BYTES(copy, sizeof copy, "0000");
}

static void test_wire_writes_big_endian(void)
{
	uint8_t out[16];
	struct wire_writer writer = wire_writer_of(out, sizeof out);

	wire_write_u8(&writer, 0x01);
	wire_write_u16(&writer, 0x0203);
	wire_write_u32(&writer, 0x04050607);
	wire_write_u64(&writer, 0x08090a0b0c0d0e0f);
	wire_write_zeros(&writer, 1);
	wire_patch_u16(&writer, 1, 0xaabb);
	CHECK(!writer.has_failed);
	CHECK_BYTES(out, writer.size, "01aabb04050607 08090a0b0c0d0e0f 00");
}

static void test_wire_writer_stays_failed(void)
{
	uint8_t out[3] = {0};
	struct wire_writer writer = wire_writer_of(out, sizeof out);

	wire_write_u16(&writer, 0x0102);
	wire_write_u16(&writer, 0x0304);
	CHECK(writer.has_failed);
	wire_write_u8(&writer, 5);
	wire_write_zeros(&writer, 1);
	wire_patch_u16(&writer, 0, 0);
	CHECK_BYTES(out, sizeof out, "010200");
}

static void test_wire_tlv_advances_by_the_declared_length(void)
{
	static const uint8_t two[] = {0x81, 0x02, 0, 1, 0xaa, 0, 7, 0, 0};
	struct dimp_view rest = wire_view(two, sizeof two), item;
	struct tlv tlv;

	CHECK(tlv_next(&rest, &tlv));
	CHECK_EQ(tlv.type, 0x8102);
	CHECK(tlv_is_skippable(tlv.type));
	CHECK_BYTES(tlv.value.octets, tlv.value.size, "aa");
	CHECK(dimp_tlv_next(&rest, &item));
	CHECK_BYTES(item.octets, item.size, "00070000");
	CHECK(!tlv_next(&rest, &tlv));
	CHECK_EQ(rest.size, 0);
}

static void test_wire_tlv_that_does_not_fit_moves_nothing(void)
{
	static const uint8_t cut[] = {0, 7, 0, 2, 0xaa};
	struct dimp_view rest = wire_view(cut, sizeof cut), item;
	struct tlv tlv;

	CHECK(!tlv_next(&rest, &tlv));
	CHECK(!dimp_tlv_next(&rest, &item));
	CHECK_EQ(rest.size, sizeof cut);
}

static void test_wire_tlv_of_too_many_octets_fails_its_writer(void)
{
	static uint8_t out[70000];
	struct wire_writer writer = wire_writer_of(out, sizeof out);
	const size_t begin = tlv_begin(&writer, 1);

	wire_write_zeros(&writer, 65536);
	tlv_end(&writer, begin);
	CHECK(writer.has_failed);
}

/* DIMP 12-2. */
static void test_wipe_leaves_zeros(void)
{
	uint8_t secret[5] = {1, 2, 3, 4, 5};

	wipe(secret + 1, 3);
	CHECK_BYTES(secret, sizeof secret, "0100000005");
}

static void test_wire_reads_and_writes_nothing(void)
{
	uint8_t plain[2] = {1, 2};
	struct wire_reader reader = wire_reader_of(wire_view(plain, 0));
	struct wire_writer writer = wire_writer_of(plain, sizeof plain);

	wire_read_octets(&reader, plain, 0);
	CHECK(!reader.has_failed);
	wire_write_zeros(&writer, 0);
	CHECK(!writer.has_failed);
	CHECK_EQ(writer.size, 0);
	CHECK_BYTES(plain, sizeof plain, "0102");
}

static const struct test_case tests[] = {
	TEST(test_wire_reads_big_endian),
	TEST(test_wire_reader_stays_failed),
	TEST(test_wire_writes_big_endian),
	TEST(test_wire_writer_stays_failed),
	TEST(test_wire_tlv_advances_by_the_declared_length),
	TEST(test_wire_tlv_that_does_not_fit_moves_nothing),
	TEST(test_wire_tlv_of_too_many_octets_fails_its_writer),
	TEST(test_wipe_leaves_zeros),
	TEST(test_wire_reads_and_writes_nothing),
	TEST_END,
};

const struct test_suite suite_wire = {"wire", tests};
