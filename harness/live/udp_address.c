/* SPDX-License-Identifier: MIT */
/* The text is copied to end it; inet_pton() and strtoul() judge its parts. */
#include "live/udp_address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dimp.h"

enum { TEXT_MAX = 64 };

static bool read_port(const char *text, in_port_t *port)
{
	char *end = NULL;
	const unsigned long number = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || number == 0 || number > 65535)
		return false;
	*port = htons((uint16_t)number);
	return true;
}

bool udp_address_read(const char *text, size_t size, struct sockaddr_in *address)
{
	char copy[TEXT_MAX] = "";

	if (size >= sizeof copy)
		return false;
	memcpy(copy, text, size);
	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(DIMP_UDP_PORT)};
	char *colon = strchr(copy, ':');

	if (colon != NULL) {
		*colon = '\0';
		if (!read_port(colon + 1, &address->sin_port))
			return false;
	}
	return inet_pton(AF_INET, copy, &address->sin_addr) == 1;
}

bool udp_address_equal(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_addr.s_addr == b->sin_addr.s_addr && a->sin_port == b->sin_port;
}
