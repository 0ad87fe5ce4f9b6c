/* SPDX-License-Identifier: MIT */
/* Owns the bridge on which hand-made frames are tried, and what is beyond its ports. */
#include "bridge_lab.h"

#include <string.h>

#include "check.h"

const struct dimp_mac bridge_lab_vms[3] = {{{0x52, 0x54, 0, 0, 0, 1}}, {{0x52, 0x54, 0, 0, 0, 2}},
	{{0x52, 0x54, 0, 0, 0, 3}}};
const struct dimp_mac bridge_lab_host = {{2, 0, 0, 0, 0, 9}};
const struct dimp_mac bridge_lab_bridge = {{2, 0, 0, 0, 0, 0xaa}};
const struct dimp_mac bridge_lab_everyone = {{255, 255, 255, 255, 255, 255}};

static void arrive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct bridge_lab_arrivals *arrivals = context;

	(void)port;
	(void)now;
	arrivals->count++;
	arrivals->size = frame.size < sizeof arrivals->octets ? frame.size : 0;
	memcpy(arrivals->octets, frame.octets, arrivals->size);
}

static void hear(void *context, const struct edge_heard *heard, struct dimp_time now)
{
	struct bridge_lab *lab = context;

	(void)now;
	lab->heard[heard->side]++;
}

static void add_vm(struct bridge_lab *lab, unsigned number, unsigned port)
{
	const struct attachment vm = {.mac = bridge_lab_vms[number], .vlan = BRIDGE_LAB_VLAN};

	CHECK(edge_bridge_know(lab->bridge, &vm));
	if (port != 0)
		edge_bridge_attach(lab->bridge, number, port, engine_now(lab->engine));
}

void bridge_lab_make(struct bridge_lab *lab)
{
	const struct engine_link_config cable = {.delay_us = 1};
	static const char *const names[BRIDGE_LAB_PORTS] = {"", "server-1", "server-2", "edge-b",
		"host"};

	*lab = (struct bridge_lab){.engine = engine_native_create(1)};
	lab->bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = lab->engine,
		.name = "edge-a",
		.ports = BRIDGE_LAB_PORTS,
		.address = bridge_lab_bridge,
		.attachments_max = 3,
		.learner = {.context = lab, .hear = hear},
	});
	for (unsigned port = 1; port < BRIDGE_LAB_PORTS; port++) {
		lab->ends[port] =
			engine_node_add(lab->engine, names[port], arrive, &lab->arrivals[port]);
		engine_link_add(lab->engine,
			(struct engine_endpoint){edge_bridge_node(lab->bridge), port},
			(struct engine_endpoint){lab->ends[port], 0}, &cable);
	}
	edge_bridge_set_port(lab->bridge, 1, EDGE_PORT_STATION, false);
	edge_bridge_set_port(lab->bridge, 2, EDGE_PORT_STATION, false);
	edge_bridge_set_port(lab->bridge, 3, EDGE_PORT_UPLINK, true);
	edge_bridge_set_port(lab->bridge, 4, EDGE_PORT_HOST, false);
	add_vm(lab, BRIDGE_LAB_FIRST, 1);
	add_vm(lab, BRIDGE_LAB_SECOND, 2);
	add_vm(lab, BRIDGE_LAB_FAR, 0);
}

void bridge_lab_destroy(struct bridge_lab *lab)
{
	edge_bridge_destroy(lab->bridge);
	engine_destroy(lab->engine);
}

/* Sends from the far end of |port| and lets it settle. */
void bridge_lab_send(struct bridge_lab *lab, unsigned port, const struct made_frame *frame)
{
	memset(lab->arrivals, 0, sizeof lab->arrivals);
	engine_transmit(lab->engine, (struct engine_endpoint){lab->ends[port], 0},
		made_view(frame));
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + 10});
}

void bridge_lab_check(const struct bridge_lab *lab, const char *expected)
{
	char actual[BRIDGE_LAB_PORTS];

	for (unsigned port = 1; port < BRIDGE_LAB_PORTS; port++)
		actual[port - 1] = (char)('0' + lab->arrivals[port].count);
	actual[BRIDGE_LAB_PORTS - 1] = '\0';
	CHECK_TEXT(actual, expected);
}

struct made_udp bridge_lab_udp(const struct dimp_mac *to, const struct dimp_mac *from)
{
	return (struct made_udp){
		.destination = *to,
		.source = *from,
		.vlan = BRIDGE_LAB_VLAN,
		.from = {10, 0, 0, 1},
		.to = {10, 0, 0, 2},
		.from_port = 1000,
		.to_port = 2000,
	};
}

void bridge_lab_send_udp(struct bridge_lab *lab, unsigned port, const struct made_udp *udp)
{
	const struct made_frame frame = make_udp(udp);

	bridge_lab_send(lab, port, &frame);
}
