/* SPDX-License-Identifier: MIT */
/* The rows as documentation. */
#ifndef SCENARIO_KEY_DOCS_H
#define SCENARIO_KEY_DOCS_H

#include <stdbool.h>
#include <stdio.h>

#include "scenario/key_rows.h"

/* Writes a section with a table for each block: those of docs/SCENARIOS.md. */
void key_docs_write_markdown(FILE *stream);

/* Writes the same as mdoc lists: those of dimp-scenario.5. */
void key_docs_write_mdoc(FILE *stream);

/* The same of one block. */
void key_docs_write_markdown_block(const struct key_block *block, FILE *stream);
void key_docs_write_mdoc_block(const struct key_block *block, FILE *stream);

/* Writes, as plain text, the blocks and keys called |name|; false when there are none. */
bool key_docs_explain(const char *name, FILE *stream);

/* The block or key that |name| may have been meant for; NULL if none is near. */
const char *key_docs_nearest(const char *name);

#endif
