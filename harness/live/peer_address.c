/* SPDX-License-Identifier: MIT */
/* The text is copied to end it; inet_pton() and strtoul() judge its parts. */
#include "live/peer_address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dimp.h"

enum { TEXT_MAX = 64, MAC_SIZE = 6 };

static bool read_port(const char *text, in_port_t *port)
{
	char *end = NULL;
	const unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || number == 0 || number > 65535)
		return false;
	*port = htons((uint16_t)number);
	return true;
}

/* What follows the host: nothing, or a colon and the port. */
static bool read_rest(const char *rest, in_port_t *port)
{
	return *rest == '\0' || (*rest == ':' && read_port(rest + 1, port));
}

static bool read_v4(char *text, struct peer_address *address)
{
	char host[TEXT_MAX];
	const size_t size = strcspn(text, ":");

	memcpy(host, text, size);
	host[size] = '\0';
	*address = (struct peer_address){
		.size = sizeof address->at.v4,
		.at.v4 = {.sin_family = AF_INET, .sin_port = htons(DIMP_UDP_PORT)},
	};
	return read_rest(text + size, &address->at.v4.sin_port) &&
		inet_pton(AF_INET, host, &address->at.v4.sin_addr) == 1;
}

/* The brackets tell the colons of the address from that of the port. */
static bool read_v6(char *text, struct peer_address *address)
{
	char *end = strchr(text, ']');

	if (end == NULL)
		return false;
	*end = '\0';
	*address = (struct peer_address){
		.size = sizeof address->at.v6,
		.at.v6 = {.sin6_family = AF_INET6, .sin6_port = htons(DIMP_UDP_PORT)},
	};
	return read_rest(end + 1, &address->at.v6.sin6_port) &&
		inet_pton(AF_INET6, text + 1, &address->at.v6.sin6_addr) == 1;
}

bool peer_address_read_ip(const char *text, size_t size, struct peer_address *address)
{
	char copy[TEXT_MAX] = "";

	if (size >= sizeof copy)
		return false;
	memcpy(copy, text, size);
	return *copy == '[' ? read_v6(copy, address) : read_v4(copy, address);
}

static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

bool peer_address_read_mac(const char *text, size_t size, int interface,
	struct peer_address *address)
{
	*address = (struct peer_address){
		.size = sizeof address->at.link,
		.at.link = {.sll_family = AF_PACKET,
			.sll_protocol = htons(DIMP_ETHERTYPE),
			.sll_ifindex = interface,
			.sll_halen = MAC_SIZE},
	};
	if (size != 3 * MAC_SIZE - 1)
		return false;
	for (size_t each = 0; each < MAC_SIZE; each++) {
		const int high = digit_value(text[3 * each]);
		const int low = digit_value(text[3 * each + 1]);

		if (high < 0 || low < 0 || (each + 1 < MAC_SIZE && text[3 * each + 2] != ':'))
			return false;
		address->at.link.sll_addr[each] = (uint8_t)(high * 16 + low);
	}
	return (address->at.link.sll_addr[0] & 1) == 0;
}

static bool equal_links(const struct sockaddr_ll *a, const struct sockaddr_ll *b)
{
	return a->sll_ifindex == b->sll_ifindex && a->sll_halen == MAC_SIZE &&
		b->sll_halen == MAC_SIZE && memcmp(a->sll_addr, b->sll_addr, MAC_SIZE) == 0;
}

bool peer_address_equal(const struct peer_address *a, const struct peer_address *b)
{
	if (a->at.any.sa_family != b->at.any.sa_family)
		return false;
	if (a->at.any.sa_family == AF_PACKET)
		return equal_links(&a->at.link, &b->at.link);
	if (a->at.any.sa_family == AF_INET6)
		return a->at.v6.sin6_port == b->at.v6.sin6_port &&
			memcmp(&a->at.v6.sin6_addr, &b->at.v6.sin6_addr,
				sizeof a->at.v6.sin6_addr) == 0;
	return a->at.v4.sin_addr.s_addr == b->at.v4.sin_addr.s_addr &&
		a->at.v4.sin_port == b->at.v4.sin_port;
}
