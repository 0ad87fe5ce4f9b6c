/*
 * Proves that the frame formats read what an independent encoder wrote, write the same octets
 * again, and refuse every frame cut short.  The expected octets were made with Scapy and by hand
 * from the RFCs.
 */
#include "check.h"
#include "hexed.h"
#include "net/arp.h"
#include "net/dhcp4.h"
#include "net/eapol.h"
#include "net/ethernet.h"
#include "net/igmp.h"
#include "net/udp.h"

#include <stdlib.h>
#include <string.h>

static const char arp_frame[] =
	"ffffffffffff 525400c73ece 8100602a 0806 0001080006040001525400c73ece0a002a09"
	"000000000000 0a002a01";

static const char dhcp_ack[] =
	"02010600 12345678 00008000 00000000 0a002a09 0a002a01 00000000 525400c73ece"
	"0000000000000000 0000 0000000000000000 0000000000000000 0000000000000000 0000000000000000"
	"0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000"
	"0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000"
	"0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000"
	"0000000000000000 0000000000000000 0000000000000000 0000000000000000 0000000000000000"
	"63825363 350105 36040a002a01 330400000258 ff";

static const char report_3[] =
	"2200df9c 00000002 06000002 ef010102 0a04004d 0a040003 04000000 ef010101";

/* The octets in an allocation of exactly their size, so that the sanitizer sees a read past the
 * end. */
static uint8_t *exact_copy(const struct hexed *hexed, size_t size)
{
	uint8_t *const copy = malloc(size + 1);

	if (copy != NULL)
		memcpy(copy + 1, hexed->octets, size);
	return copy;
}

static void test_ethernet_reads_tags_and_writes_them_again(void)
{
	const struct hexed octets = hexed_from(arp_frame);
	struct ethernet_frame frame;
	struct arp_packet arp;
	uint8_t written[128];

	REQUIRE(ethernet_read(hexed_view(&octets), &frame));
	CHECK_EQ(frame.type, ETHERTYPE_ARP);
	CHECK_EQ(ethernet_vlan(&frame), 42);
	CHECK(ethernet_is_group(&frame.destination));
	CHECK(!ethernet_is_group(&frame.source));
	REQUIRE(arp_read(frame.payload, &arp));
	CHECK_EQ(arp.operation, ARP_REQUEST);
	CHECK_BYTES(arp.sender_address.octets, 4, "0a002a09");
	CHECK_BYTES(arp.target_address.octets, 4, "0a002a01");
	const size_t arp_size = arp_write(&arp, written, sizeof written);
	CHECK_BYTES(written, arp_size,
		arp_frame + strlen("ffffffffffff 525400c73ece 8100602a 0806"));
	frame.payload = (struct dimp_view){hexed_view(&octets).octets + 18, octets.size - 18};
	CHECK_BYTES(written, ethernet_write(&frame, written, sizeof written), arp_frame);
	CHECK_EQ(ethernet_write(&frame, written, octets.size - 1), 0);
}

static void test_ethernet_refuses_what_is_not_ethernet_ii(void)
{
	static const char *const refused[] = {"", "ffffffffffff525400c73ece",
		"ffffffffffff525400c73ece0806", "ffffffffffff525400c73ece810000",
		"ffffffffffff525400c73ece 0026 4242030000",
		"ffffffffffff525400c73ece 81000fff 0800",
		"ffffffffffff525400c73ece 81000001 81000001 81000001 81000001 81000001 0800"};
	struct ethernet_frame frame;

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		const struct hexed octets = hexed_from(refused[i]);
		CHECK_EQ(ethernet_read(hexed_view(&octets), &frame), i == 2);
	}
}

static void test_eapol_reads_eap_and_ignores_padding(void)
{
	const struct hexed octets = hexed_from("01000008 0217000801766d31 00000000");
	struct eapol_packet packet;
	struct eap_packet eap;
	uint8_t written[64];

	REQUIRE(eapol_read(hexed_view(&octets), &packet));
	CHECK_EQ(packet.type, EAPOL_EAP);
	REQUIRE(eap_read(packet.body, &eap));
	CHECK_EQ(eap.code, EAP_RESPONSE);
	CHECK_EQ(eap.identifier, 0x17);
	CHECK_EQ(eap.method, EAP_IDENTITY);
	CHECK_BYTES(eap.data.octets, eap.data.size, "766d31");
	CHECK_BYTES(written, eap_write(&eap, written, sizeof written), "0217000801766d31");
	CHECK_BYTES(written, eapol_write(&packet, written, sizeof written),
		"010000080217000801766d31");
}

static void test_eap_refuses_wrong_lengths_and_codes(void)
{
	static const char *const refused[] = {"", "0317", "03170003", "0317000500", "05170004",
		"02170004", "0217000901766d31"};
	static const char *const accepted[] = {"03170004", "0417000400", "021700050300"};
	struct eap_packet eap;

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		const struct hexed octets = hexed_from(refused[i]);
		CHECK_EQ(eap_read(hexed_view(&octets), &eap), i == 3);
	}
	for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
		const struct hexed octets = hexed_from(accepted[i]);
		CHECK(eap_read(hexed_view(&octets), &eap));
	}
}

static void test_udp_checks_both_checksums(void)
{
	static const char datagram[] =
		"4500001f000040004011d2c4 0a002a01 0a002a09 00430044000bd2e4 616263";
	struct hexed octets = hexed_from(datagram);
	struct ipv4_packet packet;
	struct udp_datagram udp;
	uint8_t payload[64];
	uint8_t written[64];

	REQUIRE(ipv4_read(hexed_view(&octets), &packet) == PACKET_WHOLE);
	REQUIRE(udp_read(&packet, &udp) == PACKET_WHOLE);
	CHECK_EQ(udp.source_port, DHCP4_SERVER_PORT);
	CHECK_BYTES(udp.payload.octets, udp.payload.size, "616263");
	const size_t size = udp_write(&udp, &packet, payload, sizeof payload);
	packet.payload = (struct dimp_view){payload, size};
	CHECK_BYTES(written, ipv4_write(&packet, written, sizeof written), datagram);
	octets.octets[30] ^= 1;
	CHECK_EQ(ipv4_read(hexed_view(&octets), &packet), PACKET_WHOLE);
	CHECK_EQ(udp_read(&packet, &udp), PACKET_BAD_CHECKSUM);
	octets.octets[8] ^= 1;
	CHECK_EQ(ipv4_read(hexed_view(&octets), &packet), PACKET_BAD_CHECKSUM);
}

static void test_ipv4_tells_fragments_and_malformed_apart(void)
{
	static const struct {
		const char *octets;
		enum packet_verdict verdict;
	} rows[] = {
		{"45000014000020004000 5ae3 0a0000010a000002", PACKET_BAD_CHECKSUM},
		{"4500001400002000401146d7 0a0000010a000002", PACKET_FRAGMENT},
		{"450000140000000140 1166d6 0a0000010a000002", PACKET_FRAGMENT},
		{"6500001400000000401126d7 0a0000010a000002", PACKET_MALFORMED},
		{"4400001400000000401126d7 0a0000010a000002", PACKET_MALFORMED},
		{"4500001300000000401126d7 0a0000010a000002", PACKET_MALFORMED},
		{"4500001500000000401126d6 0a0000010a000002", PACKET_MALFORMED},
		{"4600001400000000401125d7 0a0000010a000002", PACKET_MALFORMED},
	};
	struct ipv4_packet packet;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct hexed octets = hexed_from(rows[i].octets);
		CHECK_EQ(ipv4_read(hexed_view(&octets), &packet), rows[i].verdict);
	}
}

static void test_dhcp4_reads_an_acknowledgement(void)
{
	const struct hexed octets = hexed_from(dhcp_ack);
	struct dhcp4_message message;
	uint8_t written[512];

	REQUIRE(dhcp4_read(hexed_view(&octets), &message));
	CHECK_EQ(message.operation, DHCP4_BOOT_REPLY);
	CHECK_EQ(message.kind, DHCP4_ACK);
	CHECK_EQ(message.transaction, 0x12345678);
	CHECK_BYTES(message.your_address.octets, 4, "0a002a09");
	CHECK_BYTES(message.client.octets, 6, "525400c73ece");
	CHECK(message.has_lease);
	CHECK_EQ(message.lease_s, 600);
	CHECK_BYTES(message.server.octets, 4, "0a002a01");
	CHECK(!message.has_requested);
	/* Scapy fills siaddr in, which nothing here looks at: the octets written differ there only.
	 */
	const size_t size = dhcp4_write(&message, written, sizeof written);
	REQUIRE(size == octets.size);
	memcpy(written + 20, octets.octets + 20, 4);
	CHECK_BYTES(written, size, dhcp_ack);
}

static void test_dhcp4_walks_overloaded_fields_within_bounds(void)
{
	struct hexed octets = hexed_from(dhcp_ack);
	struct dhcp4_message message;

	/* The lease moves from the options to the file field, which option 52 says carries options.
	 */
	const struct hexed options = hexed_from("350105 340101 36040a002a01 ff");
	const struct hexed file = hexed_from("330400000e10 ff");
	memcpy(octets.octets + 240, options.octets, options.size);
	octets.size = 240 + options.size;
	memcpy(octets.octets + 108, file.octets, file.size);
	REQUIRE(dhcp4_read(hexed_view(&octets), &message));
	CHECK_EQ(message.lease_s, 3600);
	/* An option that runs past the file field makes the message unreadable. */
	memset(octets.octets + 108, 0, 128);
	octets.octets[108 + 126] = 12;
	octets.octets[108 + 127] = 4;
	CHECK(!dhcp4_read(hexed_view(&octets), &message));
}

static void test_dhcp4_refuses_options_of_impossible_length(void)
{
	static const char *const refused[] = {"350205 06ff", "3300ff", "3603 0a002a ff",
		"330500000258 00ff", "35", "3501", "340200 00ff", "350100ff"};
	struct hexed octets = hexed_from(dhcp_ack);
	struct dhcp4_message message;

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		const struct hexed options = hexed_from(refused[i]);
		memcpy(octets.octets + 240, options.octets, options.size);
		octets.size = 240 + options.size;
		CHECK(!dhcp4_read(hexed_view(&octets), &message));
	}
}

static void test_igmp_reads_every_version(void)
{
	static const struct {
		const char *octets;
		enum group_kind kind;
		uint8_t version;
		uint64_t response_us;
	} rows[] = {
		{"1100eeff 00000000", GROUP_QUERY, 1, 10000000},
		{"1164ee9b 00000000", GROUP_QUERY, 2, 10000000},
		{"1184e9f3 ef010101 0a7d0001 0a040003", GROUP_QUERY, 3, 16000000},
		{"1614f9e8 ef010101", GROUP_REPORT, 2, 0},
		{"1200fdfc ef010101", GROUP_REPORT, 1, 0},
		{"1714f8e8 ef010101", GROUP_LEAVE, 2, 0},
		{report_3, GROUP_RECORDS, 3, 0},
	};
	struct group_message message;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct hexed octets = hexed_from(rows[i].octets);
		REQUIRE(igmp_read(hexed_view(&octets), &message) == PACKET_WHOLE);
		CHECK_EQ(message.kind, rows[i].kind);
		CHECK_EQ(message.version, rows[i].version);
		CHECK_EQ(message.response_us, rows[i].response_us);
	}
}

static void test_igmp_reads_and_writes_a_query_of_version_3(void)
{
	const struct hexed octets = hexed_from("1184e9f3 ef010101 0a7d0001 0a040003");
	struct group_message message;
	uint8_t written[64];

	REQUIRE(igmp_read(hexed_view(&octets), &message) == PACKET_WHOLE);
	CHECK(message.is_suppressed);
	CHECK_EQ(message.robustness, 2);
	CHECK_EQ(message.interval_us, 125000000);
	REQUIRE(group_source_count(&message.sources) == 1);
	const struct dimp_ip source = group_source_at(&message.sources, 0);
	CHECK_BYTES(source.octets, 16, "00000000000000000000ffff 0a040003");
	CHECK_BYTES(written, igmp_write(&message, written, sizeof written),
		"1184e9f3 ef010101 0a7d0001 0a040003");
}

/* Found by fuzz_igmp: 0xcd is 20.5 s in version 2 and 371.2 s in version 3. */
static void test_igmp_writes_a_query_of_version_2_without_a_code(void)
{
	const struct group_message message = {.kind = GROUP_QUERY,
		.version = 2,
		.is_general = true,
		.response_us = 20500000};
	uint8_t written[64];

	CHECK_BYTES(written, igmp_write(&message, written, sizeof written), "11cdee32 00000000");
}

static void test_igmp_reads_and_writes_a_report_of_version_3(void)
{
	const struct hexed octets = hexed_from(report_3);
	struct group_message message;
	struct group_record records[2];
	uint8_t written[64];

	REQUIRE(igmp_read(hexed_view(&octets), &message) == PACKET_WHOLE);
	REQUIRE(group_record_next(&message, &records[0]));
	CHECK_EQ(records[0].change, GROUP_BLOCK);
	CHECK_BYTES(records[0].group.octets + 12, 4, "ef010102");
	REQUIRE(group_source_count(&records[0].sources) == 2);
	CHECK_BYTES(group_source_at(&records[0].sources, 1).octets + 12, 4, "0a040003");
	REQUIRE(group_record_next(&message, &records[1]));
	CHECK_EQ(records[1].change, GROUP_TO_EXCLUDE);
	CHECK_EQ(group_source_count(&records[1].sources), 0);
	CHECK(!group_record_next(&message, &records[1]));
	CHECK_BYTES(written, igmp_records_write(records, 2, written, sizeof written), report_3);
}

static void test_igmp_refuses_wrong_checksum_type_and_counts(void)
{
	static const struct {
		const char *octets;
		enum packet_verdict verdict;
	} rows[] = {
		{"1614f9e9 ef010101", PACKET_BAD_CHECKSUM},
		{"3014dfe8 ef010101", PACKET_MALFORMED},
		{"2200ddfe 00000001", PACKET_MALFORMED},
		{"2200d6fd 00000001 01000001 06000000", PACKET_MALFORMED},
		{"1164ee9a 00000000 00000001", PACKET_MALFORMED},
		{"1614", PACKET_MALFORMED},
	};
	struct group_message message;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct hexed octets = hexed_from(rows[i].octets);
		CHECK_EQ(igmp_read(hexed_view(&octets), &message), rows[i].verdict);
	}
}

/* The fixed part of a message must be whole; cut inside it, or inside an option, it is refused. */
static void test_frame_formats_survive_every_cut(void)
{
	const struct hexed dhcp = hexed_from(dhcp_ack);
	const struct hexed report = hexed_from(report_3);
	const struct hexed arp = hexed_from(arp_frame);
	struct dhcp4_message dhcp_message;
	struct group_message igmp_message;
	struct arp_packet arp_packet;

	for (size_t size = 0; size < 240; size++) {
		uint8_t *const copy = exact_copy(&dhcp, size);
		REQUIRE(copy != NULL);
		CHECK(!dhcp4_read((struct dimp_view){copy + 1, size}, &dhcp_message));
		free(copy);
	}
	for (size_t size = 0; size < report.size; size++) {
		uint8_t *const copy = exact_copy(&report, size);
		REQUIRE(copy != NULL);
		CHECK(igmp_read((struct dimp_view){copy + 1, size}, &igmp_message) != PACKET_WHOLE);
		free(copy);
	}
	for (size_t size = 0; size < 28; size++) {
		const struct dimp_view cut = {arp.octets + 18, size};
		CHECK(!arp_read(cut, &arp_packet));
	}
}

static const struct test_case tests[] = {
	TEST(test_ethernet_reads_tags_and_writes_them_again),
	TEST(test_ethernet_refuses_what_is_not_ethernet_ii),
	TEST(test_eapol_reads_eap_and_ignores_padding),
	TEST(test_eap_refuses_wrong_lengths_and_codes),
	TEST(test_udp_checks_both_checksums),
	TEST(test_ipv4_tells_fragments_and_malformed_apart),
	TEST(test_dhcp4_reads_an_acknowledgement),
	TEST(test_dhcp4_walks_overloaded_fields_within_bounds),
	TEST(test_dhcp4_refuses_options_of_impossible_length),
	TEST(test_igmp_reads_every_version),
	TEST(test_igmp_reads_and_writes_a_query_of_version_3),
	TEST(test_igmp_writes_a_query_of_version_2_without_a_code),
	TEST(test_igmp_reads_and_writes_a_report_of_version_3),
	TEST(test_igmp_refuses_wrong_checksum_type_and_counts),
	TEST(test_frame_formats_survive_every_cut),
	TEST_END,
};

const struct test_suite suite_frame_formats = {"frame_formats", tests};
