/* SPDX-License-Identifier: MIT */
/*
 * The VM's addresses are known to the host, as by a static entry of ARP or neighbour discovery, so
 * that a lost reply is never a lost resolution; the sequence number in the data has 32 bits, ICMP's
 * own are its low 16.
 */
#include "actors/echo_host.h"

#include <stdlib.h>

#include "actors/echo_frame.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/octets.h"

enum { DATA_SIZE = 56, NEIGHBOUR = 250 };

struct echo_host {
	struct echo_host_config config;
	struct service_meter *meter;
	uint32_t sequence;
};

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct echo_host *const host = context;
	struct echo_frame echo;

	if (!edge_mac_equals(&frame->source, virtual_machine_mac(host->config.machine)) ||
		!echo_frame_read(frame, &echo))
		return;
	struct octet_reader reader = octet_reader_of(echo.data);
	const uint32_t sequence = octet_read_u32(&reader);
	if (!reader.is_short && echo.is_reply && echo.identifier == host->config.identifier)
		service_meter_received(host->meter, sequence, now);
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

/* As given, else a neighbour of the VM's address. */
static struct dimp_ip own_address(const struct echo_host *echo, const struct dimp_ip *vm)
{
	struct dimp_ip address = *vm;
	uint8_t *const last = &address.octets[sizeof address.octets - 1];

	if (!ipv6_is_zero(&echo->config.source) &&
		ipv4_is_mapped(&echo->config.source) == ipv4_is_mapped(vm))
		return echo->config.source;
	*last = *last == NEIGHBOUR ? NEIGHBOUR + 1 : NEIGHBOUR;
	return address;
}

static void ask(struct echo_host *echo, const struct dimp_ip *vm)
{
	uint8_t data[DATA_SIZE], octets[ECHO_FRAME_MAX];
	struct octet_writer writer = octet_writer_of(data, sizeof data);

	octet_write_u32(&writer, echo->sequence);
	octet_write_zeros(&writer, DATA_SIZE - 4);
	const struct echo_frame request = {
		.destination = *virtual_machine_mac(echo->config.machine),
		.source = *network_host_mac(echo->config.host),
		.to = *vm,
		.from = own_address(echo, vm),
		.identifier = echo->config.identifier,
		.sequence = (uint16_t)echo->sequence,
		.data = {data, sizeof data},
	};
	const size_t size = echo_frame_write(&request, octets);
	network_host_send(echo->config.host, virtual_machine_vlan(echo->config.machine),
		(struct dimp_view){octets, size});
}

static struct dimp_ip address_of(const struct echo_host *echo)
{
	return echo->config.is_over_ipv6 ? virtual_machine_address6(echo->config.machine)
					 : *virtual_machine_address(echo->config.machine);
}

static void send(void *context, struct dimp_time now)
{
	struct echo_host *echo = context;
	const struct dimp_ip vm = address_of(echo);

	if (!ipv6_is_zero(&vm)) {
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
