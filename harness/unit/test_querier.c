/*
 * Proves that a multicast router of the network asks in general and after a leave, keeps what is
 * reported for as long as that is answered, and is silent while another with a lower address asks.
 */
#include "actors/querier.h"

#include <string.h>

#include "check.h"
#include "net/group_frame.h"
#include "net/igmp.h"
#include "net/ipv4.h"

enum { VLAN = 42 };

static const uint64_t second = 1000000;

struct lab {
	struct engine *engine;
	struct network_host *host;
	struct querier *querier;
	unsigned wire;
	unsigned general, specific, suppressed;
	struct dimp_ip last; /* group asked about */
};

static struct dimp_ip ipv4(uint8_t first, uint8_t last)
{
	return ipv4_mapped(&(struct dimp_ipv4){{first, 1, 1, last}});
}

static void arrive(void *context, unsigned port, struct dimp_view octets, struct dimp_time now)
{
	struct lab *const lab = context;
	struct edge_frame frame;
	struct ipv4_packet packet;
	struct group_message message;

	(void)port;
	(void)now;
	REQUIRE(edge_frame_read(octets, &frame));
	CHECK_EQ(frame.vlan, VLAN);
	if (frame.ethertype != EDGE_ETHERTYPE_IPV4)
		return;
	const struct dimp_view payload = {octets.octets + frame.payload,
		octets.size - frame.payload};
	CHECK_EQ(ipv4_read(payload, &packet), PACKET_WHOLE);
	CHECK_EQ(igmp_read(packet.payload, &message), PACKET_WHOLE);
	lab->general += message.is_general;
	lab->specific += !message.is_general;
	lab->suppressed += message.is_suppressed;
	lab->last = message.group;
}

static void make_lab(struct lab *lab, uint8_t mld)
{
	static const struct dimp_mac mac = {{2, 0, 0, 0, 0, 9}};
	static const uint16_t vlans[] = {VLAN};
	const struct engine_link_config cable = {.delay_us = 1};

	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->host = network_host_create(lab->engine, "router", &mac);
	lab->wire = engine_node_add(lab->engine, "wire", arrive, lab);
	engine_link_add(lab->engine, (struct engine_endpoint){network_host_node(lab->host), 0},
		(struct engine_endpoint){lab->wire, 0}, &cable);
	lab->querier = querier_create(&(struct querier_config){.engine = lab->engine,
					      .host = lab->host,
					      .vlans = vlans,
					      .vlan_count = 1,
					      .address = ipv4(10, 5),
					      .igmp = 3,
					      .mld = mld,
					      .interval_us = 100 * second,
					      .response_us = 10 * second},
		(struct dimp_time){1000});
	REQUIRE(lab->querier != NULL);
}

static void destroy_lab(struct lab *lab)
{
	querier_destroy(lab->querier);
	network_host_destroy(lab->host);
	engine_destroy(lab->engine);
}

static void pass(struct lab *lab, uint64_t seconds)
{
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + seconds * second});
}

/* Somebody sends |message| in the VLAN. */
static void say(struct lab *lab, const struct dimp_ip *from, const struct group_message *message)
{
	const struct group_envelope envelope = {{{2, 0, 0, 0, 0, 1}}, *from,
		message->kind == GROUP_QUERY ? group_all_hosts(true) : message->group};
	uint8_t octets[GROUP_FRAME_MAX], tagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	struct edge_frame frame;
	const struct dimp_view whole = {octets, group_frame_write(&envelope, message, octets)};

	REQUIRE(edge_frame_read(whole, &frame));
	const size_t size = edge_frame_retag(&frame, VLAN, tagged);
	engine_transmit(lab->engine, (struct engine_endpoint){lab->wire, 0},
		(struct dimp_view){tagged, size});
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + 10});
}

static void test_querier_asks_in_general_and_forgets_who_is_silent(void)
{
	const struct group_message report = {.kind = GROUP_REPORT,
		.version = 2,
		.group = ipv4(239, 1)};
	const struct dimp_ip member = ipv4(10, 20);
	struct lab lab;

	make_lab(&lab, 2);
	pass(&lab, 1);
	CHECK_EQ(lab.general, 1);
	pass(&lab, 25);
	CHECK_EQ(lab.general, 2);
	say(&lab, &member, &report);
	CHECK_EQ(querier_memberships(lab.querier, VLAN), 1);
	CHECK_EQ(querier_memberships(lab.querier, VLAN + 1), 0);
	/* 2 * 100 s + 10 s of silence. */
	pass(&lab, 209);
	CHECK_EQ(querier_memberships(lab.querier, VLAN), 1);
	pass(&lab, 1);
	CHECK_EQ(querier_memberships(lab.querier, VLAN), 0);
	CHECK_EQ(lab.general, 4);
	CHECK_EQ(lab.specific, 0);
	destroy_lab(&lab);
}

static void test_querier_asks_for_the_last_member(void)
{
	struct group_message message = {.kind = GROUP_REPORT, .version = 2, .group = ipv4(239, 1)};
	const struct dimp_ip one = ipv4(10, 20), other = ipv4(10, 21);
	struct lab lab;

	make_lab(&lab, 0);
	say(&lab, &one, &message);
	message.kind = GROUP_LEAVE;
	say(&lab, &one, &message);
	CHECK_EQ(lab.specific, 1);
	CHECK(group_address_is_same(&lab.last, &message.group));
	/* Another one answers: asked once more, all the same, but known to be wanted. */
	message.kind = GROUP_REPORT;
	say(&lab, &other, &message);
	pass(&lab, 3);
	CHECK_EQ(lab.specific, 2);
	CHECK_EQ(lab.suppressed, 1);
	CHECK_EQ(querier_memberships(lab.querier, VLAN), 1);
	message.kind = GROUP_LEAVE;
	say(&lab, &other, &message);
	pass(&lab, 3);
	CHECK_EQ(lab.specific, 4);
	CHECK_EQ(querier_memberships(lab.querier, VLAN), 0);
	destroy_lab(&lab);
}

static void test_querier_yields_to_the_lower_address(void)
{
	const struct group_message query = {.kind = GROUP_QUERY,
		.version = 3,
		.is_general = true,
		.response_us = 10 * second,
		.robustness = 2,
		.interval_us = 100 * second};
	struct group_message message = {.kind = GROUP_REPORT, .version = 2, .group = ipv4(239, 1)};
	const struct dimp_ip lower = ipv4(10, 4), higher = ipv4(10, 6), member = ipv4(10, 20);
	struct lab lab;

	make_lab(&lab, 0);
	pass(&lab, 1);
	say(&lab, &higher, &query);
	pass(&lab, 25);
	CHECK_EQ(lab.general, 2);
	say(&lab, &lower, &query);
	say(&lab, &member, &message);
	message.kind = GROUP_LEAVE;
	say(&lab, &member, &message);
	pass(&lab, 204);
	CHECK_EQ(lab.general, 2);
	CHECK_EQ(lab.specific, 0);
	/* It ended all the same: a router that is not the querier has the same timers. */
	CHECK_EQ(querier_memberships(lab.querier, VLAN), 0);
	pass(&lab, 1);
	CHECK_EQ(lab.general, 3);
	destroy_lab(&lab);
}

static const struct test_case tests[] = {
	TEST(test_querier_asks_in_general_and_forgets_who_is_silent),
	TEST(test_querier_asks_for_the_last_member),
	TEST(test_querier_yields_to_the_lower_address),
	TEST_END,
};

const struct test_suite suite_querier = {"querier", tests};
