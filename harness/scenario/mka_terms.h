/* SPDX-License-Identifier: MIT */
/* What a KaY is made with, by what a file says of MKA. */
#ifndef SCENARIO_MKA_TERMS_H
#define SCENARIO_MKA_TERMS_H

#include "scenario/scenario_clients.h"
#include "sources/kay.h"

/* Fills in |config| by |mka|; keys, SCI, priority and crypto are the caller's to fill in. */
void mka_terms_fill(const struct scenario_mka *mka, struct kay_config *config);

/* The SCI of |mac| with a port's number. */
struct dimp_sci mka_terms_sci(const struct dimp_mac *mac, unsigned port);

#endif
