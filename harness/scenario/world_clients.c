/* SPDX-License-Identifier: MIT */
/*
 * What VMs run.  A kind of client is a row here: where the scenario says that a VM runs one, who
 * builds it, and what its bridges then know of the VM without having heard it.
 */
#include "scenario/world_state.h"

#include <string.h>

struct client_kind {
	size_t is_run; /* offset of a bool in struct scenario_vm */
	size_t habit; /* of a bool in struct attachment; 0: none */
	bool (*build)(struct world *world, struct world_vm *vm);
};

static const struct client_kind kinds[] = {
	{offsetof(struct scenario_vm, dot1x.is_run), offsetof(struct attachment, is_dot1x_required),
		world_dot1x_build},
	{offsetof(struct scenario_vm, dhcp.is_run), offsetof(struct attachment, is_dhcp_guarded),
		world_dhcp_client_build},
	{offsetof(struct scenario_vm, dhcp6.is_run), offsetof(struct attachment, is_dhcp6_guarded),
		world_dhcp6_client_build},
	{offsetof(struct scenario_vm, igmp.is_run), 0, world_igmp_build},
	{offsetof(struct scenario_vm, mld.is_run), 0, world_mld_build},
	{offsetof(struct scenario_vm, mka.is_run), offsetof(struct attachment, is_macsec_required),
		world_key_agreement_build},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };
_Static_assert((int)KINDS <= (int)WORLD_CLIENTS_MAX, "a VM may run one of each kind");

static bool is_run(const struct world_vm *vm, const struct client_kind *kind)
{
	const unsigned char *const base = (const unsigned char *)vm->scenario;
	bool is_run;

	memcpy(&is_run, base + kind->is_run, sizeof is_run);
	return is_run;
}

bool world_clients_build(struct world *world, struct world_vm *vm)
{
	for (size_t each = 0; each < KINDS; each++) {
		if (is_run(vm, &kinds[each]) && !kinds[each].build(world, vm))
			return false;
	}
	return true;
}

void world_clients_note_habits(const struct world_vm *vm, struct attachment *attachment)
{
	const bool is_so = true;

	for (size_t each = 0; each < KINDS; each++) {
		if (kinds[each].habit != 0 && is_run(vm, &kinds[each]))
			memcpy((unsigned char *)attachment + kinds[each].habit, &is_so,
				sizeof is_so);
	}
}

bool world_clients_add(struct world *world, struct world_vm *vm, const struct client *client)
{
	if (!client->self)
		return world_fail(world, "vm %s: no memory, or too many clients",
			vm->scenario->name);
	vm->clients[vm->client_count++] = *client;
	return true;
}

void world_clients_run(const struct world_vm *vm, struct dimp_time now)
{
	for (size_t each = 0; each < vm->client_count; each++)
		vm->clients[each].actions->run(vm->clients[each].self, now);
}

void world_clients_pause(const struct world_vm *vm, struct dimp_time now)
{
	for (size_t each = 0; each < vm->client_count; each++)
		vm->clients[each].actions->pause(vm->clients[each].self, now);
}

void world_clients_prompt(const struct world_vm *vm, enum client_prompt prompt,
	struct dimp_time now)
{
	for (size_t each = 0; each < vm->client_count; each++) {
		const struct client *const client = &vm->clients[each];
		if (client->actions->prompt)
			client->actions->prompt(client->self, prompt, now);
	}
}

void world_clients_destroy(struct world_vm *vm)
{
	for (size_t each = 0; each < vm->client_count; each++)
		vm->clients[each].actions->destroy(vm->clients[each].self);
	vm->client_count = 0;
}
