/* SPDX-License-Identifier: MIT */
/* The part of a draw that is against the others: attackers on links, and speakers that lie. */
#ifndef CAMPAIGN_DRAW_MALICE_H
#define CAMPAIGN_DRAW_MALICE_H

#include "campaign/draw.h"
#include "engine/random_stream.h"

/* Draws it, when bridges are drawn. */
void draw_malice_make(struct draw *draw, struct random_stream *random);

/* Whether any is left. */
bool draw_malice_is_any(const struct draw *draw);

/* Its faults, a line each. */
void draw_malice_write(const struct draw *draw, FILE *stream);

#endif
