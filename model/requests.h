/* SPDX-License-Identifier: MIT */
/*
 * The requests at a bridge: whose they are, which place they get, and the commands that follow.
 */
#ifndef DIMP_REQUESTS_H
#define DIMP_REQUESTS_H

#include "speaker.h"

/* A REQUEST from a station. */
void requests_take(struct dimp_speaker *speaker, const struct machine_input *input);

/* CUTOVER, PROCEED or CANCEL from the station that asked; kept when it overtook its REQUEST. */
void requests_command(struct dimp_speaker *speaker, const struct machine_input *input);

#endif
