/* users.h - the users and groups of /etc/passwd and /etc/group
 *
 * Read directly, without NSS. Lines may be of any length; malformed ones are skipped. Follows passwd(5) and group(5).
 *
 * A `struct users` is a cache: each of the files is read once, when first needed. Zero it to begin; it is freed with
 * users_free(). The strings that are returned live in it. A file that cannot be read has no entries.
 * The name of struct group_entry keeps clear of <grp.h>.
 */
#ifndef USERS_H
#define USERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct user {
	const char *name, *password, *gecos, *home, *shell; /* "" where the file has nothing */
	uid_t uid;
	gid_t gid;
};

struct group_entry {
	const char *name, *password;
	const char *members; /* as in the file: names separated by commas */
	gid_t gid;
};

struct users {
	struct user *users; /* in the order of the file */
	struct group_entry *groups;
	size_t users_count, groups_count;
	char *passwd_text, *group_text; /* the files, cut into strings; NULL until read */
	size_t last_user, last_group;   /* found by the last lookup by number */
};

/* Frees the cache; it can be used again, and then reads the files anew. */
void users_free(struct users *u);

/* Return the first entry of that name or number, or NULL. As getpwnam(3), getpwuid(3), getgrnam(3),
 * getgrgid(3). */
const struct user *user_by_name(struct users *u, const char *name);
const struct user *user_by_id(struct users *u, uid_t uid);
const struct group_entry *group_by_name(struct users *u, const char *name);
const struct group_entry *group_by_id(struct users *u, gid_t gid);

/* Return the name, or NULL if there is none (show the number then). */
const char *user_name(struct users *u, uid_t uid);
const char *group_name(struct users *u, gid_t gid);

/* Find the number of a name. Return false, with *uid or *gid unchanged, if there is no such name. Numbers are
 * not read: see parse_user(). */
bool user_id(struct users *u, const char *name, uid_t *uid);
bool group_id(struct users *u, const char *name, gid_t *gid);

/* The same for the command line: a name or, if there is no such name, a decimal number, also after a `+` that
 * says that it is a number (chown +5). False if it is neither. */
bool parse_user(struct users *u, const char *s, uid_t *uid);
bool parse_group(struct users *u, const char *s, gid_t *gid);

/* All entries, in the order of the file; for users, members of a group and the like. */
const struct user *users_all(struct users *u, size_t *count);
const struct group_entry *groups_all(struct users *u, size_t *count);

/* Whether `name` is one of the names in g->members. */
bool group_has(const struct group_entry *g, const char *name);

/* The groups of the user `name` whose own group is `gid`: that one first, then each group that has the name
 * among its members, once, in the order of the file. Writes up to `size` of them and returns how many there
 * are, as getgrouplist(3). */
size_t groups_of(struct users *u, const char *name, gid_t gid, gid_t *out, size_t size);

#endif
