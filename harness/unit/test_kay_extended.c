/*
 * Proves what extended packet numbers add to the KaY: SSCIs and salts on which all agree, numbers
 * of 64 bits in MKPDUs, suspension; and delay protection with either kind of numbers.  Expected
 * values are from IEEE 802.1X-2020 9.10 and 11.11, and IEEE 802.1AE-2018 10.7, by hand.
 */
#include "check.h"
#include "kay_group.h"

#include <string.h>

static const uint64_t extended_128 = 0x0080c20001000003, extended_256 = 0x0080c20001000004;

/* ---- Extended packet numbers ---- */

/* The greatest SCI has SSCI 1; the first octets of the salt are the server's MI, its first two with
 * the lower half of KN, the next two with the upper half. */
static void check_extended(const struct kay_group_end *end, const struct kay_group *group,
	unsigned count)
{
	for (unsigned owner = 0; owner < count; owner++) {
		const struct dimp_macsec_sa *const sa = kay_group_sa(end, owner);
		uint8_t salt[12];
		REQUIRE(sa != NULL);
		CHECK_EQ(sa->ssci, count - owner);
		memcpy(salt, group->ends[0].last.member.octets, sizeof salt);
		salt[1] ^= (uint8_t)group->ends[0].last.latest.key.number;
		CHECK_EQ(sa->salt.size, 12);
		CHECK(memcmp(sa->salt.octets, salt, sizeof salt) == 0);
	}
}

static void test_kay_extended_agrees_on_sscis_and_salt(void)
{
	struct kay_group group;

	kay_group_make(&group);
	for (unsigned each = 0; each < 3; each++)
		group.ends[each].config.cipher_suite = extended_256;
	kay_group_of(&group, 3);
	kay_group_run(&group, 14 * SECONDS);
	kay_group_check(&group, 3, kay_group_sa(&group.ends[0], 0)->association_number);
	for (unsigned each = 0; each < 3; each++)
		check_extended(&group.ends[each], &group, 3);
	CHECK_EQ(group.ends[0].last.version, 3);
	CHECK(group.ends[1].last.has_extended);
	kay_group_end(&group);
}

/* The MKPDU that distributes tells the server's SSCI, and the others in the order of theirs. */
static void test_kay_extended_tells_sscis_by_order(void)
{
	struct kay_group group;

	kay_group_make(&group);
	for (unsigned each = 0; each < 3; each++)
		group.ends[each].config.cipher_suite = extended_128;
	/* The server stands between the others. */
	group.ends[1].config.priority = 1;
	kay_group_of(&group, 3);
	kay_group_run(&group, 14 * SECONDS);
	const struct mkpdu told = group.ends[1].distributing;
	REQUIRE(told.has_distributed);
	CHECK_EQ(told.server_ssci, 2);
	CHECK_EQ(told.live_count, 2);
	CHECK(memcmp(&told.live[0].member, &group.ends[2].last.member, 12) == 0);
	CHECK(memcmp(&told.live[1].member, &group.ends[0].last.member, 12) == 0);
	CHECK_EQ(kay_group_sa(&group.ends[2], 2)->ssci, 1);
	CHECK_EQ(kay_group_sa(&group.ends[0], 1)->ssci, 2);
	CHECK_EQ(kay_group_sa(&group.ends[1], 0)->ssci, 3);
	kay_group_end(&group);
}

/* How far |which| has come in sending with its SA. */
static void set_next(struct kay_group *group, unsigned which, uint64_t number)
{
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = *kay_group_sa(&group->ends[which], which)};

	record.body.macsec_sa.next_pn = number;
	REQUIRE(di_store_put(group->ends[which].store, 0, &record, group->now));
}

/* With delay protection a frame that was sent before the last hello but one is not taken any more:
 * hellos come every half second, and tell where the one before it stood. */
static void test_kay_extended_with_delay_protection_takes_nothing_old(void)
{
	static const uint64_t number = 0x123456789;
	struct kay_group group;

	kay_group_make(&group);
	for (unsigned each = 0; each < 2; each++) {
		group.ends[each].config.cipher_suite = extended_128;
		group.ends[each].config.is_delay_protecting = true;
	}
	kay_group_of(&group, 2);
	kay_group_run(&group, 8 * SECONDS);
	set_next(&group, 1, number);
	kay_group_run(&group, 4 * STEP);
	CHECK(kay_group_sa(&group.ends[0], 1)->lowest_pn == 1);
	kay_group_run(&group, 8 * STEP);
	CHECK(group.ends[1].last.is_delay_protecting);
	CHECK(group.ends[1].last.latest.lowest_pn == number);
	CHECK(kay_group_sa(&group.ends[0], 1)->lowest_pn == number);
	const uint32_t before = group.ends[1].last.message_number;
	kay_group_run(&group, 10 * SECONDS);
	CHECK_EQ(group.ends[1].last.message_number - before, 20);
	kay_group_end(&group);
}

/* Without it nobody's numbers move by what a peer tells. */
static void test_kay_extended_without_delay_protection_goes_by_frames_alone(void)
{
	struct kay_group group;

	kay_group_make(&group);
	kay_group_of(&group, 2);
	kay_group_run(&group, 8 * SECONDS);
	set_next(&group, 1, 1000);
	kay_group_run(&group, 6 * SECONDS);
	CHECK(group.ends[1].last.latest.lowest_pn == 1000);
	CHECK(!group.ends[1].last.is_delay_protecting);
	CHECK(kay_group_sa(&group.ends[0], 1)->lowest_pn == 1);
	kay_group_end(&group);
}

/* ---- Suspension ---- */

/* Asked for by who is not key server, granted by who is: nobody is given up while it lasts. */
static void test_kay_extended_suspended_outlives_the_life_time(void)
{
	struct kay_group group;

	kay_group_make(&group);
	for (unsigned each = 0; each < 2; each++)
		group.ends[each].config.cipher_suite = extended_128;
	kay_group_of(&group, 2);
	kay_group_run(&group, 8 * SECONDS);
	kay_suspend(group.ends[1].kay, 20, group.now);
	kay_group_run(&group, STEP);
	CHECK_EQ(group.ends[0].last.suspension_s, 20);
	struct kay *const silent = group.ends[1].kay;
	group.ends[1].kay = NULL;
	kay_group_run(&group, 19 * SECONDS);
	CHECK_EQ(kay_group_sas(&group.ends[0]), 2);
	kay_group_run(&group, 2 * SECONDS);
	CHECK_EQ(kay_group_sas(&group.ends[0]), 0);
	group.ends[1].kay = silent;
	kay_group_end(&group);
}

/* 32 bits of numbers could run out meanwhile: there is none; nor when the key server grants none.
 */
static void test_kay_extended_does_not_suspend_what_must_not_be(void)
{
	struct kay_group short_numbers, unwilling;

	kay_group_make(&short_numbers);
	kay_group_of(&short_numbers, 2);
	kay_group_run(&short_numbers, 8 * SECONDS);
	kay_suspend(short_numbers.ends[0].kay, 20, short_numbers.now);
	kay_group_kill(&short_numbers, 1);
	kay_group_run(&short_numbers, 7 * SECONDS);
	CHECK_EQ(kay_group_sas(&short_numbers.ends[0]), 0);
	kay_group_end(&short_numbers);
	kay_group_make(&unwilling);
	for (unsigned each = 0; each < 2; each++) {
		unwilling.ends[each].config.cipher_suite = extended_128;
		unwilling.ends[each].config.is_suspending_on_request = false;
	}
	kay_group_of(&unwilling, 2);
	kay_group_run(&unwilling, 8 * SECONDS);
	kay_suspend(unwilling.ends[1].kay, 20, unwilling.now);
	kay_group_run(&unwilling, STEP);
	CHECK_EQ(unwilling.ends[1].last.suspension_s, 20);
	CHECK_EQ(unwilling.ends[0].last.suspension_s, 0);
	kay_group_kill(&unwilling, 1);
	kay_group_run(&unwilling, 7 * SECONDS);
	CHECK_EQ(kay_group_sas(&unwilling.ends[0]), 0);
	kay_group_end(&unwilling);
}

static const struct test_case tests[] = {
	TEST(test_kay_extended_agrees_on_sscis_and_salt),
	TEST(test_kay_extended_tells_sscis_by_order),
	TEST(test_kay_extended_with_delay_protection_takes_nothing_old),
	TEST(test_kay_extended_without_delay_protection_goes_by_frames_alone),
	TEST(test_kay_extended_suspended_outlives_the_life_time),
	TEST(test_kay_extended_does_not_suspend_what_must_not_be),
	TEST_END,
};

const struct test_suite suite_kay_extended = {"kay_extended", tests};
