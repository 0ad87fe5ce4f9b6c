/* SPDX-License-Identifier: MIT */
/*
 * The access list that a RADIUS server granted, as DYNAMIC_ACL entries:
 *
 *       1  permit ARP: the rules are about IP, which does not work without
 *   100..  a rule at each hundred, with an entry for each family, port range and own address
 *   65000  what becomes of frames that no rule matches
 *
 * The entries are known by what they are from: "NAS-Filter-Rule", "ip:inacl", or the name of the
 * downloadable list.  They go with the session.
 */
#ifndef SOURCES_GRANTED_LIST_H
#define SOURCES_GRANTED_LIST_H

#include "sources/own_addresses.h"
#include "sources/radius_grant.h"

struct granted_list {
	struct filter_rule *rules; /* owned; NULL when there are none, or they came with a move */
	size_t count;
	enum radius_grant_list kind;
	struct dimp_text253 name;
};

void granted_list_init(struct granted_list *list);
void granted_list_free(struct granted_list *list);

/* Takes the rules of |grant|, which may have none; false without memory. */
bool granted_list_take(struct granted_list *list, const struct radius_grant *grant);

/* Adds rules to a list that so far was only named; false without memory, or beyond its bounds. */
bool granted_list_append(struct granted_list *list, const struct radius_grant *part);

/* Whether entries of such a list are in force, or to be: the templates then are not. */
bool granted_list_is_used(const struct granted_list *list, const struct source_place *place);

/* Fills the entries anew with the VM's addresses, or removes them when the session is over. */
void granted_list_refresh(struct granted_list *list, const struct address_list *own,
	const struct source_place *place, struct dimp_time now);
/* Removes all entries that are of such a list. */
void granted_list_withdraw(struct granted_list *list, const struct source_place *place,
	struct dimp_time now);

#endif
