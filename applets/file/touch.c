/* touch - set the times of files, and make those that are missing
 *
 * usage: touch [OPTION]... FILE...
 *
 *   -a                         set only the time of the last access
 *   -c, --no-create            make no files
 *   -d, --date=STRING          set the time STRING says, as date -d reads it
 *   -f                         ignored
 *   -h, --no-dereference       set the times of symbolic links themselves; make no files
 *   -m                         set only the time of the last modification
 *   -r, --reference=FILE       use the times of FILE; with -d, STRING is relative to them
 *   -t STAMP                   set the time [[CC]YY]MMDDhhmm[.ss]
 *       --time=WORD...         atime, access, use: as -a; mtime, modify: as -m
 *
 * Without -d, -r or -t the time is the present. A FILE of - is the file that standard output goes to.
 *
 * install: /bin
 * options: pure
 * follows: POSIX.1-2024 touch; GNU coreutils manual, "touch invocation"
 */
#include "libbb.h"
#include "dateparse.h"
#include "touch.gen.h"

/* Reads `count` pairs of digits. Returns false if others than digits are among them. */
static bool read_pairs(const char *s, int *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++, s += 2) {
		if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
			return false;
		pairs[i] = (s[0] - '0') * 10 + s[1] - '0';
	}
	return true;
}

/* Finds the time of a year and pairs for month, day, hour and minute. A second of 60 is the next minute's first. */
static bool stamp_time(int year, const int *pairs, int second, struct timespec *out)
{
	bool leap = second == 60;
	struct clock_time c = { year, pairs[0], pairs[1], pairs[2], pairs[3], second - leap };
	time_t found;

	if (!clock_find(&c, &found))
		return false;
	*out = (struct timespec){ .tv_sec = found + leap };
	return true;
}

static int this_year(void)
{
	time_t present = time(NULL);
	struct tm tm;

	return localtime_r(&present, &tm) ? tm.tm_year + 1900 : 1970;
}

/* Reads [[CC]YY]MMDDhhmm[.ss]. */
static bool parse_stamp(const char *s, struct timespec *out)
{
	size_t len = strcspn(s, "."), pairs = len / 2;
	int pair[6], second = 0, year;

	if (len % 2 || pairs < 4 || pairs > 6 || !read_pairs(s, pair, pairs))
		return false;
	if (s[len] && (strlen(s + len) != 3 || !read_pairs(s + len + 1, &second, 1)))
		return false;
	if (pairs == 4)
		year = this_year();
	else if (pairs == 5)
		year = pair[0] + (pair[0] < 69 ? 2000 : 1900);
	else
		year = pair[0] * 100 + pair[1];
	return stamp_time(year, pair + pairs - 4, second, out);
}

/* Reads the obsolete first operand MMDDhhmm[YY], YY from 69 to 99, and warns of it. */
static bool parse_obsolete(const char *s, struct timespec *out)
{
	size_t len = strlen(s);
	int pair[5], year;

	if ((len != 8 && len != 10) || !read_pairs(s, pair, len / 2) || (len == 10 && pair[4] < 69))
		return false;
	year = len == 10 ? 1900 + pair[4] : this_year();
	if (!stamp_time(year, pair, 0, out))
		return false;
	if (!getenv("POSIXLY_CORRECT"))
		warn("warning: 'touch %s' is obsolete; use 'touch -t %04d%02d%02d%02d%02d.00'", s, year,
		     pair[0], pair[1], pair[2], pair[3]);
	return true;
}

/* Whether the environment asks for the standard of 1992, which had that operand. */
static bool wants_obsolete(void)
{
	const char *version = getenv("_POSIX2_VERSION");
	intmax_t n;

	return version && parse_int(version, NULL, &n) == NUM_OK && n < 200112;
}

/* Whether --time, or -a or -m, asks for the time of the access, or else of the modification. */
static bool asks_for(const struct touch_options *opt, bool access)
{
	static const char *const words[] = { "atime", "access", "use", "mtime", "modify", NULL };
	static const int values[] = { 0, 0, 0, 3, 3 };
	bool asked = access ? opt->a : opt->m;

	for (size_t i = 0; i < opt->time.count; i++)
		asked |= (choose(words, values, opt->time.items[i].value, "--time") == 0) == access;
	return asked;
}

static void parse_date(const char *s, const struct timespec *now, struct timespec *out)
{
	if (!date_parse(s, now, out))
		die("invalid date format %s", quote(s));
}

/* Finds what -d says. It is the present if it follows the clock: setting that needs less permission. */
static void parse_present(const char *s, struct timespec *out)
{
	struct timespec now, later, again;

	clock_gettime(CLOCK_REALTIME, &now);
	parse_date(s, &now, out);
	later = (struct timespec){ now.tv_sec ^ 1, now.tv_nsec };
	if (out->tv_sec == now.tv_sec && out->tv_nsec == now.tv_nsec && date_parse(s, &later, &again) &&
	    again.tv_sec == later.tv_sec && again.tv_nsec == later.tv_nsec)
		out->tv_nsec = UTIME_NOW;
}

/* Sets the times of one file. */
static bool touch(const struct touch_options *opt, const char *name, const struct timespec *times)
{
	bool out = strcmp(name, "-") == 0;
	int fd = -1, open_error = 0, failed, code;

	if (out) {
		fd = STDOUT_FILENO;
	} else if (!opt->no_create && !opt->no_dereference) {
		fd = open_file(name, O_WRONLY | O_CREAT | O_NONBLOCK, 0666);
		open_error = fd < 0 ? errno : 0;
	}
	failed = fd >= 0 ? futimens(fd, times)
			 : utimensat(AT_FDCWD, name, times, opt->no_dereference ? AT_SYMLINK_NOFOLLOW : 0);
	code = errno;
	if (fd >= 0 && !out && close_file(fd) < 0) {
		warn_errno("failed to close %s", quote_file(name));
		return false;
	}
	if (!failed || (opt->no_create && (code == ENOENT || (out && code == EBADF))))
		return true;
	if (open_error && open_error != EISDIR)
		warn_code(open_error, "cannot touch %s", quote_file(name));
	else
		warn_code(code, "setting times of %s", quote_file(name));
	return false;
}

int touch_main(struct touch_options *opt, char **files)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW } };
	bool access = asks_for(opt, true), modify = asks_for(opt, false);
	struct stat st;
	int status = 0;

	if (opt->t && !parse_stamp(opt->t, &times[0]))
		die("invalid date format %s", quote(opt->t));
	if (opt->t && (opt->date || opt->reference))
		die_usage("cannot specify times from more than one source");
	if (opt->date && !opt->reference)
		parse_present(opt->date, &times[0]);
	else if (!opt->t && !opt->reference && files[0] && files[1] && wants_obsolete() &&
		 parse_obsolete(files[0], &times[0]))
		files++;
	times[1] = times[0];
	if (opt->reference) {
		if (fstatat(AT_FDCWD, opt->reference, &st, opt->no_dereference ? AT_SYMLINK_NOFOLLOW : 0) < 0)
			die_errno("failed to get attributes of %s", quote_file(opt->reference));
		times[0] = st.st_atim;
		times[1] = st.st_mtim;
	}
	if (opt->reference && opt->date)
		for (int i = 0; i < 2; i++)
			parse_date(opt->date, &times[i], &times[i]);
	if (access && !modify)
		times[1].tv_nsec = UTIME_OMIT;
	if (modify && !access)
		times[0].tv_nsec = UTIME_OMIT;
	if (!*files)
		die_usage("missing file operand");
	for (; *files; files++)
		if (!touch(opt, *files, times))
			status = 1;
	return status;
}
