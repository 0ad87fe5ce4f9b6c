/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the dissector uses of Wireshark, under names that hold from 4.0 to 4.6: this header alone
 * knows which version it is compiled against.
 */
#ifndef DISSECTOR_WIRESHARK_API_H
#define DISSECTOR_WIRESHARK_API_H

#include <glib.h>
#include <ws_version.h>
#include <epan/packet.h>
#include <epan/expert.h>
#include <epan/proto_data.h>

#define WIRESHARK_FROM(major, minor) \
	(WIRESHARK_VERSION_MAJOR > (major) || \
		(WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* 4.2 took indices of 0 for "not registered yet", 4.0 wants -1; both take -1. */
enum { NOT_REGISTERED = -1 };

/* What a tap is told of its packet grew an argument before 4.0, and its types changed after. */
#if WIRESHARK_FROM(4, 2)
typedef bool wireshark_bool;
#else
typedef gboolean wireshark_bool;
#endif

/* The interface that recorded a frame; 0 where the file does not tell. */
static inline guint32 recording_interface(const packet_info *pinfo)
{
	if (!pinfo->rec || !(pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID))
		return 0;
	return pinfo->rec->rec_header.packet_header.interface_id;
}

#endif
