/* SPDX-License-Identifier: MIT */
/*
 * codec: what it costs to write and read 100,000 records of all DI types, with all checks, beside
 * other codecs and beside copying their octets (harness/bench/peers/peer.h says how these are
 * used).
 *
 * Encoding reads 2,048 different structs in turn, which stay in the cache, and writes anew all
 * octets of 100,000; decoding reads those octets into one struct.  The codecs take turns over the
 * whole, and of a codec's turns the median counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/parts/di_mix.h"
#include "bench/parts/measure.h"
#include "bench/peers/peer.h"

enum { RECORDS = 100000, STRUCTS = 2048, ROOM_EACH = 2048, TURNS = 5 };

/* What is asked of our codec (issue "As fast as the hardware"). */
static const double decode_bar = 5, decode_copies_bar = 4, encode_bar = 1.3, encode_copies_bar = 3,
		    size_bar = 1.05;

static const struct codec_peer *const peers[] = {&peer_dimp, &peer_protobuf_c, &peer_nanopb,
	&peer_msgpack, &peer_libcbor};

enum { PEERS = sizeof peers / sizeof peers[0], COPY = PEERS, CONTENDERS = PEERS + 1 };

struct contender {
	uint8_t *octets;
	size_t size;
	double encode_ns[TURNS], decode_ns[TURNS]; /* a record */
};

struct bench {
	struct dimp_record *structs;
	uint16_t sizes[STRUCTS]; /* of our wire form */
	uint8_t *copy_to;
	struct contender contenders[CONTENDERS];
};

static void fail(const char *who, const char *what)
{
	(void)fprintf(stderr, "codec: %s: %s\n", who, what);
	exit(1);
}

static void *room(size_t size)
{
	void *octets = malloc(size);

	if (!octets)
		fail("memory", "refused");
	/* Touched now, so that no turn pays for the pages. */
	memset(octets, 1, size);
	return octets;
}

static void encode_turn(const struct bench *bench, const struct codec_peer *peer,
	struct contender *contender)
{
	contender->size = 0;
	for (size_t index = 0; index < RECORDS; index++) {
		const size_t size = peer->encode(&bench->structs[index % STRUCTS],
			contender->octets + contender->size, ROOM_EACH);

		if (size == 0)
			fail(peer->name, "does not encode");
		contender->size += size;
	}
}

static void decode_turn(const struct codec_peer *peer, const struct contender *contender,
	struct dimp_record *record)
{
	struct dimp_view rest = {contender->octets, contender->size};

	for (size_t index = 0; index < RECORDS; index++) {
		const size_t size = peer->decode(rest, record);

		if (size == 0)
			fail(peer->name, "does not decode");
		rest = (struct dimp_view){rest.octets + size, rest.size - size};
	}
	if (rest.size != 0)
		fail(peer->name, "leaves octets");
}

/* From each struct as many octets as its wire form has, to the octets of 100,000. */
static void copy_out_turn(const struct bench *bench, struct contender *contender)
{
	contender->size = 0;
	for (size_t index = 0; index < RECORDS; index++) {
		const size_t each = index % STRUCTS;

		memcpy(contender->octets + contender->size, &bench->structs[each].body,
			bench->sizes[each]);
		contender->size += bench->sizes[each];
	}
}

/* From the octets of 100,000 to one place, each record by itself, its size told by its TLV. */
static void copy_in_turn(const struct bench *bench, const struct contender *ours)
{
	const uint8_t *from = ours->octets;

	for (size_t index = 0; index < RECORDS; index++) {
		const size_t size = 4 + ((size_t)from[2] << 8 | from[3]);

		memcpy(bench->copy_to, from, size);
		/* Each copy is to be made, though the next covers it. */
		__asm__ volatile("" : : "r"(bench->copy_to) : "memory");
		from += size;
	}
}

static void take_turn(struct bench *bench, size_t turn, size_t who, struct dimp_record *record)
{
	struct contender *contender = &bench->contenders[who];
	const double begin = measure_cpu_ns();

	if (who == COPY)
		copy_out_turn(bench, contender);
	else
		encode_turn(bench, peers[who], contender);
	const double middle = measure_cpu_ns();
	if (who == COPY)
		copy_in_turn(bench, &bench->contenders[0]);
	else
		decode_turn(peers[who], contender, record);
	contender->encode_ns[turn] = (middle - begin) / RECORDS;
	contender->decode_ns[turn] = (measure_cpu_ns() - middle) / RECORDS;
}

/* What a codec reads is what it was given to write. */
static void check(const struct bench *bench, const struct codec_peer *peer,
	struct dimp_record *record)
{
	uint8_t octets[ROOM_EACH], ours[ROOM_EACH], again[ROOM_EACH];

	for (size_t index = 0; index < STRUCTS; index++) {
		const struct dimp_record *given = &bench->structs[index];
		const size_t size = peer->encode(given, octets, sizeof octets);
		size_t size_ours, size_again;

		*record = bench->structs[(index + 1) % STRUCTS];
		if (peer->decode((struct dimp_view){octets, size}, record) != size)
			fail(peer->name, "does not read what it wrote");
		if (dimp_record_write(given, ours, sizeof ours, &size_ours) != DIMP_ERROR_NONE ||
			dimp_record_write(record, again, sizeof again, &size_again) !=
				DIMP_ERROR_NONE ||
			size_ours != size_again || memcmp(ours, again, size_ours) != 0)
			fail(peer->name, "reads something else than it wrote");
	}
}

static void make_structs(struct bench *bench)
{
	struct di_mix mix;
	uint8_t octets[ROOM_EACH];

	di_mix_start(&mix, 9);
	bench->structs = room(STRUCTS * sizeof *bench->structs);
	for (size_t index = 0; index < STRUCTS; index++) {
		size_t size;

		di_mix_next(&mix, &bench->structs[index]);
		if (dimp_record_write(&bench->structs[index], octets, ROOM_EACH, &size) !=
			DIMP_ERROR_NONE)
			fail("DIMP", "does not encode");
		bench->sizes[index] = (uint16_t)size;
	}
}

/* Rows of one kind of time: each peer's, the fastest's, and the copy's. */
static void print_times(const char *what, const double ns[CONTENDERS], double bar,
	double copies_bar)
{
	double best = ns[1];
	size_t who;

	for (who = 1; who < PEERS; who++) {
		measure_print(&(struct measure_row){what, peers[who]->name, "ns/record", ns[0],
			ns[who], ns[who] / ns[0], MEASURE_STATED, 0, peers[who]->package});
		best = ns[who] < best ? ns[who] : best;
	}
	measure_print(&(struct measure_row){what, "fastest of the four", "ns/record", ns[0], best,
		best / ns[0], MEASURE_AT_LEAST, bar, NULL});
	measure_print(&(struct measure_row){what, "memcpy", "ns/record", ns[0], ns[COPY],
		ns[0] / ns[COPY], MEASURE_AT_MOST, copies_bar, NULL});
}

static void print_sizes(const struct bench *bench)
{
	const double ours = (double)bench->contenders[0].size / RECORDS;
	double best = 1e9;

	for (size_t who = 1; who < PEERS; who++) {
		const double size = (double)bench->contenders[who].size / RECORDS;

		measure_print(&(struct measure_row){"size", peers[who]->name, "octets/record", ours,
			size, ours / size, MEASURE_STATED, 0, NULL});
		best = size < best ? size : best;
	}
	measure_print(&(struct measure_row){"size", "smallest of the four", "octets/record", ours,
		best, ours / best, MEASURE_AT_MOST, size_bar, NULL});
}

int main(void)
{
	struct bench bench = {.copy_to = room(ROOM_EACH)};
	struct dimp_record *record = room(sizeof *record);
	double encode_ns[CONTENDERS], decode_ns[CONTENDERS];

	make_structs(&bench);
	for (size_t who = 0; who < PEERS; who++)
		check(&bench, peers[who], record);
	for (size_t who = 0; who < CONTENDERS; who++)
		bench.contenders[who].octets = room((size_t)RECORDS * 200 + ROOM_EACH);
	for (size_t turn = 0; turn < TURNS; turn++)
		for (size_t who = 0; who < CONTENDERS; who++)
			take_turn(&bench, turn, who, record);
	for (size_t who = 0; who < CONTENDERS; who++) {
		encode_ns[who] = measure_median(bench.contenders[who].encode_ns, TURNS);
		decode_ns[who] = measure_median(bench.contenders[who].decode_ns, TURNS);
	}
	print_times("decode", decode_ns, decode_bar, decode_copies_bar);
	print_times("encode", encode_ns, encode_bar, encode_copies_bar);
	print_sizes(&bench);
	for (size_t who = 0; who < CONTENDERS; who++)
		free(bench.contenders[who].octets);
	free(bench.structs);
	free(bench.copy_to);
	free(record);
	return 0;
}
