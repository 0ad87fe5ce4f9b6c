/* SPDX-License-Identifier: MIT */
/* CUnit under a run: a suite for each clause, a test for each case. */
#ifndef CONFORMANCE_CUNIT_FRAME_H
#define CONFORMANCE_CUNIT_FRAME_H

#include "conform_run.h"

enum run_order { RUN_IN_ORDER, RUN_SHUFFLED };

/* Runs all cases of run->results, shuffled by run->seed if so ordered; false when CUnit cannot. */
bool cunit_frame_run(struct conform_run *run, enum run_order order);

#endif
