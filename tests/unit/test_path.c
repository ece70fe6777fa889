/* test_path.c - parts of names, links, the canonical form, and names longer than PATH_MAX */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "arena.h"
#include "path.h"
#include "run_suites.h"

static char root[] = "/tmp/test_path.XXXXXX";

/* Makes a directory to work in: d/e, a file f, and links. */
static void enter(void)
{
	strcpy(root + sizeof(root) - 7, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	ck_assert_int_eq(chdir(root), 0);
	ck_assert_int_eq(mkdir("d", 0777), 0);
	ck_assert_int_eq(mkdir("d/e", 0777), 0);
	close(open("f", O_CREAT | O_WRONLY, 0666));
	ck_assert_int_eq(symlink("d", "ld"), 0);
	ck_assert_int_eq(symlink("f", "lf"), 0);
	ck_assert_int_eq(symlink("f/", "slash"), 0);
	ck_assert_int_eq(symlink("nope", "dangling"), 0);
	ck_assert_int_eq(symlink("two", "one"), 0);
	ck_assert_int_eq(symlink("one", "two"), 0);
	ck_assert_int_eq(symlink("self/x", "self"), 0);
	ck_assert_int_eq(symlink(root, "absolute"), 0);
	ck_assert_int_eq(symlink("../../f", "d/e/up"), 0);
}

static void leave_root(void)
{
	char *command = arena_printf("rm -rf %s", root);

	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(parts)
{
	static const struct {
		const char *path, *base, *dir;
	} cases[] = {
		{ "", "", "." },       { "/", "/", "/" },       { "//", "/", "/" },
		{ "///", "/", "/" },   { "a", "a", "." },       { "a/", "a", "." },
		{ "a//", "a", "." },   { "/a", "a", "/" },      { "//a", "a", "/" },
		{ "/a/", "a", "/" },   { "a/b", "b", "a" },     { "a//b", "b", "a" },
		{ "a/b//", "b", "a" }, { "//a/b", "b", "//a" }, { "/a//b///c/", "c", "/a//b" },
		{ ".", ".", "." },     { "..", "..", "." },     { "./", ".", "." },
		{ "a/..", "..", "a" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_str_eq(path_base(cases[i].path), cases[i].base);
		ck_assert_str_eq(path_dir(cases[i].path), cases[i].dir);
	}
}
END_TEST

START_TEST(joined)
{
	ck_assert_str_eq(path_join("a", "b"), "a/b");
	ck_assert_str_eq(path_join("a/", "b"), "a/b");
	ck_assert_str_eq(path_join("a", "//b"), "a/b");
	ck_assert_str_eq(path_join("/", "b"), "/b");
	ck_assert_str_eq(path_join("", "/b"), "/b");
	ck_assert_str_eq(path_join("", "b"), "b");
	ck_assert_str_eq(path_join("a//", ""), "a//");
}
END_TEST

/* Expects a canonical name, given without the root directory's, or an error. */
static void expect(const char *path, enum canon_mode mode, bool keep_links, const char *want, int code)
{
	char *got;

	errno = 0;
	got = canonical_path(path, mode, keep_links);
	if (want) {
		ck_assert_msg(got != NULL, "%s: %s", path, strerror(errno));
		ck_assert_str_eq(got, arena_printf("%s%s", root, want));
	} else {
		ck_assert_msg(got == NULL, "%s: %s", path, got);
		ck_assert_int_eq(errno, code);
	}
}

START_TEST(canonical)
{
	enter();
	for (enum canon_mode mode = CANON_EXISTING; mode <= CANON_MISSING; mode++) {
		expect("", mode, false, NULL, ENOENT);
		expect(".", mode, false, "", 0);
		expect("./d//e/../", mode, false, "/d", 0);
		expect("ld/e/up", mode, false, "/f", 0);
		expect("absolute/lf", mode, false, "/f", 0);
		expect("ld/..", mode, false, "", 0);
		expect("ld/./lf", mode, true, mode == CANON_EXISTING ? NULL : "/ld/lf", ENOENT);
		ck_assert_str_eq(canonical_path("//..///", mode, false), "/");
	}
	expect("nope", CANON_EXISTING, false, NULL, ENOENT);
	expect("nope/", CANON_ALL_BUT_LAST, false, "/nope", 0);
	expect("nope/.", CANON_ALL_BUT_LAST, false, NULL, ENOENT);
	expect("nope/x", CANON_ALL_BUT_LAST, false, NULL, ENOENT);
	expect("nope/x/../y", CANON_MISSING, false, "/nope/y", 0);
	expect("dangling", CANON_EXISTING, false, NULL, ENOENT);
	expect("dangling", CANON_ALL_BUT_LAST, false, "/nope", 0);
	expect("f/", CANON_ALL_BUT_LAST, false, NULL, ENOTDIR);
	expect("f/..", CANON_EXISTING, false, NULL, ENOTDIR);
	expect("f/x", CANON_ALL_BUT_LAST, false, NULL, ENOTDIR);
	expect("f/..", CANON_MISSING, false, "", 0);
	expect("slash", CANON_ALL_BUT_LAST, false, NULL, ENOTDIR);
	leave_root();
}
END_TEST

START_TEST(loops)
{
	enter();
	expect("one", CANON_EXISTING, false, NULL, ELOOP);
	expect("one/x", CANON_ALL_BUT_LAST, false, NULL, ELOOP);
	expect("one/x", CANON_MISSING, false, "/one/x", 0);
	expect("self", CANON_EXISTING, false, NULL, ELOOP);
	expect("self", CANON_MISSING, false, "/self/x", 0);
	/* the same link over and over, and a long chain, are no loops */
	expect("ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/"
	       "../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/"
	       "../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../ld/../lf",
	       CANON_EXISTING, false, "/f", 0);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(symlink(i ? arena_printf("c%d", i - 1) : "f", arena_printf("c%d", i)), 0);
	expect("c99", CANON_EXISTING, false, "/f", 0);
	leave_root();
}
END_TEST

START_TEST(kept_links)
{
	enter();
	expect("ld/e", CANON_EXISTING, true, "/ld/e", 0);
	expect("ld/../lf", CANON_EXISTING, true, "/lf", 0);
	expect("dangling", CANON_ALL_BUT_LAST, true, "/dangling", 0);
	expect("dangling", CANON_EXISTING, true, NULL, ENOENT);
	expect("one", CANON_ALL_BUT_LAST, true, NULL, ELOOP);
	expect("f/", CANON_ALL_BUT_LAST, true, NULL, ENOTDIR);
	expect("nope/..", CANON_ALL_BUT_LAST, true, NULL, ENOENT);
	expect("nope/./x", CANON_ALL_BUT_LAST, true, "/nope/x", 0);
	leave_root();
}
END_TEST

START_TEST(link_text)
{
	char target[4000];

	enter();
	ck_assert_str_eq(read_link(AT_FDCWD, "ld"), "d");
	for (size_t len = 250; len < 260; len++) {
		memset(target, 'x', len);
		target[len] = 0;
		ck_assert_int_eq(symlink(target, "long"), 0);
		ck_assert_str_eq(read_link(AT_FDCWD, "long"), target);
		ck_assert_int_eq(unlink("long"), 0);
	}
	memset(target, 'y', sizeof(target) - 1);
	target[sizeof(target) - 1] = 0;
	ck_assert_int_eq(symlink(target, "long"), 0);
	ck_assert_str_eq(read_link(AT_FDCWD, "long"), target);
	ck_assert_ptr_null(read_link(AT_FDCWD, "f"));
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_ptr_null(read_link(AT_FDCWD, "nope"));
	ck_assert_int_eq(errno, ENOENT);
	leave_root();
}
END_TEST

START_TEST(longer_than_path_max)
{
	char name[201], *deep, *here;

	enter();
	memset(name, 'n', 200);
	name[200] = 0;
	deep = root;
	for (int i = 0; i < 60; i++) {
		ck_assert_int_eq(mkdir(name, 0777), 0);
		ck_assert_int_eq(chdir(name), 0);
		deep = path_join(deep, name);
	}
	ck_assert_uint_gt(strlen(deep), 2 * PATH_MAX);
	here = current_dir();
	ck_assert_ptr_nonnull(here);
	ck_assert_str_eq(here, deep);
	close(open("file", O_CREAT | O_WRONLY, 0666));
	ck_assert_int_eq(symlink("file", "link"), 0);
	ck_assert_int_eq(symlink(root, "back"), 0);
	ck_assert_str_eq(canonical_path("link", CANON_EXISTING, false), path_join(deep, "file"));
	ck_assert_str_eq(canonical_path("./link", CANON_EXISTING, true), path_join(deep, "link"));
	ck_assert_str_eq(canonical_path("new", CANON_ALL_BUT_LAST, false), path_join(deep, "new"));
	expect("back/lf", CANON_EXISTING, false, "/f", 0);
	expect("new", CANON_EXISTING, false, NULL, ENOENT);
	expect("link/", CANON_EXISTING, false, NULL, ENOTDIR);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_str_eq(canonical_path(path_join(deep, "back/../link"), CANON_MISSING, false), "/tmp/link");
	ck_assert_str_eq(canonical_path(path_join(deep, "link"), CANON_EXISTING, false),
			 path_join(deep, "file"));
	memset(deep = arena_alloc(5001), 'x', 5000);
	ck_assert_ptr_null(canonical_path(deep, CANON_ALL_BUT_LAST, false));
	ck_assert_int_eq(errno, ENAMETOOLONG);
	leave_root();
}
END_TEST

START_TEST(removed_directory)
{
	enter();
	ck_assert_int_eq(mkdir("gone", 0777), 0);
	ck_assert_int_eq(chdir("gone"), 0);
	ck_assert_int_eq(rmdir("../gone"), 0);
	ck_assert_ptr_null(current_dir());
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_null(canonical_path("x", CANON_MISSING, false));
	ck_assert_str_eq(canonical_path("/", CANON_EXISTING, false), "/");
	leave_root();
}
END_TEST

Suite *path_suite(void)
{
	Suite *s = suite_create("path");
	TCase *t = tcase_create("path");

	tcase_add_test(t, parts);
	tcase_add_test(t, joined);
	tcase_add_test(t, canonical);
	tcase_add_test(t, loops);
	tcase_add_test(t, kept_links);
	tcase_add_test(t, link_text);
	tcase_add_test(t, longer_than_path_max);
	tcase_add_test(t, removed_directory);
	suite_add_tcase(s, t);
	return s;
}
