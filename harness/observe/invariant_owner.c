/* SPDX-License-Identifier: MIT */
/*
 * I1, and what depends on who owns: the clean-up that must not reach the owner (I14).
 *
 * An owner is a bridge whose speaker says so, or whose port lets the VM's frames pass.  Where the
 * server runs a VM without a bridge's word, or orders PROCEED, one more may be until the hold time
 * of what was left behind is over.
 */
#include <string.h>

#include "observe/invariants_state.h"

static void count_in_force(struct invariants *invariants, unsigned vm)
{
	struct vm_watch *watch = &invariants->vms[vm];

	watch->in_force = 0;
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
		if (attachment && attachment->state == ATTACHMENT_ACTIVE)
			watch->in_force++;
	}
}

/* A speaker that nobody touched owns what it did. */
static bool is_counted(struct bridge_watch *watch, const struct speaker_binding *binding)
{
	const uint64_t changes = binding ? speaker_binding_changes(binding) : 0;

	if (watch->is_counted && watch->counted == binding && watch->changes == changes)
		return true;
	watch->is_counted = true;
	watch->counted = binding;
	watch->changes = changes;
	return false;
}

/* Every context of every speaker is asked: two of one bridge count as two. */
static void count_owners(struct invariants *invariants, unsigned bridge)
{
	const struct speaker_binding *binding =
		edge_bridge_speaker(invariants->config.bridges[bridge].bridge);
	const struct dimp_speaker_config *limits = invariants->config.bridges[bridge].limits;
	struct bridge_watch *watch = &invariants->bridges[bridge];
	struct dimp_vsi_status status;

	if (is_counted(watch, binding))
		return;
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		invariants->vms[vm].owners -= watch->owned[vm];
		watch->owned[vm] = 0;
	}
	for (dimp_vsi_index index = 0; binding && index < limits->vsis_max; index++) {
		if (!dimp_speaker_vsi_status(speaker_binding_view(binding), index, &status) ||
			!status.is_owner)
			continue;
		const unsigned vm = invariants_vm(invariants, &status.vsi, index);
		if (vm == INVARIANT_NOBODY)
			continue;
		watch->owned[vm]++;
		invariants->vms[vm].owners++;
	}
}

void invariant_owner(struct invariants *invariants, struct dimp_time now)
{
	const struct breach breach = {INVARIANT_I1, "all bridges", "at most one owner"};

	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++)
		count_in_force(invariants, vm);
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++)
		count_owners(invariants, bridge);
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		struct vm_watch *watch = &invariants->vms[vm];
		if (now.us > watch->at_risk_until.us)
			watch->at_risk = 0;
		if (watch->owners > 1 + watch->at_risk || watch->in_force > 1 + watch->at_risk)
			invariants_report(invariants, &breach,
				"%u owners of %s, %u bridges that let it pass", watch->owners,
				invariants->config.vms[vm].name, watch->in_force);
	}
}

void invariant_owner_event(struct invariants *invariants, const struct bridge_event *at)
{
	if (invariants_is_step(at->event, "destination", "ACTIVATING") &&
		strcmp(at->event->because, "PROCEED") == 0)
		invariants_at_risk(invariants, at->vm, at->now);
}

/* ---- I14 ---- */

static bool is_cleanup(const struct dimp_event *event)
{
	return event->kind == DIMP_EVENT_RELEASED || event->kind == DIMP_EVENT_GONE ||
		event->kind == DIMP_EVENT_DISCARD;
}

/* Whether |bridge| has the VM's DI in force by another context than the one that is cleaned up, as
 * its speaker knows them: what the bridge takes for the same may not be. */
static bool is_kept_at(const struct invariants *invariants, unsigned bridge,
	const struct bridge_event *at)
{
	const struct attachment *attachment = invariants_attachment(invariants, bridge, at->vm);

	if (!attachment || attachment->state != ATTACHMENT_ACTIVE)
		return false;
	const struct dimp_speaker *speaker = invariants_speaker(invariants, bridge);
	struct dimp_vsi_status status;

	if (bridge != at->bridge || !speaker)
		return bridge != at->bridge;
	const dimp_vsi_index own = dimp_speaker_vsi_find(speaker, &invariants->vms[at->vm].vsi);
	/* What is gone is no owner: one that is called so is another. */
	return (own != at->event->vsi || at->event->kind == DIMP_EVENT_GONE) &&
		dimp_speaker_vsi_status(speaker, own, &status) && status.is_owner;
}

void invariant_cleanup_event(struct invariants *invariants, const struct bridge_event *at)
{
	struct kept *kept = &invariants->vms[at->vm].kept;

	if (!is_cleanup(at->event))
		return;
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		if (!is_kept_at(invariants, bridge, at))
			continue;
		*kept = (struct kept){
			.is_pending = true,
			.bridge = bridge,
			.entries = invariants_entries(invariants, bridge, at->vm, 0),
		};
		invariants->has_pending = true;
	}
}

void invariant_cleanup(struct invariants *invariants)
{
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		struct kept *kept = &invariants->vms[vm].kept;
		if (!kept->is_pending)
			continue;
		kept->is_pending = false;
		const struct breach breach = {INVARIANT_I14,
			invariants_bridge_name(invariants, kept->bridge),
			"the DI in force outlives a clean-up of what was elsewhere or before"};
		const struct attachment *attachment =
			invariants_attachment(invariants, kept->bridge, vm);
		const size_t left = invariants_entries(invariants, kept->bridge, vm, 0);
		if (attachment->state != ATTACHMENT_ACTIVE || left < kept->entries)
			invariants_report(invariants, &breach, "%s: %zu of %zu entries%s",
				invariants->config.vms[vm].name, left, kept->entries,
				attachment->state == ATTACHMENT_ACTIVE ? "" : ", not in force");
	}
}
