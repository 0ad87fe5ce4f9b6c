/* SPDX-License-Identifier: MIT */
/*
 * Links between nodes, the frames on their way over them, and who is on the way.  What a link does
 * to a frame is arithmetic, and it arrives by a timer, unless the engine has it carried by somebody
 * else.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine_state.h"

/* A frame on its way; in the engine's list until it arrives. */
struct engine_flight {
	struct engine *engine;
	struct engine_flight *previous, *next;
	struct engine_endpoint to;
	size_t size;
	uint8_t octets[];
};

static void unlink_flight(struct engine_flight *flight)
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
	struct engine_flight *flight = context;

	(void)now;
	unlink_flight(flight);
	engine_state_deliver(flight->engine, flight->to,
		(struct dimp_view){flight->octets, flight->size});
	free(flight);
}

static struct engine_flight *launch(struct engine *engine, struct engine_endpoint to,
	struct dimp_view frame, const struct link_copy *copy)
{
	struct engine_flight *flight = malloc(sizeof *flight + frame.size);

	if (!flight)
		return engine_state_exhaust(engine);
	*flight = (struct engine_flight){.engine = engine,
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
	struct engine_flight *flight)
{
	if (!engine->intruder || !flight)
		return;
	passing->octets = flight->octets;
	passing->size = flight->size;
	engine->intruder(engine->intruder_context, passing);
	flight->size = passing->size < flight->size ? passing->size : flight->size;
}

static const struct engine_port *find_port(const struct engine *engine, struct engine_endpoint at)
{
	assert(at.node < engine->node_count);
	const struct engine_node *node = &engine->nodes[at.node];

	if (at.port >= node->port_count)
		return NULL;

	const struct engine_port *port = &node->ports[at.port];

	return port->link || port->outlet ? port : NULL;
}

static bool attach(struct engine *engine, struct engine_link *link, unsigned direction)
{
	const struct engine_endpoint end = link->ends[direction];

	assert(end.node < engine->node_count);
	assert(!find_port(engine, end));
	struct engine_port *port = engine_state_port(engine, end);

	if (!port)
		return false;
	*port = (struct engine_port){.link = link, .direction = direction};
	return true;
}

static void start_side(struct engine *engine, struct engine_link *link, unsigned direction,
	const struct engine_link_config *config)
{
	char name[64];
	struct random_stream random;

	(void)snprintf(name, sizeof name, "link/%u/%u", engine->link_count, direction);
	random_stream_init(&random, engine->random.seed, name);
	link_side_init(&link->sides[direction], config, &random);
}

void engine_links_wipe(struct engine *engine)
{
	for (struct engine_flight *next, *flight = engine->flights; flight; flight = next) {
		next = flight->next;
		free(flight);
	}
	for (unsigned index = 0; index < engine->link_count; index++) {
		link_side_wipe(&engine->links[index]->sides[0]);
		link_side_wipe(&engine->links[index]->sides[1]);
		free(engine->links[index]);
	}
	free(engine->links);
}

unsigned engine_link_add(struct engine *engine, struct engine_endpoint a, struct engine_endpoint b,
	const struct engine_link_config *config)
{
	struct engine_link **links =
		engine_state_room(engine->links, engine->link_count, sizeof *links);

	if (links)
		engine->links = links;

	struct engine_link *link = links ? calloc(1, sizeof *link) : NULL;

	if (!link) {
		engine_state_exhaust(engine);
		return ENGINE_NONE;
	}
	link->number = engine->link_count;
	link->ends[0] = a;
	link->ends[1] = b;
	start_side(engine, link, 0, config);
	start_side(engine, link, 1, config);
	links[engine->link_count] = link;
	const struct engine_operations *operations = engine->operations;

	if (!attach(engine, link, 0) || !attach(engine, link, 1) ||
		(operations->join && !operations->join(engine, link)))
		engine_state_exhaust(engine);
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
	if (engine->operations->configure)
		engine->operations->configure(engine, engine->links[link], direction);
}

void engine_links_launch(struct engine *engine, const struct engine_port *from,
	struct dimp_view frame, const struct link_passage *passage)
{
	const struct engine_endpoint to = from->link->ends[1 - from->direction];
	struct engine_passing passing = {.link = from->link->number, .direction = from->direction};

	for (size_t index = 0; index < passage->copy_count; index++)
		show_intruder(engine, &passing, launch(engine, to, frame, &passage->copies[index]));
}

static void send_on_link(struct engine *engine, const struct engine_port *port,
	struct dimp_view frame)
{
	struct link_passage passage;
	const enum link_verdict verdict =
		link_side_send(&port->link->sides[port->direction], frame, engine->now, &passage);

	if (verdict == LINK_NO_MEMORY)
		engine_state_exhaust(engine);
	if (verdict == LINK_PASSED)
		engine_links_launch(engine, port, frame, &passage);
}

void engine_transmit(struct engine *engine, struct engine_endpoint from, struct dimp_view frame)
{
	engine_state_sight(engine, from, ENGINE_SENT, frame);

	const struct engine_port *port = find_port(engine, from);

	if (!port)
		return;
	if (port->link && engine->operations->carry)
		engine->operations->carry(engine, port, frame);
	else if (port->link)
		send_on_link(engine, port, frame);
	else
		engine->operations->put_out(engine, port->outlet, frame);
}

void engine_inject(struct engine *engine, unsigned link, unsigned direction, struct dimp_view frame)
{
	assert(link < engine->link_count);
	assert(direction < 2);
	const struct engine_link *on = engine->links[link];
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
