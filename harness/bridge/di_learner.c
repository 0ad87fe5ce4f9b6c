/* SPDX-License-Identifier: MIT */
/*
 * One set of sources for each slot.  What they must not lose in a move is in the records; the rest
 * (an exchange under way) begins anew at another bridge, as the protocols themselves allow.
 */
#include "bridge/di_learner.h"

#include <stdlib.h>

struct slot_sources {
	const struct mka_config *mka;
	const struct kay_config *kay_config; /* NULL when none is to speak */
	struct kay *kay;
	const struct authenticator_config *authenticator_config; /* NULL: EAPOL is only heard */
	struct authenticator *authenticator;
	struct source_place place;
	struct sources *sources;
};

struct di_learner {
	struct di_learner_config config;
	struct slot_sources *slots;
};

struct di_learner *di_learner_create(const struct di_learner_config *config)
{
	struct di_learner *learner = calloc(1, sizeof *learner);

	if (!learner)
		return NULL;
	learner->config = *config;
	learner->slots = calloc(config->slots + 1u, sizeof *learner->slots);
	if (!learner->slots) {
		free(learner);
		return NULL;
	}
	return learner;
}

void di_learner_destroy(struct di_learner *learner)
{
	if (!learner)
		return;
	for (unsigned slot = 0; slot < learner->config.slots; slot++) {
		sources_destroy(learner->slots[slot].sources);
		kay_destroy(learner->slots[slot].kay);
		authenticator_destroy(learner->slots[slot].authenticator);
	}
	free(learner->slots);
	free(learner);
}

void di_learner_set_mka(struct di_learner *learner, unsigned slot, const struct mka_config *mka)
{
	if (slot < learner->config.slots)
		learner->slots[slot].mka = mka;
}

void di_learner_set_kay(struct di_learner *learner, unsigned slot, const struct kay_config *kay)
{
	if (slot < learner->config.slots)
		learner->slots[slot].kay_config = kay;
}

void di_learner_set_authenticator(struct di_learner *learner, unsigned slot,
	const struct authenticator_config *config)
{
	if (slot < learner->config.slots)
		learner->slots[slot].authenticator_config = config;
}

/* Sources over the records that are there; what the old ones had under way is forgotten.  Time 0 is
 * when the bridge starts; later the VM has come from elsewhere. */
static bool renew_sources(struct di_learner *learner, struct slot_sources *slot,
	struct dimp_time now)
{
	struct sources_config config;

	sources_config_default(&config);
	config.acl_template = learner->config.acl_template;
	config.has_savi = learner->config.has_savi;
	config.is_adopted = now.us != 0;
	config.mka = slot->mka;
	if (slot->authenticator_config)
		config.dot1x.radius = slot->authenticator_config->secret;
	sources_destroy(slot->sources);
	slot->sources = sources_create(&slot->place, &config, now);
	return slot->sources != NULL;
}

static bool make_kay(struct slot_sources *slot)
{
	if (!slot->kay_config)
		return true;
	slot->kay = kay_create(slot->kay_config, &slot->place);
	return slot->kay != NULL;
}

static bool make_authenticator(struct slot_sources *slot)
{
	if (!slot->authenticator_config)
		return true;
	slot->authenticator = authenticator_create(slot->authenticator_config, &slot->place);
	return slot->authenticator != NULL;
}

void di_learner_forget(struct di_learner *learner, unsigned slot)
{
	if (slot >= learner->config.slots)
		return;
	sources_destroy(learner->slots[slot].sources);
	kay_destroy(learner->slots[slot].kay);
	authenticator_destroy(learner->slots[slot].authenticator);
	learner->slots[slot] = (struct slot_sources){.sources = NULL};
}

bool di_learner_bind(struct di_learner *learner, const struct edge_bridge *bridge)
{
	const struct dimp_time start = {0};

	for (unsigned slot = 0; slot < learner->config.slots; slot++) {
		const struct attachment *attachment = edge_bridge_attachment(bridge, slot);
		if (!attachment)
			return true;
		if (learner->slots[slot].sources)
			continue;
		learner->slots[slot].place = (struct source_place){
			.store = edge_bridge_store(bridge),
			.slot = slot,
			.vm = attachment->mac,
		};
		if (!renew_sources(learner, &learner->slots[slot], start) ||
			!make_kay(&learner->slots[slot]) ||
			!make_authenticator(&learner->slots[slot]))
			return false;
	}
	return true;
}

static struct slot_sources *slot_of(struct di_learner *learner, const struct attachment *attachment)
{
	const unsigned slot = attachment->slot;

	if (slot >= learner->config.slots || !learner->slots[slot].sources)
		return NULL;
	return &learner->slots[slot];
}

static struct source_frame frame_of(const struct edge_heard *heard)
{
	return (struct source_frame){
		.octets = heard->frame,
		.direction = heard->side == EDGE_FROM_VM ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
		/* The bridge drops what servers behind untrusted ports say. */
		.is_trusted = heard->side == EDGE_TO_VM,
	};
}

static void hear(void *context, const struct edge_heard *heard, struct dimp_time now)
{
	struct slot_sources *slot = slot_of(context, heard->attachment);
	const struct source_frame frame = frame_of(heard);

	if (slot)
		sources_frame(slot->sources, &frame, now);
}

static bool refused(void *context, const struct edge_heard *heard, struct dimp_time now)
{
	struct slot_sources *slot = slot_of(context, heard->attachment);
	const struct source_frame frame = frame_of(heard);

	return slot && sources_refused(slot->sources, &frame, now);
}

/* Without memory the slot learns nothing more; what moved stays in force. */
static void adopt(void *context, const struct attachment *attachment, struct dimp_time now)
{
	struct slot_sources *slot = slot_of(context, attachment);

	if (slot)
		(void)!renew_sources(context, slot, now);
}

static void expire(void *context, const struct attachment *attachment, struct dimp_time now)
{
	struct slot_sources *slot = slot_of(context, attachment);

	if (slot)
		sources_expire(slot->sources, now);
}

static struct dimp_time deadline(void *context, const struct attachment *attachment)
{
	const struct slot_sources *slot = slot_of(context, attachment);
	const struct dimp_time never = DIMP_NEVER;

	return slot ? sources_deadline(slot->sources) : never;
}

static struct kay *kay(void *context, const struct attachment *attachment)
{
	const struct slot_sources *slot = slot_of(context, attachment);

	return slot ? slot->kay : NULL;
}

static struct authenticator *authenticator(void *context, const struct attachment *attachment)
{
	const struct slot_sources *slot = slot_of(context, attachment);

	return slot ? slot->authenticator : NULL;
}

static void hear_server(void *context, const struct attachment *attachment, struct dimp_view frame,
	struct dimp_time now)
{
	struct slot_sources *slot = slot_of(context, attachment);

	if (slot)
		sources_radius(slot->sources, frame, now);
}

struct edge_learner di_learner_hooks(struct di_learner *learner)
{
	return (struct edge_learner){learner, hear, refused, adopt, expire, deadline, kay,
		authenticator, hear_server};
}
