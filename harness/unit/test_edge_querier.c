/*
 * Proves that a bridge which is querier asks a VM that leaves a group twice, a second apart, and
 * only while the VM's DI is in force at it.  The packets are Scapy's.
 */
#include "bridge/edge_bridge.h"

#include <string.h>

#include "check.h"
#include "frame_maker.h"
#include "hexed.h"
#include "net/ipv4.h"

enum { VLAN = 42, VM = 0, PACKET_AT = 18 };

struct lab {
	struct engine *engine;
	struct edge_bridge *bridge;
	unsigned station;
	unsigned arrivals;
	uint8_t last[256];
};

static const struct dimp_mac vm_mac = {{0x52, 0x54, 0, 0, 0, 1}};

/* A leave of 239.1.1.1; TO_INCLUDE of nothing for ff0e::101. */
static const char leave[] = "460000200000000001023ac20a000014e0000002940400001714f8e8ef010101";
static const char leave6[] =
	"6000000000240001fe800000000000000000000000000020ff020000000000000000000000000016"
	"3a00050200000100 8f006fde0000000103000000ff0e0000000000000000000000000101";

static void arrive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct lab *const lab = context;

	(void)port;
	(void)now;
	lab->arrivals++;
	if (frame.size <= sizeof lab->last)
		memcpy(lab->last, frame.octets, frame.size);
}

static void install(struct lab *lab, struct dimp_ip group)
{
	const uint8_t version = ipv4_is_mapped(&group) ? 3 : 2;
	const struct dimp_record record = {.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_membership = {.vlan = VLAN,
			.group = group,
			.filter_mode = DIMP_FILTER_MODE_EXCLUDE,
			.host_version = version,
			.remaining = 2000}};

	CHECK(edge_bridge_install(lab->bridge, VM, &record, engine_now(lab->engine)));
}

static void make_lab_as(struct lab *lab, const struct edge_querier_config *querier)
{
	const struct engine_link_config cable = {.delay_us = 1};
	const struct attachment vm = {.mac = vm_mac, .vlan = VLAN};

	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = lab->engine,
		.name = "edge-a",
		.ports = 2,
		.address = {{2, 0, 0, 0, 0, 0xaa}},
		.attachments_max = 1,
		.querier = *querier,
	});
	REQUIRE(lab->bridge != NULL);
	lab->station = engine_node_add(lab->engine, "server-1", arrive, lab);
	engine_link_add(lab->engine, (struct engine_endpoint){edge_bridge_node(lab->bridge), 1},
		(struct engine_endpoint){lab->station, 0}, &cable);
	edge_bridge_set_port(lab->bridge, 1, EDGE_PORT_STATION, false);
	CHECK(edge_bridge_know(lab->bridge, &vm));
	edge_bridge_attach(lab->bridge, VM, 1, engine_now(lab->engine));
	install(lab, edge_ip_from_ipv4((const uint8_t[]){239, 1, 1, 1}));
	install(lab, (struct dimp_ip){{0xff, 0x0e, [14] = 1, [15] = 1}});
}

static void make_lab(struct lab *lab, bool is_querier)
{
	make_lab_as(lab, &(struct edge_querier_config){.is_on = is_querier});
}

static void destroy_lab(struct lab *lab)
{
	edge_bridge_destroy(lab->bridge);
	engine_destroy(lab->engine);
}

static void pass(struct lab *lab, uint64_t us)
{
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + us});
}

static void say(struct lab *lab, uint16_t ethertype, const char *packet)
{
	const struct dimp_mac to = {{1, 0, 0x5e, 0, 0, 2}};
	const struct hexed octets = hexed_from(packet);
	struct made_frame frame = make_frame(&to, &vm_mac, ethertype, 0);

	memcpy(frame.octets + frame.size, octets.octets, octets.size);
	frame.size += octets.size;
	engine_transmit(lab->engine, (struct engine_endpoint){lab->station, 0}, made_view(&frame));
	pass(lab, 10);
}

static void test_edge_querier_asks_twice_for_the_last_member(void)
{
	struct lab lab;

	make_lab(&lab, true);
	say(&lab, EDGE_ETHERTYPE_IPV4, leave);
	CHECK_EQ(lab.arrivals, 1);
	CHECK_BYTES(lab.last, 6, "01005e010101");
	/* From 0.0.0.0 to the group, with a router alert; it has a second to answer. */
	CHECK_BYTES(lab.last + PACKET_AT + 12, 24,
		"00000000ef01010194040000 110afcf2ef01010102000000");
	/* What is asked already is not asked once more. */
	say(&lab, EDGE_ETHERTYPE_IPV4, leave);
	CHECK_EQ(lab.arrivals, 1);
	pass(&lab, 1000000);
	CHECK_EQ(lab.arrivals, 2);
	pass(&lab, 5000000);
	CHECK_EQ(lab.arrivals, 2);
	destroy_lab(&lab);
}

static void test_edge_querier_asks_in_mld_too(void)
{
	struct lab lab;

	make_lab(&lab, true);
	say(&lab, EDGE_ETHERTYPE_IPV6, leave6);
	CHECK_EQ(lab.arrivals, 1);
	CHECK_BYTES(lab.last, 6, "333300000101");
	CHECK_BYTES(lab.last + PACKET_AT, 76,
		"6000000000240001fe80000000000000000000fffe0000aaff0e0000000000000000000000000101"
		"3a00050200000100 8200797603e80000ff0e000000000000000000000000010102000000");
	destroy_lab(&lab);
}

static void test_edge_querier_is_silent_for_vms_that_are_elsewhere(void)
{
	struct lab lab;

	make_lab(&lab, true);
	say(&lab, EDGE_ETHERTYPE_IPV4, leave);
	CHECK_EQ(lab.arrivals, 1);
	edge_bridge_leave(lab.bridge, VM, engine_now(lab.engine));
	pass(&lab, 5000000);
	CHECK_EQ(lab.arrivals, 1);
	/* It is expected: blocked, whatever it says, until its DI is in force. */
	edge_bridge_expect(lab.bridge, VM, 1);
	say(&lab, EDGE_ETHERTYPE_IPV4, leave);
	pass(&lab, 5000000);
	CHECK_EQ(lab.arrivals, 1);
	destroy_lab(&lab);
}

static void test_edge_querier_asks_only_when_it_is_one(void)
{
	struct lab lab;

	make_lab(&lab, false);
	say(&lab, EDGE_ETHERTYPE_IPV4, leave);
	say(&lab, EDGE_ETHERTYPE_IPV6, leave6);
	pass(&lab, 5000000);
	CHECK_EQ(lab.arrivals, 0);
	destroy_lab(&lab);
}

/* IGMPv3 and MLDv2 at once, again after a quarter of the interval and then each interval; from
 * 0.0.0.0 and its link-local address, robustness 2, to be answered in 10 s. */
static void test_edge_querier_asks_in_general_where_vms_are(void)
{
	struct lab lab;

	make_lab_as(&lab, &(struct edge_querier_config){.is_on = true, .interval_us = 40000000});
	pass(&lab, 100);
	CHECK_EQ(lab.arrivals, 2);
	CHECK_BYTES(lab.last, 6, "01005e000001");
	CHECK_BYTES(lab.last + PACKET_AT + 12, 24,
		"00000000e000000194040000 1164ec7300000000 02280000");
	pass(&lab, 10000000);
	CHECK_EQ(lab.arrivals, 4);
	pass(&lab, 40000000);
	CHECK_EQ(lab.arrivals, 6);
	destroy_lab(&lab);
}

static size_t memberships(const struct lab *lab)
{
	return di_store_count(edge_bridge_store(lab->bridge), VM, DIMP_DI_MULTICAST_MEMBERSHIP);
}

static void test_edge_querier_asks_nobody_where_leaves_are_fast(void)
{
	struct lab lab;

	make_lab(&lab, true);
	edge_bridge_set_fast_leave(lab.bridge, 1);
	CHECK_EQ(memberships(&lab), 2);
	say(&lab, EDGE_ETHERTYPE_IPV4, leave);
	CHECK_EQ(memberships(&lab), 1);
	say(&lab, EDGE_ETHERTYPE_IPV6, leave6);
	CHECK_EQ(memberships(&lab), 0);
	pass(&lab, 5000000);
	CHECK_EQ(lab.arrivals, 0);
	destroy_lab(&lab);
}

static const struct test_case tests[] = {
	TEST(test_edge_querier_asks_twice_for_the_last_member),
	TEST(test_edge_querier_asks_in_mld_too),
	TEST(test_edge_querier_is_silent_for_vms_that_are_elsewhere),
	TEST(test_edge_querier_asks_only_when_it_is_one),
	TEST(test_edge_querier_asks_in_general_where_vms_are),
	TEST(test_edge_querier_asks_nobody_where_leaves_are_fast),
	TEST_END,
};

const struct test_suite suite_edge_querier = {"edge_querier", tests};
