/* SPDX-License-Identifier: MIT */
/*
 * Two hosts at a learning bridge, in plain C: one asks with a VLAN-tagged frame, the other answers,
 *and a capture of it is written if a file is named.  ns3_bindings(3) tells what is called here.
 *
 *	cc -I harness ns3_example.c build/dimp-ns3.so -Wl,-rpath,$PWD/build && ./a.out hosts.pcap
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ns3/ns3_bindings.h"

enum { FRAME_SIZE = 64 };

/* Whatever is wrong: ns-3's word for it, and the end. */
static void expect(enum ns3_result result)
{
	if (result == NS3_OK)
		return;
	fprintf(stderr, "ns3_example: %s: %s\n", ns3_result_text(result), ns3_complaint());
	exit(EXIT_FAILURE);
}

static ns3_device host_add(ns3_node bridge_node, ns3_device bridge)
{
	ns3_node node;
	ns3_channel cable;
	ns3_device host, port;

	expect(ns3_node_add(&node));
	expect(ns3_simple_channel_add(5000, &cable)); /* 5 us, and 1 Gb/s each way */
	expect(ns3_simple_device_add(node, cable, 1000000000, &host));
	expect(ns3_simple_device_add(bridge_node, cable, 1000000000, &port));
	expect(ns3_bridge_port_add(bridge, port));
	return host;
}

static void print_frame(const char *who, const uint8_t *frame, size_t size)
{
	printf("%7llu ns: %s gets %zu octets of type 0x%02x%02x\n", (unsigned long long)ns3_now(),
		who, size, frame[16], frame[17]);
}

static void answer(void *context, ns3_device device, const uint8_t *frame, size_t size)
{
	uint8_t back[FRAME_SIZE];

	print_frame(context, frame, size);
	memcpy(back, frame, FRAME_SIZE);
	memcpy(back, frame + 6, 6);
	memcpy(back + 6, frame, 6);
	expect(ns3_send(device, back, FRAME_SIZE));
}

static void listen_only(void *context, ns3_device device, const uint8_t *frame, size_t size)
{
	(void)device;
	print_frame(context, frame, size);
}

int main(int argc, char **argv)
{
	static char asker_name[] = "asker", answerer_name[] = "answerer";
	uint8_t frame[FRAME_SIZE] = {[12] = 0x81, 0x00, 0x00, 42, 0x88, 0xb5};
	ns3_node bridge_node;
	ns3_device bridge;
	ns3_capture capture;

	expect(ns3_open(&(struct ns3_options){.seed = 1, .run = 1}));
	expect(ns3_node_add(&bridge_node));
	expect(ns3_bridge_add(bridge_node, &bridge));
	const ns3_device asker = host_add(bridge_node, bridge);
	const ns3_device answerer = host_add(bridge_node, bridge);

	expect(ns3_receive(asker, listen_only, asker_name));
	expect(ns3_receive(answerer, answer, answerer_name));
	if (argc > 1)
		expect(ns3_capture_add(answerer, argv[1], &capture));
	expect(ns3_device_address(answerer, frame));
	expect(ns3_device_address(asker, frame + 6));
	expect(ns3_send(asker, frame, sizeof frame));
	expect(ns3_run());
	expect(ns3_close());
	return EXIT_SUCCESS;
}
