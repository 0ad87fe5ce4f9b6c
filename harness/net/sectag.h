/* SPDX-License-Identifier: MIT */
/*
 * The SecTAG and the protection of a MACsec frame (IEEE 802.1AE-2018 9, 14): AES-GCM with 128 and
 * 256 bits, with 32-bit and extended packet numbers, with confidentiality from an offset on or
 * integrity alone.
 */
#ifndef NET_SECTAG_H
#define NET_SECTAG_H

#include "net/ethernet.h"

enum {
	SECTAG_SIZE_MAX = 14, /* after the EtherType */
	SECTAG_ICV_SIZE = 16,
	SECTAG_SALT_SIZE = 12,
	SECTAG_OVERHEAD_MAX = 2 + SECTAG_SIZE_MAX + SECTAG_ICV_SIZE
};

enum sectag_bit {
	SECTAG_BIT_VERSION = 0x80,
	SECTAG_BIT_END_STATION = 0x40,
	SECTAG_BIT_SCI = 0x20,
	SECTAG_BIT_BROADCAST = 0x10,
	SECTAG_BIT_ENCRYPTED = 0x08,
	SECTAG_BIT_CHANGED = 0x04
};

struct sectag {
	uint8_t bits; /* TCI, without the AN */
	uint8_t association_number;
	uint8_t short_length; /* of the secured data below 48 octets, else 0 */
	uint32_t packet_number; /* the low 32 bits */
	struct dimp_sci sci; /* sent, or meant: source address and port 1 */
	size_t size; /* octets after the EtherType */
};

/* What protects: a SAK with what goes into the nonce. */
struct sectag_key {
	struct dimp_view key; /* 16 or 32 octets */
	uint8_t offset; /* of confidentiality: 0, 30 or 50 */
	bool is_extended; /* XPN: salt and SSCI hold */
	uint32_t ssci;
	uint8_t salt[SECTAG_SALT_SIZE];
	uint64_t packet_number; /* the whole, of this frame */
};

/*
 * Reads the tag of a frame whose type is ETHERTYPE_MACSEC; |secured| becomes the data and its ICV.
 * False when cut short or forbidden by 9.12 (version, PN 0, contradicting bits, wrong short
 * length).
 */
bool sectag_read(const struct ethernet_frame *frame, struct sectag *tag, struct dimp_view *secured);

/*
 * Checks and decrypts |secured| of |frame|, writing the data without ICV to |plain|.  False when
 * the ICV is wrong; |plain| is then unspecified.  |plain| holds secured.size - SECTAG_ICV_SIZE
 * octets.
 */
bool sectag_open(const struct ethernet_frame *frame, const struct sectag_key *key,
	struct dimp_view secured, uint8_t *plain);

/*
 * Protects |frame|, whose payload begins with the EtherType of the data: writes the payload of the
 * MACsec frame (tag without EtherType, data, ICV) to |octets|.  Short length and size of |tag| are
 * worked out here.  The size; 0 when |capacity| is too small or it could not be done.
 */
size_t sectag_seal(const struct ethernet_frame *frame, const struct sectag_key *key,
	const struct sectag *tag, uint8_t octets[ETHERNET_FRAME_MAX]);

/* The whole packet number whose low half is |low|, nearest above |lowest| (10.6.2). */
uint64_t sectag_extended_number(uint64_t lowest, uint32_t low);

#endif
