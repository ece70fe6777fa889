/* test_mode.c - mode.h against the installed chmod and stat */
#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "mode.h"

Suite *mode_suite(void);

static uint64_t seed = 88172645463325252;

static unsigned any(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 32) % below;
}

static void add(char *s, const char *alphabet)
{
	size_t n = strlen(s);

	s[n] = alphabet[any((unsigned)strlen(alphabet))];
	s[n + 1] = '\0';
}

/* Makes a mode that is mostly well-formed. */
static void random_mode(char *s)
{
	unsigned clauses = 1 + any(3), n;

	*s = '\0';
	if (!any(5)) {
		for (n = 1 + any(5); n; n--)
			add(s, "01234567");
		return;
	}
	if (!any(12)) {
		for (n = 1 + any(6); n; n--)
			add(s, "ugoarwxXst+-=,07");
		return;
	}
	for (; clauses; clauses--) {
		for (n = any(3); n; n--)
			add(s, "ugoa");
		for (n = 1 + any(2); n; n--) {
			unsigned letters = any(4);

			add(s, "+-=");
			if (!any(10)) {
				add(s, "0123467");
				add(s, "0123467");
			} else if (!any(3)) {
				add(s, "ugo");
			} else {
				for (; letters; letters--)
					add(s, "rwxXst");
			}
		}
		if (clauses > 1)
			add(s, ",");
	}
}

struct attempt {
	char spec[64];
	mode_t old, mask;
	bool directory;
};

/* Both are run on the same modes: chmod in one shell, for speed. */
START_TEST(as_chmod)
{
	enum { COUNT = 600 };
	static struct attempt attempts[COUNT];
	char dir[] = "/tmp/test_mode.XXXXXX", path[100], command[200];
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/script", dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fprintf(f, "cd %s\n", dir);
	for (int i = 0; i < COUNT; i++) {
		struct attempt *a = &attempts[i];
		static const mode_t masks[] = { 0, 022, 077, 027, 0777 };

		random_mode(a->spec);
		a->old = any(010000);
		a->mask = masks[any(5)];
		a->directory = any(2);
		snprintf(path, sizeof path, "%s/%d", dir, i);
		if (a->directory)
			mkdir(path, 0700);
		else
			fclose(fopen(path, "w"));
		chmod(path, a->old);
		fprintf(f, "umask %o\nchmod -- '%s' %d 2>/dev/null || echo %d >>invalid\n", (unsigned)a->mask,
			a->spec, i, i);
	}
	fclose(f);
	snprintf(command, sizeof command, "sh %s/script", dir);
	ck_assert_int_ge(system(command), 0);
	for (int i = 0; i < COUNT; i++) {
		struct attempt *a = &attempts[i];
		struct mode_change change;
		struct stat st;
		mode_t ours = a->old;

		snprintf(path, sizeof path, "%s/%d", dir, i);
		ck_assert_int_eq(stat(path, &st), 0);
		if (mode_compile(a->spec, &change))
			ours = mode_apply(&change, a->old, a->directory, a->mask, NULL);
		if (ours != (st.st_mode & 07777))
			ck_abort_msg("'%s' to %o of a %s with umask %o: %o instead of %o", a->spec,
				     (unsigned)a->old, a->directory ? "directory" : "file", (unsigned)a->mask,
				     (unsigned)ours, (unsigned)st.st_mode & 07777);
	}
	snprintf(path, sizeof path, "%s/invalid", dir);
	f = fopen(path, "r");
	for (int i = 0, next = -1; i < COUNT; i++) {
		struct mode_change change;

		if (next < i && f && fscanf(f, "%d", &next) != 1)
			next = COUNT;
		if ((mode_compile(attempts[i].spec, &change) != NULL) == (i == next))
			ck_abort_msg("'%s' is %s", attempts[i].spec, i == next ? "invalid" : "valid");
	}
	if (f)
		fclose(f);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

static mode_t change(const char *spec, mode_t old, bool directory, mode_t mask)
{
	struct mode_change c;

	ck_assert_ptr_nonnull(mode_compile(spec, &c));
	return mode_apply(&c, old, directory, mask, NULL);
}

START_TEST(examples)
{
	ck_assert_uint_eq(change("755", 06000, true, 0), 06755);
	ck_assert_uint_eq(change("00755", 06000, true, 0), 0755);
	ck_assert_uint_eq(change("755", 06000, false, 0), 0755);
	ck_assert_uint_eq(change("+w", 0444, false, 022), 0644);
	ck_assert_uint_eq(change("a+X", 0644, false, 0), 0644);
	ck_assert_uint_eq(change("a+X", 0644, true, 0), 0755);
	ck_assert_uint_eq(change("u=rwx,g=rx,o=", 02777, true, 0), 02750);
	ck_assert_uint_eq(change("g=u,o=g", 0640, false, 0), 0666);
	ck_assert_uint_eq(change("u+s,+t", 0755, false, 0), 05755);
}
END_TEST

START_TEST(invalid)
{
	static const char *const bad[] = { "",     ",",      "u",    "8",   "10000", "rwx",
					   "X",    "u+rq",   "755x", "+8",  "u+7",   "u+r,",
					   ",u+r", "+77777", "ur+w", "a+a", "u+ug",  "+7r" };
	struct mode_change c;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (mode_compile(bad[i], &c))
			ck_abort_msg("'%s' is valid", bad[i]);
}
END_TEST

START_TEST(reference)
{
	struct mode_change c;
	mode_t mentioned;

	ck_assert_uint_eq(mode_apply(mode_from(S_IFREG | 01755, &c), 06000, true, 0, &mentioned), 01755);
	ck_assert_uint_eq(mentioned, 07777);
}
END_TEST

START_TEST(strings)
{
	static const struct {
		mode_t mode;
		const char *text;
	} cases[] = {
		{ S_IFREG | 0644, "-rw-r--r--" },
		{ S_IFDIR | 02750, "drwxr-s---" },
		{ S_IFDIR | 01777, "drwxrwxrwt" },
		{ S_IFREG | 07000, "---S--S--T" },
		{ S_IFLNK | 0777, "lrwxrwxrwx" },
		{ S_IFREG | 06111, "---s--s--x" },
		{ S_IFCHR | 0600, "crw-------" },
		{ S_IFBLK | 0600, "brw-------" },
		{ S_IFIFO | 0600, "prw-------" },
		{ S_IFSOCK | 0600, "srw-------" },
		{ 0600, "?rw-------" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char s[11];

		mode_string(cases[i].mode, s);
		ck_assert_str_eq(s, cases[i].text);
	}
}
END_TEST

Suite *mode_suite(void)
{
	Suite *s = suite_create("mode");
	TCase *t = tcase_create("mode");

	tcase_set_timeout(t, 120);
	tcase_add_test(t, as_chmod);
	tcase_add_test(t, examples);
	tcase_add_test(t, invalid);
	tcase_add_test(t, reference);
	tcase_add_test(t, strings);
	suite_add_tcase(s, t);
	return s;
}
