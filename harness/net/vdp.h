/* SPDX-License-Identifier: MIT */
/*
 * VSI Discovery and Configuration Protocol (IEEE 802.1Q 41): the TLVs by which a station tells its
 * bridge of VSIs, and the bridge answers.  A response is the request with another status octet.
 */
#ifndef NET_VDP_H
#define NET_VDP_H

#include "dimp.h"

enum vdp_kind {
	VDP_PRE_ASSOCIATE = 1,
	VDP_PRE_ASSOCIATE_RR = 2, /* with resource reservation */
	VDP_ASSOCIATE = 3,
	VDP_DE_ASSOCIATE = 4
};

/* The status of a request; that of a response is enum dimp_vdp_status, always with ACK, and an
 * error. */
enum vdp_hint {
	VDP_MIGRATES_TO = 0x10, /* the M bit: its user is migrating, to here */
	VDP_SUSPENDED = 0x20 /* the S bit: its user is suspended, to migrate from here */
};

enum vdp_error {
	VDP_SUCCESS = 0,
	VDP_INVALID_FORMAT = 1,
	VDP_NO_RESOURCES = 2,
	VDP_NO_MANAGER = 3, /* the VSI manager cannot be reached */
	VDP_OTHER = 4,
	VDP_INVALID_FILTER = 5 /* VID, group or MAC address */
};

enum vdp_id_format {
	VDP_ID_IPV4 = 1,
	VDP_ID_IPV6 = 2,
	VDP_ID_MAC = 3,
	VDP_ID_LOCAL = 4,
	VDP_ID_UUID = 5
};

enum vdp_filter_format {
	VDP_FILTER_VID = 1,
	VDP_FILTER_MAC_VID = 2,
	VDP_FILTER_GROUP_VID = 3,
	VDP_FILTER_GROUP_MAC_VID = 4
};

enum {
	VDP_MANAGER_SIZE = 16,
	VDP_TLV_MAX = 511, /* 9 bits of length */
	VDP_FILTERS_MAX = 243, /* of the shortest format, in one TLV */
	VDP_PDU_MAX = 2 + VDP_MANAGER_SIZE + 2 + VDP_TLV_MAX /* of vdp_write() */
};

struct vdp_filter {
	bool has_priority;
	uint8_t priority; /* 3 bits; kept also where it does not count */
	uint16_t vlan; /* 12 bits; 0: the bridge assigns it */
	struct dimp_mac mac; /* formats with MAC */
	uint32_t group; /* formats with group */
};

struct vdp_tlv {
	enum vdp_kind kind;
	uint8_t status;
	struct dimp_vsi vsi; /* manager id, type, version, id format and id */
	enum vdp_filter_format format;
	uint16_t filter_count;
	struct vdp_filter filters[VDP_FILTERS_MAX];
};

/* A PDU that was read: its manager id, and the TLVs that were not taken yet. */
struct vdp_pdu {
	uint8_t manager[VDP_MANAGER_SIZE];
	struct dimp_view rest; /* borrowed */
};

/*
 * Reads what ECP carried: a manager id, then TLVs until the END TLV (what follows it is padding) or
 * the end of the octets.  False when anything in it is cut short, has a wrong length or an unknown
 * format, or when there is no VSI in it.  TLVs of organisations and unknown ones are passed over.
 */
bool vdp_read(struct dimp_view octets, struct vdp_pdu *pdu);
/* The PDU's next VSI; false when there is none. */
bool vdp_next(struct vdp_pdu *pdu, struct vdp_tlv *tlv);

/* Whether |status| is of a response that says yes: ACK alone. */
bool vdp_is_taken(uint8_t status);

/* Writes a PDU with this one VSI, without END TLV; its size, 0 when |capacity| is too small or the
 * filters do not fit a TLV. */
size_t vdp_write(const struct vdp_tlv *tlv, uint8_t *octets, size_t capacity);

#endif
