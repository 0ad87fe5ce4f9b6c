/* SPDX-License-Identifier: MIT */
/* Any octets as a DHCP message: what is read is written and reads the same. */
#include <string.h>

#include "fuzz/require.h"
#include "net/dhcp4.h"
#include "net/relay_information.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct dimp_view view = {octets, size};
	uint8_t written[1024];
	struct dhcp4_message message, again;
	struct relay_information information;

	(void)relay_information_read(view, &information);
	if (!dhcp4_read(view, &message) || message.kind == DHCP4_NONE)
		return 0;
	const size_t written_size = dhcp4_write(&message, written, sizeof written);
	require(written_size != 0);
	require(dhcp4_read((struct dimp_view){written, written_size}, &again));
	require(again.kind == message.kind);
	require(again.transaction == message.transaction);
	require(again.has_lease == message.has_lease);
	require(again.lease_s == message.lease_s);
	require(memcmp(&again.server, &message.server, sizeof again.server) == 0);
	return 0;
}
