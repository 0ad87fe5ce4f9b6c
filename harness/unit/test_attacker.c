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
	unsigned one, other; /* nodes */
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

static const struct pdu_way forth = {PDU_CARRIED_BY_ETHERNET, {{2, 0, 0, 0, 0, 1}},
	{{2, 0, 0, 0, 0, 2}}};
static const struct pdu_way back = {PDU_CARRIED_BY_ETHERNET, {{2, 0, 0, 0, 0, 2}},
	{{2, 0, 0, 0, 0, 1}}};

static void send_frame(struct rig *rig)
{
	engine_transmit(rig->engine, (struct engine_endpoint){rig->one, 0},
		(struct dimp_view){rig->frame, rig->size});
}

/* A PDU has passed. */
static void begin(struct rig *rig, struct attacker_rates rates)
{
	static const struct attacker_target targets[] = {{{{2, 0, 0, 0, 0, 1}}, {{1}}},
		{{{2, 0, 0, 0, 0, 2}}, {{2}}}};
	const struct engine_link_config config = {.delay_us = 10};
	const uint8_t pdu[PDU_SIZE] = {0x13, 0, 0, PDU_SIZE};

	*rig = (struct rig){.engine = engine_native_create(1)};
	rig->one = engine_node_add(rig->engine, "one", take, rig);
	rig->other = engine_node_add(rig->engine, "other", take, rig);
	rig->link = engine_link_add(rig->engine, (struct engine_endpoint){rig->one, 0},
		(struct engine_endpoint){rig->other, 0}, &config);
	rig->crypto = openssl_crypto_create_seeded(1, "attacker");
	rig->attacker = attacker_create(&(struct attacker_config){
		.engine = rig->engine,
		.link = rig->link,
		.seed = 1,
		.name = "attack",
		.crypto = openssl_crypto_table(rig->crypto),
		.targets = targets,
		.target_count = 2,
		.rates = rates,
	});
	REQUIRE(rig->attacker != NULL);
	engine_set_intruder(rig->engine, pass, rig);
	rig->size = pdu_carrier_write(&forth, (struct dimp_view){pdu, sizeof pdu}, rig->frame);
	send_frame(rig);
	engine_run(rig->engine, (struct dimp_time){100});
	CHECK_EQ(rig->arrived, 1);
}

/* A PDU of who is at the other end. */
static void answer(struct rig *rig)
{
	const uint8_t pdu[PDU_SIZE] = {0x13, 0, 0, PDU_SIZE, 1};
	uint8_t frame[FRAME_SIZE];
	const size_t size = pdu_carrier_write(&back, (struct dimp_view){pdu, sizeof pdu}, frame);

	engine_transmit(rig->engine, (struct engine_endpoint){rig->other, 0},
		(struct dimp_view){frame, size});
	engine_run(rig->engine, (struct dimp_time){200});
	CHECK_EQ(rig->arrived, 2);
}

/* The attacker does so for a second. */
static void strike(struct rig *rig)
{
	attacker_begin(rig->attacker, engine_now(rig->engine));
	for (unsigned times = 0; times < 10; times++)
		send_frame(rig);
	engine_run(rig->engine, (struct dimp_time){engine_now(rig->engine).us + 1000000});
	attacker_end(rig->attacker);
	engine_run(rig->engine, (struct dimp_time){3000000});
}

static void run(struct rig *rig, struct attacker_rates rates)
{
	begin(rig, rates);
	strike(rig);
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

	begin(&rig,
		(struct attacker_rates){.reflections = 50, .forgeries = 100, .initiations = 50});
	answer(&rig);
	strike(&rig);
	const struct attacker_tally *tally = attacker_tally(rig.attacker);
	CHECK(tally->reflections > 0 && tally->forgeries > 0 && tally->initiations > 0);
	CHECK_EQ(tally->reflections + tally->forgeries + tally->initiations, 200);
	CHECK_EQ(rig.arrived, 212);
	CHECK_EQ(rig.same, 11);
	end(&rig);
}

/* A frame that goes everywhere, its addressee being unknown: bridges would learn a wrong place. */
static void test_attacker_reflects_nothing_to_who_was_not_heard(void)
{
	struct rig rig;

	run(&rig, (struct attacker_rates){.reflections = 100});
	CHECK_EQ(attacker_tally(rig.attacker)->reflections, 0);
	CHECK_EQ(rig.arrived, 11);
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
	TEST(test_attacker_reflects_nothing_to_who_was_not_heard),
	TEST(test_attacker_mangles_what_passes),
	TEST_END,
};

const struct test_suite suite_attacker = {"attacker", tests};
