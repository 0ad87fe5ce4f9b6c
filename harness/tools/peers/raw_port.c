/* SPDX-License-Identifier: MIT */
/* A packet socket bound to one interface and EtherType. */
#define _GNU_SOURCE
#include "raw_port.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

bool raw_port_open(struct raw_port *port, const char *interface, uint16_t ethertype,
	const struct dimp_mac *group)
{
	struct ifreq request = {.ifr_ifindex = 0};
	struct packet_mreq wanted = {.mr_type = PACKET_MR_MULTICAST, .mr_alen = 6};
	struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ethertype)};

	memcpy(wanted.mr_address, group->octets, sizeof group->octets);
	port->socket = socket(AF_PACKET, SOCK_RAW, htons(ethertype));
	snprintf(request.ifr_name, sizeof request.ifr_name, "%s", interface);
	if (port->socket < 0 || ioctl(port->socket, SIOCGIFHWADDR, &request) != 0)
		return false;
	memcpy(port->address.octets, request.ifr_hwaddr.sa_data, sizeof port->address.octets);
	wanted.mr_ifindex = (int)if_nametoindex(interface);
	address.sll_ifindex = wanted.mr_ifindex;
	return bind(port->socket, (const struct sockaddr *)&address, sizeof address) == 0 &&
		setsockopt(port->socket, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &wanted,
			sizeof wanted) == 0;
}

void raw_port_close(struct raw_port *port)
{
	if (port->socket >= 0)
		close(port->socket);
	port->socket = -1;
}

void raw_port_send(const struct raw_port *port, struct dimp_view frame)
{
	if (send(port->socket, frame.octets, frame.size, 0) != (ssize_t)frame.size)
		perror("send");
}

size_t raw_port_receive(const struct raw_port *port, uint8_t octets[RAW_PORT_FRAME_MAX],
	int wait_ms)
{
	struct pollfd ready = {.fd = port->socket, .events = POLLIN};
	struct sockaddr_ll from;
	socklen_t from_size = sizeof from;

	if (poll(&ready, 1, wait_ms) <= 0)
		return 0;
	const ssize_t size = recvfrom(port->socket, octets, RAW_PORT_FRAME_MAX, 0,
		(struct sockaddr *)&from, &from_size);

	return size > 0 && from.sll_pkttype != PACKET_OUTGOING ? (size_t)size : 0;
}

struct dimp_time raw_port_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct dimp_time){
		(uint64_t)now.tv_sec * RAW_PORT_SECOND_US + (uint64_t)now.tv_nsec / 1000};
}

void raw_port_print_hex(const char *name, struct dimp_view octets)
{
	printf(",\"%s\":\"", name);
	for (size_t each = 0; each < octets.size; each++)
		printf("%02x", octets.octets[each]);
	printf("\"");
}
