/*
 * Proves what RFC 4541 2.1 asks of a snooping bridge on ports behind which others are: groups go
 * where members or routers are, reports to routers alone, queries and link-local groups everywhere,
 * and silence ends both.
 */
#include "bridge/port_snooping.h"

#include "check.h"
#include "net/group_frame.h"
#include "net/ipv4.h"

enum { PORTS = 4, VLAN = 42, MEMBER = 1, ROUTER = 2, IDLE = 3 };

static const uint64_t second = 1000000;

struct lab {
	struct port_snooping *snooping;
	struct dimp_time now;
};

static struct dimp_ip ipv4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return ipv4_mapped(&(struct dimp_ipv4){{a, b, c, d}});
}

static void make_lab(struct lab *lab)
{
	*lab = (struct lab){port_snooping_create(PORTS), {5 * second}};
	REQUIRE(lab->snooping != NULL);
}

/* |message| as it arrives at |port| in the VLAN. */
static void hear(struct lab *lab, unsigned port, const struct group_message *message)
{
	const struct group_envelope envelope = {{{2, 0, 0, 0, 0, (uint8_t)port}},
		ipv4(10, 0, 0, (uint8_t)port),
		message->is_general ? group_all_hosts(true) : message->group};
	uint8_t octets[GROUP_FRAME_MAX];
	struct edge_frame frame;

	REQUIRE(edge_frame_read(
		(struct dimp_view){octets, group_frame_write(&envelope, message, octets)}, &frame));
	port_snooping_hear(lab->snooping, port, &(struct snooped_frame){&frame, VLAN, lab->now});
}

/* The ports that want |message|, or a datagram to |group|, as bits. */
static unsigned wanting(struct lab *lab, const struct edge_frame *frame, uint16_t vlan)
{
	unsigned ports = 0;

	for (unsigned port = 0; port < PORTS; port++)
		if (port_snooping_wants(lab->snooping, port,
			    &(struct snooped_frame){frame, vlan, lab->now}))
			ports |= 1U << port;
	return ports;
}

static unsigned wanting_message(struct lab *lab, const struct group_message *message)
{
	const struct group_envelope envelope = {{{2, 0, 0, 0, 0, 9}}, ipv4(10, 0, 0, 9),
		message->group};
	uint8_t octets[GROUP_FRAME_MAX];
	struct edge_frame frame;

	REQUIRE(edge_frame_read(
		(struct dimp_view){octets, group_frame_write(&envelope, message, octets)}, &frame));
	return wanting(lab, &frame, VLAN);
}

static struct edge_frame datagram(struct dimp_ip group)
{
	return (struct edge_frame){.destination = group_frame_mac(&group),
		.ethertype = EDGE_ETHERTYPE_IPV4,
		.is_ip = true,
		.ip_source = ipv4(10, 0, 0, 9),
		.ip_destination = group,
		.ip_protocol = EDGE_PROTOCOL_UDP};
}

static const struct group_message query = {.kind = GROUP_QUERY,
	.version = 3,
	.is_general = true,
	.response_us = 10000000,
	.robustness = 2,
	.interval_us = 60000000};

static struct group_message report_of(uint8_t last)
{
	return (struct group_message){.kind = GROUP_REPORT,
		.version = 2,
		.group = ipv4(239, 1, 1, last)};
}

static void test_port_snooping_sends_groups_to_members_and_routers(void)
{
	const struct group_message report = report_of(1);
	const struct edge_frame joined = datagram(report.group);
	const struct edge_frame other = datagram(ipv4(239, 1, 1, 2));
	const struct edge_frame link_local = datagram(ipv4(224, 0, 0, 251));
	struct lab lab;

	make_lab(&lab);
	hear(&lab, ROUTER, &query);
	hear(&lab, MEMBER, &report);
	CHECK_EQ(wanting(&lab, &joined, VLAN), 1U << MEMBER | 1U << ROUTER);
	CHECK_EQ(wanting(&lab, &joined, VLAN + 1), 0);
	CHECK_EQ(wanting(&lab, &other, VLAN), 1U << ROUTER);
	CHECK_EQ(wanting(&lab, &link_local, VLAN), 0xf);
	CHECK(port_snooping_is_registered(lab.snooping,
		&(struct snooped_frame){&joined, VLAN, lab.now}));
	CHECK(!port_snooping_is_registered(lab.snooping,
		&(struct snooped_frame){&other, VLAN, lab.now}));
	port_snooping_destroy(lab.snooping);
}

static void test_port_snooping_sends_reports_to_routers_and_queries_to_all(void)
{
	const struct group_message report = report_of(1);
	struct group_message specific = query;
	struct lab lab;

	make_lab(&lab);
	CHECK_EQ(wanting_message(&lab, &report), 0);
	hear(&lab, ROUTER, &query);
	hear(&lab, MEMBER, &report);
	CHECK_EQ(wanting_message(&lab, &report), 1U << ROUTER);
	specific.is_general = false;
	specific.group = report.group;
	CHECK_EQ(wanting_message(&lab, &specific), 0xf);
	port_snooping_destroy(lab.snooping);
}

/* The querier says 2 * 60 s and 10 s for members, and is itself present for 2 * 60 s and 5 s. */
static void test_port_snooping_forgets_who_is_silent(void)
{
	const struct group_message report = report_of(1);
	const struct edge_frame joined = datagram(report.group);
	struct lab lab;

	make_lab(&lab);
	hear(&lab, ROUTER, &query);
	hear(&lab, MEMBER, &report);
	lab.now.us += 124 * second;
	CHECK_EQ(wanting(&lab, &joined, VLAN), 1U << MEMBER | 1U << ROUTER);
	lab.now.us += second;
	CHECK_EQ(wanting(&lab, &joined, VLAN), 1U << MEMBER);
	lab.now.us += 5 * second;
	CHECK_EQ(wanting(&lab, &joined, VLAN), 0);
	/* A question about the group, heard at another port, lowers what is left to 2 * 1 s. */
	hear(&lab, MEMBER, &report);
	struct group_message specific = query;
	specific.is_general = false;
	specific.group = report.group;
	specific.response_us = second;
	hear(&lab, ROUTER, &query);
	hear(&lab, ROUTER, &specific);
	lab.now.us += 2 * second;
	CHECK_EQ(wanting(&lab, &joined, VLAN), 1U << ROUTER);
	port_snooping_destroy(lab.snooping);
}

static const struct test_case tests[] = {
	TEST(test_port_snooping_sends_groups_to_members_and_routers),
	TEST(test_port_snooping_sends_reports_to_routers_and_queries_to_all),
	TEST(test_port_snooping_forgets_who_is_silent),
	TEST_END,
};

const struct test_suite suite_port_snooping = {"port_snooping", tests};
