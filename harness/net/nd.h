/* SPDX-License-Identifier: MIT */
/* Neighbour discovery (RFC 4861): ICMPv6 that never leaves its link. */
#ifndef NET_ND_H
#define NET_ND_H

#include "net/ipv6.h"

enum nd_kind {
	ND_ROUTER_SOLICITATION = 133,
	ND_ROUTER_ADVERTISEMENT = 134,
	ND_NEIGHBOUR_SOLICITATION = 135,
	ND_NEIGHBOUR_ADVERTISEMENT = 136,
	ND_REDIRECT = 137
};

struct nd_message {
	enum nd_kind kind;
	struct dimp_ip target; /* of neighbour messages and redirects */
	bool is_router, is_solicited, is_override; /* flags of an advertisement of a neighbour */
	uint16_t lifetime_s; /* of a router, as it advertises itself */
	bool has_link_layer; /* the source's in solicitations and of routers, else the target's */
	struct dimp_mac link_layer;
	struct dimp_view options; /* borrowed; take prefixes with nd_prefix_next() */
};

struct nd_prefix {
	struct dimp_ip prefix;
	uint8_t length; /* at most 128 */
	bool is_on_link, is_autonomous;
	uint32_t valid_s, preferred_s; /* UINT32_MAX: infinite */
};

/* Whether |packet| is ICMPv6 of one of these kinds, good or bad. */
bool nd_is_message(const struct ipv6_packet *packet);

/*
 * Reads the message in |packet|.  PACKET_MALFORMED when RFC 4861 (4.1 to 4.5, 6.1, 7.1, 8.1) has
 * everybody ignore it: cut short, a hop limit other than 255, an option without length, a target
 * that is a group, an advertisement to a group that says it was asked for, a probe for duplicates
 * that names a link-layer address.
 */
enum packet_verdict nd_read(const struct ipv6_packet *packet, struct nd_message *message);

/* Whether the solicitation in |packet| asks if anybody has the address already (RFC 4862 5.4). */
bool nd_is_duplicate_probe(const struct ipv6_packet *packet, const struct nd_message *message);

/* Takes the next prefix off a router's advertisement; false at the end. */
bool nd_prefix_next(struct nd_message *message, struct nd_prefix *prefix);

/* Writes a neighbour's message with its checksum under |packet|'s addresses, to be |packet|'s
 * payload; the size, 0 when |capacity| is too small. */
size_t nd_write(const struct ipv6_packet *packet, const struct nd_message *message, uint8_t *octets,
	size_t capacity);

/* The solicited-node group of an address (RFC 4291 2.7.1). */
struct dimp_ip nd_solicited_node(const struct dimp_ip *address);

#endif
