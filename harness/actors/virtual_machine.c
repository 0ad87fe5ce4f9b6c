/* SPDX-License-Identifier: MIT */
/*
 * The VM as its bridge and its peers see it.  With keys it sends nothing but EAPOL in the clear and
 * takes nothing else in the clear: a VM that still protects shows at once whether the bridge does
 * too.
 */
#include "actors/virtual_machine.h"

#include <stdlib.h>
#include <string.h>

#include "actors/echo_frame.h"
#include "bridge/secure_port.h"
#include "net/arp.h"
#include "net/dhcp4.h"
#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/udp.h"

enum { LISTENERS_MAX = 64, KEY_SLOT = 0 };

struct virtual_machine {
	struct virtual_machine_config config;
	struct dimp_ip given6; /* by DHCPv6; all zero without */
	bool is_running;
	struct virtual_machine_port port;
	struct di_store *keys;
	struct secure_port *secure;
	struct virtual_machine_listener learner;
	struct virtual_machine_listener *listeners; /* room for a power of two */
	size_t listener_count;
	struct frame_census sent, received;
};

struct virtual_machine *virtual_machine_create(const struct virtual_machine_config *config)
{
	struct virtual_machine *machine = calloc(1, sizeof *machine);

	if (!machine)
		return NULL;
	machine->config = *config;
	machine->keys = di_store_create();
	if (machine->keys)
		machine->secure = secure_port_create(machine->keys, SECURE_PORT_OF_VM);
	if (!machine->secure) {
		virtual_machine_destroy(machine);
		return NULL;
	}
	return machine;
}

void virtual_machine_destroy(struct virtual_machine *machine)
{
	if (!machine)
		return;
	secure_port_destroy(machine->secure);
	if (machine->keys)
		di_store_destroy(machine->keys);
	free(machine->listeners);
	free(machine);
}

const char *virtual_machine_name(const struct virtual_machine *machine)
{
	return machine->config.name;
}

const struct dimp_mac *virtual_machine_mac(const struct virtual_machine *machine)
{
	return &machine->config.mac;
}

uint16_t virtual_machine_vlan(const struct virtual_machine *machine)
{
	return machine->config.vlan;
}

const struct dimp_ip *virtual_machine_address(const struct virtual_machine *machine)
{
	return &machine->config.address;
}

void virtual_machine_set_address(struct virtual_machine *machine, const struct dimp_ip *address)
{
	machine->config.address = *address;
}

void virtual_machine_set_address6(struct virtual_machine *machine, const struct dimp_ip *address)
{
	machine->given6 = *address;
}

struct dimp_ip virtual_machine_address6(const struct virtual_machine *machine)
{
	const struct dimp_ip *const own = &machine->config.address;

	if (!ipv4_is_mapped(own) && !ipv6_is_zero(own))
		return *own;
	return ipv6_is_zero(&machine->given6) ? ipv6_link_local(&machine->config.mac)
					      : machine->given6;
}

bool virtual_machine_is_running(const struct virtual_machine *machine)
{
	return machine->is_running;
}

struct di_store *virtual_machine_keys(const struct virtual_machine *machine)
{
	return machine->keys;
}

void virtual_machine_note_numbers(struct virtual_machine *machine, struct dimp_time now)
{
	secure_port_flush(machine->secure, KEY_SLOT, now);
}

/* Whether only protected frames pass. */
static bool is_protecting(const struct virtual_machine *machine)
{
	return machine->config.is_macsec_required ||
		secure_port_is_in_use(machine->secure, KEY_SLOT);
}

bool virtual_machine_add_listener(struct virtual_machine *machine,
	const struct virtual_machine_listener *listener)
{
	if (machine->listener_count == LISTENERS_MAX)
		return false;
	const size_t count = machine->listener_count;
	if ((count & (count - 1)) == 0) {
		struct virtual_machine_listener *listeners = realloc(machine->listeners,
			(count != 0 ? count * 2 : 1) * sizeof *listeners);
		if (!listeners)
			return false;
		machine->listeners = listeners;
	}
	machine->listeners[machine->listener_count++] = *listener;
	return true;
}

void virtual_machine_set_learner(struct virtual_machine *machine,
	const struct virtual_machine_listener *learner)
{
	machine->learner = *learner;
}

void virtual_machine_run(struct virtual_machine *machine, const struct virtual_machine_port *port)
{
	machine->port = *port;
	machine->is_running = true;
}

void virtual_machine_stop(struct virtual_machine *machine)
{
	machine->is_running = false;
}

const struct frame_census *virtual_machine_received(const struct virtual_machine *machine)
{
	return &machine->received;
}

const struct frame_census *virtual_machine_sent(const struct virtual_machine *machine)
{
	return &machine->sent;
}

static void learn_keys(struct virtual_machine *machine, const struct edge_frame *frame,
	struct dimp_time now)
{
	if (machine->learner.hear)
		machine->learner.hear(machine->learner.context, frame, now);
}

void virtual_machine_send(struct virtual_machine *machine, struct dimp_view octets,
	struct dimp_time now)
{
	uint8_t sealed[EDGE_FRAME_SIZE_MAX + SECURE_PORT_OVERHEAD];
	struct edge_frame frame;

	if (!machine->is_running || !edge_frame_read(octets, &frame))
		return;
	frame_census_add(&machine->sent, octets);
	if (frame.ethertype == EDGE_ETHERTYPE_EAPOL) {
		machine->port.send(machine->port.context, machine, octets, now);
		learn_keys(machine, &frame, now);
		return;
	}
	if (is_protecting(machine)) {
		octets.size = secure_port_protect(machine->secure, KEY_SLOT, &frame, sealed);
		octets.octets = sealed;
	}
	if (octets.size != 0)
		machine->port.send(machine->port.context, machine, octets, now);
}

static bool has_address(const struct virtual_machine *machine, const struct dimp_ip *address)
{
	const struct dimp_ip link_local = ipv6_link_local(&machine->config.mac);
	const struct dimp_ip own = virtual_machine_address6(machine);

	if (ipv6_is_zero(address))
		return false;
	return edge_ip_equals(address, &machine->config.address) || edge_ip_equals(address, &own) ||
		edge_ip_equals(address, &link_local);
}

static void answer_echo(struct virtual_machine *machine, const struct edge_frame *frame,
	struct dimp_time now)
{
	uint8_t octets[ECHO_FRAME_MAX];
	struct echo_frame request;

	if (!echo_frame_read(frame, &request) || request.is_reply ||
		!has_address(machine, &request.to))
		return;
	const struct echo_frame reply = {
		.destination = request.source,
		.source = machine->config.mac,
		.to = request.from,
		.from = request.to,
		.is_reply = true,
		.identifier = request.identifier,
		.sequence = request.sequence,
		.data = request.data,
	};
	const size_t size = echo_frame_write(&reply, octets);
	if (size != 0)
		virtual_machine_send(machine, (struct dimp_view){octets, size}, now);
}

/* A VM configures itself from the acknowledgement, as its DHCP client would. */
static void take_address(struct virtual_machine *machine, const struct ipv4_packet *packet)
{
	struct udp_datagram datagram;
	struct dhcp4_message message;

	if (udp_read(packet, &datagram) != PACKET_WHOLE)
		return;
	if (datagram.destination_port != DHCP4_CLIENT_PORT ||
		!dhcp4_read(datagram.payload, &message))
		return;
	if (message.kind != DHCP4_ACK || !edge_mac_equals(&message.client, &machine->config.mac))
		return;
	if (!ipv4_is_zero(&message.your_address))
		machine->config.address = ipv4_mapped(&message.your_address);
}

static void take_ipv4(struct virtual_machine *machine, struct dimp_view payload)
{
	struct ipv4_packet packet;

	if (ipv4_read(payload, &packet) == PACKET_WHOLE && packet.protocol == IPV4_UDP)
		take_address(machine, &packet);
}

static void send_arp(struct virtual_machine *machine, const struct arp_packet *packet,
	uint16_t ethertype, struct dimp_time now)
{
	static const struct dimp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
	uint8_t body[64], octets[128];
	const size_t body_size = arp_write(packet, body, sizeof body);
	const struct ethernet_frame frame = {
		.destination = packet->operation == ARP_REPLY ? packet->target : broadcast,
		.source = machine->config.mac,
		.type = ethertype,
		.payload = {body, body_size},
	};
	const size_t size = body_size ? ethernet_write(&frame, octets, sizeof octets) : 0;

	if (size != 0)
		virtual_machine_send(machine, (struct dimp_view){octets, size}, now);
}

static void take_arp(struct virtual_machine *machine, struct dimp_view payload,
	struct dimp_time now)
{
	struct arp_packet request;

	if (!arp_read(payload, &request) || request.operation != ARP_REQUEST)
		return;
	const struct dimp_ip target = ipv4_mapped(&request.target_address);
	if (!edge_ip_equals(&target, &machine->config.address))
		return;
	const struct arp_packet reply = {
		.operation = ARP_REPLY,
		.sender = machine->config.mac,
		.sender_address = request.target_address,
		.target = request.sender,
		.target_address = request.sender_address,
	};
	send_arp(machine, &reply, ETHERTYPE_ARP, now);
}

static void tell(struct virtual_machine *machine, const struct edge_frame *frame,
	struct dimp_time now)
{
	frame_census_add(&machine->received, frame->octets);
	for (size_t index = 0; index < machine->listener_count; index++)
		machine->listeners[index].hear(machine->listeners[index].context, frame, now);
}

static void take_clear(struct virtual_machine *machine, const struct edge_frame *frame,
	struct dimp_time now)
{
	const struct dimp_view payload = edge_frame_payload(frame);

	tell(machine, frame, now);
	answer_echo(machine, frame, now);
	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		take_ipv4(machine, payload);
	if (frame->ethertype == EDGE_ETHERTYPE_ARP)
		take_arp(machine, payload, now);
}

/* A bridge sends a group's frames back to the port they came from, for others there: the station
 * keeps them from who sent them (IEEE 802.1Q, VEPA). */
static bool is_for(const struct virtual_machine *machine, const struct edge_frame *frame)
{
	if (edge_mac_equals(&frame->source, &machine->config.mac))
		return false;
	if (frame->is_tagged && frame->vlan != machine->config.vlan)
		return false;
	return edge_mac_is_group(&frame->destination) ||
		edge_mac_equals(&frame->destination, &machine->config.mac);
}

void virtual_machine_receive(struct virtual_machine *machine, struct dimp_view octets,
	struct dimp_time now)
{
	uint8_t untagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE], plain[sizeof untagged];
	struct edge_frame frame;

	if (!machine->is_running || !edge_frame_read(octets, &frame) || !is_for(machine, &frame))
		return;
	size_t size = edge_frame_retag(&frame, 0, untagged);
	if (!edge_frame_read((struct dimp_view){untagged, size}, &frame))
		return;
	if (frame.ethertype == EDGE_ETHERTYPE_EAPOL) {
		learn_keys(machine, &frame, now);
		tell(machine, &frame, now);
		return;
	}
	if (!is_protecting(machine)) {
		take_clear(machine, &frame, now);
		return;
	}
	if (frame.ethertype != EDGE_ETHERTYPE_MACSEC)
		return;
	size = secure_port_open(machine->secure, KEY_SLOT, &frame, plain);
	if (size != 0 && edge_frame_read((struct dimp_view){plain, size}, &frame))
		take_clear(machine, &frame, now);
}
