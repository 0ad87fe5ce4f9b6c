/*
 * Proves that octets are told apart and decoded: PDUs sealed by another AES-GCM, messages and
 * records by hand, padding, and damage at every octet.
 */
#include "check.h"
#include "hexed.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "observe/decoder.h"

/* PROTECTED, key 00 01 .. 1f, receiver index 10, packet 5: CANCEL of request 7 and PING.  Sealed
 * with Python's cryptography. */
#define SEALED \
	"13000030 0000000a 0000000000000005" \
	"98a5c26ac3be954d685249f645c655e20054d1f9521c9f158114ba834ffc60a5"
/* The same with packet 6: PING and the head of a CANCEL cut short. */
#define SEALED_CUT \
	"13000029 0000000a 0000000000000006" \
	"8dee81ee0c1e45c91303cdf05917ca4ee8f880ec4253316c6c"
#define BINDING "0204 0012 01 01 0064 02000000000a c0000201 ffffffff"
#define OCTETS_56 \
	"11111111111111111111111111111111111111111111111111111111" \
	"22222222222222222222222222222222222222222222222222222222"
#define CANCEL "0004 0008 0000000000000007"

/* What all tests here begin with. */
struct bench {
	struct openssl_crypto *crypto;
	struct keylog_key keys[2]; /* the first does not open anything */
	struct keylog keylog;
	struct decoder decoder;
};

static void bench_open(struct bench *bench)
{
	*bench = (struct bench){.crypto = openssl_crypto_create()};
	bench->keys[0].receiver_index = 10;
	bench->keys[1].receiver_index = 10;
	for (uint8_t octet = 0; octet < DIMP_KEY_SIZE; octet++)
		bench->keys[1].key[octet] = octet;
	bench->keylog = (struct keylog){.keys = bench->keys, .key_count = 2};
	bench->decoder.crypto = openssl_crypto_table(bench->crypto);
	bench->decoder.keylog = &bench->keylog;
}

static json_t *decode(struct bench *bench, const char *hex)
{
	const struct hexed hexed = hexed_from(hex);
	struct dimp_view rest = hexed_view(&hexed);
	json_t *items = json_array();

	for (json_t *item = decoder_next(&bench->decoder, &rest); item != NULL;
		item = decoder_next(&bench->decoder, &rest))
		(void)json_array_append_new(items, item);
	return items;
}

static const char *text_at(const json_t *items, size_t index, const char *name)
{
	return json_string_value(json_object_get(json_array_get(items, index), name));
}

static void test_decoder_opens_what_is_protected(void)
{
	struct bench bench;

	bench_open(&bench);
	json_t *items = decode(&bench, SEALED "0000");
	const json_t *payload = json_object_get(json_array_get(items, 0), "payload");

	CHECK_EQ(json_array_size(items), 1);
	CHECK_TEXT(text_at(items, 0, "item"), "pdu");
	CHECK_TEXT(text_at(items, 0, "kind"), "PROTECTED");
	CHECK_TEXT(text_at(items, 0, "receiver_index"), "0000000a");
	CHECK_TEXT(text_at(items, 0, "state"), "opened");
	CHECK_TEXT(text_at(items, 0, "text"),
		"pdu PROTECTED to 0000000a, packet 5: 16 octets of messages");
	CHECK_EQ(json_array_size(payload), 2);
	CHECK_TEXT(text_at(payload, 0, "message"), "CANCEL");
	CHECK_EQ(json_integer_value(json_object_get(json_array_get(payload, 0), "request")), 7);
	CHECK_TEXT(text_at(payload, 0, "text"), "cancel request=7");
	CHECK_TEXT(text_at(payload, 1, "message"), "PING");
	CHECK_EQ(bench.decoder.items, 3);
	CHECK_EQ(bench.decoder.wrong, 0);
	json_decref(items);
	openssl_crypto_destroy(bench.crypto);
}

static void test_decoder_tells_what_a_payload_ends_in(void)
{
	struct bench bench;

	bench_open(&bench);
	json_t *items = decode(&bench, SEALED_CUT);
	const json_t *payload = json_object_get(json_array_get(items, 0), "payload");

	CHECK_EQ(json_array_size(payload), 2);
	CHECK_TEXT(text_at(payload, 0, "message"), "PING");
	CHECK_TEXT(text_at(payload, 1, "error"), "TRUNCATED");
	CHECK_TEXT(text_at(payload, 1, "octets"), "0004000800");
	CHECK_EQ(bench.decoder.wrong, 1);
	json_decref(items);
	openssl_crypto_destroy(bench.crypto);
}

static void check_state(struct bench *bench, const char *hex, const char *state, const char *text)
{
	json_t *items = decode(bench, hex);

	CHECK_TEXT(text_at(items, 0, "state"), state);
	CHECK_TEXT(text_at(items, 0, "text"), text);
	CHECK(json_object_get(json_array_get(items, 0), "payload") == NULL);
	json_decref(items);
}

static void test_decoder_tells_why_it_does_not_open(void)
{
	struct bench bench;

	bench_open(&bench);
	bench.keylog.key_count = 1;
	check_state(&bench, SEALED, "wrong key",
		"pdu PROTECTED to 0000000a, packet 5: protected, 48 octets, not opened by the key "
		"for receiver index 0000000a");
	CHECK_EQ(bench.decoder.wrong, 1);
	bench.keylog.keys[0].receiver_index = 11;
	check_state(&bench, SEALED, "no key",
		"pdu PROTECTED to 0000000a, packet 5: protected, 48 octets, no key for receiver "
		"index 0000000a");
	bench.decoder.keylog = NULL;
	check_state(&bench, SEALED, "no key",
		"pdu PROTECTED to 0000000a, packet 5: protected, 48 octets, no key for receiver "
		"index 0000000a");
	check_state(&bench,
		"11000090 00000000 0000000000000000" OCTETS_56 OCTETS_56
		"aabbccddaabbccddaabbccddaabbccdd",
		"handshake", "pdu INITIATION to 00000000, packet 0: handshake, 144 octets");
	check_state(&bench, "12000048 00000009 0000000000000000" OCTETS_56, "handshake",
		"pdu REPLY to 00000009, packet 0: handshake, 72 octets");
	CHECK_EQ(bench.decoder.wrong, 1);
	openssl_crypto_destroy(bench.crypto);
}

static void check_wrong(struct bench *bench, const char *hex, const char *error)
{
	json_t *items = decode(bench, hex);

	CHECK_TEXT(text_at(items, 0, "item"), "error");
	CHECK_TEXT(text_at(items, 0, "error"), error);
	json_decref(items);
}

/* DIMP 4.2-1 and 5.4-2: sizes of the kinds, and the last packet number. */
static void test_decoder_refuses_pdus_of_a_wrong_size_or_number(void)
{
	struct bench bench;

	bench_open(&bench);
	check_wrong(&bench, "11000014 00000000 0000000000000000 aabbccdd", "BAD_LENGTH");
	check_wrong(&bench, "12000049 00000009 0000000000000000" OCTETS_56 "00", "BAD_LENGTH");
	check_wrong(&bench, "1300001f 0000000a 0000000000000005 000000000000000000000000000000",
		"BAD_LENGTH");
	check_wrong(&bench, "13000020 0000000a 0000000000800000 00000000000000000000000000000000",
		"BAD_VALUE");
	CHECK_EQ(bench.decoder.wrong, 4);
	openssl_crypto_destroy(bench.crypto);
}

static void test_decoder_takes_records_and_messages_alone(void)
{
	struct bench bench;

	bench_open(&bench);
	bench.decoder.has_octets = true;
	json_t *items = decode(&bench, BINDING CANCEL);

	CHECK_EQ(json_array_size(items), 2);
	CHECK_TEXT(text_at(items, 0, "item"), "record");
	CHECK_TEXT(text_at(items, 0, "type"), "dhcp_binding");
	CHECK_TEXT(text_at(items, 0, "text"),
		"dhcp_binding vlan=100 client=02:00:00:00:00:0a address=192.0.2.1 "
		"remaining=infinite");
	CHECK_TEXT(text_at(items, 0, "octets"),
		"0204001201010064"
		"02000000000ac0000201ffffffff");
	CHECK_TEXT(text_at(items, 1, "item"), "message");
	CHECK_TEXT(text_at(items, 1, "octets"), "000400080000000000000007");
	json_decref(items);
	openssl_crypto_destroy(bench.crypto);
}

static void check_error(struct bench *bench, const char *hex, const char *error)
{
	json_t *items = decode(bench, hex);

	CHECK_EQ(json_array_size(items), 1);
	CHECK_TEXT(text_at(items, 0, "item"), "error");
	CHECK_TEXT(text_at(items, 0, "error"), error);
	json_decref(items);
}

static void test_decoder_names_what_is_wrong(void)
{
	struct bench bench;

	bench_open(&bench);
	check_error(&bench, "0004 0008 00000000000007", "TRUNCATED");
	check_error(&bench, "00ff 0000", "UNKNOWN_MESSAGE");
	check_error(&bench, "0232 0002 0101", "UNSUPPORTED_TYPE");
	check_error(&bench, "23000010 0000000a 0000000000000005", "UNSUPPORTED_VERSION");
	check_error(&bench, "13000030 0000000a 0000000000000005", "TRUNCATED");
	check_error(&bench, "14000010 0000000a 0000000000000005", "BAD_VALUE");
	CHECK_EQ(bench.decoder.wrong, 6);
	json_t *none = decode(&bench, "0000");

	CHECK_EQ(json_array_size(none), 0);
	json_decref(none);
	openssl_crypto_destroy(bench.crypto);
}

/* DATA (migration 7, round 1, chunk 0, age 0) with a binding and an address that is none. */
static void test_decoder_counts_wrong_records(void)
{
	struct bench bench;

	bench_open(&bench);
	json_t *items = decode(&bench,
		"0014 003e 0000000000000007 0001 00000000 00000000" BINDING
		"0204 0012 01 01 0064 02000000000a 00000000 ffffffff");
	const json_t *records = json_object_get(json_array_get(items, 0), "records");

	CHECK_TEXT(text_at(items, 0, "message"), "DATA");
	CHECK_EQ(json_array_size(records), 2);
	CHECK_TEXT(text_at(records, 0, "address"), "192.0.2.1");
	CHECK_TEXT(text_at(records, 1, "error"), "MALFORMED_RECORD");
	CHECK_EQ(bench.decoder.wrong, 1);
	CHECK_EQ(bench.decoder.items, 3);
	json_decref(items);
	openssl_crypto_destroy(bench.crypto);
}

/* Every octet changed in turn, from memory of exactly that size: nothing may open, nothing breaks.
 */
static void test_decoder_survives_damage(void)
{
	const struct hexed hexed = hexed_from(SEALED);
	struct bench bench;

	bench_open(&bench);
	for (size_t index = 0; index < hexed.size; index++) {
		uint8_t *copy = malloc(hexed.size);
		struct dimp_view rest = {copy, hexed.size};

		memcpy(copy, hexed.octets, hexed.size);
		copy[index] ^= 0x01;
		json_t *item = decoder_next(&bench.decoder, &rest);

		CHECK(item != NULL);
		CHECK(json_object_get(item, "payload") == NULL);
		json_decref(item);
		free(copy);
	}
	openssl_crypto_destroy(bench.crypto);
}

static const struct test_case tests[] = {
	TEST(test_decoder_opens_what_is_protected),
	TEST(test_decoder_tells_what_a_payload_ends_in),
	TEST(test_decoder_tells_why_it_does_not_open),
	TEST(test_decoder_refuses_pdus_of_a_wrong_size_or_number),
	TEST(test_decoder_takes_records_and_messages_alone),
	TEST(test_decoder_names_what_is_wrong),
	TEST(test_decoder_counts_wrong_records),
	TEST(test_decoder_survives_damage),
	TEST_END,
};

const struct test_suite suite_decoder = {"decoder", tests};
