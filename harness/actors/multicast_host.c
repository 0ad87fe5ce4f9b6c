/* SPDX-License-Identifier: MIT */
/*
 * Two hosts in one, of IGMP and of MLD, on the VM's one interface; one timer stands for both.  Time
 * goes on for a VM that is stopped: an answer that came due meanwhile is given when it runs again.
 */
#include "actors/multicast_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/group_frame.h"
#include "net/ipv6.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mld.h"

enum { IGMP, MLD, PROTOCOLS, NAME_MAX = 80 };

struct multicast_host {
	struct multicast_host_config config;
	struct listening *protocols[PROTOCOLS];
	char stream[NAME_MAX]; /* of random numbers */
	engine_timer timer;
	bool is_running;
};

static uint64_t draw(void *context)
{
	struct multicast_host *const host = context;

	return engine_random(host->config.engine, host->stream);
}

static struct dimp_ip source_address(const struct multicast_host *host, bool is_ipv4)
{
	static const struct dimp_ipv4 nobody;
	const struct dimp_ip *const address = virtual_machine_address(host->config.machine);

	if (!is_ipv4)
		return ipv6_link_local(virtual_machine_mac(host->config.machine));
	return ipv4_is_mapped(address) ? *address : ipv4_mapped(&nobody);
}

/* Where a report goes: to its group, to the routers when it leaves, and of the newest version to
 * those who listen for reports. */
static struct dimp_ip destination(const struct listening_report *report, bool is_ipv4)
{
	if (report->has_records)
		return group_report_routers(is_ipv4);
	if (report->message.kind == GROUP_LEAVE)
		return group_all_routers(is_ipv4);
	return report->message.group;
}

static void send(struct multicast_host *host, const struct listening_report *report, bool is_ipv4,
	struct dimp_time now)
{
	const struct group_envelope envelope = {*virtual_machine_mac(host->config.machine),
		source_address(host, is_ipv4), destination(report, is_ipv4)};
	uint8_t octets[GROUP_FRAME_MAX];
	const size_t size = report->has_records
		? group_frame_write_records(&envelope, report->records, report->count, octets)
		: group_frame_write(&envelope, &report->message, octets);

	virtual_machine_send(host->config.machine, (struct dimp_view){octets, size}, now);
}

static engine_action speak;

static void schedule(struct multicast_host *host, struct dimp_time now)
{
	struct dimp_time at = listening_deadline(host->protocols[IGMP]);
	const struct dimp_time mld = listening_deadline(host->protocols[MLD]);

	if (mld.us < at.us)
		at = mld;
	engine_cancel(host->config.engine, host->timer);
	host->timer = 0;
	if (at.us == UINT64_MAX)
		return;
	if (at.us < now.us)
		at = now;
	host->timer = engine_schedule(host->config.engine, at, speak, host);
}

static void speak(void *context, struct dimp_time now)
{
	struct multicast_host *const host = context;
	struct listening_report report;

	host->timer = 0;
	for (unsigned i = 0; i < PROTOCOLS; i++)
		while (listening_transmit(host->protocols[i], &report, now))
			send(host, &report, i == IGMP, now);
	schedule(host, now);
}

static bool read_message(const struct edge_frame *frame, struct group_message *message)
{
	const struct dimp_view payload = edge_frame_payload(frame);
	struct ipv4_packet ipv4;
	struct ipv6_packet ipv6;

	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		return ipv4_read(payload, &ipv4) == PACKET_WHOLE && ipv4.protocol == IPV4_IGMP &&
			igmp_read(ipv4.payload, message) == PACKET_WHOLE;
	return frame->ethertype == EDGE_ETHERTYPE_IPV6 &&
		ipv6_read(payload, &ipv6) == PACKET_WHOLE &&
		mld_read(&ipv6, message) == PACKET_WHOLE;
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct multicast_host *const host = context;
	struct group_message message;

	if (!host->is_running || !read_message(frame, &message))
		return;
	listening_hear(host->protocols[frame->ethertype == EDGE_ETHERTYPE_IPV4 ? IGMP : MLD],
		&message, now);
	schedule(host, now);
}

static bool create_protocols(struct multicast_host *host)
{
	const uint8_t igmp = host->config.igmp_version, mld = host->config.mld_version;

	host->protocols[IGMP] = listening_create(
		&(struct listening_config){true, igmp == 0 ? 3 : igmp, draw, host});
	host->protocols[MLD] =
		listening_create(&(struct listening_config){false, mld == 0 ? 2 : mld, draw, host});
	return host->protocols[IGMP] && host->protocols[MLD];
}

struct multicast_host *multicast_host_create(const struct multicast_host_config *config)
{
	struct multicast_host *host = calloc(1, sizeof *host);

	if (!host)
		return NULL;
	host->config = *config;
	(void)snprintf(host->stream, sizeof host->stream, "groups %s",
		virtual_machine_name(config->machine));
	const struct virtual_machine_listener listener = {host, hear};
	if (create_protocols(host) && virtual_machine_add_listener(config->machine, &listener))
		return host;
	multicast_host_destroy(host);
	return NULL;
}

void multicast_host_destroy(struct multicast_host *host)
{
	if (!host)
		return;
	engine_cancel(host->config.engine, host->timer);
	for (unsigned i = 0; i < PROTOCOLS; i++)
		listening_destroy(host->protocols[i]);
	free(host);
}

void multicast_host_resume(struct multicast_host *host, struct dimp_time now)
{
	host->is_running = true;
	schedule(host, now);
}

void multicast_host_pause(struct multicast_host *host)
{
	host->is_running = false;
	engine_cancel(host->config.engine, host->timer);
	host->timer = 0;
}

static struct listening *protocol_of(const struct multicast_host *host, const struct dimp_ip *group)
{
	return host->protocols[ipv4_is_mapped(group) ? IGMP : MLD];
}

/* Listens by |filter| in place of what was; false without memory, or when it is of no group. */
static bool listen_by(struct multicast_host *host, const struct listening_filter *filter,
	struct dimp_time now)
{
	if (!listening_set(protocol_of(host, &filter->group), filter, now))
		return false;
	if (host->is_running)
		schedule(host, now);
	return true;
}

bool multicast_host_join(struct multicast_host *host, const struct dimp_ip *group,
	const struct dimp_ip *source, struct dimp_time now)
{
	struct listening_filter filter = {.group = *group, .is_exclude = true};

	if (!source)
		return listen_by(host, &filter, now);
	listening_get(protocol_of(host, group), &filter);
	for (size_t i = 0; i < filter.source_count; i++)
		if (group_address_is_same(&filter.sources[i], source))
			return true;
	if (filter.is_exclude || filter.source_count == LISTENING_SOURCES_MAX)
		return filter.is_exclude;
	filter.sources[filter.source_count++] = *source;
	return listen_by(host, &filter, now);
}
