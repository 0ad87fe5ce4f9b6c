/* SPDX-License-Identifier: MIT */
/*
 * What came of a run: filled in by the world, read by expectations and reports.
 */
#ifndef SCENARIO_OUTCOME_H
#define SCENARIO_OUTCOME_H

#include "actors/service_meter.h"
#include "observe/frame_census.h"
#include "scenario/attack_counts.h"
#include "scenario/scenario.h"

/* Instants of one migration, UINT64_MAX us when it did not come to that. */
struct outcome_phases {
	struct dimp_time notified, requested, solicited, offered, staged, stopped, cut_over, frozen,
		released, activated, responded, resumed;
};

struct outcome_di_row {
	uint32_t learned; /* at the source when the migration began */
	uint32_t offered, installed, rejected;
	enum dimp_error error;
};

/* What a migration cost a service of its VM. */
struct outcome_toll {
	uint32_t service;
	struct service_toll toll;
};

struct outcome_migration {
	const char *name;
	bool has_response;
	enum dimp_result result;
	enum dimp_reason reason;
	enum dimp_error error;
	uint8_t advice;
	uint8_t vdp_status; /* of the last answer that its station heard; 0 for none */
	uint32_t attempts; /* REQUESTs sent, retries included */
	struct outcome_phases phases;
	uint64_t stop_us; /* the VM's own stop time */
	struct memory_tally memory;
	uint64_t blackout_us; /* from stopped to resumed with its DI in force */
	struct outcome_di_row rows[DIMP_DI_TYPES];
	uint32_t decision; /* station after the migration: index, SCENARIO_NONE: stopped */
	struct outcome_toll *tolls; /* a row for each service of the VM, if it was stopped */
	size_t toll_count;
};

struct outcome_service {
	const char *name;
	uint64_t sent, received, lost;
	uint64_t lost_beyond_stop; /* lost outside the VM's own stop time */
	uint64_t gap_us; /* longest time without a frame, as the receiver sees it */
};

/* DI in force at a bridge for a VM when the run ended. */
struct outcome_di {
	uint32_t bridge, vm;
	uint32_t count[DIMP_DI_TYPES];
	uint64_t counted_frames; /* in all of its traffic counters */
	uint64_t probes; /* for duplicates, that the bridge sent for whichever VM */
	uint64_t arp_dropped; /* ARP over the bridge's rate, of all */
};

/* Frames of VMs that a bridge dropped, by why. */
struct outcome_drops {
	uint32_t bridge;
	uint64_t unauthorised, acl, macsec, source_guard, not_active;
};

/* Frames that a bridge held for VMs on their way to it. */
struct outcome_holding {
	uint32_t bridge;
	uint64_t held, delivered;
	uint64_t overflowed; /* no room */
	uint64_t discarded; /* the VM did not come */
};

/* What a VM sent and received, in the clear. */
struct outcome_talk {
	const char *name;
	struct dimp_ip address; /* for services, at the end */
	struct frame_census sent, received;
};

/* What was sent on a wire in one direction. */
struct outcome_wire {
	const char *from, *to; /* names of nodes */
	struct frame_census sent;
};

struct outcome {
	struct dimp_time ended;
	bool is_whole; /* the run reached its end: memory did not run out */
	bool is_short_of_memory; /* a node could not start again */
	bool is_written; /* the files asked for are whole and in place */
	struct outcome_migration *migrations;
	size_t migration_count;
	struct outcome_service *services;
	size_t service_count;
	struct outcome_di *di;
	size_t di_count;
	struct outcome_drops *drops;
	struct outcome_holding *holdings;
	size_t drop_count; /* of both: bridges */
	struct outcome_talk *talks;
	size_t talk_count; /* VMs */
	struct outcome_wire *wires;
	size_t wire_count;
	struct attack_counts attacks;
	uint64_t dimp_pdus, dimp_octets;
	uint64_t digest; /* over every frame on every wire, with its time and place */
};

#endif
