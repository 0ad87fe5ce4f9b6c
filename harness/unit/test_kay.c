/*
 * Proves the KaY: two of them find each other, elect and share a SAK, go over to the next one
 * without a gap, notice when the other falls silent; and one that moved goes on as it was.
 */
#include "check.h"
#include "crypto/openssl_crypto.h"
#include "sources/kay.h"

#include <string.h>

enum { BRIDGE, VM, ENDS, SECONDS = 1000000 };

struct end {
	struct di_store *store;
	struct kay_config config;
	struct kay *kay;
	uint8_t last[KAY_FRAME_MAX];
	size_t last_size;
	unsigned sent;
};

struct rig {
	struct openssl_crypto *crypto;
	struct dimp_time now;
	struct end ends[ENDS];
	bool is_cut;
};

static void end_start(struct rig *rig, struct end *end)
{
	const struct source_place place = {.store = end->store};

	end->kay = kay_create(&end->config, &place);
	REQUIRE(end->kay != NULL);
	kay_start(end->kay, rig->now);
}

static void rig_start(struct rig *rig, uint8_t bridge_priority, uint8_t vm_priority)
{
	*rig = (struct rig){.crypto = openssl_crypto_create_seeded(7, "kay"), .now = {3 * SECONDS}};
	REQUIRE(rig->crypto != NULL);
	for (unsigned each = 0; each < ENDS; each++) {
		struct end *const end = &rig->ends[each];
		kay_config_default(&end->config);
		end->config.crypto = openssl_crypto_table(rig->crypto);
		end->config.keys.cak = (struct mka_key){.octets = {9}, .size = 16};
		end->config.keys.name = (struct mka_key){.octets = {8}, .size = 4};
		REQUIRE(mka_keys_derive(&end->config.keys));
		end->config.sci = (struct dimp_sci){{2, 0, 0, 0, 0, (uint8_t)(each + 1), 0, 1}};
		end->store = di_store_create();
		REQUIRE(end->store != NULL);
	}
	rig->ends[BRIDGE].config.priority = bridge_priority;
	rig->ends[VM].config.priority = vm_priority;
	rig->ends[VM].config.transmits = DIMP_DIRECTION_RECEIVE;
	for (unsigned each = 0; each < ENDS; each++)
		end_start(rig, &rig->ends[each]);
}

static void rig_stop(struct rig *rig)
{
	for (unsigned each = 0; each < ENDS; each++) {
		kay_destroy(rig->ends[each].kay);
		di_store_destroy(rig->ends[each].store);
	}
	openssl_crypto_destroy(rig->crypto);
}

/* What |from| has to send arrives at once; false when it has nothing. */
static bool pass(struct rig *rig, unsigned from)
{
	struct end *const end = &rig->ends[from];
	uint8_t octets[KAY_FRAME_MAX];
	const size_t size = kay_transmit(end->kay, octets, rig->now);

	if (size == 0)
		return false;
	memcpy(end->last, octets, size);
	end->last_size = size;
	end->sent++;
	if (!rig->is_cut)
		kay_hear(rig->ends[1 - from].kay, (struct dimp_view){octets, size}, rig->now);
	return true;
}

static void run(struct rig *rig, uint64_t us)
{
	for (uint64_t step = 0; step < us; step += 100000) {
		rig->now.us += 100000;
		kay_expire(rig->ends[BRIDGE].kay, rig->now);
		kay_expire(rig->ends[VM].kay, rig->now);
		for (unsigned turn = 0; turn < 32; turn++)
			if (!pass(rig, turn % 2) && !pass(rig, 1 - turn % 2))
				break;
	}
}

/* The one that was put last: while a key is gone over to, the old one is received with, too. */
static const struct dimp_macsec_sa *sa_of(const struct end *end, enum dimp_direction direction,
	bool is_in_use)
{
	const struct dimp_macsec_sa *found = NULL;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(end->store, 0, DIMP_DI_MACSEC_SA, &cursor))) {
		const struct dimp_macsec_sa *const sa = &entry->record.body.macsec_sa;
		if (sa->direction == direction && (sa->is_in_use != 0) == is_in_use)
			found = sa;
	}
	return found;
}

static const struct dimp_mka_participant *participant_of(const struct end *end)
{
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(end->store, 0, DIMP_DI_MKA_PARTICIPANT, &cursor);

	REQUIRE(entry != NULL);
	return &entry->record.body.mka_participant;
}

static size_t sas(const struct end *end)
{
	return di_store_count(end->store, 0, DIMP_DI_MACSEC_SA);
}

static struct mkpdu last_of(const struct end *end)
{
	struct ethernet_frame frame;
	struct mkpdu mkpdu;

	REQUIRE(ethernet_read((struct dimp_view){end->last, end->last_size}, &frame));
	REQUIRE(mkpdu_read(frame.payload, &mkpdu));
	return mkpdu;
}

/* Both directions of one SAK, sent and received with, on |rig|'s both ends. */
static void check_agreed(const struct rig *rig, unsigned association_number)
{
	for (unsigned each = 0; each < ENDS; each++) {
		const struct dimp_macsec_sa *const transmit =
			sa_of(&rig->ends[each], DIMP_DIRECTION_TRANSMIT, true);
		const struct dimp_macsec_sa *const receive =
			sa_of(&rig->ends[each], DIMP_DIRECTION_RECEIVE, true);
		REQUIRE(transmit != NULL && receive != NULL);
		CHECK_EQ(transmit->association_number, association_number);
		CHECK_EQ(receive->association_number, association_number);
		CHECK(memcmp(&transmit->sci, &rig->ends[BRIDGE].config.sci, 8) == 0);
		CHECK(memcmp(&receive->sci, &rig->ends[VM].config.sci, 8) == 0);
		CHECK(memcmp(&transmit->sak, &receive->sak, sizeof transmit->sak) == 0);
	}
	const struct dimp_macsec_sa *const one =
		sa_of(&rig->ends[BRIDGE], DIMP_DIRECTION_TRANSMIT, true);
	const struct dimp_macsec_sa *const other =
		sa_of(&rig->ends[VM], DIMP_DIRECTION_TRANSMIT, true);
	CHECK(memcmp(&one->sak, &other->sak, sizeof one->sak) == 0);
}

static void test_kay_two_agree_on_a_key(void)
{
	struct rig rig;

	rig_start(&rig, 16, 128);
	run(&rig, SECONDS);
	check_agreed(&rig, 0);
	CHECK_EQ(participant_of(&rig.ends[BRIDGE])->is_key_server, 1);
	CHECK_EQ(participant_of(&rig.ends[VM])->is_key_server, 0);
	run(&rig, 4 * SECONDS);
	CHECK_EQ(sas(&rig.ends[BRIDGE]), 2);
	CHECK_EQ(sas(&rig.ends[VM]), 2);
	CHECK(!kay_is_rekeying(rig.ends[BRIDGE].kay));
	rig_stop(&rig);
}

static void test_kay_the_lower_priority_and_then_the_lower_sci_is_key_server(void)
{
	struct rig vm_wins, tie;

	rig_start(&vm_wins, 128, 16);
	run(&vm_wins, SECONDS);
	check_agreed(&vm_wins, 0);
	CHECK_EQ(participant_of(&vm_wins.ends[VM])->is_key_server, 1);
	rig_stop(&vm_wins);
	rig_start(&tie, 16, 16);
	run(&tie, SECONDS);
	CHECK_EQ(participant_of(&tie.ends[BRIDGE])->is_key_server, 1);
	rig_stop(&tie);
}

static void test_kay_speaks_every_two_seconds_with_a_rising_number(void)
{
	struct rig rig;

	rig_start(&rig, 16, 128);
	run(&rig, 5 * SECONDS);
	const struct mkpdu before = last_of(&rig.ends[BRIDGE]);
	const unsigned sent = rig.ends[BRIDGE].sent;
	run(&rig, 20 * SECONDS);
	CHECK_EQ(rig.ends[BRIDGE].sent - sent, 10);
	CHECK_EQ(last_of(&rig.ends[BRIDGE]).message_number, before.message_number + 10);
	CHECK_EQ(participant_of(&rig.ends[BRIDGE])->next_message, before.message_number + 11);
	rig_stop(&rig);
}

static void test_kay_gives_up_a_silent_peer_after_the_life_time(void)
{
	struct rig rig;

	rig_start(&rig, 16, 128);
	run(&rig, 5 * SECONDS);
	rig.is_cut = true;
	run(&rig, 39 * SECONDS / 10);
	CHECK_EQ(sas(&rig.ends[BRIDGE]), 2);
	run(&rig, 22 * SECONDS / 10);
	CHECK_EQ(sas(&rig.ends[BRIDGE]), 0);
	CHECK_EQ(di_store_count(rig.ends[BRIDGE].store, 0, DIMP_DI_MKA_PEER), 0);
	rig.is_cut = false;
	run(&rig, 8 * SECONDS);
	check_agreed(&rig, 1);
	rig_stop(&rig);
}

static void set_number(const struct end *end, uint64_t number)
{
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = *sa_of(end, DIMP_DIRECTION_TRANSMIT, true)};

	record.body.macsec_sa.next_pn = number;
	REQUIRE(di_store_put(end->store, 0, &record, (struct dimp_time){0}));
}

/* The next SAK has the next AN; both keys are there until the old one is retired. */
static void test_kay_makes_a_new_key_before_numbers_end(void)
{
	struct rig rig;

	rig_start(&rig, 16, 128);
	run(&rig, 10 * SECONDS);
	set_number(&rig.ends[BRIDGE], 0xbfffffff);
	run(&rig, 3 * SECONDS);
	check_agreed(&rig, 0);
	CHECK_EQ(sas(&rig.ends[BRIDGE]), 2);
	set_number(&rig.ends[BRIDGE], 0xc0000000);
	run(&rig, 21 * SECONDS / 10);
	check_agreed(&rig, 1);
	CHECK_EQ(sas(&rig.ends[BRIDGE]), 4);
	CHECK_EQ(sa_of(&rig.ends[BRIDGE], DIMP_DIRECTION_TRANSMIT, true)->next_pn, 1);
	run(&rig, 4 * SECONDS);
	CHECK_EQ(sas(&rig.ends[BRIDGE]), 2);
	CHECK_EQ(sas(&rig.ends[VM]), 2);
	rig_stop(&rig);
}

/* Never sooner than six seconds after the last distribution. */
static void test_kay_waits_before_the_next_distribution(void)
{
	struct rig rig;

	rig_start(&rig, 16, 128);
	run(&rig, SECONDS);
	set_number(&rig.ends[BRIDGE], 0xc0000000);
	run(&rig, 45 * SECONDS / 10);
	check_agreed(&rig, 0);
	run(&rig, 15 * SECONDS / 10);
	check_agreed(&rig, 1);
	rig_stop(&rig);
}

static void test_kay_refuses_replays_and_foreign_keys(void)
{
	struct rig rig, other;

	rig_start(&rig, 16, 128);
	rig_start(&other, 16, 128);
	run(&rig, SECONDS);
	const struct end *const vm = &rig.ends[VM];
	uint8_t replayed[KAY_FRAME_MAX];
	const size_t size = vm->last_size;
	memcpy(replayed, vm->last, size);
	run(&rig, 4 * SECONDS);
	const uint32_t left = participant_of(&rig.ends[BRIDGE])->next_message;
	kay_hear(rig.ends[BRIDGE].kay, (struct dimp_view){replayed, size}, rig.now);
	rig.is_cut = true;
	run(&rig, 45 * SECONDS / 10);
	/* Had the replay counted as life, the peer would still be there two seconds later. */
	kay_hear(rig.ends[BRIDGE].kay, (struct dimp_view){replayed, size}, rig.now);
	run(&rig, 2 * SECONDS);
	CHECK_EQ(sas(&rig.ends[BRIDGE]), 0);
	CHECK(participant_of(&rig.ends[BRIDGE])->next_message > left);
	replayed[size - 1] ^= 1;
	kay_hear(other.ends[BRIDGE].kay, (struct dimp_view){replayed, size}, other.now);
	CHECK_EQ(di_store_count(other.ends[BRIDGE].store, 0, DIMP_DI_MKA_PEER), 0);
	replayed[size - 1] ^= 1;
	kay_hear(other.ends[BRIDGE].kay, (struct dimp_view){replayed, size}, other.now);
	CHECK_EQ(di_store_count(other.ends[BRIDGE].store, 0, DIMP_DI_MKA_PEER), 1);
	rig_stop(&rig);
	rig_stop(&other);
}

/* The VM's last MKPDU once more, with its latest key told of as its old one. */
static size_t retell_as_old(const struct rig *rig, uint8_t octets[KAY_FRAME_MAX])
{
	static uint8_t packet[KAY_FRAME_MAX];
	struct mkpdu mkpdu = last_of(&rig->ends[VM]);
	struct ethernet_frame frame;

	mkpdu.message_number++;
	mkpdu.old = mkpdu.latest;
	mkpdu.latest = (struct mkpdu_use){.association_number = 0};
	REQUIRE(ethernet_read((struct dimp_view){rig->ends[VM].last, rig->ends[VM].last_size},
		&frame));
	const size_t size = mkpdu_write(&mkpdu, packet, sizeof packet - MKPDU_ICV_SIZE);
	frame.payload = (struct dimp_view){packet, size};
	REQUIRE(mka_keys_seal(&rig->ends[VM].config.keys, &frame, packet + size));
	frame.payload.size += MKPDU_ICV_SIZE;
	return ethernet_write(&frame, octets, KAY_FRAME_MAX);
}

static void test_kay_knows_its_key_when_it_is_told_of_as_the_old_one(void)
{
	struct rig rig;
	uint8_t octets[KAY_FRAME_MAX];

	rig_start(&rig, 16, 128);
	run(&rig, 5 * SECONDS);
	const size_t size = retell_as_old(&rig, octets);
	kay_hear(rig.ends[BRIDGE].kay, (struct dimp_view){octets, size}, rig.now);
	CHECK(!kay_is_rekeying(rig.ends[BRIDGE].kay));
	kay_conclude(rig.ends[BRIDGE].kay);
	REQUIRE(pass(&rig, BRIDGE));
	CHECK(!last_of(&rig.ends[BRIDGE]).has_distributed);
	rig_stop(&rig);
}

/* ---- Moving ---- */

/* The bridge's records go on under another KaY, which has neither CAK nor CKN; |is_at_risk| leaves
 * the transmit side behind. */
static void move(struct rig *rig, bool is_at_risk)
{
	struct end *const bridge = &rig->ends[BRIDGE];
	struct di_store *const there = di_store_create();

	REQUIRE(there != NULL);
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		while ((entry = di_store_next(bridge->store, 0, (enum dimp_di_type)type,
				&cursor))) {
			struct dimp_record record;
			di_entry_at(entry, rig->now, &record);
			if (is_at_risk && type == DIMP_DI_MACSEC_SA &&
				record.body.macsec_sa.direction == DIMP_DIRECTION_TRANSMIT)
				continue;
			REQUIRE(di_store_put(there, 0, &record, rig->now));
		}
	}
	kay_destroy(bridge->kay);
	di_store_destroy(bridge->store);
	bridge->store = there;
	bridge->config.keys = (struct mka_keys){.cak = {.size = 0}};
	bridge->config.sci = (struct dimp_sci){{2, 0, 0, 0, 0, 9, 0, 1}};
	end_start(rig, bridge);
}

static void test_kay_moved_goes_on_as_the_same_participant(void)
{
	struct rig rig;

	rig_start(&rig, 16, 128);
	run(&rig, 4 * SECONDS);
	kay_conclude(rig.ends[BRIDGE].kay);
	REQUIRE(pass(&rig, BRIDGE));
	const struct mkpdu last = last_of(&rig.ends[BRIDGE]);
	move(&rig, false);
	kay_expire(rig.ends[BRIDGE].kay, rig.now);
	REQUIRE(pass(&rig, BRIDGE));
	const struct mkpdu first = last_of(&rig.ends[BRIDGE]);
	CHECK_EQ(first.message_number, last.message_number + 1);
	CHECK(memcmp(&first.member, &last.member, sizeof first.member) == 0);
	CHECK(memcmp(&first.sci, &last.sci, sizeof first.sci) == 0);
	CHECK_EQ(first.live_count, 1);
	CHECK(mkpdu_is_same_key(&first.latest.key, &last.latest.key));
	CHECK_EQ(sas(&rig.ends[VM]), 2);
	/* The last SAK was distributed 4 s ago; the next comes 2 s later, and not before. */
	run(&rig, 15 * SECONDS / 10);
	CHECK_EQ(last_of(&rig.ends[BRIDGE]).latest.key.number, 1);
	run(&rig, SECONDS);
	CHECK_EQ(last_of(&rig.ends[BRIDGE]).latest.key.number, 2);
	CHECK_EQ(sa_of(&rig.ends[VM], DIMP_DIRECTION_TRANSMIT, true)->association_number, 1);
	rig_stop(&rig);
}

/* Forgets the latest key of the bridge's records, as if there had never been one. */
static void forget_latest_key(struct rig *rig)
{
	struct di_store *const store = rig->ends[BRIDGE].store;
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(store, 0, DIMP_DI_MKA_PARTICIPANT, &cursor);
	REQUIRE(entry != NULL);
	struct dimp_record record = entry->record;
	struct dimp_mka_participant *const participant = &record.body.mka_participant;

	participant->latest_key = (struct dimp_id16){{0}};
	participant->latest_association_number = 0;
	participant->latest_is_receiving = participant->latest_is_transmitting = 0;
	participant->latest_lowest_pn = 0;
	REQUIRE(di_store_put(store, 0, &record, rig->now));
}

/* What a peer is said to do with the latest key counts for nothing without one (DIMP 8.7-4). */
static void test_kay_moved_without_a_key_believes_nobody_to_use_it(void)
{
	struct rig rig;
	size_t cursor = 0;

	rig_start(&rig, 16, 128);
	run(&rig, 4 * SECONDS);
	const struct di_entry *entry =
		di_store_next(rig.ends[BRIDGE].store, 0, DIMP_DI_MKA_PEER, &cursor);
	REQUIRE(entry != NULL);
	CHECK_EQ(entry->record.body.mka_peer.is_receiving, 1);
	forget_latest_key(&rig);
	move(&rig, false);
	kay_expire(rig.ends[BRIDGE].kay, rig.now);
	cursor = 0;
	entry = di_store_next(rig.ends[BRIDGE].store, 0, DIMP_DI_MKA_PEER, &cursor);
	REQUIRE(entry != NULL);
	CHECK_EQ(entry->record.body.mka_peer.is_receiving, 0);
	CHECK_EQ(entry->record.body.mka_peer.is_transmitting, 0);
	rig_stop(&rig);
}

/* DIMP 8.6-9. */
static void test_kay_at_risk_begins_as_another_and_makes_a_new_key(void)
{
	struct rig rig;

	rig_start(&rig, 16, 128);
	run(&rig, 4 * SECONDS);
	const struct mkpdu last = last_of(&rig.ends[BRIDGE]);
	move(&rig, true);
	CHECK(sa_of(&rig.ends[BRIDGE], DIMP_DIRECTION_TRANSMIT, true) == NULL);
	kay_expire(rig.ends[BRIDGE].kay, rig.now);
	REQUIRE(pass(&rig, BRIDGE));
	const struct mkpdu first = last_of(&rig.ends[BRIDGE]);
	CHECK_EQ(first.message_number, 1);
	CHECK(memcmp(&first.member, &last.member, sizeof first.member) != 0);
	CHECK(memcmp(&first.sci, &last.sci, sizeof first.sci) == 0);
	CHECK_EQ(first.live_count, 0);
	CHECK(!first.has_use);
	/* The VM puts it in the place of the participant before at once. */
	run(&rig, SECONDS);
	const struct dimp_macsec_sa *const sa =
		sa_of(&rig.ends[BRIDGE], DIMP_DIRECTION_TRANSMIT, true);
	REQUIRE(sa != NULL);
	const struct dimp_macsec_sa *const at_vm =
		sa_of(&rig.ends[VM], DIMP_DIRECTION_TRANSMIT, true);
	REQUIRE(at_vm != NULL);
	CHECK(memcmp(&sa->sak, &at_vm->sak, sizeof sa->sak) == 0);
	rig_stop(&rig);
}

static const struct test_case tests[] = {
	TEST(test_kay_two_agree_on_a_key),
	TEST(test_kay_the_lower_priority_and_then_the_lower_sci_is_key_server),
	TEST(test_kay_speaks_every_two_seconds_with_a_rising_number),
	TEST(test_kay_gives_up_a_silent_peer_after_the_life_time),
	TEST(test_kay_makes_a_new_key_before_numbers_end),
	TEST(test_kay_waits_before_the_next_distribution),
	TEST(test_kay_refuses_replays_and_foreign_keys),
	TEST(test_kay_knows_its_key_when_it_is_told_of_as_the_old_one),
	TEST(test_kay_moved_goes_on_as_the_same_participant),
	TEST(test_kay_moved_without_a_key_believes_nobody_to_use_it),
	TEST(test_kay_at_risk_begins_as_another_and_makes_a_new_key),
	TEST_END,
};

const struct test_suite suite_kay = {"kay", tests};
