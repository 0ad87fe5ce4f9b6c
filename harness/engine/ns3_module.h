/* SPDX-License-Identifier: MIT */
/* Finds the module of the bindings for ns-3. */
#ifndef ENGINE_NS3_MODULE_H
#define ENGINE_NS3_MODULE_H

#include "engine/ns3/ns3_table.h"

/* Its table, which lasts as long as the process; NULL with |error| (a sentence) filled in, which
 * may be NULL. */
const struct ns3_table *ns3_module_load(char *error, size_t error_size);

#endif
