/*
 * Proves the wire form of records against octets written by hand: every DI type has vectors, each
 * reads to its text or its error, is written back the same, and fails cleanly wherever it is cut.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "dimp.h"
#include "record.h"
#include "record_vectors.h"
#include "wire.h"

/* Reads from memory of exactly that size, so that the sanitizer sees a step too far. */
static enum dimp_error read_exactly(const uint8_t *octets, size_t size, struct dimp_record *record)
{
	uint8_t *copy = malloc(size != 0 ? size : 1);

	memcpy(copy, octets, size);
	const enum dimp_error error = dimp_record_read(wire_view(copy, size), record);
	free(copy);
	return error;
}

static void check_right(const struct record_vector *vector)
{
	static struct dimp_record record;
	char text[2048];
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	CHECK_TEXT(dimp_error_name(read_exactly(vector->octets, vector->size, &record)), "NONE");
	CHECK_EQ(dimp_record_text(&record, text, sizeof text), strlen(vector->words));
	CHECK_TEXT(text, vector->words);
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	if (vector->verdict == '~')
		return;
	CHECK_EQ(size, vector->size);
	CHECK(memcmp(octets, vector->octets, size) == 0);
}

static void check_vectors(const char *di_type, void (*check)(const struct record_vector *),
	const char *verdicts)
{
	struct record_vectors vectors;
	struct record_vector vector;
	unsigned int count = 0;

	if (!check_true(CHECK_HERE, record_vectors_open(&vectors, di_type), di_type))
		return;
	while (record_vectors_next(&vectors, &vector)) {
		if (strchr(verdicts, vector.verdict) == NULL)
			continue;
		check(&vector);
		count++;
	}
	CHECK(record_vectors_close(&vectors));
	CHECK(count != 0);
}

static void check_all(void (*check)(const struct record_vector *), const char *verdicts)
{
	for (unsigned int type = 1; type < DIMP_DI_TYPES; type++) {
		if (dimp_di_layout(type) != NULL)
			check_vectors(dimp_di_layout(type)->name, check, verdicts);
	}
}

static void test_record_vectors_read_print_and_write_back(void)
{
	check_all(check_right, "=~");
}

static void check_wrong(const struct record_vector *vector)
{
	static struct dimp_record record;

	CHECK_TEXT(dimp_error_name(read_exactly(vector->octets, vector->size, &record)),
		vector->words);
}

static void test_record_vectors_wrong_ones_name_their_error(void)
{
	check_all(check_wrong, "!");
}

static void check_cut(const struct record_vector *vector)
{
	static struct dimp_record record;

	for (size_t size = 0; size < vector->size; size++)
		CHECK_EQ(read_exactly(vector->octets, size, &record), DIMP_ERROR_TRUNCATED);
}

/* DIMP 6.2-2. */
static void test_record_cut_anywhere_is_truncated(void)
{
	check_all(check_cut, "=~");
}

/* A record whose length tells of the cut may be a shorter right one: then it writes back. */
static void check_cut_and_told(const struct record_vector *vector)
{
	static struct dimp_record record;
	struct record_vector cut = *vector;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	for (cut.size = 4; cut.size < vector->size; cut.size++) {
		cut.octets[2] = (uint8_t)((cut.size - 4) >> 8);
		cut.octets[3] = (uint8_t)(cut.size - 4);
		const enum dimp_error error = read_exactly(cut.octets, cut.size, &record);
		if (error != DIMP_ERROR_NONE) {
			CHECK(error == DIMP_ERROR_TRUNCATED || error == DIMP_ERROR_MISSING_TLV);
			continue;
		}
		CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), error);
		CHECK_EQ(size, cut.size);
		CHECK(memcmp(octets, cut.octets, size) == 0);
	}
}

static void test_record_cut_with_its_length_is_shorter_or_truncated(void)
{
	check_all(check_cut_and_told, "=~");
}

static void check_flipped(const struct record_vector *vector)
{
	static struct dimp_record record, again;
	struct record_vector flipped = *vector;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	for (size_t bit = 0; bit < 8 * vector->size; bit++) {
		flipped.octets[bit / 8] = vector->octets[bit / 8] ^ (uint8_t)(1 << bit % 8);
		if (read_exactly(flipped.octets, flipped.size, &record) == DIMP_ERROR_NONE) {
			CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), 0);
			CHECK_EQ(read_exactly(octets, size, &again), DIMP_ERROR_NONE);
			CHECK(memcmp(&record.body, &again.body,
				      dimp_di_layout(record.type)->struct_size) == 0);
		}
		flipped.octets[bit / 8] = vector->octets[bit / 8];
	}
}

static void test_record_with_any_bit_flipped_is_wrong_or_writes_back(void)
{
	check_all(check_flipped, "=~");
}

/* DIMP 6.3-9. */
static void test_record_longer_than_allowed_is_refused(void)
{
	static uint8_t octets[1201] = {0x02, 0x3f, 0x04, 0xad, 1, 1, 0, 0x80, 0xc2};
	static struct dimp_record record;

	CHECK_EQ(dimp_record_read(wire_view(octets, sizeof octets), &record),
		DIMP_ERROR_RECORD_TOO_LONG);
}

static struct dimp_record binding(void)
{
	return (struct dimp_record){
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding =
			{
				.vlan = 100,
				.client = {{0x02, 0, 0, 0, 0, 0x0a}},
				.address = {{10, 0, 0, 10}},
				.remaining = 12345,
			},
	};
}

static void test_record_write_needs_room(void)
{
	const struct dimp_record record = binding();
	uint8_t octets[22];
	size_t size = 1;

	for (size_t capacity = 0; capacity < sizeof octets; capacity++)
		CHECK_EQ(dimp_record_write(&record, octets, capacity, &size),
			DIMP_ERROR_RECORD_TOO_LONG);
	CHECK_EQ(size, 0);
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	CHECK_BYTES(octets, size, "0204 0012 0101 0064 02000000000a 0a00000a 00003039");
}

static void test_record_write_refuses_what_read_would(void)
{
	uint8_t octets[64];
	size_t size;
	struct dimp_record vlan = binding(), group = binding(), attribute = binding();
	struct dimp_record type = binding(), operation = binding();

	vlan.body.dhcp_binding.vlan = 4095;
	group.body.dhcp_binding.client.octets[0] = 3;
	attribute.body.dhcp_binding.attributes = 1 << 3;
	type.type = (enum dimp_di_type)40;
	operation.operation = (enum dimp_operation)3;
	CHECK_EQ(dimp_record_write(&vlan, octets, 64, &size), DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(dimp_record_write(&group, octets, 64, &size), DIMP_ERROR_MALFORMED_RECORD);
	CHECK_EQ(dimp_record_write(&attribute, octets, 64, &size), DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(dimp_record_write(&type, octets, 64, &size), DIMP_ERROR_UNSUPPORTED_TYPE);
	CHECK_EQ(dimp_record_write(&operation, octets, 64, &size), DIMP_ERROR_BAD_VALUE);
}

/* What has come to the end of its numbers is told as it stands: an older number would be used
 * twice (DIMP 8.3-6). */
static void test_record_write_tells_exhausted_numbers_that_read_refuses(void)
{
	uint8_t octets[128];
	size_t size;
	struct dimp_record again;
	struct dimp_record record = {.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = {.attributes = 1U << DIMP_ATTRIBUTE_macsec_sa_sak,
			.direction = DIMP_DIRECTION_TRANSMIT,
			.cipher_suite = 0x0080c20001000001,
			.validate = DIMP_VALIDATE_STRICT,
			.next_pn = 0xc0000000,
			.lowest_pn = 1,
			.sak = {.size = 16}}};

	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	CHECK_EQ(dimp_record_read((struct dimp_view){octets, size}, &again),
		DIMP_ERROR_PN_EXHAUSTED);
	record.body.macsec_sa.next_pn = 0;
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size),
		DIMP_ERROR_MALFORMED_RECORD);
}

static void test_record_write_refuses_octets_beyond_their_size(void)
{
	static struct dimp_record record;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	record = binding();
	record.type = DIMP_DI_ORGANISATION_SPECIFIC;
	record.body.organisation_specific = (struct dimp_organisation_specific){
		.attributes = 1 << DIMP_ATTRIBUTE_organisation_specific_value,
		.oui = {{1}},
		.value.size = 1025,
	};
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), DIMP_ERROR_BAD_VALUE);
	record.body.organisation_specific.value.size = 1024;
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	CHECK_EQ(size, 4 + 2 + 13 + 4 + 1024);
}

static void test_record_write_key_refuses_a_wrong_one(void)
{
	struct dimp_record vlan = binding(), type = binding();
	uint8_t octets[64];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);
	struct wire_writer small = wire_writer_of(octets, 21);

	vlan.body.dhcp_binding.vlan = 4095;
	type.type = (enum dimp_di_type)40;
	CHECK_EQ(record_write_key(&vlan, &writer), DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(record_write_key(&type, &writer), DIMP_ERROR_UNSUPPORTED_TYPE);
	vlan.body.dhcp_binding.vlan = 1;
	CHECK_EQ(record_write_key(&vlan, &small), DIMP_ERROR_RECORD_TOO_LONG);
}

static void test_record_text_is_cut_but_counted(void)
{
	struct dimp_record record = binding();
	char text[9];

	CHECK_EQ(dimp_record_text(&record, text, sizeof text), 83);
	CHECK_TEXT(text, "dhcp_bin");
	CHECK_EQ(dimp_record_text(&record, NULL, 0), 83);
	record.type = (enum dimp_di_type)40;
	CHECK_EQ(dimp_record_text(&record, text, sizeof text), 1);
	CHECK_TEXT(text, "?");
}

/* What a program filled in may be no name; its text stays within the field. */
static void test_record_text_of_a_key_name_that_is_none(void)
{
	struct dimp_record record = {.type = DIMP_DI_MKA_PEER,
		.operation = DIMP_OPERATION_DELETE,
		.body.mka_peer = {.key_name = {{255, 0xca, 0x11}}}};
	char text[256];

	dimp_record_text(&record, text, sizeof text);
	CHECK_TEXT(text,
		"mka_peer delete key_name=ca11"
		"000000000000000000000000000000000000000000000000000000000000"
		" member=000000000000000000000000");
}

static void test_record_delete_has_its_keys_only(void)
{
	struct dimp_record record = binding();
	uint8_t octets[64];
	size_t size;

	record.operation = DIMP_OPERATION_DELETE;
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	CHECK_BYTES(octets, size, "0204 0012 0201 0064 02000000000a 00000000 00000000");
}

static void test_record_write_key_is_the_delete(void)
{
	const struct dimp_record record = binding();
	uint8_t octets[64];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);

	CHECK_EQ(record_write_key(&record, &writer), DIMP_ERROR_NONE);
	CHECK_BYTES(octets, writer.size, "0204 0012 0201 0064 02000000000a 00000000 00000000");
}

/* A membership with 260 s, an older host remembered for 1 s, and an attribute that nobody knows. */
static const uint8_t membership[] = {
	0x02, 0x05, 0x00, 0x37, 0x01, 0x01, 0x00, 0x64, /* to the VLAN */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xef, 1, 2, 3, /* group */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* source */
	0x02, 0x02, 0x00, 0x03, 0xf7, 0xa0, /* remaining */
	0x00, 0x01, 0x00, 0x04, 0x00, 0x00, 0x03, 0xe8, /* older host */
	0x80, 0x09, 0x00, 0x01, 0x55 /* unknown */
};

static void test_record_key_is_the_first_fields(void)
{
	const struct dimp_view key = record_key(wire_view(membership, sizeof membership));

	CHECK_BYTES(key.octets, key.size,
		"0064 00000000000000000000ffffef010203 00000000000000000000000000000000");
}

static void test_record_decay_reaches_fields_and_attributes(void)
{
	uint8_t octets[sizeof membership];

	memcpy(octets, membership, sizeof octets);
	record_decay(octets, sizeof octets, 999500);
	CHECK_BYTES(octets + 40, 19, "0202 0003f3b8 0001 0004 00000000 8009 0001 55");
}

/* The skipped attribute stays (DIMP 6.6-2). */
static void test_record_canonical_has_no_durations(void)
{
	uint8_t canonical[DIMP_RECORD_SIZE_MAX];
	const size_t size = record_canonical(wire_view(membership, sizeof membership), canonical);

	CHECK_BYTES(canonical, size,
		"0205 002f 0101 0064 00000000000000000000ffffef010203"
		"00000000000000000000000000000000 0202 00000000 8009 0001 55");
}

/* DIMP 8.7: a key name has an octet at least, whoever writes it. */
static void test_record_write_refuses_an_empty_key_name(void)
{
	static struct dimp_record record;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	record = (struct dimp_record){.type = DIMP_DI_MKA_PARTICIPANT,
		.operation = DIMP_OPERATION_DELETE};
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size),
		DIMP_ERROR_MALFORMED_RECORD);
	record.type = DIMP_DI_MKA_PEER;
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size),
		DIMP_ERROR_MALFORMED_RECORD);
}

static const struct test_case tests[] = {
	TEST(test_record_vectors_read_print_and_write_back),
	TEST(test_record_vectors_wrong_ones_name_their_error),
	TEST(test_record_cut_anywhere_is_truncated),
	TEST(test_record_cut_with_its_length_is_shorter_or_truncated),
	TEST(test_record_with_any_bit_flipped_is_wrong_or_writes_back),
	TEST(test_record_longer_than_allowed_is_refused),
	TEST(test_record_write_needs_room),
	TEST(test_record_write_refuses_what_read_would),
	TEST(test_record_write_tells_exhausted_numbers_that_read_refuses),
	TEST(test_record_write_refuses_octets_beyond_their_size),
	TEST(test_record_write_key_refuses_a_wrong_one),
	TEST(test_record_text_is_cut_but_counted),
	TEST(test_record_text_of_a_key_name_that_is_none),
	TEST(test_record_delete_has_its_keys_only),
	TEST(test_record_write_key_is_the_delete),
	TEST(test_record_key_is_the_first_fields),
	TEST(test_record_decay_reaches_fields_and_attributes),
	TEST(test_record_canonical_has_no_durations),
	TEST(test_record_write_refuses_an_empty_key_name),
	TEST_END,
};

const struct test_suite suite_record = {"record", tests};
