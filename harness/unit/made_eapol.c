/* SPDX-License-Identifier: MIT */
/* The writers of the harness, one around the other. */
#include "made_eapol.h"

#include "net/eapol.h"
#include "net/ethernet.h"

size_t made_eapol(const struct dimp_mac *vm, uint8_t type, struct dimp_view body,
	uint8_t octets[MADE_EAPOL_MAX])
{
	uint8_t packet[MADE_EAPOL_MAX];
	const struct eapol_packet eapol = {2, type, body};
	const struct ethernet_frame frame = {.destination = {{0x01, 0x80, 0xc2, 0, 0, 3}},
		.source = *vm,
		.type = ETHERTYPE_EAPOL,
		.payload = {packet, eapol_write(&eapol, packet, sizeof packet)}};

	return ethernet_write(&frame, octets, MADE_EAPOL_MAX);
}
