/* SPDX-License-Identifier: MIT */
/*
 * The event engine by the hold model: so many events are pending; each that comes asks for one
 * more, an exponential time later.  The peers are ns-3's schedulers, which do the same in a program
 * of their own (peers/ns3_hold.cc), turn by turn with ours.
 *
 * Processor time is measured, so that what else runs does not count.  ns-3's CalendarScheduler and
 * ListScheduler are left out: they are slower than its default by an order of magnitude and more.
 *
 * The bars are for 100,000 pending: 8 times ns-3's default, 3 times its best.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/parts/measure.h"
#include "engine/engine.h"

enum { STEPS = 1 << 16, TURNS = 3, PENDING_BARRED = 100000 };

static const double mean_us = 1000000;

struct hold {
	struct engine *engine;
	uint64_t steps_us[STEPS]; /* drawn before, so that drawing is not measured */
	uint32_t next;
	uint64_t left;
};

/* The same numbers as the peer's. */
static void draw_steps(struct hold *hold)
{
	uint64_t state = 88172645463325252u;

	for (size_t index = 0; index < STEPS; index++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		const double uniform = ((double)(state >> 11) + 1) / 9007199254740993.0;
		hold->steps_us[index] = (uint64_t)(-log(uniform) * mean_us) + 1;
	}
}

static void come(void *context, struct dimp_time now)
{
	struct hold *hold = context;

	if (hold->left-- == 0) {
		engine_stop(hold->engine);
		return;
	}
	engine_schedule(hold->engine,
		(struct dimp_time){now.us + hold->steps_us[hold->next++ % STEPS]}, come, hold);
}

/* Nanoseconds an event. */
static double measure_ours(struct hold *hold, uint64_t pending, uint64_t events)
{
	const struct dimp_time for_ever = {UINT64_MAX - 1};

	hold->engine = engine_native_create(1);
	hold->left = events;
	for (uint64_t index = 0; index < pending; index++)
		engine_schedule(hold->engine,
			(struct dimp_time){hold->steps_us[hold->next++ % STEPS]}, come, hold);
	const double begun = measure_cpu_ns();
	engine_run(hold->engine, for_ever);
	const double took = measure_cpu_ns() - begun;
	engine_destroy(hold->engine);
	return took / (double)events;
}

/* What the peer prints; without it there is nothing to be held against. */
static double measure_peer(const char *program, const char *scheduler, uint64_t pending,
	uint64_t events)
{
	char command[1024];
	double figure;

	snprintf(command, sizeof command, "%s %s %llu %llu", program, scheduler,
		(unsigned long long)pending, (unsigned long long)events);
	FILE *peer = popen(command, "r");

	const bool is_told = peer && fscanf(peer, "%lf", &figure) == 1;
	if (peer)
		(void)pclose(peer);
	if (is_told)
		return figure;
	(void)fprintf(stderr, "hold: %s tells no figure\n", command);
	exit(EXIT_FAILURE);
}

struct peer {
	const char *scheduler, *name;
	double bar; /* at 100,000 pending; 0: none */
};

static const struct peer peers[] = {
	{"ns3::MapScheduler", "ns-3 MapScheduler, its default", 8},
	{"ns3::PriorityQueueScheduler", "ns-3 PriorityQueueScheduler", 3},
	{"ns3::HeapScheduler", "ns-3 HeapScheduler", 3},
};

enum { PEERS = sizeof peers / sizeof peers[0] };

static void print_row(uint64_t pending, const struct peer *peer, double ours, double theirs)
{
	char what[64];
	const bool is_barred = pending == PENDING_BARRED;

	snprintf(what, sizeof what, "hold model, %llu pending", (unsigned long long)pending);
	measure_print(&(struct measure_row){
		.what = what,
		.peer = peer->name,
		.unit = "ns an event",
		.ours = ours,
		.theirs = theirs,
		.ratio = theirs / ours,
		.bound = is_barred ? MEASURE_AT_LEAST : MEASURE_STATED,
		.bar = is_barred ? peer->bar : 0,
		.package = "libns3-dev",
	});
}

static void measure(struct hold *hold, const char *program, uint64_t pending, uint64_t events)
{
	double ours[TURNS], theirs[PEERS][TURNS];

	for (size_t turn = 0; turn < TURNS; turn++) {
		ours[turn] = measure_ours(hold, pending, events);
		for (size_t peer = 0; peer < PEERS; peer++)
			theirs[peer][turn] =
				measure_peer(program, peers[peer].scheduler, pending, events / 4);
	}
	const double median = measure_median(ours, TURNS);
	for (size_t peer = 0; peer < PEERS; peer++)
		print_row(pending, &peers[peer], median, measure_median(theirs[peer], TURNS));
}

int main(int argc, char **argv)
{
	struct hold *hold = calloc(1, sizeof *hold);
	char program[512];
	const char *slash = strrchr(argv[0], '/');

	if (!hold)
		return EXIT_FAILURE;
	snprintf(program, sizeof program, "%.*s/ns3_hold", slash ? (int)(slash - argv[0]) : 1,
		slash ? argv[0] : ".");
	draw_steps(hold);
	(void)argc;
	measure(hold, program, 1000, 1000000);
	measure(hold, program, 100000, 1000000);
	measure(hold, program, 1000000, 3000000);
	free(hold);
	return EXIT_SUCCESS;
}
