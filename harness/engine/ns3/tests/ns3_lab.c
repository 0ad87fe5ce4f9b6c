/* SPDX-License-Identifier: MIT */
#include "engine/ns3/tests/ns3_lab.h"

#include <string.h>

#include "unit/check.h"

struct lab lab;

const uint8_t lab_tagged[18] = {2, 0, 0, 0, 0, 0xb, 2, 0, 0, 0, 0, 0xa, 0x81, 0, 0x60, 42, 0x88,
	0xb5};
const uint8_t lab_plain[14] = {2, 0, 0, 0, 0, 0xb, 2, 0, 0, 0, 0, 0xa, 0x88, 0xb5};
const uint8_t lab_with_length[17] = {1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 0, 0xa, 0, 38, 0x42, 0x42,
	3};

static void receive(void *context, ns3_device device, const uint8_t *frame, size_t size)
{
	struct inbox *inbox = context;

	inbox->size = size < sizeof inbox->frame ? size : sizeof inbox->frame;
	memcpy(inbox->frame, frame, inbox->size);
	inbox->time_ns = ns3_now();
	inbox->device = device;
	inbox->count++;
}

void lab_open(void)
{
	lab = (struct lab){0};
	CHECK_EQ(ns3_open(NULL), NS3_OK);
	for (int end = 0; end < ENDS; end++)
		CHECK_EQ(ns3_node_add(&lab.nodes[end]), NS3_OK);
}

void lab_listen_at(int end)
{
	CHECK_EQ(ns3_receive(lab.devices[end], receive, &lab.inboxes[end]), NS3_OK);
}

void lab_open_csma(int ends)
{
	ns3_channel channel = 0;

	lab_open();
	CHECK_EQ(ns3_csma_channel_add(100000000, 1000, &channel), NS3_OK);
	for (int end = 0; end < ends; end++) {
		CHECK_EQ(ns3_csma_device_add(lab.nodes[end], channel, &lab.devices[end]), NS3_OK);
		lab_listen_at(end);
	}
}

void lab_open_simple(int ends)
{
	ns3_channel channel = 0;

	lab_open();
	CHECK_EQ(ns3_simple_channel_add(50000, &channel), NS3_OK);
	for (int end = 0; end < ends; end++) {
		CHECK_EQ(ns3_simple_device_add(lab.nodes[end], channel, 100000000,
				 &lab.devices[end]),
			NS3_OK);
		lab_listen_at(end);
	}
}

void lab_open_cable(void)
{
	lab_open();
	const struct ns3_cable cable = {{lab.nodes[0], lab.nodes[1]}, 100000000, 50000};

	CHECK_EQ(ns3_point_to_point_add(&cable, lab.devices), NS3_OK);
	lab_listen_at(0);
	lab_listen_at(1);
}

struct frame frame_make(const uint8_t *head, size_t head_size, size_t size)
{
	struct frame frame = {.size = size};

	memcpy(frame.octets, head, head_size);
	for (size_t at = head_size; at < size; at++)
		frame.octets[at] = (uint8_t)(at - head_size);
	return frame;
}

enum ns3_result lab_send_from(int end, const struct frame *frame)
{
	return ns3_send(lab.devices[end], frame->octets, frame->size);
}
