/* SPDX-License-Identifier: MIT */
/*
 * A VM at a bridge: what the bridge's VSI database says of it (VSI, addresses, what it must use),
 * on which port it is, and whether the DI of its slot is in force.  Facts only.
 */
#ifndef BRIDGE_ATTACHMENT_H
#define BRIDGE_ATTACHMENT_H

#include "dimp.h"

enum attachment_state {
	ATTACHMENT_ABSENT, /* known, not here */
	ATTACHMENT_EXPECTED, /* port known, blocked until its DI is in force */
	ATTACHMENT_ACTIVE, /* the only state in which a frame of the VM passes */
	ATTACHMENT_FROZEN, /* DI neither used nor changed */
	ATTACHMENT_LEFT /* gone from the port, DI held for a migration */
};

struct attachment {
	unsigned slot; /* of the bridge's DI store */
	bool is_free; /* nobody's: no VM is known by this slot */
	struct dimp_vsi vsi;
	struct dimp_mac mac;
	uint16_t vlan;
	uint64_t serial; /* moves up to this one are over, as the servers say */
	bool is_dot1x_required; /* frames pass only with a session in force */
	bool is_macsec_required; /* frames pass only protected, without an SA none does */
	bool is_dhcp_guarded; /* IPv4 frames and ARP pass only from a bound address */
	bool is_dhcp6_guarded; /* IPv6 frames do, link-local ones left out */
	bool is_discovery_bound; /* IPv6 frames do, and addresses are bound by discovery */
	bool is_portal_required; /* IP frames pass only with an open portal session */
	enum attachment_state state;
	bool is_let_go; /* it was expected and does not come: DI that is put into force is held */
	unsigned port; /* holds unless ABSENT */
	struct dimp_time freeze_by; /* the latest instant to freeze at; 0 when not asked to */
	uint64_t freeze_token; /* what the answer to that names */
	dimp_vsi_index vsi_index; /* at the bridge's speaker; DIMP_NO_VSI */
	unsigned reports_left; /* of what it listens to, to routers */
	struct dimp_time report_at; /* the next of them */
};

#endif
