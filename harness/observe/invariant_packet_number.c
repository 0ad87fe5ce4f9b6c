/* SPDX-License-Identifier: MIT */
/*
 * I2 and I8: what SecYs do with packet numbers.  Every protected frame that a station or a bridge
 * sends to its VM counts as a use; frames that VMs sent and their bridge was there to take are
 * recorded, and tried on the SAs that a migration put into force elsewhere.
 *
 * The trial is on a copy: a SecY made for it from the bridge's records, which is what its own began
 * with.
 */
#include <string.h>

#include "bridge/secure_port.h"
#include "net/sectag.h"
#include "observe/invariants_state.h"

static bool is_station_port(const struct invariants *invariants, struct engine_endpoint at)
{
	for (size_t index = 0; index < invariants->config.station_count; index++) {
		const struct invariant_station *station = &invariants->config.stations[index];
		const struct edge_bridge *bridge =
			invariants->config.bridges[station->bridge].bridge;
		if (at.node == hypervisor_node(station->hypervisor) ||
			(at.node == edge_bridge_node(bridge) && at.port == station->port))
			return true;
	}
	return false;
}

static void add_keys(struct invariants *invariants, const struct di_store *store, unsigned slot)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, slot, DIMP_DI_MACSEC_SA, &cursor))) {
		const struct dimp_macsec_sa *association = &entry->record.body.macsec_sa;
		invariants_secret(invariants, INVARIANT_KEY,
			(struct dimp_view){association->sak.octets, association->sak.size});
		invariants_secret(invariants, INVARIANT_KEY,
			(struct dimp_view){association->salt.octets, association->salt.size});
		(void)packet_numbers_add_key(invariants->numbers, association);
	}
}

static void gather_keys_of(struct invariants *invariants, unsigned vm)
{
	add_keys(invariants, invariants->config.vms[vm].keys, 0);
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++)
		add_keys(invariants, invariants_store(invariants, bridge), vm);
}

/* Every SAK that anybody has for the VM at one end; a group frame may be for any. */
static void gather_keys(struct invariants *invariants, const struct edge_frame *frame)
{
	const unsigned from = invariants_vm_with(invariants, &frame->source);
	const unsigned to = invariants_vm_with(invariants, &frame->destination);

	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		const bool is_any = from == INVARIANT_NOBODY && to == INVARIANT_NOBODY;
		if (is_any || vm == from || vm == to)
			gather_keys_of(invariants, vm);
	}
}

void invariant_packet_number(struct invariants *invariants, const struct engine_sighting *sighting)
{
	struct edge_frame frame;
	uint64_t number = 0;

	if (sighting->direction != ENGINE_SENT || !edge_frame_read(sighting->frame, &frame) ||
		frame.ethertype != EDGE_ETHERTYPE_MACSEC ||
		!is_station_port(invariants, sighting->at))
		return;
	const struct breach breach = {INVARIANT_I2,
		engine_node_name(invariants->config.engine, sighting->at.node),
		"a packet number that was never used under this SAK and SCI"};
	enum packet_number_verdict verdict =
		packet_numbers_use(invariants->numbers, &frame, &number);
	if (verdict == PACKET_NUMBER_NO_KEY) {
		gather_keys(invariants, &frame);
		verdict = packet_numbers_use(invariants->numbers, &frame, &number);
	}
	if (verdict == PACKET_NUMBER_REPEATED)
		invariants_report(invariants, &breach, "PN %llu again, in a frame of %zu octets",
			(unsigned long long)number, frame.octets.size);
}

/* ---- I8 ---- */

static void record(struct vm_watch *vm, const struct edge_frame *frame)
{
	enum { FIRST_KEPT = RECORDED_FRAMES_MAX / 2 };
	const uint64_t count = vm->recorded_count;
	const size_t at = count < RECORDED_FRAMES_MAX
		? (size_t)count
		: (size_t)(FIRST_KEPT + (count - FIRST_KEPT) % FIRST_KEPT);
	struct recorded_frame *recorded = &vm->recorded[at];
	uint8_t untagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	struct ethernet_frame ethernet;
	struct dimp_view secured;
	struct sectag tag;

	recorded->size = edge_frame_retag(frame, 0, untagged);
	if (recorded->size > sizeof recorded->octets ||
		!ethernet_read((struct dimp_view){untagged, recorded->size}, &ethernet) ||
		!sectag_read(&ethernet, &tag, &secured)) {
		recorded->size = 0;
		return;
	}
	memcpy(recorded->octets, untagged, recorded->size);
	recorded->packet_number = tag.packet_number;
	vm->recorded_count++;
}

void invariant_replay_frame(struct invariants *invariants, const struct engine_sighting *sighting)
{
	struct edge_frame frame;

	if (sighting->direction != ENGINE_RECEIVED || sighting->at.node >= invariants->node_count ||
		!edge_frame_read(sighting->frame, &frame) ||
		frame.ethertype != EDGE_ETHERTYPE_MACSEC)
		return;
	const unsigned bridge = invariants->node_bridge[sighting->at.node];
	const unsigned vm = invariants_vm_with(invariants, &frame.source);
	if (bridge == INVARIANT_NOBODY || vm == INVARIANT_NOBODY)
		return;
	const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
	const size_t associations =
		di_store_count(invariants_store(invariants, bridge), vm, DIMP_DI_MACSEC_SA);
	/* A frame whose tag was damaged on the way never came to the VM's SecY: it was not
	 * accepted.  Nor was one where the VM began anew, its keys known to nobody. */
	if (associations != 0 && attachment->state == ATTACHMENT_ACTIVE &&
		attachment->port == sighting->at.port &&
		(!frame.is_tagged || frame.vlan == attachment->vlan))
		record(&invariants->vms[vm], &frame);
}

/* What a replay window leaves open is open without a migration too. */
static uint32_t widest_window(const struct di_store *store, unsigned vm)
{
	const struct di_entry *entry;
	size_t cursor = 0;
	uint32_t window = 0;

	while ((entry = di_store_next(store, vm, DIMP_DI_MACSEC_SA, &cursor))) {
		if (entry->record.body.macsec_sa.replay_window > window)
			window = entry->record.body.macsec_sa.replay_window;
	}
	return window;
}

static bool copy_associations(const struct di_store *store, unsigned vm, struct di_store *copy)
{
	const struct dimp_time start = {0};
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, vm, DIMP_DI_MACSEC_SA, &cursor))) {
		if (!di_store_put(copy, 0, &entry->record, start))
			return false;
	}
	return true;
}

static bool is_accepted(struct secure_port *port, const struct recorded_frame *recorded)
{
	uint8_t plain[RECORDED_OCTETS_MAX];
	struct edge_frame frame;

	return edge_frame_read((struct dimp_view){recorded->octets, recorded->size}, &frame) &&
		secure_port_open(port, 0, &frame, plain) != 0;
}

static uint8_t association_of(const struct recorded_frame *recorded)
{
	struct edge_frame frame;

	if (!edge_frame_read((struct dimp_view){recorded->octets, recorded->size}, &frame))
		return 0;
	return frame.octets.octets[frame.payload] & 3;
}

/* The highest number recorded under the AN of |of|: what another key had come to is no measure. */
static uint32_t highest_beside(const struct vm_watch *watch, const struct recorded_frame *of)
{
	uint32_t highest = of->packet_number;

	for (size_t index = 0; index < RECORDED_FRAMES_MAX; index++) {
		const struct recorded_frame *const each = &watch->recorded[index];
		if (each->size != 0 && each->packet_number > highest &&
			association_of(each) == association_of(of))
			highest = each->packet_number;
	}
	return highest;
}

static void try_all(struct invariants *invariants, struct secure_port *port, unsigned bridge,
	unsigned vm)
{
	const struct breach breach = {INVARIANT_I8, invariants_bridge_name(invariants, bridge),
		"no frame from before the migration is accepted after it"};
	const struct vm_watch *watch = &invariants->vms[vm];
	const uint32_t window = widest_window(invariants_store(invariants, bridge), vm);

	for (size_t index = 0; index < RECORDED_FRAMES_MAX; index++) {
		const struct recorded_frame *recorded = &watch->recorded[index];
		if (recorded->size == 0 ||
			highest_beside(watch, recorded) - recorded->packet_number < window)
			continue;
		if (is_accepted(port, recorded))
			invariants_report(invariants, &breach, "PN %u of %s is",
				recorded->packet_number, invariants->config.vms[vm].name);
	}
}

void invariant_replay(struct invariants *invariants, unsigned bridge, unsigned vm)
{
	struct di_store *copy = di_store_create();
	struct secure_port *port = copy ? secure_port_create(copy, SECURE_PORT_OF_BRIDGE) : NULL;

	if (port && copy_associations(invariants_store(invariants, bridge), vm, copy))
		try_all(invariants, port, bridge, vm);
	secure_port_destroy(port);
	di_store_destroy(copy);
}
