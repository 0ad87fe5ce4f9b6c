/* SPDX-License-Identifier: MIT */
/*
 * The speaker under test as a drill sees it: black, but for a window into the library's own.
 * Whoever is tested is behind these functions: drill_model.h has the library's speaker in this
 * process, conformance has those of others.
 */
#ifndef SCRIPT_DRILL_SUBJECT_H
#define SCRIPT_DRILL_SUBJECT_H

#include "script/drill.h"
#include "script/drill_order.h"

enum { DRILL_PEERS_MAX = 8, DRILL_VLANS_MAX = 8 };

/* A peer as the subject is told of it. */
struct drill_acquaintance {
	char name[DRILL_NAME_SIZE];
	struct dimp_public_key key;
	bool is_bridge; /* is asked who has a VSI */
	uint8_t preshared[DIMP_KEY_SIZE]; /* zeros: none */
};

/* What the subject is to be. */
struct drill_terms {
	struct dimp_speaker_config config; /* without crypto and secret */
	uint8_t secret[DIMP_KEY_SIZE]; /* its static one */
	struct drill_acquaintance peers[DRILL_PEERS_MAX];
	size_t peer_count;
	uint64_t seed; /* of what it draws, if it can be told */
};

/* What the subject tells its user. */
struct drill_telling {
	const struct dimp_event *transition; /* of the library's machines, borrowed until the next;
						or NULL and: */
	bool is_housekeeping; /* may be passed over */
	enum dimp_di_type record_type; /* of "record ...", else 0 */
	char text[DRILL_TEXT_MAX]; /* as a "!" line has it */
};

/* Whether it can still be judged. */
enum drill_health {
	DRILL_WELL,
	DRILL_UNIMPLEMENTED, /* it says that it cannot do what it was asked for */
	DRILL_CRASHED,
	DRILL_HUNG
};

enum { DRILL_STATUS_SIZE = 256 };

struct drill_subject_operations {
	/* Makes the subject anew, at instant 0; false when it cannot be had. */
	bool (*begin)(void *user, const struct drill_terms *terms);
	/* Ends it, if it has begun. */
	void (*end)(void *user);
	/* A PDU from |peer|'s address. */
	void (*receive)(void *user, dimp_peer peer, struct dimp_view pdu, struct dimp_time now);
	/* The next PDU that it sends at this instant; 0: none. */
	size_t (*transmit)(void *user, struct dimp_buffer buffer, dimp_peer *peer,
		struct dimp_time now);
	/* The next thing that it tells at this instant; false: none. */
	bool (*tell)(void *user, struct drill_telling *telling, struct dimp_time now);
	/* Time goes on until something happens, |now| becoming that instant; false when nothing
	 * does before |until| has passed: then |now| is as it was. */
	bool (*wait)(void *user, struct dimp_time until, struct dimp_time *now);
	/* The user's order; |wrong| gets a sentence when it makes no sense now. */
	enum dimp_error (*order)(void *user, const struct drill_order *order, struct dimp_time now,
		struct text_error *wrong);
	/* What it holds of the VSI, "none" or "vsi field=value ...". */
	void (*status)(void *user, const struct dimp_vsi *vsi, char text[DRILL_STATUS_SIZE]);
	/* The next DI record of the VSI, in force, after |position|, which begins with 0; false at
	 * the end. */
	bool (*entry)(void *user, const struct dimp_vsi *vsi, size_t *position,
		struct dimp_record *record);
	/* False when it has no such counter. */
	bool (*counter)(void *user, const char *name, uint64_t *value);
	/* The instant, where time goes on by itself; NULL where the subject is told it. */
	struct dimp_time (*clock)(void *user);
	/* How it is, with a sentence in |why|. */
	enum drill_health (*health)(void *user, struct text_error *why);
};

struct drill_subject {
	const struct drill_subject_operations *operations;
	void *user;
};

#endif
