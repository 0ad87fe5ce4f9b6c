/*
 * The TLV walker (DIMP 6.2), what of it is not inline.  It knows no type but the skippable bit;
 * what a type means is decided by who asked for it.
 */
#include "tlv.h"

bool tlv_is_skippable(uint16_t type)
{
	return (type & DIMP_TLV_SKIPPABLE) != 0;
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
