/* Proves that a trial tells what came of its scenario, also when its process crashes or is killed,
 * and that it stays the same as octets. */
#include "unit/check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/trial.h"

#define WORLD(duration, bridges) \
	"duration: " duration "\n" \
	"bridges: {" bridges "}\n" \
	"links: [{between: [edge-a, edge-b], delay: 50us}]\n" \
	"stations: {s1: {bridge: edge-a, port: 1}, s2: {bridge: edge-b, port: 1}}\n" \
	"vms: {vm1: {station: s1, stop: 20ms, synthetic: {dhcp_binding: 1}}}\n" \
	"migrations: [{name: m1, vm: vm1, to: s2, at: 1s}]\n"
#define USUAL "edge-a: {}, edge-b: {}"
/* A third bridge that knows one DI type, and has no part in the move. */
#define UNUSUAL USUAL ", edge-c: {supported: [dhcp_binding]}"
#define MOVE WORLD("5s", USUAL)
/* The VM is to come home, where another has taken the only place meanwhile. */
#define CROWDED \
	"bridges: {edge-a: {entries: 1}, edge-b: {}}\n" \
	"links: [{between: [edge-a, edge-b], delay: 50us}]\n" \
	"stations: {s1: {bridge: edge-a, port: 1}, s2: {bridge: edge-b, port: 1}, " \
	"s3: {bridge: edge-b, port: 2}}\n" \
	"vms: {vm1: {station: s1, synthetic: {dhcp_binding: 1}}, " \
	"vm2: {station: s3, synthetic: {dhcp_binding: 1}}}\n" \
	"migrations:\n" \
	"  - {name: m1, vm: vm1, to: s2, at: 1s, mode: one-shot, deadline: 500ms}\n" \
	"  - {name: m2, vm: vm2, to: s1, at: 1500ms, mode: one-shot}\n"
/* The server that it left for hears nothing of it. */
#define UNHEARD \
	"faults: [{link: s2, cut: true, " \
	"when: {node: edge-b, machine: destination, state: COMMITTING}}]\n"
/* Nobody hears the servers, nor do they hear anybody. */
#define SILENCE "faults: [{link: s1, at: 500ms, cut: true}, {link: s2, at: 500ms, cut: true}]\n"

static struct trial_config config_of(const char *text)
{
	return (struct trial_config){
		.source = {.path = "t.yaml", .text = text, .size = strlen(text)},
		.seconds_max = 60,
	};
}

static void test_trial_tells_what_came_of_moves(void)
{
	const struct trial_config config =
		config_of(MOVE "expect: [{migration: m1, result: SUCCESS}]\n");
	struct trial trial;

	trial_run(&trial, &config);
	CHECK_EQ(trial.verdict, TRIAL_WELL);
	CHECK_TEXT(trial.text, "");
	REQUIRE(trial.moves == 1 && trial.list != NULL);
	CHECK_EQ(trial.moved, 1);
	CHECK_TEXT(trial.list[0].name, "m1");
	CHECK_EQ(trial.list[0].result, DIMP_RESULT_SUCCESS);
	CHECK_EQ(trial.list[0].stop_us, 20000);
	CHECK(trial.list[0].blackout_us >= 20000 && trial.list[0].blackout_us < 30000);
	CHECK(trial.list[0].completion_us != TRIAL_NEVER);
	trial_destroy(&trial);
}

static void test_trial_tells_an_unmet_expectation(void)
{
	const struct trial_config config =
		config_of(MOVE "expect: [{migration: m1, result: FAIL}]\n");
	struct trial trial;

	trial_run(&trial, &config);
	CHECK_EQ(trial.verdict, TRIAL_UNSOUND);
	CHECK_TEXT(trial.text, "an expectation is unmet; dimp run tells which");
	trial_destroy(&trial);
}

/* What must end did not, which is no breach; "" when nothing is told. */
static void check_unfinished(const char *world, bool is_healed, const char *told)
{
	struct trial_config config = config_of(world);
	struct trial trial;

	config.is_healed = is_healed;
	trial_run(&trial, &config);
	CHECK_EQ(trial.verdict, told[0] != '\0' ? TRIAL_UNFINISHED : TRIAL_WELL);
	CHECK_TEXT(trial.text, told);
	trial_destroy(&trial);
}

/* Shorter than what is left of the run when the move begins. */
#define SHORT_HOLD "settings: {hold: 500us}\n"

/* A run that is over in the middle of a move. */
static void test_trial_tells_a_migration_that_never_ended(void)
{
	check_unfinished(WORLD("1.001s", USUAL) SHORT_HOLD, false, "");
	check_unfinished(WORLD("1.001s", USUAL) SHORT_HOLD, true,
		"edge-b: a migration never ended");
	check_unfinished(WORLD("1.001s", UNUSUAL) SHORT_HOLD, true,
		"edge-b: a migration never ended");
}

/* What began within the hold time of the end need not have ended; its move is another matter. */
static void test_trial_gives_a_late_migration_its_time(void)
{
	check_unfinished(WORLD("1.001s", USUAL), true, "m1: the move never ended");
}

/* What a bridge lacks excuses nobody whom it does not hinder. */
static void test_trial_tells_a_move_that_never_ended(void)
{
	check_unfinished(MOVE SILENCE, false, "");
	check_unfinished(MOVE SILENCE, true, "m1: the move never ended");
	check_unfinished(WORLD("5s", UNUSUAL) SILENCE, true, "m1: the move never ended");
}

/* A VM whose DI cannot be had may wait for an operator, once the bridges have said so. */
static void test_trial_lets_a_vm_wait_for_an_operator(void)
{
	check_unfinished("duration: 8s\n" CROWDED UNHEARD, true, "");
	check_unfinished("duration: 2s\n" CROWDED UNHEARD, true, "m1: the move never ended");
}

static void test_trial_tells_an_unreadable_scenario(void)
{
	const struct trial_config config = config_of("bridges: 1\n");
	struct trial trial;

	trial_run(&trial, &config);
	CHECK_EQ(trial.verdict, TRIAL_UNREADABLE);
	CHECK(trial.list == NULL);
	trial_destroy(&trial);
}

/* Killed is nobody's fault; a crash is. */
static void test_trial_tells_killed_from_crashed(void)
{
	static const struct {
		int signal;
		enum trial_verdict verdict;
		const char *text;
	} ends[] = {
		{SIGKILL, TRIAL_IMPOSSIBLE, "its process was killed"},
		{SIGSEGV, TRIAL_CRASHED, "it crashed"},
	};

	for (size_t each = 0; each < sizeof ends / sizeof ends[0]; each++) {
		const struct trial_config config = config_of(MOVE);
		struct trial_process process;
		struct trial trial;

		REQUIRE(trial_begin(&process, &config));
		/* Stopped first, so that it has not ended before; a sanitizer may catch SIGSEGV. */
		kill(process.child, SIGSTOP);
		kill(process.child, ends[each].signal);
		kill(process.child, SIGCONT);
		while (trial_read(&process))
			continue;
		trial_end(&process, &trial);
		CHECK_EQ(trial.verdict, ends[each].verdict);
		CHECK_TEXT(trial.text, ends[each].text);
		trial_destroy(&trial);
	}
}

static void test_trial_tells_a_hang(void)
{
	struct trial_config config = config_of(
		"duration: 100000000s\n"
		"bridges: {edge-a: {}, edge-b: {}}\n"
		"links: [{between: [edge-a, edge-b]}]\n"
		"stations: {s1: {bridge: edge-a, port: 1}}\n"
		"vms: {vm1: {station: s1}}\n"
		"services: {ping: {kind: echo, from: edge-b/3, to: vm1, rate: 1000/s}}\n");
	struct trial trial;

	config.seconds_max = 1;
	trial_run(&trial, &config);
	CHECK_EQ(trial.verdict, TRIAL_CRASHED);
	CHECK_TEXT(trial.text, "it hung");
	trial_destroy(&trial);
}

static void test_trial_is_the_same_as_octets(void)
{
	struct trial_move moves[2] = {{.name = "m1", .stop_us = 7},
		{.name = "m2", .has_response = 1}};
	const struct trial trial = {.digest = 5, .moves = 2, .list = moves};
	struct trial other;
	size_t size = 0;
	unsigned char *octets = trial_pack(&trial, &size);

	REQUIRE(octets != NULL);
	REQUIRE(trial_unpack(&other, octets, size));
	CHECK_EQ(other.digest, 5);
	CHECK_TEXT(other.list[0].name, "m1");
	CHECK_EQ(other.list[0].stop_us, 7);
	CHECK_EQ(other.list[1].has_response, true);
	trial_destroy(&other);
	for (size_t cut = 0; cut < size; cut++)
		CHECK(!trial_unpack(&other, octets, cut));
	free(octets);
}

static const struct test_case tests[] = {
	TEST(test_trial_tells_what_came_of_moves),
	TEST(test_trial_tells_an_unmet_expectation),
	TEST(test_trial_tells_a_migration_that_never_ended),
	TEST(test_trial_gives_a_late_migration_its_time),
	TEST(test_trial_tells_a_move_that_never_ended),
	TEST(test_trial_lets_a_vm_wait_for_an_operator),
	TEST(test_trial_tells_an_unreadable_scenario),
	TEST(test_trial_tells_killed_from_crashed),
	TEST(test_trial_tells_a_hang),
	TEST(test_trial_is_the_same_as_octets),
	TEST_END,
};

const struct test_suite suite_trial = {"trial", tests};
