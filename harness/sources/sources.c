/* SPDX-License-Identifier: MIT */
/*
 * One row a source.  A MACsec frame is opened once and its inside given to the same rows; a
 * protected frame within a protected frame is nobody's and is not opened again.
 */
#include "sources/sources.h"

#include <stdlib.h>
#include <string.h>

#include "net/router_hello.h"
#include "sources/acl_template.h"
#include "sources/dhcp6_source.h"
#include "sources/dhcp_source.h"
#include "sources/group_asking.h"
#include "sources/group_source.h"
#include "sources/savi_source.h"

struct sources {
	struct source_place place;
	struct source_counters counters;
	struct dot1x_source dot1x;
	struct dhcp_source dhcp;
	struct dhcp6_source dhcp6;
	bool has_savi;
	bool is_fast_leave;
	struct group_source group;
	struct own_addresses own;
	struct acl_template acl;
	bool has_mka;
	struct mka_source mka;
	struct macsec_data macsec;
};

static void take_dot1x(struct sources *sources, const struct source_packet *packet,
	struct dimp_time now)
{
	dot1x_source_packet(&sources->dot1x, packet, &sources->place, now);
}

static void take_mka(struct sources *sources, const struct source_packet *packet,
	struct dimp_time now)
{
	if (sources->has_mka)
		mka_source_packet(&sources->mka, packet, &sources->place, now);
}

static void take_dhcp(struct sources *sources, const struct source_packet *packet,
	struct dimp_time now)
{
	dhcp_source_packet(&sources->dhcp, packet, &sources->place, now);
}

static void take_dhcp6(struct sources *sources, const struct source_packet *packet,
	struct dimp_time now)
{
	dhcp6_source_packet(&sources->dhcp6, packet, &sources->place, now);
}

static void leave_fast(struct sources *sources, const struct source_packet *packet,
	struct dimp_time now)
{
	const struct source_place *const place = &sources->place;
	struct group_heard heard = {.store = place->store,
		.slot = place->slot,
		.vlan = packet->vlan};

	if (packet->direction != SOURCE_FROM_VM || !group_source_read(packet, &heard.message))
		return;
	group_asking_conclude(&heard, place->store, now);
	group_source_expire(place, now);
	di_store_expire(place->store, now);
}

static void take_group(struct sources *sources, const struct source_packet *packet,
	struct dimp_time now)
{
	group_source_packet(&sources->group, packet, &sources->place, now);
	if (sources->is_fast_leave)
		leave_fast(sources, packet, now);
}

static void take_arp(struct sources *sources, const struct source_packet *packet,
	struct dimp_time now)
{
	(void)now;
	own_addresses_packet(&sources->own, packet, &sources->place);
}

/* What each source reads: an EtherType, and for IP the protocol in it. */
static const struct row {
	uint16_t type;
	uint8_t protocol;
	bool is_acl_concerned; /* what it learns may change the ACL */
	void (*take)(struct sources *sources, const struct source_packet *packet,
		struct dimp_time now);
} rows[] = {
	{ETHERTYPE_EAPOL, 0, true, take_dot1x},
	{ETHERTYPE_EAPOL, 0, false, take_mka},
	{ETHERTYPE_IPV4, IPV4_UDP, true, take_dhcp},
	{ETHERTYPE_IPV4, IPV4_IGMP, false, take_group},
	{ETHERTYPE_IPV6, IPV6_ICMP, true, take_group},
	{ETHERTYPE_IPV4, ROUTER_HELLO_PIM, false, take_group},
	{ETHERTYPE_IPV6, ROUTER_HELLO_PIM, false, take_group},
	{ETHERTYPE_IPV6, IPV6_UDP, true, take_dhcp6},
	{ETHERTYPE_ARP, 0, true, take_arp},
};

void sources_config_default(struct sources_config *config)
{
	*config = (struct sources_config){.acl_template = ""};
	dot1x_config_default(&config->dot1x);
}

struct sources *sources_create(const struct source_place *place,
	const struct sources_config *config, struct dimp_time now)
{
	struct sources *const sources = calloc(1, sizeof *sources);

	if (sources == NULL)
		return NULL;
	sources->place = *place;
	sources->place.counters = &sources->counters;
	dot1x_source_init(&sources->dot1x, &config->dot1x);
	dhcp_source_init(&sources->dhcp);
	dhcp6_source_init(&sources->dhcp6);
	sources->has_savi = config->has_savi;
	sources->is_fast_leave = config->is_fast_leave;
	if (config->is_adopted) {
		dhcp_source_adopt(&sources->dhcp, now);
		dhcp6_source_adopt(&sources->dhcp6, now);
	}
	group_source_init(&sources->group);
	macsec_data_init(&sources->macsec);
	sources->has_mka = config->mka != NULL;
	if (sources->has_mka)
		mka_source_init(&sources->mka, config->mka, &sources->place, now);
	if (acl_template_init(&sources->acl, config->acl_template, &sources->own, &sources->place))
		return sources;
	sources_destroy(sources);
	return NULL;
}

void sources_destroy(struct sources *sources)
{
	if (sources == NULL)
		return;
	mka_source_wipe(&sources->mka);
	dot1x_source_wipe(&sources->dot1x);
	free(sources);
}

static bool is_for(const struct row *row, const struct source_packet *packet)
{
	if (row->type != packet->ethernet.type)
		return false;
	if (packet->has_ipv4)
		return row->protocol == packet->ipv4.protocol;
	return !packet->has_ipv6 || row->protocol == packet->ipv6.protocol;
}

/* What a server granted goes before the bridge's own templates. */
static void refresh_lists(struct sources *sources, struct dimp_time now)
{
	struct granted_list *const granted = &sources->dot1x.radius.list;
	struct address_list own;

	own_addresses_list(&sources->own, &sources->place, &own);
	granted_list_refresh(granted, &own, &sources->place, now);
	if (granted_list_is_used(granted, &sources->place))
		acl_template_withdraw(&sources->place, now);
	else
		acl_template_refresh(&sources->acl, &own, &sources->place, now);
}

static void learn(struct sources *sources, const struct source_packet *packet, struct dimp_time now)
{
	bool is_acl_concerned = false;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!is_for(&rows[i], packet))
			continue;
		rows[i].take(sources, packet, now);
		is_acl_concerned = is_acl_concerned || rows[i].is_acl_concerned;
	}
	/* Any frame shows that the VM has the address it is from. */
	if (sources->has_savi)
		savi_source_packet(packet, &sources->place, now);
	if (is_acl_concerned)
		refresh_lists(sources, now);
}

/* Takes a frame apart; false when it is not to be learned from. */
static bool read_packet(struct sources *sources, const struct source_frame *frame,
	struct source_packet *packet)
{
	if (!source_packet_read(frame, &sources->counters, packet))
		return false;
	if (packet->direction == SOURCE_FROM_VM &&
		!ethernet_is_same(&packet->ethernet.source, &sources->place.vm)) {
		sources->counters.spoofed++;
		return false;
	}
	return true;
}

static bool open_frame(struct sources *sources, const struct source_packet *packet,
	struct macsec_frame *plain)
{
	struct macsec_data *const macsec = &sources->macsec;
	const struct ethernet_frame *const frame = &packet->ethernet;
	const enum macsec_verdict verdict = packet->direction == SOURCE_FROM_VM
		? macsec_data_validate(macsec, &sources->place, frame, plain)
		: macsec_data_follow(macsec, &sources->place, frame, plain);

	return verdict == MACSEC_PASSED;
}

void sources_frame(struct sources *sources, const struct source_frame *frame, struct dimp_time now)
{
	struct source_packet packet;
	struct macsec_frame plain;

	if (!read_packet(sources, frame, &packet))
		return;
	if (packet.ethernet.type != ETHERTYPE_MACSEC) {
		learn(sources, &packet, now);
		return;
	}
	if (!open_frame(sources, &packet, &plain))
		return;
	struct source_frame inside = *frame;
	inside.octets = (struct dimp_view){plain.octets, plain.size};
	if (read_packet(sources, &inside, &packet))
		learn(sources, &packet, now);
}

bool sources_refused(struct sources *sources, const struct source_frame *frame,
	struct dimp_time now)
{
	struct source_packet packet;

	return sources->has_savi && read_packet(sources, frame, &packet) &&
		savi_source_refused(&packet, &sources->place, now);
}

void sources_radius(struct sources *sources, struct dimp_view frame, struct dimp_time now)
{
	if (!radius_source_decides(&sources->dot1x.radius))
		return;
	radius_source_frame(&sources->dot1x.radius, frame, &sources->place, now);
	refresh_lists(sources, now);
}

void sources_expire(struct sources *sources, struct dimp_time now)
{
	group_source_expire(&sources->place, now);
	savi_source_expire(&sources->place, now);
	if (sources->has_mka)
		mka_source_expire(&sources->mka, &sources->place, now);
	dot1x_source_expire(&sources->dot1x, &sources->place, now);
	refresh_lists(sources, now);
}

struct dimp_time sources_deadline(const struct sources *sources)
{
	struct dimp_time deadline = group_source_deadline(&sources->place);
	const struct dimp_time savi = savi_source_deadline(&sources->place);
	const struct dimp_time session = dot1x_source_deadline(&sources->place);

	if (savi.us < deadline.us)
		deadline = savi;
	if (session.us < deadline.us)
		deadline = session;
	if (sources->has_mka) {
		const struct dimp_time mka = mka_source_deadline(&sources->mka, &sources->place);
		if (mka.us < deadline.us)
			deadline = mka;
	}
	return deadline;
}

void sources_flush(struct sources *sources, struct dimp_time now)
{
	macsec_data_flush(&sources->macsec, &sources->place, now);
}

struct macsec_data *sources_macsec(struct sources *sources)
{
	return &sources->macsec;
}

const struct source_place *sources_place(const struct sources *sources)
{
	return &sources->place;
}

const struct source_counters *sources_counters(const struct sources *sources)
{
	return &sources->counters;
}

void sources_counters_walk(const struct source_counters *counters,
	void (*print)(void *context, const char *name, const char *text, uint64_t value),
	void *context)
{
#define SOURCE_COUNTER(name, text) print(context, #name, text, counters->name);
#include "source_counters.def"
#undef SOURCE_COUNTER
}
