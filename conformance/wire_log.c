/* SPDX-License-Identifier: MIT */
/*
 * PDUs are kept as they passed, also those that a drill has lost on the way.  In the capture each
 * gets an Ethernet header: the implementation is 02:00:00:00:00:01, its peers 02:00:00:00:01:xx.
 */
#include "wire_log.h"

#include <stdlib.h>
#include <string.h>

#include "observe/keylog.h"
#include "observe/pcapng_writer.h"

enum { PDUS_MAX = 4096, KEYS_MAX = 64, HEADER_SIZE = 14 };

struct recorded_pdu {
	dimp_peer peer;
	bool is_subjects;
	struct dimp_time at;
	struct drill_pdu pdu;
};

struct wire_log {
	struct drill_tap tap;
	struct recorded_pdu *pdus[PDUS_MAX];
	size_t count;
	struct dimp_association_keys keys[KEYS_MAX];
	size_t key_count;
};

static void take_pdu(void *user, const struct drill_sighting *sighting)
{
	struct wire_log *log = user;
	struct recorded_pdu *one =
		log->count == PDUS_MAX ? NULL : calloc(1, sizeof(struct recorded_pdu));

	if (one == NULL || sighting->pdu.size > DRILL_PDU_MAX) {
		free(one);
		return;
	}
	*one = (struct recorded_pdu){.peer = sighting->peer,
		.is_subjects = sighting->is_subjects,
		.at = sighting->at};
	one->pdu.size = sighting->pdu.size;
	memcpy(one->pdu.octets, sighting->pdu.octets, sighting->pdu.size);
	log->pdus[log->count++] = one;
}

static void take_keys(void *user, const struct dimp_association_keys *keys)
{
	struct wire_log *log = user;

	for (size_t index = 0; index < log->key_count; index++) {
		if (memcmp(&log->keys[index], keys, sizeof *keys) == 0)
			return;
	}
	if (log->key_count < KEYS_MAX)
		log->keys[log->key_count++] = *keys;
}

struct wire_log *wire_log_create(void)
{
	struct wire_log *log = calloc(1, sizeof(*log));

	if (log != NULL)
		log->tap = (struct drill_tap){log, take_pdu, take_keys};
	return log;
}

void wire_log_clear(struct wire_log *log)
{
	for (size_t index = 0; index < log->count; index++)
		free(log->pdus[index]);
	log->count = log->key_count = 0;
}

void wire_log_destroy(struct wire_log *log)
{
	if (log != NULL)
		wire_log_clear(log);
	free(log);
}

const struct drill_tap *wire_log_tap(const struct wire_log *log)
{
	return &log->tap;
}

static void write_frame(struct pcapng_writer *writer, const struct recorded_pdu *one)
{
	static const uint8_t subject[] = {2, 0, 0, 0, 0, 1};
	const uint8_t peer[] = {2, 0, 0, 0, 1, (uint8_t)one->peer};
	uint8_t octets[HEADER_SIZE + DRILL_PDU_MAX];

	memcpy(octets, one->is_subjects ? peer : subject, sizeof peer);
	memcpy(octets + sizeof peer, one->is_subjects ? subject : peer, sizeof peer);
	octets[12] = DIMP_ETHERTYPE >> 8;
	octets[13] = DIMP_ETHERTYPE & 0xff;
	memcpy(octets + HEADER_SIZE, one->pdu.octets, one->pdu.size);
	const struct pcapng_frame frame = {
		.direction = one->is_subjects ? ENGINE_SENT : ENGINE_RECEIVED,
		.time = one->at,
		.octets = {octets, HEADER_SIZE + one->pdu.size},
	};

	pcapng_writer_add(writer, &frame);
}

bool wire_log_write_capture(const struct wire_log *log, const char *path)
{
	struct pcapng_writer *writer = pcapng_writer_open(path);

	if (writer == NULL)
		return false;
	(void)pcapng_writer_add_interface(writer, "implementation under test");
	for (size_t index = 0; index < log->count; index++)
		write_frame(writer, log->pdus[index]);
	return pcapng_writer_close(writer);
}

bool wire_log_write_keys(const struct wire_log *log, const char *path)
{
	struct keylog_writer *writer = keylog_writer_open(path);

	if (writer == NULL)
		return false;
	for (size_t index = 0; index < log->key_count; index++) {
		const struct dimp_association_keys *keys = &log->keys[index];
		struct keylog_key send = {.receiver_index = keys->remote_index};
		struct keylog_key receive = {.receiver_index = keys->local_index};

		memcpy(send.key, keys->send, DIMP_KEY_SIZE);
		memcpy(receive.key, keys->receive, DIMP_KEY_SIZE);
		keylog_writer_add_key(writer, &send);
		keylog_writer_add_key(writer, &receive);
	}
	return keylog_writer_close(writer);
}
