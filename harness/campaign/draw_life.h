/* SPDX-License-Identifier: MIT */
/* The part of a draw that lives beside DIMP: what VMs run, their memories, their servers. */
#ifndef CAMPAIGN_DRAW_LIFE_H
#define CAMPAIGN_DRAW_LIFE_H

#include "campaign/draw.h"
#include "engine/random_stream.h"

/* Draws it, when VMs and bridges are drawn. */
void draw_life_make(struct draw *draw, struct random_stream *random);

/* Has the VM protect its frames, with keys from MKA. */
void draw_life_give_keys(struct draw_vm *vm);

/* A bridge's server with its hypervisor, a line. */
void draw_life_write_station(const struct draw *draw, unsigned bridge, FILE *stream);
/* What clients talk to, as far as there are clients. */
void draw_life_write_servers(const struct draw *draw, FILE *stream);
/* What a VM runs and its memory: what follows its first keys. */
void draw_life_write_vm(const struct draw_vm *vm, FILE *stream);

#endif
