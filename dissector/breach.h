/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expert items: one for each rule of docs/spec that octets can break, named with its clause.
 */
#ifndef DISSECTOR_BREACH_H
#define DISSECTOR_BREACH_H

#include "dissection.h"

enum breach {
#define BREACH(clause, severity, text) BREACH_##clause,
#include "breaches.def"
#undef BREACH
	BREACHES
};

void breach_register(int protocol);

/* Hangs the item of the rule on |item|, which may be NULL. */
void breach_add(struct dissection *dissection, proto_item *item, enum breach breach);

/*
 * The same, where a receiver would name an error: the first error becomes the verdict on what is
 * at hand.
 */
void breach_judge(struct dissection *dissection, proto_item *item, enum breach breach,
	enum dimp_error error);

#endif
