/*
 * Proves that rounds read out of the DI table carry what changed in their span, once, in order of
 * DI types, with less time left, and that digests of source and destination agree.
 */
#include "check.h"

#include "di_export.h"
#include "di_world.h"
#include "crypto/openssl_crypto.h"

static const struct dimp_time start = {0};

static enum dimp_error change(struct di_world *world, struct dimp_record record)
{
	return di_table_change(world->table, 0, &record, start);
}

static void test_di_export_goes_by_type_and_ages(void)
{
	struct di_world world;
	struct di_export round;
	uint8_t octets[64];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);

	di_world_open(&world);
	CHECK_EQ(change(&world, di_world_binding(1, 5000)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_session(2)), DIMP_ERROR_NONE);
	di_export_start(&round, world.table, 0, &(struct di_changes){UINT64_MAX, 0, 2});
	CHECK_EQ(di_export_next(&round, world.table, &writer, di_world_at_ms(1000)),
		DI_EXPORT_WRITTEN);
	CHECK_EQ(di_export_next(&round, world.table, &writer, di_world_at_ms(2000)),
		DI_EXPORT_WRITTEN);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_END);
	CHECK_BYTES(octets, writer.size,
		"0201 0014 0101 020000000002 0000 00 00 00000000 00000000"
		"0204 0012 0101 0000 020000000001 0a000001 00000bb8");
	di_world_close(&world);
}

static void test_di_export_waits_for_room(void)
{
	struct di_world world;
	struct di_export round;
	uint8_t octets[BINDING_SIZE];
	struct wire_writer small = wire_writer_of(octets, BINDING_SIZE - 1);
	struct wire_writer writer = wire_writer_of(octets, BINDING_SIZE);

	di_world_open(&world);
	CHECK_EQ(change(&world, di_world_binding(1, 5000)), DIMP_ERROR_NONE);
	di_export_start(&round, world.table, 0, &(struct di_changes){UINT64_MAX, 0, 1});
	CHECK_EQ(di_export_next(&round, world.table, &small, start), DI_EXPORT_FULL);
	CHECK_EQ(small.size, 0);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_END);
	di_world_close(&world);
}

static void test_di_export_later_round_has_changes_and_deletions(void)
{
	struct di_world world;
	struct di_export round;
	uint8_t octets[128];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);

	di_world_open(&world);
	di_table_keep_markers(world.table, 0);
	CHECK_EQ(change(&world, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_binding(2, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_deletion(1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_session(2)), DIMP_ERROR_NONE);
	di_export_start(&round, world.table, 0,
		&(struct di_changes){1 << DIMP_DI_DHCP_BINDING, 2, 4});
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_END);
	CHECK_BYTES(octets, writer.size, "0204 0012 0201 0000 020000000001 00000000 00000000");
	di_world_close(&world);
}

static void test_di_export_leaves_to_the_next_round_what_changes_meanwhile(void)
{
	struct di_world world;
	struct di_export round;
	uint8_t octets[128];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);

	di_world_open(&world);
	CHECK_EQ(change(&world, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_binding(2, 1)), DIMP_ERROR_NONE);
	di_export_start(&round, world.table, 0, &(struct di_changes){UINT64_MAX, 0, 2});
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_EQ(change(&world, di_world_binding(2, 2)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_binding(3, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_END);
	di_export_start(&round, world.table, 0, &(struct di_changes){UINT64_MAX, 2, 4});
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_END);
	di_world_close(&world);
}

/* What nobody here knows counts in the digest and goes out again as it came (DIMP 6.3-8). */
static void test_di_export_hands_on_what_was_skipped(void)
{
	static const uint8_t octets[BINDING_SIZE + 6] = {2, 4, 0, 24, 1, 1, 0, 0, 2, 0, 0, 0, 0, 1,
		10, 0, 0, 1, 0, 0, 0x13, 0x88, 0x80, 0x1f, 0, 2, 0xca, 0xfe};
	static const struct dimp_id16 key = {{4, 5, 6}};
	const struct di_arrival arrival = {.round = 0};
	struct openssl_crypto *crypto = openssl_crypto_create_seeded(1, "digest");
	struct di_world world;
	struct di_export round;
	struct digest with, without;
	struct dimp_digest_row rows[DIMP_ROWS_MAX];
	uint8_t sent[64];
	struct wire_writer writer = wire_writer_of(sent, sizeof sent);

	di_world_open(&world);
	digest_start(&with, openssl_crypto_table(crypto), &key);
	digest_start(&without, openssl_crypto_table(crypto), &key);
	CHECK_EQ(
		di_table_stage(world.table, 1, (struct dimp_view){octets, sizeof octets}, &arrival),
		DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_binding(1, 5000)), DIMP_ERROR_NONE);
	di_table_digest(world.table, 1, UINT64_MAX, &with);
	di_table_digest(world.table, 0, UINT64_MAX, &without);
	CHECK(!digest_matches(&with, rows, digest_rows(&without, rows)));
	di_table_activate(world.table, 1);
	di_export_start(&round, world.table, 1, &(struct di_changes){UINT64_MAX, 0, 2});
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_BYTES(sent, writer.size,
		"0204 0018 0101 0000 020000000001 0a000001 00001388 801f 0002 cafe");
	/* Also when the bridge renews what it does know of the entry. */
	const struct dimp_record renewed = di_world_binding(1, 6000);
	writer = wire_writer_of(sent, sizeof sent);
	CHECK_EQ(di_table_change(world.table, 1, &renewed, start), DIMP_ERROR_NONE);
	di_export_start(&round, world.table, 1, &(struct di_changes){UINT64_MAX, 0, 3});
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_BYTES(sent, writer.size,
		"0204 0018 0101 0000 020000000001 0a000001 00001770 801f 0002 cafe");
	/* But not when it was over in between. */
	const struct dimp_record ended = di_world_deletion(1);
	writer = wire_writer_of(sent, sizeof sent);
	CHECK_EQ(di_table_change(world.table, 1, &ended, start), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_change(world.table, 1, &renewed, start), DIMP_ERROR_NONE);
	di_export_start(&round, world.table, 1, &(struct di_changes){UINT64_MAX, 0, 9});
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_BYTES(sent, writer.size, "0204 0012 0101 0000 020000000001 0a000001 00001770");
	di_world_close(&world);
	openssl_crypto_destroy(crypto);
}

/* Different order, different time left, an overwritten entry: the same digest. */
static void test_di_export_digests_agree_across_order_and_age(void)
{
	static const struct dimp_id16 key = {{1, 2, 3}};
	struct openssl_crypto *crypto = openssl_crypto_create_seeded(1, "digest");
	const struct dimp_record one = di_world_binding(1, 700), two = di_world_binding(2, 10);
	struct di_world source, destination;
	struct digest sent, staged;
	struct dimp_digest_row rows[DIMP_ROWS_MAX];

	di_world_open(&source);
	di_world_open(&destination);
	digest_start(&sent, openssl_crypto_table(crypto), &key);
	digest_start(&staged, openssl_crypto_table(crypto), &key);
	CHECK_EQ(change(&source, di_world_binding(1, 1000)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&source, di_world_binding(2, 2000)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&source, di_world_session(9)), DIMP_ERROR_NONE);
	CHECK_EQ(di_world_stage(&destination, 1, &two, 0), DIMP_ERROR_NONE);
	CHECK_EQ(di_world_stage(&destination, 1, &one, 0), DIMP_ERROR_NONE);
	di_table_digest(source.table, 0, 1 << DIMP_DI_DHCP_BINDING, &sent);
	di_table_digest(destination.table, 1, UINT64_MAX, &staged);
	CHECK_EQ(digest_rows(&sent, rows), 1);
	CHECK_EQ(rows[0].type, DIMP_DI_DHCP_BINDING);
	CHECK_EQ(rows[0].entries, 2);
	CHECK(digest_matches(&staged, rows, 1));
	CHECK(!digest_matches(&staged, rows, 0));
	rows[0].sum++;
	CHECK(!digest_matches(&staged, rows, 1));
	di_world_close(&source);
	di_world_close(&destination);
	openssl_crypto_destroy(crypto);
}

static bool fail_siphash(void *user, uint64_t *sum, const uint8_t key[16], struct dimp_view octets)
{
	(void)user;
	(void)sum;
	(void)key;
	(void)octets;
	return false;
}

static void test_di_export_digest_that_failed_matches_nothing(void)
{
	static const struct dimp_id16 key;
	const struct dimp_crypto crypto = {.siphash = fail_siphash};
	struct di_world world;
	struct digest digest;
	struct dimp_digest_row rows[DIMP_ROWS_MAX];

	di_world_open(&world);
	digest_start(&digest, &crypto, &key);
	CHECK(digest_matches(&digest, rows, 0));
	CHECK_EQ(change(&world, di_world_session(1)), DIMP_ERROR_NONE);
	di_table_digest(world.table, 0, UINT64_MAX, &digest);
	CHECK(!digest_matches(&digest, rows, digest_rows(&digest, rows)));
	di_world_close(&world);
}

/* The sum of one entry is SipHash-2-4 of its canonical form, written here by hand. */
static void test_di_export_digest_is_siphash_of_the_canonical_form(void)
{
	static const uint8_t canonical[BINDING_SIZE] = {2, 4, 0, 18, 1, 1, 0, 0, 2, 0, 0, 0, 0, 1,
		10, 0, 0, 1, 0, 0, 0, 0};
	static const struct dimp_id16 key = {{9, 8, 7}};
	struct openssl_crypto *provider = openssl_crypto_create_seeded(1, "digest");
	const struct dimp_crypto *crypto = openssl_crypto_table(provider);
	struct di_world world;
	struct digest digest;
	uint64_t sum = 0;

	di_world_open(&world);
	digest_start(&digest, crypto, &key);
	CHECK_EQ(change(&world, di_world_binding(1, 1234)), DIMP_ERROR_NONE);
	di_table_digest(world.table, 0, UINT64_MAX, &digest);
	CHECK(crypto->siphash(crypto->user, &sum, key.octets,
		(struct dimp_view){canonical, sizeof canonical}));
	CHECK_EQ(digest.sums[DIMP_DI_DHCP_BINDING], sum);
	di_world_close(&world);
	openssl_crypto_destroy(provider);
}

/* What was changed after the last number of the round is another round's, all of it. */
static void test_di_export_reads_up_to_its_last_number(void)
{
	struct di_world world;
	struct di_export round;
	uint8_t octets[128];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);

	di_world_open(&world);
	CHECK_EQ(change(&world, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, di_world_session(2)), DIMP_ERROR_NONE);
	di_export_start(&round, world.table, 0, &(struct di_changes){UINT64_MAX, 0, 1});
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_WRITTEN);
	CHECK_EQ(di_export_next(&round, world.table, &writer, start), DI_EXPORT_END);
	CHECK_EQ(writer.size, BINDING_SIZE);
	di_world_close(&world);
}

static const struct test_case tests[] = {
	TEST(test_di_export_digest_that_failed_matches_nothing),
	TEST(test_di_export_digest_is_siphash_of_the_canonical_form),
	TEST(test_di_export_hands_on_what_was_skipped),
	TEST(test_di_export_goes_by_type_and_ages),
	TEST(test_di_export_waits_for_room),
	TEST(test_di_export_later_round_has_changes_and_deletions),
	TEST(test_di_export_leaves_to_the_next_round_what_changes_meanwhile),
	TEST(test_di_export_digests_agree_across_order_and_age),
	TEST(test_di_export_reads_up_to_its_last_number),
	TEST_END,
};

const struct test_suite suite_di_export = {"di_export", tests};
