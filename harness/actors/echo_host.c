/* SPDX-License-Identifier: MIT */
/*
 * ICMP echo (RFC 792).  The VM's addresses are known to the host, as by a static ARP entry, so that
 * a lost reply is never a lost resolution; the sequence number in the payload has 32 bits, ICMP's
 * own are its low 16.
 */
#include "actors/echo_host.h"

#include <stdlib.h>
#include <string.h>

#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/octets.h"

enum { ICMP_REPLY = 0, ICMP_REQUEST = 8, ICMP_SIZE = 8 + 56, FRAME_SIZE = 128 };
enum { NEIGHBOUR = 250 };

struct echo_host {
	struct echo_host_config config;
	struct service_meter *meter;
	uint32_t sequence;
};

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct echo_host *echo = context;
	const struct dimp_view payload = edge_frame_payload(frame);
	struct ipv4_packet packet;

	if (frame->ip_protocol != EDGE_PROTOCOL_ICMP || frame->ethertype != EDGE_ETHERTYPE_IPV4)
		return;
	if (!edge_mac_equals(&frame->source, virtual_machine_mac(echo->config.machine)))
		return;
	if (ipv4_read(payload, &packet) != PACKET_WHOLE)
		return;
	struct octet_reader reader = octet_reader_of(packet.payload);
	const uint8_t type = octet_read_u8(&reader);
	octet_read_view(&reader, 3);
	const uint16_t identifier = octet_read_u16(&reader);
	octet_read_u16(&reader);
	const uint32_t sequence = octet_read_u32(&reader);
	if (!reader.is_short && type == ICMP_REPLY && identifier == echo->config.identifier)
		service_meter_received(echo->meter, sequence, now);
}

struct echo_host *echo_host_create(const struct echo_host_config *config)
{
	struct echo_host *echo = calloc(1, sizeof *echo);

	if (!echo)
		return NULL;
	echo->config = *config;
	echo->meter = service_meter_create();
	const struct network_host_listener listener = {echo, hear};
	if (!echo->meter || !network_host_add_listener(config->host, &listener)) {
		echo_host_destroy(echo);
		return NULL;
	}
	return echo;
}

void echo_host_destroy(struct echo_host *echo)
{
	if (!echo)
		return;
	service_meter_destroy(echo->meter);
	free(echo);
}

struct service_meter *echo_host_meter(const struct echo_host *echo)
{
	return echo->meter;
}

static void write_request(const struct echo_host *echo, uint8_t octets[ICMP_SIZE])
{
	struct octet_writer writer = octet_writer_of(octets, ICMP_SIZE);

	octet_write_u8(&writer, ICMP_REQUEST);
	octet_write_zeros(&writer, 3);
	octet_write_u16(&writer, echo->config.identifier);
	octet_write_u16(&writer, (uint16_t)echo->sequence);
	octet_write_u32(&writer, echo->sequence);
	octet_write_zeros(&writer, ICMP_SIZE - 12);
	const struct dimp_view part = {octets, ICMP_SIZE};
	const uint16_t sum = internet_checksum(&part, 1);
	octets[2] = (uint8_t)(sum >> 8);
	octets[3] = (uint8_t)sum;
}

static struct dimp_ipv4 own_address(const struct echo_host *echo, const struct dimp_ipv4 *vm)
{
	struct dimp_ipv4 address;

	if (ipv4_from_mapped(&echo->config.source, &address))
		return address;
	address = *vm;
	address.octets[3] = vm->octets[3] == NEIGHBOUR ? NEIGHBOUR + 1 : NEIGHBOUR;
	return address;
}

static void ask(struct echo_host *echo, const struct dimp_ipv4 *vm)
{
	uint8_t request[ICMP_SIZE], packet[FRAME_SIZE], octets[FRAME_SIZE];
	const struct ipv4_packet ipv4 = {
		.source = own_address(echo, vm),
		.destination = *vm,
		.time_to_live = 64,
		.protocol = IPV4_ICMP,
		.payload = {request, sizeof request},
	};

	write_request(echo, request);
	const struct ethernet_frame frame = {
		.destination = *virtual_machine_mac(echo->config.machine),
		.source = *network_host_mac(echo->config.host),
		.type = ETHERTYPE_IPV4,
		.payload = {packet, ipv4_write(&ipv4, packet, sizeof packet)},
	};
	const size_t size = ethernet_write(&frame, octets, sizeof octets);
	network_host_send(echo->config.host, virtual_machine_vlan(echo->config.machine),
		(struct dimp_view){octets, size});
}

static void send(void *context, struct dimp_time now)
{
	struct echo_host *echo = context;
	struct dimp_ipv4 vm;

	if (ipv4_from_mapped(virtual_machine_address(echo->config.machine), &vm)) {
		service_meter_sent(echo->meter, echo->sequence, now);
		ask(echo, &vm);
		echo->sequence++;
	}
	engine_schedule(echo->config.engine, (struct dimp_time){now.us + echo->config.interval_us},
		send, echo);
}

void echo_host_start(struct echo_host *echo, struct dimp_time start)
{
	engine_schedule(echo->config.engine, start, send, echo);
}
