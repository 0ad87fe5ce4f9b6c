/*
 * Proves that a replay finds out who is a VM and who a server, believes whom it is told to, stops
 * where it is told to, and tells every change at its own time.  Instants are those of
 * pcaps/real/dhcp.truth.json.
 */
#include "check.h"
#include "sources/replay.h"

#include <string.h>

static const char capture_path[] = "pcaps/real/dhcp.pcapng";
static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_mac server = {{0x52, 0x54, 0, 0, 0, 0x53}};
static const struct dimp_mac nobody = {{2, 0, 0, 0, 0, 0x77}};

struct told {
	unsigned puts, deletes;
	uint64_t first_us, last_us;
};

static void note(void *context, const struct dimp_mac *who, const struct dimp_record *change,
	uint64_t at_us)
{
	struct told *const told = context;

	CHECK(ethernet_is_same(who, &vm));
	CHECK(at_us >= told->last_us);
	if (told->puts == 0)
		told->first_us = at_us;
	told->last_us = at_us;
	if (change->operation == DIMP_OPERATION_PUT)
		told->puts++;
	else
		told->deletes++;
}

static struct replay_config plain_config(void)
{
	struct replay_config config = {.has_at = false};

	sources_config_default(&config.sources);
	return config;
}

/* A replay of the capture, run; NULL after a failed check. */
static struct replay *run(const struct replay_config *config, struct told *told)
{
	char error[256];
	struct capture *const capture = capture_open(capture_path, error, sizeof error);
	struct replay *const replay = replay_create(config);

	CHECK(capture != NULL && replay != NULL);
	CHECK(replay_load(replay, capture));
	CHECK(replay_run(replay, note, told));
	capture_close(capture);
	return replay;
}

static size_t bindings(const struct replay *replay)
{
	const struct source_place *const place = sources_place(replay_vm(replay, 0));

	return di_store_count(place->store, place->slot, DIMP_DI_DHCP_BINDING);
}

static void test_replay_finds_the_vm_and_the_server(void)
{
	const struct replay_config config = plain_config();
	struct told told = {0};
	struct replay *const replay = run(&config, &told);

	REQUIRE(replay_vm_count(replay) == 1);
	CHECK(ethernet_is_same(&sources_place(replay_vm(replay, 0))->vm, &vm));
	/* Bound and renewed, then released: nothing is left. */
	CHECK(told.puts >= 2);
	CHECK_EQ(told.deletes, 1);
	CHECK_EQ(bindings(replay), 0);
	replay_destroy(replay);
}

static void test_replay_stops_at_an_instant(void)
{
	struct replay_config config = plain_config();
	struct told told = {0};

	config.has_at = true;
	config.at_us = 1000000;
	struct replay *replay = run(&config, &told);
	CHECK_EQ(bindings(replay), 1);
	CHECK_EQ(replay_at_us(replay), 1000000);
	CHECK_EQ(told.deletes, 0);
	CHECK(told.last_us <= 1000000);
	replay_destroy(replay);
	/* Beyond the end time only passes. */
	config.at_us = 3600000000;
	replay = run(&config, &told);
	CHECK_EQ(replay_at_us(replay), 3600000000);
	replay_destroy(replay);
}

static void test_replay_believes_whom_it_is_told_to(void)
{
	struct replay_config config = plain_config();
	struct told told = {0};

	config.trusted = (struct replay_addresses){.macs = {nobody}, .count = 1};
	struct replay *replay = run(&config, &told);
	CHECK_EQ(told.puts, 0);
	CHECK(sources_counters(replay_vm(replay, 0))->untrusted > 0);
	replay_destroy(replay);
	config.trusted.macs[0] = server;
	replay = run(&config, &told);
	CHECK(told.puts > 0);
	replay_destroy(replay);
}

static void test_replay_plays_for_the_vms_that_are_named(void)
{
	struct replay_config config = plain_config();
	struct told told = {0};

	config.vms = (struct replay_addresses){.macs = {nobody}, .count = 1};
	struct replay *const replay = run(&config, &told);
	REQUIRE(replay_vm_count(replay) == 1);
	CHECK(ethernet_is_same(&sources_place(replay_vm(replay, 0))->vm, &nobody));
	CHECK_EQ(told.puts, 0);
	replay_destroy(replay);
}

static const struct test_case tests[] = {
	TEST(test_replay_finds_the_vm_and_the_server),
	TEST(test_replay_stops_at_an_instant),
	TEST(test_replay_believes_whom_it_is_told_to),
	TEST(test_replay_plays_for_the_vms_that_are_named),
	TEST_END,
};

const struct test_suite suite_replay = {"replay", tests};
