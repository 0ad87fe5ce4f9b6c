/* SPDX-License-Identifier: MIT */
/* The option --engine, alike for all verbs that have it. */
#ifndef CLI_ENGINE_OPTION_H
#define CLI_ENGINE_OPTION_H

#include "engine/engine_choice.h"

#define ENGINE_OPTION_TEXT "what simulates: native (the default), ns3, or ns3:SCHEDULER"

/* What the argument (NULL: none was given) of |verb|'s option says.  OPTIONS_GO_ON, or an exit code
 * after it was complained of: no such engine, or ns-3 is not here. */
int engine_option_read(const char *verb, const char *argument, struct engine_choice *choice);

#endif
