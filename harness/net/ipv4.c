/* SPDX-License-Identifier: MIT */
/*
 * The header's checksum is always checked.  Fragments are told apart, not put together: nothing
 * that DI is learned from is ever larger than a frame, and a reassembler would only be a way in.
 */
#include "net/ipv4.h"

#include <string.h>

#include "net/octets.h"

enum { VERSION = 4, FRAGMENT_MASK = 0x3fff, DO_NOT_FRAGMENT = 0x4000, CHECKSUM_AT = 10 };

enum packet_verdict ipv4_read(struct dimp_view octets, struct ipv4_packet *packet)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint8_t first = octet_read_u8(&reader);
	const size_t header_size = (size_t)(first & 0x0f) * 4;

	(void)octet_read_u8(&reader);
	const uint16_t total_size = octet_read_u16(&reader);
	(void)octet_read_u16(&reader);
	const uint16_t fragment = octet_read_u16(&reader) & FRAGMENT_MASK;
	packet->time_to_live = octet_read_u8(&reader);
	packet->protocol = octet_read_u8(&reader);
	(void)octet_read_u16(&reader);
	octet_read_copy(&reader, packet->source.octets, sizeof packet->source.octets);
	octet_read_copy(&reader, packet->destination.octets, sizeof packet->destination.octets);
	if (reader.is_short || first >> 4 != VERSION || header_size < IPV4_HEADER_SIZE ||
		total_size < header_size)
		return PACKET_MALFORMED;
	packet->options = octet_read_view(&reader, header_size - IPV4_HEADER_SIZE);
	packet->payload = octet_read_view(&reader, total_size - header_size);
	if (reader.is_short)
		return PACKET_MALFORMED;
	const struct dimp_view header = {octets.octets, header_size};
	if (internet_checksum(&header, 1) != 0)
		return PACKET_BAD_CHECKSUM;
	return fragment != 0 ? PACKET_FRAGMENT : PACKET_WHOLE;
}

size_t ipv4_write(const struct ipv4_packet *packet, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	const size_t header_size = IPV4_HEADER_SIZE + packet->options.size;

	octet_write_u8(&writer, (uint8_t)(VERSION << 4 | header_size / 4));
	octet_write_u8(&writer, 0);
	octet_write_u16(&writer, (uint16_t)(header_size + packet->payload.size));
	octet_write_u16(&writer, 0);
	octet_write_u16(&writer, DO_NOT_FRAGMENT);
	octet_write_u8(&writer, packet->time_to_live);
	octet_write_u8(&writer, packet->protocol);
	octet_write_u16(&writer, 0);
	octet_write_copy(&writer, packet->source.octets, sizeof packet->source.octets);
	octet_write_copy(&writer, packet->destination.octets, sizeof packet->destination.octets);
	octet_write_copy(&writer, packet->options.octets, packet->options.size);
	octet_write_copy(&writer, packet->payload.octets, packet->payload.size);
	if (writer.is_full)
		return 0;
	const struct dimp_view header = {octets, header_size};
	struct octet_writer checksum = octet_writer_of(octets + CHECKSUM_AT, 2);
	octet_write_u16(&checksum, internet_checksum(&header, 1));
	return writer.size;
}

bool ipv4_is_zero(const struct dimp_ipv4 *address)
{
	static const struct dimp_ipv4 zero;

	return memcmp(address, &zero, sizeof zero) == 0;
}

static const uint8_t mapped_prefix[12] = {[10] = 0xff, [11] = 0xff};

struct dimp_ip ipv4_mapped(const struct dimp_ipv4 *address)
{
	struct dimp_ip mapped;

	memcpy(mapped.octets, mapped_prefix, sizeof mapped_prefix);
	memcpy(mapped.octets + sizeof mapped_prefix, address->octets, sizeof address->octets);
	return mapped;
}

bool ipv4_is_mapped(const struct dimp_ip *address)
{
	return memcmp(address->octets, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool ipv4_from_mapped(const struct dimp_ip *mapped, struct dimp_ipv4 *address)
{
	if (!ipv4_is_mapped(mapped))
		return false;
	memcpy(address->octets, mapped->octets + sizeof mapped_prefix, sizeof address->octets);
	return true;
}
