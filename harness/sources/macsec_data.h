/* SPDX-License-Identifier: MIT */
/*
 * The data plane of the VM's MACsec: frames from the VM are validated and decrypted, frames to it
 * are protected, by the MACSEC_SA records of the store.  Packet numbers run here and are written
 * back on macsec_data_flush(), so that not every frame is a change of DI.
 */
#ifndef SOURCES_MACSEC_DATA_H
#define SOURCES_MACSEC_DATA_H

#include "net/sectag.h"
#include "sources/source_packet.h"

enum { MACSEC_DATA_SAS = 16 };

/* The running numbers of one SA. */
struct macsec_numbers {
	bool is_used;
	bool is_ahead; /* of what the store says */
	struct dimp_sci sci;
	uint8_t association_number;
	uint8_t direction;
	struct dimp_id16 key_identifier;
	uint64_t next_pn, lowest_pn;
};

struct macsec_data {
	struct macsec_numbers sas[MACSEC_DATA_SAS];
};

/* A frame made of another one. */
struct macsec_frame {
	uint8_t octets[ETHERNET_FRAME_MAX];
	size_t size;
};

enum macsec_verdict {
	MACSEC_PASSED,
	MACSEC_NO_SA, /* none for this SCI and AN, or none in use */
	MACSEC_REPLAYED, /* below the lowest acceptable number */
	MACSEC_BAD, /* malformed, or the check value is wrong */
	MACSEC_EXHAUSTED /* no packet number is left, or the frame is too long */
};

void macsec_data_init(struct macsec_data *data);

/*
 * Validates a MACsec frame from the VM and makes |plain| of it, VLAN tags outside kept.  The
 * numbers move on only for frames whose check value is right.
 */
enum macsec_verdict macsec_data_validate(struct macsec_data *data, const struct source_place *place,
	const struct ethernet_frame *frame, struct macsec_frame *plain);

/*
 * Protects the frame |octets| for the VM with the transmit SA in use, which takes a packet number
 * that is never given again.
 */
enum macsec_verdict macsec_data_protect(struct macsec_data *data, const struct source_place *place,
	struct dimp_view octets, struct macsec_frame *secured);

/*
 * Opens a frame that another SecY protected for the VM with this bridge's transmit SA (a recorded
 * bridge at play), and goes on after its number.
 */
enum macsec_verdict macsec_data_follow(struct macsec_data *data, const struct source_place *place,
	const struct ethernet_frame *frame, struct macsec_frame *plain);

/* Writes the numbers that moved on into the store: before a freeze, and now and then. */
void macsec_data_flush(struct macsec_data *data, const struct source_place *place,
	struct dimp_time now);

#endif
