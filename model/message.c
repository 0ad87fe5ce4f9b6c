/*
 * Messages (DIMP 7): one TLV each, of a fixed part and rows: parameter TLVs of the one kind that
 * messages.def allows.  DATA has records instead of rows; they stay a view.
 */
#include "message.h"

#include <assert.h>
#include <string.h>

#include "attribute.h"
#include "field.h"
#include "tlv.h"

_Static_assert((int)DIMP_RECORD_SIZE_MAX <= (int)MESSAGE_RECORDS_SIZE_MAX,
	"every record fits a DATA message");

/* A message has rows of one kind, so that one array of struct dimp_message is enough. */
#define ROUTE(lower, from, to)
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define BEGIN(UPPER, lower, number, version, label) _Static_assert(0
#define PARAM(lower, tlv, fewest, most) +1
#define END(lower) <= 1, #lower ": rows of one kind");
#include "messages.def"
#undef BEGIN
#undef PARAM
#undef END

/* Rows fit their array. */
#define ROWS_MAX_FILTER DIMP_FILTERS_MAX
#define ROWS_MAX_OFFER_ROW DIMP_ROWS_MAX
#define ROWS_MAX_RESULT_ROW DIMP_ROWS_MAX
#define ROWS_MAX_DIGEST_ROW DIMP_ROWS_MAX
#define ROWS_MAX_ACK_RANGE DIMP_ROWS_MAX
#define BEGIN(UPPER, lower, number, version, label)
#define PARAM(lower, tlv, fewest, most) \
	_Static_assert((fewest) <= (most), #lower ": fewest rows"); \
	_Static_assert((most) <= (int)(ROWS_MAX_##tlv), #lower ": most rows");
#define END(lower)
#include "messages.def"
#undef BEGIN
#undef PARAM
#undef END
#undef ROUTE
#undef FIELD
#undef ATTR

const struct dimp_layout *message_row_layout(const struct dimp_message *message)
{
	const struct dimp_layout *layout = dimp_message_layout(message->kind);

	if (layout == NULL || layout->param_count == 0)
		return NULL;
	return dimp_param_tlv_layout(layout->params[0].tlv);
}

void *message_row(struct dimp_message *message, size_t index)
{
	const struct dimp_layout *layout = message_row_layout(message);

	assert(layout != NULL);
	return (uint8_t *)&message->rows + index * layout->struct_size;
}

const void *message_const_row(const struct dimp_message *message, size_t index)
{
	const struct dimp_layout *layout = message_row_layout(message);

	assert(layout != NULL);
	return (const uint8_t *)&message->rows + index * layout->struct_size;
}

/* Takes whole TLVs: records, and what a receiver may skip (DIMP 7.2-5). */
static enum dimp_error read_records(struct dimp_view rest, struct dimp_message *message)
{
	struct tlv tlv;

	message->records = rest;
	while (tlv_next(&rest, &tlv)) {
		const unsigned number = (unsigned)tlv.type - DIMP_RECORD_TLV_BASE;
		const bool is_record = number != 0 && number < DIMP_DI_TYPES;
		if (!is_record && !tlv_is_skippable(tlv.type))
			return DIMP_ERROR_UNKNOWN_TLV;
	}
	return rest.size == 0 ? DIMP_ERROR_NONE : DIMP_ERROR_TRUNCATED;
}

/* Rows about DI types name each at most once; the newest is judged when it was read (DIMP 7.3-3).
 */
static enum dimp_error check_newest_type(const struct dimp_layout *layout,
	struct dimp_message *message)
{
	const struct dimp_field_layout *first = &layout->fields[0];

	if (first->type != DIMP_TYPE_DI_TYPE)
		return DIMP_ERROR_NONE;
	const size_t newest = message->row_count - 1;
	const uint64_t type = field_integer(first, message_row(message, newest));
	for (size_t index = 0; index < newest; index++)
		if (field_integer(first, message_row(message, index)) == type)
			return DIMP_ERROR_DUPLICATE_TLV;
	return DIMP_ERROR_NONE;
}

static enum dimp_error read_row(const struct dimp_layout *layout, struct dimp_view value,
	struct dimp_message *message)
{
	struct wire_reader reader = wire_reader_of(value);
	const enum dimp_error error =
		field_read_all(layout, &reader, message_row(message, message->row_count));

	if (error != DIMP_ERROR_NONE)
		return error;
	if (reader.rest.size != 0)
		return DIMP_ERROR_TRAILING;
	message->row_count++;
	return check_newest_type(layout, message);
}

static bool is_attribute(const struct tlv *tlv)
{
	return tlv->type != 0 && tlv->type < ATTRIBUTE_NUMBERS;
}

/* One TLV after the fixed part: an attribute, a row that |param| allows, or something to skip. */
static enum dimp_error read_part(const struct dimp_param_layout *param, const struct tlv *tlv,
	struct dimp_message *message)
{
	const struct dimp_layout *layout = param != NULL ? dimp_param_tlv_layout(param->tlv) : NULL;

	if (is_attribute(tlv))
		return attribute_read(dimp_message_layout(message->kind), tlv, &message->body);
	if (layout == NULL || tlv->type != layout->number)
		return tlv_is_skippable(tlv->type) ? DIMP_ERROR_NONE : DIMP_ERROR_UNKNOWN_TLV;
	if (message->row_count == param->most)
		return DIMP_ERROR_TOO_MANY;
	return read_row(layout, tlv->value, message);
}

/* Attributes come first and ascend strictly, then the rows (DIMP 7.2-7). */
static enum dimp_error read_rest(const struct dimp_param_layout *param, struct dimp_view rest,
	struct dimp_message *message)
{
	struct tlv tlv;
	unsigned before = 0;

	while (tlv_next(&rest, &tlv)) {
		if (is_attribute(&tlv) && tlv.type <= before)
			return tlv.type == before ? DIMP_ERROR_DUPLICATE_TLV : DIMP_ERROR_BAD_VALUE;
		before = is_attribute(&tlv) ? tlv.type : ATTRIBUTE_NUMBERS;
		const enum dimp_error error = read_part(param, &tlv, message);
		if (error != DIMP_ERROR_NONE)
			return error;
	}
	if (rest.size != 0)
		return DIMP_ERROR_TRUNCATED;
	if (param == NULL)
		return DIMP_ERROR_NONE;
	return message->row_count < param->fewest ? DIMP_ERROR_MISSING_TLV : DIMP_ERROR_NONE;
}

enum dimp_error dimp_message_read(struct dimp_view octets, struct dimp_message *message)
{
	struct tlv tlv;

	memset(&message->body, 0, sizeof message->body);
	message->row_count = 0;
	message->records = (struct dimp_view){0};
	enum dimp_error error = tlv_only(octets, &tlv);
	if (error != DIMP_ERROR_NONE)
		return error;
	const struct dimp_layout *layout = dimp_message_layout(tlv.type);
	if (layout == NULL)
		return DIMP_ERROR_UNKNOWN_MESSAGE;
	if (octets.size > DIMP_MESSAGE_SIZE_MAX)
		return DIMP_ERROR_BAD_LENGTH;
	message->kind = (enum dimp_message_kind)tlv.type;
	struct wire_reader reader = wire_reader_of(tlv.value);
	error = field_read_all(layout, &reader, &message->body);
	if (error != DIMP_ERROR_NONE)
		return error;
	if (message->kind == DIMP_MESSAGE_DATA)
		return read_records(reader.rest, message);
	return read_rest(layout->param_count != 0 ? layout->params : NULL, reader.rest, message);
}

static enum dimp_error write_rows(const struct dimp_layout *layout,
	const struct dimp_message *message, struct wire_writer *writer)
{
	if (message->row_count == 0)
		return layout->param_count == 0 || layout->params[0].fewest == 0
			? DIMP_ERROR_NONE
			: DIMP_ERROR_MISSING_TLV;
	if (layout->param_count == 0 || message->row_count > layout->params[0].most)
		return DIMP_ERROR_TOO_MANY;
	for (size_t index = 0; index < message->row_count; index++) {
		const size_t begin = tlv_begin(writer, (uint16_t)layout->params[0].tlv);
		const enum dimp_error error = field_write_all(message_row_layout(message),
			message_const_row(message, index), writer);
		if (error != DIMP_ERROR_NONE)
			return error;
		tlv_end(writer, begin);
	}
	return DIMP_ERROR_NONE;
}

static enum dimp_error write_message(const struct dimp_message *message, struct wire_writer *writer)
{
	const struct dimp_layout *layout = dimp_message_layout(message->kind);

	if (layout == NULL)
		return DIMP_ERROR_UNKNOWN_MESSAGE;
	const size_t begin = tlv_begin(writer, (uint16_t)layout->number);
	enum dimp_error error = field_write_all(layout, &message->body, writer);
	if (error == DIMP_ERROR_NONE)
		error = attribute_write_all(layout, &message->body, writer);
	if (error != DIMP_ERROR_NONE)
		return error;
	if (message->kind == DIMP_MESSAGE_DATA)
		wire_write_octets(writer, message->records.octets, message->records.size);
	else
		error = write_rows(layout, message, writer);
	if (error != DIMP_ERROR_NONE)
		return error;
	tlv_end(writer, begin);
	if (writer->has_failed || writer->size > DIMP_MESSAGE_SIZE_MAX)
		return DIMP_ERROR_NO_ROOM;
	return DIMP_ERROR_NONE;
}

enum dimp_error dimp_message_write(const struct dimp_message *message, uint8_t *octets,
	size_t capacity, size_t *size)
{
	struct wire_writer writer = wire_writer_of(octets, capacity);
	const enum dimp_error error = write_message(message, &writer);

	*size = error == DIMP_ERROR_NONE ? writer.size : 0;
	return error;
}
