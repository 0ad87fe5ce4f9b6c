/* SPDX-License-Identifier: MIT */
/*
 * Proves which DHCPv6 messages make, prolong and end bindings of addresses and prefixes, and that
 * none does which is of the wrong side, exchange or client.
 */
#include "sources/dhcp6_source.h"

#include <string.h>

#include "check.h"
#include "net/udp.h"

static const uint64_t second = 1000000;
static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const uint8_t client_duid[] = {0, 3, 0, 1, 0x52, 0x54, 0, 0xc7, 0x3e, 0xce};
static const uint8_t server_duid[] = {0, 3, 0, 1, 2, 0, 0, 0, 0, 9};
static const uint8_t other_duid[] = {0, 3, 0, 1, 2, 0, 0, 0, 0, 7};

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct dhcp6_source source;
	struct dimp_time now;
	struct dhcp6_request request; /* what messages ask for or give */
};

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create(), .now = {second}};
	REQUIRE(rig->store != NULL);
	rig->place =
		(struct source_place){.store = rig->store, .vm = vm, .counters = &rig->counters};
	dhcp6_source_init(&rig->source);
	rig->request = (struct dhcp6_request){
		.association = {.kind = DHCP6_IA_NA, .identifier = 7},
		.has_lease = true,
		.lease = {.address = {{0x20, 1, 0xd, 0xb8, [15] = 0xa}},
			.prefix = 128,
			.preferred_s = 300,
			.valid_s = 600},
	};
}

static struct dhcp6_message message_of(enum dhcp6_kind kind, uint32_t transaction)
{
	const bool has_server =
		kind != DHCP6_SOLICIT && kind != DHCP6_CONFIRM && kind != DHCP6_REBIND;
	struct dhcp6_message message = {
		.kind = kind,
		.transaction = transaction,
		.client_duid = {client_duid, sizeof client_duid},
	};

	if (has_server)
		message.server_duid = (struct dimp_view){server_duid, sizeof server_duid};
	return message;
}

static bool is_of_server(enum dhcp6_kind kind)
{
	return kind == DHCP6_REPLY || kind == DHCP6_ADVERTISE || kind == DHCP6_RECONFIGURE;
}

static void send_message(struct rig *rig, const struct dhcp6_message *message, bool is_trusted)
{
	const bool is_reply = is_of_server(message->kind);
	uint8_t octets[512], datagram_octets[600];
	struct source_packet packet = {.direction = is_reply ? SOURCE_TOWARDS_VM : SOURCE_FROM_VM,
		.is_trusted = is_trusted,
		.has_ipv6 = true,
		.vlan = 42,
		.ipv6 = {.protocol = IPV6_UDP}};
	const struct dhcp6_requests requests = {&rig->request, 1};
	const struct udp_datagram datagram = {
		.source_port = is_reply ? DHCP6_SERVER_PORT : DHCP6_CLIENT_PORT,
		.destination_port = is_reply ? DHCP6_CLIENT_PORT : DHCP6_SERVER_PORT,
		.payload = {octets, dhcp6_write(message, &requests, octets, sizeof octets)},
	};

	packet.ipv6.payload = (struct dimp_view){datagram_octets,
		udp6_write(&datagram, &packet.ipv6, datagram_octets, sizeof datagram_octets)};
	dhcp6_source_packet(&rig->source, &packet, &rig->place, rig->now);
}

static void send(struct rig *rig, enum dhcp6_kind kind, uint32_t transaction)
{
	const struct dhcp6_message message = message_of(kind, transaction);

	send_message(rig, &message, is_of_server(kind));
}

static size_t bindings(const struct rig *rig)
{
	return di_store_count(rig->store, 0, DIMP_DI_DHCPV6_BINDING);
}

static struct dimp_dhcpv6_binding binding(const struct rig *rig)
{
	struct dimp_record record = {.type = DIMP_DI_DHCPV6_BINDING};
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(rig->store, 0, DIMP_DI_DHCPV6_BINDING, &cursor);

	if (entry != NULL)
		di_entry_at(entry, rig->now, &record);
	return record.body.dhcpv6_binding;
}

static void bind_address(struct rig *rig)
{
	send(rig, DHCP6_REQUEST, 1);
	send(rig, DHCP6_REPLY, 1);
	CHECK_EQ(bindings(rig), 1);
}

static void test_dhcp6_source_binds_what_a_reply_gives(void)
{
	struct rig rig;

	rig_start(&rig);
	send(&rig, DHCP6_SOLICIT, 5);
	send(&rig, DHCP6_ADVERTISE, 5);
	CHECK_EQ(bindings(&rig), 0);
	bind_address(&rig);
	const struct dimp_dhcpv6_binding bound = binding(&rig);
	CHECK_EQ(bound.vlan, 42);
	CHECK_BYTES(bound.client.octets, 6, "525400c73ece");
	CHECK_BYTES(bound.address.octets, 16, "20010db800000000000000000000000a");
	CHECK_EQ(bound.prefix, 128);
	CHECK_EQ(bound.association, 7);
	CHECK_EQ(bound.valid_remaining, 600000);
	CHECK_EQ(bound.preferred_remaining, 300000);
	CHECK_EQ(bound.transaction, 1);
	CHECK_BYTES(bound.client_duid.octets, bound.client_duid.size, "00030001525400c73ece");
	CHECK_BYTES(bound.server_duid.octets, bound.server_duid.size, "00030001020000000009");
	di_store_expire(rig.store, (struct dimp_time){rig.now.us + 600 * second});
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

/* A prefix has no bits behind its length, whatever the server wrote there. */
static void test_dhcp6_source_binds_a_delegated_prefix(void)
{
	const struct dimp_ip inside = {{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0xff, [15] = 1}};
	const struct dimp_ip outside = {{0x20, 1, 0xd, 0xb8, 0, 0, 1, 0, [15] = 1}};
	struct rig rig;

	rig_start(&rig);
	rig.request.association.kind = DHCP6_IA_PD;
	rig.request.lease.prefix = 56;
	bind_address(&rig);
	CHECK_EQ(binding(&rig).prefix, 56);
	CHECK_BYTES(binding(&rig).address.octets, 16, "20010db8000000000000000000000000");
	CHECK(dhcp6_source_covers(&rig.place, 42, &inside));
	CHECK(!dhcp6_source_covers(&rig.place, 43, &inside));
	CHECK(!dhcp6_source_covers(&rig.place, 42, &outside));
	di_store_destroy(rig.store);
}

/* Two messages do only if the server says that they have done (RFC 8415 18.2.10.1). */
static void test_dhcp6_source_takes_a_rapid_commit(void)
{
	struct dhcp6_message reply = message_of(DHCP6_REPLY, 5);
	struct rig rig;

	rig_start(&rig);
	send(&rig, DHCP6_SOLICIT, 5);
	send_message(&rig, &reply, true);
	CHECK_EQ(bindings(&rig), 0);
	CHECK_EQ(rig.counters.unsolicited, 1);
	reply.is_rapid = true;
	send_message(&rig, &reply, true);
	CHECK_EQ(bindings(&rig), 1);
	di_store_destroy(rig.store);
}

static void test_dhcp6_source_renewal_survives_a_move(void)
{
	static const enum dhcp6_kind kinds[] = {DHCP6_RENEW, DHCP6_REBIND};

	for (size_t i = 0; i < 2; i++) {
		struct rig rig;

		rig_start(&rig);
		bind_address(&rig);
		rig.now.us += 100 * second;
		send(&rig, kinds[i], 2);
		CHECK_EQ(binding(&rig).transaction, 2);
		CHECK_EQ(binding(&rig).valid_remaining, 500000);
		/* The source at the new bridge has the records and nothing else. */
		dhcp6_source_init(&rig.source);
		send(&rig, DHCP6_REPLY, 2);
		CHECK_EQ(binding(&rig).valid_remaining, 600000);
		CHECK_EQ(binding(&rig).preferred_remaining, 300000);
		di_store_destroy(rig.store);
	}
}

static void test_dhcp6_source_ends_with_release_decline_and_no_life_time(void)
{
	static const enum dhcp6_kind kinds[] = {DHCP6_RELEASE, DHCP6_DECLINE};
	struct rig rig;

	for (size_t i = 0; i < 2; i++) {
		rig_start(&rig);
		bind_address(&rig);
		send(&rig, kinds[i], 2);
		CHECK_EQ(bindings(&rig), 0);
		/* The answer to it gives nothing, whatever stands in it. */
		send(&rig, DHCP6_REPLY, 2);
		CHECK_EQ(bindings(&rig), 0);
		send(&rig, kinds[i], 3);
		CHECK_EQ(rig.counters.spoofed, 1);
		di_store_destroy(rig.store);
	}
	rig_start(&rig);
	bind_address(&rig);
	send(&rig, DHCP6_RENEW, 2);
	rig.request.lease.valid_s = rig.request.lease.preferred_s = 0;
	send(&rig, DHCP6_REPLY, 2);
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

/* CONFIRM: "they are on this link" changes nothing, "they are not" ends the addresses. */
static void test_dhcp6_source_confirms(void)
{
	struct dhcp6_message reply = message_of(DHCP6_REPLY, 2);
	struct rig rig;

	rig_start(&rig);
	bind_address(&rig);
	rig.now.us += 100 * second;
	send(&rig, DHCP6_CONFIRM, 2);
	send_message(&rig, &reply, true);
	CHECK_EQ(binding(&rig).valid_remaining, 500000);
	rig.request.association.kind = DHCP6_IA_PD;
	rig.request.lease.prefix = 56;
	send(&rig, DHCP6_REQUEST, 3);
	send(&rig, DHCP6_REPLY, 3);
	CHECK_EQ(bindings(&rig), 2);
	send(&rig, DHCP6_CONFIRM, 2);
	reply.status = DHCP6_NOT_ON_LINK;
	send_message(&rig, &reply, true);
	CHECK_EQ(bindings(&rig), 1);
	CHECK_EQ(binding(&rig).prefix, 56);
	di_store_destroy(rig.store);
}

static void test_dhcp6_source_learns_nothing_from_refusals(void)
{
	struct dhcp6_message reply = message_of(DHCP6_REPLY, 1);
	struct rig rig;

	rig_start(&rig);
	send(&rig, DHCP6_REQUEST, 1);
	reply.status = DHCP6_UNSPECIFIED_FAILURE;
	send_message(&rig, &reply, true);
	rig.request.association.status = DHCP6_NO_ADDRESSES;
	send(&rig, DHCP6_REPLY, 1);
	rig.request.association.status = DHCP6_SUCCESS;
	rig.request.lease.status = DHCP6_NO_BINDING;
	send(&rig, DHCP6_REPLY, 1);
	rig.request.lease.status = DHCP6_SUCCESS;
	rig.request.lease.preferred_s = 601;
	send(&rig, DHCP6_REPLY, 1);
	CHECK_EQ(rig.counters.malformed, 1);
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

static void test_dhcp6_source_believes_nobody_else(void)
{
	struct dhcp6_message reply = message_of(DHCP6_REPLY, 1);
	struct rig rig;

	rig_start(&rig);
	send_message(&rig, &reply, true);
	CHECK_EQ(rig.counters.unsolicited, 1);
	send(&rig, DHCP6_REQUEST, 1);
	send_message(&rig, &reply, false);
	CHECK_EQ(rig.counters.untrusted, 1);
	reply.transaction = 2;
	send_message(&rig, &reply, true);
	CHECK_EQ(rig.counters.unsolicited, 2);
	reply.transaction = 1;
	reply.client_duid = (struct dimp_view){other_duid, sizeof other_duid};
	send_message(&rig, &reply, true);
	CHECK_EQ(rig.counters.unsolicited, 3);
	reply.client_duid = (struct dimp_view){NULL, 0};
	send_message(&rig, &reply, true);
	CHECK_EQ(rig.counters.unsolicited, 4);
	CHECK_EQ(bindings(&rig), 0);
	send(&rig, DHCP6_RECONFIGURE, 0);
	CHECK_EQ(rig.counters.reconfigures, 1);
	di_store_destroy(rig.store);
}

static void test_dhcp6_source_takes_an_answer_to_what_was_asked_elsewhere(void)
{
	struct rig rig;

	rig_start(&rig);
	dhcp6_source_adopt(&rig.source, rig.now);
	send(&rig, DHCP6_REPLY, 1);
	CHECK_EQ(bindings(&rig), 1);
	di_store_destroy(rig.store);
	rig_start(&rig);
	dhcp6_source_adopt(&rig.source, rig.now);
	send(&rig, DHCP6_SOLICIT, 2);
	send(&rig, DHCP6_REPLY, 1);
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_dhcp6_source_takes_an_answer_to_what_was_asked_elsewhere),
	TEST(test_dhcp6_source_binds_what_a_reply_gives),
	TEST(test_dhcp6_source_binds_a_delegated_prefix),
	TEST(test_dhcp6_source_takes_a_rapid_commit),
	TEST(test_dhcp6_source_renewal_survives_a_move),
	TEST(test_dhcp6_source_ends_with_release_decline_and_no_life_time),
	TEST(test_dhcp6_source_confirms),
	TEST(test_dhcp6_source_learns_nothing_from_refusals),
	TEST(test_dhcp6_source_believes_nobody_else),
	TEST_END,
};

const struct test_suite suite_dhcp6_source = {"dhcp6_source", tests};
