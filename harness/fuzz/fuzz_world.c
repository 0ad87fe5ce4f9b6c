/* SPDX-License-Identifier: MIT */
/*
 * Any octets as frames at any port of a small world that runs: bridges with all their sources and
 * effects, a VM with its clients, servers, a move that is under way.  The first octet chooses the
 * world.  Nobody may crash or hang, whoever sends what; what a stranger's frames may break of the
 * rest, a denied service, is not judged here.
 *
 * A step is four octets: which port, how many milliseconds pass before, and two of the frame's
 * size.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz/frame_mutator.h"
#include "fuzz/require.h"
#include "fuzz/step_mutator.h"
#include "scenario/scenario_reader.h"
#include "scenario/world.h"
#include "scenario/world_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,
	size_t other_size, uint8_t *octets, size_t capacity, unsigned seed);

enum { HEAD_SIZE = 4, WORLDS = 3, BRIDGE_PORTS = 6, NODES_MIN = 4, FRAME_MAX = 1600 };

static const char fabric[] =
	"title: fuzzed\nduration: 3s\nbridges: {edge-a: {}, edge-b: {}}\n"
	"links: [{between: [edge-a, edge-b], rate: 10Gbps, delay: 50us}]\n"
	"stations: {server-1: {bridge: edge-a, port: 1}, server-2: {bridge: edge-b, port: 1}}\n";

static const char *const worlds[WORLDS] = {
	"servers:\n"
	"  dhcp: {at: edge-a/4, pool: 10.0.42.0/24, lease: 2s}\n"
	"  querier: {at: edge-a/3, igmp: 3, mld: 2}\n"
	"vms:\n  vm1: {station: server-1, vlan: 42, mac: '52:54:00:c7:3e:ce',\n"
	"    runs: [dhcp, {igmp: {join: [239.1.1.1]}}, {mld: {join: ['ff0e::1']}}]}\n"
	"migrations: [{name: m1, vm: vm1, to: server-2, at: 1500ms}]\n",
	"servers:\n"
	"  radius: {at: edge-a/4, session_timeout: 3600s, vlan: 42, class: c1,\n"
	"    filter_rules: 'permit in ip from assigned to any'}\n"
	"vms:\n  vm1: {station: server-1, vlan: 42, mac: '52:54:00:c7:3e:ce', runs: [dot1x]}\n"
	"migrations: [{name: m1, vm: vm1, to: server-2, at: 1500ms}]\n",
	"vms:\n  vm1: {station: server-1, vlan: 42, mac: '52:54:00:c7:3e:ce',\n"
	"    synthetic: {dhcp_binding: 3, multicast_membership: 2}}\n"
	"migrations: [{name: m1, vm: vm1, to: server-2, at: 1s, trigger: vdp}]\n",
};

static struct scenario *scenarios[WORLDS];

static void read_worlds(void)
{
	static struct scenario_errors errors;
	char text[2048];

	for (unsigned each = 0; each < WORLDS; each++) {
		const int size = snprintf(text, sizeof text, "%s%s", fabric, worlds[each]);
		const struct scenario_source source = {.path = "fuzz.yaml",
			.text = text,
			.size = (size_t)size};

		scenarios[each] = scenario_read(&source, &errors);
		if (scenarios[each] == NULL)
			fprintf(stderr, "%s\n", errors.list[0].text);
		require(scenarios[each] != NULL);
	}
}

static size_t frame_size(const uint8_t *head)
{
	return (size_t)head[2] << 8 | head[3];
}

/* Whatever is at the other end of the port hears the frame. */
static size_t take_step(const struct world *world, struct dimp_view rest)
{
	const size_t room = rest.size - HEAD_SIZE, named = frame_size(rest.octets);
	const struct dimp_view frame = {rest.octets + HEAD_SIZE, named < room ? named : room};
	const unsigned nodes = NODES_MIN + (unsigned)world->host_count;
	const struct engine_endpoint from = {rest.octets[0] % nodes,
		rest.octets[0] / nodes % BRIDGE_PORTS};
	const struct dimp_time until = {
		engine_now(world->engine).us + rest.octets[1] * (uint64_t)1000};

	engine_run(world->engine, until);
	if (frame.size > 0 && frame.size <= FRAME_MAX)
		engine_transmit(world->engine, from, frame);
	return HEAD_SIZE + frame.size;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static const struct world_outputs none = {.is_unchecked = true};
	struct dimp_view rest = {octets + 1, size - 1};
	char error[256];

	if (size == 0)
		return 0;
	if (scenarios[0] == NULL)
		read_worlds();
	struct world *const world =
		world_create(scenarios[octets[0] % WORLDS], &none, error, sizeof error);
	require(world != NULL);
	while (rest.size >= HEAD_SIZE) {
		const size_t taken = take_step(world, rest);
		rest = (struct dimp_view){rest.octets + taken, rest.size - taken};
	}
	world_run(world, NULL, NULL);
	require(!engine_is_exhausted(world->engine));
	world_destroy(world);
	return 0;
}

static bool set_frame(uint8_t *head, size_t size)
{
	head[2] = (uint8_t)(size >> 8);
	head[3] = (uint8_t)size;
	return true;
}

/* About the VM, and with lengths and checksums that are right, most of the time. */
static size_t mutate_frame(struct mutable_octets frame, struct mutation_dice *dice)
{
	enum { RARELY = 8, MAC_SIZE = 6 };
	static const uint8_t vm[MAC_SIZE] = {0x52, 0x54, 0, 0xc7, 0x3e, 0xce};

	frame.size = frame_mutate(frame, dice);
	if (mutation_dice_once_in(dice, 3) && frame.size >= 2 * sizeof vm)
		memcpy(frame.octets + mutation_dice_below(dice, 2) * sizeof vm, vm, sizeof vm);
	if (!mutation_dice_once_in(dice, RARELY))
		frame_mend(frame, NULL);
	return frame.size;
}

static const struct step_format format = {
	.head_min = HEAD_SIZE,
	.payload_size = frame_size,
	.set_payload = set_frame,
	.payload_max = FRAME_MAX,
	.mutate_payload = mutate_frame,
};

/* The first octet is no step; libFuzzer never asks about nothing. */
size_t LLVMFuzzerCustomMutator(uint8_t *octets, size_t size, size_t capacity, unsigned seed)
{
	if (size < 1 || capacity < 2)
		return LLVMFuzzerMutate(octets, size, capacity);
	octets[0] = (uint8_t)((octets[0] + (seed % 16 == 0)) % WORLDS);
	return 1 +
		step_mutate(&format, (struct mutable_octets){octets + 1, size - 1, capacity - 1},
			seed);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *one, size_t one_size, const uint8_t *other,
	size_t other_size, uint8_t *octets, size_t capacity, unsigned seed)
{
	if (one_size < 1 || other_size < 1 || capacity < 1)
		return 0;
	octets[0] = one[0];
	return 1 +
		step_cross(&format,
			&(struct step_pair){{one + 1, one_size - 1}, {other + 1, other_size - 1}},
			(struct mutable_octets){octets + 1, 0, capacity - 1}, seed);
}
