/* SPDX-License-Identifier: MIT */
/*
 * The datagram's payload is its sequence number, so that a receiver knows which of them it got.
 */
#include "actors/multicast_feed.h"

#include <stdlib.h>

#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/octets.h"
#include "net/udp.h"

enum { PAYLOAD_SIZE = 64, PACKET_SIZE_MAX = 256, HOPS = 8 };

struct receiver {
	struct multicast_feed *feed;
	struct service_meter *meter;
};

struct multicast_feed {
	struct multicast_feed_config config;
	bool is_ipv4;
	struct dimp_ipv4 group, source; /* over IPv4 */
	struct dimp_mac group_mac;
	struct receiver *receivers;
	size_t receiver_count;
	uint32_t sequence;
};

/* False when sender and group are of two families. */
static bool set_addresses(struct multicast_feed *feed)
{
	const uint8_t *const group = feed->group.octets;

	feed->is_ipv4 = ipv4_from_mapped(&feed->config.group, &feed->group);
	if (ipv4_from_mapped(&feed->config.source, &feed->source) != feed->is_ipv4)
		return false;
	/* RFC 1112, 6.4: the low 23 bits of the group. */
	feed->group_mac = feed->is_ipv4
		? (struct dimp_mac){{1, 0, 0x5e, group[1] & 0x7f, group[2], group[3]}}
		: ipv6_group_mac(&feed->config.group);
	return true;
}

struct multicast_feed *multicast_feed_create(const struct multicast_feed_config *config)
{
	struct multicast_feed *feed = calloc(1, sizeof *feed);

	if (!feed)
		return NULL;
	feed->config = *config;
	feed->receivers = calloc(config->receivers_max + 1u, sizeof *feed->receivers);
	if (!feed->receivers || !set_addresses(feed)) {
		multicast_feed_destroy(feed);
		return NULL;
	}
	return feed;
}

void multicast_feed_destroy(struct multicast_feed *feed)
{
	if (!feed)
		return;
	for (size_t index = 0; index < feed->receiver_count; index++)
		service_meter_destroy(feed->receivers[index].meter);
	free(feed->receivers);
	free(feed);
}

static bool read_datagram(const struct multicast_feed *feed, struct dimp_view payload,
	struct udp_datagram *datagram)
{
	struct ipv4_packet ipv4;
	struct ipv6_packet ipv6;

	if (feed->is_ipv4)
		return ipv4_read(payload, &ipv4) == PACKET_WHOLE &&
			udp_read(&ipv4, datagram) == PACKET_WHOLE;
	return ipv6_read(payload, &ipv6) == PACKET_WHOLE &&
		udp6_read(&ipv6, datagram) == PACKET_WHOLE;
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct receiver *receiver = context;
	const struct multicast_feed *feed = receiver->feed;
	const struct dimp_view payload = edge_frame_payload(frame);
	struct udp_datagram datagram;

	if (!frame->has_ports || frame->destination_port != feed->config.port)
		return;
	if (!edge_ip_equals(&frame->ip_destination, &feed->config.group))
		return;
	if (!read_datagram(feed, payload, &datagram))
		return;
	struct octet_reader reader = octet_reader_of(datagram.payload);
	const uint32_t sequence = octet_read_u32(&reader);
	if (!reader.is_short)
		service_meter_received(receiver->meter, sequence, now);
}

bool multicast_feed_add_receiver(struct multicast_feed *feed, struct virtual_machine *machine,
	struct service_meter **meter)
{
	if (feed->receiver_count == feed->config.receivers_max)
		return false;
	struct receiver *receiver = &feed->receivers[feed->receiver_count];
	*receiver = (struct receiver){.feed = feed, .meter = service_meter_create()};
	if (!receiver->meter)
		return false;
	feed->receiver_count++;
	*meter = receiver->meter;
	return virtual_machine_add_listener(machine,
		&(struct virtual_machine_listener){receiver, hear});
}

static size_t write_ipv4(const struct multicast_feed *feed, const struct udp_datagram *udp,
	uint8_t octets[PACKET_SIZE_MAX])
{
	uint8_t datagram[PACKET_SIZE_MAX];
	struct ipv4_packet packet = {
		.source = feed->source,
		.destination = feed->group,
		.time_to_live = HOPS,
		.protocol = IPV4_UDP,
	};

	packet.payload.size = udp_write(udp, &packet, datagram, sizeof datagram);
	packet.payload.octets = datagram;
	return ipv4_write(&packet, octets, PACKET_SIZE_MAX);
}

static size_t write_ipv6(const struct multicast_feed *feed, const struct udp_datagram *udp,
	uint8_t octets[PACKET_SIZE_MAX])
{
	uint8_t datagram[PACKET_SIZE_MAX];
	struct ipv6_packet packet = {
		.source = feed->config.source,
		.destination = feed->config.group,
		.hop_limit = HOPS,
		.protocol = IPV6_UDP,
	};

	packet.payload.size = udp6_write(udp, &packet, datagram, sizeof datagram);
	packet.payload.octets = datagram;
	return ipv6_write(&packet, octets, PACKET_SIZE_MAX);
}

static size_t write_datagram(const struct multicast_feed *feed, uint8_t *octets, size_t capacity)
{
	uint8_t payload[PAYLOAD_SIZE], packet[PACKET_SIZE_MAX];
	struct octet_writer writer = octet_writer_of(payload, sizeof payload);

	octet_write_u32(&writer, feed->sequence);
	octet_write_zeros(&writer, PAYLOAD_SIZE - 4);
	const struct udp_datagram udp = {
		.source_port = feed->config.port,
		.destination_port = feed->config.port,
		.payload = {payload, octet_writer_size(&writer)},
	};
	const size_t size =
		feed->is_ipv4 ? write_ipv4(feed, &udp, packet) : write_ipv6(feed, &udp, packet);
	const struct ethernet_frame frame = {
		.destination = feed->group_mac,
		.source = *network_host_mac(feed->config.host),
		.type = feed->is_ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6,
		.payload = {packet, size},
	};
	return ethernet_write(&frame, octets, capacity);
}

static void send(void *context, struct dimp_time now)
{
	struct multicast_feed *feed = context;
	uint8_t octets[PACKET_SIZE_MAX];
	const size_t size = write_datagram(feed, octets, sizeof octets);

	for (size_t index = 0; index < feed->receiver_count; index++)
		service_meter_sent(feed->receivers[index].meter, feed->sequence, now);
	feed->sequence++;
	network_host_send(feed->config.host, feed->config.vlan, (struct dimp_view){octets, size});
	engine_schedule(feed->config.engine, (struct dimp_time){now.us + feed->config.interval_us},
		send, feed);
}

void multicast_feed_start(struct multicast_feed *feed, struct dimp_time start)
{
	engine_schedule(feed->config.engine, start, send, feed);
}
