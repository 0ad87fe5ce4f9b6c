/* SPDX-License-Identifier: MIT */
/* Proves that one set of keys opens what it sealed once, and nothing that is no PROTECTED PDU. */
#include "check.h"

#include <string.h>

#include "crypto/openssl_crypto.h"
#include "session.h"

static struct openssl_crypto *provider;

static const struct dimp_crypto *crypto(void)
{
	return openssl_crypto_table(provider);
}

/* Keys with which a session hears itself. */
static struct session echo(void)
{
	struct session session = {.is_live = true, .local_index = 7, .remote_index = 7};

	memset(session.send_key, 0x11, sizeof session.send_key);
	memset(session.receive_key, 0x11, sizeof session.receive_key);
	return session;
}

static size_t seal(struct session *session, uint8_t *pdu)
{
	memcpy(pdu + DIMP_PDU_HEADER_SIZE, "word", 4);
	return session_seal(session, crypto(), pdu, 4);
}

static void test_session_opens_what_it_sealed_once(void)
{
	struct session session = echo();
	uint8_t pdu[64], plain[64];
	struct dimp_payload payload = {.octets = plain};

	provider = openssl_crypto_create_seeded(1, "session");
	const struct dimp_view sealed = {pdu, seal(&session, pdu)};
	CHECK_EQ(session_open(&session, crypto(), sealed, &payload), SESSION_OPENED);
	CHECK_EQ(payload.size, 4);
	CHECK(memcmp(plain, "word", 4) == 0);
	CHECK_EQ(session_open(&session, crypto(), sealed, &payload), SESSION_REPLAYED);
	openssl_crypto_destroy(provider);
}

static void test_session_opens_nothing_that_is_no_protected_pdu(void)
{
	struct session session = echo();
	uint8_t pdu[64], plain[64];
	struct dimp_payload payload = {.octets = plain, .size = 9};

	provider = openssl_crypto_create_seeded(2, "session");
	const size_t size = seal(&session, pdu);
	CHECK_EQ(
		dimp_pdu_open(crypto(), session.receive_key, (struct dimp_view){pdu, 15}, &payload),
		DIMP_ERROR_TRUNCATED);
	CHECK_EQ(payload.size, 0);
	CHECK_EQ(session_open(&session, crypto(), (struct dimp_view){pdu, 15}, &payload),
		SESSION_FORGED);
	/* The length says 31: no place for a tag. */
	pdu[3] = 31;
	CHECK_EQ(
		dimp_pdu_open(crypto(), session.receive_key, (struct dimp_view){pdu, 31}, &payload),
		DIMP_ERROR_BAD_LENGTH);
	pdu[3] = (uint8_t)size;
	pdu[0] = 0x12;
	CHECK_EQ(dimp_pdu_open(crypto(), session.receive_key, (struct dimp_view){pdu, size},
			 &payload),
		DIMP_ERROR_BAD_VALUE);
	pdu[0] = 0x13;
	CHECK_EQ(session_open(&session, crypto(), (struct dimp_view){pdu, size}, &payload),
		SESSION_OPENED);
	openssl_crypto_destroy(provider);
}

/* DIMP 5.8-1. */
static void test_session_seals_while_it_lives_and_has_numbers(void)
{
	struct session session = echo();

	session.next_number = DIMP_PDUS_PER_KEY_MAX - 1;
	CHECK(session_can_seal(&session));
	session.next_number++;
	CHECK(!session_can_seal(&session));
	session_wipe(&session);
	CHECK(!session_can_seal(&session));
}

static const struct test_case tests[] = {
	TEST(test_session_opens_what_it_sealed_once),
	TEST(test_session_opens_nothing_that_is_no_protected_pdu),
	TEST(test_session_seals_while_it_lives_and_has_numbers),
	TEST_END,
};

const struct test_suite suite_session = {"session", tests};
