/* SPDX-License-Identifier: MIT */
/*
 * Proves what DHCP client and server say to each other, on one wire: every message of RFC 2131
 * table 4, and what each side makes of it.
 */
#include <string.h>

#include "actors/dhcp_client.h"
#include "actors/dhcp_server.h"
#include "cabled_machine.h"
#include "check.h"
#include "net/arp.h"
#include "net/dhcp4.h"
#include "net/ethernet.h"

enum { NOTES_MAX = 32, LEASE_S = 96 };

static const uint64_t second = 1000000;

/* A message as it passed: its kind, and what tells the client's states apart. */
struct note {
	uint64_t s; /* whole seconds, of when it passed */
	struct dhcp4_message message;
	struct dimp_mac to;
	struct dimp_ip from;
};

struct lab {
	struct cabled_machine cable;
	struct dhcp_server *server;
	struct dhcp_client *client;
	struct note notes[NOTES_MAX];
	size_t count;
};

static void take_note(void *context, const struct edge_frame *frame,
	const struct datagram_frame *datagram, struct dimp_time now)
{
	struct lab *const lab = context;

	if (lab->count == NOTES_MAX)
		return;
	struct note *const note = &lab->notes[lab->count];
	if (!dhcp4_read(datagram->payload, &note->message))
		return;
	note->s = now.us / second;
	note->to = frame->destination;
	note->from = frame->ip_source;
	lab->count++;
}

static void start(struct lab *lab, const struct dhcp_client_config *client, bool is_rapid_server)
{
	*lab = (struct lab){0};
	cabled_machine_begin(&lab->cable, take_note, lab);
	lab->server = dhcp_server_create(&(struct dhcp_server_config){
		.host = lab->cable.host,
		.address = {{10, 0, 0, 1}},
		.first = {{10, 0, 0, 100}},
		.count = 2,
		.lease_s = LEASE_S,
		.is_rapid = is_rapid_server,
	});
	struct dhcp_client_config config = *client;
	config.engine = lab->cable.engine;
	config.machine = lab->cable.machine;
	lab->client = dhcp_client_create(&config);
	REQUIRE(lab->server && lab->client);
	cabled_machine_start(&lab->cable);
	dhcp_client_resume(lab->client, engine_now(lab->cable.engine));
}

static void finish(struct lab *lab)
{
	dhcp_client_destroy(lab->client);
	dhcp_server_destroy(lab->server);
	cabled_machine_end(&lab->cable);
}

static void run_to(struct lab *lab, uint64_t seconds)
{
	cabled_machine_run_to(&lab->cable, seconds);
}

/* The kinds of the messages noted since |from|, one letter each. */
static const char *kinds(const struct lab *lab, size_t from)
{
	static const char letters[] = "-DORXANLI"; /* X declines, L releases */
	static char text[NOTES_MAX + 1];
	size_t size = 0;

	for (size_t i = from; i < lab->count; i++)
		text[size++] = letters[lab->notes[i].message.kind];
	text[size] = '\0';
	return text;
}

static void test_dhcp_client_gets_an_address_in_four_messages(void)
{
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){0}, false);
	run_to(&lab, 1);
	CHECK_TEXT(kinds(&lab, 0), "DORA");
	CHECK_EQ(dhcp_client_state(lab.client), DHCP_CLIENT_BOUND);
	CHECK_BYTES(virtual_machine_address(lab.cable.machine)->octets + 12, 4, "0a000064");
	/* The REQUEST is of the OFFER's exchange, names both, and comes from no address. */
	CHECK_EQ(lab.notes[2].message.transaction, lab.notes[0].message.transaction);
	CHECK_BYTES(lab.notes[2].message.requested.octets, 4, "0a000064");
	CHECK_BYTES(lab.notes[2].message.server.octets, 4, "0a000001");
	CHECK_BYTES(lab.notes[2].from.octets + 12, 4, "00000000");
	CHECK_BYTES(lab.notes[2].to.octets, 6, "ffffffffffff");
	/* The client has no address yet and did not ask for broadcast: its MAC address does. */
	CHECK_BYTES(lab.notes[3].to.octets, 6, "525400000001");
	finish(&lab);
}

static void test_dhcp_client_rapid_commit_takes_two(void)
{
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){.is_rapid = true}, true);
	run_to(&lab, 1);
	CHECK_TEXT(kinds(&lab, 0), "DA");
	CHECK(lab.notes[0].message.is_rapid && lab.notes[1].message.is_rapid);
	CHECK_EQ(dhcp_client_state(lab.client), DHCP_CLIENT_BOUND);
	finish(&lab);
}

/* RFC 4039: a server that does not know the option offers, and a client that did not ask for two
 * messages gets four. */
static void test_dhcp_rapid_commit_wants_both(void)
{
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){.is_rapid = true}, false);
	run_to(&lab, 1);
	CHECK_TEXT(kinds(&lab, 0), "DORA");
	finish(&lab);
	start(&lab, &(struct dhcp_client_config){0}, true);
	run_to(&lab, 1);
	CHECK_TEXT(kinds(&lab, 0), "DORA");
	finish(&lab);
}

static void test_dhcp_client_renews_by_unicast_at_half_the_lease(void)
{
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){0}, false);
	run_to(&lab, 51);
	CHECK_TEXT(kinds(&lab, 4), "RA");
	REQUIRE(lab.count == 6);
	CHECK_EQ(lab.notes[4].s, 48);
	CHECK_BYTES(lab.notes[4].to.octets, 6, "020000000009");
	CHECK_BYTES(lab.notes[4].message.client_address.octets, 4, "0a000064");
	CHECK(!lab.notes[4].message.has_requested && !lab.notes[4].message.has_server);
	finish(&lab);
}

/* T1 is at 48 s and T2 at 84, less than the minute after which it would try again; 96 is the end.
 */
static void test_dhcp_client_rebinds_and_gives_up(void)
{
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){0}, false);
	run_to(&lab, 1);
	dhcp_server_set_silent(lab.server, true);
	run_to(&lab, 95);
	CHECK_TEXT(kinds(&lab, 4), "RR");
	REQUIRE(lab.count == 6);
	CHECK_EQ(lab.notes[5].s, 84);
	CHECK_BYTES(lab.notes[5].to.octets, 6, "ffffffffffff");
	CHECK_BYTES(lab.notes[5].message.client_address.octets, 4, "0a000064");
	CHECK_EQ(dhcp_client_state(lab.client), DHCP_CLIENT_REBINDING);
	run_to(&lab, 97);
	CHECK_EQ(dhcp_client_tally(lab.client)->expired, 1);
	CHECK_BYTES(virtual_machine_address(lab.cable.machine)->octets, 16,
		"00000000000000000000000000000000");
	CHECK_TEXT(kinds(&lab, 6), "D");
	finish(&lab);
}

static void test_dhcp_client_starts_anew_when_refused(void)
{
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){0}, false);
	run_to(&lab, 1);
	dhcp_server_forget(lab.server);
	/* Another client has the address by now. */
	struct dhcp4_message other = lab.notes[2].message;
	other.client.octets[5] = 2;
	uint8_t payload[576], octets[DATAGRAM_FRAME_MAX];
	const struct datagram_frame datagram = {
		.destination = {{255, 255, 255, 255, 255, 255}},
		.source = other.client,
		.to = {{[10] = 255, 255, 255, 255, 255, 255}},
		.from = {{[10] = 255, 255}},
		.to_port = 67,
		.from_port = 68,
		.payload = {payload, dhcp4_write(&other, payload, sizeof payload)},
	};
	const size_t size = datagram_frame_write(&datagram, octets);
	virtual_machine_send(lab.cable.machine, (struct dimp_view){octets, size},
		engine_now(lab.cable.engine));
	run_to(&lab, 2);
	const size_t before = lab.count;
	dhcp_client_reboot(lab.client, engine_now(lab.cable.engine));
	run_to(&lab, 3);
	CHECK_TEXT(kinds(&lab, before), "RNDORA");
	CHECK(lab.notes[before].message.has_requested && !lab.notes[before].message.has_server);
	CHECK_BYTES(lab.notes[before + 1].to.octets, 6, "ffffffffffff");
	CHECK_EQ(dhcp_client_tally(lab.client)->refused, 1);
	CHECK_BYTES(dhcp_client_address(lab.client).octets, 4, "0a000065");
	finish(&lab);
}

static void test_dhcp_client_releases(void)
{
	const struct lease_client vm = {0, cabled_machine_mac, 0};
	struct dimp_ipv4 address;
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){0}, false);
	run_to(&lab, 1);
	CHECK(dhcp_server_find(lab.server, &vm, engine_now(lab.cable.engine), &address));
	CHECK_BYTES(address.octets, 4, "0a000064");
	dhcp_client_release(lab.client, engine_now(lab.cable.engine));
	run_to(&lab, 200);
	CHECK_TEXT(kinds(&lab, 4), "L");
	CHECK_BYTES(lab.notes[4].message.client_address.octets, 4, "0a000064");
	CHECK(!dhcp_server_find(lab.server, &vm, engine_now(lab.cable.engine), &address));
	CHECK_EQ(dhcp_server_tally(lab.server)->releases, 1);
	finish(&lab);
}

/* Somebody answers the probe for the address: it is declined, and another one asked for. */
static void test_dhcp_client_declines_what_another_has(void)
{
	struct lab lab;
	uint8_t body[64], octets[64];
	const struct arp_packet reply = {
		.operation = ARP_REPLY,
		.sender = {{2, 0, 0, 0, 0, 7}},
		.sender_address = {{10, 0, 0, 100}},
		.target = cabled_machine_mac,
	};
	const struct ethernet_frame frame = {
		.destination = cabled_machine_mac,
		.source = reply.sender,
		.type = ETHERTYPE_ARP,
		.payload = {body, arp_write(&reply, body, sizeof body)},
	};
	const size_t size = ethernet_write(&frame, octets, sizeof octets);

	start(&lab, &(struct dhcp_client_config){.is_checking = true}, false);
	engine_run(lab.cable.engine, (struct dimp_time){second / 2});
	CHECK_EQ(dhcp_client_state(lab.client), DHCP_CLIENT_CHECKING);
	network_host_send(lab.cable.host, 0, (struct dimp_view){octets, size});
	run_to(&lab, 1);
	CHECK_TEXT(kinds(&lab, 4), "X");
	CHECK_BYTES(lab.notes[4].message.requested.octets, 4, "0a000064");
	run_to(&lab, 20);
	CHECK_TEXT(kinds(&lab, 5), "DORA");
	CHECK_BYTES(dhcp_client_address(lab.client).octets, 4, "0a000065");
	CHECK_EQ(dhcp_server_tally(lab.server)->declines, 1);
	finish(&lab);
}

/* Nobody answers: 4, 8, 16, 32 and then 64 s, each a second more or less (RFC 2131 4.1). */
static void test_dhcp_client_backs_off(void)
{
	static const uint64_t wait_s[] = {4, 8, 16, 32, 64, 64};
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){0}, false);
	dhcp_server_set_silent(lab.server, true);
	run_to(&lab, 200);
	CHECK_TEXT(kinds(&lab, 0), "DDDDDDD");
	REQUIRE(lab.count == 7);
	for (size_t i = 0; i < 6; i++) {
		const uint64_t waited = lab.notes[i + 1].s - lab.notes[i].s;
		CHECK(waited + 2 >= wait_s[i] && waited <= wait_s[i] + 2);
	}
	finish(&lab);
}

/* A VM that was stopped over T1 renews as soon as it runs again. */
static void test_dhcp_client_renews_after_a_stop(void)
{
	struct lab lab;

	start(&lab, &(struct dhcp_client_config){0}, false);
	run_to(&lab, 40);
	dhcp_client_pause(lab.client);
	run_to(&lab, 60);
	CHECK_EQ(lab.count, 4);
	dhcp_client_resume(lab.client, engine_now(lab.cable.engine));
	run_to(&lab, 61);
	CHECK_TEXT(kinds(&lab, 4), "RA");
	finish(&lab);
}

static const struct test_case tests[] = {
	TEST(test_dhcp_client_gets_an_address_in_four_messages),
	TEST(test_dhcp_client_rapid_commit_takes_two),
	TEST(test_dhcp_rapid_commit_wants_both),
	TEST(test_dhcp_client_renews_by_unicast_at_half_the_lease),
	TEST(test_dhcp_client_rebinds_and_gives_up),
	TEST(test_dhcp_client_starts_anew_when_refused),
	TEST(test_dhcp_client_releases),
	TEST(test_dhcp_client_declines_what_another_has),
	TEST(test_dhcp_client_backs_off),
	TEST(test_dhcp_client_renews_after_a_stop),
	TEST_END,
};

const struct test_suite suite_dhcp_exchange = {"dhcp_exchange", tests};
