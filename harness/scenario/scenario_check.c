/* SPDX-License-Identifier: MIT */
/*
 * Checks between things.  What a reference does not resolve to has its error already and is passed
 * over here.
 */
#include "scenario/scenario_check.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/edge_frame.h"
#include "net/ipv4.h"
#include "scenario/value_lists.h"

static void add(const struct scenario_draft *draft, struct yaml_place place, const char *text)
{
	scenario_errors_add(draft->errors, place, "%s", text);
}

/* The bridges form parts; two of one part linked again close a loop. */
struct fabric {
	uint32_t part[DRAFT_THINGS_MAX];
};

static void join(struct fabric *fabric, size_t bridges, uint32_t from, uint32_t to)
{
	for (size_t each = 0; each < bridges; each++) {
		if (fabric->part[each] == from)
			fabric->part[each] = to;
	}
}

static void check_loops(const struct scenario_draft *draft, struct fabric *fabric)
{
	const struct scenario *scenario = draft->scenario;

	for (size_t each = 0; each < scenario->bridge_count; each++)
		fabric->part[each] = (uint32_t)each;
	for (size_t each = 0; each < scenario->link_count; each++) {
		const uint32_t *ends = scenario->links[each].bridges;

		if (ends[0] == SCENARIO_NONE || ends[1] == SCENARIO_NONE || ends[0] == ends[1])
			continue;
		const uint32_t from = fabric->part[ends[0]], to = fabric->part[ends[1]];

		if (from == to)
			add(draft, draft_place(draft, THING_LINK, each, "between"),
				"links: this one closes a loop; expected a tree");
		join(fabric, scenario->bridge_count, from, to);
	}
}

/* Something at a port of a bridge. */
struct plug {
	enum thing thing;
	size_t index;
	uint32_t bridge;
	unsigned port;
};

static size_t collect_plugs(const struct scenario *scenario, struct plug *plugs)
{
	size_t count = 0;

	for (size_t each = 0; each < scenario->station_count; each++) {
		const struct scenario_station *station = &scenario->stations[each];

		plugs[count++] = (struct plug){THING_STATION, each, station->bridge, station->port};
	}
	for (size_t each = 0; each < scenario->server_count; each++) {
		const struct scenario_server *server = &scenario->servers[each];

		plugs[count++] = (struct plug){THING_SERVER, each, server->bridge, server->port};
	}
	for (size_t each = 0; each < scenario->service_count; each++) {
		const struct scenario_service *service = &scenario->services[each];

		plugs[count++] = (struct plug){THING_SERVICE, each, service->bridge, service->port};
	}
	return count;
}

static struct yaml_place plug_place(const struct scenario_draft *draft, const struct plug *plug)
{
	static const char *const keys[THINGS] = {
		[THING_STATION] = "port",
		[THING_SERVER] = "at",
		[THING_SERVICE] = "from",
	};

	return draft_place(draft, plug->thing, plug->index, keys[plug->thing]);
}

/* Servers and services may share a port: they have one host. */
static void check_shared(const struct scenario_draft *draft, const struct plug *plugs, size_t index)
{
	const struct plug *plug = &plugs[index];

	for (size_t each = 0; each < index; each++) {
		if (plugs[each].bridge != plug->bridge || plugs[each].port != plug->port ||
			plugs[each].thing != THING_STATION)
			continue;
		scenario_errors_add(draft->errors, plug_place(draft, plug),
			"port %u of %s has %s already; expected one thing a port", plug->port,
			draft->scenario->bridges[plug->bridge].name,
			draft->scenario->stations[plugs[each].index].name);
		return;
	}
}

static void check_ports(const struct scenario_draft *draft, struct plug *plugs)
{
	const struct scenario *scenario = draft->scenario;
	const size_t count = collect_plugs(scenario, plugs);

	for (size_t each = 0; each < count; each++) {
		const struct plug *plug = &plugs[each];

		if (plug->bridge == SCENARIO_NONE || plug->port == 0)
			continue;
		const struct scenario_bridge *bridge = &scenario->bridges[plug->bridge];

		if (plug->port > bridge->ports)
			scenario_errors_add(draft->errors, plug_place(draft, plug),
				"%s has no port %u; expected 1 to %u", bridge->name, plug->port,
				bridge->ports);
		check_shared(draft, plugs, each);
	}
}

/* One that could not be read has its error already. */
static bool has_mac(const struct scenario_vm *vm)
{
	static const struct dimp_mac none;

	return memcmp(&vm->mac, &none, sizeof none) != 0;
}

/* What a client joins is of its own IP; what is no group at all was told where it was read. */
static void check_membership(const struct scenario_draft *draft, size_t vm,
	const struct scenario_membership *member, bool is_of_ipv4)
{
	for (size_t each = 0; each < member->group_count; each++) {
		const struct dimp_ip *group = &member->groups[each].group;

		if (value_is_multicast(group) && ipv4_is_mapped(group) != is_of_ipv4)
			add(draft, draft_place(draft, THING_VM, vm, "runs"),
				is_of_ipv4
					? "join: igmp joins groups of IPv4; expected 224.0.0.0 to "
					  "239.255.255.255"
					: "join: mld joins groups of IPv6; expected ff00::/8");
	}
}

static void check_vms(const struct scenario_draft *draft)
{
	const struct scenario *scenario = draft->scenario;

	for (size_t each = 0; each < scenario->vm_count; each++) {
		const struct scenario_vm *vm = &scenario->vms[each];

		check_membership(draft, each, &vm->igmp, true);
		check_membership(draft, each, &vm->mld, false);
		for (size_t other = 0; other < each && has_mac(vm); other++) {
			if (memcmp(&vm->mac, &scenario->vms[other].mac, sizeof vm->mac) != 0 ||
				vm->vlan != scenario->vms[other].vlan)
				continue;
			scenario_errors_add(draft->errors,
				draft_place(draft, THING_VM, each, "mac"),
				"mac: %s has this address in VLAN %u already; expected another",
				scenario->vms[other].name, vm->vlan);
		}
	}
}

static void check_echo(const struct scenario_draft *draft, size_t index)
{
	const struct yaml_place place = draft_place(draft, THING_SERVICE, index, "group");

	if (!draft_has(draft, THING_SERVICE, index, "to"))
		add(draft, place, "services: an echo without to; expected a VM");
	if (draft_has(draft, THING_SERVICE, index, "group"))
		add(draft, place, "group: an echo has none; leave it out");
}

static void check_multicast(const struct scenario_draft *draft, size_t index)
{
	const struct yaml_place place = draft_place(draft, THING_SERVICE, index, "group");

	if (!draft_has(draft, THING_SERVICE, index, "group"))
		add(draft, place, "services: a multicast without group; expected an address");
	else if (!value_is_multicast(&draft->scenario->services[index].group))
		add(draft, place,
			"group: no multicast address; expected one such as 239.1.1.1 or ff0e::1");
	if (draft_has(draft, THING_SERVICE, index, "ipv6"))
		add(draft, draft_place(draft, THING_SERVICE, index, "ipv6"),
			"ipv6: a multicast is of its group's family; leave it out");
}

static void check_services(const struct scenario_draft *draft)
{
	for (size_t each = 0; each < draft->scenario->service_count; each++) {
		if (draft->scenario->services[each].kind == SCENARIO_SERVICE_ECHO)
			check_echo(draft, each);
		if (draft->scenario->services[each].kind == SCENARIO_SERVICE_MULTICAST)
			check_multicast(draft, each);
	}
}

static const struct scenario_migration *earlier_move(const struct scenario *scenario,
	const struct scenario_migration *migration)
{
	for (size_t each = 0; each < scenario->migration_count; each++) {
		const struct scenario_migration *other = &scenario->migrations[each];

		/* Of two at the same time the first in the file begins. */
		if (other->vm == migration->vm &&
			(other->at.us < migration->at.us ||
				(other->at.us == migration->at.us && other < migration)))
			return other;
	}
	return NULL;
}

/* Only of a VM's first move is it known where it starts. */
static void check_move(const struct scenario_draft *draft, size_t index,
	const struct fabric *fabric)
{
	const struct scenario *scenario = draft->scenario;
	const struct scenario_migration *migration = &scenario->migrations[index];
	const struct yaml_place place = draft_place(draft, THING_MIGRATION, index, "to");

	if (migration->vm == SCENARIO_NONE || migration->to == SCENARIO_NONE)
		return;
	const uint32_t from = scenario->vms[migration->vm].station;

	if (from == SCENARIO_NONE || earlier_move(scenario, migration) != NULL)
		return;
	const uint32_t source = scenario->stations[from].bridge;
	const uint32_t destination = scenario->stations[migration->to].bridge;

	if (from == migration->to)
		add(draft, place, "to: the VM runs at this station already; expected another");
	else if (source == SCENARIO_NONE || destination == SCENARIO_NONE)
		return;
	else if (source == destination)
		add(draft, place,
			"to: this station is at the VM's bridge; expected one at another");
	else if (fabric->part[source] != fabric->part[destination])
		add(draft, place,
			"to: no link leads to this station's bridge; expected a path of links");
}

static bool is_state_of(const char *machine, const char *state)
{
	const int32_t of_machine = name_rows_find(names_machine, machine)->number;
	const struct name_row *name = names_state;

	while (name->name != NULL && (strcmp(name->name, state) != 0 || name->number != of_machine))
		name++;
	return name->name != NULL;
}

/* A machine is at a bridge or at a station, and has its own states. */
static void check_machine(const struct scenario_draft *draft, const struct scenario_when *when,
	struct yaml_place place)
{
	const bool is_at_station =
		when->node != SCENARIO_NONE && when->node >= draft->scenario->bridge_count;

	if (when->node != SCENARIO_NONE && *when->machine != '\0' &&
		(strcmp(when->machine, "station") == 0) != is_at_station)
		add(draft, place,
			is_at_station ? "when: a station has no such machine; expected station"
				      : "when: a bridge has no such machine; expected source or "
					"destination");
	if (*when->machine != '\0' && *when->state != '\0' &&
		!is_state_of(when->machine, when->state))
		scenario_errors_add(draft->errors, place,
			"when: a %s has no state %s; dimp scenario explain when tells them",
			when->machine, when->state);
}

static void check_migrations(const struct scenario_draft *draft, const struct fabric *fabric)
{
	const struct scenario *scenario = draft->scenario;

	for (size_t each = 0; each < scenario->migration_count; each++) {
		const struct scenario_migration *migration = &scenario->migrations[each];

		check_move(draft, each, fabric);
		check_machine(draft, &migration->when,
			draft_place(draft, THING_MIGRATION, each, "when"));
		if (migration->at.us >= scenario->duration_us)
			add(draft, draft_place(draft, THING_MIGRATION, each, "at"),
				"at: after the end of the run; expected less than duration");
		if ((migration->required & migration->optional) != 0)
			add(draft, draft_place(draft, THING_MIGRATION, each, "optional"),
				"optional: names a required type; expected it in one of the two");
		if (value_thing_find(scenario, THING_MIGRATION, migration->name) != each)
			add(draft, draft_place(draft, THING_MIGRATION, each, "name"),
				"name: another migration has it; expected a name of its own");
	}
}

static void check_when(const struct scenario_draft *draft, size_t index)
{
	const struct scenario_fault *fault = &draft->scenario->faults[index];
	const bool has_when = draft_has(draft, THING_FAULT, index, "when");

	if (fault->has_at == has_when)
		add(draft, draft_place(draft, THING_FAULT, index, "when"),
			"faults: expected either at or when");
	if (fault->has_at && fault->at.us >= draft->scenario->duration_us)
		add(draft, draft_place(draft, THING_FAULT, index, "at"),
			"at: after the end of the run; expected less than duration");
	check_machine(draft, &fault->when, draft_place(draft, THING_FAULT, index, "when"));
}

static bool is_end_of(const struct scenario *scenario, const struct scenario_fault *fault,
	uint32_t node)
{
	const uint32_t bridges = (uint32_t)scenario->bridge_count;

	if (fault->link != SCENARIO_NONE)
		return node == scenario->links[fault->link].bridges[0] ||
			node == scenario->links[fault->link].bridges[1];
	return fault->station == SCENARIO_NONE || node == bridges + fault->station ||
		node == scenario->stations[fault->station].bridge;
}

static void check_ends(const struct scenario_draft *draft, size_t index)
{
	const struct scenario_fault *fault = &draft->scenario->faults[index];

	if (fault->from != SCENARIO_NONE && !is_end_of(draft->scenario, fault, fault->from))
		add(draft, draft_place(draft, THING_FAULT, index, "from"),
			"from: not at this link; expected one of its two ends");
	if (fault->to != SCENARIO_NONE && !is_end_of(draft->scenario, fault, fault->to))
		add(draft, draft_place(draft, THING_FAULT, index, "to"),
			"to: not at this link; expected one of its two ends");
}

static void check_faults(const struct scenario_draft *draft)
{
	for (size_t each = 0; each < draft->scenario->fault_count; each++) {
		check_when(draft, each);
		check_ends(draft, each);
	}
}

static void check_links(const struct scenario_draft *draft)
{
	for (size_t each = 0; each < draft->scenario->link_count; each++) {
		if (draft->scenario->links[each].config.mtu < 576)
			add(draft, draft_place(draft, THING_LINK, each, "mtu"),
				"mtu: too small for any network; expected at least 576");
	}
}

void scenario_check(const struct scenario_draft *draft)
{
	static const size_t plugs_max = (size_t)DRAFT_THINGS_MAX * 3;
	struct fabric *fabric = calloc(1, sizeof *fabric);
	struct plug *plugs = calloc(plugs_max, sizeof *plugs);

	if (fabric != NULL && plugs != NULL) {
		check_loops(draft, fabric);
		check_ports(draft, plugs);
		check_migrations(draft, fabric);
	}
	check_vms(draft);
	check_links(draft);
	check_services(draft);
	check_faults(draft);
	free(fabric);
	free(plugs);
}
