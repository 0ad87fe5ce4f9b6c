/* SPDX-License-Identifier: MIT */
/*
 * What MACSEC_SA does on a bridge: the SecY of each VM's port (IEEE 802.1AE); and the same at the
 * VM's end.  Keys are read from the DI store; packet numbers in use are kept here and written back
 * when they are to move.
 */
#ifndef BRIDGE_SECURE_PORT_H
#define BRIDGE_SECURE_PORT_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

struct secure_port;

/* What protection adds to a frame at most: SecTAG with SCI, and the ICV. */
enum { SECURE_PORT_OVERHEAD = 32 };

/*
 * Which end of the link this is.  Records name directions as the bridge sees them, so that a VM
 * sends with RECEIVE and receives with TRANSMIT; its packet numbers are its own, whatever the
 * records say.
 */
enum secure_port_end { SECURE_PORT_OF_BRIDGE, SECURE_PORT_OF_VM };

/* What became of the frames from the other end (IEEE 802.1AE-2018 10.6, 10.7.9, its names); |late|
 * and what follows it were discarded. */
struct secure_port_counters {
	uint64_t ok; /* InPktsOK */
	uint64_t unchecked; /* InPktsUnchecked: delivered without validation */
	uint64_t invalid; /* InPktsInvalid: delivered though the check value is wrong */
	uint64_t no_sa; /* InPktsNoSA: delivered though no SA is for it */
	uint64_t untagged; /* InPktsUntagged: delivered without a tag */
	uint64_t late; /* InPktsLate: below the lowest acceptable number */
	uint64_t not_valid; /* InPktsNotValid: the check value is wrong */
	uint64_t no_sa_error; /* InPktsNoSAError: no SA is for it */
	uint64_t no_tag; /* InPktsNoTag: without a tag */
	uint64_t bad_tag; /* InPktsBadTag */
};

/* NULL without memory.  |store| is borrowed. */
struct secure_port *secure_port_create(struct di_store *store, enum secure_port_end end);
void secure_port_destroy(struct secure_port *port);

/* Whether |slot| has SAs: then only protected frames pass. */
bool secure_port_is_in_use(const struct secure_port *port, unsigned slot);

/* Validates a protected, untagged |frame| from the other end and writes it in the clear to |plain|,
 * which holds as much as the frame.  Returns the size; 0 when it is discarded.  validateFrames of
 * the slot's SAs decides about what is invalid or for no SA and not encrypted: strict discards it;
 * check delivers it without tag and check value; disabled does so unseen.  What is late never
 * passes.
 */
size_t secure_port_open(struct secure_port *port, unsigned slot, const struct edge_frame *frame,
	uint8_t *plain);

/* Whether a frame without SecTAG is delivered: it is not where validateFrames is strict, or where
 * there is no SA.  It is counted. */
bool secure_port_takes_untagged(struct secure_port *port, unsigned slot);

/* Of all slots; borrowed for the port's life. */
const struct secure_port_counters *secure_port_counters(const struct secure_port *port);

/* Protects an untagged |frame| to the other end with the SA in use into |octets|, which holds the
 * frame and SECURE_PORT_OVERHEAD more.  Returns the size; 0 when there is no SA to send with. */
size_t secure_port_protect(struct secure_port *port, unsigned slot, const struct edge_frame *frame,
	uint8_t *octets);

/* Writes the packet numbers of |slot| back to the store. */
void secure_port_flush(struct secure_port *port, unsigned slot, struct dimp_time now);
/* Forgets the packet numbers of |slot|: the store's hold again. */
void secure_port_forget(struct secure_port *port, unsigned slot);

#endif
