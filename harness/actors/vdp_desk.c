/* SPDX-License-Identifier: MIT */
/*
 * One VSI has one order at a time.  Its Pre-Associate is answered when the copy is staged, its
 * Associate when the DI is in force, either with the error of a FAIL before.  A copy that fails
 * after it was staged ends the pre-association.  AT_RISK cannot be asked of the station: VDP has no
 * word for it, so that the host says CANCEL.
 */
#include "actors/vdp_desk.h"

#include <stdlib.h>
#include <string.h>

#include "actors/ecp_frame.h"
#include "vdp/vdp_bridge.h"

struct desk_port {
	struct vdp_desk *desk;
	unsigned number;
	struct vdp_bridge *machine;
	engine_timer timer;
};

struct desk_vsi {
	struct vdp_desk *desk;
	bool is_ordered; /* |order| waits for its command */
	bool is_open; /* |request| is under way */
	bool is_staged;
	bool is_cut_over;
	bool is_awaited; /* a command waits for what comes of it */
	bool has_outcome;
	unsigned port; /* where the command came from */
	uint64_t request;
	struct dimp_request_config order;
	struct dimp_message outcome;
};

struct vdp_desk {
	struct vdp_desk_config config;
	struct desk_port *ports;
	struct desk_vsi *vsis; /* by the bridge's slots */
};

static engine_action expire;

static bool make_machine(struct desk_port *port)
{
	port->machine = vdp_bridge_create(&port->desk->config.timing, port->desk->config.vsis_max);
	return port->machine != NULL;
}

static void send_due(struct desk_port *port, struct dimp_time now)
{
	struct edge_bridge *bridge = port->desk->config.bridge;
	uint8_t octets[ECP_FRAME_MAX];
	size_t size;

	while ((size = vdp_bridge_transmit(port->machine, octets + ECP_FRAME_HEADER, now)) != 0)
		edge_bridge_send_control(bridge, port->number,
			ecp_frame_finish(octets, edge_bridge_address(bridge), size));
	struct engine *engine = port->desk->config.engine;
	const struct dimp_time at = vdp_bridge_deadline(port->machine);

	engine_cancel(engine, port->timer);
	port->timer = at.us == UINT64_MAX ? 0 : engine_schedule(engine, at, expire, port);
}

static void answer(struct desk_vsi *vsi, uint8_t status, struct dimp_time now)
{
	struct desk_port *port = &vsi->desk->ports[vsi->port];

	if (vsi->is_awaited)
		vdp_bridge_answer(port->machine, &vsi->order.vsi, status, now);
	else
		vdp_bridge_end(port->machine, &vsi->order.vsi, status);
	vsi->is_awaited = false;
	send_due(port, now);
}

static void command(const struct desk_vsi *vsi, struct dimp_time now,
	enum dimp_error (*give)(struct dimp_speaker *, uint64_t, struct dimp_time))
{
	struct speaker_binding *binding = edge_bridge_speaker(vsi->desk->config.bridge);

	if (!binding || !vsi->is_open)
		return;
	/* One that has ended meanwhile says so by its RESPONSE. */
	const enum dimp_error error = give(speaker_binding_speaker(binding), vsi->request,
		speaker_binding_time(binding, now));
	(void)error;
	speaker_binding_settle(binding, now);
}

static void take_progress(struct desk_vsi *vsi, const struct dimp_progress *progress,
	struct dimp_time now)
{
	if (progress->phase == DIMP_PHASE_AT_RISK) {
		command(vsi, now, dimp_speaker_cancel);
		return;
	}
	if (progress->phase != DIMP_PHASE_STAGED || vsi->is_staged)
		return;
	vsi->is_staged = true;
	if (!vsi->is_cut_over && vsi->is_awaited)
		answer(vsi, dimp_error_vdp_status(DIMP_ERROR_NONE), now);
}

static void hear(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct desk_vsi *vsi = context;
	const struct dimp_response *response = &event->message.body.response;

	if (!vsi->is_open || event->request != vsi->request)
		return;
	if (event->kind == DIMP_EVENT_PROGRESS) {
		take_progress(vsi, &event->message.body.progress, now);
		return;
	}
	vsi->is_open = false;
	vsi->has_outcome = true;
	vsi->outcome = event->message;
	const bool is_failed = response->result == DIMP_RESULT_FAIL;

	if (is_failed || vsi->is_awaited)
		answer(vsi,
			dimp_error_vdp_status(
				is_failed ? (enum dimp_error)response->error : DIMP_ERROR_NONE),
			now);
}

/* The order goes to the bridge; what comes of it is the answer. */
static void start(struct desk_vsi *vsi, unsigned slot, enum dimp_mode mode, struct dimp_time now)
{
	const struct vdp_desk_config *config = &vsi->desk->config;
	const struct hypervisor_request listener = {vsi, hear};

	if (!vsi->is_ordered) {
		answer(vsi, DIMP_VDP_HARD | VDP_NO_MANAGER, now);
		return;
	}
	vsi->is_ordered = vsi->is_staged = vsi->has_outcome = false;
	vsi->is_cut_over = mode == DIMP_MODE_ONE_SHOT;
	vsi->order.mode = mode;
	edge_bridge_expect(config->bridge, slot, vsi->port);
	vsi->is_open = true;
	const enum dimp_error error =
		operator_desk_pull(config->orders, &vsi->order, &listener, &vsi->request);
	if (error == DIMP_ERROR_NONE)
		return;
	vsi->is_open = false;
	answer(vsi, dimp_error_vdp_status(error), now);
}

static bool is_here(const struct desk_vsi *vsi, unsigned slot)
{
	const struct attachment *attachment =
		edge_bridge_attachment(vsi->desk->config.bridge, slot);

	return attachment->state == ATTACHMENT_ACTIVE && attachment->port == vsi->port;
}

static void pre_associate(struct desk_vsi *vsi, unsigned slot, bool is_migrating,
	struct dimp_time now)
{
	if (is_migrating && !is_here(vsi, slot))
		start(vsi, slot, DIMP_MODE_STAGED, now);
	else
		answer(vsi, DIMP_VDP_ACK, now);
}

static void associate(struct desk_vsi *vsi, unsigned slot, bool is_migrating, struct dimp_time now)
{
	if (vsi->is_open && is_migrating) {
		vsi->is_cut_over = true;
		command(vsi, now, dimp_speaker_cutover);
		return;
	}
	if (is_migrating && !is_here(vsi, slot)) {
		start(vsi, slot, DIMP_MODE_ONE_SHOT, now);
		return;
	}
	if (!is_here(vsi, slot))
		edge_bridge_attach(vsi->desk->config.bridge, slot, vsi->port, now);
	answer(vsi, DIMP_VDP_ACK, now);
}

/* FREEZE may be here before the De-Associate that the VM stopped with. */
static bool is_on_port(const struct desk_vsi *vsi, unsigned slot)
{
	const struct attachment *attachment =
		edge_bridge_attachment(vsi->desk->config.bridge, slot);

	return is_here(vsi, slot) ||
		(attachment->state == ATTACHMENT_FROZEN && attachment->port == vsi->port);
}

static void de_associate(struct desk_vsi *vsi, unsigned slot, struct dimp_time now)
{
	const bool is_leaving = is_on_port(vsi, slot);

	answer(vsi, DIMP_VDP_ACK, now);
	command(vsi, now, dimp_speaker_cancel);
	if (is_leaving)
		edge_bridge_leave(vsi->desk->config.bridge, slot, now);
}

/* The database says what a VM may be called and in which VLAN it is; other formats name less. */
static bool is_filter_right(const struct edge_bridge *bridge, unsigned slot,
	const struct vdp_tlv *tlv)
{
	const struct attachment *attachment = edge_bridge_attachment(bridge, slot);
	const bool has_mac =
		tlv->format == VDP_FILTER_MAC_VID || tlv->format == VDP_FILTER_GROUP_MAC_VID;

	for (size_t index = 0; index < tlv->filter_count; index++) {
		const struct vdp_filter *filter = &tlv->filters[index];
		if (edge_bridge_own_vlan(bridge, filter->vlan) != attachment->vlan)
			return false;
		if (has_mac && !edge_mac_equals(&filter->mac, &attachment->mac))
			return false;
	}
	return true;
}

static void act(struct desk_vsi *vsi, unsigned slot, const struct vdp_indication *told,
	struct dimp_time now)
{
	const struct vdp_tlv *tlv = &told->command;
	const bool is_migrating = (tlv->status & VDP_MIGRATES_TO) != 0;

	vsi->order.vsi = tlv->vsi;
	vsi->is_awaited = !told->is_gone;
	if (told->is_gone) {
		de_associate(vsi, slot, now);
		return;
	}
	switch (tlv->kind) {
	case VDP_PRE_ASSOCIATE:
	case VDP_PRE_ASSOCIATE_RR: pre_associate(vsi, slot, is_migrating, now); break;
	case VDP_ASSOCIATE: associate(vsi, slot, is_migrating, now); break;
	case VDP_DE_ASSOCIATE: de_associate(vsi, slot, now); break;
	}
}

static void take_indications(struct desk_port *port, struct dimp_time now)
{
	struct vdp_desk *desk = port->desk;
	struct vdp_indication told;
	unsigned slot;

	while (vdp_bridge_indication(port->machine, &told)) {
		if (!edge_bridge_find(desk->config.bridge, &told.command.vsi, &slot)) {
			vdp_bridge_answer(port->machine, &told.command.vsi,
				DIMP_VDP_HARD | VDP_OTHER, now);
			continue;
		}
		if (!is_filter_right(desk->config.bridge, slot, &told.command)) {
			vdp_bridge_answer(port->machine, &told.command.vsi,
				DIMP_VDP_HARD | VDP_INVALID_FILTER, now);
			continue;
		}
		desk->vsis[slot].port = port->number;
		act(&desk->vsis[slot], slot, &told, now);
	}
	send_due(port, now);
}

static void expire(void *context, struct dimp_time now)
{
	struct desk_port *port = context;

	port->timer = 0;
	vdp_bridge_expire(port->machine, now);
	take_indications(port, now);
}

static void receive(void *context, unsigned number, const struct edge_frame *frame,
	struct dimp_time now)
{
	struct vdp_desk *desk = context;
	struct desk_port *port = &desk->ports[number];

	if (number >= desk->config.ports || (!port->machine && !make_machine(port)))
		return;
	vdp_bridge_receive(port->machine, edge_frame_payload(frame), now);
	take_indications(port, now);
}

struct vdp_desk *vdp_desk_create(const struct vdp_desk_config *config)
{
	struct vdp_desk *desk = calloc(1, sizeof *desk);

	if (!desk)
		return NULL;
	desk->config = *config;
	desk->ports = calloc(config->ports + 1u, sizeof *desk->ports);
	desk->vsis = calloc(config->vsis_max + 1u, sizeof *desk->vsis);
	if (!desk->ports || !desk->vsis) {
		vdp_desk_destroy(desk);
		return NULL;
	}
	for (unsigned number = 0; number < config->ports; number++)
		desk->ports[number] = (struct desk_port){.desk = desk, .number = number};
	for (unsigned slot = 0; slot < config->vsis_max; slot++)
		desk->vsis[slot].desk = desk;
	edge_bridge_set_control(config->bridge, &(struct edge_control){desk, receive});
	return desk;
}

void vdp_desk_forget(struct vdp_desk *desk)
{
	for (unsigned number = 0; desk->ports && number < desk->config.ports; number++) {
		struct desk_port *port = &desk->ports[number];
		engine_cancel(desk->config.engine, port->timer);
		port->timer = 0;
		vdp_bridge_destroy(port->machine);
		port->machine = NULL;
	}
	for (unsigned slot = 0; desk->vsis && slot < desk->config.vsis_max; slot++)
		desk->vsis[slot] = (struct desk_vsi){.desk = desk};
}

void vdp_desk_destroy(struct vdp_desk *desk)
{
	if (!desk)
		return;
	vdp_desk_forget(desk);
	free(desk->ports);
	free(desk->vsis);
	free(desk);
}

void vdp_desk_order(struct vdp_desk *desk, const struct dimp_request_config *request)
{
	unsigned slot;

	if (!edge_bridge_find(desk->config.bridge, &request->vsi, &slot))
		return;
	desk->vsis[slot].order = *request;
	desk->vsis[slot].is_ordered = true;
	desk->vsis[slot].has_outcome = false;
}

const struct dimp_message *vdp_desk_outcome(const struct vdp_desk *desk, const struct dimp_vsi *vsi)
{
	unsigned slot;

	if (!edge_bridge_find(desk->config.bridge, vsi, &slot) || !desk->vsis[slot].has_outcome)
		return NULL;
	return &desk->vsis[slot].outcome;
}
