/* SPDX-License-Identifier: MIT */
/*
 * I1, and what depends on who owns: the clean-up that must not reach the owner (I14) and the
 * authority without which nothing is handed out (I15).
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

	watch->owners = watch->in_force = 0;
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
		if (attachment && attachment->state == ATTACHMENT_ACTIVE)
			watch->in_force++;
	}
}

/* Every context of every speaker is asked: two of one bridge count as two. */
static void count_owners(struct invariants *invariants, unsigned bridge)
{
	const struct dimp_speaker *speaker = invariants_speaker(invariants, bridge);
	const struct dimp_speaker_config *limits = invariants->config.bridges[bridge].limits;
	struct dimp_vsi_status status;

	for (dimp_vsi_index index = 0; speaker && index < limits->vsis_max; index++) {
		if (!dimp_speaker_vsi_status(speaker, index, &status) || !status.is_owner)
			continue;
		const unsigned vm = invariants_vm(invariants, &status.vsi, index);
		if (vm != INVARIANT_NOBODY)
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

/* Whether |bridge| has the VM's DI in force by another context than the one that is cleaned up. */
static bool is_kept_at(const struct invariants *invariants, unsigned bridge,
	const struct bridge_event *at)
{
	const struct attachment *attachment = invariants_attachment(invariants, bridge, at->vm);

	if (!attachment || attachment->state != ATTACHMENT_ACTIVE)
		return false;
	return bridge != at->bridge || attachment->vsi_index != at->event->vsi;
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

/* ---- I15 ---- */

/* Whether a station or the host of |bridge| has asked for the VM, or NOTIFY has offered it, with a
 * ticket if |policy| wants one; a SOLICIT may come after its request ended. */
static bool is_asked_for(const struct invariants *invariants, unsigned vm, unsigned bridge,
	enum dimp_authority policy)
{
	const bool is_ticket_wanted = policy == DIMP_AUTHORITY_TICKET;

	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		if (request->vm == vm && (request->has_ticket || !is_ticket_wanted) &&
			request->bridge == bridge)
			return true;
	}
	return false;
}

static unsigned bridge_with(const struct invariants *invariants, const struct dimp_public_key *key)
{
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		if (memcmp(&invariants->config.bridges[bridge].key, key, sizeof *key) == 0)
			return bridge;
	}
	return INVARIANT_NOBODY;
}

/* Judged by where the VM is, not by what the bridge makes of the announcement. */
void invariants_announced(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_announcement *announcement)
{
	const unsigned station =
		invariants->is_begun ? invariants_station(invariants, binding) : INVARIANT_NOBODY;
	const unsigned vm = invariants->is_begun ? invariants_vm(invariants, &announcement->vsi, 0)
						 : INVARIANT_NOBODY;

	if (station == INVARIANT_NOBODY || vm == INVARIANT_NOBODY)
		return;
	const struct invariant_station *at = &invariants->config.stations[station];
	const struct attachment *attachment = invariants_attachment(invariants, at->bridge, vm);

	if (!attachment || attachment->port != at->port)
		return;
	invariants->consents[invariants->consent_count++ % CONSENTS_MAX] = (struct consent_watch){
		.vm = vm,
		.from = at->bridge,
		.to = bridge_with(invariants, &announcement->destination),
		.serial = announcement->serial,
	};
}

static bool has_request(const struct invariants *invariants, const struct consent_watch *consent)
{
	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		if (request->vm == consent->vm && request->bridge == consent->to &&
			request->serial == consent->serial)
			return true;
	}
	return false;
}

/* Whether the VM's station, or the bridge's own NOTIFY, has allowed a move that was asked for. */
static bool is_consented(const struct invariants *invariants, unsigned to,
	const struct bridge_event *at)
{
	for (size_t index = 0; index < invariants->consent_count && index < CONSENTS_MAX; index++) {
		const struct consent_watch *consent = &invariants->consents[index];
		if (consent->vm == at->vm && consent->from == at->bridge && consent->to == to &&
			has_request(invariants, consent))
			return true;
	}
	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];
		if (request->is_notified && request->vm == at->vm && request->bridge == to &&
			request->owner == at->bridge)
			return true;
	}
	return false;
}

/* Whatever the policy, DI goes to a bridge that is a peer, and for which a server asked. */
void invariant_authority(struct invariants *invariants, const struct bridge_event *at)
{
	const struct breach breach = {INVARIANT_I15, invariants_bridge_name(invariants, at->bridge),
		"DI goes to a bridge that is a peer and whose station or host asked for it"};
	const bool is_handing_out = invariants_is_step(at->event, "source", "SENDING") ||
		invariants_is_step(at->event, "source", "FREEZING") ||
		invariants_is_step(at->event, "source", "OFFERED");

	if (!is_handing_out || strcmp(at->event->from, "OWNER") != 0)
		return;
	const unsigned to = invariants_bridge_of_peer(invariants, at->bridge, at->event->peer);
	if (to == INVARIANT_NOBODY)
		invariants_report(invariants, &breach, "%s to peer %u, which is no bridge",
			invariants->config.vms[at->vm].name, (unsigned)at->event->peer);
	else if (invariants->config.bridges[at->bridge].authority == DIMP_AUTHORITY_CONSENT &&
		!is_consented(invariants, to, at))
		invariants_report(invariants, &breach, "%s to %s, without the VM's station's word",
			invariants->config.vms[at->vm].name,
			invariants_bridge_name(invariants, to));
	else if (!is_asked_for(invariants, at->vm, to,
			 invariants->config.bridges[at->bridge].authority))
		invariants_report(invariants, &breach, "%s to %s, where no station asked for it",
			invariants->config.vms[at->vm].name,
			invariants_bridge_name(invariants, to));
}
