/* SPDX-License-Identifier: MIT */
/* The files of a scenario, as trees. */
#ifndef SCENARIO_SCENARIO_FILES_H
#define SCENARIO_SCENARIO_FILES_H

#include "scenario/scenario_draft.h"
#include "scenario/scenario_reader.h"

/* Reads the source and what it includes into the draft's trees; no tree when the source cannot be
 * read. */
void scenario_files_read(struct scenario_draft *draft, const struct scenario_source *source);

#endif
