/* test_users.c - users.h on made-up files and against getpwent(3) on the system's */
#include <check.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The module's names of its files lead to those of the test. */
static const char *passwd_path = "/etc/passwd", *group_path = "/etc/group";

static int open_other(const char *path, int flags)
{
	return open(strstr(path, "group") ? group_path : passwd_path, flags);
}

#define open(p, f)    open_other(p, f)
#define user_name     tested_user_name
#define group_name    tested_group_name
#define user_by_name  tested_user_by_name
#define user_by_id    tested_user_by_id
#define group_by_name tested_group_by_name
#define group_by_id   tested_group_by_id
#define user_id       tested_user_id
#define group_id      tested_group_id
#define parse_user    tested_parse_user
#define parse_group   tested_parse_group
#define users_all     tested_users_all
#define groups_all    tested_groups_all
#define users_free    tested_users_free
#define group_has     tested_group_has
#define groups_of     tested_groups_of
#include "../../libbb/users.c"
#undef open

Suite *users_suite(void);

static char passwd_name[] = "/tmp/test_passwd.XXXXXX", group_file_name[] = "/tmp/test_group.XXXXXX";

static void use(const char *passwd, const char *groups)
{
	int p, g;

	strcpy(passwd_name + sizeof passwd_name - 7, "XXXXXX");
	strcpy(group_file_name + sizeof group_file_name - 7, "XXXXXX");
	p = mkstemp(passwd_name);
	g = mkstemp(group_file_name);
	passwd_path = passwd_name;
	group_path = group_file_name;
	ck_assert_int_eq(write(p, passwd, strlen(passwd)), (ssize_t)strlen(passwd));
	ck_assert_int_eq(write(g, groups, strlen(groups)), (ssize_t)strlen(groups));
	close(p);
	close(g);
}

static void done(struct users *u)
{
	unlink(passwd_name);
	unlink(group_file_name);
	users_free(u);
}

START_TEST(entries)
{
	struct users u = { 0 };
	const struct user *user;
	size_t count;
	uid_t uid = 77;
	gid_t gid = 77;

	use("root:x:0:0:root:/root:/bin/sh\n# a comment\n\n+nis::::::\nbad:x:one:1::/:\nshort:x:3:3\n"
	    ":x:4:4::/:/bin/sh\nbig:x:4294967295:1::/:/bin/sh\nann:x:1000:100:Ann,,,:/home/ann:/bin/ksh\n"
	    "42:x:1001:100::/:\nsame:x:1000:5::/:\nlast:x:9:9:::",
	    "root:x:0:\nusers:*:100:ann,bob\nwheel:x:10:bob,ann\nbad:x::\nempty:x:11\nw2:x:10:ann\nannex:x:12:annex\n");
	user = user_by_name(&u, "ann");
	ck_assert_ptr_nonnull(user);
	ck_assert_str_eq(user->gecos, "Ann,,,");
	ck_assert_str_eq(user->home, "/home/ann");
	ck_assert_str_eq(user->shell, "/bin/ksh");
	ck_assert_str_eq(user->password, "x");
	ck_assert_uint_eq(user->gid, 100);
	ck_assert_str_eq(user_name(&u, 1000), "ann");
	ck_assert_str_eq(user_name(&u, 1000), "ann");
	ck_assert_str_eq(user_name(&u, 9), "last");
	ck_assert_ptr_null(user_name(&u, 3));
	ck_assert_ptr_null(user_name(&u, 4294967295));
	users_all(&u, &count);
	ck_assert_uint_eq(count, 5);
	groups_all(&u, &count);
	ck_assert_uint_eq(count, 6);
	ck_assert(!user_id(&u, "nobody", &uid));
	ck_assert_uint_eq(uid, 77);
	ck_assert(parse_user(&u, "42", &uid));
	ck_assert_uint_eq(uid, 1001);
	ck_assert(parse_user(&u, "+42", &uid));
	ck_assert_uint_eq(uid, 42);
	ck_assert(!parse_user(&u, "+", &uid));
	ck_assert(!parse_user(&u, "", &uid));
	ck_assert(!parse_user(&u, "4294967295", &uid));
	ck_assert(!parse_user(&u, "42x", &uid));
	ck_assert(parse_group(&u, "wheel", &gid));
	ck_assert_uint_eq(gid, 10);
	ck_assert(group_id(&u, "users", &gid));
	ck_assert_str_eq(group_name(&u, 11), "empty");
	done(&u);
}
END_TEST

START_TEST(members)
{
	struct users u = { 0 };
	gid_t groups[4] = { 7, 7, 7, 7 };

	use("", "users:*:100:ann,bob\nwheel:x:10:bob,ann\nw2:x:10:ann\nannex:x:12:annex,an\nx:x:13:,ann\n");
	ck_assert(group_has(group_by_id(&u, 100), "bob"));
	ck_assert(!group_has(group_by_id(&u, 100), "bo"));
	ck_assert(!group_has(group_by_id(&u, 100), ""));
	ck_assert(group_has(group_by_id(&u, 13), "ann"));
	ck_assert_uint_eq(groups_of(&u, "ann", 100, groups, 2), 3);
	ck_assert_uint_eq(groups[0], 100);
	ck_assert_uint_eq(groups[1], 10);
	ck_assert_uint_eq(groups[2], 7);
	ck_assert_uint_eq(groups_of(&u, "ann", 100, NULL, 0), 3);
	ck_assert_uint_eq(groups_of(&u, "nobody", 5, groups, 4), 1);
	ck_assert_uint_eq(groups[0], 5);
	done(&u);
}
END_TEST

START_TEST(missing_and_long)
{
	struct users u = { 0 };
	char *text = malloc(300000), *p;

	passwd_path = group_path = "/nonexistent/file";
	ck_assert_ptr_null(user_name(&u, 0));
	ck_assert_ptr_null(group_by_name(&u, "root"));
	users_free(&u);
	p = stpcpy(text, "long:x:5:5:");
	memset(p, 'g', 200000);
	strcpy(p + 200000, ":/:/bin/sh\nnext:x:6:6::/:\n");
	use(text, text);
	ck_assert_uint_eq(strlen(user_by_id(&u, 5)->gecos), 200000);
	ck_assert_str_eq(user_name(&u, 6), "next");
	done(&u);
	free(text);
}
END_TEST

START_TEST(as_libc)
{
	struct users u = { 0 };
	struct passwd *pw;
	struct group *gr;
	gid_t ours[100], theirs[100];

	passwd_path = "/etc/passwd";
	group_path = "/etc/group";
	while ((pw = getpwent())) {
		const struct user *user = user_by_name(&u, pw->pw_name);
		int n = 100;

		if (!user)
			continue; /* from elsewhere than the file */
		ck_assert_uint_eq(user->uid, pw->pw_uid);
		ck_assert_uint_eq(user->gid, pw->pw_gid);
		ck_assert_str_eq(user->home, pw->pw_dir);
		ck_assert_str_eq(user->shell, pw->pw_shell);
		getgrouplist(pw->pw_name, pw->pw_gid, theirs, &n);
		ck_assert_uint_eq(groups_of(&u, pw->pw_name, pw->pw_gid, ours, 100), (size_t)n);
		ck_assert_int_eq(memcmp(ours, theirs, (size_t)n * sizeof *ours), 0);
	}
	while ((gr = getgrent()))
		if (group_by_name(&u, gr->gr_name))
			ck_assert_uint_eq(group_by_name(&u, gr->gr_name)->gid, gr->gr_gid);
	users_free(&u);
}
END_TEST

Suite *users_suite(void)
{
	Suite *s = suite_create("users");
	TCase *t = tcase_create("users");

	tcase_add_test(t, entries);
	tcase_add_test(t, members);
	tcase_add_test(t, missing_and_long);
	tcase_add_test(t, as_libc);
	suite_add_tcase(s, t);
	return s;
}
