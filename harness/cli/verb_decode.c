/* SPDX-License-Identifier: MIT */
/*
 * dimp decode: octets of DIMP as text or JSON.  What is given is told apart by itself: a capture, a
 * file of hex text, a binary file, hex on the command line; in them PDUs, messages and records.
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "cli/capture_walk.h"
#include "cli/complain.h"
#include "cli/exit_codes.h"
#include "cli/key_log_work.h"
#include "cli/octet_source.h"
#include "cli/output_file.h"
#include "cli/verbs.h"
#include "observe/decoder.h"

struct decode_options {
	struct options common;
	const char *keys;
	bool has_hex;
};

/* Where items go: lines to a stream as they come, or an array that is written at the end. */
struct listing {
	const struct options *options;
	struct decoder decoder;
	FILE *stream;
	json_t *items; /* NULL: lines */
};

static const char *text_of(const json_t *item, const char *name)
{
	const char *text = json_string_value(json_object_get(item, name));

	return text != NULL ? text : "";
}

static void print_octets(const struct listing *listing, const json_t *item, const char *margin)
{
	const char *octets = text_of(item, "octets");

	if (listing->decoder.has_octets && *octets != '\0')
		fprintf(listing->stream, "%s  %s\n", margin, octets);
}

static void print_item(const struct listing *listing, const json_t *item)
{
	const json_t *payload = json_object_get(item, "payload");

	fprintf(listing->stream, "%s\n", text_of(item, "text"));
	print_octets(listing, item, "");
	for (size_t index = 0; index < json_array_size(payload); index++) {
		fprintf(listing->stream, "  %s\n", text_of(json_array_get(payload, index), "text"));
		print_octets(listing, json_array_get(payload, index), "  ");
	}
}

/* Takes |item| over. */
static void list_item(struct listing *listing, json_t *item)
{
	if (listing->items != NULL) {
		(void)json_array_append_new(listing->items, item);
		return;
	}
	if (!listing->options->is_quiet)
		print_item(listing, item);
	json_decref(item);
}

static void list_stretches(struct listing *listing, const struct octet_source *source)
{
	for (size_t index = 0; index < source->stretch_count; index++) {
		const struct octet_stretch *stretch = &source->stretches[index];
		struct dimp_view rest = {source->octets + stretch->begin, stretch->size};

		for (json_t *item = decoder_next(&listing->decoder, &rest); item != NULL;
			item = decoder_next(&listing->decoder, &rest))
			list_item(listing, item);
	}
}

static void list_pdu(void *user, const struct capture_pdu *pdu)
{
	struct listing *listing = user;
	const struct pdu_found *found = &pdu->found;
	json_t *item = decoder_pdu(&listing->decoder, found->octets);

	(void)json_object_set_new(item, "frame", json_integer((json_int_t)pdu->frame));
	(void)json_object_set_new(item, "time_us", json_integer((json_int_t)pdu->time.us));
	(void)json_object_set_new(item, "from", json_string(found->from));
	(void)json_object_set_new(item, "to", json_string(found->to));
	if (listing->items == NULL && !listing->options->is_quiet)
		fprintf(listing->stream, "#%" PRIu64 " %" PRIu64 ".%06" PRIu64 " %s > %s ",
			pdu->frame, pdu->time.us / 1000000, pdu->time.us % 1000000, found->from,
			found->to);
	list_item(listing, item);
}

static bool list_capture(struct listing *listing, const struct octet_source *source)
{
	const struct capture_walk walk = {source->name, "shown", listing->options->is_quiet,
		listing, list_pdu};
	char why[512] = "out of memory";
	FILE *stream = fmemopen(source->octets, source->size, "rb");

	return capture_walk_pdus(
		stream != NULL ? capture_open_stream(stream, why, sizeof why) : NULL, why, &walk);
}

static bool list_source(struct listing *listing, const struct octet_source *source)
{
	if (octet_source_is_capture(source))
		return list_capture(listing, source);
	list_stretches(listing, source);
	if (listing->decoder.items == 0)
		complain("%s: no octets but zeros; give a PDU, a message or a record",
			source->name);
	return listing->decoder.items > 0;
}

static bool write_listing(struct listing *listing, const struct octet_source *source)
{
	struct output_file output;

	if (!output_file_open(&output, listing->options->json_path))
		return false;
	listing->stream = output.stream;
	if (listing->options->is_json)
		listing->items = json_array();
	if (!list_source(listing, source)) {
		output_file_discard(&output);
		json_decref(listing->items);
		return false;
	}
	if (listing->items != NULL) {
		(void)json_dumpf(listing->items, output.stream, JSON_INDENT(2));
		(void)fputc('\n', output.stream);
		json_decref(listing->items);
	}
	return output_file_commit(&output);
}

static int decode_source(const void *user, const struct keylog *keylog,
	const struct dimp_crypto *crypto)
{
	const struct decode_options *options = user;
	struct octet_source source;
	struct listing listing = {
		.options = &options->common,
		.decoder = {.crypto = crypto, .keylog = keylog, .has_octets = options->has_hex},
	};

	if (!octet_source_load(&source, options->common.operands, options->common.operand_count))
		return EXIT_CODE_USAGE;
	const bool is_written = write_listing(&listing, &source);

	if (is_written && listing.decoder.wrong > 0)
		complain("%s: %" PRIu64 " of %" PRIu64 " items are wrong; each says why",
			source.name, listing.decoder.wrong, listing.decoder.items);
	octet_source_free(&source);
	return is_written && listing.decoder.wrong == 0 ? EXIT_CODE_WELL : EXIT_CODE_USAGE;
}

static int run_decode(int argc, char **argv)
{
	struct decode_options options = {.keys = NULL};
	const int verdict = options_read(&verb_decode, &options.common, argc, argv);

	if (verdict != OPTIONS_GO_ON)
		return verdict;
	return key_log_work_do(options.keys, decode_source, &options);
}

static const struct option_row rows[] = {
	{"keys", "KEYLOG", OPTION_TEXT, offsetof(struct decode_options, keys),
		"key log that opens protected PDUs"},
	{"hex", NULL, OPTION_FLAG, offsetof(struct decode_options, has_hex), "show octets besides"},
	{.name = NULL},
};

const struct verb verb_decode = {
	.name = "decode",
	.summary = "Show what PDUs, messages or records say: of a capture, a file or hex text",
	.operands = "FILE|-|HEX...",
	.operands_min = 1,
	.operands_max = SIZE_MAX,
	.options = rows,
	.example = "  dimp decode --keys run.keys run.pcapng\n  dimp decode 0031 0000\n",
	.run = run_decode,
};
