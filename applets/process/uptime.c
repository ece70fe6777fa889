/* uptime - tell how long the system has been up, how many users there are, and the load
 *
 * usage: uptime [OPTION]...
 *
 *   -p, --pretty   only how long, in words
 *   -s, --since    only since when
 *   -r, --raw      print seconds since 1970, seconds of being up, users and the load, as numbers
 *   -h             print this
 *   -V             print the version
 *
 * install: /usr/bin
 * follows: uptime(1) of procps-ng 4.0
 */
#include "libbb.h"
#include "logins.h"
#include "uptime.gen.h"

/* The words of a file, up to a number of them; dies if they are not there. */
static void read_words(const char *path, char **words, size_t count)
{
	int fd = open_file(path, O_RDONLY, 0);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len);

	if (!text)
		die_errno("cannot open %s", path);
	close_file(fd);
	for (size_t i = 0; i < count; i++) {
		words[i] = strsep(&text, " \n");
		if (!words[i])
			die("%s: unexpected contents", path);
	}
}

static size_t count_users(void)
{
	size_t count, users = 0;
	struct login *logins = logins_read(LOGINS_FILE, true, &count);

	for (size_t i = 0; i < count; i++)
		users += login_is_user(&logins[i]);
	return users;
}

static void print_pretty(uintmax_t seconds)
{
	static const struct {
		const char *name;
		uintmax_t seconds;
	} units[] = { { "decade", UINTMAX_C(315360000) },
		      { "year", 31536000 },
		      { "week", 604800 },
		      { "day", 86400 },
		      { "hour", 3600 },
		      { "minute", 60 } };
	const char *separator = " ";

	out_str("up");
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		uintmax_t n = seconds / units[i].seconds;

		seconds %= units[i].seconds;
		if (n == 0 && units[i].seconds > 60)
			continue;
		out_fmt("%s%ju %s%s", separator, n, units[i].name, n == 1 ? "" : "s");
		separator = ", ";
	}
	out_char('\n');
}

static void print_clock(const char *format, time_t t)
{
	struct time_zone zone = { 0 };
	struct timespec ts = { .tv_sec = t };
	struct buf text = { 0 };
	struct tm tm;

	if (!time_split(&zone, t, &tm))
		die("invalid time");
	time_format(&text, format, &tm, &ts);
	out_str(text.data);
}

static void print_line(time_t now, uintmax_t up, char **load)
{
	uintmax_t days = up / 86400, hours = up / 3600 % 24, minutes = up / 60 % 60;
	size_t users = count_users();

	print_clock(" %H:%M:%S", now);
	out_str(" up ");
	if (days)
		out_fmt("%ju %s, ", days, days == 1 ? "day" : "days");
	if (hours)
		out_fmt("%2ju:%02ju, ", hours, minutes);
	else
		out_fmt("%ju min, ", minutes);
	out_fmt("%2zu %s,  load average: %s, %s, %s\n", users, users > 1 ? "users" : "user", load[0], load[1],
		load[2]);
}

int uptime_main(struct uptime_options *opt, char **operands)
{
	char *up[2], *load[3];
	struct timespec now;
	uintmax_t seconds;
	const char *end;

	if (opt->h) {
		print_help(this_applet());
		return 0;
	}
	if (opt->V) {
		print_version();
		return 0;
	}
	if (*operands)
		die_usage(NULL);
	clock_gettime(CLOCK_REALTIME, &now);
	read_words("/proc/uptime", up, 2);
	if (parse_uint_base(up[0], &end, 10, NULL, &seconds) != NUM_OK)
		die("/proc/uptime: unexpected contents");
	if (opt->since) {
		print_clock("%Y-%m-%d %H:%M:%S\n", now.tv_sec - (time_t)seconds);
		return 0;
	}
	if (opt->pretty) {
		print_pretty(seconds);
		return 0;
	}
	read_words("/proc/loadavg", load, 3);
	if (opt->raw)
		out_fmt("%jd.%06ld %s %zu %s %s %s\n", (intmax_t)now.tv_sec, now.tv_nsec / 1000, up[0],
			count_users(), load[0], load[1], load[2]);
	else
		print_line(now.tv_sec, seconds, load);
	return 0;
}
