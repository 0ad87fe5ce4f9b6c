/* SPDX-License-Identifier: MIT */
/*
 * I4 and I5: what is left where the DI was, or was to be, once the server has its answer.
 *
 * A source that FAIL leaves frozen, because the destination was lost and nobody could confirm, is
 * to use its DI again when its own time is over.
 */
#include "observe/invariants_state.h"

/* How long a source may stay frozen, and a little more. */
static const uint64_t grace_us = 10000;

/* The server began anew where the DI was released, before RELEASED arrived (DIMP 9.3-22). */
static bool began_anew(const struct vm_watch *vm)
{
	return vm->at_risk != 0 && vm->at_risk_since.us > vm->released.us;
}

void invariant_source(struct invariants *invariants, const struct request_watch *request)
{
	const struct activation *activation = &invariants->vms[request->vm].activation;
	const char *vm = invariants->config.vms[request->vm].name;

	if (activation->source == INVARIANT_NOBODY || activation->source == activation->bridge)
		return;
	const struct breach breach = {INVARIANT_I4,
		invariants_bridge_name(invariants, activation->source),
		"after SUCCESS the source has released the DI and holds none in its tables"};
	const struct attachment *attachment =
		invariants_attachment(invariants, activation->source, request->vm);
	const size_t left = invariants_entries(invariants, activation->source, request->vm,
		invariants->config.vms[request->vm].installed_by_server);

	if (!activation->is_released)
		invariants_report(invariants, &breach, "%s was never released", vm);
	else if (began_anew(&invariants->vms[request->vm]))
		return;
	else if (attachment->state == ATTACHMENT_ACTIVE || attachment->state == ATTACHMENT_FROZEN)
		invariants_report(invariants, &breach, "%s is still in force there", vm);
	else if (left != 0)
		invariants_report(invariants, &breach, "%zu entries of %s", left, vm);
}

/* GONE was answered: nothing of it is left, unless the VM is there again. */
void invariant_source_gone(struct invariants *invariants)
{
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		struct vm_watch *watch = &invariants->vms[vm];
		if (!watch->is_going)
			continue;
		watch->is_going = false;
		const struct attachment *attachment =
			invariants_attachment(invariants, watch->gone_bridge, vm);
		const size_t left = invariants_entries(invariants, watch->gone_bridge, vm, 0);
		const struct breach breach = {INVARIANT_I4,
			invariants_bridge_name(invariants, watch->gone_bridge),
			"nothing is left of DI that is gone"};
		if (attachment->vsi_index == watch->gone_index)
			invariants_report(invariants, &breach, "%s still has its place",
				invariants->config.vms[vm].name);
		else if (attachment->vsi_index == DIMP_NO_VSI && left != 0)
			invariants_report(invariants, &breach, "%zu entries of %s", left,
				invariants->config.vms[vm].name);
	}
}

/* ---- I5 ---- */

static bool is_staged(const struct invariants *invariants, unsigned bridge,
	const struct request_watch *request)
{
	const struct dimp_speaker *speaker = invariants_speaker(invariants, bridge);
	const struct dimp_speaker_config *limits = invariants->config.bridges[bridge].limits;
	struct dimp_vsi_status status;

	for (dimp_vsi_index index = 0; speaker && index < limits->vsis_max; index++) {
		if (dimp_speaker_vsi_status(speaker, index, &status) && status.is_staged &&
			status.serial == request->serial &&
			invariants_vm(invariants, &status.vsi, request->vm) == request->vm)
			return true;
	}
	return false;
}

/* Whether the bridge's host has a migration of this serial of its own, which has not ended. */
static bool has_hosts_own(const struct invariants *invariants, const struct request_watch *request)
{
	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *other = &invariants->requests[index];
		if (other != request && other->station == INVARIANT_NOBODY && !other->is_notified &&
			!other->is_forgotten && other->responses == 0 &&
			other->bridge == request->bridge && other->vm == request->vm &&
			other->serial == request->serial)
			return true;
	}
	return false;
}

static void judge_destination(struct invariants *invariants, const struct request_watch *request,
	unsigned bridge)
{
	const struct breach breach = {INVARIANT_I5, invariants_bridge_name(invariants, bridge),
		"after FAIL nothing staged is left at the destination"};
	const struct attachment *attachment =
		invariants_attachment(invariants, bridge, request->vm);
	const size_t left = invariants_entries(invariants, bridge, request->vm,
		invariants->config.vms[request->vm].installed_by_server);
	const bool is_away =
		attachment->state == ATTACHMENT_ABSENT || attachment->state == ATTACHMENT_EXPECTED;

	if (has_hosts_own(invariants, request))
		return;
	if (is_staged(invariants, bridge, request))
		invariants_report(invariants, &breach, "%s is staged",
			invariants->config.vms[request->vm].name);
	/* It was asked for what is its own again: a source there has taken it back meanwhile. */
	else if (is_away && left != 0 && !invariants_owns(invariants, bridge, request->vm))
		invariants_report(invariants, &breach, "%zu entries of %s in its tables", left,
			invariants->config.vms[request->vm].name);
}

/* Whether what the owner is has changed since by what no FAIL undoes: another one answers for the
 * VM, which nobody else may have become; a bridge crashed; nobody came for the DI in time. */
static bool is_another_matter(const struct vm_watch *vm, const struct request_watch *request)
{
	return vm->at_risk != 0 || invariants_since(vm->released, request) ||
		invariants_since(vm->crashed, request) ||
		invariants_ended_since(&vm->held_over, request->owner, request);
}

/* Within the longest time that the source waits for COMMIT. */
static void expect_back(struct invariants *invariants, struct vm_watch *vm, struct dimp_time now)
{
	vm->back_by = (struct dimp_time){
		now.us + invariants->config.thaw_us + invariants->config.pauses_us + grace_us};
	if (vm->back_by.us < invariants->next_back.us)
		invariants->next_back = vm->back_by;
}

static void judge_owner(struct invariants *invariants, const struct request_watch *request,
	struct dimp_time now)
{
	struct vm_watch *vm = &invariants->vms[request->vm];
	const unsigned owner = invariants_owner(invariants, request->vm);

	if (request->owner == INVARIANT_NOBODY || is_another_matter(vm, request))
		return;
	const struct breach breach = {INVARIANT_I5,
		invariants_bridge_name(invariants, request->owner),
		"after FAIL the source owns the DI as before"};
	if (owner != request->owner)
		invariants_report(invariants, &breach, "%s is owned by %s",
			invariants->config.vms[request->vm].name,
			owner == INVARIANT_NOBODY ? "nobody"
						  : invariants_bridge_name(invariants, owner));
	vm->back_at = request->owner;
	expect_back(invariants, vm, now);
}

/* A later move freezes it, or FREEZE of the failed one came late: from now on it has its time. */
void invariant_failure_freeze(struct invariants *invariants, const struct bridge_event *at)
{
	struct vm_watch *vm = &invariants->vms[at->vm];

	if (invariants_is_step(at->event, "source", "FREEZING") && vm->back_at == at->bridge &&
		vm->back_by.us != UINT64_MAX)
		expect_back(invariants, vm, at->now);
}

void invariant_failure(struct invariants *invariants, const struct request_watch *request,
	const struct dimp_event *event, struct dimp_time now)
{
	const struct dimp_response *response = &event->message.body.response;

	if (response->error == DIMP_ERROR_IN_DOUBT)
		return;
	judge_destination(invariants, request, request->bridge);
	judge_owner(invariants, request, now);
}

void invariant_failure_later(struct invariants *invariants, struct dimp_time now)
{
	invariants->next_back = DIMP_NEVER;
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		struct vm_watch *watch = &invariants->vms[vm];
		if (now.us < watch->back_by.us) {
			if (watch->back_by.us < invariants->next_back.us)
				invariants->next_back = watch->back_by;
			continue;
		}
		watch->back_by = DIMP_NEVER;
		const struct breach breach = {INVARIANT_I5,
			invariants_bridge_name(invariants, watch->back_at),
			"after FAIL the source's DI is in force again"};
		if (invariants_attachment(invariants, watch->back_at, vm)->state ==
			ATTACHMENT_FROZEN)
			invariants_report(invariants, &breach, "%s is frozen",
				invariants->config.vms[vm].name);
	}
}
