/* SPDX-License-Identifier: MIT */
/* What the verbs bridge and station have in common: their options made into a live speaker. */
#ifndef LIVE_LIVE_SETUP_H
#define LIVE_LIVE_SETUP_H

#include "cli/options.h"
#include "live/live_speaker.h"

#define LIVE_LISTEN_DEFAULT "127.0.0.1:34997"

struct live_options {
	struct options common; /* operands: the peers */
	const char *listen; /* NULL: LIVE_LISTEN_DEFAULT */
	const char *interface; /* NULL: UDP */
	const char *key_path;
	const char *psk_path; /* NULL: none */
	const char *vsi_text; /* 74 hex digits */
	uint64_t seconds; /* 0: the verb's default */
	uint32_t boot_count; /* 0: a second of its own, waited for */
};

/* The rows that both verbs have, for their option tables. */
#define LIVE_OPTION_ROWS(type) \
	{"listen", "ADDRESS:PORT", OPTION_TEXT, offsetof(type, live.listen), \
		"where to listen (default " LIVE_LISTEN_DEFAULT ")"}, \
		{"interface", "NAME", OPTION_TEXT, offsetof(type, live.interface), \
			"speak over Ethernet there, and not over UDP"}, \
		{"key", "FILE", OPTION_TEXT, offsetof(type, live.key_path), \
			"private key, as dimp genkey prints it (required)"}, \
		{"psk", "FILE", OPTION_TEXT, offsetof(type, live.psk_path), \
			"key shared with all peers beforehand, 64 hex digits (default none)"}, \
		{"vsi", "HEX", OPTION_TEXT, offsetof(type, live.vsi_text), \
			"the VSI: 74 hex digits, or MANAGER/TYPE.VERSION/FORMAT:ID"}, \
	{ \
		"seconds", "N", OPTION_NUMBER, offsetof(type, live.seconds), \
			"end after so long (default: see the manual)" \
	}

/*
 * A live speaker with its peers, or NULL after a complaint in the name of |verb|; |code| becomes
 * the exit code then: what was said is wrong, or what is needed is not there.
 */
struct live_speaker *live_setup(const char *verb, const struct live_options *options,
	const struct live_config *wanted, int *code);

/* Reads the VSI of the options; complains and returns false when it is none. */
bool live_setup_vsi(const char *verb, const struct live_options *options, struct dimp_vsi *vsi);

/* Reads |size| octets of hex, exactly. */
bool live_setup_hex(const char *text, uint8_t *octets, size_t size);

#endif
