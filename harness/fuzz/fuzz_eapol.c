/* SPDX-License-Identifier: MIT */
/* Any octets as EAPOL, and what is in it as EAP: what is read is written again as it was. */
#include <string.h>

#include "fuzz/require.h"
#include "net/eapol.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	static uint8_t written[1 << 16];
	struct eapol_packet packet;
	struct eap_packet eap;

	if (!eapol_read(view, &packet))
		return 0;
	const size_t packet_size = eapol_write(&packet, written, sizeof written);
	require(packet_size != 0);
	require(packet_size <= size);
	require(memcmp(written, octets, packet_size) == 0);
	if (!eap_read(packet.body, &eap))
		return 0;
	const size_t eap_size = eap_write(&eap, written, sizeof written);
	require(eap_size <= packet.body.size);
	require(memcmp(written, packet.body.octets, eap_size) == 0);
	return 0;
}
