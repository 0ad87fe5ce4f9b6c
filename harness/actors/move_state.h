/* SPDX-License-Identifier: MIT */
/*
 * The inside of a move, for the files that make it up: move (what happens to the VM),
 * move_copying (its memory) and move_asking (who is asked for the DI, and for how long).  Nobody
 * else includes it.
 */
#ifndef ACTORS_MOVE_STATE_H
#define ACTORS_MOVE_STATE_H

#include "actors/homecoming.h"
#include "actors/memory_copy.h"
#include "actors/move.h"
#include "actors/move_order.h"
#include "actors/move_queue.h"

struct move {
	struct move_config config;
	const struct move_place *from;
	const struct move_place *away; /* where the DI may have gone */
	bool is_under_way;
	bool is_copied, is_staged;
	bool is_stopped, is_stop_over;
	bool proceeds; /* at risk, as soon as the VM may be stopped */
	bool has_proceeded; /* so its server has said */
	bool may_run; /* at the new place: in force, or without waiting for it */
	bool is_unheard; /* no RESPONSE came in time: it may have been SUCCESS */
	bool is_leaving_owed; /* an earlier move has brought, or may have, the DI there before */
	bool is_attach_needed; /* nothing moved: the VM begins anew there */
	bool is_asked;
	bool is_cancelled; /* by the server */
	uint32_t attempts_before; /* at another place, before it turned to this one */
	bool is_nothing_required; /* all DI types have become optional */
	bool is_rival; /* of an earlier move of the same VM */
	struct move_queue *queue; /* where it has its turn; NULL: it needs none */
	struct move_turn turn;
	uint64_t request; /* 0: NOTIFY begins it, and its number is not known yet */
	uint64_t newest_serial; /* of the last REQUEST */
	uint64_t notified_serial; /* of NOTIFY, for the REQUEST that follows; 0: none */
	struct homecoming homecoming;
	struct memory_copy copy;
	struct consent consent; /* what |asking| waits for */
	struct dimp_request_config asking;
	engine_timer guard;
};

/* Whether the VM runs while its memory is copied; else |at| is when it stops. */
bool move_copies_first(const struct move *move);
/* The copy, of which nothing is copied yet; and its beginning, if the VM runs meanwhile. */
void move_prepare_copy(struct move *move);
void move_begin_copying(struct move *move, struct dimp_time now);
/* What it tells: all is copied that can be while the VM runs; all that it stopped for is. */
void move_memory_is_copied(void *context, struct dimp_time now);
void move_stop_is_over(void *context, struct dimp_time now);
/* The VM need not stand still for its memory any more: all is there, or it runs where it was. */
void move_end_stop(struct move *move, struct dimp_time now);
/* The move is over: the VM is at |station|, stopped if there is none. */
void move_end(struct move *move, uint32_t station, struct dimp_time now);

/* The next move away from the same server may begin. */
void move_give_turn(struct move *move, struct dimp_time now);
/* The VM goes to where the move leads now. */
void move_begin(struct move *move, struct dimp_time now);
/* It goes on where it was, as soon as it may. */
void move_go_home(struct move *move, struct dimp_time now);
/* It may run at the new place, or goes on at risk: nothing but its memory is waited for. */
void move_stop_when_copied(struct move *move, struct dimp_time now);
/* Whether the server goes on at risk now, at a fault of this reason. */
bool move_takes_risk(const struct move *move, enum dimp_reason reason);

/* Asks for the DI once whoever has to allow it has done so. */
void move_ask(struct move *move, struct dimp_time now);
/* The old bridge says that the VM is coming; if nobody asks, the new one's operator hears of it. */
void move_notify(struct move *move, struct dimp_time now);
/* What it asks for; the REQUEST that follows NOTIFY is of the same move. */
struct dimp_request_config move_make_request(struct move *move);
/* The DI is, or may be, in force where the VM does not come any more: the place lets it go, so that
 * the DI is held there and no longer used. */
void move_call_off(const struct move *move, const struct move_place *place, struct dimp_time now);
/* The move does not lead to |place| after all: what was not called off for its sake is now. */
void move_leave_owed(struct move *move, const struct move_place *place, struct dimp_time now);
/* The outcome came: nobody waits for it any more. */
void move_stop_guard(struct move *move);
/* Gives a command about what was asked. */
void move_command(const struct move *move, struct dimp_time now, move_order_give *give);

/* What is told of what was asked: of a struct move. */
void move_hear(void *context, const struct dimp_event *event, struct dimp_time now);
/* What follows a FAIL with this advice. */
void move_decide(struct move *move, uint8_t advice, struct dimp_time now);

#endif
