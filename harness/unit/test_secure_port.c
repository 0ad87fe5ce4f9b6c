/* SPDX-License-Identifier: MIT */
/*
 * Proves the SecY of a port: what one end seals the other opens once, numbers move with the
 * records, and a frame of before the move is not taken after it.
 */
#include "bridge/secure_port.h"

#include <string.h>

#include "check.h"
#include "frame_maker.h"

enum { SLOT = 3 };

static const struct dimp_mac vm_mac = {{2, 0, 0, 0, 0, 1}}, host_mac = {{2, 0, 0, 0, 0, 2}};
static const struct dimp_time start = {0};

static struct dimp_record association(enum dimp_direction direction)
{
	struct dimp_record record = {
		.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa =
			{
				.attributes = 1u << DIMP_ATTRIBUTE_macsec_sa_sak,
				.association_number = 1,
				.direction = (uint8_t)direction,
				.cipher_suite = 0x0080c20001000001u,
				.is_encrypting = 1,
				.is_in_use = 1,
				.sectag = 0x20,
				.validate = DIMP_VALIDATE_STRICT,
				.next_pn = 1,
				.lowest_pn = 1,
				.sak = {.size = 16, .octets = {1, 2, 3}},
			},
	};

	memcpy(record.body.macsec_sa.sci.octets,
		direction == DIMP_DIRECTION_RECEIVE ? vm_mac.octets : host_mac.octets, 6);
	record.body.macsec_sa.sci.octets[7] = 1;
	return record;
}

struct end {
	struct di_store *store;
	struct secure_port *port;
};

static struct end make_end(enum secure_port_end kind)
{
	const struct dimp_record receive = association(DIMP_DIRECTION_RECEIVE);
	const struct dimp_record transmit = association(DIMP_DIRECTION_TRANSMIT);
	struct end end = {.store = di_store_create()};

	end.port = secure_port_create(end.store, kind);
	CHECK(di_store_put(end.store, SLOT, &receive, start));
	CHECK(di_store_put(end.store, SLOT, &transmit, start));
	return end;
}

static void destroy_end(struct end *end)
{
	secure_port_destroy(end->port);
	di_store_destroy(end->store);
}

/* A frame of 40 octets from the VM. */
static struct made_frame clear_frame(void)
{
	return make_frame(&host_mac, &vm_mac, 0x0800, 40);
}

static size_t seal(const struct end *end, uint8_t *octets)
{
	const struct made_frame made = clear_frame();
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	return secure_port_protect(end->port, SLOT, &frame, octets);
}

static size_t open_sealed(const struct end *end, const uint8_t *octets, size_t size, uint8_t *plain)
{
	struct edge_frame frame;

	CHECK(edge_frame_read((struct dimp_view){octets, size}, &frame));
	return secure_port_open(end->port, SLOT, &frame, plain);
}

static void test_secure_port_opens_what_the_vm_sealed_once(void)
{
	struct end vm = make_end(SECURE_PORT_OF_VM), bridge = make_end(SECURE_PORT_OF_BRIDGE);
	const struct made_frame made = clear_frame();
	uint8_t sealed[256], plain[256];
	const size_t size = seal(&vm, sealed);

	/* SecTAG of 8 with the EtherType, SCI of 8, ICV of 16; the first packet number is 1. */
	REQUIRE(size == made.size + 32);
	CHECK_BYTES(sealed + 12, 16, "88e5 2d 2a 00000001 020000000001 0001");
	CHECK(memcmp(sealed + 28, made.octets + 12, 42) != 0);
	REQUIRE(open_sealed(&bridge, sealed, size, plain) == made.size);
	CHECK(memcmp(plain, made.octets, made.size) == 0);
	CHECK_EQ(open_sealed(&bridge, sealed, size, plain), 0);
	destroy_end(&vm);
	destroy_end(&bridge);
}

static void test_secure_port_drops_a_flipped_bit(void)
{
	struct end vm = make_end(SECURE_PORT_OF_VM), bridge = make_end(SECURE_PORT_OF_BRIDGE);
	uint8_t sealed[256], plain[256];
	const size_t size = seal(&vm, sealed);

	for (size_t index = 0; index < size; index++) {
		sealed[index] ^= 0x10;
		CHECK_EQ(open_sealed(&bridge, sealed, size, plain), 0);
		sealed[index] ^= 0x10;
	}
	CHECK(open_sealed(&bridge, sealed, size, plain) != 0);
	destroy_end(&vm);
	destroy_end(&bridge);
}

/* The records of one bridge put into another: recorded frames are refused, the next is taken, and
 * the transmit number goes on where it stopped. DIMP 8.3-6, 8.3-7. */
static void test_secure_port_numbers_move_with_the_records(void)
{
	struct end vm = make_end(SECURE_PORT_OF_VM), old = make_end(SECURE_PORT_OF_BRIDGE);
	struct end new = make_end(SECURE_PORT_OF_BRIDGE);
	const struct dimp_record keys[2] = {association(DIMP_DIRECTION_RECEIVE),
		association(DIMP_DIRECTION_TRANSMIT)};
	uint8_t sealed[256], recorded[256], plain[256];
	const size_t size = seal(&vm, recorded);

	CHECK(open_sealed(&old, recorded, size, plain) != 0);
	CHECK(seal(&old, sealed) != 0);
	CHECK(seal(&old, sealed) != 0);
	secure_port_flush(old.port, SLOT, start);
	for (int index = 0; index < 2; index++)
		CHECK(di_store_put(new.store, SLOT,
			&di_store_find(old.store, SLOT, &keys[index])->record, start));
	CHECK_EQ(open_sealed(&new, recorded, size, plain), 0);
	CHECK(open_sealed(&new, sealed, seal(&vm, sealed), plain) != 0);
	REQUIRE(seal(&new, sealed) != 0);
	CHECK_BYTES(sealed + 16, 4, "00000003");
	destroy_end(&vm);
	destroy_end(&old);
	destroy_end(&new);
}

static void test_secure_port_sends_nothing_without_an_association_in_use(void)
{
	struct end bridge = make_end(SECURE_PORT_OF_BRIDGE);
	struct dimp_record transmit = association(DIMP_DIRECTION_TRANSMIT);
	uint8_t sealed[256];

	transmit.body.macsec_sa.is_in_use = 0;
	CHECK(di_store_put(bridge.store, SLOT, &transmit, start));
	CHECK_EQ(seal(&bridge, sealed), 0);
	CHECK(secure_port_is_in_use(bridge.port, SLOT));
	CHECK(!secure_port_is_in_use(bridge.port, SLOT + 1));
	destroy_end(&bridge);
}

/* A new key under the same AN counts from 1 again; the old key's numbers are not its own. */
static void test_secure_port_new_key_begins_anew(void)
{
	struct end bridge = make_end(SECURE_PORT_OF_BRIDGE);
	struct dimp_record transmit = association(DIMP_DIRECTION_TRANSMIT);
	uint8_t sealed[256];

	CHECK(seal(&bridge, sealed) != 0);
	CHECK(seal(&bridge, sealed) != 0);
	transmit.body.macsec_sa.sak.octets[0] ^= 1;
	CHECK(di_store_put(bridge.store, SLOT, &transmit, start));
	REQUIRE(seal(&bridge, sealed) != 0);
	CHECK_BYTES(sealed + 16, 4, "00000001");
	destroy_end(&bridge);
}

/* Both ends with integrity only and this validateFrames. */
static struct end make_lenient_end(enum secure_port_end kind, enum dimp_validate validate)
{
	struct end end = make_end(kind);

	for (unsigned direction = DIMP_DIRECTION_RECEIVE; direction <= DIMP_DIRECTION_TRANSMIT;
		direction++) {
		struct dimp_record record = association((enum dimp_direction)direction);
		record.body.macsec_sa.is_encrypting = 0;
		record.body.macsec_sa.validate = (uint8_t)validate;
		CHECK(di_store_put(end.store, SLOT, &record, start));
	}
	return end;
}

/* What comes of a frame whose data is changed on its way, of one that is right, and of the same
 * again: IEEE 802.1AE-2018 10.6.3 to 10.6.5. */
static void test_secure_port_validates_as_it_is_told(void)
{
	static const struct {
		enum dimp_validate validate;
		struct secure_port_counters counters;
	} rows[] = {
		{DIMP_VALIDATE_STRICT, {.ok = 1, .late = 1, .not_valid = 1}},
		{DIMP_VALIDATE_CHECK, {.ok = 1, .late = 1, .invalid = 1}},
		{DIMP_VALIDATE_DISABLED, {.unchecked = 3}},
	};

	for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
		const bool is_strict = rows[row].validate == DIMP_VALIDATE_STRICT;
		struct end vm = make_lenient_end(SECURE_PORT_OF_VM, rows[row].validate);
		struct end bridge = make_lenient_end(SECURE_PORT_OF_BRIDGE, rows[row].validate);
		const struct made_frame made = clear_frame();
		uint8_t sealed[256], plain[256];
		const size_t size = seal(&vm, sealed);

		sealed[size - 20] ^= 1;
		CHECK_EQ(open_sealed(&bridge, sealed, size, plain), is_strict ? 0 : made.size);
		sealed[size - 20] ^= 1;
		REQUIRE(open_sealed(&bridge, sealed, size, plain) == made.size);
		CHECK(memcmp(plain, made.octets, made.size) == 0);
		(void)open_sealed(&bridge, sealed, size, plain);
		CHECK(memcmp(secure_port_counters(bridge.port), &rows[row].counters,
			      sizeof rows[row].counters) == 0);
		destroy_end(&vm);
		destroy_end(&bridge);
	}
}

/* Of no SA, without a tag, with a wrong one; and what is encrypted is nobody's to guess at. */
static void test_secure_port_is_lenient_with_what_it_can_read(void)
{
	struct end vm = make_lenient_end(SECURE_PORT_OF_VM, DIMP_VALIDATE_CHECK);
	struct end bridge = make_lenient_end(SECURE_PORT_OF_BRIDGE, DIMP_VALIDATE_CHECK);
	struct end secret = make_end(SECURE_PORT_OF_VM);
	const struct secure_port_counters *const counters = secure_port_counters(bridge.port);
	const struct made_frame made = clear_frame();
	uint8_t sealed[256], plain[256];
	size_t size = seal(&vm, sealed);

	sealed[14] ^= 2; /* another association number */
	CHECK_EQ(open_sealed(&bridge, sealed, size, plain), made.size);
	CHECK_EQ(counters->no_sa, 1);
	sealed[14] ^= 0x80; /* a version that there is not */
	CHECK_EQ(open_sealed(&bridge, sealed, size, plain), 0);
	CHECK_EQ(counters->bad_tag, 1);
	size = seal(&secret, sealed);
	sealed[size - 20] ^= 1;
	CHECK_EQ(open_sealed(&bridge, sealed, size, plain), 0);
	CHECK_EQ(counters->not_valid, 1);
	sealed[14] ^= 2;
	CHECK_EQ(open_sealed(&bridge, sealed, size, plain), 0);
	CHECK_EQ(counters->no_sa_error, 1);
	CHECK(secure_port_takes_untagged(bridge.port, SLOT));
	CHECK(!secure_port_takes_untagged(bridge.port, SLOT + 1));
	CHECK_EQ(counters->untagged, 1);
	CHECK_EQ(counters->no_tag, 1);
	destroy_end(&vm);
	destroy_end(&bridge);
	destroy_end(&secret);
}

/* An SA that moved says one thing, one agreed on at the new bridge another; the order is nothing.
 */
static void test_secure_port_is_as_strict_as_its_strictest_association(void)
{
	for (uint8_t strict = 0; strict < 2; strict++) {
		struct end end = make_lenient_end(SECURE_PORT_OF_BRIDGE, DIMP_VALIDATE_CHECK);
		struct dimp_record record = association(DIMP_DIRECTION_RECEIVE);

		CHECK(di_store_delete(end.store, SLOT, &record, start));
		for (uint8_t number = 0; number < 2; number++) {
			record.body.macsec_sa.association_number = number;
			record.body.macsec_sa.validate =
				number == strict ? DIMP_VALIDATE_STRICT : DIMP_VALIDATE_CHECK;
			CHECK(di_store_put(end.store, SLOT, &record, start));
		}
		CHECK(!secure_port_takes_untagged(end.port, SLOT));
		destroy_end(&end);
	}
}

static const struct test_case tests[] = {
	TEST(test_secure_port_opens_what_the_vm_sealed_once),
	TEST(test_secure_port_drops_a_flipped_bit),
	TEST(test_secure_port_numbers_move_with_the_records),
	TEST(test_secure_port_sends_nothing_without_an_association_in_use),
	TEST(test_secure_port_new_key_begins_anew),
	TEST(test_secure_port_validates_as_it_is_told),
	TEST(test_secure_port_is_lenient_with_what_it_can_read),
	TEST(test_secure_port_is_as_strict_as_its_strictest_association),
	TEST_END,
};

const struct test_suite suite_secure_port = {"secure_port", tests};
