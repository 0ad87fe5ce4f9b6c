/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the captures of dimp replay: whatever is learned of whomever is what another bridge
 * would take, and every change is told at its time.  The first octet chooses how it is played.
 */
#include <string.h>

#include "fuzz/octet_file.h"
#include "fuzz/record_judge.h"
#include "sources/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { WITH_ACL = 1, WITH_RADIUS = 2, WITH_MKA = 4, FAST_LEAVE = 8, STOPS = 16, TWICE = 32 };

static void judge(void *context, const struct dimp_mac *vm, const struct dimp_record *change,
	uint64_t at_us)
{
	uint64_t *const last_us = context;

	(void)vm;
	require(at_us >= *last_us);
	*last_us = at_us;
	record_judge(NULL, 0, change, (struct dimp_time){at_us});
}

static void choose(struct replay_config *config, struct mka_config *mka, uint8_t choice)
{
	static const char secret[] = "radius-secret";

	sources_config_default(&config->sources);
	config->sources.has_savi = true;
	config->sources.is_fast_leave = (choice & FAST_LEAVE) != 0;
	if ((choice & WITH_ACL) != 0)
		config->sources.acl_template = "permit-own-addresses";
	if ((choice & WITH_RADIUS) != 0) {
		config->sources.dot1x.radius.size = sizeof secret - 1;
		memcpy(config->sources.dot1x.radius.octets, secret, sizeof secret - 1);
	}
	mka_config_default(mka);
	mka->keys.cak.size = 16;
	mka->keys.name.size = 1;
	require(mka_keys_derive(&mka->keys));
	if ((choice & WITH_MKA) != 0)
		config->sources.mka = mka;
	config->has_at = (choice & STOPS) != 0;
	config->at_us = 3000000;
}

static void load(struct replay *replay, const uint8_t *octets, size_t size)
{
	char error[256];
	struct capture *const capture = capture_open(octet_file(octets, size), error, sizeof error);

	if (capture != NULL)
		require(replay_load(replay, capture));
	capture_close(capture);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static struct replay_config config;
	struct mka_config mka;
	uint64_t last_us = 0;

	if (size == 0)
		return 0;
	config = (struct replay_config){.has_at = false};
	choose(&config, &mka, octets[0]);
	struct replay *const replay = replay_create(&config);
	require(replay != NULL);
	load(replay, octets + 1, size - 1);
	if ((octets[0] & TWICE) != 0)
		load(replay, octets + 1, size - 1);
	require(replay_run(replay, judge, &last_us));
	require(replay_vm_count(replay) <= REPLAY_VMS_MAX);
	for (size_t index = 0; index < replay_vm_count(replay); index++)
		require(replay_vm(replay, index) != NULL);
	replay_destroy(replay);
	return 0;
}
