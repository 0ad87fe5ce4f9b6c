/* SPDX-License-Identifier: MIT */
/*
 * What a seed draws: a small world, its moves and its faults, as numbers that can be made less and
 * less while a failure persists, and as the YAML scenario that they say.
 */
#ifndef CAMPAIGN_DRAW_H
#define CAMPAIGN_DRAW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
	DRAW_BRIDGES_MAX = 4,
	DRAW_VMS_MAX = 20,
	DRAW_MOVES_MAX = 40,
	DRAW_SPELLS_MAX = 16, /* faults that pass by themselves */
	DRAW_ORDERS_MAX = 8, /* what somebody orders, or a crash for good */
	DRAW_FAULTS_MAX = DRAW_SPELLS_MAX + DRAW_ORDERS_MAX,
	DRAW_TYPES = 4, /* DI types that a VM has */
	DRAW_LIES = 7, /* what a bridge may say wrongly */
	DRAW_TICKETS = 8, /* a right one first */
	DRAW_RATES = 5 /* of background noise: loss, duplicate, corrupt, reorder, jitter */
};

/* How a bridge is unlike the others; 0 is like them, DI types count from 1. */
enum draw_trait {
	DRAW_AUTHORITY, /* 1 consent, 2 ticket */
	DRAW_LACKING, /* a DI type it does not know */
	DRAW_NEWER, /* a DI type of which it sends a newer version */
	DRAW_LIE,
	DRAW_HOLDING, /* frames for VMs on their way */
	DRAW_REMAPPED, /* has another number for the VMs' VLAN */
	DRAW_TRAITS
};

/* What a server does otherwise; 0 is the usual. */
enum draw_habit {
	DRAW_HINT, /* 1 none, 2 unknown */
	DRAW_TICKET,
	DRAW_ANNOUNCER, /* a station, counted from 1 */
	DRAW_OPTIONAL, /* a DI type the move may go without, counted from 1 */
	DRAW_HABITS
};

struct draw_vm {
	bool is_dropped;
	unsigned bridge;
	unsigned entries[DRAW_TYPES];
};

enum draw_trigger {
	DRAW_BY_REQUEST,
	DRAW_BY_NOTIFY,
	DRAW_BY_NOTIFY_ALONE,
	DRAW_BY_OPERATOR,
	DRAW_TRIGGERS
};

struct draw_move {
	bool is_dropped;
	unsigned vm, to; /* bridge */
	unsigned at_ms, deadline_ms;
	bool is_one_shot;
	enum draw_trigger trigger;
	unsigned habit[DRAW_HABITS];
};

enum draw_fault_kind {
	DRAW_CUT, /* a link; |way| 0 both, 1 and 2 one of them */
	DRAW_CUT_CABLE,
	DRAW_CRASH_AT, /* a bridge */
	DRAW_CRASH_WHEN, /* at state |amount| of draw_states */
	DRAW_CRASH_STATION,
	DRAW_PAUSE,
	DRAW_PAUSE_STATION,
	DRAW_DELAY,
	DRAW_LIMIT,
	DRAW_REFUSE,
	DRAW_UNSUPPORTED,
	DRAW_ACTIVATION,
	DRAW_DRIFT,
	/* From here on what does not pass by itself. */
	DRAW_CRASH_FOR_GOOD,
	DRAW_CRASH_STATION_FOR_GOOD,
	DRAW_CLOSE, /* a bridge */
	DRAW_CLOSE_STATION,
	DRAW_CANCEL, /* move |amount|; |way| 0 at a time, else at a state */
	DRAW_REVOKE, /* VM |amount|, likewise */
	DRAW_FAULT_KINDS
};

enum { DRAW_SPELL_KINDS = DRAW_CRASH_FOR_GOOD };

struct draw_fault {
	bool is_dropped;
	enum draw_fault_kind kind;
	unsigned place; /* bridge, station or link */
	unsigned at_ms, for_ms;
	unsigned way, amount;
};

struct draw {
	uint64_t seed;
	unsigned bridges;
	unsigned above[DRAW_BRIDGES_MAX]; /* bridge n > 0 is linked to this one */
	unsigned retries[DRAW_BRIDGES_MAX];
	bool takes_risk[DRAW_BRIDGES_MAX];
	unsigned trait[DRAW_BRIDGES_MAX][DRAW_TRAITS];
	bool has_traffic; /* each VM is pinged */
	unsigned vms, moves, faults;
	struct draw_vm vm[DRAW_VMS_MAX];
	struct draw_move move[DRAW_MOVES_MAX];
	struct draw_fault fault[DRAW_FAULTS_MAX];
	unsigned rate_ppm[DRAW_RATES]; /* of jitter: microseconds */
	unsigned heal_ms; /* no fault is later */
};

/* Draws the world of |seed|. */
void draw_make(struct draw *draw, uint64_t seed);

/* Writes it as a scenario. */
void draw_write(const struct draw *draw, FILE *stream);

#endif
