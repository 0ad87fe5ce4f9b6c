/* SPDX-License-Identifier: MIT */
/*
 * What a vendor in C writes, to have an implementation of DIMP judged: one table of functions,
 * called iut_operations.  Compiled as a shared object it is the target "so:FILE"; linked with
 * iut_host.c and iut_main.c it is a program for "shim:COMMAND".  docs/VENDOR.md goes through it;
 * docs/CONFORM.md says the same as JSON, for other languages.
 *
 * Everything happens when a function is called: the implementation gets the time with each call and
 * does not read a clock.  VSIs, records and messages are octets as DIMP has them on the wire.
 * Errors are names of DIMP 9.4 ("VSI_FROZEN").  This header needs no other of ours.
 */
#ifndef CONFORMANCE_IUT_H
#define CONFORMANCE_IUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returned in place of an error's name: the suite skips the case. */
#define IUT_UNIMPLEMENTED "unimplemented"

/* A program may also exit with this code for the same. */
enum { IUT_EXIT_UNIMPLEMENTED = 89 };

enum { IUT_KEY_SIZE = 32, IUT_VSI_SIZE = 37, IUT_OCTETS_MAX = 9000 };

#define IUT_NO_PEER UINT32_MAX

/* The implementation, the vendor's own. */
struct iut;

struct iut_peer {
	uint8_t key[IUT_KEY_SIZE]; /* static public key */
	bool is_bridge; /* is asked who has a VSI (DIMP 9.2-28) */
	uint8_t preshared[IUT_KEY_SIZE]; /* zeros: none */
};

/* A setting of DIMP 10.1, a bound of 10.2, or a DI type with the most entries of it. */
struct iut_number {
	const char *name;
	uint64_t value;
};

/* What the VLAN |theirs| of other bridges is called here (DIMP 8.0-8). */
struct iut_vlan {
	uint16_t theirs, ours;
};

/* What the implementation is to be; everything is borrowed for the call only. */
struct iut_config {
	bool is_bridge; /* else a station */
	uint8_t secret[IUT_KEY_SIZE]; /* X25519, static */
	uint32_t boot_count;
	uint64_t seed; /* for what it draws, if it can be told */
	const struct iut_peer *peers; /* numbered from 0 */
	size_t peer_count;
	const struct iut_number *settings; /* that are not the default */
	size_t setting_count;
	const struct iut_number *limits; /* that are not the default */
	size_t limit_count;
	bool has_types;
	uint64_t types; /* DI set that it supports (DIMP 6.2); without has_types: all it has */
	const char *authority; /* "any", "consent" or "ticket" (DIMP 9.7) */
	uint8_t manager[IUT_KEY_SIZE]; /* Ed25519, of the VSI manager; zeros: none */
	uint64_t clock_s; /* seconds since 1970 at instant 0; 0: no trusted clock */
	const struct iut_vlan *vlans;
	size_t vlan_count;
	size_t pdu_size_max; /* what its link carries (DIMP 3-5); 0: the default, 1,472 octets */
};

/* Octets to or from a peer, a record or a message. */
struct iut_octets {
	uint32_t peer;
	size_t size;
	uint8_t octets[IUT_OCTETS_MAX];
};

/* An order of the user; which members mean something, docs/CONFORM.md says for each name. */
struct iut_order {
	const char *name; /* "put", "frozen" ... */
	uint8_t vsi[IUT_VSI_SIZE];
	uint32_t peer; /* IUT_NO_PEER: none */
	uint64_t serial;
	const char *error; /* of "reject"; else NULL */
	struct iut_octets item; /* the record of "put", the message of others */
};

/* What the implementation tells its user. */
struct iut_event {
	const char *name; /* "freeze", "record" ... */
	uint32_t peer; /* IUT_NO_PEER: none */
	const char *error; /* NULL: none */
	struct iut_octets item; /* the record or message told; size 0: none */
};

struct iut_status {
	bool is_owner; /* its DI is in force here */
	uint32_t epoch, entries;
	uint64_t serial;
};

struct iut_operations {
	const char *name; /* of the product, for reports */
	/* Whether it can do this (`dimp conform doctor` lists the names); a name that it does not
	 * know it cannot. */
	bool (*supports)(const char *capability);
	/* Makes it anew, at instant 0.  NULL when it cannot be as |config| says: the case is
	 * skipped. */
	struct iut *(*begin)(const struct iut_config *config);
	void (*end)(struct iut *iut);
	/* A PDU arrives from |pdu->peer|. */
	void (*receive)(struct iut *iut, const struct iut_octets *pdu, uint64_t now_us);
	/* The next PDU to send at this instant; false: none. */
	bool (*transmit)(struct iut *iut, struct iut_octets *pdu, uint64_t now_us);
	/* The next thing to tell at this instant; false: none. */
	bool (*tell)(struct iut *iut, struct iut_event *event, uint64_t now_us);
	/* The next instant at which it has something to do; UINT64_MAX: none. */
	uint64_t (*deadline)(struct iut *iut);
	/* That instant, or a later one, has come. */
	void (*expire)(struct iut *iut, uint64_t now_us);
	/* Does what its user orders: NULL, the name of the error it answers with, or
	 * IUT_UNIMPLEMENTED. */
	const char *(*order)(struct iut *iut, const struct iut_order *order, uint64_t now_us);
	/* These three may be NULL: what needs them is skipped. */
	/* What it holds of a VSI; false: nothing. */
	bool (*status)(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], struct iut_status *status);
	/* The record of a VSI, in force, at |position|, which begins with 0 and is the
	 * implementation's to move on; false at the end.  Member peer is not used. */
	bool (*entry)(struct iut *iut, const uint8_t vsi[IUT_VSI_SIZE], size_t *position,
		struct iut_octets *record);
	/* A counter (DIMP 10.4); false when it has none of this name. */
	bool (*counter)(struct iut *iut, const char *name, uint64_t *value);
};

/* The one symbol that a vendor defines. */
extern const struct iut_operations iut_operations;

#endif
