/* SPDX-License-Identifier: MIT */
/* What an association sends. */
#ifndef DIMP_OUTBOUND_H
#define DIMP_OUTBOUND_H

#include "association.h"

/* The probe timer fired: the oldest messages go again, or a PING, whatever the window says. */
void outbound_probe(struct association *association);

#endif
