/* SPDX-License-Identifier: MIT */
/*
 * What a VM says by EAPOL, as a frame.
 */
#ifndef UNIT_MADE_EAPOL_H
#define UNIT_MADE_EAPOL_H

#include "dimp.h"

enum { MADE_EAPOL_MAX = 160 };

/* Writes the frame of an EAPOL packet of |type| from |vm|; its size. */
size_t made_eapol(const struct dimp_mac *vm, uint8_t type, struct dimp_view body,
	uint8_t octets[MADE_EAPOL_MAX]);

#endif
