/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one PDU's dissection passes from function to function. It lives on the stack of the entry
 * point: nothing about a packet is kept in a static.
 */
#ifndef DISSECTOR_DISSECTION_H
#define DISSECTOR_DISSECTION_H

#include "registry.h"
#include "wireshark_api.h"

struct pdu_note;
struct tap_record;

/* The 16 octets in front (DIMP 4.1), as far as they are there. */
struct pdu_header {
	guint version;
	guint kind;
	guint size;
	guint32 receiver_index;
	guint64 packet_number;
};

struct dissection {
	packet_info *pinfo;
	tvbuff_t *tvb; /* the PDU's octets; while its payload is walked, the plaintext */
	proto_tree *tree; /* where the next item goes */
	proto_item *item; /* the PDU's own */
	struct pdu_header header;
	guint32 sender; /* as track_speaker() numbers them */
	guint32 receiver;
	struct pdu_note *note; /* what was found out about this PDU when it was first seen */
	enum dimp_error verdict; /* the first rule broken by the message or record at hand */
	gboolean is_dropped; /* no receiver takes the PDU: nothing follows from it */
	gboolean is_tracking; /* first seen: what it says is noted */
	guint message_index; /* of the message at hand in its payload */
	struct tap_record *tap; /* for statistics, NULL when nobody listens */
	wmem_array_t *rows; /* parameters of the message at hand, NULL for none */
	gboolean is_deleting; /* in a DELETE, whose zeros no rule of 6.1 holds for */
};

#endif
