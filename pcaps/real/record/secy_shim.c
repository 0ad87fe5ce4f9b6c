/*
 * A SecY for wpa_supplicant where the kernel has none. Preloaded into `wpa_supplicant -D
 * macsec_linux`, it answers the "macsec" generic netlink family and the macsec link type itself, so
 * that the MKA state machines run unchanged, and appends each SecY call, keys included, as one line
 * of JSON to $SECY_LOG. The interface named $SECY_INTERFACE is given out as the controlled port;
 * secy_dataplane.py serves it from that log.
 *
 * Nothing here decides: keys, association numbers and the moment of use are wpa_supplicant's.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <endian.h>
#include <inttypes.h>
#include <linux/if_macsec.h>
#include <net/if.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <netlink/route/link.h>
#include <netlink/route/link/macsec.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A family number the kernel does not hand out; requests to it never leave the process. */
#define SECY_FAMILY 0x7ffe
#define SECY_SOCKETS_MAX 8

/* Sockets that carried a request to the family: no answer will come for them to wait for. */
static struct nl_sock *secy_sockets[SECY_SOCKETS_MAX];
static size_t secy_sockets_count;

/*
 * The function that this one hides. dlsym() returns an object pointer, which C11 does not convert
 * to a function's: it is copied.
 */
#define HIDDEN(function, pointer) \
	do { \
		void *symbol = dlsym(RTLD_NEXT, #function); \
		memcpy(&(pointer), &symbol, sizeof(symbol)); \
	} while (0)

static const char *controlled_port_name(void)
{
	const char *name = getenv("SECY_INTERFACE");

	return name ? name : "ms0";
}

/* Begins a line of the log; the caller adds members and the end. */
static FILE *log_call(const char *call)
{
	static FILE *file;
	struct timespec now;

	if (!file) {
		const char *path = getenv("SECY_LOG");

		file = path ? fopen(path, "a") : NULL;
		if (!file)
			file = stderr;
		setlinebuf(file);
	}
	clock_gettime(CLOCK_REALTIME, &now);
	fprintf(file, "{\"t\":%jd.%06ld,\"op\":\"%s\"", (intmax_t)now.tv_sec, now.tv_nsec / 1000,
		call);
	return file;
}

static void log_octets(FILE *file, const char *name, struct nlattr *attribute)
{
	if (!attribute)
		return;
	const unsigned char *octets = nla_data(attribute);
	const int size = nla_len(attribute);

	fprintf(file, ",\"%s\":\"", name);
	for (int i = 0; i < size; i++)
		fprintf(file, "%02x", octets[i]);
	fprintf(file, "\"");
}

static bool is_macsec_link(struct rtnl_link *link)
{
	const char *type = link ? rtnl_link_get_type(link) : NULL;

	return type && strcmp(type, "macsec") == 0;
}

static bool is_controlled_port(struct rtnl_link *link)
{
	const char *name = link ? rtnl_link_get_name(link) : NULL;

	return name && strcmp(name, controlled_port_name()) == 0;
}

int genl_ctrl_resolve(struct nl_sock *socket, const char *name)
{
	int (*hidden)(struct nl_sock *, const char *);

	if (strcmp(name, "macsec") == 0)
		return SECY_FAMILY;
	HIDDEN(genl_ctrl_resolve, hidden);
	return hidden(socket, name);
}

/* Creation and each change of the SecY's own parameters come as a link of type macsec. */
int rtnl_link_add(struct nl_sock *socket, struct rtnl_link *link, int flags)
{
	int (*hidden)(struct nl_sock *, struct rtnl_link *, int);
	uint64_t sci = 0;
	uint32_t window = 0;
	uint8_t encrypt = 0, protect = 0, replay_protect = 0, association = 0;

	if (!is_macsec_link(link)) {
		HIDDEN(rtnl_link_add, hidden);
		return hidden(socket, link, flags);
	}
	FILE *file = log_call(flags & NLM_F_CREATE ? "create" : "config");

	if (rtnl_link_macsec_get_sci(link, &sci) == 0)
		fprintf(file, ",\"sci\":\"%016" PRIx64 "\"", be64toh(sci));
	rtnl_link_macsec_get_encrypt(link, &encrypt);
	rtnl_link_macsec_get_protect(link, &protect);
	rtnl_link_macsec_get_replay_protect(link, &replay_protect);
	fprintf(file, ",\"encrypt\":%u,\"protect\":%u,\"replay_protect\":%u", encrypt, protect,
		replay_protect);
	if (rtnl_link_macsec_get_window(link, &window) == 0)
		fprintf(file, ",\"window\":%" PRIu32, window);
	if (rtnl_link_macsec_get_encoding_sa(link, &association) == 0)
		fprintf(file, ",\"encoding_sa\":%u", association);
	fprintf(file, "}\n");
	return 0;
}

/* The data plane follows the log, so the kernel need not hear of the controlled port. */
int rtnl_link_change(struct nl_sock *socket, struct rtnl_link *old, struct rtnl_link *changes,
	int flags)
{
	int (*hidden)(struct nl_sock *, struct rtnl_link *, struct rtnl_link *, int);

	if (!is_controlled_port(changes)) {
		HIDDEN(rtnl_link_change, hidden);
		return hidden(socket, old, changes, flags);
	}
	const bool is_up = rtnl_link_get_flags(changes) & IFF_UP;

	fprintf(log_call("controlled_port"), ",\"up\":%d}\n", is_up);
	return 0;
}

int rtnl_link_delete(struct nl_sock *socket, const struct rtnl_link *link)
{
	int (*hidden)(struct nl_sock *, const struct rtnl_link *);

	/* libnl's getters take no const; they only read. */
	if (!is_controlled_port((struct rtnl_link *)(uintptr_t)link)) {
		HIDDEN(rtnl_link_delete, hidden);
		return hidden(socket, link);
	}
	fprintf(log_call("delete"), "}\n");
	return 0;
}

/* wpa_supplicant looks for the link it has just created. */
struct nl_object *nl_cache_find(struct nl_cache *cache, struct nl_object *wanted)
{
	struct nl_object *(*hidden)(struct nl_cache *, struct nl_object *);
	const char *type = nl_object_get_type(wanted);

	if (!type || strcmp(type, "route/link") != 0 ||
		!is_macsec_link((struct rtnl_link *)wanted)) {
		HIDDEN(nl_cache_find, hidden);
		return hidden(cache, wanted);
	}
	struct rtnl_link *link = rtnl_link_macsec_alloc();

	if (!link)
		return NULL;
	rtnl_link_set_name(link, controlled_port_name());
	rtnl_link_set_ifindex(link, (int)if_nametoindex(controlled_port_name()));
	return (struct nl_object *)link;
}

static const char *command_name(uint8_t command)
{
	static const char *const names[] = {
		[MACSEC_CMD_GET_TXSC] = "get_txsc",
		[MACSEC_CMD_ADD_RXSC] = "add_rxsc",
		[MACSEC_CMD_DEL_RXSC] = "del_rxsc",
		[MACSEC_CMD_UPD_RXSC] = "upd_rxsc",
		[MACSEC_CMD_ADD_TXSA] = "add_txsa",
		[MACSEC_CMD_DEL_TXSA] = "del_txsa",
		[MACSEC_CMD_UPD_TXSA] = "upd_txsa",
		[MACSEC_CMD_ADD_RXSA] = "add_rxsa",
		[MACSEC_CMD_DEL_RXSA] = "del_rxsa",
		[MACSEC_CMD_UPD_RXSA] = "upd_rxsa",
	};

	return command < sizeof(names) / sizeof(names[0]) ? names[command] : "unknown";
}

static void log_receive_channel(FILE *file, struct nlattr *nested)
{
	struct nlattr *members[MACSEC_RXSC_ATTR_MAX + 1];

	if (!nested || nla_parse_nested(members, MACSEC_RXSC_ATTR_MAX, nested, NULL) != 0)
		return;
	log_octets(file, "rx_sci", members[MACSEC_RXSC_ATTR_SCI]);
}

static void log_association(FILE *file, struct nlattr *nested)
{
	struct nlattr *members[MACSEC_SA_ATTR_MAX + 1];

	if (!nested || nla_parse_nested(members, MACSEC_SA_ATTR_MAX, nested, NULL) != 0)
		return;
	if (members[MACSEC_SA_ATTR_AN])
		fprintf(file, ",\"an\":%u", nla_get_u8(members[MACSEC_SA_ATTR_AN]));
	if (members[MACSEC_SA_ATTR_ACTIVE])
		fprintf(file, ",\"active\":%u", nla_get_u8(members[MACSEC_SA_ATTR_ACTIVE]));
	if (members[MACSEC_SA_ATTR_PN])
		fprintf(file, ",\"pn\":%" PRIu32, nla_get_u32(members[MACSEC_SA_ATTR_PN]));
	log_octets(file, "key", members[MACSEC_SA_ATTR_KEY]);
	log_octets(file, "keyid", members[MACSEC_SA_ATTR_KEYID]);
}

static void log_request(struct nlmsghdr *header)
{
	const struct genlmsghdr *request = nlmsg_data(header);
	struct nlattr *members[MACSEC_ATTR_MAX + 1];

	/* The packet number is polled twice a second; that would drown the log. */
	if (request->cmd == MACSEC_CMD_GET_TXSC)
		return;
	FILE *file = log_call(command_name(request->cmd));

	if (nla_parse(members, MACSEC_ATTR_MAX, genlmsg_attrdata(request, 0),
		    genlmsg_attrlen(request, 0), NULL) == 0) {
		log_receive_channel(file, members[MACSEC_ATTR_RXSC_CONFIG]);
		log_association(file, members[MACSEC_ATTR_SA_CONFIG]);
	}
	fprintf(file, "}\n");
}

static bool is_secy_socket(const struct nl_sock *socket)
{
	for (size_t i = 0; i < secy_sockets_count; i++)
		if (secy_sockets[i] == socket)
			return true;
	return false;
}

int nl_send_auto_complete(struct nl_sock *socket, struct nl_msg *message)
{
	int (*hidden)(struct nl_sock *, struct nl_msg *);
	struct nlmsghdr *header = nlmsg_hdr(message);

	if (header->nlmsg_type != SECY_FAMILY) {
		HIDDEN(nl_send_auto_complete, hidden);
		return hidden(socket, message);
	}
	if (!is_secy_socket(socket) && secy_sockets_count < SECY_SOCKETS_MAX)
		secy_sockets[secy_sockets_count++] = socket;
	log_request(header);
	return 0;
}

int nl_recvmsgs_default(struct nl_sock *socket)
{
	int (*hidden)(struct nl_sock *);

	if (is_secy_socket(socket))
		return 0;
	HIDDEN(nl_recvmsgs_default, hidden);
	return hidden(socket);
}
