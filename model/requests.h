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

/* CUTOVER, PROCEED or CANCEL by the bridge's own host, for one of its own requests. */
DIMP_MUST_USE enum dimp_error requests_order(struct dimp_speaker *speaker, uint64_t request,
	enum dimp_message_kind kind, struct dimp_time now);

/* The host's own request, whose id is filled in; TABLE_FULL when there is no place for it. */
DIMP_MUST_USE enum dimp_error requests_pull(struct dimp_speaker *speaker,
	struct dimp_message *request, struct dimp_time now);

/* NOTIFY from another bridge: a staged migration from there, unless the move is known here. */
void requests_notify(struct dimp_speaker *speaker, const struct machine_input *input);

#endif
