/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a PDU is among others: repeats, answers, replays.
 */
#ifndef DISSECTOR_PDU_TRACK_H
#define DISSECTOR_PDU_TRACK_H

#include "dissection.h"

void pdu_track_register(int protocol);
void pdu_track_initiation(struct dissection *dissection, int end);
void pdu_track_reply(struct dissection *dissection, int end);
void pdu_track_protected(struct dissection *dissection, gboolean is_opened);

#endif
