/* SPDX-License-Identifier: MIT */
/*
 * Proves what a guarded VM may send: from bound addresses, by all three kinds of binding, and what
 * has to pass before there is one; and that nobody's word of addresses is taken but his own.
 */
#include "bridge/source_guard.h"

#include <string.h>

#include "actors/datagram_frame.h"
#include "check.h"
#include "net/arp.h"
#include "net/dhcp4.h"
#include "net/dhcp6.h"
#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/nd.h"

enum { SLOT = 2, VLAN = 42, FRAME_MAX = 1518 };

static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_mac other = {{2, 0, 0, 0, 0, 9}};
static const struct dimp_ip global = {{0x20, 1, 0xd, 0xb8, [15] = 0xa}};
static const struct dimp_ip free_global = {{0x20, 1, 0xd, 0xb8, [15] = 0xb}};
static const struct dimp_ip link_local = {{0xfe, 0x80, [15] = 0xa}};
static const struct dimp_ip all_nodes = {{0xff, 2, [15] = 1}};
static const struct dimp_ip nobody;
static const uint8_t duid[] = {0, 3, 0, 1, 0x52, 0x54, 0, 0xc7, 0x3e, 0xce};

struct rig {
	struct di_store *store;
	struct attachment attachment;
};

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create()};
	REQUIRE(rig->store != NULL);
	rig->attachment = (struct attachment){.slot = SLOT,
		.mac = vm,
		.vlan = VLAN,
		.is_dhcp_guarded = true,
		.is_dhcp6_guarded = true};
}

static void put(struct rig *rig, const struct dimp_record *record)
{
	CHECK(di_store_put(rig->store, SLOT, record, (struct dimp_time){0}));
}

static bool permits(const struct rig *rig, const uint8_t *octets, size_t size)
{
	struct edge_frame frame;

	REQUIRE(size != 0 && edge_frame_read((struct dimp_view){octets, size}, &frame));
	return source_guard_permits(rig->store, &rig->attachment, &frame);
}

/* ---- DHCP and ARP ---- */

static bool permits_dhcp(const struct rig *rig, const struct dhcp4_message *message)
{
	const bool is_reply = message->operation == DHCP4_BOOT_REPLY;
	uint8_t payload[600], octets[FRAME_MAX];
	const struct datagram_frame datagram = {
		.destination = other,
		.source = vm,
		.to = {{[10] = 255, 255, 255, 255, 255, 255}},
		.from = {{[10] = 255, 255}},
		.to_port = is_reply ? 68 : 67,
		.from_port = is_reply ? 67 : 68,
		.payload = {payload, dhcp4_write(message, payload, sizeof payload)},
	};

	return permits(rig, octets, datagram_frame_write(&datagram, octets));
}

static void test_source_guard_passes_a_clients_own_dhcp(void)
{
	static const uint8_t circuit[] = {1, 1, 7};
	const struct dhcp4_message discover = {.operation = DHCP4_BOOT_REQUEST,
		.kind = DHCP4_DISCOVER,
		.client = vm};
	struct dhcp4_message wrong = discover;
	struct rig rig;

	rig_start(&rig);
	CHECK(permits_dhcp(&rig, &discover));
	wrong.client = other;
	CHECK(!permits_dhcp(&rig, &wrong));
	wrong = discover;
	wrong.relay_address = (struct dimp_ipv4){{10, 0, 0, 7}};
	CHECK(!permits_dhcp(&rig, &wrong));
	wrong = discover;
	wrong.relay_information = (struct dimp_view){circuit, sizeof circuit};
	CHECK(!permits_dhcp(&rig, &wrong));
	wrong = discover;
	wrong.kind = DHCP4_ACK;
	CHECK(!permits_dhcp(&rig, &wrong));
	wrong.operation = DHCP4_BOOT_REPLY;
	CHECK(!permits_dhcp(&rig, &wrong));
	rig.attachment.is_dhcp_guarded = false;
	CHECK(permits_dhcp(&rig, &wrong));
	di_store_destroy(rig.store);
}

static bool permits_arp(const struct rig *rig, const struct arp_packet *packet)
{
	uint8_t body[64], octets[64];
	const struct ethernet_frame frame = {
		.destination = other,
		.source = vm,
		.type = ETHERTYPE_ARP,
		.payload = {body, arp_write(packet, body, sizeof body)},
	};

	return permits(rig, octets, ethernet_write(&frame, octets, sizeof octets));
}

static void test_source_guard_inspects_arp(void)
{
	const struct dimp_record binding = {.type = DIMP_DI_DHCP_BINDING,
		.body.dhcp_binding = {.vlan = VLAN,
			.client = vm,
			.address = {{10, 0, 42, 5}},
			.remaining = 600000}};
	struct arp_packet packet = {.operation = ARP_REQUEST,
		.sender = vm,
		.target_address = {{10, 0, 42, 5}}};
	struct rig rig;

	rig_start(&rig);
	/* A probe claims nothing; a reply without address is none. */
	CHECK(permits_arp(&rig, &packet));
	packet.operation = ARP_REPLY;
	CHECK(!permits_arp(&rig, &packet));
	packet.sender_address = packet.target_address;
	CHECK(!permits_arp(&rig, &packet));
	put(&rig, &binding);
	CHECK(permits_arp(&rig, &packet));
	/* Gratuitous. */
	packet.operation = ARP_REQUEST;
	CHECK(permits_arp(&rig, &packet));
	packet.sender_address.octets[3] = 6;
	CHECK(!permits_arp(&rig, &packet));
	packet.sender_address.octets[3] = 5;
	packet.sender = other;
	CHECK(!permits_arp(&rig, &packet));
	di_store_destroy(rig.store);
}

/* ---- IPv6 ---- */

static bool permits_from(const struct rig *rig, const struct dimp_ip *source, uint16_t port)
{
	uint8_t octets[FRAME_MAX];
	const struct datagram_frame datagram = {
		.destination = other,
		.source = vm,
		.to = all_nodes,
		.from = *source,
		.to_port = port,
		.from_port = 40000,
	};

	return permits(rig, octets, datagram_frame_write(&datagram, octets));
}

static void test_source_guard_wants_bound_ipv6(void)
{
	struct dimp_record binding = {.type = DIMP_DI_DHCPV6_BINDING,
		.body.dhcpv6_binding = {.vlan = VLAN,
			.client = vm,
			.address = global,
			.prefix = 128,
			.valid_remaining = 600000}};
	struct rig rig;

	rig_start(&rig);
	CHECK(!permits_from(&rig, &global, 80));
	put(&rig, &binding);
	CHECK(permits_from(&rig, &global, 80));
	CHECK(!permits_from(&rig, &free_global, 80));
	CHECK(permits_from(&rig, &link_local, 80));
	CHECK(!permits_from(&rig, &nobody, 80));
	/* What is behind a router to which a prefix is delegated. */
	binding.body.dhcpv6_binding.address.octets[15] = 0;
	binding.body.dhcpv6_binding.prefix = 64;
	put(&rig, &binding);
	CHECK(permits_from(&rig, &free_global, 80));
	rig.attachment.vlan = VLAN + 1;
	CHECK(!permits_from(&rig, &global, 80));
	di_store_destroy(rig.store);
}

/* Where discovery binds, link-local addresses are bound as well, and a test is no binding yet. */
static void test_source_guard_wants_discovered_addresses(void)
{
	struct dimp_record binding = {.type = DIMP_DI_SAVI_BINDING,
		.body.savi_binding = {.vlan = VLAN,
			.client = vm,
			.address = link_local,
			.origin = DIMP_SAVI_ORIGIN_DISCOVERY,
			.state = DIMP_SAVI_STATE_TENTATIVE,
			.remaining = 300000,
			.attributes = 1U << DIMP_ATTRIBUTE_savi_binding_test_remaining,
			.test_remaining = 500}};
	struct rig rig;

	rig_start(&rig);
	rig.attachment.is_discovery_bound = true;
	rig.attachment.is_dhcp6_guarded = false;
	CHECK(!permits_from(&rig, &link_local, 80));
	put(&rig, &binding);
	CHECK(!permits_from(&rig, &link_local, 80));
	binding.body.savi_binding.state = DIMP_SAVI_STATE_TESTING;
	put(&rig, &binding);
	CHECK(permits_from(&rig, &link_local, 80));
	binding.body.savi_binding.client = other;
	put(&rig, &binding);
	CHECK(!permits_from(&rig, &link_local, 80));
	rig.attachment.is_discovery_bound = false;
	CHECK(permits_from(&rig, &link_local, 80));
	CHECK(permits_from(&rig, &global, 80));
	di_store_destroy(rig.store);
}

static bool permits_dhcp6(const struct rig *rig, enum dhcp6_kind kind, const struct dimp_ip *from)
{
	const bool is_reply = kind == DHCP6_REPLY;
	const struct dhcp6_message message = {.kind = kind,
		.client_duid = {duid, sizeof duid},
		.server_duid = {duid, is_reply ? sizeof duid : 0}};
	uint8_t payload[128], octets[FRAME_MAX];
	const struct datagram_frame datagram = {
		.destination = other,
		.source = vm,
		.to = {{0xff, 2, [13] = 1, [15] = 2}},
		.from = *from,
		.to_port = is_reply ? 546 : 547,
		.from_port = is_reply ? 547 : 546,
		.payload = {payload,
			dhcp6_write(&message, &(struct dhcp6_requests){NULL, 0}, payload,
				sizeof payload)},
	};

	return permits(rig, octets, datagram_frame_write(&datagram, octets));
}

static void test_source_guard_passes_a_clients_own_dhcp6(void)
{
	struct rig rig;

	rig_start(&rig);
	rig.attachment.is_discovery_bound = true;
	CHECK(permits_dhcp6(&rig, DHCP6_SOLICIT, &link_local));
	CHECK(!permits_dhcp6(&rig, DHCP6_SOLICIT, &global));
	CHECK(!permits_dhcp6(&rig, DHCP6_REPLY, &link_local));
	/* Without a server's identifier there is no REQUEST (RFC 8415 16.4). */
	CHECK(!permits_dhcp6(&rig, DHCP6_REQUEST, &link_local));
	di_store_destroy(rig.store);
}

/* ---- Neighbour discovery ---- */

/* |message| has room for its checksum; it is put in here. */
static bool permits_icmp(const struct rig *rig, const struct dimp_ip *from, uint8_t *message,
	size_t size)
{
	uint8_t packet_octets[256], octets[FRAME_MAX];
	const struct ipv6_packet packet = {
		.source = *from,
		.destination = all_nodes,
		.hop_limit = 255,
		.protocol = 58,
		.payload = {message, size},
	};

	message[2] = message[3] = 0;
	const uint16_t sum = ipv6_checksum(&packet, packet.payload);
	message[2] = (uint8_t)(sum >> 8);
	message[3] = (uint8_t)sum;
	const struct ethernet_frame frame = {
		.destination = other,
		.source = vm,
		.type = ETHERTYPE_IPV6,
		.payload = {packet_octets,
			ipv6_write(&packet, packet_octets, sizeof packet_octets)},
	};
	return permits(rig, octets, ethernet_write(&frame, octets, sizeof octets));
}

static bool permits_nd(const struct rig *rig, const struct dimp_ip *from,
	const struct nd_message *message)
{
	const struct ipv6_packet packet = {.source = *from, .destination = all_nodes};
	uint8_t octets[64];
	const size_t size = nd_write(&packet, message, octets, sizeof octets);

	return permits_icmp(rig, from, octets, size);
}

static void test_source_guard_inspects_neighbour_discovery(void)
{
	const struct dimp_record binding = {.type = DIMP_DI_DHCPV6_BINDING,
		.body.dhcpv6_binding = {.vlan = VLAN,
			.client = vm,
			.address = global,
			.prefix = 128,
			.valid_remaining = 600000}};
	uint8_t advertisement[16] = {134, [6] = 7, [7] = 8};
	uint8_t solicitation[8] = {133};
	struct nd_message message = {.kind = ND_NEIGHBOUR_SOLICITATION, .target = global};
	struct rig rig;

	rig_start(&rig);
	/* A probe for duplicates, before there is a binding. */
	CHECK(permits_nd(&rig, &nobody, &message));
	message.kind = ND_NEIGHBOUR_ADVERTISEMENT;
	CHECK(!permits_nd(&rig, &link_local, &message));
	put(&rig, &binding);
	CHECK(permits_nd(&rig, &link_local, &message));
	message.has_link_layer = true;
	message.link_layer = vm;
	CHECK(permits_nd(&rig, &global, &message));
	message.link_layer = other;
	CHECK(!permits_nd(&rig, &global, &message));
	message = (struct nd_message){.kind = ND_NEIGHBOUR_ADVERTISEMENT, .target = free_global};
	CHECK(!permits_nd(&rig, &global, &message));
	/* No router's word. */
	message = (struct nd_message){.kind = ND_REDIRECT, .target = global};
	CHECK(!permits_nd(&rig, &link_local, &message));
	CHECK(!permits_icmp(&rig, &link_local, advertisement, sizeof advertisement));
	CHECK(permits_icmp(&rig, &nobody, solicitation, sizeof solicitation));
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_source_guard_passes_a_clients_own_dhcp),
	TEST(test_source_guard_inspects_arp),
	TEST(test_source_guard_wants_bound_ipv6),
	TEST(test_source_guard_wants_discovered_addresses),
	TEST(test_source_guard_passes_a_clients_own_dhcp6),
	TEST(test_source_guard_inspects_neighbour_discovery),
	TEST_END,
};

const struct test_suite suite_source_guard = {"source_guard", tests};
