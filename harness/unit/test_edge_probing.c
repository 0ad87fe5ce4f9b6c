/* SPDX-License-Identifier: MIT */
/*
 * Proves that a bridge asks for duplicates before it binds an address that a VM uses without having
 * asked (RFC 6620 3.2.2), whom it asks, how often, and what ends it.  The packets are Scapy's.
 * Ports 1 and 2 lead to servers with a VM each, port 3 to another bridge.
 */
#include "bridge/di_learner.h"
#include "bridge/edge_bridge.h"

#include <string.h>

#include "check.h"
#include "frame_maker.h"
#include "hexed.h"

enum { PORTS = 4, VLAN = 42, FIRST = 0, SECOND_VM = 1, UPLINK = 3 };

struct arrivals {
	unsigned count;
	uint8_t last[128];
};

struct lab {
	struct engine *engine;
	struct edge_bridge *bridge;
	struct di_learner *learner;
	unsigned ends[PORTS];
	struct arrivals arrivals[PORTS];
};

static const uint64_t ms = 1000;
static const struct dimp_mac vm_macs[2] = {{{0x52, 0x54, 0, 0, 0, 1}}, {{0x52, 0x54, 0, 0, 0, 2}}};
static const struct dimp_mac host_mac = {{2, 0, 0, 0, 0, 9}};
static const struct dimp_ip address = {{0x20, 1, 0xd, 0xb8, [15] = 0xa}};

/* UDP from 2001:db8::a to 2001:db8::1. */
static const char data[] = "60000000000a1140 20010db800000000000000000000000a"
			   "20010db8000000000000000000000001 03e807d0000a303c6869";
/* 2001:db8::a is at 52:54:00:00:00:01, and at 02:00:00:00:00:09, say advertisements to all. */
static const char first_has_it[] = "6000000000203aff 20010db800000000000000000000000a"
				   "ff020000000000000000000000000001 8800a8c420000000"
				   "20010db800000000000000000000000a 0201525400000001";
static const char host_has_it[] = "6000000000203aff 20010db800000000000000000000000a"
				  "ff020000000000000000000000000001 8800f91020000000"
				  "20010db800000000000000000000000a 0201020000000009";
/* Ether / Dot1Q / IPv6 / ICMPv6ND_NS, the bridge's. */
static const char probe[] =
	"3333ff00000a 0200000000aa 8100002a 86dd 6000000000183aff 00000000000000000000000000000000"
	"ff0200000000000000000001ff00000a 87004cdb00000000 20010db800000000000000000000000a";
enum { PROBE_SIZE = 82 };

static void arrive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct arrivals *const arrivals = context;

	(void)port;
	(void)now;
	arrivals->count++;
	if (frame.size <= sizeof arrivals->last)
		memcpy(arrivals->last, frame.octets, frame.size);
}

static void add_vm(struct lab *lab, unsigned number, unsigned port)
{
	const struct attachment vm = {.mac = vm_macs[number],
		.vlan = VLAN,
		.is_discovery_bound = true};

	CHECK(edge_bridge_know(lab->bridge, &vm));
	edge_bridge_attach(lab->bridge, number, port, engine_now(lab->engine));
}

static void make_lab(struct lab *lab)
{
	const struct engine_link_config cable = {.delay_us = 1};
	static const char *const names[PORTS] = {"", "server-1", "server-2", "edge-b"};

	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->learner = di_learner_create(
		&(struct di_learner_config){.slots = 2, .acl_template = "", .has_savi = true});
	REQUIRE(lab->learner != NULL);
	lab->bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = lab->engine,
		.name = "edge-a",
		.ports = PORTS,
		.address = {{2, 0, 0, 0, 0, 0xaa}},
		.attachments_max = 2,
		.learner = di_learner_hooks(lab->learner),
	});
	REQUIRE(lab->bridge != NULL);
	for (unsigned port = 1; port < PORTS; port++) {
		lab->ends[port] =
			engine_node_add(lab->engine, names[port], arrive, &lab->arrivals[port]);
		engine_link_add(lab->engine,
			(struct engine_endpoint){edge_bridge_node(lab->bridge), port},
			(struct engine_endpoint){lab->ends[port], 0}, &cable);
	}
	edge_bridge_set_port(lab->bridge, 1, EDGE_PORT_STATION, false);
	edge_bridge_set_port(lab->bridge, 2, EDGE_PORT_STATION, false);
	edge_bridge_set_port(lab->bridge, UPLINK, EDGE_PORT_UPLINK, true);
	add_vm(lab, FIRST, 1);
	add_vm(lab, SECOND_VM, 2);
	REQUIRE(di_learner_bind(lab->learner, lab->bridge));
}

static void destroy_lab(struct lab *lab)
{
	edge_bridge_destroy(lab->bridge);
	di_learner_destroy(lab->learner);
	engine_destroy(lab->engine);
}

static void pass(struct lab *lab, uint64_t us)
{
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + us});
}

/* What arrives from now on is counted anew. */
static void say(struct lab *lab, unsigned port, const struct dimp_mac *from, const char *packet)
{
	const struct dimp_mac to = {{0x33, 0x33, 0, 0, 0, 1}};
	const struct hexed octets = hexed_from(packet);
	struct made_frame frame =
		make_frame(&to, from, port == UPLINK ? 0x8100 : EDGE_ETHERTYPE_IPV6, 0);

	if (port == UPLINK) {
		memcpy(frame.octets + frame.size, "\x00\x2a\x86\xdd", 4);
		frame.size += 4;
	}
	memcpy(frame.octets + frame.size, octets.octets, octets.size);
	frame.size += octets.size;
	memset(lab->arrivals, 0, sizeof lab->arrivals);
	engine_transmit(lab->engine, (struct engine_endpoint){lab->ends[port], 0},
		made_view(&frame));
	pass(lab, 10);
}

static void check_arrivals(const struct lab *lab, const char *expected)
{
	char actual[PORTS];

	for (unsigned port = 1; port < PORTS; port++)
		actual[port - 1] = (char)('0' + lab->arrivals[port].count);
	actual[PORTS - 1] = '\0';
	CHECK_TEXT(actual, expected);
}

/* The state of the VM's binding of the address; 0 without one. */
static unsigned state_of(const struct lab *lab, unsigned slot)
{
	const struct dimp_record key = {.type = DIMP_DI_SAVI_BINDING,
		.body.savi_binding = {.vlan = VLAN, .address = address}};
	const struct di_entry *const entry =
		di_store_find(edge_bridge_store(lab->bridge), slot, &key);

	return entry ? entry->record.body.savi_binding.state : 0;
}

static void bind_first(struct lab *lab)
{
	say(lab, 1, &vm_macs[FIRST], data);
	pass(lab, 600 * ms);
	CHECK_EQ(state_of(lab, FIRST), DIMP_SAVI_STATE_VALID);
}

static void test_edge_probing_asks_the_network_twice(void)
{
	struct lab lab;

	make_lab(&lab);
	say(&lab, 1, &vm_macs[FIRST], data);
	check_arrivals(&lab, "001");
	CHECK_BYTES(lab.arrivals[UPLINK].last, PROBE_SIZE, probe);
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_TENTATIVE);
	pass(&lab, 249 * ms);
	check_arrivals(&lab, "001");
	pass(&lab, 1 * ms);
	check_arrivals(&lab, "002");
	CHECK_BYTES(lab.arrivals[UPLINK].last, PROBE_SIZE, probe);
	/* Until then its frames do not pass, and cause no more probes. */
	say(&lab, 1, &vm_macs[FIRST], data);
	check_arrivals(&lab, "000");
	pass(&lab, 250 * ms);
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_VALID);
	say(&lab, 1, &vm_macs[FIRST], data);
	check_arrivals(&lab, "011");
	CHECK_EQ(edge_bridge_probes(lab.bridge), 2);
	destroy_lab(&lab);
}

/* The address stays where it is; who goes on sending does not have the bridge probe each time. */
static void test_edge_probing_believes_who_has_it_elsewhere(void)
{
	struct lab lab;

	make_lab(&lab);
	say(&lab, 1, &vm_macs[FIRST], data);
	say(&lab, UPLINK, &host_mac, host_has_it);
	CHECK_EQ(state_of(&lab, FIRST), 0);
	say(&lab, 1, &vm_macs[FIRST], data);
	pass(&lab, 400 * ms);
	check_arrivals(&lab, "000");
	CHECK_EQ(edge_bridge_probes(lab.bridge), 1);
	pass(&lab, 100 * ms);
	say(&lab, 1, &vm_macs[FIRST], data);
	check_arrivals(&lab, "001");
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_TENTATIVE);
	destroy_lab(&lab);
}

/* TESTING_VP: another VM here sends from a bound address; the one that has it says so. */
static void test_edge_probing_asks_who_has_it_here(void)
{
	struct lab lab;

	make_lab(&lab);
	bind_first(&lab);
	say(&lab, 2, &vm_macs[SECOND_VM], data);
	check_arrivals(&lab, "101");
	CHECK_BYTES(lab.arrivals[1].last, PROBE_SIZE, probe);
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_TESTING);
	CHECK_EQ(state_of(&lab, SECOND_VM), DIMP_SAVI_STATE_TENTATIVE);
	say(&lab, 1, &vm_macs[FIRST], first_has_it);
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_VALID);
	CHECK_EQ(state_of(&lab, SECOND_VM), 0);
	destroy_lab(&lab);
}

/* It need not answer, if it sends. */
static void test_edge_probing_lets_data_prove_it(void)
{
	struct lab lab;

	make_lab(&lab);
	bind_first(&lab);
	say(&lab, 2, &vm_macs[SECOND_VM], data);
	say(&lab, 1, &vm_macs[FIRST], data);
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_VALID);
	CHECK_EQ(state_of(&lab, SECOND_VM), 0);
	pass(&lab, 600 * ms);
	CHECK_EQ(state_of(&lab, SECOND_VM), 0);
	destroy_lab(&lab);
}

static void test_edge_probing_moves_what_nobody_defends(void)
{
	struct lab lab;

	make_lab(&lab);
	bind_first(&lab);
	say(&lab, 2, &vm_macs[SECOND_VM], data);
	pass(&lab, 600 * ms);
	CHECK_EQ(state_of(&lab, FIRST), 0);
	CHECK_EQ(state_of(&lab, SECOND_VM), DIMP_SAVI_STATE_VALID);
	say(&lab, 2, &vm_macs[SECOND_VM], data);
	check_arrivals(&lab, "101");
	destroy_lab(&lab);
}

/* It could not answer: what is held for its migration stands. */
static void test_edge_probing_leaves_to_a_vm_on_its_way_what_is_its(void)
{
	struct lab lab;

	make_lab(&lab);
	bind_first(&lab);
	edge_bridge_leave(lab.bridge, FIRST, engine_now(lab.engine));
	say(&lab, 2, &vm_macs[SECOND_VM], data);
	check_arrivals(&lab, "000");
	CHECK_EQ(state_of(&lab, SECOND_VM), 0);
	CHECK_EQ(edge_bridge_probes(lab.bridge), 2);
	destroy_lab(&lab);
}

/* At the end of DEFAULT_LT: it and nobody else. */
static void test_edge_probing_asks_a_silent_vm(void)
{
	struct lab lab;

	make_lab(&lab);
	bind_first(&lab);
	memset(lab.arrivals, 0, sizeof lab.arrivals);
	pass(&lab, 300500 * ms);
	check_arrivals(&lab, "200");
	CHECK_BYTES(lab.arrivals[1].last, PROBE_SIZE, probe);
	CHECK_EQ(state_of(&lab, FIRST), 0);
	bind_first(&lab);
	pass(&lab, 300000 * ms);
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_TESTING);
	say(&lab, 1, &vm_macs[FIRST], first_has_it);
	CHECK_EQ(state_of(&lab, FIRST), DIMP_SAVI_STATE_VALID);
	destroy_lab(&lab);
}

static const struct test_case tests[] = {
	TEST(test_edge_probing_asks_the_network_twice),
	TEST(test_edge_probing_believes_who_has_it_elsewhere),
	TEST(test_edge_probing_asks_who_has_it_here),
	TEST(test_edge_probing_lets_data_prove_it),
	TEST(test_edge_probing_moves_what_nobody_defends),
	TEST(test_edge_probing_leaves_to_a_vm_on_its_way_what_is_its),
	TEST(test_edge_probing_asks_a_silent_vm),
	TEST_END,
};

const struct test_suite suite_edge_probing = {"edge_probing", tests};
