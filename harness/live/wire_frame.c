/* SPDX-License-Identifier: MIT */
/*
 * Between two ends of a veth pair, or a host and its own bridge, no wire would damage a frame: the
 * sender leaves the checksum to a card that is not there, with the sum of the pseudo header in its
 * place.  Whoever hands such a frame on over a packet socket has to do it.
 */
#include "live/wire_frame.h"

#include <string.h>

#include "net/ipv4.h"
#include "net/ipv6.h"

enum {
	ADDRESSES_SIZE = 12,
	TAGS_MAX = 2,
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_CUSTOMER_TAG = 0x8100,
	ETHERTYPE_SERVICE_TAG = 0x88a8,
	PROTOCOL_TCP = 6,
	PROTOCOL_UDP = 17,
	PSEUDO_HEADER_SIZE = 12
};

/* Where a transport keeps its checksum, and how much there is of it at least. */
static const struct transport {
	uint8_t protocol;
	size_t header_size, checksum_at;
	bool has_no_zero; /* a zero on the wire says there is no checksum */
} transports[] = {
	{PROTOCOL_TCP, 20, 16, false},
	{PROTOCOL_UDP, 8, 6, true},
};

static const struct transport *find_transport(uint8_t protocol)
{
	for (size_t each = 0; each < sizeof transports / sizeof transports[0]; each++) {
		if (transports[each].protocol == protocol)
			return &transports[each];
	}
	return NULL;
}

static uint16_t ethertype_at(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

static bool is_tag(uint16_t ethertype)
{
	return ethertype == ETHERTYPE_CUSTOMER_TAG || ethertype == ETHERTYPE_SERVICE_TAG;
}

/* How long header and tags are; no more than the frame. */
static size_t header_size(struct dimp_view frame)
{
	size_t size = WIRE_HEADER_SIZE;

	for (int tags = 0; tags < TAGS_MAX && frame.size >= size + WIRE_TAG_SIZE; tags++) {
		if (!is_tag(ethertype_at(frame.octets + size - 2)))
			break;
		size += WIRE_TAG_SIZE;
	}
	return size < frame.size ? size : frame.size;
}

size_t wire_frame_load(struct dimp_view frame)
{
	return frame.size - header_size(frame);
}

size_t wire_frame_tag(struct dimp_view frame, const struct wire_tag *tag, uint8_t *octets)
{
	const uint16_t protocol = tag->protocol != 0 ? tag->protocol : ETHERTYPE_CUSTOMER_TAG;

	if (frame.size < ADDRESSES_SIZE)
		return 0;
	memcpy(octets, frame.octets, ADDRESSES_SIZE);
	octets[ADDRESSES_SIZE] = (uint8_t)(protocol >> 8);
	octets[ADDRESSES_SIZE + 1] = (uint8_t)(protocol & 0xff);
	octets[ADDRESSES_SIZE + 2] = (uint8_t)(tag->control >> 8);
	octets[ADDRESSES_SIZE + 3] = (uint8_t)(tag->control & 0xff);
	memcpy(octets + ADDRESSES_SIZE + WIRE_TAG_SIZE, frame.octets + ADDRESSES_SIZE,
		frame.size - ADDRESSES_SIZE);
	return frame.size + WIRE_TAG_SIZE;
}

/* What of an IP packet a transport's checksum is over. */
struct covered {
	uint8_t protocol;
	size_t at, size; /* of the transport's octets, in the frame */
	struct ipv4_packet packet; /* when it is one */
	struct ipv6_packet packet6;
	bool is_ipv6;
};

static bool find_covered(struct dimp_view frame, struct covered *covered)
{
	const size_t at = header_size(frame);
	const struct dimp_view load = {frame.octets + at, frame.size - at};
	const uint16_t ethertype = at >= WIRE_HEADER_SIZE ? ethertype_at(frame.octets + at - 2) : 0;
	struct dimp_view payload;

	if (ethertype == ETHERTYPE_IPV4 && ipv4_read(load, &covered->packet) == PACKET_WHOLE) {
		covered->protocol = covered->packet.protocol;
		payload = covered->packet.payload;
	} else if (ethertype == ETHERTYPE_IPV6 &&
		ipv6_read(load, &covered->packet6) == PACKET_WHOLE) {
		covered->is_ipv6 = true;
		covered->protocol = covered->packet6.protocol;
		payload = covered->packet6.payload;
	} else {
		return false;
	}
	covered->at = (size_t)(payload.octets - frame.octets);
	covered->size = payload.size;
	return true;
}

static uint16_t sum(const struct covered *covered, struct dimp_view payload)
{
	uint8_t pseudo[PSEUDO_HEADER_SIZE] = {0};

	if (covered->is_ipv6)
		return ipv6_checksum(&covered->packet6, payload);
	memcpy(pseudo, covered->packet.source.octets, 4);
	memcpy(pseudo + 4, covered->packet.destination.octets, 4);
	pseudo[9] = covered->protocol;
	pseudo[10] = (uint8_t)(payload.size >> 8);
	pseudo[11] = (uint8_t)(payload.size & 0xff);
	const struct dimp_view parts[] = {{pseudo, sizeof pseudo}, payload};
	return internet_checksum(parts, 2);
}

bool wire_frame_complete(uint8_t *octets, size_t size)
{
	struct covered covered = {.is_ipv6 = false};

	if (size < WIRE_HEADER_SIZE || !find_covered((struct dimp_view){octets, size}, &covered))
		return false;
	const struct transport *transport = find_transport(covered.protocol);

	if (!transport || covered.size < transport->header_size)
		return false;
	uint8_t *const checksum = octets + covered.at + transport->checksum_at;

	checksum[0] = 0;
	checksum[1] = 0;
	uint16_t value = sum(&covered, (struct dimp_view){octets + covered.at, covered.size});

	if (value == 0 && transport->has_no_zero)
		value = UINT16_MAX;
	checksum[0] = (uint8_t)(value >> 8);
	checksum[1] = (uint8_t)(value & 0xff);
	return true;
}
