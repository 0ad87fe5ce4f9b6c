/* SPDX-License-Identifier: MIT */
/* Both protocols go no further than one hop and alert routers (RFC 3376 4, RFC 3810 5). */
#include "net/group_frame.h"

#include <string.h>

#include "net/ethernet.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mld.h"

enum { MESSAGE_MAX = 1460 };

/* A message that waits for its packet. */
struct body {
	const struct group_message *message; /* NULL: records */
	const struct group_record *records;
	size_t count;
};

bool group_address_is_same(const struct dimp_ip *one, const struct dimp_ip *other)
{
	return memcmp(one->octets, other->octets, sizeof one->octets) == 0;
}

bool group_address_is_nobody(const struct dimp_ip *address)
{
	struct dimp_ipv4 short_address;

	if (ipv4_from_mapped(address, &short_address))
		return ipv4_is_zero(&short_address);
	return ipv6_is_zero(address);
}

static struct dimp_ip link_address(bool is_ipv4, uint8_t ipv4_last, uint8_t ipv6_last)
{
	if (is_ipv4)
		return ipv4_mapped(&(struct dimp_ipv4){{224, 0, 0, ipv4_last}});
	return (struct dimp_ip){{0xff, 0x02, [15] = ipv6_last}};
}

struct dimp_ip group_all_hosts(bool is_ipv4)
{
	return link_address(is_ipv4, 1, 1);
}

struct dimp_ip group_all_routers(bool is_ipv4)
{
	return link_address(is_ipv4, 2, 2);
}

struct dimp_ip group_report_routers(bool is_ipv4)
{
	return link_address(is_ipv4, 22, 0x16);
}

struct dimp_mac group_frame_mac(const struct dimp_ip *group)
{
	struct dimp_ipv4 short_address;

	if (!ipv4_from_mapped(group, &short_address))
		return ipv6_group_mac(group);
	const uint8_t *const low = short_address.octets;
	return (struct dimp_mac){{1, 0, 0x5e, low[1] & 0x7f, low[2], low[3]}};
}

static size_t write_igmp(const struct group_envelope *envelope, const struct body *body,
	uint8_t *octets)
{
	static const uint8_t router_alert[] = {148, 4, 0, 0};
	uint8_t message[MESSAGE_MAX];
	struct ipv4_packet packet = {.time_to_live = 1,
		.protocol = IPV4_IGMP,
		.options = {router_alert, sizeof router_alert}};

	if (!ipv4_from_mapped(&envelope->destination, &packet.destination) ||
		!ipv4_from_mapped(&envelope->source, &packet.source))
		return 0;
	packet.payload.size = body->message != NULL
		? igmp_write(body->message, message, sizeof message)
		: igmp_records_write(body->records, body->count, message, sizeof message);
	packet.payload.octets = message;
	return packet.payload.size == 0 ? 0 : ipv4_write(&packet, octets, MESSAGE_MAX);
}

static size_t write_mld(const struct group_envelope *envelope, const struct body *body,
	uint8_t *octets)
{
	const struct mld_records records = {body->records, body->count};
	uint8_t message[MESSAGE_MAX];
	struct ipv6_packet packet = mld_packet(&envelope->source, &envelope->destination);

	if (ipv4_is_mapped(&envelope->source))
		return 0;
	packet.payload.size = body->message != NULL
		? mld_write(&packet, body->message, message, sizeof message)
		: mld_records_write(&packet, &records, message, sizeof message);
	packet.payload.octets = message;
	return packet.payload.size == 0 ? 0 : ipv6_write(&packet, octets, MESSAGE_MAX);
}

static size_t write(const struct group_envelope *envelope, const struct body *body, uint8_t *octets)
{
	const bool is_ipv4 = ipv4_is_mapped(&envelope->destination);
	uint8_t packet[MESSAGE_MAX];
	struct ethernet_frame frame = {.source = envelope->from,
		.destination = group_frame_mac(&envelope->destination),
		.type = is_ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6};

	frame.payload.size =
		is_ipv4 ? write_igmp(envelope, body, packet) : write_mld(envelope, body, packet);
	frame.payload.octets = packet;
	return frame.payload.size == 0 ? 0 : ethernet_write(&frame, octets, GROUP_FRAME_MAX);
}

size_t group_frame_write(const struct group_envelope *envelope, const struct group_message *message,
	uint8_t octets[GROUP_FRAME_MAX])
{
	return write(envelope, &(struct body){.message = message}, octets);
}

size_t group_frame_write_records(const struct group_envelope *envelope,
	const struct group_record *records, size_t count, uint8_t octets[GROUP_FRAME_MAX])
{
	return write(envelope, &(struct body){.records = records, .count = count}, octets);
}
