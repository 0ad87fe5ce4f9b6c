/* SPDX-License-Identifier: MIT */
/* To 224.0.0.1 (RFC 3376 4.1.12) and ff02::1 (RFC 3810 5.1.15), with the router alert. */
#include "net/general_query.h"

#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mld.h"

enum { ROBUSTNESS = 2 };

static struct group_message message_of(const struct general_query *query)
{
	return (struct group_message){.kind = GROUP_QUERY,
		.version = query->version,
		.is_general = true,
		.response_us = query->response_us,
		.robustness = ROBUSTNESS,
		.interval_us = query->interval_us};
}

static size_t write_igmp(const struct general_query *query, uint8_t *octets)
{
	static const uint8_t router_alert[] = {148, 4, 0, 0};
	uint8_t message[GENERAL_QUERY_SIZE_MAX], packet_octets[GENERAL_QUERY_SIZE_MAX];
	const struct group_message asked = message_of(query);
	struct ipv4_packet packet = {
		.destination = {{224, 0, 0, 1}},
		.time_to_live = 1,
		.protocol = IPV4_IGMP,
		.options = {router_alert, sizeof router_alert},
		.payload = {message, igmp_write(&asked, message, sizeof message)},
	};

	if (!ipv4_from_mapped(&query->address, &packet.source) || packet.payload.size == 0)
		return 0;
	const struct ethernet_frame frame = {
		.destination = {{1, 0, 0x5e, 0, 0, 1}},
		.source = query->source,
		.type = ETHERTYPE_IPV4,
		.payload = {packet_octets,
			ipv4_write(&packet, packet_octets, sizeof packet_octets)},
	};
	return ethernet_write(&frame, octets, GENERAL_QUERY_SIZE_MAX);
}

static size_t write_mld(const struct general_query *query, uint8_t *octets)
{
	static const struct dimp_ip all_nodes = {{0xff, 2, [15] = 1}};
	uint8_t message[GENERAL_QUERY_SIZE_MAX], packet_octets[GENERAL_QUERY_SIZE_MAX];
	struct ipv6_packet packet = mld_packet(&query->address, &all_nodes);
	const struct group_message asked = message_of(query);

	packet.payload =
		(struct dimp_view){message, mld_write(&packet, &asked, message, sizeof message)};
	if (packet.payload.size == 0)
		return 0;
	const struct ethernet_frame frame = {
		.destination = ipv6_group_mac(&all_nodes),
		.source = query->source,
		.type = ETHERTYPE_IPV6,
		.payload = {packet_octets,
			ipv6_write(&packet, packet_octets, sizeof packet_octets)},
	};
	return ethernet_write(&frame, octets, GENERAL_QUERY_SIZE_MAX);
}

size_t general_query_write(const struct general_query *query,
	uint8_t octets[GENERAL_QUERY_SIZE_MAX])
{
	struct dimp_ipv4 address;

	return ipv4_from_mapped(&query->address, &address) ? write_igmp(query, octets)
							   : write_mld(query, octets);
}
