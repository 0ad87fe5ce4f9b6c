/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns what is known of PDUs by their place among others.
 */
#include "pdu_track.h"

void pdu_track_register(int protocol G_GNUC_UNUSED)
{
}

void pdu_track_initiation(struct dissection *dissection G_GNUC_UNUSED, int end G_GNUC_UNUSED)
{
}

void pdu_track_reply(struct dissection *dissection G_GNUC_UNUSED, int end G_GNUC_UNUSED)
{
}

void pdu_track_protected(struct dissection *dissection G_GNUC_UNUSED,
	gboolean is_opened G_GNUC_UNUSED)
{
}
