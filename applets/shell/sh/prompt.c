/* prompt.c - the text of PS1 and its like, with Bash's escapes */
#include "timefmt.h"
#include "sh.h"

/* Appends a value in which nothing is to be expanded. */
static void put_literal(struct sbuf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '$' || *s == '`' || *s == '\\')
			sh_sbuf_char(b, '\\');
		sh_sbuf_char(b, *s);
	}
}

static void put_time(struct sbuf *b, const char *format)
{
	struct time_zone zone = { 0 };
	struct timespec ts;
	struct tm tm;
	struct buf out = { 0 };

	clock_gettime(CLOCK_REALTIME, &ts);
	if (!time_split(&zone, ts.tv_sec, &tm))
		return;
	buf_str(&out, "");
	time_format(&out, format, &tm, &ts);
	put_literal(b, out.data);
}

/* The working directory with ~ for HOME; only its last part if `base`. */
static void put_directory(struct shell *sh, struct sbuf *b, bool base)
{
	const char *pwd = sh_var_text(sh, sh->v_pwd), *home = sh_var_text(sh, sh->v_home);
	size_t n = home ? strlen(home) : 0;
	bool at_home = pwd && n > 1 && strncmp(pwd, home, n) == 0 && (!pwd[n] || pwd[n] == '/');

	if (!pwd)
		return;
	if (base) {
		const char *slash = strrchr(pwd, '/');

		put_literal(b, at_home && !pwd[n] ? "~" : slash && slash[1] ? slash + 1 : pwd);
		return;
	}
	if (at_home) {
		sh_sbuf_char(b, '~');
		pwd += n;
	}
	put_literal(b, pwd);
}

/* Replaces one escape of a prompt; returns what is behind it. */
static const char *put_escape(struct shell *sh, struct sbuf *b, const char *p)
{
	char host[256] = "", *dot;
	const struct user *u;
	size_t jobs = 0;

	switch (*p) {
	case 'a':
		sh_sbuf_char(b, '\a');
		break;
	case 'e':
		sh_sbuf_char(b, 27);
		break;
	case 'n':
		sh_sbuf_char(b, '\n');
		break;
	case 'r':
		sh_sbuf_char(b, '\r');
		break;
	case '[':
		sh_sbuf_char(b, 1);
		break;
	case ']':
		sh_sbuf_char(b, 2);
		break;
	case 'd':
		put_time(b, "%a %b %d");
		break;
	case 't':
		put_time(b, "%H:%M:%S");
		break;
	case 'T':
		put_time(b, "%I:%M:%S");
		break;
	case '@':
		put_time(b, "%I:%M %p");
		break;
	case 'A':
		put_time(b, "%H:%M");
		break;
	case 'D':
		if (p[1] == '{' && strchr(p, '}')) {
			const char *close = strchr(p, '}');
			char *format = sh_stack_text(sh, p + 2, (size_t)(close - p - 2));

			put_time(b, *format ? format : "%X");
			p = close;
		}
		break;
	case 'h':
	case 'H':
		gethostname(host, sizeof(host) - 1);
		dot = strchr(host, '.');
		if (*p == 'h' && dot)
			*dot = 0;
		put_literal(b, host);
		break;
	case 'u':
		u = user_by_id(&sh->users, geteuid());
		put_literal(b, u ? u->name : "I have no name!");
		break;
	case 'w':
	case 'W':
		put_directory(sh, b, *p == 'W');
		break;
	case 's':
		put_literal(b, sh->label);
		break;
	case 'v':
	case 'V':
		sh_sbuf_str(b, "5.2");
		break;
	case 'j':
		for (struct job *j = sh->jobs; j; j = j->next)
			jobs++;
		sh_sbuf_fmt(b, "%zu", jobs);
		break;
	case 'l': {
		const char *tty = ttyname(STDIN_FILENO);

		put_literal(b, tty && strrchr(tty, '/') ? strrchr(tty, '/') + 1 : "tty");
		break;
	}
	case '!':
	case '#':
		sh_sbuf_fmt(b, "%zu", sh_history_number(sh));
		break;
	case '$':
		sh_sbuf_str(b, geteuid() == 0 ? "#" : "\\$");
		break;
	case '\\':
		sh_sbuf_str(b, "\\\\");
		break;
	default:
		if (*p >= '0' && *p <= '7') {
			int n = 0, digits = 0;

			for (; digits < 3 && *p >= '0' && *p <= '7'; digits++)
				n = n * 8 + *p++ - '0';
			sh_sbuf_char(b, (char)n);
			return p;
		}
		sh_sbuf_str(b, "\\\\");
		if (*p)
			sh_sbuf_char(b, *p);
		else
			return p;
	}
	return p + 1;
}

char *sh_prompt_text(struct shell *sh, const char *name)
{
	const char *s = sh_var_get(sh, name), *command;
	struct sbuf b = { 0 };
	int status = sh->status;
	char *text;

	if (strcmp(name, "PS1") == 0 && !sh->opt[O_POSIX] && (command = sh_var_get(sh, "PROMPT_COMMAND"))) {
		sh_run_text(sh, sh_stack_text(sh, command, strlen(command)), NULL, 1);
		sh->status = status;
		s = sh_var_get(sh, name);
	}
	s = sh_stack_text(sh, s ? s : "", s ? strlen(s) : 0);
	while (*s) {
		if (*s == '\\') {
			s = put_escape(sh, &b, s + 1);
		} else if (*s == '!' && sh->opt[O_POSIX]) {
			if (s[1] == '!') {
				sh_sbuf_char(&b, '!');
				s++;
			} else {
				sh_sbuf_fmt(&b, "%zu", sh_history_number(sh));
			}
			s++;
		} else {
			sh_sbuf_char(&b, *s++);
		}
	}
	sh_sbuf_text(&b);
	text = sh_expand_text(sh, b.p);
	free(b.p);
	sh->status = status;
	return text;
}
