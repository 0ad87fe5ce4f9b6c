/* SPDX-License-Identifier: MIT */
/*
 * What a bridge takes of what arrives at its ports.  From a station port: opened (MACsec), gated,
 * heard by the sources, then forwarded like any other.  From the network: heard, learned,
 * forwarded.  What is for the bridge itself goes no further.
 */
#include "bridge/edge_bridge_state.h"

#include "bridge/learned_addresses.h"

static void learn(struct edge_bridge *bridge, const struct edge_passage *passage)
{
	const struct forwarding_key key = {passage->vlan, passage->frame->source};

	forwarding_table_learn(bridge->forwarding, &key, passage->port, passage->now);
}

/* Whether the port may send the frame, which may be ARP, by the rate of ARP. */
static bool is_within_rate(struct edge_bridge *bridge, const struct edge_passage *passage)
{
	struct edge_port *const port = &bridge->ports[passage->port];

	return port->is_trusted ||
		arp_limit_passes(&port->arp, bridge->arp_rate, passage->frame, passage->now);
}

/* ARP over the rate is not even inspected. */
static enum gate_verdict judge(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_passage *passage)
{
	if (!is_within_rate(bridge, passage))
		return GATE_ARP_RATE;
	return gate_from_vm(bridge->store, vm, passage->frame, passage->now);
}

/* |passage| holds the VM's frame in the clear. */
static void take_clear(struct edge_bridge *bridge, struct attachment *vm,
	const struct edge_passage *passage)
{
	const struct judged_frame judged = {passage->frame, DIMP_DIRECTION_RECEIVE,
		judge(bridge, vm, passage), passage->now};
	const enum gate_verdict verdict = edge_metering_judge(bridge, vm, &judged);

	if (verdict != GATE_PASS) {
		edge_forwarding_drop(bridge, verdict);
		if (verdict == GATE_SOURCE_GUARD)
			edge_probing_refused(bridge, vm, passage->frame, passage->now);
		return;
	}
	edge_probing_hear(bridge, vm, passage->frame, passage->now);
	edge_bridge_hear(bridge, vm, EDGE_FROM_VM, passage->frame);
	if (passage->frame->ethertype == EDGE_ETHERTYPE_EAPOL) {
		edge_authentication_hear(bridge, vm, passage->frame, passage->now);
		edge_key_agreement_hear(bridge, vm, passage->frame, passage->now);
		return;
	}
	edge_querier_hear(bridge, vm, passage->frame, passage->now);
	learn(bridge, passage);
	struct relayed_frame space;
	struct edge_passage onward = *passage;
	onward.frame = edge_relaying_mark(bridge, vm, passage->frame, &space);
	edge_forwarding_send(bridge, &onward);
}

static void take_protected(struct edge_bridge *bridge, struct attachment *vm,
	const struct edge_passage *passage)
{
	uint8_t untagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE], plain[sizeof untagged];
	struct edge_frame frame;
	size_t size = edge_frame_retag(passage->frame, 0, untagged);

	if (edge_frame_read((struct dimp_view){untagged, size}, &frame))
		size = secure_port_open(bridge->secure, vm->slot, &frame, plain);
	if (size == 0 || !edge_frame_read((struct dimp_view){plain, size}, &frame)) {
		edge_forwarding_drop(bridge, GATE_MACSEC);
		return;
	}
	const struct edge_passage inside = {&frame, passage->port, passage->vlan, passage->now};
	take_clear(bridge, vm, &inside);
}

/* What is protected without need is not taken; what is not, and ought to be, as its SecY validates.
 */
static bool is_rightly_protected(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame)
{
	const bool is_protected = frame->ethertype == EDGE_ETHERTYPE_MACSEC;

	if (is_protected == edge_forwarding_must_protect(bridge, vm->slot, frame))
		return true;
	return !is_protected && secure_port_takes_untagged(bridge->secure, vm->slot);
}

static void take_from_vm(struct edge_bridge *bridge, struct attachment *vm,
	const struct edge_passage *passage)
{
	const bool is_protected = passage->frame->ethertype == EDGE_ETHERTYPE_MACSEC;

	if (vm->state != ATTACHMENT_ACTIVE)
		edge_forwarding_drop(bridge, GATE_NOT_ACTIVE);
	else if (!is_rightly_protected(bridge, vm, passage->frame))
		edge_forwarding_drop(bridge, GATE_MACSEC);
	else if (is_protected)
		take_protected(bridge, vm, passage);
	else
		take_clear(bridge, vm, passage);
}

/* Whether a VM that has the frame's source address may be who sent it.  One that is said to be
 * elsewhere still may, so that its frames are counted where they are dropped. */
static bool may_send(const struct attachment *vm, const struct edge_passage *passage)
{
	if (passage->frame->is_tagged && passage->vlan != vm->vlan)
		return false;
	return vm->state == ATTACHMENT_ABSENT || vm->port == passage->port;
}

/* The lowest slot whose VM has the source as its own address. */
static unsigned find_by_address(const struct edge_bridge *bridge,
	const struct edge_passage *passage)
{
	const struct dimp_mac *source = &passage->frame->source;
	unsigned slot = vm_finder_next(bridge->finder, source, VM_FINDER_NONE);

	while (slot != VM_FINDER_NONE &&
		!(edge_mac_equals(&bridge->attachments[slot].mac, source) &&
			may_send(&bridge->attachments[slot], passage)))
		slot = vm_finder_next(bridge->finder, source, slot);
	return slot;
}

/* The lowest slot of the port at which the source was learned, without a tag in any VLAN: then all
 * are asked. */
static unsigned find_untagged(const struct edge_bridge *bridge, const struct edge_passage *passage)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *vm = &bridge->attachments[slot];
		const struct learned_address source = {vm->vlan, passage->frame->source};
		if (vm->port == passage->port &&
			learned_addresses_has(bridge->store, slot, &source))
			return slot;
	}
	return VM_FINDER_NONE;
}

static unsigned find_by_learning(const struct edge_bridge *bridge,
	const struct edge_passage *passage)
{
	const struct learned_address source = {passage->vlan, passage->frame->source};
	struct di_holder holder = {.entry = NULL};
	unsigned lowest = VM_FINDER_NONE;

	if (di_store_total(bridge->store, DIMP_DI_LEARNED_MAC) == 0)
		return VM_FINDER_NONE;
	if (!passage->frame->is_tagged)
		return find_untagged(bridge, passage);
	while (learned_addresses_next(bridge->store, &source, &holder)) {
		if (holder.slot >= lowest || holder.slot >= bridge->attachment_count)
			continue;
		const struct attachment *vm = &bridge->attachments[holder.slot];
		if (vm->port == passage->port && vm->vlan == passage->vlan)
			lowest = holder.slot;
	}
	return lowest;
}

/* The VM that sent the frame: several stand behind one port, told apart by their addresses. */
static struct attachment *sender_on(struct edge_bridge *bridge, const struct edge_passage *passage)
{
	const unsigned own = find_by_address(bridge, passage);
	const unsigned learned = find_by_learning(bridge, passage);
	const unsigned slot = own < learned ? own : learned;

	return slot == VM_FINDER_NONE ? NULL : &bridge->attachments[slot];
}

/* Whether the frame's source is sticky on another port than the one it came from. */
static bool is_violation(const struct edge_bridge *bridge, const struct edge_passage *passage)
{
	const struct learned_address source = {passage->vlan, passage->frame->source};
	struct di_holder holder = {.entry = NULL};

	while (learned_addresses_next(bridge->store, &source, &holder)) {
		if (holder.slot >= bridge->attachment_count)
			continue;
		const struct attachment *vm = &bridge->attachments[holder.slot];
		if (vm->port != passage->port && edge_forwarding_is_here(vm, passage->vlan) &&
			holder.entry->record.body.learned_mac.is_sticky)
			return true;
	}
	return false;
}

static void receive_from_station(struct edge_bridge *bridge, struct edge_passage *passage)
{
	struct attachment *vm = sender_on(bridge, passage);

	if (!vm) {
		edge_forwarding_drop(bridge, GATE_UNAUTHORISED);
		return;
	}
	passage->vlan = vm->vlan;
	if (is_violation(bridge, passage)) {
		edge_forwarding_drop(bridge, GATE_PORT_SECURITY);
		return;
	}
	learned_addresses_refresh(bridge->store, vm->slot,
		&(struct learned_address){vm->vlan, passage->frame->source}, passage->now);
	take_from_vm(bridge, vm, passage);
}

/* DIMP for this bridge.  A server's address is learned, but not in the place of one behind an
 * uplink: whoever sends as another bridge must not draw its frames to himself. */
static void receive_own(struct edge_bridge *bridge, const struct edge_passage *passage)
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
static bool is_from_server(const struct edge_bridge *bridge, const struct edge_passage *passage)
{
	const struct edge_frame *frame = passage->frame;

	return bridge->ports[passage->port].kind != EDGE_PORT_STATION && !frame->is_tagged &&
		frame->is_ip && edge_mac_equals(&frame->destination, &bridge->address);
}

/* VDP's, for the nearest customer bridge, which is this one. */
static bool is_control(const struct edge_bridge *bridge, const struct edge_passage *passage)
{
	const struct edge_frame *frame = passage->frame;

	return bridge->control.receive && bridge->ports[passage->port].kind == EDGE_PORT_STATION &&
		!frame->is_tagged && frame->ethertype == EDGE_ETHERTYPE_ECP &&
		edge_mac_is_link_local(&frame->destination);
}

void edge_reception_receive(void *context, unsigned port, struct dimp_view octets,
	struct dimp_time now)
{
	struct edge_bridge *bridge = context;
	struct edge_frame frame;

	if (bridge->is_down || port >= bridge->port_count || !edge_frame_read(octets, &frame))
		return;
	struct edge_passage passage = {&frame, port,
		dimp_vlan_map_ours(&bridge->cables, frame.vlan), now};
	if (edge_forwarding_is_management(&passage) &&
		edge_mac_equals(&frame.destination, &bridge->address)) {
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
		edge_forwarding_drop(bridge, GATE_PORT_SECURITY);
		return;
	}
	if (!is_within_rate(bridge, &passage)) {
		edge_forwarding_drop(bridge, GATE_ARP_RATE);
		return;
	}
	edge_querier_overhear(bridge, passage.vlan, &frame, now);
	if (bridge->snooping)
		port_snooping_hear(bridge->snooping, port,
			&(struct snooped_frame){&frame, passage.vlan, now});
	learn(bridge, &passage);
	edge_forwarding_send(bridge, &passage);
}
