/* SPDX-License-Identifier: MIT */
/*
 * Attackers on links, who have no keys, and speakers that lie, who have: made before the run
 * begins, so that an attacker has heard what passed before it strikes.
 */
#include <stdlib.h>

#include "scenario/world_state.h"

static bool is_of_kind(const struct scenario *scenario, size_t fault, enum scenario_fault_kind kind)
{
	return scenario->faults[fault].kind == kind;
}

static uint8_t ways_of(const struct scenario_fault *fault)
{
	return fault->lie_ways != 0 ? fault->lie_ways : (uint8_t)((1 << GARBLER_WAYS) - 1);
}

bool world_is_lied_to(const struct scenario *scenario)
{
	for (size_t index = 0; index < scenario->fault_count; index++) {
		if (is_of_kind(scenario, index, SCENARIO_FAULT_LIE) &&
			ways_of(&scenario->faults[index]) != 1 << GARBLER_SKIPPABLE)
			return true;
	}
	return false;
}

bool world_is_liar(const struct scenario *scenario, uint32_t node)
{
	for (size_t index = 0; index < scenario->fault_count; index++) {
		if (is_of_kind(scenario, index, SCENARIO_FAULT_LIE) &&
			scenario->faults[index].node == node)
			return true;
	}
	return false;
}

/* ---- attackers */

static void see(void *context, struct engine_passing *passing)
{
	struct world *world = context;

	for (size_t index = 0; index < world->scenario->fault_count; index++) {
		if (world->faults[index].attacker)
			attacker_see(world->faults[index].attacker, passing);
	}
}

static bool list_targets(struct world *world)
{
	const struct scenario *scenario = world->scenario;
	const size_t bridges = scenario->bridge_count;

	world->targets = calloc(bridges + scenario->station_count + 1, sizeof *world->targets);
	if (!world->targets)
		return false;
	for (size_t index = 0; index < bridges; index++)
		world->targets[index] =
			(struct attacker_target){*edge_bridge_address(world->bridges[index].bridge),
				world->bridges[index].key};
	for (size_t index = 0; index < scenario->station_count; index++)
		world->targets[bridges + index] = (struct attacker_target){
			*hypervisor_address(world->stations[index].hypervisor),
			world->stations[index].key};
	return true;
}

static bool build_attacker(struct world *world, size_t index)
{
	const struct scenario *scenario = world->scenario;
	const struct scenario_fault *fault = &scenario->faults[index];
	char name[32];

	if (!world->targets && !list_targets(world))
		return world_fail(world, "%s: no memory", "attackers");
	snprintf(name, sizeof name, "attack/%zu", index);
	world->faults[index].attacker = attacker_create(&(struct attacker_config){
		.engine = world->engine,
		.link = fault->link != SCENARIO_NONE ? world->links[fault->link]
						     : world->stations[fault->station].link,
		.seed = scenario->seed,
		.name = name,
		.crypto = openssl_crypto_table(world->bridges[0].crypto),
		.targets = world->targets,
		.target_count = scenario->bridge_count + scenario->station_count,
		.rates = fault->attack,
	});
	engine_set_intruder(world->engine, see, world);
	return world->faults[index].attacker || world_fail(world, "%s: no memory", "attackers");
}

/* ---- liars */

static struct garbler **garbler_of(struct world *world, uint32_t node, struct rewriter **rewriter)
{
	const size_t bridges = world->scenario->bridge_count;

	if (node < bridges) {
		*rewriter = &world->bridges[node].rewriter;
		return &world->bridges[node].garbler;
	}
	*rewriter = &world->stations[node - bridges].rewriter;
	return &world->stations[node - bridges].garbler;
}

static bool build_liar(struct world *world, uint32_t node)
{
	struct rewriter *rewriter;
	struct garbler **garbler = garbler_of(world, node, &rewriter);
	char name[32];

	if (*garbler)
		return true;
	snprintf(name, sizeof name, "lie/%u", node);
	*garbler = malloc(sizeof **garbler);
	if (!*garbler)
		return world_fail(world, "%s: no memory", "liars");
	garbler_init(*garbler, world->scenario->seed, name);
	rewriter->garbler = *garbler;
	return true;
}

bool world_attacks_build(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	for (size_t index = 0; index < scenario->fault_count; index++) {
		if (is_of_kind(scenario, index, SCENARIO_FAULT_ATTACK) &&
			!build_attacker(world, index))
			return false;
		if (is_of_kind(scenario, index, SCENARIO_FAULT_LIE) &&
			!build_liar(world, scenario->faults[index].node))
			return false;
	}
	return true;
}

void world_attacks_destroy(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	for (size_t index = 0; world->faults && index < scenario->fault_count; index++)
		attacker_destroy(world->faults[index].attacker);
	for (size_t index = 0; world->bridges && index < scenario->bridge_count; index++)
		free(world->bridges[index].garbler);
	for (size_t index = 0; world->stations && index < scenario->station_count; index++)
		free(world->stations[index].garbler);
	free(world->targets);
}

static void count_deeds(struct attack_counts *counts, const struct attacker_tally *tally)
{
	counts->of[ATTACK_REPLAYED] += tally->replays;
	counts->of[ATTACK_REFLECTED] += tally->reflections;
	counts->of[ATTACK_FORGED] += tally->forgeries;
	counts->of[ATTACK_FLOODED] += tally->initiations;
	counts->of[ATTACK_MANGLED] += tally->mangled;
}

void world_attacks_finish(struct world *world)
{
	struct attack_counts *counts = &world->outcome.attacks;

	for (size_t index = 0; index < world->scenario->fault_count; index++) {
		if (world->faults[index].attacker)
			count_deeds(counts, attacker_tally(world->faults[index].attacker));
	}
	if (!world->invariants)
		return;
	counts->of[ATTACK_ARRIVED] = invariants_bad_pdus(world->invariants)->arrived;
	counts->of[ATTACK_TAKEN] = invariants_bad_pdus(world->invariants)->taken;
}

/* ---- when */

void world_attack_begin(struct world_fault *fault, struct dimp_time now)
{
	struct rewriter *rewriter;

	if (fault->attacker) {
		attacker_begin(fault->attacker, now);
		return;
	}
	struct garbler *garbler = *garbler_of(fault->world, fault->scenario->node, &rewriter);
	garbler->share_ppm = fault->scenario->lie_ppm;
	garbler->ways = ways_of(fault->scenario);
}

/* Of two lies of one speaker at once the one that ends first ends both. */
void world_attack_end(struct world_fault *fault)
{
	struct rewriter *rewriter;

	if (fault->attacker)
		attacker_end(fault->attacker);
	else
		(*garbler_of(fault->world, fault->scenario->node, &rewriter))->share_ppm = 0;
}
