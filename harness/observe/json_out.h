/* SPDX-License-Identifier: MIT */
/*
 * Records and messages as JSON.  Keys are the registry's member names; the values:
 *
 *     addresses, VSIs, SCIs       text, as dimp_record_text() writes them
 *     other octets                hex text
 *     TEXT253                     text
 *     named numbers               their names, the number where there is none
 *     sets                        arrays of names
 *     durations                   milliseconds, null for infinite
 *     other integers              integers up to 2^53 - 1, beyond that text of decimal digits
 *     secrets                     "<hidden>", unless asked for
 *
 * Attributes that are absent have no key.
 */
#ifndef OBSERVE_JSON_OUT_H
#define OBSERVE_JSON_OUT_H

#include <jansson.h>

#include "dimp.h"

enum json_secrets { JSON_SECRETS_HIDDEN, JSON_SECRETS_SHOWN };

/*
 * {"type": "dhcp_binding", "operation": "PUT", members}; of a DELETE its KEY members alone.  The
 * caller owns it; NULL without memory or for an unknown DI type.
 */
json_t *record_json(const struct dimp_record *record, enum json_secrets secrets);

/*
 * {"message": "OFFER", members, "offer_row": [{members}, ...]}; DATA has "records", in which what
 * cannot be read is {"error": name, "octets": hex}.  The caller owns it; NULL without memory or for
 * an unknown message.
 */
json_t *message_json(const struct dimp_message *message, enum json_secrets secrets);

/* |size| octets as hex text. */
json_t *octets_json(const uint8_t *octets, size_t size);

/* |number| as the integers of members are given. */
json_t *number_json(uint64_t number);

#endif
