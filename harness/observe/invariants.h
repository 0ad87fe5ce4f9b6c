/* SPDX-License-Identifier: MIT */
/*
 * The invariants of DIMP 11, judged after every event of a simulated run: whoever runs the world
 * feeds in what happens (frames, DIMP events, requests) and asks after each event of the engine.
 * The first breach is kept; nothing is judged after it.
 */
#ifndef OBSERVE_INVARIANTS_H
#define OBSERVE_INVARIANTS_H

#include "actors/hypervisor.h"
#include "bridge/edge_bridge.h"
#include "observe/observations.h"

enum invariant {
#define INVARIANT(name, clause, noun, text) INVARIANT_##name,
#include "observe/invariants.def"
#undef INVARIANT
	INVARIANTS
};

struct invariant_row {
	const char *name, *clause, *text;
};

/* By enum invariant. */
extern const struct invariant_row invariant_rows[INVARIANTS];

enum { INVARIANT_TEXT_MAX = 384, INVARIANT_TRANSITIONS_MAX = 10 };

/* A step of a machine; the texts are static. */
struct invariant_transition {
	struct dimp_time time;
	const char *node, *machine, *from, *because, *to, *clause;
};

struct invariant_violation {
	enum invariant invariant;
	struct dimp_time time;
	const char *node; /* borrowed from the engine */
	char expected[INVARIANT_TEXT_MAX], found[INVARIANT_TEXT_MAX];
	struct invariant_transition transitions[INVARIANT_TRANSITIONS_MAX]; /* oldest first */
	size_t transition_count;
};

/* What is watched.  Numbers of bridges, stations and VMs are positions in these lists; a VM's is
 * its slot at every bridge. */
struct invariant_bridge {
	struct edge_bridge *bridge;
	const struct dimp_speaker_config *limits;
	struct dimp_vlan_map remap; /* what others call a VLAN, and what it does */
	size_t hold_octets_max, hold_frames_max; /* of frames held for VMs on their way */
	enum dimp_authority authority; /* what the scenario says, whatever the speaker was told */
	struct dimp_public_key key;
};

struct invariant_station {
	struct hypervisor *hypervisor;
	unsigned bridge, port; /* where it is connected */
	struct dimp_public_key key;
};

struct invariant_vm {
	const char *name;
	const struct di_store *keys; /* of its own SecY, slot 0 */
	uint64_t installed_by_server; /* DI set */
};

/* All borrowed for the checker's life.  Peers of a bridge are the other bridges in order, then
 * stations. */
struct invariants_config {
	struct engine *engine;
	const struct invariant_bridge *bridges;
	size_t bridge_count;
	const struct invariant_station *stations;
	size_t station_count;
	const struct invariant_vm *vms;
	size_t vm_count;
	uint64_t idle_us; /* after which a bridge knows that its peer is lost */
	uint64_t hold_us; /* how long a bridge keeps the DI of a VM that left */
	uint64_t thaw_us; /* how long a source waits for COMMIT */
	uint64_t pauses_us; /* nodes may stand still so long, in all */
	uint32_t drift_ppm; /* clocks may go wrong by this */
	uint64_t unix_seconds; /* since 1970, when the run begins */
	bool is_lied_to; /* a speaker says what is wrong: what rests on its word is not judged */
};

struct invariants;

/* A checker that takes secrets and frames, and judges when it has begun.  NULL without memory. */
struct invariants *invariants_create(void);
/* Secrets are wiped; NULL is fine. */
void invariants_destroy(struct invariants *invariants);
/* From now on all invariants are judged.  False without memory. */
bool invariants_begin(struct invariants *invariants, const struct invariants_config *config);

/* Keys are readable nowhere, identities not in DIMP frames; shorter ones than 6 octets are not
 * looked for.  Copied. */
enum invariant_secret { INVARIANT_KEY, INVARIANT_IDENTITY };
void invariants_secret(struct invariants *invariants, enum invariant_secret kind,
	struct dimp_view octets);

/* A frame at a port (an engine_tap), before whoever is there sees it. */
void invariants_frame(void *context, const struct engine_sighting *sighting);
/* A DIMP event at a bridge or station, before its host answers it. */
void invariants_event(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now);
/* A station sends a REQUEST, or a bridge's host orders what one would ask for. */
void invariants_asked(struct invariants *invariants, const struct speaker_binding *binding,
	const struct speaker_request *request, struct dimp_time now);
/* The VSI manager signs a ticket. */
void invariants_signed(struct invariants *invariants, const struct dimp_ticket_terms *terms,
	const struct dimp_ticket *ticket);
/* A station sends ANNOUNCE: consent, if the VM is behind its port. */
void invariants_announced(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_announcement *announcement);
/* A bridge sends NOTIFY: the one it names may pull. */
void invariants_notified(struct invariants *invariants, const struct speaker_binding *binding,
	const struct dimp_notification *notification, struct dimp_time now);
/* The server runs the VM where no bridge said so: from now on, for the hold time, one more owner
 * may be. */
void invariants_at_risk(struct invariants *invariants, unsigned vm, struct dimp_time now);

/* A bridge or station loses all it held; what it was asked and what it owned is forgotten. */
void invariants_crashed(struct invariants *invariants, unsigned node);

/* Judges what is after an event of the engine (an engine_action, context: the checker). */
void invariants_judge(void *context, struct dimp_time now);
/* Judges what must be when a run is over. */
void invariants_end(struct invariants *invariants, struct dimp_time now);
/* Judges a file that the run wrote: no key is readable in it. */
void invariants_file(struct invariants *invariants, const char *path);
/* Judges two runs of one scenario and seed by the digests over all their octets. */
void invariants_twice(struct invariants *invariants, uint64_t first, uint64_t second);

/* Judges that two runs, one without the moves, were not observed alike: |observer| tells them
 * apart.
 */
void invariants_observed(struct invariants *invariants, const char *observer,
	const struct observations_difference *difference);

/* The first breach; NULL while there is none. */
const struct invariant_violation *invariants_violation(const struct invariants *invariants);

/* PDUs that came to speakers and were never sent so or had come before, and how many of them these
 * did not drop. */
struct invariant_bad_pdus {
	uint64_t arrived, taken;
};
const struct invariant_bad_pdus *invariants_bad_pdus(const struct invariants *invariants);

#endif
