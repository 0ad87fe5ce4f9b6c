/* SPDX-License-Identifier: MIT */
/*
 * A fabric of many edge bridges in a tree, a server with its VMs behind each, and migrations spread
 * over all of them: the whole of it, real frames and real crypto, on one core.  The scenario is
 * made here, not read: files are bounded, and no file of a hundred thousand VMs would be looked at.
 *
 * fabric [BRIDGES]: with 100 VMs and 10 migrations each; without an argument several sizes, with
 * BENCH_LONG in the environment the largest, too, which takes minutes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/parts/measure.h"
#include "scenario/block_reader.h"
#include "scenario/row_parts.h"
#include "scenario/world.h"

enum { FAN_OUT = 10, STRIDE = 7, ERROR_SIZE = 256, VMS = 100, MIGRATIONS = 10, MIB_MAX = 4096 };

struct plan {
	uint32_t bridges, vms, migrations;
};

static const uint64_t first_us = 1000000, spread_us = 20000000, end_us = 25000000;

static void name_thing(char *name, const char *kind, uint32_t number)
{
	snprintf(name, SCENARIO_NAME_MAX, "%s%u", kind, (unsigned)number);
}

static void add_bridges(struct scenario *scenario, const struct plan *plan)
{
	for (uint32_t at = 0; at < plan->bridges; at++) {
		struct scenario_bridge *bridge = &scenario->bridges[at];
		struct scenario_station *station = &scenario->stations[at];

		block_defaults(&bridge_block, bridge);
		block_defaults(&station_block, station);
		name_thing(bridge->name, "b", at);
		name_thing(station->name, "s", at);
		bridge->ports = 2;
		station->bridge = at;
		station->port = 1;
		station->elsewhere = SCENARIO_NONE;
		station->config.rate_bps = 25000000000;
	}
	for (uint32_t at = 1; at < plan->bridges; at++) {
		struct scenario_link *link = &scenario->links[at - 1];

		block_defaults(&link_block, link);
		name_thing(link->name, "l", at);
		link->bridges[0] = (at - 1) / FAN_OUT;
		link->bridges[1] = at;
		link->config.rate_bps = 100000000000;
		link->config.delay_us = 20;
	}
}

/* Eight records each. */
static void add_vms(struct scenario *scenario, const struct plan *plan)
{
	for (uint32_t number = 0; number < plan->bridges * plan->vms; number++) {
		struct scenario_vm *vm = &scenario->vms[number];

		name_thing(vm->name, "v", number);
		vm->station = number / plan->vms;
		vm->vlan = (uint16_t)(vm->station % 4000 + 1);
		vm->mac = (struct dimp_mac){{0x52, 0x54, (uint8_t)(number >> 24),
			(uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
		vm->memory = (struct memory_habits){.octets = 64 << 10,
			.dirty_octets_per_s = 1 << 20,
			.downtime_us = 20000,
			.rounds_max = 30,
			.fault_us = 300};
		vm->stop_us = 5000;
		vm->synthetic[DIMP_DI_DOT1X_SESSION] = 1;
		vm->synthetic[DIMP_DI_DYNAMIC_ACL] = 1;
		vm->synthetic[DIMP_DI_DHCP_BINDING] = 1;
		vm->synthetic[DIMP_DI_MULTICAST_MEMBERSHIP] = 2;
		vm->synthetic[DIMP_DI_LEARNED_MAC] = 1;
		vm->synthetic[DIMP_DI_ARP_ENTRY] = 2;
	}
}

static void add_migrations(struct scenario *scenario, const struct plan *plan)
{
	const uint32_t count = plan->bridges * plan->migrations;
	uint64_t types = 0;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		types |= (uint64_t)(scenario->vms[0].synthetic[type] != 0) << type;
	for (uint32_t number = 0; number < count; number++) {
		struct scenario_migration *migration = &scenario->migrations[number];
		const uint32_t from = number % plan->bridges, turn = number / plan->bridges;

		block_defaults(&migration_block, migration);
		name_thing(migration->name, "m", number);
		migration->vm = from * plan->vms + turn;
		migration->to = (from + 1 + turn * STRIDE) % plan->bridges;
		if (migration->to == from)
			migration->to = (from + 1) % plan->bridges;
		migration->at.us = first_us + spread_us / count * number;
		migration->required = types;
		migration->announcer = SCENARIO_NONE;
		migration->when.node = SCENARIO_NONE;
	}
}

static bool make_room(struct scenario *scenario, const struct plan *plan)
{
	*scenario = (struct scenario){
		.title = "fabric",
		.seed = 1,
		.duration_us = end_us,
		.is_sparse = true,
		.bridge_count = plan->bridges,
		.station_count = plan->bridges,
		.link_count = plan->bridges - 1,
		.vm_count = (size_t)plan->bridges * plan->vms,
		.migration_count = (size_t)plan->bridges * plan->migrations,
	};
	dimp_settings_default(&scenario->settings);
	scenario->bridges = calloc(plan->bridges, sizeof *scenario->bridges);
	scenario->stations = calloc(plan->bridges, sizeof *scenario->stations);
	scenario->links = calloc(plan->bridges, sizeof *scenario->links);
	scenario->vms = calloc(scenario->vm_count, sizeof *scenario->vms);
	scenario->migrations = calloc(scenario->migration_count, sizeof *scenario->migrations);
	return scenario->bridges && scenario->stations && scenario->links && scenario->vms &&
		scenario->migrations;
}

static void free_room(struct scenario *scenario)
{
	free(scenario->bridges);
	free(scenario->stations);
	free(scenario->links);
	free(scenario->vms);
	free(scenario->migrations);
}

/* Of these that ended well, with the VM where it was to go. */
static size_t count_successes(const struct scenario *scenario, const struct outcome *outcome)
{
	size_t count = 0;

	for (size_t index = 0; index < outcome->migration_count; index++) {
		const struct outcome_migration *migration = &outcome->migrations[index];
		count += migration->has_response && migration->result == DIMP_RESULT_SUCCESS &&
			migration->decision == scenario->migrations[index].to;
	}
	return count;
}

static double peak_mib(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_maxrss / 1024;
}

static void print_row(const struct plan *plan, const char *what, struct measure_row row)
{
	char text[128];

	snprintf(text, sizeof text, "%u bridges, %u VMs, %u migrations: %s",
		(unsigned)plan->bridges, (unsigned)(plan->bridges * plan->vms),
		(unsigned)(plan->bridges * plan->migrations), what);
	row.what = text;
	measure_print(&row);
}

static void print_rows(const struct plan *plan, double build_ns, double run_ns)
{
	const double mib = peak_mib(), migrations = (double)plan->bridges * plan->migrations;

	print_row(plan, "built in", (struct measure_row){.unit = "s", .ours = build_ns / 1e9});
	print_row(plan, "run in", (struct measure_row){.unit = "s", .ours = run_ns / 1e9});
	print_row(plan, "migrations",
		(struct measure_row){.unit = "a second", .ours = migrations / run_ns * 1e9});
	print_row(plan, "memory",
		(struct measure_row){.peer = "4 GiB",
			.unit = "MiB",
			.ours = mib,
			.theirs = MIB_MAX,
			.ratio = mib / MIB_MAX,
			.bound = MEASURE_AT_MOST,
			.bar = 1});
}

/* Processor time of one core; a digest says that it was the same run. */
static bool run(const struct scenario *scenario, const struct plan *plan)
{
	const struct world_outputs outputs = {.is_unchecked = true};
	char error[ERROR_SIZE] = "";
	const double begun = measure_cpu_ns();
	struct world *world = world_create(scenario, &outputs, error, sizeof error);

	if (!world) {
		fprintf(stderr, "fabric: %s\n", error);
		return false;
	}
	const double built = measure_cpu_ns();
	world_run(world, NULL, NULL);
	const double ended = measure_cpu_ns();
	const struct outcome *outcome = world_outcome(world);
	const size_t well = count_successes(scenario, outcome);
	printf("fabric: %u bridges: %zu of %zu migrations well, %llu PDUs, digest %016llx\n",
		(unsigned)plan->bridges, well, outcome->migration_count,
		(unsigned long long)outcome->dimp_pdus, (unsigned long long)outcome->digest);
	print_rows(plan, built - begun, ended - built);
	world_destroy(world);
	return well == scenario->migration_count;
}

static bool run_size(uint32_t bridges)
{
	const struct plan plan = {bridges, VMS, MIGRATIONS};
	struct scenario scenario;
	bool is_well = make_room(&scenario, &plan);

	if (is_well) {
		add_bridges(&scenario, &plan);
		add_vms(&scenario, &plan);
		add_migrations(&scenario, &plan);
		is_well = run(&scenario, &plan);
	}
	free_room(&scenario);
	return is_well;
}

/* In a process of its own, whose peak of memory is its own. */
static bool run_apart(uint32_t bridges)
{
	int status = 0;

	(void)fflush(stdout);
	const pid_t child = fork();
	if (child == 0)
		exit(run_size(bridges) ? EXIT_SUCCESS : EXIT_FAILURE);
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
		WEXITSTATUS(status) == EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	static const uint32_t sizes[] = {10, 30, 100, 300, 1000};
	const char *is_long = getenv("BENCH_LONG");
	const size_t count = is_long && is_long[0] != '\0' ? 5 : 3;
	bool is_well = true;

	if (argc > 1) {
		const uint32_t bridges = (uint32_t)strtoul(argv[1], NULL, 10);
		return bridges > 1 && run_size(bridges) ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	for (size_t index = 0; index < count; index++)
		is_well = run_apart(sizes[index]) && is_well;
	return is_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
