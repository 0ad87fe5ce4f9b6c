/* SPDX-License-Identifier: MIT */
/*
 * UDP as DIMP 3.3 has it, Ethernet as 3.2: EtherType, the PDU, padding.  A port at an interface
 * hears the frames of the EtherType to its own address: what is ready to be read is a PDU for it.
 */
#include "live_port.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dimp.h"

enum { MAC_SIZE = 6, HEADER_SIZE = 14, FRAME_MIN = 60 };

static bool read_udp(const char *text, struct sockaddr_in *address)
{
	char host[LIVE_ADDRESS_SIZE];
	const char *colon = strrchr(text, ':');

	if (colon == NULL || (size_t)(colon - text) >= sizeof host)
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	*address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10)),
	};
	return inet_pton(AF_INET, host, &address->sin_addr) == 1;
}

static void print_udp(const struct sockaddr_in *address, char text[LIVE_ADDRESS_SIZE])
{
	char host[INET_ADDRSTRLEN];

	(void)inet_ntop(AF_INET, &address->sin_addr, host, sizeof host);
	(void)snprintf(text, LIVE_ADDRESS_SIZE, "%s:%u", host, ntohs(address->sin_port));
}

static bool read_mac(const char *text, uint8_t mac[MAC_SIZE])
{
	unsigned octets[MAC_SIZE];

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &octets[0], &octets[1], &octets[2], &octets[3],
		    &octets[4], &octets[5]) != MAC_SIZE)
		return false;
	for (size_t index = 0; index < MAC_SIZE; index++)
		mac[index] = (uint8_t)octets[index];
	return true;
}

static void print_mac(const uint8_t mac[MAC_SIZE], char text[LIVE_ADDRESS_SIZE])
{
	(void)snprintf(text, LIVE_ADDRESS_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		mac[2], mac[3], mac[4], mac[5]);
}

bool live_port_open_udp(struct live_port *port, const char *address)
{
	struct sockaddr_in own;
	socklen_t size = sizeof own;

	*port = (struct live_port){.descriptor = -1};
	if (!read_udp(address, &own)) {
		errno = EINVAL;
		return false;
	}
	port->descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (port->descriptor < 0 ||
		bind(port->descriptor, (const struct sockaddr *)&own, sizeof own) != 0 ||
		getsockname(port->descriptor, (struct sockaddr *)&own, &size) != 0) {
		live_port_close(port);
		return false;
	}
	print_udp(&own, port->address);
	port->pdu_size_max = DIMP_PDU_SIZE_MAX;
	return true;
}

/* Frames to others, and those that this host sends itself, are dropped before anybody hears them.
 */
static bool hear_own_alone(const struct live_port *port, const uint8_t mac[MAC_SIZE])
{
	const uint32_t high =
		(uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 | (uint32_t)mac[2] << 8 | mac[3];
	const uint32_t low = (uint32_t)mac[4] << 8 | mac[5];
	struct sock_filter rows[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, high, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, low, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog filter = {.len = sizeof rows / sizeof rows[0], .filter = rows};

	return setsockopt(port->descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) ==
		0;
}

static bool bind_ethernet(struct live_port *port)
{
	const struct sockaddr_ll own = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(DIMP_ETHERTYPE),
		.sll_ifindex = port->interface,
	};
	const struct packet_mreq all = {.mr_ifindex = port->interface,
		.mr_type = PACKET_MR_PROMISC};

	return bind(port->descriptor, (const struct sockaddr *)&own, sizeof own) == 0 &&
		setsockopt(port->descriptor, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) ==
		0;
}

/* What the interface carries behind the EtherType. */
static size_t read_mtu(int descriptor, const char *name)
{
	struct ifreq request = {.ifr_mtu = 0};

	(void)snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
	if (ioctl(descriptor, SIOCGIFMTU, &request) != 0 || request.ifr_mtu < 0)
		return DIMP_PDU_SIZE_DEFAULT;
	return request.ifr_mtu < DIMP_PDU_SIZE_MAX ? (size_t)request.ifr_mtu : DIMP_PDU_SIZE_MAX;
}

bool live_port_open_ethernet(struct live_port *port, const char *name, const char *address)
{
	uint8_t mac[MAC_SIZE];

	*port = (struct live_port){.descriptor = -1, .is_ethernet = true};
	if (!read_mac(address, mac)) {
		errno = EINVAL;
		return false;
	}
	print_mac(mac, port->address);
	port->interface = (int)if_nametoindex(name);
	if (port->interface == 0)
		return false;
	/* It hears nothing before it is bound. */
	port->descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (port->descriptor >= 0 && hear_own_alone(port, mac) && bind_ethernet(port)) {
		port->pdu_size_max = read_mtu(port->descriptor, name);
		return true;
	}
	live_port_close(port);
	return false;
}

void live_port_close(struct live_port *port)
{
	const int error = errno;

	if (port->descriptor >= 0)
		(void)close(port->descriptor);
	port->descriptor = -1;
	errno = error;
}

static bool send_frame(const struct live_port *port, const struct live_pdu *pdu)
{
	uint8_t frame[HEADER_SIZE + LIVE_OCTETS_MAX] = {0};
	const size_t size = HEADER_SIZE + pdu->size;

	if (!read_mac(pdu->address, frame) || !read_mac(port->address, frame + MAC_SIZE))
		return false;
	frame[12] = DIMP_ETHERTYPE >> 8;
	frame[13] = DIMP_ETHERTYPE & 0xff;
	memcpy(frame + HEADER_SIZE, pdu->octets, pdu->size);
	return send(port->descriptor, frame, size < FRAME_MIN ? FRAME_MIN : size, MSG_DONTWAIT) > 0;
}

bool live_port_send(const struct live_port *port, const struct live_pdu *pdu)
{
	struct sockaddr_in to;

	if (port->is_ethernet)
		return send_frame(port, pdu);
	return read_udp(pdu->address, &to) &&
		sendto(port->descriptor, pdu->octets, pdu->size, MSG_DONTWAIT,
			(const struct sockaddr *)&to, sizeof to) >= 0;
}

static bool receive_datagram(const struct live_port *port, struct live_pdu *pdu)
{
	struct sockaddr_in from;
	socklen_t length = sizeof from;
	const ssize_t size = recvfrom(port->descriptor, pdu->octets, sizeof pdu->octets,
		MSG_DONTWAIT, (struct sockaddr *)&from, &length);

	if (size < 0)
		return false;
	pdu->size = (size_t)size;
	print_udp(&from, pdu->address);
	return true;
}

static bool receive_frame(const struct live_port *port, struct live_pdu *pdu)
{
	uint8_t frame[HEADER_SIZE + LIVE_OCTETS_MAX];
	const ssize_t size = recv(port->descriptor, frame, sizeof frame, MSG_DONTWAIT);

	if (size < HEADER_SIZE)
		return false;
	pdu->size = (size_t)size - HEADER_SIZE;
	memcpy(pdu->octets, frame + HEADER_SIZE, pdu->size);
	print_mac(frame + MAC_SIZE, pdu->address);
	return true;
}

bool live_port_receive(const struct live_port *port, struct live_pdu *pdu)
{
	return port->is_ethernet ? receive_frame(port, pdu) : receive_datagram(port, pdu);
}
