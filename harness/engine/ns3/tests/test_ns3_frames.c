/* SPDX-License-Identifier: MIT */
/*
 * Proves that frames come as they were sent over every kind of device, when they do by hand's
 * arithmetic, and what bridges, queues and error models do to them.
 */
#include "unit/check.h"

#include <string.h>

#include "engine/ns3/tests/ns3_lab.h"

static void check_same(int end, const struct frame *frame)
{
	CHECK_EQ(lab.inboxes[end].size, frame->size);
	CHECK_EQ(memcmp(lab.inboxes[end].frame, frame->octets, frame->size), 0);
	CHECK_EQ(lab.inboxes[end].device, lab.devices[end]);
}

/* Each sort of frame arrives as it was sent, and at nobody who sent it. */
static void check_all_sorts(void)
{
	const struct frame frames[] = {
		MAKE(lab_plain, FRAME_SIZE),
		MAKE(lab_tagged, FRAME_SIZE + 4),
		MAKE(lab_with_length, FRAME_SIZE),
		MAKE(lab_plain, 1514),
		MAKE(lab_tagged, 1518),
	};

	for (size_t each = 0; each < sizeof frames / sizeof frames[0]; each++) {
		CHECK_EQ(lab_send_from(0, &frames[each]), NS3_OK);
		CHECK_EQ(ns3_run(), NS3_OK);
		CHECK_EQ(lab.inboxes[1].count, each + 1);
		check_same(1, &frames[each]);
	}
	CHECK_EQ(lab.inboxes[0].count, 0);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_frames_arrive_as_they_were_sent(void)
{
	lab_open_csma(2);
	check_all_sorts();
	lab_open_simple(2);
	check_all_sorts();
	lab_open_simple(2);
	CHECK_EQ(ns3_device_set_overhead(lab.devices[0], 60, 24), NS3_OK);
	check_all_sorts();
	lab_open_cable();
	check_all_sorts();
}

/* 64 octets with FCS at 100 Mb/s are 5.12 us, and 1 us of way. */
static void test_ns3_csma_takes_the_time_of_padded_frames(void)
{
	lab_open_csma(3);
	const struct frame little = MAKE(lab_plain, 20);

	CHECK_EQ(lab_send_from(0, &little), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].time_ns, 6120);
	CHECK_EQ(lab.inboxes[1].size, FRAME_SIZE);
	CHECK_EQ(memcmp(lab.inboxes[1].frame, little.octets, 20), 0);
	CHECK_EQ(lab.inboxes[1].frame[20], 0);
	CHECK_EQ(lab.inboxes[2].count, 1);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_csma_is_half_duplex_and_simple_is_not(void)
{
	const struct frame frame = MAKE(lab_plain, FRAME_SIZE);

	lab_open_csma(2);
	CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(lab_send_from(1, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].time_ns, 6120);
	CHECK(lab.inboxes[0].time_ns >= UINT64_C(2) * 6120 - 1000);
	CHECK_EQ(ns3_close(), NS3_OK);
	lab_open_simple(2);
	CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(lab_send_from(1, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].time_ns, lab.inboxes[0].time_ns);
	CHECK_EQ(ns3_close(), NS3_OK);
}

/* ns-3's own: 46 octets at 100 Mb/s are 3.68 us; with Ethernet's overhead 84 are 6.72 us. */
static void test_ns3_simple_takes_the_time_of_its_overhead(void)
{
	const struct frame frame = MAKE(lab_plain, FRAME_SIZE), little = MAKE(lab_plain, 14);

	lab_open_simple(2);
	CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].time_ns, 53680);
	CHECK_EQ(ns3_close(), NS3_OK);
	lab_open_simple(2);
	CHECK_EQ(ns3_device_set_overhead(lab.devices[0], 60, 24), NS3_OK);
	CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(lab_send_from(0, &little), NS3_OK);
	CHECK_EQ(ns3_run_until(56720), NS3_OK);
	check_same(1, &frame);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].time_ns, 63440);
	check_same(1, &little);
	CHECK_EQ(ns3_device_set_overhead(lab.devices[0], 1001, 0), NS3_ARGUMENT);
	CHECK_EQ(ns3_close(), NS3_OK);
}

/* A frame of 60 octets takes 67.2 ns at 10 Gb/s: the hundredth has left after 6720 ns, not 6700. */
static void test_ns3_parts_of_a_nanosecond_add_up(void)
{
	const struct frame frame = MAKE(lab_plain, FRAME_SIZE);

	lab_open_simple(2);
	CHECK_EQ(ns3_set(lab.devices[0], "DataRate", "10Gbps"), NS3_OK);
	CHECK_EQ(ns3_device_set_overhead(lab.devices[0], 60, 24), NS3_OK);
	for (int sent = 0; sent < 100; sent++)
		CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(ns3_run_until(50067), NS3_OK);
	CHECK_EQ(lab.inboxes[1].count, 0);
	CHECK_EQ(ns3_run_until(50068), NS3_OK);
	CHECK_EQ(lab.inboxes[1].count, 1);
	CHECK_EQ(lab.inboxes[1].time_ns, 50068);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].time_ns, 56720);
	CHECK_EQ(ns3_close(), NS3_OK);
}

/* The frame and two octets of PPP at 100 Mb/s: 4.96 us. */
static void test_ns3_cable_carries_any_type(void)
{
	const struct frame frame = MAKE(lab_plain, FRAME_SIZE);

	lab_open_cable();
	CHECK_EQ(lab_send_from(1, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[0].time_ns, 54960);
	check_same(0, &frame);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_refuses_frames_that_do_not_fit(void)
{
	const struct frame longest = MAKE(lab_plain, 1514), longer = MAKE(lab_plain, 1515);

	lab_open_simple(2);
	CHECK_EQ(lab_send_from(0, &longest), NS3_OK);
	CHECK_EQ(lab_send_from(0, &longer), NS3_ARGUMENT);
	CHECK_EQ(ns3_send(lab.devices[0], longest.octets, 13), NS3_ARGUMENT);
	CHECK_EQ(ns3_send(lab.devices[0], NULL, 60), NS3_ARGUMENT);
	CHECK_EQ(ns3_send(lab.nodes[0], longest.octets, 60), NS3_HANDLE);
	CHECK_EQ(ns3_device_set_mtu(lab.devices[0], 1501), NS3_OK);
	CHECK_EQ(lab_send_from(0, &longer), NS3_OK);
	uint16_t mtu = 0;

	CHECK_EQ(ns3_device_mtu(lab.devices[0], &mtu), NS3_OK);
	CHECK_EQ(mtu, 1501);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void note_mark(void *context, ns3_device device, const uint8_t *frame, size_t size)
{
	uint64_t *mark = context;

	(void)device, (void)frame;
	CHECK_EQ(size, FRAME_SIZE);
	*mark = ns3_received_mark();
}

static void check_marks(void)
{
	const struct frame frame = MAKE(lab_plain, FRAME_SIZE);
	uint64_t mark = 0;

	CHECK_EQ(ns3_receive(lab.devices[1], note_mark, &mark), NS3_OK);
	CHECK_EQ(ns3_send_marked(lab.devices[0], frame.octets, frame.size, UINT64_MAX), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(mark, UINT64_MAX);
	CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(mark, 0);
	CHECK_EQ(ns3_send_marked(lab.devices[0], frame.octets, frame.size, 0), NS3_ARGUMENT);
	CHECK_EQ(ns3_close(), NS3_OK);
	CHECK_EQ(ns3_received_mark(), 0);
}

static void test_ns3_marks_arrive_with_their_frames(void)
{
	lab_open_csma(2);
	check_marks();
	lab_open_simple(2);
	check_marks();
	lab_open_simple(2);
	CHECK_EQ(ns3_device_set_overhead(lab.devices[0], 60, 24), NS3_OK);
	check_marks();
	lab_open_cable();
	check_marks();
}

/* Three stations at a bridge of their own node each would be none: the bridge's node has the ports.
 */
static ns3_device bridged[ENDS];
static ns3_device bridge;

static void open_bridged(void)
{
	ns3_node node = 0;

	lab_open();
	CHECK_EQ(ns3_node_add(&node), NS3_OK);
	CHECK_EQ(ns3_bridge_add(node, &bridge), NS3_OK);
	for (int end = 0; end < ENDS; end++) {
		ns3_channel channel = 0;

		CHECK_EQ(ns3_csma_channel_add(1000000000, 10, &channel), NS3_OK);
		CHECK_EQ(ns3_csma_device_add(lab.nodes[end], channel, &lab.devices[end]), NS3_OK);
		CHECK_EQ(ns3_csma_device_add(node, channel, &bridged[end]), NS3_OK);
		CHECK_EQ(ns3_bridge_port_add(bridge, bridged[end]), NS3_OK);
		lab_listen_at(end);
	}
}

static void test_ns3_bridge_learns(void)
{
	struct frame there = MAKE(lab_plain, FRAME_SIZE), back = MAKE(lab_plain, FRAME_SIZE);

	memcpy(back.octets, lab_plain + 6, 6);
	memcpy(back.octets + 6, lab_plain, 6);
	open_bridged();
	CHECK_EQ(lab_send_from(0, &there), NS3_OK); /* to whom is not known */
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].count, 1);
	CHECK_EQ(lab.inboxes[2].count, 1);
	CHECK_EQ(lab_send_from(1, &back), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[0].count, 1);
	CHECK_EQ(lab.inboxes[2].count, 1);
	check_same(0, &back);
	CHECK_EQ(lab_send_from(0, &there), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].count, 2);
	CHECK_EQ(lab.inboxes[2].count, 1);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_bridge_refuses_what_is_no_port(void)
{
	ns3_device other = 0, alone[2] = {0};
	ns3_channel channel = 0;
	uint8_t frame[FRAME_SIZE] = {0};

	open_bridged();
	CHECK_EQ(ns3_bridge_add(lab.nodes[0], &other), NS3_OK);
	const struct ns3_cable cable = {{lab.nodes[0], lab.nodes[1]}, 1000, 0};

	CHECK_EQ(ns3_point_to_point_add(&cable, alone), NS3_OK);
	CHECK_EQ(ns3_bridge_port_add(other, alone[0]), NS3_STATE);
	CHECK_EQ(ns3_bridge_port_add(other, lab.devices[1]), NS3_STATE);
	CHECK_EQ(ns3_bridge_port_add(other, other), NS3_STATE);
	CHECK_EQ(ns3_bridge_port_add(lab.devices[0], lab.devices[0]), NS3_STATE);
	CHECK_EQ(ns3_bridge_port_add(bridge, bridged[0]), NS3_STATE);
	CHECK_EQ(ns3_bridge_port_add(other, lab.devices[0]), NS3_STATE); /* is received from */
	CHECK_EQ(ns3_receive(bridged[0], NULL, NULL), NS3_STATE);
	CHECK_EQ(ns3_send(bridged[0], frame, sizeof frame), NS3_STATE);
	CHECK_EQ(ns3_simple_channel_add(0, &channel), NS3_OK);
	CHECK_EQ(ns3_csma_device_add(lab.nodes[0], channel, &other), NS3_STATE);
	CHECK_EQ(ns3_close(), NS3_OK);
}

/* The first is sent at once, two wait, the fourth has no room. */
static void test_ns3_queue_drops_its_tail(void)
{
	const struct frame frame = MAKE(lab_plain, FRAME_SIZE);
	struct ns3_queue_state state = {0};
	struct ns3_counts counts = {0};
	ns3_queue queue = 0;

	lab_open_simple(2);
	CHECK_EQ(ns3_queue_add("2p", &queue), NS3_OK);
	CHECK_EQ(ns3_device_set_queue(lab.devices[0], queue), NS3_OK);
	CHECK_EQ(ns3_device_set_queue(lab.devices[1], queue), NS3_STATE);
	for (int sent = 0; sent < 3; sent++)
		CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
	CHECK_EQ(lab_send_from(0, &frame), NS3_DROPPED);
	CHECK_EQ(ns3_queue_fill(queue, &state), NS3_OK);
	CHECK_EQ(state.packets, 2);
	CHECK_EQ(state.octets, 2 * 46);
	CHECK_EQ(state.dropped_packets, 1);
	CHECK_EQ(ns3_set(queue, "MaxSize", "1p"), NS3_STATE);
	CHECK_EQ(ns3_set(queue, "MaxSize", "91B"), NS3_STATE);
	CHECK_EQ(ns3_set(queue, "MaxSize", "92B"), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(lab.inboxes[1].count, 3);
	CHECK_EQ(ns3_device_counts(lab.devices[0], &counts), NS3_OK);
	CHECK_EQ(counts.sent, 3);
	CHECK_EQ(counts.dropped, 1);
	CHECK_EQ(ns3_device_counts(lab.devices[1], &counts), NS3_OK);
	CHECK_EQ(counts.received, 3);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void send_many(unsigned count)
{
	const struct frame frame = MAKE(lab_plain, FRAME_SIZE);

	lab.inboxes[1].count = 0;
	for (unsigned sent = 0; sent < count; sent++) {
		CHECK_EQ(lab_send_from(0, &frame), NS3_OK);
		CHECK_EQ(ns3_run(), NS3_OK);
	}
}

static void check_error_models(void)
{
	const uint32_t lost[] = {0, 3};
	ns3_error_model list = 0, rate = 0, every_other = 0;

	CHECK_EQ(ns3_error_model_add("ns3::ReceiveListErrorModel", &list), NS3_OK);
	CHECK_EQ(ns3_error_model_set_list(list, lost, 2), NS3_OK);
	CHECK_EQ(ns3_device_set_error_model(lab.devices[1], list), NS3_OK);
	send_many(5);
	CHECK_EQ(lab.inboxes[1].count, 3);
	CHECK_EQ(ns3_error_model_add("ns3::BinaryErrorModel", &every_other), NS3_OK);
	CHECK_EQ(ns3_device_set_error_model(lab.devices[1], every_other), NS3_OK);
	send_many(6);
	CHECK_EQ(lab.inboxes[1].count, 3);
	CHECK_EQ(ns3_error_model_add("ns3::RateErrorModel", &rate), NS3_OK);
	CHECK_EQ(ns3_set(rate, "ErrorUnit", "ERROR_UNIT_PACKET"), NS3_OK);
	CHECK_EQ(ns3_set(rate, "ErrorRate", "1.0"), NS3_OK);
	CHECK_EQ(ns3_device_set_error_model(lab.devices[1], rate), NS3_OK);
	send_many(5);
	CHECK_EQ(lab.inboxes[1].count, 0);
	CHECK_EQ(ns3_device_set_error_model(lab.devices[1], 0), NS3_OK);
	send_many(5);
	CHECK_EQ(lab.inboxes[1].count, 5);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_error_models_lose_what_they_say(void)
{
	lab_open_simple(2);
	check_error_models();
	lab_open_csma(2);
	check_error_models();
	lab_open_cable();
	check_error_models();
}

/* A tenth of 2,000, give or take four standard deviations (13.4). */
static void test_ns3_error_rate_is_kept(void)
{
	ns3_error_model rate = 0;

	lab_open_simple(2);
	CHECK_EQ(ns3_error_model_add("ns3::RateErrorModel", &rate), NS3_OK);
	CHECK_EQ(ns3_set(rate, "ErrorUnit", "ERROR_UNIT_PACKET"), NS3_OK);
	CHECK_EQ(ns3_set(rate, "ErrorRate", "0.1"), NS3_OK);
	CHECK_EQ(ns3_device_set_error_model(lab.devices[1], rate), NS3_OK);
	send_many(2000);
	CHECK(lab.inboxes[1].count >= 1800 - 54);
	CHECK(lab.inboxes[1].count <= 1800 + 54);
	CHECK_EQ(ns3_device_set_error_model(lab.nodes[1], rate), NS3_HANDLE);
	CHECK_EQ(ns3_error_model_set_list(rate, NULL, 0), NS3_STATE);
	CHECK_EQ(ns3_error_model_add("ns3::ListErrorModel", &rate), NS3_NAME);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_devices_have_addresses(void)
{
	const uint8_t own[6] = {2, 1, 2, 3, 4, 5}, group[6] = {1, 0, 0, 0, 0, 1};
	uint8_t first[6], second[6];

	lab_open_csma(2);
	CHECK_EQ(ns3_device_address(lab.devices[0], first), NS3_OK);
	CHECK_EQ(ns3_device_address(lab.devices[1], second), NS3_OK);
	CHECK(memcmp(first, second, 6) != 0);
	CHECK_EQ(ns3_device_set_address(lab.devices[0], own), NS3_OK);
	CHECK_EQ(ns3_device_address(lab.devices[0], first), NS3_OK);
	CHECK_EQ(memcmp(first, own, 6), 0);
	CHECK_EQ(ns3_device_set_address(lab.devices[0], group), NS3_ARGUMENT);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static const struct test_case tests[] = {
	TEST(test_ns3_frames_arrive_as_they_were_sent),
	TEST(test_ns3_csma_takes_the_time_of_padded_frames),
	TEST(test_ns3_csma_is_half_duplex_and_simple_is_not),
	TEST(test_ns3_simple_takes_the_time_of_its_overhead),
	TEST(test_ns3_parts_of_a_nanosecond_add_up),
	TEST(test_ns3_cable_carries_any_type),
	TEST(test_ns3_refuses_frames_that_do_not_fit),
	TEST(test_ns3_marks_arrive_with_their_frames),
	TEST(test_ns3_bridge_learns),
	TEST(test_ns3_bridge_refuses_what_is_no_port),
	TEST(test_ns3_queue_drops_its_tail),
	TEST(test_ns3_error_models_lose_what_they_say),
	TEST(test_ns3_error_rate_is_kept),
	TEST(test_ns3_devices_have_addresses),
	TEST_END,
};

const struct test_suite suite_ns3_frames = {"ns3_frames", tests};
