/* test_copy.c - copying data between descriptors of all kinds, names of backups, the hash table */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "libbb.h"
#include "backup.h"
#include "copy.h"
#include "run_suites.h"
#include "strmap.h"
#include "target.h"

static char name[] = "/tmp/box-copy-XXXXXX";

static void enter(void)
{
	memcpy(name + sizeof(name) - 7, "XXXXXX", 6);
	ck_assert_ptr_nonnull(mkdtemp(name));
	ck_assert_int_eq(chdir(name), 0);
}

static void leave_it(void)
{
	char *command;

	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_gt(asprintf(&command, "rm -rf %s", name), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
}

/* A file of `size` bytes that do not repeat soon, open for reading. */
static int make_input(size_t size)
{
	int fd = open("in", O_RDWR | O_CREAT | O_TRUNC, 0666);
	char *text = malloc(size + 1);

	for (size_t i = 0; i < size; i++)
		text[i] = (char)(i * 31 + i / 251);
	ck_assert_int_eq(write_all(fd, text, size), 0);
	free(text);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void expect_copy(size_t size)
{
	char *command;

	ck_assert_int_gt(asprintf(&command, "head -c %zu in | cmp - out", size), 0);
	ck_assert_int_eq(system(command), 0);
	free(command);
}

START_TEST(files)
{
	static const size_t sizes[] = { 0, 1, 4096, COPY_BLOCK, COPY_BLOCK + 1, 3000000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		int in = make_input(sizes[i]), out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
		uintmax_t copied;

		ck_assert_int_eq(copy_stream(in, out, COPY_ALL, NULL, &copied), COPY_DONE);
		ck_assert_uint_eq(copied, sizes[i]);
		close(in);
		close(out);
		expect_copy(sizes[i]);
	}
}
END_TEST

START_TEST(limits_and_appending)
{
	int in = make_input(1000), out = open("out", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0666);
	char *block = NULL;
	uintmax_t copied;

	ck_assert_int_eq(copy_stream(in, out, 300, &block, &copied), COPY_DONE);
	ck_assert_uint_eq(copied, 300);
	ck_assert_int_eq(copy_blocks(in, out, 200, &block, &copied), COPY_DONE);
	ck_assert_uint_eq(copied, 200);
	ck_assert_int_eq(copy_stream(in, out, 0, &block, &copied), COPY_DONE);
	ck_assert_uint_eq(copied, 0);
	ck_assert_int_eq(copy_stream(in, out, 9999, &block, &copied), COPY_DONE);
	ck_assert_uint_eq(copied, 500);
	close(in);
	close(out);
	expect_copy(1000);
}
END_TEST

/* Through a pipe on both sides, with a limit that leaves the rest where it is. */
START_TEST(through_pipes)
{
	int in = make_input(500000), out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), pipes[2], status;
	uintmax_t copied;
	char next;
	pid_t child;

	ck_assert_int_eq(pipe(pipes), 0);
	child = fork();
	if (child == 0)
		_exit(copy_stream(in, pipes[1], COPY_ALL, NULL, NULL) != COPY_DONE);
	close(pipes[1]);
	ck_assert_int_eq(copy_stream(pipes[0], out, 400001, NULL, &copied), COPY_DONE);
	ck_assert_uint_eq(copied, 400001);
	ck_assert_int_eq(read_some(pipes[0], &next, 1), 1);
	ck_assert_int_eq(next, (char)(400001u * 31 + 400001 / 251));
	ck_assert_int_eq(copy_stream(pipes[0], out, COPY_ALL, NULL, &copied), COPY_DONE);
	ck_assert_uint_eq(copied, 500000 - 400002);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	close(pipes[0]);
	close(in);
	close(out);
}
END_TEST

START_TEST(failures_and_odd_files)
{
	int in = make_input(1000), full = open("/dev/full", O_WRONLY), dir = open(".", O_RDONLY);
	int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666), proc = open("/proc/self/stat", O_RDONLY);
	uintmax_t copied;

	ck_assert_int_eq(copy_stream(in, full, COPY_ALL, NULL, &copied), COPY_WRITE_FAILED);
	ck_assert_int_eq(errno, ENOSPC);
	ck_assert_int_eq(copy_stream(dir, out, COPY_ALL, NULL, NULL), COPY_READ_FAILED);
	ck_assert_int_eq(errno, EISDIR);
	ck_assert_int_eq(copy_stream(proc, out, COPY_ALL, NULL, &copied), COPY_DONE);
	ck_assert_uint_gt(copied, 0);
	close(in);
	close(full);
	close(dir);
	close(out);
	close(proc);
}
END_TEST

static void touch(const char *path)
{
	close(open(path, O_WRONLY | O_CREAT, 0666));
}

static void expect_backup(const char *path, enum backup_kind kind, const char *want)
{
	struct backup b = { kind, "~" };

	ck_assert_str_eq(backup_name(AT_FDCWD, path, &b), want);
}

START_TEST(backups)
{
	struct backup numbered = { BACKUP_NUMBERED, "~" };

	touch("f");
	ck_assert_int_eq(mkdir("d", 0777), 0);
	expect_backup("f", BACKUP_SIMPLE, "f~");
	expect_backup("f", BACKUP_EXISTING, "f~");
	expect_backup("f", BACKUP_NUMBERED, "f.~1~");
	expect_backup("d/", BACKUP_NUMBERED, "d.~1~");
	touch("f.~9~");
	touch("f.~009~");
	touch("f.~12");
	touch("f.~x~");
	touch("ff.~77~");
	expect_backup("f", BACKUP_EXISTING, "f.~10~");
	expect_backup("./f", BACKUP_NUMBERED, "./f.~10~");
	touch("f.~99999999999999999999~");
	expect_backup("f", BACKUP_EXISTING, "f.~100000000000000000000~");
	touch("d/g.~3~");
	expect_backup("d/g", BACKUP_EXISTING, "d/g.~4~");
	ck_assert_str_eq(backup_file(AT_FDCWD, "f", &numbered), "f.~100000000000000000000~");
	ck_assert_int_eq(access("f", F_OK), -1);
	ck_assert_ptr_null(backup_file(AT_FDCWD, "f", &numbered));
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(links)
{
	struct new_link l = { .dir = AT_FDCWD, .name = "new", .from_dir = AT_FDCWD, .from = "f" };
	struct stat st;

	touch("f");
	touch("new");
	ck_assert_int_eq(link_new(&l), -1);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_int_eq(link_replacing(&l), 0);
	ck_assert_int_eq(link_replacing(&l), 0); /* the same file: rename(2) does nothing then */
	ck_assert_int_eq(stat("f", &st), 0);
	ck_assert_uint_eq(st.st_nlink, 2);
	l.text = "nowhere";
	ck_assert_int_eq(link_replacing(&l), 0);
	ck_assert_int_eq(lstat("new", &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
	ck_assert_int_eq(system("test $(ls -A | wc -l) = 2"), 0);
	ck_assert_int_eq(rename_new(AT_FDCWD, "f", AT_FDCWD, "new"), -1);
	ck_assert_int_eq(errno, EEXIST);
}
END_TEST

START_TEST(map)
{
	struct strmap m = { 0 };
	char key[16];

	ck_assert_ptr_null(strmap_get(&m, "a", 1));
	for (unsigned i = 0; i < 5000; i++)
		strmap_set(&m, &i, sizeof(i), "x");
	for (unsigned i = 0; i < 5000; i += 2) {
		snprintf(key, sizeof(key), "%u", i);
		strmap_set(&m, &i, sizeof(i), i % 4 ? key : NULL);
	}
	for (unsigned i = 0; i < 5000; i++) {
		const char *value = strmap_get(&m, &i, sizeof(i));

		snprintf(key, sizeof(key), "%u", i);
		if (i % 4 == 0)
			ck_assert_ptr_null(value);
		else
			ck_assert_str_eq(value, i % 2 ? "x" : key);
	}
	strmap_set(&m, "", 0, "empty");
	ck_assert_str_eq(strmap_get(&m, "", 0), "empty");
}
END_TEST

START_TEST(places)
{
	struct target t = { 7, "d/" }, none = { -1, "x/y" };
	char slashes[] = "a//", root[] = "//";
	struct place p = target_place(&t, "a/b//");

	ck_assert_int_eq(p.dir, 7);
	ck_assert_str_eq(p.name, "b");
	ck_assert_str_eq(p.path, "d/b");
	p = target_place(&none, "a");
	ck_assert_int_eq(p.dir, AT_FDCWD);
	ck_assert_str_eq(p.name, "x/y");
	strip_trailing_slashes(slashes);
	ck_assert_str_eq(slashes, "a");
	strip_trailing_slashes(root);
	ck_assert_str_eq(root, "/");
}
END_TEST

Suite *copy_suite(void)
{
	Suite *s = suite_create("copy");
	TCase *t = tcase_create("copy");

	tcase_add_checked_fixture(t, enter, leave_it);
	tcase_add_test(t, files);
	tcase_add_test(t, limits_and_appending);
	tcase_add_test(t, through_pipes);
	tcase_add_test(t, failures_and_odd_files);
	tcase_add_test(t, backups);
	tcase_add_test(t, links);
	tcase_add_test(t, map);
	tcase_add_test(t, places);
	suite_add_tcase(s, t);
	return s;
}
