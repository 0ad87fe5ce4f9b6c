/* SPDX-License-Identifier: MIT */
/* Proves where a bridge sends hand-made frames. */
#include "bridge/edge_bridge.h"

#include <string.h>

#include "bridge_lab.h"
#include "check.h"
#include "frame_maker.h"
#include "hexed.h"

static void test_bridge_floods_once_and_then_knows(void)
{
	struct bridge_lab lab;
	const struct made_udp there =
		bridge_lab_udp(&bridge_lab_host, &bridge_lab_vms[BRIDGE_LAB_FIRST]);
	const struct made_udp back =
		bridge_lab_udp(&bridge_lab_vms[BRIDGE_LAB_FIRST], &bridge_lab_host);

	bridge_lab_make(&lab);
	bridge_lab_send_udp(&lab, 1, &there);
	bridge_lab_check(&lab, "0011");
	bridge_lab_send_udp(&lab, 4, &back);
	bridge_lab_check(&lab, "1000");
	CHECK_BYTES(lab.arrivals[1].octets + 12, 4, "8100 002a");
	bridge_lab_send_udp(&lab, 1, &there);
	bridge_lab_check(&lab, "0001");
	CHECK_EQ(lab.heard[EDGE_FROM_VM], 2);
	CHECK_EQ(lab.heard[EDGE_TO_VM], 1);
	bridge_lab_destroy(&lab);
}

static void test_bridge_keeps_vlans_apart(void)
{
	struct bridge_lab lab;
	struct made_udp other = bridge_lab_udp(&bridge_lab_vms[BRIDGE_LAB_FIRST], &bridge_lab_host);

	bridge_lab_make(&lab);
	other.vlan = BRIDGE_LAB_VLAN + 1;
	bridge_lab_send_udp(&lab, 4, &other);
	bridge_lab_check(&lab, "0010");
	other = bridge_lab_udp(&bridge_lab_host, &bridge_lab_vms[BRIDGE_LAB_FIRST]);
	other.vlan = BRIDGE_LAB_VLAN + 1;
	bridge_lab_send_udp(&lab, 1, &other);
	bridge_lab_check(&lab, "0000");
	bridge_lab_destroy(&lab);
}

/* A server may send without tag: the VM's BRIDGE_LAB_VLAN is configured. */
static void test_bridge_tags_what_comes_untagged(void)
{
	struct bridge_lab lab;
	struct made_udp udp = bridge_lab_udp(&bridge_lab_vms[BRIDGE_LAB_SECOND],
		&bridge_lab_vms[BRIDGE_LAB_FIRST]);

	bridge_lab_make(&lab);
	udp.vlan = 0;
	bridge_lab_send_udp(&lab, 1, &udp);
	bridge_lab_check(&lab, "0100");
	CHECK_BYTES(lab.arrivals[2].octets + 12, 4, "8100 002a");
	bridge_lab_destroy(&lab);
}

/* A VM that is only expected is blocked (DIMP 9.2-10). */
static void test_bridge_passes_nothing_of_strangers_and_the_inactive(void)
{
	struct bridge_lab lab;
	const struct made_udp stranger = bridge_lab_udp(&bridge_lab_host, &bridge_lab_host);
	const struct made_udp elsewhere =
		bridge_lab_udp(&bridge_lab_host, &bridge_lab_vms[BRIDGE_LAB_FAR]);

	bridge_lab_make(&lab);
	bridge_lab_send_udp(&lab, 1, &stranger);
	bridge_lab_check(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_UNAUTHORISED), 1);
	bridge_lab_send_udp(&lab, 1, &elsewhere);
	bridge_lab_check(&lab, "0000");
	edge_bridge_expect(lab.bridge, BRIDGE_LAB_FAR, 1);
	bridge_lab_send_udp(&lab, 1, &elsewhere);
	bridge_lab_check(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_NOT_ACTIVE), 2);
	bridge_lab_destroy(&lab);
}

static void test_bridge_lets_no_vm_past_its_gate_as_management(void)
{
	struct bridge_lab lab;
	const struct dimp_mac other_bridge = {{2, 0, 0, 0, 0, 0xbb}};
	struct made_frame frame =
		make_frame(&other_bridge, &bridge_lab_vms[BRIDGE_LAB_FAR], DIMP_ETHERTYPE, 46);

	bridge_lab_make(&lab);
	bridge_lab_send(&lab, 1, &frame);
	bridge_lab_check(&lab, "0000");
	frame = make_frame(&other_bridge, &bridge_lab_host, DIMP_ETHERTYPE, 46);
	bridge_lab_send(&lab, 1, &frame);
	bridge_lab_check(&lab, "0000");
	/* From the fabric management passes, and reaches servers. */
	bridge_lab_send(&lab, 3, &frame);
	bridge_lab_check(&lab, "1101");
	bridge_lab_destroy(&lab);
}

/* Who speaks as another bridge does not draw its frames to himself. */
static void test_bridge_learns_no_other_bridge_on_a_server_port(void)
{
	struct bridge_lab lab;
	const struct dimp_mac other_bridge = {{2, 0, 0, 0, 0, 0xbb}};
	const struct made_frame real =
		make_frame(&bridge_lab_bridge, &other_bridge, DIMP_ETHERTYPE, 46);
	const struct made_frame to_other =
		make_frame(&other_bridge, &bridge_lab_host, DIMP_ETHERTYPE, 46);

	bridge_lab_make(&lab);
	bridge_lab_send(&lab, 3, &real);
	bridge_lab_send(&lab, 1, &real);
	bridge_lab_send(&lab, 4, &to_other);
	bridge_lab_check(&lab, "0010");
	bridge_lab_destroy(&lab);
}

static void test_bridge_sends_groups_to_members_only(void)
{
	struct bridge_lab lab;
	const struct dimp_mac group = {{1, 0, 0x5e, 1, 1, 1}};
	struct made_udp udp = bridge_lab_udp(&group, &bridge_lab_host);
	struct dimp_record membership = {
		.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_membership =
			{
				.vlan = BRIDGE_LAB_VLAN,
				.group = edge_ip_from_ipv4((const uint8_t[]){239, 1, 1, 1}),
				.filter_mode = DIMP_FILTER_MODE_EXCLUDE,
				.host_version = 3,
				.remaining = 1000,
			},
	};

	bridge_lab_make(&lab);
	memcpy(udp.to, (const uint8_t[]){239, 1, 1, 1}, 4);
	bridge_lab_send_udp(&lab, 3, &udp);
	bridge_lab_check(&lab, "0001");
	CHECK(edge_bridge_install(lab.bridge, BRIDGE_LAB_SECOND, &membership,
		engine_now(lab.engine)));
	bridge_lab_send_udp(&lab, 3, &udp);
	bridge_lab_check(&lab, "0101");
	/* The membership ends a second later, by the bridge's own timer. */
	engine_run(lab.engine, (struct dimp_time){1100000});
	bridge_lab_send_udp(&lab, 3, &udp);
	bridge_lab_check(&lab, "0001");
	bridge_lab_destroy(&lab);
}

/* A frame of the host in the VMs' BRIDGE_LAB_VLAN with the IP packet of |text|. */
static struct made_frame ip_frame(const struct dimp_mac *to, uint16_t ethertype, const char *text)
{
	const struct hexed packet = hexed_from(text);
	struct made_frame frame = make_frame(to, &bridge_lab_host, 0x8100, 0);

	frame.octets[frame.size++] = 0;
	frame.octets[frame.size++] = BRIDGE_LAB_VLAN;
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
		.body.multicast_router = {.vlan = BRIDGE_LAB_VLAN,
			.router = edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, 1}),
			.remaining = 60000}};
	struct bridge_lab lab;

	bridge_lab_make(&lab);
	bridge_lab_send(&lab, 3, &report);
	bridge_lab_check(&lab, "0001");
	bridge_lab_send(&lab, 3, &report6);
	bridge_lab_check(&lab, "0001");
	bridge_lab_send(&lab, 3, &query);
	bridge_lab_check(&lab, "1101");
	CHECK(edge_bridge_install(lab.bridge, BRIDGE_LAB_SECOND, &router, engine_now(lab.engine)));
	bridge_lab_send(&lab, 3, &report);
	bridge_lab_check(&lab, "0101");
	bridge_lab_send(&lab, 3, &report6);
	bridge_lab_check(&lab, "0001");
	router.body.multicast_router.router = (struct dimp_ip){{0xfe, 0x80, [15] = 1}};
	CHECK(edge_bridge_install(lab.bridge, BRIDGE_LAB_SECOND, &router, engine_now(lab.engine)));
	bridge_lab_send(&lab, 3, &report6);
	bridge_lab_check(&lab, "0101");
	bridge_lab_destroy(&lab);
}

/* DIMP 8.12-1: groups that nobody has joined go to a router. */
static void test_bridge_sends_all_groups_to_routers(void)
{
	const struct dimp_mac group = {{1, 0, 0x5e, 1, 1, 1}};
	struct made_udp udp = bridge_lab_udp(&group, &bridge_lab_host);
	const struct dimp_record router = {.type = DIMP_DI_MULTICAST_ROUTER,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_router = {.vlan = BRIDGE_LAB_VLAN,
			.router = edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, 1}),
			.remaining = 1000}};
	struct bridge_lab lab;

	bridge_lab_make(&lab);
	memcpy(udp.to, (const uint8_t[]){239, 1, 1, 1}, 4);
	CHECK(edge_bridge_install(lab.bridge, BRIDGE_LAB_SECOND, &router, engine_now(lab.engine)));
	bridge_lab_send_udp(&lab, 3, &udp);
	bridge_lab_check(&lab, "0101");
	engine_run(lab.engine, (struct dimp_time){1100000});
	bridge_lab_send_udp(&lab, 3, &udp);
	bridge_lab_check(&lab, "0001");
	bridge_lab_destroy(&lab);
}

static void test_bridge_broadcasts_once_a_port(void)
{
	struct bridge_lab lab;
	const struct made_udp udp = bridge_lab_udp(&bridge_lab_everyone, &bridge_lab_host);

	bridge_lab_make(&lab);
	edge_bridge_attach(lab.bridge, BRIDGE_LAB_FAR, 1, engine_now(lab.engine));
	bridge_lab_send_udp(&lab, 3, &udp);
	bridge_lab_check(&lab, "1101");
	CHECK_EQ(lab.heard[EDGE_TO_VM], 3);
	bridge_lab_destroy(&lab);
}

static void test_bridge_believes_dhcp_servers_behind_trusted_ports_only(void)
{
	struct bridge_lab lab;
	struct made_udp offer = bridge_lab_udp(&bridge_lab_vms[BRIDGE_LAB_FIRST], &bridge_lab_host);

	bridge_lab_make(&lab);
	offer.from_port = 67;
	offer.to_port = 68;
	bridge_lab_send_udp(&lab, 4, &offer);
	bridge_lab_check(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_SOURCE_GUARD), 1);
	bridge_lab_send_udp(&lab, 3, &offer);
	bridge_lab_check(&lab, "1000");
	bridge_lab_destroy(&lab);
}

static void test_bridge_forgets_a_vm_that_left(void)
{
	struct bridge_lab lab;
	const struct made_udp there =
		bridge_lab_udp(&bridge_lab_host, &bridge_lab_vms[BRIDGE_LAB_FIRST]);
	const struct made_udp back =
		bridge_lab_udp(&bridge_lab_vms[BRIDGE_LAB_FIRST], &bridge_lab_host);

	bridge_lab_make(&lab);
	bridge_lab_send_udp(&lab, 1, &there);
	edge_bridge_leave(lab.bridge, BRIDGE_LAB_FIRST, engine_now(lab.engine));
	bridge_lab_send_udp(&lab, 4, &back);
	bridge_lab_check(&lab, "0010");
	bridge_lab_send_udp(&lab, 1, &there);
	bridge_lab_check(&lab, "0000");
	/* Heard from the uplink, it is known there. */
	bridge_lab_send_udp(&lab, 3, &there);
	bridge_lab_send_udp(&lab, 4, &back);
	bridge_lab_check(&lab, "0010");
	bridge_lab_destroy(&lab);
}

static void test_bridge_keeps_eapol_and_link_local_frames(void)
{
	struct bridge_lab lab;
	const struct dimp_mac pae = {{0x01, 0x80, 0xc2, 0, 0, 3}};
	const struct made_frame eapol =
		make_frame(&pae, &bridge_lab_vms[BRIDGE_LAB_FIRST], 0x888e, 46);
	const struct made_frame local = make_frame(&pae, &bridge_lab_host, 0x1234, 46);

	bridge_lab_make(&lab);
	bridge_lab_send(&lab, 1, &eapol);
	bridge_lab_check(&lab, "0000");
	CHECK_EQ(lab.heard[EDGE_FROM_VM], 1);
	bridge_lab_send(&lab, 4, &local);
	bridge_lab_check(&lab, "0000");
	bridge_lab_destroy(&lab);
}

static void install(struct bridge_lab *lab, unsigned slot, const struct dimp_record *record)
{
	CHECK(edge_bridge_install(lab->bridge, slot, record, engine_now(lab->engine)));
}

/* DIMP 8.8-1, 8.8-3: an address within the VM is the VM's, and nobody else's once it is sticky. */
static void test_bridge_knows_learned_addresses(void)
{
	static const struct dimp_mac nested = {{6, 0, 0, 0, 0, 1}};
	struct bridge_lab lab;
	const struct made_udp there = bridge_lab_udp(&bridge_lab_host, &nested);
	const struct made_udp back = bridge_lab_udp(&nested, &bridge_lab_host);
	struct dimp_record learned = {.type = DIMP_DI_LEARNED_MAC,
		.operation = DIMP_OPERATION_PUT,
		.body.learned_mac = {.vlan = BRIDGE_LAB_VLAN,
			.client = nested,
			.remaining = 300000}};

	bridge_lab_make(&lab);
	bridge_lab_send_udp(&lab, 1, &there);
	bridge_lab_check(&lab, "0000");
	install(&lab, BRIDGE_LAB_FIRST, &learned);
	bridge_lab_send_udp(&lab, 4, &back);
	bridge_lab_check(&lab, "1000");
	bridge_lab_send_udp(&lab, 1, &there);
	bridge_lab_check(&lab, "0001");
	learned.body.learned_mac.is_sticky = 1;
	install(&lab, BRIDGE_LAB_FIRST, &learned);
	bridge_lab_send_udp(&lab, 3, &there);
	bridge_lab_check(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_PORT_SECURITY), 1);
	bridge_lab_destroy(&lab);
}

static void test_bridge_polices_and_counts(void)
{
	struct bridge_lab lab;
	const struct made_udp there =
		bridge_lab_udp(&bridge_lab_host, &bridge_lab_vms[BRIDGE_LAB_FIRST]);
	struct dimp_record record = {.type = DIMP_DI_POLICER,
		.operation = DIMP_OPERATION_PUT,
		.body.policer = {.direction = DIMP_DIRECTION_RECEIVE,
			.meter = DIMP_METER_SINGLE_RATE,
			.committed_rate = 8,
			.committed_burst = 108,
			.committed_tokens = 108}};
	size_t cursor = 0;

	bridge_lab_make(&lab);
	install(&lab, BRIDGE_LAB_FIRST, &record);
	record = (struct dimp_record){.type = DIMP_DI_TRAFFIC_COUNTERS,
		.operation = DIMP_OPERATION_PUT,
		.body.traffic_counters = {.direction = DIMP_DIRECTION_RECEIVE}};
	install(&lab, BRIDGE_LAB_FIRST, &record);
	for (unsigned frame = 0; frame < 3; frame++)
		bridge_lab_send_udp(&lab, 1, &there); /* 54 octets with tag and FCS */
	bridge_lab_check(&lab, "0000");
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_POLICER), 1);
	const struct dimp_traffic_counters *counters = &di_store_next(edge_bridge_store(lab.bridge),
		BRIDGE_LAB_FIRST, DIMP_DI_TRAFFIC_COUNTERS, &cursor)
								->record.body.traffic_counters;
	CHECK_EQ(counters->unicast_frames, 2);
	CHECK_EQ(counters->discarded_frames, 1);
	bridge_lab_destroy(&lab);
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
