/* SPDX-License-Identifier: MIT */
/*
 * Where frames go.  From a station port: opened (MACsec), gated, heard by the sources, then
 * forwarded like any other.  To a VM: gated, heard, protected, sent on its port.  The fabric is a
 * tree, so flooding everywhere but back ends by itself.
 *
 * Management is untagged DIMP between bridges and stations; it alone reaches a server past its VMs'
 * gates, and from a server it reaches the bridge alone.
 */
#include "bridge/edge_bridge_state.h"

#include <string.h>

#include "bridge/learned_addresses.h"
#include "bridge/membership_filter.h"
#include "bridge/neighbour_inspection.h"
#include "bridge/registration_filter.h"
#include "bridge/source_guard.h"

/* A frame on its way through the bridge. */
struct passage {
	const struct edge_frame *frame;
	unsigned port; /* where it came from; port_count: from the bridge itself */
	uint16_t vlan;
	struct dimp_time now;
};

static void drop(struct edge_bridge *bridge, enum gate_verdict verdict)
{
	bridge->drops[verdict]++;
}

uint16_t edge_forwarding_tag(const struct edge_bridge *bridge, uint16_t vlan)
{
	for (size_t index = 0; index < bridge->cables.count; index++) {
		if (bridge->cables.pairs[index].ours == vlan)
			return bridge->cables.pairs[index].theirs;
	}
	return vlan;
}

static void send_tagged(struct edge_bridge *bridge, unsigned port, const struct edge_frame *frame,
	uint16_t vlan)
{
	uint8_t octets[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	const size_t size = edge_frame_retag(frame, edge_forwarding_tag(bridge, vlan), octets);

	engine_transmit(bridge->engine, (struct engine_endpoint){bridge->node, port},
		(struct dimp_view){octets, size});
}

static bool must_be_protected(const struct edge_bridge *bridge, unsigned slot,
	const struct edge_frame *frame)
{
	return frame->ethertype != EDGE_ETHERTYPE_EAPOL &&
		(bridge->attachments[slot].is_macsec_required ||
			secure_port_is_in_use(bridge->secure, slot));
}

static void send_protected(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	uint8_t clear[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	uint8_t octets[EDGE_FRAME_SIZE_MAX + SECURE_PORT_OVERHEAD];
	struct edge_frame whole;
	size_t size = edge_frame_retag(frame, 0, clear);

	if (!edge_frame_read((struct dimp_view){clear, size}, &whole))
		return;
	size = secure_port_protect(bridge->secure, attachment->slot, &whole, octets);
	if (size == 0 || !edge_frame_read((struct dimp_view){octets, size}, &whole)) {
		drop(bridge, GATE_MACSEC);
		return;
	}
	send_tagged(bridge, attachment->port, &whole, attachment->vlan);
}

void edge_forwarding_deliver(struct edge_bridge *bridge, struct attachment *attachment,
	const struct edge_frame *arrived, struct dimp_time now)
{
	struct relayed_frame space;
	const struct edge_frame *const frame = edge_relaying_unmark(bridge, arrived, &space);

	if (edge_holding_queue(bridge, attachment, frame))
		return;
	const struct judged_frame judged = {frame, DIMP_DIRECTION_TRANSMIT,
		gate_to_vm(bridge->store, attachment, frame, now), now};
	const enum gate_verdict verdict = edge_metering_judge(bridge, attachment, &judged);
	if (verdict != GATE_PASS) {
		drop(bridge, verdict);
		return;
	}
	edge_bridge_hear(bridge, attachment, EDGE_TO_VM, frame);
	if (must_be_protected(bridge, attachment->slot, frame))
		send_protected(bridge, attachment, frame);
	else
		send_tagged(bridge, attachment->port, frame, attachment->vlan);
}

/* A VM that is expected is elsewhere so far: its frames go where it was heard. */
static bool is_here(const struct attachment *attachment, uint16_t vlan)
{
	const bool is_attached =
		attachment->state == ATTACHMENT_ACTIVE || attachment->state == ATTACHMENT_FROZEN;

	return is_attached && attachment->vlan == vlan;
}

static struct attachment *find_vm(struct edge_bridge *bridge, const struct dimp_mac *mac,
	uint16_t vlan)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		struct attachment *attachment = &bridge->attachments[slot];
		if (!is_here(attachment, vlan))
			continue;
		if (edge_mac_equals(&attachment->mac, mac) ||
			learned_addresses_has(bridge->store, slot,
				&(struct learned_address){vlan, *mac}))
			return attachment;
	}
	return NULL;
}

bool edge_forwarding_wants(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, uint16_t vlan)
{
	struct group_message message;

	if (edge_mac_equals(&attachment->mac, &frame->source))
		return false;
	/* Queries are for all, whatever group they are about and whoever asks. */
	if (membership_filter_read(frame, &message))
		return message.kind == GROUP_QUERY ||
			membership_filter_has_router(bridge->store, attachment->slot, frame, vlan);
	if (!membership_filter_governs(frame))
		return true;
	const struct registration_place place = {bridge->store, bridge->attachments,
		bridge->attachment_count};
	if (registration_filter_passes(&place, attachment->slot, frame, vlan))
		return true;
	return membership_filter_passes(bridge->store, attachment->slot, frame, vlan);
}

/* Whether a group frame is for this VM. */
static bool wants_group(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct passage *passage)
{
	return is_here(attachment, passage->vlan) &&
		edge_forwarding_wants(bridge, attachment, passage->frame, passage->vlan);
}

/* One copy for all VMs of a port that hear frames in the clear, one more for each SecY. */
static void deliver_group(struct edge_bridge *bridge, const struct passage *passage)
{
	uint64_t served = 0; /* ports that had their clear copy; further ones may get two */

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		struct attachment *attachment = &bridge->attachments[slot];
		if (!wants_group(bridge, attachment, passage))
			continue;
		const bool is_shared = !must_be_protected(bridge, slot, passage->frame) &&
			gate_to_vm(bridge->store, attachment, passage->frame, passage->now) ==
				GATE_PASS;
		const uint64_t bit = attachment->port < 64 ? (uint64_t)1 << attachment->port : 0;
		if (!is_shared || !(served & bit)) {
			edge_forwarding_deliver(bridge, attachment, passage->frame, passage->now);
			served |= is_shared ? bit : 0;
		} else {
			edge_bridge_hear(bridge, attachment, EDGE_TO_VM, passage->frame);
		}
	}
}

static bool is_management(const struct passage *passage)
{
	struct dimp_view pdu;

	return passage->vlan == 0 && pdu_carrier_read(passage->frame, &pdu);
}

/* Whether a VM has joined the frame's group. */
static bool is_vms_group(const struct edge_bridge *bridge, const struct passage *passage)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++)
		if (membership_filter_knows(bridge->store, slot, passage->frame, passage->vlan))
			return true;
	return false;
}

/* Whether a frame is for an uplink or host that snooping judges. */
static bool wants_port(const struct edge_bridge *bridge, unsigned port,
	const struct passage *passage)
{
	const struct snooped_frame snooped = {passage->frame, passage->vlan, passage->now};

	if (!bridge->snooping || !edge_mac_is_group(&passage->frame->destination))
		return true;
	if (port_snooping_wants(bridge->snooping, port, &snooped))
		return true;
	return bridge->floods_unregistered && membership_filter_governs(passage->frame) &&
		!is_vms_group(bridge, passage) &&
		!port_snooping_is_registered(bridge->snooping, &snooped);
}

static void flood(struct edge_bridge *bridge, const struct passage *passage)
{
	const bool is_for_stations = is_management(passage);

	for (unsigned port = 0; port < bridge->port_count; port++) {
		const enum edge_port_kind kind = bridge->ports[port].kind;
		if (port == passage->port || kind == EDGE_PORT_UNUSED)
			continue;
		/* VMs get theirs by address and membership. */
		if (kind == EDGE_PORT_STATION && !is_for_stations)
			continue;
		if (kind != EDGE_PORT_STATION && !wants_port(bridge, port, passage))
			continue;
		send_tagged(bridge, port, passage->frame, passage->vlan);
	}
}

/* Frames of DHCP servers, and of routers where RFC 6105 is kept, come only from trusted ports. */
static bool is_rogue(const struct edge_bridge *bridge, const struct passage *passage)
{
	if (passage->port >= bridge->port_count || bridge->ports[passage->port].is_trusted)
		return false;
	return source_guard_is_server(passage->frame) ||
		(bridge->is_router_guarding && neighbour_inspection_is_routers(passage->frame));
}

static void forward_unicast(struct edge_bridge *bridge, const struct passage *passage)
{
	const struct forwarding_key key = {passage->vlan, passage->frame->destination};
	struct attachment *vm = find_vm(bridge, &key.mac, key.vlan);

	if (vm && vm->port != passage->port) {
		edge_forwarding_deliver(bridge, vm, passage->frame, passage->now);
		return;
	}
	const uint32_t port = forwarding_table_find(bridge->forwarding, &key, passage->now);
	if (port == FORWARDING_NO_PORT) {
		flood(bridge, passage);
		return;
	}
	if (port == passage->port)
		return;
	const bool is_station = bridge->ports[port].kind == EDGE_PORT_STATION;
	if (is_station && !is_management(passage))
		drop(bridge, GATE_NOT_ACTIVE);
	else
		send_tagged(bridge, port, passage->frame, passage->vlan);
}

static void forward(struct edge_bridge *bridge, const struct passage *passage)
{
	if (edge_mac_is_link_local(&passage->frame->destination))
		return;
	if (is_rogue(bridge, passage)) {
		drop(bridge, GATE_SOURCE_GUARD);
		return;
	}
	if (!is_management(passage))
		edge_holding_keep(bridge, passage->frame, passage->vlan);
	if (!edge_mac_is_group(&passage->frame->destination)) {
		forward_unicast(bridge, passage);
		return;
	}
	flood(bridge, passage);
	if (!is_management(passage))
		deliver_group(bridge, passage);
}

static void learn(struct edge_bridge *bridge, const struct passage *passage)
{
	const struct forwarding_key key = {passage->vlan, passage->frame->source};

	forwarding_table_learn(bridge->forwarding, &key, passage->port, passage->now);
}

/* |passage| holds the VM's frame in the clear. */
static void take_clear(struct edge_bridge *bridge, struct attachment *vm,
	const struct passage *passage)
{
	const struct judged_frame judged = {passage->frame, DIMP_DIRECTION_RECEIVE,
		gate_from_vm(bridge->store, vm, passage->frame, passage->now), passage->now};
	const enum gate_verdict verdict = edge_metering_judge(bridge, vm, &judged);

	if (verdict != GATE_PASS) {
		drop(bridge, verdict);
		return;
	}
	edge_bridge_hear(bridge, vm, EDGE_FROM_VM, passage->frame);
	if (passage->frame->ethertype == EDGE_ETHERTYPE_EAPOL) {
		edge_authentication_hear(bridge, vm, passage->frame, passage->now);
		edge_key_agreement_hear(bridge, vm, passage->frame, passage->now);
		return;
	}
	edge_querier_hear(bridge, vm, passage->frame, passage->now);
	learn(bridge, passage);
	struct relayed_frame space;
	struct passage onward = *passage;
	onward.frame = edge_relaying_mark(bridge, vm, passage->frame, &space);
	forward(bridge, &onward);
}

static void take_protected(struct edge_bridge *bridge, struct attachment *vm,
	const struct passage *passage)
{
	uint8_t untagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE], plain[sizeof untagged];
	struct edge_frame frame;
	size_t size = edge_frame_retag(passage->frame, 0, untagged);

	if (edge_frame_read((struct dimp_view){untagged, size}, &frame))
		size = secure_port_open(bridge->secure, vm->slot, &frame, plain);
	if (size == 0 || !edge_frame_read((struct dimp_view){plain, size}, &frame)) {
		drop(bridge, GATE_MACSEC);
		return;
	}
	const struct passage inside = {&frame, passage->port, passage->vlan, passage->now};
	take_clear(bridge, vm, &inside);
}

/* What is protected without need is not taken; what is not, and ought to be, as its SecY validates.
 */
static bool is_rightly_protected(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame)
{
	const bool is_protected = frame->ethertype == EDGE_ETHERTYPE_MACSEC;

	if (is_protected == must_be_protected(bridge, vm->slot, frame))
		return true;
	return !is_protected && secure_port_takes_untagged(bridge->secure, vm->slot);
}

static void take_from_vm(struct edge_bridge *bridge, struct attachment *vm,
	const struct passage *passage)
{
	const bool is_protected = passage->frame->ethertype == EDGE_ETHERTYPE_MACSEC;

	if (vm->state != ATTACHMENT_ACTIVE)
		drop(bridge, GATE_NOT_ACTIVE);
	else if (!is_rightly_protected(bridge, vm, passage->frame))
		drop(bridge, GATE_MACSEC);
	else if (is_protected)
		take_protected(bridge, vm, passage);
	else
		take_clear(bridge, vm, passage);
}

/* The VM that sent |frame| on |port|: several stand behind one, told apart by their addresses.  A
 * VM that is said to be elsewhere is still found, so that its frames are counted where they are
 * dropped. */
static struct attachment *sender_on(struct edge_bridge *bridge, const struct passage *passage)
{
	const struct edge_frame *frame = passage->frame;

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		struct attachment *attachment = &bridge->attachments[slot];
		const struct learned_address source = {attachment->vlan, frame->source};
		if (!edge_mac_equals(&attachment->mac, &frame->source) &&
			!(attachment->port == passage->port &&
				learned_addresses_has(bridge->store, slot, &source)))
			continue;
		if (frame->is_tagged && passage->vlan != attachment->vlan)
			continue;
		if (attachment->state == ATTACHMENT_ABSENT || attachment->port == passage->port)
			return attachment;
	}
	return NULL;
}

/* Whether the frame's source is sticky on another port than the one it came from. */
static bool is_violation(const struct edge_bridge *bridge, const struct passage *passage)
{
	const struct learned_address source = {passage->vlan, passage->frame->source};

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *attachment = &bridge->attachments[slot];
		if (is_here(attachment, passage->vlan) && attachment->port != passage->port &&
			learned_addresses_is_sticky(bridge->store, slot, &source))
			return true;
	}
	return false;
}

static void receive_from_station(struct edge_bridge *bridge, struct passage *passage)
{
	struct attachment *vm = sender_on(bridge, passage);

	if (!vm) {
		drop(bridge, GATE_UNAUTHORISED);
		return;
	}
	passage->vlan = vm->vlan;
	if (is_violation(bridge, passage)) {
		drop(bridge, GATE_PORT_SECURITY);
		return;
	}
	learned_addresses_refresh(bridge->store, vm->slot,
		&(struct learned_address){vm->vlan, passage->frame->source}, passage->now);
	take_from_vm(bridge, vm, passage);
}

/* DIMP for this bridge.  A server's address is learned, but not in the place of one behind an
 * uplink: whoever sends as another bridge must not draw its frames to himself. */
static void receive_own(struct edge_bridge *bridge, const struct passage *passage)
{
	const struct forwarding_key key = {passage->vlan, passage->frame->source};
	const uint32_t known = forwarding_table_find(bridge->forwarding, &key, passage->now);
	const bool is_station = bridge->ports[passage->port].kind == EDGE_PORT_STATION;

	if (!is_station || known == FORWARDING_NO_PORT || known == passage->port)
		learn(bridge, passage);
	if (bridge->binding)
		speaker_binding_receive(bridge->binding, passage->frame, passage->now);
}

/* A RADIUS server's, for the bridge as its client: nothing that is behind a VM's gate. */
static bool is_from_server(const struct edge_bridge *bridge, const struct passage *passage)
{
	const struct edge_frame *frame = passage->frame;

	return bridge->ports[passage->port].kind != EDGE_PORT_STATION && !frame->is_tagged &&
		frame->is_ip && edge_mac_equals(&frame->destination, &bridge->address);
}

/* VDP's, for the nearest customer bridge, which is this one. */
static bool is_control(const struct edge_bridge *bridge, const struct passage *passage)
{
	const struct edge_frame *frame = passage->frame;

	return bridge->control.receive && bridge->ports[passage->port].kind == EDGE_PORT_STATION &&
		!frame->is_tagged && frame->ethertype == EDGE_ETHERTYPE_ECP &&
		edge_mac_is_link_local(&frame->destination);
}

void edge_forwarding_receive(void *context, unsigned port, struct dimp_view octets,
	struct dimp_time now)
{
	struct edge_bridge *bridge = context;
	struct edge_frame frame;

	if (bridge->is_down || port >= bridge->port_count || !edge_frame_read(octets, &frame))
		return;
	struct passage passage = {&frame, port, dimp_vlan_map_ours(&bridge->cables, frame.vlan),
		now};
	if (is_management(&passage) && edge_mac_equals(&frame.destination, &bridge->address)) {
		receive_own(bridge, &passage);
		return;
	}
	if (is_from_server(bridge, &passage)) {
		learn(bridge, &passage);
		edge_authentication_hear_server(bridge, &frame, now);
		return;
	}
	if (is_control(bridge, &passage)) {
		bridge->control.receive(bridge->control.context, port, &frame, now);
		return;
	}
	switch (bridge->ports[port].kind) {
	case EDGE_PORT_UNUSED: return;
	case EDGE_PORT_STATION: receive_from_station(bridge, &passage); return;
	case EDGE_PORT_UPLINK:
	case EDGE_PORT_HOST: break;
	}
	if (is_violation(bridge, &passage)) {
		drop(bridge, GATE_PORT_SECURITY);
		return;
	}
	edge_querier_overhear(bridge, passage.vlan, &frame, now);
	if (bridge->snooping)
		port_snooping_hear(bridge->snooping, port,
			&(struct snooped_frame){&frame, passage.vlan, now});
	learn(bridge, &passage);
	forward(bridge, &passage);
}

void edge_forwarding_originate_in(struct edge_bridge *bridge, uint16_t vlan,
	struct dimp_view octets, struct dimp_time now)
{
	struct edge_frame frame;

	if (!edge_frame_read(octets, &frame))
		return;
	const struct passage passage = {&frame, bridge->port_count, vlan, now};
	forward(bridge, &passage);
}

void edge_forwarding_originate(void *context, struct dimp_view octets, struct dimp_time now)
{
	edge_forwarding_originate_in(context, 0, octets, now);
}

void edge_forwarding_forget(struct edge_bridge *bridge, const struct attachment *attachment)
{
	const struct forwarding_key key = {attachment->vlan, attachment->mac};

	forwarding_table_forget(bridge->forwarding, &key);
}
