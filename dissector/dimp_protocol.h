/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DIMP as Wireshark knows it: its names, preferences, and where it is found.
 */
#ifndef DISSECTOR_DIMP_PROTOCOL_H
#define DISSECTOR_DIMP_PROTOCOL_H

/* Called by Wireshark once each, in this order. */
void dimp_protocol_register(void);
void dimp_protocol_hand_off(void);

#endif
