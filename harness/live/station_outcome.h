/* SPDX-License-Identifier: MIT */
/* What came of a move, told to people and to scripts: result, why, and what to do (DIMP 9.5). */
#ifndef LIVE_STATION_OUTCOME_H
#define LIVE_STATION_OUTCOME_H

#include "dimp.h"

/* The exit code that tells a script what to do after |response|. */
int station_outcome_code(const struct dimp_response *response);

/* The same when a bridge has answered an ANNOUNCE with |error|. */
int station_outcome_announced(enum dimp_error error);

/* Prints the RESPONSE |message| to standard output: lines of text, or one JSON object. */
void station_outcome_print(const struct dimp_message *message, bool is_json);

#endif
