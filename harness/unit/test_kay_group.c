/*
 * Proves the KaY in groups: up to four that hear each other share one SAK, whoever joins or dies
 * brings the next one, with ANs in turn; who is key server, and what it decides by what the others
 * are capable of.
 */
#include "check.h"
#include "kay_group.h"

#include <string.h>

static void test_kay_group_of_three_shares_one_key(void)
{
	struct kay_group group;

	kay_group_make(&group);
	kay_group_of(&group, 3);
	kay_group_run(&group, 14 * SECONDS);
	const unsigned an = kay_group_sa(&group.ends[0], 0)->association_number;
	kay_group_check(&group, 3, an);
	CHECK(group.ends[0].last.is_key_server);
	CHECK(!group.ends[1].last.is_key_server && !group.ends[2].last.is_key_server);
	CHECK_EQ(group.ends[1].last.live_count, 2);
	kay_group_end(&group);
}

/* IEEE 802.1X-2020 9.8.1: who joins gets a new key, and who has left must not read on with the old
 * one.  KN and AN go on: 0, 1, 2, 3, 0. */
static void test_kay_group_rekeys_for_who_joins_and_who_dies(void)
{
	struct kay_group group;

	kay_group_make(&group);
	kay_group_of(&group, 2);
	kay_group_run(&group, 10 * SECONDS);
	kay_group_check(&group, 2, 0);
	for (unsigned round = 0; round < 2; round++) {
		kay_group_join(&group, 2);
		kay_group_run(&group, 12 * SECONDS);
		kay_group_check(&group, 3, (2 * round + 1) & 3);
		CHECK_EQ(group.ends[0].last.latest.key.number, 2 * round + 2);
		kay_group_kill(&group, 2);
		kay_group_run(&group, 35 * STEP);
		CHECK_EQ(kay_group_sas(&group.ends[0]), 3);
		kay_group_run(&group, 10 * SECONDS);
		kay_group_check(&group, 2, (2 * round + 2) & 3);
		CHECK_EQ(group.ends[1].last.latest.key.number, 2 * round + 3);
	}
	kay_group_end(&group);
}

static void test_kay_group_key_server_dies_and_the_next_makes_keys(void)
{
	struct kay_group group;

	kay_group_make(&group);
	kay_group_of(&group, 3);
	kay_group_run(&group, 14 * SECONDS);
	const unsigned an = kay_group_sa(&group.ends[1], 1)->association_number;
	kay_group_kill(&group, 0);
	kay_group_run(&group, 14 * SECONDS);
	CHECK(group.ends[1].last.is_key_server);
	const struct dimp_macsec_sa *const sa = kay_group_sa(&group.ends[1], 1);
	REQUIRE(sa != NULL);
	CHECK_EQ(sa->association_number, (an + 1) & 3);
	CHECK(memcmp(&group.ends[1].last.latest.key.server, &group.ends[1].last.member, 12) == 0);
	CHECK_EQ(kay_group_sas(&group.ends[1]), 2);
	CHECK_EQ(kay_group_sas(&group.ends[2]), 2);
	CHECK(kay_group_sa(&group.ends[2], 0) == NULL);
	kay_group_end(&group);
}

/* Whether each of the first |count| that has a key has one to send with. */
static bool all_can_send(const struct kay_group *group, unsigned count)
{
	for (unsigned each = 0; each < count; each++)
		if (!kay_group_sa(&group->ends[each], each))
			return false;
	return true;
}

/* One that is better placed comes later: it is key server from then on, with a key of its own.  The
 * one before had begun with another SAK for it, which is given up: what is sent with stays. */
static void test_kay_group_gives_way_to_a_better_key_server(void)
{
	struct kay_group group;

	kay_group_make(&group);
	group.ends[2].config.priority = 1;
	kay_group_of(&group, 2);
	kay_group_run(&group, 10 * SECONDS);
	CHECK(group.ends[0].last.is_key_server);
	kay_group_join(&group, 2);
	for (unsigned step = 0; step < 140; step++) {
		kay_group_run(&group, STEP);
		CHECK(all_can_send(&group, 2));
	}
	CHECK(!group.ends[0].last.is_key_server);
	CHECK(group.ends[2].last.is_key_server);
	CHECK(memcmp(&group.ends[0].last.latest.key.server, &group.ends[2].last.member, 12) == 0);
	kay_group_check(&group, 3, kay_group_sa(&group.ends[0], 0)->association_number);
	kay_group_end(&group);
}

static void test_kay_group_has_no_key_server_with_priority_255(void)
{
	struct kay_group group;

	kay_group_make(&group);
	group.ends[0].config.priority = 255;
	kay_group_of(&group, 2);
	kay_group_run(&group, 4 * SECONDS);
	CHECK(group.ends[1].last.is_key_server);
	kay_group_check(&group, 2, 0);
	kay_group_kill(&group, 1);
	group.ends[2].config.priority = 255;
	kay_group_join(&group, 2);
	kay_group_run(&group, 10 * SECONDS);
	CHECK(!group.ends[0].last.is_key_server && !group.ends[2].last.is_key_server);
	CHECK_EQ(kay_group_sas(&group.ends[0]), 0);
	CHECK_EQ(group.ends[0].last.live_count, 1);
	kay_group_end(&group);
}

/* Who begins anew on its secure channel gets the next key and never the one before: its numbers
 * would begin anew under it (DIMP 8.3-7).  The server waits, for the others still list the one
 * before. */
static void test_kay_group_gives_no_used_key_to_who_begins_anew(void)
{
	struct kay_group group;

	kay_group_make(&group);
	kay_group_of(&group, 3);
	kay_group_run(&group, 14 * SECONDS);
	const struct dimp_id16 used = kay_group_sa(&group.ends[1], 1)->key_identifier;
	kay_group_kill(&group, 1);
	kay_group_join(&group, 1);
	for (unsigned step = 0; step < 120; step++) {
		kay_group_run(&group, STEP);
		const struct dimp_macsec_sa *const sa = kay_group_sa(&group.ends[1], 1);
		CHECK(!sa || memcmp(&sa->key_identifier, &used, sizeof used) != 0);
	}
	kay_group_check(&group, 3, kay_group_sa(&group.ends[0], 0)->association_number);
	kay_group_end(&group);
}

/* ---- What the key server decides ---- */

/* What the server wants and each of the others is capable of; what comes of it. */
static const struct decision {
	uint64_t suite;
	uint8_t wanted;
	enum dimp_macsec_capability capabilities[2];
	uint8_t is_encrypting, offset;
} decisions[] = {
	{MKPDU_GCM_AES_128, 3, {DIMP_MACSEC_CAPABILITY_OFFSETS, DIMP_MACSEC_CAPABILITY_OFFSETS}, 1,
		50},
	{MKPDU_GCM_AES_128 + 1, 2, {DIMP_MACSEC_CAPABILITY_OFFSETS, DIMP_MACSEC_CAPABILITY_OFFSETS},
		1, 30},
	{MKPDU_GCM_AES_128, 2,
		{DIMP_MACSEC_CAPABILITY_OFFSETS, DIMP_MACSEC_CAPABILITY_CONFIDENTIALITY}, 1, 0},
	{MKPDU_GCM_AES_128, 1, {DIMP_MACSEC_CAPABILITY_INTEGRITY, DIMP_MACSEC_CAPABILITY_OFFSETS},
		0, 0},
	{MKPDU_GCM_AES_128, 0, {DIMP_MACSEC_CAPABILITY_OFFSETS, DIMP_MACSEC_CAPABILITY_OFFSETS}, 0,
		0},
	{0x0080c20001000004, 3, {DIMP_MACSEC_CAPABILITY_OFFSETS, DIMP_MACSEC_CAPABILITY_OFFSETS}, 1,
		0},
};

static void check_decision(const struct decision *decision)
{
	struct kay_group group;

	kay_group_make(&group);
	for (unsigned each = 0; each < 3; each++)
		group.ends[each].config.cipher_suite = decision->suite;
	group.ends[0].config.confidentiality = decision->wanted;
	group.ends[1].config.capability = decision->capabilities[0];
	group.ends[2].config.capability = decision->capabilities[1];
	kay_group_of(&group, 3);
	kay_group_run(&group, 14 * SECONDS);
	for (unsigned each = 0; each < 3; each++) {
		const struct dimp_macsec_sa *const sa = kay_group_sa(&group.ends[each], 1);
		REQUIRE(sa != NULL);
		CHECK_EQ(sa->is_encrypting, decision->is_encrypting);
		CHECK_EQ(sa->confidentiality_offset, decision->offset);
		CHECK(sa->cipher_suite == decision->suite);
	}
	kay_group_end(&group);
}

static void test_kay_group_protects_as_all_are_capable_of(void)
{
	for (size_t index = 0; index < sizeof decisions / sizeof decisions[0]; index++)
		check_decision(&decisions[index]);
}

/* No SAK, and the key server says that there is to be none. */
static void test_kay_group_with_one_that_cannot_protect_has_no_key(void)
{
	struct kay_group group;

	kay_group_make(&group);
	kay_group_of(&group, 2);
	kay_group_run(&group, 10 * SECONDS);
	kay_group_check(&group, 2, 0);
	group.ends[2].config.capability = DIMP_MACSEC_CAPABILITY_NONE;
	kay_group_join(&group, 2);
	kay_group_run(&group, 8 * SECONDS);
	CHECK(group.ends[0].last.is_plain_ordered);
	for (unsigned each = 0; each < 3; each++)
		CHECK_EQ(kay_group_sas(&group.ends[each]), 0);
	kay_group_end(&group);
}

static void test_kay_group_that_nobody_wants_protected_has_no_key(void)
{
	struct kay_group group;

	kay_group_make(&group);
	group.ends[0].config.is_macsec_desired = false;
	group.ends[1].config.is_macsec_desired = false;
	kay_group_of(&group, 2);
	kay_group_run(&group, 8 * SECONDS);
	CHECK_EQ(kay_group_sas(&group.ends[0]), 0);
	CHECK(!group.ends[0].last.is_macsec_desired && group.ends[0].last.is_plain_ordered);
	kay_group_join(&group, 2);
	kay_group_run(&group, 12 * SECONDS);
	kay_group_check(&group, 3, kay_group_sa(&group.ends[0], 0)->association_number);
	kay_group_end(&group);
}

static const struct test_case tests[] = {
	TEST(test_kay_group_of_three_shares_one_key),
	TEST(test_kay_group_rekeys_for_who_joins_and_who_dies),
	TEST(test_kay_group_key_server_dies_and_the_next_makes_keys),
	TEST(test_kay_group_gives_way_to_a_better_key_server),
	TEST(test_kay_group_gives_no_used_key_to_who_begins_anew),
	TEST(test_kay_group_has_no_key_server_with_priority_255),
	TEST(test_kay_group_protects_as_all_are_capable_of),
	TEST(test_kay_group_with_one_that_cannot_protect_has_no_key),
	TEST(test_kay_group_that_nobody_wants_protected_has_no_key),
	TEST_END,
};

const struct test_suite suite_kay_group = {"kay_group", tests};
