/* SPDX-License-Identifier: MIT */
/*
 * What the attributes of an Access-Accept, or of a CoA-Request, give to a session (RFC 2865, 3580,
 * 4849; Cisco's pairs): how long, which VLAN, which filters.
 */
#ifndef SOURCES_RADIUS_GRANT_H
#define SOURCES_RADIUS_GRANT_H

#include "net/filter_rule.h"
#include "net/radius.h"

enum { RADIUS_GRANT_RULES_MAX = 64 };

/* Where a list of rules comes from; each decides in its own way about what no rule matches. */
enum radius_grant_list {
	RADIUS_GRANT_NO_LIST,
	RADIUS_GRANT_NAS_FILTER_RULE, /* the opposite of the last rule (RFC 6733 4.3.1) */
	RADIUS_GRANT_INACL, /* dropped */
	RADIUS_GRANT_DOWNLOADABLE /* named only: nothing passes until it has been asked for */
};

struct radius_grant {
	bool has_session_timeout, has_termination, has_vlan;
	uint32_t session_timeout_s;
	enum dimp_termination termination;
	uint16_t vlan;
	struct dimp_text253 identity, filter_id, list_name; /* of size 0 when not given */
	struct dimp_octets253 class, state; /* likewise */
	bool is_asked_again; /* Cisco's subscriber:command=reauthenticate */
	enum radius_grant_list list;
	size_t rule_count;
	struct filter_rule rules[RADIUS_GRANT_RULES_MAX];
};

/*
 * Reads the grant.  False when there is something in it that a bridge would have to do and cannot:
 * then it must act as if it had been refused (RFC 4849 2).
 */
bool radius_grant_read(const struct radius_packet *packet, struct radius_grant *grant);

#endif
