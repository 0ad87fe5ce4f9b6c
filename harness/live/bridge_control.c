/* SPDX-License-Identifier: MIT */
/*
 * All of it is made anew for each request, from what the bridge lets see of itself: no key that is
 * not public, and no secret of a record, is in an answer.
 */
#include "live/bridge_control.h"

#include <stdlib.h>
#include <string.h>

#include "cli/complain.h"
#include "live/bridge_metrics.h"
#include "live/control_socket.h"
#include "live/di_digest.h"
#include "observe/json_out.h"

enum { VSIS_MAX = 65536, TEXT_SIZE = 4096 };

struct bridge_control {
	struct bridge_control_config config;
	struct control_socket *socket;
};

/* A VSI that the speaker has, and what is asked for of it. */
struct seen_vsi {
	dimp_vsi_index index;
	struct dimp_vsi_status status;
};

typedef void show_vsi(const struct bridge_control *control, const struct seen_vsi *seen,
	json_t *rows);

static const struct dimp_speaker *speaker_of(const struct bridge_control *control)
{
	return speaker_binding_view(edge_bridge_speaker(live_bridge_edge(control->config.bridge)));
}

/* The name in the bridge's file, or the VSI in hex. */
static json_t *name_of(const struct bridge_control *control, const struct dimp_vsi *vsi)
{
	const struct bridge_file *file = live_bridge_file(control->config.bridge);
	unsigned slot;

	if (edge_bridge_find(live_bridge_edge(control->config.bridge), vsi, &slot) &&
		slot < file->vm_count)
		return json_string(file->vms[slot].vm.name);
	return octets_json(vsi->octets, sizeof vsi->octets);
}

static void show_each(const struct bridge_control *control, json_t *rows, show_vsi *show)
{
	struct dimp_speaker_usage usage;
	uint32_t seen = 0;

	dimp_speaker_usage(speaker_of(control), &usage);
	for (dimp_vsi_index index = 0; index < VSIS_MAX && seen < usage.vsis; index++) {
		struct seen_vsi vsi = {.index = index};

		if (!dimp_speaker_vsi_status(speaker_of(control), index, &vsi.status))
			continue;
		seen++;
		show(control, &vsi, rows);
	}
}

static void add_entry(const struct bridge_control *control, const struct seen_vsi *seen,
	const struct dimp_record *record, json_t *rows)
{
	char text[TEXT_SIZE];

	(void)dimp_record_text(record, text, sizeof text);
	(void)json_array_append_new(rows,
		json_pack("{s:o, s:s, s:b, s:I, s:s, s:o}", "vm",
			name_of(control, &seen->status.vsi), "state", seen->status.state,
			"in_force", seen->status.is_owner, "serial",
			(json_int_t)seen->status.serial, "entry", text, "record",
			record_json(record, JSON_SECRETS_HIDDEN)));
}

static void show_di(const struct bridge_control *control, const struct seen_vsi *seen, json_t *rows)
{
	const struct speaker_binding *binding =
		edge_bridge_speaker(live_bridge_edge(control->config.bridge));
	const struct dimp_time now = speaker_binding_time(binding,
		engine_now(live_bridge_engine(control->config.bridge)));
	struct dimp_di_cursor cursor = {.vsi = seen->index};
	struct dimp_record record;

	while (dimp_speaker_di_next(speaker_of(control), &cursor, &record, now))
		add_entry(control, seen, &record, rows);
	explicit_bzero(&record, sizeof record);
}

/* What is owned and rests is no migration; what was released and is kept was one. */
static void show_migration(const struct bridge_control *control, const struct seen_vsi *seen,
	json_t *rows)
{
	const struct dimp_vsi_status *status = &seen->status;

	if (strcmp(status->state, "OWNER") == 0)
		return;
	(void)json_array_append_new(rows,
		json_pack("{s:o, s:s, s:s, s:I, s:I, s:I, s:o}", "vm",
			name_of(control, &status->vsi), "role",
			status->is_staged ? "destination" : "source", "state", status->state,
			"serial", (json_int_t)status->serial, "epoch", (json_int_t)status->epoch,
			"entries", (json_int_t)status->entries, "vsi",
			octets_json(status->vsi.octets, sizeof status->vsi.octets)));
}

static void show_peers(const struct bridge_control *control, json_t *rows)
{
	const struct bridge_file *file = live_bridge_file(control->config.bridge);

	for (size_t each = 0; each < file->peer_count; each++) {
		const struct bridge_file_peer *peer = &file->peers[each];

		if (peer->is_removed)
			continue;
		struct dimp_association_keys keys;
		const bool is_associated =
			dimp_speaker_keys(speaker_of(control), (dimp_peer)each, &keys);

		explicit_bzero(&keys, sizeof keys);
		(void)json_array_append_new(rows,
			json_pack("{s:s, s:s, s:b, s:o}", "peer", peer->name, "role",
				peer->role == BRIDGE_PEER_BRIDGE ? "bridge" : "station",
				"associated", is_associated, "key",
				octets_json(peer->key.octets, sizeof peer->key.octets)));
	}
}

static json_t *show(const struct bridge_control *control, const char *what)
{
	json_t *rows = json_array();

	if (strcmp(what, "di") == 0) {
		show_each(control, rows, show_di);
	} else if (strcmp(what, "digest") == 0) {
		di_digest_add(control->config.bridge, rows);
	} else if (strcmp(what, "migrations") == 0) {
		show_each(control, rows, show_migration);
	} else if (strcmp(what, "peers") == 0) {
		show_peers(control, rows);
	} else if (strcmp(what, "counters") == 0) {
		bridge_metrics_add(control->config.bridge, rows);
	} else {
		json_decref(rows);
		return control_refusal("show di, digest, migrations, peers or counters");
	}
	return json_pack("{s:b, s:s, s:o}", "ok", 1, "show", what, "rows", rows);
}

static json_t *obey(const struct bridge_control *control, const char *order)
{
	const struct bridge_control_config *config = &control->config;

	if (strcmp(order, "reload") == 0)
		return config->reload(config->context)
			? control_consent()
			: control_refusal("the file is not taken; the bridge's log says why");
	if (strcmp(order, "drain") != 0)
		return control_refusal("do reload or drain");
	config->drain(config->context);
	return control_consent();
}

static json_t *answer(void *context, const json_t *request, struct dimp_time now)
{
	const struct bridge_control *control = context;
	const char *what = json_string_value(json_object_get(request, "show"));
	const char *order = json_string_value(json_object_get(request, "do"));

	(void)now;
	if (what != NULL && order == NULL)
		return show(control, what);
	if (order != NULL && what == NULL)
		return obey(control, order);
	return control_refusal("a request has \"show\" or \"do\"");
}

struct bridge_control *bridge_control_open(const struct bridge_control_config *config)
{
	struct bridge_control *control = calloc(1, sizeof *control);
	const struct control_handler handler = {control, answer};
	const char *why = "no memory";

	if (control != NULL) {
		control->config = *config;
		control->socket = control_socket_open(live_bridge_engine(config->bridge),
			config->path, &handler, &why);
	}
	if (control != NULL && control->socket != NULL)
		return control;
	complain("bridge: --control %s: %s; give another", config->path, why);
	free(control);
	return NULL;
}

void bridge_control_close(struct bridge_control *control)
{
	if (control == NULL)
		return;
	control_socket_close(control->socket);
	free(control);
}
