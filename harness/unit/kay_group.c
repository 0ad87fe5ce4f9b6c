/* Whoever has something to say is heard by all others at once, in turn until nobody has. */
#include "kay_group.h"

#include "check.h"
#include "crypto/openssl_crypto.h"

#include <string.h>

void kay_group_make(struct kay_group *group)
{
	*group = (struct kay_group){.crypto = openssl_crypto_create_seeded(11, "group"),
		.now = {3 * SECONDS}};
	REQUIRE(group->crypto != NULL);
	for (unsigned each = 0; each < KAY_GROUP_MAX; each++) {
		struct kay_config *const config = &group->ends[each].config;
		kay_config_default(config);
		config->crypto = openssl_crypto_table(group->crypto);
		config->keys.cak = (struct mka_key){.octets = {9}, .size = 16};
		config->keys.name = (struct mka_key){.octets = {8}, .size = 4};
		REQUIRE(mka_keys_derive(&config->keys));
		config->sci = (struct dimp_sci){{2, 0, 0, 0, 0, (uint8_t)(each + 1), 0, 1}};
		config->priority = (uint8_t)(16 * (each + 1));
	}
}

void kay_group_join(struct kay_group *group, unsigned which)
{
	struct kay_group_end *const end = &group->ends[which];

	if (!end->store)
		end->store = di_store_create();
	REQUIRE(end->store != NULL);
	end->kay = kay_create(&end->config, &(struct source_place){.store = end->store});
	REQUIRE(end->kay != NULL);
	kay_start(end->kay, group->now);
}

void kay_group_kill(struct kay_group *group, unsigned which)
{
	struct kay_group_end *const end = &group->ends[which];

	kay_destroy(end->kay);
	di_store_destroy(end->store);
	end->kay = NULL;
	end->store = NULL;
}

void kay_group_end(struct kay_group *group)
{
	for (unsigned each = 0; each < KAY_GROUP_MAX; each++) {
		kay_destroy(group->ends[each].kay);
		if (group->ends[each].store)
			di_store_destroy(group->ends[each].store);
	}
	openssl_crypto_destroy(group->crypto);
}

void kay_group_of(struct kay_group *group, unsigned count)
{
	for (unsigned each = 0; each < count; each++)
		kay_group_join(group, each);
}

/* What |from| has to say, to all others; false when it has nothing. */
static bool group_say(struct kay_group *group, unsigned from)
{
	static uint8_t octets[KAY_FRAME_MAX];
	struct kay_group_end *const end = &group->ends[from];
	struct ethernet_frame frame;
	const size_t size = end->kay ? kay_transmit(end->kay, octets, group->now) : 0;

	if (size == 0)
		return false;
	REQUIRE(ethernet_read((struct dimp_view){octets, size}, &frame));
	REQUIRE(mkpdu_read(frame.payload, &end->last));
	if (end->last.has_distributed)
		end->distributing = end->last;
	for (unsigned to = 0; to < KAY_GROUP_MAX; to++)
		if (to != from && group->ends[to].kay)
			kay_hear(group->ends[to].kay, (struct dimp_view){octets, size}, group->now);
	return true;
}

void kay_group_run(struct kay_group *group, uint64_t us)
{
	for (uint64_t step = 0; step < us; step += STEP) {
		group->now.us += STEP;
		for (unsigned each = 0; each < KAY_GROUP_MAX; each++)
			if (group->ends[each].kay)
				kay_expire(group->ends[each].kay, group->now);
		for (unsigned turn = 0; turn < 64; turn++)
			(void)group_say(group, turn % KAY_GROUP_MAX);
	}
}

const struct dimp_macsec_sa *kay_group_sa(const struct kay_group_end *end, unsigned owner)
{
	const struct dimp_macsec_sa *found = NULL;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(end->store, 0, DIMP_DI_MACSEC_SA, &cursor))) {
		const struct dimp_macsec_sa *const sa = &entry->record.body.macsec_sa;
		if (sa->sci.octets[5] == owner + 1 && sa->is_in_use != 0)
			found = sa;
	}
	return found;
}

size_t kay_group_sas(const struct kay_group_end *end)
{
	return di_store_count(end->store, 0, DIMP_DI_MACSEC_SA);
}

void kay_group_check(const struct kay_group *group, unsigned count, unsigned association_number)
{
	const struct dimp_macsec_sa *const first = kay_group_sa(&group->ends[0], 0);

	REQUIRE(first != NULL);
	for (unsigned each = 0; each < count; each++) {
		CHECK_EQ(kay_group_sas(&group->ends[each]), count);
		for (unsigned owner = 0; owner < count; owner++) {
			const struct dimp_macsec_sa *const sa =
				kay_group_sa(&group->ends[each], owner);
			REQUIRE(sa != NULL);
			CHECK_EQ(sa->association_number, association_number);
			CHECK(memcmp(&sa->sak, &first->sak, sizeof sa->sak) == 0);
			CHECK(memcmp(&sa->key_identifier, &first->key_identifier, 16) == 0);
			CHECK_EQ(sa->direction == DIMP_DIRECTION_TRANSMIT, each == owner);
		}
	}
}
