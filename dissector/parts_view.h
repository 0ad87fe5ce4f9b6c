/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of fields that are more than a number or a string of octets: VSIs, tickets, secure
 * channel identifiers, CKNs, IPv4 addresses in IPv6's form.
 */
#ifndef DISSECTOR_PARTS_VIEW_H
#define DISSECTOR_PARTS_VIEW_H

#include "field_view.h"

void parts_view_register(int protocol);

/* Adds the parts below the field's item, if its type has any. */
void parts_view_add(struct dissection *dissection, const struct fact_field *field,
	struct field_value place);

#endif
