/* SPDX-License-Identifier: MIT */
/*
 * Puts an implementation that defines iut_operations on a wire, in real time: its upper tester at
 * TCP address ADDRESS, DIMP over UDP (a port of the same host) or at an Ethernet interface.
 *
 *     live_iut 127.0.0.1:4711            live_iut 127.0.0.1:4711 veth1
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "iut_host.h"
#include "live_port.h"

enum { PEERS_MAX = 16, LINE_SIZE = 65536, STEP_MS = 1 };

struct live {
	struct iut_host host;
	struct live_port port;
	char peers[PEERS_MAX][LIVE_ADDRESS_SIZE];
	size_t peer_count;
	uint64_t taken_count, sent_count; /* PDUs from and to peers since "begin" */
	struct timespec origin;
	char line[LINE_SIZE];
	size_t line_size;
};

static uint64_t read_clock(void *user)
{
	const struct live *live = user;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)(now.tv_sec - live->origin.tv_sec) * 1000000 +
		(uint64_t)((now.tv_nsec - live->origin.tv_nsec) / 1000);
}

static void begin_wire(void *user, const json_t *question, json_t *answer)
{
	const json_t *addresses = json_object_get(question, "addresses");
	struct live *live = user;
	struct live_pdu stale;

	(void)clock_gettime(CLOCK_MONOTONIC, &live->origin);
	live->taken_count = live->sent_count = 0;
	live->peer_count = json_array_size(addresses);
	for (size_t index = 0; index < live->peer_count && index < PEERS_MAX; index++)
		(void)snprintf(live->peers[index], LIVE_ADDRESS_SIZE, "%s",
			json_string_value(json_array_get(addresses, index)));
	/* What came for the case before is not for this one. */
	while (live_port_receive(&live->port, &stale))
		continue;
	json_object_set_new(answer, "address", json_string(live->port.address));
}

static void send_pdu(void *user, const struct iut_octets *pdu)
{
	struct live *live = user;
	struct live_pdu sent = {.size = pdu->size};

	if (pdu->peer >= live->peer_count)
		return;
	memcpy(sent.address, live->peers[pdu->peer], sizeof sent.address);
	memcpy(sent.octets, pdu->octets, pdu->size);
	if (live_port_send(&live->port, &sent))
		live->sent_count++;
}

static void take_pdus(struct live *live)
{
	struct live_pdu arrived;

	while (live_port_receive(&live->port, &arrived)) {
		struct iut_octets pdu = {.size = arrived.size};

		while (pdu.peer < live->peer_count &&
			strcmp(live->peers[pdu.peer], arrived.address) != 0)
			pdu.peer++;
		memcpy(pdu.octets, arrived.octets, arrived.size);
		if (pdu.peer == live->peer_count)
			continue;
		live->taken_count++;
		iut_host_receive(&live->host, &pdu);
	}
}

/* A question comes after what was sent before it, and is answered after that. */
static json_t *answer_question(struct live *live, const json_t *question)
{
	take_pdus(live);

	json_t *answer = iut_host_answer(&live->host, question);

	iut_host_say_counts(&live->host, live->taken_count, live->sent_count, answer);
	return answer;
}

/* In one piece: TCP would hold a second one back until the first is acknowledged. */
static bool write_answer(int upper, const json_t *answer)
{
	char *text = json_dumps(answer, JSON_COMPACT);
	const size_t size = text == NULL ? 0 : strlen(text);
	size_t done = 0;

	if (size > 0)
		text[size] = '\n';
	while (size > 0 && done <= size) {
		const ssize_t written = write(upper, text + done, size + 1 - done);

		if (written <= 0)
			break;
		done += (size_t)written;
	}
	free(text);
	return size > 0 && done == size + 1;
}

static bool answer_line(struct live *live, int upper, const char *end)
{
	const size_t size = (size_t)(end - live->line);
	json_t *question = json_loadb(live->line, size, 0, NULL);
	json_t *answer = answer_question(live, question);
	const bool is_said = write_answer(upper, answer);

	live->line_size -= size + 1;
	memmove(live->line, end + 1, live->line_size);
	json_decref(answer);
	json_decref(question);
	return is_said;
}

static bool take_questions(struct live *live, int upper)
{
	const ssize_t got = read(upper, live->line + live->line_size, LINE_SIZE - live->line_size);
	const char *end;

	if (got <= 0)
		return false;
	live->line_size += (size_t)got;
	while ((end = memchr(live->line, '\n', live->line_size)) != NULL) {
		if (!answer_line(live, upper, end))
			return false;
	}
	return live->line_size < LINE_SIZE;
}

/* Until the upper tester hangs up. */
static void serve(struct live *live, int upper)
{
	struct pollfd wanted[] = {{.fd = upper, .events = POLLIN},
		{.fd = live->port.descriptor, .events = POLLIN}};

	live->line_size = 0;
	for (;;) {
		(void)poll(wanted, 2, STEP_MS);
		take_pdus(live);
		iut_host_go_on(&live->host);
		if (wanted[0].revents != 0 && !take_questions(live, upper))
			return;
	}
}

/* Only at the address told: whoever reaches the upper tester commands the implementation. */
static int listen_at(const char *text)
{
	char host[LIVE_ADDRESS_SIZE];
	const char *colon = strrchr(text, ':');
	struct sockaddr_in address = {.sin_family = AF_INET};
	const int descriptor = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

	if (colon == NULL || descriptor < 0)
		return -1;
	(void)snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
	address.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &address.sin_addr) != 1) {
		errno = EINVAL;
		return -1;
	}
	(void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(descriptor, (const struct sockaddr *)&address, sizeof address) != 0 ||
		listen(descriptor, 1) != 0)
		return -1;
	return descriptor;
}

int main(int argc, char **argv)
{
	static struct live live;
	const struct iut_wire wire = {&live, begin_wire, send_pdu, read_clock};
	const int yes = 1, door = argc < 2 ? -1 : listen_at(argv[1]);
	const bool is_open = argc > 2
		? live_port_open_ethernet(&live.port, argv[2], "02:00:00:00:00:01")
		: live_port_open_udp(&live.port, "127.0.0.1:0");

	if (door < 0 || !is_open) {
		fprintf(stderr, "live_iut ADDRESS:PORT [INTERFACE]: %s\n", strerror(errno));
		return 2;
	}
	live.host = (struct iut_host){.operations = &iut_operations,
		.wire = &wire,
		.told = json_array()};
	for (;;) {
		const int upper = accept(door, NULL, NULL);

		if (upper < 0)
			return 1;
		(void)setsockopt(upper, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
		serve(&live, upper);
		(void)close(upper);
	}
}
