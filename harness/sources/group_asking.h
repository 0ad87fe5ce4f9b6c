/* SPDX-License-Identifier: MIT */
/*
 * What a querier asks when somebody says that he does not want a group or a source any more: of the
 * group (RFC 3376 6.6.3.1) or of the sources (6.6.3.2; RFC 3810 7.6.3), as often as the robustness
 * variable says, with the S flag for what is known to be wanted still.  Memberships are read from
 * the store in which group_source.h keeps them, after it has taken the message.
 */
#ifndef SOURCES_GROUP_ASKING_H
#define SOURCES_GROUP_ASKING_H

#include "bridge/di_store.h"
#include "net/group_message.h"

enum { GROUP_ASKS_MAX = 256, GROUP_QUESTION_SOURCES_MAX = 64 };

/* A group or a source of it (else zero) to be asked for, still |left| times. */
struct group_ask {
	unsigned slot;
	uint16_t vlan;
	struct dimp_ip group, source;
	unsigned left;
	struct dimp_time at;
};

struct group_asking {
	struct group_ask asks[GROUP_ASKS_MAX];
	size_t count;
	unsigned robustness; /* last member query count */
	uint64_t interval_us; /* last member query interval */
};

/* A message that a slot's VM sent. */
struct group_heard {
	const struct di_store *store;
	unsigned slot;
	uint16_t vlan;
	struct group_message message;
};

struct group_question {
	unsigned slot;
	uint16_t vlan;
	struct group_message message; /* its sources are in |octets| */
	uint8_t octets[16 * GROUP_QUESTION_SOURCES_MAX];
};

/* Robustness 2 and a second are the defaults of RFC 3376 8 and RFC 3810 9. */
void group_asking_init(struct group_asking *asking);

/* Notes what is to be asked after |heard|, from |now| on.  Without room it is not asked: then the
 * timers that were lowered end it. */
void group_asking_hear(struct group_asking *asking, const struct group_heard *heard,
	struct dimp_time now);
/* The next question that is due, in |question|; false when there is none. */
bool group_asking_next(struct group_asking *asking, const struct di_store *store,
	struct group_question *question, struct dimp_time now);
/* Fast leave: what would be asked for after |heard| is taken for gone, its timers run out now; to
 * be followed by what expires sources and store. */
void group_asking_conclude(const struct group_heard *heard, struct di_store *store,
	struct dimp_time now);
/* Nothing more is asked of the slot. */
void group_asking_forget(struct group_asking *asking, unsigned slot);
struct dimp_time group_asking_deadline(const struct group_asking *asking);

#endif
