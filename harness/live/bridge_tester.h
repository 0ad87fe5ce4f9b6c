/* SPDX-License-Identifier: MIT */
/*
 * A live bridge as whoever judges implementations of DIMP wants it: its speaker made anew at will,
 * under other keys and terms, its VMs entered and its events answered by order.  Its engine, its
 * ports, its DI store and what DIMP does to them stay what they are.  For tests alone: who reaches
 * the socket commands the bridge.
 */
#ifndef LIVE_BRIDGE_TESTER_H
#define LIVE_BRIDGE_TESTER_H

#include <jansson.h>

#include "live/live_bridge.h"

struct bridge_tester;

/*
 * Who asks: answer() gets each question, an object, and owns nothing of it; hear() gets each event
 * of the speaker's, before the bridge has done what it asks.
 */
struct bridge_questioner {
	void *(*open)(struct bridge_tester *tester); /* NULL without memory */
	void (*close)(void *context);
	json_t *(*answer)(void *context, const json_t *question);
	void (*hear)(void *context, const struct dimp_event *event);
};

/* Speaks the upper tester protocol of docs/CONFORM.md; it is the conformance suite's, and known
 * here by name alone, as its verb is. */
extern const struct bridge_questioner bridge_upper_tester;

/* Whether |file| is that of a bridge to be tested: it has a port for VMs, but no VMs and no peers,
 * which would be forgotten; false after a complaint. */
bool bridge_tester_takes(const struct bridge_file *file);

/* Listens at |path|, mode 0600, for a bridge of such a file, which is borrowed.  NULL after a
 * complaint when the socket cannot be had. */
struct bridge_tester *bridge_tester_open(struct live_bridge *bridge, const char *path);
void bridge_tester_close(struct bridge_tester *tester); /* NULL is fine */

/* ---- What the questioner has done ---- */

/* The bridge forgets all VMs, peers and DI, and has a speaker as |speaker| says, whose random
 * octets are the bridge's own; unix_seconds is of this instant.  False when it cannot be so. */
bool bridge_tester_begin(struct bridge_tester *tester, const struct dimp_speaker_config *speaker);
DIMP_MUST_USE enum dimp_error bridge_tester_add_peer(struct bridge_tester *tester,
	const struct dimp_peer_config *config, const struct dimp_mac *address);

/* A VM comes to the bridge's port for VMs. */
DIMP_MUST_USE enum dimp_error bridge_tester_arrive(struct bridge_tester *tester,
	const struct dimp_vsi_config *config);
/* Its sources learn or lose an entry. */
DIMP_MUST_USE enum dimp_error bridge_tester_learn(struct bridge_tester *tester,
	const struct dimp_vsi *vsi, const struct dimp_record *record);
void bridge_tester_leave(struct bridge_tester *tester, const struct dimp_vsi *vsi);
/* The bridge does what the last FREEZE and the last ACTIVATE asked for; the latter may fail. */
void bridge_tester_freeze(struct bridge_tester *tester);
void bridge_tester_activate(struct bridge_tester *tester, bool is_possible);
/* To be called after anything done to the speaker. */
void bridge_tester_settle(struct bridge_tester *tester);

struct dimp_speaker *bridge_tester_speaker(struct bridge_tester *tester);
struct dimp_time bridge_tester_now(const struct bridge_tester *tester);
const struct dimp_mac *bridge_tester_address(const struct bridge_tester *tester);
/* The next record that the bridge's store has of a VM whose DI is in force here, from |position| 0
 * on; false at the end. */
bool bridge_tester_entry(const struct bridge_tester *tester, const struct dimp_vsi *vsi,
	size_t *position, struct dimp_record *record);

#endif
