/* SPDX-License-Identifier: MIT */
/*
 * Drives the checker: keeps what happened, asks those who judge, keeps the first breach.
 */
#include "observe/invariants.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/invariants_state.h"

const struct invariant_row invariant_rows[INVARIANTS] = {
#define INVARIANT(name, clause, noun, text) {#name, clause, text},
#include "observe/invariants.def"
#undef INVARIANT
};

struct invariants *invariants_create(void)
{
	struct invariants *invariants = calloc(1, sizeof *invariants);

	if (!invariants)
		return NULL;
	invariants->next_due = invariants->next_back = DIMP_NEVER;
	invariants->numbers = packet_numbers_create();
	invariants->secrets = secret_scan_create();
	if (invariants->numbers && invariants->secrets)
		return invariants;
	invariants_destroy(invariants);
	return NULL;
}

void invariants_destroy(struct invariants *invariants)
{
	if (!invariants)
		return;
	for (size_t vm = 0; invariants->vms && vm < invariants->config.vm_count; vm++) {
		invariant_copies_destroy(invariants, &invariants->vms[vm]);
		free(invariants->vms[vm].recorded);
	}
	packet_numbers_destroy(invariants->numbers);
	secret_scan_destroy(invariants->secrets);
	free(invariants->vms);
	free(invariants->bridges);
	free(invariants->owned);
	free(invariants->node_bridge);
	free(invariants->node_station);
	free(invariants->requests);
	free(invariants->mac_slots);
	free(invariants->pdus.slots);
	free(invariants);
}

static void begin_vm(struct invariants *invariants, unsigned number)
{
	struct vm_watch *vm = &invariants->vms[number];
	const struct attachment *known =
		edge_bridge_attachment(invariants->config.bridges[0].bridge, number);

	*vm = (struct vm_watch){.back_by = DIMP_NEVER};
	if (known) {
		vm->vsi = known->vsi;
		vm->mac = known->mac;
		vm->vlan = known->vlan;
	}
	invariants_secret(invariants, INVARIANT_IDENTITY,
		(struct dimp_view){vm->mac.octets, sizeof vm->mac.octets});
	/* Behind the VSI's type there is what names this one (16 octets at its end). */
	invariants_secret(invariants, INVARIANT_IDENTITY,
		(struct dimp_view){vm->vsi.octets + sizeof vm->vsi.octets - 16, 16});
}

static bool number_nodes(struct invariants *invariants)
{
	const struct invariants_config *config = &invariants->config;
	unsigned count = 0;

	for (unsigned bridge = 0; bridge < config->bridge_count; bridge++)
		count = edge_bridge_node(config->bridges[bridge].bridge) >= count
			? edge_bridge_node(config->bridges[bridge].bridge) + 1
			: count;
	for (unsigned station = 0; station < config->station_count; station++)
		count = hypervisor_node(config->stations[station].hypervisor) >= count
			? hypervisor_node(config->stations[station].hypervisor) + 1
			: count;
	invariants->node_count = count;
	invariants->node_bridge = malloc((count + 1) * sizeof *invariants->node_bridge);
	invariants->node_station = malloc((count + 1) * sizeof *invariants->node_station);
	if (!invariants->node_bridge || !invariants->node_station)
		return false;
	for (unsigned node = 0; node < count; node++)
		invariants->node_bridge[node] = invariants->node_station[node] = INVARIANT_NOBODY;
	for (unsigned bridge = 0; bridge < config->bridge_count; bridge++)
		invariants->node_bridge[edge_bridge_node(config->bridges[bridge].bridge)] = bridge;
	for (unsigned station = 0; station < config->station_count; station++)
		invariants->node_station[hypervisor_node(config->stations[station].hypervisor)] =
			station;
	return true;
}

static bool begin_bridges(struct invariants *invariants)
{
	const size_t bridges = invariants->config.bridge_count;
	const size_t vms = invariants->config.vm_count;

	invariants->bridges = calloc(bridges + 1, sizeof *invariants->bridges);
	invariants->owned = calloc(bridges * vms + 1, sizeof *invariants->owned);
	if (!invariants->bridges || !invariants->owned)
		return false;
	for (size_t bridge = 0; bridge < bridges; bridge++)
		invariants->bridges[bridge].owned = invariants->owned + bridge * vms;
	return true;
}

bool invariants_begin(struct invariants *invariants, const struct invariants_config *config)
{
	invariants->config = *config;
	invariants->vms = calloc(config->vm_count + 1, sizeof *invariants->vms);
	if (!invariants->vms || !begin_bridges(invariants) || !number_nodes(invariants))
		return false;
	for (unsigned vm = 0; vm < config->vm_count; vm++) {
		begin_vm(invariants, vm);
		invariants->vms[vm].recorded =
			calloc(RECORDED_FRAMES_MAX, sizeof(struct recorded_frame));
		invariants->vms[vm].frozen =
			calloc(config->bridge_count + 1, sizeof(struct di_copy));
		if (!invariants->vms[vm].recorded || !invariants->vms[vm].frozen)
			return false;
	}
	invariants->is_begun = invariants_number_macs(invariants);
	return invariants->is_begun;
}

void invariants_secret(struct invariants *invariants, enum invariant_secret kind,
	struct dimp_view octets)
{
	const enum secret_form form = kind == INVARIANT_KEY ? SECRET_KEY : SECRET_IDENTITY;

	/* Without memory one secret less is looked for; the engine's run ends by itself soon. */
	(void)secret_scan_add(invariants->secrets, form, octets);
}

/* ---- The first breach ---- */

static void keep_transitions(struct invariants *invariants)
{
	struct invariant_violation *violation = &invariants->violation;
	const size_t all = invariants->transition_count;
	const size_t kept = all < INVARIANT_TRANSITIONS_MAX ? all : INVARIANT_TRANSITIONS_MAX;

	violation->transition_count = kept;
	for (size_t index = 0; index < kept; index++)
		violation->transitions[index] =
			invariants->ring[(all - kept + index) % INVARIANT_TRANSITIONS_MAX];
}

/* What a peer that lies can break; what is left: secrets, memory, the same octets again. */
static bool rests_on_words(enum invariant invariant)
{
	return invariant != INVARIANT_I9 && invariant != INVARIANT_I11 &&
		invariant != INVARIANT_I12;
}

void invariants_report(struct invariants *invariants, const struct breach *breach,
	const char *format, ...)
{
	struct invariant_violation *violation = &invariants->violation;
	va_list arguments;

	if (invariants->is_broken ||
		(invariants->config.is_lied_to && rests_on_words(breach->invariant)))
		return;
	invariants->is_broken = true;
	violation->invariant = breach->invariant;
	violation->node = breach->node;
	snprintf(violation->expected, sizeof violation->expected, "%s", breach->expected);
	va_start(arguments, format);
	vsnprintf(violation->found, sizeof violation->found, format, arguments);
	va_end(arguments);
	keep_transitions(invariants);
	if (!invariants->config.engine)
		return;
	violation->time = engine_now(invariants->config.engine);
	engine_stop(invariants->config.engine);
}

const struct invariant_violation *invariants_violation(const struct invariants *invariants)
{
	return invariants->is_broken ? &invariants->violation : NULL;
}

/* ---- What happens ---- */

void invariants_frame(void *context, const struct engine_sighting *sighting)
{
	struct invariants *invariants = context;

	if (invariants->is_broken)
		return;
	if (sighting->direction == ENGINE_RECEIVED) {
		invariants->present.has_frame = true;
		invariants->present.at = sighting->at;
	}
	invariant_secrecy_frame(invariants, sighting);
	if (!invariants->is_begun)
		return;
	invariant_packet_number(invariants, sighting);
	invariant_replay_frame(invariants, sighting);
	invariant_authorisation(invariants, sighting);
}

static void note_transition(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	const size_t at = invariants->transition_count++ % INVARIANT_TRANSITIONS_MAX;

	invariants->ring[at] = (struct invariant_transition){
		.time = now,
		.node = speaker_binding_name(binding),
		.machine = event->machine,
		.from = event->from,
		.because = event->because,
		.to = event->to,
		.clause = event->clause,
	};
}

/* A bridge knows a VSI by its index: from the speaker as long as it is there, else from the
 * attachment. */
static unsigned vm_of_event(const struct invariants *invariants, unsigned bridge,
	const struct dimp_event *event)
{
	struct dimp_vsi_status status;

	if (event->vsi == DIMP_NO_VSI)
		return INVARIANT_NOBODY;
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
		if (attachment && attachment->vsi_index == event->vsi)
			return vm;
	}
	if (!dimp_speaker_vsi_status(invariants_speaker(invariants, bridge), event->vsi, &status))
		return INVARIANT_NOBODY;
	return invariants_vm(invariants, &status.vsi, event->vsi);
}

static void take_bridge_event(struct invariants *invariants, const struct bridge_event *at)
{
	invariants->present.has_dimp_event = true;
	invariant_secrecy_event(invariants,
		edge_bridge_node(invariants->config.bridges[at->bridge].bridge), at->event);
	invariant_authority_solicited(invariants, at);
	if (at->vm == INVARIANT_NOBODY)
		return;
	invariant_owner_event(invariants, at);
	invariant_copy_event(invariants, at);
	invariant_failure_freeze(invariants, at);
	invariant_cleanup_event(invariants, at);
	invariant_authority(invariants, at);
	invariant_secrecy_leaving(invariants, at);
}

static void learn_keys(struct invariants *invariants, const struct speaker_binding *binding,
	dimp_peer peer)
{
	struct dimp_association_keys keys;

	if (!dimp_speaker_keys(speaker_binding_view(binding), peer, &keys))
		return;
	invariants_secret(invariants, INVARIANT_KEY,
		(struct dimp_view){keys.send, sizeof keys.send});
	invariants_secret(invariants, INVARIANT_KEY,
		(struct dimp_view){keys.receive, sizeof keys.receive});
	explicit_bzero(&keys, sizeof keys);
}

void invariants_event(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	if (event->kind == DIMP_EVENT_TRANSITION)
		note_transition(invariants, binding, event, now);
	if (event->kind == DIMP_EVENT_ASSOCIATED)
		learn_keys(invariants, binding, event->peer);
	if (!invariants->is_begun || invariants->is_broken)
		return;
	const unsigned bridge = invariants_bridge(invariants, binding);
	const unsigned station = invariants_station(invariants, binding);
	if (bridge != INVARIANT_NOBODY) {
		const struct bridge_event at = {event, bridge,
			vm_of_event(invariants, bridge, event), now};
		take_bridge_event(invariants, &at);
		invariant_response_at_bridge(invariants, &at);
	}
	if (station != INVARIANT_NOBODY)
		invariant_response_heard(invariants, station, event, now);
}

void invariants_at_risk(struct invariants *invariants, unsigned vm, struct dimp_time now)
{
	struct vm_watch *watch = &invariants->vms[vm];

	watch->at_risk++;
	watch->at_risk_since = now;
	watch->at_risk_until = (struct dimp_time){now.us + invariants->config.idle_us +
		invariants->config.hold_us + invariants->config.thaw_us};
}

/* Whether the bridge has something of the VM: in its tables, or on its way to or from there. */
static bool knows(const struct invariants *invariants, unsigned bridge, unsigned vm)
{
	const struct invariant_bridge *watched = &invariants->config.bridges[bridge];
	const struct speaker_binding *binding = edge_bridge_speaker(watched->bridge);

	return (binding &&
		       speaker_binding_knows(binding, &invariants->vms[vm].vsi,
			       watched->limits->vsis_max)) ||
		invariants_attachment(invariants, bridge, vm)->state != ATTACHMENT_ABSENT;
}

/* What the bridge has just begun with the VM it will not end. */
static void drop_pending(struct vm_watch *watch, unsigned bridge)
{
	watch->is_thawing = watch->is_thawing && watch->changed_bridge != bridge;
	watch->is_going = watch->is_going && watch->gone_bridge != bridge;
	watch->kept.is_pending = watch->kept.is_pending && watch->kept.bridge != bridge;
}

/* A bridge that starts again owns what is behind its ports, whoever else does: one more for each of
 * its VMs. */
void invariants_crashed(struct invariants *invariants, unsigned node)
{
	const struct dimp_time now = engine_now(invariants->config.engine);

	if (!invariants->is_begun || node >= invariants->node_count)
		return;
	const unsigned bridge = invariants->node_bridge[node];
	if (bridge == INVARIANT_NOBODY) {
		invariant_response_crashed(invariants, invariants->node_station[node]);
		return;
	}
	invariants->bridges[bridge].is_counted = false;
	invariant_response_crashed_at(invariants, bridge);
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		struct vm_watch *watch = &invariants->vms[vm];
		drop_pending(watch, bridge);
		if (!knows(invariants, bridge, vm))
			continue;
		watch->crashed = now;
		invariants_at_risk(invariants, vm, now);
	}
}

/* In a large world owners are counted after every event in which a speaker had something to say,
 * and otherwise once in a millisecond. */
static void judge_owners(struct invariants *invariants, struct dimp_time now)
{
	enum { SMALL = 32, COUNT_US = 1000 };
	const struct invariants_config *config = &invariants->config;

	if (config->vm_count * config->bridge_count > SMALL &&
		!invariants->present.has_dimp_event && now.us < invariants->next_count.us)
		return;
	invariants->next_count.us = now.us + COUNT_US;
	invariant_owner(invariants, now);
}

void invariants_judge(void *context, struct dimp_time now)
{
	struct invariants *invariants = context;

	if (!invariants->is_begun || invariants->is_broken)
		return;
	judge_owners(invariants, now);
	if (invariants->has_pending) {
		invariants->has_pending = false;
		invariant_source_gone(invariants);
		invariant_copy_thawed(invariants, now);
		invariant_cleanup(invariants);
	}
	if (now.us >= invariants->next_back.us)
		invariant_failure_later(invariants, now);
	invariant_response(invariants, now);
	invariant_lifetime(invariants, now);
	if (invariants->present.has_dimp_event)
		invariant_memory(invariants);
	invariant_secrecy_taken(invariants);
	invariants->present = (struct present_event){0};
}

void invariants_end(struct invariants *invariants, struct dimp_time now)
{
	if (!invariants->is_begun || invariants->is_broken)
		return;
	invariants_judge(invariants, now);
	invariant_memory_end(invariants);
}

void invariants_twice(struct invariants *invariants, uint64_t first, uint64_t second)
{
	const struct breach breach = {INVARIANT_I12, "all nodes",
		"a second run with the same octets on every wire"};

	if (first != second)
		invariants_report(invariants, &breach, "digest %016llx, then %016llx",
			(unsigned long long)first, (unsigned long long)second);
}

void invariants_observed(struct invariants *invariants, const char *observer,
	const struct observations_difference *difference)
{
	const struct breach breach = {INVARIANT_I13, observer,
		"what is observed when the VM stops as long and does not move"};

	invariants_report(invariants, &breach,
		"%zu frames differ; the first: %zu octets %s at %llu us", difference->count,
		difference->size, difference->is_missing ? "missing" : "too many",
		(unsigned long long)difference->time.us);
}
