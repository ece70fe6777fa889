/* test_regex.c - regular expressions: tables made from POSIX's rules and GNU's manuals, and a comparison with the
 * host's own matcher over patterns made at random */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "/usr/include/regex.h" /* the host's; ours has the same name */
#include "regex.h"
#include "run_suites.h"

/* A pattern, a text, and where the match and the groups are: "0-3,1-2,-" (- for none), or NULL for no match. */
struct sample {
	enum regex_syntax syntax;
	unsigned flags;
	const char *pattern, *text, *spans;
};

static const struct sample samples[] = {
	/* leftmost, then longest */
	{ REGEX_EXTENDED, 0, "b|ab|abc", "xabcabc", "1-4" },
	{ REGEX_EXTENDED, 0, "a|ab|abcd", "abcd", "0-4" },
	{ REGEX_EXTENDED, 0, "bc|abcd", "abcd", "0-4" },
	{ REGEX_EXTENDED, 0, "x*", "aaa", "0-0" },
	{ REGEX_EXTENDED, 0, "(a*)(b*)", "aabb", "0-4,0-2,2-4" },
	{ REGEX_EXTENDED, 0, "(a)|(b)", "b", "0-1,-,0-1" },
	{ REGEX_EXTENDED, 0, "(a|b)*", "abba", "0-4,3-4" },
	{ REGEX_EXTENDED, 0, "(a*)*", "aaa", "0-3,0-3" },
	{ REGEX_EXTENDED, 0, "(a*)+", "b", "0-0,0-0" },
	{ REGEX_EXTENDED, 0, "(a|aa)+$", "aaaa", "0-4,3-4" },
	{ REGEX_EXTENDED, 0, "a{2,3}", "aaaa", "0-3" },
	{ REGEX_EXTENDED, 0, "a{,2}b", "aaab", "1-4" },
	{ REGEX_EXTENDED, 0, "(ab){2}", "xababab", "1-5,3-5" },
	{ REGEX_EXTENDED, 0, "a{0}b", "ab", "1-2" },
	{ REGEX_EXTENDED, 0, "()", "a", "0-0,0-0" },
	{ REGEX_EXTENDED, 0, "a||b", "b", "0-1" },
	/* anchors */
	{ REGEX_EXTENDED, 0, "^$", "", "0-0" },
	{ REGEX_EXTENDED, 0, "^a", "ba", NULL },
	{ REGEX_EXTENDED, 0, "a$", "ab", NULL },
	{ REGEX_EXTENDED, 0, "(^|b)a", "ba", "0-2,0-1" },
	{ REGEX_EXTENDED, 0, "a^b", "a^b", NULL },
	{ REGEX_BASIC, 0, "a^b$c", "a^b$c", "0-5" },
	{ REGEX_BASIC, 0, "\\(^a\\)", "ba", NULL },
	{ REGEX_BASIC, 0, "^*", "*", "0-1" },
	{ REGEX_BASIC, 0, "*a", "*a", "0-2" },
	{ REGEX_BASIC, 0, "\\(*a\\)", "*a", "0-2,0-2" },
	{ REGEX_EXTENDED, REGEX_NEWLINE, "^b$", "a\nb\nc", "2-3" },
	{ REGEX_EXTENDED, REGEX_NEWLINE, "a.b", "a\nb", NULL },
	{ REGEX_EXTENDED, REGEX_NEWLINE, "a[^x]b", "a\nb", NULL },
	{ REGEX_EXTENDED, REGEX_MULTILINE, "a.b$", "a\nb\n", "0-3" },
	{ REGEX_EXTENDED, 0, "a.b", "a\nb", "0-3" },
	{ REGEX_BASIC, REGEX_MULTILINE, "\\`b", "a\nb", NULL },
	/* GNU's operators */
	{ REGEX_BASIC, 0, "a\\|b", "b", "0-1" },
	{ REGEX_BASIC, 0, "a\\+b\\?", "aab", "0-3" },
	{ REGEX_BASIC, 0, "a+b", "a+b", "0-3" },
	{ REGEX_EXTENDED, 0, "\\w+\\W\\w", "foo bar", "0-5" },
	{ REGEX_EXTENDED, 0, "\\bb", "ab b", "3-4" },
	{ REGEX_EXTENDED, 0, "\\Bb", "b ab", "3-4" },
	{ REGEX_EXTENDED, 0, "\\<.", " x", "1-2" },
	{ REGEX_EXTENDED, 0, "x\\>", "xx x", "1-2" },
	{ REGEX_EXTENDED, 0, "\\bé\\b", "aé é", "4-6" },
	{ REGEX_EXTENDED, 0, "a\\sb\\Sc", "a bxc", "0-5" },
	/* bracket expressions */
	{ REGEX_BASIC, 0, "[]a]*", "]a]b", "0-3" },
	{ REGEX_BASIC, 0, "[^]a]", "]ab", "2-3" },
	{ REGEX_BASIC, 0, "[a-]*", "a-b", "0-2" },
	{ REGEX_BASIC, 0, "[\\]*", "\\\\a", "0-2" },
	{ REGEX_BASIC, 0, "[[:digit:][:upper:]]*", "1A2b", "0-3" },
	{ REGEX_BASIC, 0, "[[.-.]a]*", "-a-b", "0-3" },
	{ REGEX_BASIC, 0, "[[=a=]]", "ba", "1-2" },
	{ REGEX_AWK, 0, "[\\]a]+", "]a", "0-2" },
	{ REGEX_AWK, 0, "\\101\\x42\\/", "AB/", "0-3" },
	{ REGEX_AWK, 0, "\\yb", "ab b", "3-4" },
	/* UTF-8 and bytes */
	{ REGEX_EXTENDED, 0, "^.$", "é", "0-2" },
	{ REGEX_EXTENDED, REGEX_BYTES, "^.$", "é", NULL },
	{ REGEX_EXTENDED, 0, "[é-ü]+", "aéüz", "1-5" },
	{ REGEX_EXTENDED, 0, "[^a]", "aé", "1-3" },
	{ REGEX_EXTENDED, 0, "é{2}", "éé", "0-4" },
	{ REGEX_EXTENDED, 0, "[[:alpha:]]+", "1é中a", "1-7" },
	{ REGEX_EXTENDED, 0, ".", "\xff", NULL },
	{ REGEX_EXTENDED, 0, ".", "\xed\xa0\x80", NULL },
	{ REGEX_EXTENDED, REGEX_BYTES, ".", "\xff", "0-1" },
	{ REGEX_EXTENDED, 0, "\xff", "a\xff", "1-2" },
	{ REGEX_EXTENDED, REGEX_ICASE, "ÉcolE", "éCOLe", "0-6" },
	{ REGEX_EXTENDED, REGEX_ICASE, "[a-c]+", "ABC", "0-3" },
	{ REGEX_EXTENDED, REGEX_ICASE, "s", "\xc5\xbf", "0-2" },
	/* back-references */
	{ REGEX_BASIC, 0, "\\(a*\\)b\\1", "aabaa", "0-5,0-2" },
	{ REGEX_BASIC, 0, "\\(a\\)\\(b\\)\\2\\1", "abba", "0-4,0-1,1-2" },
	{ REGEX_EXTENDED, 0, "(.*)\\1", "abab", "0-4,0-2" },
	{ REGEX_EXTENDED, 0, "([a-z]+) \\1", "the the cat", "0-7,0-3" },
	{ REGEX_EXTENDED, REGEX_ICASE, "(a)\\1", "aA", "0-2,0-1" },
	/* what grep and sed ask for */
	{ REGEX_FIXED, 0, "a.b", "xa.b", "1-4" },
	{ REGEX_FIXED, REGEX_LINES, "foo\nb", "xb foo", "1-2" },
	{ REGEX_BASIC, REGEX_WORD, "b", "ab b", "3-4" },
	{ REGEX_EXTENDED, REGEX_WORD, "a|ab", "ab", "0-2" },
	{ REGEX_BASIC, REGEX_LINE, "a*", "aab", NULL },
	{ REGEX_BASIC, REGEX_ESCAPES, "a\\tb\\x41\\n", "a\tbA\n", "0-5" },
	{ REGEX_BASIC, REGEX_LINES, "a\n\\(b\\)\\1", "bb", "0-2,0-1" },
	{ REGEX_EXTENDED, REGEX_GREP, "a{1", "a{1", "0-3" },
	{ REGEX_EMACS, 0, "a+\\(b\\|c\\)?", "aac", "0-3,2-3" },
	/* Perl */
	{ REGEX_PERL, 0, "a+?", "aaa", "0-1" },
	{ REGEX_PERL, 0, "a|ab", "ab", "0-1" },
	{ REGEX_PERL, 0, "(?<=a)b(?!c)", "bc abc ab", "8-9" },
	{ REGEX_PERL, 0, "(?<!a)b", "abb", "2-3" },
	{ REGEX_PERL, 0, "foo\\Kbar", "foobar", "3-6" },
	{ REGEX_PERL, 0, "(?i)abc(?-i)d", "ABCd", "0-4" },
	{ REGEX_PERL, 0, "(?<x>\\w+) \\k<x>", "the the", "0-7,0-3" },
	{ REGEX_PERL, 0, "a++a", "aaa", NULL },
	{ REGEX_PERL, 0, "\\((?:[^()]++|(?R))*\\)", "((a)(b)", "1-4" },
	{ REGEX_PERL, 0, "\\Qa.b\\E+", "a.bb", "0-4" },
	{ REGEX_PERL, 0, "(a)?(?(1)b|c)", "ab", "0-2,0-1" },
	{ REGEX_PERL, 0, "\\p{Lu}\\d\\x{e9}", "A1é", "0-4" },
};

static void format(const struct regex_span *spans, size_t count, char *out)
{
	*out = 0;
	for (size_t i = 0; i < count; i++) {
		out += sprintf(out, "%s", i ? "," : "");
		if (spans[i].start < 0)
			out += sprintf(out, "-");
		else
			out += sprintf(out, "%td-%td", spans[i].start, spans[i].end);
	}
}

START_TEST(test_samples)
{
	const struct sample *s = &samples[_i];
	size_t len = strlen(s->text), count, end;
	struct regex_span spans[10];
	const char *error = NULL;
	char got[300];
	struct regex *re = regex_compile(s->pattern, strlen(s->pattern), s->syntax, s->flags, &error);

	ck_assert_msg(re, "%s: %s", s->pattern, error);
	count = regex_groups(re) + 1;
	ck_assert_uint_le(count, 10);
	/* twice: from an empty cache and from a filled one */
	for (int pass = 0; pass < 2; pass++) {
		bool found = regex_search(re, s->text, len, 0, 0, spans, count);

		if (found)
			format(spans, count, got);
		ck_assert_msg(found == (s->spans != NULL) && (!found || strcmp(got, s->spans) == 0),
			      "%s on %s: %s, not %s", s->pattern, s->text, found ? got : "no match",
			      s->spans ? s->spans : "no match");
		ck_assert_int_eq(regex_search(re, s->text, len, 0, 0, NULL, 0), found);
		if (!strchr(s->text, '\n') && len)
			ck_assert_int_eq(regex_search_lines(re, s->text, len, 0, '\n', &end) == 0, found);
	}
	regex_free(re);
}
END_TEST

static const struct {
	enum regex_syntax syntax;
	const char *pattern, *error;
} errors[] = {
	{ REGEX_BASIC, "\\(a", "Unmatched ( or \\(" },
	{ REGEX_BASIC, "a\\)", "Unmatched ) or \\)" },
	{ REGEX_EXTENDED, "(a", "Unmatched ( or \\(" },
	{ REGEX_BASIC, "[a", "Unmatched [, [^, [:, [., or [=" },
	{ REGEX_BASIC, "[[:alpha:", "Unmatched [, [^, [:, [., or [=" },
	{ REGEX_BASIC, "[[:foo:]]", "Invalid character class name" },
	{ REGEX_BASIC, "[[.foo.]]", "Invalid collation character" },
	{ REGEX_BASIC, "[b-a]", "Invalid range end" },
	{ REGEX_BASIC, "a\\", "Trailing backslash" },
	{ REGEX_BASIC, "\\1", "Invalid back reference" },
	{ REGEX_BASIC, "\\(a\\1\\)", "Invalid back reference" },
	{ REGEX_BASIC, "a\\{1", "Unmatched \\{" },
	{ REGEX_BASIC, "a\\{x\\}", "Invalid content of \\{\\}" },
	{ REGEX_BASIC, "a\\{2,1\\}", "Invalid content of \\{\\}" },
	{ REGEX_BASIC, "a\\{32768\\}", "Regular expression too big" },
	{ REGEX_EXTENDED, "((a{1000}){1000}){1000}", "Regular expression too big" },
	{ REGEX_EXTENDED, "*a", "Invalid preceding regular expression" },
	{ REGEX_EXTENDED, "a|*b", "Invalid preceding regular expression" },
	{ REGEX_PERL, "a(", "missing closing parenthesis" },
	{ REGEX_PERL, "a)", "unmatched closing parenthesis" },
	{ REGEX_PERL, "[a", "missing terminating ] for character class" },
	{ REGEX_PERL, "\\1", "reference to non-existent subpattern" },
};

START_TEST(test_errors)
{
	const char *error = NULL, *pattern = errors[_i].pattern;
	struct regex *re = regex_compile(pattern, strlen(pattern), errors[_i].syntax, 0, &error);

	ck_assert_msg(!re, "%s is accepted", pattern);
	ck_assert_str_eq(error, errors[_i].error);
}
END_TEST

START_TEST(test_where)
{
	const char *error;
	struct regex *re = regex_compile("^a|b$", 5, REGEX_EXTENDED, 0, &error);
	struct regex_span m;

	ck_assert(!regex_search(re, "aab", 3, 1, REGEX_NOT_EOL, &m, 1));
	ck_assert(regex_search(re, "aab", 3, 1, 0, &m, 1));
	ck_assert_int_eq(m.start, 2);
	ck_assert(!regex_search(re, "a", 1, 0, REGEX_NOT_BOL, &m, 1));
	regex_free(re);
	re = regex_compile("\\bb", 3, REGEX_EXTENDED, 0, &error);
	ck_assert(!regex_search(re, "ab", 2, 1, 0, &m, 1));
	regex_free(re);
	re = regex_compile("a\0b", 3, REGEX_BASIC, 0, &error);
	ck_assert(regex_search(re, "xa\0b", 4, 0, 0, &m, 1));
	ck_assert(regex_match_all(re, "a\0b", 3));
	ck_assert(!regex_match_all(re, "a\0bc", 4));
	regex_free(re);
}
END_TEST

START_TEST(test_lines)
{
	static const char text[] = "one\ntwo\n\nthree a\nfour";
	static const char *const patterns[] = {
		"o", "t.*e", "^$", "four$", "^t", "e\\b", "zz", "w|[aeiou]{2}"
	};
	static const int lines[][5] = { { 0, 4, 17, -1 }, { 9, -1 },    { 8, -1 }, { 17, -1 },
					{ 4, 9, -1 },     { 0, 9, -1 }, { -1 },    { 4, 9, 17, -1 } };

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		const char *error;
		struct regex *re = regex_compile(patterns[i], strlen(patterns[i]), REGEX_EXTENDED, 0, &error);
		size_t from = 0, end = 0, n = 0;
		ptrdiff_t found;

		do {
			found = regex_search_lines(re, text, sizeof text - 1, from, '\n', &end);
			ck_assert_msg(found == lines[i][n], "%s: %td, not %d", patterns[i], found,
				      lines[i][n]);
			n++;
			from = end;
		} while (found >= 0);
		regex_free(re);
	}
}
END_TEST

/* Patterns that make others slow are linear, in bounded memory. */
START_TEST(test_linear)
{
	static const char *const patterns[] = { "(a*)*b", "(a|aa)+$", "(x+x+)+y", "(a|b)*a(a|b){12}c",
						"(.*)(.*)(.*)(.*)(.*)[^ax]" };
	size_t len = 1 << 20;
	char *text = malloc(len);

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		const char *error;
		struct regex *re = regex_compile(patterns[i], strlen(patterns[i]), REGEX_EXTENDED, 0, &error);
		struct regex_span m[3];

		memset(text, i == 2 ? 'x' : 'a', len);
		ck_assert_int_eq(regex_search(re, text, len, 0, 0, m, 3), i == 1);
		regex_free(re);
	}
	free(text);
}
END_TEST

static uint64_t seed;

static unsigned random_below(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* Adds a pattern made at random. */
static void make_pattern(char *out, int depth)
{
	static const char *const atoms[] = { "a",    "b",    "c",     ".",   "é",
					     "[ab]", "[^a]", "[a-c]", "\\w", "[[:alpha:]]" };
	static const char *const repeats[] = {
		"*", "+", "?", "{2}", "{1,2}", "{2,}", "", "", "", "", "", ""
	};

	for (unsigned branch = 0; branch == 0 || random_below(4) == 0; branch++) {
		if (branch)
			strcat(out, "|");
		for (unsigned piece = 1 + random_below(3); piece > 0; piece--) {
			if (depth < 2 && random_below(4) == 0) {
				strcat(out, "(");
				make_pattern(out, depth + 1);
				strcat(out, ")");
			} else {
				strcat(out, atoms[random_below(10)]);
			}
			strcat(out, repeats[random_below(12)]);
		}
	}
}

/* The bounds of matches are those that the host's matcher finds (its submatches are not always the same, and it has
 * errors with assertions in repetitions, so that there are none). */
START_TEST(test_host)
{
	static const char *const chars[] = { "a", "b", "c", " ", "é", "中", "A", "_" };

	for (unsigned round = 1; round <= 1500; round++) {
		char pattern[600] = "", text[80];
		const char *error;
		struct regex *re;
		regex_t host;

		seed = round * 7919u;
		make_pattern(pattern, 0);
		if (strlen(pattern) > 40)
			continue;
		re = regex_compile(pattern, strlen(pattern), REGEX_EXTENDED, REGEX_BYTES, &error);
		ck_assert_msg(re, "%s: %s", pattern, error);
		ck_assert_int_eq(regcomp(&host, pattern, REG_EXTENDED), 0);
		for (int i = 0; i < 6; i++) {
			struct regex_span m;
			regmatch_t h;
			bool found;

			*text = 0;
			for (unsigned n = random_below(9); n > 0; n--)
				strcat(text, chars[random_below(4)]);
			found = regex_search(re, text, strlen(text), 0, 0, &m, 1);
			ck_assert_msg(found == (regexec(&host, text, 1, &h, 0) == 0) &&
					      (!found || (m.start == h.rm_so && m.end == h.rm_eo)),
				      "%s on %s", pattern, text);
		}
		regfree(&host);
		regex_free(re);
	}
}
END_TEST

Suite *regex_suite(void)
{
	Suite *s = suite_create("regex");
	TCase *t = tcase_create("regex");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, test_samples, 0, sizeof samples / sizeof *samples);
	tcase_add_loop_test(t, test_errors, 0, sizeof errors / sizeof *errors);
	tcase_add_test(t, test_where);
	tcase_add_test(t, test_lines);
	tcase_add_test(t, test_linear);
	tcase_add_test(t, test_host);
	suite_add_tcase(s, t);
	return s;
}
