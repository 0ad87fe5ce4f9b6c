/* SPDX-License-Identifier: MIT */
/*
 * A VM comes to the bridge where it begins and to those that its migrations lead to; each of these
 * may ask any earlier one for the DI, so they are peers.  Lists are short where this is used, and
 * are looked through.
 */
#include "scenario/world_needs.h"

#include <stdlib.h>

static bool is_listed(const struct world_list *list, uint32_t item)
{
	for (size_t index = list->count; index > 0; index--) {
		if (list->items[index - 1] == item)
			return true;
	}
	return false;
}

static bool add_item(struct world_list *list, uint32_t item)
{
	if (list->count == list->capacity) {
		const size_t capacity = list->capacity ? list->capacity * 2 : 16;
		uint32_t *items = realloc(list->items, capacity * sizeof *items);
		if (!items)
			return false;
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->count++] = item;
	return true;
}

static bool add_new(struct world_list *list, uint32_t item)
{
	return is_listed(list, item) || add_item(list, item);
}

enum { LEARNED = 64, LEARNED_SPARSE = 8, GRANTS_SPARSE = 4 };

/* ---- Everything ---- */

static bool know_everything(struct world_need *need, const struct scenario *scenario,
	uint32_t bridge)
{
	need->migrations = scenario->migration_count;
	need->grants = scenario->migration_count + 1;
	need->learned = LEARNED;
	need->stations = scenario->station_count;
	need->links = scenario->link_count;
	for (uint32_t other = 0; other < scenario->bridge_count; other++) {
		if (other != bridge && !add_item(&need->peers, other))
			return false;
	}
	for (uint32_t vm = 0; vm < scenario->vm_count; vm++) {
		if (!add_item(&need->vms, vm))
			return false;
	}
	return true;
}

/* ---- What the scenario brings ---- */

static uint32_t bridge_of(const struct scenario *scenario, uint32_t station)
{
	return scenario->stations[station].bridge;
}

static bool add_peers(struct world_need *needs, uint32_t one, uint32_t other)
{
	return one == other ||
		(add_new(&needs[one].peers, other) && add_new(&needs[other].peers, one));
}

/* The bridges where a VM may be: |before| has, for each migration, the one before it of the same VM
 * (from 1), |last| the latest of each VM. */
struct trails {
	uint32_t *before, *last;
};

static bool follow_migration(struct world_need *needs, const struct scenario *scenario,
	const struct trails *trails, uint32_t index)
{
	const struct scenario_migration *migration = &scenario->migrations[index];
	const uint32_t home = bridge_of(scenario, scenario->vms[migration->vm].station);
	const uint32_t to = bridge_of(scenario, migration->to);
	bool is_added = add_new(&needs[to].vms, migration->vm) && add_peers(needs, home, to);

	needs[to].migrations++;
	needs[home].migrations += home != to;
	for (uint32_t at = trails->last[migration->vm]; at != 0 && is_added;
		at = trails->before[at - 1]) {
		const uint32_t via = bridge_of(scenario, scenario->migrations[at - 1].to);
		needs[via].migrations += via != to && via != home;
		is_added = add_peers(needs, via, to);
	}
	trails->before[index] = trails->last[migration->vm];
	trails->last[migration->vm] = index + 1;
	return is_added;
}

static int by_number(const void *one, const void *other)
{
	const uint32_t *const a = one, *const b = other;

	return (*a > *b) - (*a < *b);
}

static bool know_what_comes(struct world_need *needs, const struct scenario *scenario,
	const struct trails *trails)
{
	bool is_added = true;

	for (uint32_t vm = 0; is_added && vm < scenario->vm_count; vm++)
		is_added = add_item(&needs[bridge_of(scenario, scenario->vms[vm].station)].vms, vm);
	for (uint32_t index = 0; is_added && index < scenario->migration_count; index++)
		is_added = follow_migration(needs, scenario, trails, index);
	for (size_t station = 0; station < scenario->station_count; station++)
		needs[scenario->stations[station].bridge].stations++;
	for (size_t link = 0; link < scenario->link_count; link++) {
		needs[scenario->links[link].bridges[0]].links++;
		needs[scenario->links[link].bridges[1]].links++;
	}
	for (size_t bridge = 0; bridge < scenario->bridge_count; bridge++) {
		const struct world_list *peers = &needs[bridge].peers;
		needs[bridge].grants = GRANTS_SPARSE;
		needs[bridge].learned = LEARNED_SPARSE;
		if (peers->count != 0)
			qsort(peers->items, peers->count, sizeof *peers->items, by_number);
	}
	return is_added;
}

static bool fill_sparse(struct world_need *needs, const struct scenario *scenario)
{
	const struct trails trails = {calloc(scenario->migration_count + 1, sizeof(uint32_t)),
		calloc(scenario->vm_count + 1, sizeof(uint32_t))};
	const bool is_filled =
		trails.before && trails.last && know_what_comes(needs, scenario, &trails);

	free(trails.before);
	free(trails.last);
	return is_filled;
}

static bool fill_all(struct world_need *needs, const struct scenario *scenario)
{
	for (uint32_t bridge = 0; bridge < scenario->bridge_count; bridge++) {
		if (!know_everything(&needs[bridge], scenario, bridge))
			return false;
	}
	return true;
}

struct world_need *world_needs_create(const struct scenario *scenario)
{
	struct world_need *needs = calloc(scenario->bridge_count + 1, sizeof *needs);

	if (!needs)
		return NULL;
	if (scenario->is_sparse ? fill_sparse(needs, scenario) : fill_all(needs, scenario))
		return needs;
	world_needs_destroy(needs, scenario);
	return NULL;
}

void world_needs_destroy(struct world_need *needs, const struct scenario *scenario)
{
	for (size_t bridge = 0; needs && bridge < scenario->bridge_count; bridge++) {
		free(needs[bridge].peers.items);
		free(needs[bridge].vms.items);
	}
	free(needs);
}
