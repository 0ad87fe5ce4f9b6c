/* SPDX-License-Identifier: MIT */
/*
 * The SAs of a KaY's SAKs, as records.  A SAK lives there and nowhere else.  SSCIs and salt of
 * extended packet numbering follow from SCIs, MI and KN (IEEE 802.1X-2020 9.10), so that nobody has
 * to tell them.
 */
#include <string.h>

#include "net/sectag.h"
#include "sources/kay_state.h"
#include "sources/macsec_suite.h"

static bool is_of(const struct dimp_macsec_sa *sa, const struct mkpdu_key *key)
{
	const struct dimp_id16 identifier = kay_records_identifier(key);

	return (sa->attributes >> DIMP_ATTRIBUTE_macsec_sa_key_identifier & 1) != 0 &&
		memcmp(&sa->key_identifier, &identifier, sizeof identifier) == 0;
}

static const struct dimp_macsec_sa *next_sa(const struct kay *kay, size_t *cursor)
{
	const struct di_entry *const entry =
		di_store_next(kay->place.store, kay->place.slot, DIMP_DI_MACSEC_SA, cursor);

	return entry ? &entry->record.body.macsec_sa : NULL;
}

/* ---- The roll ---- */

static const struct dimp_sci *sci_of(const struct kay *kay, const struct mkpdu_member *member)
{
	if (memcmp(&kay->member, member, sizeof *member) == 0)
		return &kay->sci;
	for (size_t index = 0; index < kay->peer_count; index++)
		if (memcmp(&kay->peers[index].member, member, sizeof *member) == 0)
			return &kay->peers[index].sci;
	return NULL;
}

static void enrol(struct kay *kay, const struct mkpdu_member *member)
{
	if (kay->roster_count < sizeof kay->roster / sizeof kay->roster[0])
		kay->roster[kay->roster_count++] = *member;
}

/* Whether |one| stands before |other|: the numerically greatest SCI has SSCI 1; who is not known
 * comes last. */
static bool is_before(const struct kay *kay, const struct mkpdu_member *one,
	const struct mkpdu_member *other)
{
	const struct dimp_sci *const sci = sci_of(kay, one), *const others = sci_of(kay, other);

	return sci && (!others || memcmp(sci, others, sizeof *sci) > 0);
}

static void sort_roll(struct kay *kay)
{
	for (size_t done = 1; done < kay->roster_count; done++) {
		const struct mkpdu_member moving = kay->roster[done];
		size_t at = done;
		for (; at > 0 && is_before(kay, &moving, &kay->roster[at - 1]); at--)
			kay->roster[at] = kay->roster[at - 1];
		kay->roster[at] = moving;
	}
}

void kay_associations_call_roll(struct kay *kay)
{
	kay->roster_count = 0;
	enrol(kay, &kay->member);
	for (size_t index = 0; index < kay->peer_count; index++)
		if (kay->peers[index].is_live)
			enrol(kay, &kay->peers[index].member);
	sort_roll(kay);
}

void kay_associations_take_roll(struct kay *kay, const struct mkpdu *mkpdu)
{
	kay->roster_count = 0;
	for (size_t index = 0; index < mkpdu->live_count; index++) {
		if (index + 1 == mkpdu->server_ssci)
			enrol(kay, &mkpdu->member);
		enrol(kay, &mkpdu->live[index].member);
	}
	if (mkpdu->server_ssci == 0 || mkpdu->server_ssci > mkpdu->live_count)
		enrol(kay, &mkpdu->member);
	if (mkpdu->server_ssci == 0)
		sort_roll(kay);
}

/* From 1; 0 when |member| does not share the latest key. */
static uint32_t ssci_of(const struct kay *kay, const struct mkpdu_member *member)
{
	for (size_t index = 0; index < kay->roster_count; index++)
		if (memcmp(&kay->roster[index], member, sizeof *member) == 0)
			return (uint32_t)index + 1;
	return 0;
}

/* ---- SAs ---- */

static struct dimp_record record_of(const struct kay *kay, const struct kay_sak *sak)
{
	static const uint8_t offsets[4] = {0, 0, 30, 50};
	struct dimp_record record = {
		.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa =
			{
				.association_number = sak->association_number,
				.cipher_suite = sak->cipher_suite,
				.confidentiality_offset = offsets[sak->confidentiality & 3],
				.is_encrypting = sak->confidentiality != 0,
				.sectag = SECTAG_BIT_SCI,
				.validate = (uint8_t)kay->config.validate,
				.replay_window = kay->config.replay_window,
				.next_pn = 1,
				.lowest_pn = 1,
				.key_identifier = kay_records_identifier(&sak->key),
				.sak = {.size = (uint16_t)sak->sak.size},
				.attributes = 1U << DIMP_ATTRIBUTE_macsec_sa_key_identifier |
					1U << DIMP_ATTRIBUTE_macsec_sa_sak,
			},
	};
	struct dimp_macsec_sa *const sa = &record.body.macsec_sa;

	memcpy(sa->sak.octets, sak->sak.octets, sak->sak.size);
	if (!macsec_suite_is_extended(sak->cipher_suite))
		return record;
	sa->salt = macsec_suite_salt(&sak->key);
	sa->attributes |= 1U << DIMP_ATTRIBUTE_macsec_sa_salt | 1U << DIMP_ATTRIBUTE_macsec_sa_ssci;
	return record;
}

bool kay_associations_can_use(const struct kay_sak *sak)
{
	if (!macsec_suite_is_known(sak->cipher_suite))
		return false;
	/* Extended numbering goes with no offset but 0 (IEEE 802.1AE-2018 14.7). */
	if (macsec_suite_is_extended(sak->cipher_suite) && sak->confidentiality > 1)
		return false;
	return sak->sak.size == macsec_suite_sak_size(sak->cipher_suite);
}

/* One SA of |record|'s key, for the secure channel of |peer|; NULL: for this end's own. */
static void put_sa(const struct kay *kay, struct dimp_record *record, const struct kay_peer *peer,
	struct dimp_time now)
{
	struct dimp_macsec_sa *const sa = &record->body.macsec_sa;
	const bool is_own = !peer;

	sa->sci = is_own ? kay->sci : peer->sci;
	sa->direction = (uint8_t)kay->config.transmits;
	if (!is_own)
		sa->direction = kay->config.transmits == DIMP_DIRECTION_TRANSMIT
			? DIMP_DIRECTION_RECEIVE
			: DIMP_DIRECTION_TRANSMIT;
	sa->is_in_use = is_own ? 0 : 1;
	sa->next_pn = is_own ? kay->config.first_pn : 1;
	sa->lowest_pn = 1;
	if ((sa->attributes >> DIMP_ATTRIBUTE_macsec_sa_ssci & 1) != 0)
		sa->ssci = ssci_of(kay, is_own ? &kay->member : &peer->member);
	(void)di_store_put(kay->place.store, kay->place.slot, record, now);
}

void kay_associations_install(const struct kay *kay, const struct kay_sak *sak,
	struct dimp_time now)
{
	struct dimp_record record = record_of(kay, sak);

	for (size_t index = 0; index < kay->peer_count; index++) {
		const struct kay_peer *const peer = &kay->peers[index];
		if (ssci_of(kay, &peer->member) != 0)
			put_sa(kay, &record, peer, now);
	}
	put_sa(kay, &record, NULL, now);
	explicit_bzero(&record, sizeof record);
}

/* The SA to receive from |sci| under |key| with. */
static const struct dimp_macsec_sa *receiving(const struct kay *kay, const struct dimp_sci *sci,
	const struct mkpdu_key *key)
{
	const struct dimp_macsec_sa *sa;
	size_t cursor = 0;

	while ((sa = next_sa(kay, &cursor)))
		if (sa->direction != kay->config.transmits && is_of(sa, key) &&
			memcmp(&sa->sci, sci, sizeof *sci) == 0)
			return sa;
	return NULL;
}

void kay_associations_recall_roll(struct kay *kay)
{
	const struct mkpdu_key *const key = &kay->latest.use.key;
	const struct dimp_macsec_sa *const own =
		kay->latest.is_there ? kay_associations_sending(kay, key) : NULL;

	kay->roster_count = 0;
	if (!own)
		return;
	enrol(kay, &kay->member);
	for (size_t index = 0; index < kay->peer_count; index++)
		if (kay->peers[index].is_live && receiving(kay, &kay->peers[index].sci, key))
			enrol(kay, &kay->peers[index].member);
	sort_roll(kay);
	/* Somebody has gone since: the others' SSCIs are not to be told anew. */
	if (macsec_suite_is_extended(own->cipher_suite) && own->ssci != ssci_of(kay, &kay->member))
		kay->roster_count = 0;
}

void kay_associations_add(const struct kay *kay, const struct kay_peer *peer, struct dimp_time now)
{
	const struct mkpdu_key *const key = &kay->latest.use.key;
	const struct dimp_macsec_sa *const own =
		kay->latest.is_there ? kay_associations_sending(kay, key) : NULL;

	if (!own || ssci_of(kay, &peer->member) == 0 || receiving(kay, &peer->sci, key))
		return;
	struct dimp_record record = {
		.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = *own,
	};
	put_sa(kay, &record, peer, now);
	explicit_bzero(&record, sizeof record);
}

/* The first SA of a secure channel; NULL when it has none. */
static const struct dimp_macsec_sa *any_of(const struct kay *kay, const struct dimp_sci *sci)
{
	const struct dimp_macsec_sa *sa;
	size_t cursor = 0;

	while ((sa = next_sa(kay, &cursor)))
		if (memcmp(&sa->sci, sci, sizeof *sci) == 0)
			return sa;
	return NULL;
}

void kay_associations_remove(const struct kay *kay, const struct kay_peer *peer,
	struct dimp_time now)
{
	enum { NUMBERS = 4 };
	const struct dimp_macsec_sa *sa;

	for (unsigned each = 0; each < NUMBERS && (sa = any_of(kay, &peer->sci)); each++) {
		struct dimp_record record = {
			.type = DIMP_DI_MACSEC_SA,
			.operation = DIMP_OPERATION_DELETE,
			.body.macsec_sa = *sa,
		};
		(void)di_store_delete(kay->place.store, kay->place.slot, &record, now);
		explicit_bzero(&record, sizeof record);
	}
}

void kay_associations_raise(const struct kay *kay, const struct kay_peer *peer,
	const struct mkpdu_use *use, struct dimp_time now)
{
	const struct dimp_macsec_sa *const sa = receiving(kay, &peer->sci, &use->key);

	/* What an XPN set adds is nothing to numbers of 32 bits. */
	const uint64_t lowest = sa && macsec_suite_is_extended(sa->cipher_suite)
		? use->lowest_pn
		: (uint32_t)use->lowest_pn;
	if (!sa || lowest <= sa->lowest_pn)
		return;
	struct dimp_record record = {
		.type = DIMP_DI_MACSEC_SA,
		.operation = DIMP_OPERATION_PUT,
		.body.macsec_sa = *sa,
	};
	record.body.macsec_sa.lowest_pn = lowest;
	if (record.body.macsec_sa.next_pn < lowest)
		record.body.macsec_sa.next_pn = lowest;
	(void)di_store_put(kay->place.store, kay->place.slot, &record, now);
	explicit_bzero(&record, sizeof record);
}

/* Calls |change| for every SA until it changes none; it returns whether it changed one. */
static void for_each_sa(const struct kay *kay, struct dimp_time now,
	bool (*change)(const struct kay *kay, struct dimp_record *record, struct dimp_time now))
{
	const struct dimp_macsec_sa *sa;
	size_t cursor = 0;

	while ((sa = next_sa(kay, &cursor))) {
		struct dimp_record record = {
			.type = DIMP_DI_MACSEC_SA,
			.operation = DIMP_OPERATION_PUT,
			.body.macsec_sa = *sa,
		};
		if (change(kay, &record, now))
			cursor = 0;
		explicit_bzero(&record, sizeof record);
	}
}

static bool set_use(const struct kay *kay, struct dimp_record *record, struct dimp_time now)
{
	struct dimp_macsec_sa *const sa = &record->body.macsec_sa;
	const uint8_t is_in_use = is_of(sa, &kay->latest.use.key) ? 1 : 0;

	if (sa->direction != kay->config.transmits || sa->is_in_use == is_in_use)
		return false;
	sa->is_in_use = is_in_use;
	return di_store_put(kay->place.store, kay->place.slot, record, now);
}

void kay_associations_transmit(const struct kay *kay, struct dimp_time now)
{
	for_each_sa(kay, now, set_use);
}

static bool delete_other(const struct kay *kay, struct dimp_record *record, struct dimp_time now)
{
	if (kay->latest.is_there && is_of(&record->body.macsec_sa, &kay->latest.use.key))
		return false;
	return di_store_delete(kay->place.store, kay->place.slot, record, now);
}

static bool delete_latest(const struct kay *kay, struct dimp_record *record, struct dimp_time now)
{
	if (!is_of(&record->body.macsec_sa, &kay->latest.use.key))
		return false;
	return di_store_delete(kay->place.store, kay->place.slot, record, now);
}

void kay_associations_abandon(const struct kay *kay, struct dimp_time now)
{
	for_each_sa(kay, now, delete_latest);
}

void kay_associations_retire(const struct kay *kay, struct dimp_time now)
{
	for_each_sa(kay, now, delete_other);
}

const struct dimp_macsec_sa *kay_associations_sending(const struct kay *kay,
	const struct mkpdu_key *key)
{
	const struct dimp_macsec_sa *sa;
	size_t cursor = 0;

	while ((sa = next_sa(kay, &cursor)))
		if (sa->direction == kay->config.transmits && is_of(sa, key))
			return sa;
	return NULL;
}

uint64_t kay_associations_next(const struct kay *kay, const struct mkpdu_key *key)
{
	const struct dimp_macsec_sa *const sa = kay_associations_sending(kay, key);

	return sa ? sa->next_pn : 1;
}

bool kay_associations_near_end(const struct kay *kay, const struct mkpdu_key *key)
{
	const struct dimp_macsec_sa *sa;
	size_t cursor = 0;

	while ((sa = next_sa(kay, &cursor))) {
		const bool is_own = sa->direction == kay->config.transmits;
		if (is_of(sa, key) &&
			(is_own ? sa->next_pn : sa->lowest_pn) >= kay->config.rekey_pn)
			return true;
	}
	return false;
}
