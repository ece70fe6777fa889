/* users.c - the users and groups of /etc/passwd and /etc/group
 *
 * passwd(5), group(5). Lines of NIS (+name, -name), comments, and lines with fields missing or with what is no number
 * for the numbers are skipped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "users.h"

/* The memory of the cache comes from these two alone. take() returns NULL if there is none left. */
static void *take(void *old, size_t size)
{
	return realloc(old, size);
}

static void give_back(void *p)
{
	free(p);
}

/* Returns the whole of a file with a NUL behind it, or NULL; its lines are counted, the last without newline
 * too. */
static char *read_text(const char *path, size_t *lines)
{
	size_t size = 4096, len = 0;
	char *text = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	*lines = 1;
	if (fd < 0)
		return NULL;
	for (;;) {
		char *bigger = take(text, size);
		ssize_t n = -1;

		if (bigger) {
			text = bigger;
			while ((n = read(fd, text + len, size - len - 1)) < 0 && errno == EINTR)
				;
		}
		if (n <= 0)
			break;
		for (; n > 0; n--, len++) {
			*lines += text[len] == '\n';
			if (!text[len])
				text[len] = '?';
		}
		if (size - len < 1024)
			size *= 2;
	}
	close(fd);
	if (text)
		text[len] = '\0';
	return text;
}

/* Cuts the line at `s` into up to `count` fields; those that are missing are empty. Returns how many there
 * are, or 0 if the line is not an entry. *next gets the beginning of the next line, or NULL. */
static int split(char *s, const char **fields, int count, char **next)
{
	int n = 0;

	*next = strchr(s, '\n');
	if (*next)
		*(*next)++ = '\0';
	if (!*s || strchr("#+-:", *s))
		return 0;
	while (n < count) {
		fields[n++] = s;
		s = n < count ? strchr(s, ':') : NULL;
		if (!s)
			break;
		*s++ = '\0';
	}
	for (int i = n; i < count; i++)
		fields[i] = "";
	return n;
}

/* Reads a decimal number of 32 bits that is the whole of `s`; the highest, (uid_t)-1, is none. */
static bool number(const char *s, uint32_t *out)
{
	uint64_t n = 0;

	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		n = n * 10 + (uint64_t)(*s - '0');
		if (n >= UINT32_MAX)
			return false;
	}
	*out = (uint32_t)n;
	return true;
}

static void load_users(struct users *u)
{
	size_t lines;
	char *next;
	const char *f[7];

	if (u->passwd_text)
		return;
	u->passwd_text = next = read_text("/etc/passwd", &lines);
	u->users = next ? take(NULL, lines * sizeof *u->users) : NULL;
	while (u->users && next) {
		struct user *user = &u->users[u->users_count];

		if (split(next, f, 7, &next) < 6 || !number(f[2], &user->uid) || !number(f[3], &user->gid))
			continue;
		user->name = f[0];
		user->password = f[1];
		user->gecos = f[4];
		user->home = f[5];
		user->shell = f[6];
		u->users_count++;
	}
}

static void load_groups(struct users *u)
{
	size_t lines;
	char *next;
	const char *f[4];

	if (u->group_text)
		return;
	u->group_text = next = read_text("/etc/group", &lines);
	u->groups = next ? take(NULL, lines * sizeof *u->groups) : NULL;
	while (u->groups && next) {
		struct group_entry *group = &u->groups[u->groups_count];

		if (split(next, f, 4, &next) < 3 || !number(f[2], &group->gid))
			continue;
		group->name = f[0];
		group->password = f[1];
		group->members = f[3];
		u->groups_count++;
	}
}

void users_free(struct users *u)
{
	give_back(u->users);
	give_back(u->groups);
	give_back(u->passwd_text);
	give_back(u->group_text);
	memset(u, 0, sizeof *u);
}

const struct user *users_all(struct users *u, size_t *count)
{
	load_users(u);
	*count = u->users_count;
	return u->users;
}

const struct group_entry *groups_all(struct users *u, size_t *count)
{
	load_groups(u);
	*count = u->groups_count;
	return u->groups;
}

const struct user *user_by_name(struct users *u, const char *name)
{
	load_users(u);
	for (size_t i = 0; i < u->users_count; i++)
		if (!strcmp(u->users[i].name, name))
			return &u->users[i];
	return NULL;
}

const struct group_entry *group_by_name(struct users *u, const char *name)
{
	load_groups(u);
	for (size_t i = 0; i < u->groups_count; i++)
		if (!strcmp(u->groups[i].name, name))
			return &u->groups[i];
	return NULL;
}

const struct user *user_by_id(struct users *u, uid_t uid)
{
	load_users(u);
	if (u->last_user < u->users_count && u->users[u->last_user].uid == uid)
		return &u->users[u->last_user];
	for (size_t i = 0; i < u->users_count; i++)
		if (u->users[i].uid == uid) {
			u->last_user = i;
			return &u->users[i];
		}
	return NULL;
}

const struct group_entry *group_by_id(struct users *u, gid_t gid)
{
	load_groups(u);
	if (u->last_group < u->groups_count && u->groups[u->last_group].gid == gid)
		return &u->groups[u->last_group];
	for (size_t i = 0; i < u->groups_count; i++)
		if (u->groups[i].gid == gid) {
			u->last_group = i;
			return &u->groups[i];
		}
	return NULL;
}

const char *user_name(struct users *u, uid_t uid)
{
	const struct user *user = user_by_id(u, uid);

	return user ? user->name : NULL;
}

const char *group_name(struct users *u, gid_t gid)
{
	const struct group_entry *group = group_by_id(u, gid);

	return group ? group->name : NULL;
}

bool user_id(struct users *u, const char *name, uid_t *uid)
{
	const struct user *user = user_by_name(u, name);

	if (user)
		*uid = user->uid;
	return user;
}

bool group_id(struct users *u, const char *name, gid_t *gid)
{
	const struct group_entry *group = group_by_name(u, name);

	if (group)
		*gid = group->gid;
	return group;
}

bool parse_user(struct users *u, const char *s, uid_t *uid)
{
	return (*s != '+' && user_id(u, s, uid)) || number(s + (*s == '+'), uid);
}

bool parse_group(struct users *u, const char *s, gid_t *gid)
{
	return (*s != '+' && group_id(u, s, gid)) || number(s + (*s == '+'), gid);
}

bool group_has(const struct group_entry *g, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = g->members; *p; p += *p == ',') {
		const char *end = strchrnul(p, ',');

		if ((size_t)(end - p) == len && !memcmp(p, name, len))
			return len > 0;
		p = end;
	}
	return false;
}

/* Returns whether `gid` is among the groups before the one at `index` that have the member, or is `own`. */
static bool listed(const struct users *u, const char *name, gid_t own, size_t index)
{
	gid_t gid = u->groups[index].gid;

	if (gid == own)
		return true;
	for (size_t i = 0; i < index; i++)
		if (u->groups[i].gid == gid && group_has(&u->groups[i], name))
			return true;
	return false;
}

size_t groups_of(struct users *u, const char *name, gid_t gid, gid_t *out, size_t size)
{
	size_t n = 0;

	load_groups(u);
	if (n++ < size)
		out[0] = gid;
	for (size_t i = 0; i < u->groups_count; i++) {
		if (!group_has(&u->groups[i], name) || listed(u, name, gid, i))
			continue;
		if (n < size)
			out[n] = u->groups[i].gid;
		n++;
	}
	return n;
}
