/*
 * Proves the wire form of messages against octets written by hand: what they read to, that they are
 * written back the same, that every cut fails, and the error of each receive rule.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "dimp.h"
#include "message.h"
#include "wire.h"

static struct dimp_message message;

/* Reads from memory of exactly that size, so that the sanitizer sees a step too far. */
static enum dimp_error read_exactly(const uint8_t *octets, size_t size)
{
	uint8_t *copy = malloc(size != 0 ? size : 1);

	memcpy(copy, octets, size);
	const enum dimp_error error = dimp_message_read(wire_view(copy, size), &message);
	free(copy);
	return error;
}

/* A REQUEST with one filter. */
static const uint8_t request[] = {
	0x00, 0x01, 0x00, 0x76, 0, 0, 0, 0, 0, 0, 0, 7, /* request */
	0, 0, 0, 0, 0, 0, 0, 9, /* serial */
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0x00, 0x01, 0x02, 0x03, 5, 0x00, 0x11, 0x22,
	0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
	2, /* staged */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0x12, /* required: types 1 and 4 */
	0, 0, 0x01, 0, 0, 0, 0, 0, /* optional: type 40, which nobody has */
	0, 0, 0x75, 0x30, /* 30 s */
	0x01, 0x01, 0x00, 0x08, 2, 0, 0, 0, 0, 0x0a, 0x00, 0x64 /* filter */
};

static void test_message_request_reads(void)
{
	char text[512];

	CHECK_EQ(read_exactly(request, sizeof request), DIMP_ERROR_NONE);
	CHECK_EQ(message.kind, DIMP_MESSAGE_REQUEST);
	CHECK_EQ(message.body.request.required,
		1 << DIMP_DI_DOT1X_SESSION | 1 << DIMP_DI_DHCP_BINDING);
	CHECK_EQ(message.row_count, 1);
	CHECK_EQ(message.rows.filter[0].vlan, 100);
	dimp_message_text(&message, text, sizeof text);
	CHECK_TEXT(text,
		"request request=7 serial=9 "
		"vsi=01010101010101010101010101010101/258.3/5:00112233-4455-6677-8899-aabbccddeeff "
		"mode=STAGED "
		"source=0000000000000000000000000000000000000000000000000000000000000000 "
		"required=dot1x_session|dhcp_binding optional=40 deadline=30000 "
		"{filter mac=02:00:00:00:00:0a vlan=100}");
}

static void test_message_request_cut_anywhere_fails(void)
{
	uint8_t cut[sizeof request];

	memcpy(cut, request, sizeof request);
	for (size_t size = 0; size < sizeof request; size++)
		CHECK_EQ(read_exactly(request, size), DIMP_ERROR_TRUNCATED);
	for (size_t size = 4; size < sizeof request; size++) {
		cut[3] = (uint8_t)(size - 4);
		const bool has_no_filter = size == sizeof request - 12;
		CHECK_EQ(read_exactly(cut, size),
			has_no_filter ? DIMP_ERROR_MISSING_TLV : DIMP_ERROR_TRUNCATED);
	}
}

static void check_same(const uint8_t *octets, size_t size)
{
	uint8_t written[DIMP_MESSAGE_SIZE_MAX];
	size_t written_size;

	/* Read from where it stands: DATA keeps a view. */
	CHECK_EQ(dimp_message_read(wire_view(octets, size), &message), DIMP_ERROR_NONE);
	CHECK_EQ(dimp_message_write(&message, written, sizeof written, &written_size),
		DIMP_ERROR_NONE);
	CHECK_EQ(written_size, size);
	CHECK(memcmp(written, octets, size) == 0);
	for (size_t capacity = 0; capacity < size; capacity++)
		CHECK_EQ(dimp_message_write(&message, written, capacity, &written_size),
			DIMP_ERROR_NO_ROOM);
}

/* One of every message but REQUEST. */
static const uint8_t cutover[] = {0, 2, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7};
static const uint8_t proceed[] = {0, 3, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7};
static const uint8_t cancel[] = {0, 4, 0, 8, 0, 0, 0, 0, 0, 0, 0, 7};
static const uint8_t progress[] = {0, 5, 0, 19, 0, 0, 0, 0, 0, 0, 0, 7, 8, 0, 73, 0, 0, 0, 5, 0, 0,
	1, 0};
static const uint8_t response[] = {0, 6, 0, 33, 0, 0, 0, 0, 0, 0, 0, 7, 2, 3, 0, 34, 5, 1, 3, 0, 16,
	0, 4, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 1, 0, 34};
static const uint8_t offer[] = {0, 0x11, 0, 26, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 0, 10, 0,
	4, 0, 0, 0, 3, 0, 0, 0, 66};
static const uint8_t accept[] = {0, 0x12, 0, 16, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x10};
static const uint8_t refuse[] = {0, 0x13, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 42};
static const uint8_t data[] = {0, 0x14, 0, 40, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 0,
	50, 2, 4, 0, 18, 1, 1, 0, 100, 2, 0, 0, 0, 0, 10, 10, 0, 0, 10, 0, 0, 0, 1};
static const uint8_t round_end[] = {0, 0x15, 0, 45, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 1, 0, 0, 0, 3, 0,
	0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 9, 1, 4, 0, 14, 0, 4, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8};
static const uint8_t freeze[] = {0, 0x16, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1};
static const uint8_t commit[] = {0, 0x17, 0, 16, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9};
static const uint8_t released[] = {0, 0x18, 0, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9,
	0, 0, 0, 3};
static const uint8_t abort_[] = {0, 0x19, 0, 19, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 1,
	0, 75};
static const uint8_t aborted[] = {0, 0x1a, 0, 17, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9,
	0};
static const uint8_t done[] = {0, 0x1b, 0, 16, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9};
#define TEN_ZEROES 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
#define A_VSI \
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 2, 3, 5, 0, 0x11, 0x22, 0x33, 0x44, \
		0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff
static const uint8_t who_has[] = {0, 0x1c, 0, 53, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9,
	A_VSI};
/* Types 1 and 4, a ticket for them with the right to go on at risk, one filter. */
static const uint8_t who_has_by_ticket[] = {0, 0x1c, 0, 194, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0,
	0, 0, 9, A_VSI, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0x12, 0, 2, 0, 113, 0, 0, 0, 0, 0, 0, 0,
	0x12, 1, TEN_ZEROES, TEN_ZEROES, TEN_ZEROES, TEN_ZEROES, TEN_ZEROES, TEN_ZEROES, TEN_ZEROES,
	TEN_ZEROES, TEN_ZEROES, TEN_ZEROES, 0, 0, 0, 0x44, 1, 1, 0, 8, 2, 0, 0, 0, 0, 0x0a, 0,
	0x64};
static const uint8_t i_have[] = {0, 0x1d, 0, 62, 0, 0, 0, 0, 0, 0, 0, 7, A_VSI, 1, 0, 0, 0, 0, 0, 0,
	0, 9, 0, 0, 0, 2, 0, 0, 0, 3};
static const uint8_t announce[] = {0, 7, 0, 77, A_VSI, 0, 0, 0, 0, 0, 0, 0, 9, TEN_ZEROES,
	TEN_ZEROES, TEN_ZEROES, 0, 0x33};
static const uint8_t ack[] = {0, 0x30, 0, 28, 0, 0, 0, 0, 0, 0, 0, 77, 0, 0, 0, 25, 0, 0, 0, 3, 1,
	5, 0, 8, 0, 0, 0, 1, 0, 0, 0, 2};
static const uint8_t ping[] = {0, 0x31, 0, 0};
static const uint8_t close_[] = {0, 0x32, 0, 2, 0, 128};

#define MESSAGE(array) \
	{ \
#array, array, sizeof(array) \
	}

static const struct {
	const char *name;
	const uint8_t *octets;
	size_t size;
} messages[] = {
	MESSAGE(request),
	MESSAGE(cutover),
	MESSAGE(proceed),
	MESSAGE(cancel),
	MESSAGE(progress),
	MESSAGE(response),
	MESSAGE(offer),
	MESSAGE(accept),
	MESSAGE(refuse),
	MESSAGE(data),
	MESSAGE(round_end),
	MESSAGE(freeze),
	MESSAGE(commit),
	MESSAGE(released),
	MESSAGE(abort_),
	MESSAGE(aborted),
	MESSAGE(done),
	MESSAGE(who_has),
	MESSAGE(who_has_by_ticket),
	MESSAGE(i_have),
	MESSAGE(announce),
	MESSAGE(ack),
	MESSAGE(ping),
	MESSAGE(close_),
};

static void test_message_every_kind_writes_back(void)
{
	for (size_t index = 0; index < sizeof messages / sizeof messages[0]; index++)
		check_same(messages[index].octets, messages[index].size);
}

static void test_message_every_kind_cut_is_truncated(void)
{
	for (size_t index = 0; index < sizeof messages / sizeof messages[0]; index++) {
		for (size_t size = 0; size < messages[index].size; size++)
			CHECK_EQ(read_exactly(messages[index].octets, size), DIMP_ERROR_TRUNCATED);
	}
}

static void test_message_solicit_reads_to_its_text(void)
{
	uint8_t octets[4 + 102] = {0, 0x10, 0, 102, [11] = 1, [19] = 2, [57] = 1, [65] = 0x10,
		[69] = 5, [73] = 6, [89] = 0xab, [90] = 1, 1, 0, 8, 2, 0, 0, 0, 0, 1, 0, 0};
	char text[512];

	/* migration 8, serial 8, VSI 37, mode 1, types 8, grants 4 and 4, key 16; filter 12 */
	octets[3] = 86 + 12;
	CHECK_EQ(dimp_message_read(wire_view(octets, 4 + 98), &message), DIMP_ERROR_NONE);
	dimp_message_text(&message, text, sizeof text);
	CHECK_TEXT(text,
		"solicit migration=1 serial=2 "
		"vsi=00000000000000000000000000000000/0.0/0:00000000-0000-0000-0000-000000000000 "
		"mode=ONE_SHOT types=dhcp_binding grant_entries=5 grant_octets=6 "
		"digest_key=000000000000000000000000000000ab "
		"{filter mac=02:00:00:00:00:01 vlan=0}");
}

static void test_message_data_prints_its_records(void)
{
	char text[256];

	CHECK_EQ(dimp_message_read(wire_view(data, sizeof data), &message), DIMP_ERROR_NONE);
	dimp_message_text(&message, text, sizeof text);
	CHECK_TEXT(text,
		"data migration=1 round=2 chunk=3 age=50 {dhcp_binding vlan=100 "
		"client=02:00:00:00:00:0a address=10.0.0.10 remaining=0.001 s}");
}

/* DIMP 6.2-3, 6.2-6. */
static void test_message_data_passes_over_what_may_be_skipped(void)
{
	static const uint8_t octets[] = {0, 0x14, 0, 23, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 3,
		0, 0, 0, 50, 0x90, 0, 0, 1, 0xff};
	struct dimp_view record;

	CHECK_EQ(dimp_message_read(wire_view(octets, sizeof octets), &message), DIMP_ERROR_NONE);
	CHECK_EQ(message.records.size, 5);
	CHECK(!dimp_records_next(&message.records, &record));
	CHECK_EQ(message.records.size, 0);
}

struct wrong_message {
	enum dimp_error error;
	uint8_t size;
	uint8_t octets[40];
};

static const struct wrong_message wrongs[] = {
	{DIMP_ERROR_UNKNOWN_MESSAGE, 4, {0, 0x40, 0, 0}},
	{DIMP_ERROR_TRAILING, 5, {0, 0x31, 0, 0, 0}},
	{DIMP_ERROR_TRUNCATED, 5, {0, 0x31, 0, 1, 0}},
	/* PING with a TLV nobody knows, and one that may be skipped */
	{DIMP_ERROR_UNKNOWN_TLV, 8, {0, 0x31, 0, 4, 1, 0, 0, 0}},
	{DIMP_ERROR_NONE, 8, {0, 0x31, 0, 4, 0x81, 0, 0, 0}},
	/* CLOSE with errors that nobody has listed yet, and with one that is never sent */
	{DIMP_ERROR_NONE, 6, {0, 0x32, 0, 2, 0, 63}},
	{DIMP_ERROR_NONE, 6, {0, 0x32, 0, 2, 0, 159}},
	{DIMP_ERROR_BAD_VALUE, 6, {0, 0x32, 0, 2, 0, 160}},
	/* PROGRESS with phase 0 */
	{DIMP_ERROR_BAD_VALUE, 23, {0, 5, 0, 19, 0, 0, 0, 0, 0, 0, 0, 7, 0}},
	/* RESPONSE with advice of bit 3 */
	{DIMP_ERROR_BAD_VALUE, 17, {0, 6, 0, 13, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0, 0, 0, 8}},
	/* OFFER: DI type 0, 64, twice 4, a row too long, too short, of the wrong kind */
	{DIMP_ERROR_BAD_VALUE, 30, {0, 0x11, 0, 26, [16] = 1, 2, 0, 10, 0, 0}},
	{DIMP_ERROR_BAD_VALUE, 30, {0, 0x11, 0, 26, [16] = 1, 2, 0, 10, 0, 64}},
	{DIMP_ERROR_NONE, 30, {0, 0x11, 0, 26, [16] = 1, 2, 0, 10, 0, 63}},
	{DIMP_ERROR_TRAILING, 31, {0, 0x11, 0, 27, [16] = 1, 2, 0, 11, 0, 4}},
	{DIMP_ERROR_TRUNCATED, 29, {0, 0x11, 0, 25, [16] = 1, 2, 0, 9, 0, 4}},
	{DIMP_ERROR_UNKNOWN_TLV, 24, {0, 0x11, 0, 20, [16] = 1, 5, 0, 4}},
	/* DATA with what is no record */
	{DIMP_ERROR_UNKNOWN_TLV, 26, {0, 0x14, 0, 22, [22] = 1, 2, 0, 0}},
	{DIMP_ERROR_UNKNOWN_TLV, 26, {0, 0x14, 0, 22, [22] = 2, 0x40, 0, 0}},
	{DIMP_ERROR_UNKNOWN_TLV, 26, {0, 0x14, 0, 22, [22] = 2, 0, 0, 0}},
	{DIMP_ERROR_TRUNCATED, 26, {0, 0x14, 0, 22, [22] = 2, 4, 0, 1}},
	/* OFFER with a TLV of type 0, and attributes twice and behind a row */
	{DIMP_ERROR_UNKNOWN_TLV, 20, {0, 0x11, 0, 16}},
	/* ROUND-END whose flag is 2 */
	{DIMP_ERROR_BAD_VALUE, 31, {0, 0x15, 0, 27, [14] = 2}},
};

/* Among them advice without a name (DIMP 6.1-7) and numbers without one (DIMP 6.1-6). */
static void test_message_wrong_ones_name_their_error(void)
{
	for (size_t index = 0; index < sizeof wrongs / sizeof wrongs[0]; index++)
		CHECK_TEXT(dimp_error_name(read_exactly(wrongs[index].octets, wrongs[index].size)),
			dimp_error_name(wrongs[index].error));
}

static void test_message_two_rows_of_a_type_are_one_too_many(void)
{
	static const uint8_t octets[] = {0, 0x11, 0, 40, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2,
		0, 10, 0, 4, 0, 0, 0, 3, 0, 0, 0, 66, 1, 2, 0, 10, 0, 4, 0, 0, 0, 3, 0, 0, 0, 66};

	CHECK_EQ(read_exactly(octets, sizeof octets), DIMP_ERROR_DUPLICATE_TLV);
}

static void test_message_takes_as_many_rows_as_allowed(void)
{
	static uint8_t octets[4 + 16 + 32 * 12] = {0, 0x30, 0x01, 0x84};

	for (size_t row = 0; row < 32; row++)
		memcpy(octets + 20 + 12 * row, (const uint8_t[]){1, 5, 0, 8}, 4);
	octets[3] = 0x90;
	CHECK_EQ(read_exactly(octets, sizeof octets), DIMP_ERROR_TOO_MANY);
	octets[3] = 0x84;
	CHECK_EQ(read_exactly(octets, 4 + 0x184), DIMP_ERROR_NONE);
	CHECK_EQ(message.row_count, 31);
}

/* DIMP 7.2-2. */
static void test_message_longer_than_allowed_is_refused(void)
{
	static uint8_t octets[1401] = {0, 0x31, 0x05, 0x75, 0x80, 0x00, 0x05, 0x71};

	CHECK_EQ(read_exactly(octets, sizeof octets), DIMP_ERROR_BAD_LENGTH);
	octets[3]--;
	octets[7]--;
	CHECK_EQ(read_exactly(octets, sizeof octets - 1), DIMP_ERROR_NONE);
}

/* DIMP 7.2-6. */
static void test_message_write_refuses_what_read_would(void)
{
	static struct dimp_message wrong;
	uint8_t octets[64];
	size_t size;

	wrong = (struct dimp_message){.kind = (enum dimp_message_kind)0x40};
	CHECK_EQ(dimp_message_write(&wrong, octets, 64, &size), DIMP_ERROR_UNKNOWN_MESSAGE);
	wrong = (struct dimp_message){.kind = DIMP_MESSAGE_PING, .row_count = 1};
	CHECK_EQ(dimp_message_write(&wrong, octets, 64, &size), DIMP_ERROR_TOO_MANY);
	wrong = (struct dimp_message){.kind = DIMP_MESSAGE_OFFER, .row_count = 1};
	CHECK_EQ(dimp_message_write(&wrong, octets, 64, &size), DIMP_ERROR_BAD_VALUE);
	wrong = (struct dimp_message){.kind = DIMP_MESSAGE_CLOSE};
	wrong.body.close.error = DIMP_ERROR_TABLE_FULL;
	CHECK_EQ(dimp_message_write(&wrong, octets, 64, &size), DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(dimp_message_read(wire_view(request, sizeof request), &wrong), DIMP_ERROR_NONE);
	wrong.row_count = 0;
	CHECK_EQ(dimp_message_write(&wrong, octets, 64, &size), DIMP_ERROR_MISSING_TLV);
}

static void test_message_text_tells_empty_sets_and_wrong_records(void)
{
	static const uint8_t octets[] = {0, 0x14, 0, 24, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 0, 0, 3,
		0, 0, 0, 50, 2, 4, 0, 2, 1, 1};
	char text[128];

	CHECK_EQ(dimp_message_read(wire_view(octets, sizeof octets), &message), DIMP_ERROR_NONE);
	dimp_message_text(&message, text, sizeof text);
	CHECK_TEXT(text, "data migration=1 round=2 chunk=3 age=50 {TRUNCATED}");
	message = (struct dimp_message){.kind = DIMP_MESSAGE_ACCEPT};
	dimp_message_text(&message, text, sizeof text);
	CHECK_TEXT(text, "accept migration=0 types=none");
	message.kind = (enum dimp_message_kind)0x40;
	dimp_message_text(&message, text, sizeof text);
	CHECK_TEXT(text, "?");
}

/* WHO-HAS with its two attributes: DI types (1) and a ticket (2), here one of no octets.
 * DIMP 7.2-7.
 */
static void test_message_attributes_ascend_and_come_first(void)
{
	static const uint8_t types[] = {0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0x12};
	static const uint8_t row[] = {1, 1, 0, 8, 2, 0, 0, 0, 0, 0x0a, 0, 0x64};
	static const struct {
		const uint8_t *parts[2];
		enum dimp_error error;
	} rows[] = {
		{{types, row}, DIMP_ERROR_NONE},
		{{types, types}, DIMP_ERROR_DUPLICATE_TLV},
		{{row, types}, DIMP_ERROR_BAD_VALUE},
	};
	uint8_t octets[sizeof who_has + 24];

	memcpy(octets, who_has, sizeof who_has);
	octets[3] = (uint8_t)(sizeof octets - 4);
	for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++) {
		memcpy(octets + sizeof who_has, rows[each].parts[0], 12);
		memcpy(octets + sizeof who_has + 12, rows[each].parts[1], 12);
		CHECK_TEXT(dimp_error_name(read_exactly(octets, sizeof octets)),
			dimp_error_name(rows[each].error));
	}
}

static void test_message_rows_are_laid_out_where_there_are_any(void)
{
	const struct dimp_message unknown = {.kind = (enum dimp_message_kind)0x40};
	const struct dimp_message empty = {.kind = DIMP_MESSAGE_PING};
	const struct dimp_message full = {.kind = DIMP_MESSAGE_OFFER};

	CHECK(message_row_layout(&unknown) == NULL);
	CHECK(message_row_layout(&empty) == NULL);
	CHECK(message_row_layout(&full) == dimp_param_tlv_layout(DIMP_TLV_OFFER_ROW));
}

/* DIMP 7.2-2, whatever the room. */
static void test_message_write_stays_within_its_bounds(void)
{
	static uint8_t records[DIMP_MESSAGE_SIZE_MAX], octets[2 * DIMP_MESSAGE_SIZE_MAX];
	static struct dimp_message large;
	size_t size;

	large = (struct dimp_message){.kind = DIMP_MESSAGE_DATA};
	large.records = wire_view(records, DIMP_MESSAGE_SIZE_MAX - 22);
	CHECK_EQ(dimp_message_write(&large, octets, sizeof octets, &size), DIMP_ERROR_NONE);
	CHECK_EQ(size, DIMP_MESSAGE_SIZE_MAX);
	large.records.size++;
	CHECK_EQ(dimp_message_write(&large, octets, sizeof octets, &size), DIMP_ERROR_NO_ROOM);
	large = (struct dimp_message){.kind = DIMP_MESSAGE_ACK, .row_count = 32};
	CHECK_EQ(dimp_message_write(&large, octets, sizeof octets, &size), DIMP_ERROR_TOO_MANY);
}

static const struct test_case tests[] = {
	TEST(test_message_text_tells_empty_sets_and_wrong_records),
	TEST(test_message_request_reads),
	TEST(test_message_request_cut_anywhere_fails),
	TEST(test_message_every_kind_writes_back),
	TEST(test_message_every_kind_cut_is_truncated),
	TEST(test_message_solicit_reads_to_its_text),
	TEST(test_message_data_prints_its_records),
	TEST(test_message_data_passes_over_what_may_be_skipped),
	TEST(test_message_wrong_ones_name_their_error),
	TEST(test_message_two_rows_of_a_type_are_one_too_many),
	TEST(test_message_takes_as_many_rows_as_allowed),
	TEST(test_message_longer_than_allowed_is_refused),
	TEST(test_message_write_refuses_what_read_would),
	TEST(test_message_attributes_ascend_and_come_first),
	TEST(test_message_rows_are_laid_out_where_there_are_any),
	TEST(test_message_write_stays_within_its_bounds),
	TEST_END,
};

const struct test_suite suite_message = {"message", tests};
