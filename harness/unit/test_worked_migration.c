/* SPDX-License-Identifier: MIT */
/*
 * Holds seals, messages, records and digests to the worked migration of DIMP 14, which the second
 * speaker of the project wrote.
 */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "digest.h"
#include "session.h"
#include "worked_values.h"

static const char file[] = "14-worked-migration.md";

enum { PDUS = 10 };

static const struct {
	uint32_t index;
	const char *key;
} ways[] = {
	{0x0b0b0b0b, "key.station.destination"},
	{0x0a0a0a0a, "key.destination.station"},
	{0x05060708, "key.destination.source"},
	{0x01020304, "key.source.destination"},
};

/* Adds the records of a DATA to the digest, or compares the rows of who told one. */
static void take_message(const struct dimp_message *message, struct digest *digest)
{
	struct dimp_view rest = message->records, record;
	struct dimp_record read;

	while (message->kind == DIMP_MESSAGE_DATA && dimp_tlv_next(&rest, &record)) {
		CHECK_EQ(dimp_record_read(record, &read), DIMP_ERROR_NONE);
		digest_add(digest, record);
	}
	if (message->kind != DIMP_MESSAGE_ROUND_END && message->kind != DIMP_MESSAGE_COMMIT)
		return;
	CHECK_EQ(message->row_count, 1);
	CHECK(digest_matches(digest, message->rows.digest, message->row_count));
}

/* Each message of the payload is the one listed, and is written as it was read. */
static unsigned take_payload(struct dimp_view payload, int pdu, struct digest *digest)
{
	struct dimp_view item;
	unsigned count = 0;

	while (dimp_tlv_next(&payload, &item)) {
		uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
		struct dimp_message message;
		size_t size = 0;
		char name[64];

		(void)snprintf(name, sizeof name, "pdu.%d.message.%u", pdu, ++count);
		const struct hexed listed = worked_value(file, name);
		CHECK_EQ(item.size, listed.size);
		CHECK(memcmp(item.octets, listed.octets, listed.size) == 0);
		CHECK_EQ(dimp_message_read(item, &message), DIMP_ERROR_NONE);
		CHECK_EQ(dimp_message_write(&message, octets, sizeof octets, &size),
			DIMP_ERROR_NONE);
		CHECK_EQ(size, listed.size);
		CHECK(memcmp(octets, listed.octets, listed.size) == 0);
		take_message(&message, digest);
	}
	CHECK_EQ(payload.size, 0);
	return count;
}

static unsigned take_pdu(const struct dimp_crypto *crypto, int pdu, struct digest *digest)
{
	struct dimp_payload payload = {.octets = (uint8_t[DIMP_PDU_SIZE_MAX]){0}};
	struct session session = {.is_live = true};
	struct dimp_pdu_header header;
	char name[64];

	(void)snprintf(name, sizeof name, "pdu.%d", pdu);
	const struct hexed octets = worked_value(file, name);
	CHECK_EQ(dimp_pdu_header_read(hexed_view(&octets), &header), DIMP_ERROR_NONE);
	for (size_t each = 0; each < sizeof ways / sizeof ways[0]; each++)
		if (ways[each].index == header.receiver_index)
			memcpy(session.receive_key, worked_value(file, ways[each].key).octets,
				DIMP_KEY_SIZE);
	session.local_index = header.receiver_index;
	CHECK_EQ(session_open(&session, crypto, hexed_view(&octets), &payload), SESSION_OPENED);
	return take_payload((struct dimp_view){payload.octets, payload.size}, pdu, digest);
}

static void test_migration_is_read_and_written_as_worked(void)
{
	struct openssl_crypto *crypto = openssl_crypto_create_seeded(1, "worked");
	const struct hexed key = worked_value(file, "digest.key");
	struct dimp_id16 digest_key;
	struct digest digest;
	unsigned count = 0;

	memcpy(digest_key.octets, key.octets, sizeof digest_key.octets);
	digest_start(&digest, openssl_crypto_table(crypto), &digest_key);
	for (int pdu = 1; pdu <= PDUS; pdu++)
		count += take_pdu(openssl_crypto_table(crypto), pdu, &digest);
	CHECK_EQ(count, 16);
	openssl_crypto_destroy(crypto);
}

static void test_digest_of_each_entry_is_as_worked(void)
{
	static const char *const entries[] = {"entry.1", "entry.2"};
	struct openssl_crypto *crypto = openssl_crypto_create_seeded(1, "worked");
	const struct hexed key = worked_value(file, "digest.key");
	struct dimp_digest_row rows[DIMP_ROWS_MAX];
	struct dimp_id16 digest_key;
	uint64_t sum = 0;

	memcpy(digest_key.octets, key.octets, sizeof digest_key.octets);
	for (size_t each = 0; each < 2; each++) {
		const struct hexed entry = worked_value(file, entries[each]);
		struct digest digest;
		char name[64];
		uint64_t integer = 0;

		(void)snprintf(name, sizeof name, "%s.integer", entries[each]);
		for (size_t octet = 0; octet < 8; octet++)
			integer = integer << 8 | worked_value(file, name).octets[octet];
		digest_start(&digest, openssl_crypto_table(crypto), &digest_key);
		digest_add(&digest, hexed_view(&entry));
		CHECK_EQ(digest_rows(&digest, rows), 1);
		CHECK_EQ(rows[0].sum, integer);
		sum += integer;
	}
	for (size_t octet = 8; octet-- > 0; sum >>= 8)
		CHECK_EQ(worked_value(file, "digest.sum").octets[octet], sum & 0xff);
	openssl_crypto_destroy(crypto);
}

static const struct test_case tests[] = {
	TEST(test_migration_is_read_and_written_as_worked),
	TEST(test_digest_of_each_entry_is_as_worked),
	TEST_END,
};

const struct test_suite suite_worked_migration = {"worked_migration", tests};
