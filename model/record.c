/*
 * The wire form of records (DIMP 6.3): TLV header, operation, version, fixed part, attributes in
 * ascending order.  A PUT in which nothing is wrong is read and written by its block's own function
 * (di_blocks.h).  Any other goes through walkers over the layout tables, the same for all DI types,
 * which find the first thing that is wrong; what is particular to a DI type is a rule in
 * di_rules.c.
 */
#include "record.h"

#include <assert.h>
#include <string.h>

#include "di_blocks.h"
#include "di_rules.h"
#include "duration.h"
#include "attribute.h"
#include "field.h"
#include "tlv.h"

enum {
	PREFIX_SIZE =
		TLV_HEADER_SIZE + 2, /* before the fixed part: TLV header, operation, version */
	ATTRIBUTE_MAX = 31
};

static const struct dimp_layout *layout_of(struct dimp_view record)
{
	assert(record.size >= TLV_HEADER_SIZE);
	const struct dimp_layout *layout =
		dimp_di_layout((unsigned)(wire_load_u16(record.octets) - DIMP_RECORD_TLV_BASE));

	assert(layout != NULL);
	assert(record.size >= PREFIX_SIZE + (size_t)layout->fixed_size);
	return layout;
}

static enum dimp_error check_zeros(struct dimp_view octets)
{
	for (size_t index = 0; index < octets.size; index++) {
		if (octets.octets[index] != 0)
			return DIMP_ERROR_RESERVED_SET;
	}
	return DIMP_ERROR_NONE;
}

/* Reads KEY fields and checks that all others are zero, in their order (DIMP 6.3-5, 6.3-10). */
static enum dimp_error read_delete(const struct dimp_layout *layout, struct wire_reader *reader,
	void *body)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->attribute != 0)
			continue;
		const struct dimp_view octets =
			wire_read_view(reader, layout_type(field->type).octets);
		if (reader->has_failed)
			return DIMP_ERROR_TRUNCATED;
		const enum dimp_error error = field->role == DIMP_ROLE_KEY
			? field_read(field, octets, body)
			: check_zeros(octets);
		if (error != DIMP_ERROR_NONE)
			return error;
	}
	return reader->rest.size == 0 ? DIMP_ERROR_NONE : DIMP_ERROR_TRAILING;
}

static enum dimp_error read_put(const struct dimp_layout *layout, struct wire_reader *reader,
	void *body)
{
	const enum dimp_error error = field_read_all(layout, reader, body);

	if (error != DIMP_ERROR_NONE)
		return error;
	return attribute_read_all(layout, reader->rest, body);
}

static enum dimp_error read_by_tables(const struct dimp_layout *layout, struct wire_reader *reader,
	struct dimp_record *record)
{
	wire_clear(&record->body, layout->struct_size);
	const enum dimp_error error = record->operation == DIMP_OPERATION_DELETE
		? read_delete(layout, reader, &record->body)
		: read_put(layout, reader, &record->body);
	return error != DIMP_ERROR_NONE ? error : di_rules_check(record);
}

static enum dimp_error read_value(const struct dimp_layout *layout, struct dimp_view value,
	struct dimp_record *record)
{
	struct wire_reader reader = wire_reader_of(value);
	const uint8_t operation = wire_read_u8(&reader);

	if (!reader.has_failed && operation != DIMP_OPERATION_PUT &&
		operation != DIMP_OPERATION_DELETE)
		return DIMP_ERROR_BAD_VALUE;
	const uint8_t version = wire_read_u8(&reader);

	if (reader.has_failed)
		return DIMP_ERROR_TRUNCATED;
	if (version != layout->version)
		return DIMP_ERROR_UNSUPPORTED_VERSION;
	record->type = (enum dimp_di_type)layout->number;
	record->operation = (enum dimp_operation)operation;
	if (operation == DIMP_OPERATION_PUT) {
		const struct di_blocks_result result = di_blocks_read(reader.rest, record);

		if (result.size != 0)
			return (enum dimp_error)result.verdict;
	}
	return read_by_tables(layout, &reader, record);
}

enum dimp_error dimp_record_read(struct dimp_view octets, struct dimp_record *record)
{
	struct tlv tlv;
	const enum dimp_error error = tlv_only(octets, &tlv);

	if (error != DIMP_ERROR_NONE)
		return error;
	const unsigned number = (unsigned)tlv.type - DIMP_RECORD_TLV_BASE;
	if (number == 0 || number >= DIMP_DI_TYPES)
		return DIMP_ERROR_UNKNOWN_TLV;
	if (octets.size > DIMP_RECORD_SIZE_MAX)
		return DIMP_ERROR_RECORD_TOO_LONG;
	const struct dimp_layout *layout = layout_of_di[number];
	if (layout == NULL)
		return DIMP_ERROR_UNSUPPORTED_TYPE;
	return read_value(layout, tlv.value, record);
}

bool dimp_records_next(struct dimp_view *rest, struct dimp_view *record)
{
	struct tlv tlv;

	for (struct dimp_view whole = *rest; tlv_next(rest, &tlv); whole = *rest) {
		if (tlv_is_skippable(tlv.type))
			continue;
		*record = wire_view(whole.octets, whole.size - rest->size);
		return true;
	}
	return false;
}

static enum dimp_error write_keys(const struct dimp_layout *layout, const void *body,
	struct wire_writer *writer)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->role != DIMP_ROLE_KEY)
			continue;
		const enum dimp_error error = field_write(field, body, writer);
		if (error != DIMP_ERROR_NONE)
			return error;
	}
	wire_write_zeros(writer, layout->fixed_size - layout_key_size(layout));
	return DIMP_ERROR_NONE;
}

static enum dimp_error write_value(const struct dimp_layout *layout,
	const struct dimp_record *record, struct wire_writer *writer)
{
	wire_write_u8(writer, (uint8_t)record->operation);
	wire_write_u8(writer, layout->version);
	if (record->operation == DIMP_OPERATION_DELETE)
		return write_keys(layout, &record->body, writer);
	const enum dimp_error error = field_write_all(layout, &record->body, writer);
	if (error != DIMP_ERROR_NONE)
		return error;
	return attribute_write_all(layout, &record->body, writer);
}

static enum dimp_error write_by_tables(const struct dimp_layout *layout,
	const struct dimp_record *record, struct wire_writer *writer)
{
	const size_t begin = tlv_begin(writer, (uint16_t)(DIMP_RECORD_TLV_BASE + layout->number));
	const enum dimp_error error = write_value(layout, record, writer);

	if (error != DIMP_ERROR_NONE)
		return error;
	tlv_end(writer, begin);
	if (writer->has_failed || writer->size - begin > DIMP_RECORD_SIZE_MAX)
		return DIMP_ERROR_RECORD_TOO_LONG;
	return di_rules_check(record);
}

/* Writes a PUT by its block's function; its size, 0 if that does not do. */
static size_t write_straight(const struct dimp_layout *layout, const struct dimp_record *record,
	struct dimp_buffer room, enum dimp_error *verdict)
{
	if (record->operation != DIMP_OPERATION_PUT || room.capacity < PREFIX_SIZE)
		return 0;
	const struct dimp_buffer body = {room.octets + PREFIX_SIZE, room.capacity - PREFIX_SIZE};
	const struct di_blocks_result result = di_blocks_write(record, body);
	const size_t size = PREFIX_SIZE + (size_t)result.size;
	*verdict = (enum dimp_error)result.verdict;
	if (result.size == 0 || size > DIMP_RECORD_SIZE_MAX)
		return 0;
	wire_store_u16(room.octets, DIMP_RECORD_TLV_BASE + (uint64_t)layout->number);
	wire_store_u16(room.octets + 2, size - TLV_HEADER_SIZE);
	room.octets[TLV_HEADER_SIZE] = DIMP_OPERATION_PUT;
	room.octets[TLV_HEADER_SIZE + 1] = layout->version;
	return size;
}

static enum dimp_error write_record(const struct dimp_record *record, struct dimp_buffer room,
	size_t *size)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);
	enum dimp_error verdict;

	if (layout == NULL)
		return DIMP_ERROR_UNSUPPORTED_TYPE;
	if (record->operation != DIMP_OPERATION_PUT && record->operation != DIMP_OPERATION_DELETE)
		return DIMP_ERROR_BAD_VALUE;
	*size = write_straight(layout, record, room, &verdict);
	if (*size != 0)
		return verdict;
	struct wire_writer writer = wire_writer_of(room.octets, room.capacity);
	verdict = write_by_tables(layout, record, &writer);
	*size = writer.size;
	return verdict;
}

enum dimp_error dimp_record_write(const struct dimp_record *record, uint8_t *octets,
	size_t capacity, size_t *size)
{
	enum dimp_error error = write_record(record, (struct dimp_buffer){octets, capacity}, size);

	/* An SA comes to the end of its numbers where it is: told as it stands, it is the
	 * destination that refuses it (DIMP 8.3-6). Told with an older number, that would be used
	 * twice. */
	if (error == DIMP_ERROR_PN_EXHAUSTED)
		error = DIMP_ERROR_NONE;
	if (error != DIMP_ERROR_NONE)
		*size = 0;
	return error;
}

enum dimp_error record_write_key(const struct dimp_record *record, struct wire_writer *writer)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);

	if (layout == NULL)
		return DIMP_ERROR_UNSUPPORTED_TYPE;
	const size_t begin = tlv_begin(writer, (uint16_t)(DIMP_RECORD_TLV_BASE + layout->number));
	wire_write_u8(writer, DIMP_OPERATION_DELETE);
	wire_write_u8(writer, layout->version);
	const enum dimp_error error = write_keys(layout, &record->body, writer);
	if (error != DIMP_ERROR_NONE)
		return error;
	tlv_end(writer, begin);
	return writer->has_failed ? DIMP_ERROR_RECORD_TOO_LONG : DIMP_ERROR_NONE;
}

enum dimp_di_type record_type(struct dimp_view record)
{
	return (enum dimp_di_type)layout_of(record)->number;
}

enum dimp_operation record_operation(struct dimp_view record)
{
	return (enum dimp_operation)record.octets[TLV_HEADER_SIZE];
}

struct dimp_view record_key(struct dimp_view record)
{
	return wire_view(record.octets + PREFIX_SIZE, layout_key_size(layout_of(record)));
}

/* Reads the duration at |octets| and writes it back less |us|. */
static void decay_at(uint8_t *octets, uint64_t us)
{
	struct wire_reader reader = wire_reader_of(wire_view(octets, sizeof(uint32_t)));
	struct wire_writer writer = wire_writer_of(octets, sizeof(uint32_t));

	wire_write_u32(&writer, duration_decay(wire_read_u32(&reader), us));
}

static bool decays(const struct dimp_layout *layout, uint16_t attribute)
{
	const struct dimp_field_layout *field = layout_attribute(layout, attribute);

	return field != NULL && field->role == DIMP_ROLE_DECAYS;
}

static bool has_decaying_attribute(const struct dimp_layout *layout)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		if (layout->fields[index].role == DIMP_ROLE_DECAYS &&
			layout->fields[index].attribute != 0)
			return true;
	}
	return false;
}

void record_decay(uint8_t *octets, size_t size, uint64_t us)
{
	const struct dimp_view record = wire_view(octets, size);
	const struct dimp_layout *layout = layout_of(record);
	const size_t attributes_at = PREFIX_SIZE + (size_t)layout->fixed_size;

	if (record_operation(record) == DIMP_OPERATION_DELETE || us == 0)
		return;
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->role == DIMP_ROLE_DECAYS && field->attribute == 0)
			decay_at(octets + PREFIX_SIZE + field->wire_offset, us);
	}
	if (!has_decaying_attribute(layout))
		return;
	struct dimp_view rest = wire_view(octets + attributes_at, size - attributes_at);
	struct tlv tlv;
	while (tlv_next(&rest, &tlv)) {
		const size_t value_at = size - rest.size - tlv.value.size;
		if (decays(layout, tlv.type))
			decay_at(octets + value_at, us);
	}
}

static void zero_durations(const struct dimp_layout *layout, uint8_t *fixed)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->role == DIMP_ROLE_DECAYS && field->attribute == 0)
			memset(fixed + field->wire_offset, 0, sizeof(uint32_t));
	}
}

size_t record_canonical(struct dimp_view record, uint8_t canonical[DIMP_RECORD_SIZE_MAX])
{
	const struct dimp_layout *layout = layout_of(record);
	const size_t attributes_at = PREFIX_SIZE + (size_t)layout->fixed_size;
	struct wire_writer writer = wire_writer_of(canonical, DIMP_RECORD_SIZE_MAX);

	wire_write_octets(&writer, record.octets, attributes_at);
	zero_durations(layout, canonical + PREFIX_SIZE);
	struct dimp_view rest =
		wire_view(record.octets + attributes_at, record.size - attributes_at);
	struct dimp_view item;
	for (struct dimp_view next = rest; dimp_tlv_next(&next, &item); rest = next) {
		struct wire_reader reader = wire_reader_of(item);
		if (!decays(layout, wire_read_u16(&reader)))
			wire_write_octets(&writer, item.octets, item.size);
	}
	tlv_end(&writer, 0);
	assert(!writer.has_failed);
	return writer.size;
}

/* They have the skippable bit, which is the highest: they stand last. */
size_t record_keep_skipped(struct dimp_view before, uint8_t octets[DIMP_RECORD_SIZE_MAX],
	size_t size)
{
	const size_t attributes_at = PREFIX_SIZE + (size_t)layout_of(before)->fixed_size;
	struct wire_writer writer = wire_writer_of(octets, DIMP_RECORD_SIZE_MAX);
	struct dimp_view rest =
		wire_view(before.octets + attributes_at, before.size - attributes_at);
	struct dimp_view item;

	assert(record_operation(before) == DIMP_OPERATION_PUT);
	writer.size = size;
	while (dimp_tlv_next(&rest, &item)) {
		struct wire_reader reader = wire_reader_of(item);
		if (tlv_is_skippable(wire_read_u16(&reader)))
			wire_write_octets(&writer, item.octets, item.size);
	}
	if (writer.has_failed)
		return size;
	tlv_end(&writer, 0);
	return writer.size;
}
