/* SPDX-License-Identifier: MIT */
/* Proves that neighbour discovery, laid out by hand from RFC 4861, reads as what it says, and that
 * what everybody has to ignore is refused. */
#include "net/nd.h"

#include <string.h>

#include "check.h"
#include "hexed.h"

#define TARGET "20010db8 00000000 00000000 0000000a "
#define ZEROS "00000000 "

static const struct dimp_ip link_local = {{0xfe, 0x80, [15] = 1}};
static const struct dimp_ip all_nodes = {{0xff, 2, [15] = 1}};

/* The message with its checksum put in; from fe80::1 to ff02::1 unless |packet| says otherwise. */
static enum packet_verdict read_hex(struct ipv6_packet packet, const char *hex,
	struct nd_message *message)
{
	static struct hexed octets;

	octets = hexed_from(hex);
	packet.protocol = IPV6_ICMP;
	packet.payload = hexed_view(&octets);
	if (octets.size >= 4) {
		const uint16_t sum = ipv6_checksum(&packet, packet.payload);
		octets.octets[2] = (uint8_t)(sum >> 8);
		octets.octets[3] = (uint8_t)sum;
	}
	return nd_read(&packet, message);
}

static struct ipv6_packet from(const struct dimp_ip *source)
{
	return (struct ipv6_packet){.source = *source, .destination = all_nodes, .hop_limit = 255};
}

static void test_nd_reads_neighbours(void)
{
	const struct dimp_ip nobody = {{0}};
	struct nd_message message;
	struct ipv6_packet packet = from(&link_local);

	CHECK_EQ(read_hex(packet, "87000000" ZEROS TARGET "0101 525400c73ece", &message),
		PACKET_WHOLE);
	CHECK_EQ(message.kind, ND_NEIGHBOUR_SOLICITATION);
	CHECK_BYTES(message.target.octets, 16, TARGET);
	CHECK(message.has_link_layer);
	CHECK_BYTES(message.link_layer.octets, 6, "525400c73ece");
	CHECK(!nd_is_duplicate_probe(&packet, &message));
	packet.source = nobody;
	CHECK_EQ(read_hex(packet, "87000000" ZEROS TARGET, &message), PACKET_WHOLE);
	CHECK(nd_is_duplicate_probe(&packet, &message));
	CHECK(!message.has_link_layer);
	packet = from(&link_local);
	CHECK_EQ(read_hex(packet, "88000000 a0000000" TARGET "0201 525400c73ece", &message),
		PACKET_WHOLE);
	CHECK(message.is_router && message.is_override && !message.is_solicited);
	CHECK_BYTES(message.link_layer.octets, 6, "525400c73ece");
}

/* A router for 1,800 s with 2001:db8::/64, on link and autonomous. */
static void test_nd_reads_routers(void)
{
	struct nd_message message;
	struct nd_prefix prefix;

	CHECK_EQ(read_hex(from(&link_local),
			 "86000000 40000708 00000000 00000000 0101 020000000009"
			 "0304 40c0 0000003c 0000001e 00000000 20010db8 00000000 00000000 00000000",
			 &message),
		PACKET_WHOLE);
	CHECK_EQ(message.lifetime_s, 1800);
	CHECK(message.has_link_layer);
	REQUIRE(nd_prefix_next(&message, &prefix));
	CHECK_EQ(prefix.length, 64);
	CHECK(prefix.is_on_link && prefix.is_autonomous);
	CHECK_EQ(prefix.valid_s, 60);
	CHECK_EQ(prefix.preferred_s, 30);
	CHECK_BYTES(prefix.prefix.octets, 16, "20010db8 00000000 00000000 00000000");
	CHECK(!nd_prefix_next(&message, &prefix));
}

static void test_nd_refuses_what_all_have_to_ignore(void)
{
	static const char *const broken[] = {
		"87", "87000000" ZEROS "20010db8", /* cut short */
		"87010000" ZEROS TARGET, /* a code */
		"87000000" ZEROS "ff020000 00000000 00000000 0000000a", /* a group */
		"87000000" ZEROS TARGET "0100 525400c73ece", /* an option without length */
		"87000000" ZEROS TARGET "0102 525400c73ece", /* one beyond the end */
		"88000000 40000000" TARGET, /* asked for, it says, and goes to all */
		"85", "86000000 40000708", "89000000" ZEROS TARGET, /* others, cut short */
		"8a000000" ZEROS TARGET, "82000000" ZEROS TARGET, /* not neighbour discovery */
	};
	const struct dimp_ip nobody = {{0}};
	const struct dimp_ip far = {{0x20, 1, [15] = 1}};
	struct nd_message message;
	struct ipv6_packet packet = from(&link_local);

	for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++)
		CHECK_EQ(read_hex(packet, broken[i], &message), PACKET_MALFORMED);
	packet.hop_limit = 254;
	CHECK_EQ(read_hex(packet, "87000000" ZEROS TARGET, &message), PACKET_MALFORMED);
	packet = from(&nobody);
	CHECK_EQ(read_hex(packet, "87000000" ZEROS TARGET "0101 525400c73ece", &message),
		PACKET_MALFORMED);
	CHECK_EQ(read_hex(packet, "85000000" ZEROS "0101 525400c73ece", &message),
		PACKET_MALFORMED);
	packet = from(&far);
	CHECK_EQ(read_hex(packet, "86000000 40000708 00000000 00000000", &message),
		PACKET_MALFORMED);
}

static void test_nd_checks_the_sum(void)
{
	const struct hexed octets = hexed_from("87001234" ZEROS TARGET);
	struct ipv6_packet packet = from(&link_local);
	struct nd_message message;

	packet.protocol = IPV6_ICMP;
	packet.payload = hexed_view(&octets);
	CHECK_EQ(nd_read(&packet, &message), PACKET_BAD_CHECKSUM);
}

static void test_nd_writes_what_it_reads(void)
{
	uint8_t written[64];
	struct nd_message message;
	struct ipv6_packet packet = from(&link_local);

	CHECK_EQ(read_hex(packet, "88000000 a0000000" TARGET "0201 525400c73ece", &message),
		PACKET_WHOLE);
	packet.protocol = IPV6_ICMP;
	packet.payload =
		(struct dimp_view){written, nd_write(&packet, &message, written, sizeof written)};
	CHECK_EQ(nd_read(&packet, &message), PACKET_WHOLE);
	written[2] = written[3] = 0;
	CHECK_BYTES(written, packet.payload.size, "88000000 a0000000" TARGET "0201 525400c73ece");
	CHECK_EQ(nd_write(&packet, &message, written, 31), 0);
	CHECK_BYTES(nd_solicited_node(&message.target).octets, 16,
		"ff020000 00000000 00000001 ff00000a");
}

static const struct test_case tests[] = {
	TEST(test_nd_reads_neighbours),
	TEST(test_nd_reads_routers),
	TEST(test_nd_refuses_what_all_have_to_ignore),
	TEST(test_nd_checks_the_sum),
	TEST(test_nd_writes_what_it_reads),
	TEST_END,
};

const struct test_suite suite_nd = {"nd", tests};
