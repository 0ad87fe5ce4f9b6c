/* SPDX-License-Identifier: MIT */
/*
 * A KaY with one MKA participant (IEEE 802.1X-2020, clause 9): it finds its peers, elects the key
 * server, makes and distributes SAKs or takes those that are distributed, and puts them into use
 * and out of it.  What it knows is in the records of its place (MKA_PARTICIPANT, MKA_PEER,
 * MACSEC_SA) whenever a function returns, so that a KaY started over moved records goes on as the
 * same participant, without the CAK.
 *
 * Feed, expire, drain: kay_hear(), kay_expire() when kay_deadline() has come, then kay_transmit()
 * until it returns 0.
 */
#ifndef SOURCES_KAY_H
#define SOURCES_KAY_H

#include "sources/mka_keys.h"
#include "sources/source_packet.h"

enum { KAY_PEERS_MAX = 8, KAY_FRAME_MAX = 1024 };

struct kay_config {
	struct mka_keys keys; /* secret; copied.  Without a CKN it speaks only over moved records */
	struct dimp_sci sci; /* of a participant that begins here */
	uint8_t priority; /* to be key server; the lowest wins, 255 never does */
	enum dimp_direction transmits; /* what records call the SAs that this end sends with */
	uint64_t cipher_suite; /* of the SAKs it makes */
	uint8_t confidentiality; /* of those, as MKPDUs say it: 0 none; 1, 2, 3: offset 0, 30, 50 */
	enum dimp_macsec_capability capability; /* NONE: it takes part, and cannot protect */
	bool is_macsec_desired;
	bool is_delay_protecting; /* its own hellos come four times as often */
	bool is_suspending_on_request; /* as key server, when a peer asks for it */
	uint32_t replay_window;
	enum dimp_validate validate;
	uint64_t rekey_pn; /* a key server makes a new SAK when a number gets there */
	uint64_t first_pn; /* of a new SAK: 1 but in tests */
	const struct dimp_crypto *crypto; /* borrowed; its randomness */
};

/*
 * GCM-AES-128 with confidentiality, all offsets known, MACsec desired, strict, no window, rekey at
 * 0xc0000000, suspension when it is asked for; CAK, SCI and crypto are the caller's.
 */
void kay_config_default(struct kay_config *config);

struct kay;

/* Not yet started.  The place's store is borrowed for the KaY's life, its counters are not used.
 * NULL without memory. */
struct kay *kay_create(const struct kay_config *config, const struct source_place *place);
void kay_destroy(struct kay *kay); /* wiped; NULL is fine */

/*
 * The participant begins to speak: the one of the records, if there is one, else a new one.
 * Records whose latest key has no SA to transmit with were put into force at risk: a new
 * participant takes their place (DIMP 8.6-9).  Nothing is written yet.
 */
void kay_start(struct kay *kay, struct dimp_time now);
/* It falls silent and forgets all but its configuration; the records stay. */
void kay_stop(struct kay *kay);
bool kay_is_running(const struct kay *kay);

/* A frame from the link, whatever it is; nothing happens before kay_start(). */
void kay_hear(struct kay *kay, struct dimp_view frame, struct dimp_time now);
void kay_expire(struct kay *kay, struct dimp_time now);
struct dimp_time kay_deadline(const struct kay *kay);

/* Writes the MKPDU that is due as a frame, its number spent; its size, 0 when none is due. */
size_t kay_transmit(struct kay *kay, uint8_t octets[KAY_FRAME_MAX], struct dimp_time now);

/* One more MKPDU is due: the last before the participant moves (DIMP 8.6-5). */
void kay_conclude(struct kay *kay);

/*
 * Asks that no peer be given up for |seconds|, which is the key server's to grant; it grants its
 * own.  Only with extended packet numbers, which cannot run out meanwhile (9.18).
 */
void kay_suspend(struct kay *kay, uint8_t seconds, struct dimp_time now);

/* Whether a SAK is on its way into use: this end does not transmit with its latest yet. */
bool kay_is_rekeying(const struct kay *kay);

#endif
