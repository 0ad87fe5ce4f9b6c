/* SPDX-License-Identifier: MIT */
/* An ACK is the header alone: what follows it is padding of the frame. */
#include "net/ecp.h"

#include "net/octets.h"

enum { VERSION_SHIFT = 12, OPERATION_SHIFT = 10, OPERATION_MASK = 3, SUBTYPE_MASK = 0x3ff };

const struct dimp_mac ecp_address = {{0x01, 0x80, 0xc2, 0, 0, 0}};

bool ecp_read(struct dimp_view octets, struct ecp_pdu *pdu)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint16_t head = octet_read_u16(&reader);
	const unsigned operation = (unsigned)head >> OPERATION_SHIFT & OPERATION_MASK;

	*pdu = (struct ecp_pdu){.subtype = head & SUBTYPE_MASK};
	pdu->sequence = octet_read_u16(&reader);
	if (reader.is_short || head >> VERSION_SHIFT != ECP_VERSION || operation > ECP_ACK)
		return false;
	pdu->operation = (enum ecp_operation)operation;
	if (pdu->operation == ECP_ACK)
		return true;
	pdu->payload = reader.rest;
	return pdu->payload.size <= ECP_PAYLOAD_MAX;
}

size_t ecp_write(const struct ecp_pdu *pdu, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	const unsigned operation = (unsigned)pdu->operation << OPERATION_SHIFT;

	if (pdu->payload.size > ECP_PAYLOAD_MAX || pdu->subtype > SUBTYPE_MASK)
		return 0;
	octet_write_u16(&writer,
		(uint16_t)(ECP_VERSION << VERSION_SHIFT | operation | pdu->subtype));
	octet_write_u16(&writer, pdu->sequence);
	octet_write_copy(&writer, pdu->payload.octets, pdu->payload.size);
	return octet_writer_size(&writer);
}
