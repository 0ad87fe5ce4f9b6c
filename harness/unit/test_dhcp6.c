/* SPDX-License-Identifier: MIT */
/*
 * Proves that DHCPv6 messages, laid out by hand from RFC 8415, read as what they say, that what is
 * broken anywhere in them is refused, and that relays are unwrapped so far and no further.
 */
#include "net/dhcp6.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "hexed.h"

/* Client and server DUIDs of type 3 (link-layer), with their option headers. */
#define CLIENT_DUID "0001 000a 0003 0001 525400c73ece "
#define SERVER_DUID "0002 000a 0003 0001 020000000009 "
/* IAID 7, T1 60, T2 90; an address for 100 s, preferred for 50. */
#define ADDRESS "0005 0018 2001 0db8 0000 0000 0000 0000 0000 000a 00000032 00000064 "
#define IA_NA "0003 0028 00000007 0000003c 0000005a " ADDRESS

/* IA_PD with a prefix of 129 bits. */
#define LONG_PREFIX \
	"07 000001 0019 0029 00000001 00000000 00000000 001a 0019 00000032 00000064 81 " \
	"2001 0db8 0100 0000 0000 0000 0000 0000"

static bool read_hex(const char *hex, struct dhcp6_message *message)
{
	static struct hexed octets;

	octets = hexed_from(hex);
	return dhcp6_read(hexed_view(&octets), message);
}

static void test_dhcp6_reads_an_address(void)
{
	struct dhcp6_association association;
	struct dhcp6_message message;
	struct dhcp6_lease lease;

	REQUIRE(read_hex("07 abcdef " CLIENT_DUID SERVER_DUID IA_NA, &message));
	CHECK_EQ(message.kind, DHCP6_REPLY);
	CHECK_EQ(message.transaction, 0xabcdef);
	CHECK_BYTES(message.client_duid.octets, message.client_duid.size, "00030001525400c73ece");
	CHECK_BYTES(message.server_duid.octets, message.server_duid.size, "00030001020000000009");
	CHECK_EQ(message.status, DHCP6_SUCCESS);
	REQUIRE(dhcp6_association_next(&message, &association));
	CHECK_EQ(association.kind, DHCP6_IA_NA);
	CHECK_EQ(association.identifier, 7);
	CHECK_EQ(association.renewal_s, 60);
	CHECK_EQ(association.rebinding_s, 90);
	REQUIRE(dhcp6_lease_next(&association, &lease));
	CHECK_BYTES(lease.address.octets, 16, "20010db800000000000000000000000a");
	CHECK_EQ(lease.prefix, 128);
	CHECK_EQ(lease.preferred_s, 50);
	CHECK_EQ(lease.valid_s, 100);
	CHECK(!dhcp6_lease_next(&association, &lease));
	CHECK(!dhcp6_association_next(&message, &association));
}

/* IA_PD with 2001:db8:100::/56, IA_TA with an address refused (NoAddrsAvail), rapid commit. */
static void test_dhcp6_reads_prefixes_and_temporary_addresses(void)
{
	struct dhcp6_association association;
	struct dhcp6_message message;
	struct dhcp6_lease lease;

	REQUIRE(read_hex("07 000001 000e 0000 "
			 "0019 0029 00000001 00000000 00000000 "
			 "001a 0019 00000032 00000064 38 2001 0db8 0100 0000 0000 0000 0000 0000 "
			 "0004 0026 00000002 0005 001e 2001 0db8 0000 0000 0000 0000 0000 000b "
			 "00000000 00000000 000d 0002 0002",
		&message));
	CHECK(message.is_rapid);
	REQUIRE(dhcp6_association_next(&message, &association));
	CHECK_EQ(association.kind, DHCP6_IA_PD);
	REQUIRE(dhcp6_lease_next(&association, &lease));
	CHECK_EQ(lease.prefix, 56);
	CHECK_BYTES(lease.address.octets, 16, "20010db8010000000000000000000000");
	REQUIRE(dhcp6_association_next(&message, &association));
	CHECK_EQ(association.kind, DHCP6_IA_TA);
	CHECK_EQ(association.identifier, 2);
	REQUIRE(dhcp6_lease_next(&association, &lease));
	CHECK_EQ(lease.status, DHCP6_NO_ADDRESSES);
	CHECK_EQ(lease.valid_s, 0);
}

static void test_dhcp6_reads_status_and_reconfigure(void)
{
	struct dhcp6_association association;
	struct dhcp6_message message;

	REQUIRE(read_hex("07 000001 000d 000b 0004 6e6f 206c 696e 6b 21 21", &message));
	CHECK_EQ(message.status, DHCP6_NOT_ON_LINK);
	REQUIRE(read_hex("0a 000000 0013 0001 05", &message));
	CHECK_EQ(message.reconfigure, DHCP6_RENEW);
	REQUIRE(read_hex("07 000001 0003 0012 00000001 00000000 00000000 000d 0002 0003",
		&message));
	REQUIRE(dhcp6_association_next(&message, &association));
	CHECK_EQ(association.status, DHCP6_NO_BINDING);
}

static void test_dhcp6_refuses_what_is_broken(void)
{
	static const char *const broken[] = {
		"",
		"07",
		"07 0000", /* cut short */
		"0c 00 00",
		"0d 00 00", /* a relay's */
		"07 000001 0001",
		"07 000001 0001 0004 0003 00", /* an option beyond the end */
		"01 000001 0001 0002 0003", /* a DUID of 2 octets, and one of 131 */
		"07 000001 0003 000b 00000001 00000000 000000", /* IA_NA */
		"07 000001 0004 0003 000000", /* IA_TA */
		"07 000001 0003 0014 00000001 00000000 00000000 0005 0004 20010db8", /* address */
		"07 000001 0003 0010 00000001 00000000 00000000 0005 0018", /* it ends too soon */
		LONG_PREFIX,
		"07 000001 000d 0001 00",
		"07 000001 000e 0001 00",
		"0a 000001 0013 0002 0505",
	};
	static uint8_t long_duid[4 + 4 + 131] = {1, 0, 0, 1, 0, 1, 0, 131};
	struct dhcp6_message message;

	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		CHECK(!read_hex(broken[i], &message));
	CHECK(!dhcp6_read((struct dimp_view){long_duid, sizeof long_duid}, &message));
	long_duid[7] = 130;
	CHECK(dhcp6_read((struct dimp_view){long_duid, sizeof long_duid - 1}, &message));
}

/* RFC 8415 16.2 to 16.13: which identifiers a message of each kind has. */
static void test_dhcp6_is_valid_with_the_identifiers_of_its_kind(void)
{
	static const struct {
		const char *kind;
		bool with_none, with_client, with_both;
	} rows[] = {
		{"01", false, true, false},
		{"02", false, false, true},
		{"03", false, false, true},
		{"04", false, true, false},
		{"05", false, false, true},
		{"06", false, true, false},
		{"07", false, false, true},
		{"08", false, false, true},
		{"09", false, false, true},
		{"0a", false, false, true},
		{"0b", true, true, true},
		{"0e", false, false, false},
	};
	struct dhcp6_message message;
	char hex[256];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)snprintf(hex, sizeof hex, "%s 000001", rows[i].kind);
		CHECK(read_hex(hex, &message));
		CHECK_EQ(dhcp6_is_valid(&message), rows[i].with_none);
		(void)snprintf(hex, sizeof hex, "%s 000001 " CLIENT_DUID, rows[i].kind);
		CHECK(read_hex(hex, &message));
		CHECK_EQ(dhcp6_is_valid(&message), rows[i].with_client);
		(void)snprintf(hex, sizeof hex, "%s 000001 " CLIENT_DUID SERVER_DUID, rows[i].kind);
		CHECK(read_hex(hex, &message));
		CHECK_EQ(dhcp6_is_valid(&message), rows[i].with_both);
	}
}

/* |octets| with one more relay around, whose peer is fe80::|hops|; its new size. */
static size_t wrap(uint8_t *octets, size_t size, uint8_t hops)
{
	enum { HEAD = 34, OPTION_HEAD = 4 };

	memmove(octets + HEAD + OPTION_HEAD, octets, size);
	memset(octets, 0, HEAD);
	octets[0] = 12;
	octets[1] = hops;
	octets[18] = 0xfe;
	octets[19] = 0x80;
	octets[33] = hops;
	octets[34] = 0;
	octets[35] = 9;
	octets[36] = (uint8_t)(size >> 8);
	octets[37] = (uint8_t)size;
	return HEAD + OPTION_HEAD + size;
}

static void test_dhcp6_unwraps_eight_relays(void)
{
	uint8_t octets[1024] = {1, 0, 0, 1};
	struct dhcp6_relayed relayed;
	size_t size = 4;

	REQUIRE(dhcp6_unwrap((struct dimp_view){octets, size}, &relayed));
	CHECK_EQ(relayed.relays, 0);
	for (uint8_t hops = 1; hops <= 8; hops++) {
		size = wrap(octets, size, hops);
		REQUIRE(dhcp6_unwrap((struct dimp_view){octets, size}, &relayed));
		CHECK_EQ(relayed.relays, hops);
	}
	CHECK_BYTES(relayed.message.octets, relayed.message.size, "01000001");
	CHECK_BYTES(relayed.peer.octets, 16, "fe800000000000000000000000000001");
	CHECK(!relayed.is_reply);
	size = wrap(octets, size, 9);
	CHECK(!dhcp6_unwrap((struct dimp_view){octets, size}, &relayed));
	/* Without its message, and cut within one. */
	CHECK(!dhcp6_unwrap((struct dimp_view){octets, 34}, &relayed));
	CHECK(!dhcp6_unwrap((struct dimp_view){octets, 50}, &relayed));
	CHECK(!dhcp6_unwrap((struct dimp_view){octets, 0}, &relayed));
}

static void test_dhcp6_writes_what_it_reads(void)
{
	const char *const hex = "05 000123 " CLIENT_DUID SERVER_DUID IA_NA;
	struct dhcp6_message message;
	struct dhcp6_request request = {.has_lease = true};
	uint8_t written[256];

	REQUIRE(read_hex(hex, &message));
	struct dhcp6_message rest = message;
	REQUIRE(dhcp6_association_next(&rest, &request.association));
	struct dhcp6_association association = request.association;
	REQUIRE(dhcp6_lease_next(&association, &request.lease));
	const size_t size = dhcp6_write(&message, &(struct dhcp6_requests){&request, 1}, written,
		sizeof written);
	CHECK_BYTES(written, size, hex);
	CHECK_EQ(dhcp6_write(&message, &(struct dhcp6_requests){&request, 1}, written, size - 1),
		0);
}

static const struct test_case tests[] = {
	TEST(test_dhcp6_reads_an_address),
	TEST(test_dhcp6_reads_prefixes_and_temporary_addresses),
	TEST(test_dhcp6_reads_status_and_reconfigure),
	TEST(test_dhcp6_refuses_what_is_broken),
	TEST(test_dhcp6_is_valid_with_the_identifiers_of_its_kind),
	TEST(test_dhcp6_unwraps_eight_relays),
	TEST(test_dhcp6_writes_what_it_reads),
	TEST_END,
};

const struct test_suite suite_dhcp6 = {"dhcp6", tests};
