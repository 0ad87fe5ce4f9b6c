/* SPDX-License-Identifier: MIT */
/*
 * Follows a frame down its headers as far as they go and writes what each must say of the rest.
 * Octets are taken as they lie; nothing of the readers under test is used but checksums.
 */
#include "fuzz/frame_mutator.h"

#include <string.h>

#include "net/packet_check.h"

enum {
	MACS_SIZE = 12,
	TAG_SIZE = 4,
	IPV4_SIZE = 20,
	IPV6_SIZE = 40,
	UDP_SIZE = 8,
	ICV_SIZE = 16,
	EXTENSIONS_MAX = 8
};

static void put_u16(uint8_t *octets, size_t value)
{
	octets[0] = (uint8_t)(value >> 8);
	octets[1] = (uint8_t)value;
}

static unsigned get_u16(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

/* Fills in the checksum at |at| of |octets|, with a pseudo header in front or none. */
static void put_checksum(struct mutable_octets octets, size_t at, struct dimp_view pseudo)
{
	const struct dimp_view parts[] = {pseudo, {octets.octets, octets.size}};

	if (octets.size < at + 2)
		return;
	put_u16(octets.octets + at, 0);
	put_u16(octets.octets + at, internet_checksum(parts, 2));
}

static void mend_udp(struct mutable_octets udp, struct dimp_view pseudo)
{
	enum { LENGTH_AT = 4, CHECKSUM_AT = 6 };

	if (udp.size < UDP_SIZE)
		return;
	put_u16(udp.octets + LENGTH_AT, udp.size);
	put_checksum(udp, CHECKSUM_AT, pseudo);
}

static void mend_payload(unsigned protocol, struct mutable_octets payload, struct dimp_view pseudo)
{
	enum { IGMP = 2, UDP = 17, ICMPV6 = 58, CHECKSUM_AT = 2 };

	if (protocol == UDP)
		mend_udp(payload, pseudo);
	if (protocol == IGMP)
		put_checksum(payload, CHECKSUM_AT, (struct dimp_view){NULL, 0});
	if (protocol == ICMPV6)
		put_checksum(payload, CHECKSUM_AT, pseudo);
}

static struct mutable_octets after(struct mutable_octets octets, size_t size)
{
	return (struct mutable_octets){octets.octets + size, octets.size - size, 0};
}

static void mend_ipv4(struct mutable_octets packet)
{
	enum { TOTAL_AT = 2, PROTOCOL_AT = 9, CHECKSUM_AT = 10, ADDRESSES_AT = 12 };
	uint8_t pseudo[12] = {0};

	if (packet.size < IPV4_SIZE)
		return;
	const size_t header = (size_t)(packet.octets[0] & 15) * 4;
	if (header < IPV4_SIZE || header > packet.size)
		return;
	put_u16(packet.octets + TOTAL_AT, packet.size);
	put_checksum((struct mutable_octets){packet.octets, header, 0}, CHECKSUM_AT,
		(struct dimp_view){NULL, 0});
	memcpy(pseudo, packet.octets + ADDRESSES_AT, 8);
	pseudo[9] = packet.octets[PROTOCOL_AT];
	put_u16(pseudo + 10, packet.size - header);
	mend_payload(packet.octets[PROTOCOL_AT], after(packet, header),
		(struct dimp_view){pseudo, sizeof pseudo});
}

/* Passes hop-by-hop, routing and destination options. */
static bool is_extension(unsigned protocol)
{
	return protocol == 0 || protocol == 43 || protocol == 60;
}

static void mend_ipv6(struct mutable_octets packet)
{
	enum { LENGTH_AT = 4, NEXT_AT = 6, ADDRESSES_AT = 8 };
	uint8_t pseudo[40] = {0};

	if (packet.size < IPV6_SIZE)
		return;
	put_u16(packet.octets + LENGTH_AT, packet.size - IPV6_SIZE);
	memcpy(pseudo, packet.octets + ADDRESSES_AT, 32);
	unsigned protocol = packet.octets[NEXT_AT];
	struct mutable_octets payload = after(packet, IPV6_SIZE);
	for (unsigned count = 0; count < EXTENSIONS_MAX && is_extension(protocol); count++) {
		if (payload.size < 8 || payload.size < 8 + (size_t)payload.octets[1] * 8)
			return;
		protocol = payload.octets[0];
		payload = after(payload, 8 + (size_t)payload.octets[1] * 8);
	}
	put_u16(pseudo + 34, payload.size);
	pseudo[39] = (uint8_t)protocol;
	mend_payload(protocol, payload, (struct dimp_view){pseudo, sizeof pseudo});
}

/* The body's length, and the check value of an MKPDU over the whole frame. */
static void mend_eapol(struct mutable_octets frame, size_t at, const struct mka_keys *keys)
{
	enum { HEADER_SIZE = 4, TYPE_AT = 1, LENGTH_AT = 2, TYPE_MKA = 5, TYPE_EAP = 0 };
	const struct mutable_octets packet = after(frame, at);

	if (packet.size < HEADER_SIZE)
		return;
	put_u16(packet.octets + LENGTH_AT, packet.size - HEADER_SIZE);
	if (packet.octets[TYPE_AT] == TYPE_EAP && packet.size >= HEADER_SIZE + 4)
		put_u16(packet.octets + HEADER_SIZE + 2, packet.size - HEADER_SIZE);
	if (packet.octets[TYPE_AT] != TYPE_MKA || keys == NULL ||
		packet.size < HEADER_SIZE + ICV_SIZE)
		return;
	struct ethernet_frame read;
	if (!ethernet_read((struct dimp_view){frame.octets, frame.size}, &read))
		return;
	read.payload.size -= ICV_SIZE;
	(void)mka_keys_seal(keys, &read, frame.octets + frame.size - ICV_SIZE);
}

static bool is_tag(unsigned ethertype)
{
	return ethertype == ETHERTYPE_CUSTOMER_TAG || ethertype == ETHERTYPE_SERVICE_TAG;
}

void frame_mend(struct mutable_octets frame, const struct mka_keys *keys)
{
	size_t at = MACS_SIZE;

	while (at + TAG_SIZE + 2 <= frame.size && is_tag(get_u16(frame.octets + at)))
		at += TAG_SIZE;
	if (at + 2 > frame.size)
		return;
	const unsigned ethertype = get_u16(frame.octets + at);
	if (ethertype == ETHERTYPE_IPV4)
		mend_ipv4(after(frame, at + 2));
	if (ethertype == ETHERTYPE_IPV6)
		mend_ipv6(after(frame, at + 2));
	if (ethertype == ETHERTYPE_EAPOL)
		mend_eapol(frame, at + 2, keys);
}

size_t frame_mutate(struct mutable_octets frame, struct mutation_dice *dice)
{
	enum { HEADERS_SIZE = 34 };
	const size_t kept =
		frame.size > HEADERS_SIZE && !mutation_dice_once_in(dice, 3) ? HEADERS_SIZE : 0;

	return kept +
		LLVMFuzzerMutate(frame.octets + kept, frame.size - kept, frame.capacity - kept);
}
