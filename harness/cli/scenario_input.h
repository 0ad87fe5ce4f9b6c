/* SPDX-License-Identifier: MIT */
/* Reading a scenario for a verb: its errors are printed. */
#ifndef CLI_SCENARIO_INPUT_H
#define CLI_SCENARIO_INPUT_H

#include "scenario/scenario_reader.h"

/* The scenario, or NULL after its errors were printed to standard error. */
struct scenario *scenario_input_read(const struct scenario_source *source);

#endif
