/* SPDX-License-Identifier: MIT */
/*
 * Proves what a port does when numbers of MACsec, of a portal's quota and of ECP come to their end
 * while frames go on (docs/WRAPS.md). Bounds are from IEEE 802.1AE-2018 10.5 to 10.7.
 */
#include <string.h>

#include "bridge/portal_gate.h"
#include "bridge/secure_port.h"
#include "check.h"
#include "frame_maker.h"
#include "net/sectag.h"
#include "sources/macsec_data.h"
#include "vdp/ecp_channel.h"

enum { SLOT = 3, OCTETS_MAX = 256 };

static const struct dimp_mac vm_mac = {{2, 0, 0, 0, 0, 1}}, host_mac = {{2, 0, 0, 0, 0, 2}};
static const uint64_t gcm = 0x0080c20001000001, gcm_extended = 0x0080c20001000003;

/* The SA from the bridge to the VM, as both have it. */
static struct dimp_record association(uint64_t suite, uint64_t next)
{
	const bool is_extended = suite == gcm_extended;
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = {.attributes = 1u << DIMP_ATTRIBUTE_macsec_sa_sak,
			.association_number = 1,
			.direction = DIMP_DIRECTION_TRANSMIT,
			.cipher_suite = suite,
			.is_encrypting = 1,
			.is_in_use = 1,
			.sectag = SECTAG_BIT_SCI,
			.validate = DIMP_VALIDATE_STRICT,
			.next_pn = next,
			.lowest_pn = 1,
			.sak = {.size = 16, .octets = {1, 2, 3}},
			.ssci = is_extended ? 1 : 0,
			.salt = {.size = is_extended ? 12 : 0, .octets = {9, 8, 7}}}};

	if (is_extended)
		record.body.macsec_sa.attributes |=
			1u << DIMP_ATTRIBUTE_macsec_sa_ssci | 1u << DIMP_ATTRIBUTE_macsec_sa_salt;
	memcpy(record.body.macsec_sa.sci.octets, host_mac.octets, 6);
	record.body.macsec_sa.sci.octets[7] = 1;
	return record;
}

struct end {
	struct di_store *store;
	struct secure_port *port;
};

static struct end make_end(enum secure_port_end kind, const struct dimp_record *record)
{
	struct end end = {.store = di_store_create()};

	REQUIRE(end.store != NULL && di_store_put(end.store, SLOT, record, (struct dimp_time){0}));
	end.port = secure_port_create(end.store, kind);
	return end;
}

static void destroy_end(struct end *end)
{
	secure_port_destroy(end->port);
	di_store_destroy(end->store);
}

static size_t seal(const struct end *end, uint8_t *octets)
{
	const struct made_frame made = make_frame(&vm_mac, &host_mac, 0x0800, 40);
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	return secure_port_protect(end->port, SLOT, &frame, octets);
}

static bool opens(const struct end *end, const uint8_t *octets, size_t size)
{
	uint8_t plain[OCTETS_MAX];
	struct edge_frame frame;

	CHECK(edge_frame_read((struct dimp_view){octets, size}, &frame));
	return secure_port_open(end->port, SLOT, &frame, plain) != 0;
}

static uint64_t told_number(const struct end *end, const struct dimp_record *record)
{
	secure_port_flush(end->port, SLOT, (struct dimp_time){0});
	return di_store_find(end->store, SLOT, record)->record.body.macsec_sa.next_pn;
}

/* DIMP 8.3-6: the high half goes on over the end of the low one, number 2^32 included; each frame
 * is taken once, and the record that would move tells the whole number. */
static void test_port_wraps_extended_numbers_cross_32_bits(void)
{
	const struct dimp_record record = association(gcm_extended, UINT32_MAX - 2);
	struct end bridge = make_end(SECURE_PORT_OF_BRIDGE, &record);
	struct end vm = make_end(SECURE_PORT_OF_VM, &record);
	static const char *const low[] = {"fffffffd", "fffffffe", "ffffffff", "00000000",
		"00000001", "00000002"};

	for (size_t each = 0; each < sizeof low / sizeof low[0]; each++) {
		uint8_t octets[OCTETS_MAX];
		const size_t size = seal(&bridge, octets);

		REQUIRE(size != 0);
		CHECK_BYTES(octets + 16, 4, low[each]);
		CHECK(opens(&vm, octets, size));
		CHECK(!opens(&vm, octets, size));
	}
	CHECK_EQ(told_number(&bridge, &record), UINT64_C(0x100000003));
	destroy_end(&bridge);
	destroy_end(&vm);
}

/* DIMP 8.3-7: after 2^32-1 nothing is sent under the key, and what was is not taken again. */
static void test_port_wraps_numbers_end(void)
{
	const struct dimp_record record = association(gcm, UINT32_MAX - 1);
	struct end bridge = make_end(SECURE_PORT_OF_BRIDGE, &record);
	struct end vm = make_end(SECURE_PORT_OF_VM, &record);
	uint8_t last[OCTETS_MAX], none[OCTETS_MAX];
	const size_t before = seal(&bridge, none);

	CHECK(opens(&vm, none, before));
	const size_t size = seal(&bridge, last);
	REQUIRE(size != 0);
	CHECK_BYTES(last + 16, 4, "ffffffff");
	CHECK(opens(&vm, last, size));
	CHECK(!opens(&vm, last, size));
	CHECK(!opens(&vm, none, before));
	CHECK_EQ(seal(&bridge, none), 0);
	CHECK_EQ(told_number(&bridge, &record), UINT64_C(0x100000000));
	destroy_end(&bridge);
	destroy_end(&vm);
}

/* A frame with the highest of all numbers, as a sender might make it. */
static size_t seal_with_last_number(const struct dimp_record *record, uint8_t *octets)
{
	static const uint8_t data[] = {0x08, 0, 1, 2, 3, 4};
	const struct dimp_macsec_sa *const sa = &record->body.macsec_sa;
	const struct sectag tag = {.bits = SECTAG_BIT_SCI | SECTAG_BIT_ENCRYPTED |
			SECTAG_BIT_CHANGED,
		.association_number = sa->association_number,
		.packet_number = UINT32_MAX,
		.sci = sa->sci};
	const struct ethernet_frame frame = {.destination = vm_mac,
		.source = host_mac,
		.type = ETHERTYPE_MACSEC,
		.payload = {data, sizeof data}};
	struct sectag_key key = {.key = {sa->sak.octets, sa->sak.size},
		.is_extended = true,
		.ssci = sa->ssci,
		.packet_number = UINT64_MAX};
	uint8_t secured[ETHERNET_FRAME_MAX];
	struct ethernet_frame outer = frame;

	memcpy(key.salt, sa->salt.octets, sizeof key.salt);
	const size_t size = sectag_seal(&frame, &key, &tag, secured);
	outer.payload = (struct dimp_view){secured, size};
	return ethernet_write(&outer, octets, OCTETS_MAX);
}

/* DIMP 8.3-7: what had the highest number of 64 bits could be taken for ever: there is no lowest
 * one above it. */
static void test_port_wraps_last_extended_number_is_not_taken(void)
{
	struct dimp_record record = association(gcm_extended, UINT64_MAX);
	struct macsec_data data;
	struct macsec_frame plain;
	struct source_counters counters = {0};
	uint8_t octets[OCTETS_MAX];
	struct ethernet_frame frame;

	record.body.macsec_sa.lowest_pn = UINT64_MAX - 1;
	record.body.macsec_sa.direction = DIMP_DIRECTION_RECEIVE;
	struct end bridge = make_end(SECURE_PORT_OF_BRIDGE, &record);
	const struct source_place place = {.store = bridge.store,
		.slot = SLOT,
		.counters = &counters};
	const size_t size = seal_with_last_number(&record, octets);
	REQUIRE(size != 0 && ethernet_read((struct dimp_view){octets, size}, &frame));
	CHECK(!opens(&bridge, octets, size));
	CHECK_EQ(secure_port_counters(bridge.port)->late, 1);
	macsec_data_init(&data);
	CHECK_EQ(macsec_data_validate(&data, &place, &frame, &plain), MACSEC_REPLAYED);
	record.body.macsec_sa.direction = DIMP_DIRECTION_TRANSMIT;
	REQUIRE(di_store_put(bridge.store, SLOT, &record, (struct dimp_time){0}));
	CHECK_EQ(seal(&bridge, octets), 0);
	destroy_end(&bridge);
}

/* DIMP 8.17-4: a quota that is used up stays so, also when there is no higher count. */
static void test_port_wraps_portal_count_stays_at_its_end(void)
{
	const struct attachment vm = {.slot = SLOT, .mac = vm_mac, .is_portal_required = true};
	const struct dimp_record record = {.type = DIMP_DI_PORTAL_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.portal_session = {.attributes = 1u
					<< DIMP_ATTRIBUTE_portal_session_octets_used |
				1u << DIMP_ATTRIBUTE_portal_session_octets_quota,
			.client = vm_mac,
			.is_open = 1,
			.session_remaining = DIMP_DURATION_INFINITE,
			.octets_used = UINT64_MAX - 60,
			.octets_quota = UINT64_MAX}};
	const struct made_frame made = make_frame(&host_mac, &vm_mac, 0x0800, 60);
	struct di_store *const store = di_store_create();
	const struct dimp_time now = {1};
	struct edge_frame frame;

	REQUIRE(store != NULL && di_store_put(store, SLOT, &record, (struct dimp_time){0}));
	CHECK(edge_frame_read(made_view(&made), &frame));
	for (int each = 0; each < 3; each++) {
		CHECK_EQ(portal_gate_permits(store, &vm, &frame, now), each == 0);
		portal_gate_count(store, &vm, &frame, now);
	}
	CHECK_EQ(di_store_find(store, SLOT, &record)->record.body.portal_session.octets_used,
		UINT64_MAX);
	di_store_destroy(store);
}

struct ecp_ends {
	struct ecp_channel near_end, far_end;
	struct dimp_time now;
	unsigned came;
	uint8_t last;
};

/* Everything that both have to say; of the requests one is lost if |is_losing|. */
static void carry(struct ecp_ends *ends, bool is_losing)
{
	uint8_t octets[ECP_CHANNEL_PDU_MAX];
	struct dimp_view payload;
	size_t size;

	while ((size = ecp_channel_transmit(&ends->near_end, octets, ends->now)) != 0) {
		const struct dimp_view pdu = {octets, size};

		if (!is_losing && ecp_channel_receive(&ends->far_end, pdu, &payload, ends->now)) {
			ends->came++;
			ends->last = payload.octets[0];
		}
		is_losing = false;
		size = ecp_channel_transmit(&ends->far_end, octets, ends->now);
		if (size != 0)
			(void)ecp_channel_receive(&ends->near_end, (struct dimp_view){octets, size},
				&payload, ends->now);
	}
}

/* Sequence numbers of 16 bits begin anew behind 65,535, with 1; all arrive once, also where the one
 * on either side of the end is lost and said again. */
static void test_port_wraps_ecp_sequences_begin_anew(void)
{
	const struct vdp_timing timing = vdp_timing_default();
	static struct ecp_ends ends;
	struct ecp_payload lost;

	ends = (struct ecp_ends){.now = {1000000}};
	ecp_channel_init(&ends.near_end, &timing);
	ecp_channel_init(&ends.far_end, &timing);
	ends.near_end.sequence = ends.far_end.heard = UINT16_MAX - 1;
	for (uint8_t each = 1; each <= 4; each++) {
		const struct ecp_payload payload = {.size = 1, .octets = {each}};

		CHECK(ecp_channel_send(&ends.near_end, &payload));
		carry(&ends, true);
		CHECK_EQ(ends.came, each - 1);
		ends.now = ecp_channel_deadline(&ends.near_end);
		CHECK(!ecp_channel_expire(&ends.near_end, ends.now, &lost));
		carry(&ends, false);
		CHECK_EQ(ends.came, each);
		CHECK_EQ(ends.last, each);
	}
	CHECK_EQ(ends.near_end.sequence, 3);
	CHECK_EQ(ends.far_end.heard, 2);
}

static const struct test_case tests[] = {
	TEST(test_port_wraps_extended_numbers_cross_32_bits),
	TEST(test_port_wraps_numbers_end),
	TEST(test_port_wraps_last_extended_number_is_not_taken),
	TEST(test_port_wraps_portal_count_stays_at_its_end),
	TEST(test_port_wraps_ecp_sequences_begin_anew),
	TEST_END,
};
const struct test_suite suite_port_wraps = {"port_wraps", tests};
