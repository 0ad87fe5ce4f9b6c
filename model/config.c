/* SPDX-License-Identifier: MIT */
/* The configuration of a small bridge. */
#include "dimp.h"

void dimp_speaker_config_default(struct dimp_speaker_config *config)
{
	*config = (struct dimp_speaker_config){
		.role = DIMP_ROLE_BRIDGE_SPEAKER,
		.boot_count = 1,
#define CAPACITY(name, value, refusal, text) .name = (value),
#include "capacities.def"
#undef CAPACITY
		.pdu_size_max = DIMP_PDU_SIZE_DEFAULT,
	};
#define BEGIN(UPPER, lower, number, version, label) \
	config->supported_types |= (uint64_t)1 << (number);
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	dimp_settings_default(&config->settings);
}
