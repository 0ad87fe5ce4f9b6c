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
	return internet_checksum(parts, 2);
}

/* The datagram without its checksum, which covers |covered| octets of |octets|. */
static bool read_header(struct dimp_view octets, struct udp_datagram *datagram, size_t *covered,
	bool *has_checksum)
{
	struct octet_reader reader = octet_reader_of(octets);

	datagram->source_port = octet_read_u16(&reader);
	datagram->destination_port = octet_read_u16(&reader);
	*covered = octet_read_u16(&reader);
	*has_checksum = octet_read_u16(&reader) != 0;
	if (reader.is_short || *covered < UDP_HEADER_SIZE)
		return false;
	datagram->payload = octet_read_view(&reader, *covered - UDP_HEADER_SIZE);
	return !reader.is_short;
}

enum packet_verdict udp_read(const struct ipv4_packet *packet, struct udp_datagram *datagram)
{
	size_t covered;
	bool has_checksum;

	if (!read_header(packet->payload, datagram, &covered, &has_checksum))
		return PACKET_MALFORMED;
	if (has_checksum &&
		checksum_of(packet, (struct dimp_view){packet->payload.octets, covered}) != 0)
		return PACKET_BAD_CHECKSUM;
	return PACKET_WHOLE;
}

enum packet_verdict udp6_read(const struct ipv6_packet *packet, struct udp_datagram *datagram)
{
	size_t covered;
	bool has_checksum;

	if (!read_header(packet->payload, datagram, &covered, &has_checksum))
		return PACKET_MALFORMED;
	const struct dimp_view octets = {packet->payload.octets, covered};
	if (!has_checksum || ipv6_checksum(packet, octets) != 0)
		return PACKET_BAD_CHECKSUM;
	return PACKET_WHOLE;
}

/* All but the checksum, which is left zero. */
static size_t write_open(const struct udp_datagram *datagram, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u16(&writer, datagram->source_port);
	octet_write_u16(&writer, datagram->destination_port);
	octet_write_u16(&writer, (uint16_t)(UDP_HEADER_SIZE + datagram->payload.size));
	octet_write_u16(&writer, 0);
	octet_write_copy(&writer, datagram->payload.octets, datagram->payload.size);
	return octet_writer_size(&writer);
}

static void seal(uint8_t *octets, uint16_t checksum)
{
	struct octet_writer place = octet_writer_of(octets + CHECKSUM_AT, 2);

	octet_write_u16(&place, checksum == 0 ? UINT16_MAX : checksum);
}

size_t udp_write(const struct udp_datagram *datagram, const struct ipv4_packet *packet,
	uint8_t *octets, size_t capacity)
{
	const size_t size = write_open(datagram, octets, capacity);

	if (size != 0)
		seal(octets, checksum_of(packet, (struct dimp_view){octets, size}));
	return size;
}

size_t udp6_write(const struct udp_datagram *datagram, const struct ipv6_packet *packet,
	uint8_t *octets, size_t capacity)
{
	const size_t size = write_open(datagram, octets, capacity);

	if (size != 0)
		seal(octets, ipv6_checksum(packet, (struct dimp_view){octets, size}));
	return size;
}
