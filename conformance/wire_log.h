/* SPDX-License-Identifier: MIT */
/* What passed on the wires of a case, and the keys that open it: evidence, should it fail. */
#ifndef CONFORMANCE_WIRE_LOG_H
#define CONFORMANCE_WIRE_LOG_H

#include "script/drill_world.h"

struct wire_log;

/* NULL without memory. */
struct wire_log *wire_log_create(void);
void wire_log_destroy(struct wire_log *log);

/* Forgets what was recorded. */
void wire_log_clear(struct wire_log *log);

/* What is given to the run of a drill. */
const struct drill_tap *wire_log_tap(const struct wire_log *log);

/* Write it as a capture and as a key log; false with errno. */
bool wire_log_write_capture(const struct wire_log *log, const char *path);
bool wire_log_write_keys(const struct wire_log *log, const char *path);

#endif
