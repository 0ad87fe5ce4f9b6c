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

#include "crypto/rewriter.h"

enum {
	DRAW_BRIDGES_MAX = 4,
	DRAW_VMS_MAX = 20,
	DRAW_MOVES_MAX = 40,
	DRAW_SPELLS_MAX = 16, /* faults that pass by themselves */
	DRAW_ORDERS_MAX = 8, /* what somebody orders, or a crash for good */
	DRAW_FAULTS_MAX = DRAW_SPELLS_MAX + DRAW_ORDERS_MAX,
	DRAW_COMMON_TYPES = 4, /* DI types that most VMs have */
	DRAW_TYPES = 9, /* and those that some have */
	DRAW_LIES = REWRITER_LIES, /* what a bridge may say wrongly */
	DRAW_TICKETS = 8, /* a right one first */
	DRAW_TICKET_NO_RISK = 3,
	DRAW_ATTACKS_MAX = 3,
	DRAW_ATTACK_RATES = 5,
	DRAW_LIARS_MAX = 2,
	DRAW_WAYS = GARBLER_WAYS, /* of lying at random */
	DRAW_TALKING_MAX = 6, /* VMs with clients: each makes a world dearer */
	DRAW_RATES = 5, /* of background noise: loss, duplicate, corrupt, reorder, jitter */
	DRAW_CONVERGES = 4, /* what is done with a memory that is rewritten too fast */
	DRAW_RACE_MS = 100, /* two moves of a VM so close race */
	DRAW_REASONS = 4 /* of a FAIL, that a server may have a policy of its own for */
};

/* How a bridge is unlike the others; 0 is like them, DI types count from 1. */
enum draw_trait {
	DRAW_AUTHORITY, /* 1 consent, 2 ticket */
	DRAW_LACKING, /* a DI type it does not know */
	DRAW_NEWER, /* a DI type of which it sends a newer version */
	DRAW_LIE,
	DRAW_HOLDING, /* frames for VMs on their way */
	DRAW_REMAPPED, /* has another number for the VMs' VLAN */
	DRAW_SNOOPING, /* sends groups only where members are */
	DRAW_SAVI, /* binds IPv6 addresses by neighbour discovery */
	DRAW_FEW_ENTRIES, /* room for ten times as many beyond its own VMs' */
	DRAW_FEW_MIGRATIONS, /* one more than these at a time */
	DRAW_TRAITS
};

/* What VMs run of their own. */
enum draw_client { DRAW_DOT1X, DRAW_DHCP, DRAW_DHCP6, DRAW_IGMP, DRAW_MLD, DRAW_MKA, DRAW_CLIENTS };

/* How a server is unlike the others; 0 is like them. */
enum draw_conduct {
	DRAW_RETRIES, /* so many */
	DRAW_TAKES_RISK,
	DRAW_PARALLEL, /* moves away from it at a time */
	DRAW_ON_REASON, /* 1 to DRAW_REASONS: stops; beyond: turns elsewhere */
	DRAW_RESERVES, /* by VDP */
	DRAW_ANNOUNCES, /* 1 not at all, 2 in many rounds */
	DRAW_WORKAROUNDS,
	DRAW_CONDUCTS
};

/* What is unlike the usual in a VM's memory; 0 is the usual. */
enum draw_memory {
	DRAW_MEMORY_MIB,
	DRAW_DIRTY_MIB, /* a second */
	DRAW_CONVERGE,
	DRAW_ROUNDS, /* one less than these */
	DRAW_MEMORIES
};

/* What a server does otherwise; 0 is the usual. */
enum draw_habit {
	DRAW_HINT, /* 1 none, 2 unknown */
	DRAW_TICKET,
	DRAW_ANNOUNCER, /* a station, counted from 1 */
	DRAW_OPTIONAL, /* a DI type the move may go without, counted from 1 */
	DRAW_ASKS_LATE, /* when the memory is copied */
	DRAW_PRECOPY,
	DRAW_HABITS
};

struct draw_vm {
	bool is_dropped;
	unsigned bridge;
	unsigned entries[DRAW_TYPES];
	unsigned clients; /* a bit for each enum draw_client */
	unsigned memory[DRAW_MEMORIES];
	bool leaves_untold;
};

enum draw_trigger {
	DRAW_BY_REQUEST,
	DRAW_BY_NOTIFY,
	DRAW_BY_NOTIFY_ALONE,
	DRAW_BY_OPERATOR,
	DRAW_BY_VDP,
	DRAW_TRIGGERS
};

/* What waits for a machine to reach a state. */
struct draw_tie {
	unsigned state; /* of those of draw_trouble.c, counted from 1; 0: nothing is waited for */
	unsigned place; /* of the bridge or, of a station's state, the server */
};

struct draw_move {
	bool is_dropped;
	unsigned vm, to; /* bridge */
	unsigned at_ms, deadline_ms;
	struct draw_tie tie; /* from |at_ms| on */
	bool is_one_shot;
	enum draw_trigger trigger;
	unsigned habit[DRAW_HABITS];
};

enum draw_fault_kind {
	DRAW_CUT, /* a link; |way| 0 both, 1 and 2 one of them */
	DRAW_CUT_CABLE,
	DRAW_CRASH, /* a bridge */
	DRAW_CRASH_STATION,
	DRAW_PAUSE,
	DRAW_PAUSE_STATION,
	DRAW_DELAY,
	DRAW_CLOG, /* a link that has little to give: rate |amount|, a short queue */
	DRAW_CLOG_CABLE,
	DRAW_LIMIT,
	DRAW_REFUSE,
	DRAW_UNSUPPORTED,
	DRAW_ACTIVATION,
	DRAW_DRIFT, /* of a bridge or, |way| 0, a server */
	/* From here on what does not pass by itself. */
	DRAW_CRASH_FOR_GOOD,
	DRAW_CRASH_STATION_FOR_GOOD,
	DRAW_CLOSE, /* a bridge */
	DRAW_CLOSE_STATION,
	DRAW_CANCEL, /* move |amount| */
	DRAW_REVOKE, /* VM |amount| */
	DRAW_DIE, /* VM |amount| */
	DRAW_FAULT_KINDS
};

enum { DRAW_SPELL_KINDS = DRAW_CRASH_FOR_GOOD };

struct draw_fault {
	bool is_dropped;
	enum draw_fault_kind kind;
	unsigned place; /* bridge, station or link */
	unsigned at_ms, for_ms;
	unsigned way, amount;
	struct draw_tie tie; /* instead of |at_ms| */
};

/* Somebody on a link or, |is_cable|, on the cable of a server. */
struct draw_attack {
	bool is_dropped, is_cable;
	unsigned place;
	unsigned at_ms, for_ms;
	unsigned rate[DRAW_ATTACK_RATES]; /* replay, reflect, forge, flood a second; mangled, ppm */
};

/* A bridge or, |is_server|, a server that says what is wrong. */
struct draw_lie {
	bool is_dropped, is_server;
	unsigned place;
	unsigned at_ms, for_ms;
	unsigned share_percent;
	unsigned ways; /* a bit for each of DRAW_WAYS */
};

struct draw {
	uint64_t seed;
	unsigned bridges;
	unsigned above[DRAW_BRIDGES_MAX]; /* bridge n > 0 is linked to this one */
	unsigned conduct[DRAW_BRIDGES_MAX][DRAW_CONDUCTS]; /* of each bridge's server */
	unsigned trait[DRAW_BRIDGES_MAX][DRAW_TRAITS];
	bool has_traffic; /* each VM is pinged */
	unsigned servers_at; /* the bridge behind which what clients talk to is */
	unsigned lease_s; /* of addresses, and of 802.1X sessions; 0: long */
	unsigned vms, moves, faults;
	struct draw_vm vm[DRAW_VMS_MAX];
	struct draw_move move[DRAW_MOVES_MAX];
	struct draw_fault fault[DRAW_FAULTS_MAX];
	unsigned attacks, lies;
	struct draw_attack attack[DRAW_ATTACKS_MAX];
	struct draw_lie lie[DRAW_LIARS_MAX];
	unsigned rate_ppm[DRAW_RATES]; /* of jitter: microseconds */
	unsigned heal_ms; /* no fault is later */
};

extern const char *const draw_types[DRAW_TYPES];

/* Whether the move is left, and its VM. */
bool draw_has_move(const struct draw *draw, const struct draw_move *move);

/* Draws the world of |seed|. */
void draw_make(struct draw *draw, uint64_t seed);

/* Writes it as a scenario. */
void draw_write(const struct draw *draw, FILE *stream);

#endif
