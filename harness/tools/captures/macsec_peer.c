/* SPDX-License-Identifier: MIT */
/*
 * macsec_peer: protects and opens MACsec frames by net/sectag.h for another implementation to
 *judge. Reads a line for each frame and answers with a line, the frame in hexadecimal or "refused":
 *
 *	open KEY SALT SSCI IS_EXTENDED OFFSET PN FRAME
 *	seal KEY SALT SSCI IS_EXTENDED OFFSET PN FRAME BITS AN SCI
 *
 * KEY, SALT, SCI and FRAME are hexadecimal, the others decimal.  A frame is one without FCS.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/sectag.h"

enum { ADDRESSES = 12, KEY_MAX = 32, LINE_MAX_SIZE = 4 * ETHERNET_FRAME_MAX, WORDS_MAX = 11 };

struct job {
	char *words[WORDS_MAX];
	uint8_t key_octets[KEY_MAX], frame_octets[ETHERNET_FRAME_MAX];
	struct sectag_key key;
	struct dimp_view frame;
};

static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef";
	const char *const at = digit == '\0' ? NULL : strchr(digits, digit);

	return at == NULL ? -1 : (int)(at - digits);
}

/* The octets that |text| has in hexadecimal; their count, 0 when it has none or too many. */
static size_t read_hex(const char *text, uint8_t *octets, size_t capacity)
{
	size_t size = 0;

	for (; text[0] != '\0' && text[1] != '\0'; text += 2) {
		const int high = digit_value(text[0]), low = digit_value(text[1]);
		if (high < 0 || low < 0 || size == capacity)
			return 0;
		octets[size++] = (uint8_t)(high << 4 | low);
	}
	return text[0] == '\0' ? size : 0;
}

static void print_frame(const uint8_t *addresses, struct dimp_view rest)
{
	for (size_t i = 0; i < ADDRESSES; i++)
		printf("%02x", addresses[i]);
	for (size_t i = 0; i < rest.size; i++)
		printf("%02x", rest.octets[i]);
	printf("\n");
}

static bool open_frame(struct job *job)
{
	static uint8_t plain[ETHERNET_FRAME_MAX];
	struct ethernet_frame frame;
	struct sectag tag;
	struct dimp_view secured;

	if (!ethernet_read(job->frame, &frame) || frame.type != ETHERTYPE_MACSEC ||
		!sectag_read(&frame, &tag, &secured) ||
		!sectag_open(&frame, &job->key, secured, plain))
		return false;
	print_frame(job->frame.octets, (struct dimp_view){plain, secured.size - SECTAG_ICV_SIZE});
	return true;
}

static bool seal_frame(struct job *job)
{
	static const uint8_t type[] = {ETHERTYPE_MACSEC >> 8, ETHERTYPE_MACSEC & 0xff};
	static uint8_t sealed[sizeof type + ETHERNET_FRAME_MAX];
	struct ethernet_frame frame = {.type = ETHERTYPE_MACSEC,
		.payload = {job->frame.octets + ADDRESSES, job->frame.size - ADDRESSES}};
	struct sectag tag = {.bits = (uint8_t)strtoul(job->words[8], NULL, 10),
		.association_number = (uint8_t)strtoul(job->words[9], NULL, 10),
		.packet_number = (uint32_t)job->key.packet_number};

	memcpy(frame.destination.octets, job->frame.octets, sizeof frame.destination.octets);
	memcpy(frame.source.octets, job->frame.octets + 6, sizeof frame.source.octets);
	if (read_hex(job->words[10], tag.sci.octets, sizeof tag.sci.octets) == 0)
		return false;
	const size_t size = sectag_seal(&frame, &job->key, &tag, sealed + sizeof type);
	if (size == 0)
		return false;
	memcpy(sealed, type, sizeof type);
	print_frame(job->frame.octets, (struct dimp_view){sealed, sizeof type + size});
	return true;
}

static bool read_job(char *line, struct job *job)
{
	size_t count = 0;

	for (char *word; (word = strsep(&line, " \n")) != NULL && count < WORDS_MAX;)
		if (*word != '\0')
			job->words[count++] = word;
	if (count < 8)
		return false;
	job->key = (struct sectag_key){
		.key = {job->key_octets, read_hex(job->words[1], job->key_octets, KEY_MAX)},
		.ssci = (uint32_t)strtoul(job->words[3], NULL, 10),
		.is_extended = *job->words[4] == '1',
		.offset = (uint8_t)strtoul(job->words[5], NULL, 10),
		.packet_number = strtoull(job->words[6], NULL, 10)};
	job->frame = (struct dimp_view){job->frame_octets,
		read_hex(job->words[7], job->frame_octets, ETHERNET_FRAME_MAX)};
	return read_hex(job->words[2], job->key.salt, SECTAG_SALT_SIZE) != 0 &&
		job->key.key.size != 0 && job->frame.size > ADDRESSES &&
		(strcmp(job->words[0], "open") == 0 || count == WORDS_MAX);
}

int main(void)
{
	static char line[LINE_MAX_SIZE];
	static struct job job;

	while (fgets(line, sizeof line, stdin) != NULL) {
		if (!read_job(line, &job))
			return EXIT_FAILURE;
		const bool is_open = strcmp(job.words[0], "open") == 0;
		if (is_open ? !open_frame(&job) : !seal_frame(&job))
			printf("refused\n");
	}
	return EXIT_SUCCESS;
}
