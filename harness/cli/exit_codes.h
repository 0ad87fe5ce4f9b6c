/* SPDX-License-Identifier: MIT */
/* The exit codes of every verb, as enum: EXIT_CODE_WELL and so on (exit_codes.def). */
#ifndef CLI_EXIT_CODES_H
#define CLI_EXIT_CODES_H

enum exit_code {
#define EXIT_CODE(name, number, text) EXIT_CODE_##name = (number),
#include "cli/exit_codes.def"
#undef EXIT_CODE
};

#endif
