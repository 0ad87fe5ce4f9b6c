/* SPDX-License-Identifier: MIT */
/*
 * The inside of a world, for the files that build and watch it.  Nobody else includes it.
 */
#ifndef SCENARIO_WORLD_STATE_H
#define SCENARIO_WORLD_STATE_H

#include <stdio.h>

#include "actors/operator_desk.h"
#include "actors/vdp_desk.h"
#include "actors/echo_host.h"
#include "actors/move.h"
#include "actors/move_queue.h"
#include "actors/multicast_feed.h"
#include "actors/playback.h"
#include "actors/announcer.h"
#include "actors/client.h"
#include "bridge/di_learner.h"
#include "crypto/openssl_crypto.h"
#include "crypto/rewriter.h"
#include "observe/fresh_file.h"
#include "observe/keylog.h"
#include "observe/pcapng_writer.h"
#include "observe/wire_meter.h"
#include "scenario/world.h"
#include "scenario/world_needs.h"

enum { WORLD_METERS_MAX = 64, WORLD_CLIENTS_MAX = 8, WORLD_COMMENT_MAX = 2048 };

/* What the bridges' clocks show when a run begins, since 1970: tickets may end. */
#define WORLD_UNIX_SECONDS UINT64_C(1800000000)

struct world_bridge {
	struct world *world;
	const struct scenario_bridge *scenario;
	struct dimp_vlan_pair cables[SCENARIO_LIST_MAX]; /* as tagged, and its own */
	struct openssl_crypto *crypto;
	struct rewriter rewriter; /* what its speaker sees of the crypto */
	struct garbler *garbler; /* where the scenario has it lie at random; NULL: nowhere */
	struct dimp_public_key key;
	struct dimp_speaker_config speaker; /* what it starts again with */
	struct di_learner *learner;
	struct edge_bridge *bridge;
	struct operator_desk *desk; /* its operator's */
	struct vdp_desk *vdp; /* its end of VDP; NULL: it speaks none */
	struct network_host *peers; /* of recorded VMs that began here; NULL for none */
	unsigned open_migrations; /* destination machines that had time to end and did not */
	uint64_t first_late; /* the first migration without that time; 0: none yet */
	unsigned ports_used; /* station and service ports, then uplinks */
};

struct world_station {
	struct openssl_crypto *crypto;
	struct rewriter rewriter; /* what its speaker sees of it */
	struct garbler *garbler; /* as of a bridge */
	struct dimp_public_key key;
	struct dimp_speaker_config speaker; /* what it starts again with */
	struct hypervisor *hypervisor;
	struct move_queue queue; /* of VMs that leave it */
	struct move_place place;
	unsigned link; /* the engine's number of its cable */
};

struct world_vm {
	struct world *world;
	const struct scenario_vm *scenario;
	unsigned slot;
	struct dimp_mac mac;
	struct dimp_vsi vsi;
	struct virtual_machine *machine;
	struct playback *playback; /* NULL for none */
	bool has_cak;
	struct mka_config mka; /* holds with has_cak; wiped at the end */
	struct openssl_crypto *crypto; /* its KaY's; NULL for none */
	struct client clients[WORLD_CLIENTS_MAX]; /* what it runs */
	size_t client_count;
	struct announcer *announcer; /* of where it runs, while it is new there */
	struct kay_config *bridge_kays; /* one a bridge, what its KaY for the VM is made with */
	struct authenticator_config *authenticators; /* one a bridge; NULL for none */
	struct sources *kay; /* the VM's own, learns its keys; NULL for none */
	struct network_host *peers; /* where its recorded peers send from */
	const struct move_place *home;
	struct move *latest; /* its last ordered; NULL for none yet */
	bool is_dead; /* and does not come back */
	bool has_taken_risk; /* ran where no bridge had said so: its DI may have stayed behind */
	bool has_been_forgotten; /* by a bridge that crashed with its DI, or a part of it */
	bool has_been_revoked;
	struct service_meter *meters[WORLD_METERS_MAX];
	size_t meter_count;
};

/* What clients talk to: of a kind of its own. */
struct world_server {
	const struct scenario_server *scenario;
	struct network_host *host;
	uint16_t *vlans; /* that it serves */
	size_t vlan_count;
	void *made; /* by its kind */
};

struct world_service {
	struct network_host *host;
	struct multicast_feed *feed;
	struct echo_host *echo;
	struct service_meter **meters;
	size_t meter_count;
};

/* A host shared by the services of one port. */
struct world_host {
	struct world *world; /* holds when it is observed */
	uint32_t bridge;
	unsigned port;
	char name[SCENARIO_NAME_MAX + 16];
	struct network_host *host;
};

struct world_fault {
	struct world *world;
	const struct scenario_fault *scenario;
	struct attacker *attacker; /* of an attack */
	bool has_struck; /* a state is waited for once */
	bool is_active;
};

/* A port of a node and its interface in the capture. */
struct world_port {
	struct engine_endpoint at;
	unsigned interface;
};

struct world {
	const struct scenario *scenario;
	struct engine *engine;
	struct speaker_watch watch;
	struct invariants *invariants; /* NULL: not judged */
	struct observations *observations; /* NULL: not kept */
	const struct outcome *stops; /* of the run that this one is the twin of; NULL: of none */
	struct invariant_bridge *invariant_bridges;
	struct invariant_station *invariant_stations;
	struct invariant_vm *invariant_vms;
	struct world_need *needs; /* of the bridges */
	struct world_bridge *bridges;
	struct world_station *stations;
	struct world_vm *vms;
	struct world_server *servers;
	struct world_service *services;
	struct world_host *hosts;
	size_t host_count;
	struct move **moves;
	bool *ordered; /* of each: it has begun, or needs no state to be reached */
	struct memory_road *road; /* for the VMs' memories */
	struct world_fault *faults;
	unsigned *links; /* the engine's numbers of the scenario's links */
	uint64_t serial;
	struct vsi_manager manager; /* holds when a bridge asks for tickets */
	struct dimp_public_key *keys; /* of the bridges */
	struct attacker_target *targets; /* all speakers, for attackers; NULL: there are none */
	struct outcome outcome;
	struct wire_meter *wires;
	struct pcapng_writer *pcapng;
	struct frame_filter *pcapng_filter; /* of the capture */
	struct keylog_writer *keylog;
	struct fresh_file trace;
	bool has_trace;
	struct world_port *ports;
	size_t port_count, port_capacity;
	char comment[WORLD_COMMENT_MAX]; /* for the next frame of the capture */
	char *error; /* while it is being built */
	size_t error_size;
};

/* Each builds one part; false with world->error filled in. */
bool world_outputs_open(struct world *world, const struct world_outputs *outputs);
bool world_authority_build(struct world *world);
bool world_fabric_build(struct world *world);
bool world_machines_build(struct world *world);
bool world_services_build(struct world *world);
bool world_moves_build(struct world *world);
bool world_vdp_build(struct world *world);
/* Whether the VM is associated by VDP. */
bool world_vdp_knows(const struct world *world, unsigned slot);
/* The VM's bridge began anew: its server says by VDP that it is there.  False for others. */
bool world_vdp_renew(const struct world *world, const struct world_vm *vm);
void world_vdp_destroy(struct world *world);
bool world_faults_build(struct world *world);
/* Attackers and liars; false with the error filled in. */
bool world_attacks_build(struct world *world);
void world_attacks_destroy(struct world *world);
void world_attack_begin(struct world_fault *fault, struct dimp_time now);
void world_attack_end(struct world_fault *fault);
/* What came of them, into the outcome. */
void world_attacks_finish(struct world *world);
/* Whether somebody lies in more than what may be skipped: nothing that rests on its word holds. */
bool world_is_lied_to(const struct scenario *scenario);
bool world_is_liar(const struct scenario *scenario, uint32_t node);
bool world_outcome_create(struct world *world);

/* The invariants: made before anything is sent, begun when all is there, asked at the end. */
bool world_checks_create(struct world *world);
bool world_checks_begin(struct world *world);
void world_checks_end(struct world *world);
void world_checks_destroy(struct world *world);
/* A VM runs again: where a bridge said so, or not. */
void world_checks_resumed(struct world *world, struct world_vm *vm, struct dimp_time now);
/* Keeps what VMs and hosts observe from now on. */
bool world_observe(struct world *world);
void world_checks_crashed(struct world *world, unsigned node);

/* A bridge's authority, into its speaker's configuration; and what a migration is given for it. */
void world_authority_fill(const struct world *world, const struct scenario_bridge *bridge,
	struct dimp_speaker_config *speaker);
struct move_authority world_authority_of(const struct world *world,
	const struct scenario_migration *migration);
/* What the bridge has to know. */
const struct world_need *world_need_of(const struct world *world,
	const struct world_bridge *bridge);
/* A bridge's learner, new; false with the error filled in. */
bool world_learner_create(struct world *world, struct world_bridge *bridge);
/* Makes a bridge's or a station's peers known to its speaker. */
bool world_bridge_join(struct world *world, size_t index);
bool world_station_join(struct world *world, size_t index);
/* A machine of a bridge reached a state: faults may wait for it. */
void world_faults_watch(struct world *world, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now);
/* The same, for migrations. */
void world_orders_watch(struct world *world, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now);
/* Has a migration begin, at its time or after it at a state. */
void world_orders_schedule(struct world *world, size_t migration);
/* The speaker of a bridge or, after these, a station; NULL while it is down. */
struct speaker_binding *world_speaker_of(const struct world *world, uint32_t node);
/* The VM's slot at a bridge that knows it. */
unsigned world_machine_slot(const struct world_vm *vm, const struct edge_bridge *bridge);
/* A VM ends for good: its server stops what is under way for it, its port goes down. */
void world_machine_die(struct world *world, uint32_t vm, struct dimp_time now);
/* It was stopped, to move or because it died. */
void world_machine_stopped(struct world_vm *vm, struct dimp_time now);
/* Adds what a speaker sent to the outcome: at the end, or when it crashes. */
void world_count_pdus(struct world *world, const struct speaker_binding *binding);

/* Fills in what is known at the end only. */
void world_outcome_finish(struct world *world);
/* What moves cost: wires, VMs and services.  False with the error filled in. */
bool world_costs_create(struct world *world);
void world_costs_finish(struct world *world);
void world_costs_destroy(struct world *world);
/* Puts the files in place. */
void world_outputs_close(struct world *world);
void world_outputs_discard(struct world *world);

/* Joins two ports and gives them interfaces in the capture.  ENGINE_NONE with the error filled in.
 */
unsigned world_join(struct world *world, struct engine_endpoint a, struct engine_endpoint b,
	const struct engine_link_config *config);
/* What a VM runs, by the rows of world_clients.c: built, told of the VM's running, of a prompt. */
bool world_clients_build(struct world *world, struct world_vm *vm);
void world_clients_run(const struct world_vm *vm, struct dimp_time now);
void world_clients_pause(const struct world_vm *vm, struct dimp_time now);
void world_clients_prompt(const struct world_vm *vm, enum client_prompt prompt,
	struct dimp_time now);
void world_clients_destroy(struct world_vm *vm);
/* Says in |attachment| what a bridge knows of a VM that runs such clients. */
void world_clients_note_habits(const struct world_vm *vm, struct attachment *attachment);
/* For who builds one: keeps it, and destroys it at the end.  False, with the error filled in, when
 * there is none. */
bool world_clients_add(struct world *world, struct world_vm *vm, const struct client *client);

/* The VM runs again: what its server does then, as the station |at| is told to. */
void world_resumption_follow(struct world_vm *vm, uint32_t at, struct dimp_time now);

/* 802.1X: as MKA below. */
bool world_dot1x_build(struct world *world, struct world_vm *vm);
void world_dot1x_give(const struct world *world, const struct world_vm *vm, size_t bridge);
void world_dot1x_destroy(struct world_vm *vm);

bool world_dhcp_client_build(struct world *world, struct world_vm *vm);
bool world_dhcp6_client_build(struct world *world, struct world_vm *vm);
bool world_igmp_build(struct world *world, struct world_vm *vm);
bool world_mld_build(struct world *world, struct world_vm *vm);

/* The servers, by the rows of server_kinds.def. */
bool world_servers_build(struct world *world);
void world_servers_destroy(struct world *world);
/* What each kind has made, NULL without memory; and its end. */
#define SERVER(KIND, kind) \
	void *world_##kind##_server_make(struct world *world, const struct world_server *server); \
	void world_##kind##_server_destroy(void *server);
#include "scenario/server_kinds.def"
#undef SERVER
/* The server's IPv4 address: as given, else 10.0.0.|last|. */
struct dimp_ip world_server_address(const struct scenario_server *server, uint8_t last);

/* A VM that speaks MKA gets its KaY, and every bridge one for it; false with the error filled in.
 */
bool world_key_agreement_build(struct world *world, struct world_vm *vm);
/* Gives a bridge's learner, when it is new, its KaY for the VM. */
void world_key_agreement_give(const struct world *world, const struct world_vm *vm, size_t bridge);
void world_key_agreement_destroy(const struct world *world, struct world_vm *vm);

/* The host on a bridge's port, made at the first call; NULL with the error filled in. */
struct network_host *world_host_at(struct world *world, uint32_t bridge, unsigned port);
/* The host of recorded peers at a bridge, likewise. */
struct network_host *world_peers_at(struct world *world, uint32_t bridge);
/* Puts the synthetic entries of a VM into its bridge's store. */
bool world_synthetic_put(struct world *world, const struct world_vm *vm);

/* Says |format| in world->error; returns false. */
bool world_fail(struct world *world, const char *format, const char *name);

/* Adds "NAME: WHAT" to the trace. */
void world_trace_line(const struct world *world, const char *name, const char *what,
	struct dimp_time now);
/* Adds a line to the comment of the next frame in the capture. */
void world_note(struct world *world, const char *line);
/* The watch over all speakers and the tap over all ports. */
void world_watch_event(void *context, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now);
void world_watch_asked(void *context, const struct speaker_binding *binding,
	const struct speaker_request *request, struct dimp_time now);
void world_watch_announced(void *context, const struct speaker_binding *binding,
	const struct dimp_announcement *announcement, struct dimp_time now);
void world_watch_notified(void *context, const struct speaker_binding *binding,
	const struct dimp_notification *notification, struct dimp_time now);
engine_tap world_watch_frame;
void world_watch_interface(struct world *world, struct engine_endpoint at);
/* Observes a VM's keys for the key log (a di_observer). */
di_observer world_watch_key;

#endif
