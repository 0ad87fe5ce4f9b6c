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
#include <wiretap/wtap.h>

#define WIRESHARK_FROM(major, minor) \
	(WIRESHARK_VERSION_MAJOR > (major) || \
		(WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* 4.2 took indices of 0 for "not registered yet", 4.0 wants -1; both take -1. */
enum { NOT_REGISTERED = -1 };

/* GLib's boolean became C's. */
#if WIRESHARK_FROM(4, 4)
#define READ_OCTET tvb_get_uint8
typedef bool wireshark_bool;
#else
#define READ_OCTET tvb_get_guint8
typedef gboolean wireshark_bool;
#endif

/* One octet; its reader was renamed. */
static inline guint8 octet_at(tvbuff_t *tvb, int offset)
{
	return READ_OCTET(tvb, offset);
}

/* The interface that recorded a frame; 0 where the file does not tell. */
static inline guint32 recording_interface(const packet_info *pinfo)
{
	if (!pinfo->rec || !(pinfo->rec->presence_flags & WTAP_HAS_INTERFACE_ID))
		return 0;
	return pinfo->rec->rec_header.packet_header.interface_id;
}

#endif
