/* SPDX-License-Identifier: MIT */
/*
 * I3 and I7: the DI of a VM as it stood when its source froze, compared with what the destination
 * put into force, and with what the source itself used again when nothing came of it.  The bridges'
 * stores are compared, not what the speakers say they hold.
 *
 * Durations only ever lose: what moved ends no later than where it came from, but for what one
 * reading rounds.  What is in force when its life is over is told after the next round of the
 * bridge's own clock, which comes within |lingering_us|.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/invariants_state.h"
#include "observe/record_compare.h"

static const uint64_t rounding_us = 1000, lingering_us = 100000;

void invariant_copy_wipe(struct di_copy *copy)
{
	if (copy->entries)
		explicit_bzero(copy->entries, copy->capacity * sizeof *copy->entries);
	free(copy->entries);
	*copy = (struct di_copy){0};
}

void invariant_copies_destroy(const struct invariants *invariants, struct vm_watch *vm)
{
	for (unsigned bridge = 0; vm->frozen && bridge < invariants->config.bridge_count; bridge++)
		invariant_copy_wipe(&vm->frozen[bridge]);
	free(vm->frozen);
}

/* Takes what |bridge| holds of the VM now; false without memory. */
static bool take_copy(const struct invariants *invariants, struct di_copy *copy, unsigned bridge,
	unsigned vm)
{
	const struct di_store *store = invariants_store(invariants, bridge);
	const size_t count = invariants_entries(invariants, bridge, vm, 0);

	invariant_copy_wipe(copy);
	copy->entries = calloc(count + 1, sizeof *copy->entries);
	if (!copy->entries)
		return false;
	copy->capacity = count + 1;
	copy->bridge = bridge;
	copy->at = engine_now(invariants->config.engine);
	copy->is_taken = true;
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		while ((entry = di_store_next(store, vm, (enum dimp_di_type)type, &cursor)))
			copy->entries[copy->count++] = *entry;
	}
	return true;
}

/* A VLAN by the scenario's word, not by the speaker's. */
static uint16_t renamed(const struct dimp_vlan_map *remap, uint16_t vlan)
{
	for (size_t index = 0; index < remap->count; index++) {
		if (remap->pairs[index].theirs == vlan)
			return remap->pairs[index].ours;
	}
	return vlan;
}

static void rename_entry(const struct dimp_vlan_map *remap, struct dimp_record *record)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);
	uint8_t *body = (uint8_t *)&record->body;

	for (size_t index = 0; layout && index < layout->field_count; index++) {
		uint16_t vlan;
		if (layout->fields[index].type != DIMP_TYPE_VLAN)
			continue;
		memcpy(&vlan, body + layout->fields[index].offset, sizeof vlan);
		vlan = renamed(remap, vlan);
		memcpy(body + layout->fields[index].offset, &vlan, sizeof vlan);
	}
}

/* What |from| is at a bridge that calls VLANs otherwise; false without memory. */
static bool rename_copy(struct di_copy *to, const struct di_copy *from,
	const struct dimp_vlan_map *remap)
{
	*to = *from;
	to->capacity = from->count + 1;
	to->entries = calloc(to->capacity, sizeof *to->entries);
	if (!to->entries)
		return false;
	for (size_t index = 0; index < from->count; index++) {
		to->entries[index] = from->entries[index];
		rename_entry(remap, &to->entries[index].record);
	}
	return true;
}

/* The entry with the keys of |record|, looked for from |*hint| on; NULL if none. */
static const struct di_entry *find_in(const struct di_copy *copy, const struct dimp_record *record,
	size_t *hint)
{
	for (size_t step = 0; step < copy->count; step++) {
		const size_t at = (*hint + step) % copy->count;
		if (!record_has_same_keys(&copy->entries[at].record, record))
			continue;
		*hint = at + 1;
		return &copy->entries[at];
	}
	return NULL;
}

/* Whether the first duration of |entry| is over at |now|. */
static bool is_over(const struct di_entry *entry, struct dimp_time now)
{
	size_t cursor = 0;
	const struct dimp_field_layout *life = record_next_duration(&entry->record, &cursor);

	return life && record_expiry(&entry->record, life, entry->since).us <= now.us;
}

/* A comparison: DI types that are unequal, and what the first difference is. */
struct comparison {
	uint64_t unequal;
	uint64_t given_up; /* types that need not be there any more */
	char *text;
	size_t size;
};

static void differ(struct comparison *comparison, const struct dimp_record *record, const char *how)
{
	char entry[INVARIANT_TEXT_MAX];

	if (comparison->unequal == 0) {
		dimp_record_text(record, entry, sizeof entry);
		snprintf(comparison->text, comparison->size, "%s: %.240s", how, entry);
	}
	comparison->unequal |= (uint64_t)1 << record->type;
}

static void compare_entries(const struct di_copy *from, const struct di_copy *to,
	struct comparison *comparison)
{
	size_t hint = 0;

	for (size_t index = 0; index < from->count; index++) {
		const struct di_entry *there = &from->entries[index];
		const struct di_entry *here = find_in(to, &there->record, &hint);
		/* What would have ended on the way need not arrive; a millisecond is rounding. */
		if (!here &&
			(is_over(there, (struct dimp_time){to->at.us + lingering_us}) ||
				(comparison->given_up >> there->record.type & 1)))
			continue;
		if (!here) {
			differ(comparison, &there->record, "missing");
			continue;
		}
		const struct dimp_field_layout *field =
			record_difference(&there->record, &here->record);
		if (field)
			differ(comparison, &here->record, field->name);
	}
	for (size_t index = 0; index < to->count; index++) {
		if (!find_in(from, &to->entries[index].record, &hint))
			differ(comparison, &to->entries[index].record, "from nowhere");
	}
}

/* ---- I7 ---- */

/* Two clocks may have come apart by this. */
static uint64_t drift_us(const struct invariants *invariants)
{
	return engine_now(invariants->config.engine).us * invariants->config.drift_ppm / 500000;
}

static void judge_durations(struct invariants *invariants, const struct di_entry *there,
	const struct di_entry *here, unsigned bridge)
{
	const struct breach breach = {INVARIANT_I7, invariants_bridge_name(invariants, bridge),
		"no duration ends later than where it came from (1 ms of rounding)"};
	const struct dimp_field_layout *field;
	size_t cursor = 0;
	char text[200];

	while ((field = record_next_duration(&here->record, &cursor))) {
		const uint64_t was = record_expiry(&there->record, field, there->since).us;
		const uint64_t is = record_expiry(&here->record, field, here->since).us;
		/* What had run out arrives as none left; a life ends by itself then, at once, as
		 * judge_life() sees. */
		const bool is_spent = is == here->since.us;
		if (was == UINT64_MAX || is_spent || is <= was + rounding_us + drift_us(invariants))
			continue;
		dimp_record_text(&here->record, text, sizeof text);
		invariants_report(invariants, &breach, "%s ended at %llu us, now %llu us: %s",
			field->name, (unsigned long long)was, (unsigned long long)is, text);
	}
}

void invariant_lifetime_moved(struct invariants *invariants, const struct di_copy *from,
	const struct di_copy *to)
{
	size_t hint = 0;

	for (size_t index = 0; index < to->count; index++) {
		const struct di_entry *here = &to->entries[index];
		const struct di_entry *there = find_in(from, &here->record, &hint);
		if (there && !record_difference(&there->record, &here->record))
			judge_durations(invariants, there, here, to->bridge);
	}
}

static void judge_life(struct invariants *invariants, unsigned bridge, unsigned vm,
	struct dimp_time now)
{
	const struct breach breach = {INVARIANT_I7, invariants_bridge_name(invariants, bridge),
		"what has expired is no longer in force (after 100 ms)"};
	const struct di_store *store = invariants_store(invariants, bridge);
	const struct dimp_time late = {now.us > lingering_us ? now.us - lingering_us : 0};

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		char text[INVARIANT_TEXT_MAX];
		while ((entry = di_store_next(store, vm, (enum dimp_di_type)type, &cursor))) {
			if (late.us == 0 || !is_over(entry, late))
				continue;
			dimp_record_text(&entry->record, text, sizeof text);
			invariants_report(invariants, &breach, "since %llu us: %s",
				(unsigned long long)entry->since.us, text);
		}
	}
}

/* All entries are looked at once in |lingering_us|: sooner nothing can be told. */
void invariant_lifetime(struct invariants *invariants, struct dimp_time now)
{
	if (now.us < invariants->next_age_check.us)
		return;
	invariants->next_age_check.us = now.us + lingering_us;
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
			const struct attachment *attachment =
				invariants_attachment(invariants, bridge, vm);
			if (attachment && attachment->state == ATTACHMENT_ACTIVE)
				judge_life(invariants, bridge, vm, now);
		}
	}
}

/* ---- I3 ---- */

static void no_memory(struct invariants *invariants, const struct bridge_event *at)
{
	const struct breach breach = {INVARIANT_I11, invariants_bridge_name(invariants, at->bridge),
		"memory for the check itself"};

	invariants_report(invariants, &breach, "none left");
}

/* What the source of the migration that |at| is about froze for it; one that is not taken when it
 * froze nothing for it.  Bridges number their migrations each for itself, so that two may have the
 * same number: the later freeze is meant. */
static struct di_copy *frozen_for(const struct invariants *invariants,
	const struct bridge_event *at)
{
	struct di_copy *const copies = invariants->vms[at->vm].frozen;
	struct di_copy *found = &copies[invariants->config.bridge_count];

	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		struct di_copy *copy = &copies[bridge];
		if (bridge != at->bridge && copy->is_taken &&
			copy->migration == at->event->migration && copy->at.us >= found->at.us)
			found = copy;
	}
	return found;
}

static void judge_activation(struct invariants *invariants, const struct bridge_event *at)
{
	struct vm_watch *vm = &invariants->vms[at->vm];
	struct activation *activation = &vm->activation;
	struct di_copy *frozen = frozen_for(invariants, at);
	struct di_copy here = {0}, there = {0};

	*activation = (struct activation){
		.has_been = true,
		.is_released = frozen->is_taken && vm->released.us >= frozen->at.us &&
			vm->released.us != 0,
		.bridge = at->bridge,
		.source = frozen->is_taken ? frozen->bridge : INVARIANT_NOBODY,
		.at = at->now,
		.after = invariants->transition_count,
	};
	if (!take_copy(invariants, &here, at->bridge, at->vm) ||
		!rename_copy(&there, frozen, &invariants->config.bridges[at->bridge].remap)) {
		invariant_copy_wipe(&here);
		no_memory(invariants, at);
		return;
	}
	struct comparison comparison = {.text = activation->difference,
		.size = sizeof activation->difference};
	compare_entries(&there, &here, &comparison);
	activation->unequal = comparison.unequal;
	/* What goes into force at risk is older than the freeze: it has not heard of a life that
	 * was made shorter since. */
	if (activation->is_released)
		invariant_lifetime_moved(invariants, &there, &here);
	invariant_copy_wipe(&here);
	invariant_copy_wipe(&there);
	invariant_replay(invariants, at->bridge, at->vm);
	/* The next one in force at risk may come without a freeze of its own. */
	invariant_copy_wipe(frozen);
}

/* An ownership that ended without a migration. */
static void note_end(struct vm_watch *vm, const struct bridge_event *at)
{
	const struct ownership_end end = {at->now, at->bridge};

	if (strcmp(at->event->because, "OUTRANKED") == 0)
		vm->yielded = end;
	else if (strcmp(at->event->because, "HOLD_OVER") == 0)
		vm->held_over = end;
}

void invariant_copy_event(struct invariants *invariants, const struct bridge_event *at)
{
	struct vm_watch *vm = &invariants->vms[at->vm];

	struct di_copy *frozen = &vm->frozen[at->bridge];

	/* What an earlier migration froze says nothing of this one, which may end before it
	 * freezes. */
	if (invariants_is_step(at->event, "source", "FREEZING"))
		invariant_copy_wipe(frozen);
	/* The bridge has stopped using the DI and written down how far it is. */
	if (invariants_is_step(at->event, "source", "FROZEN") &&
		strcmp(at->event->from, "FREEZING") == 0) {
		if (!take_copy(invariants, frozen, at->bridge, at->vm))
			no_memory(invariants, at);
		frozen->migration = at->event->migration;
	}
	if (at->event->kind == DIMP_EVENT_RELEASED)
		vm->released = at->now;
	if (invariants_is_step(at->event, "source", "GONE"))
		note_end(vm, at);
	if (invariants_is_step(at->event, "source", "OWNER"))
		vm->is_revived = strcmp(at->event->because, "REVIVED") == 0;
	if (at->event->kind == DIMP_EVENT_THAW) {
		vm->is_thawing = invariants->has_pending = true;
		vm->changed_bridge = at->bridge;
	}
	if (at->event->kind == DIMP_EVENT_GONE) {
		/* Thawed and outranked in one step: what was frozen is not used again (9.8-3). */
		if (vm->changed_bridge == at->bridge)
			vm->is_thawing = false;
		vm->is_going = invariants->has_pending = true;
		vm->gone_bridge = at->bridge;
		vm->gone_index = at->event->vsi;
	}
	if (invariants_is_step(at->event, "destination", "ACTIVE") &&
		strcmp(at->event->because, "HOST_ACTIVE") == 0)
		judge_activation(invariants, at);
}

static void judge_thaw(struct invariants *invariants, struct vm_watch *vm, unsigned number)
{
	const struct breach breach = {INVARIANT_I5,
		invariants_bridge_name(invariants, vm->changed_bridge),
		"what is used again is what was frozen"};
	const struct di_copy *frozen = &vm->frozen[vm->changed_bridge];
	struct di_copy here = {0};
	char difference[INVARIANT_TEXT_MAX] = "";

	if (!frozen->is_taken)
		return;
	if (!take_copy(invariants, &here, vm->changed_bridge, number))
		return;
	struct comparison comparison = {.text = difference, .size = sizeof difference};
	/* Who revives a tombstone drops its SAs: another bridge may have used their packet numbers
	 * (DIMP 8.3-7).  Nothing else may be missing. */
	if (vm->is_revived)
		comparison.given_up = UINT64_C(1) << DIMP_DI_MACSEC_SA;
	compare_entries(frozen, &here, &comparison);
	if (comparison.unequal != 0)
		invariants_report(invariants, &breach, "%s", difference);
	invariant_lifetime_moved(invariants, frozen, &here);
	invariant_copy_wipe(&here);
}

void invariant_copy_thawed(struct invariants *invariants, struct dimp_time now)
{
	(void)now;
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		if (!invariants->vms[vm].is_thawing)
			continue;
		invariants->vms[vm].is_thawing = false;
		judge_thaw(invariants, &invariants->vms[vm], vm);
	}
}

/* DI types of which the RESPONSE says that they are in force, and those that had to be. */
static uint64_t accepted_types(const struct request_watch *request,
	const struct dimp_message *response)
{
	uint64_t accepted = request->required;

	for (size_t index = 0; index < response->row_count; index++) {
		const struct dimp_result_row *row = &response->rows.result[index];
		const bool is_accepted = row->error == DIMP_ERROR_NONE && row->rejected == 0;
		if (is_accepted && row->type < DIMP_DI_TYPES)
			accepted |= (uint64_t)1 << row->type;
	}
	return accepted;
}

void invariant_copy(struct invariants *invariants, const struct request_watch *request,
	const struct dimp_event *event)
{
	const struct activation *activation = &invariants->vms[request->vm].activation;
	const struct breach breach = {INVARIANT_I3,
		invariants_bridge_name(invariants, activation->bridge),
		"after SUCCESS the DI of the accepted types as it was at the source's freeze"};

	/* A bridge that was the owner already answers for no migration: what an earlier one left
	 * out, its own REQUEST had not asked for. */
	if (activation->after <= request->asked_after)
		return;
	if (activation->source == INVARIANT_NOBODY)
		invariants_report(invariants, &breach, "in force is what nobody had frozen");
	else if (activation->unequal & accepted_types(request, &event->message))
		invariants_report(invariants, &breach, "%s", activation->difference);
}
