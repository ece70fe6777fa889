/* test_utf8.c - utf8.h against glibc's locale C.UTF-8, for all code points */
#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "utf8.h"

Suite *utf8_suite(void);

/* Counts the code points of which the two sides say different things; the first is shown. */
#define DIFFERENT(ours, theirs)                                                                              \
	do {                                                                                                 \
		for (uint32_t cp = 0; cp < 0x110000; cp++)                                                   \
			if ((long)(ours) != (long)(theirs))                                                  \
				ck_abort_msg("U+%04X: %ld instead of %ld", (unsigned)cp, (long)(ours),       \
					     (long)(theirs));                                                \
	} while (0)

START_TEST(properties_as_glibc)
{
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return;
	DIFFERENT(char_width(cp), wcwidth((wchar_t)cp));
	DIFFERENT(char_printable(cp), iswprint(cp) != 0);
	DIFFERENT(char_graph(cp), iswgraph(cp) != 0);
	DIFFERENT(char_space(cp), iswspace(cp) != 0);
	DIFFERENT(char_blank(cp), iswblank(cp) != 0);
	DIFFERENT(char_cntrl(cp), iswcntrl(cp) != 0);
	DIFFERENT(char_digit(cp), iswdigit(cp) != 0);
	DIFFERENT(char_xdigit(cp), iswxdigit(cp) != 0);
	DIFFERENT(char_alpha(cp), iswalpha(cp) != 0);
	DIFFERENT(char_alnum(cp), iswalnum(cp) != 0);
	DIFFERENT(char_punct(cp), iswpunct(cp) != 0);
	DIFFERENT(char_upper(cp), towupper(cp));
	DIFFERENT(char_lower(cp), towlower(cp));
	DIFFERENT(char_is_upper(cp), iswupper(cp) != 0);
	DIFFERENT(char_is_lower(cp), iswlower(cp) != 0);
}
END_TEST

START_TEST(properties_outside)
{
	static const uint32_t outside[] = { 0x110000, 0x7fffffff, 0x80000000, 0xffffffff };

	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(char_width(outside[i]), -1);
		ck_assert(!char_printable(outside[i]));
		ck_assert(!char_alpha(outside[i]));
		ck_assert(!char_space(outside[i]));
		ck_assert(!char_cntrl(outside[i]));
		ck_assert_uint_eq(char_upper(outside[i]), outside[i]);
		ck_assert_uint_eq(char_lower(outside[i]), outside[i]);
		ck_assert(!char_is_upper(outside[i]));
		ck_assert(!char_is_lower(outside[i]));
	}
}
END_TEST

START_TEST(encode_and_decode)
{
	for (uint32_t cp = 0; cp < 0x110000; cp++) {
		char s[4];
		uint32_t back = 0;
		int len = utf8_encode(cp, s);

		if (cp >= 0xd800 && cp < 0xe000) {
			ck_assert_int_eq(memcmp(s, "\xef\xbf\xbd", 3), 0);
			continue;
		}
		if (utf8_decode(s, 4, &back) != len || back != cp)
			ck_abort_msg("U+%04X comes back as U+%04X", (unsigned)cp, (unsigned)back);
		for (int n = 0; n < len; n++)
			if (utf8_decode(s, (size_t)n, &back) != 0)
				ck_abort_msg("U+%04X is complete after %d bytes", (unsigned)cp, n);
	}
}
END_TEST

START_TEST(decode_invalid)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xe0\x9f\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x8f\xbf\xbf",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xff",
		"\xfe",
		"\xc2"
		"a",
		"\xe2\x80"
		"a",
		"\xf0\x9f\x98"
		"a",
		"\xe2"
		"a",
		"\xe0\x9f",
		"\xf4\x90",
	};
	uint32_t cp = 7;
	char out[4];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_int_eq(utf8_decode(bad[i], strlen(bad[i]), &cp), -1);
	ck_assert_int_eq(utf8_decode("\xe2\x80", 2, &cp), 0);
	ck_assert_int_eq(utf8_decode("", 0, &cp), 0);
	ck_assert_uint_eq(cp, 7);
	ck_assert_int_eq(utf8_decode("", 1, &cp), 1);
	ck_assert_uint_eq(cp, 0);
	ck_assert_int_eq(utf8_encode(0x110000, out), 3);
}
END_TEST

START_TEST(widths)
{
	ck_assert_uint_eq(str_width("abc", 3), 3);
	ck_assert_uint_eq(str_width("日本", 6), 4);
	ck_assert_uint_eq(str_width("e\xcc\x81\n\xff\xe2\x80", 7), 1);
	ck_assert_uint_eq(str_width("😀", 4), 2);
	ck_assert_uint_eq(str_width("", 0), 0);
}
END_TEST

static bool with(const char *all, const char *ctype, const char *lang)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *values[] = { all, ctype, lang };

	for (int i = 0; i < 3; i++)
		if (values[i])
			setenv(names[i], values[i], 1);
		else
			unsetenv(names[i]);
	return locale_is_utf8();
}

START_TEST(locales)
{
	ck_assert(with(NULL, NULL, NULL));
	ck_assert(!with("C", NULL, NULL));
	ck_assert(!with("POSIX", "C.UTF-8", "C.UTF-8"));
	ck_assert(with("C.UTF-8", "C", "C"));
	ck_assert(!with("", "C", "C.UTF-8"));
	ck_assert(with("", "", "de_DE"));
	ck_assert(!with(NULL, NULL, "C"));
	ck_assert(with(NULL, NULL, ""));
}
END_TEST

Suite *utf8_suite(void)
{
	Suite *s = suite_create("utf8");
	TCase *t = tcase_create("utf8");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, properties_as_glibc);
	tcase_add_test(t, properties_outside);
	tcase_add_test(t, encode_and_decode);
	tcase_add_test(t, decode_invalid);
	tcase_add_test(t, widths);
	tcase_add_test(t, locales);
	suite_add_tcase(s, t);
	return s;
}
