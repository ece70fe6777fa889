/* who - show who is logged in
 *
 * usage: who [OPTION]... [FILE | ARG1 ARG2]
 *
 *   -a, --all       the same as -b -d --login -p -r -t -T -u
 *   -b, --boot      when the system was started
 *   -d, --dead      processes that are dead
 *   -H, --heading   print what the columns are
 *       --ips       print addresses of hosts, not names
 *   -l, --login     processes that wait for a login
 *       --lookup    ask the resolver for the names of hosts
 *   -m              only who is on the terminal of standard input
 *   -p, --process   processes that init started
 *   -q, --count     only names, and how many they are
 *   -r, --runlevel  the run level
 *   -s, --short     only name, line and time, as without this
 *   -t, --time      when the clock was set
 *   -T, -w, --mesg, --message, --writable  show whether messages are accepted: +, - or ?
 *   -u, --users     users, with the time they were idle
 *
 * FILE has the records, as /var/log/wtmp; if there is none, it is /var/run/utmp. Two arguments (am i) are the same as -m.
 *
 * install: /usr/bin
 * follows: POSIX.1-2024 who; GNU coreutils manual, "who invocation"
 */
#include <arpa/inet.h>
#include "libbb.h"
#include "logins.h"
#include "timefmt.h"
#include "who.gen.h"

struct who {
	const struct who_options *opt;
	bool boot, dead, login, process, runlevel, clock, mesg, users;
	bool brief, show_idle, show_exit;
	const char *terminal; /* only this line, if not NULL */
	time_t now, booted;
	struct time_zone zone;
};

/* What a line of the output has in its columns. */
struct row {
	const char *user, *line, *time, *idle, *pid, *comment, *exit;
	char mesg;
};

static void print_row(const struct who *w, const struct row *r)
{
	struct buf text = { 0 };

	buf_fmt(&text, "%-8s", r->user);
	if (w->mesg)
		buf_fmt(&text, " %c", r->mesg);
	buf_fmt(&text, " %-12s %-*s", r->line, login_time_width(), r->time);
	if (w->show_idle && !w->brief)
		buf_fmt(&text, " %-6s", r->idle);
	if (!w->brief)
		buf_fmt(&text, " %10s", r->pid);
	buf_fmt(&text, " %-8s", r->comment);
	if (w->show_exit)
		buf_fmt(&text, " %-12s", r->exit);
	while (text.len > 0 && text.data[text.len - 1] == ' ')
		text.len--;
	out_mem(text.data, text.len);
	out_char('\n');
}

static const char *show_idle(const struct who *w, time_t last)
{
	time_t idle = w->now - last;

	if (last == 0)
		return "  ?";
	if (last <= w->booted || idle < 0 || idle >= 86400)
		return " old ";
	if (idle < 60)
		return "  .  ";
	return arena_printf("%02d:%02d", (int)(idle / 3600), (int)(idle % 3600 / 60));
}

/* What is shown of the host of a login, or "". */
static const char *show_host(const struct who *w, const struct login *l)
{
	static const unsigned char none[16];
	char address[INET6_ADDRSTRLEN];
	bool v4 = memcmp(l->address + 4, none, 12) == 0;

	if (w->opt->ips && memcmp(l->address, none, 16) != 0 &&
	    inet_ntop(v4 ? AF_INET : AF_INET6, l->address, address, sizeof(address)))
		return arena_strdup(address);
	if (!l->host[0])
		return "";
	return arena_printf("(%s)", login_host(l, w->opt->lookup));
}

static void print_user(struct who *w, const struct login *l, struct row *r)
{
	mode_t mode;
	time_t last = login_last_use(l, &mode);

	r->mesg = mode == 0 ? '?' : mode & S_IWGRP ? '+' : '-';
	r->user = l->user;
	r->line = l->line;
	r->idle = show_idle(w, last);
	r->comment = show_host(w, l);
	print_row(w, r);
}

static void print_run_level(struct who *w, const struct login *l, struct row *r)
{
	int now = l->pid % 256, last = l->pid / 256;

	if (w->terminal && *w->terminal)
		return;
	r->line = arena_printf("run-level %c", now);
	r->pid = "";
	if (last >= ' ' && last < 127)
		r->comment = arena_printf("last=%c", last == 'N' ? 'S' : last);
	print_row(w, r);
}

static void print_login(struct who *w, const struct login *l)
{
	struct row r = { .user = "", .line = l->line, .idle = "", .comment = "", .exit = "", .mesg = ' ' };

	r.time = login_time(&w->zone, l->time);
	r.pid = arena_printf("%d", l->pid);
	if (login_is_user(l)) {
		if (w->users)
			print_user(w, l, &r);
		return;
	}
	switch (l->type) {
	case LOGIN_RUN_LEVEL:
		if (w->runlevel)
			print_run_level(w, l, &r);
		return;
	case LOGIN_BOOT:
		w->booted = l->time;
		r.line = "system boot";
		r.pid = "";
		if (w->boot)
			print_row(w, &r);
		return;
	case LOGIN_NEW_TIME:
		r.line = "clock change";
		r.pid = "";
		if (w->clock)
			print_row(w, &r);
		return;
	case LOGIN_INIT:
		r.comment = arena_printf("id=%s", l->id);
		if (w->process)
			print_row(w, &r);
		return;
	case LOGIN_GETTY:
		r.user = "LOGIN";
		r.comment = arena_printf("id=%s", l->id);
		if (w->login)
			print_row(w, &r);
		return;
	case LOGIN_DEAD:
		r.comment = arena_printf("id=%s", l->id);
		r.exit = arena_printf("term=%d exit=%d", l->termination, l->exit);
		if (w->dead)
			print_row(w, &r);
	}
}

static void print_names(const struct login *logins, size_t count)
{
	size_t users = 0;

	for (size_t i = 0; i < count; i++)
		if (login_is_user(&logins[i])) {
			if (users++)
				out_char(' ');
			out_str(logins[i].user);
		}
	out_fmt("\n# users=%zu\n", users);
}

static void choose_what(struct who *w, const struct who_options *opt)
{
	bool all = opt->all;

	w->boot = opt->boot || all;
	w->dead = opt->dead || all;
	w->login = opt->login || all;
	w->process = opt->process || all;
	w->runlevel = opt->runlevel || all;
	w->clock = opt->time || all;
	w->mesg = opt->mesg || all;
	w->users = opt->users || all;
	w->show_idle = w->dead || w->login || w->runlevel || w->users;
	w->show_exit = w->dead;
	w->brief = opt->_short;
	if (!w->boot && !w->dead && !w->login && !w->process && !w->runlevel && !w->clock && !w->users)
		w->users = w->brief = true;
	if (w->show_exit)
		w->brief = false;
}

/* The line of the terminal that is standard input; "" if it is none. */
static const char *terminal_line(void)
{
	const char *name = ttyname(STDIN_FILENO);

	if (!name)
		return "";
	return strncmp(name, "/dev/", 5) == 0 ? name + 5 : name;
}

int who_main(struct who_options *opt, char **files)
{
	static const struct row heading = { "NAME", "LINE", "TIME", "IDLE", "PID", "COMMENT", "EXIT", ' ' };
	struct who w = { .opt = opt, .now = time(NULL) };
	bool two = *files && files[1];
	struct login *logins;
	size_t count;

	choose_what(&w, opt);
	if (two && files[2])
		die_extra_operand(files[2]);
	if (two || opt->m)
		w.terminal = terminal_line();
	logins = logins_read(*files && !two ? *files : LOGINS_FILE, !*files || two, &count);
	if (opt->count) {
		print_names(logins, count);
		return 0;
	}
	if (opt->heading)
		print_row(&w, &heading);
	for (size_t i = 0; i < count; i++)
		if (!w.terminal || (*w.terminal && strcmp(w.terminal, logins[i].line) == 0))
			print_login(&w, &logins[i]);
	return 0;
}
