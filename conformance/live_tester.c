/* SPDX-License-Identifier: MIT */
/*
 * The drill's peers get a port each.  Whoever looks on is slow: after all that the drill does, the
 * implementation is given a moment to react, and what comes in it counts as said at once.  One that
 * counts its PDUs tells itself when it has done so: what was sent has been taken, and what it sent
 * is here.
 */
#include "live_tester.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/complain.h"
#include "live_port.h"
#include "upper_tester.h"

/*
 * A reaction takes no longer than GRACE, or than PATIENCE where PDUs are counted and may be lost;
 * told events are asked for every STEP.  Who has something to do SOON paces what it sends, or is
 * about to acknowledge: he is not quiet.
 */
enum { GRACE_US = 6000, PATIENCE_US = 150000, SOON_US = 3000, STEP_MS = 1 };

struct live_tester {
	struct drill_subject upper; /* for all but PDUs and time */
	struct conform_target upper_target;
	char interface[64]; /* "": UDP */
	struct live_port ports[DRILL_PEERS_MAX];
	size_t port_count;
	unsigned begun; /* cases */
	struct timespec origin;
	uint64_t sent_count, taken_count; /* of the peers' PDUs since it began */
	size_t refused_size; /* of a PDU that the link does not carry; 0: none */
};

static struct dimp_time read_clock(void *user)
{
	const struct live_tester *tester = user;
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (struct dimp_time){(uint64_t)(now.tv_sec - tester->origin.tv_sec) * 1000000 +
		(uint64_t)((now.tv_nsec - tester->origin.tv_nsec) / 1000)};
}

static void close_ports(struct live_tester *tester)
{
	for (size_t index = 0; index < tester->port_count; index++)
		live_port_close(&tester->ports[index]);
	tester->port_count = 0;
}

static bool open_port(struct live_tester *tester, struct live_port *port)
{
	char address[LIVE_ADDRESS_SIZE];

	if (tester->interface[0] == '\0')
		return live_port_open_udp(port, "127.0.0.1:0");
	/* What is still under way from the peers of the case before is not from these. */
	(void)snprintf(address, sizeof address, "02:00:00:%02x:%02x:%02zx",
		tester->begun >> 8 & 0xff, tester->begun & 0xff, tester->port_count);
	return live_port_open_ethernet(port, tester->interface, address);
}

static bool open_ports(struct live_tester *tester, size_t count)
{
	json_t *addresses = json_array();

	close_ports(tester);
	tester->begun++;
	for (size_t index = 0; index < count; index++) {
		if (!open_port(tester, &tester->ports[index])) {
			json_decref(addresses);
			return false;
		}
		tester->port_count++;
		json_array_append_new(addresses, json_string(tester->ports[index].address));
	}
	upper_tester_set_link(tester->upper.user, addresses,
		count == 0 ? DIMP_PDU_SIZE_DEFAULT : tester->ports[0].pdu_size_max);
	return true;
}

static bool begin_iut(void *user, const struct drill_terms *terms)
{
	struct live_tester *tester = user;

	tester->sent_count = tester->taken_count = 0;
	tester->refused_size = 0;
	if (!open_ports(tester, terms->peer_count))
		return false;
	(void)clock_gettime(CLOCK_MONOTONIC, &tester->origin);
	return tester->upper.operations->begin(tester->upper.user, terms);
}

static void end_iut(void *user)
{
	struct live_tester *tester = user;

	tester->upper.operations->end(tester->upper.user);
	close_ports(tester);
}

static void receive_pdu(void *user, dimp_peer peer, struct dimp_view pdu, struct dimp_time now)
{
	struct live_tester *tester = user;
	struct live_pdu sent = {.size = pdu.size};

	(void)now;
	if (peer >= tester->port_count || pdu.size > sizeof sent.octets)
		return;
	if (pdu.size > tester->ports[peer].pdu_size_max)
		tester->refused_size = pdu.size;
	(void)snprintf(sent.address, sizeof sent.address, "%s",
		upper_tester_address(tester->upper.user));
	memcpy(sent.octets, pdu.octets, pdu.size);
	if (live_port_send(&tester->ports[peer], &sent))
		tester->sent_count++;
}

static size_t transmit_pdu(void *user, struct dimp_buffer buffer, dimp_peer *peer,
	struct dimp_time now)
{
	struct live_tester *tester = user;
	struct live_pdu pdu;

	(void)now;
	for (size_t index = 0; index < tester->port_count; index++) {
		if (!live_port_receive(&tester->ports[index], &pdu))
			continue;
		tester->taken_count++;
		if (pdu.size > buffer.capacity)
			continue;
		memcpy(buffer.octets, pdu.octets, pdu.size);
		*peer = (dimp_peer)index;
		return pdu.size;
	}
	return 0;
}

/* Whether a PDU is there, or comes within |wait_ms|. */
static bool is_pdu_there(const struct live_tester *tester, int wait_ms)
{
	struct pollfd ports[DRILL_PEERS_MAX];

	for (size_t index = 0; index < tester->port_count; index++)
		ports[index] =
			(struct pollfd){.fd = tester->ports[index].descriptor, .events = POLLIN};
	return poll(ports, (nfds_t)tester->port_count, wait_ms) > 0;
}

static bool is_well(const struct live_tester *tester)
{
	struct text_error why;

	return tester->upper.operations->health(tester->upper.user, &why) == DRILL_WELL;
}

/* Whether it is known that nothing is under way in either direction, nor being thought about. */
static bool is_quiet(const struct live_tester *tester)
{
	uint64_t taken, sent;

	return upper_tester_counts(tester->upper.user, &taken, &sent) &&
		taken == tester->sent_count && sent == tester->taken_count &&
		upper_tester_due(tester->upper.user) > SOON_US;
}

/* Whether something is there, once it has had time to react. */
static bool has_reacted(struct live_tester *tester)
{
	uint64_t taken, sent;
	const uint64_t began_us = read_clock(tester).us;

	while (is_well(tester)) {
		if (is_pdu_there(tester, 0) || upper_tester_poll(tester->upper.user))
			return true;
		if (is_quiet(tester))
			return false;
		const bool is_counted = upper_tester_counts(tester->upper.user, &taken, &sent);

		if (read_clock(tester).us - began_us >= (is_counted ? PATIENCE_US : GRACE_US))
			return false;
		(void)is_pdu_there(tester, STEP_MS);
	}
	return false;
}

/* Whether something is there or comes until |until|. */
static bool comes_until(struct live_tester *tester, uint64_t until_us)
{
	while (is_well(tester)) {
		if (upper_tester_poll(tester->upper.user) || is_pdu_there(tester, STEP_MS))
			return true;
		if (read_clock(tester).us >= until_us)
			return false;
	}
	return false;
}

static bool tell_event(void *user, struct drill_telling *telling, struct dimp_time now)
{
	struct live_tester *tester = user;

	(void)has_reacted(tester);
	return tester->upper.operations->tell(tester->upper.user, telling, now);
}

static bool wait_iut(void *user, struct dimp_time until, struct dimp_time *now)
{
	struct live_tester *tester = user;

	if (!comes_until(tester, until.us))
		return false;
	*now = read_clock(tester);
	return true;
}

static enum dimp_error obey(void *user, const struct drill_order *order, struct dimp_time now,
	struct text_error *wrong)
{
	const struct drill_subject upper = ((struct live_tester *)user)->upper;

	return upper.operations->order(upper.user, order, now, wrong);
}

static void describe_vsi(void *user, const struct dimp_vsi *vsi, char text[DRILL_STATUS_SIZE])
{
	const struct drill_subject upper = ((struct live_tester *)user)->upper;

	upper.operations->status(upper.user, vsi, text);
}

static bool next_entry(void *user, const struct dimp_vsi *vsi, size_t *position,
	struct dimp_record *record)
{
	const struct drill_subject upper = ((struct live_tester *)user)->upper;

	return upper.operations->entry(upper.user, vsi, position, record);
}

static bool read_counter(void *user, const char *name, uint64_t *value)
{
	const struct drill_subject upper = ((struct live_tester *)user)->upper;

	return upper.operations->counter(upper.user, name, value);
}

static enum drill_health tell_health(void *user, struct text_error *why)
{
	const struct live_tester *tester = user;

	if (tester->refused_size > 0) {
		(void)snprintf(why->text, sizeof why->text,
			"the link does not carry a PDU of %zu octets", tester->refused_size);
		return DRILL_UNIMPLEMENTED;
	}
	return tester->upper.operations->health(tester->upper.user, why);
}

static const struct drill_subject_operations operations = {
	.begin = begin_iut,
	.end = end_iut,
	.receive = receive_pdu,
	.transmit = transmit_pdu,
	.tell = tell_event,
	.wait = wait_iut,
	.order = obey,
	.status = describe_vsi,
	.entry = next_entry,
	.counter = read_counter,
	.clock = read_clock,
	.health = tell_health,
};

static enum pics_answer claims(void *user, const char *capability)
{
	struct live_tester *tester = user;

	/* Whoever looks on from outside is too slow for that. */
	if (strcmp(capability, "EXACT_TIME") == 0)
		return PICS_NO;
	return tester->upper_target.claims(tester->upper.user, capability);
}

static void destroy(struct conform_target *target)
{
	struct live_tester *tester = target->subject.user;

	close_ports(tester);
	conform_target_close(&tester->upper_target);
	free(tester);
}

static bool open_live(struct conform_target *target, const char *upper, uint64_t timeout_ms,
	FILE *complaints)
{
	struct live_tester *tester = target->subject.user;
	const bool is_open =
		upper_tester_connect(&tester->upper_target, upper, timeout_ms, complaints);

	tester->upper = tester->upper_target.subject;
	target->subject.operations = &operations;
	target->claims = claims;
	target->destroy = destroy;
	return is_open;
}

bool live_tester_open_udp(struct conform_target *target, const char *rest, uint64_t timeout_ms,
	FILE *complaints)
{
	target->subject.user = calloc(1, sizeof(struct live_tester));
	return target->subject.user != NULL && open_live(target, rest, timeout_ms, complaints);
}

bool live_tester_open_ethernet(struct conform_target *target, const char *rest, uint64_t timeout_ms,
	FILE *complaints)
{
	struct live_tester *tester = calloc(1, sizeof(*tester));
	const char *comma = strchr(rest, ',');
	bool is_right;

	target->subject.user = tester;
	if (tester == NULL || comma == NULL) {
		complain_to(complaints,
			"ether: INTERFACE,HOST:PORT or INTERFACE,/SOCKET is wanted");
		free(tester);
		return false;
	}
	(void)snprintf(tester->interface, sizeof tester->interface, "%.*s", (int)(comma - rest),
		rest);
	is_right = open_port(tester, &tester->ports[0]);
	if (!is_right) {
		complain_to(complaints, "%s: %s; name an interface, and be root", tester->interface,
			strerror(errno));
		free(tester);
		return false;
	}
	live_port_close(&tester->ports[0]);
	return open_live(target, comma + 1, timeout_ms, complaints);
}
