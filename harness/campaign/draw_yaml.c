/* SPDX-License-Identifier: MIT */
/*
 * A draw as a scenario: the same text is run, shown and kept.  All faults end at the same time, and
 * peace follows for three times as long as DI is held.
 */
#include "campaign/draw.h"
#include "campaign/draw_life.h"
#include "campaign/draw_malice.h"

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

static const char *const lies[DRAW_LIES] = {
#define LIE(NAME, name, tlv, offset, octets, how, value, text) name,
#include "crypto/lies.def"
#undef LIE
};

static const char *const tickets[DRAW_TICKETS] = {"right", "none", "wrong", "no-risk", "elsewhere",
	"over", "ending", "one-type"};

/* What a bridge calls the VLAN that the VMs are in. */
static unsigned vlan_of(const struct draw *draw, unsigned bridge)
{
	return draw->trait[bridge][DRAW_REMAPPED] ? 142 + bridge : 42;
}

/* Whether another bridge before |other| has the same number for it. */
static bool is_named_before(const struct draw *draw, unsigned other)
{
	for (unsigned bridge = 0; bridge < other; bridge++) {
		if (vlan_of(draw, bridge) == vlan_of(draw, other))
			return true;
	}
	return false;
}

static const char *write_remap(const struct draw *draw, unsigned bridge, FILE *stream)
{
	const char *joint = "remap: {vlan: {";

	for (unsigned other = 0; other < draw->bridges; other++) {
		if (vlan_of(draw, other) == vlan_of(draw, bridge) || is_named_before(draw, other))
			continue;
		fprintf(stream, "%s%u: %u", joint, vlan_of(draw, other), vlan_of(draw, bridge));
		joint = ", ";
	}
	if (joint[0] != ',')
		return "";
	fputs("}}", stream);
	return ", ";
}

static void write_lacking(unsigned lacking, FILE *stream)
{
	const char *joint = "supported: [dot1x_session";

	for (unsigned type = 0; type < DRAW_TYPES; type++) {
		if (type + 1 == lacking)
			continue;
		fprintf(stream, "%s, %s", joint, types[type]);
		joint = "";
	}
	fputs("]", stream);
}

static void write_bridge(const struct draw *draw, unsigned bridge, FILE *stream)
{
	static const char *const authorities[] = {"any-peer", "consent", "ticket"};
	const unsigned *trait = draw->trait[bridge];

	fprintf(stream, "  edge-%u: {", bridge);
	const char *joint = write_remap(draw, bridge, stream);
	if (trait[DRAW_AUTHORITY])
		fprintf(stream, "%sauthority: %s", joint, authorities[trait[DRAW_AUTHORITY]]);
	joint = trait[DRAW_AUTHORITY] ? ", " : joint;
	if (trait[DRAW_NEWER])
		fprintf(stream, "%sversions: {%s: 2}", joint, types[trait[DRAW_NEWER] - 1]);
	joint = trait[DRAW_NEWER] ? ", " : joint;
	if (trait[DRAW_LIE])
		fprintf(stream, "%slies: [%s]", joint, lies[trait[DRAW_LIE] - 1]);
	joint = trait[DRAW_LIE] ? ", " : joint;
	if (trait[DRAW_HOLDING])
		fprintf(stream, "%shold_frames: 2KiB", joint);
	joint = trait[DRAW_HOLDING] ? ", " : joint;
	if (trait[DRAW_SNOOPING])
		fprintf(stream, "%ssnoops_ports: true", joint);
	joint = trait[DRAW_SNOOPING] ? ", " : joint;
	if (trait[DRAW_SAVI])
		fprintf(stream, "%ssavi: true", joint);
	joint = trait[DRAW_SAVI] ? ", " : joint;
	if (trait[DRAW_LACKING]) {
		fputs(joint, stream);
		write_lacking(trait[DRAW_LACKING], stream);
	}
	fputs("}\n", stream);
}

static void write_fabric(const struct draw *draw, FILE *stream)
{
	fputs("bridges:\n", stream);
	for (unsigned bridge = 0; bridge < draw->bridges; bridge++)
		write_bridge(draw, bridge, stream);
	fputs("links:\n", stream);
	for (unsigned bridge = 1; bridge < draw->bridges; bridge++)
		fprintf(stream, "  - {between: [edge-%u, edge-%u], delay: 50us}\n",
			draw->above[bridge], bridge);
	fputs("stations:\n", stream);
	for (unsigned bridge = 0; bridge < draw->bridges; bridge++)
		draw_life_write_station(draw, bridge, stream);
	draw_life_write_servers(draw, stream);
}

static void write_vms(const struct draw *draw, FILE *stream)
{
	fputs("vms:\n", stream);
	for (unsigned index = 0; index < draw->vms; index++) {
		const struct draw_vm *vm = &draw->vm[index];
		const char *joint = "";
		if (vm->is_dropped)
			continue;
		fprintf(stream, "  vm%u: {station: server-%u, vlan: %u, synthetic: {", index,
			vm->bridge, vlan_of(draw, vm->bridge));
		for (unsigned type = 0; type < DRAW_TYPES; type++) {
			if (vm->entries[type] == 0)
				continue;
			fprintf(stream, "%s%s: %u", joint, types[type], vm->entries[type]);
			joint = ", ";
		}
		fputc('}', stream);
		draw_life_write_vm(vm, stream);
		fputs("}\n", stream);
	}
}

static void write_traffic(const struct draw *draw, FILE *stream)
{
	const char *section = "services:\n";

	for (unsigned index = 0; draw->has_traffic && index < draw->vms; index++) {
		if (draw->vm[index].is_dropped)
			continue;
		fprintf(stream, "%s  ping%u: {kind: echo, from: edge-%u/4, to: vm%u, rate: 20/s}\n",
			section, index, index % draw->bridges, index);
		section = "";
	}
}

static const char *const triggers[DRAW_TRIGGERS] = {"request", "notify", "notify-alone", "operator",
	"vdp"};

static void write_habits(const unsigned habit[DRAW_HABITS], FILE *stream)
{
	static const char *const hints[] = {"source", "none", "unknown"};

	if (habit[DRAW_HINT])
		fprintf(stream, ", hint: %s", hints[habit[DRAW_HINT]]);
	if (habit[DRAW_TICKET])
		fprintf(stream, ", ticket: %s", tickets[habit[DRAW_TICKET]]);
	if (habit[DRAW_ANNOUNCER])
		fprintf(stream, ", announcer: server-%u", habit[DRAW_ANNOUNCER] - 1);
	if (habit[DRAW_OPTIONAL])
		fprintf(stream, ", optional: [%s]", types[habit[DRAW_OPTIONAL] - 1]);
	if (habit[DRAW_ASKS_LATE])
		fputs(", ask: copied", stream);
	if (habit[DRAW_PRECOPY])
		fputs(", precopy: true", stream);
}

static bool is_left(const struct draw *draw, const struct draw_move *move)
{
	return !move->is_dropped && !draw->vm[move->vm].is_dropped;
}

static void write_moves(const struct draw *draw, FILE *stream)
{
	const char *section = "migrations:\n";

	for (unsigned index = 0; index < draw->moves; index++) {
		const struct draw_move *move = &draw->move[index];
		if (!is_left(draw, move))
			continue;
		fprintf(stream,
			"%s  - {name: m%u, vm: vm%u, to: server-%u, at: %ums, mode: %s, "
			"deadline: %ums",
			section, index, move->vm, move->to, move->at_ms,
			move->is_one_shot ? "one-shot" : "staged", move->deadline_ms);
		if (move->trigger != DRAW_BY_REQUEST)
			fprintf(stream, ", trigger: %s", triggers[move->trigger]);
		write_habits(move->habit, stream);
		fputs("}\n", stream);
		section = "";
	}
}

static bool moves_by_vdp(const struct draw *draw)
{
	for (unsigned index = 0; index < draw->moves; index++) {
		if (draw->move[index].trigger == DRAW_BY_VDP && is_left(draw, &draw->move[index]))
			return true;
	}
	return false;
}

/* A rate on a kind of link.  ECP stands on the order that a cable keeps (IEEE 802.1Q 6.5.3): with
 * VDP on it frames are lost, doubled and damaged, and not reordered. */
static unsigned rate_on(const struct draw *draw, unsigned rate, bool is_cable)
{
	const bool is_of_order = rate >= DRAW_RATES - 2;

	return is_cable && is_of_order && moves_by_vdp(draw) ? 0 : draw->rate_ppm[rate];
}

static bool has_noise(const struct draw *draw, bool is_cable)
{
	for (unsigned rate = 0; rate < DRAW_RATES; rate++) {
		if (rate_on(draw, rate, is_cable) != 0)
			return true;
	}
	return false;
}

/* Shares are written to a hundredth of a per cent. */
static void write_noise(const struct draw *draw, const char *link, bool is_cable, FILE *stream)
{
	static const char *const names[DRAW_RATES - 1] = {"loss", "duplicate", "corrupt",
		"reorder"};

	if (!has_noise(draw, is_cable))
		return;
	fprintf(stream, "  - {link: %s, at: 100ms, for: %ums", link, draw->heal_ms - 100);
	for (unsigned rate = 0; rate < DRAW_RATES - 1; rate++) {
		const unsigned ppm = rate_on(draw, rate, is_cable);
		if (ppm != 0)
			fprintf(stream, ", %s: %u.%02u%%", names[rate], ppm / 10000,
				ppm / 100 % 100);
	}
	if (rate_on(draw, DRAW_RATES - 2, is_cable) != 0)
		fputs(", reorder_by: 50ms", stream);
	if (rate_on(draw, DRAW_RATES - 1, is_cable) != 0)
		fprintf(stream, ", jitter: %uus", draw->rate_ppm[DRAW_RATES - 1]);
	fputs("}\n", stream);
}

static void write_noises(const struct draw *draw, FILE *stream)
{
	char link[64];

	for (unsigned bridge = 0; bridge < draw->bridges; bridge++) {
		snprintf(link, sizeof link, "server-%u", bridge);
		write_noise(draw, link, true, stream);
		if (bridge == 0)
			continue;
		snprintf(link, sizeof link, "edge-%u/edge-%u", draw->above[bridge], bridge);
		write_noise(draw, link, false, stream);
	}
}

/* From 64 kb/s, a frame in a fifth of a second, to 64 Mb/s. */
static void write_clog(const struct draw_fault *fault, FILE *stream)
{
	fprintf(stream, "rate: %ukbps, queue: %uKiB, ", 64u << fault->amount % 11,
		2u << fault->amount / 11 % 6);
}

static void write_cut(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	static const char *const ways[] = {"both", "forth", "back"};
	/* There is one link less than bridges; bridge 0 has none of its own. */
	const unsigned bridge = 1 + fault->place % (draw->bridges - 1);

	if (fault->kind == DRAW_CUT_CABLE || fault->kind == DRAW_CLOG_CABLE)
		fprintf(stream, "  - {link: server-%u, direction: %s, ", fault->place,
			ways[fault->way]);
	else
		fprintf(stream, "  - {link: edge-%u/edge-%u, direction: %s, ", draw->above[bridge],
			bridge, ways[fault->way]);
	if (fault->kind == DRAW_DELAY)
		fprintf(stream, "delay: %ums, ", fault->amount / 10);
	else if (fault->kind != DRAW_CUT && fault->kind != DRAW_CUT_CABLE)
		write_clog(fault, stream);
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
	case DRAW_CLOG:
	case DRAW_CLOG_CABLE:
	case DRAW_DELAY: write_cut(draw, fault, stream); break;
	case DRAW_CRASH_FOR_GOOD:
	case DRAW_CRASH_AT: fprintf(stream, "  - {crash: edge-%u, ", fault->place); break;
	case DRAW_CRASH_STATION_FOR_GOOD:
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
	case DRAW_CLOSE: fprintf(stream, "  - {close: edge-%u, ", fault->place); break;
	case DRAW_CLOSE_STATION: fprintf(stream, "  - {close: server-%u, ", fault->place); break;
	case DRAW_CANCEL:
	case DRAW_REVOKE:
	case DRAW_CRASH_WHEN:
	case DRAW_FAULT_KINDS: break;
	}
}

/* At the machine of the bridge that has to do with it; or at a time. */
static void write_order_time(const struct draw_fault *fault, unsigned bridge, FILE *stream)
{
	static const char *const states_of_order[] = {"SENDING", "TRACKING", "FROZEN", "COPYING",
		"STAGED", "FREEZING", "COMMITTING"};
	const unsigned state = fault->amount % 7;

	if (fault->way == 0)
		fprintf(stream, ", at: %ums}\n", fault->at_ms);
	else
		fprintf(stream, ", when: {node: edge-%u, machine: %s, state: %s}}\n", bridge,
			state < 3 ? "source" : "destination", states_of_order[state]);
}

static void write_order(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	const unsigned move = fault->amount / 7 % (draw->moves ? draw->moves : 1);
	const unsigned vm = fault->amount / 7 % draw->vms;

	if (fault->kind == DRAW_CANCEL && is_left(draw, &draw->move[move])) {
		fprintf(stream, "  - {cancel: m%u", move);
		write_order_time(fault, fault->place, stream);
	} else if (fault->kind == DRAW_REVOKE && !draw->vm[vm].is_dropped) {
		fprintf(stream, "  - {revoke: vm%u", vm);
		write_order_time(fault, fault->place, stream);
	}
}

static bool is_order(enum draw_fault_kind kind)
{
	return kind == DRAW_CANCEL || kind == DRAW_REVOKE;
}

static bool is_change(enum draw_fault_kind kind)
{
	return kind == DRAW_LIMIT || kind == DRAW_REFUSE || kind == DRAW_UNSUPPORTED ||
		kind == DRAW_ACTIVATION;
}

static void write_fault(const struct draw *draw, const struct draw_fault *fault, FILE *stream)
{
	const bool is_crash = fault->kind == DRAW_CRASH_AT || fault->kind == DRAW_CRASH_STATION;
	const bool is_lasting = is_change(fault->kind) || fault->kind >= DRAW_CRASH_FOR_GOOD;

	if (is_order(fault->kind)) {
		write_order(draw, fault, stream);
		return;
	}
	if (fault->kind == DRAW_CRASH_WHEN) {
		write_when(fault, stream);
		return;
	}
	write_fault_begin(draw, fault, stream);
	fprintf(stream, "at: %ums", fault->at_ms);
	if (!is_lasting)
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
	return has_noise(draw, false) || has_noise(draw, true) || draw_malice_is_any(draw);
}

void draw_write(const struct draw *draw, FILE *stream)
{
	fprintf(stream, "title: Seed %llu of the campaign\nseed: %llu\nduration: %ums\n",
		(unsigned long long)draw->seed, (unsigned long long)draw->seed,
		draw->heal_ms + SETTLE_MS);
	write_fabric(draw, stream);
	write_vms(draw, stream);
	write_traffic(draw, stream);
	write_moves(draw, stream);
	if (has_faults(draw))
		fputs("faults:\n", stream);
	write_noises(draw, stream);
	for (unsigned index = 0; index < draw->faults; index++) {
		if (!draw->fault[index].is_dropped)
			write_fault(draw, &draw->fault[index], stream);
	}
	draw_malice_write(draw, stream);
}
