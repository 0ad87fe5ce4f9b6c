/* SPDX-License-Identifier: MIT */
/* Two tables, each made of the rows of the library's own. */
#include "script/config_row.h"

#include "dimp.h"

static const struct config_row settings[] = {
#define SETTING(name, value, least, most, unit, clause, text) \
	{#name, offsetof(struct dimp_settings, name)},
#include "settings.def"
#undef SETTING
};

static const struct config_row limits[] = {
#define CAPACITY(name, value, refusal, text) {#name, offsetof(struct dimp_speaker_config, name)},
#include "capacities.def"
#undef CAPACITY
};

const struct config_row *config_setting(size_t index)
{
	return index < sizeof settings / sizeof settings[0] ? &settings[index] : NULL;
}

const struct config_row *config_limit(size_t index)
{
	return index < sizeof limits / sizeof limits[0] ? &limits[index] : NULL;
}
