/* SPDX-License-Identifier: MIT */
/*
 * Octets to items that people and programs read: PDUs, messages and records, told apart by their
 * first octet.  Every item is a JSON object with
 *
 *     "item"      "pdu", "message", "record" or "error"
 *     "text"      one line for people; secrets are hidden
 *     "octets"    hex, when asked for, and always of an error
 *
 * and: of a message or record what message_json() or record_json() give; of an error its "error",
 * the registry's name; of a PDU "kind", "size", "receiver_index" (8 hex digits), "packet_number",
 * "state" (one of "handshake", "opened", "no key", "wrong key") and, once opened,
 * "payload", an array of items.
 */
#ifndef OBSERVE_DECODER_H
#define OBSERVE_DECODER_H

#include <jansson.h>

#include "dimp.h"
#include "observe/keylog.h"

struct decoder {
	const struct dimp_crypto *crypto; /* borrowed */
	const struct keylog *keylog; /* borrowed; NULL: none */
	bool has_octets; /* give every item's octets */
	uint64_t items; /* counted, those in payloads included */
	uint64_t wrong; /* of those, errors and PDUs that their key does not open */
};

/*
 * Takes the next item off |rest|.  NULL when there is none (what is left is zero octets: padding)
 * or without memory.  The caller owns it.  An item that cannot be told where it ends takes all.
 */
json_t *decoder_next(struct decoder *decoder, struct dimp_view *rest);

/* The PDU at the front of |octets|, whatever its first octet; padding after it is passed over. */
json_t *decoder_pdu(struct decoder *decoder, struct dimp_view octets);

#endif
