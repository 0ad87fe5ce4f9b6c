/* SPDX-License-Identifier: MIT */
/*
 * Every codec of net/ on one frame, outermost layer first.  Values are those of the structs that
 * the codecs fill, never of the octets themselves: what a codec gets wrong has to show.
 */
#include "frame_fields.h"

#include <inttypes.h>
#include <stdio.h>

#include "field_line.h"
#include "net/arp.h"
#include "net/dhcp4.h"
#include "net/dhcp6.h"
#include "net/eapol.h"
#include "net/ecp.h"
#include "net/ethernet.h"
#include "net/igmp.h"
#include "net/mkpdu.h"
#include "net/mld.h"
#include "net/sectag.h"
#include "net/udp.h"
#include "net/vdp.h"

static const char *verdict_text(enum packet_verdict verdict)
{
	switch (verdict) {
	case PACKET_WHOLE: return "whole";
	case PACKET_FRAGMENT: return "fragment";
	case PACKET_MALFORMED: return "malformed";
	case PACKET_BAD_CHECKSUM: return "checksum";
	}
	return "";
}

static void print_arp(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "arp"};
	struct arp_packet packet;

	if (!arp_read(octets, &packet)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	field_line_number(layer, "arp.opcode", packet.operation);
	field_line_mac(layer, "arp.src.hw_mac", &packet.sender);
	field_line_mac(layer, "arp.dst.hw_mac", &packet.target);
	field_line_ipv4(layer, "arp.src.proto_ipv4", &packet.sender_address);
	field_line_ipv4(layer, "arp.dst.proto_ipv4", &packet.target_address);
}

static void print_dhcp4(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "dhcp"};
	struct dhcp4_message message;

	if (!dhcp4_read(octets, &message)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	field_line_number(layer, "dhcp.type", (uint64_t)message.operation);
	field_line_number(layer, "dhcp.id", message.transaction);
	field_line_number(layer, "dhcp.flags", message.flags);
	field_line_ipv4(layer, "dhcp.ip.client", &message.client_address);
	field_line_ipv4(layer, "dhcp.ip.your", &message.your_address);
	field_line_ipv4(layer, "dhcp.ip.relay", &message.relay_address);
	field_line_mac(layer, "dhcp.hw.mac_addr", &message.client);
	if (message.kind != DHCP4_NONE)
		field_line_number(layer, "dhcp.option.dhcp", (uint64_t)message.kind);
	if (message.has_lease)
		field_line_number(layer, "dhcp.option.ip_address_lease_time", message.lease_s);
	if (message.has_server)
		field_line_ipv4(layer, "dhcp.option.dhcp_server_id", &message.server);
	if (message.has_requested)
		field_line_ipv4(layer, "dhcp.option.requested_ip_address", &message.requested);
}

/* tshark's names of the fields that IGMP and MLD both have. */
struct group_names {
	size_t address_size;
	const char *group, *source, *change, *record_group, *record_source, *records;
	const char *is_suppressed, *robustness;
};

static const struct group_names igmp_names = {IGMP_ADDRESS_SIZE, "igmp.maddr", "igmp.saddr",
	"igmp.record_type", "igmp.maddr", "igmp.saddr", "igmp.num_grp_recs", "igmp.s", "igmp.qrv"};
static const struct group_names mld_names = {MLD_ADDRESS_SIZE, "icmpv6.mld.multicast_address",
	"icmpv6.mld.source_address", "icmpv6.mldr.mar.record_type",
	"icmpv6.mldr.mar.multicast_address", "icmpv6.mldr.mar.source_address",
	"icmpv6.mldr.nb_mcast_records", "icmpv6.mld.flag.s", "icmpv6.mld.flag.qrv"};

static void print_sources(struct layer layer, const char *field,
	const struct group_sources *sources)
{
	for (size_t i = 0; i < group_source_count(sources); i++) {
		const struct dimp_ip source = group_source_at(sources, i);
		field_line_group(layer, field, &source, sources->address_size);
	}
}

static void print_records(struct layer layer, const struct group_names *names,
	struct group_message *message)
{
	struct group_record record;

	field_line_number(layer, names->records, message->record_count);
	while (group_record_next(message, &record)) {
		field_line_number(layer, names->change, record.change);
		field_line_group(layer, names->record_group, &record.group, names->address_size);
		print_sources(layer, names->record_source, &record.sources);
	}
}

static void print_query(struct layer layer, const struct group_names *names,
	const struct group_message *message)
{
	field_line_number(layer, "response_us", message->response_us);
	if (message->version != (names->address_size == IGMP_ADDRESS_SIZE ? 3 : 2))
		return;
	field_line_number(layer, names->is_suppressed, message->is_suppressed);
	field_line_number(layer, names->robustness, message->robustness);
	field_line_number(layer, "interval_us", message->interval_us);
	print_sources(layer, names->source, &message->sources);
}

static void print_group_message(struct layer layer, const struct group_names *names,
	struct group_message *message)
{
	static const char *const kinds[] = {[GROUP_QUERY] = "query",
		[GROUP_REPORT] = "report",
		[GROUP_LEAVE] = "leave",
		[GROUP_RECORDS] = "records"};

	printf("%" PRIu64 "\t%s\tkind\t%s %u\n", layer.number, layer.name, kinds[message->kind],
		message->version);
	if (message->kind == GROUP_RECORDS) {
		print_records(layer, names, message);
		return;
	}
	field_line_group(layer, names->group, &message->group, names->address_size);
	if (message->kind == GROUP_QUERY)
		print_query(layer, names, message);
}

static void print_igmp(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "igmp"};
	struct group_message message;
	const enum packet_verdict verdict = igmp_read(octets, &message);

	if (verdict == PACKET_WHOLE)
		print_group_message(layer, &igmp_names, &message);
	else
		field_line_refusal(layer, verdict_text(verdict));
}

static void print_mld(uint64_t number, const struct ipv6_packet *packet)
{
	const struct layer layer = {number, "mld"};
	struct group_message message;
	const enum packet_verdict verdict = mld_read(packet, &message);

	if (verdict == PACKET_WHOLE)
		print_group_message(layer, &mld_names, &message);
	else
		field_line_refusal(layer, verdict_text(verdict));
}

static void print_ports(struct layer layer, const struct udp_datagram *datagram)
{
	field_line_number(layer, "udp.srcport", datagram->source_port);
	field_line_number(layer, "udp.dstport", datagram->destination_port);
}

static void print_udp(uint64_t number, const struct ipv4_packet *packet)
{
	const struct layer layer = {number, "udp"};
	struct udp_datagram datagram;
	const enum packet_verdict verdict = udp_read(packet, &datagram);

	if (verdict != PACKET_WHOLE) {
		field_line_refusal(layer, verdict_text(verdict));
		return;
	}
	print_ports(layer, &datagram);
	if (datagram.source_port == DHCP4_SERVER_PORT ||
		datagram.destination_port == DHCP4_SERVER_PORT)
		print_dhcp4(number, datagram.payload);
}

static void print_ipv4_packet(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "ip"};
	struct ipv4_packet packet;
	const enum packet_verdict verdict = ipv4_read(octets, &packet);

	if (verdict != PACKET_WHOLE) {
		field_line_refusal(layer, verdict_text(verdict));
		return;
	}
	field_line_ipv4(layer, "ip.src", &packet.source);
	field_line_ipv4(layer, "ip.dst", &packet.destination);
	field_line_number(layer, "ip.proto", packet.protocol);
	field_line_number(layer, "ip.ttl", packet.time_to_live);
	if (packet.protocol == IPV4_IGMP)
		print_igmp(number, packet.payload);
	if (packet.protocol == IPV4_UDP)
		print_udp(number, &packet);
}

static void print_leases(struct layer layer, struct dhcp6_association *association)
{
	static const char *const names[][2] = {
		{"dhcpv6.iaprefix.pref_addr", "dhcpv6.iaprefix.valid_lifetime"},
		{"dhcpv6.iaaddr.ip", "dhcpv6.iaaddr.valid_lifetime"}};
	struct dhcp6_lease lease;

	field_line_number(layer, "dhcpv6.iaid", association->identifier);
	while (dhcp6_lease_next(association, &lease)) {
		const char *const *name = names[lease.prefix == DHCP6_ADDRESS_PREFIX];
		field_line_group(layer, name[0], &lease.address, MLD_ADDRESS_SIZE);
		field_line_number(layer, name[1], lease.valid_s);
	}
}

static void print_dhcp6(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "dhcpv6"};
	struct dhcp6_message message;
	struct dhcp6_association association;

	if (!dhcp6_read(octets, &message)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	field_line_number(layer, "dhcpv6.msgtype", (uint64_t)message.kind);
	field_line_number(layer, "dhcpv6.xid", message.transaction);
	while (dhcp6_association_next(&message, &association))
		print_leases(layer, &association);
}

static void print_ipv6_packet(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "ipv6"};
	struct ipv6_packet packet;
	struct udp_datagram datagram;
	const enum packet_verdict verdict = ipv6_read(octets, &packet);

	if (verdict != PACKET_WHOLE) {
		field_line_refusal(layer, verdict_text(verdict));
		return;
	}
	field_line_group(layer, "ipv6.src", &packet.source, MLD_ADDRESS_SIZE);
	field_line_group(layer, "ipv6.dst", &packet.destination, MLD_ADDRESS_SIZE);
	field_line_number(layer, "ipv6.hlim", packet.hop_limit);
	if (mld_is_message(&packet))
		print_mld(number, &packet);
	if (packet.protocol != IPV6_UDP)
		return;
	const enum packet_verdict udp_verdict = udp6_read(&packet, &datagram);
	if (udp_verdict != PACKET_WHOLE) {
		field_line_refusal((struct layer){number, "udp"}, verdict_text(udp_verdict));
		return;
	}
	print_ports((struct layer){number, "udp"}, &datagram);
	if (datagram.destination_port == DHCP6_SERVER_PORT ||
		datagram.destination_port == DHCP6_CLIENT_PORT)
		print_dhcp6(number, datagram.payload);
}

static void print_use(struct layer layer, const struct mkpdu_use *use,
	const char *const names[static 6])
{
	field_line_number(layer, names[0], use->association_number);
	field_line_number(layer, names[1], use->is_transmitting);
	field_line_number(layer, names[2], use->is_receiving);
	field_line_octets(layer, names[3],
		(struct dimp_view){use->key.server.octets, sizeof use->key.server.octets});
	field_line_number(layer, names[4], use->key.number);
	field_line_number(layer, names[5], use->lowest_pn);
}

static void print_distributed(struct layer layer, const struct mkpdu_distributed_sak *sak)
{
	static const uint64_t default_suite = 0x0080c20001000001;

	field_line_number(layer, "mka.distributed_an", sak->association_number);
	field_line_number(layer, "mka.confidentiality_offset", sak->confidentiality);
	field_line_number(layer, "mka.key_number", sak->key_number);
	field_line_octets(layer, "mka.aes_key_wrap_sak", sak->wrapped);
	if (sak->cipher_suite != default_suite)
		field_line_number(layer, "mka.macsec_cipher_suite", sak->cipher_suite);
}

static void print_peers(struct layer layer, const struct mkpdu_peer *peers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		field_line_octets(layer, "mka.peer_mi",
			(struct dimp_view){peers[i].member.octets, 12});
		field_line_number(layer, "mka.peer_mn", peers[i].message_number);
	}
}

static void print_basic(struct layer layer, const struct mkpdu *mkpdu)
{
	field_line_number(layer, "mka.version_id", mkpdu->version);
	field_line_number(layer, "mka.ks_prio", mkpdu->priority);
	field_line_number(layer, "mka.key_server", mkpdu->is_key_server);
	field_line_number(layer, "mka.macsec_desired", mkpdu->is_macsec_desired);
	field_line_number(layer, "mka.macsec_capability", mkpdu->capability);
	field_line_octets(layer, "mka.sci",
		(struct dimp_view){mkpdu->sci.octets, sizeof mkpdu->sci.octets});
	field_line_octets(layer, "mka.actor_mi", (struct dimp_view){mkpdu->member.octets, 12});
	field_line_number(layer, "mka.actor_mn", mkpdu->message_number);
	field_line_number(layer, "mka.algo_agility", mkpdu->algorithm);
	field_line_octets(layer, "mka.cak_name", mkpdu->key_name);
}

static void print_mka(uint64_t number, struct dimp_view octets)
{
	static const char *const latest[] = {"mka.latest_key_an", "mka.latest_key_tx",
		"mka.latest_key_rx", "mka.latest_key_server_mi", "mka.latest_key_number",
		"mka.latest_lowest_acceptable_pn"};
	static const char *const old[] = {"mka.old_key_an", "mka.old_key_tx", "mka.old_key_rx",
		"mka.old_key_server_mi", "mka.old_key_number", "mka.old_lowest_acceptable_pn"};
	const struct layer layer = {number, "mka"};
	struct mkpdu mkpdu;

	if (!mkpdu_read(octets, &mkpdu)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	print_basic(layer, &mkpdu);
	print_peers(layer, mkpdu.live, mkpdu.live_count);
	print_peers(layer, mkpdu.potential, mkpdu.potential_count);
	if (mkpdu.has_use) {
		field_line_number(layer, "mka.delay_protect", mkpdu.is_delay_protecting);
		print_use(layer, &mkpdu.latest, latest);
		print_use(layer, &mkpdu.old, old);
	}
	if (mkpdu.has_distributed)
		print_distributed(layer, &mkpdu.distributed);
}

static void print_eapol(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "eapol"};
	struct eapol_packet packet;
	struct eap_packet eap;

	if (!eapol_read(octets, &packet)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	field_line_number(layer, "eapol.version", packet.version);
	field_line_number(layer, "eapol.type", packet.type);
	field_line_number(layer, "eapol.len", packet.body.size);
	if (packet.type == EAPOL_MKA)
		print_mka(number, octets);
	if (packet.type != EAPOL_EAP)
		return;
	const struct layer inner = {number, "eap"};
	if (!eap_read(packet.body, &eap)) {
		field_line_refusal(inner, "malformed");
		return;
	}
	field_line_number(inner, "eap.code", (uint64_t)eap.code);
	field_line_number(inner, "eap.id", eap.identifier);
	if (eap.method != 0)
		field_line_number(inner, "eap.type", eap.method);
}

static void print_macsec(uint64_t number, const struct ethernet_frame *frame)
{
	const struct layer layer = {number, "macsec"};
	struct sectag tag;
	struct dimp_view secured;

	if (!sectag_read(frame, &tag, &secured)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	field_line_number(layer, "macsec.TCI", tag.bits >> 2);
	field_line_number(layer, "macsec.AN", tag.association_number);
	field_line_number(layer, "macsec.SL", tag.short_length);
	field_line_number(layer, "macsec.PN", tag.packet_number);
	if ((tag.bits & SECTAG_BIT_SCI) == 0)
		return;
	field_line_octets(layer, "macsec.SCI.system_identifier",
		(struct dimp_view){tag.sci.octets, 6});
	field_line_octets(layer, "macsec.SCI.port_identifier",
		(struct dimp_view){tag.sci.octets + 6, 2});
}

static void print_vsi(struct layer layer, const struct vdp_tlv *tlv)
{
	field_line_number(layer, "vdp21.tlvtype", (uint64_t)tlv->kind);
	field_line_number(layer, "status", tlv->status);
	/* Manager id (16), type (3), version, id format, id (16). */
	field_line_octets(layer, "vdp21.vsitypeid", (struct dimp_view){tlv->vsi.octets + 16, 3});
	field_line_number(layer, "vdp21.vsiversion", tlv->vsi.octets[19]);
	field_line_number(layer, "vdp21.vsiidformat", tlv->vsi.octets[20]);
	field_line_octets(layer, "vdp21.VSIID", (struct dimp_view){tlv->vsi.octets + 21, 16});
	field_line_number(layer, "vdp21.filterformat", (uint64_t)tlv->format);
	for (unsigned i = 0; i < tlv->filter_count; i++) {
		if (tlv->format == VDP_FILTER_MAC_VID || tlv->format == VDP_FILTER_GROUP_MAC_VID)
			field_line_mac(layer, "vdp21.assoc.mac_id", &tlv->filters[i].mac);
		field_line_number(layer, "vdp21.vidstr.vid", tlv->filters[i].vlan);
	}
}

static void print_ecp(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "ecp"};
	const struct layer inner = {number, "vdp"};
	struct ecp_pdu ecp;
	struct vdp_pdu pdu;
	struct vdp_tlv tlv;

	if (!ecp_read(octets, &ecp)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	field_line_number(layer, "ecp.op", (uint64_t)ecp.operation);
	field_line_number(layer, "ecp.subtype", ecp.subtype);
	field_line_number(layer, "ecp.seqno", ecp.sequence);
	if (ecp.operation != ECP_REQUEST || ecp.subtype != ECP_SUBTYPE_VDP)
		return;
	if (!vdp_read(ecp.payload, &pdu)) {
		field_line_refusal(inner, "malformed");
		return;
	}
	field_line_octets(inner, "vdp21.manager_id",
		(struct dimp_view){pdu.manager, VDP_MANAGER_SIZE});
	while (vdp_next(&pdu, &tlv))
		print_vsi(inner, &tlv);
}

static void print_ethernet(struct layer layer, const struct ethernet_frame *frame)
{
	field_line_mac(layer, "eth.dst", &frame->destination);
	field_line_mac(layer, "eth.src", &frame->source);
	for (size_t i = 0; i < frame->tag_count; i++)
		field_line_number(layer,
			frame->tags[i].type == ETHERTYPE_SERVICE_TAG ? "ieee8021ad.id" : "vlan.id",
			frame->tags[i].control & 0xfff);
}

void frame_fields_print(uint64_t number, struct dimp_view octets)
{
	const struct layer layer = {number, "eth"};
	struct ethernet_frame frame;

	if (!ethernet_read(octets, &frame)) {
		field_line_refusal(layer, "malformed");
		return;
	}
	print_ethernet(layer, &frame);
	if (frame.type == ETHERTYPE_ARP)
		print_arp(number, frame.payload);
	if (frame.type == ETHERTYPE_IPV4)
		print_ipv4_packet(number, frame.payload);
	if (frame.type == ETHERTYPE_IPV6)
		print_ipv6_packet(number, frame.payload);
	if (frame.type == ETHERTYPE_EAPOL)
		print_eapol(number, frame.payload);
	if (frame.type == ETHERTYPE_MACSEC)
		print_macsec(number, &frame);
	if (frame.type == ECP_ETHERTYPE)
		print_ecp(number, frame.payload);
}
