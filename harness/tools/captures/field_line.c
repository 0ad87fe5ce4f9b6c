/* SPDX-License-Identifier: MIT */
/* Numbers are written in decimal, octets in hexadecimal behind 0x. */
#include "field_line.h"

#include <inttypes.h>
#include <stdio.h>

void field_line_number(struct layer layer, const char *field, uint64_t value)
{
	printf("%" PRIu64 "\t%s\t%s\t%" PRIu64 "\n", layer.number, layer.name, field, value);
}

void field_line_octets(struct layer layer, const char *field, struct dimp_view octets)
{
	printf("%" PRIu64 "\t%s\t%s\t0x", layer.number, layer.name, field);
	for (size_t i = 0; i < octets.size; i++)
		printf("%02x", octets.octets[i]);
	printf("\n");
}

void field_line_mac(struct layer layer, const char *field, const struct dimp_mac *mac)
{
	field_line_octets(layer, field, (struct dimp_view){mac->octets, sizeof mac->octets});
}

void field_line_ipv4(struct layer layer, const char *field, const struct dimp_ipv4 *address)
{
	field_line_octets(layer, field,
		(struct dimp_view){address->octets, sizeof address->octets});
}

/* An address of |size| octets, of those that group messages have. */
void field_line_group(struct layer layer, const char *field, const struct dimp_ip *address,
	size_t size)
{
	field_line_octets(layer, field,
		(struct dimp_view){address->octets + sizeof address->octets - size, size});
}

void field_line_refusal(struct layer layer, const char *reason)
{
	printf("%" PRIu64 "\t%s\t!\t%s\n", layer.number, layer.name, reason);
}
