/* SPDX-License-Identifier: MIT */
/* The default and the range of every timer and bound that a user may change (DIMP 10.1). */
#include "dimp.h"

void dimp_settings_default(struct dimp_settings *settings)
{
	*settings = (struct dimp_settings){
#define SETTING(name, value, least, most, unit, clause, text) .name = (value),
#include "settings.def"
#undef SETTING
	};
}

const char *dimp_settings_wrong(const struct dimp_settings *settings)
{
	const struct {
		const char *name;
		uint32_t value, least, most;
	} rows[] = {
#define SETTING(name, value, least, most, unit, clause, text) {#name, settings->name, least, most},
#include "settings.def"
#undef SETTING
	};
	for (size_t index = 0; index < sizeof rows / sizeof rows[0]; index++) {
		if (rows[index].value < rows[index].least || rows[index].value > rows[index].most)
			return rows[index].name;
	}
	return NULL;
}
