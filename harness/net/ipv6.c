/* SPDX-License-Identifier: MIT */
/*
 * Of the extension headers only hop-by-hop options are walked, since that is where a router alert
 * stands, and they come first or not at all.  A fragment is told apart, not put together.
 */
#include "net/ipv6.h"

#include <string.h>

#include "net/octets.h"

enum {
	VERSION = 6,
	OPTION_PAD1 = 0,
	OPTION_PAD_N = 1,
	OPTION_ROUTER_ALERT = 5,
	ROUTER_ALERT_SIZE = 2,
	ROUTER_ALERT_MLD = 0,
	HOP_BY_HOP_UNIT = 8,
	HOP_BY_HOP_HEAD = 2,
	PSEUDO_HEADER_SIZE = 40
};

/* One option off |options|; Pad1 alone has no length. */
static void read_option(struct octet_reader *options, struct ipv6_packet *packet)
{
	const uint8_t type = octet_read_u8(options);

	if (type == OPTION_PAD1)
		return;
	const size_t size = octet_read_u8(options);
	struct octet_reader value = octet_reader_of(octet_read_view(options, size));
	if (type == OPTION_ROUTER_ALERT && size == ROUTER_ALERT_SIZE &&
		octet_read_u16(&value) == ROUTER_ALERT_MLD && !options->is_short)
		packet->has_router_alert = true;
}

static bool read_hop_by_hop(struct octet_reader *reader, struct ipv6_packet *packet)
{
	packet->protocol = octet_read_u8(reader);
	const size_t size = ((size_t)octet_read_u8(reader) + 1) * HOP_BY_HOP_UNIT - HOP_BY_HOP_HEAD;
	struct octet_reader options = octet_reader_of(octet_read_view(reader, size));

	while (options.rest.size > 0 && !options.is_short)
		read_option(&options, packet);
	return !reader->is_short && !options.is_short;
}

enum packet_verdict ipv6_read(struct dimp_view octets, struct ipv6_packet *packet)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint32_t first = octet_read_u32(&reader);
	const size_t size = octet_read_u16(&reader);

	*packet = (struct ipv6_packet){.protocol = octet_read_u8(&reader)};
	packet->hop_limit = octet_read_u8(&reader);
	octet_read_copy(&reader, packet->source.octets, sizeof packet->source.octets);
	octet_read_copy(&reader, packet->destination.octets, sizeof packet->destination.octets);
	struct octet_reader rest = octet_reader_of(octet_read_view(&reader, size));
	if (reader.is_short || first >> 28 != VERSION)
		return PACKET_MALFORMED;
	if (packet->protocol == IPV6_HOP_BY_HOP && !read_hop_by_hop(&rest, packet))
		return PACKET_MALFORMED;
	packet->payload = rest.rest;
	return packet->protocol == IPV6_FRAGMENT_HEADER ? PACKET_FRAGMENT : PACKET_WHOLE;
}

static void write_router_alert(struct octet_writer *writer, uint8_t protocol)
{
	octet_write_u8(writer, protocol);
	octet_write_u8(writer, 0);
	octet_write_u8(writer, OPTION_ROUTER_ALERT);
	octet_write_u8(writer, ROUTER_ALERT_SIZE);
	octet_write_u16(writer, ROUTER_ALERT_MLD);
	octet_write_u8(writer, OPTION_PAD_N);
	octet_write_u8(writer, 0);
}

size_t ipv6_write(const struct ipv6_packet *packet, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	const size_t options_size = packet->has_router_alert ? IPV6_ROUTER_ALERT_SIZE : 0;

	octet_write_u32(&writer, (uint32_t)VERSION << 28);
	octet_write_u16(&writer, (uint16_t)(options_size + packet->payload.size));
	octet_write_u8(&writer, packet->has_router_alert ? IPV6_HOP_BY_HOP : packet->protocol);
	octet_write_u8(&writer, packet->hop_limit);
	octet_write_copy(&writer, packet->source.octets, sizeof packet->source.octets);
	octet_write_copy(&writer, packet->destination.octets, sizeof packet->destination.octets);
	if (packet->has_router_alert)
		write_router_alert(&writer, packet->protocol);
	octet_write_copy(&writer, packet->payload.octets, packet->payload.size);
	return octet_writer_size(&writer);
}

uint16_t ipv6_checksum(const struct ipv6_packet *packet, struct dimp_view payload)
{
	uint8_t pseudo[PSEUDO_HEADER_SIZE];
	struct octet_writer writer = octet_writer_of(pseudo, sizeof pseudo);

	octet_write_copy(&writer, packet->source.octets, sizeof packet->source.octets);
	octet_write_copy(&writer, packet->destination.octets, sizeof packet->destination.octets);
	octet_write_u32(&writer, (uint32_t)payload.size);
	octet_write_u32(&writer, packet->protocol);
	const struct dimp_view parts[] = {{pseudo, sizeof pseudo}, payload};
	return internet_checksum(parts, 2);
}

bool ipv6_is_link_local(const struct dimp_ip *address)
{
	return address->octets[0] == 0xfe && (address->octets[1] & 0xc0) == 0x80;
}

bool ipv6_is_zero(const struct dimp_ip *address)
{
	static const struct dimp_ip zero;

	return memcmp(address, &zero, sizeof zero) == 0;
}

bool ipv6_is_in_prefix(const struct dimp_ip *address, const struct dimp_ip *prefix, unsigned bits)
{
	const unsigned whole = bits / 8, rest = bits % 8;

	if (bits > 8 * sizeof prefix->octets || memcmp(prefix->octets, address->octets, whole) != 0)
		return false;
	return rest == 0 || (prefix->octets[whole] ^ address->octets[whole]) >> (8 - rest) == 0;
}

struct dimp_ip ipv6_link_local(const struct dimp_mac *mac)
{
	struct dimp_ip address = {{0xfe, 0x80, [11] = 0xff, [12] = 0xfe}};

	memcpy(address.octets + 8, mac->octets, 3);
	memcpy(address.octets + 13, mac->octets + 3, 3);
	address.octets[8] ^= 2;
	return address;
}

struct dimp_mac ipv6_group_mac(const struct dimp_ip *group)
{
	struct dimp_mac mac = {{0x33, 0x33}};

	memcpy(mac.octets + 2, group->octets + 12, 4);
	return mac;
}
