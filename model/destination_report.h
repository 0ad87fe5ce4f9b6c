/* SPDX-License-Identifier: MIT */
/* What a destination tells: the station of progress and outcome, the source of its digests. */
#ifndef DIMP_DESTINATION_REPORT_H
#define DIMP_DESTINATION_REPORT_H

#include "destination.h"

void destination_report_progress(struct destination *destination, const struct machine_input *input,
	enum dimp_phase phase);

/* The one RESPONSE: a second call tells nothing (DIMP 9.5-1). */
void destination_report_response(struct destination *destination, const struct machine_input *input,
	enum dimp_result result, enum dimp_error error);

/* Keeps the counts: the staged DI is about to become active. */
void destination_report_activated(struct destination *destination,
	const struct machine_input *input);

/* Rows of COMMIT: every type of which all was staged.  Returns how many. */
size_t destination_report_digests(const struct destination *destination,
	const struct machine_input *input, struct dimp_digest_row *rows);

/* Whether these digests are those of the source's final round. */
bool destination_report_digests_agree(const struct destination *destination,
	const struct machine_input *input);

#endif
