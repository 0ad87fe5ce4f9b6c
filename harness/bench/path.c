/* SPDX-License-Identifier: MIT */
/*
 * path: what it takes to bring 20,000 records from one table to another in memory: table, encode,
 * seal, open, decode, stage, digest (harness/bench/parts/di_path.h), beside libcrypto's AES-256-GCM
 * alone over the same octets, and beside the same steps with msgpack-c and a hash table of structs.
 */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "bench/parts/di_mix.h"
#include "bench/parts/di_path.h"
#include "bench/parts/measure.h"
#include "bench/peers/struct_path.h"

enum { RECORDS = 20000, TURNS = 5, PAYLOAD = 1368, NONCE = 12, TAG = 16, HEADER = 16 };

static const double limit_bar = 0.15, struct_bar = 4;

static const struct {
	const char *name;
	void (*run)(struct di_path *path);
} steps[] = {
	{"table to PDUs", di_path_export},
	{"seal", di_path_seal},
	{"open", di_path_open},
	{"decode and stage", di_path_stage},
	{"digest", di_path_digest},
};

enum { STEPS = sizeof steps / sizeof steps[0] };

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	(void)fprintf(stderr, "path: %s\n", what);
	exit(1);
}

/* Seals and opens |octets| octets in PDUs, one key set up once; nanoseconds. */
static double limit_ns(size_t octets)
{
	static const uint8_t key[32] = {1};
	static uint8_t plain[PAYLOAD], sealed[PAYLOAD], tag[TAG];
	EVP_CIPHER_CTX *seal = EVP_CIPHER_CTX_new(), *open = EVP_CIPHER_CTX_new();
	uint8_t nonce[NONCE] = {0};
	bool holds = EVP_EncryptInit_ex(seal, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
		EVP_DecryptInit_ex(open, EVP_aes_256_gcm(), NULL, key, nonce) == 1;
	const double begin = measure_cpu_ns();

	for (size_t at = 0; at < octets; at += PAYLOAD) {
		const int size = octets - at < PAYLOAD ? (int)(octets - at) : PAYLOAD;
		int done = 0;

		nonce[at / PAYLOAD % 8]++;
		holds = holds && EVP_EncryptInit_ex(seal, NULL, NULL, NULL, nonce) == 1 &&
			EVP_EncryptUpdate(seal, NULL, &done, plain, HEADER) == 1 &&
			EVP_EncryptUpdate(seal, sealed, &done, plain, size) == 1 &&
			EVP_EncryptFinal_ex(seal, sealed + size, &done) == 1 &&
			EVP_CIPHER_CTX_ctrl(seal, EVP_CTRL_AEAD_GET_TAG, TAG, tag) == 1 &&
			EVP_DecryptInit_ex(open, NULL, NULL, NULL, nonce) == 1 &&
			EVP_DecryptUpdate(open, NULL, &done, plain, HEADER) == 1 &&
			EVP_DecryptUpdate(open, plain, &done, sealed, size) == 1 &&
			EVP_CIPHER_CTX_ctrl(open, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
			EVP_DecryptFinal_ex(open, plain + size, &done) == 1;
	}
	const double taken = measure_cpu_ns() - begin;
	require(holds, "libcrypto refuses");
	EVP_CIPHER_CTX_free(seal);
	EVP_CIPHER_CTX_free(open);
	return taken;
}

static double median_of(double turns[TURNS])
{
	return measure_median(turns, TURNS);
}

int main(void)
{
	static struct dimp_record records[RECORDS];
	double step_ns[STEPS][TURNS], whole[TURNS], limit[TURNS], theirs[TURNS];
	struct di_mix mix;

	di_mix_start(&mix, 9);
	for (size_t index = 0; index < RECORDS; index++)
		di_mix_next(&mix, &records[index]);
	struct di_path *path = di_path_create(records, RECORDS);
	struct struct_path *other = struct_path_create(records, RECORDS);
	const double entries = (double)di_path_entries(path);
	require(struct_path_entries(other) == di_path_entries(path), "the tables differ");
	for (size_t turn = 0; turn < TURNS; turn++) {
		whole[turn] = 0;
		for (size_t each = 0; each < STEPS; each++) {
			const double begin = measure_cpu_ns();

			steps[each].run(path);
			step_ns[each][turn] = (measure_cpu_ns() - begin) / entries;
			whole[turn] += step_ns[each][turn];
		}
		di_path_reset(path);
		limit[turn] = limit_ns(di_path_octets(path)) / entries;
		const double begin = measure_cpu_ns();
		struct_path_run(other);
		theirs[turn] = (measure_cpu_ns() - begin) / entries;
		struct_path_reset(other);
	}
	const double ours = median_of(whole), least = median_of(limit), with = median_of(theirs);
	measure_print(&(struct measure_row){"whole path", "AES-256-GCM alone, libcrypto",
		"ns/record", ours, least, least / ours, MEASURE_AT_LEAST, limit_bar, "libssl-dev"});
	measure_print(&(struct measure_row){"whole path", "msgpack-c and a hash table", "ns/record",
		ours, with, with / ours, MEASURE_AT_LEAST, struct_bar, "libmsgpack-dev"});
	measure_print(&(
		struct measure_row){.what = "whole path", .unit = "records/s", .ours = 1e9 / ours});
	for (size_t each = 0; each < STEPS; each++)
		measure_print(&(struct measure_row){.what = steps[each].name,
			.unit = "ns/record",
			.ours = median_of(step_ns[each])});
	di_path_destroy(path);
	struct_path_destroy(other);
	return 0;
}
