/* SPDX-License-Identifier: MIT */
/* Proves when an ACK is due, its octets for the example of DIMP 5.6-2, and that bad ones are
 * refused. */
#include "check.h"

#include "receipts.h"

static struct dimp_time at(uint64_t us)
{
	return (struct dimp_time){us};
}

/* Takes a number that elicits an ACK. */
static void receive(struct receipts *receipts, uint64_t number, uint64_t us)
{
	const bool is_next = receipts_is_next(receipts, number);

	receipts_add(receipts, number, at(us));
	receipts_owe(receipts, is_next, 1000, at(us));
}

static void test_ack_of_the_example_in_the_specification(void)
{
	static const uint64_t numbers[] = {0, 1, 2, 3, 4, 7, 9, 10};
	struct receipts receipts;
	uint8_t octets[100];

	receipts_init(&receipts);
	for (size_t each = 0; each < 8; each++)
		receipts_add(&receipts, numbers[each], at(each));
	/* type 0x30, length 40; largest 10; 5 us; first_length 1; two ranges of type 0x105. */
	const size_t size = receipts_write_ack(&receipts, octets, sizeof octets, at(12));
	CHECK_BYTES(octets, size,
		"0030 0028 000000000000000a 00000005 00000001"
		"0105 0008 00000000 00000000"
		"0105 0008 00000001 00000004");
	CHECK_EQ(receipts_write_ack(&receipts, octets, sizeof octets, at(12)), 0);
}

static void test_ack_names_the_highest_ranges_that_fit(void)
{
	struct receipts receipts;
	struct dimp_message message;
	struct ack_ranges numbers;
	uint8_t octets[20 + 12 + 11];

	receipts_init(&receipts);
	for (uint64_t each = 0; each < 5; each++)
		receipts_add(&receipts, each * 2, at(0));
	const size_t size = receipts_write_ack(&receipts, octets, sizeof octets, at(0));
	CHECK_EQ(size, 20 + 12);
	REQUIRE(dimp_message_read((struct dimp_view){octets, size}, &message) == DIMP_ERROR_NONE);
	CHECK(receipts_read_ack(&message, &numbers));
	CHECK_EQ(numbers.count, 2);
	CHECK(ack_ranges_contains(&numbers, 8) && ack_ranges_contains(&numbers, 6));
	CHECK(!ack_ranges_contains(&numbers, 7));
}

static void test_full_receipts_forget_the_lowest(void)
{
	struct receipts receipts;

	receipts_init(&receipts);
	for (uint64_t each = 1; each <= DIMP_ACK_RANGES_MAX + 1; each++)
		receipts_add(&receipts, each * 2, at(0));
	CHECK(!ack_ranges_contains(&receipts.numbers, 2));
	CHECK(ack_ranges_contains(&receipts.numbers, 4));
	/* One below all that are known has no place. */
	receipts_add(&receipts, 0, at(0));
	CHECK(!ack_ranges_contains(&receipts.numbers, 0));
	CHECK_EQ(receipts.numbers.count, DIMP_ACK_RANGES_MAX);
}

static void test_ack_is_due_after_the_delay_the_second_pdu_or_a_gap(void)
{
	struct receipts receipts;
	uint8_t octets[100];

	receipts_init(&receipts);
	receive(&receipts, 0, 50);
	CHECK_EQ(receipts.due.us, 1050);
	receive(&receipts, 1, 60);
	CHECK_EQ(receipts.due.us, 60);
	CHECK(receipts_write_ack(&receipts, octets, sizeof octets, at(60)) > 0);
	CHECK_EQ(receipts.due.us, DIMP_NEVER.us);
	receive(&receipts, 3, 70);
	CHECK_EQ(receipts.due.us, 70);
	CHECK(receipts_write_ack(&receipts, octets, sizeof octets, at(70)) > 0);
	receive(&receipts, 2, 80);
	CHECK_EQ(receipts.due.us, 80);
}

static void test_acknowledged_ack_is_not_told_again(void)
{
	struct receipts receipts;

	receipts_init(&receipts);
	receipts_add(&receipts, 0, at(0));
	receipts_add(&receipts, 5, at(0));
	receipts_forget(&receipts, 5);
	CHECK_EQ(receipts.numbers.count, 1);
	CHECK_EQ(receipts_largest(&receipts), 5);
	CHECK(receipts_is_next(&receipts, 6));
}

/* DIMP 5.6-2. */
static void test_ack_below_zero_is_refused(void)
{
	static const struct {
		uint64_t largest;
		uint32_t first_length, gap, length;
		bool is_good;
	} rows[] = {
		{10, 10, 0, 0, false},
		{10, 11, 0, 0, false},
		{10, 5, 3, 0, true},
		{10, 5, 4, 0, false},
		{10, 5, 1, 2, true},
		{10, 5, 1, 3, false},
		{10, 5, 0xffffffff, 0, false},
		{10, 5, 0, 0xffffffff, false},
	};

	for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++) {
		struct dimp_message message = {.kind = DIMP_MESSAGE_ACK, .row_count = 1};
		struct ack_ranges numbers;

		message.body.ack.largest = rows[each].largest;
		message.body.ack.first_length = rows[each].first_length;
		message.rows.range[0].gap = rows[each].gap;
		message.rows.range[0].length = rows[each].length;
		CHECK_EQ(receipts_read_ack(&message, &numbers), rows[each].is_good);
	}
}

static void test_nothing_received_is_never_acknowledged(void)
{
	struct receipts receipts;
	uint8_t octets[100];

	receipts_init(&receipts);
	receipts.has_news = true;
	CHECK_EQ(receipts_write_ack(&receipts, octets, sizeof octets, at(0)), 0);
	receipts_forget(&receipts, 5);
	CHECK_EQ(receipts.numbers.count, 0);
}

static void test_ack_waits_for_room(void)
{
	struct receipts receipts;
	uint8_t octets[20];

	receipts_init(&receipts);
	receive(&receipts, 0, 50);
	CHECK_EQ(receipts_write_ack(&receipts, octets, sizeof octets - 1, at(60)), 0);
	CHECK_EQ(receipts.due.us, 1050);
	CHECK_EQ(receipts_write_ack(&receipts, octets, sizeof octets, at(60)), 20);
}

/* DIMP 5.6-2: the delay is a u32 of microseconds, 71 minutes. */
static void test_ack_delay_ends_at_its_largest(void)
{
	struct receipts receipts;
	uint8_t octets[20];

	receipts_init(&receipts);
	receipts_add(&receipts, 3, at(5));
	const size_t size =
		receipts_write_ack(&receipts, octets, sizeof octets, at(5 + UINT64_C(0x100000000)));
	CHECK_BYTES(octets, size, "0030 0010 0000000000000003 ffffffff 00000000");
}

static void test_ack_of_more_ranges_than_are_kept_is_refused(void)
{
	struct dimp_message message = {.kind = DIMP_MESSAGE_ACK, .row_count = DIMP_ACK_RANGES_MAX};
	struct ack_ranges numbers;

	message.body.ack.largest = 1000000;
	CHECK(!receipts_read_ack(&message, &numbers));
	message.row_count--;
	CHECK(receipts_read_ack(&message, &numbers));
}

static const struct test_case tests[] = {
	TEST(test_ack_of_the_example_in_the_specification),
	TEST(test_ack_names_the_highest_ranges_that_fit),
	TEST(test_full_receipts_forget_the_lowest),
	TEST(test_ack_is_due_after_the_delay_the_second_pdu_or_a_gap),
	TEST(test_acknowledged_ack_is_not_told_again),
	TEST(test_ack_below_zero_is_refused),
	TEST(test_nothing_received_is_never_acknowledged),
	TEST(test_ack_waits_for_room),
	TEST(test_ack_delay_ends_at_its_largest),
	TEST(test_ack_of_more_ranges_than_are_kept_is_refused),
	TEST_END,
};

const struct test_suite suite_receipts = {"receipts", tests};
