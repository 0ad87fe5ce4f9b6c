/* SPDX-License-Identifier: MIT */
/*
 * A hello says for how long it holds; an advertisement says how often it comes, and who misses
 * three takes the router for gone (RFC 4286 6.2).  A hello goes to all PIM routers, an
 * advertisement to all snoopers, both no further than one hop.
 */
#include "net/router_hello.h"

#include "net/octets.h"

enum {
	PIM_VERSION_AND_HELLO = 0x20,
	PIM_HEADER_SIZE = 4,
	OPTION_HOLD_TIME = 1,
	HOLD_TIME_SIZE = 2,
	HOLD_TIME_DEFAULT_S = 105, /* RFC 7761 4.11 */
	HOLD_TIME_FOR_EVER = 0xffff,
	IGMP_ADVERTISEMENT = 0x30,
	IGMP_TERMINATION = 0x32,
	ICMP6_ADVERTISEMENT = 151,
	ICMP6_TERMINATION = 153,
	DISCOVERY_SIZE = 4,
	ADVERTISEMENT_SIZE = 8,
	ADVERTISEMENTS_MISSED = 3,
	OPTIONS_MAX = 64
};

static const uint64_t us_per_s = 1000000;

static uint8_t type_of(struct dimp_view payload)
{
	return payload.size > 0 ? payload.octets[0] : 0;
}

bool router_hello_is_in4(const struct ipv4_packet *packet)
{
	const uint8_t type = type_of(packet->payload);

	return packet->protocol == ROUTER_HELLO_PIM ||
		(packet->protocol == IPV4_IGMP && type >= IGMP_ADVERTISEMENT &&
			type <= IGMP_TERMINATION);
}

bool router_hello_is_in6(const struct ipv6_packet *packet)
{
	const uint8_t type = type_of(packet->payload);

	return packet->protocol == ROUTER_HELLO_PIM ||
		(packet->protocol == IPV6_ICMP && type >= ICMP6_ADVERTISEMENT &&
			type <= ICMP6_TERMINATION);
}

/* A register's checksum is over its header alone, and the others are no business of a bridge. */
static bool is_other_pim(uint8_t protocol, struct dimp_view payload)
{
	return protocol == ROUTER_HELLO_PIM && payload.size > 0 &&
		type_of(payload) != PIM_VERSION_AND_HELLO;
}

static uint64_t hold_time_us(uint16_t seconds)
{
	return seconds == HOLD_TIME_FOR_EVER ? UINT64_MAX : seconds * us_per_s;
}

/* The options follow the header; what is not the hold time is passed over. */
static enum packet_verdict read_pim(struct dimp_view payload, struct router_hello *hello)
{
	struct octet_reader reader = octet_reader_of(payload);

	(void)octet_read_view(&reader, PIM_HEADER_SIZE);
	hello->present_us = HOLD_TIME_DEFAULT_S * us_per_s;
	for (unsigned i = 0; i < OPTIONS_MAX && reader.rest.size > 0; i++) {
		const uint16_t type = octet_read_u16(&reader);
		const uint16_t size = octet_read_u16(&reader);
		struct octet_reader option = octet_reader_of(octet_read_view(&reader, size));
		if (type == OPTION_HOLD_TIME && size == HOLD_TIME_SIZE)
			hello->present_us = hold_time_us(octet_read_u16(&option));
	}
	if (reader.is_short || payload.size < PIM_HEADER_SIZE)
		return PACKET_MALFORMED;
	return PACKET_WHOLE;
}

static enum packet_verdict read_discovery(struct dimp_view payload, uint8_t advertisement,
	struct router_hello *hello)
{
	const uint8_t type = type_of(payload);

	if (payload.size < (type == advertisement ? ADVERTISEMENT_SIZE : DISCOVERY_SIZE))
		return PACKET_MALFORMED;
	hello->present_us =
		type == advertisement ? ADVERTISEMENTS_MISSED * payload.octets[1] * us_per_s : 0;
	/* What is left between the two asks routers to say that they are there. */
	return type == advertisement + 1 ? PACKET_FRAGMENT : PACKET_WHOLE;
}

enum packet_verdict router_hello_read4(const struct ipv4_packet *packet, struct router_hello *hello)
{
	*hello = (struct router_hello){0};
	if (!router_hello_is_in4(packet) || packet->time_to_live != 1 ||
		ipv4_is_zero(&packet->source))
		return PACKET_MALFORMED;
	if (is_other_pim(packet->protocol, packet->payload))
		return PACKET_FRAGMENT;
	if (internet_checksum(&packet->payload, 1) != 0)
		return PACKET_BAD_CHECKSUM;
	if (packet->protocol == ROUTER_HELLO_PIM)
		return read_pim(packet->payload, hello);
	return read_discovery(packet->payload, IGMP_ADVERTISEMENT, hello);
}

enum packet_verdict router_hello_read6(const struct ipv6_packet *packet, struct router_hello *hello)
{
	*hello = (struct router_hello){0};
	if (!router_hello_is_in6(packet) || packet->hop_limit != 1 ||
		!ipv6_is_link_local(&packet->source))
		return PACKET_MALFORMED;
	if (is_other_pim(packet->protocol, packet->payload))
		return PACKET_FRAGMENT;
	if (ipv6_checksum(packet, packet->payload) != 0)
		return PACKET_BAD_CHECKSUM;
	if (packet->protocol == ROUTER_HELLO_PIM)
		return read_pim(packet->payload, hello);
	return read_discovery(packet->payload, ICMP6_ADVERTISEMENT, hello);
}
