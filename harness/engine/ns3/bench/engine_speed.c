/* SPDX-License-Identifier: MIT */
/*
 * engine_speed ENGINE FRAMES TIMERS: the same little world over any engine, for a clock outside to
 * measure: frames go back and forth over one link while timers go off, each of which sets the next
 * and one that it cancels.  Prints frames and timers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/engine_choice.h"

enum { FRAME_SIZE = 256, FLYING = 16, TIMERS = 64 };

struct ticker {
	uint64_t period_us;
	engine_timer never; /* is cancelled before its time */
};

static struct engine *engine;
static uint64_t frames, frames_max, timers, timers_max;

static void answer(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	const unsigned *node = context;

	(void)now;
	if (++frames < frames_max)
		engine_transmit(engine, (struct engine_endpoint){*node, port}, frame);
}

static void tick(void *context, struct dimp_time now)
{
	struct ticker *ticker = context;

	engine_cancel(engine, ticker->never);
	ticker->never = 0;
	if (++timers >= timers_max)
		return;
	engine_schedule(engine, (struct dimp_time){now.us + ticker->period_us}, tick, ticker);
	ticker->never = engine_schedule(engine, (struct dimp_time){now.us + 3 * ticker->period_us},
		tick, ticker);
}

static void begin(void)
{
	static unsigned nodes[2];
	static struct ticker tickers[TIMERS];
	static const uint8_t octets[FRAME_SIZE] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5};
	const struct engine_link_config link = {.rate_bps = 10000000000u, .delay_us = 5};
	const struct dimp_view frame = {octets, sizeof octets};

	nodes[0] = engine_node_add(engine, "one", answer, &nodes[0]);
	nodes[1] = engine_node_add(engine, "other", answer, &nodes[1]);
	engine_link_add(engine, (struct engine_endpoint){nodes[0], 0},
		(struct engine_endpoint){nodes[1], 0}, &link);
	for (unsigned each = 0; frames_max != 0 && each < FLYING; each++)
		engine_transmit(engine, (struct engine_endpoint){nodes[each % 2], 0}, frame);
	for (unsigned each = 0; timers_max != 0 && each < TIMERS; each++) {
		tickers[each].period_us = 10 + each;
		engine_schedule(engine, (struct dimp_time){each}, tick, &tickers[each]);
	}
}

int main(int argc, char **argv)
{
	struct engine_choice choice;

	if (argc != 4 || !engine_choice_read(argv[1], &choice))
		return 2;
	frames_max = strtoull(argv[2], NULL, 10);
	timers_max = strtoull(argv[3], NULL, 10);
	engine = engine_choice_create(&choice, 1);
	if (!engine)
		return 3;
	begin();
	engine_run(engine, DIMP_NEVER);
	printf("%" PRIu64 " %" PRIu64 "\n", frames, timers);
	engine_destroy(engine);
	return EXIT_SUCCESS;
}
