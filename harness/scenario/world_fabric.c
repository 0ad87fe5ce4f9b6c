/* SPDX-License-Identifier: MIT */
/*
 * Builds what does not move: bridges, stations, links, hosts, and who speaks DIMP with whom (every
 * bridge with every bridge, each station with its own).
 */
#include "scenario/world_state.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/world_names.h"

/* The protocol's own limits, to leave room for. */
enum {
#define LIMIT(name, value, clause, text) WORLD_LIMIT_##name = (value),
#include "limits.def"
#undef LIMIT
};

/* Links a scenario does not describe: a host's cable. */
static const struct engine_link_config host_link = {.rate_bps = 10000000000u, .delay_us = 1};

const struct world_need *world_need_of(const struct world *world, const struct world_bridge *bridge)
{
	return &world->needs[bridge - world->bridges];
}

unsigned world_join(struct world *world, struct engine_endpoint a, struct engine_endpoint b,
	const struct engine_link_config *config)
{
	const unsigned link = engine_link_add(world->engine, a, b, config);

	if (link == ENGINE_NONE) {
		world_fail(world, "no link to %s: a port is in use already, or no memory",
			engine_node_name(world->engine, a.node));
		return link;
	}
	if (!wire_meter_add(world->wires, a, b)) {
		world_fail(world, "%s: no memory", "wires");
		return ENGINE_NONE;
	}
	world_watch_interface(world, a);
	world_watch_interface(world, b);
	return link;
}

static bool derive_key(struct openssl_crypto *crypto, struct dimp_speaker_config *speaker,
	struct dimp_public_key *key)
{
	const struct dimp_crypto *table = openssl_crypto_table(crypto);

	return table->random(table->user, speaker->static_secret, sizeof speaker->static_secret) &&
		table->x25519_public(table->user, key->octets, speaker->static_secret);
}

static uint32_t larger_of(uint32_t one, uint32_t other)
{
	return one > other ? one : other;
}

/* Entries that may be at one bridge at once: all VMs' synthetic ones and what they learn, staged
 * too. */
static uint32_t entries_wanted(const struct scenario *scenario, const struct world_need *need)
{
	enum { COPIES = 2 };
	uint32_t entries = 0;

	for (size_t index = 0; index < need->vms.count; index++) {
		const struct scenario_vm *vm = &scenario->vms[need->vms.items[index]];
		entries += (uint32_t)need->learned;
		for (unsigned type = 0; type < DIMP_DI_TYPES; type++)
			entries += vm->synthetic[type];
	}
	return entries * COPIES;
}

static void size_bridge_speaker(const struct world *world, const struct scenario_bridge *bridge,
	const struct world_need *need, struct dimp_speaker_config *speaker)
{
	enum { OCTETS_PER_ENTRY = 256 };
	/* Every migration under way has a whole grant reserved, and takes no more than half of what
	 * is left. */
	const uint32_t grants = (uint32_t)need->grants;
	const uint32_t entries = entries_wanted(world->scenario, need);

	speaker->role = DIMP_ROLE_BRIDGE_SPEAKER;
	speaker->peers_max = (uint32_t)(need->peers.count + 1 + need->stations);
	speaker->vsis_max = larger_of(speaker->vsis_max, (uint32_t)need->vms.count * 2);
	speaker->migrations_max = larger_of(speaker->migrations_max, (uint32_t)need->migrations);
	speaker->entries_max =
		larger_of(speaker->entries_max, entries + grants * WORLD_LIMIT_GRANT_ENTRIES);
	speaker->arena_octets = larger_of(speaker->arena_octets,
		entries * OCTETS_PER_ENTRY + grants * WORLD_LIMIT_GRANT_OCTETS);
	if (bridge->migrations_max != 0)
		speaker->migrations_max = bridge->migrations_max;
	if (bridge->entries_max != 0)
		speaker->entries_max = bridge->entries_max;
	memcpy(speaker->type_entries_max, bridge->limits, sizeof speaker->type_entries_max);
	if (bridge->supported_types != 0)
		speaker->supported_types = bridge->supported_types;
}

static void base_speaker(const struct scenario *scenario, const struct world_need *need,
	struct dimp_speaker_config *speaker)
{
	/* What one migration may have waiting at a peer: offer, data of a round, its end. */
	enum { MESSAGES_PER_MIGRATION = 16 };
	const uint32_t migrations = (uint32_t)need->migrations;

	dimp_speaker_config_default(speaker);
	speaker->boot_count = 1;
	speaker->settings = scenario->settings;
	speaker->send_queue_max =
		larger_of(speaker->send_queue_max, migrations * MESSAGES_PER_MIGRATION);
}

static void fill_policy(const struct scenario_bridge *scenario, struct edge_policy *policy)
{
	_Static_assert(sizeof scenario->policy_vlans <= sizeof policy->vlans, "VLANs fit");
	policy->vlan_count = scenario->policy_vlan_count;
	memcpy(policy->vlans, scenario->policy_vlans,
		scenario->policy_vlan_count * sizeof policy->vlans[0]);
	policy->refused_types = scenario->policy_refused_types;
	policy->is_activation_failing = scenario->fails_activation;
}

bool world_learner_create(struct world *world, struct world_bridge *bridge)
{
	const struct di_learner_config learner = {
		.slots = (unsigned)world_need_of(world, bridge)->vms.count,
		.acl_template = bridge->scenario->acl_template,
		.has_savi = bridge->scenario->is_discovery_binding,
	};

	bridge->learner = di_learner_create(&learner);
	return bridge->learner || world_fail(world, "bridge %s: no memory", bridge->scenario->name);
}

/* Cables carry the VLANs that VMs are in: what the bridge calls otherwise is translated there. */
static size_t translate_cables(const struct scenario *scenario, struct world_bridge *bridge)
{
	size_t count = 0;

	for (size_t each = 0; each < bridge->scenario->remap_vlan_count; each++) {
		const struct dimp_vlan_pair *pair = &bridge->scenario->remap_vlans[each];
		bool is_used = false;
		for (size_t vm = 0; vm < scenario->vm_count; vm++)
			is_used = is_used || scenario->vms[vm].vlan == pair->theirs;
		if (is_used)
			bridge->cables[count++] = *pair;
	}
	return count;
}

static bool build_bridge(struct world *world, struct world_bridge *bridge)
{
	const struct scenario *scenario = world->scenario;
	const struct world_need *need = world_need_of(world, bridge);
	struct dimp_speaker_config *speaker = &bridge->speaker;

	base_speaker(scenario, need, speaker);
	size_bridge_speaker(world, bridge->scenario, need, speaker);
	world_authority_fill(world, bridge->scenario, speaker);
	bridge->crypto = openssl_crypto_create_seeded(scenario->seed, bridge->scenario->name);
	if (!bridge->crypto || !derive_key(bridge->crypto, speaker, &bridge->key))
		return world_fail(world, "bridge %s: no memory or no crypto",
			bridge->scenario->name);
	if (!world_learner_create(world, bridge))
		return false;
	rewriter_init(&bridge->rewriter, openssl_crypto_table(bridge->crypto));
	memcpy(bridge->rewriter.versions, bridge->scenario->versions,
		sizeof bridge->rewriter.versions);
	bridge->rewriter.lies = bridge->scenario->lies;
	speaker->crypto = &bridge->rewriter.table;
	speaker->vlan_map = (struct dimp_vlan_map){bridge->scenario->remap_vlans,
		bridge->scenario->remap_vlan_count};
	bridge->ports_used = bridge->scenario->ports;
	struct edge_bridge_config config = {
		.engine = world->engine,
		.name = bridge->scenario->name,
		/* Port 0 stays unused, then the scenario's, uplinks, and one for recorded peers. */
		.ports = bridge->scenario->ports + (unsigned)need->links + 2,
		.address = world_names_mac(scenario->seed, bridge->scenario->name),
		.attachments_max = (unsigned)need->vms.count,
		.carrier = scenario->carrier,
		.cables = {bridge->cables, translate_cables(scenario, bridge)},
		.is_router_guarding = bridge->scenario->is_router_guarding,
		.arp_rate = bridge->scenario->arp_rate,
		.is_relay_agent = bridge->scenario->is_relay_agent,
		.hold_octets_max = (size_t)bridge->scenario->hold_octets,
		.hold_frames_max = bridge->scenario->hold_frames,
		.querier = {bridge->scenario->is_querier, bridge->scenario->query_interval_us,
			bridge->scenario->query_address},
		.is_snooping_ports = bridge->scenario->is_snooping_ports,
		.floods_unregistered = bridge->scenario->floods_unregistered,
		.speaker = speaker,
		.watch = &world->watch,
		.learner = di_learner_hooks(bridge->learner),
		.plant = scenario->plant == SCENARIO_PLANT_THAW_AFTER_RELEASE
			? EDGE_PLANT_THAW_AFTER_RELEASE
			: EDGE_PLANT_NONE,
	};
	fill_policy(bridge->scenario, &config.policy);
	bridge->bridge = edge_bridge_create(&config);
	if (!bridge->bridge)
		return world_fail(world, "bridge %s: no memory", bridge->scenario->name);
	bridge->desk = operator_desk_create(world->engine, bridge->bridge);
	if (!bridge->desk)
		return world_fail(world, "bridge %s: no memory", bridge->scenario->name);
	return true;
}

/* The speaker with |key| at |address| becomes a peer of |binding|. */
struct peering {
	struct speaker_binding *binding;
	const struct dimp_public_key *key;
	const struct dimp_mac *address;
	bool is_bridge;
};

static bool add_peer(struct world *world, const struct peering *peering, dimp_peer *peer)
{
	const struct dimp_peer_config config = {.is_bridge = peering->is_bridge,
		.static_public = *peering->key};

	if (speaker_binding_add_peer(peering->binding, &config, peering->address, peer) ==
		DIMP_ERROR_NONE)
		return true;
	return world_fail(world, "%s takes no more peers", speaker_binding_name(peering->binding));
}

/* What its cable has for memories; a cable that is full lets them creep. */
static uint64_t memory_rate(const struct scenario_station *station)
{
	const uint64_t rate_bps = station->config.rate_bps;

	if (rate_bps == 0)
		return 0;
	return rate_bps > station->traffic_bps ? rate_bps - station->traffic_bps : 1;
}

static bool build_station(struct world *world, size_t index)
{
	const struct scenario *scenario = world->scenario;
	const struct scenario_station *station = &scenario->stations[index];
	struct world_station *built = &world->stations[index];
	struct world_bridge *bridge = &world->bridges[station->bridge];
	const struct world_need *need = &world->needs[station->bridge];
	struct dimp_speaker_config *speaker = &built->speaker;

	base_speaker(scenario, need, speaker);
	speaker->role = DIMP_ROLE_STATION_SPEAKER;
	/* It has no DI. */
	speaker->entries_max = 1;
	speaker->arena_octets = 1;
	speaker->migrations_max = larger_of(speaker->migrations_max,
		(uint32_t)need->migrations * (station->retries + 1));
	built->crypto = openssl_crypto_create_seeded(scenario->seed, station->name);
	if (!built->crypto || !derive_key(built->crypto, speaker, &built->key))
		return world_fail(world, "station %s: no crypto", station->name);
	rewriter_init(&built->rewriter, openssl_crypto_table(built->crypto));
	speaker->crypto = &built->rewriter.table;
	built->hypervisor = hypervisor_create(&(struct hypervisor_config){
		.engine = world->engine,
		.name = station->name,
		.address = world_names_mac(scenario->seed, station->name),
		.carrier = scenario->carrier,
		.speaker = speaker,
		.watch = &world->watch,
		.machines_max = (unsigned)need->vms.count,
	});
	if (!built->hypervisor)
		return world_fail(world, "station %s: no memory", station->name);
	built->queue.limit = station->parallel;
	built->place = (struct move_place){
		.queue = &built->queue,
		.station = (uint32_t)index,
		.hypervisor = built->hypervisor,
		.key = built->key,
		.bridge = bridge->bridge,
		.bridge_number = station->bridge,
		.desk = bridge->desk,
		.port = station->port,
		.bridge_key = bridge->key,
		.rate_bps = memory_rate(station),
	};
	memory_road_set_cable(world->road, (uint32_t)index, memory_rate(station));
	edge_bridge_set_port(bridge->bridge, station->port, EDGE_PORT_STATION, false);
	if (station->is_fast_leave)
		edge_bridge_set_fast_leave(bridge->bridge, station->port);
	const struct engine_endpoint at_bridge = {edge_bridge_node(bridge->bridge), station->port};
	const struct engine_endpoint at_station = {hypervisor_node(built->hypervisor), 0};
	built->link = world_join(world, at_bridge, at_station, &station->config);
	return built->link != ENGINE_NONE;
}

bool world_station_join(struct world *world, size_t index)
{
	struct world_station *station = &world->stations[index];
	const struct peering to_bridge = {hypervisor_speaker(station->hypervisor),
		&station->place.bridge_key, edge_bridge_address(station->place.bridge), true};

	return add_peer(world, &to_bridge, &station->place.bridge_peer);
}

static unsigned take_uplink(struct world_bridge *bridge)
{
	const unsigned port = ++bridge->ports_used;

	edge_bridge_set_port(bridge->bridge, port, EDGE_PORT_UPLINK, true);
	return port;
}

static bool build_link(struct world *world, size_t index)
{
	const struct scenario_link *link = &world->scenario->links[index];
	struct world_bridge *one = &world->bridges[link->bridges[0]];
	struct world_bridge *other = &world->bridges[link->bridges[1]];
	const struct engine_endpoint a = {edge_bridge_node(one->bridge), take_uplink(one)};
	const struct engine_endpoint b = {edge_bridge_node(other->bridge), take_uplink(other)};

	world->links[index] = world_join(world, a, b, &link->config);
	return world->links[index] != ENGINE_NONE;
}

static uint32_t root_of(const uint32_t *above, uint32_t bridge)
{
	while (above[bridge] != bridge)
		bridge = above[bridge];
	return bridge;
}

/* Flooding never ends in a loop, so there must be none. */
static bool check_tree(struct world *world)
{
	const struct scenario *scenario = world->scenario;
	uint32_t *above = calloc(scenario->bridge_count + 1, sizeof *above);
	bool is_tree = true;

	if (!above)
		return world_fail(world, "%s: no memory", "fabric");
	for (uint32_t bridge = 0; bridge < scenario->bridge_count; bridge++)
		above[bridge] = bridge;
	for (size_t index = 0; is_tree && index < scenario->link_count; index++) {
		const struct scenario_link *link = &scenario->links[index];
		const uint32_t one = root_of(above, link->bridges[0]);
		const uint32_t other = root_of(above, link->bridges[1]);
		is_tree = one != other ||
			world_fail(world, "link %s closes a loop; the fabric must be a tree",
				link->name);
		above[one] = other;
	}
	free(above);
	return is_tree;
}

/* Always in this order, so that a peer keeps its number when the bridge starts again. */
bool world_bridge_join(struct world *world, size_t index)
{
	struct speaker_binding *binding = edge_bridge_speaker(world->bridges[index].bridge);
	dimp_peer peer;

	const struct world_list *peers = &world->needs[index].peers;

	for (size_t other = 0; other < peers->count; other++) {
		const struct world_bridge *to = &world->bridges[peers->items[other]];
		const struct peering peering = {binding, &to->key, edge_bridge_address(to->bridge),
			true};
		if (!add_peer(world, &peering, &peer))
			return false;
	}
	for (size_t other = 0; other < world->scenario->station_count; other++) {
		const struct world_station *to = &world->stations[other];
		const struct peering peering = {binding, &to->key,
			hypervisor_address(to->hypervisor), false};
		if (world->scenario->stations[other].bridge != index)
			continue;
		if (!add_peer(world, &peering, &peer))
			return false;
		edge_bridge_set_station(world->bridges[index].bridge,
			world->scenario->stations[other].port, peer);
	}
	return true;
}

bool world_fabric_build(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	if (!check_tree(world))
		return false;
	for (size_t index = 0; index < scenario->bridge_count; index++) {
		world->bridges[index].scenario = &scenario->bridges[index];
		if (!build_bridge(world, &world->bridges[index]))
			return false;
	}
	for (size_t index = 0; index < scenario->link_count; index++) {
		if (!build_link(world, index))
			return false;
	}
	for (size_t index = 0; index < scenario->station_count; index++) {
		if (!build_station(world, index))
			return false;
	}
	for (size_t index = 0; index < scenario->bridge_count; index++) {
		if (!world_bridge_join(world, index))
			return false;
	}
	for (size_t index = 0; index < scenario->station_count; index++) {
		if (!world_station_join(world, index))
			return false;
	}
	return true;
}

static struct network_host *join_host(struct world *world, uint32_t bridge, unsigned port,
	const char *name)
{
	struct edge_bridge *edge = world->bridges[bridge].bridge;
	const struct dimp_mac mac = world_names_mac(world->scenario->seed, name);
	struct network_host *host = network_host_create(world->engine, name, &mac);

	if (!host) {
		world_fail(world, "host %s: no memory", name);
		return NULL;
	}
	edge_bridge_set_port(edge, port, EDGE_PORT_HOST, true);
	const struct engine_endpoint at_bridge = {edge_bridge_node(edge), port};
	const struct engine_endpoint at_host = {network_host_node(host), 0};
	if (world_join(world, at_bridge, at_host, &host_link) != ENGINE_NONE)
		return host;
	network_host_destroy(host);
	return NULL;
}

static struct world_host *find_host(struct world *world, uint32_t bridge, unsigned port)
{
	for (size_t index = 0; index < world->host_count; index++) {
		struct world_host *host = &world->hosts[index];
		if (host->bridge == bridge && host->port == port)
			return host;
	}
	return NULL;
}

struct network_host *world_host_at(struct world *world, uint32_t bridge, unsigned port)
{
	struct world_host *host = find_host(world, bridge, port);

	if (host)
		return host->host;
	host = &world->hosts[world->host_count];
	host->bridge = bridge;
	host->port = port;
	snprintf(host->name, sizeof host->name, "host-%s-%u", world->scenario->bridges[bridge].name,
		port);
	host->host = join_host(world, bridge, port, host->name);
	if (host->host)
		world->host_count++;
	return host->host;
}

struct network_host *world_peers_at(struct world *world, uint32_t bridge)
{
	struct world_bridge *at = &world->bridges[bridge];

	if (!at->peers)
		at->peers = world_host_at(world, bridge,
			at->scenario->ports + (unsigned)world->needs[bridge].links + 1);
	return at->peers;
}
