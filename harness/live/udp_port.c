/* SPDX-License-Identifier: MIT */
/*
 * The peers' MAC addresses are locally administered ones that only the node behind this port sees;
 * their last octets count them.  Datagrams go out in batches as frames of an interface do, and come
 * in up to a bound in a turn.
 */
#define _GNU_SOURCE /* sendmmsg */
#include "live/udp_port.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bridge/edge_frame.h"
#include "bridge/pdu_carrier.h"
#include "engine/live_engine.h"

enum {
	HEADER_SIZE = 14,
	DATAGRAMS_A_TURN = 64,
	BATCH_MAX = 32,
	SOCKET_BUFFER = 1 << 22,
	/* Behind these the peers are counted. */
	MAC_FIRST = 0x02,
	MAC_SECOND = 0xd1
};

struct udp_port {
	struct engine *engine;
	struct engine_endpoint at;
	struct dimp_mac bridge;
	struct live_outlet outlet;
	int descriptor;
	struct peer_address peers[UDP_PORT_PEERS_MAX];
	sa_family_t family;
	unsigned peer_count;
	struct udp_port_tally tally;
	unsigned batch_count;
	struct mmsghdr messages[BATCH_MAX];
	struct iovec pieces[BATCH_MAX];
	uint8_t batch[BATCH_MAX][DIMP_PDU_SIZE_MAX];
};

static struct dimp_mac mac_of(unsigned peer)
{
	return (struct dimp_mac){
		{MAC_FIRST, MAC_SECOND, 0, 0, (uint8_t)(peer >> 8), (uint8_t)peer}};
}

static bool find_by_mac(const struct udp_port *port, const struct dimp_mac *mac, unsigned *peer)
{
	for (*peer = 0; *peer < port->peer_count; (*peer)++) {
		const struct dimp_mac own = mac_of(*peer);
		if (edge_mac_equals(&own, mac))
			return true;
	}
	return false;
}

static bool find_by_address(const struct udp_port *port, const struct peer_address *address,
	unsigned *peer)
{
	for (*peer = 0; *peer < port->peer_count; (*peer)++) {
		if (peer_address_equal(&port->peers[*peer], address))
			return true;
	}
	return false;
}

static void flush(void *context)
{
	struct udp_port *port = context;
	unsigned done = 0;

	while (done < port->batch_count) {
		const int sent = sendmmsg(port->descriptor, port->messages + done,
			port->batch_count - done, MSG_DONTWAIT);

		if (sent > 0) {
			done += (unsigned)sent;
			port->tally.sent += (uint64_t)sent;
		} else if (errno != EINTR) {
			/* What the network does not take is lost, as it may be on the way. */
			done++;
			port->tally.unsent++;
		}
	}
	port->batch_count = 0;
}

static void send_pdu(struct udp_port *port, unsigned peer, struct dimp_view pdu)
{
	if (port->batch_count == BATCH_MAX)
		flush(port);
	const unsigned index = port->batch_count++;

	memcpy(port->batch[index], pdu.octets, pdu.size);
	port->pieces[index] = (struct iovec){port->batch[index], pdu.size};
	port->messages[index] = (struct mmsghdr){
		.msg_hdr =
			{
				.msg_name = &port->peers[peer].at,
				.msg_namelen = port->peers[peer].size,
				.msg_iov = &port->pieces[index],
				.msg_iovlen = 1,
			},
	};
}

static void send_frame(void *context, struct dimp_view octets)
{
	struct udp_port *port = context;
	struct edge_frame frame;
	struct dimp_view pdu;
	unsigned peer;

	if (edge_frame_read(octets, &frame) && find_by_mac(port, &frame.destination, &peer) &&
		pdu_carrier_read(&frame, &pdu) && pdu.size <= DIMP_PDU_SIZE_MAX)
		send_pdu(port, peer, pdu);
}

/* False when there was nothing more. */
static bool take_datagram(struct udp_port *port)
{
	uint8_t frame[HEADER_SIZE + DIMP_PDU_SIZE_MAX];
	struct peer_address from = {.size = sizeof from.at};
	unsigned peer;
	const ssize_t size = recvfrom(port->descriptor, frame + HEADER_SIZE, DIMP_PDU_SIZE_MAX,
		MSG_DONTWAIT, &from.at.any, &from.size);

	/* A peer whose port is closed makes the socket complain: he is as silent as any lost one.
	 */
	if (size < 0)
		return errno == EINTR || errno == ECONNREFUSED;
	if (!find_by_address(port, &from, &peer)) {
		port->tally.strangers++;
		return true;
	}
	const struct dimp_mac source = mac_of(peer);

	memcpy(frame, port->bridge.octets, sizeof port->bridge.octets);
	memcpy(frame + 6, source.octets, sizeof source.octets);
	frame[12] = DIMP_ETHERTYPE >> 8;
	frame[13] = DIMP_ETHERTYPE & 0xff;
	port->tally.received++;
	engine_live_receive(port->engine, port->at,
		(struct dimp_view){frame, HEADER_SIZE + (size_t)size});
	return true;
}

static void ready(void *context, struct dimp_time now)
{
	struct udp_port *port = context;

	(void)now;
	for (int each = 0; each < DATAGRAMS_A_TURN; each++) {
		if (!take_datagram(port))
			return;
	}
}

static bool open_socket(struct udp_port *port, const struct peer_address *listen)
{
	static const int room = SOCKET_BUFFER;

	port->descriptor = socket(port->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (port->descriptor < 0)
		return false;
	/* Less room only means that more is lost and sent again. */
	(void)setsockopt(port->descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
	return bind(port->descriptor, &listen->at.any, listen->size) == 0;
}

struct udp_port *udp_port_create(const struct udp_port_config *config)
{
	struct udp_port *port = calloc(1, sizeof *port);

	if (!port)
		return NULL;
	port->engine = config->engine;
	port->at = config->at;
	port->bridge = config->bridge;
	port->family = config->listen.at.any.sa_family;
	port->outlet = (struct live_outlet){port, send_frame, flush};
	if (open_socket(port, &config->listen) &&
		engine_live_watch(port->engine, port->descriptor, ready, port) &&
		engine_live_bind(port->engine, port->at, &port->outlet))
		return port;
	const int error = errno;

	udp_port_destroy(port);
	errno = error;
	return NULL;
}

void udp_port_destroy(struct udp_port *port)
{
	if (!port)
		return;
	flush(port);
	engine_live_unwatch(port->engine, port->descriptor);
	if (port->descriptor >= 0)
		(void)close(port->descriptor);
	free(port);
}

bool udp_port_add_peer(struct udp_port *port, const struct peer_address *address,
	struct dimp_mac *mac)
{
	if (port->peer_count == UDP_PORT_PEERS_MAX || address->at.any.sa_family != port->family)
		return false;
	port->peers[port->peer_count] = *address;
	*mac = mac_of(port->peer_count++);
	return true;
}

const struct udp_port_tally *udp_port_tally(const struct udp_port *port)
{
	return &port->tally;
}
