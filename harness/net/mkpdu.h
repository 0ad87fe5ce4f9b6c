/* SPDX-License-Identifier: MIT */
/*
 * MKPDUs (IEEE 802.1X-2020 11.11): the parameter sets of MACsec Key Agreement.  Reading and writing
 * are of octets alone; check value and wrapped keys are for whoever has the keys.
 */
#ifndef NET_MKPDU_H
#define NET_MKPDU_H

#include "dimp.h"

enum {
	MKPDU_PEERS_MAX = 32,
	MKPDU_ICV_SIZE = 16,
	MKPDU_NAME_MAX = 32,
	MKPDU_WRAPPED_MAX = 40,
	MKPDU_DOMAIN_MAX = 253,
	MKPDU_WRAPPED_CAK_SIZE = 24,
	MKPDU_SIZE_MAX = 1500
};

/* The default cipher suite, which a distributed SAK need not name. */
#define MKPDU_GCM_AES_128 0x0080c20001000001u

struct mkpdu_member {
	uint8_t octets[12];
};

struct mkpdu_peer {
	struct mkpdu_member member;
	uint32_t message_number;
};

/* Who made a SAK and its number: what identifies a key. */
struct mkpdu_key {
	struct mkpdu_member server;
	uint32_t number;
};

/* How a participant uses a SAK. */
struct mkpdu_use {
	uint8_t association_number;
	bool is_transmitting, is_receiving;
	struct mkpdu_key key;
	uint64_t lowest_pn; /* its upper half is that of the XPN set */
};

struct mkpdu_distributed_sak {
	uint8_t association_number;
	uint8_t confidentiality; /* 0: integrity only; 1, 2, 3: offset 0, 30, 50 */
	uint32_t key_number;
	uint64_t cipher_suite;
	struct dimp_view wrapped; /* borrowed */
};

/* The CAK of a group, wrapped; both are borrowed. */
struct mkpdu_distributed_cak {
	struct dimp_view wrapped, name;
};

struct mkpdu {
	uint8_t version, priority;
	bool is_key_server, is_macsec_desired;
	uint8_t capability;
	struct dimp_sci sci;
	struct mkpdu_member member;
	uint32_t message_number;
	uint32_t algorithm;
	struct dimp_view key_name; /* CKN, borrowed */
	struct mkpdu_peer live[MKPDU_PEERS_MAX];
	size_t live_count;
	uint8_t server_ssci; /* with an XPN SAK, version 3: live peers stand in order of SSCIs; else
				0 */
	struct mkpdu_peer potential[MKPDU_PEERS_MAX];
	size_t potential_count;
	bool has_use, is_delay_protecting;
	bool is_plain_transmitting, is_plain_receiving;
	struct mkpdu_use latest, old;
	bool has_distributed;
	bool is_plain_ordered; /* the key server's word that there is to be no MACsec */
	struct mkpdu_distributed_sak distributed;
	bool has_distributed_cak;
	struct mkpdu_distributed_cak distributed_cak;
	struct dimp_view domain; /* of key management, text, borrowed; empty for none */
	struct dimp_view announcement; /* its TLVs, borrowed; empty for none */
	bool has_extended; /* an XPN set */
	uint8_t suspension_s; /* for how long MKA is, or is to be, suspended */
	struct dimp_view covered; /* the EAPOL octets before the ICV, borrowed */
	struct dimp_view icv; /* borrowed */
};

/*
 * Reads an EAPOL packet of type MKA, from the EAPOL header on.  False when it is cut short, a set
 * runs past the end or has an impossible length, or the first is not the basic set.  Sets that are
 * not known are passed over; peers beyond MKPDU_PEERS_MAX too.
 */
bool mkpdu_read(struct dimp_view eapol, struct mkpdu *mkpdu);

/*
 * Writes the EAPOL packet up to the ICV, for which MKPDU_ICV_SIZE octets are to follow; its length
 * field counts them.  The size, 0 when |capacity| is too small.
 */
size_t mkpdu_write(const struct mkpdu *mkpdu, uint8_t *octets, size_t capacity);

/* Whether |member| is among the live peers of |mkpdu|. */
bool mkpdu_has_live_peer(const struct mkpdu *mkpdu, const struct mkpdu_member *member);

bool mkpdu_is_same_key(const struct mkpdu_key *one, const struct mkpdu_key *other);

#endif
