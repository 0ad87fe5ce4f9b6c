/* SPDX-License-Identifier: MIT */
/* What is text in UTF-8 (RFC 3629). */
#ifndef NET_UTF8_H
#define NET_UTF8_H

#include "dimp.h"

/* Whether the octets are whole characters. */
bool utf8_is_text(struct dimp_view octets);
/* Copies what is text and not empty and fits; leaves |text| empty otherwise. */
void utf8_take(struct dimp_view octets, struct dimp_text253 *text);

#endif
