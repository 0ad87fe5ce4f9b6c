/* SPDX-License-Identifier: MIT */
/*
 * Proves what a KaY does when its message and key numbers come to their end: another participant on
 * the same channel, with numbers from 1 on, whom the others take in without a gap in what is
 * protected (IEEE 802.1X-2020 9.4.2, 9.8).
 */
#include "check.h"
#include "kay_group.h"
#include "sources/kay_state.h"

#include <string.h>

enum { ENDS = 2 };

static bool is_same_member(const struct mkpdu_member *one, const struct mkpdu_member *other)
{
	return memcmp(one, other, sizeof *one) == 0;
}

/* Whether what each end sends under is what the other receives with. */
static bool is_protected(const struct kay_group *group)
{
	for (unsigned owner = 0; owner < ENDS; owner++) {
		const struct dimp_macsec_sa *const sent = kay_group_sa(&group->ends[owner], owner);
		const struct di_entry *entry;
		bool is_received = false;
		size_t cursor = 0;

		while (sent &&
			(entry = di_store_next(group->ends[1 - owner].store, 0, DIMP_DI_MACSEC_SA,
				 &cursor)) != NULL) {
			const struct dimp_macsec_sa *const sa = &entry->record.body.macsec_sa;
			is_received = is_received ||
				(memcmp(&sa->sci, &sent->sci, sizeof sa->sci) == 0 &&
					memcmp(&sa->sak, &sent->sak, sizeof sa->sak) == 0);
		}
		if (!is_received)
			return false;
	}
	return true;
}

static void start(struct kay_group *group)
{
	kay_group_make(group);
	kay_group_of(group, ENDS);
	kay_group_run(group, 14 * SECONDS);
	CHECK(is_protected(group));
}

/* Up to |steps| of a tenth of a second; how many of them had a gap. */
static unsigned gaps_in(struct kay_group *group, unsigned steps)
{
	unsigned gaps = 0;

	for (unsigned each = 0; each < steps; each++) {
		kay_group_run(group, STEP);
		gaps += !is_protected(group);
	}
	return gaps;
}

static void check_message_numbers_end(unsigned which)
{
	struct kay_group group;

	start(&group);
	struct kay_group_end *const end = &group.ends[which];
	const struct mkpdu_member before = end->kay->member;
	end->kay->next_message = UINT32_MAX - 1;
	unsigned steps = 0;
	while (is_same_member(&end->last.member, &before) && steps++ < 100) {
		CHECK_EQ(gaps_in(&group, 1), 0);
		CHECK(!is_same_member(&end->last.member, &before) ||
			end->last.message_number < UINT32_MAX);
	}
	CHECK(!is_same_member(&end->last.member, &before));
	CHECK(end->last.message_number < 5);
	CHECK_EQ(gaps_in(&group, 150), 0);
	for (unsigned each = 0; each < ENDS; each++) {
		CHECK_EQ(kay_peers_live(group.ends[each].kay), 1);
		CHECK(group.ends[each].kay->latest.use.is_transmitting);
		CHECK_EQ(group.ends[each].kay->peer_count, 1);
	}
	kay_group_check(&group, ENDS, group.ends[0].kay->latest.use.association_number);
	kay_group_end(&group);
}

static void test_kay_wraps_key_server_begins_anew_after_the_last_message(void)
{
	check_message_numbers_end(0);
}

static void test_kay_wraps_other_begins_anew_after_the_last_message(void)
{
	check_message_numbers_end(1);
}

/* The key before the last KN is made; the next is number 1 of another key server. */
static void test_kay_wraps_key_server_begins_anew_after_the_last_key(void)
{
	struct kay_group group;

	start(&group);
	struct kay *const server = group.ends[0].kay;
	const struct mkpdu_member before = server->member;
	server->next_key = UINT32_MAX - 1;
	server->is_rekey_wanted = true;
	CHECK_EQ(gaps_in(&group, 100), 0);
	CHECK_EQ(group.ends[1].kay->latest.use.key.number, UINT32_MAX - 1);
	CHECK(is_same_member(&server->member, &before));
	server->is_rekey_wanted = true;
	CHECK_EQ(gaps_in(&group, 200), 0);
	CHECK(!is_same_member(&server->member, &before));
	CHECK_EQ(group.ends[1].kay->latest.use.key.number, 1);
	CHECK(is_same_member(&group.ends[1].kay->latest.use.key.server, &server->member));
	CHECK_EQ(server->next_key, 2);
	kay_group_check(&group, ENDS, server->latest.use.association_number);
	kay_group_end(&group);
}

/* ANs of two bits go round; the old key's is never the next one's. */
static void test_kay_wraps_association_numbers_go_round(void)
{
	struct kay_group group;
	unsigned last;

	start(&group);
	struct kay *const server = group.ends[0].kay;
	last = server->latest.use.association_number;
	for (unsigned each = 0; each < 5; each++) {
		server->is_rekey_wanted = true;
		CHECK_EQ(gaps_in(&group, 120), 0);
		CHECK_EQ(server->latest.use.association_number, (last + 1) % 4);
		last = server->latest.use.association_number;
		kay_group_check(&group, ENDS, last);
	}
	kay_group_end(&group);
}

static const struct test_case tests[] = {
	TEST(test_kay_wraps_association_numbers_go_round),
	TEST(test_kay_wraps_key_server_begins_anew_after_the_last_message),
	TEST(test_kay_wraps_other_begins_anew_after_the_last_message),
	TEST(test_kay_wraps_key_server_begins_anew_after_the_last_key),
	TEST_END,
};
const struct test_suite suite_kay_wraps = {"kay_wraps", tests};
