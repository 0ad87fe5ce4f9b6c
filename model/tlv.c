/*
 * The TLV walker (DIMP 6.2).  It knows no type but the skippable bit; what a type means is decided
 * by who asked for it.
 */
#include "tlv.h"

bool tlv_is_skippable(uint16_t type)
{
	return (type & DIMP_TLV_SKIPPABLE) != 0;
}

bool tlv_next(struct dimp_view *rest, struct tlv *tlv)
{
	struct wire_reader reader = wire_reader_of(*rest);
	const uint16_t type = wire_read_u16(&reader);
	const size_t size = wire_read_u16(&reader);
	const struct dimp_view value = wire_read_view(&reader, size);

	if (reader.has_failed)
		return false;
	*tlv = (struct tlv){.type = type, .value = value};
	*rest = reader.rest;
	return true;
}

enum dimp_error tlv_only(struct dimp_view octets, struct tlv *tlv)
{
	if (!tlv_next(&octets, tlv))
		return DIMP_ERROR_TRUNCATED;
	return octets.size == 0 ? DIMP_ERROR_NONE : DIMP_ERROR_TRAILING;
}

bool dimp_tlv_next(struct dimp_view *rest, struct dimp_view *item)
{
	const struct dimp_view whole = *rest;
	struct tlv tlv;

	if (!tlv_next(rest, &tlv))
		return false;
	*item = wire_view(whole.octets, whole.size - rest->size);
	return true;
}

size_t tlv_begin(struct wire_writer *writer, uint16_t type)
{
	const size_t begin = writer->size;

	wire_write_u16(writer, type);
	wire_write_u16(writer, 0);
	return begin;
}

void tlv_end(struct wire_writer *writer, size_t begin)
{
	const size_t value_size = writer->size - begin - TLV_HEADER_SIZE;

	if (value_size > UINT16_MAX)
		writer->has_failed = true;
	if (!writer->has_failed)
		wire_patch_u16(writer, begin + 2, (uint16_t)value_size);
}
