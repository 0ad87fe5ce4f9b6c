/* SPDX-License-Identifier: MIT */
/*
 * Probes for duplicates of the bridge's own (RFC 6620 3.2.2): before an address that a VM sends
 * from without having asked for it is bound, the bridge asks the network, and the VMs here to which
 * it is bound, twice, T_WAIT apart.  And at the end of a binding's life it asks the VM itself.  The
 * states are the sources' (savi_source.h); here is what is sent for them.
 *
 * An address that is given to another VM, being tested for another, or bound to one that is on its
 * way, is not asked for: it is not free.  One that was asked for is not asked for again before the
 * test would have ended, however often the VM sends.
 */
#include "bridge/edge_bridge_state.h"
#include "bridge/source_guard.h"
#include "net/neighbor.h"
#include "sources/savi_source.h"

enum { PROBES = 2 };

/* T_WAIT of RFC 6620 3.2.4. */
static const uint64_t wait_us = 250000;

/* What discovery bound the address to the VM for; NULL if it did not. */
static const struct dimp_savi_binding *find_binding(const struct edge_bridge *bridge,
	const struct attachment *vm, const struct dimp_ip *address)
{
	const struct dimp_record key = savi_source_key(vm->vlan, address);
	const struct di_entry *const entry = di_store_find(bridge->store, vm->slot, &key);

	return entry ? &entry->record.body.savi_binding : NULL;
}

/* ---- What is sent ---- */

static void ask_holders(struct edge_bridge *bridge, const struct edge_probe *probe,
	struct dimp_view frame, struct dimp_time now)
{
	const uint16_t vlan = bridge->attachments[probe->slot].vlan;

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *const other = &bridge->attachments[slot];
		if (slot != probe->slot && other->vlan == vlan &&
			find_binding(bridge, other, &probe->address))
			edge_bridge_send_to_vm(bridge, slot, frame, now);
	}
}

static void ask(struct edge_bridge *bridge, struct edge_probe *probe, struct dimp_time now)
{
	const struct edge_probe asked = *probe;
	uint8_t octets[NEIGHBOR_FRAME_MAX];
	const struct dimp_view frame = {octets,
		neighbor_probe(&bridge->address, &asked.address, octets)};

	probe->sent++;
	probe->at.us = now.us + wait_us;
	bridge->probing.sent++;
	if (asked.is_for_vm) {
		edge_bridge_send_to_vm(bridge, asked.slot, frame, now);
		return;
	}
	edge_forwarding_flood_in(bridge, bridge->attachments[asked.slot].vlan, frame, now);
	ask_holders(bridge, &asked, frame, now);
}

/* ---- When ---- */

static void forget(struct edge_probing *probing, size_t index)
{
	probing->probes[index] = probing->probes[--probing->count];
}

static bool is_still_tested(const struct edge_bridge *bridge, const struct edge_probe *probe)
{
	const struct attachment *const vm = &bridge->attachments[probe->slot];
	const struct dimp_savi_binding *const binding = find_binding(bridge, vm, &probe->address);

	return vm->state == ATTACHMENT_ACTIVE && binding && binding->state != DIMP_SAVI_STATE_VALID;
}

static engine_action go_on;

static void schedule(struct edge_bridge *bridge)
{
	struct edge_probing *const probing = &bridge->probing;
	struct dimp_time at = DIMP_NEVER;

	for (size_t index = 0; index < probing->count; index++)
		if (probing->probes[index].at.us < at.us)
			at = probing->probes[index].at;
	engine_cancel(bridge->engine, probing->timer);
	probing->timer =
		at.us == UINT64_MAX ? 0 : engine_schedule(bridge->engine, at, go_on, bridge);
}

static void go_on(void *context, struct dimp_time now)
{
	struct edge_bridge *const bridge = context;
	struct edge_probing *const probing = &bridge->probing;
	size_t index = 0;

	probing->timer = 0;
	while (index < probing->count) {
		struct edge_probe *const probe = &probing->probes[index];
		if (probe->at.us > now.us) {
			index++;
		} else if (probe->sent == PROBES) {
			forget(probing, index);
		} else if (is_still_tested(bridge, probe)) {
			ask(bridge, probe, now);
			index++;
		} else {
			/* Decided early; what is left of the test is a rest. */
			probe->sent = PROBES;
			probe->at.us = now.us + wait_us;
			index++;
		}
	}
	schedule(bridge);
}

static void begin(struct edge_bridge *bridge, const struct edge_probe *wanted, struct dimp_time now)
{
	struct edge_probing *const probing = &bridge->probing;

	if (probing->count == EDGE_PROBES_MAX)
		return;
	probing->probes[probing->count] = *wanted;
	ask(bridge, &probing->probes[probing->count++], now);
	schedule(bridge);
}

/* ---- What for ---- */

/* Whether another VM here has the address, and is not to be asked. */
static bool is_taken(const struct edge_bridge *bridge, const struct attachment *vm,
	const struct dimp_ip *address)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *const other = &bridge->attachments[slot];
		if (other == vm || other->vlan != vm->vlan)
			continue;
		const struct dimp_savi_binding *const binding =
			find_binding(bridge, other, address);
		if (source_guard_is_given(bridge->store, other, address) ||
			(binding &&
				(other->state != ATTACHMENT_ACTIVE ||
					binding->state == DIMP_SAVI_STATE_TENTATIVE)))
			return true;
	}
	return false;
}

static bool is_asked_for(const struct edge_probing *probing, unsigned slot,
	const struct dimp_ip *address)
{
	for (size_t index = 0; index < probing->count; index++)
		if (probing->probes[index].slot == slot &&
			edge_ip_equals(&probing->probes[index].address, address))
			return true;
	return false;
}

void edge_probing_refused(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame, struct dimp_time now)
{
	const struct edge_probing *const probing = &bridge->probing;
	const struct edge_probe wanted = {.slot = vm->slot, .address = frame->ip_source};

	if (!vm->is_discovery_bound || frame->ethertype != EDGE_ETHERTYPE_IPV6 || !frame->is_ip ||
		source_guard_is_server(frame) || probing->count == EDGE_PROBES_MAX ||
		is_asked_for(probing, vm->slot, &wanted.address) ||
		is_taken(bridge, vm, &wanted.address))
		return;
	if (edge_bridge_hear_refused(bridge, vm, frame))
		begin(bridge, &wanted, now);
}

void edge_probing_hear(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame, struct dimp_time now)
{
	if (frame->ethertype != EDGE_ETHERTYPE_IPV6 || !frame->is_ip)
		return;
	for (size_t index = 0; index < bridge->probing.count; index++) {
		const struct edge_probe *const probe = &bridge->probing.probes[index];
		const struct attachment *const other = &bridge->attachments[probe->slot];
		if (other == vm || other->vlan != vm->vlan || probe->is_for_vm ||
			!is_still_tested(bridge, probe) ||
			!edge_ip_equals(&probe->address, &frame->ip_source))
			continue;
		const struct dimp_record key = savi_source_key(other->vlan, &probe->address);
		(void)di_store_delete(bridge->store, probe->slot, &key, now);
	}
}

static void ask_silent(struct edge_bridge *bridge, const struct attachment *vm,
	struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(bridge->store, vm->slot, DIMP_DI_SAVI_BINDING, &cursor)) !=
		NULL) {
		const struct dimp_savi_binding *const binding = &entry->record.body.savi_binding;
		const struct edge_probe wanted = {.slot = vm->slot,
			.address = binding->address,
			.is_for_vm = true};
		if (binding->state == DIMP_SAVI_STATE_TESTING && entry->since.us == now.us &&
			!is_asked_for(&bridge->probing, vm->slot, &wanted.address))
			begin(bridge, &wanted, now);
	}
}

void edge_probing_expire(struct edge_bridge *bridge, struct dimp_time now)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *const vm = &bridge->attachments[slot];
		if (vm->is_discovery_bound && vm->state == ATTACHMENT_ACTIVE)
			ask_silent(bridge, vm, now);
	}
}

void edge_probing_stop(struct edge_bridge *bridge)
{
	engine_cancel(bridge->engine, bridge->probing.timer);
	bridge->probing.timer = 0;
	bridge->probing.count = 0;
}
