/* SPDX-License-Identifier: MIT */
/*
 * 802.1X as scenarios have it: the supplicant of a VM, an authenticator for it at every bridge, and
 * the RADIUS server that all of them ask.
 */
#include "scenario/world_state.h"

#include <stdlib.h>
#include <string.h>

#include "actors/eap_client.h"
#include "actors/radius_server.h"

enum { FIRST_PORT = 49152, BRIDGE_HOST = 100, SERVER_HOST = 3 };

static struct dimp_view view_of(const char *text)
{
	return (struct dimp_view){(const uint8_t *)text, strlen(text)};
}

/* ---- the supplicant ---- */

static void run(void *client, struct dimp_time now)
{
	eap_client_resume(client, now);
}

static void pause(void *client, struct dimp_time now)
{
	(void)now;
	eap_client_pause(client);
}

/* A hypervisor can take the guest's link down and up again: the supplicant starts anew. */
static void prompt(void *client, enum client_prompt what, struct dimp_time now)
{
	if (what == CLIENT_REAUTHENTICATE)
		eap_client_restart(client, now);
}

static void destroy(void *client)
{
	eap_client_destroy(client);
}

static bool build_supplicant(struct world *world, struct world_vm *vm)
{
	static const struct client_actions actions = {run, pause, prompt, destroy};
	const struct scenario_dot1x_client *const scenario = &vm->scenario->dot1x;
	const bool is_named = scenario->identity[0] != '\0';
	const struct client client = {&actions,
		eap_client_create(&(struct eap_client_config){
			.engine = world->engine,
			.machine = vm->machine,
			.identity = view_of(is_named ? scenario->identity : vm->scenario->name),
			.password = view_of(scenario->password),
			.logoff_at_us = scenario->logoff_at_us,
		})};

	return world_clients_add(world, vm, &client);
}

/* ---- the authenticators ---- */

static const struct scenario_server *find_server(const struct world *world)
{
	for (size_t each = 0; each < world->scenario->server_count; each++)
		if (world->scenario->servers[each].kind == SCENARIO_SERVER_RADIUS)
			return &world->scenario->servers[each];
	return NULL;
}

static void fill_authenticator(const struct world *world, const struct world_vm *vm, size_t bridge,
	const struct scenario_server *server)
{
	struct authenticator_config *const config = &vm->authenticators[bridge];
	const uint8_t last = (uint8_t)(BRIDGE_HOST + bridge % BRIDGE_HOST);

	config->bridge = *edge_bridge_address(world->bridges[bridge].bridge);
	config->bridge_address = edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, last});
	config->server_address = world_server_address(server, SERVER_HOST);
	config->secret.size = strlen(server->radius.secret);
	memcpy(config->secret.octets, server->radius.secret, config->secret.size);
	config->port = (uint16_t)(FIRST_PORT + vm->slot % (UINT16_MAX - FIRST_PORT));
	config->quiet_us = server->radius.quiet_us;
}

void world_dot1x_give(const struct world *world, const struct world_vm *vm, size_t bridge)
{
	if (vm->authenticators)
		di_learner_set_authenticator(world->bridges[bridge].learner, vm->slot,
			&vm->authenticators[bridge]);
}

bool world_dot1x_build(struct world *world, struct world_vm *vm)
{
	const size_t bridges = world->scenario->bridge_count;
	const struct scenario_server *const server = find_server(world);

	if (!server)
		return world_fail(world, "vm %s runs dot1x: expected a radius server",
			vm->scenario->name);
	struct network_host *const host = world_host_at(world, server->bridge, server->port);
	if (!host)
		return false;
	vm->authenticators = calloc(bridges + 1, sizeof *vm->authenticators);
	if (!vm->authenticators)
		return world_fail(world, "vm %s: no memory", vm->scenario->name);
	for (size_t bridge = 0; bridge < bridges; bridge++) {
		vm->authenticators[bridge].server = *network_host_mac(host);
		fill_authenticator(world, vm, bridge, server);
		world_dot1x_give(world, vm, bridge);
	}
	return build_supplicant(world, vm);
}

void world_dot1x_destroy(struct world_vm *vm)
{
	free(vm->authenticators);
}

/* ---- the server ---- */

/* What is done to those of one account at an instant. */
struct demand {
	struct radius_server *radius;
	const struct radius_account *account;
};

struct server {
	struct radius_server *radius;
	struct radius_accounts accounts;
	struct demand demands[RADIUS_ACCOUNTS_MAX];
};

/* "RULE; RULE". */
static bool split_rules(const char *text, struct radius_grant_given *grant)
{
	while (*text != '\0') {
		text += strspn(text, "; ");
		const size_t size = strcspn(text, ";");
		if (size == 0)
			return true;
		if (grant->rule_count == RADIUS_RULES_MAX || size >= RADIUS_TEXT_MAX)
			return false;
		char *const rule = grant->rules[grant->rule_count++];
		memcpy(rule, text, size);
		rule[size] = '\0';
		text += size;
	}
	return true;
}

static void disconnect(void *context, struct dimp_time now)
{
	const struct demand *const demand = context;

	(void)now;
	radius_server_disconnect(demand->radius, demand->account);
}

static void change(void *context, struct dimp_time now)
{
	const struct demand *const demand = context;

	(void)now;
	radius_server_change(demand->radius, demand->account);
}

static bool fill_grant(const struct scenario_radius_grant *scenario,
	struct radius_grant_given *grant)
{
	grant->session_s = (uint32_t)(scenario->session_us / 1000000);
	grant->is_asked_again = scenario->is_reauthenticating;
	grant->vlan = scenario->vlan;
	memcpy(grant->filter, scenario->filter, sizeof grant->filter);
	memcpy(grant->class, scenario->class, sizeof grant->class);
	return split_rules(scenario->rules, grant);
}

/* The scenario's account number |each|: 0 is that of the others. */
static const struct scenario_radius_account *scenario_account(
	const struct scenario_radius_server *scenario, size_t each)
{
	return each == 0 ? &scenario->others : &scenario->users[each - 1].account;
}

static bool fill_accounts(const struct scenario_radius_server *scenario,
	struct radius_accounts *accounts)
{
	accounts->count = scenario->user_count + 1;
	for (size_t each = 0; each < accounts->count; each++) {
		const struct scenario_radius_account *const from = scenario_account(scenario, each);
		struct radius_account *const to = &accounts->items[each];

		if (each != 0)
			memcpy(to->name, scenario->users[each - 1].name,
				sizeof scenario->users[each - 1].name);
		to->password = view_of(from->password);
		to->is_single_login = from->is_single_login;
		to->is_change_asking = from->change.is_asking;
		if (!fill_grant(&from->grant, &to->grant) ||
			!fill_grant(&from->change.grant, &to->change))
			return false;
	}
	return true;
}

static void plan(const struct world *world, const struct scenario_radius_server *scenario,
	struct server *server)
{
	for (size_t each = 0; each < server->accounts.count; each++) {
		const struct scenario_radius_account *const account =
			scenario_account(scenario, each);

		server->demands[each] =
			(struct demand){server->radius, &server->accounts.items[each]};
		if (account->disconnect_at_us != 0)
			engine_schedule(world->engine,
				(struct dimp_time){account->disconnect_at_us}, disconnect,
				&server->demands[each]);
		if (account->is_changed)
			engine_schedule(world->engine, (struct dimp_time){account->change.at_us},
				change, &server->demands[each]);
	}
}

void *world_radius_server_make(struct world *world, const struct world_server *server)
{
	const struct scenario_radius_server *const scenario = &server->scenario->radius;
	struct server *const made = calloc(1, sizeof *made);

	if (!made)
		return NULL;
	if (fill_accounts(scenario, &made->accounts))
		made->radius = radius_server_create(&(struct radius_server_config){
			.host = server->host,
			.address = world_server_address(server->scenario, SERVER_HOST),
			.secret = view_of(scenario->secret),
			.accounts = &made->accounts,
		});
	if (!made->radius) {
		free(made);
		return NULL;
	}
	plan(world, scenario, made);
	return made;
}

void world_radius_server_destroy(void *server)
{
	struct server *const made = server;

	radius_server_destroy(made->radius);
	free(made);
}
