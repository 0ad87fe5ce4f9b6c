/* SPDX-License-Identifier: MIT */
/*
 * Names follow Prometheus' rules: a prefix, the unit where there is one, _total for what only
 * rises. Rows are {"name", "labels", "value", "kind", "help"}, those of one name side by side.
 */
#include "live/bridge_metrics.h"

#include <string.h>

/* A number of a struct, by its place there. */
struct metric {
	const char *name, *kind, *help;
	size_t offset;
};

/* Where rows go, and whose they are. */
struct metric_list {
	json_t *rows;
	const char *bridge;
};

/* The label a row has beside its bridge; key NULL: none. */
struct metric_label {
	const char *key, *value;
};

static void add(const struct metric_list *list, const struct metric *metric,
	const struct metric_label *label, uint64_t value)
{
	json_t *labels = json_pack("{s:s}", "bridge", list->bridge);

	if (label->key != NULL)
		(void)json_object_set_new(labels, label->key, json_string(label->value));
	(void)json_array_append_new(list->rows,
		json_pack("{s:s, s:o, s:I, s:s, s:s}", "name", metric->name, "labels", labels,
			"value", (json_int_t)value, "kind", metric->kind, "help", metric->help));
}

static uint64_t read_u64(const void *base, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const unsigned char *)base + offset, sizeof value);
	return value;
}

static uint64_t read_u32(const void *base, size_t offset)
{
	uint32_t value;

	memcpy(&value, (const unsigned char *)base + offset, sizeof value);
	return value;
}

static const struct metric speaker_rows[] = {
#define COUNTER(name, text) \
	{"dimp_" #name "_total", "counter", text, offsetof(struct dimp_counters, name)},
#include "counters.def"
#undef COUNTER
};

#define USAGE_ROW(name, member, help) \
	{ \
		name, "gauge", help, offsetof(struct dimp_speaker_usage, member) \
	}

static const struct metric usage_rows[] = {
	USAGE_ROW("dimp_vsis", vsis, "places of VSIs in use, staged copies included"),
	USAGE_ROW("dimp_vsis_staged", staged, "staged copies"),
	USAGE_ROW("dimp_requests", migrations,
		"REQUESTs, those that ended and are remembered included"),
	USAGE_ROW("dimp_entries", entries, "DI entries held, staged and deleted ones included"),
	USAGE_ROW("dimp_entry_octets", octets, "octets of the DI entries held"),
	USAGE_ROW("dimp_entries_reserved", reserved_entries, "entries set aside for copies"),
};

#define PORT_ROW(name, member, help) \
	{ \
		"dimp_port_" name "_total", "counter", help, offsetof(struct packet_tally, member) \
	}

static const struct metric port_rows[] = {
	PORT_ROW("received_frames", received, "frames received at a port"),
	PORT_ROW("received_octets", received_octets, "octets received at a port"),
	PORT_ROW("sent_frames", sent, "frames sent at a port"),
	PORT_ROW("sent_octets", sent_octets, "octets sent at a port"),
	PORT_ROW("too_long_frames", too_long,
		"received frames dropped: longer than any frame may be"),
	PORT_ROW("overrun_frames", overrun, "received frames lost: the ring was full"),
	PORT_ROW("unsent_frames", unsent, "frames lost: the interface did not take them"),
	PORT_ROW("completed_checksums", completed, "checksums that the sender had left undone"),
};

static const struct metric_label no_label = {NULL, NULL};

static void add_speaker(const struct metric_list *list, const struct dimp_speaker *speaker)
{
	struct dimp_counters counters;
	struct dimp_speaker_usage usage;

	dimp_speaker_counters(speaker, &counters);
	for (size_t each = 0; each < sizeof speaker_rows / sizeof speaker_rows[0]; each++)
		add(list, &speaker_rows[each], &no_label,
			read_u64(&counters, speaker_rows[each].offset));
	dimp_speaker_usage(speaker, &usage);
	for (size_t each = 0; each < sizeof usage_rows / sizeof usage_rows[0]; each++)
		add(list, &usage_rows[each], &no_label, read_u32(&usage, usage_rows[each].offset));
}

static void add_peers(const struct metric_list *list, const struct live_bridge *bridge)
{
	static const struct metric metric = {"dimp_peer_associated", "gauge",
		"whether there are keys with a peer", 0};
	const struct dimp_speaker *speaker =
		speaker_binding_view(edge_bridge_speaker(live_bridge_edge(bridge)));
	const struct bridge_file *file = live_bridge_file(bridge);

	for (size_t each = 0; each < file->peer_count; each++) {
		const struct metric_label label = {"peer", file->peers[each].name};
		struct dimp_association_keys keys;

		if (file->peers[each].is_removed)
			continue;
		add(list, &metric, &label, dimp_speaker_keys(speaker, (dimp_peer)each, &keys));
		explicit_bzero(&keys, sizeof keys);
	}
}

static void add_ports(const struct metric_list *list, const struct live_bridge *bridge)
{
	static const struct metric is_up = {"dimp_port_up", "gauge",
		"whether the interface of a port is up", 0};
	const struct bridge_file *file = live_bridge_file(bridge);

	for (size_t port = 0; port < file->port_count; port++) {
		const struct metric_label label = {"port", file->ports[port].name};

		add(list, &is_up, &label,
			interface_port_view(live_bridge_port(bridge, port))->state == INTERFACE_UP);
	}
	for (size_t each = 0; each < sizeof port_rows / sizeof port_rows[0]; each++) {
		for (size_t port = 0; port < file->port_count; port++) {
			const struct metric_label label = {"port", file->ports[port].name};

			add(list, &port_rows[each], &label,
				read_u64(interface_port_tally(live_bridge_port(bridge, port)),
					port_rows[each].offset));
		}
	}
}

void bridge_metrics_add(const struct live_bridge *bridge, json_t *rows)
{
	static const struct metric moves = {"dimp_moves_under_way", "gauge",
		"moves to and from here without an outcome", 0};
	const struct metric_list list = {rows, live_bridge_file(bridge)->name};

	add_speaker(&list, speaker_binding_view(edge_bridge_speaker(live_bridge_edge(bridge))));
	add(&list, &moves, &no_label, live_bridge_moves(bridge));
	add_peers(&list, bridge);
	add_ports(&list, bridge);
}
