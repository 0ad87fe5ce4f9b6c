/* SPDX-License-Identifier: MIT */
/*
 * The way of DI from one table to another as one would make it without this library: structs in a
 * hash table, msgpack-c, libcrypto, SipHash over what is sent.
 */
#ifndef DIMP_STRUCT_PATH_H
#define DIMP_STRUCT_PATH_H

#include "dimp.h"

struct struct_path;

struct struct_path *struct_path_create(const struct dimp_record *records, size_t count);
void struct_path_destroy(struct struct_path *path);
size_t struct_path_entries(const struct struct_path *path);

/* Encodes, seals, opens, decodes, puts into the other table, digests. */
void struct_path_run(struct struct_path *path);

/* Empties the destination's table. */
void struct_path_reset(struct struct_path *path);

#endif
