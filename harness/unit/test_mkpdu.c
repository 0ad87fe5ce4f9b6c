/*
 * Proves that MKPDUs of a real peer (wpa_supplicant, pcaps/real/mka-macsec.pcapng) are read and
 * written again octet by octet, that their check values and SAK come out with the CAK, and that no
 * cut is read.
 */
#include "check.h"
#include "hexed.h"
#include "sources/mka_keys.h"

#include <stdlib.h>
#include <string.h>

/* The fifth and sixth MKPDU: a key server that distributes and uses, a peer that receives. */
static const char server_frame[] =
	"0180c2000003525400000001888e 030500b0 0110e03c5254000000010001e5d34a1611314a59239a3ef4"
	"000000030080c20164696d702d7265616c2d70656572732d766d312d6d616373656300000000cafe"
	"0100001062123d55fee071192200183b00000002 03300028e5d34a1611314a59239a3ef400000001"
	"0000000100000000000000000000000000000000 00000001"
	"0410001c00000001df837aaf73873ee239cb178bc316c1795cbf58fe9fc60493"
	"87345b0058a5eadcfd05505756a0458c";
static const char peer_frame[] =
	"0180c2000003525400c73ece888e 03050090 0180603c525400c73ece000162123d55fee071192200183b"
	"000000030080c20164696d702d7265616c2d70656572732d766d312d6d616373656300000000cafe"
	"01000010e5d34a1611314a59239a3ef400000002 03100028e5d34a1611314a59239a3ef400000001"
	"0000000100000000000000000000000000000000 00000001 05d562e334fe7f0ece079551e16d3aae";

static void real_keys(struct mka_keys *keys)
{
	const struct hexed cak = hexed_from("8f2d0c6be1a94735b07e91d3c6584fa2");
	const struct hexed name =
		hexed_from("64696d702d7265616c2d70656572732d766d312d6d616373656300000000cafe");

	*keys = (struct mka_keys){.cak = {.size = cak.size}, .name = {.size = name.size}};
	memcpy(keys->cak.octets, cak.octets, cak.size);
	memcpy(keys->name.octets, name.octets, name.size);
	CHECK(mka_keys_derive(keys));
}

static void test_mkpdu_reads_a_key_servers(void)
{
	const struct hexed octets = hexed_from(server_frame);
	struct ethernet_frame frame;
	struct mkpdu mkpdu;
	struct mka_keys keys;
	struct mka_key sak;

	real_keys(&keys);
	REQUIRE(ethernet_read(hexed_view(&octets), &frame));
	REQUIRE(mkpdu_read(frame.payload, &mkpdu));
	CHECK(mkpdu.is_key_server);
	CHECK_EQ(mkpdu.priority, 0x10);
	CHECK_EQ(mkpdu.message_number, 3);
	CHECK_BYTES(mkpdu.sci.octets, 8, "5254000000010001");
	CHECK_EQ(mkpdu.live_count, 1);
	CHECK(mkpdu.has_use && mkpdu.latest.is_transmitting && mkpdu.latest.is_receiving);
	CHECK_EQ(mkpdu.latest.key.number, 1);
	REQUIRE(mkpdu.has_distributed);
	CHECK_EQ(mkpdu.distributed.association_number, 0);
	CHECK_EQ(mkpdu.distributed.confidentiality, 1);
	CHECK_EQ(mkpdu.distributed.cipher_suite, MKPDU_GCM_AES_128);
	CHECK(mka_keys_is_named(&keys, &mkpdu));
	CHECK(mka_keys_is_authentic(&keys, &frame, &mkpdu));
	/* The SAK that both SecYs logged: pcaps/real/mka-macsec.truth.json. */
	REQUIRE(mka_keys_unwrap(&keys, mkpdu.distributed.wrapped, &sak));
	CHECK_BYTES(sak.octets, sak.size, "20535e5802d3a607505943ff98909767");
}

static void test_mkpdu_writes_what_it_read(void)
{
	static const char *const frames[] = {server_frame, peer_frame};
	struct mka_keys keys;

	real_keys(&keys);
	for (size_t i = 0; i < 2; i++) {
		const struct hexed octets = hexed_from(frames[i]);
		struct ethernet_frame frame;
		struct mkpdu mkpdu;
		uint8_t written[MKPDU_SIZE_MAX];
		REQUIRE(ethernet_read(hexed_view(&octets), &frame));
		REQUIRE(mkpdu_read(frame.payload, &mkpdu));
		/* Its writer leaves 1 where there is no old key; a reader keeps it. */
		const size_t size = mkpdu_write(&mkpdu, written, sizeof written);
		REQUIRE(size + MKPDU_ICV_SIZE == frame.payload.size);
		frame.payload = (struct dimp_view){written, size};
		REQUIRE(mka_keys_seal(&keys, &frame, written + size));
		CHECK(memcmp(written, octets.octets + 14, size + MKPDU_ICV_SIZE) == 0);
	}
}

/* IEEE 802.1X-2020 11.11, by hand: version 3, all sets there are, in the order of their types, each
 * padded to four octets. */
#define BASIC_SET "0310e020 525400000001 0001 a1a2a3a4a5a6a7a8a9aaabac 00000007 0080c201 636b6e31"
#define USE_SET \
	"0370d028 a1a2a3a4a5a6a7a8a9aaabac 00000002 80000001" \
	"a1a2a3a4a5a6a7a8a9aaabac 00000001 00000005"
static const char sets[] = BASIC_SET
	"01020020 b1b2b3b4b5b6b7b8b9babbbc 00000009 c1c2c3c4c5c6c7c8c9cacbcc 0000000a" USE_SET
	"04500024 00000002 0080c20001000003 404142434445464748494a4b4c4d4e4f5051525354555657"
	"0500001b 606162636465666768696a6b6c6d6e6f7071727374757677 636b32 00"
	"06000005 6c61622d31 000000"
	"07000004 6f020001"
	"081e0008 00000003 00000004"
	"ff000010";

/* The EAPOL packet of |sets| with an ICV of zeroes. */
static size_t eapol_of(const char *hex, uint8_t octets[MKPDU_SIZE_MAX])
{
	const struct hexed body = hexed_from(hex);
	const size_t size = body.size + MKPDU_ICV_SIZE;

	memset(octets, 0, MKPDU_SIZE_MAX);
	octets[0] = 3;
	octets[1] = 5;
	octets[2] = (uint8_t)(size >> 8);
	octets[3] = (uint8_t)size;
	memcpy(octets + 4, body.octets, body.size);
	return size + 4;
}

static void test_mkpdu_reads_every_set(void)
{
	uint8_t octets[MKPDU_SIZE_MAX];
	const size_t size = eapol_of(sets, octets);
	struct mkpdu mkpdu;

	REQUIRE(mkpdu_read((struct dimp_view){octets, size}, &mkpdu));
	CHECK_EQ(mkpdu.version, 3);
	CHECK_EQ(mkpdu.server_ssci, 2);
	CHECK_EQ(mkpdu.live_count, 2);
	CHECK(mkpdu.latest.lowest_pn == 0x380000001);
	CHECK(mkpdu.old.lowest_pn == 0x400000005);
	CHECK_EQ(mkpdu.latest.association_number, 1);
	CHECK(mkpdu.latest.is_transmitting && mkpdu.latest.is_receiving);
	CHECK(mkpdu.is_plain_transmitting && mkpdu.is_plain_receiving && mkpdu.is_delay_protecting);
	REQUIRE(mkpdu.has_distributed);
	CHECK(mkpdu.distributed.cipher_suite == 0x0080c20001000003);
	CHECK_EQ(mkpdu.distributed.wrapped.size, 24);
	REQUIRE(mkpdu.has_distributed_cak);
	CHECK_BYTES(mkpdu.distributed_cak.wrapped.octets, mkpdu.distributed_cak.wrapped.size,
		"606162636465666768696a6b6c6d6e6f7071727374757677");
	CHECK_BYTES(mkpdu.distributed_cak.name.octets, mkpdu.distributed_cak.name.size, "636b32");
	CHECK_BYTES(mkpdu.domain.octets, mkpdu.domain.size, "6c61622d31");
	CHECK_BYTES(mkpdu.announcement.octets, mkpdu.announcement.size, "6f020001");
	CHECK(mkpdu.has_extended);
	CHECK_EQ(mkpdu.suspension_s, 30);
}

/* All but the indicator, which an ICV of 16 octets does without. */
static void test_mkpdu_writes_every_set(void)
{
	uint8_t octets[MKPDU_SIZE_MAX], written[MKPDU_SIZE_MAX];
	const size_t size = eapol_of(sets, octets);
	struct mkpdu mkpdu;

	REQUIRE(mkpdu_read((struct dimp_view){octets, size}, &mkpdu));
	const size_t written_size = mkpdu_write(&mkpdu, written, sizeof written);
	CHECK_EQ(written_size + MKPDU_ICV_SIZE + 4, size);
	CHECK(memcmp(written + 4, octets + 4, written_size - 4) == 0);
}

/* A set that is not what 11.11 has it. */
static void test_mkpdu_refuses_wrong_sets(void)
{
	static const char *const wrong[] = {
		BASIC_SET "081e0004 00000003",
		BASIC_SET "05000018 606162636465666768696a6b6c6d6e6f7071727374757677",
		BASIC_SET "01000018 b1b2b3b4b5b6b7b8b9babbbc 00000009 c1c2c3c4c5c6c7c8",
		BASIC_SET "ff000020",
		BASIC_SET "ff000010 081e0008 00000003 00000004",
		BASIC_SET "03000020 a1a2a3a4a5a6a7a8a9aaabac 00000002 80000001"
			  "a1a2a3a4a5a6a7a8a9aaabac",
	};

	for (size_t index = 0; index < sizeof wrong / sizeof wrong[0]; index++) {
		uint8_t octets[MKPDU_SIZE_MAX];
		const size_t size = eapol_of(wrong[index], octets);
		struct mkpdu mkpdu;
		CHECK(!mkpdu_read((struct dimp_view){octets, size}, &mkpdu));
	}
}

/* An empty SAK set is an order, an octet of the live peers of before version 3 means nothing. */
static void test_mkpdu_reads_an_order_of_no_macsec(void)
{
	uint8_t octets[MKPDU_SIZE_MAX], written[MKPDU_SIZE_MAX];
	const size_t size = eapol_of(
		"0210e020 525400000001 0001 a1a2a3a4a5a6a7a8a9aaabac 00000007 0080c201 636b6e31"
		"01050010 b1b2b3b4b5b6b7b8b9babbbc 00000009 04000000",
		octets);
	struct mkpdu mkpdu;

	REQUIRE(mkpdu_read((struct dimp_view){octets, size}, &mkpdu));
	CHECK(mkpdu.is_plain_ordered && !mkpdu.has_distributed && !mkpdu.has_use);
	CHECK_EQ(mkpdu.server_ssci, 0);
	CHECK_EQ(mkpdu_write(&mkpdu, written, sizeof written) + MKPDU_ICV_SIZE, size);
}

static void test_mkpdu_is_not_authentic_when_an_octet_differs(void)
{
	struct hexed octets = hexed_from(peer_frame);
	struct ethernet_frame frame;
	struct mkpdu mkpdu;
	struct mka_keys keys;

	real_keys(&keys);
	for (size_t at = 0; at < octets.size; at++) {
		octets.octets[at] ^= 0x40;
		const bool is_authentic = ethernet_read(hexed_view(&octets), &frame) &&
			frame.type == ETHERTYPE_EAPOL && mkpdu_read(frame.payload, &mkpdu) &&
			mka_keys_is_authentic(&keys, &frame, &mkpdu);
		CHECK(!is_authentic);
		octets.octets[at] ^= 0x40;
	}
	keys.cak.octets[0] ^= 1;
	REQUIRE(mka_keys_derive(&keys));
	REQUIRE(ethernet_read(hexed_view(&octets), &frame));
	REQUIRE(mkpdu_read(frame.payload, &mkpdu));
	CHECK(!mka_keys_is_authentic(&keys, &frame, &mkpdu));
}

static void test_mkpdu_refuses_every_cut(void)
{
	const struct hexed octets = hexed_from(server_frame);
	struct mkpdu mkpdu;

	for (size_t size = 0; size < octets.size - 14; size++) {
		uint8_t *const copy = malloc(size + 1);
		REQUIRE(copy != NULL);
		memcpy(copy + 1, octets.octets + 14, size);
		CHECK(!mkpdu_read((struct dimp_view){copy + 1, size}, &mkpdu));
		/* And so is the cut packet whose length says so, but at the end of a set. */
		if (size >= 4) {
			copy[3] = (uint8_t)((size - 4) >> 8);
			copy[4] = (uint8_t)(size - 4);
			(void)mkpdu_read((struct dimp_view){copy + 1, size}, &mkpdu);
		}
		free(copy);
	}
}

static void test_mka_keys_refuses_impossible_sizes(void)
{
	struct mka_keys keys;
	struct mka_key sak;
	uint8_t wrapped[40] = {0};

	real_keys(&keys);
	CHECK(!mka_keys_unwrap(&keys, (struct dimp_view){wrapped, 24}, &sak));
	CHECK(!mka_keys_unwrap(&keys, (struct dimp_view){wrapped, 32}, &sak));
	CHECK(!mka_keys_unwrap(&keys, (struct dimp_view){wrapped, 0}, &sak));
	keys.cak.size = 24;
	CHECK(!mka_keys_derive(&keys));
	keys.cak.size = 16;
	keys.name.size = 0;
	CHECK(!mka_keys_derive(&keys));
}

static void test_mka_keys_reads_its_file(void)
{
	struct mka_keys keys;
	char error[256] = "";

	CHECK(mka_keys_read("pcaps/real/mka-macsec.cak", &keys, error, sizeof error));
	CHECK_BYTES(keys.cak.octets, keys.cak.size, "8f2d0c6be1a94735b07e91d3c6584fa2");
	CHECK(!mka_keys_read("pcaps/real/README.md", &keys, error, sizeof error));
	CHECK_TEXT(error, "pcaps/real/README.md:3: no line \"ckn HEX\" or \"cak HEX\"");
	CHECK(!mka_keys_read("pcaps/real/none.cak", &keys, error, sizeof error));
	CHECK_TEXT(error, "pcaps/real/none.cak: No such file or directory");
}

static const struct test_case tests[] = {
	TEST(test_mkpdu_reads_a_key_servers),
	TEST(test_mkpdu_writes_what_it_read),
	TEST(test_mkpdu_reads_every_set),
	TEST(test_mkpdu_writes_every_set),
	TEST(test_mkpdu_refuses_wrong_sets),
	TEST(test_mkpdu_reads_an_order_of_no_macsec),
	TEST(test_mkpdu_is_not_authentic_when_an_octet_differs),
	TEST(test_mkpdu_refuses_every_cut),
	TEST(test_mka_keys_refuses_impossible_sizes),
	TEST(test_mka_keys_reads_its_file),
	TEST_END,
};

const struct test_suite suite_mkpdu = {"mkpdu", tests};
