/*
 * Proves what a bridge that is the client of a RADIUS server learns: sessions and lists from what
 * is accepted, nothing from what is refused or challenged, and that nobody without the secret can
 * say any of it.  Grants are those of RFC 3580, RFC 4849 and Cisco's pairs, written by hand.
 */
#include "check.h"
#include "hexed.h"
#include "net/radius_seal.h"
#include "net/udp.h"
#include "sources/radius_source.h"

#include <string.h>

enum { NAS_PORT = 40000 };

static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const char station[] = "52-54-00-C7-3E-CE";
static const char secret_text[] = "radius-secret";

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct radius_source source;
	struct dimp_time now;
	uint8_t asked[RADIUS_AUTHENTICATOR_SIZE]; /* of the last request */
	uint8_t identifier;
	const char *secret; /* of whoever speaks */
};

static struct dimp_view view_of(const char *text)
{
	return (struct dimp_view){(const uint8_t *)text, strlen(text)};
}

static void rig_start(struct rig *rig)
{
	struct radius_secret secret = {.size = sizeof secret_text - 1};

	memcpy(secret.octets, secret_text, secret.size);
	*rig = (struct rig){.store = di_store_create(), .now = {1000000}, .secret = secret_text};
	REQUIRE(rig->store != NULL);
	rig->place =
		(struct source_place){.store = rig->store, .vm = vm, .counters = &rig->counters};
	radius_source_init(&rig->source, &secret);
}

static void rig_end(struct rig *rig)
{
	radius_source_wipe(&rig->source);
	di_store_destroy(rig->store);
}

/* Lets a packet pass on the bridge's uplink. */
static void pass(struct rig *rig, struct dimp_view packet, uint16_t from, uint16_t to)
{
	uint8_t datagram[RADIUS_SIZE_MAX + 8], ipv4_octets[RADIUS_SIZE_MAX + 28];
	uint8_t frame_octets[RADIUS_SIZE_MAX + 64];
	const struct udp_datagram udp = {from, to, packet};
	struct ipv4_packet ipv4 = {.source = {{10, 0, 0, 254}},
		.destination = {{10, 0, 0, 1}},
		.time_to_live = 64,
		.protocol = IPV4_UDP};

	ipv4.payload =
		(struct dimp_view){datagram, udp_write(&udp, &ipv4, datagram, sizeof datagram)};
	const struct ethernet_frame frame = {.destination = {{2, 0, 0, 0, 0, 1}},
		.source = {{2, 0, 0, 0, 0, 2}},
		.type = ETHERTYPE_IPV4,
		.payload = {ipv4_octets, ipv4_write(&ipv4, ipv4_octets, sizeof ipv4_octets)}};
	const size_t size = ethernet_write(&frame, frame_octets, sizeof frame_octets);
	struct address_list own = {.count = 0};

	REQUIRE(size > 0);
	radius_source_frame(&rig->source, (struct dimp_view){frame_octets, size}, &rig->place,
		rig->now);
	granted_list_refresh(&rig->source.list, &own, &rig->place, rig->now);
}

/* A request with these attributes, from the bridge or, to the port of RFC 5176, from the server. */
static void ask(struct rig *rig, enum radius_code code, const char *attributes)
{
	const bool is_access = code == RADIUS_ACCESS_REQUEST;
	const bool is_account = code == RADIUS_ACCOUNTING_REQUEST;
	const struct hexed hexed = hexed_from(attributes);
	uint8_t octets[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);

	rig->identifier++;
	memset(rig->asked, rig->identifier, sizeof rig->asked);
	radius_begin(&writer, code, rig->identifier);
	octet_write_copy(&writer, hexed.octets, hexed.size);
	radius_add_message_authenticator(&writer);
	const size_t size = radius_finish(&writer, rig->asked);
	REQUIRE(radius_seal_request(octets, size, view_of(rig->secret)));
	memcpy(rig->asked, octets + 4, sizeof rig->asked);
	pass(rig, (struct dimp_view){octets, size}, NAS_PORT,
		is_access            ? RADIUS_PORT
			: is_account ? RADIUS_ACCOUNTING_PORT
				     : RADIUS_DYNAMIC_PORT);
}

static void ask_for(struct rig *rig, const char *mac)
{
	uint8_t octets[256];
	char hex[2 * sizeof octets + 1];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);

	radius_add(&writer, RADIUS_USER_NAME, view_of("vm1"));
	radius_add(&writer, RADIUS_CALLING_STATION_ID, view_of(mac));
	radius_add(&writer, RADIUS_ACCT_SESSION_ID, view_of("S1"));
	/* EAP-MD5's response. */
	radius_add_eap(&writer, (struct dimp_view){(const uint8_t *)"\2\7\0\6\4\0", 6});
	for (size_t i = 0; i < writer.size; i++) {
		hex[2 * i] = "0123456789abcdef"[octets[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[octets[i] & 15];
	}
	hex[2 * writer.size] = '\0';
	ask(rig, RADIUS_ACCESS_REQUEST, hex);
}

/* The answer to the last request. */
static void answer(struct rig *rig, enum radius_code code, struct dimp_view attributes)
{
	const bool is_dynamic = code > RADIUS_ACCESS_CHALLENGE;
	uint8_t octets[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);

	radius_begin(&writer, code, rig->identifier);
	octet_write_copy(&writer, attributes.octets, attributes.size);
	radius_add_message_authenticator(&writer);
	const size_t size = radius_finish(&writer, rig->asked);
	REQUIRE(radius_seal_response(octets, size, rig->asked, view_of(rig->secret)));
	pass(rig, (struct dimp_view){octets, size}, is_dynamic ? RADIUS_DYNAMIC_PORT : RADIUS_PORT,
		NAS_PORT);
}

static void answer_hex(struct rig *rig, enum radius_code code, const char *attributes)
{
	const struct hexed hexed = hexed_from(attributes);

	answer(rig, code, hexed_view(&hexed));
}

/* An Access-Accept of Cisco pairs and filter rules, given as text: "C..." and "N...". */
static void grant_texts(struct rig *rig, enum radius_code code, const char *const *texts)
{
	uint8_t octets[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);

	for (; *texts != NULL; texts++) {
		const struct dimp_view text = view_of(*texts + 1);
		if (**texts == 'N') {
			radius_add(&writer, RADIUS_NAS_FILTER_RULE, text);
			continue;
		}
		octet_write_u8(&writer, RADIUS_VENDOR_SPECIFIC);
		octet_write_u8(&writer, (uint8_t)(text.size + 8));
		octet_write_u32(&writer, RADIUS_VENDOR_CISCO);
		octet_write_u8(&writer, RADIUS_CISCO_AVPAIR);
		octet_write_u8(&writer, (uint8_t)(text.size + 2));
		octet_write_copy(&writer, text.octets, text.size);
	}
	answer(rig, code, (struct dimp_view){octets, writer.size});
}

static const struct dimp_dot1x_session *session(const struct rig *rig)
{
	size_t cursor = 0;
	const struct di_entry *const entry =
		di_store_next(rig->store, 0, DIMP_DI_DOT1X_SESSION, &cursor);

	return entry == NULL ? NULL : &entry->record.body.dot1x_session;
}

static const struct dimp_dynamic_acl *entry(const struct rig *rig, uint16_t sequence)
{
	const struct dimp_record key = {.type = DIMP_DI_DYNAMIC_ACL,
		.body.dynamic_acl = {.client = vm, .sequence = sequence}};
	const struct di_entry *const found = di_store_find(rig->store, 0, &key);

	return found == NULL ? NULL : &found->record.body.dynamic_acl;
}

static size_t entries(const struct rig *rig)
{
	return di_store_count(rig->store, 0, DIMP_DI_DYNAMIC_ACL);
}

/* Session-Timeout 60, Termination-Action RADIUS-Request, Filter-Id "staff", Class 01020304, and the
 * tunnel sets of two tags of which tag 2 is preferred: VLANs 41 and 42. */
static const char whole_grant[] = "1b060000003c 1d0600000001 0b077374616666 190601020304"
				  "40060100000d 410601000006 510501 3431 530601000009"
				  "40060200000d 410602000006 510502 3432 530602000001";

static void test_radius_source_learns_what_is_accepted(void)
{
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_CHALLENGE, whole_grant);
	CHECK(session(&rig) == NULL);
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, whole_grant);
	REQUIRE(session(&rig) != NULL);
	CHECK_EQ(session(&rig)->vlan, 42);
	CHECK_EQ(session(&rig)->method, 4);
	CHECK_EQ(session(&rig)->termination, DIMP_TERMINATION_RADIUS_REQUEST);
	CHECK_EQ(session(&rig)->session_remaining, DIMP_DURATION_INFINITE);
	CHECK_EQ(dimp_duration_to_us(session(&rig)->reauthentication_remaining), 60000000);
	CHECK_BYTES(session(&rig)->filter_id.octets, session(&rig)->filter_id.size, "7374616666");
	CHECK_BYTES(session(&rig)->class.octets, session(&rig)->class.size, "01020304");
	CHECK_BYTES(session(&rig)->identity.octets, session(&rig)->identity.size, "766d31");
	CHECK_BYTES(session(&rig)->accounting_session.octets,
		session(&rig)->accounting_session.size, "5331");
	/* The next grant is without any of it, and of another kind of time. */
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, "1b060000003c 0105766d39");
	CHECK_EQ(session(&rig)->vlan, 0);
	CHECK_EQ(session(&rig)->filter_id.size, 0);
	CHECK_EQ(dimp_duration_to_us(session(&rig)->session_remaining), 60000000);
	CHECK_EQ(session(&rig)->reauthentication_remaining, DIMP_DURATION_INFINITE);
	CHECK_BYTES(session(&rig)->identity.octets, session(&rig)->identity.size, "766d39");
	/* A reject grants nothing, whatever is in it, and ends what was. */
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_REJECT, whole_grant);
	CHECK(session(&rig) == NULL);
	rig_end(&rig);
}

/* DIMP 8.1-6: the State of the Access-Accept, of nothing else. */
static void test_radius_source_keeps_the_state_of_the_last_grant(void)
{
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_CHALLENGE, "180401aa");
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, "1b060000003c 1d0600000001 180500ff5e");
	REQUIRE(session(&rig) != NULL);
	CHECK_EQ(session(&rig)->attributes >> DIMP_ATTRIBUTE_dot1x_session_state & 1, 1);
	CHECK_BYTES(session(&rig)->state.octets, session(&rig)->state.size, "00ff5e");
	/* A change of authorisation may name it, and gives none. */
	ask(&rig, RADIUS_COA_REQUEST, "0105766d31 180401bb 0b077374616666");
	answer_hex(&rig, RADIUS_COA_ACK, "");
	CHECK_BYTES(session(&rig)->filter_id.octets, session(&rig)->filter_id.size, "7374616666");
	CHECK_BYTES(session(&rig)->state.octets, session(&rig)->state.size, "00ff5e");
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, "1b060000003c 1d0600000001");
	REQUIRE(session(&rig) != NULL);
	CHECK_EQ(session(&rig)->state.size, 0);
	CHECK_EQ(session(&rig)->attributes >> DIMP_ATTRIBUTE_dot1x_session_state & 1, 0);
	rig_end(&rig);
}

/* Rules and the command to ask the VM again may stand in one CoA-Request: both count. */
static void test_radius_source_is_told_to_ask_again_beside_rules(void)
{
	/* "deny in ip from any to any", subscriber:command=reauthenticate. */
	static const char both[] =
		"0105766d31 5c1c 64656e7920696e2069702066726f6d20616e7920746f20616e79"
		"1a29 00000009 0123 737562736372696265723a636f6d6d616e643d"
		"726561757468656e746963617465";
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, "");
	REQUIRE(session(&rig) != NULL);
	CHECK_EQ(session(&rig)->reauthentication_remaining, DIMP_DURATION_INFINITE);
	ask(&rig, RADIUS_COA_REQUEST, both);
	answer_hex(&rig, RADIUS_COA_ACK, "");
	REQUIRE(session(&rig) != NULL && entry(&rig, 100) != NULL);
	CHECK_EQ(session(&rig)->reauthentication_remaining, 0);
	CHECK_EQ(entry(&rig, 100)->action, DIMP_ACL_ACTION_DENY);
	rig_end(&rig);
}

static void test_radius_source_believes_only_the_secret(void)
{
	struct rig rig;

	rig_start(&rig);
	/* Another VM's; an answer to no request; one of a server without the secret. */
	ask_for(&rig, "52-54-00-C7-3E-CF");
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, whole_grant);
	CHECK(session(&rig) == NULL);
	CHECK_EQ(rig.counters.bad_integrity, 0);
	ask_for(&rig, station);
	rig.secret = "guessed";
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, whole_grant);
	CHECK(session(&rig) == NULL);
	CHECK_EQ(rig.counters.bad_integrity, 1);
	rig.secret = secret_text;
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, whole_grant);
	CHECK(session(&rig) != NULL);
	/* The same again answers nothing. */
	rig.now.us++;
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_REJECT, "");
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, whole_grant);
	CHECK(session(&rig) == NULL);
	rig_end(&rig);
}

static void test_radius_source_makes_lists(void)
{
	static const char *const filter_rules[] = {"Npermit in tcp from any to 10.0.0.1 80,443",
		"N", "Ncontinued", NULL};
	static const char *const inacl[] = {"Cip:inacl#10=permit udp any any eq 67",
		"Cip:inacl#20=remark nothing", "Cip:inacl#30=permit ip any host 10.0.0.1", NULL};
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	grant_texts(&rig, RADIUS_ACCESS_ACCEPT, inacl);
	REQUIRE(session(&rig) != NULL);
	CHECK_EQ(entries(&rig), 4);
	REQUIRE(entry(&rig, 100) != NULL && entry(&rig, 200) != NULL);
	CHECK_EQ(entry(&rig, 1)->ethertype, ETHERTYPE_ARP);
	CHECK_EQ(entry(&rig, 100)->ethertype, ETHERTYPE_IPV4);
	CHECK_EQ(entry(&rig, 100)->ip_protocol, IPV4_UDP);
	CHECK_EQ(entry(&rig, 100)->port_first, 67);
	CHECK_EQ(entry(&rig, 200)->destination_prefix, 128);
	CHECK_EQ(entry(&rig, 65000)->action, DIMP_ACL_ACTION_DENY);
	/* Rules that cannot be read: as a reject (RFC 4849 2). */
	ask_for(&rig, station);
	grant_texts(&rig, RADIUS_ACCESS_ACCEPT, filter_rules);
	CHECK(session(&rig) == NULL);
	CHECK_EQ(entries(&rig), 0);
	CHECK_EQ(rig.counters.inapplicable, 1);
	rig_end(&rig);
}

/* One rule may be split anywhere, and NUL sets rules apart. */
static void test_radius_source_joins_split_rules(void)
{
	/* "permit in ip from any" " to 10.0.0.0/8" NUL "deny in ip from any to 10.9.9.9". */
	static const char split[] = "5c17 7065726d697420696e2069702066726f6d20616e79"
				    "5c19 20746f2031302e302e302e302f380064656e7920696e20"
				    "5c19 69702066726f6d20616e7920746f2031302e392e392e39";
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, split);
	REQUIRE(entry(&rig, 100) != NULL && entry(&rig, 200) != NULL);
	CHECK_EQ(entry(&rig, 100)->action, DIMP_ACL_ACTION_PERMIT);
	CHECK_EQ(entry(&rig, 100)->destination_prefix, 104);
	CHECK_EQ(entry(&rig, 200)->action, DIMP_ACL_ACTION_DENY);
	CHECK_EQ(entry(&rig, 200)->destination_prefix, 128);
	/* The last rule denies, so the rest passes (RFC 6733 4.3.1). */
	CHECK_EQ(entry(&rig, 65000)->action, DIMP_ACL_ACTION_PERMIT);
	rig_end(&rig);
}

static void test_radius_source_downloads_lists(void)
{
	static const char *const name[] = {
		"CACS:CiscoSecure-Defined-ACL=#ACSACL#-IP-vmtenant-5f3e1c2a", NULL};
	static const char *const first[] = {"Cip:inacl#1=permit udp any any eq 67", NULL};
	static const char *const second[] = {"Cip:inacl#2=deny ip any any", NULL};
	/* User-Name: the list's. */
	static const char user[] =
		"011f 2341435341434c232d49502d766d74656e616e742d3566336531633261 ";
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	grant_texts(&rig, RADIUS_ACCESS_ACCEPT, name);
	REQUIRE(session(&rig) != NULL);
	/* Until it is here nothing passes. */
	CHECK_EQ(entries(&rig), 1);
	REQUIRE(entry(&rig, 65000) != NULL);
	CHECK_EQ(entry(&rig, 65000)->action, DIMP_ACL_ACTION_DENY);
	ask(&rig, RADIUS_ACCESS_REQUEST, user);
	grant_texts(&rig, RADIUS_ACCESS_CHALLENGE, first);
	ask(&rig, RADIUS_ACCESS_REQUEST, user);
	grant_texts(&rig, RADIUS_ACCESS_ACCEPT, second);
	REQUIRE(entry(&rig, 100) != NULL && entry(&rig, 200) != NULL);
	CHECK_EQ(entry(&rig, 100)->port_first, 67);
	CHECK_EQ(entry(&rig, 200)->action, DIMP_ACL_ACTION_DENY);
	CHECK_EQ(entry(&rig, 200)->template.size, 29);
	rig_end(&rig);
}

static void test_radius_source_obeys_disconnect_and_change(void)
{
	static const char user[] = "0105766d31", other_user[] = "0105766d32";
	static const char change[] = "0105766d31 1b060000000a 0b046e65";
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, whole_grant);
	/* Refused, about somebody else, about nobody, without the secret. */
	ask(&rig, RADIUS_DISCONNECT_REQUEST, user);
	answer_hex(&rig, RADIUS_DISCONNECT_NAK, "6506000001f7");
	ask(&rig, RADIUS_DISCONNECT_REQUEST, other_user);
	answer_hex(&rig, RADIUS_DISCONNECT_ACK, "");
	ask(&rig, RADIUS_DISCONNECT_REQUEST, "");
	answer_hex(&rig, RADIUS_DISCONNECT_ACK, "");
	rig.secret = "guessed";
	ask(&rig, RADIUS_DISCONNECT_REQUEST, user);
	answer_hex(&rig, RADIUS_DISCONNECT_ACK, "");
	rig.secret = secret_text;
	REQUIRE(session(&rig) != NULL);
	ask(&rig, RADIUS_COA_REQUEST, change);
	CHECK_EQ(dimp_duration_to_us(session(&rig)->reauthentication_remaining), 60000000);
	answer_hex(&rig, RADIUS_COA_ACK, "");
	CHECK_EQ(dimp_duration_to_us(session(&rig)->session_remaining), 10000000);
	CHECK_BYTES(session(&rig)->filter_id.octets, session(&rig)->filter_id.size, "6e65");
	CHECK_EQ(session(&rig)->vlan, 42);
	ask(&rig, RADIUS_DISCONNECT_REQUEST, user);
	CHECK(session(&rig) != NULL);
	answer_hex(&rig, RADIUS_DISCONNECT_ACK, "");
	CHECK(session(&rig) == NULL);
	rig_end(&rig);
}

/* The bridge's own Accounting-Stop says that the session is over. */
static void test_radius_source_follows_accounting(void)
{
	static const char stop[] = "280600000002 2c045331 1f1335322d35342d30302d43372d33452d4345";
	static const char other_stop[] =
		"280600000002 2c045339 1f1335322d35342d30302d43372d33452d4345";
	struct rig rig;

	rig_start(&rig);
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, "");
	ask(&rig, RADIUS_ACCOUNTING_REQUEST, other_stop);
	CHECK(session(&rig) != NULL);
	ask(&rig, RADIUS_ACCOUNTING_REQUEST, stop);
	CHECK(session(&rig) == NULL);
	rig_end(&rig);
}

/* Each alone makes the grant one that cannot be given. */
static void test_radius_source_refuses_what_it_cannot_do(void)
{
	static const char *const rows[] = {
		/* Session-Timeout of three octets; Termination-Action 2. */
		"1b0500003c",
		"1d0600000002",
		/* VLAN "4095", "red". */
		"40060000000d 410600000006 5106 34303935",
		"40060000000d 410600000006 5105 726564",
		/* ip:outacl#1=permit ip any any */
		"1a250000000901 1f 69703a6f757461636c23313d7065726d697420697020616e7920616e79",
	};
	struct rig rig;

	rig_start(&rig);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ask_for(&rig, station);
		answer_hex(&rig, RADIUS_ACCESS_ACCEPT, "");
		CHECK(session(&rig) != NULL);
		ask_for(&rig, station);
		answer_hex(&rig, RADIUS_ACCESS_ACCEPT, rows[i]);
		CHECK(session(&rig) == NULL);
		CHECK_EQ(rig.counters.inapplicable, i + 1);
	}
	/* A tunnel that is no VLAN says nothing about VLANs. */
	ask_for(&rig, station);
	answer_hex(&rig, RADIUS_ACCESS_ACCEPT, "400600000003 410600000006 5105 726564");
	REQUIRE(session(&rig) != NULL);
	CHECK_EQ(session(&rig)->vlan, 0);
	rig_end(&rig);
}

static const struct test_case tests[] = {
	TEST(test_radius_source_learns_what_is_accepted),
	TEST(test_radius_source_keeps_the_state_of_the_last_grant),
	TEST(test_radius_source_is_told_to_ask_again_beside_rules),
	TEST(test_radius_source_believes_only_the_secret),
	TEST(test_radius_source_makes_lists),
	TEST(test_radius_source_joins_split_rules),
	TEST(test_radius_source_downloads_lists),
	TEST(test_radius_source_obeys_disconnect_and_change),
	TEST(test_radius_source_follows_accounting),
	TEST(test_radius_source_refuses_what_it_cannot_do),
	TEST_END,
};

const struct test_suite suite_radius_source = {"radius_source", tests};
