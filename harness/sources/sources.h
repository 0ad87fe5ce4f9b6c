/* SPDX-License-Identifier: MIT */
/*
 * All sources of one VM together: every frame that passes the VM's port is given to each, and what
 * they learn is in the VM's slot of the store.  At a new bridge, sources created over moved records
 * go on where the old ones stopped.
 */
#ifndef SOURCES_SOURCES_H
#define SOURCES_SOURCES_H

#include "sources/dot1x_source.h"
#include "sources/macsec_data.h"
#include "sources/mka_source.h"

struct sources;

struct sources_config {
	struct dot1x_config dot1x;
	const char *acl_template; /* "" for none; its names are in acl_template.h */
	bool is_fast_leave; /* nobody else is behind the port: who leaves a group ends it at once */
	bool has_savi; /* binds IPv6 addresses by neighbour discovery */
	bool is_adopted; /* the VM has come from another bridge just now */
	const struct mka_config *mka; /* NULL without a CAK; copied */
};

/* Sessions without end, no ACL, no SAVI, no MACsec. */
void sources_config_default(struct sources_config *config);

/*
 * The sources of the VM of |place| (its counters are not used: these have their own).  The store is
 * borrowed for their life.  NULL without memory, or when there is no such ACL template.
 */
struct sources *sources_create(const struct source_place *place,
	const struct sources_config *config, struct dimp_time now);
void sources_destroy(struct sources *sources); /* secrets are wiped; NULL is fine */

/*
 * Learns from a frame.  One that MACsec protects is opened for it; whoever opens frames itself,
 * with macsec_data_validate() on sources_macsec(), gives the plain frame instead, never both.
 */
void sources_frame(struct sources *sources, const struct source_frame *frame, struct dimp_time now);

/* Learns from a frame of the VM, in the clear, that the source guard did not let through; whether a
 * test of the address that it is from began, for which the bridge has to probe. */
bool sources_refused(struct sources *sources, const struct source_frame *frame,
	struct dimp_time now);

/* Learns from a frame between the bridge and its RADIUS server; others are not looked at. */
void sources_radius(struct sources *sources, struct dimp_view frame, struct dimp_time now);

/* Does what is due by |now|; call it before di_store_expire(), which ends the rest. */
void sources_expire(struct sources *sources, struct dimp_time now);
/* When something that the store does not know is due; DIMP_NEVER if nothing is. */
struct dimp_time sources_deadline(const struct sources *sources);

/* Writes what runs beside the records (MACsec packet numbers) into them: before a freeze, and now
 * and then. */
void sources_flush(struct sources *sources, struct dimp_time now);

/* The MACsec data plane, to validate and protect with; borrowed, as is the place. */
struct macsec_data *sources_macsec(struct sources *sources);
const struct source_place *sources_place(const struct sources *sources);
const struct source_counters *sources_counters(const struct sources *sources);

/* Calls |print| with each counter's name, text and value. */
void sources_counters_walk(const struct source_counters *counters,
	void (*print)(void *context, const char *name, const char *text, uint64_t value),
	void *context);

#endif
