/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules across the fields of a record (DIMP 8): what a receiver refuses although every field is
 * right by itself.
 */
#ifndef DISSECTOR_RECORD_RULES_H
#define DISSECTOR_RECORD_RULES_H

#include "breach.h"
#include "field_view.h"

/* Judges a record whose fixed part is whole. Of a DELETE the KEY fields alone are judged. */
void record_rules_judge(struct dissection *dissection, const struct block_values *values);

/* A record while it is judged. */
struct rule_view {
	struct dissection *dissection;
	const struct block_values *values;
};

/* Breaks the rule at the named field, with MALFORMED_RECORD or another error. */
void rule_break(const struct rule_view *view, const char *name, enum breach breach);
void rule_break_with(const struct rule_view *view, const char *name, enum breach breach,
	enum dimp_error error);

gboolean rule_has(const struct rule_view *view, const char *name);
guint64 rule_number(const struct rule_view *view, const char *name);
gboolean rule_is_zero(const struct rule_view *view, const char *name);

/* The rules of types that hold keys: MACsec associations, MKA participants and peers. */
void rule_macsec_sa(const struct rule_view *view);
void rule_mka_participant(const struct rule_view *view);
void rule_mka_peer(const struct rule_view *view);

/* The rules of types about addresses and groups. */
void rule_dynamic_acl(const struct rule_view *view);
void rule_dhcp_binding(const struct rule_view *view);
void rule_multicast_membership(const struct rule_view *view);
void rule_dhcpv6_binding(const struct rule_view *view);
void rule_savi_binding(const struct rule_view *view);
void rule_arp_entry(const struct rule_view *view);
void rule_multicast_router(const struct rule_view *view);

/* Whether a MAC address is a station's: neither zero nor a group's (DIMP 8.0-6). */
gboolean rule_is_station(const struct rule_view *view, const char *name);

#endif
