/*
 * Proves which DHCP messages make, renew and end a binding, and that none does which comes from the
 * wrong side, for the wrong client or without a transaction the VM opened.
 */
#include "check.h"
#include "net/dhcp4.h"
#include "net/udp.h"
#include "sources/dhcp_source.h"

#include <string.h>

static const uint64_t second = 1000000;
static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_ipv4 address = {{10, 0, 42, 9}};
static const struct dimp_ipv4 server = {{10, 0, 42, 1}};

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct dhcp_source source;
	struct dimp_time now;
};

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create(), .now = {second}};
	REQUIRE(rig->store != NULL);
	rig->place =
		(struct source_place){.store = rig->store, .vm = vm, .counters = &rig->counters};
	dhcp_source_init(&rig->source);
}

static void send(struct rig *rig, const struct dhcp4_message *message, bool is_trusted)
{
	const bool is_reply = message->operation == DHCP4_BOOT_REPLY;
	uint8_t octets[512];
	uint8_t datagram_octets[600];
	struct source_packet packet = {.direction = is_reply ? SOURCE_TOWARDS_VM : SOURCE_FROM_VM,
		.is_trusted = is_trusted,
		.has_ipv4 = true,
		.vlan = 42,
		.ipv4 = {.protocol = IPV4_UDP}};
	const struct udp_datagram datagram = {.source_port = is_reply ? DHCP4_SERVER_PORT
								      : DHCP4_CLIENT_PORT,
		.destination_port = is_reply ? DHCP4_CLIENT_PORT : DHCP4_SERVER_PORT,
		.payload = {octets, dhcp4_write(message, octets, sizeof octets)}};

	packet.ipv4.payload = (struct dimp_view){datagram_octets,
		udp_write(&datagram, &packet.ipv4, datagram_octets, sizeof datagram_octets)};
	dhcp_source_packet(&rig->source, &packet, &rig->place, rig->now);
}

static struct dhcp4_message from_client(enum dhcp4_kind kind, uint32_t transaction)
{
	return (struct dhcp4_message){.operation = DHCP4_BOOT_REQUEST,
		.kind = kind,
		.transaction = transaction,
		.client = vm};
}

static struct dhcp4_message from_server(enum dhcp4_kind kind, uint32_t transaction)
{
	return (struct dhcp4_message){.operation = DHCP4_BOOT_REPLY,
		.kind = kind,
		.transaction = transaction,
		.client = vm,
		.your_address = address,
		.has_lease = true,
		.lease_s = 600,
		.has_server = true,
		.server = server};
}

static void bind_address(struct rig *rig)
{
	const struct dhcp4_message request = from_client(DHCP4_REQUEST, 7);
	const struct dhcp4_message ack = from_server(DHCP4_ACK, 7);

	send(rig, &request, false);
	send(rig, &ack, true);
}

static size_t bindings(const struct rig *rig)
{
	return di_store_count(rig->store, 0, DIMP_DI_DHCP_BINDING);
}

static const struct dimp_dhcp_binding *binding(const struct rig *rig)
{
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(rig->store, 0, DIMP_DI_DHCP_BINDING, &cursor);

	return entry == NULL ? NULL : &entry->record.body.dhcp_binding;
}

static void test_dhcp_source_binds_what_is_acknowledged(void)
{
	struct rig rig;

	rig_start(&rig);
	bind_address(&rig);
	REQUIRE(bindings(&rig) == 1);
	CHECK_EQ(binding(&rig)->vlan, 42);
	CHECK_BYTES(binding(&rig)->client.octets, 6, "525400c73ece");
	CHECK_BYTES(binding(&rig)->address.octets, 4, "0a002a09");
	CHECK_EQ(binding(&rig)->remaining, 600000);
	CHECK_EQ(binding(&rig)->transaction, 7);
	CHECK_BYTES(binding(&rig)->server.octets, 4, "0a002a01");
	CHECK_EQ(binding(&rig)->attributes, 6);
	di_store_destroy(rig.store);
}

static void test_dhcp_source_renewal_survives_a_move(void)
{
	const struct dhcp4_message request = from_client(DHCP4_REQUEST, 8);
	const struct dhcp4_message ack = from_server(DHCP4_ACK, 8);
	struct rig rig;

	rig_start(&rig);
	bind_address(&rig);
	rig.now.us += 300 * second;
	send(&rig, &request, false);
	CHECK_EQ(binding(&rig)->transaction, 8);
	CHECK_EQ(binding(&rig)->remaining, 300000);
	/* The source at the new bridge has the records and nothing else. */
	dhcp_source_init(&rig.source);
	send(&rig, &ack, true);
	CHECK_EQ(binding(&rig)->remaining, 600000);
	di_store_expire(rig.store, (struct dimp_time){rig.now.us + 600 * second});
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

static void test_dhcp_source_lease_may_be_infinite_or_long(void)
{
	const struct dhcp4_message request = from_client(DHCP4_REQUEST, 7);
	struct dhcp4_message ack = from_server(DHCP4_ACK, 7);
	struct rig rig;

	rig_start(&rig);
	send(&rig, &request, false);
	ack.lease_s = UINT32_MAX;
	send(&rig, &ack, true);
	CHECK_EQ(binding(&rig)->remaining, DIMP_DURATION_INFINITE);
	ack.lease_s = 5000000;
	send(&rig, &ack, true);
	CHECK_EQ(dimp_duration_to_us(binding(&rig)->remaining), 5000000 * second);
	di_store_destroy(rig.store);
}

static void test_dhcp_source_refuses_acknowledgements(void)
{
	const struct dhcp4_message request = from_client(DHCP4_REQUEST, 7);
	const struct dhcp4_message inform = from_client(DHCP4_INFORM, 9);
	struct dhcp4_message ack = from_server(DHCP4_ACK, 7);
	struct rig rig;

	rig_start(&rig);
	send(&rig, &ack, true);
	CHECK_EQ(rig.counters.unsolicited, 1);
	send(&rig, &inform, false);
	ack.transaction = 9;
	send(&rig, &ack, true);
	CHECK_EQ(rig.counters.unsolicited, 2);
	send(&rig, &request, false);
	ack.transaction = 7;
	send(&rig, &ack, false);
	CHECK_EQ(rig.counters.untrusted, 1);
	ack.client.octets[5] ^= 1;
	send(&rig, &ack, true);
	ack.client.octets[5] ^= 1;
	ack.your_address = (struct dimp_ipv4){{0}};
	send(&rig, &ack, true);
	ack.your_address = address;
	ack.has_lease = false;
	send(&rig, &ack, true);
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

static void test_dhcp_source_ends_bindings(void)
{
	static const enum dhcp4_kind kinds[] = {DHCP4_RELEASE, DHCP4_DECLINE};
	const struct dhcp4_message nak = from_server(DHCP4_NAK, 7);
	struct rig rig;

	rig_start(&rig);
	for (size_t i = 0; i < 2; i++) {
		struct dhcp4_message end = from_client(kinds[i], 11);
		bind_address(&rig);
		/* Of another address, or of another client: not its to give. */
		send(&rig, &end, false);
		end.client_address = address;
		end.has_requested = true;
		end.requested = address;
		end.client.octets[5] ^= 1;
		send(&rig, &end, false);
		CHECK_EQ(bindings(&rig), 1);
		CHECK_EQ(rig.counters.spoofed, 2 * (i + 1));
		end.client = vm;
		send(&rig, &end, false);
		CHECK_EQ(bindings(&rig), 0);
	}
	bind_address(&rig);
	send(&rig, &nak, false);
	CHECK_EQ(bindings(&rig), 1);
	send(&rig, &nak, true);
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

static void test_dhcp_source_a_vm_is_no_server(void)
{
	struct rig rig;
	struct dhcp4_message ack = from_server(DHCP4_ACK, 7);

	rig_start(&rig);
	bind_address(&rig);
	ack.operation = DHCP4_BOOT_REQUEST;
	ack.lease_s = 9999;
	send(&rig, &ack, false);
	CHECK_EQ(rig.counters.untrusted, 1);
	CHECK_EQ(binding(&rig)->remaining, 600000);
	di_store_destroy(rig.store);
}

/* RFC 4039: an ACK answers a DISCOVER only if it says that two messages have done. */
static void test_dhcp_source_takes_a_rapid_commit(void)
{
	const struct dhcp4_message discover = from_client(DHCP4_DISCOVER, 7);
	struct dhcp4_message ack = from_server(DHCP4_ACK, 7);
	struct rig rig;

	rig_start(&rig);
	send(&rig, &discover, false);
	send(&rig, &ack, true);
	CHECK_EQ(bindings(&rig), 0);
	ack.is_rapid = true;
	send(&rig, &ack, true);
	CHECK_EQ(bindings(&rig), 1);
	di_store_destroy(rig.store);
}

/* The first lease was asked for at the bridge that the VM comes from: the answer comes here. */
static void test_dhcp_source_takes_an_answer_to_what_was_asked_elsewhere(void)
{
	const struct dhcp4_message request = from_client(DHCP4_REQUEST, 8);
	const struct dhcp4_message ack = from_server(DHCP4_ACK, 7);
	struct rig rig;

	rig_start(&rig);
	dhcp_source_adopt(&rig.source, rig.now);
	rig.now.us += 4 * second;
	send(&rig, &ack, false);
	CHECK_EQ(bindings(&rig), 0);
	send(&rig, &ack, true);
	CHECK_EQ(bindings(&rig), 1);
	di_store_destroy(rig.store);
	rig_start(&rig);
	dhcp_source_adopt(&rig.source, rig.now);
	send(&rig, &request, false);
	send(&rig, &ack, true);
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
	rig_start(&rig);
	dhcp_source_adopt(&rig.source, rig.now);
	rig.now.us += 5 * second;
	send(&rig, &ack, true);
	CHECK_EQ(bindings(&rig), 0);
	di_store_destroy(rig.store);
}

/* A relay shows in giaddr and in where the frame is from; the binding is the client's all the same.
 */
static void test_dhcp_source_takes_what_a_relay_hands_on(void)
{
	static const uint8_t circuit[] = {1, 1, 7};
	const struct dhcp4_message request = from_client(DHCP4_REQUEST, 7);
	struct dhcp4_message ack = from_server(DHCP4_ACK, 7);
	struct rig rig;

	rig_start(&rig);
	send(&rig, &request, false);
	ack.relay_address = (struct dimp_ipv4){{10, 0, 42, 254}};
	ack.relay_information = (struct dimp_view){circuit, sizeof circuit};
	send(&rig, &ack, true);
	CHECK_EQ(bindings(&rig), 1);
	CHECK_BYTES(binding(&rig)->server.octets, 4, "0a002a01");
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_dhcp_source_takes_a_rapid_commit),
	TEST(test_dhcp_source_takes_an_answer_to_what_was_asked_elsewhere),
	TEST(test_dhcp_source_takes_what_a_relay_hands_on),
	TEST(test_dhcp_source_binds_what_is_acknowledged),
	TEST(test_dhcp_source_renewal_survives_a_move),
	TEST(test_dhcp_source_lease_may_be_infinite_or_long),
	TEST(test_dhcp_source_refuses_acknowledgements),
	TEST(test_dhcp_source_ends_bindings),
	TEST(test_dhcp_source_a_vm_is_no_server),
	TEST_END,
};

const struct test_suite suite_dhcp_source = {"dhcp_source", tests};
