/* SPDX-License-Identifier: MIT */
/* EAPOL (IEEE 802.1X-2020 11) and the EAP header in it (RFC 3748 4). */
#ifndef NET_EAPOL_H
#define NET_EAPOL_H

#include "dimp.h"

enum eapol_type {
	EAPOL_EAP = 0,
	EAPOL_START = 1,
	EAPOL_LOGOFF = 2,
	EAPOL_KEY = 3,
	EAPOL_ALERT = 4,
	EAPOL_MKA = 5
};

enum { EAPOL_HEADER_SIZE = 4, EAP_HEADER_SIZE = 4 };

struct eapol_packet {
	uint8_t version;
	uint8_t type; /* enum eapol_type, or one that is not known */
	struct dimp_view body; /* borrowed; without padding */
};

/* Reads the payload of an EAPOL frame; false when it is cut short. */
bool eapol_read(struct dimp_view octets, struct eapol_packet *packet);
/* Writes the packet; its size, 0 when |capacity| is too small. */
size_t eapol_write(const struct eapol_packet *packet, uint8_t *octets, size_t capacity);

enum eap_code { EAP_REQUEST = 1, EAP_RESPONSE = 2, EAP_SUCCESS = 3, EAP_FAILURE = 4 };
enum eap_method { EAP_IDENTITY = 1, EAP_NOTIFICATION = 2, EAP_NAK = 3, EAP_MD5 = 4 };

struct eap_packet {
	enum eap_code code;
	uint8_t identifier;
	uint8_t method; /* requests and responses; else 0 */
	struct dimp_view data; /* of the method, borrowed */
};

/* Reads an EAP packet; false when cut short, of an unknown code, or a request without a method. */
bool eap_read(struct dimp_view octets, struct eap_packet *packet);
size_t eap_write(const struct eap_packet *packet, uint8_t *octets, size_t capacity);

#endif
