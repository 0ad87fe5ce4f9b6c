/* SPDX-License-Identifier: MIT */
/* Crypto that forges: what a peer of a drill seals and derives is changed on the way. */
#ifndef SCRIPT_DRILL_FORGER_H
#define SCRIPT_DRILL_FORGER_H

#include "script/drill_forgery.h"

/*
 * A crypto provider that does what |inner| does, but for what |forgery| says while it is set.  Both
 * are borrowed.  Fill in with drill_forger_init(), use |table|.
 */
struct drill_forger {
	struct dimp_crypto table;
	const struct dimp_crypto *inner;
	const struct drill_forgery *forgery;
	const uint8_t *static_secret;
	bool has_start; /* a handshake PDU of the other end opened, and told this start
			   (DIMP 5.2-14) */
	uint8_t start;
};
void drill_forger_init(struct drill_forger *forger, const struct dimp_crypto *inner,
	const struct drill_forgery *forgery, const uint8_t *static_secret);

#endif
