/* SPDX-License-Identifier: MIT */
/* The library's speaker in this process as the subject of a drill. */
#ifndef SCRIPT_DRILL_MODEL_H
#define SCRIPT_DRILL_MODEL_H

#include "script/drill_subject.h"

/* A subject; NULL user without memory. */
struct drill_subject drill_model_create(void);
void drill_model_destroy(struct drill_subject subject);

#endif
