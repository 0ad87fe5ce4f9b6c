/*
 * The header of a PDU (DIMP 4.1): version and kind (4 bits each), reserved octet, size, receiver's
 * index, packet number.
 */
#include "pdu.h"

/* The kind in the low half of the first octet; false when there is none of that number. */
static bool is_kind(uint8_t kind)
{
	return kind >= DIMP_PDU_INITIATION && kind <= DIMP_PDU_PROTECTED;
}

/* Handshake PDUs are not numbered, and an INITIATION comes before there is an index. */
static bool has_stray_number(const struct dimp_pdu_header *header)
{
	return (header->kind != DIMP_PDU_PROTECTED && header->packet_number != 0) ||
		(header->kind == DIMP_PDU_INITIATION && header->receiver_index != 0);
}

enum dimp_error dimp_pdu_header_read(struct dimp_view octets, struct dimp_pdu_header *header)
{
	struct wire_reader reader = wire_reader_of(octets);
	const uint8_t first = wire_read_u8(&reader);
	const uint8_t reserved = wire_read_u8(&reader);

	*header = (struct dimp_pdu_header){
		.version = first >> 4,
		.kind = (enum dimp_pdu_kind)(first & 0xf),
		.size = wire_read_u16(&reader),
	};
	header->receiver_index = wire_read_u32(&reader);
	header->packet_number = wire_read_u64(&reader);
	if (reader.has_failed)
		return DIMP_ERROR_TRUNCATED;
	if (header->version != PDU_VERSION)
		return DIMP_ERROR_UNSUPPORTED_VERSION;
	if (!is_kind(first & 0xf))
		return DIMP_ERROR_BAD_VALUE;
	if (reserved != 0)
		return DIMP_ERROR_RESERVED_SET;
	if (has_stray_number(header))
		return DIMP_ERROR_BAD_VALUE;
	if (header->size < DIMP_PDU_HEADER_SIZE)
		return DIMP_ERROR_BAD_LENGTH;
	return header->size <= octets.size ? DIMP_ERROR_NONE : DIMP_ERROR_TRUNCATED;
}

void pdu_header_write(const struct dimp_pdu_header *header, struct wire_writer *writer)
{
	wire_write_u8(writer, (uint8_t)(PDU_VERSION << 4 | (int)header->kind));
	wire_write_u8(writer, 0);
	wire_write_u16(writer, header->size);
	wire_write_u32(writer, header->receiver_index);
	wire_write_u64(writer, header->packet_number);
}
