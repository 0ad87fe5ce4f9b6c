/* SPDX-License-Identifier: MIT */
/*
 * Proves that a bridge with RA guard (RFC 6105) takes what routers say from trusted ports alone,
 * and that one without takes it from everywhere.  Port 1 leads to a VM, port 2 to another bridge,
 * port 3 to a host that is not trusted; the frames are Scapy's.
 */
#include "bridge/edge_bridge.h"

#include "check.h"
#include "hexed.h"

enum { PORTS = 4 };

static const char advertisement[] =
	"33330000000152540000000186dd6000000000103afffe80000000000000505400fffe00"
	"0001ff020000000000000000000000000001860025cb000807080000000000000000";
static const char redirect[] =
	"33330000000152540000000186dd6000000000283afffe80000000000000505400fffe00"
	"0001ff02000000000000000000000000000189002e3700000000fe800000000000000000"
	"000000000009fd000000000000000000000000000001";
static const char solicitation[] =
	"33330000000152540000000186dd6000000000183afffe80000000000000505400fffe00"
	"0001ff02000000000000000000000000000187002d4900000000fe800000000000000000"
	"000000000009";

struct lab {
	struct engine *engine;
	struct edge_bridge *bridge;
	unsigned ends[PORTS];
	unsigned arrivals[PORTS];
};

static void arrive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	unsigned *const arrivals = context;

	(void)port;
	(void)frame;
	(void)now;
	(*arrivals)++;
}

static void make_lab(struct lab *lab, bool is_router_guarding)
{
	const struct engine_link_config cable = {.delay_us = 1};
	const struct attachment vm = {.mac = {{0x52, 0x54, 0, 0, 0, 1}}};

	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = lab->engine,
		.name = "edge-a",
		.ports = PORTS,
		.address = {{2, 0, 0, 0, 0, 0xaa}},
		.attachments_max = 1,
		.is_router_guarding = is_router_guarding,
	});
	for (unsigned port = 1; port < PORTS; port++) {
		lab->ends[port] = engine_node_add(lab->engine, "end", arrive, &lab->arrivals[port]);
		engine_link_add(lab->engine,
			(struct engine_endpoint){edge_bridge_node(lab->bridge), port},
			(struct engine_endpoint){lab->ends[port], 0}, &cable);
	}
	edge_bridge_set_port(lab->bridge, 1, EDGE_PORT_STATION, false);
	edge_bridge_set_port(lab->bridge, 2, EDGE_PORT_UPLINK, true);
	edge_bridge_set_port(lab->bridge, 3, EDGE_PORT_HOST, false);
	CHECK(edge_bridge_know(lab->bridge, &vm));
	edge_bridge_attach(lab->bridge, 0, 1, engine_now(lab->engine));
}

/* How many ports get the frame that is sent at the far end of |port|. */
static unsigned reach(struct lab *lab, unsigned port, const char *hex)
{
	const struct hexed frame = hexed_from(hex);
	unsigned reached = 0;

	for (unsigned each = 1; each < PORTS; each++)
		lab->arrivals[each] = 0;
	engine_transmit(lab->engine, (struct engine_endpoint){lab->ends[port], 0},
		hexed_view(&frame));
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + 10});
	for (unsigned each = 1; each < PORTS; each++)
		reached += lab->arrivals[each];
	return reached;
}

static void destroy_lab(struct lab *lab)
{
	edge_bridge_destroy(lab->bridge);
	engine_destroy(lab->engine);
}

static void test_router_guard_lets_nobody_be_a_router(void)
{
	struct lab lab;

	make_lab(&lab, true);
	CHECK_EQ(reach(&lab, 1, advertisement), 0);
	CHECK_EQ(reach(&lab, 1, redirect), 0);
	CHECK_EQ(reach(&lab, 3, advertisement), 0);
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_SOURCE_GUARD), 3);
	CHECK_EQ(reach(&lab, 1, solicitation), 2);
	destroy_lab(&lab);
}

static void test_router_guard_trusts_the_network(void)
{
	struct lab lab;

	make_lab(&lab, true);
	/* The host gets it; the VM is not told what comes from its own address. */
	CHECK_EQ(reach(&lab, 2, advertisement), 1);
	CHECK_EQ(edge_bridge_drops(lab.bridge, GATE_SOURCE_GUARD), 0);
	destroy_lab(&lab);
}

static void test_router_guard_is_asked_for(void)
{
	struct lab lab;

	make_lab(&lab, false);
	CHECK_EQ(reach(&lab, 1, advertisement), 2);
	CHECK_EQ(reach(&lab, 1, redirect), 2);
	destroy_lab(&lab);
}

static const struct test_case tests[] = {
	TEST(test_router_guard_lets_nobody_be_a_router),
	TEST(test_router_guard_trusts_the_network),
	TEST(test_router_guard_is_asked_for),
	TEST_END,
};

const struct test_suite suite_router_guard = {"router_guard", tests};
