/*
 * Proves, on what real programs sent (pcaps/real, with their own word in the truth files), that all
 * sources together learn a VM's whole state, through MACsec as in clear, and go on from records
 * alone.
 */
#include "check.h"
#include "observe/capture.h"
#include "sources/sources.h"

#include <stdio.h>
#include <string.h>

static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
enum { WHOLE = 1000000000 };

struct rig {
	struct di_store *store;
	struct sources *sources;
	struct mka_config mka;
	struct dimp_time first, now;
	unsigned frames;
};

static void rig_start(struct rig *rig, const char *cak)
{
	struct sources_config config;
	char error[256];

	*rig = (struct rig){.store = di_store_create()};
	REQUIRE(rig->store != NULL);
	sources_config_default(&config);
	config.acl_template = "permit-own-address";
	mka_config_default(&rig->mka);
	if (cak != NULL) {
		REQUIRE(mka_keys_read(cak, &rig->mka.keys, error, sizeof error));
		config.mka = &rig->mka;
	}
	const struct source_place place = {.store = rig->store, .vm = vm};
	rig->sources = sources_create(&place, &config, rig->now);
	REQUIRE(rig->sources != NULL);
}

static void rig_stop(struct rig *rig)
{
	sources_destroy(rig->sources);
	di_store_destroy(rig->store);
}

static void play_frame(struct rig *rig, const struct capture_frame *frame)
{
	struct ethernet_frame ethernet;

	if (rig->frames++ == 0)
		rig->first = frame->time;
	rig->now = (struct dimp_time){frame->time.us - rig->first.us + 1};
	REQUIRE(ethernet_read(frame->octets, &ethernet));
	const bool is_from_vm = ethernet_is_same(&ethernet.source, &vm);
	const struct source_frame heard = {.octets = frame->octets,
		.direction = is_from_vm ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
		.is_trusted = !is_from_vm};
	sources_expire(rig->sources, rig->now);
	di_store_expire(rig->store, rig->now);
	sources_frame(rig->sources, &heard, rig->now);
}

/* Plays the frames of |path| from number |from| up to |until_ms| after the first. */
static void play(struct rig *rig, const char *path, unsigned from, uint64_t until_ms)
{
	char error[256];
	struct capture_frame frame;
	struct capture *const capture = capture_open(path, error, sizeof error);
	unsigned number = 0;
	uint64_t start_us = 0;

	REQUIRE(capture != NULL);
	while (capture_next(capture, &frame)) {
		if (number == 0)
			start_us = frame.time.us;
		if (frame.time.us - start_us > until_ms * 1000)
			break;
		if (number++ >= from)
			play_frame(rig, &frame);
	}
	capture_close(capture);
	sources_flush(rig->sources, rig->now);
}

static size_t count(const struct rig *rig, enum dimp_di_type type)
{
	return di_store_count(rig->store, 0, type);
}

static const struct dimp_record *only(const struct rig *rig, enum dimp_di_type type)
{
	size_t cursor = 0;

	REQUIRE(count(rig, type) == 1);
	return &di_store_next(rig->store, 0, type, &cursor)->record;
}

static const struct dimp_macsec_sa *sa(const struct rig *rig, enum dimp_direction direction)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(rig->store, 0, DIMP_DI_MACSEC_SA, &cursor)) != NULL)
		if (entry->record.body.macsec_sa.direction == direction)
			return &entry->record.body.macsec_sa;
	return NULL;
}

static void test_sources_learn_a_vms_whole_state_in_clear(void)
{
	struct rig rig;

	rig_start(&rig, NULL);
	play(&rig, "pcaps/real/vm1-plain.pcapng", 0, WHOLE);
	const struct dimp_dot1x_session *const session =
		&only(&rig, DIMP_DI_DOT1X_SESSION)->body.dot1x_session;
	CHECK_BYTES(session->identity.octets, session->identity.size, "766d31");
	CHECK_EQ(session->method, 4);
	const struct dimp_dhcp_binding *const binding =
		&only(&rig, DIMP_DI_DHCP_BINDING)->body.dhcp_binding;
	CHECK_BYTES(binding->address.octets, 4, "0a0000ad");
	CHECK_BYTES(binding->server.octets, 4, "0a000001");
	CHECK_EQ(count(&rig, DIMP_DI_MULTICAST_MEMBERSHIP), 2);
	CHECK_EQ(count(&rig, DIMP_DI_DYNAMIC_ACL), 5);
	CHECK_EQ(count(&rig, DIMP_DI_MACSEC_SA), 0);
	CHECK_EQ(sources_counters(rig.sources)->malformed, 0);
	rig_stop(&rig);
}

static void test_sources_learn_through_macsec(void)
{
	struct rig rig;

	rig_start(&rig, "pcaps/real/vm1.cak");
	play(&rig, "pcaps/real/vm1.pcapng", 0, WHOLE);
	CHECK_EQ(count(&rig, DIMP_DI_DOT1X_SESSION), 1);
	CHECK_EQ(count(&rig, DIMP_DI_DHCP_BINDING), 1);
	CHECK_EQ(count(&rig, DIMP_DI_MULTICAST_MEMBERSHIP), 2);
	CHECK_EQ(count(&rig, DIMP_DI_DYNAMIC_ACL), 5);
	REQUIRE(count(&rig, DIMP_DI_MACSEC_SA) == 2);
	/* The numbers both SecYs logged at the end: vm1.truth.json. */
	const struct dimp_macsec_sa *const receive = sa(&rig, DIMP_DIRECTION_RECEIVE);
	const struct dimp_macsec_sa *const transmit = sa(&rig, DIMP_DIRECTION_TRANSMIT);
	CHECK_BYTES(receive->sci.octets, 8, "525400c73ece0001");
	CHECK_BYTES(transmit->sci.octets, 8, "5254000000010001");
	CHECK_BYTES(receive->sak.octets, receive->sak.size, "ff853ebe8ae5930260623fc159489148");
	CHECK_BYTES(receive->key_identifier.octets, 16, "4d4e02aa2931baacdd53cedb00000001");
	CHECK_EQ(receive->lowest_pn, 60);
	CHECK_EQ(transmit->next_pn, 69);
	CHECK_EQ(receive->is_in_use, 1);
	CHECK_EQ(transmit->is_in_use, 1);
	CHECK_EQ(sources_counters(rig.sources)->bad_integrity, 0);
	CHECK_EQ(sources_counters(rig.sources)->replayed, 0);
	rig_stop(&rig);
}

static void test_sources_rekey_takes_a_new_number_and_drops_the_old(void)
{
	struct rig rig;

	rig_start(&rig, "pcaps/real/mka-rekey.cak");
	play(&rig, "pcaps/real/mka-rekey.pcapng", 0, WHOLE);
	REQUIRE(count(&rig, DIMP_DI_MACSEC_SA) == 2);
	CHECK_EQ(sa(&rig, DIMP_DIRECTION_RECEIVE)->association_number, 1);
	CHECK_EQ(sa(&rig, DIMP_DIRECTION_TRANSMIT)->association_number, 1);
	rig_stop(&rig);
}

static void test_sources_silence_ends_macsec(void)
{
	struct rig rig;

	rig_start(&rig, "pcaps/real/mka-macsec.cak");
	play(&rig, "pcaps/real/mka-macsec.pcapng", 0, WHOLE);
	REQUIRE(count(&rig, DIMP_DI_MACSEC_SA) == 2);
	const struct dimp_time end = sources_deadline(rig.sources);
	sources_expire(rig.sources, (struct dimp_time){end.us - 1});
	CHECK_EQ(count(&rig, DIMP_DI_MACSEC_SA), 2);
	sources_expire(rig.sources, end);
	CHECK_EQ(count(&rig, DIMP_DI_MACSEC_SA), 0);
	CHECK_EQ(sources_deadline(rig.sources).us, DIMP_NEVER.us);
	rig_stop(&rig);
}

static void test_sources_wrong_cak_makes_no_association(void)
{
	struct rig rig;

	rig_start(&rig, "pcaps/real/mka-wrong-cak.cak");
	play(&rig, "pcaps/real/mka-wrong-cak.pcapng", 0, WHOLE);
	CHECK_EQ(count(&rig, DIMP_DI_MACSEC_SA), 0);
	CHECK(sources_counters(rig.sources)->bad_integrity > 0);
	rig_stop(&rig);
}

/* The VM moves in the middle: new sources over the same records know what one pair would have
 * known. */
static void test_sources_go_on_from_records_alone(void)
{
	struct rig rig;
	struct sources_config config;

	rig_start(&rig, "pcaps/real/vm1.cak");
	play(&rig, "pcaps/real/vm1.pcapng", 0, 8000);
	REQUIRE(count(&rig, DIMP_DI_MACSEC_SA) == 2);
	sources_destroy(rig.sources);
	sources_config_default(&config);
	config.acl_template = "permit-own-address";
	config.mka = &rig.mka;
	const struct source_place place = {.store = rig.store, .vm = vm};
	rig.sources = sources_create(&place, &config, rig.now);
	REQUIRE(rig.sources != NULL);
	play(&rig, "pcaps/real/vm1.pcapng", rig.frames, WHOLE);
	CHECK_EQ(count(&rig, DIMP_DI_DOT1X_SESSION), 1);
	CHECK_EQ(count(&rig, DIMP_DI_DHCP_BINDING), 1);
	CHECK_EQ(count(&rig, DIMP_DI_MULTICAST_MEMBERSHIP), 2);
	CHECK_EQ(count(&rig, DIMP_DI_DYNAMIC_ACL), 5);
	REQUIRE(count(&rig, DIMP_DI_MACSEC_SA) == 2);
	CHECK_EQ(sa(&rig, DIMP_DIRECTION_RECEIVE)->lowest_pn, 60);
	CHECK_EQ(sa(&rig, DIMP_DIRECTION_TRANSMIT)->next_pn, 69);
	CHECK_EQ(sources_counters(rig.sources)->replayed, 0);
	CHECK_EQ(sources_counters(rig.sources)->bad_integrity, 0);
	rig_stop(&rig);
}

static void test_sources_frames_of_others_are_not_the_vms(void)
{
	static const uint8_t octets[] = {1, 0x80, 0xc2, 0, 0, 3, 2, 0, 0, 0, 0, 1, 0x88, 0x8e, 1, 2,
		0, 0};
	const struct source_frame frame = {.octets = {octets, sizeof octets},
		.direction = SOURCE_FROM_VM};
	struct rig rig;

	rig_start(&rig, NULL);
	sources_frame(rig.sources, &frame, rig.now);
	CHECK_EQ(sources_counters(rig.sources)->spoofed, 1);
	CHECK_EQ(sources_counters(rig.sources)->frames, 1);
	rig_stop(&rig);
}

static const struct test_case tests[] = {
	TEST(test_sources_learn_a_vms_whole_state_in_clear),
	TEST(test_sources_learn_through_macsec),
	TEST(test_sources_rekey_takes_a_new_number_and_drops_the_old),
	TEST(test_sources_silence_ends_macsec),
	TEST(test_sources_wrong_cak_makes_no_association),
	TEST(test_sources_go_on_from_records_alone),
	TEST(test_sources_frames_of_others_are_not_the_vms),
	TEST_END,
};

const struct test_suite suite_sources = {"sources", tests};
