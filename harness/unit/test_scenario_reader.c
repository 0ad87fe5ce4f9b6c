/*
 * Proves that a scenario is read as written, with its defaults, and that each wrong file of
 * data/scenarios-wrong gives exactly the errors that its last lines tell.
 */
#include "unit/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/scenario_reader.h"

#define WRONG "harness/unit/data/scenarios-wrong/"

static struct scenario *read_text(const char *text)
{
	static struct scenario_errors errors;
	const struct scenario_source source = {.path = "t.yaml",
		.text = text,
		.size = strlen(text)};
	struct scenario *scenario = scenario_read(&source, &errors);

	CHECK_TEXT(scenario_errors_kept(&errors) > 0 ? errors.list[0].text : "", "");
	return scenario;
}

#define WORLD \
	"bridges:\n" \
	"  edge-a: {}\n" \
	"  edge-b: {ports: 4, limits: {multicast_membership: 64}, entries: 100,\n" \
	"           policy: {vlans: [42, 7], refuse: [macsec_sa]}, supported: [dhcp_binding],\n" \
	"           authority: consent}\n" \
	"links:\n" \
	"  - {between: [edge-a, edge-b], rate: 1Gbps, delay: 500us, loss: 1%}\n" \
	"stations:\n" \
	"  server-1: {bridge: edge-a, port: 1}\n" \
	"  server-2: {bridge: edge-b, port: 2, on_fail: {RETRY: 2, CONTINUE_AT_RISK: continue}}\n" \
	"vms:\n" \
	"  vm1: {station: server-1}\n" \
	"  vm2: {station: server-1, vlan: 42, mac: 52-54-00-C7-3E-CE, address: 10.0.42.7,\n" \
	"        memory: {size: 4GiB, dirty: 200MiB/s}, stop: 1.5ms,\n" \
	"        synthetic: {dhcp_binding: 3}, installed_by_server: [dynamic_acl]}\n"

static void test_reader_gives_defaults(void)
{
	struct scenario *scenario =
		read_text(WORLD "migrations: [{vm: vm1, to: server-2, at: 1s}]");

	REQUIRE(scenario != NULL);
	CHECK_EQ(scenario->seed, 1);
	CHECK_EQ(scenario->duration_us, 10000000);
	CHECK_EQ(scenario->is_standing, false);
	CHECK_EQ(scenario->bridges[0].ports, 8);
	CHECK_TEXT(scenario->bridges[0].acl_template, "");
	for (unsigned type = 0; type < DIMP_DI_TYPES; type++)
		CHECK_EQ(scenario->bridges[0].supported_types >> type & 1,
			dimp_di_layout(type) != NULL);
	CHECK_EQ(scenario->bridges[0].policy_vlan_count, 0);
	CHECK_EQ(scenario->bridges[0].authority, DIMP_AUTHORITY_ANY_PEER);
	CHECK_EQ(scenario->stations[0].config.rate_bps, 10000000000);
	CHECK_EQ(scenario->stations[0].config.mtu, 1500);
	CHECK_EQ(scenario->stations[0].retries, 0);
	CHECK_EQ(scenario->stations[0].on_risk, SCENARIO_RISK_STOP);
	CHECK_EQ(scenario->vms[0].vlan, 1);
	CHECK_EQ(scenario->vms[0].memory.octets, 1073741824);
	CHECK_EQ(scenario->vms[0].stop_us, UINT64_MAX);
	CHECK_TEXT(scenario->migrations[0].name, "migration-1");
	CHECK_EQ(scenario->migrations[0].mode, DIMP_MODE_STAGED);
	CHECK_EQ(scenario->migrations[0].trigger, SCENARIO_TRIGGER_REQUEST);
	CHECK_EQ(scenario->migrations[0].deadline_ms, 10000);
	CHECK_EQ(scenario->migrations[0].hint, SCENARIO_HINT_SOURCE);
	CHECK_EQ(scenario->migrations[0].ticket, SCENARIO_TICKET_RIGHT);
	CHECK_EQ(scenario->migrations[0].required, scenario->bridges[0].supported_types);
	scenario_destroy(scenario);
}

static void test_reader_takes_what_is_written(void)
{
	struct scenario *scenario = read_text(WORLD);

	REQUIRE(scenario != NULL);
	const struct scenario_bridge *bridge = &scenario->bridges[1];
	const struct scenario_vm *vm = &scenario->vms[1];

	CHECK_TEXT(bridge->name, "edge-b");
	CHECK_EQ(bridge->ports, 4);
	CHECK_EQ(bridge->limits[DIMP_DI_MULTICAST_MEMBERSHIP], 64);
	CHECK_EQ(bridge->entries_max, 100);
	CHECK_EQ(bridge->policy_vlan_count, 2);
	CHECK_EQ(bridge->policy_vlans[1], 7);
	CHECK_EQ(bridge->policy_refused_types, 1 << DIMP_DI_MACSEC_SA);
	CHECK_EQ(bridge->supported_types, 1 << DIMP_DI_DHCP_BINDING);
	CHECK_EQ(bridge->authority, DIMP_AUTHORITY_CONSENT);
	CHECK_TEXT(scenario->links[0].name, "edge-a/edge-b");
	CHECK_EQ(scenario->links[0].config.rate_bps, 1000000000);
	CHECK_EQ(scenario->links[0].config.delay_us, 500);
	CHECK_EQ(scenario->links[0].config.loss_ppm, 10000);
	CHECK_EQ(scenario->stations[1].bridge, 1);
	CHECK_EQ(scenario->stations[1].port, 2);
	CHECK_EQ(scenario->stations[1].retries, 2);
	CHECK_EQ(scenario->stations[1].on_risk, SCENARIO_RISK_CONTINUE);
	CHECK_EQ(vm->vlan, 42);
	CHECK_BYTES(vm->mac.octets, 6, "52 54 00 c7 3e ce");
	CHECK_BYTES(vm->address.octets, 16, "00000000000000000000ffff0a002a07");
	CHECK_EQ(vm->memory.octets, 4294967296);
	CHECK_EQ(vm->memory.dirty_octets_per_s, 209715200);
	CHECK_EQ(vm->stop_us, 1500);
	CHECK_EQ(vm->synthetic[DIMP_DI_DHCP_BINDING], 3);
	CHECK_EQ(vm->installed_by_server, 1 << DIMP_DI_DYNAMIC_ACL);
	scenario_destroy(scenario);
}

static void test_reader_resolves_services_faults_and_settings(void)
{
	struct scenario *scenario = read_text(WORLD
		"services:\n"
		"  feed: {kind: multicast, from: edge-b/4, group: ff0e::1, source: '2001:db8::9'}\n"
		"  ping: {kind: echo, from: edge-a/3, to: vm2, rate: 10/s}\n"
		"faults:\n"
		"  - {at: 1s, for: 2s, link: edge-b/edge-a, direction: back, cut: true}\n"
		"settings: {thaw: 700ms, rekey_pdus: 1000}\n");

	REQUIRE(scenario != NULL);
	CHECK_EQ(scenario->services[0].bridge, 1);
	CHECK_EQ(scenario->services[0].port, 4);
	CHECK_EQ(scenario->services[0].vm, SCENARIO_NONE);
	CHECK_EQ(scenario->services[0].per_second, 100);
	CHECK_BYTES(scenario->services[0].group.octets, 16, "ff0e0000000000000000000000000001");
	CHECK_EQ(scenario->services[1].kind, SCENARIO_SERVICE_ECHO);
	CHECK_EQ(scenario->services[1].vm, 1);
	CHECK_EQ(scenario->faults[0].for_us, 2000000);
	CHECK_EQ(scenario->faults[0].link, 0);
	CHECK_EQ(scenario->faults[0].direction, 1);
	CHECK_EQ(scenario->faults[0].config.is_cut, true);
	CHECK(scenario->faults[0].given.is_cut);
	CHECK(!scenario->faults[0].given.loss_ppm);
	CHECK_EQ(scenario->settings.thaw_us, 700000);
	CHECK_EQ(scenario->settings.rekey_pdus, 1000);
	CHECK_EQ(scenario->settings.hold_us, 30000000);
	scenario_destroy(scenario);
}

/* Several alike are told once. */
static void test_reader_makes_copies(void)
{
	struct scenario *scenario =
		read_text(WORLD "  w{n}: {station: server-1, vlan: 7, count: 3}\n"
				"migrations:\n"
				"  - {name: 'm{n}', vm: 'w{n}', to: server-2, at: 1s, count: 3}\n");

	REQUIRE(scenario != NULL);
	const size_t first = scenario->vm_count - 3;
	CHECK_TEXT(scenario->vms[first].name, "w1");
	CHECK_TEXT(scenario->vms[first + 2].name, "w3");
	CHECK(memcmp(&scenario->vms[first].mac, &scenario->vms[first + 1].mac,
		      sizeof scenario->vms[first].mac) != 0);
	CHECK_EQ(scenario->migration_count, 3);
	CHECK_TEXT(scenario->migrations[2].name, "m3");
	CHECK_EQ(scenario->migrations[2].vm, first + 2);
	scenario_destroy(scenario);
}

#define CLIENTS \
	"  w1: {station: server-1, runs: [{mka: {cak: pcaps/real/vm1.cak, priority: 7}}]}\n" \
	"  w2: {station: server-1, vlan: 7,\n" \
	"       runs: [dhcp, {igmp: {join: [239.1.1.1, 232.5.5.3/10.0.0.9], version: 2}}]}\n"

/* A client's keys become the VM's. */
static void test_reader_reads_clients(void)
{
	struct scenario *scenario = read_text(WORLD CLIENTS);

	REQUIRE(scenario != NULL);
	const struct scenario_vm *vm = &scenario->vms[scenario->vm_count - 2];
	CHECK(vm->mka.is_run);
	CHECK_EQ(vm->mka.priority, 7);
	CHECK_EQ(vm->mka.bridge_priority, 16);
	CHECK(!scenario->vms[0].mka.is_run);
	CHECK(vm[1].dhcp.is_run);
	CHECK(!vm[1].dhcp.is_rapid);
	CHECK_EQ(vm[1].address.octets[15], 0);
	CHECK_EQ(vm[1].igmp.version, 2);
	CHECK(!vm[1].mld.is_run);
	REQUIRE(vm[1].igmp.group_count == 2);
	CHECK(!vm[1].igmp.groups[0].has_source);
	CHECK_BYTES(vm[1].igmp.groups[0].group.octets + 10, 6, "ffffef010101");
	CHECK(vm[1].igmp.groups[1].has_source);
	CHECK_BYTES(vm[1].igmp.groups[1].group.octets + 10, 6, "ffffe8050503");
	CHECK_BYTES(vm[1].igmp.groups[1].source.octets + 10, 6, "ffff0a000009");
	scenario_destroy(scenario);
}

#define SERVERS \
	"servers:\n" \
	"  dhcp: {at: edge-b/3, pool: 10.0.42.0/24, lease: 120s}\n" \
	"  querier: {at: edge-a/4, igmp: 2, interval: 20s, vlan: 42}\n" \
	"  other: {kind: querier, at: edge-a/4, address: 10.0.0.7}\n"

/* A server's kind is its name, or what it says. */
static void test_reader_reads_servers(void)
{
	struct scenario *scenario = read_text(WORLD SERVERS);

	REQUIRE(scenario != NULL);
	REQUIRE(scenario->server_count == 3);
	const struct scenario_server *server = scenario->servers;
	CHECK_EQ(server[0].kind, SCENARIO_SERVER_DHCP);
	CHECK_BYTES(server[0].dhcp.pool.address.octets + 10, 6, "ffff0a002a00");
	CHECK_EQ(server[0].dhcp.pool.length, 24);
	CHECK_EQ(server[0].dhcp.lease_us, 120000000);
	CHECK(server[0].dhcp.is_trusted);
	CHECK_EQ(server[1].kind, SCENARIO_SERVER_QUERIER);
	CHECK_EQ(server[1].port, 4);
	CHECK_EQ(server[1].vlan, 42);
	CHECK_EQ(server[1].querier.igmp, 2);
	CHECK_EQ(server[1].querier.interval_us, 20000000);
	CHECK_TEXT(server[2].name, "other");
	CHECK_EQ(server[2].querier.igmp, 3);
	CHECK_EQ(server[2].querier.response_us, 10000000);
	CHECK_BYTES(server[2].address.octets + 10, 6, "ffff0a000007");
	scenario_destroy(scenario);
}

/* The other kinds of faults, told apart by their first keys. */
static void test_reader_reads_each_kind_of_fault(void)
{
	struct scenario *scenario = read_text(WORLD
		"faults:\n"
		"  - {link: server-1, at: 1s, from: edge-a, delay: 2ms}\n"
		"  - {crash: edge-b, restart: after 2s,\n"
		"     when: {node: edge-b, machine: destination, state: COMMITTING}}\n"
		"  - {pause: server-2, at: 1s, for: 300ms}\n"
		"  - {drift: edge-a, at: 0s, ppm: -200 ppm}\n"
		"  - {change: edge-b, at: 3s, refuse: [macsec_sa], limits: {dhcp_binding: 2}}\n");

	REQUIRE(scenario != NULL);
	const struct scenario_fault *faults = scenario->faults;
	CHECK_EQ(faults[0].link, SCENARIO_NONE);
	CHECK_EQ(faults[0].station, 0);
	CHECK_EQ(faults[0].from, 0);
	CHECK_EQ(faults[1].kind, SCENARIO_FAULT_CRASH);
	CHECK_EQ(faults[1].when.node, 1);
	CHECK_EQ(faults[1].restart_us, 2000000);
	CHECK_EQ(faults[2].node, 3);
	CHECK_EQ(faults[2].for_us, 300000);
	CHECK_EQ(faults[3].drift_ppm, -200);
	CHECK_EQ(faults[4].bridge, 1);
	CHECK(faults[4].has_limits && faults[4].has_refused && !faults[4].has_supported);
	CHECK_EQ(faults[4].change.limits[DIMP_DI_DHCP_BINDING], 2);
	scenario_destroy(scenario);
}

static void test_reader_keeps_what_is_expected(void)
{
	struct scenario *scenario = read_text(WORLD
		"migrations:\n"
		"  - {name: m1, vm: vm1, to: server-2, at: 1s, mode: one-shot,\n"
		"     optional: [macsec_sa], hint: none, ticket: wrong}\n"
		"expect:\n"
		"  - {migration: m1, result: FAIL, reason: INVALID_DI, error: UNSUPPORTED_TYPE,\n"
		"     advice: [STOP, CONTINUE_AT_RISK], within: 200ms, attempts: 3}\n"
		"  - {bridge: edge-b, vm: vm2, di: {dhcp_binding: 0}}\n"
		"  - {vm: vm1, runs_at: server-1}\n");

	REQUIRE(scenario != NULL);
	const struct scenario_expect *expect = scenario->expects;

	CHECK_EQ(scenario->migrations[0].optional, 1 << DIMP_DI_MACSEC_SA);
	CHECK_EQ(scenario->migrations[0].required >> DIMP_DI_MACSEC_SA & 1, 0);
	CHECK_EQ(scenario->migrations[0].hint, SCENARIO_HINT_NONE);
	CHECK_EQ(scenario->migrations[0].ticket, SCENARIO_TICKET_WRONG);
	CHECK_EQ(expect[0].kind, SCENARIO_EXPECT_MIGRATION);
	CHECK_EQ(expect[0].line, 20);
	CHECK_EQ(expect[0].reason, DIMP_REASON_INVALID_DI);
	CHECK_EQ(expect[0].error, DIMP_ERROR_UNSUPPORTED_TYPE);
	CHECK_EQ(expect[0].advice, 5);
	CHECK_EQ(expect[0].within_us, 200000);
	CHECK_EQ(expect[0].has_attempts, true);
	CHECK_EQ(expect[0].has_blackout, false);
	CHECK_EQ(expect[1].kind, SCENARIO_EXPECT_DI);
	CHECK_EQ(expect[1].has_di[DIMP_DI_DHCP_BINDING], true);
	CHECK_EQ(expect[1].has_di[DIMP_DI_MACSEC_SA], false);
	CHECK_EQ(expect[2].runs_at, 0);
	scenario_destroy(scenario);
}

static void test_reader_derives_addresses_from_name_and_seed(void)
{
	struct scenario *one = read_text("seed: 1\n" WORLD), *again = read_text("seed: 1\n" WORLD);
	struct scenario *other = read_text("seed: 2\n" WORLD);

	REQUIRE(one != NULL && again != NULL && other != NULL);
	CHECK_EQ(one->vms[0].mac.octets[0] & 3, 2);
	CHECK_EQ(memcmp(&one->vms[0].mac, &again->vms[0].mac, 6), 0);
	CHECK(memcmp(&one->vms[0].mac, &other->vms[0].mac, 6) != 0);
	scenario_destroy(one);
	scenario_destroy(again);
	scenario_destroy(other);
}

/* The text after "#= " of the |index|-th such line; NULL when there are fewer. */
static char *expected_line(FILE *file, char *line, size_t size)
{
	while (fgets(line, (int)size, file) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "#= ", 3) == 0)
			return line + 3;
	}
	return NULL;
}

/* Errors of included files come with their own name; those of this file without it. */
static const char *without_path(const char *text, const char *path)
{
	const size_t size = strlen(path);

	return strncmp(text, path, size) == 0 ? text + size + 1 : text;
}

/* The whole text; one that ends in ", ..." goes on with a list that grows. */
static void check_told(const char *actual, const char *expected)
{
	static const char more[] = ", ...";
	const size_t size = strlen(expected), tail = sizeof more - 1;
	const bool is_open = size > tail && strcmp(expected + size - tail, more) == 0;

	if (!is_open || strncmp(actual, expected, size - tail) != 0)
		CHECK_TEXT(actual, expected);
}

static void check_wrong_file(const char *path)
{
	static struct scenario_errors errors;
	struct scenario *scenario = scenario_read(&(struct scenario_source){.path = path}, &errors);
	FILE *file = fopen(path, "r");
	char line[640];
	size_t index = 0;
	const char *expected;

	CHECK(scenario == NULL);
	REQUIRE(file != NULL);
	while ((expected = expected_line(file, line, sizeof line)) != NULL) {
		const char *actual = index < errors.count ? errors.list[index].text : "no error";

		check_told(without_path(actual, path), expected);
		index++;
	}
	fclose(file);
	CHECK(index > 0);
	CHECK_TEXT(index < errors.count ? errors.list[index].text : "", "");
}

static int is_yaml(const struct dirent *entry)
{
	return strstr(entry->d_name, ".yaml") != NULL;
}

static void test_reader_tells_all_errors_of_wrong_files(void)
{
	struct dirent **entries;
	const int count = scandir(WRONG, &entries, is_yaml, alphasort);

	REQUIRE(count > 10);
	for (int each = 0; each < count; each++) {
		char path[512];

		snprintf(path, sizeof path, WRONG "%s", entries[each]->d_name);
		check_wrong_file(path);
		free(entries[each]);
	}
	free(entries);
}

/* What one block holds is bounded, and what is beyond is not passed over in silence. */
static void test_reader_tells_of_too_much_in_one_block(void)
{
	enum { PARTS = 4096 };
	static struct scenario_errors errors;
	static char text[PARTS * 8 + 512] = "vms: {vm1: {runs: [";
	size_t size = strlen(text);

	for (unsigned each = 0; each < PARTS; each++)
		size += (size_t)snprintf(text + size, sizeof text - size, "mka: {},");
	snprintf(text + size, sizeof text - size, "]}}\n");
	const struct scenario_source source = {.path = "t.yaml",
		.text = text,
		.size = strlen(text)};

	CHECK(scenario_read(&source, &errors) == NULL);
	for (size_t each = 0; each < scenario_errors_kept(&errors); each++) {
		if (strstr(errors.list[each].text, "mka: too much in one; expected at most 4096"))
			return;
	}
	CHECK_TEXT(errors.list[0].text, "mka: too much in one; expected at most 4096 blocks");
}

static void test_reader_says_when_there_is_no_file(void)
{
	static struct scenario_errors errors;
	const struct scenario_source source = {.path = "no/such.yaml"};

	CHECK(scenario_read(&source, &errors) == NULL);
	CHECK_EQ(errors.count, 1);
	CHECK_TEXT(errors.list[0].text,
		"no/such.yaml:1:1: cannot be read: no/such.yaml: No such file or directory");
}

static const struct test_case tests[] = {
	TEST(test_reader_gives_defaults),
	TEST(test_reader_takes_what_is_written),
	TEST(test_reader_resolves_services_faults_and_settings),
	TEST(test_reader_makes_copies),
	TEST(test_reader_reads_clients),
	TEST(test_reader_reads_servers),
	TEST(test_reader_reads_each_kind_of_fault),
	TEST(test_reader_keeps_what_is_expected),
	TEST(test_reader_derives_addresses_from_name_and_seed),
	TEST(test_reader_tells_all_errors_of_wrong_files),
	TEST(test_reader_tells_of_too_much_in_one_block),
	TEST(test_reader_says_when_there_is_no_file),
	TEST_END,
};

const struct test_suite suite_scenario_reader = {"scenario_reader", tests};
