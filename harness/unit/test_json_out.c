/*
 * Proves the JSON of records and messages against JSON written by hand, and that its texts are
 * those of the model's own printer, which shares no code with it.
 */
#include "check.h"
#include "record_vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/json_out.h"

/* Takes |json| over. */
static void check_json(json_t *json, const char *expected)
{
	char *text = json_dumps(json, JSON_COMPACT);

	CHECK_TEXT(text, expected);
	free(text);
	json_decref(json);
}

static void test_json_of_a_record_has_the_registry_names(void)
{
	const struct dimp_record record = {
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding =
			{
				.attributes = 1u << DIMP_ATTRIBUTE_dhcp_binding_server,
				.vlan = 42,
				.client = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}},
				.address = {{10, 0, 42, 9}},
				.remaining = dimp_duration_from_us(60000000),
				.server = {{10, 0, 42, 1}},
			},
	};

	check_json(record_json(&record, JSON_SECRETS_HIDDEN),
		"{\"type\":\"dhcp_binding\",\"operation\":\"PUT\",\"vlan\":42,"
		"\"client\":\"52:54:00:c7:3e:ce\",\"address\":\"10.0.42.9\",\"remaining\":60000,"
		"\"server\":\"10.0.42.1\"}");
}

static void test_json_of_a_delete_has_its_keys_alone(void)
{
	const struct dimp_record record = {
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_DELETE,
		.body.dhcp_binding = {.vlan = 42, .client = {{2, 0, 0, 0, 0, 1}}, .remaining = 5},
	};

	check_json(record_json(&record, JSON_SECRETS_HIDDEN),
		"{\"type\":\"dhcp_binding\",\"operation\":\"DELETE\",\"vlan\":42,"
		"\"client\":\"02:00:00:00:00:01\"}");
}

static void test_json_of_durations_and_texts(void)
{
	const struct dimp_record record = {
		.type = DIMP_DI_DOT1X_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.dot1x_session =
			{
				.attributes = 1u << DIMP_ATTRIBUTE_dot1x_session_identity |
					1u << DIMP_ATTRIBUTE_dot1x_session_filter_id |
					1u << DIMP_ATTRIBUTE_dot1x_session_class,
				.client = {{2, 0, 0, 0, 0, 1}},
				.method = 4,
				.termination = DIMP_TERMINATION_RADIUS_REQUEST,
				.session_remaining = DIMP_DURATION_INFINITE,
				.identity = {5, "vm\"\xc3\xa9"},
				.filter_id = {2, "\xff\xfe"}, /* no UTF-8 */
				.class = {3, {0xde, 0xad, 0x01}},
			},
	};

	check_json(record_json(&record, JSON_SECRETS_HIDDEN),
		"{\"type\":\"dot1x_session\",\"operation\":\"PUT\","
		"\"client\":\"02:00:00:00:00:01\",\"vlan\":0,\"method\":4,"
		"\"termination\":\"RADIUS_REQUEST\",\"session_remaining\":null,"
		"\"reauthentication_remaining\":0,\"identity\":\"vm\\\"\xc3\xa9\","
		"\"filter_id\":\"fffe\",\"class\":\"dead01\"}");
}

static struct dimp_record macsec_record(void)
{
	return (struct dimp_record){
		.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa =
			{
				.attributes = 1u << DIMP_ATTRIBUTE_macsec_sa_sak,
				.sci = {{2, 0, 0, 0, 0, 1, 1, 2}},
				.direction = DIMP_DIRECTION_RECEIVE,
				.cipher_suite = UINT64_C(0x0080c20001000001),
				.next_pn = UINT64_MAX,
				.sak = {2, {0xab, 0xcd}},
			},
	};
}

/* 0x0080c20001000001 is 36242102291529729, beyond 2^53. */
static void test_json_hides_secrets_unless_asked(void)
{
	const struct dimp_record record = macsec_record();
	const char *rest = "{\"type\":\"macsec_sa\",\"operation\":\"PUT\","
			   "\"sci\":\"02:00:00:00:00:01/258\",\"association_number\":0,"
			   "\"direction\":\"RECEIVE\",\"cipher_suite\":\"36242102291529729\","
			   "\"confidentiality_offset\":0,\"is_encrypting\":0,\"is_in_use\":0,"
			   "\"sectag\":0,\"validate\":\"DISABLED\",\"replay_window\":0,"
			   "\"next_pn\":\"18446744073709551615\",\"lowest_pn\":0,\"sak\":\"%s\"}";
	char expected[1024];

	(void)snprintf(expected, sizeof expected, rest, "<hidden>");
	check_json(record_json(&record, JSON_SECRETS_HIDDEN), expected);
	(void)snprintf(expected, sizeof expected, rest, "abcd");
	check_json(record_json(&record, JSON_SECRETS_SHOWN), expected);
}

static void test_json_of_a_key_name_is_its_octets(void)
{
	struct dimp_record record = {
		.type = DIMP_DI_MKA_PEER,
		.operation = DIMP_OPERATION_DELETE,
		.body.mka_peer = {.key_name = {{2, 0xca, 0x11, 0xff}}, .member = {{[11] = 1}}},
	};
	char expected[256];

	check_json(record_json(&record, JSON_SECRETS_HIDDEN),
		"{\"type\":\"mka_peer\",\"operation\":\"DELETE\",\"key_name\":\"ca11\","
		"\"member\":\"000000000000000000000001\"}");
	/* A length that no name has: what is there, and no more. */
	record.body.mka_peer.key_name.octets[0] = 255;
	(void)snprintf(expected, sizeof expected,
		"{\"type\":\"mka_peer\",\"operation\":\"DELETE\",\"key_name\":\"ca11ff%058d\","
		"\"member\":\"000000000000000000000001\"}",
		0);
	check_json(record_json(&record, JSON_SECRETS_HIDDEN), expected);
}

static void test_json_of_a_message_has_rows_and_sets(void)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_REQUEST,
		.body.request =
			{
				.request = UINT64_C(9007199254740991), /* 2^53 - 1 */
				.serial = UINT64_C(9007199254740992),
				.vsi = {{[15] = 1,
					[18] = 5,
					[19] = 2,
					[20] = 3,
					[21] = 0xaa,
					[36] = 0xbb}},
				.mode = DIMP_MODE_STAGED,
				.required = 1u << 1 | 1u << 4 | UINT64_C(1) << 50,
			},
		.row_count = 1,
		.rows.filter = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
	};

	check_json(message_json(&message, JSON_SECRETS_HIDDEN),
		"{\"message\":\"REQUEST\",\"request\":9007199254740991,"
		"\"serial\":\"9007199254740992\","
		"\"vsi\":\"00000000000000000000000000000001/5.2/3:"
		"aa000000-0000-0000-0000-0000000000bb\",\"mode\":\"STAGED\","
		"\"source\":\"0000000000000000000000000000000000000000000000000000000000000000\","
		"\"required\":[\"dot1x_session\",\"dhcp_binding\",50],\"optional\":[],"
		"\"deadline\":0,\"filter\":[{\"mac\":\"02:00:00:00:00:01\",\"vlan\":42}]}");
}

static void test_json_of_response_names_advice(void)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_RESPONSE,
		.body.response =
			{
				.request = 7,
				.result = DIMP_RESULT_FAIL,
				.reason = DIMP_REASON_TRANSFER_FAILED,
				.error = DIMP_ERROR_PEER_LOST,
				.advice = DIMP_ADVICE_RETRY | DIMP_ADVICE_CONTINUE_AT_RISK,
			},
	};

	check_json(message_json(&message, JSON_SECRETS_HIDDEN),
		"{\"message\":\"RESPONSE\",\"request\":7,\"result\":\"FAIL\","
		"\"reason\":\"TRANSFER_FAILED\",\"error\":\"PEER_LOST\","
		"\"advice\":[\"RETRY\",\"CONTINUE_AT_RISK\"],\"result_row\":[]}");
}

/* Of a DI type that nobody knows: 0x0200 + 50. */
static void test_json_of_data_has_its_records(void)
{
	static const uint8_t unknown[] = {0x02, 0x32, 0, 2, 1, 1};
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_DATA,
		.body.data = {.migration = 7, .round = 1},
		.records = {unknown, sizeof unknown},
	};

	check_json(message_json(&message, JSON_SECRETS_HIDDEN),
		"{\"message\":\"DATA\",\"migration\":7,\"round\":1,\"chunk\":0,\"age\":0,"
		"\"records\":[{\"error\":\"UNSUPPORTED_TYPE\",\"octets\":\"023200020101\"}]}");
}

static void test_json_of_what_is_unknown_is_none(void)
{
	const struct dimp_record record = {.type = (enum dimp_di_type)60};
	const struct dimp_message message = {.kind = (enum dimp_message_kind)0x7777};

	CHECK(record_json(&record, JSON_SECRETS_HIDDEN) == NULL);
	CHECK(message_json(&message, JSON_SECRETS_HIDDEN) == NULL);
}

/* "type" and "operation" are the record's own keys: no member may be called so. */
static void test_json_keys_do_not_clash(void)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct dimp_layout *layout = dimp_di_layout(type);

		for (size_t index = 0; layout != NULL && index < layout->field_count; index++) {
			CHECK(strcmp(layout->fields[index].name, "type") != 0);
			CHECK(strcmp(layout->fields[index].name, "operation") != 0);
		}
	}
}

static bool is_printed_alike(enum dimp_type type)
{
	return type != DIMP_TYPE_TEXT253 && type != DIMP_TYPE_DI_SET;
}

/* Every text in the JSON of |record| but free text stands in the model's text as name=value. */
static void check_alike(const struct dimp_record *record, const char *words)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);
	json_t *json = record_json(record, JSON_SECRETS_HIDDEN);
	char pair[2200];

	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		const char *text = json_string_value(json_object_get(json, field->name));

		if (text == NULL || !is_printed_alike(field->type))
			continue;
		(void)snprintf(pair, sizeof pair, " %s=%s", field->name, text);
		check_true(CHECK_HERE, strstr(words, pair) != NULL, pair);
	}
	json_decref(json);
}

static void check_vectors(const char *di_type)
{
	struct record_vectors vectors;
	struct record_vector vector;
	static struct dimp_record record;
	unsigned count = 0;

	if (!CHECK(record_vectors_open(&vectors, di_type)))
		return;
	while (record_vectors_next(&vectors, &vector)) {
		const struct dimp_view octets = {vector.octets, vector.size};

		if (vector.verdict == '!')
			continue;
		CHECK_EQ(dimp_record_read(octets, &record), DIMP_ERROR_NONE);
		check_alike(&record, vector.words);
		count++;
	}
	CHECK(record_vectors_close(&vectors));
	CHECK(count > 0);
}

static void test_json_texts_are_those_of_the_vectors(void)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		if (dimp_di_layout(type) != NULL)
			check_vectors(dimp_di_layout(type)->name);
}

static const struct test_case tests[] = {
	TEST(test_json_of_a_record_has_the_registry_names),
	TEST(test_json_of_a_delete_has_its_keys_alone),
	TEST(test_json_of_durations_and_texts),
	TEST(test_json_hides_secrets_unless_asked),
	TEST(test_json_of_a_key_name_is_its_octets),
	TEST(test_json_of_a_message_has_rows_and_sets),
	TEST(test_json_of_response_names_advice),
	TEST(test_json_of_data_has_its_records),
	TEST(test_json_of_what_is_unknown_is_none),
	TEST(test_json_keys_do_not_clash),
	TEST(test_json_texts_are_those_of_the_vectors),
	TEST_END,
};

const struct test_suite suite_json_out = {"json_out", tests};
