/* SPDX-License-Identifier: MIT */
/*
 * Proves that identifiers of one octet, RADIUS's and EAP's, go on with 0 behind 255, and that only
 * the answer to the last request counts, whatever number it shares with an older one
 * (docs/WRAPS.md).
 */
#include <string.h>

#include "bridge/authenticator.h"
#include "bridge/radius_client.h"
#include "check.h"
#include "made_eapol.h"
#include "net/eapol.h"
#include "net/radius_seal.h"

enum { ROUNDS = 260 };

static const struct dimp_mac vm = {{0x52, 0x54, 0, 0, 0, 1}};
static const struct radius_secret secret = {.size = 6, .octets = "secret"};

static struct dimp_view key(void)
{
	return (struct dimp_view){secret.octets, secret.size};
}

static size_t accept(const struct radius_packet *request, uint8_t octets[RADIUS_SIZE_MAX])
{
	struct octet_writer writer = octet_writer_of(octets, RADIUS_SIZE_MAX);

	radius_begin(&writer, RADIUS_ACCESS_ACCEPT, request->identifier);
	radius_add_message_authenticator(&writer);
	const size_t size = radius_finish(&writer, request->authenticator);
	return radius_seal_response(octets, size, request->authenticator, key()) ? size : 0;
}

static bool is_believed(const struct radius_client *client, struct dimp_view octets)
{
	struct radius_packet packet;

	REQUIRE(radius_read(octets, &packet));
	return packet.identifier == client->identifier &&
		radius_response_is_authentic(&packet, client->authenticator, key());
}

/* Each answer is believed in its turn; that of 256 requests before has the number and not the
 * authenticator. */
static void test_radius_wraps_identifiers_go_on(void)
{
	static const uint8_t eap[] = {EAP_RESPONSE, 1, 0, 8, EAP_IDENTITY, 'v', 'm', '1'};
	static uint8_t answers[ROUNDS][RADIUS_SIZE_MAX];
	struct radius_client client = {.secret = secret, .station = vm, .identifier = 250};
	size_t sizes[ROUNDS];

	for (size_t each = 0; each < ROUNDS; each++) {
		uint8_t octets[RADIUS_SIZE_MAX];
		struct radius_packet request;
		const size_t size =
			radius_client_access(&client, (struct dimp_view){eap, sizeof eap}, octets);

		REQUIRE(radius_read((struct dimp_view){octets, size}, &request));
		CHECK_EQ(request.identifier, (251 + each) % 256);
		sizes[each] = accept(&request, answers[each]);
		CHECK(is_believed(&client, (struct dimp_view){answers[each], sizes[each]}));
		if (each >= 256)
			CHECK(!is_believed(&client,
				(struct dimp_view){answers[each - 256], sizes[each - 256]}));
	}
}

static void say(struct authenticator *authenticator, uint8_t type, struct dimp_view body)
{
	uint8_t octets[MADE_EAPOL_MAX];
	const size_t size = made_eapol(&vm, type, body, octets);

	authenticator_hear_vm(authenticator, (struct dimp_view){octets, size},
		(struct dimp_time){1000000});
}

/* The identifier of the request for an identity that the VM is sent. */
static uint8_t asked(struct authenticator *authenticator)
{
	uint8_t octets[DATAGRAM_FRAME_MAX];
	enum authenticator_way way;
	struct ethernet_frame frame;
	struct eapol_packet eapol;
	struct eap_packet eap;
	const size_t size = authenticator_transmit(authenticator, octets, &way);

	REQUIRE(size != 0 && way == AUTHENTICATOR_TO_VM);
	REQUIRE(ethernet_read((struct dimp_view){octets, size}, &frame) &&
		eapol_read(frame.payload, &eapol) && eap_read(eapol.body, &eap));
	CHECK_EQ(eap.method, EAP_IDENTITY);
	return eap.identifier;
}

static bool is_handed_on(struct authenticator *authenticator, uint8_t identifier)
{
	const uint8_t eap[] = {EAP_RESPONSE, identifier, 0, 8, EAP_IDENTITY, 'v', 'm', '1'};
	uint8_t octets[DATAGRAM_FRAME_MAX];
	enum authenticator_way way;

	say(authenticator, EAPOL_EAP, (struct dimp_view){eap, sizeof eap});
	return authenticator_transmit(authenticator, octets, &way) != 0 &&
		way == AUTHENTICATOR_TO_SERVER;
}

/* A VM that starts again and again is asked with the next number, and answers to that one alone. */
static void test_radius_wraps_eap_identifiers_go_on(void)
{
	struct authenticator_config config = {.secret = secret, .port = 49152};
	struct di_store *const store = di_store_create();
	struct source_counters counters = {0};
	const struct source_place place = {.store = store, .vm = vm, .counters = &counters};
	struct authenticator *const authenticator = authenticator_create(&config, &place);
	unsigned wraps = 0;
	uint8_t last = 0;

	REQUIRE(authenticator != NULL);
	authenticator_start(authenticator, (struct dimp_time){0});
	for (unsigned each = 0; each < ROUNDS; each++) {
		say(authenticator, EAPOL_START, (struct dimp_view){NULL, 0});
		const uint8_t identifier = asked(authenticator);
		if (each != 0)
			CHECK_EQ(identifier, (uint8_t)(last + 1));
		wraps += identifier == 0;
		CHECK(!is_handed_on(authenticator, last));
		CHECK(is_handed_on(authenticator, identifier));
		last = identifier;
	}
	CHECK(wraps >= 1);
	authenticator_destroy(authenticator);
	di_store_destroy(store);
}

static const struct test_case tests[] = {
	TEST(test_radius_wraps_identifiers_go_on),
	TEST(test_radius_wraps_eap_identifiers_go_on),
	TEST_END,
};
const struct test_suite suite_radius_wraps = {"radius_wraps", tests};
