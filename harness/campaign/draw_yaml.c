/* SPDX-License-Identifier: MIT */
/*
 * A draw as a scenario: the same text is run, shown and kept.  All faults end at the same time, and
 * peace follows for three times as long as DI is held.
 */
#include "campaign/draw.h"
#include "campaign/draw_life.h"
#include "campaign/draw_malice.h"
#include "campaign/draw_trouble.h"

enum { SETTLE_MS = 90000 };

const char *const draw_types[DRAW_TYPES] = {"dhcp_binding", "multicast_membership", "dynamic_acl",
	"macsec_sa", "traffic_counters", "policer", "dhcpv6_binding", "arp_entry",
	"portal_session"};

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
		fprintf(stream, "%s, %s", joint, draw_types[type]);
		joint = "";
	}
	fputs("]", stream);
}

/* What its own VMs have at the beginning: a bridge has room for that. */
static unsigned entries_at(const struct draw *draw, unsigned bridge)
{
	unsigned entries = 0;

	for (unsigned index = 0; index < draw->vms; index++) {
		for (unsigned type = 0; type < DRAW_TYPES; type++)
			entries += draw->vm[index].bridge == bridge ? draw->vm[index].entries[type]
								    : 0;
	}
	return entries;
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
		fprintf(stream, "%sversions: {%s: 2}", joint, draw_types[trait[DRAW_NEWER] - 1]);
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
	if (trait[DRAW_FEW_ENTRIES])
		fprintf(stream, "%sentries: %u", joint,
			entries_at(draw, bridge) + 10 * trait[DRAW_FEW_ENTRIES]);
	joint = trait[DRAW_FEW_ENTRIES] ? ", " : joint;
	if (trait[DRAW_FEW_MIGRATIONS])
		fprintf(stream, "%smigrations: %u", joint, 1 + trait[DRAW_FEW_MIGRATIONS]);
	joint = trait[DRAW_FEW_MIGRATIONS] ? ", " : joint;
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
			fprintf(stream, "%s%s: %u", joint, draw_types[type], vm->entries[type]);
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
		fprintf(stream, ", optional: [%s]", draw_types[habit[DRAW_OPTIONAL] - 1]);
	if (habit[DRAW_ASKS_LATE])
		fputs(", ask: copied", stream);
	if (habit[DRAW_PRECOPY])
		fputs(", precopy: true", stream);
}

bool draw_has_move(const struct draw *draw, const struct draw_move *move)
{
	return !move->is_dropped && !draw->vm[move->vm].is_dropped;
}

/* What it is to the VM's last one before it. */
static const char *relation_of(const struct draw *draw, unsigned index)
{
	const struct draw_move *move = &draw->move[index];
	const struct draw_move *earlier = NULL;
	bool is_back = draw->vm[move->vm].bridge == move->to;

	for (unsigned each = 0; each < index; each++) {
		if (draw->move[each].vm != move->vm || !draw_has_move(draw, &draw->move[each]))
			continue;
		earlier = &draw->move[each];
		is_back = is_back || (each + 1 < index && earlier->to == move->to);
	}
	if (!earlier)
		return "";
	if (move->tie.state == 0 && move->at_ms - earlier->at_ms <= DRAW_RACE_MS)
		return is_back ? " # races, and leads back" : " # races";
	return is_back ? " # back" : " # and on";
}

static void write_moves(const struct draw *draw, FILE *stream)
{
	const char *section = "migrations:\n";

	for (unsigned index = 0; index < draw->moves; index++) {
		const struct draw_move *move = &draw->move[index];
		if (!draw_has_move(draw, move))
			continue;
		fprintf(stream,
			"%s  - {name: m%u, vm: vm%u, to: server-%u, at: %ums, mode: %s, "
			"deadline: %ums",
			section, index, move->vm, move->to, move->at_ms,
			move->is_one_shot ? "one-shot" : "staged", move->deadline_ms);
		if (move->trigger != DRAW_BY_REQUEST)
			fprintf(stream, ", trigger: %s", triggers[move->trigger]);
		write_habits(move->habit, stream);
		draw_trouble_write_tie(&move->tie, stream);
		fprintf(stream, "}%s\n", relation_of(draw, index));
		section = "";
	}
}

static bool moves_by_vdp(const struct draw *draw)
{
	for (unsigned index = 0; index < draw->moves; index++) {
		if (draw->move[index].trigger == DRAW_BY_VDP &&
			draw_has_move(draw, &draw->move[index]))
			return true;
	}
	return false;
}

/* A rate on a kind of link.  ECP stands on the order that a cable keeps (IEEE 802.1Q 6.5.3), and a
 * VDP TLV on the frame's check sequence: with VDP on it frames are lost and doubled, not reordered
 * nor damaged and let through all the same. */
static unsigned rate_on(const struct draw *draw, unsigned rate, bool is_cable)
{
	const bool is_spared = rate >= DRAW_RATES - 3;

	return is_cable && is_spared && moves_by_vdp(draw) ? 0 : draw->rate_ppm[rate];
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

static bool has_faults(const struct draw *draw)
{
	return has_noise(draw, false) || has_noise(draw, true) || draw_trouble_is_any(draw) ||
		draw_malice_is_any(draw);
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
	draw_trouble_write(draw, stream);
	draw_malice_write(draw, stream);
}
