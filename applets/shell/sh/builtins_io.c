/* builtins_io.c - echo, printf, test; read and mapfile
 *
 * The first three are the applets of the same name. `read` takes blocks where
 * it can put back what it does not use: it seeks in files, and peeks into pipes
 * by tee(2). POSIX.1-2024 read; the Bash manual, mapfile, printf and read.
 */
#include "escape.h"
#include "printf_format.h"
#include "sh.h"
#include "timefmt.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

/* ---- echo, printf, test ---- */

/* Runs the applet behind a builtin. */
static int run_as_applet(struct shell *sh, int argc, char **argv)
{
	const struct applet *a = find_applet(argv[0]);

	if (a)
		return sh_run_applet_caught(sh, a, argc, argv);
	sh_warn(sh, "%s: not in this binary", argv[0]);
	return 127;
}

int builtin_echo(struct shell *sh, int argc, char **argv)
{
	char **list;

	if (sh->shopt[S_XPG_ECHO]) {
		list = sh_stack_alloc(sh, ((size_t)argc + 2) * sizeof(char *));
		list[0] = argv[0];
		list[1] = sh_stack_text(sh, "-e", 2);
		memcpy(list + 2, argv + 1, (size_t)argc * sizeof(char *));
		return run_as_applet(sh, argc + 1, list);
	}
	if ((argc > 1 && argv[1][0] == '-') || sh->opt[O_XTRACE] || sh_var_posixly(sh))
		return run_as_applet(sh, argc, argv);
	for (int i = 1; i < argc; i++) {
		out_str(argv[i]);
		if (i + 1 < argc)
			out_char(' ');
	}
	out_char('\n');
	return 0;
}

int builtin_test(struct shell *sh, int argc, char **argv)
{
	int status = sh_test_quickly(sh, argc, argv);

	return status >= 0 ? status : run_as_applet(sh, argc, argv);
}

/* %q in the way of the shell. */
static void quote_for_printf(struct buf *out, const char *s)
{
	struct sbuf b = { 0 };

	sh_quote_backslash(&b, s);
	buf_mem(out, b.p, b.len);
	free(b.p);
}

/* %(format)T: a time in seconds, -1 or none for now, -2 for when the shell
 * began. */
static void time_for_printf(struct buf *out, const char *format, const char *arg)
{
	struct time_zone zone = { 0 };
	struct timespec ts = { 0 };
	struct tm tm;
	intmax_t t = -1;

	if (*arg)
		parse_int(arg, NULL, &t);
	if (t < 0)
		clock_gettime(CLOCK_REALTIME, &ts);
	else
		ts.tv_sec = t;
	if (time_split(&zone, ts.tv_sec, &tm))
		time_format(out, *format ? format : "%X", &tm, &ts);
}

static int shell_printf_main(void *options, char **argv)
{
	static const struct printf_extras extras = { quote_for_printf, time_for_printf };

	(void)options;
	return printf_format(argv, &extras);
}

/* The applet with what the shell adds to it. */
static const struct applet shell_printf = { .name = "printf",
					    .main = shell_printf_main,
					    .long_names = "help\0version",
					    .flags = APPLET_RAW | APPLET_NO_HELP,
					    .trouble = 1 };

int builtin_printf(struct shell *sh, int argc, char **argv)
{
	char *name = NULL, *text, **list;
	size_t len;
	int status, i = 1;

	if (argc > 1 && strncmp(argv[1], "-v", 2) == 0) {
		name = argv[1][2] ? argv[1] + 2 : argc > 2 ? argv[2] : NULL;
		i = argv[1][2] ? 2 : 3;
		if (!name)
			return sh_usage_error(sh, "printf", "-v: option requires an argument");
		if (sh_name_length(name) == 0) {
			sh_warn(sh, "printf: `%s': not a valid identifier", name);
			return 2;
		}
	} else if (argc > 1 && strcmp(argv[1], "--") == 0) {
		i = 2;
	} else if (argc > 1 && argv[1][0] == '-' && argv[1][1]) {
		sh_warn(sh, "printf: %.2s: invalid option", argv[1]);
		return 2;
	}
	if (i >= argc)
		return sh_usage_error(sh, "printf", "usage: printf [-v var] format [arguments]");
	if (!name && i == 1)
		return sh_run_applet_caught(sh, &shell_printf, argc, argv);
	list = sh_stack_alloc(sh, ((size_t)argc + 2) * sizeof(char *));
	list[0] = argv[0];
	memcpy(list + 1, argv + i, (size_t)(argc - i + 1) * sizeof(char *));
	if (!name)
		return sh_run_applet_caught(sh, &shell_printf, argc - i + 1, list);
	status = run_applet_captured(&shell_printf, list, &text, &len);
	if (text) {
		size_t n = sh_name_length(name), name_len = strlen(name);

		len = strlen(text);
		if (name[n] == '[' && name[name_len - 1] == ']')
			sh_element_set(sh, sh_var_named(sh, name, n),
				       sh_stack_text(sh, name + n + 1, name_len - n - 2),
				       sh_stack_text(sh, text, len), false);
		else
			sh_var_set(sh, sh_var_named(sh, name, name_len), sh_stack_text(sh, text, len), len);
	}
	free(text);
	return status;
}

/* ---- reading ahead ---- */

enum { AHEAD = 65536 };

void sh_read_sync(struct shell *sh)
{
	struct read_ahead *r = &sh->ahead;

	if (!r->any)
		return;
	r->any = false;
	if (r->pipe) {
		char *waste = r->buf;

		for (size_t left = r->at; left > 0;) {
			ssize_t n = read_some(r->fd, waste, left);

			if (n <= 0)
				break;
			left -= (size_t)n;
		}
	} else if (r->at < r->len) {
		lseek(r->fd, -(off_t)(r->len - r->at), SEEK_CUR);
	}
}

/* Looks into a pipe: a copy of what it holds. Returns how much, 0 at the end;
 * -1 if that cannot be done. */
static ssize_t peek_pipe(struct read_ahead *r, int fd)
{
	ssize_t n, got = 0;

	if (r->copy[1] == 0 && pipe2(r->copy, O_CLOEXEC) < 0)
		return -1;
	do
		n = tee(fd, r->copy[1], AHEAD, 0);
	while (n < 0 && errno == EINTR && !r->interrupted);
	if (n <= 0)
		return n;
	while (got < n) {
		ssize_t part = read(r->copy[0], r->buf + got, (size_t)(n - got));

		if (part <= 0)
			return -1;
		got += part;
	}
	return n;
}

/* Gets more to read ahead of. Returns false at the end of the file or on an
 * error. */
static bool read_ahead_more(struct shell *sh, int fd)
{
	struct read_ahead *r = &sh->ahead;
	struct stat st;
	ssize_t n;

	if (r->any && r->fd == fd && r->pipe) {
		/* what was used is consumed */
		sh_read_sync(sh);
	} else if (r->any && r->fd != fd) {
		sh_read_sync(sh);
	}
	if (!r->buf)
		r->buf = sh_xmalloc(AHEAD);
	r->fd = fd;
	r->at = r->len = 0;
	if (fstat(fd, &st) < 0)
		return false;
	if (S_ISFIFO(st.st_mode)) {
		n = peek_pipe(r, fd);
		if (n >= 0) {
			r->pipe = true;
			r->any = n > 0;
			r->len = (size_t)n;
			return n > 0;
		}
		if (errno == EINTR)
			return false;
	}
	n = read(fd, r->buf, S_ISREG(st.st_mode) ? (r->hungry ? AHEAD : 4096) : 1);
	r->hungry = true;
	if (n <= 0)
		return false;
	r->pipe = false;
	r->any = S_ISREG(st.st_mode);
	r->len = (size_t)n;
	r->once = !r->any;
	return true;
}

/* The bytes at hand of `fd`; at least one unless it ends. */
static size_t at_hand(struct shell *sh, int fd, const char **p)
{
	struct read_ahead *r = &sh->ahead;

	if (r->fd != fd || !(r->any || r->once) || r->at >= r->len) {
		if (!read_ahead_more(sh, fd))
			return 0;
	}
	*p = r->buf + r->at;
	return r->len - r->at;
}

static void use_up(struct shell *sh, size_t n)
{
	struct read_ahead *r = &sh->ahead;

	r->at += n;
	if (r->once && r->at >= r->len)
		r->once = false;
}

/* ---- read ---- */

struct reading {
	int fd;
	bool raw, silent, edit;
	char delimiter;
	intmax_t count; /* -n, -N; -1: none */
	bool exact;
	double timeout; /* -1: none */
	const char *prompt, *array, *text;
	bool timed_out, failed, interrupted;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Whether input comes before the time is up. */
static bool wait_for_input(struct shell *sh, struct reading *r, double until)
{
	struct read_ahead *a = &sh->ahead;
	struct pollfd p = { .fd = r->fd, .events = POLLIN };
	double left;
	int n;

	if (a->fd == r->fd && (a->any || a->once) && a->at < a->len)
		return true;
	do {
		left = until - now();
		n = poll(&p, 1, left > 0 ? (int)(left * 1000 + 0.999) : 0);
	} while (n < 0 && errno == EINTR && !sh_traps_waiting(sh));
	return n > 0;
}

/* Reads up to the delimiter into `line`, ESC before what backslashes quote.
 * Returns false at the end of input. */
static bool read_line(struct shell *sh, struct reading *r, struct sbuf *line)
{
	intmax_t chars = 0;
	double until = r->timeout >= 0 ? now() + r->timeout : 0;
	bool quoted = false;

	for (;;) {
		const char *p, *end;
		size_t n, used;

		if (r->count >= 0 && chars >= r->count)
			return true;
		if (r->timeout >= 0 && !wait_for_input(sh, r, until)) {
			r->timed_out = true;
			return false;
		}
		n = at_hand(sh, r->fd, &p);
		if (n == 0) {
			if (errno == EINTR && sh_traps_waiting(sh)) {
				r->interrupted = true;
				return false;
			}
			return false;
		}
		if (r->count < 0 && r->raw && r->delimiter) {
			/* whole stretches at a time */
			end = memchr(p, r->delimiter, n);
			used = end ? (size_t)(end - p) : n;
			if (memchr(p, 0, used) || memchr(p, ESC, used)) {
				for (size_t i = 0; i < used; i++) {
					if (p[i] == ESC)
						sh_sbuf_char(line, ESC);
					if (p[i])
						sh_sbuf_char(line, p[i]);
				}
			} else {
				sh_sbuf_mem(line, p, used);
			}
			use_up(sh, used + (end != NULL));
			if (end)
				return true;
			continue;
		}
		if (quoted) {
			quoted = false;
			use_up(sh, 1);
			if (*p == '\n')
				continue;
			sh_sbuf_char(line, ESC);
			sh_sbuf_char(line, *p);
			chars++;
			continue;
		}
		use_up(sh, 1);
		if (*p == r->delimiter && !r->exact)
			return true;
		if (*p == '\\' && !r->raw) {
			quoted = true;
			continue;
		}
		if (*p == ESC)
			sh_sbuf_char(line, ESC);
		if (*p)
			sh_sbuf_char(line, *p);
		if (!sh->utf8 || ((unsigned char)*p & 0xc0) != 0x80)
			chars++;
		/* the rest of a character comes with it */
		if (r->count >= 0 && chars >= r->count && sh->utf8 && (unsigned char)*p >= 0xc0) {
			int more = (unsigned char)*p >= 0xf0 ? 3 : (unsigned char)*p >= 0xe0 ? 2 : 1;

			for (; more > 0 && at_hand(sh, r->fd, &p) && ((unsigned char)*p & 0xc0) == 0x80;
			     more--) {
				sh_sbuf_char(line, *p);
				use_up(sh, 1);
			}
		}
	}
}

/* Takes the next field off a line by the rules of IFS; the whole rest if it is
 * the last. NULL if there is none. */
static char *take_field(struct shell *sh, char **at, bool last)
{
	char *s = *at, *start, *to, *end = NULL;
	const unsigned char *ifs = sh->ifs;

	while (*s && ifs[(unsigned char)*s] == 1)
		s++;
	if (!*s) {
		*at = s;
		return NULL;
	}
	start = to = s;
	if (last) {
		/* without white space at the end; and without one delimiter if there is but
		 * one field */
		char *tail = NULL, *p;
		int delimiters = 0;

		for (p = s; *p; p++) {
			if (*p == ESC && p[1]) {
				p++;
				tail = p + 1;
			} else if (ifs[(unsigned char)*p] == 2) {
				delimiters++;
				tail = p + 1;
			} else if (!ifs[(unsigned char)*p]) {
				tail = p + 1;
			}
		}
		end = tail ? tail : p;
		if (delimiters == 1 && end > start && ifs[(unsigned char)end[-1]] == 2 &&
		    !(end - start > 1 && end[-2] == ESC)) {
			end--;
			while (end > start && ifs[(unsigned char)end[-1]] == 1 &&
			       !(end - start > 1 && end[-2] == ESC))
				end--;
		}
		*end = 0;
		*at = p;
		sh_unescape(start);
		return start;
	}
	while (*s && !ifs[(unsigned char)*s]) {
		if (*s == ESC && s[1])
			s++;
		*to++ = *s++;
	}
	if (*s) {
		while (*s && ifs[(unsigned char)*s] == 1)
			s++;
		if (ifs[(unsigned char)*s] == 2) {
			s++;
			while (*s && ifs[(unsigned char)*s] == 1)
				s++;
		}
	}
	*to = 0;
	*at = s;
	return start;
}

/* Options -s, -n and -e set the terminal's modes. */
static bool set_terminal(const struct reading *r, struct termios *before)
{
	struct termios raw;

	if (!(r->silent || r->count >= 0 || r->delimiter != '\n') || !isatty(r->fd) ||
	    tcgetattr(r->fd, before) < 0)
		return false;
	raw = *before;
	if (r->silent)
		raw.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	if (r->count >= 0 || r->delimiter != '\n') {
		raw.c_lflag &= ~(tcflag_t)ICANON;
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
	}
	return tcsetattr(r->fd, TCSADRAIN, &raw) == 0;
}

static void assign_field(struct shell *sh, const char *name, const char *value)
{
	size_t n = sh_name_length(name), len = strlen(name);

	if (n < len)
		sh_element_set(sh, sh_var_named(sh, name, n), sh_stack_text(sh, name + n + 1, len - n - 2),
			       value, false);
	else
		sh_var_set(sh, sh_var_named(sh, name, n), value, strlen(value));
}

static bool valid_target(const char *name)
{
	size_t n = sh_name_length(name), len = strlen(name);

	return n > 0 && (n == len || (name[n] == '[' && name[len - 1] == ']' && len > n + 2));
}

static int read_options(struct shell *sh, struct letters *l, struct reading *r)
{
	int letter;
	intmax_t n;
	char *end;

	while ((letter = sh_next_letter(sh, l, "rsea:d:i:k:n:N:p:t:u:"))) {
		switch (letter) {
		case '?':
			return 2;
		case 'r':
			r->raw = true;
			break;
		case 's':
			r->silent = true;
			break;
		case 'e':
			r->edit = true;
			break;
		case 'a':
			r->array = l->arg;
			break;
		case 'd':
			r->delimiter = *l->arg;
			break;
		case 'i':
			r->text = l->arg;
			break;
		case 'p':
			r->prompt = l->arg;
			break;
		case 't':
			r->timeout = strtod(l->arg, &end);
			if (*end || end == l->arg || r->timeout < 0) {
				sh_warn(sh, "read: %s: invalid timeout specification", l->arg);
				return 1;
			}
			break;
		case 'u':
			if (parse_int(l->arg, NULL, &n) != NUM_OK || n < 0 || n > INT_MAX) {
				sh_warn(sh, "read: %s: invalid file descriptor specification", l->arg);
				return 1;
			}
			r->fd = (int)n;
			break;
		default:
			if (parse_int(l->arg, NULL, &n) != NUM_OK || n < 0) {
				sh_warn(sh, "read: %s: invalid number", l->arg);
				return 1;
			}
			r->count = n;
			r->exact = letter == 'N';
		}
	}
	return 0;
}

/* Gives the line to the variables. */
static void assign_line(struct shell *sh, struct reading *r, struct sbuf *line, char **names, int count)
{
	char *at = sh_sbuf_text(line), *field;

	if (r->array) {
		struct fields f = { 0 };

		while ((field = take_field(sh, &at, false)))
			sh_fields_add(sh, &f, sh_stack_text(sh, field, strlen(field)));
		sh_array_set_list(sh, sh_var_named(sh, r->array, strlen(r->array)), f.v, f.count);
		return;
	}
	if (count == 0 || r->exact) {
		size_t len = sh_unescape(at);

		if (count == 0) {
			sh_var_set(sh, sh_var_named(sh, "REPLY", 5), at, len);
		} else {
			assign_field(sh, names[0], at);
			for (int i = 1; i < count; i++)
				assign_field(sh, names[i], "");
		}
		return;
	}
	for (int i = 0; i < count; i++) {
		field = take_field(sh, &at, i + 1 == count);
		assign_field(sh, names[i], field ? field : "");
	}
}

int builtin_read(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	struct reading r = { .delimiter = '\n', .count = -1, .timeout = -1 };
	struct termios before;
	struct sbuf *line;
	bool ended, modes;
	int status = read_options(sh, &l, &r);

	if (status)
		return status;
	for (int i = l.index; i < argc; i++)
		if (!valid_target(argv[i])) {
			sh_warn(sh, "read: `%s': not a valid identifier", argv[i]);
			return sh->opt[O_POSIX] ? 2 : 1;
		}
	if (r.timeout < 0 && l.index >= argc && sh_var_get(sh, "TMOUT") && isatty(r.fd))
		r.timeout = strtod(sh_var_get(sh, "TMOUT"), NULL);
	if (sh->dirty_stdin && r.fd == 0)
		sh_input_sync(sh);
	if (fcntl(r.fd, F_GETFD) < 0) {
		sh_warn(sh, "read: %d: invalid file descriptor: %s", r.fd, strerror(errno));
		return 1;
	}
	if (r.timeout == 0) {
		struct pollfd p = { .fd = r.fd, .events = POLLIN };

		return sh->ahead.any && sh->ahead.fd == r.fd && sh->ahead.at < sh->ahead.len
			       ? 0
			       : poll(&p, 1, 0) <= 0;
	}
	if (r.prompt && isatty(r.fd) && !r.edit)
		write_all(STDERR_FILENO, r.prompt, strlen(r.prompt));
	line = sh_buffer_take(sh);
	errno = 0;
	if (r.edit && isatty(r.fd) && isatty(STDERR_FILENO)) {
		size_t len;
		char *text = sh_edit_line(sh, r.prompt ? r.prompt : "", r.text ? r.text : "", &len);

		ended = !text;
		if (text && len && text[len - 1] == '\n')
			len--;
		if (text)
			sh_sbuf_mem(line, text, len);
		free(text);
	} else {
		modes = set_terminal(&r, &before);
		ended = !read_line(sh, &r, line);
		if (modes)
			tcsetattr(r.fd, TCSADRAIN, &before);
	}
	if (r.interrupted) {
		buffer_drop(sh);
		sh_traps_run(sh);
		return 130;
	}
	if (r.array && !sh_is_name(r.array)) {
		sh_warn(sh, "read: `%s': not a valid identifier", r.array);
		buffer_drop(sh);
		return 1;
	}
	assign_line(sh, &r, line, argv + l.index, argc - l.index);
	buffer_drop(sh);
	return r.timed_out ? 142 : ended ? 1 : 0;
}

/* ---- mapfile ---- */

int builtin_mapfile(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	intmax_t count = 0, origin = -1, skip = 0, fd = 0, quantum = 5000, n = 0, index;
	const char *callback = NULL, *name;
	char delimiter = '\n';
	bool trim = false, more = true;
	struct var *v;
	struct sbuf *line;
	int letter;

	while ((letter = sh_next_letter(sh, &l, "d:n:O:s:tu:C:c:"))) {
		intmax_t *place = letter == 'n'   ? &count
				  : letter == 'O' ? &origin
				  : letter == 's' ? &skip
				  : letter == 'u' ? &fd
						  : &quantum;

		if (letter == '?')
			return 2;
		if (letter == 'd')
			delimiter = *l.arg;
		else if (letter == 't')
			trim = true;
		else if (letter == 'C')
			callback = l.arg;
		else if (parse_int(l.arg, NULL, place) != NUM_OK || *place < 0) {
			sh_warn(sh, "%s: %s: invalid number", argv[0], l.arg);
			return 1;
		}
	}
	name = l.index < argc ? argv[l.index] : "MAPFILE";
	if (!sh_is_name(name)) {
		sh_warn(sh, "%s: `%s': not a valid identifier", argv[0], name);
		return 1;
	}
	if (fcntl((int)fd, F_GETFD) < 0) {
		sh_warn(sh, "%s: %d: invalid file descriptor: %s", argv[0], (int)fd, strerror(errno));
		return 1;
	}
	if (sh->dirty_stdin && fd == 0)
		sh_input_sync(sh);
	v = sh_var_target(sh, sh_var_named(sh, name, strlen(name)), NULL);
	if (origin < 0)
		sh_array_set_list(sh, v, NULL, 0);
	else
		sh_array_make(sh, v, false);
	index = origin < 0 ? 0 : origin;
	line = sh_buffer_take(sh);
	while (more) {
		const char *p, *end = NULL;

		line->len = 0;
		do {
			size_t have = at_hand(sh, (int)fd, &p), used;

			if (have == 0) {
				more = false;
				break;
			}
			end = memchr(p, delimiter, have);
			used = end ? (size_t)(end - p) : have;
			sh_sbuf_mem(line, p, used);
			use_up(sh, used + (end != NULL));
		} while (!end);
		if (!more && line->len == 0)
			break;
		if (skip > 0) {
			skip--;
			continue;
		}
		if (end && !trim && delimiter)
			sh_sbuf_char(line, delimiter);
		sh_sbuf_text(line);
		n++;
		if (callback && n % quantum == 0) {
			struct sbuf text = { 0 };

			sh_sbuf_fmt(&text, "%s %jd ", callback, index);
			sh_quote_single(&text, line->p);
			sh_run_text(sh, sh_stack_text(sh, text.p, text.len), NULL, sh->line);
			free(text.p);
		}
		sh_array_put(v->array, index++, line->p, strlen(line->p));
		v->flags |= VAR_SET;
		if (count && n >= count)
			break;
	}
	buffer_drop(sh);
	return 0;
}
