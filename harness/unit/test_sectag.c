/*
 * Proves the protection of frames by the published example of IEEE 802.1AE annex C and by one made
 * with python-cryptography, in both directions, and that what 9.12 forbids is not read.
 */
#include "check.h"
#include "hexed.h"
#include "net/sectag.h"

#include <string.h>

/* Annex C: GCM-AES-128, 54 octets, integrity alone, with an SCI. */
static const char integrity_frame[] =
	"d609b1f05663 7a0d46df998d 88e5 222a b2c28465 12153524c0895e81 0800"
	"0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334 0001"
	"f09478a9b09007d06f46e9b6a1da25dd";
static const char integrity_key[] = "ad7a2bd03eac835a6f620fdcb506b345";

/* Annex C: GCM-AES-128, 60 octets, encrypted, no SCI (end station). */
static const char encrypted_frame[] =
	"e20106d7cd0d f0761e8dcd3d 88e5 4c2a 76d457ed"
	"13b4c72b389dc5018e72a171dd85a5d3752274d3a019fbcaed09a425cd9b2e1c9b72eee7c9de7d52b3f3"
	"d6a5284f4a6d3fe22a5d6c2b960494c3";
static const char encrypted_key[] = "071b113b0ca743fecccf3d051f737382";
static const char plain_data[] =
	"0800 0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334";

struct opening {
	struct hexed octets, key_octets;
	struct ethernet_frame frame;
	struct sectag tag;
	struct dimp_view secured;
	struct sectag_key key;
	uint8_t plain[HEXED_SIZE_MAX];
};

static bool open_text(struct opening *opening, const char *frame, const char *key)
{
	opening->octets = hexed_from(frame);
	opening->key_octets = hexed_from(key);
	if (!ethernet_read(hexed_view(&opening->octets), &opening->frame) ||
		!sectag_read(&opening->frame, &opening->tag, &opening->secured))
		return false;
	opening->key = (struct sectag_key){.key = hexed_view(&opening->key_octets),
		.packet_number = opening->tag.packet_number};
	return sectag_open(&opening->frame, &opening->key, opening->secured, opening->plain);
}

static void test_sectag_opens_the_published_examples(void)
{
	struct opening opening;

	CHECK(open_text(&opening, integrity_frame, integrity_key));
	CHECK_EQ(opening.tag.association_number, 2);
	CHECK_EQ(opening.tag.packet_number, 0xb2c28465);
	CHECK_BYTES(opening.tag.sci.octets, 8, "12153524c0895e81");
	CHECK_EQ(opening.tag.short_length, 42);
	CHECK(open_text(&opening, encrypted_frame, encrypted_key));
	CHECK_BYTES(opening.tag.sci.octets, 8, "f0761e8dcd3d0001");
	CHECK_BYTES(opening.plain, opening.secured.size - 16,
		"0800"
		"0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30313233"
		"34 0004");
}

static void test_sectag_seals_the_published_examples(void)
{
	static const struct {
		const char *frame, *key, *last;
	} rows[] = {{integrity_frame, integrity_key, "0001"},
		{encrypted_frame, encrypted_key, "0004"}};

	for (size_t i = 0; i < 2; i++) {
		struct opening opening;
		uint8_t sealed[ETHERNET_FRAME_MAX];
		struct hexed data = hexed_from(plain_data);
		const struct hexed last = hexed_from(rows[i].last);
		REQUIRE(open_text(&opening, rows[i].frame, rows[i].key));
		memcpy(data.octets + data.size, last.octets, last.size);
		data.size += last.size;
		struct ethernet_frame frame = opening.frame;
		frame.payload = hexed_view(&data);
		const size_t size = sectag_seal(&frame, &opening.key, &opening.tag, sealed);
		REQUIRE(size == opening.frame.payload.size);
		CHECK(memcmp(sealed, opening.frame.payload.octets, size) == 0);
	}
}

static void test_sectag_refuses_a_changed_octet(void)
{
	struct opening opening;

	REQUIRE(open_text(&opening, integrity_frame, integrity_key));
	for (size_t at = 0; at < opening.octets.size; at++) {
		/* The EtherType and the bits 9.12 speaks of are not reached by the check value. */
		if (at == 12 || at == 13)
			continue;
		opening.octets.octets[at] ^= 1;
		const bool is_open = ethernet_read(hexed_view(&opening.octets), &opening.frame) &&
			sectag_read(&opening.frame, &opening.tag, &opening.secured) &&
			(opening.key.packet_number = opening.tag.packet_number,
				sectag_open(&opening.frame, &opening.key, opening.secured,
					opening.plain));
		CHECK(!is_open);
		opening.octets.octets[at] ^= 1;
	}
}

static void test_sectag_keeps_an_offset_in_clear(void)
{
	const struct hexed key_octets =
		hexed_from("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
	const struct hexed data = hexed_from(plain_data);
	struct sectag_key key = {.key = hexed_view(&key_octets), .packet_number = 5, .offset = 30};
	const struct sectag tag = {.bits = SECTAG_BIT_SCI | SECTAG_BIT_ENCRYPTED |
			SECTAG_BIT_CHANGED,
		.packet_number = 5,
		.sci = {{2, 0, 0, 0, 0, 1, 0, 1}}};
	struct ethernet_frame frame = {.type = ETHERTYPE_MACSEC, .payload = hexed_view(&data)};
	uint8_t sealed[ETHERNET_FRAME_MAX];
	uint8_t plain[128];
	struct sectag read;
	struct dimp_view secured;

	const size_t size = sectag_seal(&frame, &key, &tag, sealed);
	REQUIRE(size == 14 + data.size + 16);
	CHECK(memcmp(sealed + 14, data.octets, 30) == 0);
	CHECK(memcmp(sealed + 44, data.octets + 30, data.size - 30) != 0);
	frame.payload = (struct dimp_view){sealed, size};
	REQUIRE(sectag_read(&frame, &read, &secured));
	CHECK(sectag_open(&frame, &key, secured, plain));
	CHECK_BYTES(plain, data.size, plain_data);
	key.offset = 50;
	CHECK(!sectag_open(&frame, &key, secured, plain));
}

static void test_sectag_refuses_what_is_forbidden(void)
{
	static const char *const refused[] = {"", "2c", "2c000000000102000000000a0001",
		"2c0500000001 02000000000a0001 0000000000",
		/* version, SC with ES, SC with SCB, E without C, C without E, SL 48 */
		"ac0100000001 02000000000a0001 00 00000000000000000000000000000000",
		"6c0100000001 02000000000a0001 00 00000000000000000000000000000000",
		"3c0100000001 02000000000a0001 00 00000000000000000000000000000000",
		"280100000001 02000000000a0001 00 00000000000000000000000000000000",
		"240100000001 02000000000a0001 00 00000000000000000000000000000000",
		"2c3000000001 02000000000a0001 00 00000000000000000000000000000000",
		/* and the one that is right */
		"2c0100000001 02000000000a0001 00 00000000000000000000000000000000"};
	const size_t count = sizeof refused / sizeof refused[0];
	struct sectag tag;
	struct dimp_view secured;

	for (size_t i = 0; i < count; i++) {
		const struct hexed payload = hexed_from(refused[i]);
		const struct ethernet_frame frame = {.payload = hexed_view(&payload)};
		CHECK_EQ(sectag_read(&frame, &tag, &secured), i == count - 1);
	}
}

static void test_sectag_extended_numbers_go_on_over_the_wrap(void)
{
	CHECK_EQ(sectag_extended_number(1, 5), 5);
	CHECK_EQ(sectag_extended_number(0xfffffff0, 0xfffffff8), 0xfffffff8);
	CHECK_EQ(sectag_extended_number(0xfffffff0, 3), 0x100000003);
	CHECK_EQ(sectag_extended_number(0x1fffffff0, 3), 0x200000003);
	CHECK_EQ(sectag_extended_number(0x100000000, 0xffffffff), 0x1ffffffff);
}

static const struct test_case tests[] = {
	TEST(test_sectag_opens_the_published_examples),
	TEST(test_sectag_seals_the_published_examples),
	TEST(test_sectag_refuses_a_changed_octet),
	TEST(test_sectag_keeps_an_offset_in_clear),
	TEST(test_sectag_refuses_what_is_forbidden),
	TEST(test_sectag_extended_numbers_go_on_over_the_wrap),
	TEST_END,
};

const struct test_suite suite_sectag = {"sectag", tests};
