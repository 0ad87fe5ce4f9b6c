/* SPDX-License-Identifier: MIT */
/* Which frames of a run a capture holds: those that an expression of pcap-filter(7) lets through.
 */
#ifndef OBSERVE_FRAME_FILTER_H
#define OBSERVE_FRAME_FILTER_H

#include "dimp.h"

struct frame_filter;

struct frame_filter_rule {
	const char *expression; /* NULL: every frame */
	uint64_t frames_max; /* frames passed before none is any more; 0: no bound */
};

/* NULL with a sentence in |error| (of |error_size| octets) when the expression is none. */
struct frame_filter *frame_filter_create(const struct frame_filter_rule *rule, char *error,
	size_t error_size);

/* Whether |frame|, from the Ethernet header on, passes; it counts towards the bound if so. */
bool frame_filter_pass(struct frame_filter *filter, struct dimp_view frame);

/* NULL is fine. */
void frame_filter_destroy(struct frame_filter *filter);

#endif
