/* SPDX-License-Identifier: MIT */
/*
 * CUnit registers, orders and calls; what it knows of a test is whether it failed.  Verdicts, which
 * are more, live in the results.  A test of CUnit takes no argument: the run at hand is static.
 */
#include "cunit_frame.h"

#include <stdlib.h>
#include <string.h>

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>

struct entry {
	CU_pSuite suite;
	CU_pTest test;
	struct conform_result *result;
};

static struct {
	struct conform_run *run;
	struct conform_result *result;
} at_hand;

static void run_test(void)
{
	conform_run_case(at_hand.run, at_hand.result);
	if (conform_result_counts(at_hand.run, at_hand.result))
		(void)CU_assertImplementation(CU_FALSE, 1, at_hand.result->why,
			at_hand.result->what->file->path, "", CU_FALSE);
}

static void complete(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failure)
{
	(void)test;
	(void)suite;
	(void)failure;
	if (at_hand.run->progress != NULL)
		at_hand.run->progress(at_hand.run->progress_user, at_hand.run, at_hand.result);
}

static bool add_entry(struct entry *entry, struct conform_result *result)
{
	const char *clause = result->what->clause;

	entry->result = result;
	entry->suite = CU_get_suite(clause);
	if (entry->suite == NULL)
		entry->suite = CU_add_suite(clause, NULL, NULL);
	if (entry->suite != NULL)
		entry->test = CU_add_test(entry->suite, result->what->id, run_test);
	return entry->test != NULL;
}

/* Numbers that follow from the seed alone (SplitMix64). */
static uint64_t draw(uint64_t *state)
{
	uint64_t value = *state += 0x9e3779b97f4a7c15;

	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
	value = (value ^ value >> 27) * 0x94d049bb133111eb;
	return value ^ value >> 31;
}

static void shuffle(struct entry *entries, size_t count, uint64_t seed)
{
	for (size_t left = count; left > 1; left--) {
		const size_t other = (size_t)(draw(&seed) % left);
		const struct entry kept = entries[left - 1];

		entries[left - 1] = entries[other];
		entries[other] = kept;
	}
}

static bool run_entries(struct conform_run *run, struct entry *entries, enum run_order order)
{
	for (size_t index = 0; index < run->count; index++) {
		if (!add_entry(&entries[index], &run->results[index]))
			return false;
	}
	if (order == RUN_SHUFFLED)
		shuffle(entries, run->count, run->seed);
	CU_set_test_complete_handler(complete);
	at_hand.run = run;
	for (size_t index = 0; index < run->count; index++) {
		at_hand.result = entries[index].result;
		if (CU_run_test(entries[index].suite, entries[index].test) != CUE_SUCCESS)
			return false;
	}
	return true;
}

bool cunit_frame_run(struct conform_run *run, enum run_order order)
{
	struct entry *entries = calloc(run->count, sizeof(*entries));
	bool is_run = entries != NULL && CU_initialize_registry() == CUE_SUCCESS;

	is_run = is_run && run_entries(run, entries, order);
	CU_cleanup_registry();
	free(entries);
	return is_run;
}
