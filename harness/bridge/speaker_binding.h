/* SPDX-License-Identifier: MIT */
/*
 * A DIMP speaker bound to a node of the engine: PDUs in Ethernet frames, deadlines as timers, and
 * the calling cycle of dimp.h kept.  Bridges and stations alike have one.
 */
#ifndef BRIDGE_SPEAKER_BINDING_H
#define BRIDGE_SPEAKER_BINDING_H

#include "bridge/edge_frame.h"
#include "bridge/pdu_carrier.h"
#include "engine/engine.h"

struct speaker_binding;

/* The node the speaker lives on.  send() gets whole frames to put on the wire; event() gets what
 * the host must answer (dimp.h says how), within the cycle. */
struct speaker_host {
	void *context;
	void (*send)(void *context, struct dimp_view frame, struct dimp_time now);
	void (*event)(void *context, const struct dimp_event *event, struct dimp_time now);
};

/* A REQUEST that a station sends, or that a bridge's host orders, and its id. */
struct speaker_request {
	const struct dimp_request_config *config;
	uint64_t request;
};

/* Sees every event before the host does, TRANSITION and ASSOCIATED among them, and every REQUEST
 * that is asked and every NOTIFY: traces, key logs, invariants.  Members may be NULL. */
struct speaker_watch {
	void *context;
	void (*event)(void *context, const struct speaker_binding *binding,
		const struct dimp_event *event, struct dimp_time now);
	void (*asked)(void *context, const struct speaker_binding *binding,
		const struct speaker_request *request, struct dimp_time now);
	void (*announced)(void *context, const struct speaker_binding *binding,
		const struct dimp_announcement *announcement, struct dimp_time now);
	void (*notified)(void *context, const struct speaker_binding *binding,
		const struct dimp_notification *notification, struct dimp_time now);
};

struct speaker_binding_config {
	struct engine *engine;
	const char *name; /* of the node, borrowed */
	struct dimp_mac address;
	enum pdu_carrier carrier; /* of what it sends; it takes both */
	const struct dimp_speaker_config *speaker;
	struct speaker_host host;
	const struct speaker_watch *watch; /* borrowed; NULL for none */
	bool is_gathering; /* answers once for what arrives in one go, as a process does that reads
			      its socket empty; not PDU by PDU */
};

/* NULL without memory, or when the speaker cannot be made. */
struct speaker_binding *speaker_binding_create(const struct speaker_binding_config *config);
/* The speaker is wiped; NULL is fine. */
void speaker_binding_destroy(struct speaker_binding *binding);

/* The node's clock goes |ppm| parts in a million too fast from |now| on. */
void speaker_binding_drift(struct speaker_binding *binding, int32_t ppm, struct dimp_time now);
/* What the node's clock shows at |now|: the time to give to its speaker. */
struct dimp_time speaker_binding_time(const struct speaker_binding *binding, struct dimp_time now);

/* A frozen process: what arrives waits, up to SPEAKER_BINDING_HELD_MAX frames; timers go off late.
 */
enum { SPEAKER_BINDING_HELD_MAX = 64 };
void speaker_binding_pause(struct speaker_binding *binding);
/* Goes on with what waited; nothing happens when it was not paused. */
void speaker_binding_resume(struct speaker_binding *binding, struct dimp_time now);
/* Frames that came to the paused process and found no room. */
uint64_t speaker_binding_lost(const struct speaker_binding *binding);

/* For somebody who changes it; and for one who only looks. */
struct dimp_speaker *speaker_binding_speaker(struct speaker_binding *binding);
const struct dimp_speaker *speaker_binding_view(const struct speaker_binding *binding);
/* Another number than before when the speaker may have changed in between: it was fed, drained or
 * handed to somebody who changes it. */
uint64_t speaker_binding_changes(const struct speaker_binding *binding);
/* Whether the speaker, of up to |vsis_max| VSIs, has a context of |vsi|: in force, a tombstone or
 * a copy on its way here. */
bool speaker_binding_knows(const struct speaker_binding *binding, const struct dimp_vsi *vsi,
	uint32_t vsis_max);
const char *speaker_binding_name(const struct speaker_binding *binding);

/* Makes the speaker whose PDUs come from |address| a peer. */
DIMP_MUST_USE enum dimp_error speaker_binding_add_peer(struct speaker_binding *binding,
	const struct dimp_peer_config *config, const struct dimp_mac *address, dimp_peer *peer);

/* PDUs of the peer come from |address| from now on, and go there. */
void speaker_binding_readdress(struct speaker_binding *binding, dimp_peer peer,
	const struct dimp_mac *address);
/* The association with the peer is closed, and until it is given an address no PDU of its is taken
 * and none goes to it. */
void speaker_binding_mute(struct speaker_binding *binding, dimp_peer peer, struct dimp_time now);

/* Sends a REQUEST; |request| becomes its id.  The watch is told before anything else happens. */
DIMP_MUST_USE enum dimp_error speaker_binding_ask(struct speaker_binding *binding,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request);

/* Sends ANNOUNCE; |id| comes back with its answer. */
DIMP_MUST_USE enum dimp_error speaker_binding_announce(struct speaker_binding *binding,
	const struct dimp_announcement *announcement, struct dimp_time now, uint64_t *id);

/* The same as ask at a bridge, by its own host's order. */
DIMP_MUST_USE enum dimp_error speaker_binding_pull(struct speaker_binding *binding,
	const struct dimp_request_config *config, struct dimp_time now, uint64_t *request);
/* Sends NOTIFY. */
DIMP_MUST_USE enum dimp_error speaker_binding_notify(struct speaker_binding *binding,
	const struct dimp_notification *notification, struct dimp_time now);

/* Opens the association with every peer. */
void speaker_binding_open(struct speaker_binding *binding, struct dimp_time now);

/* Closes the association with every peer. */
void speaker_binding_close(struct speaker_binding *binding, struct dimp_time now);

/* Takes a DIMP frame that arrived for this node; one from a stranger's address is dropped. */
void speaker_binding_receive(struct speaker_binding *binding, const struct edge_frame *frame,
	struct dimp_time now);

/* Drains events and PDUs and sets the timer; to be called after commands and DI changes. */
void speaker_binding_settle(struct speaker_binding *binding, struct dimp_time now);

#endif
