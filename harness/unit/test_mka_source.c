/*
 * Proves which MKPDUs count: authentic, fresh, of the two ends of the port, from a server that
 * lists the other end as live; and what delay protection and the change of a SAK do to the records.
 */
#include "check.h"
#include "crypto/aes_keys.h"
#include "sources/mka_source.h"

#include <string.h>

static const struct dimp_mac vm_mac = {{2, 0, 0, 0, 0, 1}};

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct mka_config config;
	struct mka_source source;
	struct dimp_time now;
	uint8_t wrapped[24];
};

/* A participant: its octet in SCI and member identifier. */
enum end { END_VM = 1, END_BRIDGE = 2, END_THIRD = 3 };

static void rig_start(struct rig *rig)
{
	const uint8_t sak[16] = {0x5a};

	*rig = (struct rig){.store = di_store_create(), .now = {1000000}};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store,
		.vm = vm_mac,
		.counters = &rig->counters};
	mka_config_default(&rig->config);
	rig->config.keys.cak = (struct mka_key){.octets = {9}, .size = 16};
	rig->config.keys.name = (struct mka_key){.octets = {8}, .size = 4};
	REQUIRE(mka_keys_derive(&rig->config.keys));
	const struct mka_key *const kek = &rig->config.keys.wrapping_key;
	REQUIRE(aes_key_wrap((struct dimp_view){kek->octets, kek->size},
		(struct dimp_view){sak, sizeof sak}, rig->wrapped));
	mka_source_init(&rig->source, &rig->config, &rig->place, rig->now);
}

static struct mkpdu mkpdu_of(const struct rig *rig, enum end end, uint32_t number)
{
	return (struct mkpdu){.version = 1,
		.sci = {{2, 0, 0, 0, 0, (uint8_t)end, 0, 1}},
		.member = {{(uint8_t)end}},
		.message_number = number,
		.key_name = {rig->config.keys.name.octets, rig->config.keys.name.size}};
}

static void list_live(struct mkpdu *mkpdu, enum end end)
{
	mkpdu->live_count = 1;
	mkpdu->live[0] = (struct mkpdu_peer){.member = {{(uint8_t)end}}, .message_number = 1};
}

static void distribute(struct rig *rig, struct mkpdu *mkpdu, uint32_t key, uint8_t number)
{
	mkpdu->has_distributed = true;
	mkpdu->distributed = (struct mkpdu_distributed_sak){.association_number = number,
		.confidentiality = 1,
		.key_number = key,
		.cipher_suite = MKPDU_GCM_AES_128,
		.wrapped = {rig->wrapped, sizeof rig->wrapped}};
}

static void use(struct mkpdu *mkpdu, uint32_t key, uint8_t number)
{
	mkpdu->has_use = true;
	mkpdu->latest = (struct mkpdu_use){.association_number = number,
		.is_transmitting = true,
		.is_receiving = true,
		.key = {.server = {{END_BRIDGE}}, .number = key},
		.lowest_pn = 1};
}

static void hear(struct rig *rig, const struct mkpdu *mkpdu)
{
	const bool is_from_vm = mkpdu->member.octets[0] == END_VM;
	uint8_t octets[MKPDU_SIZE_MAX];
	struct source_packet packet = {.direction = is_from_vm ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
		.ethernet = {.type = ETHERTYPE_EAPOL, .source = vm_mac}};
	const size_t size = mkpdu_write(mkpdu, octets, sizeof octets - MKPDU_ICV_SIZE);

	packet.ethernet.payload = (struct dimp_view){octets, size};
	REQUIRE(mka_keys_seal(&rig->config.keys, &packet.ethernet, octets + size));
	packet.ethernet.payload.size += MKPDU_ICV_SIZE;
	rig->now.us += 1000;
	mka_source_packet(&rig->source, &packet, &rig->place, rig->now);
}

/* Both ends are heard and key |key| is distributed with the number |number|. */
static void agree(struct rig *rig, uint32_t message, uint32_t key, uint8_t number)
{
	const struct mkpdu vm = mkpdu_of(rig, END_VM, message);
	struct mkpdu bridge = mkpdu_of(rig, END_BRIDGE, message);

	hear(rig, &vm);
	list_live(&bridge, END_VM);
	distribute(rig, &bridge, key, number);
	hear(rig, &bridge);
}

static size_t sas(const struct rig *rig)
{
	return di_store_count(rig->store, 0, DIMP_DI_MACSEC_SA);
}

static void test_mka_source_needs_a_live_peer(void)
{
	struct rig rig;

	rig_start(&rig);
	const struct mkpdu hello = mkpdu_of(&rig, END_VM, 1);
	struct mkpdu bridge = mkpdu_of(&rig, END_BRIDGE, 1);
	distribute(&rig, &bridge, 1, 0);
	hear(&rig, &hello);
	hear(&rig, &bridge);
	CHECK_EQ(sas(&rig), 0);
	list_live(&bridge, END_THIRD);
	bridge.message_number = 2;
	hear(&rig, &bridge);
	CHECK_EQ(sas(&rig), 0);
	list_live(&bridge, END_VM);
	bridge.message_number = 3;
	hear(&rig, &bridge);
	CHECK_EQ(sas(&rig), 2);
	di_store_destroy(rig.store);
}

static void test_mka_source_refuses_what_was_said_before(void)
{
	struct rig rig;

	rig_start(&rig);
	agree(&rig, 5, 1, 0);
	CHECK_EQ(sas(&rig), 2);
	agree(&rig, 5, 2, 1);
	CHECK_EQ(sas(&rig), 2);
	CHECK_EQ(rig.counters.replayed, 2);
	agree(&rig, 6, 2, 1);
	CHECK_EQ(sas(&rig), 4);
	di_store_destroy(rig.store);
}

static void test_mka_source_a_third_does_not_take_the_bridges_place(void)
{
	struct rig rig;
	struct mkpdu third;

	rig_start(&rig);
	agree(&rig, 1, 1, 0);
	third = mkpdu_of(&rig, END_THIRD, 9);
	list_live(&third, END_VM);
	distribute(&rig, &third, 7, 2);
	hear(&rig, &third);
	CHECK_EQ(sas(&rig), 2);
	CHECK_EQ(rig.source.bridge.sci.octets[5], END_BRIDGE);
	di_store_destroy(rig.store);
}

static void test_mka_source_retires_the_old_key_when_both_use_the_new(void)
{
	struct rig rig;

	rig_start(&rig);
	agree(&rig, 1, 1, 0);
	agree(&rig, 2, 2, 1);
	CHECK_EQ(sas(&rig), 4);
	struct mkpdu vm = mkpdu_of(&rig, END_VM, 3);
	struct mkpdu bridge = mkpdu_of(&rig, END_BRIDGE, 3);
	use(&bridge, 2, 1);
	hear(&rig, &bridge);
	CHECK_EQ(sas(&rig), 4);
	use(&vm, 1, 0);
	hear(&rig, &vm);
	CHECK_EQ(sas(&rig), 4);
	use(&vm, 2, 1);
	vm.message_number = 4;
	hear(&rig, &vm);
	CHECK_EQ(sas(&rig), 2);
	di_store_destroy(rig.store);
}

static void test_mka_source_delay_protection_raises_the_lowest_number(void)
{
	const struct dimp_record key = {.type = DIMP_DI_MACSEC_SA,
		.body.macsec_sa = {.sci = {{2, 0, 0, 0, 0, END_VM, 0, 1}},
			.direction = DIMP_DIRECTION_RECEIVE}};
	struct rig rig;

	rig_start(&rig);
	agree(&rig, 1, 1, 0);
	struct mkpdu vm = mkpdu_of(&rig, END_VM, 2);
	use(&vm, 1, 0);
	vm.latest.lowest_pn = 50;
	hear(&rig, &vm);
	CHECK_EQ(di_store_find(rig.store, 0, &key)->record.body.macsec_sa.lowest_pn, 1);
	vm.is_delay_protecting = true;
	vm.message_number = 3;
	hear(&rig, &vm);
	CHECK_EQ(di_store_find(rig.store, 0, &key)->record.body.macsec_sa.lowest_pn, 50);
	vm.latest.lowest_pn = 20;
	vm.message_number = 4;
	hear(&rig, &vm);
	CHECK_EQ(di_store_find(rig.store, 0, &key)->record.body.macsec_sa.lowest_pn, 50);
	di_store_destroy(rig.store);
}

static void test_mka_source_counts_what_is_not_its_own(void)
{
	struct rig rig;
	const struct mka_key other = {.octets = {7}, .size = 4};

	rig_start(&rig);
	struct mkpdu vm = mkpdu_of(&rig, END_VM, 1);
	vm.key_name = (struct dimp_view){other.octets, other.size};
	hear(&rig, &vm);
	CHECK_EQ(rig.counters.without_key, 1);
	rig.wrapped[3] ^= 1;
	agree(&rig, 1, 1, 0);
	CHECK_EQ(rig.counters.bad_integrity, 1);
	CHECK_EQ(sas(&rig), 0);
	di_store_destroy(rig.store);
}

/* ---- Extended packet numbers, orders ---- */

static const struct dimp_macsec_sa *sa_of(const struct rig *rig, enum dimp_direction direction)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(rig->store, 0, DIMP_DI_MACSEC_SA, &cursor)))
		if (entry->record.body.macsec_sa.direction == direction)
			return &entry->record.body.macsec_sa;
	return NULL;
}

/* The bridge's MKPDU with a SAK of GCM-AES-XPN-128, KN 01020304, to the VM. */
static struct mkpdu extended_of(struct rig *rig)
{
	struct mkpdu bridge = mkpdu_of(rig, END_BRIDGE, 1);

	list_live(&bridge, END_VM);
	distribute(rig, &bridge, 0x01020304, 1);
	bridge.distributed.cipher_suite = 0x0080c20001000003;
	return bridge;
}

/* And to a third, who stands before the VM. */
static struct mkpdu extended_to_group(struct rig *rig)
{
	struct mkpdu bridge = extended_of(rig);

	bridge.live[1] = bridge.live[0];
	bridge.live[0] = (struct mkpdu_peer){.member = {{END_THIRD}}, .message_number = 1};
	bridge.live_count = 2;
	return bridge;
}

/* IEEE 802.1X-2020 9.10: of two, the greater SCI has SSCI 1; the salt is the MI, 02 00 .., its
 * first octets combined with 03 04 01 02. */
static void test_mka_source_works_out_sscis_and_salt(void)
{
	struct rig rig;

	rig_start(&rig);
	const struct mkpdu vm = mkpdu_of(&rig, END_VM, 1), bridge = extended_of(&rig);
	hear(&rig, &vm);
	hear(&rig, &bridge);
	CHECK_EQ(sas(&rig), 2);
	CHECK_EQ(sa_of(&rig, DIMP_DIRECTION_TRANSMIT)->ssci, 1);
	CHECK_EQ(sa_of(&rig, DIMP_DIRECTION_RECEIVE)->ssci, 2);
	CHECK_BYTES(sa_of(&rig, DIMP_DIRECTION_RECEIVE)->salt.octets, 12,
		"010401020000000000000000");
	di_store_destroy(rig.store);
}

/* In a group the order of the list tells; without it nobody knows, and nothing is learned. */
static void test_mka_source_takes_sscis_from_their_order(void)
{
	struct rig told, untold;

	rig_start(&told);
	const struct mkpdu vm = mkpdu_of(&told, END_VM, 1);
	struct mkpdu bridge = extended_to_group(&told);
	bridge.version = 3;
	bridge.server_ssci = 2;
	hear(&told, &vm);
	hear(&told, &bridge);
	REQUIRE(sas(&told) == 2);
	CHECK_EQ(sa_of(&told, DIMP_DIRECTION_TRANSMIT)->ssci, 2);
	CHECK_EQ(sa_of(&told, DIMP_DIRECTION_RECEIVE)->ssci, 3);
	di_store_destroy(told.store);
	rig_start(&untold);
	bridge = extended_to_group(&untold);
	hear(&untold, &vm);
	hear(&untold, &bridge);
	CHECK_EQ(sas(&untold), 0);
	CHECK_EQ(untold.counters.without_key, 1);
	di_store_destroy(untold.store);
}

static void test_mka_source_ends_with_the_order_of_no_macsec(void)
{
	struct rig rig;

	rig_start(&rig);
	agree(&rig, 1, 1, 0);
	CHECK_EQ(sas(&rig), 2);
	struct mkpdu bridge = mkpdu_of(&rig, END_BRIDGE, 2);
	list_live(&bridge, END_VM);
	bridge.is_plain_ordered = true;
	bridge.has_distributed_cak = true;
	bridge.distributed_cak.wrapped = (struct dimp_view){rig.wrapped, 24};
	bridge.distributed_cak.name = (struct dimp_view){rig.wrapped, 5};
	hear(&rig, &bridge);
	CHECK_EQ(sas(&rig), 0);
	CHECK_EQ(rig.counters.distributed_caks, 1);
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_mka_source_needs_a_live_peer),
	TEST(test_mka_source_refuses_what_was_said_before),
	TEST(test_mka_source_a_third_does_not_take_the_bridges_place),
	TEST(test_mka_source_retires_the_old_key_when_both_use_the_new),
	TEST(test_mka_source_delay_protection_raises_the_lowest_number),
	TEST(test_mka_source_counts_what_is_not_its_own),
	TEST(test_mka_source_works_out_sscis_and_salt),
	TEST(test_mka_source_takes_sscis_from_their_order),
	TEST(test_mka_source_ends_with_the_order_of_no_macsec),
	TEST_END,
};

const struct test_suite suite_mka_source = {"mka_source", tests};
