/* SPDX-License-Identifier: MIT */
/* The checksum covers a pseudo header of the addresses; zero on the wire says there is none. */
#include "net/udp.h"

#include "net/octets.h"

enum { PSEUDO_HEADER_SIZE = 12, CHECKSUM_AT = 6 };

static uint16_t checksum_of(const struct ipv4_packet *packet, struct dimp_view datagram)
{
	uint8_t pseudo[PSEUDO_HEADER_SIZE];
	struct octet_writer writer = octet_writer_of(pseudo, sizeof pseudo);

	octet_write_copy(&writer, packet->source.octets, sizeof packet->source.octets);
	octet_write_copy(&writer, packet->destination.octets, sizeof packet->destination.octets);
	octet_write_u16(&writer, IPV4_UDP);
	octet_write_u16(&writer, (uint16_t)datagram.size);
	const struct dimp_view parts[] = {{pseudo, sizeof pseudo}, datagram};
	return ipv4_checksum(parts, 2);
}

enum ipv4_verdict udp_read(const struct ipv4_packet *packet, struct udp_datagram *datagram)
{
	struct octet_reader reader = octet_reader_of(packet->payload);

	datagram->source_port = octet_read_u16(&reader);
	datagram->destination_port = octet_read_u16(&reader);
	const uint16_t size = octet_read_u16(&reader);
	const uint16_t checksum = octet_read_u16(&reader);
	if (reader.is_short || size < UDP_HEADER_SIZE)
		return IPV4_MALFORMED;
	datagram->payload = octet_read_view(&reader, size - (size_t)UDP_HEADER_SIZE);
	if (reader.is_short)
		return IPV4_MALFORMED;
	const struct dimp_view covered = {packet->payload.octets, size};
	if (checksum != 0 && checksum_of(packet, covered) != 0)
		return IPV4_BAD_CHECKSUM;
	return IPV4_WHOLE;
}

size_t udp_write(const struct udp_datagram *datagram, const struct ipv4_packet *packet,
	uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u16(&writer, datagram->source_port);
	octet_write_u16(&writer, datagram->destination_port);
	octet_write_u16(&writer, (uint16_t)(UDP_HEADER_SIZE + datagram->payload.size));
	octet_write_u16(&writer, 0);
	octet_write_copy(&writer, datagram->payload.octets, datagram->payload.size);
	if (writer.is_full)
		return 0;
	const struct dimp_view written = {octets, writer.size};
	const uint16_t checksum = checksum_of(packet, written);
	struct octet_writer place = octet_writer_of(octets + CHECKSUM_AT, 2);
	octet_write_u16(&place, checksum == 0 ? UINT16_MAX : checksum);
	return writer.size;
}
