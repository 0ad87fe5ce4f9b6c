/* SPDX-License-Identifier: MIT */
/* The part of the report for machines that says what moves cost. */
#ifndef OBSERVE_REPORT_COSTS_H
#define OBSERVE_REPORT_COSTS_H

#include <jansson.h>

#include "observe/run_report.h"

/* An object a wire and direction: from, to, frames and octets by kind. */
json_t *report_costs_wires(const struct outcome *outcome);
/* An object a VM: name, what it sent and received: frames and octets by kind. */
json_t *report_costs_vms(const struct outcome *outcome);
/* An object a service of the migration's VM. */
json_t *report_costs_services(const struct outcome_migration *migration,
	const struct scenario *scenario);
/* From the VM's stop until all of its services pass again; null: they never do, or there are none.
 */
json_t *report_costs_full_service(const struct outcome_migration *migration);

#endif
