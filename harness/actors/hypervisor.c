/* SPDX-License-Identifier: MIT */
/*
 * The station's node: VMs' frames leave tagged with their VLAN, what arrives is given to the VMs it
 * is for, DIMP to the speaker.
 */
#include "actors/hypervisor.h"

#include <stdlib.h>

enum { STATION_PORT = 0, REQUESTS_MAX = 4096 };

/* One that was sent, until its RESPONSE. */
struct asked {
	bool is_open;
	uint64_t request;
	struct hypervisor_request listener;
};

struct hypervisor {
	struct engine *engine;
	const char *name;
	const struct speaker_watch *watch;
	unsigned node;
	struct dimp_mac address;
	enum pdu_carrier carrier;
	struct speaker_binding *binding;
	struct hypervisor_control control; /* receive NULL: nobody */
	struct virtual_machine **machines;
	size_t machine_count, machines_max;
	struct asked *asked;
	size_t asked_count;
};

static void send_frame(void *context, struct dimp_view frame, struct dimp_time now)
{
	struct hypervisor *hypervisor = context;

	(void)now;
	engine_transmit(hypervisor->engine,
		(struct engine_endpoint){hypervisor->node, STATION_PORT}, frame);
}

static void send_of_machine(void *context, const struct virtual_machine *machine,
	struct dimp_view octets, struct dimp_time now)
{
	uint8_t tagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	struct edge_frame frame;

	if (!edge_frame_read(octets, &frame))
		return;
	const size_t size = edge_frame_retag(&frame, virtual_machine_vlan(machine), tagged);
	send_frame(context, (struct dimp_view){tagged, size}, now);
}

static void receive(void *context, unsigned port, struct dimp_view octets, struct dimp_time now)
{
	struct hypervisor *hypervisor = context;
	struct edge_frame frame;
	struct dimp_view pdu;

	(void)port;
	if (!edge_frame_read(octets, &frame))
		return;
	if (pdu_carrier_read(&frame, &pdu)) {
		if (hypervisor->binding &&
			edge_mac_equals(&frame.destination, &hypervisor->address))
			speaker_binding_receive(hypervisor->binding, &frame, now);
		return;
	}
	if (frame.ethertype == EDGE_ETHERTYPE_ECP && edge_mac_is_link_local(&frame.destination)) {
		if (hypervisor->control.receive)
			hypervisor->control.receive(hypervisor->control.context, &frame, now);
		return;
	}
	for (size_t index = 0; index < hypervisor->machine_count; index++)
		virtual_machine_receive(hypervisor->machines[index], octets, now);
}

void hypervisor_set_control(struct hypervisor *hypervisor, const struct hypervisor_control *control)
{
	hypervisor->control = *control;
}

void hypervisor_send(struct hypervisor *hypervisor, struct dimp_view frame)
{
	engine_transmit(hypervisor->engine,
		(struct engine_endpoint){hypervisor->node, STATION_PORT}, frame);
}

static void hear(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct hypervisor *hypervisor = context;

	if (event->kind != DIMP_EVENT_PROGRESS && event->kind != DIMP_EVENT_RESPONSE &&
		event->kind != DIMP_EVENT_ANNOUNCED)
		return;
	for (size_t index = 0; index < hypervisor->asked_count; index++) {
		struct asked *asked = &hypervisor->asked[index];
		if (!asked->is_open || asked->request != event->request)
			continue;
		asked->is_open = event->kind == DIMP_EVENT_PROGRESS;
		const struct hypervisor_request listener = asked->listener;
		listener.hear(listener.context, event, now);
		return;
	}
}

bool hypervisor_restart(struct hypervisor *hypervisor, const struct dimp_speaker_config *speaker)
{
	const struct speaker_binding_config binding = {
		.engine = hypervisor->engine,
		.name = hypervisor->name,
		.address = hypervisor->address,
		.carrier = hypervisor->carrier,
		.speaker = speaker,
		.host = {hypervisor, send_frame, hear},
		.watch = hypervisor->watch,
	};

	hypervisor->binding = speaker_binding_create(&binding);
	return hypervisor->binding != NULL;
}

void hypervisor_crash(struct hypervisor *hypervisor)
{
	speaker_binding_destroy(hypervisor->binding);
	hypervisor->binding = NULL;
	for (size_t index = 0; index < hypervisor->asked_count; index++)
		hypervisor->asked[index].is_open = false;
}

struct hypervisor *hypervisor_create(const struct hypervisor_config *config)
{
	struct hypervisor *hypervisor = calloc(1, sizeof *hypervisor);

	if (!hypervisor)
		return NULL;
	hypervisor->engine = config->engine;
	hypervisor->name = config->name;
	hypervisor->watch = config->watch;
	hypervisor->address = config->address;
	hypervisor->carrier = config->carrier;
	hypervisor->machines_max = config->machines_max;
	hypervisor->machines = calloc(config->machines_max + 1u, sizeof *hypervisor->machines);
	hypervisor->asked = calloc(REQUESTS_MAX, sizeof *hypervisor->asked);
	const bool is_bound = !config->speaker || hypervisor_restart(hypervisor, config->speaker);
	if (!hypervisor->machines || !hypervisor->asked || !is_bound) {
		hypervisor_destroy(hypervisor);
		return NULL;
	}
	hypervisor->node = engine_node_add(config->engine, config->name, receive, hypervisor);
	return hypervisor;
}

void hypervisor_destroy(struct hypervisor *hypervisor)
{
	if (!hypervisor)
		return;
	speaker_binding_destroy(hypervisor->binding);
	free(hypervisor->machines);
	free(hypervisor->asked);
	free(hypervisor);
}

unsigned hypervisor_node(const struct hypervisor *hypervisor)
{
	return hypervisor->node;
}

const struct dimp_mac *hypervisor_address(const struct hypervisor *hypervisor)
{
	return &hypervisor->address;
}

struct speaker_binding *hypervisor_speaker(const struct hypervisor *hypervisor)
{
	return hypervisor->binding;
}

bool hypervisor_run(struct hypervisor *hypervisor, struct virtual_machine *machine)
{
	const struct virtual_machine_port port = {hypervisor, send_of_machine};

	if (hypervisor->machine_count == hypervisor->machines_max)
		return false;
	hypervisor->machines[hypervisor->machine_count++] = machine;
	virtual_machine_run(machine, &port);
	return true;
}

void hypervisor_stop(struct hypervisor *hypervisor, struct virtual_machine *machine)
{
	virtual_machine_stop(machine);
	for (size_t index = 0; index < hypervisor->machine_count; index++) {
		if (hypervisor->machines[index] != machine)
			continue;
		hypervisor->machines[index] = hypervisor->machines[--hypervisor->machine_count];
		return;
	}
}

bool hypervisor_runs(const struct hypervisor *hypervisor, const struct dimp_mac *machine)
{
	for (size_t index = 0; index < hypervisor->machine_count; index++) {
		if (edge_mac_equals(virtual_machine_mac(hypervisor->machines[index]), machine))
			return true;
	}
	return false;
}

size_t hypervisor_open_requests(const struct hypervisor *hypervisor)
{
	size_t open = 0;

	for (size_t index = 0; index < hypervisor->asked_count; index++)
		open += hypervisor->asked[index].is_open;
	return open;
}

static struct asked *find_room(struct hypervisor *hypervisor)
{
	for (size_t index = 0; index < hypervisor->asked_count; index++) {
		if (!hypervisor->asked[index].is_open)
			return &hypervisor->asked[index];
	}
	if (hypervisor->asked_count == REQUESTS_MAX)
		return NULL;
	return &hypervisor->asked[hypervisor->asked_count++];
}

enum dimp_error hypervisor_ask(struct hypervisor *hypervisor,
	const struct dimp_request_config *config, const struct hypervisor_request *listener,
	uint64_t *request)
{
	const struct dimp_time now = engine_now(hypervisor->engine);
	struct asked *asked = find_room(hypervisor);

	if (!hypervisor->binding || !asked)
		return DIMP_ERROR_TABLE_FULL;
	const enum dimp_error error =
		speaker_binding_ask(hypervisor->binding, config, now, request);
	if (error != DIMP_ERROR_NONE)
		return error;
	*asked = (struct asked){.is_open = true, .request = *request, .listener = *listener};
	speaker_binding_settle(hypervisor->binding, now);
	return DIMP_ERROR_NONE;
}

enum dimp_error hypervisor_announce(struct hypervisor *hypervisor,
	const struct dimp_announcement *announcement, const struct hypervisor_request *listener,
	uint64_t *id)
{
	const struct dimp_time now = engine_now(hypervisor->engine);
	struct asked *asked = find_room(hypervisor);

	if (!hypervisor->binding || !asked)
		return DIMP_ERROR_TABLE_FULL;
	const enum dimp_error error =
		speaker_binding_announce(hypervisor->binding, announcement, now, id);
	if (error != DIMP_ERROR_NONE)
		return error;
	*asked = (struct asked){.is_open = true, .request = *id, .listener = *listener};
	speaker_binding_settle(hypervisor->binding, now);
	return DIMP_ERROR_NONE;
}
