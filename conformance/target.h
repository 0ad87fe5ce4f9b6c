/* SPDX-License-Identifier: MIT */
/* The implementation under test, whatever it is behind: model, so:FILE, shim:COMMAND and so on. */
#ifndef CONFORMANCE_TARGET_H
#define CONFORMANCE_TARGET_H

#include <stdio.h>

#include "pics.h"
#include "script/drill_subject.h"

enum { TARGET_TEXT_SIZE = 512 };

struct conform_target {
	char text[TARGET_TEXT_SIZE]; /* as --target has it */
	struct drill_subject subject;
	/* Whether it says that it can do this; NULL: it cannot be asked. */
	enum pics_answer (*claims)(void *user, const char *capability);
	void (*destroy)(struct conform_target *target);
};

/* Opens what |text| names; false, with the reason in |complaints|.  An answer that takes longer
 * than |timeout_ms| is a hang. */
bool conform_target_open(struct conform_target *target, const char *text, uint64_t timeout_ms,
	FILE *complaints);
void conform_target_close(struct conform_target *target);

#endif
