/* SPDX-License-Identifier: MIT */
/* Any octets as a hello in IPv4 and in IPv6, the checksum mended: nothing but a verdict comes of
 * it. */
#include <string.h>

#include "fuzz/require.h"
#include "net/router_hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static void mend(uint8_t *message, uint16_t checksum)
{
	message[2] = (uint8_t)(checksum >> 8);
	message[3] = (uint8_t)checksum;
}

/* The first octet is the protocol. */
int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static uint8_t message[1 << 16];
	struct router_hello hello;

	if (size < 5 || size > sizeof message)
		return 0;
	memcpy(message, octets + 1, size - 1);
	const struct dimp_view payload = {message, size - 1};
	const struct ipv4_packet ipv4 = {.source = {{10, 0, 0, 1}},
		.time_to_live = 1,
		.protocol = octets[0],
		.payload = payload};
	const struct ipv6_packet ipv6 = {.source = {{0xfe, 0x80, [15] = 1}},
		.hop_limit = 1,
		.protocol = octets[0],
		.payload = payload};
	mend(message, 0);
	mend(message, internet_checksum(&payload, 1));
	const enum packet_verdict verdict = router_hello_read4(&ipv4, &hello);
	require(verdict == PACKET_WHOLE || verdict == PACKET_MALFORMED ||
		verdict == PACKET_FRAGMENT);
	require(verdict != PACKET_WHOLE || router_hello_is_in4(&ipv4));
	mend(message, 0);
	mend(message, ipv6_checksum(&ipv6, payload));
	require(router_hello_read6(&ipv6, &hello) != PACKET_WHOLE || router_hello_is_in6(&ipv6));
	return 0;
}
