/* SPDX-License-Identifier: MIT */
/*
 * Owns the cable between a VM and a server that clients and servers of one protocol are tried on.
 */
#include "cabled_machine.h"

#include "check.h"

const struct dimp_mac cabled_machine_mac = {{0x52, 0x54, 0, 0, 0, 1}};

static void send_from_vm(void *context, const struct virtual_machine *machine,
	struct dimp_view frame, struct dimp_time now)
{
	const struct cabled_machine *const cable = context;

	(void)machine;
	(void)now;
	engine_transmit(cable->engine, (struct engine_endpoint){cable->node, 0}, frame);
}

static void arrive_at_vm(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	const struct cabled_machine *const cable = context;

	(void)port;
	virtual_machine_receive(cable->machine, frame, now);
}

static void tell(void *context, const struct engine_sighting *sighting)
{
	const struct cabled_machine *const cable = context;
	struct datagram_frame datagram;
	struct edge_frame frame;

	if (sighting->direction == ENGINE_SENT && edge_frame_read(sighting->frame, &frame) &&
		datagram_frame_read(&frame, &datagram))
		cable->heard(cable->context, &frame, &datagram, sighting->time);
}

void cabled_machine_begin(struct cabled_machine *cable, cabled_machine_heard heard, void *context)
{
	static const struct dimp_mac server = {{2, 0, 0, 0, 0, 9}};
	const struct engine_link_config wire = {.delay_us = 10};

	*cable = (struct cabled_machine){.engine = engine_native_create(1),
		.heard = heard,
		.context = context};
	cable->host = network_host_create(cable->engine, "server", &server);
	cable->node = engine_node_add(cable->engine, "vm", arrive_at_vm, cable);
	engine_link_add(cable->engine, (struct engine_endpoint){cable->node, 0},
		(struct engine_endpoint){network_host_node(cable->host), 0}, &wire);
	engine_set_tap(cable->engine, tell, cable);
	cable->machine = virtual_machine_create(
		&(struct virtual_machine_config){.name = "vm", .mac = cabled_machine_mac});
	REQUIRE(cable->machine);
}

void cabled_machine_end(struct cabled_machine *cable)
{
	virtual_machine_destroy(cable->machine);
	network_host_destroy(cable->host);
	engine_destroy(cable->engine);
}

void cabled_machine_start(struct cabled_machine *cable)
{
	virtual_machine_run(cable->machine, &(struct virtual_machine_port){cable, send_from_vm});
}

void cabled_machine_run_to(struct cabled_machine *cable, uint64_t seconds)
{
	engine_run(cable->engine, (struct dimp_time){seconds * 1000000});
}
