/* SPDX-License-Identifier: MIT */
/*
 * Any octets as frames from and towards a VM with all its sources: whatever is learned is what
 * another bridge would take, and time passing leaves nothing that should have ended.
 */
#include <string.h>

#include "fuzz/frame_mutator.h"
#include "fuzz/record_judge.h"
#include "fuzz/step_mutator.h"
#include "sources/sources.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static struct mka_config mka;
static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};

/* Each frame: an octet of direction, trust and whether source guard refused it, one of time, two of
 * size, and the octets. */
static size_t play_frame(struct sources *sources, struct dimp_view rest, struct dimp_time *now)
{
	enum { HEADER_SIZE = 4, DIRECTION = 1, TRUST = 2, REFUSED = 4 };
	const size_t wanted = (size_t)(rest.octets[2] << 8 | rest.octets[3]);
	const size_t size = wanted < rest.size - HEADER_SIZE ? wanted : rest.size - HEADER_SIZE;
	const struct source_frame frame = {.octets = {rest.octets + HEADER_SIZE, size},
		.direction = rest.octets[0] & DIRECTION ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
		.is_trusted = (rest.octets[0] & TRUST) != 0};

	now->us += rest.octets[1] * (uint64_t)100000;
	sources_expire(sources, *now);
	di_store_expire(sources_place(sources)->store, *now);
	if (rest.octets[0] & REFUSED)
		(void)sources_refused(sources, &frame, *now);
	else
		sources_frame(sources, &frame, *now);
	return HEADER_SIZE + size;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	struct di_store *const store = di_store_create();
	const struct source_place place = {.store = store, .vm = vm};
	struct dimp_time now = {1000000};
	struct sources_config config;
	struct dimp_view rest = {octets, size};

	require(store != NULL);
	di_store_set_observer(store, record_judge, NULL);
	sources_config_default(&config);
	config.acl_template = "permit-own-address";
	config.has_savi = true;
	mka_config_default(&mka);
	mka.keys.cak.size = 16;
	mka.keys.name.size = 1;
	require(mka_keys_derive(&mka.keys));
	config.mka = &mka;
	struct sources *const sources = sources_create(&place, &config, now);
	require(sources != NULL);
	while (rest.size > 4) {
		const size_t taken = play_frame(sources, rest, &now);
		rest = (struct dimp_view){rest.octets + taken, rest.size - taken};
	}
	sources_flush(sources, now);
	sources_destroy(sources);
	di_store_destroy(store);
	return 0;
}

static size_t frame_size(const uint8_t *head)
{
	return (size_t)head[2] << 8 | head[3];
}

static bool set_frame(uint8_t *head, size_t size)
{
	head[2] = (uint8_t)(size >> 8);
	head[3] = (uint8_t)size;
	return true;
}

/* A frame that concerns the VM, and that its reader does not turn down at once, most of the time.
 */
static size_t mutate_frame(struct mutable_octets frame, struct mutation_dice *dice)
{
	enum { RARELY = 8 };
	const size_t mac = mutation_dice_below(dice, 2) * sizeof vm.octets;

	frame.size = frame_mutate(frame, dice);
	if (mutation_dice_once_in(dice, 3) && frame.size >= 2 * sizeof vm.octets)
		memcpy(frame.octets + mac, vm.octets, sizeof vm.octets);
	if (!mutation_dice_once_in(dice, RARELY))
		frame_mend(frame, &mka.keys);
	return frame.size;
}

static const struct step_format format = {
	.head_min = 4,
	.payload_size = frame_size,
	.set_payload = set_frame,
	.payload_max = 2000,
	.mutate_payload = mutate_frame,
};

STEP_FUZZER(format);
