/* SPDX-License-Identifier: MIT */
/*
 * kay_wire INTERFACE CAK_FILE PRIORITY SECONDS MOVE_AT clean|risk [CONFIDENTIALITY]: the KaY of
 * sources/kay.h on a real interface, for a real peer to judge.  After MOVE_AT seconds it ends with
 * its last MKPDU; its records pass through their wire form into a new store, and another KaY, which
 * has neither CAK nor CKN of its own, goes on from them; at risk without the SAs.  One that is to
 * move after the end stays.  CONFIDENTIALITY is what it wants as key server, 0 to 3 as in MKPDUs.
 *
 * Prints a line of JSON for every SA as it is put or deleted, keys included: the caller's are for
 * the test alone.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/openssl_crypto.h"
#include "raw_port.h"
#include "sources/kay.h"

struct wire {
	struct raw_port port;
	struct kay_config config;
	struct di_store *store;
	struct kay *kay;
	bool is_at_risk; /* the move */
};

static void observe(void *context, unsigned slot, const struct dimp_record *change,
	struct dimp_time now)
{
	const struct dimp_macsec_sa *const sa = &change->body.macsec_sa;

	(void)context;
	(void)slot;
	(void)now;
	if (change->type != DIMP_DI_MACSEC_SA)
		return;
	printf("{\"op\":\"%s\",\"direction\":\"%s\",\"an\":%u,\"in_use\":%u",
		change->operation == DIMP_OPERATION_PUT ? "put" : "delete",
		sa->direction == DIMP_DIRECTION_TRANSMIT ? "transmit" : "receive",
		sa->association_number, sa->is_in_use);
	printf(",\"encrypting\":%u,\"offset\":%u", sa->is_encrypting, sa->confidentiality_offset);
	raw_port_print_hex("sci", (struct dimp_view){sa->sci.octets, sizeof sa->sci.octets});
	if (change->operation == DIMP_OPERATION_PUT)
		raw_port_print_hex("sak", (struct dimp_view){sa->sak.octets, sa->sak.size});
	printf("}\n");
}

static bool open_port(struct wire *wire, const char *interface)
{
	static const struct dimp_mac group = {{0x01, 0x80, 0xc2, 0x00, 0x00, 0x03}};

	if (!raw_port_open(&wire->port, interface, ETHERTYPE_EAPOL, &group))
		return false;
	memcpy(wire->config.sci.octets, wire->port.address.octets, 6);
	wire->config.sci.octets[7] = 1;
	return true;
}

static bool begin(struct wire *wire)
{
	const struct source_place place = {.store = wire->store};

	wire->kay = kay_create(&wire->config, &place);
	if (wire->kay)
		kay_start(wire->kay, raw_port_now());
	return wire->kay != NULL;
}

static void send_due(const struct wire *wire)
{
	uint8_t octets[KAY_FRAME_MAX];
	size_t size;

	while ((size = kay_transmit(wire->kay, octets, raw_port_now())) != 0)
		raw_port_send(&wire->port, (struct dimp_view){octets, size});
}

static void take(const struct wire *wire)
{
	uint8_t octets[RAW_PORT_FRAME_MAX];
	const size_t size = raw_port_receive(&wire->port, octets, 20);

	if (size > 0)
		kay_hear(wire->kay, (struct dimp_view){octets, size}, raw_port_now());
}

static void serve_until(const struct wire *wire, uint64_t until_us)
{
	while (raw_port_now().us < until_us) {
		take(wire);
		kay_expire(wire->kay, raw_port_now());
		send_due(wire);
	}
}

/* One record as it would cross a link; false when it does not survive that. */
static bool carry(const struct di_entry *entry, struct di_store *there)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	struct dimp_record record;
	size_t size;

	di_entry_at(entry, raw_port_now(), &record);
	return dimp_record_write(&record, octets, sizeof octets, &size) == DIMP_ERROR_NONE &&
		dimp_record_read((struct dimp_view){octets, size}, &record) == DIMP_ERROR_NONE &&
		di_store_put(there, 0, &record, raw_port_now());
}

static bool move(struct wire *wire)
{
	struct di_store *const there = di_store_create();
	bool is_whole = there != NULL;

	kay_conclude(wire->kay);
	send_due(wire);
	kay_destroy(wire->kay);
	for (unsigned type = 1; is_whole && type < DIMP_DI_TYPES; type++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		if (wire->is_at_risk && type == DIMP_DI_MACSEC_SA)
			continue;
		while (is_whole &&
			(entry = di_store_next(wire->store, 0, (enum dimp_di_type)type, &cursor)))
			is_whole = carry(entry, there);
	}
	di_store_destroy(wire->store);
	wire->store = there;
	if (!is_whole)
		return false;
	di_store_set_observer(there, observe, NULL);
	mka_keys_wipe(&wire->config.keys);
	wire->config.sci.octets[0] ^= 4;
	printf("{\"op\":\"moved\"}\n");
	return begin(wire);
}

int main(int count, char **arguments)
{
	struct wire wire = {.port = {.socket = -1}};
	char error[512] = "";

	if (count != 7 && count != 8) {
		fprintf(stderr,
			"usage: kay_wire INTERFACE CAK_FILE PRIORITY SECONDS MOVE_AT clean|risk "
			"[CONFIDENTIALITY]\n");
		return 2;
	}
	struct openssl_crypto *const crypto = openssl_crypto_create();
	kay_config_default(&wire.config);
	wire.config.crypto = crypto ? openssl_crypto_table(crypto) : NULL;
	wire.config.priority = (uint8_t)strtoul(arguments[3], NULL, 10);
	if (count == 8)
		wire.config.confidentiality = (uint8_t)strtoul(arguments[7], NULL, 10);
	wire.is_at_risk = strcmp(arguments[6], "risk") == 0;
	wire.store = di_store_create();
	if (!crypto || !wire.store || !open_port(&wire, arguments[1]) ||
		!mka_keys_read(arguments[2], &wire.config.keys, error, sizeof error)) {
		fprintf(stderr, "kay_wire: %s\n", error[0] ? error : strerror(errno));
		return 1;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	di_store_set_observer(wire.store, observe, NULL);
	const uint64_t start = raw_port_now().us;
	const uint64_t end = start + strtoul(arguments[4], NULL, 10) * RAW_PORT_SECOND_US;
	const uint64_t move_at = start + strtoul(arguments[5], NULL, 10) * RAW_PORT_SECOND_US;
	bool is_whole = begin(&wire);
	if (is_whole && move_at < end) {
		serve_until(&wire, move_at);
		is_whole = move(&wire);
	}
	if (is_whole)
		serve_until(&wire, end);
	kay_destroy(is_whole ? wire.kay : NULL);
	di_store_destroy(wire.store);
	openssl_crypto_destroy(crypto);
	raw_port_close(&wire.port);
	return is_whole ? 0 : 1;
}
