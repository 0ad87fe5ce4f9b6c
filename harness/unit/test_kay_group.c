/*
 * Proves the KaY in groups: up to four that hear each other share one SAK, whoever joins or dies
 * brings the next one, with ANs in turn; who is key server, and what it decides by what the others
 * are capable of; SSCIs, salts and packet numbers of 64 bits; delay protection; suspension.
 * Expected octets are from IEEE 802.1X-2020 9 and 11.11, and IEEE 802.1AE-2018 10.7, by hand.
 */
#include "check.h"
#include "crypto/openssl_crypto.h"
#include "sources/kay.h"

#include <string.h>

enum { ENDS_MAX = 4, SECONDS = 1000000, STEP = 100000 };

static const uint64_t extended_128 = 0x0080c20001000003, extended_256 = 0x0080c20001000004;

struct member_end {
	struct di_store *store;
	struct kay_config config;
	struct kay *kay; /* NULL while it is not there */
	struct mkpdu last;
	struct mkpdu distributing; /* the last that had a SAK in it */
};

struct group {
	struct openssl_crypto *crypto;
	struct dimp_time now;
	struct member_end ends[ENDS_MAX];
};

/* Ends with SCIs 02-..-01 to -04 and priorities 16, 32, 48, 64; none has begun. */
static void group_make(struct group *group)
{
	*group = (struct group){.crypto = openssl_crypto_create_seeded(11, "group"),
		.now = {3 * SECONDS}};
	REQUIRE(group->crypto != NULL);
	for (unsigned each = 0; each < ENDS_MAX; each++) {
		struct kay_config *const config = &group->ends[each].config;
		kay_config_default(config);
		config->crypto = openssl_crypto_table(group->crypto);
		config->keys.cak = (struct mka_key){.octets = {9}, .size = 16};
		config->keys.name = (struct mka_key){.octets = {8}, .size = 4};
		REQUIRE(mka_keys_derive(&config->keys));
		config->sci = (struct dimp_sci){{2, 0, 0, 0, 0, (uint8_t)(each + 1), 0, 1}};
		config->priority = (uint8_t)(16 * (each + 1));
	}
}

static void group_join(struct group *group, unsigned which)
{
	struct member_end *const end = &group->ends[which];

	if (!end->store)
		end->store = di_store_create();
	REQUIRE(end->store != NULL);
	end->kay = kay_create(&end->config, &(struct source_place){.store = end->store});
	REQUIRE(end->kay != NULL);
	kay_start(end->kay, group->now);
}

/* It says no more; a machine that crashed, its records with it. */
static void group_kill(struct group *group, unsigned which)
{
	struct member_end *const end = &group->ends[which];

	kay_destroy(end->kay);
	di_store_destroy(end->store);
	end->kay = NULL;
	end->store = NULL;
}

static void group_end(struct group *group)
{
	for (unsigned each = 0; each < ENDS_MAX; each++) {
		kay_destroy(group->ends[each].kay);
		if (group->ends[each].store)
			di_store_destroy(group->ends[each].store);
	}
	openssl_crypto_destroy(group->crypto);
}

static void group_of(struct group *group, unsigned count)
{
	for (unsigned each = 0; each < count; each++)
		group_join(group, each);
}

/* What |from| has to say, to all others; false when it has nothing. */
static bool group_say(struct group *group, unsigned from)
{
	static uint8_t octets[KAY_FRAME_MAX];
	struct member_end *const end = &group->ends[from];
	struct ethernet_frame frame;
	const size_t size = end->kay ? kay_transmit(end->kay, octets, group->now) : 0;

	if (size == 0)
		return false;
	REQUIRE(ethernet_read((struct dimp_view){octets, size}, &frame));
	REQUIRE(mkpdu_read(frame.payload, &end->last));
	if (end->last.has_distributed)
		end->distributing = end->last;
	for (unsigned to = 0; to < ENDS_MAX; to++)
		if (to != from && group->ends[to].kay)
			kay_hear(group->ends[to].kay, (struct dimp_view){octets, size}, group->now);
	return true;
}

static void group_run(struct group *group, uint64_t us)
{
	for (uint64_t step = 0; step < us; step += STEP) {
		group->now.us += STEP;
		for (unsigned each = 0; each < ENDS_MAX; each++)
			if (group->ends[each].kay)
				kay_expire(group->ends[each].kay, group->now);
		for (unsigned turn = 0; turn < 64; turn++)
			(void)group_say(group, turn % ENDS_MAX);
	}
}

static const struct dimp_macsec_sa *find_sa(const struct member_end *end, unsigned owner)
{
	const struct dimp_macsec_sa *found = NULL;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(end->store, 0, DIMP_DI_MACSEC_SA, &cursor))) {
		const struct dimp_macsec_sa *const sa = &entry->record.body.macsec_sa;
		if (sa->sci.octets[5] == owner + 1 && sa->is_in_use != 0)
			found = sa;
	}
	return found;
}

static size_t sas(const struct member_end *end)
{
	return di_store_count(end->store, 0, DIMP_DI_MACSEC_SA);
}

/* The first |count| ends share one key: each has an SA in use for each of them, with this KN. */
static void check_shared(const struct group *group, unsigned count, unsigned association_number)
{
	const struct dimp_macsec_sa *const first = find_sa(&group->ends[0], 0);

	REQUIRE(first != NULL);
	for (unsigned each = 0; each < count; each++) {
		CHECK_EQ(sas(&group->ends[each]), count);
		for (unsigned owner = 0; owner < count; owner++) {
			const struct dimp_macsec_sa *const sa = find_sa(&group->ends[each], owner);
			REQUIRE(sa != NULL);
			CHECK_EQ(sa->association_number, association_number);
			CHECK(memcmp(&sa->sak, &first->sak, sizeof sa->sak) == 0);
			CHECK(memcmp(&sa->key_identifier, &first->key_identifier, 16) == 0);
			CHECK_EQ(sa->direction == DIMP_DIRECTION_TRANSMIT, each == owner);
		}
	}
}

static void test_kay_group_of_three_shares_one_key(void)
{
	struct group group;

	group_make(&group);
	group_of(&group, 3);
	group_run(&group, 14 * SECONDS);
	const unsigned an = find_sa(&group.ends[0], 0)->association_number;
	check_shared(&group, 3, an);
	CHECK(group.ends[0].last.is_key_server);
	CHECK(!group.ends[1].last.is_key_server && !group.ends[2].last.is_key_server);
	CHECK_EQ(group.ends[1].last.live_count, 2);
	group_end(&group);
}

/* IEEE 802.1X-2020 9.8.1: who joins gets a new key, and who has left must not read on with the old
 * one.  KN and AN go on: 0, 1, 2, 3, 0. */
static void test_kay_group_rekeys_for_who_joins_and_who_dies(void)
{
	struct group group;

	group_make(&group);
	group_of(&group, 2);
	group_run(&group, 10 * SECONDS);
	check_shared(&group, 2, 0);
	for (unsigned round = 0; round < 2; round++) {
		group_join(&group, 2);
		group_run(&group, 12 * SECONDS);
		check_shared(&group, 3, (2 * round + 1) & 3);
		CHECK_EQ(group.ends[0].last.latest.key.number, 2 * round + 2);
		group_kill(&group, 2);
		group_run(&group, 35 * STEP);
		CHECK_EQ(sas(&group.ends[0]), 3);
		group_run(&group, 10 * SECONDS);
		check_shared(&group, 2, (2 * round + 2) & 3);
		CHECK_EQ(group.ends[1].last.latest.key.number, 2 * round + 3);
	}
	group_end(&group);
}

static void test_kay_group_key_server_dies_and_the_next_makes_keys(void)
{
	struct group group;

	group_make(&group);
	group_of(&group, 3);
	group_run(&group, 14 * SECONDS);
	const unsigned an = find_sa(&group.ends[1], 1)->association_number;
	group_kill(&group, 0);
	group_run(&group, 14 * SECONDS);
	CHECK(group.ends[1].last.is_key_server);
	const struct dimp_macsec_sa *const sa = find_sa(&group.ends[1], 1);
	REQUIRE(sa != NULL);
	CHECK_EQ(sa->association_number, (an + 1) & 3);
	CHECK(memcmp(&group.ends[1].last.latest.key.server, &group.ends[1].last.member, 12) == 0);
	CHECK_EQ(sas(&group.ends[1]), 2);
	CHECK_EQ(sas(&group.ends[2]), 2);
	CHECK(find_sa(&group.ends[2], 0) == NULL);
	group_end(&group);
}

/* One that is better placed comes later: it is key server from then on, with a key of its own. */
static void test_kay_group_gives_way_to_a_better_key_server(void)
{
	struct group group;

	group_make(&group);
	group.ends[2].config.priority = 1;
	group_of(&group, 2);
	group_run(&group, 10 * SECONDS);
	CHECK(group.ends[0].last.is_key_server);
	group_join(&group, 2);
	group_run(&group, 14 * SECONDS);
	CHECK(!group.ends[0].last.is_key_server);
	CHECK(group.ends[2].last.is_key_server);
	CHECK(memcmp(&group.ends[0].last.latest.key.server, &group.ends[2].last.member, 12) == 0);
	check_shared(&group, 3, find_sa(&group.ends[0], 0)->association_number);
	group_end(&group);
}

static void test_kay_group_has_no_key_server_with_priority_255(void)
{
	struct group group;

	group_make(&group);
	group.ends[0].config.priority = 255;
	group_of(&group, 2);
	group_run(&group, 4 * SECONDS);
	CHECK(group.ends[1].last.is_key_server);
	check_shared(&group, 2, 0);
	group_kill(&group, 1);
	group.ends[2].config.priority = 255;
	group_join(&group, 2);
	group_run(&group, 10 * SECONDS);
	CHECK(!group.ends[0].last.is_key_server && !group.ends[2].last.is_key_server);
	CHECK_EQ(sas(&group.ends[0]), 0);
	CHECK_EQ(group.ends[0].last.live_count, 1);
	group_end(&group);
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
	struct group group;

	group_make(&group);
	for (unsigned each = 0; each < 3; each++)
		group.ends[each].config.cipher_suite = decision->suite;
	group.ends[0].config.confidentiality = decision->wanted;
	group.ends[1].config.capability = decision->capabilities[0];
	group.ends[2].config.capability = decision->capabilities[1];
	group_of(&group, 3);
	group_run(&group, 14 * SECONDS);
	for (unsigned each = 0; each < 3; each++) {
		const struct dimp_macsec_sa *const sa = find_sa(&group.ends[each], 1);
		REQUIRE(sa != NULL);
		CHECK_EQ(sa->is_encrypting, decision->is_encrypting);
		CHECK_EQ(sa->confidentiality_offset, decision->offset);
		CHECK(sa->cipher_suite == decision->suite);
	}
	group_end(&group);
}

static void test_kay_group_protects_as_all_are_capable_of(void)
{
	for (size_t index = 0; index < sizeof decisions / sizeof decisions[0]; index++)
		check_decision(&decisions[index]);
}

/* No SAK, and the key server says that there is to be none. */
static void test_kay_group_with_one_that_cannot_protect_has_no_key(void)
{
	struct group group;

	group_make(&group);
	group_of(&group, 2);
	group_run(&group, 10 * SECONDS);
	check_shared(&group, 2, 0);
	group.ends[2].config.capability = DIMP_MACSEC_CAPABILITY_NONE;
	group_join(&group, 2);
	group_run(&group, 8 * SECONDS);
	CHECK(group.ends[0].last.is_plain_ordered);
	for (unsigned each = 0; each < 3; each++)
		CHECK_EQ(sas(&group.ends[each]), 0);
	group_end(&group);
}

static void test_kay_group_that_nobody_wants_protected_has_no_key(void)
{
	struct group group;

	group_make(&group);
	group.ends[0].config.is_macsec_desired = false;
	group.ends[1].config.is_macsec_desired = false;
	group_of(&group, 2);
	group_run(&group, 8 * SECONDS);
	CHECK_EQ(sas(&group.ends[0]), 0);
	CHECK(!group.ends[0].last.is_macsec_desired && group.ends[0].last.is_plain_ordered);
	group_join(&group, 2);
	group_run(&group, 12 * SECONDS);
	check_shared(&group, 3, find_sa(&group.ends[0], 0)->association_number);
	group_end(&group);
}

/* ---- Extended packet numbers ---- */

/* The greatest SCI has SSCI 1; the first octets of the salt are the server's MI, its first two with
 * the lower half of KN, the next two with the upper half. */
static void check_extended(const struct member_end *end, const struct group *group, unsigned count)
{
	for (unsigned owner = 0; owner < count; owner++) {
		const struct dimp_macsec_sa *const sa = find_sa(end, owner);
		uint8_t salt[12];
		REQUIRE(sa != NULL);
		CHECK_EQ(sa->ssci, count - owner);
		memcpy(salt, group->ends[0].last.member.octets, sizeof salt);
		salt[1] ^= (uint8_t)group->ends[0].last.latest.key.number;
		CHECK_EQ(sa->salt.size, 12);
		CHECK(memcmp(sa->salt.octets, salt, sizeof salt) == 0);
	}
}

static void test_kay_group_agrees_on_sscis_and_salt(void)
{
	struct group group;

	group_make(&group);
	for (unsigned each = 0; each < 3; each++)
		group.ends[each].config.cipher_suite = extended_256;
	group_of(&group, 3);
	group_run(&group, 14 * SECONDS);
	check_shared(&group, 3, find_sa(&group.ends[0], 0)->association_number);
	for (unsigned each = 0; each < 3; each++)
		check_extended(&group.ends[each], &group, 3);
	CHECK_EQ(group.ends[0].last.version, 3);
	CHECK(group.ends[1].last.has_extended);
	group_end(&group);
}

/* The MKPDU that distributes tells the server's SSCI, and the others in the order of theirs. */
static void test_kay_group_tells_sscis_by_order(void)
{
	struct group group;

	group_make(&group);
	for (unsigned each = 0; each < 3; each++)
		group.ends[each].config.cipher_suite = extended_128;
	/* The server stands between the others. */
	group.ends[1].config.priority = 1;
	group_of(&group, 3);
	group_run(&group, 14 * SECONDS);
	const struct mkpdu told = group.ends[1].distributing;
	REQUIRE(told.has_distributed);
	CHECK_EQ(told.server_ssci, 2);
	CHECK_EQ(told.live_count, 2);
	CHECK(memcmp(&told.live[0].member, &group.ends[2].last.member, 12) == 0);
	CHECK(memcmp(&told.live[1].member, &group.ends[0].last.member, 12) == 0);
	CHECK_EQ(find_sa(&group.ends[2], 2)->ssci, 1);
	CHECK_EQ(find_sa(&group.ends[0], 1)->ssci, 2);
	CHECK_EQ(find_sa(&group.ends[1], 0)->ssci, 3);
	group_end(&group);
}

/* How far |which| has come in sending with its SA. */
static void set_next(struct group *group, unsigned which, uint64_t number)
{
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = *find_sa(&group->ends[which], which)};

	record.body.macsec_sa.next_pn = number;
	REQUIRE(di_store_put(group->ends[which].store, 0, &record, group->now));
}

/* With delay protection a frame that was sent before the last hello but one is not taken any more:
 * hellos come every half second, and tell where the one before it stood. */
static void test_kay_group_with_delay_protection_takes_nothing_old(void)
{
	static const uint64_t number = 0x123456789;
	struct group group;

	group_make(&group);
	for (unsigned each = 0; each < 2; each++) {
		group.ends[each].config.cipher_suite = extended_128;
		group.ends[each].config.is_delay_protecting = true;
	}
	group_of(&group, 2);
	group_run(&group, 8 * SECONDS);
	set_next(&group, 1, number);
	group_run(&group, 4 * STEP);
	CHECK(find_sa(&group.ends[0], 1)->lowest_pn == 1);
	group_run(&group, 8 * STEP);
	CHECK(group.ends[1].last.is_delay_protecting);
	CHECK(group.ends[1].last.latest.lowest_pn == number);
	CHECK(find_sa(&group.ends[0], 1)->lowest_pn == number);
	const uint32_t before = group.ends[1].last.message_number;
	group_run(&group, 10 * SECONDS);
	CHECK_EQ(group.ends[1].last.message_number - before, 20);
	group_end(&group);
}

/* Without it nobody's numbers move by what a peer tells. */
static void test_kay_group_without_delay_protection_goes_by_frames_alone(void)
{
	struct group group;

	group_make(&group);
	group_of(&group, 2);
	group_run(&group, 8 * SECONDS);
	set_next(&group, 1, 1000);
	group_run(&group, 6 * SECONDS);
	CHECK(group.ends[1].last.latest.lowest_pn == 1000);
	CHECK(!group.ends[1].last.is_delay_protecting);
	CHECK(find_sa(&group.ends[0], 1)->lowest_pn == 1);
	group_end(&group);
}

/* ---- Suspension ---- */

/* Asked for by who is not key server, granted by who is: nobody is given up while it lasts. */
static void test_kay_group_suspended_outlives_the_life_time(void)
{
	struct group group;

	group_make(&group);
	for (unsigned each = 0; each < 2; each++)
		group.ends[each].config.cipher_suite = extended_128;
	group_of(&group, 2);
	group_run(&group, 8 * SECONDS);
	kay_suspend(group.ends[1].kay, 20, group.now);
	group_run(&group, STEP);
	CHECK_EQ(group.ends[0].last.suspension_s, 20);
	struct kay *const silent = group.ends[1].kay;
	group.ends[1].kay = NULL;
	group_run(&group, 19 * SECONDS);
	CHECK_EQ(sas(&group.ends[0]), 2);
	group_run(&group, 2 * SECONDS);
	CHECK_EQ(sas(&group.ends[0]), 0);
	group.ends[1].kay = silent;
	group_end(&group);
}

/* 32 bits of numbers could run out meanwhile: there is none; nor when the key server grants none.
 */
static void test_kay_group_does_not_suspend_what_must_not_be(void)
{
	struct group short_numbers, unwilling;

	group_make(&short_numbers);
	group_of(&short_numbers, 2);
	group_run(&short_numbers, 8 * SECONDS);
	kay_suspend(short_numbers.ends[0].kay, 20, short_numbers.now);
	group_kill(&short_numbers, 1);
	group_run(&short_numbers, 7 * SECONDS);
	CHECK_EQ(sas(&short_numbers.ends[0]), 0);
	group_end(&short_numbers);
	group_make(&unwilling);
	for (unsigned each = 0; each < 2; each++) {
		unwilling.ends[each].config.cipher_suite = extended_128;
		unwilling.ends[each].config.is_suspending_on_request = false;
	}
	group_of(&unwilling, 2);
	group_run(&unwilling, 8 * SECONDS);
	kay_suspend(unwilling.ends[1].kay, 20, unwilling.now);
	group_run(&unwilling, STEP);
	CHECK_EQ(unwilling.ends[1].last.suspension_s, 20);
	CHECK_EQ(unwilling.ends[0].last.suspension_s, 0);
	group_kill(&unwilling, 1);
	group_run(&unwilling, 7 * SECONDS);
	CHECK_EQ(sas(&unwilling.ends[0]), 0);
	group_end(&unwilling);
}

static const struct test_case tests[] = {
	TEST(test_kay_group_of_three_shares_one_key),
	TEST(test_kay_group_rekeys_for_who_joins_and_who_dies),
	TEST(test_kay_group_key_server_dies_and_the_next_makes_keys),
	TEST(test_kay_group_gives_way_to_a_better_key_server),
	TEST(test_kay_group_has_no_key_server_with_priority_255),
	TEST(test_kay_group_protects_as_all_are_capable_of),
	TEST(test_kay_group_with_one_that_cannot_protect_has_no_key),
	TEST(test_kay_group_that_nobody_wants_protected_has_no_key),
	TEST(test_kay_group_agrees_on_sscis_and_salt),
	TEST(test_kay_group_tells_sscis_by_order),
	TEST(test_kay_group_with_delay_protection_takes_nothing_old),
	TEST(test_kay_group_without_delay_protection_goes_by_frames_alone),
	TEST(test_kay_group_suspended_outlives_the_life_time),
	TEST(test_kay_group_does_not_suspend_what_must_not_be),
	TEST_END,
};

const struct test_suite suite_kay_group = {"kay_group", tests};
