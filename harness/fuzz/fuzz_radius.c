/* SPDX-License-Identifier: MIT */
/*
 * Any octets as a RADIUS packet: what is read is whole, its attributes written again are the same
 * octets, and only what was sealed is believed.
 */
#include <string.h>

#include "fuzz/require.h"
#include "net/radius_seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static const struct dimp_view secret = {(const uint8_t *)"secret", 6};

/* Every attribute, through whatever looks into one. */
static size_t write_again(const struct radius_packet *packet, uint8_t *octets, size_t capacity)
{
	struct octet_writer writer = octet_writer_of(octets, capacity);
	struct dimp_view rest = packet->attributes, text;
	struct radius_attribute attribute;
	struct dimp_mac mac;

	radius_begin(&writer, (enum radius_code)packet->code, packet->identifier);
	while (radius_next(&rest, &attribute)) {
		radius_add(&writer, attribute.type, attribute.value);
		(void)radius_read_station(attribute.value, &mac);
		if (radius_cisco_pair(&attribute, &text))
			require(text.size <= attribute.value.size);
	}
	return radius_finish(&writer, packet->authenticator);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static uint8_t written[RADIUS_SIZE_MAX], joined[RADIUS_SIZE_MAX];
	static const uint8_t asked[RADIUS_AUTHENTICATOR_SIZE];
	struct radius_packet packet, again;

	if (!radius_read((struct dimp_view){octets, size}, &packet))
		return 0;
	require(write_again(&packet, written, sizeof written) == packet.octets.size);
	require(memcmp(written, octets, packet.octets.size) == 0);
	(void)radius_join(&packet, RADIUS_EAP_MESSAGE, joined, sizeof joined);
	require(!radius_response_is_authentic(&packet, asked, secret));
	if (!radius_seal_response(written, packet.octets.size, asked, secret))
		return 0;
	require(radius_read((struct dimp_view){written, packet.octets.size}, &again));
	struct dimp_view value;
	const bool has_eap = radius_find(&again, RADIUS_EAP_MESSAGE, &value);
	const bool is_marked = radius_find(&again, RADIUS_MESSAGE_AUTHENTICATOR, &value);
	require(radius_response_is_authentic(&again, asked, secret) == (is_marked || !has_eap));
	return 0;
}
