/* SPDX-License-Identifier: MIT */
/*
 * Filter rules that RADIUS servers grant, in both languages there are: IPFilterRule (RFC 6733
 * 4.3.1, in NAS-Filter-Rule of RFC 4849) and Cisco's access list entries (in "ip:inacl#n=").  What
 * a DYNAMIC_ACL entry cannot say (source ports, flags, the direction to the VM, ...) is not read:
 * a bridge must not pretend to filter by it.
 */
#ifndef NET_FILTER_RULE_H
#define NET_FILTER_RULE_H

#include "dimp.h"

enum { FILTER_PORTS_MAX = 8, FILTER_PROTOCOL_ANY = 255, FILTER_PORT_LAST = 65535 };

enum filter_family { FILTER_ANY_FAMILY, FILTER_IPV4, FILTER_IPV6 };

struct filter_end {
	bool is_assigned; /* whatever address the VM has */
	uint8_t prefix; /* of the 128 bits; 0 for any address */
	struct dimp_ip address;
};

struct filter_ports {
	uint16_t first, last;
};

struct filter_rule {
	bool is_permit;
	enum filter_family family;
	uint8_t protocol;
	uint8_t ports_count; /* at least one */
	struct filter_ports ports[FILTER_PORTS_MAX]; /* of the destination */
	struct filter_end source, destination;
};

/* Reads an IPFilterRule of direction "in"; false when it is none, or says more than an entry can.
 */
bool filter_rule_read(struct dimp_view text, struct filter_rule *rule);

/* Reads an entry of an access list of that family; false likewise. */
bool filter_rule_read_cisco(struct dimp_view text, enum filter_family family,
	struct filter_rule *rule);

#endif
