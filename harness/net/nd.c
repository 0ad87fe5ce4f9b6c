/* SPDX-License-Identifier: MIT */
/*
 * All options are walked when a message is read, so that prefixes can be taken off it afterwards
 * without meeting anything malformed.  Only Ethernet's link-layer addresses, of 6 octets, are
 * known.
 */
#include "net/nd.h"

#include <string.h>

#include "net/octets.h"

enum {
	HOP_LIMIT = 255,
	OPTION_UNIT = 8,
	OPTION_HEAD = 2,
	OPTION_SOURCE = 1,
	OPTION_TARGET = 2,
	OPTION_PREFIX = 3,
	PREFIX_SIZE = 30,
	MAC_SIZE = 6,
	CHECKSUM_AT = 2
};

/* Flags of a neighbour's advertisement, in its first octet, and those of a prefix. */
enum { IS_ROUTER = 0x80, IS_SOLICITED = 0x40, IS_OVERRIDE = 0x20 };
enum { IS_ON_LINK = 0x80, IS_AUTONOMOUS = 0x40 };

struct option_row {
	uint8_t kind;
	struct dimp_view value;
};

/* The next option off |reader|; false at the end, or when it does not fit (then it is short). */
static bool next_option(struct octet_reader *reader, struct option_row *option)
{
	if (reader->rest.size == 0)
		return false;
	option->kind = octet_read_u8(reader);
	const size_t units = octet_read_u8(reader);
	/* RFC 4861 4.6: one without length is discarded with its packet. */
	if (units == 0)
		reader->is_short = true;
	else
		option->value = octet_read_view(reader, units * OPTION_UNIT - OPTION_HEAD);
	return !reader->is_short;
}

bool nd_is_message(const struct ipv6_packet *packet)
{
	return packet->protocol == IPV6_ICMP && packet->payload.size > 0 &&
		packet->payload.octets[0] >= ND_ROUTER_SOLICITATION &&
		packet->payload.octets[0] <= ND_REDIRECT;
}

bool nd_is_duplicate_probe(const struct ipv6_packet *packet, const struct nd_message *message)
{
	return message->kind == ND_NEIGHBOUR_SOLICITATION && ipv6_is_zero(&packet->source);
}

static bool is_group(const struct dimp_ip *address)
{
	return address->octets[0] == 0xff;
}

/* What stands between checksum and options. */
static void read_body(struct octet_reader *reader, struct nd_message *message)
{
	enum { RESERVED = 4, BEFORE_LIFETIME = 2, BEHIND_LIFETIME = 8 };

	switch (message->kind) {
	case ND_ROUTER_SOLICITATION: octet_read_view(reader, RESERVED); return;
	case ND_ROUTER_ADVERTISEMENT:
		octet_read_view(reader, BEFORE_LIFETIME);
		message->lifetime_s = octet_read_u16(reader);
		octet_read_view(reader, BEHIND_LIFETIME);
		return;
	case ND_NEIGHBOUR_SOLICITATION:
	case ND_NEIGHBOUR_ADVERTISEMENT:
	case ND_REDIRECT: break;
	}
	const uint8_t flags = octet_read_u8(reader);
	octet_read_view(reader, RESERVED - 1);
	octet_read_copy(reader, message->target.octets, sizeof message->target.octets);
	if (message->kind == ND_REDIRECT)
		octet_read_view(reader, sizeof message->target.octets);
	if (message->kind != ND_NEIGHBOUR_ADVERTISEMENT)
		return;
	message->is_router = (flags & IS_ROUTER) != 0;
	message->is_solicited = (flags & IS_SOLICITED) != 0;
	message->is_override = (flags & IS_OVERRIDE) != 0;
}

static uint8_t link_layer_option(enum nd_kind kind)
{
	const bool is_of_target = kind == ND_NEIGHBOUR_ADVERTISEMENT || kind == ND_REDIRECT;

	return is_of_target ? OPTION_TARGET : OPTION_SOURCE;
}

static bool read_options(struct nd_message *message)
{
	struct octet_reader reader = octet_reader_of(message->options);
	struct option_row option;

	while (next_option(&reader, &option)) {
		if (option.kind != link_layer_option(message->kind) ||
			option.value.size != MAC_SIZE)
			continue;
		message->has_link_layer = true;
		memcpy(message->link_layer.octets, option.value.octets, MAC_SIZE);
	}
	return !reader.is_short;
}

/* What nobody may believe (RFC 4861 7.1.1, 7.1.2, 6.1.2). */
static bool is_allowed(const struct ipv6_packet *packet, const struct nd_message *message)
{
	switch (message->kind) {
	case ND_ROUTER_SOLICITATION:
		return !(ipv6_is_zero(&packet->source) && message->has_link_layer);
	case ND_ROUTER_ADVERTISEMENT: return ipv6_is_link_local(&packet->source);
	case ND_NEIGHBOUR_SOLICITATION:
		return !is_group(&message->target) &&
			!(ipv6_is_zero(&packet->source) && message->has_link_layer);
	case ND_NEIGHBOUR_ADVERTISEMENT:
		return !is_group(&message->target) &&
			!(is_group(&packet->destination) && message->is_solicited);
	case ND_REDIRECT: return ipv6_is_link_local(&packet->source);
	}
	return false;
}

enum packet_verdict nd_read(const struct ipv6_packet *packet, struct nd_message *message)
{
	struct octet_reader reader = octet_reader_of(packet->payload);
	const uint8_t kind = octet_read_u8(&reader);
	const uint8_t code = octet_read_u8(&reader);

	if (!nd_is_message(packet))
		return PACKET_MALFORMED;
	octet_read_u16(&reader);
	*message = (struct nd_message){.kind = (enum nd_kind)kind};
	read_body(&reader, message);
	message->options = reader.rest;
	if (reader.is_short || code != 0 || packet->hop_limit != HOP_LIMIT ||
		!read_options(message) || !is_allowed(packet, message))
		return PACKET_MALFORMED;
	return ipv6_checksum(packet, packet->payload) == 0 ? PACKET_WHOLE : PACKET_BAD_CHECKSUM;
}

static bool read_prefix(struct dimp_view value, struct nd_prefix *prefix)
{
	enum { LENGTH_MAX = 128, RESERVED = 4 };
	struct octet_reader reader = octet_reader_of(value);

	if (value.size != PREFIX_SIZE)
		return false;
	prefix->length = octet_read_u8(&reader);
	const uint8_t flags = octet_read_u8(&reader);
	prefix->is_on_link = (flags & IS_ON_LINK) != 0;
	prefix->is_autonomous = (flags & IS_AUTONOMOUS) != 0;
	prefix->valid_s = octet_read_u32(&reader);
	prefix->preferred_s = octet_read_u32(&reader);
	octet_read_view(&reader, RESERVED);
	octet_read_copy(&reader, prefix->prefix.octets, sizeof prefix->prefix.octets);
	return prefix->length <= LENGTH_MAX;
}

bool nd_prefix_next(struct nd_message *message, struct nd_prefix *prefix)
{
	struct octet_reader reader = octet_reader_of(message->options);
	struct option_row option;
	bool is_found = false;

	while (!is_found && next_option(&reader, &option))
		is_found = option.kind == OPTION_PREFIX && read_prefix(option.value, prefix);
	message->options = reader.rest;
	return is_found;
}

size_t nd_write(const struct ipv6_packet *packet, const struct nd_message *message, uint8_t *octets,
	size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	const uint8_t flags = (uint8_t)((message->is_router ? IS_ROUTER : 0) |
		(message->is_solicited ? IS_SOLICITED : 0) |
		(message->is_override ? IS_OVERRIDE : 0));

	octet_write_u8(&writer, (uint8_t)message->kind);
	octet_write_zeros(&writer, 3);
	octet_write_u8(&writer, flags);
	octet_write_zeros(&writer, 3);
	octet_write_copy(&writer, message->target.octets, sizeof message->target.octets);
	if (message->has_link_layer) {
		octet_write_u8(&writer, link_layer_option(message->kind));
		octet_write_u8(&writer, 1);
		octet_write_copy(&writer, message->link_layer.octets, MAC_SIZE);
	}
	const size_t size = octet_writer_size(&writer);
	if (size == 0)
		return 0;
	const uint16_t sum = ipv6_checksum(packet, (struct dimp_view){octets, size});
	octets[CHECKSUM_AT] = (uint8_t)(sum >> 8);
	octets[CHECKSUM_AT + 1] = (uint8_t)sum;
	return size;
}

struct dimp_ip nd_solicited_node(const struct dimp_ip *address)
{
	struct dimp_ip group = {{0xff, 2, [11] = 1, [12] = 0xff}};

	memcpy(group.octets + 13, address->octets + 13, 3);
	return group;
}
