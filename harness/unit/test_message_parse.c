/*
 * Proves that message_parse() and record_parse() undo dimp_message_text() and dimp_record_text():
 * for every vector of the DI types, for every message with fields drawn at random, and that what is
 * no text of a message is refused with a reason.
 */
#include "check.h"
#include "record_vectors.h"

#include <string.h>

#include "engine/random_stream.h"
#include "script/message_parse.h"

static struct parsed_message parsed;
static struct text_error error;

static struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

static const char *const di_types[] = {
#define BEGIN(UPPER, lower, number, version, label) #lower,
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
};

/* A record that shows no secret reads back to the same text; returns whether to the same octets. */
static unsigned check_vector(const struct record_vector *vector)
{
	struct dimp_record record;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	char text[4096];
	size_t size;

	if (vector->verdict != '=' || strstr(vector->words, "<hidden>") != NULL)
		return 0;
	CHECK(record_parse(span_of(vector->words), &record, &error));
	CHECK_EQ(dimp_record_write(&record, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	CHECK_EQ(size, vector->size);
	(void)dimp_record_text(&record, text, sizeof text);
	CHECK_TEXT(text, vector->words);
	return size == vector->size && memcmp(octets, vector->octets, size) == 0;
}

static void test_message_parse_records_of_the_vectors_read_back(void)
{
	static struct record_vector vector;
	struct record_vectors vectors;
	unsigned read_back = 0, tried = 0;

	for (size_t index = 0; index < sizeof di_types / sizeof di_types[0]; index++) {
		REQUIRE(record_vectors_open(&vectors, di_types[index]));
		while (record_vectors_next(&vectors, &vector)) {
			tried += vector.verdict == '=' && strstr(vector.words, "<hidden>") == NULL;
			read_back += check_vector(&vector);
		}
		CHECK(record_vectors_close(&vectors));
	}
	/* Two vectors tell in seconds what milliseconds could: text does not show which. */
	CHECK(tried >= 10);
	CHECK_EQ(read_back, tried - 2);
}

/* Octets of any message: fields at random, some of them out of range. */
static size_t draw_message(struct random_stream *stream, const struct dimp_layout *layout,
	uint8_t *octets)
{
	const size_t size = 4 + (size_t)layout->fixed_size;

	memset(octets, 0, size);
	octets[1] = (uint8_t)layout->number;
	octets[3] = (uint8_t)layout->fixed_size;
	for (size_t at = 4; at < size; at++) {
		/* Small numbers have names and pass for flags. */
		const uint64_t drawn = random_stream_next(stream);

		octets[at] = drawn % 3 == 0 ? (uint8_t)(drawn >> 8) : (uint8_t)(drawn >> 8 & 1);
	}
	return size;
}

static bool reads_back(const uint8_t *octets, size_t size)
{
	static struct dimp_message message;
	char text[4096], again[4096];

	if (dimp_message_read((struct dimp_view){octets, size}, &message) != DIMP_ERROR_NONE)
		return false;
	(void)dimp_message_text(&message, text, sizeof text);
	CHECK(message_parse(span_of(text), &parsed, &error));
	(void)dimp_message_text(&parsed.message, again, sizeof again);
	CHECK_TEXT(again, text);
	return true;
}

static void test_message_parse_every_message_reads_back(void)
{
	struct random_stream stream;
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];

	random_stream_init(&stream, 1, "message_parse");
	for (unsigned kind = 1; kind < 0x40; kind++) {
		const struct dimp_layout *layout = dimp_message_layout(kind);
		unsigned read_back = 0;

		if (layout == NULL)
			continue;
		for (unsigned round = 0; round < 400; round++)
			read_back += reads_back(octets, draw_message(&stream, layout, octets));
		/* Those that must have rows never read. */
		CHECK(read_back > 0 || (layout->param_count > 0 && layout->params[0].fewest > 0) ||
			layout->number == DIMP_MESSAGE_RESPONSE);
	}
}

static void test_message_parse_rows_and_records(void)
{
	static const char *const texts[] = {
		"request request=3 serial=9 "
		"vsi=000102030405060708090a0b0c0d0e0f/66051.7/5:"
		"00112233-4455-6677-8899-aabbccddeeff mode=STAGED "
		"source=0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20 "
		"required=dot1x_session|dhcp_binding optional=none deadline=5000 "
		"{filter mac=02:00:00:00:00:01 vlan=42} {filter mac=02:00:00:00:00:02 vlan=0}",
		"response request=3 result=FAIL reason=TRANSFER_FAILED error=PEER_LOST "
		"advice=RETRY|CONTINUE_AT_RISK "
		"{result_row type=dhcp_binding offered=3 installed=0 rejected=1 error=TYPE_LIMIT}",
		"data migration=7 round=1 chunk=2 age=0 "
		"{dhcp_binding vlan=42 client=02:00:00:00:00:01 address=10.0.0.1 remaining=1.500 s}"
		" {dhcp_binding delete vlan=42 client=02:00:00:00:00:02} "
		"{multicast_membership vlan=1 group=ff3e::8000:1 source=2001:db8::1 "
		"filter_mode=INCLUDE host_version=2 remaining=infinite}",
		"ping",
	};
	char text[4096];

	for (size_t index = 0; index < sizeof texts / sizeof texts[0]; index++) {
		CHECK(message_parse(span_of(texts[index]), &parsed, &error));
		(void)dimp_message_text(&parsed.message, text, sizeof text);
		CHECK_TEXT(text, texts[index]);
	}
}

/* By hand from DIMP 7: CANCEL is message 4, its request a u64. */
static void test_message_parse_makes_the_octets_of_the_format(void)
{
	uint8_t octets[64];
	size_t size;

	REQUIRE(message_parse(span_of("cancel request=258"), &parsed, &error));
	CHECK_EQ(dimp_message_write(&parsed.message, octets, sizeof octets, &size),
		DIMP_ERROR_NONE);
	CHECK_BYTES(octets, size, "0004 0008 0000000000000102");
}

static void test_message_parse_secrets_are_given_in_hex(void)
{
	struct dimp_record record;

	CHECK(record_parse(span_of("macsec_sa sci=02:00:00:00:00:01/1 sak=00112233"), &record,
		&error));
	CHECK_EQ(record.body.macsec_sa.sak.size, 4);
	CHECK_EQ(record.body.macsec_sa.sak.octets[3], 0x33);
	CHECK(!record_parse(span_of("macsec_sa sak=<hidden>"), &record, &error));
}

static void test_message_parse_refuses_what_is_none(void)
{
	static const struct {
		const char *text, *why;
	} wrongs[] = {
		{"", "a name is missing: \"\""},
		{"nonsense", "no such message"},
		{"ping x=1", "ping has no field x"},
		{"cancel request", "no name=value: \"request\""},
		{"cancel request=1 request=2", "given twice: \"request\""},
		{"cancel request=-1", "request of cancel cannot be \"-1\""},
		{"cancel request=18446744073709551616",
			"request of cancel cannot be \"18446744073709551616\""},
		{"refuse error=NO_SUCH_THING", "error of refuse cannot be \"NO_SUCH_THING\""},
		{"data round=65536", "round of data cannot be \"65536\""},
		{"offer migration=1 {offer_row", "a brace is not closed"},
		{"offer migration=1 {filter vlan=1}", "no row of this message"},
		{"offer migration=1 }", "not understood: \"}\""},
		{"offer migration=1 $rows", "a $name stands for nothing"},
		{"data migration=1 {nothing}", "no such DI type"},
	};

	for (size_t index = 0; index < sizeof wrongs / sizeof wrongs[0]; index++) {
		error.text[0] = '\0';
		CHECK(!message_parse(span_of(wrongs[index].text), &parsed, &error));
		CHECK_TEXT(error.text, wrongs[index].why);
	}
}

static const struct test_case tests[] = {
	TEST(test_message_parse_records_of_the_vectors_read_back),
	TEST(test_message_parse_every_message_reads_back),
	TEST(test_message_parse_rows_and_records),
	TEST(test_message_parse_makes_the_octets_of_the_format),
	TEST(test_message_parse_secrets_are_given_in_hex),
	TEST(test_message_parse_refuses_what_is_none),
	TEST_END,
};

const struct test_suite suite_message_parse = {"message_parse", tests};
