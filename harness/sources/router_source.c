/* SPDX-License-Identifier: MIT */
/*
 * The record lives as long as the latest of queries and hellos says (DIMP 8.12-2).  A querier that
 * is silent for longer than the other querier present interval is none any more, and stays a router
 * while its hellos hold.
 */
#include "sources/router_source.h"

#include <string.h>

static const uint64_t us_per_s = 1000000;

/* RFC 3376 8.5, RFC 3810 9.5: of a query that tells neither. */
enum { ROBUSTNESS = 2, QUERY_INTERVAL_S = 125 };

uint64_t router_source_present_us(const struct group_message *message)
{
	const uint64_t robustness = message->robustness != 0 ? message->robustness : ROBUSTNESS;
	const uint64_t interval_us =
		message->interval_us != 0 ? message->interval_us : QUERY_INTERVAL_S * us_per_s;

	return robustness * interval_us + message->response_us / 2;
}

static struct dimp_record record_of(const struct router_query *query)
{
	return (struct dimp_record){.type = DIMP_DI_MULTICAST_ROUTER,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_router = {.vlan = query->vlan, .router = query->router}};
}

static void add_interval(struct dimp_multicast_router *router, const struct group_message *message)
{
	if (message->interval_us == 0)
		return;
	router->attributes |= 1U << DIMP_ATTRIBUTE_multicast_router_query_interval;
	router->query_interval = dimp_duration_from_us(message->interval_us);
	if (message->robustness == 0)
		return;
	router->attributes |= 1U << DIMP_ATTRIBUTE_multicast_router_robustness;
	router->robustness = message->robustness;
}

static void end_querier(struct dimp_multicast_router *router)
{
	router->is_querier = 0;
	router->version = 0;
	router->attributes = 0;
}

bool router_source_asked(const struct router_query *query)
{
	const struct group_message *const message = query->message;
	struct dimp_record record = record_of(query);
	struct dimp_record known;

	if (!message->is_general)
		return source_find(query->place, &record, query->now, &known);
	struct dimp_multicast_router *const router = &record.body.multicast_router;
	const uint32_t present = dimp_duration_from_us(router_source_present_us(message));
	router->is_querier = 1;
	router->version = message->version;
	router->remaining = present;
	if (source_find(query->place, &record, query->now, &known) &&
		known.body.multicast_router.remaining > present)
		router->remaining = known.body.multicast_router.remaining;
	router->attributes = 1U << DIMP_ATTRIBUTE_multicast_router_querier_remaining |
		1U << DIMP_ATTRIBUTE_multicast_router_response_interval;
	router->querier_remaining = present;
	router->response_interval = dimp_duration_from_us(message->response_us);
	add_interval(router, message);
	if (query->is_beaten)
		end_querier(router);
	return source_put(query->place, &record, query->now);
}

/* IPv4 addresses begin alike, and IPv6 ones of routers do: the octets order both families. */
bool router_source_is_lower(const struct dimp_ip *one, const struct dimp_ip *other)
{
	return memcmp(one->octets, other->octets, sizeof one->octets) < 0;
}

static bool is_same_family(const struct dimp_ip *one, const struct dimp_ip *other)
{
	enum { MAPPED_PREFIX_SIZE = 12 };
	static const uint8_t mapped[MAPPED_PREFIX_SIZE] = {[10] = 0xff, [11] = 0xff};
	const bool is_ipv4 = memcmp(one->octets, mapped, sizeof mapped) == 0;

	return is_ipv4 == (memcmp(other->octets, mapped, sizeof mapped) == 0);
}

static bool is_beaten(const struct dimp_multicast_router *router, const struct router_query *query)
{
	return router->is_querier == 1 && router->vlan == query->vlan &&
		is_same_family(&router->router, &query->router) &&
		router_source_is_lower(&query->router, &router->router);
}

void router_source_overheard(const struct router_query *query)
{
	const struct source_place *const place = query->place;
	const struct di_entry *entry;
	size_t cursor = 0;

	if (!query->message->is_general)
		return;
	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MULTICAST_ROUTER,
			&cursor)) != NULL) {
		struct dimp_record record;
		if (!is_beaten(&entry->record.body.multicast_router, query))
			continue;
		di_entry_at(entry, query->now, &record);
		end_querier(&record.body.multicast_router);
		(void)source_put(place, &record, query->now);
		/* One VM has one address in a VLAN; the walk does not outlive a change. */
		return;
	}
}

static enum packet_verdict read_hello(const struct source_packet *packet,
	struct router_hello *hello, struct dimp_ip *router)
{
	*router = packet->has_ipv4 ? ipv4_mapped(&packet->ipv4.source) : packet->ipv6.source;
	return packet->has_ipv4 ? router_hello_read4(&packet->ipv4, hello)
				: router_hello_read6(&packet->ipv6, hello);
}

static void count_bad(enum packet_verdict verdict, struct source_counters *counters)
{
	if (verdict == PACKET_BAD_CHECKSUM)
		counters->bad_checksum++;
	if (verdict == PACKET_MALFORMED)
		counters->malformed++;
}

void router_source_hello(const struct source_packet *packet, const struct source_place *place,
	struct dimp_time now)
{
	struct dimp_record record = {.type = DIMP_DI_MULTICAST_ROUTER,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_router = {.vlan = packet->vlan}};
	struct dimp_multicast_router *const router = &record.body.multicast_router;
	struct router_hello hello;
	struct dimp_record known;
	const enum packet_verdict verdict = read_hello(packet, &hello, &router->router);

	if (verdict != PACKET_WHOLE) {
		count_bad(verdict, place->counters);
		return;
	}
	const bool is_known = source_find(place, &record, now, &known);
	if (is_known)
		record = known;
	const uint32_t querier = router->is_querier == 1 ? router->querier_remaining : 0;
	const uint32_t present = dimp_duration_from_us(hello.present_us);
	/* A hello of no time ends what hellos gave: a querier stays one as long as it may. */
	router->remaining = present > querier ? present : querier;
	if (router->remaining != 0)
		(void)source_put(place, &record, now);
	else if (is_known)
		(void)di_store_delete(place->store, place->slot, &record, now);
}

/* The querier timer of one record ran out; false when none has. */
static bool expire_querier(const struct source_place *place, struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MULTICAST_ROUTER,
			&cursor)) != NULL) {
		struct dimp_record record;
		di_entry_at(entry, now, &record);
		struct dimp_multicast_router *const router = &record.body.multicast_router;
		if (router->is_querier == 0 || router->querier_remaining != 0 ||
			router->remaining == 0)
			continue;
		end_querier(router);
		(void)source_put(place, &record, now);
		return true;
	}
	return false;
}

void router_source_expire(const struct source_place *place, struct dimp_time now)
{
	while (expire_querier(place, now))
		continue;
}

struct dimp_time router_source_deadline(const struct source_place *place)
{
	struct dimp_time deadline = DIMP_NEVER;
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MULTICAST_ROUTER,
			&cursor)) != NULL) {
		const struct dimp_multicast_router *const router =
			&entry->record.body.multicast_router;
		if (router->is_querier == 0)
			continue;
		const uint64_t us =
			entry->since.us + dimp_duration_to_us(router->querier_remaining);
		if (us < deadline.us)
			deadline = (struct dimp_time){us};
	}
	return deadline;
}
