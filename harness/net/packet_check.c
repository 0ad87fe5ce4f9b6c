/* SPDX-License-Identifier: MIT */
/* The sum runs over the parts as over one, so that a pseudo header need not be copied before data.
 */
#include "net/packet_check.h"

uint16_t internet_checksum(const struct dimp_view *parts, size_t count)
{
	uint64_t sum = 0;
	bool is_low = false;

	for (size_t part = 0; part < count; part++) {
		for (size_t i = 0; i < parts[part].size; i++) {
			const uint64_t octet = parts[part].octets[i];
			sum += is_low ? octet : octet << 8;
			is_low = !is_low;
		}
	}
	while (sum > UINT16_MAX)
		sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)~sum;
}
