/* SPDX-License-Identifier: MIT */
/* DHCP's relay agent information, option 82 (RFC 3046): read, put into a message, and taken out. */
#ifndef NET_RELAY_INFORMATION_H
#define NET_RELAY_INFORMATION_H

#include "dimp.h"

struct relay_information {
	struct dimp_view circuit, remote; /* borrowed; sub-options 1 and 2, empty without */
};

/* Reads the option's value; false when a sub-option runs past its end. */
bool relay_information_read(struct dimp_view option, struct relay_information *information);

/*
 * Writes the DHCP |message| with |information| as its last option but END (RFC 3046 2.1); the size,
 * 0 when the message has the option already or is none, or |capacity| is too small.
 */
size_t relay_information_add(struct dimp_view message, const struct relay_information *information,
	uint8_t *octets, size_t capacity);
/* Writes the DHCP |message| without the option; the size, 0 when it has none, is no message, or
 * |capacity| is too small. */
size_t relay_information_strip(struct dimp_view message, uint8_t *octets, size_t capacity);

#endif
