/*
 * Proves that a speaker outlives a provider that fails, at each of its calls in turn: nothing is
 * sent that is not sealed, nothing taken that is not opened, the migration has its one outcome, and
 * one bridge at most owns the VSI (I1, I4).
 */
#include "failing_crypto.h"

#include <stdlib.h>

#include "check.h"
#include "rig_voice.h"
#include "speaker.h"

enum { LEARNED = 3 };

static void use(struct rig *rig, enum rig_speaker who, struct failing_crypto *failing)
{
	failing_crypto_init(failing, rig->speakers[who]->config.crypto);
	rig->speakers[who]->config.crypto = &failing->table;
	rig->speakers[who]->context.crypto = &failing->table;
}

static struct rig *start(void)
{
	struct rig_options options;

	rig_options_default(&options);
	struct rig *rig = rig_start(&options);

	rig_learn(rig, LEARNED);
	return rig;
}

/* A whole life: the association anew, a staged move, the cutover. */
static void live(struct rig *rig)
{
	const struct dimp_request_config move = rig_move(rig, 1);

	dimp_speaker_close(rig->speakers[RIG_B], RIG_PEER_A, rig->now);
	rig_run_for(rig, 10);
	dimp_speaker_open(rig->speakers[RIG_B], RIG_PEER_A, rig->now);
	rig_run_for(rig, 3000);
	rig_ask(rig, &move);
	/* It may come to be staged late, or to end before. */
	enum dimp_error error = DIMP_ERROR_WRONG_STATE;

	for (unsigned tries = 0; error != DIMP_ERROR_NONE && rig->responses == 0; tries++) {
		REQUIRE(tries < 10);
		rig_run_for(rig, 600);
		error = dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now);
	}
	rig_run_for(rig, 10000);
}

static void check_life(struct rig *rig)
{
	const unsigned owners =
		rig_is_owner(rig, RIG_A, rig_vsi()) + 0u + rig_is_owner(rig, RIG_B, rig_vsi());

	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(owners, 1);
	if (rig->response.body.response.result == DIMP_RESULT_SUCCESS)
		CHECK(rig_is_owner(rig, RIG_B, rig_vsi()));
}

/* How many calls |who| makes in a whole life. */
static unsigned count_calls(enum rig_speaker who)
{
	struct failing_crypto failing;
	struct rig *rig = start();

	use(rig, who, &failing);
	live(rig);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	rig_stop(rig);
	return failing.calls;
}

static void fail_each(enum rig_speaker who, unsigned fails)
{
	const unsigned calls = count_calls(who);

	CHECK(calls > 50);
	for (unsigned call = 1; call <= calls; call += fails) {
		struct failing_crypto failing;
		struct rig *rig = start();

		use(rig, who, &failing);
		failing.fails_at = call;
		failing.fails = fails;
		live(rig);
		check_life(rig);
		rig_stop(rig);
	}
}

static void test_failing_crypto_at_the_source(void)
{
	fail_each(RIG_A, 1);
}

static void test_failing_crypto_at_the_destination(void)
{
	fail_each(RIG_B, 1);
}

static void test_failing_crypto_for_a_while(void)
{
	fail_each(RIG_A, 5);
	fail_each(RIG_B, 5);
}

/* Nothing works any more: the station hears it in time, and the DI stays in force where it is. */
static void test_failing_crypto_for_good(void)
{
	struct failing_crypto failing;
	struct rig *rig = start();
	const struct dimp_request_config move = rig_move(rig, 1);

	use(rig, RIG_A, &failing);
	failing.fails_at = 1;
	failing.fails = UINT32_MAX - 1;
	rig_ask(rig, &move);
	rig_run_for(rig, 10000);
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_FAIL);
	CHECK(rig_is_owner(rig, RIG_A, rig_vsi()));
	rig_stop(rig);
}

/* A speaker that cannot draw or know its own key is none (dimp_speaker_init). */
static void test_failing_crypto_at_the_beginning(void)
{
	struct openssl_crypto *provider = openssl_crypto_create_seeded(1, "beginning");
	struct dimp_speaker_config config;
	struct failing_crypto failing;
	unsigned calls = 1;

	dimp_speaker_config_default(&config);
	config.static_secret[0] = 1;
	for (unsigned call = 1; call <= calls; call++) {
		failing_crypto_init(&failing, openssl_crypto_table(provider));
		failing.fails_at = call;
		failing.fails = 1;
		config.crypto = &failing.table;
		void *memory = malloc(dimp_speaker_size(&config));
		const bool is_made =
			dimp_speaker_init(memory, &config, (struct dimp_time){0}) != NULL;

		CHECK_EQ(is_made, failing.calls < call);
		calls = is_made ? 0 : calls + 1;
		free(memory);
	}
	CHECK(failing.calls >= 2);
	openssl_crypto_destroy(provider);
}

static const struct test_case tests[] = {
	TEST(test_failing_crypto_at_the_source),
	TEST(test_failing_crypto_at_the_destination),
	TEST(test_failing_crypto_for_a_while),
	TEST(test_failing_crypto_for_good),
	TEST(test_failing_crypto_at_the_beginning),
	TEST_END,
};

const struct test_suite suite_failing_crypto = {"failing_crypto", tests};
