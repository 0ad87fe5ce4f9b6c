/* SPDX-License-Identifier: MIT */
/*
 * The rounds are those of QEMU's self-announcement.  RARP is the hypervisor's own: it passes by the
 * guest, so that a guest with MACsec sends it in the clear and a bridge that wants MACsec drops it.
 * The guest's announcements pass where all its frames do.
 */
#include "actors/announcer.h"

#include <stdlib.h>

#include "net/arp.h"
#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/neighbor.h"

enum { RARP_REQUEST = 3, ARP_FRAME_MAX = 64 };

struct announcer {
	struct engine *engine;
	struct virtual_machine *machine;
	struct announcer_plan plan;
	struct hypervisor *hypervisor;
	uint32_t done;
	engine_timer timer;
};

static size_t write_arp(const struct announcer *announcer, const struct arp_packet *packet,
	uint16_t ethertype, uint8_t octets[ARP_FRAME_MAX])
{
	uint8_t body[ARP_FRAME_MAX];
	const struct ethernet_frame frame = {
		.destination = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
		.source = *virtual_machine_mac(announcer->machine),
		.type = ethertype,
		.payload = {body, arp_write(packet, body, sizeof body)},
	};

	return ethernet_write(&frame, octets, ARP_FRAME_MAX);
}

static void send_rarp(const struct announcer *announcer)
{
	const struct dimp_mac mac = *virtual_machine_mac(announcer->machine);
	const struct arp_packet packet = {
		.operation = RARP_REQUEST,
		.sender = mac,
		.target = mac,
	};
	uint8_t octets[ARP_FRAME_MAX], tagged[ARP_FRAME_MAX + EDGE_TAG_SIZE];
	struct dimp_view plain = {octets,
		write_arp(announcer, &packet, EDGE_ETHERTYPE_RARP, octets)};
	struct edge_frame frame;

	if (plain.size == 0 || !edge_frame_read(plain, &frame))
		return;
	const size_t size =
		edge_frame_retag(&frame, virtual_machine_vlan(announcer->machine), tagged);
	hypervisor_send(announcer->hypervisor, (struct dimp_view){tagged, size});
}

static void send_by_guest(const struct announcer *announcer, struct dimp_view frame,
	struct dimp_time now)
{
	if (frame.size != 0)
		virtual_machine_send(announcer->machine, frame, now);
}

static void send_garp(const struct announcer *announcer, struct dimp_time now)
{
	struct arp_packet packet = {
		.operation = ARP_REQUEST,
		.sender = *virtual_machine_mac(announcer->machine),
	};
	uint8_t octets[ARP_FRAME_MAX];

	if (!ipv4_from_mapped(virtual_machine_address(announcer->machine), &packet.sender_address))
		return;
	packet.target_address = packet.sender_address;
	const size_t size = write_arp(announcer, &packet, ETHERTYPE_ARP, octets);
	send_by_guest(announcer, (struct dimp_view){octets, size}, now);
}

static void advertise(const struct announcer *announcer, const struct dimp_ip *address,
	struct dimp_time now)
{
	uint8_t octets[NEIGHBOR_FRAME_MAX];
	const size_t size =
		neighbor_announce(virtual_machine_mac(announcer->machine), address, octets);

	send_by_guest(announcer, (struct dimp_view){octets, size}, now);
}

/* Each address that it has: the link-local one that it made itself, and its own or DHCPv6's. */
static void send_advertisements(const struct announcer *announcer, struct dimp_time now)
{
	const struct dimp_ip link_local = ipv6_link_local(virtual_machine_mac(announcer->machine));
	const struct dimp_ip own = virtual_machine_address6(announcer->machine);

	advertise(announcer, &link_local, now);
	if (!edge_ip_equals(&own, &link_local))
		advertise(announcer, &own, now);
}

static uint64_t wait_of(const struct announcer *announcer)
{
	const struct announcer_plan *const plan = &announcer->plan;
	const uint64_t wait_us = plan->initial_us + (announcer->done - 1) * plan->step_us;

	return wait_us < plan->longest_us ? wait_us : plan->longest_us;
}

static void announce(void *context, struct dimp_time now)
{
	struct announcer *const announcer = context;
	const uint8_t kinds = announcer->plan.kinds;

	announcer->timer = 0;
	if (announcer->done == announcer->plan.rounds)
		return;
	announcer->done++;
	if (kinds & ANNOUNCEMENT_RARP)
		send_rarp(announcer);
	if (kinds & ANNOUNCEMENT_GARP)
		send_garp(announcer, now);
	if (kinds & ANNOUNCEMENT_NA)
		send_advertisements(announcer, now);
	if (announcer->done < announcer->plan.rounds)
		announcer->timer = engine_schedule(announcer->engine,
			(struct dimp_time){now.us + wait_of(announcer)}, announce, announcer);
}

struct announcer *announcer_create(struct engine *engine, struct virtual_machine *machine)
{
	struct announcer *announcer = calloc(1, sizeof *announcer);

	if (announcer)
		*announcer = (struct announcer){.engine = engine, .machine = machine};
	return announcer;
}

void announcer_destroy(struct announcer *announcer)
{
	if (!announcer)
		return;
	announcer_stop(announcer);
	free(announcer);
}

void announcer_start(struct announcer *announcer, const struct announcer_plan *plan,
	struct hypervisor *hypervisor, struct dimp_time now)
{
	announcer_stop(announcer);
	announcer->plan = *plan;
	announcer->hypervisor = hypervisor;
	announcer->done = 0;
	announce(announcer, now);
}

void announcer_stop(struct announcer *announcer)
{
	engine_cancel(announcer->engine, announcer->timer);
	announcer->timer = 0;
}
