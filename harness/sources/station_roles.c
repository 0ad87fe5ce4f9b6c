/* SPDX-License-Identifier: MIT */
/*
 * Messages speak for their sender's MAC address.  MKA makes a client only of a station that is
 * nothing else, because which end is key server is a matter of priority; 802.1X knows the
 * authenticator.
 */
#include "sources/station_roles.h"

#include <stdlib.h>

#include "net/dhcp4.h"
#include "net/dhcp6.h"
#include "net/eapol.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mkpdu.h"
#include "net/mld.h"
#include "net/udp.h"

enum part { PART_NONE, PART_CLIENT, PART_SERVER, PART_REPORTER };

void station_roles_init(struct station_roles *roles)
{
	*roles = (struct station_roles){.rows = NULL};
}

void station_roles_free(struct station_roles *roles)
{
	free(roles->rows);
	station_roles_init(roles);
}

static enum part eap_part(struct dimp_view body)
{
	struct eap_packet eap;

	if (!eap_read(body, &eap))
		return PART_NONE;
	return eap.code == EAP_RESPONSE ? PART_CLIENT : PART_SERVER;
}

static enum part eapol_part(struct dimp_view payload)
{
	struct eapol_packet eapol;
	struct mkpdu mkpdu;

	if (!eapol_read(payload, &eapol))
		return PART_NONE;
	switch (eapol.type) {
	case EAPOL_EAP: return eap_part(eapol.body);
	case EAPOL_START:
	case EAPOL_LOGOFF: return PART_CLIENT;
	case EAPOL_MKA: break;
	default: return PART_NONE;
	}
	/* Who has no live peer yet only claims to be key server. */
	if (!mkpdu_read(payload, &mkpdu) || mkpdu.live_count == 0)
		return PART_NONE;
	return mkpdu.is_key_server ? PART_SERVER : PART_REPORTER;
}

static enum part dhcp_part(const struct ethernet_frame *frame, const struct ipv4_packet *packet)
{
	struct udp_datagram datagram;
	struct dhcp4_message message;

	if (udp_read(packet, &datagram) != PACKET_WHOLE ||
		(datagram.destination_port != DHCP4_SERVER_PORT &&
			datagram.destination_port != DHCP4_CLIENT_PORT) ||
		!dhcp4_read(datagram.payload, &message) || message.kind == DHCP4_NONE)
		return PART_NONE;
	if (message.operation == DHCP4_BOOT_REPLY)
		return PART_SERVER;
	/* A relay speaks for others. */
	return ethernet_is_same(&message.client, &frame->source) ? PART_CLIENT : PART_NONE;
}

/* What relays put messages into is no message of either side. */
static enum part dhcp6_part(const struct ipv6_packet *packet)
{
	struct udp_datagram datagram;
	struct dhcp6_message message;

	if (udp6_read(packet, &datagram) != PACKET_WHOLE ||
		(datagram.destination_port != DHCP6_SERVER_PORT &&
			datagram.destination_port != DHCP6_CLIENT_PORT) ||
		!dhcp6_read(datagram.payload, &message) || !dhcp6_is_valid(&message))
		return PART_NONE;
	return datagram.destination_port == DHCP6_CLIENT_PORT ? PART_SERVER : PART_CLIENT;
}

static enum part group_part(enum packet_verdict verdict, const struct group_message *message)
{
	if (verdict != PACKET_WHOLE)
		return PART_NONE;
	return message->kind == GROUP_QUERY ? PART_SERVER : PART_REPORTER;
}

static enum part ipv4_part(const struct ethernet_frame *frame)
{
	struct ipv4_packet packet;
	struct group_message message;

	if (ipv4_read(frame->payload, &packet) != PACKET_WHOLE)
		return PART_NONE;
	if (packet.protocol == IPV4_UDP)
		return dhcp_part(frame, &packet);
	if (packet.protocol != IPV4_IGMP)
		return PART_NONE;
	return group_part(igmp_read(packet.payload, &message), &message);
}

static enum part ipv6_part(const struct ethernet_frame *frame)
{
	struct ipv6_packet packet;
	struct group_message message;

	if (ipv6_read(frame->payload, &packet) != PACKET_WHOLE)
		return PART_NONE;
	if (packet.protocol == IPV6_UDP)
		return dhcp6_part(&packet);
	return group_part(mld_read(&packet, &message), &message);
}

static enum part part_of(const struct ethernet_frame *frame)
{
	if (frame->type == ETHERTYPE_EAPOL)
		return eapol_part(frame->payload);
	if (frame->type == ETHERTYPE_IPV6)
		return ipv6_part(frame);
	return frame->type == ETHERTYPE_IPV4 ? ipv4_part(frame) : PART_NONE;
}

static size_t position_of(const struct station_roles *roles, const struct dimp_mac *mac)
{
	for (size_t i = 0; i < roles->count; i++)
		if (ethernet_is_same(&roles->rows[i].mac, mac))
			return i;
	return roles->count;
}

static bool make_room(struct station_roles *roles)
{
	if (roles->count < roles->capacity)
		return true;
	const size_t capacity = roles->capacity == 0 ? 16 : roles->capacity * 2;
	struct station_role *const rows = realloc(roles->rows, capacity * sizeof *rows);
	if (rows == NULL)
		return false;
	roles->rows = rows;
	roles->capacity = capacity;
	return true;
}

/* An address that one station can have. */
static bool is_station(const struct dimp_mac *mac)
{
	static const struct dimp_mac zero;

	return !ethernet_is_group(mac) && !ethernet_is_same(mac, &zero);
}

bool station_roles_frame(struct station_roles *roles, struct dimp_view octets)
{
	struct ethernet_frame frame;

	if (!ethernet_read(octets, &frame) || !is_station(&frame.source))
		return true;
	const enum part part = part_of(&frame);
	const size_t at = position_of(roles, &frame.source);
	if (part == PART_NONE || (at == roles->count && at == STATION_ROLES_MAX))
		return true;
	if (at == roles->count) {
		if (!make_room(roles))
			return false;
		roles->rows[roles->count++] = (struct station_role){.mac = frame.source};
	}
	struct station_role *const row = &roles->rows[at];
	row->is_client = row->is_client || part == PART_CLIENT;
	row->is_server = row->is_server || part == PART_SERVER;
	row->is_reporter = row->is_reporter || part == PART_REPORTER;
	return true;
}

const struct station_role *station_roles_find(const struct station_roles *roles,
	const struct dimp_mac *mac)
{
	const size_t at = position_of(roles, mac);

	return at < roles->count ? &roles->rows[at] : NULL;
}

bool station_role_is_vm(const struct station_role *role)
{
	return role->is_client || (role->is_reporter && !role->is_server);
}
