/* test_memsearch.c - memsearch.h against loops that look at one byte at a time, and against wc */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "memsearch.h"
#include "memsearch_kinds.h"
#include "utf8.h"

Suite *memsearch_suite(void);

/* ck_assert() notes every check in a file; this only those that fail. */
#define CHECK(condition)                                                                                     \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			ck_abort_msg("failed: %s", #condition);                                              \
	} while (0)

static const struct memsearch_kind kind_public = {
	"public",  mem_chr,    mem_rchr,   mem_chr3,    mem_mem,
	mem_count, utf8_count, utf8_valid, words_count, chars_count,
};

static const struct memsearch_kind *kinds[8];
static int kinds_count;

static void find_kinds(void)
{
	kinds_count = 0;
	kinds[kinds_count++] = &kind_public;
	kinds[kinds_count++] = &memsearch_kind_portable;
#if defined(__x86_64__)
	kinds[kinds_count++] = &memsearch_kind_sse2;
	if (memsearch_kind_avx2())
		kinds[kinds_count++] = memsearch_kind_avx2();
#endif
}

static uint64_t seed = 88172645463325252;

static unsigned any(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 32) % below;
}

/* Returns an exact allocation, so that the sanitizer sees what is read outside. */
static uint8_t *random_bytes(size_t n, const char *alphabet, unsigned letters)
{
	uint8_t *p = malloc(n ? n : 1);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)alphabet[any(letters)];
	return n ? p : realloc(p, 1);
}

static const void *naive_find(const uint8_t *p, size_t n, const uint8_t *needle, size_t m)
{
	for (size_t i = 0; i + m <= n; i++)
		if (!memcmp(p + i, needle, m))
			return p + i;
	return NULL;
}

START_TEST(search_bytes)
{
	const struct memsearch_kind *k = kinds[_i];

	for (size_t n = 0; n < 300; n++)
		for (int round = 0; round < 20; round++) {
			unsigned letters = round < 10 ? 40 : 3;
			uint8_t *p = random_bytes(n, "ab\0cdefghijklmnopqrstuvwxyz0123456789\xff\x80\x7f",
						  letters);
			const void *first[3] = { NULL, NULL, NULL }, *last = NULL, *three;
			size_t count = 0;

			for (size_t i = n; i-- > 0;)
				for (int c = 0; c < 3; c++)
					if (p[i] == (uint8_t) "b\xff\0"[c])
						first[c] = p + i;
			for (size_t i = 0; i < n; i++)
				if (p[i] == 'b') {
					last = p + i;
					count++;
				}
			three = NULL;
			for (int c = 0; c < 3; c++)
				if (first[c] && (!three || first[c] < three))
					three = first[c];
			CHECK(k->chr(p, 'b', n) == first[0]);
			CHECK(k->chr(p, 0x1ff, n) == first[1]);
			CHECK(k->chr(p, -1, n) == first[1]);
			CHECK(k->chr3(p, 'b', 0xff, 0, n) == three);
			CHECK(k->rchr(p, 'b', n) == last);
			CHECK(k->count(p, 'b', n) == count);
			free(p);
		}
	CHECK(!k->chr(NULL, 'a', 0));
	CHECK(!k->rchr(NULL, 'a', 0));
	CHECK(k->count(NULL, 'a', 0) == 0);
}
END_TEST

START_TEST(search_strings)
{
	const struct memsearch_kind *k = kinds[_i];

	for (int round = 0; round < 20000; round++) {
		size_t n = 2 + any(round % 2 ? 40 : 300), m = 2 + any(any(3) ? 6 : 100);
		uint8_t *p = random_bytes(n, "ab e\n", 2 + any(4));
		uint8_t *q;

		if (m > n)
			m = n;
		q = random_bytes(m, "ab e\n", 2 + any(4));
		if (any(2))
			memcpy(q, p + any((unsigned)(n - m + 1)), m);
		CHECK(k->find(p, n, q, m) == naive_find(p, n, q, m));
		free(p);
		free(q);
	}
}
END_TEST

START_TEST(search_edges)
{
	const char *abc = "abc";

	CHECK(mem_mem(abc, 3, NULL, 0) == abc);
	ck_assert_ptr_null(mem_mem("abc", 3, "abcd", 4));
	ck_assert_str_eq(mem_mem("abc", 3, "c", 1), "c");
	ck_assert_ptr_null(mem_mem(NULL, 0, "c", 1));
	ck_assert_str_eq(mem_chr2("abc", 'c', 'b', 3), "bc");
	ck_assert_ptr_null(mem_chr2("abc", 'd', 'e', 3));
}
END_TEST

/* Text in which every place looks like the needle until far into it. */
START_TEST(search_hard)
{
	const struct memsearch_kind *k = kinds[_i];
	size_t n = 4000000, m = 20000;
	uint8_t *p = malloc(n), *q = malloc(m);

	memset(p, 'a', n);
	memset(q, 'a', m);
	q[0] = 'b';
	CHECK(!k->find(p, n, q, m));
	q[0] = 'a';
	q[300] = 'b';
	CHECK(!k->find(p, n, q, m));
	memcpy(p + n - m, q, m);
	CHECK(k->find(p, n, q, m) == p + n - m);
	memset(q, 'a', m);
	q[m - 1] = 'b';
	memset(p, 'a', n);
	CHECK(!k->find(p, n, q, m));
	for (size_t i = 0; i < n; i++)
		p[i] = i % 2 ? 'a' : 'b';
	for (size_t i = 0; i < m; i++)
		q[i] = i % 2 || i == m / 2 ? 'a' : 'b';
	CHECK(!k->find(p, n, q, m));
	free(p);
	free(q);
}
END_TEST

/* Makes text of pieces, most of them valid characters, some not. */
static size_t random_text(char *out, size_t size, unsigned kind)
{
	static const char *const pieces[] = {
		"a",
		"Z",
		" ",
		"\n",
		"\t",
		"word",
		".",
		"~",
		"!",
		"  ",
		"\r",
		"\f",
		"\v",
		"é",
		"日本",
		"\xc2\xa0",
		"\xe2\x80\x87",
		"\xe2\x80\xaf",
		"\xe2\x81\xa0",
		"\xe3\x80\x80",
		"😀",
		"\xf4\x8f\xbf\xbf",
		"\xe1\x9a\x80",
		"\xe2\x80\xa8",
		"\xc2\x85",
		"\xcc\x80",
		"\xd7\x90",
		"\xed\x9f\xbf",
		"\xee\x80\x80",
		"\xe0\xa0\x80",
		"\xf0\x90\x80\x80",
		"Ж",
		"\xef\xbf\xbd",
		"\x01",
		"\x7f",
		"\x1b",
		"\x02",
		"\xff",
		"\x80",
		"\xc2",
		"\xe2\x80",
		"\xf0\x9f\x98",
		"\xed\xa0\x80",
		"\xc0\x80",
		"\xe0\x9f\xbf",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xc1\xbf",
		"\xbf\xbf\xbf",
		"\xf0\x9f",
		"\xe2",
	};
	static const unsigned bounds[] = { 8, 13, 33, 37, sizeof pieces / sizeof *pieces };
	size_t n = 0;

	for (;;) {
		unsigned any_of = any(30) ? bounds[kind] : (unsigned)(sizeof pieces / sizeof *pieces);
		const char *piece = pieces[any(kind < 4 && kind > 1 && any(8) ? 8
					       : kind == 4                    ? any_of
									      : bounds[kind])];
		size_t len = strlen(piece);

		if (n + len > size)
			return n;
		memcpy(out + n, piece, len);
		n += len;
		if (kind >= 3 && n < size && !any(50))
			out[n++] = 0;
	}
}

/* What words_count() does, a character at a time. */
static struct words_count naive_words(const char *p, size_t n, bool utf8, bool posix)
{
	struct words_count w = { .utf8 = utf8, .posix = posix };

	while (n) {
		uint32_t cp = (uint8_t)*p;
		int len = 1;
		bool space, print;

		if (cp == '\n')
			w.lines++;
		if (utf8) {
			len = utf8_decode(p, n, &cp);
			if (len <= 0) {
				len = 1;
				cp = 0;
			} else {
				w.chars++;
			}
		} else if (cp >= 0x80) {
			cp = 0;
		}
		print = char_printable(cp);
		space = (print && char_space(cp)) || cp - 9 < 5 ||
			(!posix && (cp == 0xa0 || cp == 0x2007 || cp == 0x202f || cp == 0x2060));
		if (space)
			w.in_word = false;
		else if (print && !w.in_word) {
			w.in_word = true;
			w.words++;
		}
		p += len;
		n -= (size_t)len;
	}
	return w;
}

static bool naive_valid(const char *p, size_t n)
{
	uint32_t cp;

	while (n) {
		int len = utf8_decode(p, n, &cp);

		if (len <= 0)
			return false;
		p += len;
		n -= (size_t)len;
	}
	return true;
}

START_TEST(count_words)
{
	const struct memsearch_kind *k = kinds[_i];
	char text[1500];

	for (int round = 0; round < 10000; round++) {
		size_t n = random_text(text, any(any(4) ? 150 : sizeof text), any(5));
		char *p = malloc(n + 1);
		struct words_count want = naive_words(text, n, round & 1, round & 2);
		struct words_count w = { .utf8 = round & 1, .posix = round & 2 }, c = { .utf8 = true };

		memcpy(p, text, n);
		p = realloc(p, n ? n : 1);
		for (size_t at = 0, len; at < n; at += len) {
			len = any(any(3) ? 400 : 5);
			if (len > n - at)
				len = n - at;
			k->words(&w, p + at, len);
			k->chars(&c, p + at, len);
		}
		CHECK(w.lines == want.lines);
		CHECK(w.words == want.words);
		CHECK(w.chars == want.chars);
		CHECK(w.in_word == want.in_word);
		if (want.utf8)
			CHECK(c.chars == want.chars);
		CHECK(k->utf8_valid(p, n) == naive_valid(p, n));
		if (want.utf8 && naive_valid(p, n))
			CHECK(k->utf8_count(p, n) == want.chars);
		free(p);
	}
}
END_TEST

/* Every sequence of two bytes, and of three and four that matter, at every place about the end of a block. */
START_TEST(valid_sequences)
{
	const struct memsearch_kind *k = kinds[_i];
	static const uint8_t third[] = { 0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff };

	for (unsigned a = 0x80; a < 0x100; a++)
		for (unsigned b = 0; b < 0x100; b += b < 0x7e ? 0x3f : 1)
			for (unsigned c = 0; c < sizeof third; c++)
				for (unsigned d = 0; d < sizeof third; d++) {
					char s[160];
					char four[4] = { (char)a, (char)b, (char)third[c], (char)third[d] };
					size_t at = 56 + (a + b + c + d) % 12, end = at + 1 + (a + c) % 4;

					memset(s, 'x', sizeof s);
					memcpy(s + at, four, 4);
					CHECK(k->utf8_valid(s, 160) == naive_valid(s, 160));
					CHECK(k->utf8_valid(s, end) == naive_valid(s, end));
				}
}
END_TEST

/* glibc's characters go beyond U+10FFFF, which is not UTF-8 any more: takes what may begin them away. */
static size_t without_huge(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)p[i] >= 0xf4)
			p[i] = '\xff';
	return n;
}

/* The installed wc is the reference for what a word is. */
START_TEST(words_as_wc)
{
	static const char *const locales[] = { "LC_ALL=C", "LC_ALL=C.UTF-8",
					       "POSIXLY_CORRECT=1 LC_ALL=C.UTF-8" };
	char name[] = "/tmp/test_memsearch.XXXXXX", text[20000], command[200];
	int fd = mkstemp(name);

	ck_assert_int_ge(fd, 0);
	for (int round = 0; round < 30; round++) {
		size_t n = without_huge(text, random_text(text, sizeof text, (unsigned)round % 5));
		struct words_count w = { .utf8 = round % 3 > 0, .posix = round % 3 == 2 };
		unsigned long lines, words, chars;
		FILE *f;

		CHECK(ftruncate(fd, 0) == 0);
		CHECK(pwrite(fd, text, n, 0) == (ssize_t)n);
		snprintf(command, sizeof command, "%s wc -lwm <%s", locales[round % 3], name);
		f = popen(command, "r");
		CHECK(fscanf(f, "%lu %lu %lu", &lines, &words, &chars) == 3);
		pclose(f);
		words_count(&w, text, n);
		CHECK(w.lines == lines);
		CHECK(w.words == words);
		CHECK((w.utf8 ? w.chars : n) == chars);
	}
	close(fd);
	unlink(name);
}
END_TEST

Suite *memsearch_suite(void)
{
	Suite *s = suite_create("memsearch");
	TCase *t = tcase_create("kinds");

	find_kinds();
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, search_bytes, 0, kinds_count);
	tcase_add_loop_test(t, search_strings, 0, kinds_count);
	tcase_add_loop_test(t, search_hard, 0, kinds_count);
	tcase_add_loop_test(t, count_words, 0, kinds_count);
	tcase_add_loop_test(t, valid_sequences, 0, kinds_count);
	tcase_add_test(t, search_edges);
	tcase_add_test(t, words_as_wc);
	suite_add_tcase(s, t);
	return s;
}
