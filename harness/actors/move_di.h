/* SPDX-License-Identifier: MIT */
/* The DI of a VM that moves: what is counted for the outcome, and what the server copies itself. */
#ifndef ACTORS_MOVE_DI_H
#define ACTORS_MOVE_DI_H

#include "actors/move.h"

/* The VM's slot at the bridge of |place|. */
unsigned move_di_slot(const struct move_config *config, const struct move_place *place);

/* The outcome of a move that has not begun. */
void move_di_begin_outcome(const struct move_config *config);

/* Keeps a RESPONSE and its rows. */
void move_di_note_response(struct outcome_migration *outcome, const struct dimp_message *message);

/* Keeps how much the bridge of |from| has learned of the VM. */
void move_di_note_learned(const struct move_config *config, const struct move_place *from);

/* A server that does more by itself copies some DI types over without DIMP. */
void move_di_install_by_server(const struct move_config *config, const struct move_place *from,
	struct dimp_time now);

#endif
