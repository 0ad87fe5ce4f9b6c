/* SPDX-License-Identifier: MIT */
/* The settings and limits of a speaker by name, all of them uint32_t: rows of settings.def and
 * capacities.def with their place in the structs. */
#ifndef SCRIPT_CONFIG_ROW_H
#define SCRIPT_CONFIG_ROW_H

#include <stddef.h>

struct config_row {
	const char *name;
	size_t offset; /* in dimp_settings or dimp_speaker_config */
};

/* Walk the settings, and the limits; NULL at the end. */
const struct config_row *config_setting(size_t index);
const struct config_row *config_limit(size_t index);

#endif
