/*
 * Proves that a general query is what RFC 2236, RFC 3376 and RFC 3810 lay out: to whom it goes, its
 * message octet by octet (checksums added up by hand), and that there is none of an unknown
 * version.
 */
#include "net/general_query.h"

#include "check.h"

enum { ETHERNET = 14, IPV4 = 24, IPV6 = 40, HOP_BY_HOP = 8 };

static struct general_query query_of(struct dimp_ip address, uint8_t version)
{
	return (struct general_query){.source = {{2, 0, 0, 0, 0, 9}},
		.address = address,
		.version = version,
		.response_us = 10000000,
		.interval_us = 125000000};
}

static const struct dimp_ip ipv4 = {{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 1}};
static const struct dimp_ip ipv6 = {{0xfe, 0x80, [15] = 1}};

static void test_general_query_of_igmp(void)
{
	const struct general_query two = query_of(ipv4, 2), three = query_of(ipv4, 3);
	uint8_t octets[GENERAL_QUERY_SIZE_MAX];

	CHECK_EQ(general_query_write(&two, octets), ETHERNET + IPV4 + 8);
	CHECK_BYTES(octets, ETHERNET, "01 00 5e 00 00 01 02 00 00 00 00 09 08 00");
	CHECK_EQ(octets[ETHERNET + 8], 1);
	CHECK_BYTES(octets + ETHERNET + 12, 12, "0a 00 00 01 e0 00 00 01 94 04 00 00");
	CHECK_BYTES(octets + ETHERNET + IPV4, 8, "11 64 ee 9b 00 00 00 00");
	CHECK_EQ(general_query_write(&three, octets), ETHERNET + IPV4 + 12);
	CHECK_BYTES(octets + ETHERNET + IPV4, 12, "11 64 ec 1e 00 00 00 00 02 7d 00 00");
}

static void test_general_query_of_mld(void)
{
	const struct general_query one = query_of(ipv6, 1), two = query_of(ipv6, 2);
	uint8_t octets[GENERAL_QUERY_SIZE_MAX];
	const uint8_t *const message = octets + ETHERNET + IPV6 + HOP_BY_HOP;

	CHECK_EQ(general_query_write(&one, octets), ETHERNET + IPV6 + HOP_BY_HOP + 24);
	CHECK_BYTES(octets, ETHERNET, "33 33 00 00 00 01 02 00 00 00 00 09 86 dd");
	CHECK_EQ(octets[ETHERNET + 7], 1);
	CHECK_BYTES(octets + ETHERNET + 8, 32,
		"fe80 0000 0000 0000 0000 0000 0000 0001 ff02 0000 0000 0000 0000 0000 0000 0001");
	CHECK_BYTES(message + 4, 20, "2710 0000 00000000 00000000 00000000 00000000");
	CHECK_EQ(message[0], 130);
	CHECK_EQ(general_query_write(&two, octets), ETHERNET + IPV6 + HOP_BY_HOP + 28);
	CHECK_BYTES(message + 24, 4, "02 7d 00 00");
}

static const struct test_case tests[] = {
	TEST(test_general_query_of_igmp),
	TEST(test_general_query_of_mld),
	TEST_END,
};

const struct test_suite suite_general_query = {"general_query", tests};
