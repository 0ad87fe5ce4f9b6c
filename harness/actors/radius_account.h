/* SPDX-License-Identifier: MIT */
/* What the users of a RADIUS server may, and what they are granted as attributes. */
#ifndef ACTORS_RADIUS_ACCOUNT_H
#define ACTORS_RADIUS_ACCOUNT_H

#include "net/radius.h"

enum { RADIUS_RULES_MAX = 16, RADIUS_TEXT_MAX = 128, RADIUS_ACCOUNTS_MAX = 17 };

/* Texts are "" when not given. */
struct radius_grant_given {
	uint32_t session_s; /* 0: without end */
	bool is_asked_again; /* Termination-Action RADIUS-Request */
	uint16_t vlan; /* 0: none */
	char filter[RADIUS_TEXT_MAX], class[RADIUS_TEXT_MAX];
	char rules[RADIUS_RULES_MAX][RADIUS_TEXT_MAX]; /* NAS-Filter-Rules */
	size_t rule_count;
};

struct radius_account {
	char name[RADIUS_TEXT_MAX]; /* of the user */
	struct dimp_view password; /* borrowed for the server's life */
	bool is_single_login; /* who is in is let in again by the State that he was given only */
	struct radius_grant_given grant;
	struct radius_grant_given change; /* what a CoA-Request says */
	bool is_change_asking; /* and whether the user is to be asked again at once */
};

/* The first is of whoever has none of his own; there is always that. */
struct radius_accounts {
	struct radius_account items[RADIUS_ACCOUNTS_MAX];
	size_t count;
};

/* Never NULL. */
const struct radius_account *radius_account_find(const struct radius_accounts *accounts,
	struct dimp_view name);

/* As attributes of an Access-Accept, or of a CoA-Request. */
void radius_account_add_grant(struct octet_writer *writer, const struct radius_grant_given *grant);

#endif
