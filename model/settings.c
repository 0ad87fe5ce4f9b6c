/* SPDX-License-Identifier: MIT */
/* The default of every timer and bound that a user may change (DIMP 10.1). */
#include "dimp.h"

void dimp_settings_default(struct dimp_settings *settings)
{
	*settings = (struct dimp_settings){
#define SETTING(name, value, unit, clause, text) .name = (value),
#include "settings.def"
#undef SETTING
	};
}
