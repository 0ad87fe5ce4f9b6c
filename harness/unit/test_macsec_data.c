/*
 * Proves that the data plane takes each packet number once, refuses replayed and wrong frames, and
 * writes its numbers back; that a new key starts anew and a record never pulls numbers back.
 */
#include "check.h"
#include "sources/macsec_data.h"

#include <string.h>

static const struct dimp_time now = {1000000};

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct macsec_data near_end; /* the bridge */
	struct macsec_frame secured, plain;
	unsigned changes;
};

static const uint8_t data_frame[] = {2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1, 0x08, 0x00, 1, 2, 3, 4, 5};

static struct dimp_record sa(enum dimp_direction direction, uint8_t key)
{
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.body.macsec_sa = {.sci = {{2, 0, 0, 0, 0, 1, 0, 1}},
			.direction = (uint8_t)direction,
			.cipher_suite = 0x0080c20001000001,
			.is_encrypting = 1,
			.is_in_use = 1,
			.sectag = SECTAG_BIT_SCI,
			.validate = DIMP_VALIDATE_STRICT,
			.next_pn = 1,
			.lowest_pn = 1,
			.sak = {.size = 16, .octets = {key}},
			.key_identifier = {{key}},
			.attributes = 1U << DIMP_ATTRIBUTE_macsec_sa_sak |
				1U << DIMP_ATTRIBUTE_macsec_sa_key_identifier}};

	return record;
}

static void count_change(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time at)
{
	(void)slot;
	(void)change;
	(void)at;
	++*(unsigned *)context;
}

static void put(struct rig *rig, struct dimp_record record)
{
	CHECK(di_store_put(rig->store, 0, &record, now));
}

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create()};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store, .counters = &rig->counters};
	macsec_data_init(&rig->near_end);
	put(rig, sa(DIMP_DIRECTION_RECEIVE, 7));
	put(rig, sa(DIMP_DIRECTION_TRANSMIT, 7));
	di_store_set_observer(rig->store, count_change, &rig->changes);
}

static enum macsec_verdict protect(struct rig *rig)
{
	const struct dimp_view octets = {data_frame, sizeof data_frame};

	return macsec_data_protect(&rig->near_end, &rig->place, octets, &rig->secured);
}

/* What was protected comes back as if the VM had sent it: one SCI serves both directions here. */
static enum macsec_verdict validate(struct rig *rig, const struct macsec_frame *secured)
{
	struct ethernet_frame frame;

	if (!ethernet_read((struct dimp_view){secured->octets, secured->size}, &frame))
		return MACSEC_BAD;
	return macsec_data_validate(&rig->near_end, &rig->place, &frame, &rig->plain);
}

static const struct dimp_macsec_sa *stored(const struct rig *rig, enum dimp_direction direction)
{
	const struct dimp_record key = sa(direction, 7);
	const struct di_entry *const entry = di_store_find(rig->store, 0, &key);

	return entry == NULL ? NULL : &entry->record.body.macsec_sa;
}

static void test_macsec_data_protects_and_validates(void)
{
	struct rig rig;

	rig_start(&rig);
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	CHECK_EQ(rig.secured.size, sizeof data_frame + 2 + 14 + 16);
	CHECK_BYTES(rig.secured.octets, 28,
		"020000000009 020000000001 88e5 2c07 00000001 0200000000010001");
	REQUIRE(validate(&rig, &rig.secured) == MACSEC_PASSED);
	REQUIRE(rig.plain.size == sizeof data_frame);
	CHECK(memcmp(rig.plain.octets, data_frame, sizeof data_frame) == 0);
	di_store_destroy(rig.store);
}

static void test_macsec_data_refuses_replays_and_changed_frames(void)
{
	struct rig rig;

	rig_start(&rig);
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	const struct macsec_frame first = rig.secured;
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	struct macsec_frame changed = rig.secured;
	changed.octets[30] ^= 1;
	CHECK_EQ(validate(&rig, &changed), MACSEC_BAD);
	/* The frame that failed moved no window. */
	CHECK_EQ(validate(&rig, &first), MACSEC_PASSED);
	CHECK_EQ(validate(&rig, &first), MACSEC_REPLAYED);
	CHECK_EQ(validate(&rig, &rig.secured), MACSEC_PASSED);
	CHECK_EQ(validate(&rig, &first), MACSEC_REPLAYED);
	CHECK_EQ(rig.counters.replayed, 2);
	CHECK_EQ(rig.counters.bad_integrity, 1);
	CHECK_EQ(rig.counters.decrypted, 2);
	changed = rig.secured;
	changed.octets[14] |= 1;
	CHECK_EQ(validate(&rig, &changed), MACSEC_NO_SA);
	changed.size = 40;
	CHECK_EQ(validate(&rig, &changed), MACSEC_BAD);
	di_store_destroy(rig.store);
}

static void test_macsec_data_window_lets_late_frames_pass(void)
{
	struct dimp_record receive = sa(DIMP_DIRECTION_RECEIVE, 7);
	struct macsec_frame frames[4];
	struct rig rig;

	rig_start(&rig);
	receive.body.macsec_sa.replay_window = 2;
	put(&rig, receive);
	for (size_t i = 0; i < 4; i++) {
		REQUIRE(protect(&rig) == MACSEC_PASSED);
		frames[i] = rig.secured;
	}
	CHECK_EQ(validate(&rig, &frames[3]), MACSEC_PASSED);
	CHECK_EQ(validate(&rig, &frames[2]), MACSEC_PASSED);
	CHECK_EQ(validate(&rig, &frames[1]), MACSEC_REPLAYED);
	di_store_destroy(rig.store);
}

static void test_macsec_data_writes_numbers_back_on_flush_only(void)
{
	struct rig rig;

	rig_start(&rig);
	for (unsigned i = 0; i < 5; i++) {
		REQUIRE(protect(&rig) == MACSEC_PASSED);
		REQUIRE(validate(&rig, &rig.secured) == MACSEC_PASSED);
	}
	CHECK_EQ(rig.changes, 0);
	macsec_data_flush(&rig.near_end, &rig.place, now);
	CHECK_EQ(rig.changes, 2);
	CHECK_EQ(stored(&rig, DIMP_DIRECTION_TRANSMIT)->next_pn, 6);
	CHECK_EQ(stored(&rig, DIMP_DIRECTION_RECEIVE)->lowest_pn, 6);
	macsec_data_flush(&rig.near_end, &rig.place, now);
	CHECK_EQ(rig.changes, 2);
	/* At a new bridge the records are all there is: the next number follows, old frames are
	 * refused. */
	macsec_data_init(&rig.near_end);
	CHECK_EQ(validate(&rig, &rig.secured), MACSEC_REPLAYED);
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	CHECK_BYTES(rig.secured.octets + 16, 4, "00000006");
	di_store_destroy(rig.store);
}

static void test_macsec_data_never_goes_back(void)
{
	struct rig rig;

	rig_start(&rig);
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	/* A record that says less is not believed, one that says more is. */
	put(&rig, sa(DIMP_DIRECTION_TRANSMIT, 7));
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	CHECK_BYTES(rig.secured.octets + 16, 4, "00000003");
	struct dimp_record more = sa(DIMP_DIRECTION_TRANSMIT, 7);
	more.body.macsec_sa.next_pn = 100;
	put(&rig, more);
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	CHECK_BYTES(rig.secured.octets + 16, 4, "00000064");
	/* Another key under the same AN begins at one. */
	put(&rig, sa(DIMP_DIRECTION_TRANSMIT, 8));
	REQUIRE(protect(&rig) == MACSEC_PASSED);
	CHECK_BYTES(rig.secured.octets + 16, 4, "00000001");
	di_store_destroy(rig.store);
}

static void test_macsec_data_ends_with_the_last_number(void)
{
	struct dimp_record last = sa(DIMP_DIRECTION_TRANSMIT, 7);
	struct rig rig;

	rig_start(&rig);
	last.body.macsec_sa.next_pn = 0xffffffff;
	put(&rig, last);
	CHECK_EQ(protect(&rig), MACSEC_PASSED);
	CHECK_BYTES(rig.secured.octets + 16, 4, "ffffffff");
	CHECK_EQ(protect(&rig), MACSEC_EXHAUSTED);
	last.body.macsec_sa.is_in_use = 0;
	put(&rig, last);
	CHECK_EQ(protect(&rig), MACSEC_NO_SA);
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_macsec_data_protects_and_validates),
	TEST(test_macsec_data_refuses_replays_and_changed_frames),
	TEST(test_macsec_data_window_lets_late_frames_pass),
	TEST(test_macsec_data_writes_numbers_back_on_flush_only),
	TEST(test_macsec_data_never_goes_back),
	TEST(test_macsec_data_ends_with_the_last_number),
	TEST_END,
};

const struct test_suite suite_macsec_data = {"macsec_data", tests};
