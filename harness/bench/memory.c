/* SPDX-License-Identifier: MIT */
/*
 * Memory of a speaker: by dimp_speaker_size(), what one more of a thing adds; and measured, what a
 * speaker with many idle VSIs of eight records each has resident, for each of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/parts/measure.h"
#include "crypto/openssl_crypto.h"
#include "dimp.h"

enum { MANY = 1000, RECORDS = 8, RECORD_OCTETS = 40, VSI_OCTETS_MAX = 1024 };

static struct dimp_speaker_config sized(uint32_t vsis, uint32_t peers, uint32_t migrations)
{
	struct dimp_speaker_config config;

	dimp_speaker_config_default(&config);
	config.boot_count = 1;
	config.vsis_max = vsis;
	config.peers_max = peers;
	config.migrations_max = migrations;
	config.entries_max = vsis * RECORDS;
	config.arena_octets = vsis * RECORDS * RECORD_OCTETS;
	return config;
}

static double size_of(uint32_t vsis, uint32_t peers, uint32_t migrations)
{
	const struct dimp_speaker_config config = sized(vsis, peers, migrations);

	return (double)dimp_speaker_size(&config);
}

/* A power of two of VSIs, so that the buckets of the index are as many as the entries. */
static double of_vsi(void)
{
	return (size_of(32768, 1, 1) - size_of(16384, 1, 1)) / 16384;
}

static bool add_vsi(struct dimp_speaker *speaker, uint32_t number)
{
	const struct dimp_time now = {1};
	struct dimp_vsi_config config = {.filters = {{.mac = {{2}}, .vlan = 1}}, .filter_count = 1};
	struct dimp_record record = {.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = 1, .remaining = 86400000}};
	dimp_vsi_index index;

	snprintf((char *)config.vsi.octets, sizeof config.vsi.octets, "%u", (unsigned)number);
	if (dimp_speaker_vsi_add(speaker, &config, &index, now) != DIMP_ERROR_NONE)
		return false;
	for (uint32_t each = 0; each < RECORDS; each++) {
		struct dimp_dhcp_binding *binding = &record.body.dhcp_binding;
		binding->client = (struct dimp_mac){{2, [5] = (uint8_t)each}};
		binding->address = (struct dimp_ipv4){
			{10, (uint8_t)(number >> 8), (uint8_t)number, (uint8_t)each}};
		if (dimp_speaker_di_change(speaker, index, &record, now) != DIMP_ERROR_NONE)
			return false;
	}
	return true;
}

/* Not the peak: that of a process begins with what its parent had. */
static double resident_octets(void)
{
	unsigned long all, resident = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file && fscanf(file, "%lu %lu", &all, &resident) != 2)
		resident = 0;
	if (file)
		(void)fclose(file);
	return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* Negative without memory or crypto. */
static double measure_vsi(uint32_t vsis)
{
	struct dimp_speaker_config config = sized(vsis, 1, 1);
	struct openssl_crypto *crypto = openssl_crypto_create_seeded(1, "memory");
	void *memory = malloc(dimp_speaker_size(&config));
	double octets = -1;

	if (crypto && memory) {
		config.crypto = openssl_crypto_table(crypto);
		config.static_secret[0] = 8;
		const double before = resident_octets();
		struct dimp_speaker *speaker =
			dimp_speaker_init(memory, &config, (struct dimp_time){0});
		bool is_well = speaker != NULL;
		for (uint32_t number = 0; is_well && number < vsis; number++)
			is_well = add_vsi(speaker, number);
		octets = is_well ? (resident_octets() - before) / vsis : -1;
	}
	free(memory);
	openssl_crypto_destroy(crypto);
	return octets;
}

static void state(const char *what, double octets)
{
	measure_print(&(struct measure_row){.what = what, .unit = "octets", .ours = octets});
}

int main(void)
{
	const double vsi = of_vsi(), resident = measure_vsi(4096);

	if (resident < 0) {
		fprintf(stderr, "memory: no speaker with so many VSIs\n");
		return EXIT_FAILURE;
	}

	measure_print(&(struct measure_row){.what = "idle VSI with 8 records, by the formula",
		.peer = "1 KiB",
		.unit = "octets",
		.ours = vsi,
		.theirs = VSI_OCTETS_MAX,
		.ratio = vsi / VSI_OCTETS_MAX,
		.bound = MEASURE_AT_MOST,
		.bar = 1});
	state("resident, of 4,096 idle VSIs with 8 records, each", resident);
	state("migration", (size_of(1, 1, 1 + MANY) - size_of(1, 1, 1)) / MANY);
	/* Less what each of the VSIs, which are one here, has for each peer. */
	state("association, 128 messages queued at most",
		(size_of(1, 1 + MANY, 1) - size_of(1, 1, 1)) / MANY - 8);
	return EXIT_SUCCESS;
}
