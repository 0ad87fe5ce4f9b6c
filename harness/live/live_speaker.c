/* SPDX-License-Identifier: MIT */
/*
 * The calling cycle of dimp.h on a socket.  Datagrams of strangers are dropped here by their
 * address, before the model sees them; the clock is the monotonic one, from the start of the
 * speaker.
 */
#define _GNU_SOURCE /* ppoll */
#include "live/live_speaker.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/key_text.h"
#include "crypto/openssl_crypto.h"
#include "live/udp_address.h"

enum { PEERS_MAX = 8 };

struct live_speaker {
	struct live_config config;
	struct openssl_crypto *crypto;
	struct dimp_speaker *model;
	void *memory;
	struct sockaddr_in peers[PEERS_MAX];
	uint32_t peer_count;
	int socket;
	struct timespec start;
	bool is_stopped;
};

static struct dimp_time since(const struct timespec *start)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	const int64_t seconds = now.tv_sec - start->tv_sec;
	const int64_t nanoseconds = now.tv_nsec - start->tv_nsec;
	return (struct dimp_time){(uint64_t)(seconds * 1000000 + nanoseconds / 1000)};
}

static int open_socket(const char *listen, const char **why)
{
	struct sockaddr_in address;

	if (!udp_address_read(listen, strlen(listen), &address)) {
		*why = "is no address to listen on; give ADDRESS:PORT";
		return -1;
	}
	const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (descriptor >= 0 &&
		bind(descriptor, (const struct sockaddr *)&address, sizeof address) == 0)
		return descriptor;
	*why = strerror(errno);
	if (descriptor >= 0)
		(void)close(descriptor);
	return -1;
}

static bool make_model(struct live_speaker *live)
{
	struct dimp_speaker_config config;

	dimp_speaker_config_default(&config);
	config.role = live->config.role;
	config.crypto = openssl_crypto_table(live->crypto);
	config.peers_max = PEERS_MAX;
	/* The boot count has to rise at every start: seconds do, and no file is needed. */
	config.boot_count = (uint32_t)time(NULL);
	memcpy(config.static_secret, live->config.static_secret, DIMP_KEY_SIZE);
	live->memory = malloc(dimp_speaker_size(&config));
	if (live->memory != NULL)
		live->model = dimp_speaker_init(live->memory, &config, since(&live->start));
	explicit_bzero(config.static_secret, DIMP_KEY_SIZE);
	return live->model != NULL;
}

struct live_speaker *live_speaker_create(const struct live_config *config, const char **why)
{
	struct live_speaker *live = calloc(1, sizeof *live);

	*why = "no memory";
	if (live == NULL)
		return NULL;
	live->config = *config;
	(void)clock_gettime(CLOCK_MONOTONIC, &live->start);
	live->crypto = openssl_crypto_create();
	live->socket = open_socket(config->listen, why);
	if (live->socket >= 0 && live->crypto != NULL && make_model(live))
		return live;
	live_speaker_destroy(live);
	return NULL;
}

void live_speaker_destroy(struct live_speaker *live)
{
	if (live->model != NULL)
		dimp_speaker_wipe(live->model);
	free(live->memory);
	openssl_crypto_destroy(live->crypto);
	if (live->socket >= 0)
		(void)close(live->socket);
	explicit_bzero(live->config.preshared, sizeof live->config.preshared);
	free(live);
}

/* Reads PUBLIC-KEY of a bridge or PUBLIC-KEY,station of a station. */
static bool read_identity(const char *text, struct dimp_peer_config *config)
{
	static const char role[] = ",station";
	char key[2 * DIMP_KEY_SIZE + 1];
	const size_t size = strcspn(text, ",");

	config->is_bridge = text[size] == '\0';
	if (size >= sizeof key || (!config->is_bridge && strcmp(text + size, role) != 0))
		return false;
	memcpy(key, text, size);
	key[size] = '\0';
	return key_text_read(key, config->static_public.octets);
}

bool live_speaker_add_peer(struct live_speaker *live, const char *text)
{
	struct dimp_peer_config config = {.is_bridge = true};
	const char *comma = strchr(text, ',');
	dimp_peer peer;

	memcpy(config.preshared, live->config.preshared, sizeof config.preshared);
	if (comma == NULL || live->peer_count == PEERS_MAX ||
		!udp_address_read(text, (size_t)(comma - text), &live->peers[live->peer_count]) ||
		!read_identity(comma + 1, &config) ||
		dimp_speaker_add_peer(live->model, &config, &peer) != DIMP_ERROR_NONE)
		return false;
	live->peer_count++;
	explicit_bzero(&config, sizeof config);
	return true;
}

struct dimp_speaker *live_speaker_model(struct live_speaker *live)
{
	return live->model;
}

struct dimp_time live_speaker_now(const struct live_speaker *live)
{
	return since(&live->start);
}

void live_speaker_stop(struct live_speaker *live)
{
	live->is_stopped = true;
}

static void drain(struct live_speaker *live)
{
	uint8_t octets[DIMP_PDU_SIZE_MAX];
	const struct dimp_buffer buffer = {octets, sizeof octets};
	struct dimp_event event;
	dimp_peer peer;
	size_t size;

	while (dimp_speaker_next_event(live->model, &event, live_speaker_now(live)))
		live->config.event(live->config.context, live, &event);
	explicit_bzero(&event, sizeof event);
	while ((size = dimp_speaker_transmit(live->model, buffer, &peer, live_speaker_now(live))) >
		0)
		/* What the network does not take is lost, as it may be on the way. */
		(void)sendto(live->socket, octets, size, 0,
			(const struct sockaddr *)&live->peers[peer], sizeof live->peers[peer]);
}

static bool take_datagram(struct live_speaker *live)
{
	uint8_t octets[DIMP_PDU_SIZE_MAX];
	struct sockaddr_in from;
	socklen_t from_size = sizeof from;
	const ssize_t size = recvfrom(live->socket, octets, sizeof octets, MSG_DONTWAIT,
		(struct sockaddr *)&from, &from_size);

	/* A peer whose port is closed makes the socket complain: it is as silent as any lost one.
	 */
	if (size < 0)
		return errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED;
	for (dimp_peer peer = 0; peer < live->peer_count; peer++) {
		if (udp_address_equal(&from, &live->peers[peer]))
			dimp_speaker_receive(live->model, peer,
				(struct dimp_view){octets, (size_t)size}, live_speaker_now(live));
	}
	return true;
}

/* Waits for a datagram until |until|; false when the socket failed. */
static bool wait_until(struct live_speaker *live, struct dimp_time until)
{
	const struct dimp_time now = live_speaker_now(live);
	const uint64_t us = until.us > now.us ? until.us - now.us : 0;
	const struct timespec left = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
	struct pollfd waiting = {.fd = live->socket, .events = POLLIN};
	const int ready = ppoll(&waiting, 1, &left, NULL);

	if (ready > 0)
		return take_datagram(live);
	return ready == 0 || errno == EINTR;
}

bool live_speaker_run(struct live_speaker *live, uint64_t us)
{
	const struct dimp_time end = {live_speaker_now(live).us + us};

	live->is_stopped = false;
	for (;;) {
		drain(live);
		const struct dimp_time now = live_speaker_now(live);
		const struct dimp_time due = dimp_speaker_deadline(live->model);

		if (live->is_stopped || now.us >= end.us)
			return true;
		if (!wait_until(live, due.us < end.us ? due : end))
			return false;
		if (live_speaker_now(live).us >= due.us)
			dimp_speaker_expire(live->model, live_speaker_now(live));
	}
}
