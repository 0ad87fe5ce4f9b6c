/*
 * Proves that a VM which asks about groups becomes a multicast router, that the lower address is
 * the querier (RFC 3376 6.6.2, RFC 3810 7.6.2), and that its silence ends both.
 */
#include "sources/router_source.h"

#include "check.h"
#include "hexed.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mld.h"
#include "sources/group_source.h"

static const uint64_t second = 1000000;

enum family { FAMILY_IGMP, FAMILY_MLD, FAMILIES };
enum { VLAN = 42, VM_NUMBER = 20 };

struct rig {
	enum family family;
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct group_source source;
	struct dimp_time now;
};

static void rig_start(struct rig *rig, enum family family)
{
	*rig = (struct rig){.family = family, .store = di_store_create(), .now = {5 * second}};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store,
		.vm = {{2, 0, 0, 0, 0, 1}},
		.counters = &rig->counters};
	group_source_init(&rig->source);
}

static void rig_stop(struct rig *rig)
{
	di_store_destroy(rig->store);
}

/* 10.0.0.N or fe80::N; 0 is 0.0.0.0 or ::. */
static struct dimp_ip address_number(const struct rig *rig, uint8_t number)
{
	static const struct dimp_ip none;
	static const struct dimp_ipv4 none4;
	const struct dimp_ipv4 address = {{10, 0, 0, number}};

	if (rig->family == FAMILY_IGMP)
		return ipv4_mapped(number == 0 ? &none4 : &address);
	return number == 0 ? none : (struct dimp_ip){{0xfe, 0x80, [15] = number}};
}

static void ask(struct rig *rig, uint8_t number, const struct group_message *query)
{
	static const struct dimp_ip all_nodes = {{0xff, 0x02, [15] = 1}};
	const struct dimp_ip from = address_number(rig, number);
	uint8_t octets[64];
	struct source_packet packet = {.direction = number == VM_NUMBER || number == 0
			? SOURCE_FROM_VM
			: SOURCE_TOWARDS_VM,
		.vlan = VLAN,
		.has_ipv4 = rig->family == FAMILY_IGMP,
		.has_ipv6 = rig->family == FAMILY_MLD,
		.ipv4 = {.protocol = IPV4_IGMP},
		.ipv6 = mld_packet(&from, &all_nodes)};

	(void)ipv4_from_mapped(&from, &packet.ipv4.source);
	packet.ipv4.payload = packet.ipv6.payload = (struct dimp_view){octets,
		rig->family == FAMILY_MLD ? mld_write(&packet.ipv6, query, octets, sizeof octets)
					  : igmp_write(query, octets, sizeof octets)};
	group_source_packet(&rig->source, &packet, &rig->place, rig->now);
}

/* Robustness 3, interval 60 s, response 10 s: present for 3 * 60 s and half of 10 s. */
static struct group_message newest_query(enum family family)
{
	return (struct group_message){.kind = GROUP_QUERY,
		.version = family == FAMILY_MLD ? 2 : 3,
		.is_general = true,
		.response_us = 10 * second,
		.robustness = 3,
		.interval_us = 60 * second};
}

static bool find_router(const struct rig *rig, struct dimp_multicast_router *router)
{
	const struct dimp_record key = {.type = DIMP_DI_MULTICAST_ROUTER,
		.body.multicast_router = {.vlan = VLAN, .router = address_number(rig, VM_NUMBER)}};
	struct dimp_record found;

	if (!source_find(&rig->place, &key, rig->now, &found))
		return false;
	*router = found.body.multicast_router;
	return true;
}

static void check_querier(enum family family)
{
	struct group_message query = newest_query(family);
	struct dimp_multicast_router router;
	struct rig rig;

	rig_start(&rig, family);
	ask(&rig, VM_NUMBER, &query);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 1);
	CHECK_EQ(router.version, query.version);
	CHECK_EQ(router.remaining, 185000);
	CHECK_EQ(router.querier_remaining, 185000);
	CHECK_EQ(router.query_interval, 60000);
	CHECK_EQ(router.response_interval, 10000);
	CHECK_EQ(router.robustness, 3);
	/* One of an older version tells neither: 2 * 125 s and half of 10 s. */
	query.version--;
	ask(&rig, VM_NUMBER, &query);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.version, query.version);
	CHECK_EQ(router.remaining, 255000);
	CHECK_EQ(router.attributes,
		1U << DIMP_ATTRIBUTE_multicast_router_querier_remaining |
			1U << DIMP_ATTRIBUTE_multicast_router_response_interval);
	rig.now.us += 255 * second;
	di_store_expire(rig.store, rig.now);
	CHECK(!find_router(&rig, &router));
	rig_stop(&rig);
}

static void test_router_source_keeps_what_a_querier_tells(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_querier(family);
}

static void check_election(enum family family)
{
	const struct group_message query = newest_query(family);
	struct dimp_multicast_router router;
	struct rig rig;

	rig_start(&rig, family);
	ask(&rig, VM_NUMBER, &query);
	ask(&rig, VM_NUMBER + 1, &query);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 1);
	rig.now.us += 100 * second;
	ask(&rig, VM_NUMBER - 1, &query);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 0);
	CHECK_EQ(router.version, 0);
	CHECK_EQ(router.attributes, 0);
	/* It stays a router for as long as its own query said. */
	CHECK_EQ(router.remaining, 85000);
	/* While the other one counts as present, 185 s by its own word, asking does not help. */
	rig.now.us += 184 * second;
	ask(&rig, VM_NUMBER, &query);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 0);
	CHECK_EQ(router.remaining, 185000);
	rig.now.us += second;
	ask(&rig, VM_NUMBER, &query);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 1);
	rig_stop(&rig);
}

static void test_router_source_elects_the_lower_address(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_election(family);
}

static void check_no_router(enum family family)
{
	struct group_message query = newest_query(family);
	struct dimp_multicast_router router;
	struct rig rig;

	rig_start(&rig, family);
	/* From nowhere: for IGMP a snooper's query, for MLD none at all. */
	ask(&rig, 0, &query);
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_MULTICAST_ROUTER), 0);
	CHECK_EQ(rig.counters.spoofed + rig.counters.malformed, 1);
	/* About one group only: who never asked about all is no router. */
	query.is_general = false;
	query.group = family == FAMILY_MLD ? (struct dimp_ip){{0xff, 0x0e, [15] = 1}}
					   : ipv4_mapped(&(struct dimp_ipv4){{239, 1, 1, 1}});
	ask(&rig, VM_NUMBER, &query);
	CHECK(!find_router(&rig, &router));
	CHECK_EQ(rig.counters.spoofed + rig.counters.malformed, 2);
	/* Another's query makes no router of the VM. */
	query.is_general = true;
	ask(&rig, VM_NUMBER - 1, &query);
	CHECK(!find_router(&rig, &router));
	rig_stop(&rig);
}

static void test_router_source_makes_no_router_of_who_is_none(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_no_router(family);
}

/* The VM sends |octets| of |protocol| to the group whose last octet is |last|. */
static void hail(struct rig *rig, uint8_t protocol, uint8_t last, const char *octets)
{
	const struct hexed payload = hexed_from(octets);
	const struct dimp_ip from = address_number(rig, VM_NUMBER);
	const struct dimp_ip to = {{0xff, 0x02, [15] = last}};
	struct source_packet packet = {.direction = SOURCE_FROM_VM,
		.vlan = VLAN,
		.has_ipv4 = rig->family == FAMILY_IGMP,
		.has_ipv6 = rig->family == FAMILY_MLD,
		.ipv4 = {.protocol = protocol,
			.time_to_live = 1,
			.payload = {payload.octets, payload.size}},
		.ipv6 = mld_packet(&from, &to)};

	packet.ipv6.protocol = protocol;
	packet.ipv6.payload = packet.ipv4.payload;
	(void)ipv4_from_mapped(&from, &packet.ipv4.source);
	group_source_packet(&rig->source, &packet, &rig->place, rig->now);
}

/* Hellos of Scapy's PIM for 105 s, for none and for ever, and with the hold time left out. */
static const char pim_105[] = "2000c00300010002006900140004fb612416";
static const char pim_none[] = "200091940001000200000014000442ba0b96";
static const char pim_for_ever[] = "2000c68000010002ffff00140004de5e3b05";
static const char pim6_105[] = "2000e17d000100020069";
static const char pim6_none[] = "2000e1e6000100020000";

static void test_router_source_takes_hellos_of_pim(void)
{
	struct dimp_multicast_router router;
	struct rig rig;

	rig_start(&rig, FAMILY_IGMP);
	hail(&rig, 103, 0x0d, pim_105);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 0);
	CHECK_EQ(router.remaining, 105000);
	/* As a querier it stays one by hellos when its queries have ceased. */
	const struct group_message query = newest_query(FAMILY_IGMP);
	ask(&rig, VM_NUMBER, &query);
	rig.now.us += 100 * second;
	hail(&rig, 103, 0x0d, pim_105);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 1);
	CHECK_EQ(router.remaining, 105000);
	CHECK_EQ(group_source_deadline(&rig.place).us, rig.now.us + 85 * second);
	rig.now.us += 85 * second;
	group_source_expire(&rig.place, rig.now);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.is_querier, 0);
	CHECK_EQ(router.remaining, 20000);
	hail(&rig, 103, 0x0d, pim_for_ever);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.remaining, DIMP_DURATION_INFINITE);
	hail(&rig, 103, 0x0d, pim_none);
	CHECK(!find_router(&rig, &router));
	CHECK_EQ(rig.counters.malformed, 0);
	rig_stop(&rig);
}

static void test_router_source_takes_hellos_of_pim_over_ipv6(void)
{
	struct dimp_multicast_router router;
	struct rig rig;

	rig_start(&rig, FAMILY_MLD);
	hail(&rig, 103, 0x0d, pim6_105);
	REQUIRE(find_router(&rig, &router));
	CHECK_EQ(router.remaining, 105000);
	hail(&rig, 103, 0x0d, pim6_none);
	CHECK(!find_router(&rig, &router));
	rig_stop(&rig);
}

/* RFC 4286: every 20 s, so 60 s without one end it; a termination does at once. */
static void test_router_source_takes_router_advertisements(void)
{
	static const struct {
		enum family family;
		uint8_t protocol;
		const char *advertisement, *termination;
	} rows[] = {
		{FAMILY_IGMP, 2, "3014cf6c007d0002", "3200cdff"},
		{FAMILY_MLD, 58, "97146a28007d0002", "990068bf"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dimp_multicast_router router;
		struct rig rig;
		rig_start(&rig, rows[i].family);
		hail(&rig, rows[i].protocol, 0x6a, rows[i].advertisement);
		REQUIRE(find_router(&rig, &router));
		CHECK_EQ(router.is_querier, 0);
		CHECK_EQ(router.remaining, 60000);
		hail(&rig, rows[i].protocol, 0x6a, rows[i].termination);
		CHECK(!find_router(&rig, &router));
		hail(&rig, rows[i].protocol, 0x6a, rows[i].advertisement);
		rig.now.us += 60 * second;
		group_source_expire(&rig.place, rig.now);
		di_store_expire(rig.store, rig.now);
		CHECK(!find_router(&rig, &router));
		rig_stop(&rig);
	}
}

static void test_router_source_takes_no_other_message_for_a_hello(void)
{
	struct dimp_multicast_router router;
	struct rig rig;

	rig_start(&rig, FAMILY_IGMP);
	hail(&rig, 103, 0x0d, "2100defc00010002");
	CHECK_EQ(rig.counters.malformed, 0);
	hail(&rig, 103, 0x0d, "2000c00300010002006900140004fb612417");
	CHECK_EQ(rig.counters.bad_checksum, 1);
	hail(&rig, 2, 0x6a, "3014cfeb");
	CHECK_EQ(rig.counters.malformed, 1);
	CHECK(!find_router(&rig, &router));
	rig_stop(&rig);
}

static const struct test_case tests[] = {
	TEST(test_router_source_keeps_what_a_querier_tells),
	TEST(test_router_source_elects_the_lower_address),
	TEST(test_router_source_makes_no_router_of_who_is_none),
	TEST(test_router_source_takes_hellos_of_pim),
	TEST(test_router_source_takes_hellos_of_pim_over_ipv6),
	TEST(test_router_source_takes_router_advertisements),
	TEST(test_router_source_takes_no_other_message_for_a_hello),
	TEST_END,
};

const struct test_suite suite_router_source = {"router_source", tests};
