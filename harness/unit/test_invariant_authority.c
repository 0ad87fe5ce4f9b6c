/* SPDX-License-Identifier: MIT */
/*
 * Proves that I15 is judged by what the world knows: each way around a policy is noticed, whatever
 * the bridges make of it, and what is right is let through.
 */
#include "check.h"
#include "invariant_rig.h"

static void test_invariant_authority_notices_di_that_nobody_asked_for(void)
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	invariant_rig_start(&rig);
	/* The server's requests are not heard by who judges. */
	rig.world->watch.asked = NULL;
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I15);
	invariant_rig_stop(&rig);
}

/* Asked for it was: but of its migration nobody heard that it began, or only that, and not for
 * whom. */
static void test_invariant_authority_notices_a_migration_that_never_began(void)
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	invariant_rig_start(&rig);
	invariant_rig_run_to(&rig, "destination", "SOLICITED");
	REQUIRE(rig.world->invariants->solicit_count == 1);
	rig.world->invariants->solicit_count = 0;
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I15);
	invariant_rig_stop(&rig);

	invariant_rig_prepare(&rig);
	invariant_rig_start(&rig);
	invariant_rig_run_to(&rig, "destination", "SOLICITED");
	REQUIRE(rig.world->invariants->solicit_count == 1);
	rig.world->invariants->solicits[0].vm = INVARIANT_NOBODY;
	world_run(rig.world, NULL, NULL);
	invariant_rig_check_whole(&rig);
	invariant_rig_stop(&rig);
}

/* The new server announces in the place of the VM's: no consent, whatever the speakers make of it.
 */
static void test_invariant_authority_is_judged_by_the_world(void)
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	rig.bridges[0].authority = DIMP_AUTHORITY_CONSENT;
	rig.migration.announcer = SCENARIO_NONE;
	invariant_rig_start(&rig);
	world_run(rig.world, NULL, NULL);
	invariant_rig_check_whole(&rig);
	invariant_rig_stop(&rig);

	invariant_rig_prepare(&rig);
	rig.bridges[0].authority = DIMP_AUTHORITY_CONSENT;
	rig.migration.announcer = 1;
	rig.scenario.plant = SCENARIO_PLANT_NO_AUTHORITY;
	invariant_rig_start(&rig);
	world_run(rig.world, NULL, NULL);
	invariant_rig_check_broken(&rig, INVARIANT_I15);
	invariant_rig_stop(&rig);
}

/* What comes of the rig's move with such a ticket, where bridges ask for none and who judges does.
 */
static void run_with_ticket(struct invariant_rig *rig, enum scenario_ticket ticket)
{
	invariant_rig_prepare(rig);
	rig->bridges[RIG_SOURCE].authority = DIMP_AUTHORITY_TICKET;
	rig->migration.ticket = ticket;
	rig->scenario.plant = SCENARIO_PLANT_NO_AUTHORITY;
	invariant_rig_start(rig);
	world_run(rig->world, NULL, NULL);
}

static void test_invariant_authority_notices_every_ticket_that_does_not_fit(void)
{
	static const enum scenario_ticket misfits[] = {SCENARIO_TICKET_NONE, SCENARIO_TICKET_WRONG,
		SCENARIO_TICKET_ELSEWHERE, SCENARIO_TICKET_OVER, SCENARIO_TICKET_ONE_TYPE};
	static const enum scenario_ticket fits[] = {SCENARIO_TICKET_RIGHT, SCENARIO_TICKET_ENDING,
		SCENARIO_TICKET_NO_RISK};
	struct invariant_rig rig;

	for (size_t index = 0; index < sizeof misfits / sizeof misfits[0]; index++) {
		run_with_ticket(&rig, misfits[index]);
		invariant_rig_check_broken(&rig, INVARIANT_I15);
		invariant_rig_stop(&rig);
	}
	for (size_t index = 0; index < sizeof fits / sizeof fits[0]; index++) {
		run_with_ticket(&rig, fits[index]);
		invariant_rig_check_whole(&rig);
		CHECK_EQ(world_outcome(rig.world)->migrations[0].result, DIMP_RESULT_SUCCESS);
		invariant_rig_stop(&rig);
	}
}

/* What the VSI manager signed is forgotten, or changed by |spoil|, before anybody judges it. */
static void run_with_terms(void (*spoil)(struct dimp_ticket_terms *terms))
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	rig.bridges[RIG_SOURCE].authority = DIMP_AUTHORITY_TICKET;
	invariant_rig_start(&rig);
	invariant_rig_run_to(&rig, "destination", "SOLICITED");
	CHECK_EQ(rig.world->invariants->ticket_count, 1);
	spoil(&rig.world->invariants->tickets[0].terms);
	invariant_rig_run(&rig, 3000);
	invariant_rig_check_broken(&rig, INVARIANT_I15);
	invariant_rig_stop(&rig);
}

static void spoil_vsi(struct dimp_ticket_terms *terms)
{
	terms->vsi.octets[36] ^= 1;
}

static void spoil_source(struct dimp_ticket_terms *terms)
{
	terms->source = terms->destination;
}

static void spoil_station(struct dimp_ticket_terms *terms)
{
	terms->station = terms->source;
}

static void spoil_filter(struct dimp_ticket_terms *terms)
{
	terms->filters[0].vlan ^= 1;
}

static void spoil_filters(struct dimp_ticket_terms *terms)
{
	terms->filter_count = 0;
}

static void test_invariant_authority_compares_all_that_was_signed(void)
{
	run_with_terms(spoil_vsi);
	run_with_terms(spoil_source);
	run_with_terms(spoil_station);
	run_with_terms(spoil_filter);
	run_with_terms(spoil_filters);
}

/* There, back, and there again: the first move was allowed by |trigger|, the last one by nobody. */
static void run_allowed_once(enum scenario_trigger trigger)
{
	struct invariant_rig rig;

	invariant_rig_prepare(&rig);
	rig.migration.announcer = SCENARIO_NONE;
	struct scenario_migration moves[3] = {rig.migration, rig.migration, rig.migration};
	moves[0].trigger = trigger;
	moves[0].announcer = trigger == SCENARIO_TRIGGER_REQUEST ? 0 : 1;
	moves[1].to = 0;
	moves[1].at.us = 3000 * RIG_MILLISECOND;
	moves[2].at.us = 5000 * RIG_MILLISECOND;
	moves[2].announcer = 1;
	rig.scenario.migrations = moves;
	rig.scenario.migration_count = 3;
	rig.bridges[RIG_SOURCE].authority = DIMP_AUTHORITY_CONSENT;
	rig.scenario.plant = SCENARIO_PLANT_NO_AUTHORITY;
	invariant_rig_start(&rig);
	invariant_rig_run(&rig, 4990);
	invariant_rig_check_whole(&rig);
	CHECK_EQ(world_outcome(rig.world)->migrations[1].result, DIMP_RESULT_SUCCESS);
	invariant_rig_run(&rig, 7000);
	invariant_rig_check_broken(&rig, INVARIANT_I15);
	invariant_rig_stop(&rig);
}

static void test_invariant_authority_takes_consent_for_one_move_only(void)
{
	run_allowed_once(SCENARIO_TRIGGER_REQUEST);
	run_allowed_once(SCENARIO_TRIGGER_NOTIFY);
}

static const struct test_case tests[] = {
	TEST(test_invariant_authority_notices_di_that_nobody_asked_for),
	TEST(test_invariant_authority_notices_a_migration_that_never_began),
	TEST(test_invariant_authority_is_judged_by_the_world),
	TEST(test_invariant_authority_notices_every_ticket_that_does_not_fit),
	TEST(test_invariant_authority_compares_all_that_was_signed),
	TEST(test_invariant_authority_takes_consent_for_one_move_only),
	TEST_END,
};

const struct test_suite suite_invariant_authority = {"invariant_authority", tests};
