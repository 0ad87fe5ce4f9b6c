/* SPDX-License-Identifier: MIT */
/* The rows as a JSON schema (draft 7), for editors that complete and check YAML. */
#ifndef SCENARIO_KEY_SCHEMA_H
#define SCENARIO_KEY_SCHEMA_H

#include <stdbool.h>
#include <stdio.h>

/* Writes the schema; false without memory. */
bool key_schema_write(FILE *stream);

#endif
