/* SPDX-License-Identifier: MIT */
/*
 * The key derivation of IEEE 802.1X-2020 6.2.1: AES-CMAC under the CAK over counter, label, a zero
 * octet, context and length in bits, as often as the length needs.
 */
#include "sources/mka_keys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/aes_keys.h"
#include "crypto/same_secret.h"
#include "net/octets.h"

enum { CONTEXT_SIZE = 16, INPUT_MAX = 64, LINE_MAX_SIZE = 256, COVERED_MAX = MKPDU_SIZE_MAX + 64 };

static bool derive(const struct mka_key *cak, const char *label, const struct mka_key *name,
	struct mka_key *key)
{
	uint8_t context[CONTEXT_SIZE] = {0};
	uint8_t input[INPUT_MAX];
	const size_t used = name->size < CONTEXT_SIZE ? name->size : CONTEXT_SIZE;

	memcpy(context, name->octets, used);
	key->size = cak->size;
	for (size_t done = 0; done < key->size; done += AES_CMAC_SIZE) {
		struct octet_writer writer = octet_writer_of(input, sizeof input);
		octet_write_u8(&writer, (uint8_t)(done / AES_CMAC_SIZE + 1));
		octet_write_copy(&writer, label, strlen(label));
		octet_write_u8(&writer, 0);
		octet_write_copy(&writer, context, sizeof context);
		octet_write_u16(&writer, (uint16_t)(key->size * 8));
		const struct dimp_view octets = {input, octet_writer_size(&writer)};
		const struct dimp_view secret = {cak->octets, cak->size};
		if (octets.size == 0 || !aes_cmac(secret, octets, key->octets + done))
			return false;
	}
	return true;
}

bool mka_keys_derive(struct mka_keys *keys)
{
	if (keys->cak.size != 16 && keys->cak.size != 32)
		return false;
	if (keys->name.size == 0 || keys->name.size > MKPDU_NAME_MAX)
		return false;
	return derive(&keys->cak, "IEEE8021 ICK", &keys->name, &keys->icv_key) &&
		derive(&keys->cak, "IEEE8021 KEK", &keys->name, &keys->wrapping_key);
}

void mka_keys_wipe(struct mka_keys *keys)
{
	explicit_bzero(keys, sizeof *keys);
}

/* Hex digits to the end of |text|, two an octet; false for anything else or too many. */
static bool read_hex(const char *text, struct mka_key *key)
{
	const size_t length = strspn(text, "0123456789abcdefABCDEF");

	if (length == 0 || length % 2 != 0 || length / 2 > MKA_KEY_MAX ||
		text[length + strspn(text + length, " \t\r\n")] != '\0')
		return false;
	key->size = length / 2;
	for (size_t i = 0; i < key->size; i++) {
		const char pair[3] = {text[2 * i], text[2 * i + 1], '\0'};
		key->octets[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	return true;
}

static bool read_line(const char *line, struct mka_keys *keys)
{
	const char *const text = line + strspn(line, " \t");
	const char *const value = text + 3 + strspn(text + (text[0] == '\0' ? 0 : 3), " \t");

	if (text[0] == '#' || text[0] == '\n' || text[0] == '\r' || text[0] == '\0')
		return true;
	if (strncmp(text, "ckn", 3) == 0)
		return read_hex(value, &keys->name);
	return strncmp(text, "cak", 3) == 0 && read_hex(value, &keys->cak);
}

/* Reads every line; the number of the first wrong one, 0 if all are right. */
static unsigned read_lines(FILE *file, struct mka_keys *keys)
{
	char line[LINE_MAX_SIZE];
	unsigned number = 0;
	bool is_right = true;

	while (is_right && fgets(line, sizeof line, file) != NULL) {
		number++;
		is_right = read_line(line, keys);
	}
	explicit_bzero(line, sizeof line);
	return is_right ? 0 : number;
}

bool mka_keys_read(const char *path, struct mka_keys *keys, char *error, size_t error_size)
{
	*keys = (struct mka_keys){.cak = {.size = 0}};
	FILE *const file = fopen(path, "r");
	if (file == NULL) {
		(void)snprintf(error, error_size, "%s: %s", path, strerror(errno));
		return false;
	}
	const unsigned wrong = read_lines(file, keys);
	(void)fclose(file);
	const bool is_derived = wrong == 0 && mka_keys_derive(keys);
	if (wrong != 0)
		(void)snprintf(error, error_size, "%s:%u: no line \"ckn HEX\" or \"cak HEX\"", path,
			wrong);
	else if (!is_derived)
		(void)snprintf(error, error_size,
			"%s: needs a ckn of 1 to 32 octets and a cak of 16 or 32", path);
	if (!is_derived)
		mka_keys_wipe(keys);
	return is_derived;
}

bool mka_keys_is_named(const struct mka_keys *keys, const struct mkpdu *mkpdu)
{
	return mkpdu->key_name.size == keys->name.size &&
		memcmp(mkpdu->key_name.octets, keys->name.octets, keys->name.size) == 0;
}

/* The check value covers the addresses, the EtherType and the EAPOL packet before it (9.4.1). */
static bool compute_icv(const struct mka_keys *keys, const struct ethernet_frame *frame,
	struct dimp_view eapol, uint8_t icv[MKPDU_ICV_SIZE])
{
	uint8_t covered[COVERED_MAX];
	struct octet_writer writer = octet_writer_of(covered, sizeof covered);

	octet_write_copy(&writer, frame->destination.octets, sizeof frame->destination.octets);
	octet_write_copy(&writer, frame->source.octets, sizeof frame->source.octets);
	octet_write_u16(&writer, ETHERTYPE_EAPOL);
	octet_write_copy(&writer, eapol.octets, eapol.size);
	const struct dimp_view octets = {covered, octet_writer_size(&writer)};
	const struct dimp_view key = {keys->icv_key.octets, keys->icv_key.size};
	return octets.size != 0 && aes_cmac(key, octets, icv);
}

bool mka_keys_is_authentic(const struct mka_keys *keys, const struct ethernet_frame *frame,
	const struct mkpdu *mkpdu)
{
	uint8_t icv[MKPDU_ICV_SIZE];

	return compute_icv(keys, frame, mkpdu->covered, icv) &&
		same_secret(icv, mkpdu->icv.octets, MKPDU_ICV_SIZE);
}

bool mka_keys_seal(const struct mka_keys *keys, const struct ethernet_frame *frame,
	uint8_t icv[MKPDU_ICV_SIZE])
{
	return compute_icv(keys, frame, frame->payload, icv);
}

bool mka_keys_unwrap(const struct mka_keys *keys, struct dimp_view wrapped, struct mka_key *sak)
{
	const struct dimp_view key = {keys->wrapping_key.octets, keys->wrapping_key.size};

	*sak = (struct mka_key){.size = 0};
	if (wrapped.size != 16 + AES_WRAP_OVERHEAD && wrapped.size != 32 + AES_WRAP_OVERHEAD)
		return false;
	sak->size = wrapped.size - AES_WRAP_OVERHEAD;
	return aes_key_unwrap(key, wrapped, sak->octets);
}
