/* SPDX-License-Identifier: MIT */
/*
 * By whose word a move's DI moves: the new station's REQUEST, the new bridge's own operator, or
 * NOTIFY by the old bridge's.
 */
#ifndef ACTORS_MOVE_ORDER_H
#define ACTORS_MOVE_ORDER_H

#include "actors/move.h"
#include "actors/operator_desk.h"

/* What a request of the move says now. */
struct move_terms {
	const struct move_config *config;
	const struct move_place *from;
	uint64_t serial;
	bool is_stopped; /* the VM is */
	bool is_nothing_required; /* all DI types have become optional */
};

/* The request, without what lets it have the DI. */
struct dimp_request_config move_order_request(const struct move_terms *terms);

/* Asks for the DI, at the new station or at its bridge; |listener| hears what comes of it. */
DIMP_MUST_USE enum dimp_error move_order_ask(const struct move_config *config,
	const struct dimp_request_config *request, const struct hypervisor_request *listener,
	uint64_t *id);

/* A move by which a stopped VM comes back. */
struct move_return {
	const struct move_config *config; /* of the move that failed */
	const struct move_place *home;
	const struct dimp_request_config *request;
};

/* Asks for the DI of a VM that did not get away, at its old station. */
DIMP_MUST_USE enum dimp_error move_order_ask_home(const struct move_return *back,
	const struct hypervisor_request *listener, uint64_t *id);

/* The VM runs at |place|: one that speaks VDP says so there, by whosever word it came.  The bridge
 * ends an association that is not kept alive, and with it the VM's stay (DIMP 9.9-10). */
void move_order_run(const struct move_config *config, const struct move_place *place);

/* The VM has left |from|, and nobody says so to its bridge. */
void move_order_vanish(const struct move_config *config, const struct move_place *from);

/* The VM has left |from|. */
void move_order_leave(const struct move_config *config, const struct move_place *from,
	struct dimp_time now);

/* Has NOTIFY sent by the old bridge; |listener| hears what the new one's host is told, NULL when a
 * station asks later. One that cannot be sent says nothing. */
void move_order_notify(const struct move_way *way, const struct dimp_request_config *request,
	const struct hypervisor_request *listener);

/* dimp_speaker_cutover() and its like. */
typedef enum dimp_error move_order_give(struct dimp_speaker *speaker, uint64_t request,
	struct dimp_time now);
/* Gives a command where the request was asked.  One that the speaker refuses (the request ended
 * meanwhile) needs no other answer: what ended it is heard. */
void move_order_command(const struct move_config *config, uint64_t request, struct dimp_time now,
	move_order_give *give);

/* Whether the move begins with NOTIFY. */
bool move_order_is_notified(const struct move_config *config);

#endif
