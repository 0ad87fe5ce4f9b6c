/* SPDX-License-Identifier: MIT */
/* Proves how many ARP frames a port may send in a second, when the second is over, and that nothing
 * else is counted.  The frame is Scapy's. */
#include "bridge/arp_limit.h"

#include "check.h"
#include "hexed.h"

enum { MOST = 15 };

static const uint64_t second = 1000000;
/* Who has 10.0.42.20?  52:54:00:00:00:01, which has it. */
static const char gratuitous[] = "ffffffffffff525400000001 0806 0001080006040001"
				 "525400000001 0a002a14 000000000000 0a002a14";
static const char local_experiment[] = "ffffffffffff525400000001 88b5 0001080006040001";

/* How many of |frames| at |now| pass. */
static unsigned count(struct arp_tally *tally, const char *text, unsigned frames, uint64_t now_us)
{
	const struct hexed octets = hexed_from(text);
	struct edge_frame frame;
	unsigned passed = 0;

	REQUIRE(edge_frame_read((struct dimp_view){octets.octets, octets.size}, &frame));
	for (unsigned each = 0; each < frames; each++)
		passed += arp_limit_passes(tally, MOST, &frame, (struct dimp_time){now_us});
	return passed;
}

static void test_arp_limit_passes_so_many_a_second(void)
{
	struct arp_tally tally = {.frames = 0};

	/* The second begins with the first frame, not with the clock. */
	CHECK_EQ(count(&tally, gratuitous, 10, 5 * second / 2), 10);
	CHECK_EQ(count(&tally, gratuitous, 10, 3 * second), 5);
	CHECK_EQ(count(&tally, gratuitous, 10, 7 * second / 2 - 1), 0);
	CHECK_EQ(count(&tally, gratuitous, 20, 7 * second / 2), 15);
}

static void test_arp_limit_counts_nothing_else(void)
{
	struct arp_tally tally = {.frames = 0};

	CHECK_EQ(count(&tally, gratuitous, 15, 0), 15);
	CHECK_EQ(count(&tally, local_experiment, 20, 0), 20);
	CHECK_EQ(count(&tally, gratuitous, 1, second), 1);
	CHECK_EQ(count(&tally, local_experiment, 20, second), 20);
	CHECK_EQ(count(&tally, gratuitous, 20, second), 14);
}

static void test_arp_limit_of_none_is_none(void)
{
	const struct edge_frame frame = {.ethertype = EDGE_ETHERTYPE_ARP};
	struct arp_tally tally = {.frames = 0};

	for (unsigned each = 0; each < 100; each++)
		CHECK(arp_limit_passes(&tally, 0, &frame, (struct dimp_time){0}));
}

static const struct test_case tests[] = {
	TEST(test_arp_limit_passes_so_many_a_second),
	TEST(test_arp_limit_counts_nothing_else),
	TEST(test_arp_limit_of_none_is_none),
	TEST_END,
};

const struct test_suite suite_arp_limit = {"arp_limit", tests};
