/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a PDU is among others: the same one recorded elsewhere, a replay, an answer, acknowledged.
 * Found out when its frame is first dissected, and kept with the frame.
 */
#ifndef DISSECTOR_PDU_TRACK_H
#define DISSECTOR_PDU_TRACK_H

#include "dissection.h"
#include "exchange_track.h"
#include "field_view.h"

struct sent_pdu;
struct key_set;

/* What is known of a PROTECTED PDU's seal. */
enum seal_state { SEAL_NO_KEY, SEAL_RIGHT, SEAL_WRONG, SEAL_SLICED };

/* What is kept with a frame about its PDU. */
struct pdu_note {
	guint32 association; /* pairs of speakers, counted from 1 */
	gboolean has_round_trip; /* of an ACK: since the largest packet number was sent */
	nstime_t round_trip;
	guint32 copy_of; /* frame in which the same PDU was recorded first, 0: this one */
	gboolean is_replay;
	gboolean is_old;
	gboolean is_number_reused;
	gboolean is_lonely_reply;
	gboolean is_unconfirmed; /* the keys, when their responder sent this */
	gboolean is_unsent; /* what the ACK names */
	gboolean is_stamp_stale;
	gboolean is_key_changed;
	struct exchange *asked; /* of handshake PDUs */
	struct exchange *answered;
	struct sent_pdu *sent; /* of PROTECTED ones */
	struct key_set *keys;
	wmem_array_t *messages; /* of struct message_note pointers */
};

void pdu_track_register(int protocol);

/* Tell of the PDU at hand, and add what is known of it to dissection->tree. */
void pdu_track_initiation(struct dissection *dissection, int end);
void pdu_track_reply(struct dissection *dissection, int end);
void pdu_track_protected(struct dissection *dissection, enum seal_state state);

/* Adds what the largest number of the ACK at hand shows: the round trip; or that it was not sent.
 */
void pdu_track_largest(struct dissection *dissection, const struct field_value *largest);

/* An ACK in the PDU at hand: packet numbers from |lowest| to |highest| have arrived. */
void pdu_track_acknowledged(struct dissection *dissection, guint64 lowest, guint64 highest);

#endif
