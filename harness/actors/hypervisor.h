/* SPDX-License-Identifier: MIT */
/*
 * A station: a server whose hypervisor runs VMs behind one port and speaks DIMP with its bridge.
 */
#ifndef ACTORS_HYPERVISOR_H
#define ACTORS_HYPERVISOR_H

#include "actors/virtual_machine.h"
#include "bridge/speaker_binding.h"

struct hypervisor;

struct hypervisor_config {
	struct engine *engine;
	const char *name; /* borrowed */
	struct dimp_mac address;
	enum pdu_carrier carrier; /* of its DIMP */
	const struct dimp_speaker_config *speaker; /* NULL: a server that knows no DIMP */
	const struct speaker_watch *watch;
	unsigned machines_max;
};

/* Hears PROGRESS and RESPONSE of one request. */
struct hypervisor_request {
	void *context;
	void (*hear)(void *context, const struct dimp_event *event, struct dimp_time now);
};

/* Adds the node (its one port is 0) to the engine; NULL without memory. */
struct hypervisor *hypervisor_create(const struct hypervisor_config *config);
void hypervisor_destroy(struct hypervisor *hypervisor);

/* Its DIMP process ends: associations and requests are lost, what was asked is never answered.  The
 * VMs run on. */
void hypervisor_crash(struct hypervisor *hypervisor);
/* It starts again, without peers; false without memory. */
bool hypervisor_restart(struct hypervisor *hypervisor, const struct dimp_speaker_config *speaker);

unsigned hypervisor_node(const struct hypervisor *hypervisor);
const struct dimp_mac *hypervisor_address(const struct hypervisor *hypervisor);
/* NULL for a server that knows no DIMP, and after a crash. */
struct speaker_binding *hypervisor_speaker(const struct hypervisor *hypervisor);

/* Takes the ECP frames that arrive here: the station's end of VDP. */
struct hypervisor_control {
	void *context;
	void (*receive)(void *context, const struct edge_frame *frame, struct dimp_time now);
};
void hypervisor_set_control(struct hypervisor *hypervisor,
	const struct hypervisor_control *control);
/* Sends |frame| as it is. */
void hypervisor_send(struct hypervisor *hypervisor, struct dimp_view frame);

/* |machine| runs here from now on; false when there is no room. */
bool hypervisor_run(struct hypervisor *hypervisor, struct virtual_machine *machine);
/* |machine| is stopped and gone from here. */
void hypervisor_stop(struct hypervisor *hypervisor, struct virtual_machine *machine);

/* Whether the VM with this address runs here. */
bool hypervisor_runs(const struct hypervisor *hypervisor, const struct dimp_mac *machine);

/* REQUESTs sent that have no RESPONSE yet. */
size_t hypervisor_open_requests(const struct hypervisor *hypervisor);

/* Sends a REQUEST whose PROGRESS and RESPONSE |listener| hears; |request| becomes its id. */
DIMP_MUST_USE enum dimp_error hypervisor_ask(struct hypervisor *hypervisor,
	const struct dimp_request_config *config, const struct hypervisor_request *listener,
	uint64_t *request);

/* Has it announce a move; |listener| hears the answer, |id| is its number. */
DIMP_MUST_USE enum dimp_error hypervisor_announce(struct hypervisor *hypervisor,
	const struct dimp_announcement *announcement, const struct hypervisor_request *listener,
	uint64_t *id);

#endif
