/* SPDX-License-Identifier: MIT */
/*
 * Proves that no order of calls, with handles of the wrong kind, of simulators that are gone or of
 * nothing, ends or harms the program: thousands of random ones, run now and then, under sanitizers.
 * Of each call that it makes, some must succeed and some be refused.
 */
#include "unit/check.h"

#include "engine/ns3/ns3_bindings.h"
#include "engine/random_stream.h"

enum { HANDLES = 24, CALLS = 100000, CALLS_A_RUN = 150, RUNS_A_SIMULATOR = 6 };

/* Handles that calls gave, the youngest over the oldest, and some that none gave. */
struct storm {
	struct random_stream dice;
	ns3_handle handles[HANDLES];
	unsigned next;
	ns3_event event;
	ns3_handle made;
	ns3_node home; /* where most devices are, so that some can be joined */
};

static unsigned below(struct storm *storm, unsigned bound)
{
	return (unsigned)(random_stream_next(&storm->dice) % bound);
}

static ns3_handle any(struct storm *storm)
{
	const ns3_handle handle = storm->handles[below(storm, HANDLES)];

	return below(storm, 40) == 0 ? (ns3_handle)random_stream_next(&storm->dice) : handle;
}

static ns3_node any_node(struct storm *storm)
{
	return below(storm, 4) ? storm->home : any(storm);
}

static const char *any_text(struct storm *storm)
{
	static const char *const texts[] = {"", "0", "1", "-1", "true", "10p", "2kB", "10Mbps",
		"5us", "1e9", "02:00:00:00:00:01", "ERROR_UNIT_PACKET", "ns3::Node", "x",
		"100000000000s"};

	return texts[below(storm, sizeof texts / sizeof texts[0])];
}

static const char *any_name(struct storm *storm)
{
	static const char *const names[] = {"DataRate", "Delay", "Mtu", "Address", "TxQueue",
		"MaxSize", "ErrorRate", "ErrorUnit", "SendEnable", "ReceiveEnable", "InterframeGap",
		"PointToPointMode", "EnableLearning", "ExpirationTime", "Min", "Max", "BurstSize",
		"RanVar", "Id", "SystemId", "IsEnabled", "Nothing"};

	return names[below(storm, sizeof names / sizeof names[0])];
}

/* Some answer what they get, once. */
static void answer(void *context, ns3_device device, const uint8_t *frame, size_t size)
{
	struct storm *storm = context;

	if (below(storm, 4) == 0)
		(void)ns3_send(device, frame, size);
}

static void act(void *context)
{
	struct storm *storm = context;

	(void)ns3_set(any(storm), any_name(storm), any_text(storm));
	(void)ns3_receive(any(storm), answer, storm);
}

static enum ns3_result add_node(struct storm *storm)
{
	const enum ns3_result result = ns3_node_add(&storm->made);

	storm->home = storm->made;
	return result;
}

static enum ns3_result add_csma_channel(struct storm *storm)
{
	return ns3_csma_channel_add(below(storm, 8) * 1000000u, 1000, &storm->made);
}

static enum ns3_result add_simple_channel(struct storm *storm)
{
	const uint64_t delay_ns = below(storm, 5) ? 1000 : NS3_DELAY_MAX + 1;

	return ns3_simple_channel_add(delay_ns, &storm->made);
}

static enum ns3_result add_csma(struct storm *storm)
{
	return ns3_csma_device_add(any_node(storm), any(storm), &storm->made);
}

static enum ns3_result add_simple(struct storm *storm)
{
	return ns3_simple_device_add(any_node(storm), any(storm), 5000000, &storm->made);
}

static enum ns3_result add_cable(struct storm *storm)
{
	const struct ns3_cable cable = {{any(storm), any(storm)}, 1000000, 1000};
	ns3_device devices[2] = {0};
	const enum ns3_result result = ns3_point_to_point_add(&cable, devices);

	storm->made = devices[1];
	return result;
}

static enum ns3_result add_bridge(struct storm *storm)
{
	return ns3_bridge_add(any_node(storm), &storm->made);
}

static enum ns3_result add_port(struct storm *storm)
{
	return ns3_bridge_port_add(any(storm), any(storm));
}

static enum ns3_result add_queue(struct storm *storm)
{
	return ns3_queue_add(any_text(storm), &storm->made);
}

static enum ns3_result add_model(struct storm *storm)
{
	static const char *const types[] = {"ns3::RateErrorModel", "ns3::BurstErrorModel",
		"ns3::BinaryErrorModel", "ns3::ReceiveListErrorModel", "ns3::ErrorModel", NULL};

	return ns3_error_model_add(types[below(storm, 6)], &storm->made);
}

static enum ns3_result add_random(struct storm *storm)
{
	return ns3_random_add(below(storm, 2) ? "ns3::UniformRandomVariable" : any_text(storm),
		&storm->made);
}

static enum ns3_result add_capture(struct storm *storm)
{
	return ns3_capture_add(any(storm), "/dev/null", &storm->made);
}

static enum ns3_result end_capture(struct storm *storm)
{
	return ns3_capture_end(any(storm));
}

static enum ns3_result set_queue(struct storm *storm)
{
	return ns3_device_set_queue(any(storm), any(storm));
}

static enum ns3_result set_model(struct storm *storm)
{
	return ns3_device_set_error_model(any(storm), any(storm));
}

static enum ns3_result set_list(struct storm *storm)
{
	const uint32_t numbers[] = {0, 1, 4000000000u};

	return ns3_error_model_set_list(any(storm), numbers, below(storm, 4));
}

static enum ns3_result set_overhead(struct storm *storm)
{
	return ns3_device_set_overhead(any(storm), below(storm, 1200), below(storm, 100));
}

static enum ns3_result set_mtu(struct storm *storm)
{
	return ns3_device_set_mtu(any(storm), (uint16_t)below(storm, 65536));
}

static enum ns3_result set_attribute(struct storm *storm)
{
	return ns3_set(any(storm), any_name(storm), any_text(storm));
}

static enum ns3_result get_attribute(struct storm *storm)
{
	char text[16];

	return ns3_get(any(storm), any_name(storm), text, below(storm, sizeof text + 1));
}

static enum ns3_result set_default(struct storm *storm)
{
	static const char *const types[] = {"ns3::CsmaNetDevice", "ns3::SimpleNetDevice",
		"ns3::CsmaChannel", "ns3::QueueBase", "ns3::RateErrorModel", "ns3::"};

	return ns3_set_default(types[below(storm, 6)], any_name(storm), any_text(storm));
}

static enum ns3_result set_stream(struct storm *storm)
{
	return ns3_set_stream(any(storm), random_stream_next(&storm->dice) >> below(storm, 8),
		NULL);
}

static enum ns3_result send_frame(struct storm *storm)
{
	uint8_t octets[2000];

	for (size_t at = 0; at < 18; at++)
		octets[at] = (uint8_t)below(storm, 4);
	for (size_t at = 18; at < sizeof octets; at++)
		octets[at] = (uint8_t)at;
	return ns3_send(any(storm), octets, below(storm, sizeof octets + 1));
}

static enum ns3_result receive(struct storm *storm)
{
	return ns3_receive(any(storm), below(storm, 4) ? answer : NULL, storm);
}

static enum ns3_result schedule(struct storm *storm)
{
	return ns3_schedule(ns3_now() + below(storm, 1000000) - 1000, act, storm, &storm->event);
}

static enum ns3_result cancel(struct storm *storm)
{
	const uint64_t other = below(storm, 5) ? 0 : random_stream_next(&storm->dice);

	return ns3_cancel(storm->event ^ other);
}

static enum ns3_result change_scheduler(struct storm *storm)
{
	static const char *const names[] = {"map", "heap", "list", "calendar", "priority-queue",
		"x"};

	return ns3_set_scheduler(names[below(storm, 6)]);
}

typedef enum ns3_result storm_call(struct storm *storm);

static storm_call *const calls[] = {add_node, add_csma_channel, add_simple_channel, add_csma,
	add_simple, add_cable, add_bridge, add_port, add_queue, add_model, add_random, add_capture,
	end_capture, set_queue, set_model, set_list, set_overhead, set_mtu, set_attribute,
	get_attribute, set_default, set_stream, send_frame, receive, schedule, cancel,
	change_scheduler, add_csma, add_simple, send_frame, add_port, set_attribute};

enum { CALL_COUNT = sizeof calls / sizeof calls[0] };

static void call_any(struct storm *storm, unsigned well[], unsigned refused[])
{
	const unsigned which = below(storm, CALL_COUNT);

	storm->made = 0;
	const enum ns3_result result = calls[which](storm);

	CHECK(result != NS3_FAILED);
	CHECK(result != NS3_MEMORY);
	CHECK(result != NS3_CLOSED);
	*(result == NS3_OK ? &well[which] : &refused[which]) += 1;
	if (storm->made)
		storm->handles[storm->next++ % HANDLES] = storm->made;
}

static void run_a_while(struct storm *storm, unsigned run)
{
	CHECK_EQ(ns3_run_until(ns3_now() + 1000000), NS3_OK);
	if (run % RUNS_A_SIMULATOR == RUNS_A_SIMULATOR - 1) {
		CHECK_EQ(ns3_close(), NS3_OK);
		CHECK_EQ(ns3_open(&(struct ns3_options){.seed = 1 + run}), NS3_OK);
		storm->event = 0;
	}
}

static void test_ns3_survives_any_calls(void)
{
	struct storm storm = {.next = 0};
	unsigned well[CALL_COUNT] = {0}, refused[CALL_COUNT] = {0};

	random_stream_init(&storm.dice, 1, "storm");
	CHECK_EQ(ns3_open(NULL), NS3_OK);
	for (unsigned count = 1; count <= CALLS; count++) {
		call_any(&storm, well, refused);
		if (count % CALLS_A_RUN == 0)
			run_a_while(&storm, count / CALLS_A_RUN);
	}
	CHECK_EQ(ns3_close(), NS3_OK);
	for (unsigned which = 0; which < CALL_COUNT; which++) {
		CHECK(well[which] > 0);
		CHECK(refused[which] > 0 || calls[which] == add_node);
	}
}

static const struct test_case tests[] = {
	TEST(test_ns3_survives_any_calls),
	TEST_END,
};

const struct test_suite suite_ns3_storm = {"ns3_storm", tests};
