/* pinky - show who is logged in, and about users
 *
 * usage: pinky [OPTION]... [USER]...
 *
 *   -l  tell about each USER at length
 *   -b  with -l, leave out the home directory and the shell
 *   -h  with -l, leave out the file .project
 *   -p  with -l, leave out the file .plan
 *   -s  a line for each login, as without this
 *   -f  no headings
 *   -w  leave out the full name
 *   -i  leave out the full name and the host
 *   -q  leave out the full name, the host and the idle time
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "pinky invocation"
 */
#include <ctype.h>
#include "libbb.h"
#include "logins.h"
#include "timefmt.h"
#include "pinky.gen.h"

struct pinky {
	const struct pinky_options *opt;
	bool name, host, idle; /* which columns */
	time_t now;
	struct users users;
	struct time_zone zone;
};

/* The full name in the account's comment, up to a comma; & stands for the account's name with a capital. */
static const char *full_name(const struct user *u)
{
	struct buf name = { 0 };

	buf_str(&name, "");
	for (const char *p = u->gecos; *p && *p != ','; p++)
		if (*p == '&') {
			buf_char(&name, (char)toupper((unsigned char)*u->name));
			buf_str(&name, *u->name ? u->name + 1 : "");
		} else {
			buf_char(&name, *p);
		}
	return name.data;
}

static const char *show_idle(const struct pinky *p, time_t last)
{
	time_t idle = p->now - last;

	if (last == 0)
		return "?????";
	if (idle < 60)
		return "     ";
	if (idle < 86400)
		return arena_printf("%02d:%02d", (int)(idle / 3600), (int)(idle % 3600 / 60));
	return arena_printf("%jdd", (intmax_t)(idle / 86400));
}

static void print_login(struct pinky *p, const struct login *l)
{
	const struct user *u = user_by_name(&p->users, l->user);
	mode_t mode;
	time_t last = login_last_use(l, &mode);

	out_fmt("%-8s", l->user);
	if (p->name)
		out_fmt(u ? " %-19.19s" : " %19s", u ? full_name(u) : "???");
	out_fmt(" %c%-8s", mode == 0 ? '?' : mode & S_IWGRP ? ' ' : '*', l->line);
	if (p->idle)
		out_fmt(" %-6s", show_idle(p, last));
	out_fmt(" %s", login_time(&p->zone, l->time));
	if (p->host && l->host[0])
		out_fmt(" %s", login_host(l, true));
	out_char('\n');
}

static bool is_named(const char *user, char **names)
{
	for (; *names; names++)
		if (strcmp(*names, user) == 0)
			return true;
	return false;
}

static void print_logins(struct pinky *p, char **names)
{
	size_t count;
	struct login *logins = logins_read(LOGINS_FILE, false, &count);

	if (!p->opt->f) {
		out_fmt("%-8s", "Login");
		if (p->name)
			out_fmt(" %-19s", "Name");
		out_fmt(" %-9s", " TTY");
		if (p->idle)
			out_fmt(" %-6s", "Idle");
		out_fmt(" %-*s", login_time_width(), "When");
		if (p->host)
			out_str(" Where");
		out_char('\n');
	}
	for (size_t i = 0; i < count; i++)
		if (login_is_user(&logins[i]) && (!*names || is_named(logins[i].user, names)))
			print_login(p, &logins[i]);
}

/* Prints a file in the user's home, under a title, if it can be read. */
static void print_file(const struct user *u, const char *name, const char *title)
{
	int fd = open_file(arena_printf("%s/%s", u->home, name), O_RDONLY, 0);
	char block[4096];
	ssize_t n;

	if (fd < 0)
		return;
	out_str(title);
	while ((n = read_some(fd, block, sizeof(block))) > 0)
		out_mem(block, (size_t)n);
	close_file(fd);
}

static void print_user(struct pinky *p, const char *name)
{
	const struct user *u = user_by_name(&p->users, name);

	out_fmt("Login name: %-28sIn real life: ", name);
	if (!u) {
		out_str(" ???\n");
		return;
	}
	out_fmt(" %s\n", full_name(u));
	if (!p->opt->b)
		out_fmt("Directory: %-29sShell:  %s\n", u->home, u->shell);
	if (!p->opt->h)
		print_file(u, ".project", "Project: ");
	if (!p->opt->p)
		print_file(u, ".plan", "Plan:\n");
	out_char('\n');
}

int pinky_main(struct pinky_options *opt, char **names)
{
	struct pinky p = { .opt = opt, .now = time(NULL) };
	bool brief = opt->i || opt->q;

	p.name = !opt->w && !brief;
	p.host = !brief;
	p.idle = !opt->q;
	if (opt->l <= opt->s) {
		print_logins(&p, names);
	} else {
		if (!*names)
			die_usage("no username specified; at least one must be specified when using -l");
		for (; *names; names++)
			print_user(&p, *names);
	}
	users_free(&p.users);
	return 0;
}
