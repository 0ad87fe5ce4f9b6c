/* SPDX-License-Identifier: MIT */
/*
 * VMs with clients of their own have no entries that are made up: what moves is what they did.
 * Leases and sessions are short in some worlds, so that they are renewed, and end, in the midst of
 * moves.
 */
#include "campaign/draw_life.h"

#include "engine/dice.h"

/* ---- drawn */

static void forget_entries(struct draw_vm *vm)
{
	for (unsigned type = 0; type < DRAW_TYPES; type++)
		vm->entries[type] = 0;
}

static void draw_clients(struct draw *draw, struct random_stream *random)
{
	static const unsigned leases_s[] = {0, 8, 20};
	const bool is_talking = dice_one_in(random, 4);
	const unsigned mask = dice_below(random, 1u << DRAW_CLIENTS);

	draw->servers_at = dice_below(random, draw->bridges);
	draw->lease_s = leases_s[dice_below(random, sizeof leases_s / sizeof leases_s[0])];
	for (unsigned each = 0; is_talking && each < draw->vms && each < DRAW_TALKING_MAX; each++) {
		struct draw_vm *vm = &draw->vm[each];
		vm->clients = mask & dice_below(random, 1u << DRAW_CLIENTS);
		if (vm->clients != 0)
			forget_entries(vm);
	}
}

void draw_life_give_keys(struct draw_vm *vm)
{
	vm->clients |= 1u << DRAW_MKA;
	forget_entries(vm);
}

/* A bridge that is never told that a VM has left keeps its DI in force: nothing but another
 * bridge's word ends that, and one where the VM begins anew has none to say (DIMP 9.8-2). */
static bool takes_risk(const struct draw *draw)
{
	for (unsigned bridge = 0; bridge < draw->bridges; bridge++) {
		if (draw->conduct[bridge][DRAW_TAKES_RISK] != 0)
			return true;
	}
	return false;
}

static void draw_memories(struct draw *draw, struct random_stream *random)
{
	static const unsigned most[DRAW_MEMORIES] = {
		[DRAW_MEMORY_MIB] = 2048,
		[DRAW_DIRTY_MIB] = 2048,
		[DRAW_CONVERGE] = DRAW_CONVERGES,
		[DRAW_ROUNDS] = 10,
	};
	const bool is_unusual = dice_one_in(random, 3);

	for (unsigned each = 0; is_unusual && each < draw->vms; each++) {
		for (unsigned part = 0; part < DRAW_MEMORIES; part++) {
			if (dice_one_in(random, 2))
				draw->vm[each].memory[part] = dice_between(random, 1, most[part]);
		}
		draw->vm[each].leaves_untold = !takes_risk(draw) && dice_one_in(random, 8);
	}
}

void draw_life_make(struct draw *draw, struct random_stream *random)
{
	draw_clients(draw, random);
	draw_memories(draw, random);
}

/* Whether some VM that is left runs this client. */
static bool has_client(const struct draw *draw, enum draw_client client)
{
	for (unsigned each = 0; each < draw->vms; each++) {
		if (!draw->vm[each].is_dropped && (draw->vm[each].clients >> client & 1) != 0)
			return true;
	}
	return false;
}

/* ---- written */

static void write_on_fail(const struct draw *draw, unsigned bridge, FILE *stream)
{
	static const char *const reasons[DRAW_REASONS] = {"RESOURCE_LIMITED", "TRANSFER_FAILED",
		"INVALID_DI", "POLICY_CONFLICT"};
	const unsigned *conduct = draw->conduct[bridge];
	const unsigned policy = conduct[DRAW_ON_REASON];

	fprintf(stream, "on_fail: {RETRY: %u, CONTINUE_AT_RISK: %s", conduct[DRAW_RETRIES],
		conduct[DRAW_TAKES_RISK] ? "continue" : "stop");
	if (policy > DRAW_REASONS)
		fprintf(stream, ", %s: elsewhere, elsewhere: server-%u",
			reasons[policy - DRAW_REASONS - 1], (bridge + 1) % draw->bridges);
	else if (policy != 0)
		fprintf(stream, ", %s: stop", reasons[policy - 1]);
	fputc('}', stream);
}

void draw_life_write_station(const struct draw *draw, unsigned bridge, FILE *stream)
{
	const unsigned *conduct = draw->conduct[bridge];

	fprintf(stream, "  server-%u: {bridge: edge-%u, port: 1, ", bridge, bridge);
	write_on_fail(draw, bridge, stream);
	if (conduct[DRAW_PARALLEL])
		fprintf(stream, ", parallel: %u", conduct[DRAW_PARALLEL]);
	if (conduct[DRAW_RESERVES])
		fputs(", vdp_reserves: true", stream);
	if (conduct[DRAW_ANNOUNCES] == 1)
		fputs(", announces: none", stream);
	else if (conduct[DRAW_ANNOUNCES] == 2)
		fputs(", announces: [garp, na], announce: {rounds: 5}", stream);
	if (conduct[DRAW_WORKAROUNDS])
		fputs(", workarounds: [query, renew, reauthenticate]", stream);
	fputs("}\n", stream);
}

static void write_addresses(const struct draw *draw, FILE *stream)
{
	const unsigned at = draw->servers_at;

	if (has_client(draw, DRAW_DHCP))
		fprintf(stream, "  dhcp: {at: edge-%u/5, pool: 10.0.42.0/24, lease: %us}\n", at,
			draw->lease_s ? draw->lease_s : 600);
	if (has_client(draw, DRAW_DHCP6))
		fprintf(stream,
			"  dhcp6: {at: edge-%u/6, network: 'fd00:10::', prefixes: 'fd00:1100::', "
			"valid: %us, preferred: %us}\n",
			at, draw->lease_s ? draw->lease_s : 600,
			draw->lease_s ? draw->lease_s / 2 : 400);
}

void draw_life_write_servers(const struct draw *draw, FILE *stream)
{
	const unsigned at = draw->servers_at;
	bool is_any = false;

	for (unsigned client = 0; client < DRAW_CLIENTS; client++)
		is_any = is_any ||
			(client != DRAW_MKA && has_client(draw, (enum draw_client)client));
	if (!is_any)
		return;
	fputs("servers:\n", stream);
	write_addresses(draw, stream);
	if (has_client(draw, DRAW_DOT1X))
		fprintf(stream,
			"  radius: {at: edge-%u/7, session_timeout: %us, reauthenticates: true, "
			"filter_rules: 'permit in ip from any to any'}\n",
			at, draw->lease_s ? draw->lease_s : 3600);
	if (has_client(draw, DRAW_IGMP) || has_client(draw, DRAW_MLD))
		fprintf(stream,
			"  querier: {at: edge-%u/8, igmp: 3, mld: 2, interval: %us, "
			"response: 2s}\n",
			at, draw->lease_s ? draw->lease_s : 125);
}

static void write_clients(unsigned clients, FILE *stream)
{
	static const char *const texts[DRAW_CLIENTS] = {"dot1x", "dhcp", "dhcp6",
		"{igmp: {join: [239.1.1.1, 232.5.5.3/10.0.0.9]}}", "{mld: {join: ['ff0e::1']}}",
		"{mka: {everywhere: true}}"};
	const char *joint = ", runs: [";

	for (unsigned client = 0; client < DRAW_CLIENTS; client++) {
		if ((clients >> client & 1) == 0)
			continue;
		fprintf(stream, "%s%s", joint, texts[client]);
		joint = ", ";
	}
	if (clients != 0)
		fputc(']', stream);
}

static void write_memory(const unsigned memory[DRAW_MEMORIES], FILE *stream)
{
	static const char *const converges[DRAW_CONVERGES] = {"stop", "give-up", "throttle",
		"post-copy"};
	const char *joint = ", memory: {";
	bool has_any = false;

	for (unsigned part = 0; part < DRAW_MEMORIES; part++) {
		const unsigned value = memory[part];
		if (value == 0)
			continue;
		fputs(joint, stream);
		joint = ", ";
		has_any = true;
		if (part == DRAW_MEMORY_MIB)
			fprintf(stream, "size: %uMiB", value);
		else if (part == DRAW_DIRTY_MIB)
			fprintf(stream, "dirty: %uMiB/s", value);
		else if (part == DRAW_CONVERGE)
			fprintf(stream, "converge: %s", converges[value - 1]);
		else
			fprintf(stream, "rounds: %u", value - 1);
	}
	if (has_any)
		fputc('}', stream);
}

void draw_life_write_vm(const struct draw_vm *vm, FILE *stream)
{
	write_clients(vm->clients, stream);
	write_memory(vm->memory, stream);
	if (vm->leaves_untold)
		fputs(", leaves_untold: true", stream);
}
