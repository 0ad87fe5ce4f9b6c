/* SPDX-License-Identifier: MIT */
/*
 * What a scenario need not say: addresses, identifiers and keys derived from a name and the seed.
 */
#ifndef SCENARIO_WORLD_NAMES_H
#define SCENARIO_WORLD_NAMES_H

#include "dimp.h"

/* 64 bits of |name| and |seed|. */
uint64_t world_names_hash(uint64_t seed, const char *name);

/* A locally administered address. */
struct dimp_mac world_names_mac(uint64_t seed, const char *name);

/* The VSI of the VM called |name|: a UUID under one manager, type 5 version 1 (IEEE 802.1Q 41.2).
 */
struct dimp_vsi world_names_vsi(uint64_t seed, const char *name);

/* The address of the VM with this number in |vlan|: 10.V.N.N. */
struct dimp_ip world_names_address(uint16_t vlan, unsigned number);

#endif
