/* SPDX-License-Identifier: MIT */
/*
 * I9: keys are looked for in every frame that is sent and every file that is written (the key log,
 * which is asked for by name, aside), identities in DIMP frames.  A PDU that arrives and was never
 * sent so, or that came to this node before, moves no machine.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/invariants_state.h"

static uint64_t hash_of(struct dimp_view octets)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t index = 0; index < octets.size; index++)
		hash = (hash ^ octets.octets[index]) * 0x100000001b3u;
	return hash ? hash : 1;
}

static bool contains(const struct number_set *set, uint64_t number)
{
	if (set->capacity == 0)
		return false;
	for (size_t at = number % set->capacity; set->slots[at]; at = (at + 1) % set->capacity) {
		if (set->slots[at] == number)
			return true;
	}
	return false;
}

static void insert(struct number_set *set, uint64_t number)
{
	size_t at = number % set->capacity;

	while (set->slots[at] && set->slots[at] != number)
		at = (at + 1) % set->capacity;
	set->count += set->slots[at] == 0;
	set->slots[at] = number;
}

static bool grow(struct number_set *set)
{
	const size_t capacity = set->capacity ? set->capacity * 2 : 1024;
	struct number_set larger = {.slots = calloc(capacity, sizeof *set->slots),
		.capacity = capacity};

	if (!larger.slots)
		return false;
	for (size_t index = 0; index < set->capacity; index++) {
		if (set->slots[index])
			insert(&larger, set->slots[index]);
	}
	free(set->slots);
	*set = larger;
	return true;
}

static bool add(struct number_set *set, uint64_t number)
{
	if (set->count * 2 >= set->capacity && !grow(set))
		return false;
	insert(set, number);
	return true;
}

/* The frame's PDU without padding; empty when it is none. */
static struct dimp_view pdu_of(const struct edge_frame *frame)
{
	const struct dimp_view rest = edge_frame_payload(frame);
	struct dimp_pdu_header header;

	if (dimp_pdu_header_read(rest, &header) != DIMP_ERROR_NONE)
		return (struct dimp_view){rest.octets, 0};
	return (struct dimp_view){rest.octets, header.size};
}

static bool is_for_node(const struct invariants *invariants, const struct edge_frame *frame,
	unsigned node)
{
	const unsigned bridge =
		node < invariants->node_count ? invariants->node_bridge[node] : INVARIANT_NOBODY;

	if (bridge == INVARIANT_NOBODY)
		return true;
	return edge_mac_equals(&frame->destination,
		edge_bridge_address(invariants->config.bridges[bridge].bridge));
}

static const struct speaker_binding *binding_at(const struct invariants *invariants, unsigned node)
{
	if (node >= invariants->node_count)
		return NULL;
	if (invariants->node_bridge[node] != INVARIANT_NOBODY)
		return edge_bridge_speaker(
			invariants->config.bridges[invariants->node_bridge[node]].bridge);
	if (invariants->node_station[node] != INVARIANT_NOBODY)
		return hypervisor_speaker(
			invariants->config.stations[invariants->node_station[node]].hypervisor);
	return NULL;
}

/* All that the node's speaker has dropped, or never got. */
static uint64_t drops_at(const struct invariants *invariants, unsigned node)
{
	const struct speaker_binding *binding = binding_at(invariants, node);
	struct dimp_counters counters;

	if (!binding)
		return 0;
	dimp_speaker_counters(speaker_binding_view(binding), &counters);
	return speaker_binding_lost(binding) + counters.drop_malformed + counters.drop_version +
		counters.drop_unknown_index + counters.drop_check + counters.drop_rate +
		counters.drop_handshake + counters.drop_authentication + counters.drop_replay +
		counters.drop_no_room;
}

/* All that the node's speaker has looked at. */
static uint64_t received_at(const struct invariants *invariants, unsigned node)
{
	const struct speaker_binding *binding = binding_at(invariants, node);
	struct dimp_counters counters;

	if (!binding)
		return 0;
	dimp_speaker_counters(speaker_binding_view(binding), &counters);
	return counters.pdus_received;
}

static void note_pdu(struct invariants *invariants, const struct edge_frame *frame,
	const struct engine_sighting *sighting)
{
	const struct dimp_view pdu = pdu_of(frame);
	const uint64_t sent = hash_of(pdu);
	/* With where it says it is from: from a stranger it is not even looked at. */
	const uint64_t source =
		hash_of((struct dimp_view){frame->source.octets, sizeof frame->source.octets});
	const uint64_t received =
		(sent ^ source ^ (sighting->at.node + 1)) * 0x9e3779b97f4a7c15u | 1;

	if (sighting->direction == ENGINE_SENT) {
		(void)add(&invariants->pdus, sent);
		return;
	}
	if (!is_for_node(invariants, frame, sighting->at.node))
		return;
	invariants->present.is_bad_pdu = pdu.size == 0 || !contains(&invariants->pdus, sent) ||
		contains(&invariants->pdus, received);
	invariants->present.pdu = pdu.size != 0 ? received : 0;
	invariants->present.drops = drops_at(invariants, sighting->at.node);
	invariants->present.received = received_at(invariants, sighting->at.node);
}

/* What was dropped, for it came before its keys or there was no room, may be taken when it comes
 * again. */
void invariant_secrecy_taken(struct invariants *invariants)
{
	const struct present_event *present = &invariants->present;

	if (!present->has_frame)
		return;
	const bool is_taken =
		present->pdu != 0 && drops_at(invariants, present->at.node) == present->drops;

	if (present->is_bad_pdu && received_at(invariants, present->at.node) > present->received) {
		invariants->bad_pdus.arrived++;
		invariants->bad_pdus.taken += is_taken;
	}
	if (is_taken)
		(void)add(&invariants->pdus, present->pdu);
}

const struct invariant_bad_pdus *invariants_bad_pdus(const struct invariants *invariants)
{
	return &invariants->bad_pdus;
}

static void scan(struct invariants *invariants, const struct edge_frame *frame, bool is_dimp)
{
	const unsigned forms = SECRET_KEY | (is_dimp ? SECRET_IDENTITY : 0u);
	/* Addresses of speakers are no secret. */
	const struct dimp_view octets = edge_frame_payload(frame);
	const struct breach breach = {INVARIANT_I9, is_dimp ? "a DIMP frame" : "a frame",
		"no key is readable on a wire, no identity in a DIMP frame"};
	size_t at;
	const unsigned found = secret_scan_find(invariants->secrets, forms, octets, &at);

	if (found != 0)
		invariants_report(invariants, &breach, "%s, %zu octets into its payload",
			found == SECRET_KEY ? "a key" : "an identity", at);
}

void invariant_secrecy_frame(struct invariants *invariants, const struct engine_sighting *sighting)
{
	struct edge_frame frame;

	if (!edge_frame_read(sighting->frame, &frame))
		return;
	struct dimp_view carried;
	const bool is_dimp = pdu_carrier_read(&frame, &carried);
	if (is_dimp)
		frame.payload = (size_t)(carried.octets - frame.octets.octets);
	if (is_dimp)
		note_pdu(invariants, &frame, sighting);
	if (sighting->direction == ENGINE_SENT)
		scan(invariants, &frame, is_dimp);
}

/* What a speaker does by itself it may do when anything arrives: then it notices the time. */
static bool is_own_doing(const char *event)
{
	static const char *const own[] = {"ROUND_SENT", "ROUND_SENT_FREEZE", "ROUND_DUE",
		"REPEAT_DUE", "ABORT_DUE", "GIVE_UP", "DEADLINE", "DEADLINE_IN_DOUBT", "THAW_OVER",
		"HOLD_OVER", "OVERDUE", "PEER_LOST", "PEER_LOST_KEEPS", "PEER_LOST_IN_DOUBT"};

	for (size_t index = 0; index < sizeof own / sizeof own[0]; index++) {
		if (strcmp(own[index], event) == 0)
			return true;
	}
	return false;
}

void invariant_secrecy_event(struct invariants *invariants, unsigned node,
	const struct dimp_event *event)
{
	const struct present_event *present = &invariants->present;

	if (event->kind != DIMP_EVENT_TRANSITION || !present->has_frame || !present->is_bad_pdu ||
		present->at.node != node || is_own_doing(event->because))
		return;
	const struct breach breach = {INVARIANT_I9,
		engine_node_name(invariants->config.engine, node),
		"a PDU that was mangled, forged or came before changes no state"};
	invariants_report(invariants, &breach, "%s: %s --%s--> %s", event->machine, event->from,
		event->because, event->to);
}

/* DI is about to leave a bridge: whom its sessions name is in it. */
void invariant_secrecy_leaving(struct invariants *invariants, const struct bridge_event *at)
{
	const struct di_store *store = invariants_store(invariants, at->bridge);
	const struct di_entry *entry;
	size_t cursor = 0;

	if (at->event->kind != DIMP_EVENT_TRANSITION || strcmp(at->event->machine, "source") != 0 ||
		strcmp(at->event->from, "OWNER") != 0)
		return;
	while ((entry = di_store_next(store, at->vm, DIMP_DI_DOT1X_SESSION, &cursor))) {
		const struct dimp_text253 *identity = &entry->record.body.dot1x_session.identity;
		invariants_secret(invariants, INVARIANT_IDENTITY,
			(struct dimp_view){identity->octets, identity->size});
	}
}

/* ---- Files ---- */

static uint8_t *read_file(FILE *file, size_t *size)
{
	uint8_t *octets = NULL;

	if (fseek(file, 0, SEEK_END) != 0)
		return NULL;
	const long end = ftell(file);
	if (end < 0 || fseek(file, 0, SEEK_SET) != 0)
		return NULL;
	octets = malloc((size_t)end + 1);
	if (octets)
		*size = fread(octets, 1, (size_t)end, file);
	return octets;
}

void invariants_file(struct invariants *invariants, const char *path)
{
	const struct breach breach = {INVARIANT_I9, "a file of the run",
		"no key is readable in what is written, but for the key log"};
	FILE *file = fopen(path, "rb");
	size_t size = 0, at;

	if (!file)
		return;
	uint8_t *octets = read_file(file, &size);
	if (octets &&
		secret_scan_find(invariants->secrets, SECRET_KEY | SECRET_KEY_TEXT,
			(struct dimp_view){octets, size}, &at) != 0)
		invariants_report(invariants, &breach, "a key at octet %zu of %s", at, path);
	free(octets);
	fclose(file);
}
