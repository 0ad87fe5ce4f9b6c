/* SPDX-License-Identifier: MIT */
/*
 * macsec_wire: the SecY of bridge/secure_port.h behind a pipe, for an independent one to judge.  A
 * line of the input is a command, answered by a line:
 *
 *     sa transmit|receive SUITE OFFSET ENCRYPTS SECTAG SCI SSCI SALT SAK NEXT LOWEST WINDOW
 *     protect FRAME      the secured frame; - when there is none
 *     open FRAME         what was in it; - when it is not taken
 *
 * "sa" forgets what was before.  Octets are hex digits, other numbers decimal.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/secure_port.h"

enum { FRAME_MAX = 2048, LINE_SIZE = 2 * FRAME_MAX + 512 };

struct wire {
	struct di_store *store;
	struct secure_port *port;
};

/* How many octets |hex| is; 0 when it is none or too long. */
static size_t octets_of(const char *hex, uint8_t *octets, size_t capacity)
{
	const size_t size = strspn(hex, "0123456789abcdef") / 2;

	if (size > capacity)
		return 0;
	for (size_t index = 0; index < size; index++) {
		const char digits[3] = {hex[2 * index], hex[2 * index + 1], '\0'};
		octets[index] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return size;
}

static uint64_t number_of(const char *text)
{
	return strtoull(text ? text : "0", NULL, 10);
}

/* The next word of a line; "" when there is none. */
static const char *word(char **rest)
{
	const char *const next = strsep(rest, " \n");

	return next ? next : "";
}

static void renew(struct wire *wire)
{
	secure_port_destroy(wire->port);
	if (wire->store)
		di_store_destroy(wire->store);
	wire->store = di_store_create();
	wire->port = wire->store ? secure_port_create(wire->store, SECURE_PORT_OF_BRIDGE) : NULL;
	if (!wire->port)
		abort();
}

static void read_sa(struct dimp_macsec_sa *sa, char **rest)
{
	sa->direction = strcmp(word(rest), "transmit") == 0 ? DIMP_DIRECTION_TRANSMIT
							    : DIMP_DIRECTION_RECEIVE;
	sa->cipher_suite = 0x0080c20001000000 + number_of(word(rest));
	sa->confidentiality_offset = (uint8_t)number_of(word(rest));
	sa->is_encrypting = (uint8_t)number_of(word(rest));
	sa->sectag = (uint8_t)number_of(word(rest));
	(void)octets_of(word(rest), sa->sci.octets, sizeof sa->sci.octets);
	sa->ssci = (uint32_t)number_of(word(rest));
	sa->salt.size = (uint16_t)octets_of(word(rest), sa->salt.octets, sizeof sa->salt.octets);
	sa->sak.size = (uint16_t)octets_of(word(rest), sa->sak.octets, sizeof sa->sak.octets);
	sa->next_pn = number_of(word(rest));
	sa->lowest_pn = number_of(word(rest));
	sa->replay_window = (uint32_t)number_of(word(rest));
}

static void take_sa(struct wire *wire, char **rest)
{
	struct dimp_record record = {
		.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa =
			{
				.association_number = 2,
				.is_in_use = 1,
				.validate = DIMP_VALIDATE_STRICT,
				.attributes = 1U << DIMP_ATTRIBUTE_macsec_sa_sak |
					1U << DIMP_ATTRIBUTE_macsec_sa_key_identifier,
			},
	};
	struct dimp_macsec_sa *const sa = &record.body.macsec_sa;

	renew(wire);
	read_sa(sa, rest);
	if (sa->salt.size != 0)
		sa->attributes |=
			1U << DIMP_ATTRIBUTE_macsec_sa_salt | 1U << DIMP_ATTRIBUTE_macsec_sa_ssci;
	puts(di_store_put(wire->store, 0, &record, (struct dimp_time){0}) ? "ok" : "-");
}

static void print(const uint8_t *octets, size_t size)
{
	for (size_t index = 0; index < size; index++)
		printf("%02x", octets[index]);
	puts(size == 0 ? "-" : "");
}

static void take_frame(const struct wire *wire, char **rest,
	size_t (*pass)(struct secure_port *port, unsigned slot, const struct edge_frame *frame,
		uint8_t *octets))
{
	uint8_t octets[FRAME_MAX], passed[FRAME_MAX + SECURE_PORT_OVERHEAD];
	struct edge_frame frame;
	const size_t size = octets_of(word(rest), octets, sizeof octets);
	const bool is_frame = edge_frame_read((struct dimp_view){octets, size}, &frame);

	print(passed, is_frame ? pass(wire->port, 0, &frame, passed) : 0);
}

int main(void)
{
	static char line[LINE_SIZE];
	struct wire wire = {.store = NULL};

	renew(&wire);
	while (fgets(line, sizeof line, stdin)) {
		char *rest = line;
		const char *const command = word(&rest);
		if (strcmp(command, "sa") == 0)
			take_sa(&wire, &rest);
		else if (strcmp(command, "protect") == 0)
			take_frame(&wire, &rest, secure_port_protect);
		else if (strcmp(command, "open") == 0)
			take_frame(&wire, &rest, secure_port_open);
		else
			puts("?");
		fflush(stdout);
	}
	secure_port_destroy(wire.port);
	di_store_destroy(wire.store);
	return 0;
}
