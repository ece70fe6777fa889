/* owner.c - changing the owners and groups of files and trees */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "arena.h"
#include "owner.h"
#include "num.h"
#include "out.h"
#include "quote.h"
#include "users.h"
#include "walk.h"

#define NO_UID ((uid_t)-1)
#define NO_GID ((gid_t)-1)

struct change {
	const struct owner_change *o;
	struct users users;
	struct walk walk;
	int status;
};

/* ---- OWNER:GROUP ---- */

/* Reads the number of an owner or group, where -1 stands for none and so is no number. */
static bool read_number(const char *s, uintmax_t *n)
{
	return parse_uint(s, NULL, n) == NUM_OK && *n < NO_UID;
}

/* Reads the user in front of a colon. *symbolic tells if it was a name. */
static bool read_user(struct users *u, const char *name, struct owner *to, bool *symbolic)
{
	uintmax_t n;

	*symbolic = *name != '+' && user_id(u, name, &to->uid);
	if (*symbolic)
		return true;
	if (!read_number(name, &n))
		return false;
	to->uid = (uid_t)n;
	return true;
}

static bool read_group(struct users *u, const char *name, struct owner *to, bool *symbolic)
{
	uintmax_t n;

	*symbolic = *name != '+' && group_id(u, name, &to->gid);
	if (*symbolic)
		return true;
	if (!read_number(name, &n))
		return false;
	to->gid = (gid_t)n;
	return true;
}

/* Sets what messages call it: numbers alone are shown as such, beside a name a numeric user is left out. */
static void set_names(struct owner *to, const char *user, const char *group)
{
	if (to->uid != NO_UID)
		to->user = user ? user : group ? "" : arena_printf("%ju", (uintmax_t)to->uid);
	else if (group)
		to->user = "";
	if (to->gid != NO_GID)
		to->group = group ? group : arena_printf("%ju", (uintmax_t)to->gid);
}

/* Reads the text with its separator at `sep`, or NULL. Returns NULL, or what is wrong with it. */
static const char *read_owner(struct users *u, const char *spec, const char *sep, struct owner *to)
{
	char *user = sep ? arena_memdup(spec, (size_t)(sep - spec)) : arena_strdup(spec);
	const char *group = sep ? arena_strdup(sep + 1) : "";
	bool user_named = false, group_named = false;

	*to = (struct owner){ NO_UID, NO_GID, NULL, NULL };
	if (*user && !read_user(u, user, to, &user_named))
		return sep && !*group && *sep == ':' ? "invalid spec" : "invalid user";
	if (*group && !read_group(u, group, to, &group_named))
		return "invalid group";
	if (sep && *user && !*group) {
		const struct user *record = user_named ? user_by_name(u, user) : NULL;

		if (!record)
			return *sep == ':' ? "invalid spec" : "invalid user";
		to->gid = record->gid;
		group = group_name(u, to->gid);
		group_named = group;
		if (group)
			group = arena_strdup(group);
	}
	set_names(to, user_named ? user : NULL, group_named ? group : NULL);
	return NULL;
}

struct owner owner_parse(const char *spec)
{
	struct users users = { 0 };
	struct owner to, dotted;
	const char *colon = strchr(spec, ':'), *dot = strchr(spec, '.');
	const char *wrong = read_owner(&users, spec, colon, &to);

	if (wrong && !colon && dot && !read_owner(&users, spec, dot, &dotted)) {
		warn("warning: '.' should be ':': %s", quote(spec));
		to = dotted;
		wrong = NULL;
	}
	users_free(&users);
	if (wrong)
		die("%s: %s", wrong, quote(spec));
	return to;
}

struct owner owner_parse_group(const char *name)
{
	struct users users = { 0 };
	struct owner to = { NO_UID, NO_GID, NULL, NULL };
	bool symbolic;
	uintmax_t n;

	if (*name) {
		if (parse_uint(name, NULL, &n) == NUM_OK && n == NO_GID)
			to.gid = NO_GID;
		else if (!read_group(&users, name, &to, &symbolic))
			die("invalid group: %s", quote(name));
		to.group = name;
	}
	users_free(&users);
	return to;
}

struct owner owner_of(const char *file)
{
	struct users users = { 0 };
	struct owner owner;
	struct stat st;
	const char *user, *group;

	if (stat(file, &st) < 0)
		die_errno("failed to get attributes of %s", quote_file(file));
	user = user_name(&users, st.st_uid);
	group = group_name(&users, st.st_gid);
	owner = (struct owner){ st.st_uid, st.st_gid,
				user ? arena_strdup(user) : arena_printf("%ju", (uintmax_t)st.st_uid),
				group ? arena_strdup(group) : arena_printf("%ju", (uintmax_t)st.st_gid) };
	users_free(&users);
	return owner;
}

/* ---- messages ---- */

/* The parts of an owner that messages are about: "user", "user:group", ":group", or "group" for chgrp. */
static const char *shown(const struct owner *about, const char *user, const char *group)
{
	if (about->user && about->group)
		return arena_printf("%s:%s", user, group);
	return about->user ? user : about->group ? group : "";
}

static const char *shown_old(struct change *c, const struct stat *st)
{
	const char *user = user_name(&c->users, st->st_uid), *group = group_name(&c->users, st->st_gid);

	return shown(&c->o->to, user ? user : arena_printf("%ju", (uintmax_t)st->st_uid),
		     group ? group : arena_printf("%ju", (uintmax_t)st->st_gid));
}

/* "group" where only that is being changed, and nobody named an owner. */
static const char *what(const struct change *c)
{
	return !c->o->to.user && c->o->to.group ? "group" : "ownership";
}

/* Says that the file could not be changed from `st`, if that is known. */
static void tell_failure(struct change *c, const char *path, const struct stat *st)
{
	const struct owner *to = &c->o->to;
	const char *new = shown(to, to->user, to->group);

	c->status = 1;
	if (!c->o->verbose)
		return;
	out_fmt("failed to change %s of %s", what(c), quote_file(path));
	if (*new &&st)
		out_fmt(" from %s", shown_old(c, st));
	out_fmt("%s%s\n", *new ? " to " : "", new);
}

static void tell_success(struct change *c, const char *path, const struct stat *st, bool matches)
{
	const struct owner *to = &c->o->to;
	bool changed = matches && ((to->uid != NO_UID && to->uid != st->st_uid) ||
				   (to->gid != NO_GID && to->gid != st->st_gid));
	const char *old;

	if (!c->o->verbose && !(c->o->changes && changed))
		return;
	old = shown_old(c, st);
	if (changed)
		out_fmt("changed %s of %s from %s to %s\n", what(c), quote_file(path), old,
			shown(to, to->user, to->group));
	else
		out_fmt("%s of %s retained%s%s\n", what(c), quote_file(path), *old ? " as " : "", old);
}

/* ---- files ---- */

static bool is_from(const struct owner *from, const struct stat *st)
{
	return (from->uid == NO_UID || from->uid == st->st_uid) &&
	       (from->gid == NO_GID || from->gid == st->st_gid);
}

static void change(struct change *c, const struct walk_entry *e)
{
	const struct owner_change *o = c->o;
	int flags = o->dereference ? 0 : AT_SYMLINK_NOFOLLOW;
	struct stat st;
	bool matches;

	if (fstatat(e->dir, e->name, &st, flags) < 0) {
		if (!o->silent)
			warn_errno(o->dereference && e->type == DT_LNK ? "cannot dereference %s"
								       : "cannot access %s",
				   quote_file(e->path));
		tell_failure(c, e->path, NULL);
		return;
	}
	matches = is_from(&o->from, &st);
	if (matches && fchownat(e->dir, e->name, o->to.uid, o->to.gid, flags) < 0) {
		if (!o->silent)
			warn_errno("changing %s of %s", o->to.uid == NO_UID ? "group" : "ownership",
				   quote_file(e->path));
		tell_failure(c, e->path, &st);
		return;
	}
	tell_success(c, e->path, &st, matches);
}

void owner_follow(struct owner_change *o, unsigned H, unsigned L, unsigned P, unsigned dereference,
		  unsigned no_dereference)
{
	bool asked = dereference > no_dereference;

	o->dereference = asked || !no_dereference;
	if (!o->recursive)
		return;
	if (L > H && L > P)
		o->traverse = TRAVERSE_LINKS;
	else if (H > P)
		o->traverse = TRAVERSE_ROOT_LINKS;
	if (o->traverse != TRAVERSE_NO_LINKS)
		return;
	if (asked)
		die("-R --dereference requires either -H or -L");
	o->dereference = false;
}

int change_owners(const struct owner_change *o, char **files)
{
	static const unsigned follow[] = { [TRAVERSE_NO_LINKS] = 0,
					   [TRAVERSE_ROOT_LINKS] = WALK_FOLLOW_ROOTS,
					   [TRAVERSE_LINKS] = WALK_FOLLOW };
	struct change c = { .o = o };
	const struct walk_entry *e;
	struct stat slash;
	bool careful = o->recursive && o->preserve_root, skipped = false;

	if (careful && lstat("/", &slash) < 0)
		die_errno("failed to get attributes of %s", quote_file("/"));
	walk_open(&c.walk, files, WALK_TRIM_ROOTS | (o->recursive ? follow[o->traverse] : WALK_ONLY_ROOTS));
	while ((e = walk_next(&c.walk))) {
		struct arena_mark mark = arena_mark();

		if (e->kind == WALK_ERROR) {
			if (!o->silent)
				warn_code(e->error,
					  e->type == DT_DIR ? "cannot read directory %s" : "cannot access %s",
					  quote_file(e->path));
			tell_failure(&c, e->path, NULL);
			skipped = e->type == DT_DIR;
		} else if (e->kind == WALK_DIR && careful && walk_at_slash(&c.walk, &slash)) {
			c.status = 1;
			skipped = true;
			walk_skip(&c.walk);
		} else if (e->kind == WALK_LOOP) {
			change(&c, e);
			skipped = true;
		} else if (e->kind != WALK_DIR) {
			if (!skipped)
				change(&c, e);
			skipped = false;
		}
		arena_release(mark);
	}
	users_free(&c.users);
	return c.status;
}
