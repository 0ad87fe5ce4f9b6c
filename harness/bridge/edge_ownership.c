/* SPDX-License-Identifier: MIT */
/*
 * What DIMP does to a bridge's DI: freezing, releasing, judging what is offered, putting it into
 * force. A staged record is only judged; it enters the store when all of it goes into force in one
 * step, so that nothing can be used, learned from or expire before.
 */
#include "bridge/edge_bridge_state.h"

#include <string.h>

/* What the speaker has no room for is not put into force either: it could never move, and a
 * migration without it would be called a SUCCESS. */
static void withdraw(struct edge_bridge *bridge, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	bridge->is_mirroring = false;
	(void)di_store_delete(bridge->store, slot, change, now);
	bridge->is_mirroring = true;
}

void edge_ownership_mirror(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	struct edge_bridge *bridge = context;

	bridge->is_changed = true;
	if (bridge->observer)
		bridge->observer(bridge->observer_context, slot, change, now);
	if (!bridge->is_mirroring || !bridge->binding || slot >= bridge->attachment_count)
		return;
	const dimp_vsi_index vsi = bridge->attachments[slot].vsi_index;
	if (vsi == DIMP_NO_VSI)
		return;
	const enum dimp_error error =
		dimp_speaker_di_change(speaker_binding_speaker(bridge->binding), vsi, change,
			speaker_binding_time(bridge->binding, now));
	bridge->answered = error;
	if (error == DIMP_ERROR_TABLE_FULL || error == DIMP_ERROR_TYPE_LIMIT)
		withdraw(bridge, slot, change, now);
}

static struct attachment *find_by_index(struct edge_bridge *bridge, dimp_vsi_index vsi)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		if (bridge->attachments[slot].vsi_index == vsi)
			return &bridge->attachments[slot];
	}
	return NULL;
}

static struct attachment *find_by_name(struct edge_bridge *bridge, dimp_vsi_index vsi)
{
	struct dimp_vsi_status status;
	unsigned slot;

	if (!dimp_speaker_vsi_status(speaker_binding_view(bridge->binding), vsi, &status))
		return NULL;
	return edge_bridge_find(bridge, &status.vsi, &slot) ? &bridge->attachments[slot] : NULL;
}

/* Whether the slot is of an ownership of this bridge's own: the VM runs here, or did. */
static bool has_own_context(const struct attachment *attachment)
{
	return attachment->vsi_index != DIMP_NO_VSI &&
		(attachment->state == ATTACHMENT_ACTIVE || attachment->state == ATTACHMENT_FROZEN ||
			attachment->state == ATTACHMENT_LEFT);
}

/* The attachment of an event's VSI; a staged VSI is found by its name the first time.  What is
 * owned here keeps its index until what is staged takes its place. */
static struct attachment *find_attachment(struct edge_bridge *bridge, dimp_vsi_index vsi)
{
	struct attachment *attachment = find_by_index(bridge, vsi);

	if (attachment)
		return attachment;
	attachment = find_by_name(bridge, vsi);
	if (attachment && !has_own_context(attachment))
		attachment->vsi_index = vsi;
	return attachment;
}

/* The VM is stopped where it was.  Nothing is staged yet: whose copy it is to be says its name. */
static void hold(struct edge_bridge *bridge, const struct dimp_event *event)
{
	const struct attachment *attachment = find_by_name(bridge, event->vsi);

	if (attachment && attachment->state != ATTACHMENT_ACTIVE &&
		attachment->state != ATTACHMENT_FROZEN)
		frame_hold_open(bridge->hold, attachment->slot, event->vsi);
}

static bool is_vlan_allowed(const struct edge_policy *policy, uint16_t vlan)
{
	for (size_t index = 0; index < policy->vlan_count; index++) {
		if (policy->vlans[index] == vlan)
			return true;
	}
	return policy->vlan_count == 0 || vlan == 0;
}

/* The VLAN that the entry is about, as its type's block says; 0 when it names none. */
static uint16_t vlan_of(const struct dimp_record *record)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);
	uint16_t vlan = 0;

	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];

		if (field->type != DIMP_TYPE_VLAN)
			continue;
		memcpy(&vlan, (const uint8_t *)&record->body + field->offset, sizeof vlan);
		break;
	}
	return vlan;
}

static enum dimp_error judge(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct dimp_record *record)
{
	const struct edge_policy *policy = &bridge->policy;

	if (record->operation == DIMP_OPERATION_DELETE)
		return DIMP_ERROR_NONE;
	if (policy->refused_types >> record->type & 1)
		return DIMP_ERROR_POLICY_REFUSED;
	if (!is_vlan_allowed(policy, edge_forwarding_tag(bridge, attachment->vlan)))
		return DIMP_ERROR_POLICY_REFUSED;
	if (!is_vlan_allowed(policy, vlan_of(record)))
		return DIMP_ERROR_POLICY_REFUSED;
	if (bridge->sources.count == 0)
		return edge_conflict(bridge, attachment, record);
	struct dimp_record own = *record;
	dimp_record_remap(&own, &bridge->sources);
	const enum dimp_error error = edge_conflict(bridge, attachment, &own);
	explicit_bzero(&own, sizeof own);
	return error;
}

static void stage(struct edge_bridge *bridge, const struct dimp_event *event)
{
	struct attachment *attachment = find_attachment(bridge, event->vsi);
	/* A VSI that is not in the database has no port to be programmed on. */
	const enum dimp_error error =
		attachment ? judge(bridge, attachment, &event->record) : DIMP_ERROR_POLICY_REFUSED;

	if (error != DIMP_ERROR_NONE)
		dimp_speaker_reject(speaker_binding_speaker(bridge->binding), event->vsi,
			&event->record, error);
}

static bool fill_slot(struct edge_bridge *bridge, const struct attachment *attachment,
	dimp_vsi_index vsi, struct dimp_time now)
{
	const struct dimp_speaker *speaker = speaker_binding_speaker(bridge->binding);
	struct dimp_record record;
	const struct dimp_time shown = speaker_binding_time(bridge->binding, now);
	struct dimp_di_cursor cursor = {.vsi = vsi};
	bool is_filled = true;

	bridge->is_mirroring = false;
	while (dimp_speaker_di_next(speaker, &cursor, &record, shown))
		is_filled =
			di_store_put(bridge->store, attachment->slot, &record, now) && is_filled;
	bridge->is_mirroring = true;
	explicit_bzero(&record, sizeof record);
	return is_filled;
}

/* Whether the entry of the store is one that the speaker has. */
static bool is_mirrored(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct di_entry *entry, struct dimp_time now)
{
	const struct dimp_speaker *speaker = speaker_binding_view(bridge->binding);
	const struct dimp_time shown = speaker_binding_time(bridge->binding, now);
	struct dimp_di_cursor cursor = {.vsi = attachment->vsi_index};
	struct dimp_record record;
	bool is_same = false;

	while (!is_same && dimp_speaker_di_next(speaker, &cursor, &record, shown))
		is_same = di_store_find(bridge->store, attachment->slot, &record) == entry;
	explicit_bzero(&record, sizeof record);
	return is_same;
}

static void mirror_type(struct edge_bridge *bridge, const struct attachment *attachment,
	enum dimp_di_type type, struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(bridge->store, attachment->slot, type, &cursor)) != NULL) {
		struct dimp_record record;

		if (is_mirrored(bridge, attachment, entry, now))
			continue;
		di_entry_at(entry, now, &record);
		edge_ownership_mirror(bridge, attachment->slot, &record, now);
		explicit_bzero(&record, sizeof record);
	}
}

/*
 * DI that the server installed here by itself becomes the speaker's too, now that it owns the VSI.
 * What moved here is not told back: the speaker has it as it came, with attributes that nobody here
 * knows (DIMP 6.3-8).
 */
static void mirror_installed(struct edge_bridge *bridge, const struct attachment *attachment,
	struct dimp_time now)
{
	struct dimp_vsi_status status;
	size_t count = 0;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		count += di_store_count(bridge->store, attachment->slot, (enum dimp_di_type)type);
	if (!dimp_speaker_vsi_status(speaker_binding_view(bridge->binding), attachment->vsi_index,
		    &status) ||
		status.entries == count)
		return;
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		mirror_type(bridge, attachment, (enum dimp_di_type)type, now);
}

/* What an older ownership left here is not part of what comes; it has it again when that fails. */
static bool replace_slot(struct edge_bridge *bridge, struct attachment *attachment,
	dimp_vsi_index vsi, struct dimp_time now)
{
	const bool is_owned = has_own_context(attachment) && attachment->vsi_index != vsi;

	if (is_owned)
		di_store_clear(bridge->store, attachment->slot);
	if (!bridge->policy.is_activation_failing && fill_slot(bridge, attachment, vsi, now))
		return true;
	di_store_clear(bridge->store, attachment->slot);
	if (is_owned)
		fill_slot(bridge, attachment, attachment->vsi_index, now);
	return false;
}

/* The VM was given up before its DI came: nobody is there to use it, and it runs out as what was
 * left behind does. */
static void let_go(struct edge_bridge *bridge, struct attachment *attachment, struct dimp_time now)
{
	attachment->is_let_go = false;
	attachment->state = ATTACHMENT_LEFT;
	dimp_speaker_vsi_left(speaker_binding_speaker(bridge->binding), attachment->vsi_index,
		speaker_binding_time(bridge->binding, now));
}

static void activate(struct edge_bridge *bridge, const struct dimp_event *event,
	struct dimp_time now)
{
	struct attachment *attachment = find_attachment(bridge, event->vsi);
	struct dimp_speaker *speaker = speaker_binding_speaker(bridge->binding);
	const struct dimp_time shown = speaker_binding_time(bridge->binding, now);

	if (!attachment || !replace_slot(bridge, attachment, event->vsi, now)) {
		dimp_speaker_activated(speaker, event->vsi, false, shown);
		return;
	}
	attachment->vsi_index = event->vsi;
	attachment->state = ATTACHMENT_ACTIVE;
	secure_port_forget(bridge->secure, attachment->slot);
	if (bridge->learner.adopt)
		bridge->learner.adopt(bridge->learner.context, attachment, now);
	dimp_speaker_activated(speaker, event->vsi, true, shown);
	if (attachment->is_let_go) {
		let_go(bridge, attachment, now);
		return;
	}
	edge_holding_release(bridge, now);
	edge_reporter_report(bridge, attachment, now);
	mirror_installed(bridge, attachment, now);
	edge_key_agreement_start(bridge, attachment, now);
	edge_authentication_start(bridge, attachment, now);
	edge_bridge_schedule_ageing(bridge);
}

static void freeze(struct edge_bridge *bridge, const struct dimp_event *event, struct dimp_time now)
{
	struct attachment *attachment = find_attachment(bridge, event->vsi);

	if (!attachment) {
		dimp_speaker_frozen(speaker_binding_speaker(bridge->binding), event->vsi,
			event->token, speaker_binding_time(bridge->binding, now));
		return;
	}
	attachment->freeze_by = (struct dimp_time){now.us + bridge->rekey_wait_us};
	attachment->freeze_token = event->token;
	edge_ownership_freeze_when_due(bridge, attachment->slot, now);
}

void edge_ownership_freeze_when_due(struct edge_bridge *bridge, unsigned slot, struct dimp_time now)
{
	struct attachment *attachment = &bridge->attachments[slot];
	const bool is_here = attachment->state == ATTACHMENT_ACTIVE;

	if (attachment->freeze_by.us == 0)
		return;
	/* A VM that has left answers no key server: nothing would come of waiting. */
	if (is_here && now.us < attachment->freeze_by.us &&
		edge_key_agreement_is_rekeying(bridge, attachment)) {
		bridge->is_changed = true;
		edge_bridge_schedule_ageing(bridge);
		return;
	}
	attachment->freeze_by.us = 0;
	if (is_here) {
		edge_key_agreement_conclude(bridge, attachment, now);
		edge_authentication_stop(bridge, attachment);
		attachment->state = ATTACHMENT_FROZEN;
	}
	secure_port_flush(bridge->secure, slot, now);
	edge_metering_flush(bridge, slot, now);
	dimp_speaker_frozen(speaker_binding_speaker(bridge->binding), attachment->vsi_index,
		attachment->freeze_token, speaker_binding_time(bridge->binding, now));
}

/*
 * The speaker's entries are the frozen state: what expired here meanwhile is put back, to expire
 * once more, at once, where the speaker can hear of it.  A VSI that was released already comes back
 * with its ownership; its VM is not here to use it.
 */
static void thaw(struct edge_bridge *bridge, const struct dimp_event *event, struct dimp_time now)
{
	struct attachment *attachment = find_attachment(bridge, event->vsi);

	if (!attachment)
		return;
	attachment->freeze_by.us = 0;
	fill_slot(bridge, attachment, event->vsi, now);
	di_store_expire(bridge->store, now);
	if (attachment->state == ATTACHMENT_FROZEN)
		attachment->state = ATTACHMENT_ACTIVE;
	if (attachment->state == ATTACHMENT_ACTIVE) {
		edge_key_agreement_start(bridge, attachment, now);
		edge_authentication_start(bridge, attachment, now);
	}
	/* Whatever it is expected for replaces this (replace_slot), and must know of it. */
	if (attachment->state == ATTACHMENT_ABSENT || attachment->state == ATTACHMENT_EXPECTED)
		attachment->state = ATTACHMENT_LEFT;
	edge_bridge_schedule_ageing(bridge);
}

static void clear(struct edge_bridge *bridge, struct attachment *attachment)
{
	attachment->freeze_by.us = 0;
	edge_key_agreement_stop(bridge, attachment);
	edge_authentication_stop(bridge, attachment);
	di_store_clear(bridge->store, attachment->slot);
	secure_port_forget(bridge->secure, attachment->slot);
	edge_forwarding_forget(bridge, attachment);
	edge_bridge_schedule_ageing(bridge);
}

/* RELEASED takes the VSI out of the forwarding plane; its index stays until GONE. */
static void release(struct edge_bridge *bridge, const struct dimp_event *event)
{
	struct attachment *attachment = find_attachment(bridge, event->vsi);

	if (!attachment)
		return;
	if (bridge->plant == EDGE_PLANT_THAW_AFTER_RELEASE) {
		attachment->state = ATTACHMENT_ACTIVE;
		return;
	}
	clear(bridge, attachment);
	attachment->state = ATTACHMENT_ABSENT;
}

static void forget(struct edge_bridge *bridge, const struct dimp_event *event)
{
	struct attachment *attachment = find_by_index(bridge, event->vsi);

	if (!attachment)
		return;
	clear(bridge, attachment);
	attachment->state = ATTACHMENT_ABSENT;
	attachment->vsi_index = DIMP_NO_VSI;
}

/* What was staged goes; the VM may be expected anew. */
static void discard(struct edge_bridge *bridge, const struct dimp_event *event)
{
	struct attachment *attachment = find_by_index(bridge, event->vsi);

	if (!attachment || attachment->state == ATTACHMENT_ACTIVE)
		return;
	forget(bridge, event);
}

static void drop_entries(struct edge_bridge *bridge, unsigned slot, enum dimp_di_type type,
	struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(bridge->store, slot, type, &cursor)) != NULL) {
		struct dimp_record gone;
		di_entry_at(entry, now, &gone);
		(void)di_store_delete(bridge->store, slot, &gone, now);
		explicit_bzero(&gone, sizeof gone);
	}
}

bool edge_bridge_revoke(struct edge_bridge *bridge, unsigned slot, struct dimp_time now)
{
	const struct attachment *attachment = &bridge->attachments[slot];

	if (bridge->binding && attachment->vsi_index != DIMP_NO_VSI) {
		if (dimp_speaker_vsi_revoke(speaker_binding_speaker(bridge->binding),
			    attachment->vsi_index,
			    speaker_binding_time(bridge->binding, now)) != DIMP_ERROR_NONE)
			return false;
		speaker_binding_settle(bridge->binding, now); /* it thaws */
	}
	return true;
}

void edge_bridge_end_session(struct edge_bridge *bridge, unsigned slot, struct dimp_time now)
{
	drop_entries(bridge, slot, DIMP_DI_DYNAMIC_ACL, now);
	drop_entries(bridge, slot, DIMP_DI_DOT1X_SESSION, now);
	if (bridge->binding)
		speaker_binding_settle(bridge->binding, now);
}

void edge_bridge_obey(struct edge_bridge *bridge, const struct dimp_event *event,
	struct dimp_time now)
{
	switch (event->kind) {
	case DIMP_EVENT_FREEZE: freeze(bridge, event, now); break;
	case DIMP_EVENT_THAW: thaw(bridge, event, now); break;
	case DIMP_EVENT_RELEASED: release(bridge, event); break;
	case DIMP_EVENT_GONE: forget(bridge, event); break;
	case DIMP_EVENT_RECORD: stage(bridge, event); break;
	case DIMP_EVENT_ACTIVATE: activate(bridge, event, now); break;
	case DIMP_EVENT_DISCARD:
		frame_hold_discard(bridge->hold, event->vsi);
		discard(bridge, event);
		break;
	case DIMP_EVENT_HOLD: hold(bridge, event); break;
	case DIMP_EVENT_NOTIFIED:
	case DIMP_EVENT_ADOPTED:
	case DIMP_EVENT_PROGRESS:
	case DIMP_EVENT_RESPONSE:
		if (bridge->console.hear)
			bridge->console.hear(bridge->console.context, event, now);
		break;
	case DIMP_EVENT_ANNOUNCED:
	case DIMP_EVENT_NONE:
	case DIMP_EVENT_ASSOCIATED:
	case DIMP_EVENT_PEER_LOST:
	case DIMP_EVENT_TRANSITION: break;
	}
}

void edge_ownership_event(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct edge_bridge *bridge = context;

	if (bridge->interposer.hear)
		bridge->interposer.hear(bridge->interposer.context, event, now);
	else
		edge_bridge_obey(bridge, event, now);
}

void edge_bridge_set_observer(struct edge_bridge *bridge, di_observer *observer, void *context)
{
	bridge->observer = observer;
	bridge->observer_context = context;
}

void edge_bridge_interpose(struct edge_bridge *bridge, const struct edge_interposer *interposer)
{
	bridge->interposer = *interposer;
}

enum dimp_error edge_bridge_learn(struct edge_bridge *bridge, unsigned slot,
	const struct dimp_record *record, struct dimp_time now)
{
	bridge->answered = DIMP_ERROR_NONE;
	if (record->operation == DIMP_OPERATION_DELETE)
		(void)di_store_delete(bridge->store, slot, record, now);
	else if (!di_store_put(bridge->store, slot, record, now))
		bridge->answered = DIMP_ERROR_TABLE_FULL;
	edge_bridge_settle(bridge, now);
	return bridge->answered;
}

void edge_bridge_set_console(struct edge_bridge *bridge, const struct edge_console *console)
{
	bridge->console = *console;
}
