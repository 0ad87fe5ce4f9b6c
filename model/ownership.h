/* SPDX-License-Identifier: MIT */
/*
 * Who owns a VSI's DI, among bridges: answers to WHO-HAS, announcements, and who yields (DIMP 9.8).
 */
#ifndef DIMP_OWNERSHIP_H
#define DIMP_OWNERSHIP_H

#include "speaker.h"

/* WHO-HAS from another bridge. */
void ownership_answer(struct dimp_speaker *speaker, const struct machine_input *input);

/* An I-HAVE that nobody asked for: the owner of the lower rank yields. */
void ownership_settle(struct dimp_speaker *speaker, const struct machine_input *input);

/* Tells all bridges that this one owns the VSI in |slot|, now and when one of them comes back. */
void ownership_announce(struct dimp_speaker *speaker, dimp_vsi_index slot, struct dimp_time now);

/* An association with |peer| is up: what was announced is announced to it. */
void ownership_announce_to(struct dimp_speaker *speaker, dimp_peer peer, struct dimp_time now);

#endif
