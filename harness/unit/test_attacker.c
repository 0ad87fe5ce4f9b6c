/* SPDX-License-Identifier: MIT */
/*
 * Proves that an attacker on a link does each of the things it is told to, at its rate, to PDUs
 * alone, and nothing before and after its time.
 */
#include "actors/attacker.h"

#include <string.h>

#include "bridge/pdu_carrier.h"
#include "check.h"
#include "crypto/openssl_crypto.h"

enum { PDU_SIZE = 64, FRAME_SIZE = 128 };

struct rig {
	struct engine *engine;
	unsigned link;
	struct openssl_crypto *crypto;
	struct attacker *attacker;
	uint8_t frame[FRAME_SIZE];
	size_t size;
	unsigned arrived, same; /* frames at either end, and those as they were sent */
};

static void take(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct rig *rig = context;

	(void)port;
	(void)now;
	rig->arrived++;
	rig->same += frame.size == rig->size && memcmp(frame.octets, rig->frame, frame.size) == 0;
}

static void pass(void *context, struct engine_passing *passing)
{
	const struct rig *rig = context;

	attacker_see(rig->attacker, passing);
}

/* A PDU has passed, and the attacker strikes for a second. */
static void run(struct rig *rig, struct attacker_rates rates)
{
	const struct engine_link_config config = {.delay_us = 10};
	const struct pdu_way way = {PDU_CARRIED_BY_ETHERNET, {{2, 0, 0, 0, 0, 1}},
		{{2, 0, 0, 0, 0, 2}}};
	uint8_t pdu[PDU_SIZE] = {0x13, 0, 0, PDU_SIZE};

	*rig = (struct rig){.engine = engine_native_create(1)};
	const unsigned one = engine_node_add(rig->engine, "one", take, rig);
	const unsigned other = engine_node_add(rig->engine, "other", take, rig);
	rig->link = engine_link_add(rig->engine, (struct engine_endpoint){one, 0},
		(struct engine_endpoint){other, 0}, &config);
	rig->crypto = openssl_crypto_create_seeded(1, "attacker");
	const struct attacker_target target = {way.to, {{1}}};
	rig->attacker = attacker_create(&(struct attacker_config){
		.engine = rig->engine,
		.link = rig->link,
		.seed = 1,
		.name = "attack",
		.crypto = openssl_crypto_table(rig->crypto),
		.targets = &target,
		.target_count = 1,
		.rates = rates,
	});
	REQUIRE(rig->attacker != NULL);
	engine_set_intruder(rig->engine, pass, rig);
	rig->size = pdu_carrier_write(&way, (struct dimp_view){pdu, sizeof pdu}, rig->frame);
	engine_transmit(rig->engine, (struct engine_endpoint){one, 0},
		(struct dimp_view){rig->frame, rig->size});
	engine_run(rig->engine, (struct dimp_time){100});
	CHECK_EQ(rig->arrived, 1);
	attacker_begin(rig->attacker, engine_now(rig->engine));
	for (unsigned times = 0; times < 10; times++)
		engine_transmit(rig->engine, (struct engine_endpoint){one, 0},
			(struct dimp_view){rig->frame, rig->size});
	engine_run(rig->engine, (struct dimp_time){1000100});
	attacker_end(rig->attacker);
	engine_run(rig->engine, (struct dimp_time){3000000});
}

static void end(struct rig *rig)
{
	attacker_destroy(rig->attacker);
	openssl_crypto_destroy(rig->crypto);
	engine_destroy(rig->engine);
}

static void test_attacker_replays_what_passed(void)
{
	struct rig rig;

	run(&rig, (struct attacker_rates){.replays = 100});
	CHECK_EQ(attacker_tally(rig.attacker)->replays, 100);
	CHECK_EQ(rig.arrived, 111);
	CHECK_EQ(rig.same, 111);
	end(&rig);
}

static void test_attacker_reflects_forges_and_floods(void)
{
	struct rig rig;

	run(&rig, (struct attacker_rates){.reflections = 50, .forgeries = 100, .initiations = 50});
	const struct attacker_tally *tally = attacker_tally(rig.attacker);
	CHECK(tally->reflections > 0 && tally->forgeries > 0 && tally->initiations > 0);
	CHECK_EQ(tally->reflections + tally->forgeries + tally->initiations, 200);
	CHECK_EQ(rig.arrived, 211);
	CHECK_EQ(rig.same, 11);
	end(&rig);
}

static void test_attacker_mangles_what_passes(void)
{
	struct rig rig;

	run(&rig, (struct attacker_rates){.mangled_ppm = 1000000});
	CHECK_EQ(attacker_tally(rig.attacker)->mangled, 10);
	CHECK_EQ(rig.arrived, 11);
	CHECK_EQ(rig.same, 1);
	end(&rig);
}

static const struct test_case tests[] = {
	TEST(test_attacker_replays_what_passed),
	TEST(test_attacker_reflects_forges_and_floods),
	TEST(test_attacker_mangles_what_passes),
	TEST_END,
};

const struct test_suite suite_attacker = {"attacker", tests};
