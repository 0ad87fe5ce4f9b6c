/* Proves that captures hold what their expression and bound let through, and nothing else. */
#include "check.h"

#include <string.h>

#include "observe/frame_filter.h"

#define ADDRESSES 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2

static const uint8_t dimp_frame[] = {ADDRESSES, 0x88, 0xb5, 0x11};
static const uint8_t arp_frame[] = {ADDRESSES, 0x08, 0x06, 0x00, 0x01};
static const uint8_t tagged_arp[] = {ADDRESSES, 0x81, 0x00, 0x00, 0x64, 0x08, 0x06, 0x00, 0x01};

#define PASS(filter, octets) \
	frame_filter_pass((filter), (struct dimp_view){(octets), sizeof(octets)})

static struct frame_filter *make(const char *expression, uint64_t frames_max)
{
	char error[256] = "";
	const struct frame_filter_rule rule = {expression, frames_max};
	struct frame_filter *filter = frame_filter_create(&rule, error, sizeof error);

	CHECK_TEXT(error, "");
	return filter;
}

static void test_frame_filter_passes_all_without_an_expression(void)
{
	struct frame_filter *filter = make(NULL, 0);

	REQUIRE(filter != NULL);
	CHECK(PASS(filter, dimp_frame));
	CHECK(PASS(filter, tagged_arp));
	frame_filter_destroy(filter);
}

static void test_frame_filter_looks_behind_tags_when_told(void)
{
	struct frame_filter *filter = make("ether proto 0x88b5 or (vlan and arp)", 0);

	REQUIRE(filter != NULL);
	CHECK(PASS(filter, dimp_frame));
	CHECK(!PASS(filter, arp_frame));
	CHECK(PASS(filter, tagged_arp));
	frame_filter_destroy(filter);
}

/* What does not pass the expression takes no place. */
static void test_frame_filter_ends_at_its_bound(void)
{
	struct frame_filter *filter = make("arp", 2);

	REQUIRE(filter != NULL);
	CHECK(PASS(filter, arp_frame));
	CHECK(!PASS(filter, dimp_frame));
	CHECK(PASS(filter, arp_frame));
	CHECK(!PASS(filter, arp_frame));
	frame_filter_destroy(filter);
}

static void test_frame_filter_says_what_is_no_expression(void)
{
	char error[256] = "";
	const struct frame_filter_rule rule = {"no such thing", 0};

	CHECK(frame_filter_create(&rule, error, sizeof error) == NULL);
	CHECK(strstr(error, "'no such thing' is no filter: ") == error);
	frame_filter_destroy(NULL);
}

static const struct test_case tests[] = {
	TEST(test_frame_filter_passes_all_without_an_expression),
	TEST(test_frame_filter_looks_behind_tags_when_told),
	TEST(test_frame_filter_ends_at_its_bound),
	TEST(test_frame_filter_says_what_is_no_expression),
	TEST_END,
};

const struct test_suite suite_frame_filter = {"frame_filter", tests};
