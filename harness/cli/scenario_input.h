/* SPDX-License-Identifier: MIT */
/* Reading a scenario for a verb: its errors are printed. */
#ifndef CLI_SCENARIO_INPUT_H
#define CLI_SCENARIO_INPUT_H

#include "scenario/scenario_reader.h"

/* The scenario, or NULL after its errors were printed to standard error. */
struct scenario *scenario_input_read(const struct scenario_source *source);

/* Prints the errors of the scenario at |path| to standard error. */
void scenario_input_complain(const char *path, const struct scenario_errors *errors);

#endif
