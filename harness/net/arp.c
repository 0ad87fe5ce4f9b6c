/* SPDX-License-Identifier: MIT */
/* Only hardware type 1 with protocol 0x0800 is ARP here; others share the EtherType, not the form.
 */
#include "net/arp.h"

#include "net/ethernet.h"
#include "net/octets.h"

enum { HARDWARE_ETHERNET = 1, MAC_SIZE = 6, IPV4_SIZE = 4 };

bool arp_read(struct dimp_view octets, struct arp_packet *packet)
{
	struct octet_reader reader = octet_reader_of(octets);
	const uint16_t hardware = octet_read_u16(&reader);
	const uint16_t protocol = octet_read_u16(&reader);
	const uint8_t hardware_size = octet_read_u8(&reader);
	const uint8_t protocol_size = octet_read_u8(&reader);

	packet->operation = octet_read_u16(&reader);
	octet_read_copy(&reader, packet->sender.octets, MAC_SIZE);
	octet_read_copy(&reader, packet->sender_address.octets, IPV4_SIZE);
	octet_read_copy(&reader, packet->target.octets, MAC_SIZE);
	octet_read_copy(&reader, packet->target_address.octets, IPV4_SIZE);
	return !reader.is_short && hardware == HARDWARE_ETHERNET && protocol == ETHERTYPE_IPV4 &&
		hardware_size == MAC_SIZE && protocol_size == IPV4_SIZE;
}

size_t arp_write(const struct arp_packet *packet, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);

	octet_write_u16(&writer, HARDWARE_ETHERNET);
	octet_write_u16(&writer, ETHERTYPE_IPV4);
	octet_write_u8(&writer, MAC_SIZE);
	octet_write_u8(&writer, IPV4_SIZE);
	octet_write_u16(&writer, packet->operation);
	octet_write_copy(&writer, packet->sender.octets, MAC_SIZE);
	octet_write_copy(&writer, packet->sender_address.octets, IPV4_SIZE);
	octet_write_copy(&writer, packet->target.octets, MAC_SIZE);
	octet_write_copy(&writer, packet->target_address.octets, IPV4_SIZE);
	return octet_writer_size(&writer);
}
