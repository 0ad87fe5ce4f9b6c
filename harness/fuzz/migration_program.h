/* SPDX-License-Identifier: MIT */
/*
 * A program of octets for two bridges and a station with true associations: what users ask and
 * hosts answer, time, and a network that loses, doubles, reorders, damages, replays and forges
 * PDUs, and peers that lie under a true seal.
 *
 * A step is four octets: what, two of detail, and how many octets follow that are said.
 */
#ifndef FUZZ_MIGRATION_PROGRAM_H
#define FUZZ_MIGRATION_PROGRAM_H

#include "dimp.h"
#include "fuzz/step_mutator.h"

extern const struct step_format migration_program_format;

/* Runs it from the beginning of the world until all has ended; aborts where that goes wrong. */
void migration_program_run(struct dimp_view program);

#endif
