/* SPDX-License-Identifier: MIT */
/*
 * The lengths in the headers rule: octets after them are padding, and a header that claims more
 * than there is makes the packet unreadable.
 */
#include "net/eapol.h"

#include "net/octets.h"

bool eapol_read(struct dimp_view octets, struct eapol_packet *packet)
{
	struct octet_reader reader = octet_reader_of(octets);

	packet->version = octet_read_u8(&reader);
	packet->type = octet_read_u8(&reader);
	const uint16_t size = octet_read_u16(&reader);
	packet->body = octet_read_view(&reader, size);
	return !reader.is_short;
}

size_t eapol_write(const struct eapol_packet *packet, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u8(&writer, packet->version);
	octet_write_u8(&writer, packet->type);
	octet_write_u16(&writer, (uint16_t)packet->body.size);
	octet_write_copy(&writer, packet->body.octets, packet->body.size);
	return octet_writer_size(&writer);
}

static bool has_method(uint8_t code)
{
	return code == EAP_REQUEST || code == EAP_RESPONSE;
}

bool eap_read(struct dimp_view octets, struct eap_packet *packet)
{
	struct octet_reader header = octet_reader_of(octets);
	const uint8_t code = octet_read_u8(&header);
	const uint8_t identifier = octet_read_u8(&header);
	const uint16_t length = octet_read_u16(&header);

	*packet = (struct eap_packet){.identifier = identifier};
	if (header.is_short || code < EAP_REQUEST || code > EAP_FAILURE || length < EAP_HEADER_SIZE)
		return false;
	packet->code = (enum eap_code)code;
	struct octet_reader body =
		octet_reader_of(octet_read_view(&header, length - (size_t)EAP_HEADER_SIZE));
	if (has_method(code))
		packet->method = octet_read_u8(&body);
	packet->data = body.rest;
	return !header.is_short && !body.is_short;
}

size_t eap_write(const struct eap_packet *packet, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	const size_t method_size = has_method((uint8_t)packet->code) ? 1 : 0;

	octet_write_u8(&writer, (uint8_t)packet->code);
	octet_write_u8(&writer, packet->identifier);
	octet_write_u16(&writer, (uint16_t)(EAP_HEADER_SIZE + method_size + packet->data.size));
	if (method_size != 0)
		octet_write_u8(&writer, packet->method);
	octet_write_copy(&writer, packet->data.octets, packet->data.size);
	return octet_writer_size(&writer);
}
