/* SPDX-License-Identifier: MIT */
/*
 * Holds the handshake to the worked example of DIMP 13, which a program of its own computed from
 * the Noise paper: keys, hashes, both PDUs and the first PROTECTED one.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "association_pair.h"
#include "initiation.h"
#include "session.h"
#include "worked_values.h"

static const char file[] = "13-worked-handshake.md";

/* OpenSSL's primitives with dice that always fall as the example says. */
static struct dimp_crypto loaded;
static struct hexed ephemeral;

static bool fall(void *user, uint8_t *octets, size_t size)
{
	(void)user;
	memcpy(octets, ephemeral.octets, size);
	return size == ephemeral.size;
}

static struct hexed value(const char *name)
{
	const struct hexed found = worked_value(file, name);

	CHECK(found.size > 0);
	return found;
}

static void check_value(const uint8_t *octets, size_t size, const char *name)
{
	const struct hexed expected = value(name);

	CHECK_EQ(size, expected.size);
	CHECK(memcmp(octets, expected.octets, expected.size) == 0);
}

/* The end called |who|, and the other as its peer. */
static struct initiation_ends end_of(struct pair_end *end, const char *who, const char *other)
{
	char name[64];

	end->context.crypto = &loaded;
	(void)snprintf(name, sizeof name, "%s.static.secret", who);
	memcpy(end->context.static_secret, value(name).octets, DIMP_KEY_SIZE);
	(void)snprintf(name, sizeof name, "%s.static.public", who);
	memcpy(end->context.static_public, value(name).octets, DIMP_KEY_SIZE);
	(void)snprintf(name, sizeof name, "%s.static.public", other);
	memcpy(end->peer.static_public.octets, value(name).octets, DIMP_KEY_SIZE);
	memcpy(end->peer.preshared, value("psk").octets, DIMP_KEY_SIZE);
	return (struct initiation_ends){&end->context, &end->peer};
}

static void check_public_keys(void)
{
	static const char *const names[] = {"initiator.static", "responder.static",
		"initiator.ephemeral", "responder.ephemeral"};

	for (size_t each = 0; each < sizeof names / sizeof names[0]; each++) {
		uint8_t public_key[DIMP_KEY_SIZE];
		char name[64];

		(void)snprintf(name, sizeof name, "%s.secret", names[each]);
		CHECK(loaded.x25519_public(loaded.user, public_key, value(name).octets));
		(void)snprintf(name, sizeof name, "%s.public", names[each]);
		check_value(public_key, sizeof public_key, name);
	}
}

static void check_split(struct handshake *handshake)
{
	struct handshake_keys keys;

	check_value(handshake->hash, DIMP_KEY_SIZE, "reply.payload.h");
	check_value(handshake->chaining_key, DIMP_KEY_SIZE, "reply.psk.ck");
	CHECK(handshake_split(handshake, &keys));
	check_value(keys.from_initiator, DIMP_KEY_SIZE, "key.from.initiator");
	check_value(keys.from_responder, DIMP_KEY_SIZE, "key.from.responder");
}

static void check_protected(void)
{
	struct session session = {.is_live = true,
		.local_index = 0x01020304,
		.remote_index = 0x05060708};
	uint8_t pdu[DIMP_PDU_SIZE_DEFAULT];
	const struct hexed payload = value("protected.payload");

	memcpy(session.send_key, value("key.from.initiator").octets, DIMP_KEY_SIZE);
	memcpy(pdu + DIMP_PDU_HEADER_SIZE, payload.octets, payload.size);
	check_value(pdu, session_seal(&session, &loaded, pdu, payload.size), "protected.pdu");
}

static void test_handshake_gives_the_worked_values(void)
{
	const struct initiation content = {.index = 0x01020304,
		.stamp = UINT64_C(7) << 32 | 9,
		.lowest_version = 1,
		.highest_version = 1,
		.start = 7};
	struct openssl_crypto *crypto = openssl_crypto_create_seeded(1, "worked");
	struct pair_end first = {0}, second = {0};
	struct handshake initiator, responder;
	struct initiation seen;
	struct initiation_reply reply;
	uint8_t pdu[INITIATION_SIZE], answer[INITIATION_REPLY_SIZE];

	loaded = *openssl_crypto_table(crypto);
	loaded.random = fall;
	const struct initiation_ends from = end_of(&first, "initiator", "responder");
	const struct initiation_ends to = end_of(&second, "responder", "initiator");

	check_public_keys();
	ephemeral = value("initiator.ephemeral.secret");
	CHECK(initiation_write(&from, &initiator, &content, pdu));
	check_value(pdu, sizeof pdu, "initiation.pdu");
	check_value(initiator.hash, DIMP_KEY_SIZE, "initiation.payload.h");
	check_value(initiator.chaining_key, DIMP_KEY_SIZE, "initiation.ss.ck");
	CHECK(initiation_is_for_us(&second.context, (struct dimp_view){pdu, sizeof pdu}));
	CHECK(initiation_read(&to, &responder, (struct dimp_view){pdu, sizeof pdu}, &seen));
	CHECK_EQ(seen.stamp, content.stamp);
	CHECK_EQ(seen.start, 7);
	ephemeral = value("responder.ephemeral.secret");
	CHECK(initiation_reply_write(&responder, &seen,
		&(struct initiation_reply){.index = 0x05060708, .start = 9}, answer));
	check_value(answer, sizeof answer, "reply.pdu");
	check_split(&responder);
	CHECK(initiation_reply_read(&initiator, (struct dimp_view){answer, sizeof answer}, &reply));
	CHECK_EQ(reply.index, 0x05060708);
	CHECK_EQ(reply.start, 9);
	check_split(&initiator);
	check_protected();
	openssl_crypto_destroy(crypto);
}

static const struct test_case tests[] = {
	TEST(test_handshake_gives_the_worked_values),
	TEST_END,
};

const struct test_suite suite_worked_handshake = {"worked_handshake", tests};
