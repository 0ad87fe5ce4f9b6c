/* SPDX-License-Identifier: MIT */
/* What arrives for an association. */
#ifndef DIMP_INBOUND_H
#define DIMP_INBOUND_H

#include "association.h"

/* Acts on every sent PDU whose fate loss detection has decided. */
void inbound_settle(struct association *association, struct dimp_time now);

#endif
