/* SPDX-License-Identifier: MIT */
/* What a destination does with DATA and ROUND-END (DIMP 9.2-6). */
#ifndef DIMP_DESTINATION_COPYING_H
#define DIMP_DESTINATION_COPYING_H

#include "destination.h"

/* Stages the records of a DATA that did not come before.  The error of a record of a required DI
 * type that could not be staged; of optional ones it is noted for the RESPONSE. */
DIMP_MUST_USE enum dimp_error destination_take_data(struct destination *destination,
	const struct machine_input *input);

/* Keeps the newest ROUND-END. */
void destination_take_round_end(struct destination *destination, const struct machine_input *input);

#endif
