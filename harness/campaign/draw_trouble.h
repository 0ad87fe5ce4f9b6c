/* SPDX-License-Identifier: MIT */
/* The part of a draw that goes wrong by itself or by order: links, nodes, VMs; at a time, or in the
 * midst of a move, when a machine comes to a state. */
#ifndef CAMPAIGN_DRAW_TROUBLE_H
#define CAMPAIGN_DRAW_TROUBLE_H

#include "campaign/draw.h"
#include "engine/random_stream.h"

/* Draws it, when bridges, VMs and moves are drawn. */
void draw_trouble_make(struct draw *draw, struct random_stream *random);

/* Cuts links off for long, each when a copy is staged or the cut-over has begun somewhere. */
void draw_trouble_cut_off(struct draw *draw, struct random_stream *random);

/* How many states can be waited for. */
unsigned draw_trouble_states(void);

/* Whether any is left. */
bool draw_trouble_is_any(const struct draw *draw);

/* Its faults, a line each. */
void draw_trouble_write(const struct draw *draw, FILE *stream);

/* ", when: {...}", or nothing. */
void draw_trouble_write_tie(const struct draw_tie *tie, FILE *stream);

#endif
