/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the attributes of an Access-Accept: what is granted becomes a list of entries that
 * another bridge would take, and goes with the session.
 */
#include "fuzz/record_judge.h"
#include "sources/granted_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

static const struct dimp_mac vm = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};

static void fill_list(const struct radius_grant *grant)
{
	struct di_store *const store = di_store_create();
	struct source_counters counters = {.frames = 0};
	const struct source_place place = {.store = store, .vm = vm, .counters = &counters};
	const struct dimp_record session = {.type = DIMP_DI_DOT1X_SESSION,
		.body.dot1x_session = {.client = vm}};
	const struct address_list own = {
		.addresses = {{{[10] = 0xff, 0xff, 10, 0, 0, 9}}, {{0x20, 1, 0xd, 0xb8, [15] = 9}}},
		.count = 2};
	const struct dimp_time now = {1000000};
	struct granted_list list;

	require(store != NULL);
	di_store_set_observer(store, record_judge, NULL);
	require(di_store_put(store, 0, &session, now));
	granted_list_init(&list);
	require(granted_list_take(&list, grant));
	granted_list_refresh(&list, &own, &place, now);
	require(counters.malformed == 0);
	require(granted_list_is_used(&list, &place) == (grant->list != RADIUS_GRANT_NO_LIST));
	granted_list_withdraw(&list, &place, now);
	require(di_store_count(store, 0, DIMP_DI_DYNAMIC_ACL) == 0);
	granted_list_free(&list);
	di_store_destroy(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	static struct radius_grant grant;
	const struct radius_packet packet = {.code = RADIUS_ACCESS_ACCEPT,
		.attributes = {octets, size}};

	if (radius_grant_read(&packet, &grant))
		fill_list(&grant);
	return 0;
}
