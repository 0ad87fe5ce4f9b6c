/* SPDX-License-Identifier: MIT */
/*
 * Dynamic ACLs from templates, filled in while the VM has an 802.1X session.  "permit-own-address":
 *
 *   10  permit ARP
 *   20  permit IPv4 from the VM's own address (not before one is known; 21 to 27 for further ones)
 *   30  permit what a DHCP client sends (UDP to port 67)
 *   40  permit IGMP
 *   50  deny the rest
 *
 * "permit-own-addresses" is for both families: in place of 50,
 *
 *   60  permit IPv6 from the VM's own address (61 to 67 for further ones)
 *   70  permit what a DHCPv6 client sends (UDP to port 547)
 *   80  permit ICMPv6 of link-local and unspecified addresses: neighbour discovery, MLD
 *   90  deny the rest
 *
 * EAPOL, with EAP and MKA in it, is not subject to an ACL.  Own addresses are own_addresses.h's.
 * A session's Filter-Id that names a template goes before the one the bridge is configured with.
 */
#ifndef SOURCES_ACL_TEMPLATE_H
#define SOURCES_ACL_TEMPLATE_H

#include "sources/own_addresses.h"

struct acl_template {
	const struct acl_template_rows *configured; /* NULL for none */
};

/* False when there is no template called |name|; "" is none.  What moved here recalls |own|. */
bool acl_template_init(struct acl_template *acl, const char *name, struct own_addresses *own,
	const struct source_place *place);

/* Fills the entries anew, or removes them, as session and addresses have it now. */
void acl_template_refresh(const struct acl_template *acl, const struct address_list *list,
	const struct source_place *place, struct dimp_time now);
/* Removes what the templates made: the server sent a list of its own. */
void acl_template_withdraw(const struct source_place *place, struct dimp_time now);

/* Whether there is a template of that name. */
bool acl_template_is_known(struct dimp_view name);

#endif
