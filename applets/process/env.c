/* env - run a command in a changed environment, or print the environment
 *
 * usage: env [OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]
 *
 *   -i, --ignore-environment           start with an empty environment; so does a lone -
 *   -0, --null                         end each printed line with a NUL, not a newline
 *   -u, --unset=NAME...                remove a variable
 *   -C, --chdir=DIR                    run COMMAND in DIR
 *   -S, --split-string=S               take the words of S as arguments, as for #! lines
 *       --block-signal[=SIG]...        block signals
 *       --default-signal[=SIG]...      give signals their default action, and unblock them
 *       --ignore-signal[=SIG]...       ignore signals
 *       --list-signal-handling         tell which signals are blocked or ignored
 *   -v, --debug                        tell each step
 *
 * SIG is a list of names or numbers separated by commas; without it all signals are meant.
 *
 * In S, '...' and "..." quote, # begins a comment, ${NAME} is a variable, and \ begins one of
 * \f \n \r \t \v \\ \' \" \# \$, \_ (a space, or the end of a word) and \c (the end of S).
 *
 * Exit status: that of COMMAND; 125 if env fails, 126 if COMMAND cannot be run, 127 if it is not found.
 *
 * install: /usr/bin
 * options: manual stop
 * status: 125
 * follows: POSIX.1-2024 env; GNU coreutils manual, "env invocation"
 */
#include <sys/syscall.h>
#include "libbb.h"
#include "command.h"
#include "signals.h"
#include "env.gen.h"

#define BLANKS " \t\n\v\f\r"

/* Writes a line about a step to standard error. */
static void tell(const char *line)
{
	out_flush();
	write_all(STDERR_FILENO, line, strlen(line));
}

/* The words of a -S string while it is read. */
struct splitter {
	const char *s; /* what is still to be read */
	bool debug;
	bool in_word; /* the current word has begun, if only with quotes */
	struct buf word;
	char **words; /* NULL-terminated, with room for as many words as S has characters */
	size_t count;
};

static void end_word(struct splitter *p)
{
	if (p->in_word)
		p->words[p->count++] = arena_memdup(p->word.data ? p->word.data : "", p->word.len);
	p->in_word = false;
	p->word.len = 0;
}

static void add_char(struct splitter *p, char c)
{
	p->in_word = true;
	buf_char(&p->word, c);
}

/* Reads ${NAME} and adds the variable's value. */
static void expand(struct splitter *p)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789";
	size_t len = p->s[1] == '{' ? strspn(p->s + 2, letters) : 0;
	const char *name, *value;

	if (len == 0 || p->s[2 + len] != '}' || (p->s[2] >= '0' && p->s[2] <= '9'))
		die("only ${VARNAME} expansion is supported, error at: %s", p->s);
	name = arena_memdup(p->s + 2, len);
	value = getenv(name);
	p->s += len + 3;
	if (value) {
		p->in_word = true;
		buf_str(&p->word, value);
	}
	if (p->debug)
		tell(value ? arena_printf("expanding ${%s} into %s\n", name, quote(value))
			   : arena_printf("replacing ${%s} with null string\n", name));
}

/* Reads an escape outside of '...'; `quoted` if in "...". */
static void escape(struct splitter *p, bool quoted)
{
	static const char from[] = "\"#$'\\fnrtv", to[] = "\"#$'\\\f\n\r\t\v";
	char c = p->s[1];
	const char *at = c ? strchr(from, c) : NULL;

	p->s += 2;
	if (at)
		add_char(p, to[at - from]);
	else if (c == '_' && quoted)
		add_char(p, ' ');
	else if (c == '_')
		end_word(p);
	else if (c == 'c' && !quoted)
		p->s += strlen(p->s);
	else if (c == 'c')
		die("'\\c' must not appear in double-quoted -S string");
	else if (!c)
		die("invalid backslash at end of string in -S");
	else
		die("invalid sequence '\\%c' in -S", c);
}

/* Reads '...' or "...". */
static void quoted_part(struct splitter *p)
{
	char mark = *p->s++;

	p->in_word = true;
	while (*p->s != mark) {
		if (*p->s == 0)
			die("no terminating quote in -S string");
		else if (mark == '"' && *p->s == '\\')
			escape(p, true);
		else if (mark == '"' && *p->s == '$')
			expand(p);
		else {
			p->s += *p->s == '\\' && (p->s[1] == '\\' || p->s[1] == '\'');
			add_char(p, *p->s++);
		}
	}
	p->s++;
}

/* Splits `s` as -S does. */
static char **split(const char *s, bool debug)
{
	struct splitter p = { .s = s, .debug = debug, .words = arena_array(char *, strlen(s) + 1) };

	while (*p.s) {
		if (strchr(BLANKS, *p.s)) {
			end_word(&p);
			p.s++;
		} else if (*p.s == '#' && !p.in_word) {
			break;
		} else if (*p.s == '\'' || *p.s == '"') {
			quoted_part(&p);
		} else if (*p.s == '\\') {
			escape(&p, false);
		} else if (*p.s == '$') {
			expand(&p);
		} else {
			add_char(&p, *p.s++);
		}
	}
	end_word(&p);
	if (debug && p.count) {
		tell(arena_printf("split -S:  %s\n into:    %s\n", quote(s), quote(p.words[0])));
		for (size_t i = 1; i < p.count; i++)
			tell(arena_printf("     &    %s\n", quote(p.words[i])));
	}
	return p.words;
}

static size_t count(char **words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

/* What an argument that comes before the command has to do with -S. */
struct peek {
	const char *value; /* of -S in it, or NULL */
	size_t before;     /* bytes of it that are other options */
	bool takes_next;   /* the next argument is the value of its last option */
	bool stop;         /* it is no option of env's: parse_options() complains of it or answers it */
};

/* Looks at a cluster of one-letter options. */
static struct peek peek_letters(const char *arg, bool *debug)
{
	for (const char *p = arg + 1; *p; p++) {
		if (*p == 'S')
			return (struct peek){ .value = p + 1,
					      .before = p == arg + 1 ? 0 : (size_t)(p - arg),
					      .takes_next = !p[1] };
		if (*p == 'u' || *p == 'C')
			return (struct peek){ .takes_next = !p[1] };
		if (strchr(BLANKS, *p)) {
			warn("invalid option -- '%c'", *p);
			warn("use -[v]S to pass options in shebang lines");
			die_usage(NULL);
		}
		if (!strchr("i0v", *p))
			return (struct peek){ .stop = true };
		*debug |= *p == 'v';
	}
	return (struct peek){ .stop = arg[1] == 0 };
}

/* Whether a long option of env's, --help and --version not counted, begins with the `len` bytes of
 * `name`. */
static bool is_own(const char *name, size_t len)
{
	const struct applet *a = this_applet();
	const char *own = a->long_names;

	for (size_t i = 0; i < a->options_count; i++, own += strlen(own) + 1)
		if (len > 0 && strncmp(own, name, len) == 0)
			return true;
	return false;
}

/* Looks at a long option, which may be abbreviated. */
static struct peek peek_long(const char *arg, bool *debug)
{
	size_t len = strcspn(arg, "=");
	bool alone = arg[len] == 0;

	*debug |= len > 4 && strncmp(arg, "--debug", len) == 0;
	if (len > 2 && strncmp(arg, "--split-string", len) == 0)
		return (struct peek){ .value = arg + len + !alone, .takes_next = alone };
	if (len > 2 && (strncmp(arg, "--unset", len) == 0 || strncmp(arg, "--chdir", len) == 0))
		return (struct peek){ .takes_next = alone };
	return (struct peek){ .stop = !is_own(arg + 2, len - 2) };
}

/* Returns `argv` with the arguments of a -S, which stands in argv[at] and is described by `p`,
 * replaced by the words of its value. */
static char **expand_split(char **argv, size_t at, const struct peek *p, bool debug)
{
	char **rest = argv + at + 1;
	char **words = split(p->takes_next ? *rest++ : p->value, debug);
	size_t count_words = count(words), count_rest = count(rest);
	char **all = arena_array(char *, at + 1 + count_words + count_rest + 1), **to = all + at;

	memcpy(all, argv, at * sizeof(*all));
	if (p->before)
		*to++ = arena_memdup(argv[at], p->before);
	memcpy(to, words, count_words * sizeof(*all));
	memcpy(to + count_words, rest, count_rest * sizeof(*all));
	return all;
}

/* Returns the arguments with every -S replaced by its words. */
static char **expand_splits(char **argv)
{
	bool debug = false;

	for (size_t i = 0; argv[i] && argv[i][0] == '-';) {
		struct peek p = argv[i][1] == '-' ? peek_long(argv[i], &debug)
						  : peek_letters(argv[i], &debug);

		if (p.stop || (p.takes_next && !argv[i + 1]))
			break;
		if (p.value) {
			argv = expand_split(argv, i, &p, debug);
			i += p.before != 0;
		} else {
			i += 1u + p.takes_next;
		}
	}
	return argv;
}

/* The signals' numbers on Linux, the same for every C library. */
enum { SIGNALS = 64, FIRST_REALTIME = 34 };

/* What is to be done with a signal. */
struct change {
	enum { KEEP, DEFAULT, IGNORE } action;
	enum { MASK_KEEP, BLOCK, UNBLOCK } mask;
	bool may_fail; /* it was not named */
};

/* Whether programs may use the signal: not 32 and 33, which are the C library's. */
static bool is_signal(int sig)
{
	return (sig >= 1 && sig < 32) || (sig >= FIRST_REALTIME && sig <= SIGNALS);
}

/* The number of a signal by name, by number or by the exit status of what it killed. Dies if there is
 * none. */
static int signal_of(const char *word)
{
	char *end;
	long n = strtol(word, &end, 10);
	int sig;

	if (*word >= '0' && *word <= '9')
		sig = *end || n > INT_MAX ? -1 : (int)(n & (n < 256 ? 127 : 255));
	else
		sig = signal_number(word);
	if (!is_signal(sig))
		die_usage("%s: invalid signal", quote(word));
	return sig;
}

/* Adds what an option says to what is to be done with a signal. */
static void note(struct change *c, const struct change *what)
{
	if (what->action) {
		c->action = what->action;
		c->may_fail = what->may_fail;
	}
	if (what->mask)
		c->mask = what->mask;
}

/* Notes what an option says about the signals of its list, or about all of them. */
static void note_signals(struct change *changes, const char *list, struct change what)
{
	what.may_fail = !list;
	for (int sig = 1; sig <= SIGNALS && !list; sig++)
		note(&changes[sig], &what);
	while (list && *list) {
		size_t len = strcspn(list, ",");

		if (len)
			note(&changes[signal_of(arena_memdup(list, len))], &what);
		list += len + (list[len] != 0);
	}
}

/* Goes through the signal options in the order they were given. */
static void read_signal_options(const struct env_options *opt, struct change *changes)
{
	static const struct change meanings[] = { { KEEP, BLOCK, false },
						  { DEFAULT, UNBLOCK, false },
						  { IGNORE, MASK_KEEP, false } };
	struct option_list lists[] = { opt->block_signal, opt->default_signal, opt->ignore_signal };

	for (;;) {
		size_t next = 3;

		for (size_t i = 0; i < 3; i++)
			if (lists[i].count && (next == 3 || lists[i].items->at < lists[next].items->at))
				next = i;
		if (next == 3)
			break;
		note_signals(changes, lists[next].items->value, meanings[next]);
		lists[next].items++;
		lists[next].count--;
	}
}

/* The kernel's struct sigaction; the C library's functions refuse signal 34. */
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

/* Sets the actions that were asked for. */
static void set_actions(const struct change *changes, bool debug)
{
	for (int sig = 1; sig <= SIGNALS; sig++) {
		const struct change *c = &changes[sig];
		struct action action = { .handler = c->action == DEFAULT ? SIG_DFL : SIG_IGN };
		bool failed;

		if (!c->action || !is_signal(sig))
			continue;
		failed = syscall(SYS_rt_sigaction, sig, &action, NULL, sizeof(action.mask)) < 0;
		if (failed && !c->may_fail)
			die_errno("failed to set signal action for signal %d", sig);
		if (debug)
			tell(arena_printf("Reset signal %s (%d) to %s%s\n", signal_name(sig), sig,
					  c->action == DEFAULT ? "DEFAULT" : "IGNORE",
					  failed ? " (failure ignored)" : ""));
	}
}

/* Blocks and unblocks what was asked for. */
static void set_mask(const struct change *changes, bool debug)
{
	uint64_t mask;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, sizeof(mask));
	for (int sig = 1; sig <= SIGNALS; sig++) {
		bool block = changes[sig].mask == BLOCK;

		if (!changes[sig].mask || !is_signal(sig))
			continue;
		mask = block ? mask | UINT64_C(1) << (sig - 1) : mask & ~(UINT64_C(1) << (sig - 1));
		if (debug)
			tell(arena_printf("signal %s (%d) mask set to %s\n", signal_name(sig), sig,
					  block ? "BLOCK" : "UNBLOCK"));
	}
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
}

/* Tells which signals are blocked or ignored. */
static void list_signals(void)
{
	uint64_t mask;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &mask, sizeof(mask));
	for (int sig = 1; sig <= SIGNALS; sig++) {
		struct action now = { 0 };
		bool blocked = mask >> (sig - 1) & 1, ignored;

		syscall(SYS_rt_sigaction, sig, NULL, &now, sizeof(now.mask));
		ignored = now.handler == SIG_IGN;
		if (is_signal(sig) && (blocked || ignored))
			tell(arena_printf("%-10s (%2d): %s%s%s\n", signal_name(sig), sig,
					  blocked ? "BLOCK" : "", blocked && ignored ? "," : "",
					  ignored ? "IGNORE" : ""));
	}
}

/* Sets the variable of NAME=VALUE in `list`, which has room for it. */
static void set_variable(char **list, char *word)
{
	size_t len = strcspn(word, "=") + 1;

	while (*list && strncmp(*list, word, len) != 0)
		list++;
	if (!*list)
		list[1] = NULL;
	*list = word;
}

/* Removes a variable from `list`. */
static void unset_variable(char **list, const char *name)
{
	size_t len = strlen(name);
	char **to = list;

	if (len == 0 || strchr(name, '='))
		die("cannot unset %s: Invalid argument", quote(name));
	for (; *list; list++)
		if (strncmp(*list, name, len) != 0 || (*list)[len] != '=')
			*to++ = *list;
	*to = NULL;
}

/* Makes the new environment, in *result, of the old one and the NAME=VALUE operands; returns the
 * operands after those. */
static char **new_environment(const struct env_options *opt, char **argv, char ***result)
{
	bool empty = opt->ignore_environment || (*argv && strcmp(*argv, "-") == 0), debug = opt->debug;
	size_t n = empty ? 0 : count(environ);
	char **list = arena_array(char *, n + count(argv) + 1);

	if (n)
		memcpy(list, environ, n * sizeof(*list));
	if (empty && debug)
		tell("cleaning environ\n");
	for (size_t i = 0; i < opt->unset.count && !empty; i++) {
		if (debug)
			tell(arena_printf("unset:    %s\n", opt->unset.items[i].value));
		unset_variable(list, opt->unset.items[i].value);
	}
	argv += *argv && strcmp(*argv, "-") == 0;
	for (; *argv && strchr(*argv, '='); argv++) {
		if (debug)
			tell(arena_printf("setenv:   %s\n", *argv));
		set_variable(list, *argv);
	}
	*result = list;
	return argv;
}

/* Runs the command; dies if that fails. */
static _Noreturn void run(char **argv, char **variables, bool debug)
{
	int code;

	if (debug) {
		tell(arena_printf("executing: %s\n", *argv));
		for (int i = 0; argv[i]; i++)
			tell(arena_printf("   arg[%d]= %s\n", i, quote(argv[i])));
	}
	exec_command(argv, variables);
	code = errno;
	warn_errno("%s", quote(*argv));
	if (code == ENOENT && strpbrk(*argv, BLANKS))
		warn("use -[v]S to pass options in shebang lines");
	leave(code == ENOENT ? 127 : 126);
}

int env_main(struct env_options *opt, char **argv)
{
	struct change changes[SIGNALS + 1] = { 0 };
	char **variables;

	argv = parse_options(this_applet(), opt, expand_splits(argv));
	read_signal_options(opt, changes);
	argv = new_environment(opt, argv, &variables);
	if (opt->null && *argv)
		die_usage("cannot specify --null (-0) with command");
	if (opt->chdir && !*argv)
		die_usage("must specify command with --chdir (-C)");
	if (!*argv) {
		for (char **word = variables; *word; word++) {
			out_str(*word);
			out_char(opt->null ? 0 : '\n');
		}
		return 0;
	}
	set_actions(changes, opt->debug);
	set_mask(changes, opt->debug);
	if (opt->list_signal_handling)
		list_signals();
	if (opt->chdir) {
		if (opt->debug)
			tell(arena_printf("chdir:    %s\n", quote_file(opt->chdir)));
		if (chdir(opt->chdir) < 0)
			die_errno("cannot change directory to %s", quote_file(opt->chdir));
	}
	run(argv, variables, opt->debug);
}
