/* id - print user and group identity
 *
 * usage: id [OPTION]... [USER]...
 *
 *   -a               ignored, for compatibility
 *   -Z, --context    only the security context of the process
 *   -g, --group      only the effective group ID
 *   -G, --groups     only all group IDs
 *   -n, --name       names instead of numbers, with -u, -g or -G
 *   -r, --real       the real ID instead of the effective one, with -u, -g or -G
 *   -u, --user       only the effective user ID
 *   -z, --zero       end with a NUL, not a newline or blank; not without -u, -g, -G or -Z
 *
 * Prints the identity of each USER, by default that of the process.
 *
 * install: /usr/bin
 * options: pure
 * follows: POSIX.1-2024 id; GNU coreutils manual, "id invocation"
 */
#include <sys/vfs.h>
#include "libbb.h"
#include "id.gen.h"

/* Of whom the identity is printed: of a user, or of the process if `name` is NULL. */
struct identity {
	const char *name;
	uid_t uid, euid;
	gid_t gid, egid;
};

struct printer {
	const struct id_options *opt;
	struct users users;
	bool several; /* more than one USER */
	int status;
	const char *context; /* the security context, or NULL */
};

/* The groups of `who` and in *count how many. Where several users have one number, as GNU id does, the
 * first one's own group counts. */
static gid_t *groups_for(struct printer *p, const struct identity *who, size_t *count)
{
	size_t size = 64;
	gid_t *list = arena_array(gid_t, size), first;

	if (!who->name) {
		int n = getgroups(0, NULL);

		list = arena_array(gid_t, n > 0 ? (size_t)n : 1);
		n = n > 0 ? getgroups(n, list) : 0;
		*count = 0;
		for (int i = 0; i < n; i++)
			if (i == 0 || list[i] != list[i - 1])
				list[(*count)++] = list[i];
		return list;
	}
	first = user_by_id(&p->users, who->uid)->gid;
	*count = groups_of(&p->users, who->name, first, list, size);
	if (*count > size) {
		list = arena_array(gid_t, *count);
		*count = groups_of(&p->users, who->name, first, list, *count);
	}
	return list;
}

/* Writes a user's ID, or with -n the name. */
static void print_user(struct printer *p, uid_t uid)
{
	const char *name = p->opt->name ? user_name(&p->users, uid) : NULL;

	if (p->opt->name && !name) {
		warn("cannot find name for user ID %u", (unsigned)uid);
		p->status = 1;
	}
	if (name)
		out_str(name);
	else
		out_num(uid, 0);
}

/* Writes a group's ID, or with -n the name. */
static void print_group(struct printer *p, gid_t gid)
{
	const char *name = p->opt->name ? group_name(&p->users, gid) : NULL;

	if (p->opt->name && !name) {
		warn("cannot find name for group ID %u", (unsigned)gid);
		p->status = 1;
	}
	if (name)
		out_str(name);
	else
		out_num(gid, 0);
}

/* Writes all groups for -G: the real and the effective one first, each once. */
static void print_groups(struct printer *p, const struct identity *who)
{
	size_t count;
	gid_t *list = groups_for(p, who, &count);
	char between = p->opt->zero ? 0 : ' ';

	print_group(p, who->gid);
	if (who->egid != who->gid) {
		out_char(between);
		print_group(p, who->egid);
	}
	for (size_t i = 0; i < count; i++)
		if (list[i] != who->gid && list[i] != who->egid) {
			out_char(between);
			print_group(p, list[i]);
		}
}

/* Writes `label` ID(NAME). */
static void print_named(const char *label, unsigned id, const char *name)
{
	out_fmt("%s%u", label, id);
	if (name)
		out_fmt("(%s)", name);
}

/* Writes everything, with names. */
static void print_all(struct printer *p, const struct identity *who)
{
	struct users *u = &p->users;
	size_t count;
	gid_t *list = groups_for(p, who, &count), first = who->name ? list[0] : who->egid;

	print_named("uid=", who->uid, user_name(u, who->uid));
	print_named(" gid=", who->gid, group_name(u, who->gid));
	if (who->euid != who->uid)
		print_named(" euid=", who->euid, user_name(u, who->euid));
	if (who->egid != who->gid)
		print_named(" egid=", who->egid, group_name(u, who->egid));
	print_named(" groups=", first, group_name(u, first));
	for (size_t i = 0; i < count; i++)
		if (list[i] != first)
			print_named(",", list[i], group_name(u, list[i]));
	if (p->context && !who->name && !getenv("POSIXLY_CORRECT"))
		out_fmt(" context=%s", p->context);
}

/* Writes what was asked for of one identity. */
static void print_identity(struct printer *p, const struct identity *who)
{
	const struct id_options *opt = p->opt;

	if (opt->user)
		print_user(p, opt->real ? who->uid : who->euid);
	else if (opt->group)
		print_group(p, opt->real ? who->gid : who->egid);
	else if (opt->groups)
		print_groups(p, who);
	else if (opt->context)
		out_str(p->context);
	else
		print_all(p, who);
	out_char(opt->zero ? 0 : '\n');
}

/* Writes the identity of a user by name or number. */
static void print_named_user(struct printer *p, const char *word)
{
	const struct user *user = NULL;
	uid_t uid;

	if (*word && parse_user(&p->users, word + strspn(word, " \t\n\v\f\r"), &uid))
		user = user_by_id(&p->users, uid);
	if (user) {
		const struct user *by_name = user_by_name(&p->users, word);
		struct identity who;

		user = by_name ? by_name : user;
		who = (struct identity){ user->name, user->uid, user->uid, user->gid, user->gid };
		print_identity(p, &who);
		if (p->several && p->opt->groups && p->opt->zero)
			out_char(0);
		return;
	}
	warn("%s: no such user", quote(word));
	p->status = 1;
}

/* The process's SELinux context, or NULL if the kernel has none. */
static const char *security_context(void)
{
	struct statfs fs;
	int fd;
	size_t len;
	char *text;

	if (statfs("/sys/fs/selinux", &fs) < 0 || fs.f_type != 0xf97cff8c)
		return NULL;
	fd = open_file("/proc/self/attr/current", O_RDONLY, 0);
	if (fd < 0)
		return NULL;
	text = read_file(fd, &len);
	close_file(fd);
	if (text)
		text[strcspn(text, "\n")] = 0;
	return text;
}

/* Dies of options that do not go together. */
static void check_options(const struct id_options *opt, bool users)
{
	int only = !!opt->user + !!opt->group + !!opt->groups + !!opt->context;

	if (opt->context && users)
		die("cannot print security context when user specified");
	if (only > 1)
		die("cannot print \"only\" of more than one choice");
	if (only == 0 && (opt->real || opt->name))
		die("cannot print only names or real IDs in default format");
	if (only == 0 && opt->zero)
		die("option --zero not permitted in default format");
}

int id_main(struct id_options *opt, char **argv)
{
	struct printer p = { .opt = opt, .context = security_context() };

	if (opt->context && !p.context)
		die("--context (-Z) works only on an SELinux-enabled kernel");
	check_options(opt, *argv);
	p.several = *argv && argv[1];
	if (!*argv) {
		struct identity self = { NULL, getuid(), geteuid(), getgid(), getegid() };

		print_identity(&p, &self);
	}
	for (; *argv; argv++)
		print_named_user(&p, *argv);
	users_free(&p.users);
	return p.status;
}
