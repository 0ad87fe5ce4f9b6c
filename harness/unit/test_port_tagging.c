/* Proves which frames of a port get a tag on their way in, and lose one on their way out. */
#include "check.h"

#include "hexed.h"
#include "live/port_tagging.h"

static const struct dimp_mac bridge = {{2, 0, 0, 0, 0, 0x0a}};

#define HOST "020000000001"
#define OTHER "020000000002"

static void check_inward(const struct port_tagging *tagging, const char *frame, const char *wanted)
{
	const struct hexed octets = hexed_from(frame);
	uint8_t space[HEXED_SIZE_MAX];
	const struct dimp_view inside = port_tagging_inward(tagging, hexed_view(&octets), space);

	CHECK_BYTES(inside.octets, inside.size, wanted);
}

static void check_outward(const struct port_tagging *tagging, const char *frame, const char *wanted)
{
	const struct hexed octets = hexed_from(frame);
	uint8_t space[HEXED_SIZE_MAX];
	const struct dimp_view outside = port_tagging_outward(tagging, hexed_view(&octets), space);

	CHECK_BYTES(outside.octets, outside.size, wanted);
}

static void test_port_tagging_puts_frames_of_its_vlan_into_it(void)
{
	const struct port_tagging tagging = {.vlan = 42, .bridge = bridge};

	check_inward(&tagging, HOST OTHER "0806 aabb", HOST OTHER "8100 002a 0806 aabb");
	check_inward(&tagging, HOST OTHER "8100 0007 0806 aabb", HOST OTHER "8100 0007 0806 aabb");
	check_outward(&tagging, HOST OTHER "8100 002a 0806 aabb", HOST OTHER "0806 aabb");
	check_outward(&tagging, HOST OTHER "8100 a02a 0806 aabb", HOST OTHER "0806 aabb");
	check_outward(&tagging, HOST OTHER "8100 0007 0806 aabb", HOST OTHER "8100 0007 0806 aabb");
	check_outward(&tagging, HOST OTHER "0806 aabb", HOST OTHER "0806 aabb");
}

static void test_port_tagging_leaves_what_is_of_no_vlan(void)
{
	const struct port_tagging tagging = {.vlan = 42, .bridge = bridge};

	check_inward(&tagging, HOST OTHER "88b5 aabb", HOST OTHER "88b5 aabb");
	check_inward(&tagging, "02000000000a" OTHER "0800 aabb", "02000000000a" OTHER "0800 aabb");
	check_inward(&tagging, "0180c2000003" OTHER "888e aabb", "0180c2000003" OTHER "888e aabb");
}

/* IEEE 802.1Q 6.9: VLAN 0 is no VLAN, and the frame the port's. */
static void test_port_tagging_takes_a_tag_of_priority_alone(void)
{
	const struct port_tagging tagging = {.vlan = 0x12a, .bridge = bridge};
	const struct port_tagging vms = {.vlan = 42, .bridge = bridge, .is_to_vms = true};
	const struct port_tagging tagged = {.bridge = bridge};

	check_inward(&tagging, HOST OTHER "8100 a000 0806 aabb", HOST OTHER "8100 a12a 0806 aabb");
	check_inward(&tagging, "0180c2000003" OTHER "8100 a000 888e aabb",
		"0180c2000003" OTHER "888e aabb");
	check_inward(&vms, HOST OTHER "8100 a000 0806 aabb", HOST OTHER "8100 a02a 0806 aabb");
	check_inward(&tagged, HOST OTHER "8100 a000 0806 aabb", HOST OTHER "0806 aabb");
}

static void test_port_tagging_leaves_frames_of_vms(void)
{
	const struct port_tagging tagging = {.vlan = 42, .bridge = bridge, .is_to_vms = true};

	check_inward(&tagging, HOST OTHER "0806 aabb", HOST OTHER "0806 aabb");
	check_outward(&tagging, HOST OTHER "8100 002a 0806 aabb", HOST OTHER "0806 aabb");
}

static void test_port_tagging_does_nothing_without_a_vlan_or_a_header(void)
{
	const struct port_tagging none = {.vlan = 0, .bridge = bridge};
	const struct port_tagging tagging = {.vlan = 42, .bridge = bridge};

	check_inward(&none, HOST OTHER "0806 aabb", HOST OTHER "0806 aabb");
	check_outward(&none, HOST OTHER "8100 0000 0806 aabb", HOST OTHER "8100 0000 0806 aabb");
	check_inward(&tagging, HOST OTHER, HOST OTHER);
	check_outward(&tagging, HOST OTHER "8100", HOST OTHER "8100");
}

static const struct test_case tests[] = {
	TEST(test_port_tagging_puts_frames_of_its_vlan_into_it),
	TEST(test_port_tagging_leaves_what_is_of_no_vlan),
	TEST(test_port_tagging_takes_a_tag_of_priority_alone),
	TEST(test_port_tagging_leaves_frames_of_vms),
	TEST(test_port_tagging_does_nothing_without_a_vlan_or_a_header),
	TEST_END,
};

const struct test_suite suite_port_tagging = {"port_tagging", tests};
