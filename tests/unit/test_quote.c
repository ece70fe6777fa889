/* test_quote.c - quoting, by what GNU ls 9.1 was seen to print for each style */
#include <check.h>
#include <stdlib.h>
#include "libbb.h"
#include "run_suites.h"

struct sample {
	const char *text;
	const char *styles[10]; /* in the order of enum quoting_style, with LC_ALL=C */
};

static const struct sample samples[] = {
	{ "plain",
	  { "plain", "plain", "'plain'", "plain", "'plain'", "\"plain\"", "plain", "plain", "'plain'",
	    "\"plain\"" } },
	{ "it's",
	  { "it's", "\"it's\"", "\"it's\"", "\"it's\"", "\"it's\"", "\"it's\"", "it's", "it's", "'it\\'s'",
	    "\"it's\"" } },
	{ "it's $x",
	  { "it's $x", "'it'\\''s $x'", "'it'\\''s $x'", "'it'\\''s $x'", "'it'\\''s $x'", "\"it's $x\"",
	    "it's $x", "it's $x", "'it\\'s $x'", "\"it's $x\"" } },
	{ "a\"b",
	  { "a\"b", "'a\"b'", "'a\"b'", "'a\"b'", "'a\"b'", "\"a\\\"b\"", "\"a\\\"b\"", "a\"b", "'a\"b'",
	    "\"a\\\"b\"" } },
	{ "a\\b",
	  { "a\\b", "'a\\b'", "'a\\b'", "'a\\b'", "'a\\b'", "\"a\\\\b\"", "a\\b", "a\\\\b", "'a\\\\b'",
	    "\"a\\\\b\"" } },
	{ "a\nb",
	  { "a\nb", "'a\nb'", "'a\nb'", "'a'$'\\n''b'", "'a'$'\\n''b'", "\"a\\nb\"", "\"a\\nb\"", "a\\nb",
	    "'a\\nb'", "\"a\\nb\"" } },
	{ "\n",
	  { "\n", "'\n'", "'\n'", "''$'\\n'", "''$'\\n'", "\"\\n\"", "\"\\n\"", "\\n", "'\\n'", "\"\\n\"" } },
	{ "\xff",
	  { "\xff", "\xff", "'\xff'", "''$'\\377'", "''$'\\377'", "\"\\377\"", "\"\\377\"", "\\377",
	    "'\\377'", "\"\\377\"" } },
	{ "'\n'",
	  { "'\n'", "''\\''\n'\\'''", "''\\''\n'\\'''", "''\\'''$'\\n'\\'''", "''\\'''$'\\n'\\'''",
	    "\"'\\n'\"", "\"'\\n'\"", "'\\n'", "'\\'\\n\\''", "\"'\\n'\"" } },
	{ "~x", { "~x", "'~x'", "'~x'", "'~x'", "'~x'", "\"~x\"", "~x", "~x", "'~x'", "\"~x\"" } },
	{ "x~", { "x~", "x~", "'x~'", "x~", "'x~'", "\"x~\"", "x~", "x~", "'x~'", "\"x~\"" } },
	{ "{", { "{", "'{'", "'{'", "'{'", "'{'", "\"{\"", "{", "{", "'{'", "\"{\"" } },
	{ "{a", { "{a", "{a", "'{a'", "{a", "'{a'", "\"{a\"", "{a", "{a", "'{a'", "\"{a\"" } },
};

static int quote_main(void *options, char **argv)
{
	(void)options;
	(void)argv;
	setenv("LC_ALL", "C", 1);
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		for (int style = 0; quoting_styles[style]; style++)
			ck_assert_msg(strcmp(quote_style(samples[i].text, strlen(samples[i].text),
							 (enum quoting_style)style, NULL, NULL),
					     samples[i].styles[style]) == 0,
				      "%s in style %s: %s", samples[i].text, quoting_styles[style],
				      quote_style(samples[i].text, strlen(samples[i].text),
						  (enum quoting_style)style, NULL, NULL));
	ck_assert_str_eq(quote_style("a b", 3, QUOTE_ESCAPE, " ", NULL), "a\\ b");
	ck_assert_str_eq(quote("x"), "'x'");
	ck_assert_str_eq(quote_maybe("a:b"), "'a:b'");
	ck_assert_str_eq(quote_maybe("ab"), "ab");
	ck_assert_str_eq(quote_maybe(""), "''");
	ck_assert_str_eq(quote_file("ab"), "'ab'");
	ck_assert_str_eq(quote_maybe("\xc3\xa9"), "''$'\\303\\251'");
	setenv("LC_ALL", "C.UTF-8", 1);
	ck_assert_str_eq(quote("it's"), "\xe2\x80\x98it's\xe2\x80\x99");
	ck_assert_str_eq(quote_maybe("\xc3\xa9"), "\xc3\xa9");
	ck_assert_str_eq(quote_maybe("\xc3"), "''$'\\303'");
	unsetenv("LC_ALL");
	unsetenv("LC_CTYPE");
	unsetenv("LANG");
	ck_assert_str_eq(quote("it's"), "'it\\'s'");
	ck_assert_str_eq(quote_maybe("\xc3\xa9"), "\xc3\xa9");
	return 0;
}

START_TEST(styles)
{
	static const struct applet a = {
		.name = "q", .main = quote_main, .long_names = "help\0version", .trouble = 1
	};
	char name[] = "q", *words[] = { name, NULL };

	ck_assert_int_eq(run_applet(&a, words), 0);
}
END_TEST

Suite *quote_suite(void)
{
	Suite *s = suite_create("quote");
	TCase *t = tcase_create("quote");

	tcase_add_test(t, styles);
	suite_add_tcase(s, t);
	return s;
}
