/* SPDX-License-Identifier: MIT */
/*
 * A handshake PDU that is not as it should be: "alter dst payload 14=01" changes the next one that
 * a peer of a drill makes, in clear, under its seal, or in who makes it.
 */
#ifndef SCRIPT_DRILL_FORGERY_H
#define SCRIPT_DRILL_FORGERY_H

#include "script/drill.h"
#include "script/message_parse.h"

enum { DRILL_EDITS_MAX = 4, DRILL_EDIT_SIZE = 64 };

/* Octets that stand at an offset instead of what was there. */
struct drill_edit {
	size_t offset, size;
	uint8_t octets[DRILL_EDIT_SIZE];
};

struct drill_edits {
	struct drill_edit edits[DRILL_EDITS_MAX];
	size_t count;
};

struct drill_forgery {
	bool is_set;
	struct drill_edits pdu, payload; /* offsets in the PDU; in what is sealed */
	struct drill_edit tail; /* stands behind the PDU */
	bool is_check_right; /* the check is made again after the edits */
	bool is_extra; /* the right PDU follows it */
	bool is_weak; /* the ephemeral key is all zero, and so is what X25519 makes of it */
	bool has_boots;
	uint32_t boots; /* the boot count that the stamp and start tell */
	char as[DRILL_NAME_SIZE], to[DRILL_NAME_SIZE]; /* whose static key seals; whom it is for */
	bool has_preshared;
	uint8_t preshared[DIMP_KEY_SIZE]; /* instead of what is shared; zeros: none */
};

/*
 * Reads "pdu OFFSET=HEX ... payload OFFSET=HEX ... tail HEX check extra weak boots N as NAME to
 * NAME preshared HEX", any of them; false, with |error| filled in, when it is none.
 */
bool drill_forgery_read(struct span words, struct drill_forgery *forgery, struct text_error *error);

/* Puts what |edits| say into |octets|; what does not fit is left out. */
void drill_edits_apply(const struct drill_edits *edits, struct dimp_buffer octets);

/* Makes the check of an INITIATION to the speaker with |key| right (DIMP 5.2-4). */
bool drill_forgery_check(const struct dimp_crypto *crypto, const struct dimp_public_key *key,
	uint8_t initiation[144]);

#endif
