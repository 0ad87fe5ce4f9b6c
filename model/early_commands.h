/* SPDX-License-Identifier: MIT */
/*
 * CUTOVER, PROCEED and CANCEL that overtook their REQUEST, kept for it (DIMP 9.2-8).
 */
#ifndef DIMP_EARLY_COMMANDS_H
#define DIMP_EARLY_COMMANDS_H

#include "dimp.h"
#include "limits.h"

struct early_command {
	dimp_peer station;
	uint64_t request;
	enum dimp_message_kind kind;
};

struct early_commands {
	struct early_command commands[DIMP_EARLY_COMMANDS];
	size_t count, next;
};

/* Keeps |command|; the oldest gives way. */
void early_commands_keep(struct early_commands *commands, const struct early_command *command);

/* Takes a command kept for this request out into |kind|; false when there is none. */
bool early_commands_take(struct early_commands *commands, dimp_peer station, uint64_t request,
	enum dimp_message_kind *kind);

#endif
