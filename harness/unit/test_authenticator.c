/*
 * Proves that the authenticator relays what it is given and no more: an exchange of EAP-MD5 with
 * the actors' own server and supplicant left out, the frames of both being made here by the
 * standards, its retransmissions, its hold-off, and what it answers to RFC 5176.
 */
#include "bridge/authenticator.h"
#include "check.h"
#include "made_eapol.h"
#include "net/eapol.h"
#include "net/radius_seal.h"

#include <string.h>

static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const char secret_text[] = "radius-secret";
enum { PORT = 49152 };

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct authenticator *authenticator;
	struct dimp_time now;
	uint8_t octets[DATAGRAM_FRAME_MAX]; /* the last frame sent */
	size_t size;
	enum authenticator_way way;
};

static struct dimp_view secret(void)
{
	return (struct dimp_view){(const uint8_t *)secret_text, sizeof secret_text - 1};
}

static void rig_start(struct rig *rig)
{
	struct authenticator_config config = {
		.bridge = {{2, 0, 0, 0, 0, 1}},
		.server = {{2, 0, 0, 0, 0, 9}},
		.bridge_address = edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, 100}),
		.server_address = edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, 3}),
		.port = PORT,
		.quiet_us = 60000000,
	};

	config.secret.size = secret().size;
	memcpy(config.secret.octets, secret().octets, secret().size);
	*rig = (struct rig){.store = di_store_create(), .now = {1000000}};
	REQUIRE(rig->store != NULL);
	rig->place =
		(struct source_place){.store = rig->store, .vm = vm, .counters = &rig->counters};
	rig->authenticator = authenticator_create(&config, &rig->place);
	REQUIRE(rig->authenticator != NULL);
	authenticator_start(rig->authenticator, rig->now);
}

static void rig_end(struct rig *rig)
{
	authenticator_destroy(rig->authenticator);
	di_store_destroy(rig->store);
}

/* Whether a frame is sent that way; it is kept. */
static bool sends(struct rig *rig, enum authenticator_way way)
{
	rig->size = authenticator_transmit(rig->authenticator, rig->octets, &rig->way);
	return rig->size != 0 && rig->way == way;
}

static bool is_silent(struct rig *rig)
{
	rig->size = authenticator_transmit(rig->authenticator, rig->octets, &rig->way);
	return rig->size == 0;
}

static void say(struct rig *rig, uint8_t type, struct dimp_view body)
{
	uint8_t octets[MADE_EAPOL_MAX];
	const size_t size = made_eapol(&vm, type, body, octets);

	authenticator_hear_vm(rig->authenticator, (struct dimp_view){octets, size}, rig->now);
}

static void respond(struct rig *rig, uint8_t identifier, uint8_t method)
{
	const uint8_t eap[] = {EAP_RESPONSE, identifier, 0, 8, method, 'v', 'm', '1'};

	say(rig, EAPOL_EAP, (struct dimp_view){eap, sizeof eap});
}

/* The EAP packet of the last frame to the VM. */
static struct eap_packet asked(const struct rig *rig)
{
	struct ethernet_frame frame;
	struct eapol_packet eapol;
	struct eap_packet eap = {.identifier = 0};

	CHECK(ethernet_read((struct dimp_view){rig->octets, rig->size}, &frame));
	CHECK(ethernet_is_same(&frame.destination, &vm));
	CHECK(eapol_read(frame.payload, &eapol) && eap_read(eapol.body, &eap));
	return eap;
}

/* The RADIUS packet of the last frame to the server, which holds as long as that. */
static struct radius_packet requested(const struct rig *rig)
{
	struct edge_frame frame;
	struct datagram_frame datagram;
	struct radius_packet packet = {.code = 0};

	CHECK(edge_frame_read((struct dimp_view){rig->octets, rig->size}, &frame));
	CHECK(datagram_frame_read(&frame, &datagram));
	CHECK(radius_read(datagram.payload, &packet));
	return packet;
}

/* The server's answer to the last request. */
static void answer_with(struct rig *rig, enum radius_code code, struct dimp_view eap)
{
	const struct radius_packet request = requested(rig);
	uint8_t octets[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);

	radius_begin(&writer, code, request.identifier);
	radius_add_eap(&writer, eap);
	radius_add(&writer, RADIUS_STATE, (struct dimp_view){(const uint8_t *)"state", 5});
	radius_add_message_authenticator(&writer);
	const size_t size = radius_finish(&writer, request.authenticator);
	REQUIRE(radius_seal_response(octets, size, request.authenticator, secret()));
	const struct datagram_frame datagram = {.to_port = PORT,
		.from_port = RADIUS_PORT,
		.payload = {octets, size}};
	(void)authenticator_hear_server(rig->authenticator, &datagram, rig->now);
}

/* The same with a short EAP packet of that code. */
static void answer(struct rig *rig, enum radius_code code, uint8_t eap_code)
{
	const uint8_t eap[] = {eap_code, 9, 0, (uint8_t)(eap_code == EAP_REQUEST ? 7 : 4), EAP_MD5,
		1, 0xaa};

	answer_with(rig, code, (struct dimp_view){eap, eap[3]});
}

static struct dimp_record session_record(uint32_t reauthentication)
{
	return (struct dimp_record){.type = DIMP_DI_DOT1X_SESSION,
		.body.dot1x_session = {.client = vm,
			.session_remaining = DIMP_DURATION_INFINITE,
			.reauthentication_remaining = reauthentication,
			.attributes = 1U << DIMP_ATTRIBUTE_dot1x_session_identity |
				1U << DIMP_ATTRIBUTE_dot1x_session_class |
				1U << DIMP_ATTRIBUTE_dot1x_session_accounting_session,
			.identity = {3, "vm1"},
			.class = {2, "c1"},
			.accounting_session = {2, "S1"}}};
}

static void put_session(struct rig *rig, uint32_t reauthentication)
{
	const struct dimp_record record = session_record(reauthentication);

	CHECK(di_store_put(rig->store, 0, &record, rig->now));
}

/* The same with the State of its Access-Accept, due at once. */
static void put_session_with_state(struct rig *rig, enum dimp_termination termination)
{
	struct dimp_record record = session_record(0);

	record.body.dot1x_session.termination = (uint8_t)termination;
	record.body.dot1x_session.state = (struct dimp_octets253){3, {0, 0xff, 0x5e}};
	record.body.dot1x_session.attributes |= 1U << DIMP_ATTRIBUTE_dot1x_session_state;
	CHECK(di_store_put(rig->store, 0, &record, rig->now));
}

/* From Start to the server's second answer. */
static void come_to_an_answer(struct rig *rig)
{
	struct dimp_view state;

	say(rig, EAPOL_START, (struct dimp_view){NULL, 0});
	REQUIRE(sends(rig, AUTHENTICATOR_TO_VM));
	CHECK_EQ(asked(rig).method, EAP_IDENTITY);
	respond(rig, asked(rig).identifier, EAP_IDENTITY);
	REQUIRE(sends(rig, AUTHENTICATOR_TO_SERVER));
	answer(rig, RADIUS_ACCESS_CHALLENGE, EAP_REQUEST);
	REQUIRE(sends(rig, AUTHENTICATOR_TO_VM));
	CHECK_EQ(asked(rig).method, EAP_MD5);
	CHECK_EQ(asked(rig).identifier, 9);
	/* An answer to something else is none. */
	respond(rig, 8, EAP_MD5);
	CHECK(is_silent(rig));
	respond(rig, 9, EAP_MD5);
	REQUIRE(sends(rig, AUTHENTICATOR_TO_SERVER));
	const struct radius_packet request = requested(rig);
	CHECK(radius_request_is_authentic(&request, secret()));
	REQUIRE(radius_find(&request, RADIUS_STATE, &state));
	CHECK_BYTES(state.octets, state.size, "7374617465");
}

/* The server's answer to an account, with this secret. */
static void acknowledge(struct rig *rig, struct dimp_view key)
{
	const struct radius_packet request = requested(rig);
	uint8_t octets[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);

	radius_begin(&writer, RADIUS_ACCOUNTING_RESPONSE, request.identifier);
	const size_t size = radius_finish(&writer, request.authenticator);
	REQUIRE(radius_seal_response(octets, size, request.authenticator, key));
	const struct datagram_frame datagram = {.to_port = PORT,
		.from_port = RADIUS_ACCOUNTING_PORT,
		.payload = {octets, size}};
	(void)authenticator_hear_server(rig->authenticator, &datagram, rig->now);
}

static void test_authenticator_relays_until_accepted(void)
{
	struct rig rig;

	rig_start(&rig);
	CHECK(is_silent(&rig));
	come_to_an_answer(&rig);
	/* The sources made the session. */
	put_session(&rig, DIMP_DURATION_INFINITE);
	answer(&rig, RADIUS_ACCESS_ACCEPT, EAP_SUCCESS);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
	CHECK_EQ(asked(&rig).code, EAP_SUCCESS);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	CHECK_EQ(requested(&rig).code, RADIUS_ACCOUNTING_REQUEST);
	acknowledge(&rig, secret());
	CHECK(is_silent(&rig));
	CHECK_EQ(authenticator_deadline(rig.authenticator).us, UINT64_MAX);
	rig_end(&rig);
}

/* Accepted by the server, but not by the sources: a grant that cannot be given. */
static void test_authenticator_fails_without_a_session(void)
{
	struct rig rig;

	rig_start(&rig);
	come_to_an_answer(&rig);
	answer(&rig, RADIUS_ACCESS_ACCEPT, EAP_SUCCESS);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
	CHECK_EQ(asked(&rig).code, EAP_FAILURE);
	rig_end(&rig);
}

static void test_authenticator_relays_nothing_longer_than_a_frame(void)
{
	enum { SIZE = 1600 };
	static const uint8_t eap[SIZE] = {EAP_REQUEST, 9, SIZE >> 8, SIZE & 0xff, EAP_MD5};
	struct rig rig;

	rig_start(&rig);
	say(&rig, EAPOL_START, (struct dimp_view){NULL, 0});
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
	respond(&rig, asked(&rig).identifier, EAP_IDENTITY);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	answer_with(&rig, RADIUS_ACCESS_CHALLENGE, (struct dimp_view){eap, sizeof eap});
	CHECK(is_silent(&rig));
	/* The server is still the one asked. */
	rig.now.us += 3000000;
	authenticator_expire(rig.authenticator, rig.now);
	CHECK(sends(&rig, AUTHENTICATOR_TO_SERVER));
	rig_end(&rig);
}

static void test_authenticator_holds_off_after_a_failure(void)
{
	struct rig rig;

	rig_start(&rig);
	come_to_an_answer(&rig);
	answer(&rig, RADIUS_ACCESS_REJECT, EAP_FAILURE);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
	CHECK_EQ(asked(&rig).code, EAP_FAILURE);
	rig.now.us += 59999999;
	authenticator_expire(rig.authenticator, rig.now);
	say(&rig, EAPOL_START, (struct dimp_view){NULL, 0});
	CHECK(is_silent(&rig));
	rig.now.us++;
	authenticator_expire(rig.authenticator, rig.now);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
	CHECK_EQ(asked(&rig).method, EAP_IDENTITY);
	rig_end(&rig);
}

static void test_authenticator_asks_again_and_gives_up(void)
{
	struct rig rig;

	rig_start(&rig);
	put_session(&rig, dimp_duration_from_us(4000000));
	authenticator_start(rig.authenticator, rig.now);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	acknowledge(&rig, secret());
	CHECK_EQ(authenticator_deadline(rig.authenticator).us, rig.now.us + 4000000);
	rig.now.us += 4000000;
	for (unsigned tries = 0; tries < 3; tries++) {
		authenticator_expire(rig.authenticator, rig.now);
		REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
		CHECK_EQ(asked(&rig).method, EAP_IDENTITY);
		CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DOT1X_SESSION), 1);
		rig.now = authenticator_deadline(rig.authenticator);
	}
	authenticator_expire(rig.authenticator, rig.now);
	CHECK(is_silent(&rig));
	CHECK_EQ(di_store_count(rig.store, 0, DIMP_DI_DOT1X_SESSION), 0);
	rig_end(&rig);
}

/* A session that moved here: the server is told by the names that it gave it. */
static void test_authenticator_accounts_for_a_session_that_moved(void)
{
	struct rig rig;
	struct dimp_view value;
	uint32_t status = 0;

	rig_start(&rig);
	put_session(&rig, DIMP_DURATION_INFINITE);
	authenticator_start(rig.authenticator, rig.now);
	CHECK_EQ(authenticator_deadline(rig.authenticator).us, 0);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	const struct radius_packet packet = requested(&rig);
	CHECK(radius_request_is_authentic(&packet, secret()));
	CHECK(radius_find_u32(&packet, RADIUS_ACCT_STATUS_TYPE, &status));
	CHECK_EQ(status, 3);
	REQUIRE(radius_find(&packet, RADIUS_CLASS, &value));
	CHECK_BYTES(value.octets, value.size, "6331");
	REQUIRE(radius_find(&packet, RADIUS_ACCT_SESSION_ID, &value));
	CHECK_BYTES(value.octets, value.size, "5331");
	rig_end(&rig);
}

/* Answers what the VM was just asked for, its identity; whether the Access-Request has a State. */
static bool requests_with_state(struct rig *rig, struct dimp_view *state)
{
	REQUIRE(sends(rig, AUTHENTICATOR_TO_VM));
	CHECK_EQ(asked(rig).method, EAP_IDENTITY);
	respond(rig, asked(rig).identifier, EAP_IDENTITY);
	REQUIRE(sends(rig, AUTHENTICATOR_TO_SERVER));
	const struct radius_packet request = requested(rig);
	CHECK_EQ(request.code, RADIUS_ACCESS_REQUEST);
	return radius_find(&request, RADIUS_STATE, state);
}

/* DIMP 8.1-6, RFC 2865 5.24: of a session that moved here as of one that was made here. */
static void test_authenticator_sends_the_state_of_what_is_over(void)
{
	struct rig rig;
	struct dimp_view state;

	rig_start(&rig);
	put_session_with_state(&rig, DIMP_TERMINATION_RADIUS_REQUEST);
	authenticator_expire(rig.authenticator, rig.now);
	REQUIRE(requests_with_state(&rig, &state));
	CHECK_BYTES(state.octets, state.size, "00ff5e");
	/* What the server says next is what counts in this exchange. */
	answer(&rig, RADIUS_ACCESS_CHALLENGE, EAP_REQUEST);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
	respond(&rig, 9, EAP_MD5);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	const struct radius_packet request = requested(&rig);
	REQUIRE(radius_find(&request, RADIUS_STATE, &state));
	CHECK_BYTES(state.octets, state.size, "7374617465");
	rig_end(&rig);
}

static void test_authenticator_sends_no_state_of_what_is_new(void)
{
	struct rig rig;
	struct dimp_view state;

	rig_start(&rig);
	put_session_with_state(&rig, DIMP_TERMINATION_RADIUS_REQUEST);
	authenticator_expire(rig.authenticator, rig.now);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_VM));
	/* The VM begins by itself before it has answered. */
	say(&rig, EAPOL_START, (struct dimp_view){NULL, 0});
	CHECK(!requests_with_state(&rig, &state));
	rig_end(&rig);
	rig_start(&rig);
	put_session_with_state(&rig, DIMP_TERMINATION_DEFAULT);
	authenticator_expire(rig.authenticator, rig.now);
	CHECK(!requests_with_state(&rig, &state));
	rig_end(&rig);
}

/* Lets time pass to the next deadline. */
static void pass_time(struct rig *rig)
{
	rig->now = authenticator_deadline(rig->authenticator);
	authenticator_expire(rig->authenticator, rig->now);
}

/* RFC 2866 2, RFC 5080 2.2.1: the same octets, until the server says that it has them. */
static void test_authenticator_accounts_until_it_is_heard(void)
{
	static const uint8_t guessed[] = "guessed";
	struct rig rig;
	uint8_t first[DATAGRAM_FRAME_MAX];

	rig_start(&rig);
	put_session(&rig, DIMP_DURATION_INFINITE);
	authenticator_start(rig.authenticator, rig.now);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	const size_t size = rig.size;
	memcpy(first, rig.octets, size);
	const uint64_t begun_us = rig.now.us;
	pass_time(&rig);
	CHECK(rig.now.us - begun_us >= 1800000 && rig.now.us - begun_us <= 2200000);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	CHECK(rig.size == size && memcmp(rig.octets, first, size) == 0);
	/* Whoever does not know the secret ends nothing. */
	acknowledge(&rig, (struct dimp_view){guessed, sizeof guessed});
	pass_time(&rig);
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	acknowledge(&rig, secret());
	CHECK_EQ(authenticator_deadline(rig.authenticator).us, UINT64_MAX);
	/* One that is frozen says no more of it. */
	authenticator_start(rig.authenticator, rig.now);
	authenticator_stop(rig.authenticator);
	CHECK_EQ(authenticator_deadline(rig.authenticator).us, UINT64_MAX);
	rig_end(&rig);
}

/* A request of RFC 5176 about the user |name|; whether it is about the session here. */
static bool demand(struct rig *rig, enum radius_code code, const char *name)
{
	static const uint8_t none[RADIUS_AUTHENTICATOR_SIZE];
	uint8_t octets[RADIUS_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);

	radius_begin(&writer, code, 7);
	radius_add(&writer, RADIUS_USER_NAME,
		(struct dimp_view){(const uint8_t *)name, strlen(name)});
	const size_t size = radius_finish(&writer, none);
	CHECK(radius_seal_request(octets, size, secret()));
	const struct datagram_frame datagram = {.to_port = RADIUS_DYNAMIC_PORT,
		.from_port = 5000,
		.payload = {octets, size}};
	const bool is_taken = authenticator_hear_server(rig->authenticator, &datagram, rig->now);
	if (!is_taken)
		authenticator_refuse(rig->authenticator, &datagram);
	return is_taken;
}

static void test_authenticator_answers_requests_of_the_server(void)
{
	struct rig rig;
	uint32_t cause = 0;

	rig_start(&rig);
	put_session(&rig, DIMP_DURATION_INFINITE);
	CHECK(demand(&rig, RADIUS_DISCONNECT_REQUEST, "vm1"));
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	CHECK_EQ(requested(&rig).code, RADIUS_DISCONNECT_ACK);
	CHECK(demand(&rig, RADIUS_COA_REQUEST, "vm1"));
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	CHECK_EQ(requested(&rig).code, RADIUS_COA_ACK);
	CHECK(!demand(&rig, RADIUS_DISCONNECT_REQUEST, "vm2"));
	REQUIRE(sends(&rig, AUTHENTICATOR_TO_SERVER));
	const struct radius_packet refusal = requested(&rig);
	CHECK_EQ(refusal.code, RADIUS_DISCONNECT_NAK);
	CHECK(radius_find_u32(&refusal, RADIUS_ERROR_CAUSE, &cause));
	CHECK_EQ(cause, 503);
	rig_end(&rig);
}

static const struct test_case tests[] = {
	TEST(test_authenticator_relays_until_accepted),
	TEST(test_authenticator_fails_without_a_session),
	TEST(test_authenticator_relays_nothing_longer_than_a_frame),
	TEST(test_authenticator_holds_off_after_a_failure),
	TEST(test_authenticator_asks_again_and_gives_up),
	TEST(test_authenticator_accounts_for_a_session_that_moved),
	TEST(test_authenticator_sends_the_state_of_what_is_over),
	TEST(test_authenticator_sends_no_state_of_what_is_new),
	TEST(test_authenticator_accounts_until_it_is_heard),
	TEST(test_authenticator_answers_requests_of_the_server),
	TEST_END,
};

const struct test_suite suite_authenticator = {"authenticator", tests};
