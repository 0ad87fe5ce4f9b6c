/* SPDX-License-Identifier: MIT */
/*
 * live_forwarding FROM TO SIZE SECONDS: sends frames of the VM of live_forwarding.sh at one
 * interface as fast as it can, and counts those that come out at another.  Prints "SENT RECEIVED"
 * frames a second.
 */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live/packet_ring.h"

enum { BATCH = 64, BLOCKS = 64, SIZE_MOST = 1514, GRACE_MS = 200, HEADER_SIZE = 14 };

static const uint8_t header[HEADER_SIZE] = {0x52, 0x54, 0, 0, 9, 9, 0x52, 0x54, 0, 0, 1, 1, 0x88,
	0xb6};

static double seconds_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct packet_ring *open_ring(const char *interface)
{
	struct packet_ring *ring = packet_ring_create();

	if (ring && packet_ring_bind(ring, if_nametoindex(interface)))
		return ring;
	(void)fprintf(stderr, "live_forwarding: %s: %s\n", interface, strerror(errno));
	exit(3);
}

static void count(void *context, struct dimp_view frame)
{
	uint64_t *received = context;

	if (frame.size > HEADER_SIZE && memcmp(frame.octets, header, sizeof header) == 0)
		(*received)++;
}

/* Receives until nothing has come for a while after |until|. */
static uint64_t receive(struct packet_ring *ring, double until)
{
	struct pollfd ready = {.fd = packet_ring_descriptor(ring), .events = POLLIN};
	uint64_t received = 0;

	while (poll(&ready, 1, GRACE_MS) > 0 || seconds_now() < until)
		packet_ring_receive(ring, BLOCKS, count, &received);
	return received;
}

static uint64_t send_frames(struct packet_ring *ring, size_t size, double until)
{
	uint8_t frame[SIZE_MOST] = {0};

	memcpy(frame, header, sizeof header);
	while (seconds_now() < until) {
		for (int each = 0; each < BATCH; each++)
			packet_ring_send(ring, (struct dimp_view){frame, size});
		packet_ring_flush(ring);
	}
	return packet_ring_tally(ring)->sent;
}

int main(int argc, char **argv)
{
	/* Alone, as `make bench` runs each: its script gives it something to do. */
	if (argc == 1)
		return 0;
	if (argc != 5) {
		(void)fputs("usage: live_forwarding FROM TO SIZE SECONDS\n", stderr);
		return 2;
	}
	const size_t size = (size_t)strtoul(argv[3], NULL, 10);
	const double seconds = strtod(argv[4], NULL), until = seconds_now() + seconds;

	if (size < HEADER_SIZE || size > SIZE_MOST || seconds <= 0)
		return 2;
	struct packet_ring *to = open_ring(argv[2]);
	const pid_t sender = fork();

	if (sender == 0) {
		const uint64_t sent = send_frames(open_ring(argv[1]), size, until);

		printf("%.0f ", (double)sent / seconds);
		(void)fflush(stdout);
		_exit(0);
	}
	const uint64_t received = receive(to, until);

	(void)waitpid(sender, NULL, 0);
	printf("%.0f\n", (double)received / seconds);
	packet_ring_destroy(to);
	return 0;
}
