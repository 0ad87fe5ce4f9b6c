/* SPDX-License-Identifier: MIT */
/* Speaking for a peer of the speaker rig, through its association; and moves with serials. */
#ifndef UNIT_RIG_VOICE_H
#define UNIT_RIG_VOICE_H

#include "speaker_rig.h"

/* Says |message| to |to| as |from|, when the rig runs next. */
void rig_say(struct rig *rig, enum rig_speaker from, enum rig_speaker to,
	const struct dimp_message *message);

void rig_run_for(struct rig *rig, uint64_t ms);

/* Runs in steps shorter than the way of a PDU until |who| saw an event of |kind|. */
void rig_run_to(struct rig *rig, enum rig_speaker who, enum dimp_event_kind kind);

/* A staged move of the rig's VSI from A to B: what a station asks for. */
struct dimp_request_config rig_move(const struct rig *rig, uint64_t serial);
void rig_ask(struct rig *rig, const struct dimp_request_config *config);

/* State of the source's machine for the rig's VSI, "nothing" when there is none. */
const char *rig_state(const struct rig *rig, enum rig_speaker who);
bool rig_is_owner(const struct rig *rig, enum rig_speaker who, const struct dimp_vsi *vsi);

void rig_check_outcome(const struct rig *rig, enum dimp_result result, enum dimp_error error);

#endif
