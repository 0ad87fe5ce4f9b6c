/*
 * Proves that a bridge reports upstream what a VM that came to it listens to: groups with their
 * modes and sources in one report to the routers, in the version of the querier there, once more
 * within a second while the VM is here, and nothing where no router is.
 */
#include "bridge/edge_bridge_state.h"

#include "check.h"
#include "net/group_frame.h"
#include "net/igmp.h"
#include "net/ipv4.h"

enum { VLAN = 42, VM = 0, UPLINK = 0, STATION = 1 };

struct lab {
	struct engine *engine;
	struct edge_bridge *bridge;
	unsigned wire;
	unsigned reports, records;
	uint8_t version;
	struct dimp_ip from, to;
	uint8_t first_change, last_change;
	size_t last_sources;
};

static struct dimp_ip ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return ipv4_mapped(&(struct dimp_ipv4){{a, b, c, d}});
}

static void arrive(void *context, unsigned port, struct dimp_view octets, struct dimp_time now)
{
	struct lab *const lab = context;
	struct group_message message;
	struct group_record record;
	struct edge_frame frame;
	struct ipv4_packet packet;

	(void)port;
	(void)now;
	REQUIRE(edge_frame_read(octets, &frame));
	CHECK_EQ(frame.vlan, VLAN);
	CHECK_EQ(ipv4_read((struct dimp_view){octets.octets + frame.payload,
				   octets.size - frame.payload},
			 &packet),
		PACKET_WHOLE);
	CHECK_EQ(igmp_read(packet.payload, &message), PACKET_WHOLE);
	lab->reports++;
	lab->version = message.version;
	lab->from = frame.ip_source;
	lab->to = frame.ip_destination;
	while (message.kind == GROUP_RECORDS && group_record_next(&message, &record)) {
		lab->first_change = lab->records == 0 ? record.change : lab->first_change;
		lab->records++;
		lab->last_change = record.change;
		lab->last_sources = group_source_count(&record.sources);
	}
}

static void install(struct lab *lab, struct dimp_ip group, struct dimp_ip source,
	enum dimp_filter_mode mode)
{
	const bool is_blocked =
		mode == DIMP_FILTER_MODE_EXCLUDE && !group_address_is_nobody(&source);
	const struct dimp_record record = {.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_membership = {.vlan = VLAN,
			.group = group,
			.source = source,
			.filter_mode = (uint8_t)mode,
			.host_version = 3,
			.remaining = is_blocked ? DIMP_DURATION_INFINITE : 260000}};

	CHECK(edge_bridge_install(lab->bridge, VM, &record, engine_now(lab->engine)));
}

static void make_lab(struct lab *lab)
{
	static const struct dimp_ip group_itself;
	const struct engine_link_config cable = {.delay_us = 1};
	const struct attachment vm = {.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = VLAN};

	*lab = (struct lab){.engine = engine_native_create(1)};
	lab->bridge = edge_bridge_create(&(struct edge_bridge_config){
		.engine = lab->engine,
		.name = "edge-b",
		.ports = 2,
		.address = {{2, 0, 0, 0, 0, 0xbb}},
		.attachments_max = 1,
		.is_snooping_ports = true,
	});
	REQUIRE(lab->bridge != NULL);
	lab->wire = engine_node_add(lab->engine, "core", arrive, lab);
	engine_link_add(lab->engine,
		(struct engine_endpoint){edge_bridge_node(lab->bridge), UPLINK},
		(struct engine_endpoint){lab->wire, 0}, &cable);
	edge_bridge_set_port(lab->bridge, UPLINK, EDGE_PORT_UPLINK, true);
	edge_bridge_set_port(lab->bridge, STATION, EDGE_PORT_STATION, false);
	CHECK(edge_bridge_know(lab->bridge, &vm));
	edge_bridge_attach(lab->bridge, VM, STATION, engine_now(lab->engine));
	install(lab, ipv4(239, 1, 1, 1), group_itself, DIMP_FILTER_MODE_EXCLUDE);
	install(lab, ipv4(239, 1, 1, 1), ipv4(10, 0, 0, 7), DIMP_FILTER_MODE_EXCLUDE);
	install(lab, ipv4(232, 5, 5, 3), ipv4(10, 0, 0, 8), DIMP_FILTER_MODE_INCLUDE);
	install(lab, ipv4(232, 5, 5, 3), ipv4(10, 0, 0, 9), DIMP_FILTER_MODE_INCLUDE);
}

static void destroy_lab(struct lab *lab)
{
	edge_bridge_destroy(lab->bridge);
	engine_destroy(lab->engine);
}

static void pass(struct lab *lab)
{
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + 100});
}

/* A querier behind the uplink asks in this version. */
static void ask(struct lab *lab, uint8_t version)
{
	const struct group_message query = {.kind = GROUP_QUERY,
		.version = version,
		.is_general = true,
		.response_us = 10000000,
		.robustness = 2,
		.interval_us = 125000000};
	const struct group_envelope envelope = {{{2, 0, 0, 0, 0, 9}}, ipv4(10, 0, 0, 1),
		group_all_hosts(true)};
	uint8_t octets[GROUP_FRAME_MAX], tagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	struct edge_frame frame;

	REQUIRE(edge_frame_read(
		(struct dimp_view){octets, group_frame_write(&envelope, &query, octets)}, &frame));
	const size_t size = edge_frame_retag(&frame, VLAN, tagged);
	engine_transmit(lab->engine, (struct engine_endpoint){lab->wire, 0},
		(struct dimp_view){tagged, size});
	pass(lab);
}

static void report(struct lab *lab)
{
	edge_reporter_report(lab->bridge, &lab->bridge->attachments[VM], engine_now(lab->engine));
	pass(lab);
}

static void test_edge_reporter_reports_modes_and_sources(void)
{
	struct lab lab;

	make_lab(&lab);
	ask(&lab, 3);
	report(&lab);
	CHECK_EQ(lab.reports, 1);
	CHECK_EQ(lab.version, 3);
	CHECK(group_address_is_nobody(&lab.from));
	const struct dimp_ip routers = ipv4(224, 0, 0, 22);
	CHECK(group_address_is_same(&lab.to, &routers));
	CHECK_EQ(lab.records, 2);
	CHECK_EQ(lab.first_change, GROUP_IS_EXCLUDE);
	CHECK_EQ(lab.last_change, GROUP_IS_INCLUDE);
	CHECK_EQ(lab.last_sources, 2);
	destroy_lab(&lab);
}

static void wait_us(struct lab *lab, uint64_t us)
{
	engine_run(lab->engine, (struct dimp_time){engine_now(lab->engine).us + us});
}

/* RFC 3376 8: a robustness variable of 2, an unsolicited report interval of a second. */
static void test_edge_reporter_says_it_again(void)
{
	struct lab lab;

	make_lab(&lab);
	ask(&lab, 3);
	report(&lab);
	lab.records = 0;
	wait_us(&lab, 1000000);
	CHECK_EQ(lab.reports, 2);
	CHECK_EQ(lab.records, 2);
	CHECK_EQ(lab.first_change, GROUP_IS_EXCLUDE);
	CHECK_EQ(lab.last_change, GROUP_IS_INCLUDE);
	wait_us(&lab, 60000000);
	CHECK_EQ(lab.reports, 2);
	destroy_lab(&lab);
}

static void test_edge_reporter_does_not_say_it_for_one_who_left(void)
{
	struct lab lab;

	make_lab(&lab);
	ask(&lab, 3);
	report(&lab);
	edge_bridge_leave(lab.bridge, VM, engine_now(lab.engine));
	wait_us(&lab, 60000000);
	CHECK_EQ(lab.reports, 1);
	destroy_lab(&lab);
}

static void test_edge_reporter_speaks_as_old_as_the_querier(void)
{
	const struct dimp_ip group = ipv4(232, 5, 5, 3);
	struct lab lab;

	make_lab(&lab);
	ask(&lab, 2);
	report(&lab);
	CHECK_EQ(lab.reports, 2);
	CHECK_EQ(lab.records, 0);
	CHECK_EQ(lab.version, 2);
	CHECK(group_address_is_same(&lab.to, &group));
	destroy_lab(&lab);
}

static void test_edge_reporter_is_silent_where_no_router_is(void)
{
	struct lab lab;

	make_lab(&lab);
	report(&lab);
	CHECK_EQ(lab.reports, 0);
	destroy_lab(&lab);
}

static const struct test_case tests[] = {
	TEST(test_edge_reporter_reports_modes_and_sources),
	TEST(test_edge_reporter_says_it_again),
	TEST(test_edge_reporter_does_not_say_it_for_one_who_left),
	TEST(test_edge_reporter_speaks_as_old_as_the_querier),
	TEST(test_edge_reporter_is_silent_where_no_router_is),
	TEST_END,
};

const struct test_suite suite_edge_reporter = {"edge_reporter", tests};
