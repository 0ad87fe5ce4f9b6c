/* SPDX-License-Identifier: MIT */
/*
 * I11: what speakers and stores hold, against their configuration and against what is going on.
 */
#include "observe/invariants_state.h"

static void judge_bounds(struct invariants *invariants, unsigned bridge,
	const struct dimp_speaker_usage *usage)
{
	const struct dimp_speaker_config *limits = invariants->config.bridges[bridge].limits;
	const struct breach breach = {INVARIANT_I11, invariants_bridge_name(invariants, bridge),
		"no more than is configured, and room set aside only for what is staged"};

	if (usage->entries > limits->entries_max || usage->octets > limits->arena_octets ||
		usage->vsis > limits->vsis_max || usage->migrations > limits->migrations_max)
		invariants_report(invariants, &breach,
			"%u entries of %u, %u octets of %u, %u VSIs of %u", usage->entries,
			limits->entries_max, usage->octets, limits->arena_octets, usage->vsis,
			limits->vsis_max);
	if (usage->staged == 0 && (usage->reserved_entries != 0 || usage->reserved_octets != 0))
		invariants_report(invariants, &breach,
			"room for %u entries and %u octets is set aside for nobody",
			usage->reserved_entries, usage->reserved_octets);
	if (usage->staged > usage->migrations)
		invariants_report(invariants, &breach, "%u staged copies, %u migrations",
			usage->staged, usage->migrations);
}

static void judge_held(struct invariants *invariants, unsigned bridge)
{
	const struct invariant_bridge *watched = &invariants->config.bridges[bridge];
	const struct breach breach = {INVARIANT_I11, invariants_bridge_name(invariants, bridge),
		"no more frames are held than is configured"};
	struct frame_hold_tally tally;

	edge_bridge_hold_tally(watched->bridge, &tally);
	if (tally.octets_now > watched->hold_octets_max ||
		(tally.frames_now != 0 && tally.frames_now > watched->hold_frames_max))
		invariants_report(invariants, &breach, "%zu octets of %zu, %zu frames of %zu",
			tally.octets_now, watched->hold_octets_max, tally.frames_now,
			watched->hold_frames_max);
}

void invariant_memory(struct invariants *invariants)
{
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		const struct dimp_speaker *speaker = invariants_speaker(invariants, bridge);
		struct dimp_speaker_usage usage;
		judge_held(invariants, bridge);
		if (!speaker)
			continue;
		dimp_speaker_usage(speaker, &usage);
		judge_bounds(invariants, bridge, &usage);
	}
}

/* REQUESTs to |bridge| without their outcome; of |vm|, or with INVARIANT_NOBODY of any. */
static unsigned open_requests(const struct invariants *invariants, unsigned bridge, unsigned vm)
{
	unsigned count = 0;

	for (size_t index = 0; index < invariants->request_count; index++) {
		const struct request_watch *request = &invariants->requests[index];

		count += request->responses == 0 && !request->is_forgotten &&
			request->bridge == bridge && (vm == INVARIANT_NOBODY || request->vm == vm);
	}
	return count;
}

static void judge_rest(struct invariants *invariants, unsigned bridge)
{
	const struct breach breach = {INVARIANT_I11, invariants_bridge_name(invariants, bridge),
		"nothing staged is left, nor DI of a VM that is not here, but for open REQUESTs"};
	const unsigned open = open_requests(invariants, bridge, INVARIANT_NOBODY);
	const struct dimp_speaker *speaker = invariants_speaker(invariants, bridge);
	struct dimp_speaker_usage usage = {0};
	struct frame_hold_tally tally;

	edge_bridge_hold_tally(invariants->config.bridges[bridge].bridge, &tally);
	if ((open == 0 && (tally.frames_now != 0 || tally.octets_now != 0)) ||
		tally.held != tally.delivered + tally.discarded + tally.frames_now)
		invariants_report(invariants, &breach, "%zu held frames of %zu octets",
			tally.frames_now, tally.octets_now);
	if (speaker)
		dimp_speaker_usage(speaker, &usage);
	if (usage.staged > open)
		invariants_report(invariants, &breach, "%u staged copies, %u open REQUESTs",
			usage.staged, open);
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		const struct invariant_vm *watched = &invariants->config.vms[vm];
		const struct attachment *attachment = invariants_attachment(invariants, bridge, vm);
		const bool is_away = attachment->state == ATTACHMENT_ABSENT ||
			attachment->state == ATTACHMENT_EXPECTED;
		const size_t left =
			invariants_entries(invariants, bridge, vm, watched->installed_by_server);
		if (is_away && left != 0 && open_requests(invariants, bridge, vm) == 0)
			invariants_report(invariants, &breach, "%zu entries of %s", left,
				watched->name);
	}
}

void invariant_memory_end(struct invariants *invariants)
{
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++)
		judge_rest(invariants, bridge);
}
