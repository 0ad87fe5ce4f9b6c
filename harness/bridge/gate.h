/* SPDX-License-Identifier: MIT */
/*
 * The gate of a VM's port: which of its frames the DI in force lets through, and why not.  MACsec
 * is opened and sealed elsewhere (secure_port.h): the gate sees frames in the clear.
 */
#ifndef BRIDGE_GATE_H
#define BRIDGE_GATE_H

#include "bridge/attachment.h"
#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

enum gate_verdict {
	GATE_PASS,
	GATE_NOT_ACTIVE, /* not here, or its DI is not in force */
	GATE_UNAUTHORISED, /* no 802.1X session */
	GATE_MACSEC, /* not protected, or protection invalid */
	GATE_ACL,
	GATE_SOURCE_GUARD,
	GATE_PORTAL, /* not past the captive portal */
	GATE_POLICER, /* more than its rate */
	GATE_PORT_SECURITY, /* an address that is another port's */
	GATE_ARP_RATE, /* more ARP than its port may send */
	GATE_VERDICTS
};

/* What becomes of |frame| from the VM.  EAPOL needs no session: it is how one begins. */
enum gate_verdict gate_from_vm(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now);

/* What becomes of |frame| to the VM: a controlled port is closed in both directions. */
enum gate_verdict gate_to_vm(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now);

#endif
