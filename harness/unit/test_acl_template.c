/*
 * Proves that the template's entries come and go with the session, follow the VM's own address,
 * keep their counts and leave the entries of others alone.
 */
#include "check.h"
#include "net/arp.h"
#include "sources/acl_template.h"

#include <string.h>

static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_time now = {1000000};

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct own_addresses own;
	struct acl_template acl;
};

static void rig_start(struct rig *rig, const char *name)
{
	*rig = (struct rig){.store = di_store_create()};
	REQUIRE(rig->store != NULL);
	rig->place =
		(struct source_place){.store = rig->store, .vm = vm, .counters = &rig->counters};
	CHECK(acl_template_init(&rig->acl, name, &rig->own, &rig->place));
}

static void refresh(struct rig *rig)
{
	struct address_list own;

	own_addresses_list(&rig->own, &rig->place, &own);
	acl_template_refresh(&rig->acl, &own, &rig->place, now);
}

static struct dimp_record session(void)
{
	return (struct dimp_record){.type = DIMP_DI_DOT1X_SESSION,
		.body.dot1x_session = {.client = vm,
			.session_remaining = DIMP_DURATION_INFINITE,
			.reauthentication_remaining = DIMP_DURATION_INFINITE}};
}

static struct dimp_record binding(uint8_t last)
{
	return (struct dimp_record){.type = DIMP_DI_DHCP_BINDING,
		.body.dhcp_binding = {.client = vm,
			.address = {{10, 0, 42, last}},
			.remaining = 60000}};
}

static void put(struct rig *rig, struct dimp_record record)
{
	CHECK(di_store_put(rig->store, 0, &record, now));
	refresh(rig);
}

static void take(struct rig *rig, struct dimp_record record)
{
	CHECK(di_store_delete(rig->store, 0, &record, now));
	refresh(rig);
}

static const struct dimp_dynamic_acl *entry(const struct rig *rig, uint16_t sequence)
{
	const struct dimp_record key = {.type = DIMP_DI_DYNAMIC_ACL,
		.body.dynamic_acl = {.client = vm, .sequence = sequence}};
	const struct di_entry *const found = di_store_find(rig->store, 0, &key);

	return found == NULL ? NULL : &found->record.body.dynamic_acl;
}

static void hear_arp(struct rig *rig, uint8_t last, const struct dimp_mac *sender)
{
	struct arp_packet arp = {.operation = ARP_REQUEST, .sender = *sender};
	uint8_t octets[64];
	struct source_packet packet = {.direction = SOURCE_FROM_VM,
		.ethernet = {.source = vm, .type = ETHERTYPE_ARP}};

	if (last != 0)
		arp.sender_address = (struct dimp_ipv4){{10, 0, 42, last}};
	packet.ethernet.payload =
		(struct dimp_view){octets, arp_write(&arp, octets, sizeof octets)};
	own_addresses_packet(&rig->own, &packet, &rig->place);
	refresh(rig);
}

static void test_acl_template_comes_and_goes_with_the_session(void)
{
	struct rig rig;

	rig_start(&rig, "permit-own-address");
	put(&rig, binding(9));
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 0);
	put(&rig, session());
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 5);
	REQUIRE(entry(&rig, 20) != NULL);
	CHECK_EQ(entry(&rig, 20)->action, DIMP_ACL_ACTION_PERMIT);
	CHECK_EQ(entry(&rig, 20)->ethertype, 0x0800);
	CHECK_EQ(entry(&rig, 20)->source_prefix, 128);
	CHECK_BYTES(entry(&rig, 20)->source.octets, 16, "00000000000000000000ffff0a002a09");
	CHECK_EQ(entry(&rig, 30)->port_first, 67);
	CHECK_EQ(entry(&rig, 50)->action, DIMP_ACL_ACTION_DENY);
	take(&rig, session());
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 0);
	di_store_destroy(rig.store);
}

static void test_acl_template_follows_the_address(void)
{
	struct rig rig;
	const struct dimp_mac stranger = {{2, 0, 0, 0, 0, 2}};

	rig_start(&rig, "permit-own-address");
	put(&rig, session());
	CHECK(entry(&rig, 20) == NULL);
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 4);
	hear_arp(&rig, 0, &vm);
	hear_arp(&rig, 5, &stranger);
	CHECK(entry(&rig, 20) == NULL);
	CHECK_EQ(rig.counters.spoofed, 1);
	hear_arp(&rig, 5, &vm);
	REQUIRE(entry(&rig, 20) != NULL);
	CHECK_EQ(entry(&rig, 20)->source.octets[15], 5);
	/* A binding rules over ARP, and takes its address with it when it ends. */
	put(&rig, binding(9));
	CHECK_EQ(entry(&rig, 20)->source.octets[15], 9);
	hear_arp(&rig, 5, &vm);
	CHECK_EQ(entry(&rig, 20)->source.octets[15], 9);
	put(&rig, binding(10));
	CHECK_EQ(entry(&rig, 20)->source.octets[15], 10);
	take(&rig, binding(10));
	CHECK(entry(&rig, 20) == NULL);
	di_store_destroy(rig.store);
}

static void test_acl_template_goes_on_from_moved_records(void)
{
	struct rig rig;
	struct dimp_record counted = {.type = DIMP_DI_DYNAMIC_ACL};

	rig_start(&rig, "permit-own-address");
	hear_arp(&rig, 5, &vm);
	put(&rig, session());
	counted.body.dynamic_acl = *entry(&rig, 20);
	counted.body.dynamic_acl.attributes |= 1U << DIMP_ATTRIBUTE_dynamic_acl_matches;
	counted.body.dynamic_acl.matches = 77;
	put(&rig, counted);
	CHECK(acl_template_init(&rig.acl, "permit-own-address", &rig.own, &rig.place));
	refresh(&rig);
	REQUIRE(entry(&rig, 20) != NULL);
	CHECK_EQ(entry(&rig, 20)->source.octets[15], 5);
	CHECK_EQ(entry(&rig, 20)->matches, 77);
	di_store_destroy(rig.store);
}

static void test_acl_template_leaves_other_entries_alone(void)
{
	struct dimp_record foreign = {.type = DIMP_DI_DYNAMIC_ACL,
		.body.dynamic_acl = {.client = vm, .sequence = 20, .port_last = 1}};
	struct rig rig;

	rig_start(&rig, "permit-own-address");
	put(&rig, foreign);
	put(&rig, binding(9));
	put(&rig, session());
	CHECK_EQ(entry(&rig, 20)->port_last, 1);
	take(&rig, session());
	CHECK(entry(&rig, 20) != NULL);
	di_store_destroy(rig.store);
	rig_start(&rig, "");
	put(&rig, session());
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 0);
	CHECK(!acl_template_init(&rig.acl, "permit-all", &rig.own, &rig.place));
	di_store_destroy(rig.store);
}

static struct dimp_record savi(uint8_t last, uint8_t state)
{
	return (struct dimp_record){.type = DIMP_DI_SAVI_BINDING,
		.body.savi_binding = {.address = {{0x20, 1, 0xd, 0xb8, [15] = last}},
			.client = vm,
			.origin = DIMP_SAVI_ORIGIN_DISCOVERY,
			.state = state,
			.remaining = 60000}};
}

/* Both families, several addresses; one that is being tested for duplicates is not its own. */
static void test_acl_template_is_for_all_addresses(void)
{
	struct rig rig;

	rig_start(&rig, "permit-own-addresses");
	put(&rig, session());
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 7);
	put(&rig, savi(1, DIMP_SAVI_STATE_TENTATIVE));
	CHECK(entry(&rig, 60) == NULL);
	put(&rig, savi(1, DIMP_SAVI_STATE_VALID));
	put(&rig, savi(2, DIMP_SAVI_STATE_TESTING));
	hear_arp(&rig, 5, &vm);
	hear_arp(&rig, 6, &vm);
	REQUIRE(entry(&rig, 61) != NULL && entry(&rig, 21) != NULL);
	CHECK_EQ(entry(&rig, 60)->ethertype, ETHERTYPE_IPV6);
	CHECK_BYTES(entry(&rig, 60)->source.octets, 16, "20010db8000000000000000000000001");
	CHECK_EQ(entry(&rig, 61)->source.octets[15], 2);
	CHECK_EQ(entry(&rig, 21)->source.octets[15], 6);
	CHECK_EQ(entry(&rig, 80)->source_prefix, 10);
	/* An address that is gone takes its entry with it. */
	take(&rig, savi(2, DIMP_SAVI_STATE_VALID));
	CHECK(entry(&rig, 61) == NULL);
	CHECK(entry(&rig, 60) != NULL);
	di_store_destroy(rig.store);
}

/* The session's Filter-Id goes before the bridge's own template. */
static void test_acl_template_is_selected_by_the_session(void)
{
	static const char name[] = "permit-own-addresses";
	struct dimp_record asked = session();
	struct rig rig;

	rig_start(&rig, "permit-own-address");
	asked.body.dot1x_session.attributes = 1U << DIMP_ATTRIBUTE_dot1x_session_filter_id;
	asked.body.dot1x_session.filter_id.size = sizeof name - 1;
	memcpy(asked.body.dot1x_session.filter_id.octets, name, sizeof name - 1);
	put(&rig, session());
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 4);
	put(&rig, asked);
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 7);
	CHECK(entry(&rig, 50) == NULL);
	put(&rig, session());
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DYNAMIC_ACL), 4);
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_acl_template_comes_and_goes_with_the_session),
	TEST(test_acl_template_follows_the_address),
	TEST(test_acl_template_goes_on_from_moved_records),
	TEST(test_acl_template_leaves_other_entries_alone),
	TEST(test_acl_template_is_for_all_addresses),
	TEST(test_acl_template_is_selected_by_the_session),
	TEST_END,
};

const struct test_suite suite_acl_template = {"acl_template", tests};
