/* SPDX-License-Identifier: MIT */
/*
 * Looks for many octet strings at once.
 */
#ifndef OBSERVE_SECRET_SCAN_H
#define OBSERVE_SECRET_SCAN_H

#include "dimp.h"

/* Sets of strings: what a scan looks for. */
enum secret_form {
	SECRET_KEY = 1, /* a key's octets */
	SECRET_KEY_TEXT = 2, /* a key in hex digits, as files have it */
	SECRET_IDENTITY = 4
};

enum { SECRET_SIZE_MIN = 6, SECRET_SIZE_MAX = 64 };

struct secret_scan;

/* NULL without memory. */
struct secret_scan *secret_scan_create(void);
/* Wipes all; NULL is fine. */
void secret_scan_destroy(struct secret_scan *scan);

/* Adds a string of SECRET_SIZE_MIN to SECRET_SIZE_MAX octets (others are not looked for, nor those
 * that repeat one octet); a key also as hex text of both cases.  False without memory. */
bool secret_scan_add(struct secret_scan *scan, enum secret_form form, struct dimp_view octets);

/* The form of the first string of |forms| (enum secret_form, or-ed) that occurs in |octets|, with
 * its place in |at|; 0 if none does. */
unsigned secret_scan_find(const struct secret_scan *scan, unsigned forms, struct dimp_view octets,
	size_t *at);

#endif
