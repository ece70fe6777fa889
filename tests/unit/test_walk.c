/* test_walk.c - walking trees: order of events, links, loops, more levels than may be open, errors */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "libbb.h"
#include "run_suites.h"
#include "walk.h"

enum { DEPTH = 300 };

static unsigned walk_flags;

/* Walks its operands and prints a letter and the path for each step. */
static int steps_main(void *options, char **argv)
{
	static const char letters[] = "fd.e@";
	const struct walk_entry *e;
	struct walk w;

	(void)options;
	walk_open(&w, argv, walk_flags);
	while ((e = walk_next(&w)))
		out_fmt("%c%zu:%s ", letters[e->kind], e->level, e->path);
	return 0;
}

static char *steps(const char *root, unsigned flags)
{
	static const struct applet a = {
		.name = "w", .main = steps_main, .long_names = "help\0version", .trouble = 1
	};
	char name[] = "w", *copy = strdup(root), *words[] = { name, copy, NULL }, *text;
	size_t len;

	walk_flags = flags;
	ck_assert_int_eq(run_applet_captured(&a, words, &text, &len), 0);
	free(copy);
	return text;
}

static void expect(const char *root, unsigned flags, const char *want)
{
	char *got = steps(root, flags);

	ck_assert_str_eq(got, want);
	free(got);
}

/* Makes a directory to work in, with a file in a directory in it and a link that leads up. */
static void enter_tree(char *name)
{
	ck_assert_ptr_nonnull(mkdtemp(name));
	ck_assert_int_eq(chdir(name), 0);
	ck_assert_int_eq(mkdir("a", 0777), 0);
	ck_assert_int_eq(mkdir("a/b", 0777), 0);
	close(open("a/b/file", O_CREAT | O_WRONLY, 0666));
	ck_assert_int_eq(symlink("a", "link"), 0);
}

static void leave_tree(const char *name)
{
	char *command;

	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_gt(asprintf(&command, "rm -rf %s", name), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
}

START_TEST(order)
{
	char name[] = "/tmp/box-walk-XXXXXX";

	enter_tree(name);
	expect("a", 0, "d0:a d1:a/b f2:a/b/file .1:a/b .0:a ");
	expect("a/", 0, "d0:a/ d1:a/b f2:a/b/file .1:a/b .0:a/ ");
	expect("a", WALK_ONLY_ROOTS, "f0:a ");
	expect("link", 0, "f0:link ");
	expect("link", WALK_FOLLOW_ROOTS, "d0:link d1:link/b f2:link/b/file .1:link/b .0:link ");
	expect("nosuch", 0, "e0:nosuch ");
	expect("", 0, "e0: ");
	leave_tree(name);
}
END_TEST

START_TEST(links)
{
	char name[] = "/tmp/box-walk-XXXXXX";

	enter_tree(name);
	ck_assert_int_eq(unlink("a/b/file"), 0);
	ck_assert_int_eq(symlink("..", "a/b/up"), 0);
	expect("a", 0, "d0:a d1:a/b f2:a/b/up .1:a/b .0:a ");
	expect("a", WALK_FOLLOW_ROOTS, "d0:a d1:a/b f2:a/b/up .1:a/b .0:a ");
	expect("a", WALK_FOLLOW, "d0:a d1:a/b d2:a/b/up @2:a/b/up .2:a/b/up .1:a/b .0:a ");
	ck_assert_int_eq(unlink("a/b/up"), 0);
	ck_assert_int_eq(symlink("nowhere", "a/b/broken"), 0);
	expect("a", WALK_FOLLOW, "d0:a d1:a/b f2:a/b/broken .1:a/b .0:a ");
	leave_tree(name);
}
END_TEST

/* Many more levels than are open at a time, half of them through links, with a file left to read on the way back. */
static void deep(bool through_links)
{
	char name[] = "/tmp/box-walk-XXXXXX", *got;
	int files = 0, ends = 0;

	enter_tree(name);
	for (int i = 0; i < DEPTH; i++) {
		ck_assert_int_eq(mkdir("d", 0777), 0);
		if (through_links) {
			ck_assert_int_eq(rename("d", "real"), 0);
			ck_assert_int_eq(symlink("real", "d"), 0);
		}
		close(open("f", O_CREAT | O_WRONLY, 0666));
		ck_assert_int_eq(chdir("d"), 0);
	}
	ck_assert_int_eq(chdir(name), 0);
	if (through_links) {
		/* without the links each directory is seen once, with them once more for each link above */
		got = steps("real", 0);
	} else {
		got = steps("d", 0);
	}
	for (const char *s = got; *s; s++)
		if (s == got || s[-1] == ' ') {
			files += *s == 'f';
			ends += *s == '.';
		}
	ck_assert_int_eq(files, through_links ? 2 * (DEPTH - 1) : DEPTH - 1);
	ck_assert_int_eq(ends, DEPTH);
	free(got);
	leave_tree(name);
}

START_TEST(deeper_than_open)
{
	deep(false);
	deep(true);
}
END_TEST

START_TEST(deep_through_links)
{
	char name[] = "/tmp/box-walk-XXXXXX", *got;
	int ends = 0;

	enter_tree(name);
	for (int i = 0; i < 100; i++) {
		char *real, *link;

		ck_assert_int_gt(asprintf(&real, "r%d", i), 0);
		ck_assert_int_gt(asprintf(&link, "r%d/l", i), 0);
		ck_assert_int_eq(mkdir(real, 0777), 0);
		if (i < 99) {
			char *target;

			ck_assert_int_gt(asprintf(&target, "../r%d", i + 1), 0);
			ck_assert_int_eq(symlink(target, link), 0);
			free(target);
		}
		free(real);
		free(link);
	}
	got = steps("r0", WALK_FOLLOW);
	for (const char *s = got; *s; s++)
		ends += (s == got || s[-1] == ' ') && *s == '.';
	ck_assert_int_eq(ends, 100);
	free(got);
	leave_tree(name);
}
END_TEST

Suite *walk_suite(void)
{
	Suite *s = suite_create("walk");
	TCase *t = tcase_create("walk");

	tcase_add_test(t, order);
	tcase_add_test(t, links);
	tcase_add_test(t, deeper_than_open);
	tcase_add_test(t, deep_through_links);
	suite_add_tcase(s, t);
	return s;
}
