/* SPDX-License-Identifier: MIT */
/* What a station is to ask its bridge for, as its options say it. */
#ifndef LIVE_STATION_ORDER_H
#define LIVE_STATION_ORDER_H

#include "dimp.h"

/* The texts of the options; NULL where one was not given. */
struct station_texts {
	const char *source; /* public key */
	const char *mode; /* "one-shot" or "staged" */
	const char *filters; /* "MAC" or "MAC/VLAN", with commas between them */
	const char *optional; /* names of DI types, with commas between them */
	const char *ticket_path;
};

/*
 * Reads the texts into |config|, whose other members are left as they are; all DI types that
 * |supported| has and that are not optional are required.  Complains and returns false for the
 * first that is wrong.
 */
bool station_order_read(const struct station_texts *texts, uint64_t supported,
	struct dimp_request_config *config);

/* Reads a public key as 64 hex digits; complains in the name of the option --|option|. */
bool station_order_read_key(const char *option, const char *text, struct dimp_public_key *key);

#endif
