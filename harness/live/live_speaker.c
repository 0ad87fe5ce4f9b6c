/* SPDX-License-Identifier: MIT */
/*
 * The calling cycle of dimp.h on a socket.  Datagrams of strangers are dropped here by their
 * address, before the model sees them; the clock is the monotonic one, from the start of the
 * speaker.
 */
#define _GNU_SOURCE /* ppoll */
#include "live/live_speaker.h"

#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "cli/key_text.h"
#include "crypto/openssl_crypto.h"
#include "live/peer_address.h"

enum { PEERS_MAX = 8 };

struct live_speaker {
	struct live_config config;
	struct openssl_crypto *crypto;
	struct dimp_speaker *model;
	void *memory;
	struct peer_address peers[PEERS_MAX];
	uint32_t peer_count;
	int interface; /* index; 0: UDP */
	int socket;
	int signals; /* descriptor; -1: none */
	sigset_t signals_before;
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

/* |own| is what to listen at; -1 with errno when it cannot be had. */
static int open_socket(const struct peer_address *own)
{
	const int protocol = own->at.any.sa_family == AF_PACKET ? own->at.link.sll_protocol : 0;
	const int descriptor = socket(own->at.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, protocol);

	if (descriptor < 0 || bind(descriptor, &own->at.any, own->size) == 0)
		return descriptor;
	const int error = errno;

	(void)close(descriptor);
	errno = error;
	return -1;
}

/* DIMP 3-3: nobody on the way is to cut a PDU in pieces.  Where it cannot be said, it is not. */
static void forbid_fragments(int descriptor, const struct peer_address *own)
{
	const int always = IP_PMTUDISC_DO;

	if (own->at.any.sa_family == AF_INET)
		(void)setsockopt(descriptor, IPPROTO_IP, IP_MTU_DISCOVER, &always, sizeof always);
}

static bool open_udp(struct live_speaker *live, const char **why)
{
	struct peer_address own;

	*why = "no address to listen on";
	if (!peer_address_read_ip(live->config.listen, strlen(live->config.listen), &own))
		return false;
	live->socket = open_socket(&own);
	*why = errno == EADDRNOTAVAIL ? "no address of this host; see: ip address"
		: errno == EADDRINUSE ? "in use; give --listen another port"
				      : strerror(errno);
	if (live->socket >= 0)
		forbid_fragments(live->socket, &own);
	return live->socket >= 0;
}

static bool open_ethernet(struct live_speaker *live, const char **why)
{
	const struct peer_address own = {
		.size = sizeof own.at.link,
		.at.link = {.sll_family = AF_PACKET,
			.sll_protocol = htons(DIMP_ETHERTYPE),
			.sll_ifindex = (int)if_nametoindex(live->config.interface)},
	};

	*why = "no such interface; see: ip link";
	live->interface = own.at.link.sll_ifindex;
	if (live->interface == 0)
		return false;
	live->socket = open_socket(&own);
	*why = errno == EPERM ? "not permitted; it takes root or CAP_NET_RAW" : strerror(errno);
	return live->socket >= 0;
}

/* From now on the signals come by a descriptor, between two steps of the model. */
static bool catch_signals(struct live_speaker *live, const char **why)
{
	sigset_t caught;

	(void)sigemptyset(&caught);
	for (const int *each = live->config.signals; *each != 0; each++)
		(void)sigaddset(&caught, *each);
	(void)sigprocmask(SIG_BLOCK, &caught, &live->signals_before);
	live->signals = signalfd(-1, &caught, SFD_CLOEXEC | SFD_NONBLOCK);
	*why = strerror(errno);
	return live->signals >= 0;
}

static bool make_model(struct live_speaker *live)
{
	struct dimp_speaker_config config;

	dimp_speaker_config_default(&config);
	config.role = live->config.role;
	config.crypto = openssl_crypto_table(live->crypto);
	config.peers_max = PEERS_MAX;
	config.boot_count = live->config.boot_count;
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
	live->socket = -1;
	live->signals = -1;
	(void)clock_gettime(CLOCK_MONOTONIC, &live->start);
	live->crypto = openssl_crypto_create();
	if (live->crypto != NULL && make_model(live) &&
		(config->interface != NULL ? open_ethernet(live, why) : open_udp(live, why)) &&
		(config->signals == NULL || catch_signals(live, why)))
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
	if (live->signals >= 0) {
		(void)close(live->signals);
		(void)sigprocmask(SIG_SETMASK, &live->signals_before, NULL);
	}
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

static bool read_address(struct live_speaker *live, const char *text, size_t size)
{
	struct peer_address *address = &live->peers[live->peer_count];

	return live->interface != 0 ? peer_address_read_mac(text, size, live->interface, address)
				    : peer_address_read_ip(text, size, address);
}

bool live_speaker_add_peer(struct live_speaker *live, const char *text)
{
	struct dimp_peer_config config = {.is_bridge = true};
	const char *comma = strchr(text, ',');
	dimp_peer peer;

	memcpy(config.preshared, live->config.preshared, sizeof config.preshared);
	if (comma == NULL || live->peer_count == PEERS_MAX ||
		!read_address(live, text, (size_t)(comma - text)) ||
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
		(void)sendto(live->socket, octets, size, 0, &live->peers[peer].at.any,
			live->peers[peer].size);
}

/* A frame to another host, or one with a VLAN tag that is not ours, is none for this speaker. */
static bool is_for_us(const struct peer_address *from)
{
	return from->at.any.sa_family != AF_PACKET || from->at.link.sll_pkttype == PACKET_HOST;
}

static bool take_datagram(struct live_speaker *live)
{
	uint8_t octets[DIMP_PDU_SIZE_MAX];
	struct peer_address from = {.size = sizeof from.at};
	const ssize_t size = recvfrom(live->socket, octets, sizeof octets, MSG_DONTWAIT,
		&from.at.any, &from.size);

	/* A peer whose port is closed makes the socket complain, an interface that is down, too:
	 * they are as silent as any lost one. */
	if (size < 0)
		return errno == EAGAIN || errno == EINTR || errno == ECONNREFUSED ||
			errno == EHOSTUNREACH || errno == ENETUNREACH || errno == ENETDOWN;
	for (dimp_peer peer = 0; peer < live->peer_count && is_for_us(&from); peer++) {
		if (peer_address_equal(&from, &live->peers[peer]))
			dimp_speaker_receive(live->model, peer,
				(struct dimp_view){octets, (size_t)size}, live_speaker_now(live));
	}
	return true;
}

static void take_signals(struct live_speaker *live)
{
	struct signalfd_siginfo signal;

	while (read(live->signals, &signal, sizeof signal) == (ssize_t)sizeof signal)
		live->config.signalled(live->config.context, live, (int)signal.ssi_signo);
}

/* Waits for a datagram or a signal until |until|; false when the socket failed. */
static bool wait_until(struct live_speaker *live, struct dimp_time until)
{
	const struct dimp_time now = live_speaker_now(live);
	const uint64_t us = until.us > now.us ? until.us - now.us : 0;
	const struct timespec left = {(time_t)(us / 1000000), (long)(us % 1000000) * 1000};
	/* poll() passes over a descriptor of -1. */
	struct pollfd waiting[] = {{.fd = live->socket, .events = POLLIN},
		{.fd = live->signals, .events = POLLIN}};
	const int ready = ppoll(waiting, 2, &left, NULL);

	if (ready < 0)
		return errno == EINTR;
	if (waiting[1].revents != 0)
		take_signals(live);
	return waiting[0].revents == 0 || take_datagram(live);
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
