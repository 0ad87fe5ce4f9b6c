/* SPDX-License-Identifier: MIT */
/*
 * What an edge bridge is made of: its node, ports, VSI database, DI store, forwarding table and
 * speaker.  The files edge_reception, edge_forwarding and edge_ownership make it
 * move.
 */
#include "bridge/edge_bridge_state.h"

#include <stdlib.h>
#include <string.h>

/* IEEE 802.1Q, table 8-6. */
static const uint64_t ageing_us = 300u * 1000000u;

bool edge_bridge_create_forwarding(struct edge_bridge *bridge)
{
	bridge->forwarding = forwarding_table_create(ageing_us);
	return bridge->forwarding != NULL;
}

bool edge_bridge_create_snooping(struct edge_bridge *bridge)
{
	if (!bridge->is_snooping_ports)
		return true;
	bridge->snooping = port_snooping_create(bridge->port_count);
	return bridge->snooping != NULL;
}

static bool create_tables(struct edge_bridge *bridge, const struct frame_hold_config *hold)
{
	bridge->ports = calloc(bridge->port_count + 1u, sizeof *bridge->ports);
	bridge->attachments = calloc(bridge->attachments_max + 1u, sizeof *bridge->attachments);
	bridge->finder = vm_finder_create(bridge->attachments_max);
	bridge->hold = frame_hold_create(hold);
	bridge->store = di_store_create();
	if (!bridge->ports || !bridge->attachments || !bridge->finder || !bridge->store ||
		!bridge->hold || !edge_bridge_create_forwarding(bridge) ||
		!edge_bridge_create_snooping(bridge))
		return false;
	bridge->secure = secure_port_create(bridge->store, SECURE_PORT_OF_BRIDGE);
	di_store_set_observer(bridge->store, edge_ownership_mirror, bridge);
	return bridge->secure != NULL;
}

bool edge_bridge_create_speaker(struct edge_bridge *bridge,
	const struct dimp_speaker_config *speaker)
{
	const struct speaker_binding_config binding = {
		.engine = bridge->engine,
		.name = bridge->name,
		.address = bridge->address,
		.carrier = bridge->carrier,
		.speaker = speaker,
		.host = {bridge, edge_forwarding_originate, edge_ownership_event},
		.watch = bridge->watch,
		.is_gathering = bridge->is_gathering,
	};

	if (!speaker)
		return true;
	bridge->sources = speaker->vlan_map;
	bridge->rekey_wait_us = speaker->settings.rekey_wait_us;
	bridge->binding = speaker_binding_create(&binding);
	return bridge->binding != NULL;
}

struct edge_bridge *edge_bridge_create(const struct edge_bridge_config *config)
{
	const struct frame_hold_config hold = {config->attachments_max, config->hold_octets_max,
		config->hold_frames_max};
	struct edge_bridge *bridge = calloc(1, sizeof *bridge);

	if (!bridge)
		return NULL;
	*bridge = (struct edge_bridge){
		.engine = config->engine,
		.name = config->name,
		.address = config->address,
		.port_count = config->ports,
		.attachments_max = config->attachments_max,
		.policy = config->policy,
		.cables = config->cables,
		.carrier = config->carrier,
		.is_snooping_ports = config->is_snooping_ports,
		.floods_unregistered = config->floods_unregistered,
		.arp_rate = config->arp_rate,
		.is_relay_agent = config->is_relay_agent,
		.is_router_guarding = config->is_router_guarding,
		.learner = config->learner,
		.watch = config->watch,
		.is_gathering = config->is_gathering,
		.plant = config->plant,
		.ageing_at = DIMP_NEVER,
		.is_mirroring = true,
	};
	edge_querier_init(bridge, &config->querier);
	if (!create_tables(bridge, &hold) || !edge_bridge_create_speaker(bridge, config->speaker)) {
		edge_bridge_destroy(bridge);
		return NULL;
	}
	bridge->node =
		engine_node_add(config->engine, config->name, edge_reception_receive, bridge);
	return bridge;
}

void edge_bridge_destroy(struct edge_bridge *bridge)
{
	if (!bridge)
		return;
	engine_cancel(bridge->engine, bridge->ageing);
	engine_cancel(bridge->engine, bridge->release);
	engine_cancel(bridge->engine, bridge->querier.timer);
	edge_probing_stop(bridge);
	engine_cancel(bridge->engine, bridge->reporting);
	speaker_binding_destroy(bridge->binding);
	port_snooping_destroy(bridge->snooping);
	frame_hold_destroy(bridge->hold);
	secure_port_destroy(bridge->secure);
	forwarding_table_destroy(bridge->forwarding);
	if (bridge->store)
		di_store_destroy(bridge->store);
	vm_finder_destroy(bridge->finder);
	free(bridge->attachments);
	free(bridge->ports);
	free(bridge);
}

unsigned edge_bridge_node(const struct edge_bridge *bridge)
{
	return bridge->node;
}

const struct dimp_mac *edge_bridge_address(const struct edge_bridge *bridge)
{
	return &bridge->address;
}

struct di_store *edge_bridge_store(const struct edge_bridge *bridge)
{
	return bridge->store;
}

struct speaker_binding *edge_bridge_speaker(const struct edge_bridge *bridge)
{
	return bridge->binding;
}

uint64_t edge_bridge_drops(const struct edge_bridge *bridge, enum gate_verdict verdict)
{
	return bridge->drops[verdict];
}

uint64_t edge_bridge_probes(const struct edge_bridge *bridge)
{
	return bridge->probing.sent;
}

void edge_bridge_hold_tally(const struct edge_bridge *bridge, struct frame_hold_tally *tally)
{
	frame_hold_count(bridge->hold, tally);
}

void edge_bridge_set_port(struct edge_bridge *bridge, unsigned port, enum edge_port_kind kind,
	bool is_trusted)
{
	if (port < bridge->port_count)
		bridge->ports[port] = (struct edge_port){.kind = kind, .is_trusted = is_trusted};
}

void edge_bridge_set_control(struct edge_bridge *bridge, const struct edge_control *control)
{
	bridge->control = *control;
}

void edge_bridge_send_control(struct edge_bridge *bridge, unsigned port, struct dimp_view frame)
{
	if (!bridge->is_down && port < bridge->port_count)
		engine_transmit(bridge->engine, (struct engine_endpoint){bridge->node, port},
			frame);
}

void edge_bridge_pin(struct edge_bridge *bridge, const struct dimp_mac *address, unsigned port)
{
	forwarding_table_pin(bridge->forwarding, &(struct forwarding_key){0, *address}, port,
		engine_now(bridge->engine));
}

void edge_bridge_set_fast_leave(struct edge_bridge *bridge, unsigned port)
{
	if (port < bridge->port_count)
		bridge->ports[port].is_fast_leave = true;
}

void edge_bridge_set_station(struct edge_bridge *bridge, unsigned port, dimp_peer station)
{
	if (port >= bridge->port_count)
		return;
	bridge->ports[port].has_station = true;
	bridge->ports[port].station = station;
}

uint16_t edge_bridge_own_vlan(const struct edge_bridge *bridge, uint16_t vlan)
{
	return dimp_vlan_map_ours(&bridge->cables, vlan);
}

bool edge_bridge_know(struct edge_bridge *bridge, const struct attachment *vm)
{
	unsigned slot = 0;

	while (slot < bridge->attachment_count && !bridge->attachments[slot].is_free)
		slot++;
	if (slot == bridge->attachments_max)
		return false;
	if (slot == bridge->attachment_count)
		bridge->attachment_count++;
	struct attachment *attachment = &bridge->attachments[slot];
	*attachment = *vm;
	attachment->slot = slot;
	attachment->is_free = false;
	attachment->state = ATTACHMENT_ABSENT;
	attachment->vsi_index = DIMP_NO_VSI;
	vm_finder_add(bridge->finder, slot, &attachment->mac);
	edge_querier_know(bridge, vm->vlan);
	return true;
}

const struct attachment *edge_bridge_attachment(const struct edge_bridge *bridge, unsigned slot)
{
	return slot < bridge->attachment_count ? &bridge->attachments[slot] : NULL;
}

/* What a frozen VM's sources would change has to wait, like everything of it. */
static bool is_learning(const struct attachment *attachment)
{
	return attachment->state == ATTACHMENT_ACTIVE || attachment->state == ATTACHMENT_LEFT;
}

static void expire_learned(struct edge_bridge *bridge, struct dimp_time now)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *attachment = &bridge->attachments[slot];
		if (!is_learning(attachment))
			continue;
		if (bridge->learner.expire)
			bridge->learner.expire(bridge->learner.context, attachment, now);
		edge_key_agreement_expire(bridge, attachment, now);
		edge_authentication_expire(bridge, attachment, now);
		edge_ownership_freeze_when_due(bridge, slot, now);
	}
}

static void age(void *context, struct dimp_time now)
{
	struct edge_bridge *bridge = context;

	bridge->ageing = 0;
	bridge->is_changed = true;
	expire_learned(bridge, now);
	edge_probing_expire(bridge, now);
	di_store_expire(bridge->store, now);
	if (bridge->binding)
		speaker_binding_settle(bridge->binding, now);
	edge_bridge_schedule_ageing(bridge);
}

static struct dimp_time earlier_of(struct dimp_time one, struct dimp_time other)
{
	return one.us < other.us ? one : other;
}

static struct dimp_time ageing_deadline(const struct edge_bridge *bridge)
{
	struct dimp_time earliest = di_store_deadline(bridge->store);

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *attachment = &bridge->attachments[slot];
		if (!is_learning(attachment))
			continue;
		if (bridge->learner.deadline)
			earliest = earlier_of(earliest,
				bridge->learner.deadline(bridge->learner.context, attachment));
		earliest = earlier_of(earliest, edge_key_agreement_deadline(bridge, attachment));
		earliest = earlier_of(earliest, edge_authentication_deadline(bridge, attachment));
		if (attachment->freeze_by.us != 0)
			earliest = earlier_of(earliest, attachment->freeze_by);
	}
	return earliest;
}

/* What lives longer than scheduled only makes the timer early, which does no harm: so the walk over
 * all entries is made only after a change. */
void edge_bridge_schedule_ageing(struct edge_bridge *bridge)
{
	if (!bridge->is_changed)
		return;
	bridge->is_changed = false;
	struct dimp_time at = ageing_deadline(bridge);
	const uint64_t soonest = engine_now(bridge->engine).us + 1;
	if (at.us < soonest)
		at.us = soonest;
	if (bridge->ageing != 0 && at.us == bridge->ageing_at.us)
		return;
	engine_cancel(bridge->engine, bridge->ageing);
	bridge->ageing = 0;
	bridge->ageing_at = at;
	if (at.us != UINT64_MAX)
		bridge->ageing = engine_schedule(bridge->engine, at, age, bridge);
}

void edge_bridge_expect(struct edge_bridge *bridge, unsigned slot, unsigned port)
{
	struct attachment *attachment = &bridge->attachments[slot];

	attachment->port = port;
	attachment->is_let_go = false;
	if (attachment->state == ATTACHMENT_ABSENT)
		attachment->state = ATTACHMENT_EXPECTED;
	if (!bridge->binding || !bridge->ports[port].has_station)
		return;
	/* Without a place for it the speaker lets any station ask. */
	const enum dimp_error error =
		dimp_speaker_vsi_expect(speaker_binding_speaker(bridge->binding), &attachment->vsi,
			bridge->ports[port].station);
	(void)error;
}

void edge_bridge_tell_serial(struct edge_bridge *bridge, unsigned slot, uint64_t serial)
{
	bridge->attachments[slot].serial = serial;
}

enum dimp_error edge_bridge_attach_as(struct edge_bridge *bridge, const struct attachment *vm,
	const struct dimp_vsi_config *config, struct dimp_time now)
{
	struct attachment *attachment = &bridge->attachments[vm->slot];

	/* When it comes back, it hears who is there. */
	if (bridge->is_down)
		return DIMP_ERROR_NONE;
	/* What waited for its DI belongs to nobody: the VM begins anew. */
	frame_hold_drop(bridge->hold, vm->slot);
	attachment->is_let_go = false;
	attachment->state = ATTACHMENT_ACTIVE;
	edge_key_agreement_start(bridge, attachment, now);
	edge_authentication_start(bridge, attachment, now);
	if (!bridge->binding)
		return DIMP_ERROR_NONE;
	/* Without room in the speaker the VM runs, but its DI will not be found. */
	const enum dimp_error error = dimp_speaker_vsi_add(speaker_binding_speaker(bridge->binding),
		config, &attachment->vsi_index, speaker_binding_time(bridge->binding, now));
	if (error != DIMP_ERROR_NONE)
		attachment->vsi_index = DIMP_NO_VSI;
	speaker_binding_settle(bridge->binding, now);
	return error;
}

void edge_bridge_attach(struct edge_bridge *bridge, unsigned slot, unsigned port,
	struct dimp_time now)
{
	struct attachment *attachment = &bridge->attachments[slot];
	const struct dimp_vsi_config config = {
		.vsi = attachment->vsi,
		.filters = {{.mac = attachment->mac, .vlan = attachment->vlan}},
		.filter_count = 1,
		.has_station = bridge->ports[port].has_station,
		.station = bridge->ports[port].station,
		.serial = attachment->serial,
	};

	if (!bridge->is_down)
		attachment->port = port;
	const enum dimp_error error = edge_bridge_attach_as(bridge, attachment, &config, now);
	(void)error;
}

void edge_bridge_leave(struct edge_bridge *bridge, unsigned slot, struct dimp_time now)
{
	struct attachment *attachment = &bridge->attachments[slot];

	if (attachment->state == ATTACHMENT_ABSENT)
		return;
	edge_forwarding_forget(bridge, attachment);
	frame_hold_drop(bridge->hold, slot);
	edge_key_agreement_stop(bridge, attachment);
	edge_authentication_stop(bridge, attachment);
	if (attachment->state == ATTACHMENT_ACTIVE || attachment->state == ATTACHMENT_FROZEN)
		attachment->state = ATTACHMENT_LEFT;
	attachment->is_let_go = attachment->state == ATTACHMENT_EXPECTED;
	if (!bridge->binding || attachment->vsi_index == DIMP_NO_VSI)
		return;
	secure_port_flush(bridge->secure, slot, now);
	edge_metering_flush(bridge, slot, now);
	dimp_speaker_vsi_left(speaker_binding_speaker(bridge->binding), attachment->vsi_index,
		speaker_binding_time(bridge->binding, now));
	speaker_binding_settle(bridge->binding, now);
}

bool edge_bridge_install(struct edge_bridge *bridge, unsigned slot,
	const struct dimp_record *record, struct dimp_time now)
{
	struct dimp_record own = *record;

	dimp_record_remap(&own, &bridge->sources);
	const bool is_done = di_store_put(bridge->store, slot, &own, now);
	explicit_bzero(&own, sizeof own);

	edge_bridge_settle(bridge, now);
	return is_done;
}

void edge_bridge_settle(struct edge_bridge *bridge, struct dimp_time now)
{
	edge_bridge_schedule_ageing(bridge);
	if (bridge->binding)
		speaker_binding_settle(bridge->binding, now);
}

/* What was learned is told to the speaker, and its end is scheduled. */
static void settle_learned(struct edge_bridge *bridge, struct dimp_time now)
{
	if (bridge->is_changed && bridge->binding)
		speaker_binding_settle(bridge->binding, now);
	edge_bridge_schedule_ageing(bridge);
}

void edge_bridge_hear(struct edge_bridge *bridge, const struct attachment *attachment,
	enum edge_side side, const struct edge_frame *frame)
{
	uint8_t tagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	const struct dimp_time now = engine_now(bridge->engine);

	if (!bridge->learner.hear)
		return;
	const size_t size = edge_frame_retag(frame, attachment->vlan, tagged);
	const struct edge_heard heard = {attachment, side, {tagged, size}};
	bridge->learner.hear(bridge->learner.context, &heard, now);
	settle_learned(bridge, now);
}

bool edge_bridge_hear_refused(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	uint8_t tagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	const struct dimp_time now = engine_now(bridge->engine);

	if (!bridge->learner.refused)
		return false;
	const size_t size = edge_frame_retag(frame, attachment->vlan, tagged);
	const struct edge_heard heard = {attachment, EDGE_FROM_VM, {tagged, size}};
	const bool is_begun = bridge->learner.refused(bridge->learner.context, &heard, now);
	settle_learned(bridge, now);
	return is_begun;
}

unsigned edge_bridge_slot(const struct edge_bridge *bridge, const struct dimp_vsi *vsi,
	unsigned usual)
{
	unsigned slot = usual;

	if (usual >= bridge->attachment_count ||
		memcmp(&bridge->attachments[usual].vsi, vsi, sizeof *vsi) != 0)
		(void)edge_bridge_find(bridge, vsi, &slot);
	return slot;
}

bool edge_bridge_find(const struct edge_bridge *bridge, const struct dimp_vsi *vsi, unsigned *slot)
{
	for (unsigned index = 0; index < bridge->attachment_count; index++) {
		if (bridge->attachments[index].is_free ||
			memcmp(&bridge->attachments[index].vsi, vsi, sizeof *vsi) != 0)
			continue;
		*slot = index;
		return true;
	}
	return false;
}

void edge_bridge_send_to_vm(struct edge_bridge *bridge, unsigned slot, struct dimp_view frame,
	struct dimp_time now)
{
	struct edge_frame own;

	if (bridge->is_down)
		return;
	if (slot < bridge->attachment_count && edge_frame_read(frame, &own))
		edge_forwarding_deliver(bridge, &bridge->attachments[slot], &own, now);
}
