/* SPDX-License-Identifier: MIT */
/* Lines of frame_fields: number, layer, field and value, with tabs between. */
#ifndef TOOLS_CAPTURES_FIELD_LINE_H
#define TOOLS_CAPTURES_FIELD_LINE_H

#include "dimp.h"

/* The frame and the layer that lines are printed for. */
struct layer {
	uint64_t number;
	const char *name;
};

void field_line_number(struct layer layer, const char *field, uint64_t value);
void field_line_octets(struct layer layer, const char *field, struct dimp_view octets);
void field_line_mac(struct layer layer, const char *field, const struct dimp_mac *mac);
void field_line_ipv4(struct layer layer, const char *field, const struct dimp_ipv4 *address);
void field_line_group(struct layer layer, const char *field, const struct dimp_ip *address,
	size_t size);
void field_line_refusal(struct layer layer, const char *reason);

#endif
