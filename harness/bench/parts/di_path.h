/* SPDX-License-Identifier: MIT */
/*
 * The way of DI from one table to another, in memory: what a source and a destination do with the
 * records of one VSI, a step after the other, with the model's own functions and real crypto.
 */
#ifndef DIMP_DI_PATH_H
#define DIMP_DI_PATH_H

#include "dimp.h"

struct di_path;

/* A path for |count| records, whose table is full of what |records| says. */
struct di_path *di_path_create(const struct dimp_record *records, size_t count);
void di_path_destroy(struct di_path *path);

/* How many entries the table has, records being about the same entry at times; their octets. */
size_t di_path_entries(const struct di_path *path);
size_t di_path_octets(const struct di_path *path);

/* From the table into PDUs, as a round does. */
void di_path_export(struct di_path *path);
void di_path_seal(struct di_path *path);
void di_path_open(struct di_path *path);
/* Each record that was opened into a struct, with all checks. */
void di_path_decode(struct di_path *path);
/* Each into the destination's table, which decodes it to check it. */
void di_path_stage(struct di_path *path);
void di_path_digest(struct di_path *path);
/* Finds each entry of the destination's table by its key. */
void di_path_look_up(struct di_path *path);
void di_path_cut_over(struct di_path *path);

/* Forgets what the destination has, for another time. */
void di_path_reset(struct di_path *path);

#endif
