/* SPDX-License-Identifier: MIT */
/*
 * The old station's word for moves of its VSIs, said until the bridge has answered (DIMP 9.7-9).
 */
#ifndef DIMP_ANNOUNCEMENTS_H
#define DIMP_ANNOUNCEMENTS_H

#include "limits.h"
#include "machine.h"

struct announcement {
	bool is_open;
	uint64_t id; /* for the user */
	dimp_peer bridge;
	struct dimp_announce said;
	struct dimp_time repeat_at, over_at;
};

struct announcements {
	struct announcement kept[DIMP_ANNOUNCEMENTS];
};

/* Says |announcement| for the first time; false when there is no place for another. */
bool announcements_begin(struct announcements *announcements,
	const struct dimp_announcement *announcement, uint64_t id,
	const struct machine_input *input);
/* ANNOUNCED from input->peer: the user is told. */
void announcements_answered(struct announcements *announcements, const struct machine_input *input);
/* New keys with input->peer: it may have lost what was said, or its answer. */
void announcements_renewed(const struct announcements *announcements,
	const struct machine_input *input);
struct dimp_time announcements_deadline(const struct announcements *announcements);
void announcements_expire(struct announcements *announcements, const struct machine_input *input);

#endif
