/* SPDX-License-Identifier: MIT */
/* The rows of bridges, links and stations. */
#include "crypto/rewriter.h"
#include "scenario/row_parts.h"

static const struct key_row policy_rows[] = {
	{"vlans", VALUE_VLANS, AT(bridge, policy_vlans), SECOND(bridge, policy_vlan_count),
		.fallback = "(all)", .text = "VLANs that VMs may be in at this bridge"},
	{"refuse", VALUE_DI_SET, AT(bridge, policy_refused_types), .names = names_di_type,
		.fallback = "none", .text = "DI types that this bridge's policy forbids"},
};

static const struct key_block policy_block = {
	.name = "policy",
	.text = "What a bridge refuses with POLICY_CONFLICT.",
	ROWS(policy_rows),
};

static const struct key_row remap_rows[] = {
	{"vlan", VALUE_VLAN_MAP, AT(bridge, remap_vlans), SECOND(bridge, remap_vlan_count),
		.fallback = "{}",
		.text = "what others call a VLAN and this bridge does ({42: 142}); the rest stay"},
};

static const struct key_block remap_block = {
	.name = "remap",
	.text = "What is called otherwise at this bridge. DI that comes here is mapped when "
		"it goes into force (DIMP 8.0-7). A VM keeps its vlan on every cable: the "
		"bridge's ports translate. policy names VLANs as other bridges do. Two that "
		"become one here are POLICY_CONFLICT when two entries become one.",
	ROWS(remap_rows),
};

static const struct key_row bridge_rows[] = {
	{"ports", VALUE_COUNT, AT(bridge, ports), .least = 1, .most = 1024, .fallback = "8",
		.text = "ports for stations and hosts, numbered from 1; links have their own"},
	{"acl_template", VALUE_TEMPLATE, AT(bridge, acl_template), .most = SCENARIO_NAME_MAX,
		.names = names_acl_template, .fallback = "none",
		.text = "ACL that a VM gets when it authenticates"},
	{"limits", VALUE_DI_COUNTS, AT(bridge, limits), .fallback = "(no limit)",
		.text = "most entries of a DI type, over all VMs"},
	{"entries", VALUE_COUNT, AT(bridge, entries_max), .fallback = "(4096)",
		.text = "most DI entries over all types"},
	{"migrations", VALUE_COUNT, AT(bridge, migrations_max), .least = 1,
		.fallback = "(as many as there are)",
		.text = "requests that it keeps at a time, those that ended included"},
	{"supported", VALUE_DI_SET, AT(bridge, supported_types), .names = names_di_type,
		.fallback = "all", .text = "DI types this bridge knows"},
	{"versions", VALUE_DI_COUNTS, AT(bridge, versions), .least = 1, .most = 255,
		.fallback = "(1)",
		.text = "of the DI records that it sends: of a newer release than the others"},
	{"lies", VALUE_SET, AT(bridge, lies), .names = names_lie, .fallback = "none",
		.text = rewriter_lies_text},
	{"policy", VALUE_BLOCK, .block = &policy_block, .fallback = "(allows all)",
		.text = "what it refuses"},
	{"querier", VALUE_FLAG, AT(bridge, is_querier), .fallback = "false",
		.text = "asks VMs that leave a multicast group or a source of it whether anybody "
			"is left"},
	{"query_interval", VALUE_DURATION, AT(bridge, query_interval_us), .fallback = "0",
		.text = "a querier also asks about all groups, so often, while no querier with a "
			"lower address does; 0: it does not"},
	{"query_address", VALUE_IP, AT(bridge, query_address), .fallback = "(0.0.0.0)",
		.text = "from which it asks in IGMP; without one no other querier yields to it"},
	{"snoops_ports", VALUE_FLAG, AT(bridge, is_snooping_ports), .fallback = "false",
		.text = "groups go to other bridges and hosts only where members or routers are, "
			"too, and it reports for VMs that come"},
	{"floods_unregistered", VALUE_FLAG, AT(bridge, floods_unregistered), .fallback = "false",
		.text = "then groups that nobody has joined go to all of these, not to routers "
			"alone"},
	{"savi", VALUE_FLAG, AT(bridge, is_discovery_binding), .fallback = "false",
		.text = "binds IPv6 addresses of its VMs by neighbour discovery (RFC 6620), and "
			"holds them to these and to what DHCPv6 gave"},
	{"ra_guard", VALUE_FLAG, AT(bridge, is_router_guarding), .fallback = "false",
		.text = "lets router advertisements and redirects in from trusted ports only "
			"(RFC 6105), whether or not a VM is guarded"},
	{"arp_rate", VALUE_COUNT, AT(bridge, arp_rate), .least = 0, .most = 1000000,
		.fallback = "0",
		.text = "ARP frames a second that a port of servers, or one that is not trusted, "
			"may send; what is over it is dropped; 0: no limit"},
	{"relay_information", VALUE_FLAG, AT(bridge, is_relay_agent), .fallback = "false",
		.text = "tells DHCP servers by option 82 (RFC 3046) at which port and VLAN of it a "
			"VM asks, and takes that out of their answers"},
	{"fails_activation", VALUE_FLAG, AT(bridge, fails_activation), .fallback = "false",
		.text = "its hardware cannot put DI into force"},
	{"authority", VALUE_CHOICE, AT(bridge, authority), .names = names_authority,
		.fallback = "any-peer",
		.text = "whom it hands DI to: any bridge; the one that the old station announced; "
			"the one that the VSI manager's ticket names"},
	{"hold_frames", VALUE_SIZE, AT(bridge, hold_octets), .most = 1u << 30, .fallback = "0",
		.text = "frames that arrive for a VM on its way here wait for its DI, up to so "
			"many octets over all VMs; 0: they are dropped"},
	{"hold_frames_most", VALUE_COUNT, AT(bridge, hold_frames), .least = 1, .most = 1000000,
		.fallback = "1024", .text = "and up to so many frames"},
	{"remap", VALUE_BLOCK, .block = &remap_block, .fallback = "(as elsewhere)",
		.text = "VLANs of another number here"},
	{"count", VALUE_LATER, .text = "several alike"},
};

const struct key_block bridge_block = {
	.name = "bridges",
	.text = "Edge bridges. The key is the name.",
	ROWS(bridge_rows),
};

static const struct key_row link_rows[] = {
	{"between", VALUE_ENDS, AT(link, bridges), .is_required = true,
		.text = "two bridges, as in [edge-a, edge-b]: the link is called edge-a/edge-b"},
#define LINK_KEY(key, of_kind, member, value, what) \
	{key, of_kind, AT(link, config.member), .fallback = value, .text = what},
#include "scenario/link_keys.def"
#undef LINK_KEY
};

const struct key_block link_block = {
	.name = "links",
	.text = "Links between bridges; they make a tree. Both directions are alike.",
	ROWS(link_rows),
};

#define ON_REASON(reason, what) \
	{ \
#reason, VALUE_CHOICE, AT(station, on_reason[DIMP_REASON_##reason]), \
			.names = names_on_reason, .fallback = "as-advised", \
			.text = what ": what follows, whatever is advised" \
	}

static const struct key_row on_fail_rows[] = {
	{"RETRY", VALUE_COUNT, AT(station, retries), .most = 1000, .fallback = "0",
		.text = "how often it tries again where that is advised"},
	{"CONTINUE_AT_RISK", VALUE_CHOICE, AT(station, on_risk), .names = names_on_risk,
		.fallback = "stop",
		.text = "whether it goes on at risk where that is advised, retries being used up"},
	{"wait", VALUE_DURATION, AT(station, retry_us), .fallback = "100ms",
		.text = "before it tries again"},
	ON_REASON(RESOURCE_LIMITED, "no room for the DI"),
	ON_REASON(TRANSFER_FAILED, "the DI did not arrive"),
	ON_REASON(INVALID_DI, "DI that the bridge does not understand"),
	ON_REASON(POLICY_CONFLICT, "DI that its policy forbids"),
	{"elsewhere", VALUE_REFERENCE, AT(station, elsewhere), .thing = THING_STATION,
		.fallback = "(none)",
		.text = "the station to which a VM that still runs goes then, once a move"},
};

static const struct key_block on_fail_block = {
	.name = "on_fail",
	.text = "What a station does on each advice of a FAIL, and on each reason. STOP is always "
		"obeyed: the VM goes on at its old station, or elsewhere.",
	ROWS(on_fail_rows),
};

static const struct key_row announcing_rows[] = {
	{"rounds", VALUE_COUNT, AT(station, announcing.rounds), .most = 1000, .fallback = "1",
		.text = "how often; QEMU: 5. The first round is at once"},
	{"initial", VALUE_DURATION, AT(station, announcing.initial_us), .fallback = "50ms",
		.text = "from the first round to the second"},
	{"step", VALUE_DURATION, AT(station, announcing.step_us), .fallback = "100ms",
		.text = "by which each later round is further away"},
	{"max", VALUE_DURATION, AT(station, announcing.longest_us), .fallback = "550ms",
		.text = "between two rounds at most"},
};

static const struct key_block announcing_block = {
	.name = "announce",
	.text = "When a station announces a VM that runs there now; the defaults but for rounds "
		"are QEMU's.",
	ROWS(announcing_rows),
};

static const struct key_row station_rows[] = {
	{"bridge", VALUE_REFERENCE, AT(station, bridge), .thing = THING_BRIDGE, .is_required = true,
		.text = "the edge bridge it hangs on"},
	{"port", VALUE_COUNT, AT(station, port), .least = 1, .is_required = true,
		.text = "and the port there"},
	{"fast_leave", VALUE_FLAG, AT(station, is_fast_leave), .fallback = "false",
		.text = "who leaves a multicast group there leaves it for all behind the port: "
			"nobody is asked"},
	{"on_fail", VALUE_BLOCK, .block = &on_fail_block, .fallback = "(stops)",
		.text = "what it does when a migration fails"},
	{"vdp_reserves", VALUE_FLAG, AT(station, reserves_by_vdp), .fallback = "false",
		.text = "whether it pre-associates with resource reservation where it speaks VDP"},
	{"parallel", VALUE_COUNT, AT(station, parallel), .most = 4096, .fallback = "0",
		.text = "VMs that leave it at a time, the others wait; 0: no bound"},
	{"traffic", VALUE_RATE, AT(station, traffic_bps), .fallback = "0",
		.text = "other traffic on its cable, each way, that VMs' memories leave room for"},
	{"announces", VALUE_SET, AT(station, announcing.kinds), .names = names_announcement,
		.fallback = "[rarp, garp]",
		.text = "how it tells the network of a VM that runs there now: RARP of the "
			"hypervisor, past the guest; gratuitous ARP, or unsolicited neighbor "
			"advertisements, of the guest; none: the VM's next frame does"},
	{"announce", VALUE_BLOCK, .block = &announcing_block, .fallback = "(once)",
		.text = "when it does so"},
	{"workarounds", VALUE_SET, AT(station, workarounds), .names = names_workaround,
		.fallback = "none",
		.text = "what it does for a VM that runs there now, as servers do that know no "
			"DIMP: gives it general queries of IGMP and MLD; has its clients renew "
			"their leases, or authenticate again"},
#define LINK_KEY(key, of_kind, member, value, what) \
	{key, of_kind, AT(station, config.member), .fallback = value, .text = what},
#include "scenario/link_keys.def"
#undef LINK_KEY
};

const struct key_block station_block = {
	.name = "stations",
	.text = "Servers with their hypervisors. The key is the name; rate and what follows it "
		"describe the cable to the bridge.",
	ROWS(station_rows),
};
