/* SPDX-License-Identifier: MIT */
/*
 * The inside of the checker, for the files that judge: one for each noun.  Nobody else includes it.
 */
#ifndef OBSERVE_INVARIANTS_STATE_H
#define OBSERVE_INVARIANTS_STATE_H

#include "observe/invariants.h"
#include "observe/packet_numbers.h"
#include "observe/secret_scan.h"

#define INVARIANT_NOBODY UINT32_MAX

/* The DI of a VM at a bridge, as it stood. */
struct di_copy {
	bool is_taken;
	unsigned bridge;
	uint64_t migration; /* that froze it */
	struct dimp_time at;
	struct di_entry *entries;
	size_t count, capacity;
};

enum { RECORDED_FRAMES_MAX = 16, RECORDED_OCTETS_MAX = 1600 };

/* A protected frame of the VM that its bridge was there to take. */
struct recorded_frame {
	uint32_t packet_number;
	size_t size; /* untagged */
	uint8_t octets[RECORDED_OCTETS_MAX];
};

/* What came of the last activation of the VM's DI by a migration. */
struct activation {
	bool has_been;
	bool is_released; /* the source had released it before */
	unsigned bridge, source;
	struct dimp_time at;
	size_t after; /* so many transitions: instants may be the same */
	uint64_t unequal; /* DI types that are not as at the freeze */
	char difference[INVARIANT_TEXT_MAX]; /* the first */
};

/* The DI in force that a clean-up elsewhere must leave alone. */
struct kept {
	bool is_pending;
	unsigned bridge;
	size_t entries;
};

/* An ownership that ended without a migration: when, 0 for never, and whose. */
struct ownership_end {
	struct dimp_time at;
	unsigned bridge;
};

struct vm_watch {
	struct dimp_vsi vsi;
	struct dimp_mac mac;
	uint16_t vlan;
	unsigned owners, in_force; /* bridges, counted after each event */
	unsigned at_risk; /* further owners that may be until then */
	struct dimp_time at_risk_since, at_risk_until;
	struct di_copy *frozen; /* by bridge, at its last freeze */
	struct dimp_time released;
	struct ownership_end yielded; /* to an owner of higher rank (DIMP 9.8-3) */
	struct ownership_end held_over; /* nobody came for the DI (DIMP 9.3-14) */
	struct dimp_time crashed; /* a bridge that knew of the VM */
	bool is_thawing; /* THAW in this event; compared when it was answered */
	unsigned changed_bridge; /* where */
	bool is_revived; /* that was of a tombstone, at risk */
	bool is_going; /* GONE in this event: there, that index */
	unsigned gone_bridge;
	dimp_vsi_index gone_index;
	struct activation activation;
	struct kept kept;
	struct dimp_time back_by; /* after a FAIL the DI is in force at |back_at| again */
	unsigned back_at;
	struct recorded_frame *recorded; /* RECORDED_FRAMES_MAX: the first half stays, the other
					    goes round */
	uint64_t recorded_count;
};

/* How often a bridge's speaker calls itself owner of each VM, and what it was counted by. */
struct bridge_watch {
	bool is_counted;
	const struct speaker_binding *counted;
	uint64_t changes;
	unsigned *owned; /* by VM */
};

/* A REQUEST and its outcome. */
struct request_watch {
	unsigned station; /* INVARIANT_NOBODY: the bridge's own host */
	unsigned bridge, vm; /* asked to have the DI */
	uint64_t id, serial, required;
	uint64_t types; /* all it asks for */
	struct dimp_filter filters[DIMP_FILTERS_MAX];
	size_t filter_count;
	uint64_t allowed_us;
	bool has_ticket;
	struct dimp_ticket ticket;
	struct dimp_time asked, due;
	size_t asked_after; /* so many transitions */
	unsigned owner; /* bridge, when it was asked; INVARIANT_NOBODY */
	unsigned responses;
	bool is_notified; /* NOTIFY: what it begins is a request of its own, when it does */
	bool is_forgotten; /* its station crashed, or a REQUEST adopted it */
};

/* Whether |when| is an instant, 0 being none, that came after the request was made. */
static inline bool invariants_since(struct dimp_time when, const struct request_watch *request)
{
	return when.us != 0 && when.us >= request->asked.us;
}

static inline bool invariants_ended_since(const struct ownership_end *end, unsigned bridge,
	const struct request_watch *request)
{
	return end->bridge == bridge && invariants_since(end->at, request);
}

enum { CONSENTS_MAX = 1024 };

/* The word of the station behind whose port the VM was; or its bridge's own, by NOTIFY. */
struct consent_watch {
	unsigned vm, from, to;
	uint64_t serial;
};

/* A SOLICIT: which migration of |to| is for which move. */
struct solicit_watch {
	unsigned vm, to; /* |vm| is INVARIANT_NOBODY when the migration was forgotten at once */
	uint64_t migration, serial;
	uint64_t supported; /* DI types that |to| knew */
};

enum { SOLICITS_MAX = 1024, TICKETS_MAX = 1024 };

/* What the VSI manager has signed, and for what. */
struct ticket_watch {
	struct dimp_ticket_terms terms;
	struct dimp_ticket ticket;
};

/* Numbers seen, by open addressing; 0 is none. */
struct number_set {
	uint64_t *slots;
	size_t count, capacity;
};

/* What is going on in the engine's present event. */
struct present_event {
	bool has_frame; /* one arrived at |at| */
	struct engine_endpoint at;
	bool is_bad_pdu; /* it holds a PDU that was never sent so, or was taken before */
	uint64_t pdu; /* its number, noted when it is taken; 0: none */
	uint64_t drops, received; /* of that node's speaker, before */
	bool has_dimp_event; /* somebody's speaker had something to say */
};

struct invariants {
	struct invariants_config config;
	struct invariant_bad_pdus bad_pdus;
	bool is_begun;
	struct vm_watch *vms;
	struct bridge_watch *bridges;
	unsigned *owned; /* of all bridges, one after the other */
	unsigned *node_bridge, *node_station; /* by node; INVARIANT_NOBODY */
	unsigned node_count;
	struct request_watch *requests;
	size_t request_count, request_capacity;
	struct consent_watch consents[CONSENTS_MAX]; /* the newest, round */
	size_t consent_count; /* in all */
	struct solicit_watch solicits[SOLICITS_MAX]; /* the newest, round */
	size_t solicit_count; /* in all */
	struct ticket_watch tickets[TICKETS_MAX]; /* the newest, round */
	size_t ticket_count; /* in all */
	bool has_pending; /* some VM has something to be judged after this event */
	struct dimp_time next_back; /* the first |back_by| */
	struct dimp_time next_count; /* of owners, at the latest */
	unsigned *mac_slots; /* VMs by address, by open addressing: number + 1, 0 is none */
	size_t mac_capacity;
	struct dimp_time next_due; /* of a request */
	struct dimp_time next_age_check;
	struct number_set pdus;
	struct packet_numbers *numbers;
	struct secret_scan *secrets;
	struct present_event present;
	struct invariant_transition ring[INVARIANT_TRANSITIONS_MAX];
	size_t transition_count; /* in all */
	bool is_broken;
	struct invariant_violation violation;
};

/* What is breached where, and what should be. */
struct breach {
	enum invariant invariant;
	const char *node;
	const char *expected;
};

/* Keeps the breach, if it is the first, with what |format| says was found; stops the engine. */
void invariants_report(struct invariants *invariants, const struct breach *breach,
	const char *format, ...) __attribute__((format(printf, 3, 4)));

/* ---- Looking around ---- */

const struct dimp_speaker *invariants_speaker(const struct invariants *invariants, unsigned bridge);
const char *invariants_bridge_name(const struct invariants *invariants, unsigned bridge);
const char *invariants_station_name(const struct invariants *invariants, unsigned station);
const struct attachment *invariants_attachment(const struct invariants *invariants, unsigned bridge,
	unsigned vm);
const struct di_store *invariants_store(const struct invariants *invariants, unsigned bridge);
/* The VM with this VSI, looked for from |guess| on; INVARIANT_NOBODY if there is none. */
unsigned invariants_vm(const struct invariants *invariants, const struct dimp_vsi *vsi,
	unsigned guess);
/* Makes VMs known by their addresses; false without memory. */
bool invariants_number_macs(struct invariants *invariants);
/* The VM with this address, INVARIANT_NOBODY if there is none. */
unsigned invariants_vm_with(const struct invariants *invariants, const struct dimp_mac *mac);
/* Entries of a VM in a bridge's store, types of |except| aside. */
size_t invariants_entries(const struct invariants *invariants, unsigned bridge, unsigned vm,
	uint64_t except);
bool invariants_owns(const struct invariants *invariants, unsigned bridge, unsigned vm);
/* The first bridge that owns the VSI, INVARIANT_NOBODY if none does. */
unsigned invariants_owner(const struct invariants *invariants, unsigned vm);

/* An event of a bridge and the VM it is about (INVARIANT_NOBODY: none of ours). */
struct bridge_event {
	const struct dimp_event *event;
	unsigned bridge, vm;
	struct dimp_time now;
};

/* The station whose speaker this is, INVARIANT_NOBODY if none. */
unsigned invariants_bridge(const struct invariants *invariants,
	const struct speaker_binding *binding);
/* The bridge that is |peer| of |bridge|; INVARIANT_NOBODY for a station. */
unsigned invariants_bridge_of_peer(const struct invariants *invariants, unsigned bridge,
	dimp_peer peer);
unsigned invariants_station(const struct invariants *invariants,
	const struct speaker_binding *binding);

bool invariants_is_step(const struct dimp_event *event, const char *machine, const char *to);

/* ---- Those who judge, by clause ---- */

void invariant_owner(struct invariants *invariants, struct dimp_time now);
void invariant_owner_event(struct invariants *invariants, const struct bridge_event *at);

void invariant_packet_number(struct invariants *invariants, const struct engine_sighting *sighting);

void invariant_copy_event(struct invariants *invariants, const struct bridge_event *at);
/* After the event: what a source took back is what it had frozen. */
void invariant_copy_thawed(struct invariants *invariants, struct dimp_time now);
/* SUCCESS was heard. */
void invariant_copy(struct invariants *invariants, const struct request_watch *request,
	const struct dimp_event *event);
void invariant_copy_wipe(struct di_copy *copy);
/* All that bridges have frozen of |vm|. */
void invariant_copies_destroy(const struct invariants *invariants, struct vm_watch *vm);

/* SUCCESS was heard. */
void invariant_source(struct invariants *invariants, const struct request_watch *request);
void invariant_source_gone(struct invariants *invariants);

/* FAIL was heard. */
void invariant_failure(struct invariants *invariants, const struct request_watch *request,
	const struct dimp_event *event, struct dimp_time now);
void invariant_failure_later(struct invariants *invariants, struct dimp_time now);
/* The DI is frozen anew, by a later move: it has to be back later. */
void invariant_failure_freeze(struct invariants *invariants, const struct bridge_event *at);

void invariant_response(struct invariants *invariants, struct dimp_time now);
/* What a bridge's host is told of its own migrations. */
void invariant_response_at_bridge(struct invariants *invariants, const struct bridge_event *at);
void invariant_response_crashed_at(struct invariants *invariants, unsigned bridge);
void invariant_response_crashed(struct invariants *invariants, unsigned station);
void invariant_response_heard(struct invariants *invariants, unsigned station,
	const struct dimp_event *event, struct dimp_time now);

/* Entries that came from another place: no duration ends later than there. */
void invariant_lifetime_moved(struct invariants *invariants, const struct di_copy *from,
	const struct di_copy *to);
void invariant_lifetime(struct invariants *invariants, struct dimp_time now);

void invariant_replay_frame(struct invariants *invariants, const struct engine_sighting *sighting);
/* The VM's DI is in force at |bridge|. */
void invariant_replay(struct invariants *invariants, unsigned bridge, unsigned vm);

void invariant_secrecy_frame(struct invariants *invariants, const struct engine_sighting *sighting);
/* After the event: a PDU that was not dropped counts as taken. */
void invariant_secrecy_taken(struct invariants *invariants);
void invariant_secrecy_leaving(struct invariants *invariants, const struct bridge_event *at);
void invariant_secrecy_event(struct invariants *invariants, unsigned node,
	const struct dimp_event *event);

void invariant_authorisation(struct invariants *invariants, const struct engine_sighting *sighting);

void invariant_memory(struct invariants *invariants);
void invariant_memory_end(struct invariants *invariants);

void invariant_cleanup_event(struct invariants *invariants, const struct bridge_event *at);
void invariant_cleanup(struct invariants *invariants);

void invariant_authority(struct invariants *invariants, const struct bridge_event *at);
/* A bridge may have begun a migration, also of a VSI that it does not know any more. */
void invariant_authority_solicited(struct invariants *invariants, const struct bridge_event *at);

#endif
