/* SPDX-License-Identifier: MIT */
/*
 * shim_speed SCHEDULER FRAMES TIMERS: a world over the bindings, for a clock outside to measure:
 * frames go back and forth between two simple devices while timers go off, each of which sets the
 * next and one that it cancels.  plain_speed.cc is the same world in C++.  Prints frames and
 * events.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ns3/ns3_bindings.h"

enum { FRAME_SIZE = 256, TIMERS = 64 };

static uint64_t frames, frames_max, timers, timers_max;

struct ticker {
	uint64_t period_ns;
	ns3_event never; /* is cancelled before its time */
};

static void expect(enum ns3_result result)
{
	if (result == NS3_OK)
		return;
	fprintf(stderr, "shim_speed: %s\n", ns3_complaint());
	exit(EXIT_FAILURE);
}

static void answer(void *context, ns3_device device, const uint8_t *frame, size_t size)
{
	uint8_t back[FRAME_SIZE];

	(void)context;
	if (++frames >= frames_max)
		return;
	memcpy(back, frame + 6, 6);
	memcpy(back + 6, frame, 6);
	memcpy(back + 12, frame + 12, size - 12);
	expect(ns3_send(device, back, size));
}

static void tick(void *context)
{
	struct ticker *ticker = context;
	const uint64_t now_ns = ns3_now();

	if (ticker->never)
		expect(ns3_cancel(ticker->never));
	ticker->never = 0;
	if (++timers >= timers_max)
		return;
	expect(ns3_schedule(now_ns + ticker->period_ns, tick, ticker, NULL));
	expect(ns3_schedule(now_ns + 3 * ticker->period_ns, tick, ticker, &ticker->never));
}

static ns3_device end_add(ns3_channel channel)
{
	ns3_node node;
	ns3_device device;

	expect(ns3_node_add(&node));
	expect(ns3_simple_device_add(node, channel, 10000000000, &device));
	expect(ns3_receive(device, answer, NULL));
	return device;
}

int main(int argc, char **argv)
{
	static struct ticker tickers[TIMERS];
	const uint8_t frame[FRAME_SIZE] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5};
	ns3_channel channel;

	if (argc != 4)
		return 2;
	frames_max = strtoull(argv[2], NULL, 10);
	timers_max = strtoull(argv[3], NULL, 10);
	expect(ns3_open(&(struct ns3_options){.scheduler = argv[1]}));
	expect(ns3_simple_channel_add(5000, &channel));
	const ns3_device ends[] = {end_add(channel), end_add(channel)};

	for (int flying = 0; frames_max != 0 && flying < 16; flying++)
		expect(ns3_send(ends[flying % 2], frame, sizeof frame));
	for (uint64_t each = 0; timers_max != 0 && each < TIMERS; each++) {
		tickers[each].period_ns = 1000 + 17 * each;
		expect(ns3_schedule(each, tick, &tickers[each], NULL));
	}
	expect(ns3_run());
	printf("%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", frames, timers, ns3_event_count());
	expect(ns3_close());
	return EXIT_SUCCESS;
}
