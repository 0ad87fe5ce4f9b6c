/* SPDX-License-Identifier: MIT */
/*
 * The speaker under test, its peers and the wires between them, in virtual time.  A wire takes no
 * time. All that the speaker sends and tells is kept, in order, until a line of the drill takes it.
 */
#ifndef SCRIPT_DRILL_WORLD_H
#define SCRIPT_DRILL_WORLD_H

#include "script/drill_allowance.h"
#include "script/drill_peer.h"
#include "script/drill_repeats.h"
#include "script/drill_subject.h"
#include "script/drill_trace.h"

enum { DRILL_HAPPENINGS_MAX = 1024 };

/* In the place of a peer: the happening is an event. */
#define DRILL_EVENT UINT32_MAX

/* Something that the speaker sent to |peer|, or told its user. */
struct drill_happening {
	dimp_peer peer; /* DRILL_EVENT: an event */
	struct dimp_time at;
	char *text; /* as dimp_message_text() prints it; an event begins with its word */
	uint8_t *octets; /* of a message: the TLV; else NULL */
	size_t size;
	bool is_taken;
	bool is_housekeeping; /* may be passed over: ACK, PING, INITIATION, REPLY, associated,
				 record */
	bool is_allowed; /* a "may" line lets it come or not */
};

struct drill_wire {
	char name[DRILL_NAME_SIZE];
	struct dimp_public_key key;
	struct drill_peer *peer;
	bool is_down; /* no association when time begins */
	bool is_bridge; /* is asked who has a VSI */
	uint8_t preshared[DIMP_KEY_SIZE]; /* zeros: none */
	bool is_cut;
	uint64_t drops; /* so many of the next PDUs to the peer are lost */
	struct drill_pdu last; /* what the peer sent last */
	/* Of what the subject sent to the peer. */
	uint32_t sent_index; /* the receiver index of the last PROTECTED PDU */
	uint64_t sent_number; /* its packet number */
	bool has_start; /* it told its start, as below, before it was last started anew */
	uint8_t start;
	bool has_sent, has_gap; /* there was one; its number was not the next */
};

/* What the head of a drill says. */
struct drill_setup {
	struct dimp_speaker_config config;
	bool has_role;
	struct drill_wire wires[DRILL_PEERS_MAX];
	size_t wire_count;
	struct dimp_vlan_pair vlans[DRILL_VLANS_MAX]; /* of config's map */
	enum dimp_error rejects[DIMP_DI_TYPES]; /* of the user, by DI type */
};

/* A PDU as it is sent, whether or not it arrives. */
struct drill_sighting {
	dimp_peer peer;
	bool is_subjects; /* sent by the subject, else by the peer */
	struct dimp_view pdu; /* during the call */
	struct dimp_time at;
};

/* Who looks on at the wires: every PDU as it is sent, and the keys that open it. */
struct drill_tap {
	void *user;
	void (*pdu)(void *user, const struct drill_sighting *sighting);
	void (*keys)(void *user, const struct dimp_association_keys *keys);
};

struct drill_world {
	struct drill_setup setup;
	struct drill_subject subject; /* borrowed */
	const struct drill_tap *tap; /* borrowed; NULL: nobody looks on */
	uint64_t seed; /* of what subject and peers draw */
	bool has_begun;
	struct drill_telling telling; /* the last thing told */
	struct dimp_time start, now;
	struct drill_happening happenings[DRILL_HAPPENINGS_MAX];
	size_t happening_count;
	struct drill_allowances allowances;
	struct drill_repeats repeats; /* in real time */
	struct drill_trace trace;
	unsigned ticks; /* since the line at hand began */
	bool is_overrun; /* too much happened at one instant, within one line, or at all */
};

/* How far apart two instants may be that a drill calls the same: nothing, but in real time, where
 * whoever looks on is slow. */
uint64_t drill_world_tolerance_us(const struct drill_world *world);

void drill_setup_default(struct drill_setup *setup);

/* Makes the subject and its peers of world->setup, and lets the associations come up; false when
 * one of them could not be had. */
bool drill_world_begin(struct drill_world *world);

/* The subject ends and begins again, at the same instant, with the next boot count; false when it
 * could not be had. */
bool drill_world_reboot(struct drill_world *world);

/* Frees what the world holds; it may never have begun. */
void drill_world_end(struct drill_world *world);

/* Does what the subject's user is ordered to, and what follows at this instant; what it says. */
enum dimp_error drill_world_order(struct drill_world *world, const struct drill_order *order,
	struct text_error *wrong);

/* The peer's number; DIMP_NO_PEER when there is none of this name. */
dimp_peer drill_world_peer(const struct drill_world *world, const char *name);

/* Lets everything happen that can without time. */
void drill_world_settle(struct drill_world *world);

/* Lets time pass until |until|, doing what is due on the way. */
void drill_world_advance(struct drill_world *world, struct dimp_time until);

/* Lets time pass until something happens; false when nothing does until |until| has passed. */
bool drill_world_tick(struct drill_world *world, struct dimp_time until);

/* A PDU arrives from |peer|, and what follows at this instant follows. */
void drill_world_deliver(struct drill_world *world, dimp_peer peer, const struct drill_pdu *pdu);

/* Forgets happenings that were taken or may be passed over. */
void drill_world_tidy(struct drill_world *world);

/* The first happening that no line has taken and that may not be passed over; NULL when none. */
const struct drill_happening *drill_world_first_left(const struct drill_world *world);

#endif
