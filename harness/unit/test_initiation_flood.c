/*
 * Proves that a flood of INITIATIONs costs a bridge next to nothing and stops no migration (DIMP
 * 5.3-5): of those that do not know its key no X25519 operation is spent on any; of recorded ones,
 * which do, no more than the rate allows.  Each operation is charged 50 us of virtual time.
 */
#include <string.h>

#include "check.h"
#include "failing_crypto.h"
#include "initiation.h"
#include "rig_voice.h"
#include "speaker.h"

enum { FLOOD = 100000, FLOOD_INTERVAL_US = 10, X25519_US = 50, KINDS = 4 };

static struct rig *start(struct failing_crypto *counting)
{
	struct rig_options options;

	rig_options_default(&options);
	struct rig *rig = rig_start(&options);

	rig_learn(rig, 5);
	failing_crypto_init(counting, rig->speakers[RIG_B]->config.crypto);
	rig->speakers[RIG_B]->config.crypto = &counting->table;
	rig->speakers[RIG_B]->context.crypto = &counting->table;
	return rig;
}

static uint32_t draw(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

/* An INITIATION of somebody who does not know the bridge's key: all octets by chance; with a right
 * header; of a wrong size; one that was seen, with one octet changed. */
static size_t make_bogus(unsigned kind, const uint8_t *seen, uint32_t *state, uint8_t *octets)
{
	static const uint8_t header[DIMP_PDU_HEADER_SIZE] = {DIMP_PDU_INITIATION | 0x10, 0,
		INITIATION_SIZE >> 8, INITIATION_SIZE & 0xff};

	for (size_t each = 0; each < INITIATION_SIZE; each++)
		octets[each] = (uint8_t)draw(state);
	if (kind == 1)
		memcpy(octets, header, sizeof header);
	if (kind == 2) {
		memcpy(octets, header, sizeof header);
		return draw(state) % INITIATION_SIZE;
	}
	if (kind == 3) {
		memcpy(octets, seen, INITIATION_SIZE);
		octets[draw(state) % INITIATION_SIZE] ^= (uint8_t)(1 + draw(state) % 255);
	}
	return INITIATION_SIZE;
}

/* The station's INITIATION, recorded by somebody on the wire; the station goes on with it. */
static void record(struct rig *rig, uint8_t *seen)
{
	dimp_peer peer;

	dimp_speaker_close(rig->speakers[RIG_STATION], RIG_PEER_OF_STATION, rig->now);
	rig_run_for(rig, 5);
	dimp_speaker_open(rig->speakers[RIG_STATION], RIG_PEER_OF_STATION, rig->now);
	const size_t size = dimp_speaker_transmit(rig->speakers[RIG_STATION],
		(struct dimp_buffer){seen, DIMP_PDU_SIZE_MAX}, &peer, rig->now);

	REQUIRE(size == INITIATION_SIZE);
	dimp_speaker_receive(rig->speakers[RIG_B], RIG_PEER_STATION, (struct dimp_view){seen, size},
		rig->now);
	rig_run_for(rig, 1000);
}

/* Receives it, and charges what it cost. */
static void receive(struct rig *rig, dimp_peer peer, struct dimp_view pdu,
	const struct failing_crypto *counting)
{
	const unsigned before = counting->x25519s;

	dimp_speaker_receive(rig->speakers[RIG_B], peer, pdu, rig->now);
	rig_run(rig,
		(struct dimp_time){rig->now.us + FLOOD_INTERVAL_US +
			(uint64_t)X25519_US * (counting->x25519s - before)});
}

/* The migration under way is cut over when it is staged, and has its outcome. */
static void cut_over(struct rig *rig)
{
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
}

static void test_flood_of_bogus_initiations_costs_no_x25519(void)
{
	static uint8_t seen[DIMP_PDU_SIZE_MAX];
	struct failing_crypto counting;
	struct rig *rig = start(&counting);
	uint8_t octets[INITIATION_SIZE];
	uint32_t state = 1;

	record(rig, seen);
	const unsigned before = counting.x25519s;
	const struct dimp_time began = rig->now;
	const struct dimp_request_config move = rig_move(rig, 1);
	CHECK(before > 0);
	rig_ask(rig, &move);
	for (unsigned each = 0; each < FLOOD; each++) {
		const size_t size = make_bogus(each % KINDS, seen, &state, octets);

		receive(rig, each % 3 == 0 ? RIG_PEER_STATION : RIG_PEER_A,
			(struct dimp_view){octets, size}, &counting);
		if (each == FLOOD / 2)
			cut_over(rig);
	}
	CHECK_EQ(counting.x25519s, before);
	/* Those with a right header and size came as far as the check. */
	CHECK(rig->speakers[RIG_B]->counters.drop_check > FLOOD / 3);
	CHECK_EQ(rig->now.us - began.us, (uint64_t)FLOOD * FLOOD_INTERVAL_US);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	rig_stop(rig);
}

/* What was recorded has a right check: its stamp is seen only behind X25519, so its rate is
 * bounded. */
static void test_flood_of_recorded_initiations_is_bounded(void)
{
	static uint8_t seen[DIMP_PDU_SIZE_MAX];
	struct failing_crypto counting;
	struct rig *rig = start(&counting);

	record(rig, seen);
	const unsigned before = counting.x25519s;
	const struct dimp_time began = rig->now;
	const struct dimp_settings *settings = &rig->speakers[RIG_B]->config.settings;
	const struct dimp_request_config move = rig_move(rig, 1);

	rig_ask(rig, &move);
	for (unsigned each = 0; each < FLOOD; each++) {
		receive(rig, RIG_PEER_STATION, (struct dimp_view){seen, INITIATION_SIZE},
			&counting);
		if (each == FLOOD / 2)
			cut_over(rig);
	}
	const uint64_t allowed = settings->initiation_burst +
		(rig->now.us - began.us) / settings->initiation_interval_us;

	/* Two for each: the ephemeral key's and the static one's (DIMP 5.3). */
	CHECK(counting.x25519s > before);
	CHECK(counting.x25519s - before <= 2 * allowed);
	CHECK(rig->speakers[RIG_B]->counters.drop_rate >= FLOOD - allowed);
	CHECK(rig->speakers[RIG_B]->counters.drop_handshake <= allowed);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_flood_of_bogus_initiations_costs_no_x25519),
	TEST(test_flood_of_recorded_initiations_is_bounded),
	TEST_END,
};

const struct test_suite suite_initiation_flood = {"initiation_flood", tests};
