/* SPDX-License-Identifier: MIT */
/* The instants of a migration, for both reports. */
#include <stddef.h>
#include <string.h>

#include "observe/run_report.h"

/* clang-format off */
#define PHASE(member, text) {#member, text, offsetof(struct outcome_phases, member)}
#define PHASES_END {NULL, NULL, 0}
/* clang-format on */

const struct report_phase report_phases[] = {
	PHASE(notified, "NOTIFY sent"),
	PHASE(requested, "REQUEST sent"),
	PHASE(solicited, "source asked"),
	PHASE(offered, "DI offered"),
	PHASE(staged, "DI staged"),
	PHASE(stopped, "VM stopped"),
	PHASE(cut_over, "CUTOVER sent"),
	PHASE(frozen, "source frozen"),
	PHASE(released, "source released"),
	PHASE(activated, "DI in force"),
	PHASE(responded, "RESPONSE"),
	PHASE(resumed, "VM resumed"),
	PHASES_END,
};

uint64_t report_phase_us(const struct report_phase *phase, const struct outcome_phases *phases)
{
	struct dimp_time time;

	memcpy(&time, (const unsigned char *)phases + phase->offset, sizeof time);
	return time.us;
}
