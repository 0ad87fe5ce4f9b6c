/*
 * Proves that IPv6 packets and the MLD messages in them are read as an independent encoder wrote
 * them and written with the same octets, and that what RFC 3810 has dropped is refused.  The
 * octets are Scapy's.
 */
#include "check.h"
#include "hexed.h"
#include "net/mld.h"

#include <stdlib.h>
#include <string.h>

/* From fe80::5054:ff:fec7:3ece, with the router alert that each of them needs. */
#define HEADER(size, to) \
	"60000000 " size " 00 01 fe80000000000000505400fffec73ece " to " 3a00050200000100 "
#define ALL_NODES "ff020000000000000000000000000001"
#define ALL_ROUTERS "ff020000000000000000000000000002"
#define ALL_MLD_ROUTERS "ff020000000000000000000000000016"
#define GROUP_101 "ff0e0000000000000000000000000101"
#define ZERO "00000000000000000000000000000000"

static const char query_1[] = HEADER("0020", ALL_NODES) "8200ca2e 27100000" ZERO;
static const char query_2[] = HEADER("0034", GROUP_101) "8200647a 83fc0000" GROUP_101
							"0a7d0001 fd000010000000000000000000000009";
static const char report_1[] = HEADER("0020", GROUP_101) "8300ef22 00000000" GROUP_101;
static const char done_1[] = HEADER("0020", ALL_ROUTERS) "8400ef2d 00000000" GROUP_101;
static const char report_2[] =
	HEADER("0058", ALL_MLD_ROUTERS) "8f00df6e 00000002"
					"06000002 ff0e0000000000000000000000000102"
					"fd000010000000000000000000000009"
					"fd000010000000000000000000000033"
					"04000000" GROUP_101;

static enum packet_verdict read_text(const char *text, struct group_message *message)
{
	static struct hexed octets;
	struct ipv6_packet packet;

	octets = hexed_from(text);
	if (ipv6_read(hexed_view(&octets), &packet) != PACKET_WHOLE)
		return PACKET_MALFORMED;
	return mld_read(&packet, message);
}

static void test_mld_reads_every_message(void)
{
	static const struct {
		const char *octets;
		enum group_kind kind;
		uint8_t version;
		uint64_t response_us;
	} rows[] = {
		{query_1, GROUP_QUERY, 1, 10000000},
		{query_2, GROUP_QUERY, 2, 40928000},
		{report_1, GROUP_REPORT, 1, 0},
		{done_1, GROUP_LEAVE, 1, 0},
		{report_2, GROUP_RECORDS, 2, 0},
	};
	struct group_message message;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		REQUIRE(read_text(rows[i].octets, &message) == PACKET_WHOLE);
		CHECK_EQ(message.kind, rows[i].kind);
		CHECK_EQ(message.version, rows[i].version);
		CHECK_EQ(message.response_us, rows[i].response_us);
		CHECK_EQ(message.is_general, i == 0);
	}
}

static void test_mld_writes_what_it_read(void)
{
	static const char *const texts[] = {query_1, query_2, report_1, done_1};
	uint8_t payload[128], written[192];

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct hexed octets = hexed_from(texts[i]);
		struct group_message message;
		struct ipv6_packet packet;
		REQUIRE(ipv6_read(hexed_view(&octets), &packet) == PACKET_WHOLE);
		REQUIRE(mld_read(&packet, &message) == PACKET_WHOLE);
		struct ipv6_packet again = mld_packet(&packet.source, &packet.destination);
		again.payload.octets = payload;
		again.payload.size = mld_write(&again, &message, payload, sizeof payload);
		CHECK_BYTES(written, ipv6_write(&again, written, sizeof written), texts[i]);
		CHECK_EQ(mld_write(&again, &message, payload, again.payload.size - 1), 0);
		CHECK_EQ(ipv6_write(&again, written, octets.size - 1), 0);
	}
}

static void test_mld_reads_and_writes_the_records_of_a_report(void)
{
	const struct hexed octets = hexed_from(report_2);
	struct group_message message;
	struct group_record records[2];
	struct ipv6_packet packet;
	uint8_t written[128];

	REQUIRE(ipv6_read(hexed_view(&octets), &packet) == PACKET_WHOLE);
	REQUIRE(mld_read(&packet, &message) == PACKET_WHOLE);
	REQUIRE(group_record_next(&message, &records[0]));
	REQUIRE(group_record_next(&message, &records[1]));
	CHECK(!group_record_next(&message, &records[1]));
	CHECK_EQ(records[0].change, GROUP_BLOCK);
	REQUIRE(group_source_count(&records[0].sources) == 2);
	const struct dimp_ip source = group_source_at(&records[0].sources, 1);
	CHECK_BYTES(source.octets, 16, "fd000010000000000000000000000033");
	CHECK_EQ(records[1].change, GROUP_TO_EXCLUDE);
	CHECK_BYTES(records[1].group.octets, 16, GROUP_101);
	const struct mld_records both = {records, 2};
	const size_t size = mld_records_write(&packet, &both, written, sizeof written);
	REQUIRE(size == packet.payload.size);
	CHECK(memcmp(written, packet.payload.octets, size) == 0);
	CHECK_EQ(mld_records_write(&packet, &both, written, size - 1), 0);
}

/* RFC 3810 5.1.3: 32767 plain, above it a mantissa and an exponent; the code says no more than is
 * meant. */
static void test_mld_writes_the_longest_response_that_is_not_longer(void)
{
	static const struct {
		uint64_t milliseconds;
		uint16_t code;
	} rows[] = {{0, 0}, {32767, 32767}, {32768, 0x8000}, {32775, 0x8000}, {32776, 0x8001},
		{65528, 0x8fff}, {65536, 0x9000}, {8387584, 0xffff}, {99999999, 0xffff}};
	const struct dimp_ip from = {{0xfe, 0x80, [15] = 1}}, to = {{0xff, 0x02, [15] = 1}};
	const struct ipv6_packet packet = mld_packet(&from, &to);
	uint8_t written[32];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct group_message message = {.kind = GROUP_QUERY,
			.version = 2,
			.is_general = true,
			.response_us = rows[i].milliseconds * 1000};
		REQUIRE(mld_write(&packet, &message, written, sizeof written) == 28);
		CHECK_EQ(written[4] << 8 | written[5], rows[i].code);
	}
}

/* What of |report_1| is changed, and whether it can be believed then; the checksum is mended. */
static void test_mld_refuses_what_comes_as_no_mld_message_may(void)
{
	static const struct {
		size_t at;
		uint8_t octet;
		enum packet_verdict verdict;
	} rows[] = {
		{7, 1, PACKET_WHOLE},
		{7, 2, PACKET_MALFORMED}, /* hop limit */
		{7, 255, PACKET_MALFORMED},
		{45, 1, PACKET_MALFORMED}, /* router alert for RSVP */
		{42, 1, PACKET_MALFORMED}, /* padding in its place */
		{8, 0x20, PACKET_MALFORMED}, /* from a global address */
		{48, 133, PACKET_MALFORMED}, /* a router solicitation */
		{50, 0xee, PACKET_BAD_CHECKSUM},
	};
	struct group_message message;
	struct ipv6_packet packet;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct hexed octets = hexed_from(report_1);
		octets.octets[rows[i].at] = rows[i].octet;
		REQUIRE(ipv6_read(hexed_view(&octets), &packet) == PACKET_WHOLE);
		CHECK_EQ(mld_read(&packet, &message), rows[i].verdict);
	}
}

/* RFC 3590: a host that has no address yet reports from ::, but nobody asks from there. */
static void test_mld_takes_reports_but_no_queries_from_nowhere(void)
{
	struct group_message message;

	CHECK_EQ(read_text("60000000 0020 00 01" ZERO GROUP_101
			   "3a00050200000100 83007c8d 00000000" GROUP_101,
			 &message),
		PACKET_WHOLE);
	CHECK_EQ(read_text("60000000 0020 00 01" ZERO ALL_NODES
			   "3a00050200000100 82005792 27100000" ZERO,
			 &message),
		PACKET_MALFORMED);
}

static void test_ipv6_tells_fragments_and_malformed_apart(void)
{
	static const struct {
		const char *octets;
		enum packet_verdict verdict;
	} rows[] = {
		{"60000000 0000 3b 40" GROUP_101 GROUP_101, PACKET_WHOLE},
		{"40000000 0000 3b 40" GROUP_101 GROUP_101, PACKET_MALFORMED},
		{"60000000 0001 3b 40" GROUP_101 GROUP_101, PACKET_MALFORMED},
		{"60000000 0008 2c 40" GROUP_101 GROUP_101 "1100000000000001", PACKET_FRAGMENT},
		/* Hop-by-hop: cut, an option that runs over, one that is unknown, Pad1 only. */
		{"60000000 0008 00 40" GROUP_101 GROUP_101 "3a01050200000100", PACKET_MALFORMED},
		{"60000000 0008 00 40" GROUP_101 GROUP_101 "3a00010500000000", PACKET_MALFORMED},
		{"60000000 0008 00 40" GROUP_101 GROUP_101 "3a003e0400000000", PACKET_WHOLE},
		{"60000000 0008 00 40" GROUP_101 GROUP_101 "3a00000000000000", PACKET_WHOLE},
		{"60000000 0008 00 40" GROUP_101 GROUP_101 "2c00000000000000", PACKET_FRAGMENT},
	};
	struct ipv6_packet packet;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct hexed octets = hexed_from(rows[i].octets);
		CHECK_EQ(ipv6_read(hexed_view(&octets), &packet), rows[i].verdict);
		CHECK(!packet.has_router_alert);
	}
}

static void test_mld_refuses_everything_cut_short(void)
{
	static const char *const texts[] = {query_1, query_2, report_1, done_1, report_2};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const struct hexed octets = hexed_from(texts[i]);
		for (size_t size = 0; size < octets.size - 48; size++) {
			uint8_t *const copy = malloc(size + 1);
			struct group_message message;
			REQUIRE(copy != NULL);
			memcpy(copy + 1, octets.octets + 48, size);
			struct ipv6_packet packet;
			REQUIRE(ipv6_read(hexed_view(&octets), &packet) == PACKET_WHOLE);
			packet.payload = (struct dimp_view){copy + 1, size};
			CHECK(mld_read(&packet, &message) != PACKET_WHOLE);
			CHECK(ipv6_read((struct dimp_view){octets.octets, size + 47}, &packet) !=
				PACKET_WHOLE);
			free(copy);
		}
	}
}

static const struct test_case tests[] = {
	TEST(test_mld_reads_every_message),
	TEST(test_mld_writes_what_it_read),
	TEST(test_mld_reads_and_writes_the_records_of_a_report),
	TEST(test_mld_writes_the_longest_response_that_is_not_longer),
	TEST(test_mld_refuses_what_comes_as_no_mld_message_may),
	TEST(test_mld_takes_reports_but_no_queries_from_nowhere),
	TEST(test_ipv6_tells_fragments_and_malformed_apart),
	TEST(test_mld_refuses_everything_cut_short),
	TEST_END,
};

const struct test_suite suite_mld = {"mld", tests};
