/* SPDX-License-Identifier: MIT */
/*
 * Who uses libdimp while it is judged: what iut.h calls orders and events, as commands and events
 * of dimp.h.  Whoever holds the speaker, a shim or a bridge, has one of these beside it.
 */
#ifndef CONFORMANCE_LIBDIMP_USER_H
#define CONFORMANCE_LIBDIMP_USER_H

#include "dimp.h"
#include "iut.h"

struct libdimp_user {
	struct dimp_speaker *speaker; /* borrowed */
	struct dimp_event event; /* the last one told */
	/* What answers are about. */
	dimp_vsi_index freeze_vsi, activate_vsi, record_vsi;
	uint64_t token, token_before, request, now_us;
	struct dimp_record record;
};

/* Of a speaker that was made just now. */
void libdimp_user_init(struct libdimp_user *user, struct dimp_speaker *speaker);

/* Takes user->event, which the speaker has told, to heart and says it as |event|; false when it is
 * nothing to tell. */
bool libdimp_hear(struct libdimp_user *user, struct iut_event *event);

/* Members |tell| and |order| of iut_operations. */
bool libdimp_tell(struct libdimp_user *user, struct iut_event *event, uint64_t now_us);
const char *libdimp_order(struct libdimp_user *user, const struct iut_order *order,
	uint64_t now_us);

/* What an "add" or an "arrive" is about; NONE, or what is wrong with its message. */
enum dimp_error libdimp_order_vsi(const struct iut_order *order, struct dimp_vsi_config *config);
/* The record of a "put". */
enum dimp_error libdimp_order_record(const struct iut_order *order, struct dimp_record *record);
/* How an answer says it: NULL for NONE. */
const char *libdimp_error(enum dimp_error error);

#endif
