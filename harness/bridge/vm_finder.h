/* SPDX-License-Identifier: MIT */
/*
 * Finds the VMs of a bridge by an address: in a time that does not grow with how many there are.
 */
#ifndef BRIDGE_VM_FINDER_H
#define BRIDGE_VM_FINDER_H

#include <limits.h>

#include "dimp.h"

#define VM_FINDER_NONE UINT_MAX

struct vm_finder;

/* For slots below |slots_max|; NULL without memory. */
struct vm_finder *vm_finder_create(unsigned slots_max);
void vm_finder_destroy(struct vm_finder *finder); /* NULL is fine */

/* The VM of |slot|, where none was, has this address; and it is gone. */
void vm_finder_add(struct vm_finder *finder, unsigned slot, const struct dimp_mac *mac);
void vm_finder_remove(struct vm_finder *finder, unsigned slot, const struct dimp_mac *mac);
/* Slots that may have the address, all that have it among them, lowest first: the first one after
 * VM_FINDER_NONE, then each after the one before; VM_FINDER_NONE at the end. */
unsigned vm_finder_next(const struct vm_finder *finder, const struct dimp_mac *mac, unsigned after);

#endif
