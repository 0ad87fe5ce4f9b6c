/* SPDX-License-Identifier: MIT */
/*
 * A draw as a scenario: the same text is run, shown and kept.  All faults end at the same time, and
 * peace follows for three times as long as DI is held.
 */
#include "campaign/draw.h"

enum { SETTLE_MS = 90000 };

static const char *const types[DRAW_TYPES] = {"dhcp_binding", "multicast_membership", "dynamic_acl",
	"macsec_sa"};

/* The states at which a bridge may crash, with the machine they are of. */
static const char *const states[][2] = {
	{"source", "SENDING"},
	{"source", "TRACKING"},
	{"source", "FROZEN"},
	{"source", "RELEASED"},
	{"destination", "SOLICITED"},
	{"destination", "COPYING"},
	{"destination", "STAGED"},
	{"destination", "FREEZING"},
	{"destination", "COMMITTING"},
	{"destination", "ACTIVE"},
	{"destination", "ABORTING"},
};

enum { STATES = sizeof states / sizeof states[0] };

static void write_fabric(const struct draw *draw, FILE *stream)
{
	fputs("bridges:\n", stream);
	for (unsigned bridge = 0; bridge < draw->bridges; bridge++)
		fprintf(stream, "  edge-%u: {}\n", bridge);
	fputs("links:\n", stream);
	for (unsigned bridge = 1; bridge < draw->bridges; bridge++)
		fprintf(stream, "  - {between: [edge-%u, edge-%u], delay: 50us}\n",
			draw->above[bridge], bridge);
	fputs("stations:\n", stream);
	for (unsigned bridge = 0; bridge < draw->bridges; bridge++)
		fprintf(stream,
			"  server-%u: {bridge: edge-%u, port: 1, on_fail: {RETRY: %u, "
			"CONTINUE_AT_RISK: %s}}\n",
			bridge, bridge, draw->retries[bridge],
			draw->takes_risk[bridge] ? "continue" : "stop");
}

static void write_vms(const struct draw *draw, FILE *stream)
{
	fputs("vms:\n", stream);
	for (unsigned index = 0; index < draw->vms; index++) {
		const struct draw_vm *vm = &draw->vm[index];
		const char *joint = "";
		if (vm->is_dropped)
			continue;
		fprintf(stream, "  vm%u: {station: server-%u, vlan: 42, synthetic: {", index,
			vm->bridge);
		for (unsigned type = 0; type < DRAW_TYPES; type++) {
			if (vm->entries[type] == 0)
				continue;
			fprintf(stream, "%s%s: %u", joint, types[type], vm->entries[type]);
			joint = ", ";
		}
		fputs("}}\n", stream);
	}
}

static const char *const triggers[DRAW_TRIGGERS] = {"request", "notify", "notify-alone",
	"operator"};

static void write_moves(const struct draw *draw, FILE *stream)
{
	const char *section = "migrations:\n";

	for (unsigned index = 0; index < draw->moves; index++) {
		const struct draw_move *move = &draw->move[index];
		if (move->is_dropped || draw->vm[move->vm].is_dropped)
			continue;
		fprintf(stream,
			"%s  - {name: m%u, vm: vm%u, to: server-%u, at: %ums, mode: %s, "
			"deadline: %ums",
			section, index, move->vm, move->to, move->at_ms,
			move->is_one_shot ? "one-shot" : "staged", move->deadline_ms);
		if (move->trigger != DRAW_BY_REQUEST)
			fprintf(stream, ", trigger: %s", triggers[move->trigger]);
		fputs("}\n", stream);
		section = "";
	}
}

static bool has_noise(const struct draw *draw)
{
	for (unsigned rate = 0; rate < DRAW_RATES; rate++) {
		if (draw->rate_ppm[rate] != 0)
			return true;
	}
	return false;
}

/* Shares are written to a hundredth of a per cent. */
static void write_noise(const struct draw *draw, const char *link, FILE *stream)
{
	static const char *const names[DRAW_RATES - 1] = {"loss", "duplicate", "corrupt",
		"reorder"};

	fprintf(stream, "  - {link: %s, at: 100ms, for: %ums", link, draw->heal_ms - 100);
	for (unsigned rate = 0; rate < DRAW_RATES - 1; rate++) {
		if (draw->rate_ppm[rate] != 0)
			fprintf(stream, ", %s: %u.%02u%%", names[rate],
				draw->rate_ppm[rate] / 10000, draw->rate_ppm[rate] / 100 % 100);
	}
	if (draw->rate_ppm[DRAW_RATES - 2] != 0)
		fputs(", reorder_by: 50ms", stream);
	if (draw->rate_ppm[DRAW_RATES - 1] != 0)
		fprintf(stream, ", jitter: %uus", draw->rate_ppm[DRAW_RATES - 1]);
	fputs("}\n", stream);
}

static void write_noises(const struct draw *draw, FILE *stream)
{
	char link[64];

	for (unsigned bridge = 0; has_noise(draw) && bridge < draw->bridges; bridge++) {
		snprintf(link, sizeof link, "server-%u", bridge);
		write_noise(draw, link, stream);
		if (bridge == 0)
			continue;
		snprintf(link, sizeof link, "edge-%u/edge-%u", draw->above[bridge], bridge);
		write_noise(draw, link, stream);
	}
}

static void write_cut(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	static const char *const ways[] = {"both", "forth", "back"};
	/* There is one link less than bridges; bridge 0 has none of its own. */
	const unsigned bridge = 1 + fault->place % (draw->bridges - 1);

	if (fault->kind == DRAW_CUT_CABLE)
		fprintf(stream, "  - {link: server-%u, direction: %s, ", fault->place,
			ways[fault->way]);
	else
		fprintf(stream, "  - {link: edge-%u/edge-%u, direction: %s, ", draw->above[bridge],
			bridge, ways[fault->way]);
	if (fault->kind == DRAW_DELAY)
		fprintf(stream, "delay: %ums, ", fault->amount / 10);
	else
		fputs("cut: true, ", stream);
}

static void write_when(const struct draw_fault *fault, FILE *stream)
{
	const char *const *state = states[fault->amount % STATES];

	fprintf(stream,
		"  - {crash: edge-%u, restart: %ums, when: {node: edge-%u, machine: %s, "
		"state: %s}}\n",
		fault->place, fault->for_ms, fault->place, state[0], state[1]);
}

/* Up to its time, which follows. */
static void write_fault_begin(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	const char *type = types[fault->amount % DRAW_TYPES];

	switch (fault->kind) {
	case DRAW_CUT:
	case DRAW_CUT_CABLE:
	case DRAW_DELAY: write_cut(draw, fault, stream); break;
	case DRAW_CRASH_AT: fprintf(stream, "  - {crash: edge-%u, ", fault->place); break;
	case DRAW_CRASH_STATION: fprintf(stream, "  - {crash: server-%u, ", fault->place); break;
	case DRAW_PAUSE: fprintf(stream, "  - {pause: edge-%u, ", fault->place); break;
	case DRAW_PAUSE_STATION: fprintf(stream, "  - {pause: server-%u, ", fault->place); break;
	case DRAW_LIMIT:
		fprintf(stream, "  - {change: edge-%u, limits: {%s: %u}, ", fault->place, type,
			fault->amount % 7 + 1);
		break;
	case DRAW_REFUSE:
		fprintf(stream, "  - {change: edge-%u, refuse: [%s], ", fault->place, type);
		break;
	case DRAW_UNSUPPORTED:
		fprintf(stream, "  - {change: edge-%u, supported: [%s], ", fault->place, type);
		break;
	case DRAW_ACTIVATION:
		fprintf(stream, "  - {change: edge-%u, fails_activation: true, ", fault->place);
		break;
	case DRAW_DRIFT:
		fprintf(stream, "  - {drift: edge-%u, ppm: %d, ", fault->place,
			(int)fault->amount - 500);
		break;
	case DRAW_CRASH_WHEN:
	case DRAW_FAULT_KINDS: break;
	}
}

static bool is_change(enum draw_fault_kind kind)
{
	return kind == DRAW_LIMIT || kind == DRAW_REFUSE || kind == DRAW_UNSUPPORTED ||
		kind == DRAW_ACTIVATION;
}

static void write_fault(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	const bool is_crash = fault->kind == DRAW_CRASH_AT || fault->kind == DRAW_CRASH_STATION;

	if (fault->kind == DRAW_CRASH_WHEN) {
		write_when(fault, stream);
		return;
	}
	write_fault_begin(draw, fault, stream);
	fprintf(stream, "at: %ums", fault->at_ms);
	if (!is_change(fault->kind))
		fprintf(stream, ", %s: %ums", is_crash ? "restart" : "for", fault->for_ms);
	fputs("}\n", stream);
	if (is_change(fault->kind))
		fprintf(stream,
			"  - {change: edge-%u, at: %ums, limits: {}, supported: all, refuse: none, "
			"fails_activation: false}\n",
			fault->place, draw->heal_ms);
}

static bool has_faults(const struct draw *draw)
{
	for (unsigned index = 0; index < draw->faults; index++) {
		if (!draw->fault[index].is_dropped)
			return true;
	}
	return has_noise(draw);
}

void draw_write(const struct draw *draw, FILE *stream)
{
	fprintf(stream, "title: Seed %llu of the campaign\nseed: %llu\nduration: %ums\n",
		(unsigned long long)draw->seed, (unsigned long long)draw->seed,
		draw->heal_ms + SETTLE_MS);
	write_fabric(draw, stream);
	write_vms(draw, stream);
	write_moves(draw, stream);
	if (has_faults(draw))
		fputs("faults:\n", stream);
	write_noises(draw, stream);
	for (unsigned index = 0; index < draw->faults; index++) {
		if (!draw->fault[index].is_dropped)
			write_fault(draw, &draw->fault[index], stream);
	}
}
