/* SPDX-License-Identifier: MIT */
/*
 * VMs that speak MKA of their own: the KaY of the VM, and that of the bridge for it.  A bridge
 * other than the VM's first one has the CAK only where the scenario says so: what moves there with
 * DIMP needs none.
 */
#include "scenario/world_state.h"

#include <stdlib.h>
#include <string.h>

#include "actors/supplicant.h"
#include "scenario/mka_terms.h"

static void fill_config(const struct world_vm *vm, struct kay_config *config)
{
	mka_terms_fill(&vm->scenario->mka, config);
	config->keys = vm->mka.keys;
}

/* From |from_us| until |until_us|, where 0 is never. */
static struct supplicant_span span_of(uint64_t from_us, uint64_t until_us)
{
	return (struct supplicant_span){{from_us}, {until_us == 0 ? UINT64_MAX : until_us}};
}

static void fill_supplicant(const struct scenario_mka *mka, struct supplicant_config *config)
{
	const struct supplicant_span never = {DIMP_NEVER, DIMP_NEVER};
	const uint64_t silent_from = mka->silent_from_us;

	config->silence = silent_from == 0 ? never : span_of(silent_from, mka->silent_until_us);
	config->further = mka->further.count;
	config->further_priority = (uint8_t)mka->further.priority;
	config->presence = span_of(mka->further.from_us, mka->further.until_us);
	config->suspend_at.us = mka->suspend_at_us == 0 ? UINT64_MAX : mka->suspend_at_us;
	config->suspend_s = (uint8_t)mka->suspend_s;
}

static void run_supplicant(void *supplicant, struct dimp_time now)
{
	supplicant_resume(supplicant, now);
}

static void pause_supplicant(void *supplicant, struct dimp_time now)
{
	(void)now;
	supplicant_pause(supplicant);
}

static void destroy_supplicant(void *supplicant)
{
	supplicant_destroy(supplicant);
}

static const struct client_actions supplicant_actions = {
	.run = run_supplicant,
	.pause = pause_supplicant,
	.destroy = destroy_supplicant,
};

static bool build_supplicant(struct world *world, struct world_vm *vm)
{
	struct supplicant_config config = {.further = 0};

	fill_config(vm, &config.kay);
	fill_supplicant(&vm->scenario->mka, &config);
	config.kay.sci = mka_terms_sci(&vm->mac, 1);
	config.kay.priority = (uint8_t)vm->scenario->mka.priority;
	config.kay.transmits = DIMP_DIRECTION_RECEIVE;
	vm->crypto = openssl_crypto_create_seeded(world->scenario->seed, vm->scenario->name);
	struct client client = {&supplicant_actions, NULL};

	if (vm->crypto) {
		config.kay.crypto = openssl_crypto_table(vm->crypto);
		client.self = supplicant_create(world->engine, vm->machine, &config);
	}
	explicit_bzero(&config, sizeof config);
	return world_clients_add(world, vm, &client);
}

/* What the KaY of |bridge| for the VM is made with. */
static void fill_bridge_config(const struct world *world, const struct world_vm *vm, size_t bridge,
	struct kay_config *config)
{
	const struct world_bridge *at = &world->bridges[bridge];
	const uint32_t first = world->scenario->stations[vm->scenario->station].bridge;

	fill_config(vm, config);
	if (bridge != first && !vm->scenario->mka.is_everywhere)
		mka_keys_wipe(&config->keys);
	/* Each VM is behind a port of its own, as MKA sees it. */
	config->sci = mka_terms_sci(edge_bridge_address(at->bridge), vm->slot + 1);
	config->priority = (uint8_t)vm->scenario->mka.bridge_priority;
	config->crypto = openssl_crypto_table(at->crypto);
}

void world_key_agreement_give(const struct world *world, const struct world_vm *vm, size_t bridge)
{
	if (vm->bridge_kays)
		di_learner_set_kay(world->bridges[bridge].learner, vm->slot,
			&vm->bridge_kays[bridge]);
}

/* A CAK of 16 octets and its name; the seed's complement, for the VM's KaY draws from the seed
 * itself. */
static bool derive_keys(const struct world *world, struct world_vm *vm)
{
	struct mka_keys *keys = &vm->mka.keys;
	struct openssl_crypto *crypto =
		openssl_crypto_create_seeded(~world->scenario->seed, vm->scenario->name);
	const struct dimp_crypto *table = crypto ? openssl_crypto_table(crypto) : NULL;

	*keys = (struct mka_keys){.cak = {.size = 16}, .name = {.size = 16}};
	const bool is_derived = table && table->random(table->user, keys->cak.octets, 16) &&
		table->random(table->user, keys->name.octets, 16) && mka_keys_derive(keys);
	openssl_crypto_destroy(crypto);
	return is_derived;
}

static bool find_keys(struct world *world, struct world_vm *vm)
{
	const char *path = vm->scenario->mka.cak;

	if (path[0] != '\0')
		return mka_keys_read(path, &vm->mka.keys, world->error, world->error_size);
	return derive_keys(world, vm) || world_fail(world, "vm %s: no keys", vm->scenario->name);
}

bool world_key_agreement_build(struct world *world, struct world_vm *vm)
{
	const size_t bridges = world->scenario->bridge_count;

	if (!find_keys(world, vm))
		return false;
	vm->has_cak = true;
	vm->bridge_kays = calloc(bridges + 1, sizeof *vm->bridge_kays);
	if (!vm->bridge_kays)
		return world_fail(world, "vm %s: no memory", vm->scenario->name);
	for (size_t bridge = 0; bridge < bridges; bridge++) {
		fill_bridge_config(world, vm, bridge, &vm->bridge_kays[bridge]);
		world_key_agreement_give(world, vm, bridge);
	}
	return build_supplicant(world, vm);
}

void world_key_agreement_destroy(const struct world *world, struct world_vm *vm)
{
	openssl_crypto_destroy(vm->crypto);
	if (vm->bridge_kays)
		explicit_bzero(vm->bridge_kays,
			world->scenario->bridge_count * sizeof *vm->bridge_kays);
	free(vm->bridge_kays);
}
