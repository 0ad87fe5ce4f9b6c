/* SPDX-License-Identifier: MIT */
/*
 * Tickets in drills (DIMP 9.7): managers have names, from which their keys follow, and sign what a
 * line says.
 */
#ifndef SCRIPT_DRILL_TICKET_H
#define SCRIPT_DRILL_TICKET_H

#include "actors/vsi_manager.h"
#include "script/drill_run.h"

/* The manager called |name|; false when no key can be made.  To be wiped. */
bool drill_ticket_manager(const char *name, struct vsi_manager *manager);

/* ticket NAME MANAGER field=value ... {filter ...}: $NAME becomes the ticket in hex. */
bool drill_ticket_line(struct drill_run *run);

#endif
