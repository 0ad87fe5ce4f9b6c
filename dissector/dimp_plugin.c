/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns what Wireshark looks for in a plugin: the version it was built for, and how to register it.
 */
#include <ws_symbol_export.h>

#include "dimp_protocol.h"
#include "wireshark_api.h"

WS_DLL_PUBLIC const char plugin_version[];
WS_DLL_PUBLIC const int plugin_want_major;
WS_DLL_PUBLIC const int plugin_want_minor;
WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC guint32 plugin_describe(void);

const char plugin_version[] = "1.0";
const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

void plugin_register(void)
{
	static const proto_plugin dimp = {
		.register_protoinfo = dimp_protocol_register,
		.register_handoff = dimp_protocol_hand_off,
	};

	proto_register_plugin(&dimp);
}

/* Asked from 4.2 on: this plugin dissects, which is bit 0. */
guint32 plugin_describe(void)
{
	return 1;
}
