/* SPDX-License-Identifier: MIT */
/*
 * I10: a frame of a VM leaves its edge bridge only while the VM's DI is in force there, with a
 * session if it must have one; and a frame reaches it only so.  Judged at the ports, by what a
 * bridge sends while it handles what arrived on a station's port; a bridge on the way only passes
 * on what another let in.  EAPOL is how a session begins: it reaches the VM, and goes no further.
 */
#include "observe/invariants_state.h"

static bool has_session(const struct invariants *invariants, unsigned bridge, unsigned vm)
{
	const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
	const struct di_store *store = invariants_store(invariants, bridge);
	const struct di_entry *entry;
	size_t cursor = 0;

	if (!attachment->is_dot1x_required)
		return true;
	while ((entry = di_store_next(store, vm, DIMP_DI_DOT1X_SESSION, &cursor))) {
		if (edge_mac_equals(&entry->record.body.dot1x_session.client, &attachment->mac))
			return true;
	}
	return false;
}

static bool is_station_port(const struct invariants *invariants, unsigned bridge, unsigned port)
{
	for (size_t index = 0; index < invariants->config.station_count; index++) {
		const struct invariant_station *station = &invariants->config.stations[index];
		if (station->bridge == bridge && station->port == port)
			return true;
	}
	return false;
}

/* Whether |bridge| is where the frame that it is about to pass on came in, past the VM's gate. */
static bool is_edge(const struct invariants *invariants, unsigned bridge, unsigned node)
{
	const struct present_event *present = &invariants->present;

	if (!present->has_frame || present->at.node != node)
		return true;
	return is_station_port(invariants, bridge, present->at.port);
}

/* A bridge that holds frames for a VM on its way delivers later what came in elsewhere, or came in
 * here from a VM that has stopped or left since: never what comes in just now. */
static bool may_be_held(const struct invariants *invariants, unsigned bridge, unsigned vm)
{
	const struct present_event *present = &invariants->present;
	const enum attachment_state state = invariants_attachment(invariants, bridge, vm)->state;
	const bool has_left = state == ATTACHMENT_LEFT || state == ATTACHMENT_FROZEN;
	const bool is_late = !present->has_frame || present->at.node >= invariants->node_count ||
		invariants->node_bridge[present->at.node] != bridge;

	return invariants->config.bridges[bridge].hold_octets_max != 0 && is_late &&
		(state == ATTACHMENT_ABSENT || state == ATTACHMENT_EXPECTED || has_left);
}

static void judge_vm(struct invariants *invariants, unsigned bridge, unsigned vm, const char *how)
{
	const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
	const struct breach breach = {INVARIANT_I10, invariants_bridge_name(invariants, bridge),
		"frames of a VM pass only while its session and DI are in force"};

	if (attachment->state != ATTACHMENT_ACTIVE)
		invariants_report(invariants, &breach, "a frame %s %s, which is not in force", how,
			invariants->config.vms[vm].name);
	else if (!has_session(invariants, bridge, vm))
		invariants_report(invariants, &breach, "a frame %s %s, which has no session", how,
			invariants->config.vms[vm].name);
}

/* DIMP and VDP are the bridge's with the server, whatever VMs are there. */
static bool is_control(const struct edge_frame *frame)
{
	struct dimp_view pdu;

	return frame->ethertype == EDGE_ETHERTYPE_ECP ||
		(!frame->is_tagged && pdu_carrier_read(frame, &pdu));
}

static bool has_vm_in_force(const struct invariants *invariants, unsigned bridge, unsigned port)
{
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
		if (attachment && attachment->state == ATTACHMENT_ACTIVE &&
			attachment->port == port)
			return true;
	}
	return false;
}

/* Nothing reaches a port before the DI of a VM there is in force: no group's frames, no EAPOL and
 * no query of the bridge's own either (DIMP 9.2-10). */
static void judge_port(struct invariants *invariants, unsigned bridge, unsigned port)
{
	const struct breach breach = {INVARIANT_I10, invariants_bridge_name(invariants, bridge),
		"nothing is sent to a port where no VM's DI is in force"};

	if (!has_vm_in_force(invariants, bridge, port))
		invariants_report(invariants, &breach, "a frame to port %u", port);
}

void invariant_authorisation(struct invariants *invariants, const struct engine_sighting *sighting)
{
	struct edge_frame frame;
	const unsigned node = sighting->at.node;

	if (sighting->direction != ENGINE_SENT || node >= invariants->node_count ||
		invariants->node_bridge[node] == INVARIANT_NOBODY ||
		!edge_frame_read(sighting->frame, &frame))
		return;
	const unsigned bridge = invariants->node_bridge[node];
	const unsigned from = invariants_vm_with(invariants, &frame.source);
	const unsigned to = invariants_vm_with(invariants, &frame.destination);
	const bool is_to_station = is_station_port(invariants, bridge, sighting->at.port);
	if (is_to_station && !is_control(&frame))
		judge_port(invariants, bridge, sighting->at.port);
	/* The bridge speaks for itself with EAPOL, in whoever's name it was recorded. */
	if (is_to_station && frame.ethertype == EDGE_ETHERTYPE_EAPOL)
		return;
	if (from != INVARIANT_NOBODY && is_edge(invariants, bridge, node) &&
		!(is_to_station && may_be_held(invariants, bridge, from)))
		judge_vm(invariants, bridge, from, "from");
	if (to != INVARIANT_NOBODY && is_to_station)
		judge_vm(invariants, bridge, to, "to");
}
