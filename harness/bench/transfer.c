/* SPDX-License-Identifier: MIT */
/*
 * Bulk transfer in virtual time: one bridge asks another for a VSI of so many records, one-shot,
 * over a link with a rate, a round-trip time and a loss; two speakers with real crypto.  The time
 * is that from SOLICIT to the DI's being in force.  Without loss and with 20 bandwidth-delay
 * products or more it is held against octets/rate + 2 RTT; else against what RFC 9002 needs for as
 * many PDUs (parts/newreno.h), two round trips added; with the paced controller against octets at
 * its rate + 2 RTT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/parts/measure.h"
#include "bench/parts/newreno.h"
#include "bridge/speaker_binding.h"
#include "crypto/openssl_crypto.h"

enum {
	SEEDS = 31,
	FEW_SEEDS = 5,
	FRAME_OVERHEAD = 24,
	ETHERNET = 14,
	RECORD_OCTETS = 64,
	HEADROOM = 8192
};

enum end { SOURCE, DESTINATION, ENDS };

struct transfer {
	uint32_t records;
	uint64_t rtt_us, rate_bps;
	double loss; /* of PDUs, each way */
	uint32_t paced_kbps; /* 0: NewReno */
	uint64_t seed;
};

struct node {
	struct run *run;
	enum end end;
	unsigned number;
	struct openssl_crypto *crypto;
	struct dimp_speaker_config config;
	struct dimp_public_key key;
	struct speaker_binding *binding;
};

struct run {
	struct engine *engine;
	struct node nodes[ENDS];
	struct dimp_time done; /* 0: not yet */
	uint64_t pdus, octets; /* of the source, from the request on; on the wire */
	bool is_counting;
};

static void send_frame(void *context, struct dimp_view frame, struct dimp_time now)
{
	struct node *node = context;
	struct run *run = node->run;

	(void)now;
	if (run->is_counting && node->end == SOURCE) {
		run->pdus++;
		run->octets += frame.size + FRAME_OVERHEAD;
	}
	engine_transmit(run->engine, (struct engine_endpoint){node->number, 0}, frame);
}

static void answer(void *context, const struct dimp_event *event, struct dimp_time now)
{
	struct node *node = context;
	struct dimp_speaker *speaker = speaker_binding_speaker(node->binding);

	if (event->kind == DIMP_EVENT_FREEZE)
		dimp_speaker_frozen(speaker, event->vsi, event->token, now);
	if (event->kind != DIMP_EVENT_ACTIVATE)
		return;
	dimp_speaker_activated(speaker, event->vsi, true, now);
	node->run->done = now;
	engine_stop(node->run->engine);
}

static void receive(void *context, unsigned port, struct dimp_view octets, struct dimp_time now)
{
	struct node *node = context;
	struct edge_frame frame;

	(void)port;
	if (edge_frame_read(octets, &frame))
		speaker_binding_receive(node->binding, &frame, now);
}

static struct dimp_mac address_of(enum end end)
{
	return (struct dimp_mac){{2, 0, 0, 0, 0, (uint8_t)(end + 1)}};
}

static bool make_node(struct run *run, enum end end, const struct transfer *transfer)
{
	static const char *const names[ENDS] = {"source", "destination"};
	struct node *node = &run->nodes[end];
	struct dimp_speaker_config *config = &node->config;

	*node = (struct node){.run = run, .end = end};
	node->crypto = openssl_crypto_create_seeded(transfer->seed, names[end]);
	if (!node->crypto)
		return false;
	const struct dimp_crypto *crypto = openssl_crypto_table(node->crypto);
	dimp_speaker_config_default(config);
	config->crypto = crypto;
	config->boot_count = 1;
	config->peers_max = 1;
	config->vsis_max = config->migrations_max = 4;
	config->entries_max = 3 * transfer->records + HEADROOM;
	config->arena_octets = config->entries_max * RECORD_OCTETS;
	config->send_queue_max = 1024;
	config->settings.paced_kbps = transfer->paced_kbps;
	config->settings.thaw_us = UINT32_MAX;
	if (!crypto->random(crypto->user, config->static_secret, DIMP_KEY_SIZE) ||
		!crypto->x25519_public(crypto->user, node->key.octets, config->static_secret))
		return false;
	node->binding = speaker_binding_create(&(struct speaker_binding_config){
		.engine = run->engine,
		.name = names[end],
		.address = address_of(end),
		.speaker = config,
		.host = {node, send_frame, answer},
	});
	node->number = engine_node_add(run->engine, names[end], receive, node);
	return node->binding != NULL;
}

static bool join_nodes(struct run *run, const struct transfer *transfer)
{
	const struct engine_link_config link = {.rate_bps = transfer->rate_bps,
		.delay_us = transfer->rtt_us / 2};
	dimp_peer peer;

	for (enum end end = SOURCE; end < ENDS; end++) {
		const enum end other = end == SOURCE ? DESTINATION : SOURCE;
		const struct dimp_peer_config config = {.is_bridge = true,
			.static_public = run->nodes[other].key};
		const struct dimp_mac address = address_of(other);
		if (speaker_binding_add_peer(run->nodes[end].binding, &config, &address, &peer) !=
			DIMP_ERROR_NONE)
			return false;
	}
	return engine_link_add(run->engine, (struct engine_endpoint){run->nodes[SOURCE].number, 0},
		       (struct engine_endpoint){run->nodes[DESTINATION].number, 0},
		       &link) != ENGINE_NONE;
}

static const struct dimp_vsi the_vsi = {"bulk"};

static bool learn(struct run *run, uint32_t records)
{
	struct dimp_speaker *speaker = speaker_binding_speaker(run->nodes[SOURCE].binding);
	const struct dimp_time now = engine_now(run->engine);
	const struct dimp_vsi_config config = {.vsi = the_vsi,
		.filters = {{.mac = {{2}}, .vlan = 1}},
		.filter_count = 1};
	struct dimp_record record = {.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = 1, .remaining = 86400000}};
	dimp_vsi_index index;

	if (dimp_speaker_vsi_add(speaker, &config, &index, now) != DIMP_ERROR_NONE)
		return false;
	for (uint32_t number = 0; number < records; number++) {
		struct dimp_dhcp_binding *binding = &record.body.dhcp_binding;
		binding->client = (struct dimp_mac){{2, 1, 0, (uint8_t)(number >> 16),
			(uint8_t)(number >> 8), (uint8_t)number}};
		binding->address = (struct dimp_ipv4){
			{10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
		if (dimp_speaker_di_change(speaker, index, &record, now) != DIMP_ERROR_NONE)
			return false;
	}
	speaker_binding_settle(run->nodes[SOURCE].binding, now);
	return true;
}

/* The association stands before, and nothing is lost of that. */
static void open_association(struct run *run, const struct transfer *transfer)
{
	struct engine_link_config link = {.rate_bps = transfer->rate_bps,
		.delay_us = transfer->rtt_us / 2,
		.loss_ppm = (uint32_t)(transfer->loss * 1e6)};

	speaker_binding_open(run->nodes[DESTINATION].binding, engine_now(run->engine));
	engine_run(run->engine, (struct dimp_time){1000000});
	engine_link_configure(run->engine, 0, 0, &link);
	engine_link_configure(run->engine, 0, 1, &link);
}

static bool ask(struct run *run)
{
	struct node *node = &run->nodes[DESTINATION];
	const struct dimp_time now = engine_now(run->engine);
	const struct dimp_request_config request = {
		.serial = 1,
		.vsi = the_vsi,
		.filters = {{.mac = {{2}}, .vlan = 1}},
		.filter_count = 1,
		.mode = DIMP_MODE_ONE_SHOT,
		.source = run->nodes[SOURCE].key,
		.required = (uint64_t)1 << DIMP_DI_DHCP_BINDING,
		.deadline_ms = 7200000,
	};
	uint64_t id;

	run->is_counting = true;
	if (speaker_binding_pull(node->binding, &request, now, &id) != DIMP_ERROR_NONE)
		return false;
	speaker_binding_settle(node->binding, now);
	return true;
}

/* What a transfer took, in us, and what it put on the wire; negative when it failed. */
static double measure(const struct transfer *transfer, uint64_t *pdus, uint64_t *octets)
{
	struct run *run = calloc(1, sizeof *run);
	double took_us = -1;

	if (!run)
		return took_us;
	run->engine = engine_native_create(transfer->seed);
	const bool is_made = run->engine && make_node(run, SOURCE, transfer) &&
		make_node(run, DESTINATION, transfer) && join_nodes(run, transfer) &&
		learn(run, transfer->records);

	if (is_made)
		open_association(run, transfer);
	if (is_made && ask(run)) {
		const struct dimp_time asked = engine_now(run->engine);
		engine_run(run->engine, (struct dimp_time){asked.us + 7200000000u});
		if (run->done.us != 0)
			took_us = (double)(run->done.us - asked.us);
	}
	*pdus = run->pdus;
	*octets = run->octets;
	for (enum end end = SOURCE; end < ENDS; end++) {
		speaker_binding_destroy(run->nodes[end].binding);
		openssl_crypto_destroy(run->nodes[end].crypto);
	}
	if (run->engine)
		engine_destroy(run->engine);
	free(run);
	return took_us;
}

static double reference_us(const struct transfer *transfer, uint64_t pdus, double wire_octets)
{
	const struct newreno_case of = {
		.packets = pdus,
		.octets = wire_octets - FRAME_OVERHEAD - ETHERNET,
		.wire_octets = wire_octets,
		.rate_bps = (double)transfer->rate_bps,
		.rtt_us = (double)transfer->rtt_us,
		.loss = transfer->loss,
		.max_ack_delay_us = 1000,
		.granularity_us = 1000,
		.seed = transfer->seed,
	};

	return newreno_transfer_us(&of) + 2 * (double)transfer->rtt_us;
}

struct bound {
	const char *peer;
	double us, bar;
};

/* |pdus| and |octets| are those of a run without loss. */
static struct bound bound_of(const struct transfer *transfer, uint64_t pdus, uint64_t octets)
{
	const double trips_us = 2 * (double)transfer->rtt_us;
	const double line_us = (double)octets * 8e6 / (double)transfer->rate_bps;
	const double paced_us = transfer->paced_kbps
		? ((double)octets - (double)pdus * (FRAME_OVERHEAD + ETHERNET)) * 8e3 /
			(double)transfer->paced_kbps
		: 0;
	double each[SEEDS];

	if (transfer->paced_kbps != 0)
		return (struct bound){"octets/rate + 2 RTT", paced_us + trips_us,
			transfer->loss == 0.0           ? 1.1
				: transfer->loss < 0.02 ? 1.2
							: 1.5};
	if (transfer->loss == 0.0 && line_us >= 20 * (double)transfer->rtt_us)
		return (struct bound){"octets/rate + 2 RTT", line_us + trips_us, 1.1};
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct transfer one = *transfer;
		one.seed = seed + 1;
		each[seed] = reference_us(&one, pdus, (double)octets / (double)pdus);
	}
	return (struct bound){"RFC 9002 + 2 RTT", measure_median(each, SEEDS), 1.2};
}

/* A row, of transfers that all came to their end. */
static bool report(struct transfer transfer)
{
	const double loss = transfer.loss;
	const size_t many = transfer.records > 100000 ? 1 : FEW_SEEDS;
	const size_t lossy = transfer.records > 10000 ? many : SEEDS;
	const size_t seeds = loss == 0.0 ? 1 : lossy;
	uint64_t pdus, octets, lossy_pdus, lossy_octets;
	double took[SEEDS];
	char what[160];

	snprintf(what, sizeof what, "%s, %u records, %g Mbit/s, RTT %g ms, loss %g %%",
		transfer.paced_kbps ? "paced" : "NewReno", (unsigned)transfer.records,
		transfer.paced_kbps ? transfer.paced_kbps / 1e3 : (double)transfer.rate_bps / 1e6,
		(double)transfer.rtt_us / 1e3, loss * 100);
	transfer.loss = 0;
	transfer.seed = 1;
	took[0] = measure(&transfer, &pdus, &octets);
	bool is_well = took[0] > 0;
	transfer.loss = loss;
	for (size_t seed = 0; loss != 0.0 && seed < seeds; seed++) {
		transfer.seed = seed + 1;
		took[seed] = measure(&transfer, &lossy_pdus, &lossy_octets);
		is_well = is_well && took[seed] > 0;
	}
	if (!is_well) {
		fprintf(stderr, "transfer: %s: one never ended\n", what);
		return false;
	}
	const struct bound bound = bound_of(&transfer, pdus, octets);
	const double median = measure_median(took, seeds);
	measure_print(&(struct measure_row){.what = what,
		.peer = bound.peer,
		.unit = "ms",
		.ours = median / 1e3,
		.theirs = bound.us / 1e3,
		.ratio = median / bound.us,
		.bound = MEASURE_AT_MOST,
		.bar = bound.bar});
	return true;
}

int main(void)
{
	static const uint64_t trips_us[] = {100, 1000, 20000};
	static const double losses[] = {0, 0.01, 0.05};
	static const uint32_t sizes[] = {1000, 10000, 100000, 1000000};
	const char *is_long = getenv("BENCH_LONG");
	const size_t size_count = is_long && is_long[0] != '\0' ? 4 : 2;
	bool is_well = true;

	for (size_t index = 0; index < size_count * 3 * 3 * 2; index++) {
		const uint64_t rtt_us = trips_us[index / 3 % 3];
		struct transfer transfer = {
			.records = sizes[index / 18],
			.rtt_us = rtt_us,
			/* What 512 PDUs under way can fill (DIMP 5.7-4). */
			.rate_bps = rtt_us > 1000 ? 100000000 : 1000000000,
			.loss = losses[index % 3],
		};
		if (index / 9 % 2 == 1)
			transfer.paced_kbps = (uint32_t)(transfer.rate_bps / 1000 / 4);
		/* The largest over the middle round trip alone: each takes a minute. */
		if (transfer.records < 1000000 || rtt_us == 1000)
			is_well = report(transfer) && is_well;
	}
	return is_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
