/* SPDX-License-Identifier: MIT */
/*
 * Proves that a block's own reader and writer come to what the walkers over the layout tables come
 * to: for every vector, and for it with each octet changed in turn to what bounds are made of.
 */
#include "check.h"

#include <string.h>

#include "attribute.h"
#include "di_blocks.h"
#include "di_rules.h"
#include "dimp.h"
#include "field.h"
#include "record_vectors.h"

enum { PREFIX_SIZE = 6 };

static struct dimp_record straight, by_tables;

/* What the tables say of |value|, the octets behind operation and version. */
static enum dimp_error read_by_tables(struct dimp_view value)
{
	const struct dimp_layout *layout = dimp_di_layout(by_tables.type);
	struct wire_reader reader = wire_reader_of(value);

	memset(&by_tables.body, 0, sizeof by_tables.body);
	enum dimp_error error = field_read_all(layout, &reader, &by_tables.body);
	if (error == DIMP_ERROR_NONE)
		error = attribute_read_all(layout, reader.rest, &by_tables.body);
	return error != DIMP_ERROR_NONE ? error : di_rules_check(&by_tables);
}

/* The tables' octets for the record that they read. */
static size_t write_by_tables(uint8_t *octets, size_t capacity)
{
	const struct dimp_layout *layout = dimp_di_layout(by_tables.type);
	struct wire_writer writer = wire_writer_of(octets, capacity);

	if (field_write_all(layout, &by_tables.body, &writer) != DIMP_ERROR_NONE ||
		attribute_write_all(layout, &by_tables.body, &writer) != DIMP_ERROR_NONE)
		return 0;
	return writer.has_failed ? 0 : writer.size;
}

/* What is written for the body that was read, with exactly the room it needs and with less. */
static void check_writer(void)
{
	uint8_t wanted[2048], octets[2048];
	const size_t size = write_by_tables(wanted, sizeof wanted);

	CHECK(size != 0);
	const struct di_blocks_result result =
		di_blocks_write(&straight, (struct dimp_buffer){octets, size});
	CHECK_EQ(result.size, size);
	CHECK(memcmp(octets, wanted, size) == 0);
	CHECK_EQ(result.verdict, di_rules_check(&straight));
	for (size_t less = 0; less < size; less++)
		CHECK_EQ(di_blocks_write(&straight, (struct dimp_buffer){octets, less}).size, 0);
}

/* True when the block's own reader took |value|. */
static bool check_reader(struct dimp_view value)
{
	const enum dimp_error error = read_by_tables(value);

	memset(&straight.body, 0xa5, sizeof straight.body);
	const struct di_blocks_result result = di_blocks_read(value, &straight);
	if (result.size == 0)
		return false;
	CHECK_EQ(result.size, value.size);
	CHECK_TEXT(dimp_error_name((enum dimp_error)result.verdict), dimp_error_name(error));
	CHECK(memcmp(&straight.body, &by_tables.body,
		      dimp_di_layout(by_tables.type)->struct_size) == 0);
	return true;
}

static bool is_put(const struct record_vector *vector)
{
	const unsigned number = (unsigned)vector->octets[1];

	return vector->size >= PREFIX_SIZE && vector->octets[4] == DIMP_OPERATION_PUT &&
		number < DIMP_DI_TYPES && dimp_di_layout(number) != NULL;
}

static void change_octets(struct record_vector *vector)
{
	static const uint8_t values[] = {0, 1, 2, 3, 4, 5, 8, 0x0f, 0x10, 0x7f, 0x80, 0xff};
	const struct dimp_view value = {vector->octets + PREFIX_SIZE, vector->size - PREFIX_SIZE};

	for (size_t at = PREFIX_SIZE; at < vector->size; at++) {
		const uint8_t kept = vector->octets[at];

		for (size_t each = 0; each < sizeof values; each++) {
			vector->octets[at] = values[each];
			(void)check_reader(value);
		}
		vector->octets[at] = kept;
	}
}

static void check_vector(struct record_vector *vector)
{
	const struct dimp_view value = {vector->octets + PREFIX_SIZE, vector->size - PREFIX_SIZE};

	if (!is_put(vector))
		return;
	straight.type = by_tables.type = (enum dimp_di_type)vector->octets[1];
	straight.operation = by_tables.operation = DIMP_OPERATION_PUT;
	const bool is_taken = check_reader(value);
	CHECK(is_taken || vector->verdict != '=');
	if (is_taken && vector->verdict == '=')
		check_writer();
	for (size_t size = 0; size < value.size; size++)
		(void)check_reader((struct dimp_view){value.octets, size});
	change_octets(vector);
}

static void test_di_blocks_come_to_what_the_tables_do(void)
{
	struct record_vectors vectors;
	struct record_vector vector;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const struct dimp_layout *layout = dimp_di_layout(type);

		if (layout == NULL || !record_vectors_open(&vectors, layout->name))
			continue;
		while (record_vectors_next(&vectors, &vector))
			check_vector(&vector);
		CHECK(record_vectors_close(&vectors));
	}
}

/* A bit that the block has no attribute for, and a size beyond what the member holds. */
static void test_di_blocks_leave_what_is_wrong_to_the_tables(void)
{
	uint8_t octets[2048];
	const struct dimp_buffer room = {octets, sizeof octets};
	struct dimp_record record = {
		.type = DIMP_DI_DOT1X_SESSION,
		.operation = DIMP_OPERATION_PUT,
		.body.dot1x_session = {.client = {{2}}},
	};

	CHECK(di_blocks_write(&record, room).size != 0);
	record.body.dot1x_session.attributes = 1u << 30;
	CHECK_EQ(di_blocks_write(&record, room).size, 0);
	record.body.dot1x_session.attributes = 1u << DIMP_ATTRIBUTE_dot1x_session_identity;
	record.body.dot1x_session.identity.size = 254;
	CHECK_EQ(di_blocks_write(&record, room).size, 0);
	record.body.dot1x_session.identity.size = 253;
	CHECK(di_blocks_write(&record, room).size != 0);
	record.body.dot1x_session.vlan = 4095;
	CHECK_EQ(di_blocks_write(&record, room).size, 0);
}

static const struct test_case tests[] = {
	TEST(test_di_blocks_come_to_what_the_tables_do),
	TEST(test_di_blocks_leave_what_is_wrong_to_the_tables),
	TEST_END,
};

const struct test_suite suite_di_blocks = {"di_blocks", tests};
