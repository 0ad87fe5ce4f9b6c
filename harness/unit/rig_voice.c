/* SPDX-License-Identifier: MIT */
/* Messages go into the association as a speaker's own would. */
#include "rig_voice.h"

#include <string.h>

#include "check.h"
#include "speaker.h"

enum { MS = 1000 };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

void rig_say(struct rig *rig, enum rig_speaker from, enum rig_speaker to,
	const struct dimp_message *message)
{
	const dimp_peer peer = from == RIG_B && to == RIG_STATION ? RIG_PEER_STATION : 0;
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	struct association_message wrapped = {.octets = {octets, 0}};

	REQUIRE(dimp_message_write(message, octets, sizeof(octets), &wrapped.octets.size) ==
		DIMP_ERROR_NONE);
	CHECK_EQ(association_send(rig->speakers[from]->peers[peer].association, &wrapped, rig->now),
		DIMP_ERROR_NONE);
}

void rig_run_for(struct rig *rig, uint64_t ms)
{
	rig_run(rig, (struct dimp_time){rig->now.us + ms * MS});
}

void rig_run_to(struct rig *rig, enum rig_speaker who, enum dimp_event_kind kind)
{
	for (unsigned steps = 0; steps < 10000 && rig->seen[who][kind] == 0; steps++)
		rig_run(rig, (struct dimp_time){rig->now.us + RIG_DELAY_US / 5});
	CHECK(rig->seen[who][kind] > 0);
}

bool rig_is_owner(const struct rig *rig, enum rig_speaker who, const struct dimp_vsi *vsi)
{
	struct dimp_vsi_status status;
	const dimp_vsi_index index = dimp_speaker_vsi_find(rig->speakers[who], vsi);

	return index != DIMP_NO_VSI &&
		dimp_speaker_vsi_status(rig->speakers[who], index, &status) && status.is_owner;
}

const char *rig_state(const struct rig *rig, enum rig_speaker who)
{
	struct dimp_vsi_status status = {.state = "nothing"};
	const dimp_vsi_index index = dimp_speaker_vsi_find(rig->speakers[who], rig_vsi());

	if (index != DIMP_NO_VSI && !dimp_speaker_vsi_status(rig->speakers[who], index, &status))
		return "unknown";
	return status.state;
}

struct dimp_request_config rig_move(const struct rig *rig, uint64_t serial)
{
	struct dimp_request_config config = {
		.destination = RIG_PEER_OF_STATION,
		.serial = serial,
		.vsi = *rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
		.mode = DIMP_MODE_STAGED,
		.required = dhcp,
		.deadline_ms = 5000,
	};

	memcpy(config.source.octets, rig->speakers[RIG_A]->context.static_public,
		sizeof(config.source.octets));
	return config;
}

void rig_ask(struct rig *rig, const struct dimp_request_config *config)
{
	CHECK_EQ(dimp_speaker_request(rig->speakers[RIG_STATION], config, rig->now, &rig->request),
		DIMP_ERROR_NONE);
}

void rig_check_outcome(const struct rig *rig, enum dimp_result result, enum dimp_error error)
{
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, result);
	CHECK_EQ(rig->response.body.response.error, error);
}
