/* SPDX-License-Identifier: MIT */
/*
 * Where frames go that were taken (edge_reception) or are the bridge's own.  To a VM: gated, heard,
 * protected, sent on its port.  To others: by address, by membership, or everywhere.  The fabric is
 * a tree, so flooding everywhere but back ends by itself.
 *
 * Behind a station port are VMs whose frames to each other come this way too, since here is what
 * their DI permits: reflective relay (IEEE 802.1Q 8.6.1).  A frame goes back to such a port for
 * another VM, never for the one that sent it.
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

void edge_forwarding_drop(struct edge_bridge *bridge, enum gate_verdict verdict)
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

bool edge_forwarding_must_protect(const struct edge_bridge *bridge, unsigned slot,
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
		edge_forwarding_drop(bridge, GATE_MACSEC);
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
		edge_forwarding_drop(bridge, verdict);
		return;
	}
	edge_bridge_hear(bridge, attachment, EDGE_TO_VM, frame);
	if (edge_forwarding_must_protect(bridge, attachment->slot, frame))
		send_protected(bridge, attachment, frame);
	else
		send_tagged(bridge, attachment->port, frame, attachment->vlan);
}

bool edge_forwarding_is_here(const struct attachment *attachment, uint16_t vlan)
{
	const bool is_attached =
		attachment->state == ATTACHMENT_ACTIVE || attachment->state == ATTACHMENT_FROZEN;

	return is_attached && attachment->vlan == vlan;
}

/* Whether the address is the VM's, or within it. */
static bool is_address_of(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct learned_address *address)
{
	return edge_mac_equals(&attachment->mac, &address->mac) ||
		learned_addresses_has(bridge->store, attachment->slot, address);
}

/* The lowest slot at which the address was learned of a VM that is here. */
static unsigned find_within(const struct edge_bridge *bridge, const struct learned_address *address)
{
	struct di_holder holder = {.entry = NULL};
	unsigned lowest = VM_FINDER_NONE;

	while (learned_addresses_next(bridge->store, address, &holder))
		if (holder.slot < lowest && holder.slot < bridge->attachment_count &&
			edge_forwarding_is_here(&bridge->attachments[holder.slot], address->vlan))
			lowest = holder.slot;
	return lowest;
}

static struct attachment *find_vm(struct edge_bridge *bridge, const struct dimp_mac *mac,
	uint16_t vlan)
{
	unsigned slot = vm_finder_next(bridge->finder, mac, VM_FINDER_NONE);

	while (slot != VM_FINDER_NONE &&
		!(edge_forwarding_is_here(&bridge->attachments[slot], vlan) &&
			edge_mac_equals(&bridge->attachments[slot].mac, mac)))
		slot = vm_finder_next(bridge->finder, mac, slot);
	const unsigned within = find_within(bridge, &(struct learned_address){vlan, *mac});

	if (within < slot)
		slot = within;
	return slot == VM_FINDER_NONE ? NULL : &bridge->attachments[slot];
}

bool edge_forwarding_wants(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, uint16_t vlan)
{
	struct group_message message;

	if (is_address_of(bridge, attachment, &(struct learned_address){vlan, frame->source}))
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
	const struct edge_passage *passage)
{
	return edge_forwarding_is_here(attachment, passage->vlan) &&
		edge_forwarding_wants(bridge, attachment, passage->frame, passage->vlan);
}

/* One copy for all VMs of a port that hear frames in the clear, one more for each SecY. */
static void deliver_group(struct edge_bridge *bridge, const struct edge_passage *passage)
{
	uint64_t served = 0; /* ports that had their clear copy; further ones may get two */

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		struct attachment *attachment = &bridge->attachments[slot];
		if (!wants_group(bridge, attachment, passage))
			continue;
		const bool is_shared =
			!edge_forwarding_must_protect(bridge, slot, passage->frame) &&
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

bool edge_forwarding_is_management(const struct edge_passage *passage)
{
	struct dimp_view pdu;

	return passage->vlan == 0 && pdu_carrier_read(passage->frame, &pdu);
}

/* Whether a VM has joined the frame's group. */
static bool is_vms_group(const struct edge_bridge *bridge, const struct edge_passage *passage)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++)
		if (membership_filter_knows(bridge->store, slot, passage->frame, passage->vlan))
			return true;
	return false;
}

/* Whether a frame is for an uplink or host that snooping judges. */
static bool wants_port(const struct edge_bridge *bridge, unsigned port,
	const struct edge_passage *passage)
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

static void flood(struct edge_bridge *bridge, const struct edge_passage *passage)
{
	const bool is_for_stations = edge_forwarding_is_management(passage);

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
static bool is_rogue(const struct edge_bridge *bridge, const struct edge_passage *passage)
{
	if (passage->port >= bridge->port_count || bridge->ports[passage->port].is_trusted)
		return false;
	return source_guard_is_server(passage->frame) ||
		(bridge->is_router_guarding && neighbour_inspection_is_routers(passage->frame));
}

/* Whether the frame would go back to the VM that sent it. */
static bool is_way_back(const struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_passage *passage)
{
	const struct learned_address source = {passage->vlan, passage->frame->source};

	return vm->port == passage->port && is_address_of(bridge, vm, &source);
}

static void forward_unicast(struct edge_bridge *bridge, const struct edge_passage *passage)
{
	const struct forwarding_key key = {passage->vlan, passage->frame->destination};
	struct attachment *vm = find_vm(bridge, &key.mac, key.vlan);

	if (vm && !is_way_back(bridge, vm, passage)) {
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
	if (is_station && !edge_forwarding_is_management(passage))
		edge_forwarding_drop(bridge, GATE_NOT_ACTIVE);
	else
		send_tagged(bridge, port, passage->frame, passage->vlan);
}

void edge_forwarding_send(struct edge_bridge *bridge, const struct edge_passage *passage)
{
	if (edge_mac_is_link_local(&passage->frame->destination))
		return;
	if (is_rogue(bridge, passage)) {
		edge_forwarding_drop(bridge, GATE_SOURCE_GUARD);
		return;
	}
	if (!edge_forwarding_is_management(passage))
		edge_holding_keep(bridge, passage->frame, passage->vlan);
	if (!edge_mac_is_group(&passage->frame->destination)) {
		forward_unicast(bridge, passage);
		return;
	}
	flood(bridge, passage);
	if (!edge_forwarding_is_management(passage))
		deliver_group(bridge, passage);
}

void edge_forwarding_originate_in(struct edge_bridge *bridge, uint16_t vlan,
	struct dimp_view octets, struct dimp_time now)
{
	struct edge_frame frame;

	if (!edge_frame_read(octets, &frame))
		return;
	const struct edge_passage passage = {&frame, bridge->port_count, vlan, now};
	edge_forwarding_send(bridge, &passage);
}

void edge_forwarding_flood_in(struct edge_bridge *bridge, uint16_t vlan, struct dimp_view octets,
	struct dimp_time now)
{
	struct edge_frame frame;

	if (!edge_frame_read(octets, &frame))
		return;
	const struct edge_passage passage = {&frame, bridge->port_count, vlan, now};
	flood(bridge, &passage);
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
