/* test_hash.c - digests and CRCs: the examples of their standards, and that it does not matter how the text comes */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../../libbb/hash/hash_internal.h"

Suite *hash_suite(void);

static void expect(enum hash_kind kind, size_t size, const char *text, const char *hex)
{
	unsigned char digest[HASH_MOST];
	char got[2 * HASH_MOST + 1] = "";
	struct hash h;

	hash_begin(&h, kind, size);
	hash_add(&h, text, strlen(text));
	hash_end(&h, digest);
	for (size_t i = 0; i < h.size; i++)
		sprintf(got + 2 * i, "%02x", digest[i]);
	ck_assert_str_eq(got, hex);
}

START_TEST(examples_of_the_standards)
{
	expect(HASH_MD5, 0, "", "d41d8cd98f00b204e9800998ecf8427e");
	expect(HASH_MD5, 0, "abc", "900150983cd24fb0d6963f7d28e17f72");
	expect(HASH_SHA1, 0, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
	expect(HASH_SHA224, 0, "abc", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
	expect(HASH_SHA256, 0, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	expect(HASH_SHA384, 0, "abc",
	       "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
	expect(HASH_SHA512, 0, "abc",
	       "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	       "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
	expect(HASH_SM3, 0, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	expect(HASH_BLAKE2B, 0, "abc",
	       "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
	       "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
	expect(HASH_SHA3, 28, "", "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7");
	expect(HASH_SHA3, 32, "abc", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
	expect(HASH_SHA3, 64, "abc",
	       "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
	       "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0");
	ck_assert_uint_eq(crc32(0, "123456789", 9), 0xcbf43926);
	ck_assert_uint_eq(~crc_posix(crc_posix(0, "123456789", 9), "\t", 1), 930766865);
}
END_TEST

/* All ways of cutting a text in two, over several block sizes, give the same. */
START_TEST(pieces)
{
	unsigned char text[400], whole[HASH_MOST], parts[HASH_MOST];
	struct hash h;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)(i * 37 + i / 256);
	for (int kind = HASH_MD5; kind <= HASH_SHA3; kind++)
		for (size_t n = 0; n <= sizeof(text); n += 7) {
			hash_begin(&h, kind, 0);
			hash_add(&h, text, n);
			hash_end(&h, whole);
			for (size_t cut = 0; cut <= n; cut += 3) {
				hash_begin(&h, kind, 0);
				hash_add(&h, text, cut);
				hash_add(&h, text + cut, n - cut);
				hash_end(&h, parts);
				ck_assert_mem_eq(whole, parts, h.size);
			}
		}
	for (size_t n = 0; n <= sizeof(text); n++)
		for (size_t cut = 0; cut <= n; cut += 13) {
			ck_assert_uint_eq(crc32(0, text, n), crc32(crc32(0, text, cut), text + cut, n - cut));
			ck_assert_uint_eq(crc_posix(0, text, n),
					  crc_posix(crc_posix(0, text, cut), text + cut, n - cut));
		}
}
END_TEST

/* The processor's instructions and the portable code agree. */
START_TEST(native_and_portable)
{
	unsigned char text[64 * 20];
	union hash_words a, b;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (unsigned char)rand();
	memset(&a, 17, sizeof(a));
	b = a;
	if (sha1_native()) {
		sha1_native()(&a, text, 20);
		sha1_blocks(&b, text, 20);
		ck_assert_mem_eq(a.w32, b.w32, 20);
	}
	b = a;
	if (sha256_native()) {
		sha256_native()(&a, text, 20);
		sha256_blocks(&b, text, 20);
		ck_assert_mem_eq(a.w32, b.w32, 32);
	}
}
END_TEST

Suite *hash_suite(void)
{
	Suite *s = suite_create("hash");
	TCase *t = tcase_create("hash");

	tcase_add_test(t, examples_of_the_standards);
	tcase_add_test(t, pieces);
	tcase_add_test(t, native_and_portable);
	suite_add_tcase(s, t);
	return s;
}
