/* SPDX-License-Identifier: MIT */
/*
 * A dynamic ACL from the template "permit-own-address", filled in while the VM has an 802.1X
 * session:
 *
 *   10  permit ARP
 *   20  permit IPv4 from the VM's own address (not before one is known)
 *   30  permit what a DHCP client sends (UDP to port 67)
 *   40  permit IGMP
 *   50  deny the rest
 *
 * EAPOL, with EAP and MKA in it, is not subject to an ACL.  The own address is the one of the DHCP
 * binding; without a binding, the sender address of the VM's ARP.
 */
#ifndef SOURCES_ACL_TEMPLATE_H
#define SOURCES_ACL_TEMPLATE_H

#include "sources/source_packet.h"

struct acl_template {
	bool is_used;
	bool has_binding; /* the address stands for a DHCP binding */
	bool has_address;
	struct dimp_ipv4 address; /* the VM's own, as far as known */
};

/* False when there is no template called |name|; "" is none, and never fills anything. */
bool acl_template_init(struct acl_template *acl, const char *name,
	const struct source_place *place);

/* Looks at ARP in |packet| for the VM's own address. */
void acl_template_packet(struct acl_template *acl, const struct source_packet *packet,
	const struct source_place *place);

/* Fills the entries anew, or removes them, as session and address have it now. */
void acl_template_refresh(struct acl_template *acl, const struct source_place *place,
	struct dimp_time now);

#endif
