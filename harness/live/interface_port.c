/* SPDX-License-Identifier: MIT */
/*
 * Whatever the kernel tells of interfaces, it is asked again how it is with this one: what was told
 * may be of another, late, or lost.  A socket stays open when its interface is gone and is bound to
 * the one that has the name next, which needs no privilege; what fails is tried again with growing
 * patience.
 */
#include "live/interface_port.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge/edge_frame.h"
#include "engine/live_engine.h"
#include "live/wire_frame.h"

enum {
	RETRY_FIRST_US = 100000,
	RETRY_MOST_US = 5000000,
	BLOCKS_A_TURN = 8,
	NAME_SIZE = IF_NAMESIZE
};

struct interface_port {
	struct engine *engine;
	struct engine_endpoint at;
	char name[NAME_SIZE];
	struct interface_listener listener;
	struct live_outlet outlet;
	struct port_tagging tagging;
	struct packet_ring *ring;
	struct interface_view view;
	int control; /* a socket to ask through */
	uint8_t space[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE + WIRE_TAG_SIZE];
	engine_timer retry;
	uint64_t retry_us; /* 0: nothing is tried again */
};

static void send_frame(void *context, struct dimp_view frame)
{
	struct interface_port *port = context;

	/* One without a carrier is tried: the kernel is late to say that it has one. */
	if (port->view.state != INTERFACE_GONE)
		packet_ring_send(port->ring,
			port_tagging_outward(&port->tagging, frame, port->space));
}

static void flush(void *context)
{
	struct interface_port *port = context;

	packet_ring_flush(port->ring);
}

static void take(void *context, struct dimp_view frame)
{
	struct interface_port *port = context;

	if (wire_frame_load(frame) > port->view.mtu) {
		port->view.over_mtu++;
		if (port->view.over_mtu == 1 && port->listener.hear)
			port->listener.hear(port->listener.context, port,
				"a frame came longer than the MTU: turn off segmentation offloads "
				"(ethtool -K INTERFACE tso off gso off gro off) where it is sent");
		return;
	}
	/* What is sent meanwhile may be put into the port's space. */
	uint8_t space[sizeof port->space];

	if (frame.size <= EDGE_FRAME_SIZE_MAX)
		engine_live_receive(port->engine, port->at,
			port_tagging_inward(&port->tagging, frame, space));
}

static void ready(void *context, struct dimp_time now)
{
	struct interface_port *port = context;

	(void)now;
	packet_ring_receive(port->ring, BLOCKS_A_TURN, take, port);
	if (packet_ring_error(port->ring) != 0)
		interface_port_check(port);
}

static bool ask(const struct interface_port *port, unsigned long what, struct ifreq *answer)
{
	*answer = (struct ifreq){.ifr_name = ""};
	(void)snprintf(answer->ifr_name, sizeof answer->ifr_name, "%s", port->name);
	return ioctl(port->control, what, answer) == 0;
}

/* How it is with the interface; |changes| and |over_mtu| are not asked for. */
static struct interface_view look(const struct interface_port *port)
{
	struct ifreq answer;
	struct interface_view view = {.state = INTERFACE_GONE};

	if (!ask(port, SIOCGIFINDEX, &answer))
		return view;
	view.number = (unsigned)answer.ifr_ifindex;
	if (!ask(port, SIOCGIFMTU, &answer))
		return view;
	view.mtu = (unsigned)answer.ifr_mtu;
	if (!ask(port, SIOCGIFFLAGS, &answer))
		return view;
	const int wanted = IFF_UP | IFF_RUNNING;

	view.state = (answer.ifr_flags & wanted) == wanted ? INTERFACE_UP : INTERFACE_DOWN;
	return view;
}

static void try_again(void *context, struct dimp_time now)
{
	struct interface_port *port = context;

	(void)now;
	port->retry = 0;
	interface_port_check(port);
}

static void retry_later(struct interface_port *port)
{
	const struct dimp_time now = engine_now(port->engine);

	port->retry_us = port->retry_us == 0 ? RETRY_FIRST_US : port->retry_us * 2;
	if (port->retry_us > RETRY_MOST_US)
		port->retry_us = RETRY_MOST_US;
	if (port->retry == 0)
		port->retry = engine_schedule(port->engine,
			(struct dimp_time){now.us + port->retry_us}, try_again, port);
}

/* An interface that is new has to be bound to first: until then it is as if it was not there. */
static const char *bind_again(struct interface_port *port, struct interface_view *view)
{
	if (view->number == 0 || view->number == port->view.number)
		return NULL;
	if (packet_ring_bind(port->ring, view->number))
		return NULL;
	*view = (struct interface_view){.state = INTERFACE_GONE};
	return strerror(errno);
}

void interface_port_check(struct interface_port *port)
{
	struct interface_view *known = &port->view;
	struct interface_view view = look(port);
	const char *why = bind_again(port, &view);

	if (view.state == INTERFACE_GONE)
		retry_later(port);
	else
		port->retry_us = 0;
	if (view.state == known->state && view.number == known->number && view.mtu == known->mtu)
		return;
	view.changes = known->changes + 1;
	view.over_mtu = known->over_mtu;
	*known = view;
	if (port->listener.hear)
		port->listener.hear(port->listener.context, port, why);
}

struct interface_port *interface_port_create(const struct interface_port_config *config)
{
	struct interface_port *port = calloc(1, sizeof *port);

	if (!port)
		return NULL;
	*port = (struct interface_port){
		.engine = config->engine,
		.at = config->at,
		.listener = config->listener,
		.outlet = {port, send_frame, flush},
		.tagging = config->tagging,
		.control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
		.ring = packet_ring_create(),
	};
	(void)snprintf(port->name, sizeof port->name, "%s", config->interface);
	if (port->control < 0 || !port->ring ||
		!engine_live_watch(port->engine, packet_ring_descriptor(port->ring), ready, port) ||
		!engine_live_bind(port->engine, port->at, &port->outlet)) {
		const int error = errno;

		interface_port_destroy(port);
		errno = error;
		return NULL;
	}
	interface_port_check(port);
	/* One that is not there is said, too. */
	if (port->view.changes == 0 && port->listener.hear)
		port->listener.hear(port->listener.context, port, NULL);
	return port;
}

void interface_port_destroy(struct interface_port *port)
{
	if (!port)
		return;
	engine_cancel(port->engine, port->retry);
	if (port->ring) {
		packet_ring_flush(port->ring);
		engine_live_unwatch(port->engine, packet_ring_descriptor(port->ring));
	}
	packet_ring_destroy(port->ring);
	if (port->control >= 0)
		(void)close(port->control);
	free(port);
}

const char *interface_port_name(const struct interface_port *port)
{
	return port->name;
}

const struct interface_view *interface_port_view(const struct interface_port *port)
{
	return &port->view;
}

const struct packet_tally *interface_port_tally(struct interface_port *port)
{
	return packet_ring_tally(port->ring);
}

int interface_monitor_open(void)
{
	const struct sockaddr_nl own = {.nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK};
	const int descriptor =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	if (descriptor >= 0 && bind(descriptor, (const struct sockaddr *)&own, sizeof own) == 0)
		return descriptor;
	if (descriptor >= 0)
		(void)close(descriptor);
	return -1;
}

/* That messages were lost (ENOBUFS) is a message, too. */
void interface_monitor_drain(int descriptor)
{
	uint8_t octets[8192];

	while (recv(descriptor, octets, sizeof octets, MSG_DONTWAIT) >= 0 || errno == ENOBUFS ||
		errno == EINTR)
		;
}
