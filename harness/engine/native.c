/* SPDX-License-Identifier: MIT */
/*
 * Owns the native engine: exact virtual time from 0, the nodes with their ports, the links between
 * them and the frames on their way.  Everything that happens goes through the one heap of events,
 * so that a world and a seed give one run.  Callbacks may add nodes and links, send, schedule and
 * cancel; no pointer into the engine's tables is held across one.
 */
#include "engine/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/event_heap.h"
#include "engine/link.h"
#include "engine/random_stream.h"

struct native_port {
	struct native_link *link; /* NULL: none */
	unsigned direction; /* of what is sent here */
};

struct native_node {
	const char *name;
	engine_receive *receive;
	void *context;
	struct native_port *ports;
	unsigned port_count;
};

struct native_link {
	unsigned number;
	struct engine_endpoint ends[2];
	struct link_side sides[2]; /* 0: from ends[0] to ends[1] */
};

/* A frame on its way; in the engine's list until it arrives. */
struct flight {
	struct engine *engine;
	struct flight *previous, *next;
	struct engine_endpoint to;
	size_t size;
	uint8_t octets[];
};

struct engine {
	struct dimp_time now;
	struct event_heap heap;
	struct random_table random;
	struct native_node *nodes;
	unsigned node_count;
	struct native_link **links;
	unsigned link_count;
	struct flight *flights;
	engine_tap *tap;
	void *tap_context;
	engine_intruder *intruder;
	void *intruder_context;
	engine_action *observer;
	void *observer_context;
	bool is_exhausted;
	bool is_stopped;
};

/* Grows |array| by one when the count is a power of two (or 0): room for count + 1 afterwards. */
static void *make_room(void *array, size_t count, size_t size)
{
	if (count & (count - 1))
		return array;
	return realloc(array, (count ? count * 2 : 1) * size);
}

static void *exhausted(struct engine *engine)
{
	engine->is_exhausted = true;
	return NULL;
}

static void call_tap(struct engine *engine, struct engine_endpoint at,
	enum engine_direction direction, struct dimp_view frame)
{
	const struct engine_sighting sighting = {at, direction, engine->now, frame};

	if (engine->tap)
		engine->tap(engine->tap_context, &sighting);
}

static void unlink_flight(struct flight *flight)
{
	if (flight->previous)
		flight->previous->next = flight->next;
	else
		flight->engine->flights = flight->next;
	if (flight->next)
		flight->next->previous = flight->previous;
}

static void arrive(void *context, struct dimp_time now)
{
	struct flight *flight = context;
	struct engine *engine = flight->engine;
	const struct dimp_view frame = {flight->octets, flight->size};

	unlink_flight(flight);
	call_tap(engine, flight->to, ENGINE_RECEIVED, frame);

	const struct native_node *node = &engine->nodes[flight->to.node];

	node->receive(node->context, flight->to.port, frame, now);
	free(flight);
}

static struct flight *launch(struct engine *engine, struct engine_endpoint to,
	struct dimp_view frame, const struct link_copy *copy)
{
	struct flight *flight = malloc(sizeof *flight + frame.size);

	if (!flight) {
		return exhausted(engine);
	}
	*flight = (struct flight){.engine = engine,
		.next = engine->flights,
		.to = to,
		.size = frame.size};
	memcpy(flight->octets, frame.octets, frame.size);
	if (copy->flipped_bit != SIZE_MAX)
		flight->octets[copy->flipped_bit / 8] ^= (uint8_t)(1u << copy->flipped_bit % 8);
	if (engine->flights)
		engine->flights->previous = flight;
	engine->flights = flight;
	if (engine_schedule(engine, copy->arrival, arrive, flight))
		return flight;
	unlink_flight(flight);
	free(flight);
	return NULL;
}

static void show_intruder(struct engine *engine, struct engine_passing *passing,
	struct flight *flight)
{
	if (!engine->intruder || !flight)
		return;
	passing->octets = flight->octets;
	passing->size = flight->size;
	engine->intruder(engine->intruder_context, passing);
	flight->size = passing->size < flight->size ? passing->size : flight->size;
}

static const struct native_port *find_port(const struct engine *engine, struct engine_endpoint at)
{
	assert(at.node < engine->node_count);
	const struct native_node *node = &engine->nodes[at.node];

	if (at.port >= node->port_count || !node->ports[at.port].link)
		return NULL;
	return &node->ports[at.port];
}

static bool add_ports(struct native_node *node, unsigned port)
{
	if (port < node->port_count)
		return true;

	struct native_port *ports = realloc(node->ports, (port + 1) * sizeof *ports);

	if (!ports)
		return false;
	for (unsigned index = node->port_count; index <= port; index++)
		ports[index] = (struct native_port){0};
	node->ports = ports;
	node->port_count = port + 1;
	return true;
}

static bool attach(struct engine *engine, struct native_link *link, unsigned direction)
{
	const struct engine_endpoint end = link->ends[direction];

	assert(end.node < engine->node_count);
	assert(!find_port(engine, end));
	if (!add_ports(&engine->nodes[end.node], end.port))
		return false;
	engine->nodes[end.node].ports[end.port] = (struct native_port){link, direction};
	return true;
}

static void start_side(struct engine *engine, struct native_link *link, unsigned direction,
	const struct engine_link_config *config)
{
	char name[64];
	struct random_stream random;

	(void)snprintf(name, sizeof name, "link/%u/%u", engine->link_count, direction);
	random_stream_init(&random, engine->random.seed, name);
	link_side_init(&link->sides[direction], config, &random);
}

static bool is_due(const struct engine *engine, struct dimp_time until)
{
	const uint64_t deadline_us = event_heap_deadline(&engine->heap).us;

	return !engine->is_exhausted && !engine->is_stopped && deadline_us <= until.us &&
		deadline_us != UINT64_MAX;
}

struct engine *engine_native_create(uint64_t seed)
{
	struct engine *engine = malloc(sizeof *engine);

	if (engine)
		*engine = (struct engine){.random = {.seed = seed}};
	return engine;
}

void engine_destroy(struct engine *engine)
{
	if (!engine)
		return;
	for (struct flight *next, *flight = engine->flights; flight; flight = next) {
		next = flight->next;
		free(flight);
	}
	for (unsigned index = 0; index < engine->link_count; index++) {
		link_side_wipe(&engine->links[index]->sides[0]);
		link_side_wipe(&engine->links[index]->sides[1]);
		free(engine->links[index]);
	}
	for (unsigned index = 0; index < engine->node_count; index++)
		free(engine->nodes[index].ports);
	free(engine->links);
	free(engine->nodes);
	event_heap_wipe(&engine->heap);
	random_table_wipe(&engine->random);
	free(engine);
}

bool engine_is_exhausted(const struct engine *engine)
{
	return engine->is_exhausted;
}

struct dimp_time engine_now(const struct engine *engine)
{
	return engine->now;
}

engine_timer engine_schedule(struct engine *engine, struct dimp_time at, engine_action *action,
	void *context)
{
	const struct event event = {
		.at = at.us < engine->now.us ? engine->now : at,
		.action = action,
		.context = context,
	};
	const engine_timer timer = event_heap_push(&engine->heap, &event);

	if (!timer)
		exhausted(engine);
	return timer;
}

void engine_cancel(struct engine *engine, engine_timer timer)
{
	event_heap_remove(&engine->heap, timer);
}

unsigned engine_node_add(struct engine *engine, const char *name, engine_receive *receive,
	void *context)
{
	struct native_node *nodes = make_room(engine->nodes, engine->node_count, sizeof *nodes);

	if (!nodes) {
		exhausted(engine);
		return ENGINE_NONE;
	}
	engine->nodes = nodes;
	nodes[engine->node_count] =
		(struct native_node){.name = name, .receive = receive, .context = context};
	return engine->node_count++;
}

const char *engine_node_name(const struct engine *engine, unsigned node)
{
	assert(node < engine->node_count);
	return engine->nodes[node].name;
}

unsigned engine_link_add(struct engine *engine, struct engine_endpoint a, struct engine_endpoint b,
	const struct engine_link_config *config)
{
	struct native_link **links = make_room(engine->links, engine->link_count, sizeof *links);

	if (links)
		engine->links = links;

	struct native_link *link = links ? calloc(1, sizeof *link) : NULL;

	if (!link) {
		exhausted(engine);
		return ENGINE_NONE;
	}
	link->number = engine->link_count;
	link->ends[0] = a;
	link->ends[1] = b;
	start_side(engine, link, 0, config);
	start_side(engine, link, 1, config);
	links[engine->link_count] = link;
	if (!attach(engine, link, 0) || !attach(engine, link, 1))
		exhausted(engine);
	return engine->link_count++;
}

const struct engine_link_config *engine_link_config(const struct engine *engine, unsigned link,
	unsigned direction)
{
	assert(link < engine->link_count);
	assert(direction < 2);
	return &engine->links[link]->sides[direction].config;
}

void engine_link_configure(struct engine *engine, unsigned link, unsigned direction,
	const struct engine_link_config *config)
{
	assert(link < engine->link_count);
	assert(direction < 2);
	link_side_configure(&engine->links[link]->sides[direction], config);
}

void engine_transmit(struct engine *engine, struct engine_endpoint from, struct dimp_view frame)
{
	call_tap(engine, from, ENGINE_SENT, frame);

	const struct native_port *port = find_port(engine, from);

	if (!port)
		return;

	struct native_link *link = port->link;
	const unsigned direction = port->direction;
	struct link_passage passage;
	const enum link_verdict verdict =
		link_side_send(&link->sides[direction], frame, engine->now, &passage);

	if (verdict == LINK_NO_MEMORY)
		exhausted(engine);
	if (verdict != LINK_PASSED)
		return;
	struct engine_passing passing = {.link = link->number, .direction = direction};

	for (size_t index = 0; index < passage.copy_count; index++)
		show_intruder(engine, &passing,
			launch(engine, link->ends[1 - direction], frame, &passage.copies[index]));
}

void engine_inject(struct engine *engine, unsigned link, unsigned direction, struct dimp_view frame)
{
	assert(link < engine->link_count);
	assert(direction < 2);
	const struct native_link *on = engine->links[link];
	const struct engine_link_config *config = &on->sides[direction].config;
	const struct link_copy copy = {
		.arrival = {engine->now.us + config->delay_us},
		.flipped_bit = SIZE_MAX,
	};

	if (!config->is_cut)
		(void)launch(engine, on->ends[1 - direction], frame, &copy);
}

void engine_set_intruder(struct engine *engine, engine_intruder *intruder, void *context)
{
	engine->intruder = intruder;
	engine->intruder_context = context;
}

void engine_set_tap(struct engine *engine, engine_tap *tap, void *context)
{
	engine->tap = tap;
	engine->tap_context = context;
}

void engine_run(struct engine *engine, struct dimp_time until)
{
	struct event event;

	while (is_due(engine, until) && event_heap_pop(&engine->heap, &event)) {
		engine->now = event.at;
		event.action(event.context, engine->now);
		if (engine->observer)
			engine->observer(engine->observer_context, engine->now);
	}
	if (!engine->is_exhausted && !engine->is_stopped && until.us != UINT64_MAX &&
		engine->now.us < until.us)
		engine->now = until;
}

void engine_stop(struct engine *engine)
{
	engine->is_stopped = true;
}

void engine_set_observer(struct engine *engine, engine_action *observer, void *context)
{
	engine->observer = observer;
	engine->observer_context = context;
}

uint64_t engine_random(struct engine *engine, const char *stream)
{
	struct random_stream *found = random_table_find(&engine->random, stream);

	if (!found) {
		exhausted(engine);
		return 0;
	}
	return random_stream_next(found);
}
