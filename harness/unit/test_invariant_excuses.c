/* SPDX-License-Identifier: MIT */
/*
 * Proves that what excuses a bridge from an invariant is what befell that bridge, after the
 * REQUEST.
 */
#include "unit/check.h"
#include "unit/invariant_rig.h"

/* A move is under way to a bridge that owns nothing. */
static struct request_watch *begin_move(struct invariant_rig *rig)
{
	invariant_rig_prepare(rig);
	invariant_rig_start(rig);
	invariant_rig_run_to(rig, "destination", "SOLICITED");
	invariant_rig_check_whole(rig);
	return &rig->world->invariants->requests[0];
}

static void end(struct invariant_rig *rig, enum dimp_result result, enum invariant invariant,
	bool is_excused)
{
	invariant_rig_hear(rig, result);
	if (is_excused)
		invariant_rig_check_whole(rig);
	else
		invariant_rig_check_broken(rig, invariant);
	invariant_rig_stop(rig);
}

static void check_success(unsigned yielding, uint64_t before_us, bool is_excused)
{
	struct invariant_rig rig;
	const struct request_watch *request = begin_move(&rig);
	struct vm_watch *vm = &rig.world->invariants->vms[RIG_VM];

	vm->yielded = (struct ownership_end){{request->asked.us - before_us}, yielding};
	end(&rig, DIMP_RESULT_SUCCESS, INVARIANT_I3, is_excused);
}

static void test_invariant_excuses_who_yielded(void)
{
	check_success(RIG_DESTINATION, 0, true);
	check_success(RIG_DESTINATION, 1, false);
	check_success(RIG_SOURCE, 0, false);
}

static void check_failure(unsigned holding, uint64_t before_us, bool is_excused)
{
	struct invariant_rig rig;
	struct request_watch *request = begin_move(&rig);
	struct vm_watch *vm = &rig.world->invariants->vms[RIG_VM];

	/* As if it had been, and as if what is staged were another's. */
	request->owner = RIG_DESTINATION;
	request->serial++;
	vm->held_over = (struct ownership_end){{request->asked.us - before_us}, holding};
	end(&rig, DIMP_RESULT_FAIL, INVARIANT_I5, is_excused);
}

static void test_invariant_excuses_who_held_di_long_enough(void)
{
	check_failure(RIG_DESTINATION, 0, true);
	check_failure(RIG_DESTINATION, 1, false);
	check_failure(RIG_SOURCE, 0, false);
}

static void check_crash(uint64_t before_us, bool is_excused)
{
	struct invariant_rig rig;
	const struct request_watch *request = begin_move(&rig);

	rig.world->invariants->vms[RIG_VM].crashed.us = request->asked.us - before_us;
	end(&rig, DIMP_RESULT_SUCCESS, INVARIANT_I3, is_excused);
}

static void test_invariant_excuses_a_crash_since(void)
{
	check_crash(0, true);
	check_crash(1, false);
}

static const struct test_case tests[] = {
	TEST(test_invariant_excuses_who_yielded),
	TEST(test_invariant_excuses_who_held_di_long_enough),
	TEST(test_invariant_excuses_a_crash_since),
	TEST_END,
};

const struct test_suite suite_invariant_excuses = {"invariant_excuses", tests};
