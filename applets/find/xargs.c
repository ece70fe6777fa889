/* xargs - run a command with arguments read from standard input
 *
 * usage: xargs [OPTION]... [COMMAND [INITIAL-ARG]...]
 *
 *   -0, --null                   items end with a NUL; quotes, backslashes and -E are not special
 *   -a, --arg-file=FILE          read items from FILE; COMMAND has xargs' standard input
 *   -d, --delimiter=CHARACTER    items end with CHARACTER (also \n, \101, \x41); else as -0
 *   -E END                       an item END stands for the end of the input
 *   -e, --eof[=END]              the same as -E; without END there is no such item
 *   -I R...                      run COMMAND for each line, which replaces R in INITIAL-ARGs
 *   -i, --replace[=R]...         the same as -I; R is {} if it is left out
 *   -L MAX-LINES...              use at most MAX-LINES lines for a command
 *   -l, --max-lines[=MAX-LINES]...  the same as -L; MAX-LINES is 1 if it is left out
 *   -n, --max-args=MAX-ARGS...   use at most MAX-ARGS items for a command
 *   -s, --max-chars=MAX-CHARS...  limit the length of a command
 *   -o, --open-tty               let COMMAND read the terminal
 *   -P, --max-procs=MAX-PROCS    run up to MAX-PROCS commands at a time; 0 is as many as possible
 *   -p, --interactive            ask before running each command
 *       --process-slot-var=VAR   set VAR in the environment of COMMAND to the number of its slot
 *   -r, --no-run-if-empty        if there are no items do not run COMMAND
 *       --show-limits            show the limits on the length of a command
 *   -t, --verbose                print commands before running them
 *   -x, --exit                   exit if a command with all its -n items is too long
 *
 * COMMAND is echo if it is left out. SIGUSR1 and SIGUSR2 raise and lower MAX-PROCS.
 *
 * Exit status: 123 if a command failed, 124 if one exited with 255, 125 if one was killed, 126 if
 * COMMAND cannot be run, 127 if it is not found, 1 for other errors.
 *
 * install: /usr/bin
 * options: stop
 * follows: POSIX.1-2024 xargs; GNU findutils manual, "Invoking xargs"; the behaviour of xargs 4.9
 */
#include <sys/resource.h>
#include <sys/wait.h>
#include "libbb.h"
#include "escape.h"
#include "signals.h"
#include "launch.h"
#include "xargs.gen.h"

enum {
	DEFAULT_SIZE = 131072,
	HEADROOM = 2048,      /* of the system's limit, left to others */
	POSIX_SMALLEST = 4096 /* that a limit may be */
};

struct xargs {
	const struct xargs_options *opt;
	size_t size;                   /* a command may have, with a NUL after each word */
	size_t size_most;              /* and at most */
	uintmax_t max_args, max_lines; /* 0: no limit */
	const char *replace;           /* or NULL */
	const char *eof;               /* or NULL */
	int delimiter;                 /* or -1: blanks, with quotes */
	int max_procs;

	struct reader in;
	bool line_begins; /* no item was read from the current line */
	bool warned;      /* of a NUL */

	/* the command: its first words, then what was read so far */
	char **initial;
	size_t initial_count, initial_size;
	char *text; /* room for two commands: the items that are in argv, then the one just read */
	size_t text_len;
	char **argv;
	size_t argc, argv_size;
	uintmax_t lines;
	size_t fits; /* so many words at once are known not to be too many for the system; 0: no such limit yet */

	struct program program;
	struct spawn spawn; /* the first in its environment is that of --process-slot-var, if there is one */
	bool inside;        /* it is run in this process */
	pid_t *slots;       /* 0: free */
	size_t slots_count, slots_size;
	int running;
	bool ran;
	int terminal; /* for -p; -1 until opened */
	int status;
	bool stop; /* because of a command */
};

/* ---- options ---- */

/* Reads the number of an option. `fatal` says whether one that is out of range ends the program. */
static uintmax_t number(const char *s, char option, intmax_t min, intmax_t max, bool fatal)
{
	const char *bound = ">=";
	intmax_t n, limit = min;
	enum num_error error = parse_int(s, NULL, &n);

	if (error != NUM_OK && error != NUM_OVERFLOW)
		die_usage("invalid number \"%s\" for -%c option", s, option);
	if (n >= min && n <= max)
		return (uintmax_t)n;
	if (n > max) {
		bound = "<=";
		limit = max;
	}
	if (fatal)
		die_usage("value %s for -%c option should be %s %jd", s, option, bound, limit);
	warn("value %s for -%c option should be %s %jd", s, option, bound, limit);
	return (uintmax_t)limit;
}

/* Forgets one of the three that exclude each other, if it was set, because of the option `other`. */
static void exclude(bool set, const char *name, const char *other)
{
	if (set)
		warn("warning: options %s and %s are mutually exclusive, ignoring previous %s value", name,
		     other, name);
}

static void set_replace(struct xargs *x, const char *r)
{
	exclude(x->max_lines, "--max-lines", "--replace/-I/-i");
	exclude(x->max_args, "--max-args", "--replace/-I/-i");
	x->max_lines = x->max_args = 0;
	x->replace = r ? r : "{}";
}

static void set_max_lines(struct xargs *x, const char *n, char option)
{
	const char *name = option == 'L' ? "-L" : "--max-lines/-l";
	uintmax_t lines = n ? number(n, option, 1, INTMAX_MAX, true) : 1;

	exclude(x->max_args, "--max-args", name);
	exclude(x->replace, "--replace", name);
	x->max_args = 0;
	x->replace = NULL;
	x->max_lines = lines;
}

static void set_max_args(struct xargs *x, const char *n)
{
	uintmax_t args = number(n, 'n', 1, INTMAX_MAX, true);

	if (args == 1 && x->replace)
		return;
	exclude(x->max_lines, "--max-lines", "--max-args/-n");
	exclude(x->replace, "--replace", "--max-args/-n");
	x->max_lines = 0;
	x->replace = NULL;
	x->max_args = args;
}

/* Takes what stands at `at` on the command line, if it is one of `list`. */
static bool take(const struct option_list *list, unsigned at, const char **value)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].at == at) {
			*value = list->items[i].value;
			return true;
		}
	return false;
}

/* The options that exclude each other, or are complained of, in the order in which they came. */
static void set_in_order(struct xargs *x)
{
	const struct xargs_options *opt = x->opt;
	size_t left = opt->I.count + opt->replace.count + opt->L.count + opt->max_lines.count +
		      opt->max_args.count + opt->max_chars.count + !!opt->max_procs;
	const char *value;

	for (unsigned at = 1; left > 0; at++, left--) {
		if (take(&opt->I, at, &value) || take(&opt->replace, at, &value))
			set_replace(x, value);
		else if (take(&opt->L, at, &value))
			set_max_lines(x, value, 'L');
		else if (take(&opt->max_lines, at, &value))
			set_max_lines(x, value, 'l');
		else if (take(&opt->max_args, at, &value))
			set_max_args(x, value);
		else if (take(&opt->max_chars, at, &value))
			x->size = number(value, 's', 1, (intmax_t)x->size_most, false);
		else if (opt->max_procs && opt->max_procs_at == at)
			x->max_procs = (int)number(opt->max_procs, 'P', 0, INT_MAX, true);
		else
			left++;
	}
}

/* Reads the argument of -d. */
static int delimiter(const char *s)
{
	static const char what[] = "in input delimiter specification";
	uint32_t value;
	uintmax_t n;
	const char *end = s + 1;
	int base = *end == 'x' ? 16 : 8;

	if (*s && !s[1])
		return (unsigned char)*s;
	if (*s != '\\')
		die("Invalid input delimiter specification %s: the delimiter must be either a single character "
		    "or an escape sequence starting with \\.",
		    s);
	if (escape_read(&end, "abfnrtv\\", &value) == ESCAPE_BYTE)
		return (int)value;
	if (base == 8 && (*end < '0' || *end > '9'))
		die("Invalid escape sequence %s %s.", s, what);
	end += base == 16;
	if (!*end)
		return 0;
	switch (parse_uint_base(end, &end, base, NULL, &n)) {
	case NUM_OK:
		break;
	case NUM_OVERFLOW:
		n = UINTMAX_MAX;
		break;
	default:
		n = 0;
	}
	if (n > 255 || s[1 + (base == 16)] == '-')
		die("Invalid escape sequence %s %s; character values must not exceed %s.", s, what,
		    base == 16 ? "ff" : "377");
	if (*end)
		die("Invalid escape sequence %s %s; trailing characters %s not recognised.", s, what, end);
	return (int)n;
}

static void set_eof(struct xargs *x)
{
	const struct xargs_options *opt = x->opt;
	const char *end = opt->E_at > opt->eof_at ? opt->E : opt->eof;

	if (end && *end)
		x->eof = end;
	if (x->delimiter >= 0 && x->eof) {
		warn("warning: the -E option has no effect if -0 or -d is used.\n");
		x->eof = NULL;
	}
}

/* ---- limits ---- */

static size_t environment_size(void)
{
	size_t size = 0;

	for (char **v = environ; *v; v++)
		size += strlen(*v) + 1;
	return size;
}

/* What the system allows for the words of a command and its environment. As execve(2) tells. */
static size_t system_limit(void)
{
	enum { LEAST = 131072, MOST = 6291456 };
	struct rlimit stack;

	if (getrlimit(RLIMIT_STACK, &stack) < 0 || stack.rlim_cur / 4 < LEAST)
		return LEAST;
	return stack.rlim_cur / 4 > MOST ? MOST : (size_t)(stack.rlim_cur / 4);
}

static void set_limits(struct xargs *x)
{
	size_t taken = environment_size() + HEADROOM, limit = system_limit();

	if (taken >= limit)
		die("environment is too large for exec");
	x->size_most = limit - taken;
	x->size = x->size_most < DEFAULT_SIZE ? x->size_most : DEFAULT_SIZE;
}

static void show_limits(const struct xargs *x)
{
	struct buf b = { 0 };
	size_t env = environment_size();

	buf_fmt(&b, "Your environment variables take up %zu bytes\n", env);
	buf_fmt(&b, "POSIX upper limit on argument length (this system): %zu\n", x->size_most);
	buf_fmt(&b, "POSIX smallest allowable upper limit on argument length (all systems): %d\n",
		POSIX_SMALLEST);
	buf_fmt(&b, "Maximum length of command we could actually use: %zu\n", x->size_most - env);
	buf_fmt(&b, "Size of command buffer we are actually using: %zu\n", x->size);
	buf_fmt(&b, "Maximum parallelism (--max-procs must be no greater): %d\n", INT_MAX);
	if (isatty(STDIN_FILENO)) {
		buf_str(&b,
			"\nExecution of xargs will continue now, and it will try to read its input and run "
			"commands; if this is not what you wanted to happen, please type the end-of-file "
			"keystroke.\n");
		if (!x->opt->no_run_if_empty)
			buf_fmt(&b,
				"Warning: %s will be run at least once.  If you do not want that to happen, then "
				"press the interrupt keystroke.\n",
				x->initial[0]);
	}
	write_all(STDERR_FILENO, b.data, b.len);
}

/* ---- running ---- */

/* Heeds SIGUSR1 and SIGUSR2. */
static void adjust_procs(struct xargs *x)
{
	if (signal_take(SIGUSR1) && x->max_procs < INT_MAX)
		x->max_procs++;
	if (signal_take(SIGUSR2) && x->max_procs > 1)
		x->max_procs--;
}

/* Notes how a command ended. */
static void note_end(struct xargs *x, int status)
{
	const char *name = x->initial[0];

	if (WIFSIGNALED(status)) {
		warn("%s: terminated by signal %d", name, WTERMSIG(status));
		x->status = 125;
		x->stop = true;
	} else if (WEXITSTATUS(status) == 255) {
		warn("%s: exited with status 255; aborting", name);
		x->status = 124;
		x->stop = true;
	} else if (WEXITSTATUS(status) != 0 && !x->stop) {
		x->status = 123;
	}
}

/* Waits until no more than `most` commands are running, and takes those that have ended. */
static void wait_for(struct xargs *x, int most)
{
	while (x->running > 0) {
		int status;
		pid_t pid = waitpid(-1, &status, x->running > most ? 0 : WNOHANG);

		adjust_procs(x);
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid <= 0)
			break;
		for (size_t i = 0; i < x->slots_count; i++)
			if (x->slots[i] == pid) {
				x->slots[i] = 0;
				x->running--;
				note_end(x, status);
			}
	}
}

/* Waits for all commands, and ends with `status`. */
static _Noreturn void finish(struct xargs *x, int status)
{
	wait_for(x, 0);
	leave(status);
}

/* Ends after an error that is not a command's. */
static _Noreturn void fail(struct xargs *x, const char *message)
{
	warn("%s", message);
	finish(x, 1);
}

/* Writes the command to standard error, quoted for the shell. */
static void show_command(char **argv, const char *after)
{
	struct buf b = { 0 };

	for (; *argv; argv++) {
		buf_str(&b, quote_style(*argv, strlen(*argv), QUOTE_SHELL_ESCAPE, NULL, NULL));
		if (argv[1])
			buf_char(&b, ' ');
	}
	buf_str(&b, after);
	out_flush();
	write_all(STDERR_FILENO, b.data, b.len);
}

/* Asks whether to run a command. */
static bool confirmed(struct xargs *x, char **argv)
{
	show_command(argv, "");
	if (x->terminal < 0)
		x->terminal = open_file("/dev/tty", O_RDONLY, 0);
	if (x->terminal < 0) {
		warn_errno("failed to open /dev/tty for reading");
		finish(x, 1);
	}
	write_all(STDERR_FILENO, "?...", 4);
	return read_yes(x->terminal);
}

/* Returns the slot of the next command, whose number goes into its environment. */
static size_t take_slot(struct xargs *x)
{
	size_t slot = 0;

	while (slot < x->slots_count && x->slots[slot])
		slot++;
	if (slot == x->slots_count)
		x->slots = arena_reserve(x->slots, x->slots_count++, &x->slots_size, sizeof(*x->slots));
	if (x->spawn.env)
		snprintf(x->spawn.env[0] + strlen(x->opt->process_slot_var) + 1, NUM_SIZE, "%zu", slot);
	return slot;
}

/* Starts a command, once there may be one more. Returns 0, or why it cannot be executed. */
static int start(struct xargs *x, char **argv)
{
	for (;;) {
		bool forked;
		size_t slot;
		pid_t pid;

		wait_for(x, x->max_procs - 1);
		if (x->stop)
			finish(x, x->status);
		slot = take_slot(x);
		pid = program_start(&x->program, argv, &x->spawn, &forked);
		if (pid >= 0) {
			x->slots[slot] = pid;
			x->running++;
			return 0;
		}
		if (forked)
			return errno;
		if (x->running == 0)
			die_errno("cannot fork");
		wait_for(x, x->running - 1);
	}
}

/* Runs a command if the user lets it be. Returns 0, or why it cannot be executed. */
static int run_command_of(struct xargs *x, char **argv)
{
	int code = 0;

	x->ran = true;
	if (x->opt->interactive && !confirmed(x, argv))
		return 0;
	if (x->opt->verbose && !x->opt->interactive)
		show_command(argv, "\n");
	if (x->inside)
		note_end(x, program_run(&x->program, argv));
	else
		code = start(x, argv);
	if (x->max_procs == 1)
		wait_for(x, 0);
	if (x->stop)
		finish(x, x->status);
	if (code && code != E2BIG) {
		warn_code(code, "%s", x->initial[0]);
		finish(x, code == ENOENT ? 127 : 126);
	}
	return code;
}

/* Runs the command with the items that were gathered: once, or more often if they are too many for the system. */
static void run_gathered(struct xargs *x)
{
	char **items = x->argv + x->initial_count;
	size_t left = x->argc - x->initial_count;

	do {
		size_t n = x->fits && x->fits < left ? x->fits : left;
		char *next = items[n];
		int code;

		items[n] = NULL;
		code = run_command_of(x, x->argv);
		items[n] = next;
		if (code && (n <= 1 || x->max_lines || (x->max_args && x->opt->exit)))
			fail(x, "can't call exec() due to argument size restrictions");
		if (code) {
			x->fits = n - (n + 3) / 4;
			continue;
		}
		left -= n;
		memmove(items, items + n, left * sizeof(*items));
	} while (left > 0);
	x->argc = x->initial_count;
	x->text_len = 0;
	x->lines = 0;
}

/* Adds a word to the command, and the NULL that follows it. */
static void add_word(struct xargs *x, char *word)
{
	x->argv = arena_reserve(x->argv, x->argc + 1, &x->argv_size, sizeof(*x->argv));
	x->argv[x->argc++] = word;
	x->argv[x->argc] = NULL;
}

/* Adds the item that was just read, behind the others. */
static void add_item(struct xargs *x, size_t len, bool line_ended)
{
	char *item = x->text + x->text_len;

	if (x->text_len + len + 1 > x->size - x->initial_size) {
		if (x->max_lines || (x->max_args && x->opt->exit))
			fail(x, "argument list too long");
		run_gathered(x);
		item = memmove(x->text, item, len + 1);
	}
	add_word(x, item);
	x->text_len += len + 1;
	x->lines += line_ended;
	if ((x->max_args && x->argc - x->initial_count == x->max_args) ||
	    (x->max_lines && x->lines == x->max_lines))
		run_gathered(x);
}

/* Returns a word with the item in place of each -I string in it. */
static char *replaced(struct xargs *x, const char *word, const char *item)
{
	size_t item_len = strlen(item), from_len = strlen(x->replace);
	struct buf b = { 0 };
	const char *found;

	buf_str(&b, "");
	while (b.len < x->size && (found = strstr(word, x->replace))) {
		buf_mem(&b, word, (size_t)(found - word));
		buf_mem(&b, item, item_len);
		word = found + from_len;
		if (!from_len && !item_len)
			b.len = x->size;
	}
	if (b.len < x->size)
		buf_str(&b, word);
	if (b.len + 1 >= x->size)
		fail(x, "command too long");
	return b.data;
}

/* Runs the command for the item that was just read. */
static void run_replaced(struct xargs *x)
{
	struct arena_mark mark = arena_mark();
	char **argv = arena_array(char *, x->initial_count + 1);
	size_t size = strlen(x->initial[0]) + 1;

	argv[0] = x->initial[0];
	for (size_t i = 1; i < x->initial_count; i++) {
		argv[i] = replaced(x, x->initial[i], x->text);
		size += strlen(argv[i]) + 1;
	}
	if (size > x->size)
		fail(x, "argument list too long");
	if (run_command_of(x, argv) == E2BIG)
		fail(x, "can't call exec() due to argument size restrictions");
	if (x->max_procs == 1)
		arena_release(mark);
}

/* ---- reading ---- */

/* Ends because of the input, after the command was run with what came before. */
static _Noreturn void bad_input(struct xargs *x, const char *message)
{
	warn("%s", message);
	if (!x->opt->exit && x->argc > x->initial_count)
		run_gathered(x);
	finish(x, x->status ? x->status : 1);
}

/* Makes sure that there is something to read. */
static bool more(struct xargs *x)
{
	return x->in.pos < x->in.end || reader_fill(&x->in);
}

/* Puts bytes of an item behind the `len` that are there. */
static size_t store(struct xargs *x, size_t len, const char *p, size_t n)
{
	size_t room = x->replace ? x->size : x->size - x->initial_size;

	if (n >= room || len >= room - n)
		bad_input(x, "argument line too long");
	memcpy(x->text + x->text_len + len, p, n);
	return len + n;
}

/* Reads an item that ends with the delimiter. Returns false at the end of the input. */
static bool delimited_item(struct xargs *x, size_t *len)
{
	bool any = false;

	for (*len = 0; more(x); any = true) {
		const char *p = x->in.buf + x->in.pos;
		size_t left = x->in.end - x->in.pos;
		const char *end = mem_chr(p, x->delimiter, left);
		size_t n = end ? (size_t)(end - p) : left;

		*len = store(x, *len, p, n);
		x->in.pos += n + (end != NULL);
		if (end)
			return true;
	}
	return any;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Goes to where the next item begins. Returns false at the end of the input. */
static bool skip_space(struct xargs *x)
{
	for (; more(x); x->in.pos++) {
		char c = x->in.buf[x->in.pos];

		if (!is_space(c))
			return true;
		x->line_begins |= c == '\n';
	}
	return false;
}

/* Adds a character that may be a NUL, which is warned of. */
static size_t store_char(struct xargs *x, size_t len, char c)
{
	if (!c && !x->warned)
		warn("WARNING: a NUL character occurred in the input.  It cannot be passed through in the "
		     "argument list.  Did you mean to use the --null option?");
	x->warned |= !c;
	return store(x, len, &c, 1);
}

/* Adds what stands between quotes, the first of which was read. A lone quote at the end of the input is nothing. */
static size_t quoted(struct xargs *x, size_t len, char quote)
{
	for (;;) {
		bool end = !more(x);
		char c = end ? '\n' : x->in.buf[x->in.pos++];

		if (c == quote || (end && len == 0))
			return len;
		if (c == '\n')
			bad_input(x, quote == '"'
					     ? "unmatched double quote; by default quotes are special to "
					       "xargs unless you use the -0 option"
					     : "unmatched single quote; by default quotes are special to "
					       "xargs unless you use the -0 option");
		len = store_char(x, len, c);
	}
}

/* Reads an item that ends with a blank or a newline, or for -I with a newline only; tells whether it was that, or the end
 * of the input. */
static bool blank_item(struct xargs *x, size_t *len, bool *line_ended)
{
	static const bool special[256] = { [0] = true,   [' '] = true,  ['\t'] = true, ['\n'] = true,
					   ['"'] = true, ['\''] = true, ['\\'] = true };
	bool first, ended = false;

	*len = 0;
	if (!skip_space(x))
		return false;
	first = x->line_begins;
	x->line_begins = false;
	while (!ended && more(x)) {
		const char *p = x->in.buf + x->in.pos;
		size_t left = x->in.end - x->in.pos, n = 0;
		char c;

		while (n < left && !special[(unsigned char)p[n]])
			n++;
		*len = store(x, *len, p, n);
		x->in.pos += n;
		if (n == left)
			continue;
		c = p[n];
		x->in.pos++;
		if (c == '\n' || (!x->replace && (c == ' ' || c == '\t'))) {
			ended = true;
			x->line_begins = *line_ended = c == '\n';
		} else if (c == '"' || c == '\'') {
			*len = quoted(x, *len, c);
		} else if (c == '\\') {
			if (more(x))
				*len = store(x, *len, &x->in.buf[x->in.pos++], 1);
		} else {
			*len = store_char(x, *len, c);
		}
	}
	x->text[x->text_len + *len] = 0;
	if (x->eof && strcmp(x->text + x->text_len, x->eof) == 0 && (ended || first))
		return false;
	return ended || *len > 0;
}

/* Reads all items, and runs the command with them. */
static void read_items(struct xargs *x)
{
	for (;;) {
		bool line_ended = false;
		size_t len;

		if (x->delimiter >= 0) {
			if (!delimited_item(x, &len))
				break;
			line_ended = true;
			x->text[x->text_len + len] = 0;
		} else if (!blank_item(x, &len, &line_ended)) {
			break;
		}
		if (x->replace)
			run_replaced(x);
		else
			add_item(x, len, line_ended);
	}
	if (x->argc > x->initial_count || (!x->ran && !x->opt->no_run_if_empty && !x->replace))
		run_gathered(x);
}

/* ---- the whole ---- */

/* Takes the first words of the command. */
static void set_command(struct xargs *x, char **argv)
{
	if (!*argv) {
		add_word(x, arena_strdup("echo"));
	} else {
		for (; *argv; argv++)
			add_word(x, *argv);
	}
	x->initial_count = x->argc;
	x->initial = arena_array(char *, x->argc + 1);
	memcpy(x->initial, x->argv, x->argc * sizeof(*x->argv));
	for (size_t i = 0; i < x->argc; i++)
		x->initial_size += strlen(x->argv[i]) + 1;
}

/* Makes room for --process-slot-var in the environment of the commands. */
static void set_slot_variable(struct xargs *x, const char *name)
{
	size_t n = 0, count = 1, len = strlen(name);

	if (strchr(name, '='))
		die("option --process-slot-var may not be set to a value which includes `='");
	if (!*name)
		die("failed to unset environment variable %s: Invalid argument", name);
	while (environ[n])
		n++;
	x->spawn.env = arena_array(char *, n + 2);
	x->spawn.env[0] = arena_alloc(len + 1 + NUM_SIZE);
	sprintf(x->spawn.env[0], "%s=", name);
	for (size_t i = 0; i < n; i++)
		if (strncmp(environ[i], name, len) != 0 || environ[i][len] != '=')
			x->spawn.env[count++] = environ[i];
}

/* Opens where items come from, and what the commands have for standard input. */
static void open_inputs(struct xargs *x)
{
	const char *file = x->opt->arg_file;
	bool own = file && strcmp(file, "-") != 0;
	int fd = own ? open_file(file, O_RDONLY, 0) : STDIN_FILENO;

	if (fd < 0)
		die_errno("Cannot open input file %s", quote(file));
	reader_open(&x->in, fd);
	x->spawn.input = -1;
	if (x->opt->open_tty) {
		x->spawn.input = open_file("/dev/tty", O_RDONLY, 0);
		if (x->spawn.input < 0)
			die_errno("%s", quote("/dev/tty"));
	} else if (!own) {
		x->spawn.input = open_file("/dev/null", O_RDONLY, 0);
	}
}

int xargs_main(struct xargs_options *opt, char **argv)
{
	struct xargs x = { .opt = opt, .delimiter = -1, .max_procs = 1, .terminal = -1, .line_begins = true };

	if (opt->null > opt->delimiter_at)
		x.delimiter = 0;
	else if (opt->delimiter)
		x.delimiter = delimiter(opt->delimiter);
	set_limits(&x);
	set_in_order(&x);
	set_eof(&x);
	if (x.max_procs == 0)
		x.max_procs = INT_MAX;
	open_inputs(&x);
	if (opt->process_slot_var)
		set_slot_variable(&x, opt->process_slot_var);
	set_command(&x, argv);
	if (x.initial_size > x.size && !x.replace)
		die("cannot fit single argument within argument list size limit");
	if (opt->show_limits)
		show_limits(&x);
	x.text = arena_alloc(2 * x.size);
	program_find(&x.program, x.initial[0]);
	x.inside = program_is_pure(&x.program) && x.max_procs == 1 && !x.spawn.env;
	x.spawn.dir = -1;
	x.spawn.signals[0] = SIGUSR1;
	x.spawn.signals[1] = SIGUSR2;
	signal_catch(SIGUSR1);
	signal_catch(SIGUSR2);
	read_items(&x);
	wait_for(&x, 0);
	if (x.stop)
		return x.status;
	if (!x.in.error || x.status)
		return x.status;
	if (x.in.error == EBADF)
		warn_code(x.in.error, "error closing file");
	else
		warn("error closing file");
	return 1;
}
