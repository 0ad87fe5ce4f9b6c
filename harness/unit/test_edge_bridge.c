/* SPDX-License-Identifier: MIT */
/*
 * Proves where a bridge sends hand-made frames: ports 1 and 2 lead to servers with two VMs on the
 * first, port 3 to another bridge, port 4 to an untrusted host.
 */
#include "bridge/edge_bridge.h"

#include <string.h>

#include "check.h"
#include "frame_maker.h"
#include "hexed.h"

enum { PORTS = 5, VLAN = 42, FIRST = 0, SECOND_VM = 1, FAR = 2 };

/* What arrived at the far end of each port. */
struct arrivals {
	unsigned count;
	uint8_t octets[256];
	size_t size;
};

struct lab {
	struct engine *engine;
	struct edge_bridge *bridge;
	unsigned ends[PORTS];
	struct arrivals arrivals[PORTS];
	unsigned heard[2];
};

static const struct dimp_mac vm_macs[3] = {{{0x52, 0x54, 0, 0, 0, 1}}, {{0x52, 0x54, 0, 0, 0, 2}},
	{{0x52, 0x54, 0, 0, 0, 3}}};
static const struct dimp_mac host_mac = {{2, 0, 0, 0, 0, 9}};
static const struct dimp_mac bridge_mac = {{2, 0, 0, 0, 0, 0xaa}};
static const struct dimp_mac everyone = {{255, 255, 255, 255, 255, 255}};

static void arrive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct arrivals *arrivals = context;

	(void)port;
	(void)now;
	arrivals->count++;
	arrivals->size = frame.size < sizeof arrivals->octets ? frame.size : 0;
	memcpy(arrivals->octets, frame.octets, arrivals->size);
}

static void hear(void *context, const struct edge_heard *heard, struct dimp_time now)
{
	struct lab *lab = context;

	(void)now;
	lab->heard[heard->side]++;
}

static void add_vm(struct lab *lab, unsigned number, unsigned port)
{
	const struct attachment vm = {.mac = vm_macs[number], .vlan = VLAN};

	CHECK(edge_bridge_know(lab->bridge, &vm));
	if (port != 0)
		edge_bridge_attach(lab->bridge, number, port, engine_now(lab->engine));
}

static void make_lab(struct lab *lab)
{
	const struct engine_link_config cable = {.delay_us = 1};
	static const char *const names[PORTS] = {"", "server-1", "server-2", "edge-b", "host"};

	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = lab->engine,
		.name = "edge-a",
		.ports = PORTS,
		.address = bridge_mac,
		.attachments_max = 3,
		.learner = {.context = lab, .hear = hear},
	});
	for (unsigned port = 1; port < PORTS; port++) {
		lab->ends[port] =
			engine_node_add(lab->engine, names[port], arrive, &lab->arrivals[port]);
		engine_link_add(lab->engine,
			(struct engine_endpoint){edge_bridge_node(lab->bridge), port},
			(struct engine_endpoint){lab->ends[port], 0}, &cable);
	}
	edge_bridge_set_port(lab->bridge, 1, EDGE_PORT_STATION, false);
	edge_bridge_set_port(lab->bridge, 2, EDGE_PORT_STATION, false);
	edge_bridge_set_port(lab->bridge, 3, EDGE_PORT_UPLINK, true);
	edge_bridge_set_port(lab->bridge, 4, EDGE_PORT_HOST, false);
	add_vm(lab, FIRST, 1);
	add_vm(lab, SECOND_VM, 2);
	add_vm(lab, FAR, 0);
}

static void destroy_lab(struct lab *lab)
{
	edge_bridge_destroy(lab->bridge);
	engine_destroy(lab->engine);
}

/* Sends from the far end of |port| and lets it settle. */
static void send(struct lab *lab, unsigned port, const struct made_frame *frame)
{
	memset(lab->arrivals, 0, sizeof lab->arrivals);
	engine_transmit(lab->engine, (struct engine_endpoint){lab->ends[port], 0},
		made_view(frame));
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + 10});
}

static void check_arrivals(const struct lab *lab, const char *expected)
{
	char actual[PORTS];

	for (unsigned port = 1; port < PORTS; port++)
		actual[port - 1] = (char)('0' + lab->arrivals[port].count);
	actual[PORTS - 1] = '\0';
	CHECK_TEXT(actual, expected);
}

static struct made_udp tagged_udp(const struct dimp_mac *to, const struct dimp_mac *from)
{
	return (struct made_udp){
		.destination = *to,
		.source = *from,
		.vlan = VLAN,
		.from = {10, 0, 0, 1},
		.to = {10, 0, 0, 2},
		.from_port = 1000,
		.to_port = 2000,
	};
}

static void send_udp(struct lab *lab, unsigned port, const struct made_udp *udp)
{
	const struct made_frame frame = make_udp(udp);

	send(lab, port, &frame);
}

static void test_bridge_floods_once_and_then_knows(void)
{
	struct lab lab;
	const struct made_udp there = tagged_udp(&host_mac, &vm_macs[FIRST]);
	const struct made_udp back = tagged_udp(&vm_macs[FIRST], &host_mac);

	make_lab(&lab);
	send_udp(&lab, 1, &there);
	check_arrivals(&lab, "0011");
	send_udp(&lab, 4, &back);
	check_arrivals(&lab, "1000");
	CHECK_BYTES(lab.arrivals[1].octets + 12, 4, "8100 002a");
	send_udp(&lab, 1, &there);
	check_arrivals(&lab, "0001");
	CHECK_EQ(lab.heard[EDGE_FROM_VM], 2);
	CHECK_EQ(lab.heard[EDGE_TO_VM], 1);
	destroy_lab(&lab);
}

static void test_bridge_keeps_vlans_apart(void)
{
	struct lab lab;
	struct made_udp other = tagged_udp(&vm_macs[FIRST], &host_mac);

	make_lab(&lab);
	other.vlan = VLAN + 1;
	send_udp(&lab, 4, &other);
	check_arrivals(&lab, "0010");
	other = tagged_udp(&host_mac, &vm_macs[FIRST]);
	other.vlan = VLAN + 1;
	send_udp(&lab, 1, &other);
	check_arrivals(&lab, "0000");
	destroy_lab(&lab);
}

/* A server may send without tag: the VM's VLAN is configured. */
static void test_bridge_tags_what_comes_untagged(void)
{
	struct lab lab;
	struct made_udp udp = tagged_udp(&vm_macs[SECOND_VM], &vm_macs[FIRST]);

	make_lab(&lab);
	udp.vlan = 0;
	send_udp(&lab, 1, &udp);
	check_arrivals(&lab, "0100");
	CHECK_BYTES(lab.arrivals[2].octets + 12, 4, "8100 002a");
	destroy_lab(&lab);
}

/* A VM that is only expected is blocked (DIMP 9.2-10). */
static void test_bridge_passes_nothing_of_strangers_and_the_inactive(void)
{
	struct lab lab;
	const struct made_udp stranger = tagged_udp(&host_mac, &host_mac);
	const struct made_udp elsewhere = tagged_udp(&host_mac, &vm_macs[FAR]);

	make_lab(&lab);
	send_udp(&lab, 1, &stranger);
	check_arrivals(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_UNAUTHORISED), 1);
	send_udp(&lab, 1, &elsewhere);
	check_arrivals(&lab, "0000");
	edge_bridge_expect(lab.bridge, FAR, 1);
	send_udp(&lab, 1, &elsewhere);
	check_arrivals(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_NOT_ACTIVE), 2);
	destroy_lab(&lab);
}

static void test_bridge_lets_no_vm_past_its_gate_as_management(void)
{
	struct lab lab;
	const struct dimp_mac other_bridge = {{2, 0, 0, 0, 0, 0xbb}};
	struct made_frame frame = make_frame(&other_bridge, &vm_macs[FAR], DIMP_ETHERTYPE, 46);

	make_lab(&lab);
	send(&lab, 1, &frame);
	check_arrivals(&lab, "0000");
	frame = make_frame(&other_bridge, &host_mac, DIMP_ETHERTYPE, 46);
	send(&lab, 1, &frame);
	check_arrivals(&lab, "0000");
	/* From the fabric management passes, and reaches servers. */
	send(&lab, 3, &frame);
	check_arrivals(&lab, "1101");
	destroy_lab(&lab);
}

/* Who speaks as another bridge does not draw its frames to himself. */
static void test_bridge_learns_no_other_bridge_on_a_server_port(void)
{
	struct lab lab;
	const struct dimp_mac other_bridge = {{2, 0, 0, 0, 0, 0xbb}};
	const struct made_frame real = make_frame(&bridge_mac, &other_bridge, DIMP_ETHERTYPE, 46);
	const struct made_frame to_other = make_frame(&other_bridge, &host_mac, DIMP_ETHERTYPE, 46);

	make_lab(&lab);
	send(&lab, 3, &real);
	send(&lab, 1, &real);
	send(&lab, 4, &to_other);
	check_arrivals(&lab, "0010");
	destroy_lab(&lab);
}

static void test_bridge_sends_groups_to_members_only(void)
{
	struct lab lab;
	const struct dimp_mac group = {{1, 0, 0x5e, 1, 1, 1}};
	struct made_udp udp = tagged_udp(&group, &host_mac);
	struct dimp_record membership = {
		.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_membership =
			{
				.vlan = VLAN,
				.group = edge_ip_from_ipv4((const uint8_t[]){239, 1, 1, 1}),
				.filter_mode = DIMP_FILTER_MODE_EXCLUDE,
				.host_version = 3,
				.remaining = 1000,
			},
	};

	make_lab(&lab);
	memcpy(udp.to, (const uint8_t[]){239, 1, 1, 1}, 4);
	send_udp(&lab, 3, &udp);
	check_arrivals(&lab, "0001");
	CHECK(edge_bridge_install(lab.bridge, SECOND_VM, &membership, engine_now(lab.engine)));
	send_udp(&lab, 3, &udp);
	check_arrivals(&lab, "0101");
	/* The membership ends a second later, by the bridge's own timer. */
	engine_run(lab.engine, (struct dimp_time){1100000});
	send_udp(&lab, 3, &udp);
	check_arrivals(&lab, "0001");
	destroy_lab(&lab);
}

/* A frame of the host in the VMs' VLAN with the IP packet of |text|. */
static struct made_frame ip_frame(const struct dimp_mac *to, uint16_t ethertype, const char *text)
{
	const struct hexed packet = hexed_from(text);
	struct made_frame frame = make_frame(to, &host_mac, 0x8100, 0);

	frame.octets[frame.size++] = 0;
	frame.octets[frame.size++] = VLAN;
	frame.octets[frame.size++] = (uint8_t)(ethertype >> 8);
	frame.octets[frame.size++] = (uint8_t)ethertype;
	memcpy(frame.octets + frame.size, packet.octets, packet.size);
	frame.size += packet.size;
	return frame;
}

/* RFC 4541 2.1.1: a member that heard another's report would not send its own.  Queries are for all
 * VMs.  The packets are Scapy's: an IGMPv2 report of 239.1.1.1, an MLDv2 report, a query. */
static void test_bridge_shows_reports_to_routers_only(void)
{
	const struct made_frame report = ip_frame(&(struct dimp_mac){{1, 0, 0x5e, 1, 1, 1}}, 0x0800,
		"460000200001000001022acc0a000009ef01010194040000 1614f9e8ef010101");
	const struct made_frame report6 = ip_frame(&(struct dimp_mac){{0x33, 0x33, [5] = 0x16}},
		0x86dd,
		"6000000000240001fe800000000000000000000000000009ff020000000000000000000000000016"
		"3a00050200000100 8f006ef500000001 04000000ff0e0000000000000000000000000101");
	const struct made_frame query = ip_frame(&(struct dimp_mac){{1, 0, 0x5e, [5] = 1}}, 0x0800,
		"460000200001000001023acd0a000009e000000194040000 1164ee9b00000000");
	struct dimp_record router = {.type = DIMP_DI_MULTICAST_ROUTER,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_router = {.vlan = VLAN,
			.router = edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, 1}),
			.remaining = 60000}};
	struct lab lab;

	make_lab(&lab);
	send(&lab, 3, &report);
	check_arrivals(&lab, "0001");
	send(&lab, 3, &report6);
	check_arrivals(&lab, "0001");
	send(&lab, 3, &query);
	check_arrivals(&lab, "1101");
	CHECK(edge_bridge_install(lab.bridge, SECOND_VM, &router, engine_now(lab.engine)));
	send(&lab, 3, &report);
	check_arrivals(&lab, "0101");
	send(&lab, 3, &report6);
	check_arrivals(&lab, "0001");
	router.body.multicast_router.router = (struct dimp_ip){{0xfe, 0x80, [15] = 1}};
	CHECK(edge_bridge_install(lab.bridge, SECOND_VM, &router, engine_now(lab.engine)));
	send(&lab, 3, &report6);
	check_arrivals(&lab, "0101");
	destroy_lab(&lab);
}

/* DIMP 8.12-1: groups that nobody has joined go to a router. */
static void test_bridge_sends_all_groups_to_routers(void)
{
	const struct dimp_mac group = {{1, 0, 0x5e, 1, 1, 1}};
	struct made_udp udp = tagged_udp(&group, &host_mac);
	const struct dimp_record router = {.type = DIMP_DI_MULTICAST_ROUTER,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_router = {.vlan = VLAN,
			.router = edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, 1}),
			.remaining = 1000}};
	struct lab lab;

	make_lab(&lab);
	memcpy(udp.to, (const uint8_t[]){239, 1, 1, 1}, 4);
	CHECK(edge_bridge_install(lab.bridge, SECOND_VM, &router, engine_now(lab.engine)));
	send_udp(&lab, 3, &udp);
	check_arrivals(&lab, "0101");
	engine_run(lab.engine, (struct dimp_time){1100000});
	send_udp(&lab, 3, &udp);
	check_arrivals(&lab, "0001");
	destroy_lab(&lab);
}

static void test_bridge_broadcasts_once_a_port(void)
{
	struct lab lab;
	const struct made_udp udp = tagged_udp(&everyone, &host_mac);

	make_lab(&lab);
	edge_bridge_attach(lab.bridge, FAR, 1, engine_now(lab.engine));
	send_udp(&lab, 3, &udp);
	check_arrivals(&lab, "1101");
	CHECK_EQ(lab.heard[EDGE_TO_VM], 3);
	destroy_lab(&lab);
}

static void test_bridge_believes_dhcp_servers_behind_trusted_ports_only(void)
{
	struct lab lab;
	struct made_udp offer = tagged_udp(&vm_macs[FIRST], &host_mac);

	make_lab(&lab);
	offer.from_port = 67;
	offer.to_port = 68;
	send_udp(&lab, 4, &offer);
	check_arrivals(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_SOURCE_GUARD), 1);
	send_udp(&lab, 3, &offer);
	check_arrivals(&lab, "1000");
	destroy_lab(&lab);
}

static void test_bridge_forgets_a_vm_that_left(void)
{
	struct lab lab;
	const struct made_udp there = tagged_udp(&host_mac, &vm_macs[FIRST]);
	const struct made_udp back = tagged_udp(&vm_macs[FIRST], &host_mac);

	make_lab(&lab);
	send_udp(&lab, 1, &there);
	edge_bridge_leave(lab.bridge, FIRST, engine_now(lab.engine));
	send_udp(&lab, 4, &back);
	check_arrivals(&lab, "0010");
	send_udp(&lab, 1, &there);
	check_arrivals(&lab, "0000");
	/* Heard from the uplink, it is known there. */
	send_udp(&lab, 3, &there);
	send_udp(&lab, 4, &back);
	check_arrivals(&lab, "0010");
	destroy_lab(&lab);
}

static void test_bridge_keeps_eapol_and_link_local_frames(void)
{
	struct lab lab;
	const struct dimp_mac pae = {{0x01, 0x80, 0xc2, 0, 0, 3}};
	const struct made_frame eapol = make_frame(&pae, &vm_macs[FIRST], 0x888e, 46);
	const struct made_frame local = make_frame(&pae, &host_mac, 0x1234, 46);

	make_lab(&lab);
	send(&lab, 1, &eapol);
	check_arrivals(&lab, "0000");
	CHECK_EQ(lab.heard[EDGE_FROM_VM], 1);
	send(&lab, 4, &local);
	check_arrivals(&lab, "0000");
	destroy_lab(&lab);
}

static void install(struct lab *lab, unsigned slot, const struct dimp_record *record)
{
	CHECK(edge_bridge_install(lab->bridge, slot, record, engine_now(lab->engine)));
}

/* DIMP 8.8-1, 8.8-3: an address within the VM is the VM's, and nobody else's once it is sticky. */
static void test_bridge_knows_learned_addresses(void)
{
	static const struct dimp_mac nested = {{6, 0, 0, 0, 0, 1}};
	struct lab lab;
	const struct made_udp there = tagged_udp(&host_mac, &nested);
	const struct made_udp back = tagged_udp(&nested, &host_mac);
	struct dimp_record learned = {.type = DIMP_DI_LEARNED_MAC,
		.operation = DIMP_OPERATION_PUT,
		.body.learned_mac = {.vlan = VLAN, .client = nested, .remaining = 300000}};

	make_lab(&lab);
	send_udp(&lab, 1, &there);
	check_arrivals(&lab, "0000");
	install(&lab, FIRST, &learned);
	send_udp(&lab, 4, &back);
	check_arrivals(&lab, "1000");
	send_udp(&lab, 1, &there);
	check_arrivals(&lab, "0001");
	learned.body.learned_mac.is_sticky = 1;
	install(&lab, FIRST, &learned);
	send_udp(&lab, 3, &there);
	check_arrivals(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_PORT_SECURITY), 1);
	destroy_lab(&lab);
}

static void test_bridge_polices_and_counts(void)
{
	struct lab lab;
	const struct made_udp there = tagged_udp(&host_mac, &vm_macs[FIRST]);
	struct dimp_record record = {.type = DIMP_DI_POLICER,
		.operation = DIMP_OPERATION_PUT,
		.body.policer = {.direction = DIMP_DIRECTION_RECEIVE,
			.meter = DIMP_METER_SINGLE_RATE,
			.committed_rate = 8,
			.committed_burst = 108,
			.committed_tokens = 108}};
	size_t cursor = 0;

	make_lab(&lab);
	install(&lab, FIRST, &record);
	record = (struct dimp_record){.type = DIMP_DI_TRAFFIC_COUNTERS,
		.operation = DIMP_OPERATION_PUT,
		.body.traffic_counters = {.direction = DIMP_DIRECTION_RECEIVE}};
	install(&lab, FIRST, &record);
	for (unsigned frame = 0; frame < 3; frame++)
		send_udp(&lab, 1, &there); /* 54 octets with tag and FCS */
	check_arrivals(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_POLICER), 1);
	const struct dimp_traffic_counters *counters = &di_store_next(edge_bridge_store(lab.bridge),
		FIRST, DIMP_DI_TRAFFIC_COUNTERS, &cursor)
								->record.body.traffic_counters;
	CHECK_EQ(counters->unicast_frames, 2);
	CHECK_EQ(counters->discarded_frames, 1);
	destroy_lab(&lab);
}

static const struct test_case tests[] = {
	TEST(test_bridge_floods_once_and_then_knows),
	TEST(test_bridge_keeps_vlans_apart),
	TEST(test_bridge_tags_what_comes_untagged),
	TEST(test_bridge_passes_nothing_of_strangers_and_the_inactive),
	TEST(test_bridge_lets_no_vm_past_its_gate_as_management),
	TEST(test_bridge_learns_no_other_bridge_on_a_server_port),
	TEST(test_bridge_sends_groups_to_members_only),
	TEST(test_bridge_shows_reports_to_routers_only),
	TEST(test_bridge_sends_all_groups_to_routers),
	TEST(test_bridge_broadcasts_once_a_port),
	TEST(test_bridge_believes_dhcp_servers_behind_trusted_ports_only),
	TEST(test_bridge_forgets_a_vm_that_left),
	TEST(test_bridge_keeps_eapol_and_link_local_frames),
	TEST(test_bridge_knows_learned_addresses),
	TEST(test_bridge_polices_and_counts),
	TEST_END,
};

const struct test_suite suite_edge_bridge = {"edge_bridge", tests};
