/* SPDX-License-Identifier: MIT */
/*
 * Owns the way from a frame to the PDU in it.  Lenient where the bridge's own reading is strict:
 * what was captured is to be seen, not judged.
 */
#include "observe/pdu_finder.h"

#include <arpa/inet.h>
#include <stdio.h>

#include "net/octets.h"
#include "net/sectag.h"

enum {
	ETHERTYPE_IPV4_PACKET = 0x0800,
	ETHERTYPE_IPV6_PACKET = 0x86dd,
	PROTOCOL_UDP = 17,
	MAC_SIZE = 6,
	TAG_COUNT_MAX = 4,
	UDP_HEADER_OCTETS = 8
};

/* The addresses of a packet, and what follows its header. */
struct packet {
	int family;
	struct dimp_view source, destination;
	struct octet_reader payload;
};

static bool is_tag(unsigned ethertype)
{
	return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

static void print_mac(char text[PDU_ADDRESS_SIZE], struct dimp_view mac)
{
	(void)snprintf(text, PDU_ADDRESS_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac.octets[0],
		mac.octets[1], mac.octets[2], mac.octets[3], mac.octets[4], mac.octets[5]);
}

static void print_endpoint(char text[PDU_ADDRESS_SIZE], int family, struct dimp_view address,
	unsigned port)
{
	char host[INET6_ADDRSTRLEN] = "?";

	(void)inet_ntop(family, address.octets, host, sizeof host);
	(void)snprintf(text, PDU_ADDRESS_SIZE, family == AF_INET ? "%s:%u" : "[%s]:%u", host, port);
}

static bool read_udp(const struct packet *packet, struct pdu_found *found)
{
	struct octet_reader reader = packet->payload;
	const unsigned from_port = octet_read_u16(&reader);
	const unsigned to_port = octet_read_u16(&reader);
	const size_t size = octet_read_u16(&reader);

	(void)octet_read_u16(&reader); /* checksum */
	if (reader.is_short || size < UDP_HEADER_OCTETS)
		return false;
	if (from_port != DIMP_UDP_PORT && to_port != DIMP_UDP_PORT)
		return false;
	/* A frame that was captured in part holds less than the datagram says. */
	const size_t payload_size = size - UDP_HEADER_OCTETS;

	found->carrier = PDU_CARRIER_UDP;
	found->octets = reader.rest;
	if (found->octets.size > payload_size)
		found->octets.size = payload_size;
	print_endpoint(found->from, packet->family, packet->source, from_port);
	print_endpoint(found->to, packet->family, packet->destination, to_port);
	return true;
}

/* Fragments after the first have no UDP header, and DIMP is never fragmented: none is looked at. */
static bool find_in_ipv4(struct octet_reader reader, struct pdu_found *found)
{
	struct packet packet = {.family = AF_INET};
	const unsigned first = octet_read_u8(&reader);
	const size_t header_size = (size_t)(first & 0xf) * 4;

	(void)octet_read_view(&reader, 5); /* service, length, identification */
	const unsigned fragment = octet_read_u16(&reader) & 0x3fff;

	(void)octet_read_u8(&reader); /* time to live */
	const unsigned protocol = octet_read_u8(&reader);

	(void)octet_read_u16(&reader); /* checksum */
	packet.source = octet_read_view(&reader, 4);
	packet.destination = octet_read_view(&reader, 4);
	if (first >> 4 != 4 || header_size < 20 || protocol != PROTOCOL_UDP || fragment != 0)
		return false;
	(void)octet_read_view(&reader, header_size - 20);
	packet.payload = reader;
	return !reader.is_short && read_udp(&packet, found);
}

static bool find_in_ipv6(struct octet_reader reader, struct pdu_found *found)
{
	struct packet packet = {.family = AF_INET6};
	const unsigned version = octet_read_u8(&reader) >> 4;

	(void)octet_read_view(&reader, 5); /* class, flow label, length */
	const unsigned protocol = octet_read_u8(&reader);

	(void)octet_read_u8(&reader); /* hop limit */
	packet.source = octet_read_view(&reader, 16);
	packet.destination = octet_read_view(&reader, 16);
	packet.payload = reader;
	return !reader.is_short && version == 6 && protocol == PROTOCOL_UDP &&
		read_udp(&packet, found);
}

/* Reads the EtherType behind the tags. */
static unsigned read_ethertype(struct octet_reader *reader)
{
	unsigned ethertype = octet_read_u16(reader);

	for (int tags = 0; tags < TAG_COUNT_MAX && is_tag(ethertype); tags++) {
		(void)octet_read_u16(reader); /* priority and VLAN */
		ethertype = octet_read_u16(reader);
	}
	return ethertype;
}

/*
 * Leaves the EtherType and data of a MACsec frame that is not encrypted. The ICV is not judged: who
 * looks at DIMP needs no key for what stands in the clear.
 */
static bool strip_macsec(struct octet_reader *reader)
{
	const unsigned bits = octet_read_u8(reader);
	const size_t short_size = octet_read_u8(reader);

	(void)octet_read_u32(reader); /* packet number */
	if ((bits & SECTAG_BIT_SCI) != 0)
		(void)octet_read_view(reader, sizeof(struct dimp_sci));
	if (reader->is_short || (bits & (SECTAG_BIT_ENCRYPTED | SECTAG_BIT_CHANGED)) != 0 ||
		reader->rest.size < SECTAG_ICV_SIZE)
		return false;
	reader->rest.size -= SECTAG_ICV_SIZE;
	if (short_size != 0 && short_size < reader->rest.size)
		reader->rest.size = short_size; /* and padding behind the ICV */
	return true;
}

bool pdu_find(struct dimp_view frame, struct pdu_found *found)
{
	struct octet_reader reader = octet_reader_of(frame);
	const struct dimp_view to = octet_read_view(&reader, MAC_SIZE);
	const struct dimp_view from = octet_read_view(&reader, MAC_SIZE);
	unsigned ethertype = read_ethertype(&reader);

	if (ethertype == ETHERTYPE_MACSEC) {
		if (!strip_macsec(&reader))
			return false;
		ethertype = read_ethertype(&reader);
	}
	if (reader.is_short)
		return false;
	if (ethertype == ETHERTYPE_IPV4_PACKET)
		return find_in_ipv4(reader, found);
	if (ethertype == ETHERTYPE_IPV6_PACKET)
		return find_in_ipv6(reader, found);
	if (ethertype != DIMP_ETHERTYPE)
		return false;
	found->carrier = PDU_CARRIER_ETHERNET;
	found->octets = reader.rest;
	print_mac(found->from, from);
	print_mac(found->to, to);
	return true;
}
