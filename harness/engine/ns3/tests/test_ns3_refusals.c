/* SPDX-License-Identifier: MIT */
/*
 * Proves that what is wrong is refused and ends nothing: values of attributes that ns-3 would end
 * the program for, every call without a simulator, or with handles of one that is gone.
 */
#include "unit/check.h"

#include <string.h>

#include "engine/ns3/ns3_bindings.h"

/* A thing of each kind that has attributes. */
struct things {
	ns3_node node;
	ns3_channel csma_channel, simple_channel;
	ns3_device csma, simple, cable[2], bridge;
	ns3_queue queue;
	ns3_error_model rate, burst;
	ns3_random uniform;
};

static struct things things;

static void make_things(void)
{
	CHECK_EQ(ns3_open(NULL), NS3_OK);
	CHECK_EQ(ns3_node_add(&things.node), NS3_OK);
	CHECK_EQ(ns3_csma_channel_add(1000000, 10, &things.csma_channel), NS3_OK);
	CHECK_EQ(ns3_simple_channel_add(10, &things.simple_channel), NS3_OK);
	CHECK_EQ(ns3_csma_device_add(things.node, things.csma_channel, &things.csma), NS3_OK);
	CHECK_EQ(ns3_simple_device_add(things.node, things.simple_channel, 0, &things.simple),
		NS3_OK);
	const struct ns3_cable cable = {{things.node, things.node}, 1000, 10};

	CHECK_EQ(ns3_point_to_point_add(&cable, things.cable), NS3_OK);
	CHECK_EQ(ns3_bridge_add(things.node, &things.bridge), NS3_OK);
	CHECK_EQ(ns3_queue_add("10p", &things.queue), NS3_OK);
	CHECK_EQ(ns3_error_model_add("ns3::RateErrorModel", &things.rate), NS3_OK);
	CHECK_EQ(ns3_error_model_add("ns3::BurstErrorModel", &things.burst), NS3_OK);
	CHECK_EQ(ns3_random_add("ns3::UniformRandomVariable", &things.uniform), NS3_OK);
}

static void check_set(ns3_handle thing, const char *name, const char *values[])
{
	char text[64] = "";

	for (size_t each = 0; values[each]; each++)
		CHECK_EQ(ns3_set(thing, name, values[each]), NS3_OK);
	CHECK_EQ(ns3_get(thing, name, text, sizeof text), NS3_OK);
	CHECK(text[0] != '\0');
}

static void check_refused(ns3_handle thing, const char *name, const char *values[])
{
	for (size_t each = 0; values[each]; each++) {
		CHECK_EQ(ns3_set(thing, name, values[each]), NS3_VALUE);
		CHECK(strstr(ns3_complaint(), name) != NULL);
	}
}

static void test_ns3_values_are_set_and_told(void)
{
	char text[64];

	make_things();
	check_set(things.csma_channel, "Delay",
		(const char *[]){"0s", "1.5ms", "50us", "7ns", NULL});
	check_set(things.csma_channel, "DataRate",
		(const char *[]){"1bps", "100Mb/s", "10Gbps", NULL});
	check_set(things.simple, "DataRate", (const char *[]){"0bps", "1000000000bps", NULL});
	check_set(things.csma, "Mtu", (const char *[]){"0", "1500", "65535", NULL});
	check_set(things.csma, "Address", (const char *[]){"02:00:00:00:0a:FF", NULL});
	check_set(things.csma, "SendEnable", (const char *[]){"false", "true", NULL});
	check_set(things.bridge, "ExpirationTime", (const char *[]){"300s", "1h", NULL});
	check_set(things.queue, "MaxSize", (const char *[]){"1p", "100kp", "64KiB", NULL});
	check_set(things.rate, "ErrorRate", (const char *[]){"0", "1e-3", "0.25", NULL});
	check_set(things.rate, "ErrorUnit", (const char *[]){"ERROR_UNIT_BIT", NULL});
	check_set(things.uniform, "Max", (const char *[]){"-1.5", "10", NULL});
	CHECK_EQ(ns3_get(things.csma_channel, "Delay", text, sizeof text), NS3_OK);
	CHECK_TEXT(text, "+7000ps");
	CHECK_EQ(ns3_get(things.csma_channel, "DataRate", text, sizeof text), NS3_OK);
	CHECK_TEXT(text, "10000000000bps");
	CHECK_EQ(ns3_get(things.queue, "MaxSize", text, sizeof text), NS3_OK);
	CHECK_TEXT(text, "65536B");
	CHECK_EQ(ns3_get(things.queue, "MaxSize", text, 6), NS3_ARGUMENT);
	CHECK_EQ(ns3_get(things.queue, "MaxSize", text, 7), NS3_OK);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_values_that_are_none_are_refused(void)
{
	make_things();
	check_refused(things.csma_channel, "Delay",
		(const char *[]){"", "ns", "5 ns", "-5ns", "5parsecs", "1e400s", "nan", "1.2.3s",
			"10000000000001ns", "99999999999999999999999y", NULL});
	check_refused(things.csma_channel, "DataRate",
		(const char *[]){"", "0bps", "fast", "-1bps", "10Gbpss", "1e3bps", "10000Pbps",
			"99999999999Gbps", NULL});
	check_refused(things.simple, "DataRate", (const char *[]){"x", "", "-1bps", NULL});
	check_refused(things.cable[0], "DataRate", (const char *[]){"0bps", NULL});
	check_refused(things.csma, "Mtu",
		(const char *[]){"-1", "65536", "1500x", "", " 1", "99999999999999999999", NULL});
	check_refused(things.csma, "Address",
		(const char *[]){"", "02:00:00:00:00", "02:00:00:00:00:0g", "01:00:00:00:00:00",
			"02:00:00:00:00:00:00", "02-00-00-00-00-00", NULL});
	check_refused(things.csma, "SendEnable", (const char *[]){"yes", "", "TRUE", NULL});
	check_refused(things.csma, "TxQueue", (const char *[]){"ns3::Nothing", "", NULL});
	check_refused(things.csma, "ReceiveErrorModel", (const char *[]){"ns3::Node", NULL});
	check_refused(things.queue, "MaxSize",
		(const char *[]){"", "0p", "10", "-3p", "10packets", "5000000000p", NULL});
	check_refused(things.rate, "ErrorUnit",
		(const char *[]){"", "BIT", "ERROR_UNIT_BIT|ERROR_UNIT_BYTE", NULL});
	check_refused(things.rate, "ErrorRate",
		(const char *[]){"", "nan", "inf", "0x1", "1e999", "0.1.2", "e", NULL});
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_names_that_are_none_are_refused(void)
{
	char text[8];

	make_things();
	CHECK_EQ(ns3_set(things.csma, "Colour", "red"), NS3_NAME);
	CHECK_EQ(ns3_set(things.csma, "EncapsulationMode", "Llc"), NS3_NAME);
	CHECK_EQ(ns3_set(things.csma, NULL, "red"), NS3_ARGUMENT);
	CHECK_EQ(ns3_set(things.csma, "Mtu", NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_get(things.csma, "Colour", text, sizeof text), NS3_NAME);
	CHECK_EQ(ns3_get(things.csma, "TxQueue", text, sizeof text), NS3_STATE);
	CHECK_EQ(ns3_get(things.csma, "Mtu", NULL, 8), NS3_ARGUMENT);
	CHECK_EQ(ns3_set_default("ns3::Nothing", "Mtu", "9000"), NS3_NAME);
	CHECK_EQ(ns3_set_default(NULL, "Mtu", "9000"), NS3_ARGUMENT);
	CHECK_EQ(ns3_set_default("ns3::CsmaNetDevice", "Colour", "red"), NS3_NAME);
	CHECK_EQ(ns3_set_default("ns3::CsmaNetDevice", "Mtu", "much"), NS3_VALUE);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static uint16_t mtu_of_new(void)
{
	uint16_t mtu = 0;

	make_things();
	CHECK_EQ(ns3_device_mtu(things.csma, &mtu), NS3_OK);
	return mtu;
}

static void test_ns3_defaults_last_until_the_close(void)
{
	ns3_device device = 0;
	uint16_t mtu = 0;

	CHECK_EQ(mtu_of_new(), 1500);
	CHECK_EQ(ns3_set_default("ns3::CsmaNetDevice", "Mtu", "9000"), NS3_OK);
	CHECK_EQ(ns3_csma_device_add(things.node, things.csma_channel, &device), NS3_OK);
	CHECK_EQ(ns3_device_mtu(device, &mtu), NS3_OK);
	CHECK_EQ(mtu, 9000);
	CHECK_EQ(ns3_close(), NS3_OK);
	CHECK_EQ(mtu_of_new(), 1500);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void act(void *context)
{
	(void)context;
}

/* A world that may be open or not, or another than the handles are of. */
static void check_all_refuse(enum ns3_result expected)
{
	uint8_t octets[64] = {0};
	struct ns3_queue_state state;
	struct ns3_counts counts;
	uint16_t mtu;
	double value;
	ns3_handle handle;

	CHECK_EQ(ns3_csma_device_add(things.node, things.csma_channel, &handle), expected);
	CHECK_EQ(ns3_simple_device_add(things.node, things.simple_channel, 0, &handle), expected);
	CHECK_EQ(ns3_bridge_add(things.node, &handle), expected);
	CHECK_EQ(ns3_bridge_port_add(things.bridge, things.csma), expected);
	CHECK_EQ(ns3_device_set_overhead(things.simple, 0, 0), expected);
	CHECK_EQ(ns3_device_address(things.csma, octets), expected);
	CHECK_EQ(ns3_device_set_address(things.csma, octets), expected);
	CHECK_EQ(ns3_device_mtu(things.csma, &mtu), expected);
	CHECK_EQ(ns3_device_set_mtu(things.csma, 1000), expected);
	CHECK_EQ(ns3_send(things.csma, octets, sizeof octets), expected);
	CHECK_EQ(ns3_receive(things.csma, NULL, NULL), expected);
	CHECK_EQ(ns3_device_counts(things.csma, &counts), expected);
	CHECK_EQ(ns3_capture_add(things.csma, "/dev/null", &handle), expected);
	CHECK_EQ(ns3_capture_end(things.csma), expected);
	CHECK_EQ(ns3_device_set_queue(things.csma, things.queue), expected);
	CHECK_EQ(ns3_queue_fill(things.queue, &state), expected);
	CHECK_EQ(ns3_error_model_set_list(things.rate, NULL, 0), expected);
	CHECK_EQ(ns3_device_set_error_model(things.csma, things.rate), expected);
	CHECK_EQ(ns3_random_value(things.uniform, &value), expected);
	CHECK_EQ(ns3_set_stream(things.uniform, 1, NULL), expected);
	CHECK_EQ(ns3_set(things.csma, "Mtu", "1"), expected);
	CHECK_EQ(ns3_get(things.csma, "Mtu", (char *)octets, sizeof octets), expected);
	CHECK_EQ(ns3_cancel(UINT64_C(1) << 32), expected);
}

static void test_ns3_nothing_is_done_without_a_simulator(void)
{
	ns3_handle handle;

	make_things();
	CHECK_EQ(ns3_close(), NS3_OK);
	check_all_refuse(NS3_CLOSED);
	CHECK_EQ(ns3_schedule(0, act, NULL, NULL), NS3_CLOSED);
	CHECK_EQ(ns3_run(), NS3_CLOSED);
	CHECK_EQ(ns3_run_until(0), NS3_CLOSED);
	CHECK_EQ(ns3_stop(), NS3_CLOSED);
	CHECK_EQ(ns3_set_scheduler("map"), NS3_CLOSED);
	CHECK_EQ(ns3_node_add(&handle), NS3_CLOSED);
	CHECK_EQ(ns3_csma_channel_add(1, 0, &handle), NS3_CLOSED);
	CHECK_EQ(ns3_queue_add("1p", &handle), NS3_CLOSED);
	CHECK_EQ(ns3_set_default("ns3::CsmaNetDevice", "Mtu", "9000"), NS3_CLOSED);
	CHECK(!ns3_is_pending(1));
}

static void test_ns3_handles_of_another_simulator_are_refused(void)
{
	make_things();
	CHECK_EQ(ns3_close(), NS3_OK);
	const struct things before = things;

	make_things();
	things = before;
	check_all_refuse(NS3_HANDLE);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_nowhere_to_put_it_is_refused(void)
{
	make_things();
	CHECK_EQ(ns3_node_add(NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_csma_channel_add(1, 0, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_simple_channel_add(0, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_csma_device_add(things.node, things.csma_channel, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_simple_device_add(things.node, things.simple_channel, 0, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_point_to_point_add(NULL, things.cable), NS3_ARGUMENT);
	CHECK_EQ(ns3_bridge_add(things.node, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_queue_add(NULL, &things.queue), NS3_ARGUMENT);
	CHECK_EQ(ns3_error_model_add("ns3::RateErrorModel", NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_random_add("ns3::UniformRandomVariable", NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_random_value(things.uniform, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_capture_add(things.csma, NULL, &things.queue), NS3_ARGUMENT);
	CHECK_EQ(ns3_queue_fill(things.queue, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_schedule(0, NULL, NULL, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_csma_channel_add(0, 0, &things.queue), NS3_ARGUMENT);
	CHECK_EQ(ns3_csma_channel_add(NS3_RATE_MAX + 1, 0, &things.queue), NS3_ARGUMENT);
	CHECK_EQ(ns3_simple_channel_add(NS3_DELAY_MAX + 1, &things.queue), NS3_ARGUMENT);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static const struct test_case tests[] = {
	TEST(test_ns3_values_are_set_and_told),
	TEST(test_ns3_values_that_are_none_are_refused),
	TEST(test_ns3_names_that_are_none_are_refused),
	TEST(test_ns3_defaults_last_until_the_close),
	TEST(test_ns3_nothing_is_done_without_a_simulator),
	TEST(test_ns3_handles_of_another_simulator_are_refused),
	TEST(test_ns3_nowhere_to_put_it_is_refused),
	TEST_END,
};

const struct test_suite suite_ns3_refusals = {"ns3_refusals", tests};
