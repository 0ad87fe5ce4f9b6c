/* SPDX-License-Identifier: MIT */
/* A ring of the newest; a command that was taken leaves a hole with kind 0. */
#include "early_commands.h"

void early_commands_keep(struct early_commands *commands, const struct early_command *command)
{
	commands->commands[commands->next] = *command;
	commands->next = (commands->next + 1) % DIMP_EARLY_COMMANDS;
	if (commands->count < DIMP_EARLY_COMMANDS)
		commands->count++;
}

bool early_commands_take(struct early_commands *commands, dimp_peer station, uint64_t request,
	enum dimp_message_kind *kind)
{
	for (size_t index = 0; index < commands->count; index++) {
		struct early_command *command = &commands->commands[index];

		if (command->kind == 0 || command->station != station ||
			command->request != request)
			continue;
		*kind = command->kind;
		command->kind = 0;
		return true;
	}
	return false;
}
