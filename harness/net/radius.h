/* SPDX-License-Identifier: MIT */
/*
 * RADIUS packets (RFC 2865 3, RFC 5176 2.3): header and attributes.  Whether a packet is authentic
 * is radius_seal.h's question; what attributes grant is radius_grant.h's.
 */
#ifndef NET_RADIUS_H
#define NET_RADIUS_H

#include "net/octets.h"

enum {
	RADIUS_PORT = 1812,
	RADIUS_ACCOUNTING_PORT = 1813,
	RADIUS_DYNAMIC_PORT = 3799,
	RADIUS_HEADER_SIZE = 20,
	RADIUS_AUTHENTICATOR_SIZE = 16,
	RADIUS_SIZE_MAX = 4096,
	RADIUS_VALUE_MAX = 253,
	RADIUS_VENDOR_CISCO = 9,
	RADIUS_CISCO_AVPAIR = 1
};

enum radius_code {
	RADIUS_ACCESS_REQUEST = 1,
	RADIUS_ACCESS_ACCEPT = 2,
	RADIUS_ACCESS_REJECT = 3,
	RADIUS_ACCOUNTING_REQUEST = 4,
	RADIUS_ACCOUNTING_RESPONSE = 5,
	RADIUS_ACCESS_CHALLENGE = 11,
	RADIUS_DISCONNECT_REQUEST = 40,
	RADIUS_DISCONNECT_ACK = 41,
	RADIUS_DISCONNECT_NAK = 42,
	RADIUS_COA_REQUEST = 43,
	RADIUS_COA_ACK = 44,
	RADIUS_COA_NAK = 45
};

enum radius_attribute_type {
	RADIUS_USER_NAME = 1,
	RADIUS_NAS_IP_ADDRESS = 4,
	RADIUS_NAS_PORT = 5,
	RADIUS_SERVICE_TYPE = 6,
	RADIUS_FILTER_ID = 11,
	RADIUS_FRAMED_MTU = 12,
	RADIUS_STATE = 24,
	RADIUS_CLASS = 25,
	RADIUS_VENDOR_SPECIFIC = 26,
	RADIUS_SESSION_TIMEOUT = 27,
	RADIUS_TERMINATION_ACTION = 29,
	RADIUS_CALLED_STATION_ID = 30,
	RADIUS_CALLING_STATION_ID = 31,
	RADIUS_NAS_IDENTIFIER = 32,
	RADIUS_ACCT_STATUS_TYPE = 40,
	RADIUS_ACCT_SESSION_ID = 44,
	RADIUS_NAS_PORT_TYPE = 61,
	RADIUS_TUNNEL_TYPE = 64,
	RADIUS_TUNNEL_MEDIUM_TYPE = 65,
	RADIUS_EAP_MESSAGE = 79,
	RADIUS_MESSAGE_AUTHENTICATOR = 80,
	RADIUS_TUNNEL_PRIVATE_GROUP_ID = 81,
	RADIUS_TUNNEL_PREFERENCE = 83,
	RADIUS_NAS_FILTER_RULE = 92,
	RADIUS_ERROR_CAUSE = 101
};

struct radius_packet {
	uint8_t code; /* enum radius_code, or one that is not known */
	uint8_t identifier;
	const uint8_t *authenticator; /* RADIUS_AUTHENTICATOR_SIZE, borrowed */
	struct dimp_view attributes; /* borrowed, each whole */
	struct dimp_view octets; /* all of it, borrowed; what is behind Length is left out */
};

struct radius_attribute {
	uint8_t type; /* enum radius_attribute_type, or one that is not known */
	struct dimp_view value; /* borrowed */
};

/*
 * Reads a datagram's payload; false when Length is below 20, above 4096 or more than there is, or
 * when the attributes do not fill it exactly.
 */
bool radius_read(struct dimp_view octets, struct radius_packet *packet);

/* The next attribute of |*rest|, which begins as packet.attributes; false at the end. */
bool radius_next(struct dimp_view *rest, struct radius_attribute *attribute);
/* The first attribute of that type; false if there is none. */
bool radius_find(const struct radius_packet *packet, uint8_t type, struct dimp_view *value);
/* The same as a number; false if there is none of exactly four octets. */
bool radius_find_u32(const struct radius_packet *packet, uint8_t type, uint32_t *number);
/* The values of all attributes of that type, one behind the other (EAP-Message, RFC 3579 3.1);
 * their size, 0 when there are none or they do not fit. */
size_t radius_join(const struct radius_packet *packet, uint8_t type, uint8_t *octets,
	size_t capacity);
/* The inside of a Vendor-Specific attribute that is Cisco-AVPair; false when it is another one. */
bool radius_cisco_pair(const struct radius_attribute *attribute, struct dimp_view *text);
/* A station id (RFC 3580 3.20) as six octets: hex digits, pairs set apart by '-', ':' or '.'. */
bool radius_read_station(struct dimp_view text, struct dimp_mac *mac);

/* Begins a packet, Length and authenticator zero until radius_finish(). */
void radius_begin(struct octet_writer *writer, enum radius_code code, uint8_t identifier);
void radius_add(struct octet_writer *writer, uint8_t type, struct dimp_view value);
void radius_add_u32(struct octet_writer *writer, uint8_t type, uint32_t number);
/* |value| as attributes of |type|, as many as it takes: radius_join() makes one of them again. */
void radius_add_long(struct octet_writer *writer, uint8_t type, struct dimp_view value);
/* An EAP packet as EAP-Message attributes, as many as it takes. */
void radius_add_eap(struct octet_writer *writer, struct dimp_view eap);
/* Fills in Length and copies |authenticator|; the size, 0 if it did not fit. */
size_t radius_finish(struct octet_writer *writer,
	const uint8_t authenticator[RADIUS_AUTHENTICATOR_SIZE]);

#endif
