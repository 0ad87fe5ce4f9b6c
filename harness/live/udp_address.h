/* SPDX-License-Identifier: MIT */
/* IPv4 addresses with a port, as users write them: "127.0.0.1:34997". */
#ifndef LIVE_UDP_ADDRESS_H
#define LIVE_UDP_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>

/* Reads |size| characters; without a port it is DIMP_UDP_PORT.  False when it is no such address.
 */
bool udp_address_read(const char *text, size_t size, struct sockaddr_in *address);

bool udp_address_equal(const struct sockaddr_in *a, const struct sockaddr_in *b);

#endif
