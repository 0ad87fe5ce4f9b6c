/* SPDX-License-Identifier: MIT */
/*
 * Links over ns-3.  Each direction is a way of its own, since rate, delay, queue and faults are: a
 * device that sends, a channel, a device that receives.  Ethernet's overhead is on the wire, so
 * that a frame takes as long as over the native engine.
 *
 * What the way does to a frame besides (its fate: loss, copies, flipped bits, delays of their own)
 * is drawn when ns-3 has taken it, in the order and from the streams of the native engine, and kept
 * under the mark with which it travels until it arrives.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/ns3_engine_state.h"

static const uint64_t ns_per_us = 1000;

struct ns3_way {
	struct ns3_engine *ns3;
	struct engine_port port; /* where frames come from */
	ns3_channel channel;
	ns3_device sender;
	ns3_queue queue;
};

struct ns3_fate {
	enum link_verdict verdict;
	struct link_passage passage; /* times are those after the arrival */
	size_t next_free;
};

/* ---- fates */

static size_t take_fate(struct ns3_engine *ns3)
{
	const size_t free_mark = ns3->free_fate;

	if (free_mark) {
		ns3->free_fate = ns3->fates[free_mark - 1].next_free;
		return free_mark;
	}
	struct ns3_fate *fates = engine_state_room(ns3->fates, ns3->fate_count, sizeof *ns3->fates);

	if (!fates)
		return 0;
	ns3->fates = fates;
	return ++ns3->fate_count;
}

static void leave_fate(struct ns3_engine *ns3, size_t mark)
{
	ns3->fates[mark - 1] = (struct ns3_fate){.next_free = ns3->free_fate};
	ns3->free_fate = mark;
}

/* ---- frames */

static void arrive(void *context, ns3_device device, const uint8_t *octets, size_t size)
{
	struct ns3_way *way = context;
	struct ns3_engine *ns3 = way->ns3;
	const size_t mark = (size_t)ns3->table->received_mark();

	(void)device;
	if (mark == 0 || mark > ns3->fate_count)
		return;
	struct ns3_fate fate = ns3->fates[mark - 1];

	leave_fate(ns3, mark);
	ns3_engine_set_time(ns3);
	for (size_t index = 0; index < fate.passage.copy_count; index++) {
		uint64_t *at_us = &fate.passage.copies[index].arrival.us;
		const uint64_t now_us = ns3->common.now.us;

		*at_us = *at_us < UINT64_MAX - now_us ? *at_us + now_us : UINT64_MAX;
	}
	if (fate.verdict == LINK_PASSED)
		engine_links_launch(&ns3->common, &way->port, (struct dimp_view){octets, size},
			&fate.passage);
	ns3_engine_end_if_over(ns3);
}

void ns3_links_carry(struct engine *engine, const struct engine_port *from, struct dimp_view frame)
{
	struct ns3_engine *ns3 = (struct ns3_engine *)engine;
	struct link_side *side = &from->link->sides[from->direction];
	const struct ns3_way *way = ns3->ways[from->link->number * 2 + from->direction];

	if (!ns3_engine_is_running(ns3) || link_side_judge(side, frame) != LINK_PASSED)
		return;
	const size_t mark = take_fate(ns3);

	if (mark == 0) {
		engine_state_exhaust(engine);
		return;
	}
	const enum ns3_result result =
		ns3->table->send_marked(way->sender, frame.octets, frame.size, mark);
	struct ns3_fate *fate = &ns3->fates[mark - 1];

	if (result == NS3_OK)
		fate->verdict = link_side_draw(side, frame.size, 0, &fate->passage);
	else
		leave_fate(ns3, mark);
	if (result == NS3_MEMORY)
		engine_state_exhaust(engine);
}

/* ---- what ns-3 has of a link */

static ns3_node node_of(struct ns3_engine *ns3, unsigned number)
{
	while (ns3->node_count <= number) {
		ns3_node *nodes =
			engine_state_room(ns3->nodes, ns3->node_count, sizeof *ns3->nodes);
		if (!nodes)
			return 0;
		ns3->nodes = nodes;
		if (ns3->table->node_add(&nodes[ns3->node_count]) != NS3_OK)
			return 0;
		ns3->node_count++;
	}
	return ns3->nodes[number];
}

static uint64_t least(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static uint64_t delay_ns_of(const struct engine_link_config *config)
{
	return least(config->delay_us, NS3_DELAY_MAX / ns_per_us) * ns_per_us;
}

static uint64_t rate_of(const struct engine_link_config *config)
{
	return least(config->rate_bps, NS3_RATE_MAX);
}

struct setting {
	char text[32];
};

/* No bound is as many packets as ns-3 can count. */
static struct setting queue_of(const struct engine_link_config *config)
{
	struct setting size = {"4294967295p"};

	if (config->queue_octets)
		(void)snprintf(size.text, sizeof size.text, "%lluB",
			(unsigned long long)least(config->queue_octets, UINT32_MAX));
	return size;
}

static bool build_ends(struct ns3_way *way, ns3_node from, ns3_node to)
{
	const struct ns3_table *table = way->ns3->table;
	const struct engine_link_config *config =
		&way->port.link->sides[way->port.direction].config;
	const struct setting queue = queue_of(config);
	ns3_device receiver = 0;

	return table->simple_channel_add(delay_ns_of(config), &way->channel) == NS3_OK &&
		table->simple_device_add(from, way->channel, rate_of(config), &way->sender) ==
		NS3_OK &&
		table->simple_device_add(to, way->channel, 0, &receiver) == NS3_OK &&
		table->queue_add(queue.text, &way->queue) == NS3_OK &&
		table->device_set_queue(way->sender, way->queue) == NS3_OK &&
		table->device_set_mtu(way->sender, UINT16_MAX) == NS3_OK &&
		table->device_set_overhead(way->sender, LINK_FRAME_MIN, LINK_OVERHEAD_OCTETS) ==
		NS3_OK &&
		table->receive(receiver, arrive, way) == NS3_OK;
}

static bool add_way(struct ns3_engine *ns3, struct engine_link *link, unsigned direction)
{
	struct ns3_way **ways = engine_state_room(ns3->ways, ns3->way_count, sizeof *ns3->ways);
	struct ns3_way *way = ways ? calloc(1, sizeof *way) : NULL;

	if (ways)
		ns3->ways = ways;
	if (!way)
		return false;
	ways[ns3->way_count++] = way;
	way->ns3 = ns3;
	way->port = (struct engine_port){.link = link, .direction = direction};
	const ns3_node from = node_of(ns3, link->ends[direction].node);
	const ns3_node to = node_of(ns3, link->ends[1 - direction].node);

	return from && to && build_ends(way, from, to);
}

bool ns3_links_join(struct engine *engine, struct engine_link *link)
{
	struct ns3_engine *ns3 = (struct ns3_engine *)engine;

	return ns3_engine_is_running(ns3) && add_way(ns3, link, 0) && add_way(ns3, link, 1);
}

static void set_number(const struct ns3_engine *ns3, ns3_handle thing, const char *name,
	const struct setting *value)
{
	/* A queue that holds more keeps its bound: what waits was let in. */
	(void)ns3->table->set(thing, name, value->text);
}

void ns3_links_configure(struct engine *engine, const struct engine_link *link, unsigned direction)
{
	const struct ns3_engine *ns3 = (const struct ns3_engine *)engine;
	const struct ns3_way *way = ns3->ways[link->number * 2 + direction];
	const struct engine_link_config *config = &link->sides[direction].config;
	const struct setting queue = queue_of(config);
	struct setting rate, delay;

	if (!ns3_engine_is_running(ns3))
		return;
	(void)snprintf(rate.text, sizeof rate.text, "%llubps", (unsigned long long)rate_of(config));
	(void)snprintf(delay.text, sizeof delay.text, "%lluns",
		(unsigned long long)delay_ns_of(config));
	set_number(ns3, way->sender, "DataRate", &rate);
	set_number(ns3, way->channel, "Delay", &delay);
	set_number(ns3, way->queue, "MaxSize", &queue);
}

void ns3_links_wipe(struct ns3_engine *ns3)
{
	for (size_t index = 0; index < ns3->way_count; index++)
		free(ns3->ways[index]);
	free(ns3->ways);
	free(ns3->nodes);
	free(ns3->fates);
}
