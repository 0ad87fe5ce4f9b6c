/* SPDX-License-Identifier: MIT */
/*
 * Proves that a DHCP message gets option 82 as its last one, with the octets and checksums that
 * Scapy makes, and loses it again without another octet changed; that what is no client's message
 * stays as it is; and that a bridge does so between a VM's port and the rest, in the bridge's name.
 */
#include "bridge/relay_agent.h"

#include <string.h>

#include "bridge/edge_bridge.h"
#include "check.h"
#include "net/relay_information.h"

enum { FIXED = 236, IP_AT = 14, UDP_AT = 34, MESSAGE_AT = 42, OPTIONS_AT = MESSAGE_AT + FIXED };
enum { FRAME_MAX = 400 };

static const uint8_t link_and_ip[] = {255, 255, 255, 255, 255, 255, 0x52, 0x54, 0, 0, 0, 1, 8, 0,
	0x45, 0, 1, 0x14, 0, 0, 0, 0, 64, 17, 0x79, 0xda, 0, 0, 0, 0, 255, 255, 255, 255};
static const uint8_t udp[] = {0, 68, 0, 67, 1, 0, 0x46, 0xa2};
/* The cookie, DISCOVER, the host name "vm", END. */
static const uint8_t options[] = {0x63, 0x82, 0x53, 0x63, 53, 1, 1, 12, 2, 'v', 'm', 255};

static const struct attachment vm = {.mac = {{0x52, 0x54, 0, 0, 0, 1}}, .vlan = 42, .port = 1};
static const struct relay_agent agent = {"edge-a", {{2, 0, 0, 0, 0, 0xaa}}};

/* A DISCOVER of the VM; its size. */
static size_t make_discover(uint8_t octets[FRAME_MAX])
{
	memset(octets, 0, FRAME_MAX);
	memcpy(octets, link_and_ip, sizeof link_and_ip);
	memcpy(octets + UDP_AT, udp, sizeof udp);
	memcpy(octets + MESSAGE_AT, (const uint8_t[]){1, 1, 6, 0, 0, 0, 0, 7}, 8);
	memcpy(octets + MESSAGE_AT + 28, vm.mac.octets, sizeof vm.mac.octets);
	memcpy(octets + OPTIONS_AT, options, sizeof options);
	return OPTIONS_AT + sizeof options;
}

static size_t mark(const uint8_t *octets, size_t size, uint8_t marked[EDGE_FRAME_SIZE_MAX])
{
	struct edge_frame frame;

	return edge_frame_read((struct dimp_view){octets, size}, &frame)
		? relay_agent_mark(&agent, &vm, &frame, marked)
		: 0;
}

static size_t unmark(const uint8_t *octets, size_t size, uint8_t plain[EDGE_FRAME_SIZE_MAX])
{
	struct edge_frame frame;

	return edge_frame_read((struct dimp_view){octets, size}, &frame)
		? relay_agent_unmark(&frame, plain)
		: 0;
}

static void test_relay_agent_marks_as_scapy_does(void)
{
	uint8_t octets[FRAME_MAX], marked[EDGE_FRAME_SIZE_MAX];
	const size_t size = mark(octets, make_discover(octets), marked);

	REQUIRE(size == OPTIONS_AT + sizeof options + 23);
	CHECK_BYTES(marked + IP_AT, 20, "4500012b 00000000 401179c3 00000000 ffffffff");
	CHECK_BYTES(marked + UDP_AT, 8, "0044 0043 0117 92d9");
	CHECK_BYTES(marked + OPTIONS_AT, size - OPTIONS_AT,
		"63825363 350101 0c02766d 5215 010b 656467652d612f313a3432 0206 0200000000aa ff");
	CHECK(memcmp(marked + MESSAGE_AT, octets + MESSAGE_AT, FIXED) == 0);
}

static void test_relay_agent_takes_out_what_it_put_in(void)
{
	uint8_t octets[FRAME_MAX], marked[EDGE_FRAME_SIZE_MAX], plain[EDGE_FRAME_SIZE_MAX];
	const size_t size = make_discover(octets);

	/* An answer's ports: the sum stays. */
	octets[UDP_AT + 1] = 67;
	octets[UDP_AT + 3] = 68;
	CHECK_EQ(unmark(octets, size, plain), 0);
	octets[UDP_AT + 1] = 68;
	octets[UDP_AT + 3] = 67;
	const size_t longer = mark(octets, size, marked);
	marked[UDP_AT + 1] = octets[UDP_AT + 1] = 67;
	marked[UDP_AT + 3] = octets[UDP_AT + 3] = 68;
	REQUIRE(unmark(marked, longer, plain) == size);
	CHECK(memcmp(plain, octets, size) == 0);
}

static void test_relay_agent_leaves_the_rest_alone(void)
{
	uint8_t octets[FRAME_MAX], marked[EDGE_FRAME_SIZE_MAX], twice[EDGE_FRAME_SIZE_MAX];
	size_t size = make_discover(octets);
	const size_t longer = mark(octets, size, marked);

	CHECK_EQ(mark(marked, longer, twice), 0); /* one option is enough */
	octets[OPTIONS_AT] = 0; /* no cookie; the sum is not told */
	memset(octets + UDP_AT + 6, 0, 2);
	CHECK_EQ(mark(octets, size, twice), 0);
	size = make_discover(octets);
	octets[UDP_AT + 7]++; /* a wrong sum */
	CHECK_EQ(mark(octets, size, twice), 0);
	size = make_discover(octets);
	octets[UDP_AT + 1] = 69; /* not from a client's port */
	octets[UDP_AT + 7]--;
	CHECK_EQ(mark(octets, size, twice), 0);
}

static void test_relay_information_is_read(void)
{
	static const uint8_t value[] = {9, 1, 'x', 1, 2, 'a', 'b', 2, 1, 'r'};
	struct relay_information information;

	REQUIRE(relay_information_read((struct dimp_view){value, sizeof value}, &information));
	CHECK_BYTES(information.circuit.octets, information.circuit.size, "6162");
	CHECK_BYTES(information.remote.octets, information.remote.size, "72");
	CHECK(!relay_information_read((struct dimp_view){value, sizeof value - 1}, &information));
	/* An option that ends within a suboption's length: nothing is waited for. */
	CHECK(!relay_information_read((struct dimp_view){value, 4}, &information));
}

/* ---- At a bridge: the VM on port 1, a trusted host on port 2 ---- */

struct far_end {
	uint8_t octets[FRAME_MAX];
	size_t size;
};

static void arrive(void *context, unsigned port, struct dimp_view frame, struct dimp_time now)
{
	struct far_end *const end = context;

	(void)port;
	(void)now;
	end->size = frame.size < sizeof end->octets ? frame.size : 0;
	memcpy(end->octets, frame.octets, end->size);
}

/* What comes of a frame from the far end of |port|. */
static void send_from(struct engine *engine, unsigned node, const uint8_t *octets, size_t size)
{
	engine_transmit(engine, (struct engine_endpoint){node, 0},
		(struct dimp_view){octets, size});
	engine_run(engine, (struct dimp_time){engine_now(engine).us + 1000});
}

static void test_relay_agent_of_a_bridge_stands_between(void)
{
	static struct far_end ends[2];
	const struct engine_link_config cable = {.delay_us = 1};
	uint8_t octets[FRAME_MAX];
	unsigned nodes[2];
	struct engine *const engine = engine_native_create(1);
	struct edge_bridge *const bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = engine,
		.name = "edge-a",
		.ports = 3,
		.address = agent.address,
		.attachments_max = 1,
		.is_relay_agent = true,
	});

	for (unsigned index = 0; index < 2; index++) {
		nodes[index] = engine_node_add(engine, "end", arrive, &ends[index]);
		engine_link_add(engine,
			(struct engine_endpoint){edge_bridge_node(bridge), index + 1},
			(struct engine_endpoint){nodes[index], 0}, &cable);
	}
	edge_bridge_set_port(bridge, 1, EDGE_PORT_STATION, false);
	edge_bridge_set_port(bridge, 2, EDGE_PORT_HOST, true);
	CHECK(edge_bridge_know(bridge, &vm));
	edge_bridge_attach(bridge, 0, 1, engine_now(engine));
	const size_t size = make_discover(octets);
	send_from(engine, nodes[0], octets, size);
	REQUIRE(ends[1].size == size + EDGE_TAG_SIZE + 23);
	CHECK_BYTES(ends[1].octets + 12, 4, "8100 002a");
	/* It comes back as the server's, with the option. */
	memcpy(ends[1].octets + 6, agent.address.octets, 6);
	ends[1].octets[EDGE_TAG_SIZE + UDP_AT + 1] = 67;
	ends[1].octets[EDGE_TAG_SIZE + UDP_AT + 3] = 68;
	send_from(engine, nodes[1], ends[1].octets, ends[1].size);
	CHECK_EQ(ends[0].size, size + EDGE_TAG_SIZE);
	CHECK_BYTES(ends[0].octets + EDGE_TAG_SIZE + OPTIONS_AT, 12, "63825363 350101 0c02766d ff");
	edge_bridge_destroy(bridge);
	engine_destroy(engine);
}

static const struct test_case tests[] = {
	TEST(test_relay_agent_marks_as_scapy_does),
	TEST(test_relay_agent_takes_out_what_it_put_in),
	TEST(test_relay_agent_leaves_the_rest_alone),
	TEST(test_relay_information_is_read),
	TEST(test_relay_agent_of_a_bridge_stands_between),
	TEST_END,
};

const struct test_suite suite_relay_agent = {"relay_agent", tests};
