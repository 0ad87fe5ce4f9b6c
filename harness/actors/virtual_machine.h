/* SPDX-License-Identifier: MIT */
/*
 * A virtual machine: addresses, whether it runs and where its frames go, its own SecY when it has
 * MACsec keys, and what it answers by itself (ARP, echo requests).
 */
#ifndef ACTORS_VIRTUAL_MACHINE_H
#define ACTORS_VIRTUAL_MACHINE_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"
#include "engine/engine.h"
#include "observe/frame_census.h"

struct virtual_machine;

struct virtual_machine_config {
	const char *name; /* borrowed */
	struct dimp_mac mac;
	uint16_t vlan;
	bool is_macsec_required; /* nothing passes in the clear but EAPOL, even without keys */
	struct dimp_ip address; /* until DHCP gives one; all zero: none */
};

/* Where frames of a running VM go: untagged, protected when the VM protects. */
struct virtual_machine_port {
	void *context;
	void (*send)(void *context, const struct virtual_machine *machine, struct dimp_view frame,
		struct dimp_time now);
};

/* Sees what a running VM receives, in the clear, EAPOL too; or, as a key learner, its EAPOL of both
 * ways. */
struct virtual_machine_listener {
	void *context;
	void (*hear)(void *context, const struct edge_frame *frame, struct dimp_time now);
};

/* NULL without memory. */
struct virtual_machine *virtual_machine_create(const struct virtual_machine_config *config);
void virtual_machine_destroy(struct virtual_machine *machine);

const char *virtual_machine_name(const struct virtual_machine *machine);
const struct dimp_mac *virtual_machine_mac(const struct virtual_machine *machine);
uint16_t virtual_machine_vlan(const struct virtual_machine *machine);
/* All zero as long as it has none. */
const struct dimp_ip *virtual_machine_address(const struct virtual_machine *machine);
/* Its DHCP client gave the address up, or got one. */
void virtual_machine_set_address(struct virtual_machine *machine, const struct dimp_ip *address);
/* The IPv6 address at which it is asked: the one above if it is of IPv6, else what DHCPv6 gave,
 * else the link-local one that it made itself. */
struct dimp_ip virtual_machine_address6(const struct virtual_machine *machine);
/* Its DHCPv6 client got an address, or all zero: gave it up. */
void virtual_machine_set_address6(struct virtual_machine *machine, const struct dimp_ip *address);
bool virtual_machine_is_running(const struct virtual_machine *machine);

/* The keys of the VM's SecY: MACSEC_SA records in slot 0, directions named as at the bridge. */
struct di_store *virtual_machine_keys(const struct virtual_machine *machine);

/* Writes the packet numbers of the VM's SecY into its keys, for who must know how far they are. */
void virtual_machine_note_numbers(struct virtual_machine *machine, struct dimp_time now);

/* Adds a listener; false when there are too many. */
bool virtual_machine_add_listener(struct virtual_machine *machine,
	const struct virtual_machine_listener *listener);
/* Who learns the keys from the VM's EAPOL. */
void virtual_machine_set_learner(struct virtual_machine *machine,
	const struct virtual_machine_listener *learner);

/* The VM runs and sends to |port| from now on. */
void virtual_machine_run(struct virtual_machine *machine, const struct virtual_machine_port *port);
void virtual_machine_stop(struct virtual_machine *machine);

/* What the VM sent and received so far, in the clear. */
const struct frame_census *virtual_machine_sent(const struct virtual_machine *machine);
const struct frame_census *virtual_machine_received(const struct virtual_machine *machine);

/* The VM sends a frame (in the clear, untagged); nothing happens while it is stopped. */
void virtual_machine_send(struct virtual_machine *machine, struct dimp_view frame,
	struct dimp_time now);
/* A frame (tagged or not) arrives; it is lost while the VM is stopped. */
void virtual_machine_receive(struct virtual_machine *machine, struct dimp_view frame,
	struct dimp_time now);

#endif
