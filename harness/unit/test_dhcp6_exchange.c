/* SPDX-License-Identifier: MIT */
/* Proves what DHCPv6 client and server say to each other, on one wire (RFC 8415 18.2, 18.3). */
#include <string.h>

#include "actors/dhcp6_client.h"
#include "actors/dhcp6_server.h"
#include "cabled_machine.h"
#include "check.h"
#include "net/dhcp6.h"

enum { NOTES_MAX = 32 };

static const uint64_t second = 1000000;

struct lab {
	struct cabled_machine cable;
	struct dhcp6_server *server;
	struct dhcp6_client *client;
	char kinds[NOTES_MAX + 1]; /* of the messages, a letter each */
	uint64_t at_us[NOTES_MAX];
	size_t count;
};

/* S olicit, A dvertise, Q request, C onfirm, N renew, B rebind, R eply, L release, D ecline. */
static void take_note(void *context, const struct edge_frame *frame,
	const struct datagram_frame *datagram, struct dimp_time now)
{
	static const char letters[] = "-SAQCNBRLD";
	struct lab *const lab = context;
	struct dhcp6_message message;

	(void)frame;
	if (lab->count == NOTES_MAX || !dhcp6_read(datagram->payload, &message))
		return;
	lab->at_us[lab->count] = now.us;
	lab->kinds[lab->count++] = letters[message.kind];
}

static void start(struct lab *lab, struct dhcp6_client_config client, bool is_rapid_server)
{
	*lab = (struct lab){0};
	cabled_machine_begin(&lab->cable, take_note, lab);
	lab->server = dhcp6_server_create(&(struct dhcp6_server_config){
		.host = lab->cable.host,
		.network = {{0xfd, 0, 0, 0x10}},
		.prefixes = {{0xfd, 0, 0x11}},
		.count = 2,
		.preferred_s = 80,
		.valid_s = 100,
		.is_rapid = is_rapid_server,
	});
	client.engine = lab->cable.engine;
	client.machine = lab->cable.machine;
	lab->client = dhcp6_client_create(&client);
	REQUIRE(lab->server && lab->client);
	cabled_machine_start(&lab->cable);
	dhcp6_client_resume(lab->client, engine_now(lab->cable.engine));
}

static void finish(struct lab *lab)
{
	dhcp6_client_destroy(lab->client);
	dhcp6_server_destroy(lab->server);
	cabled_machine_end(&lab->cable);
}

static void run_to(struct lab *lab, uint64_t seconds)
{
	cabled_machine_run_to(&lab->cable, seconds);
}

/* Offers are waited for during the first timeout of a second, a tenth more or less (18.2.1). */
static void test_dhcp6_client_gets_address_and_prefix(void)
{
	struct lab lab;

	start(&lab, (struct dhcp6_client_config){.wants_prefix = true}, false);
	run_to(&lab, 2);
	CHECK_TEXT(lab.kinds, "SAQR");
	CHECK(lab.at_us[2] >= 900000 && lab.at_us[2] <= 1100000);
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_BOUND);
	CHECK_BYTES(dhcp6_client_address(lab.client).octets, 16,
		"fd000010 00000000 00000000 00001000");
	CHECK_BYTES(dhcp6_client_prefix(lab.client).octets, 16,
		"fd001100 00000000 00000000 00000000");
	finish(&lab);
}

static void test_dhcp6_rapid_commit_wants_both(void)
{
	struct lab lab;

	start(&lab, (struct dhcp6_client_config){.is_rapid = true}, true);
	run_to(&lab, 2);
	CHECK_TEXT(lab.kinds, "SR");
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_BOUND);
	finish(&lab);
	start(&lab, (struct dhcp6_client_config){.is_rapid = true}, false);
	run_to(&lab, 2);
	CHECK_TEXT(lab.kinds, "SAQR");
	finish(&lab);
	start(&lab, (struct dhcp6_client_config){.is_rapid = false}, true);
	run_to(&lab, 2);
	CHECK_TEXT(lab.kinds, "SAQR");
	finish(&lab);
}

/* T1 is half of the preferred 80 s, T2 four fifths, the end 100 s, all since the grant at 1 s. */
static void test_dhcp6_client_renews_rebinds_and_gives_up(void)
{
	const struct lease_client vm = {0, cabled_machine_mac, 0};
	struct dimp_ip address;
	struct lab lab;

	start(&lab, (struct dhcp6_client_config){.is_rapid = true}, true);
	run_to(&lab, 41);
	CHECK_TEXT(lab.kinds, "SRNR");
	CHECK(lab.at_us[2] >= 40 * second && lab.at_us[2] < 41 * second);
	CHECK(dhcp6_server_find(lab.server, &vm, engine_now(lab.cable.engine), &address));
	dhcp6_server_set_silent(lab.server, true);
	run_to(&lab, 103);
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_RENEWING);
	run_to(&lab, 105);
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_REBINDING);
	run_to(&lab, 142);
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_SOLICITING);
	CHECK_BYTES(dhcp6_client_address(lab.client).octets, 16,
		"00000000 00000000 00000000 00000000");
	finish(&lab);
}

/* NoBinding: it is asked for again (18.2.10.1). */
static void test_dhcp6_client_asks_again_when_forgotten(void)
{
	struct lab lab;

	start(&lab, (struct dhcp6_client_config){.is_rapid = true}, true);
	run_to(&lab, 1);
	dhcp6_server_forget(lab.server);
	dhcp6_client_renew(lab.client, engine_now(lab.cable.engine));
	run_to(&lab, 2);
	CHECK_TEXT(lab.kinds, "SRNRQR");
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_BOUND);
	finish(&lab);
}

static void test_dhcp6_client_confirms(void)
{
	struct lab lab;

	start(&lab, (struct dhcp6_client_config){.is_rapid = true}, true);
	run_to(&lab, 1);
	dhcp6_client_confirm(lab.client, engine_now(lab.cable.engine));
	run_to(&lab, 2);
	CHECK_TEXT(lab.kinds, "SRCR");
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_BOUND);
	/* Nobody answers: it goes on with what it has after four tries. */
	dhcp6_server_set_silent(lab.server, true);
	dhcp6_client_confirm(lab.client, engine_now(lab.cable.engine));
	run_to(&lab, 20);
	CHECK_TEXT(lab.kinds + 4, "CCCC");
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_BOUND);
	finish(&lab);
}

static void test_dhcp6_client_releases(void)
{
	const struct lease_client vm = {0, cabled_machine_mac, 0};
	struct dimp_ip address;
	struct lab lab;

	start(&lab, (struct dhcp6_client_config){.is_rapid = true}, true);
	run_to(&lab, 1);
	dhcp6_client_release(lab.client, engine_now(lab.cable.engine));
	run_to(&lab, 200);
	CHECK_TEXT(lab.kinds, "SRLR");
	CHECK_EQ(dhcp6_client_state(lab.client), DHCP6_CLIENT_RELEASED);
	CHECK(!dhcp6_server_find(lab.server, &vm, engine_now(lab.cable.engine), &address));
	finish(&lab);
}

/* 1, 2, 4, 8 s, each a tenth more or less than twice the last (15). */
static void test_dhcp6_client_backs_off(void)
{
	struct lab lab;

	start(&lab, (struct dhcp6_client_config){.is_rapid = true}, true);
	dhcp6_server_set_silent(lab.server, true);
	run_to(&lab, 14);
	CHECK_TEXT(lab.kinds, "SSSS");
	for (size_t i = 1; i + 1 < lab.count; i++) {
		const uint64_t last = lab.at_us[i] - lab.at_us[i - 1];
		const uint64_t next = lab.at_us[i + 1] - lab.at_us[i];
		CHECK(next * 10 >= last * 18 && next * 10 <= last * 22);
	}
	finish(&lab);
}

static const struct test_case tests[] = {
	TEST(test_dhcp6_client_gets_address_and_prefix),
	TEST(test_dhcp6_rapid_commit_wants_both),
	TEST(test_dhcp6_client_renews_rebinds_and_gives_up),
	TEST(test_dhcp6_client_asks_again_when_forgotten),
	TEST(test_dhcp6_client_confirms),
	TEST(test_dhcp6_client_releases),
	TEST(test_dhcp6_client_backs_off),
	TEST_END,
};

const struct test_suite suite_dhcp6_exchange = {"dhcp6_exchange", tests};
