/* sort - write the lines of files in order
 *
 * usage: sort [OPTION]... [FILE]...
 * usage: sort [OPTION]... --files0-from=F
 *
 * What is compared:
 *   -b, --ignore-leading-blanks   pass over blanks before a key
 *   -d, --dictionary-order        only blanks, letters and digits count
 *   -f, --ignore-case             small letters count as capitals
 *   -g, --general-numeric-sort    by numbers as C writes them: 1e3, 0x1f, inf
 *   -i, --ignore-nonprinting      only printable characters count
 *   -M, --month-sort              by names of months: (unknown) < JAN < ... < DEC
 *   -h, --human-numeric-sort      by numbers with units: 2K 1G
 *   -n, --numeric-sort            by decimal numbers
 *   -R, --random-sort             by chance, but equal keys together
 *       --random-source=FILE      take chance from FILE
 *   -r, --reverse                 the other way round
 *       --sort=WORD...            general-numeric, human-numeric, month, numeric, random or version
 *   -V, --version-sort            by versions, numbers within text
 *   -k, --key=KEYDEF...           by a part of the lines; may be given again for what is equal
 *   -t, --field-separator=SEP...  fields are separated by SEP, not at the end of non-blanks
 *
 * What is done:
 *   -c                            tell whether the input is sorted, and which line is not
 *   -C                            the same by the status alone
 *       --check[=WORD]...         as -c, if WORD is diagnose-first or not given; as -C, if it is quiet or silent
 *   -m, --merge                   merge files that are sorted already
 *   -o, --output=FILE...          write to FILE, which may be an input
 *   -s, --stable                  leave lines of equal keys in their order
 *   -u, --unique                  of lines with equal keys only the first; with -c, none may be equal
 *   -z, --zero-terminated         lines end with NUL, not with a newline
 *       --debug                   mark the keys in the lines, warn about dubious options
 *       --files0-from=F           read the names of the files, each ended by NUL, from F; - is standard input
 *   -S, --buffer-size=SIZE...     use so much memory: %, b, K (if none is given), M, G...
 *   -T, --temporary-directory=DIR...  put temporary files in DIR, not in $TMPDIR or /tmp
 *       --batch-size=N...         merge at most N inputs at once
 *       --compress-program=PROG...  compress temporary files with PROG, which takes -d to decompress
 *       --parallel=N...           use up to N processors
 *
 * KEYDEF is F[.C][OPTS][,F[.C][OPTS]]: the field and character where the key begins and where it
 * ends, counted from 1; it goes to the end of the line if nothing else is said. OPTS are letters of
 * [bdfgiMhnRrV], which then count for this key alone. The order is that of the bytes.
 *
 * install: /usr/bin
 * options: manual
 * status: 2
 * hidden: -y[=X]
 * follows: POSIX.1-2024 sort; GNU coreutils manual, "sort invocation"
 */
#include <sched.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include "sort.h"
#include "sort.gen.h"

enum { BATCH = 16, LEAST_MEMORY = 1 << 20 };

/* Whether the word of the command line is an option whose argument is the next word. */
static bool takes_next(const char *word)
{
	static const char *const names[] = { "random-source",    "sort",        "key",
					     "field-separator",  "output",      "files0-from",
					     "batch-size",       "buffer-size", "temporary-directory",
					     "compress-program", "parallel",    NULL };
	const char *value;

	if (word[1] == '-') {
		for (size_t i = 0; names[i]; i++)
			if (strcmp(word + 2, names[i]) == 0)
				return true;
		return false;
	}
	value = word[1] ? strpbrk(word + 1, "koStTy") : NULL;
	return value && !value[1] && *value != 'y';
}

static bool is_old_start(const char *word)
{
	const char *p = word + 1;

	if (*word != '+' || *p < '0' || *p > '9')
		return false;
	p += strspn(p, "0123456789");
	if (*p == '.')
		p += 1 + strspn(p + 1, "0123456789");
	return p[strspn(p, "bdfgiMhnRrV")] == 0;
}

/* Turns keys of the old form, +1 -2, to -k options that begin with a NUL, so that they keep their place. */
static char **keep_old_keys(char **argv)
{
	size_t count = 0, n = 0;
	char **out;
	bool posix = getenv("POSIXLY_CORRECT");

	while (argv[count])
		count++;
	out = arena_array(char *, 2 * count + 1);
	for (; *argv; argv++) {
		if (strcmp(*argv, "--") == 0 || (posix && **argv != '-' && **argv != '+'))
			break;
		if (is_old_start(*argv)) {
			bool ends = argv[1] && argv[1][0] == '-' && argv[1][1] >= '0' && argv[1][1] <= '9';

			out[n++] = arena_strdup("-k");
			out[n++] = ends ? arena_printf("%s %s", argv[0], argv[1]) : *argv;
			argv += ends;
			continue;
		}
		out[n++] = *argv;
		if (**argv == '-' && takes_next(*argv) && argv[1])
			out[n++] = *++argv;
	}
	while (*argv)
		out[n++] = *argv++;
	return out;
}

static void add_key_option(struct sorter *s, const char *spec)
{
	const char *space = strchr(spec, ' ');

	if (*spec == '+' && is_old_start(space ? arena_memdup(spec, (size_t)(space - spec)) : spec))
		parse_old_key(s, space ? arena_memdup(spec, (size_t)(space - spec)) : spec,
			      space ? space + 1 : NULL);
	else
		parse_key(s, spec);
}

/* The separator: a character, or NUL written as \0. */
static int read_separator(const char *arg)
{
	if (!*arg)
		die("empty tab");
	if (!arg[1])
		return (unsigned char)*arg;
	if (strcmp(arg, "\\0") != 0)
		die("multi-character tab %s", quote(arg));
	return 0;
}

static void read_separators(struct sorter *s, const struct option_list *list)
{
	s->separator = -1;
	for (size_t i = 0; i < list->count; i++) {
		int c = read_separator(list->items[i].value);

		if (s->separator >= 0 && s->separator != c)
			die("incompatible tabs");
		s->separator = c;
	}
}

/* Memory that may be used if nobody says how much. */
static size_t default_memory(void)
{
	struct sysinfo info;
	uintmax_t free = 64 << 20;
	struct rlimit limit;

	if (sysinfo(&info) == 0)
		free = ((uintmax_t)info.freeram + info.bufferram + info.totalram / 4) / 2 * info.mem_unit;
	if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur / 2 < free)
		free = limit.rlim_cur / 2;
	if (getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur / 2 < free)
		free = limit.rlim_cur / 2;
	return (size_t)free;
}

static size_t read_memory(const char *arg)
{
	const char *end;
	uintmax_t n = 0;
	enum num_error error = parse_uint_base(arg, &end, 10, NULL, &n);
	struct sysinfo info;

	if (error == NUM_OK && *end == '%' && !end[1]) {
		sysinfo(&info);
		n = (uintmax_t)((double)n / 100 * (double)info.totalram * info.mem_unit);
	} else if (error == NUM_OK && *end >= '0' && !*end) {
		n = n > UINTMAX_MAX / 1024 ? UINTMAX_MAX : n * 1024;
	} else if (error == NUM_OK && *end == 'b' && !end[1]) {
		return n < LEAST_MEMORY ? LEAST_MEMORY : (size_t)n;
	} else if (error != NUM_INVALID) {
		error = parse_uint(*end ? arg : arena_printf("%sK", arg), "EgGkKmMPtTYZQR", &n);
	}
	if (error == NUM_OVERFLOW)
		die("-S argument '%s' too large", arg);
	if (error != NUM_OK)
		die(error == NUM_SUFFIX ? "invalid suffix in -S argument '%s'" : "invalid -S argument '%s'",
		    arg);
	return n < LEAST_MEMORY ? LEAST_MEMORY : (size_t)n;
}

static void read_memories(struct sorter *s, const struct option_list *list)
{
	s->memory = default_memory();
	for (size_t i = 0; i < list->count; i++) {
		size_t n = read_memory(list->items[i].value);

		if (i == 0 || n > s->memory)
			s->memory = n;
	}
}

/* How many files may be open at once beside the standard ones. */
static size_t most_inputs(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
		return SIZE_MAX;
	return limit.rlim_cur > 3 ? (size_t)limit.rlim_cur - 3 : 0;
}

static void read_batch(struct sorter *s, const char *arg)
{
	uintmax_t n;
	enum num_error error = parse_uint(arg, NULL, &n);
	size_t most = most_inputs();

	if (error == NUM_INVALID || error == NUM_SUFFIX)
		die(error == NUM_INVALID ? "invalid --batch-size argument '%s'"
					 : "invalid suffix in --batch-size argument '%s'",
		    arg);
	if (error == NUM_OK && n < 2) {
		warn("invalid --batch-size argument %s", quote(arg));
		die("minimum --batch-size argument is %s", quote("2"));
	}
	if (error == NUM_OVERFLOW || n > most) {
		warn("--batch-size argument %s too large", quote(arg));
		die("maximum --batch-size argument with current rlimit is %zu", most);
	}
	s->batch = (size_t)n;
}

static void read_parallel(struct sorter *s, const char *arg)
{
	uintmax_t n;
	enum num_error error = parse_uint(arg, NULL, &n);

	if (error == NUM_INVALID || error == NUM_SUFFIX)
		die(error == NUM_INVALID ? "invalid --parallel argument '%s'"
					 : "invalid suffix in --parallel argument '%s'",
		    arg);
	if (error == NUM_OK && n == 0)
		die("number in parallel must be nonzero");
	s->parallel = n > 2 ? 2 : (size_t)n;
}

/* Processors that this process may run on, 2 if there are more. */
static size_t processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) < 2 ? 1 : 2;
}

static void read_dirs(struct sorter *s, const struct option_list *list)
{
	const char *dir = getenv("TMPDIR");

	s->dirs = arena_array(const char *, list->count + 1);
	for (size_t i = 0; i < list->count; i++)
		s->dirs[s->dirs_count++] = list->items[i].value;
	if (s->dirs_count == 0)
		s->dirs[s->dirs_count++] = dir ? dir : "/tmp";
}

/* Takes the argument of an option that may only be given again if it says the same. */
static const char *only_one(const struct option_list *list, const char *what)
{
	for (size_t i = 1; i < list->count; i++)
		if (strcmp(list->items[i].value, list->items[0].value) != 0)
			die("multiple %s specified", what);
	return list->count ? list->items[0].value : NULL;
}

/* Takes over the ordering options of the whole. */
static void read_global(const struct sort_options *opt, struct key *global)
{
	static const char *const words[] = { "general-numeric", "human-numeric", "month", "numeric",
					     "random",          "version",       NULL };

	*global = (struct key){ .end_field = SIZE_MAX };
	global->skip_start = global->skip_end = opt->ignore_leading_blanks;
	global->dictionary = opt->dictionary_order;
	global->fold = opt->ignore_case;
	global->general = opt->general_numeric_sort;
	global->human = opt->human_numeric_sort;
	global->printing = opt->ignore_nonprinting && !opt->dictionary_order;
	global->month = opt->month_sort;
	global->numeric = opt->numeric_sort;
	global->random = opt->random_sort;
	global->reverse = opt->reverse;
	global->version = opt->version_sort;
	for (size_t i = 0; i < opt->sort.count; i++)
		set_ordering(
			global,
			(const char[2]){ "ghMnRV"[choose(words, NULL, opt->sort.items[i].value, "--sort")] },
			false, false);
}

static void check_ordering(const struct key *key)
{
	int kinds = key->numeric + key->general + key->human + key->month +
		    (key->version || key->random || key->dictionary || key->printing);
	char letters[16];

	if (kinds <= 1)
		return;
	ordering_letters(key, letters, false);
	die("options '-%s' are incompatible", letters);
}

/* Completes the keys: those without options of their own get those of the whole, which are a key if there is none. */
static void complete_keys(struct sorter *s, const struct key *global)
{
	static const struct key none;

	for (size_t i = 0; i < s->keys_count; i++) {
		struct key *key = &s->keys[i], whole = *global;

		if (has_ordering(key))
			continue;
		whole.start_field = key->start_field;
		whole.start_char = key->start_char;
		whole.end_field = key->end_field;
		whole.end_char = key->end_char;
		whole.old = key->old;
		*key = whole;
	}
	if (s->keys_count == 0) {
		struct key whole = *global;

		whole.reverse = false;
		whole.end_field = 0;
		if (memcmp(&whole, &none, sizeof(whole)) != 0) {
			s->keys = arena_new(struct key);
			s->keys[0] = *global;
			s->keys_count = 1;
		}
	}
	s->plain = s->keys_count == 0;
	for (size_t i = 0; i < s->keys_count; i++)
		check_ordering(&s->keys[i]);
	s->reverse = global->reverse;
}

/* The names in the file `from`. */
static char **read_names(const char *from)
{
	int fd = open_input(from);
	size_t len, count = 0;
	char *text, **names;

	if (fd < 0)
		die_errno("open failed: %s", quote_maybe(from));
	text = read_file(fd, &len);
	if (!text)
		die("cannot read file names from %s", quote_file(from));
	close_file(fd);
	names = arena_array(char *, mem_count(text, 0, len) + 2);
	for (char *p = text; p < text + len; p += strlen(p) + 1) {
		if (strcmp(from, "-") == 0 && strcmp(p, "-") == 0)
			die("when reading file names from stdin, no file name of '-' allowed");
		if (!*p)
			die("%s:%zu: invalid zero-length file name", quote_maybe(from), count + 1);
		names[count++] = p;
	}
	if (count == 0)
		die("no input from %s", quote_file(from));
	return names;
}

/* How --check was asked for: 0 not at all, else c or C. */
static char check_mode(const struct sort_options *opt)
{
	static const char *const words[] = { "quiet", "silent", "diagnose-first", NULL };
	static const int values[] = { 0, 0, 2 };
	char mode = opt->C ? 'C' : opt->c ? 'c' : 0;

	if (opt->C && opt->c)
		die("options '-cC' are incompatible");
	for (size_t i = 0; i < opt->check.count; i++) {
		const char *value = opt->check.items[i].value;
		char this = value && choose(words, values, value, "--check") == 0 ? 'C' : 'c';

		if (mode && mode != this)
			die("options '-cC' are incompatible");
		mode = this;
	}
	return mode;
}

static void check_inputs(char **files)
{
	for (; *files; files++)
		if (strcmp(*files, "-") != 0 && faccessat(AT_FDCWD, *files, R_OK, AT_EACCESS) < 0)
			die_errno("cannot read: %s", quote_maybe(*files));
}

/* Opens the output, leaving what is in it until all input was read. */
static void open_output(struct sorter *s, struct writer *out)
{
	int fd;

	s->out = &std_out;
	if (!s->output)
		return;
	fd = open_file(s->output, O_WRONLY | O_CREAT, 0666);
	if (fd < 0)
		die_errno("open failed: %s", quote_maybe(s->output));
	writer_open(out, fd);
	s->out = out;
}

/* Writes out what is left. */
static void finish_output(const struct sorter *s)
{
	size_t waiting = s->out->len;

	writer_flush(s->out);
	check_output(s, waiting);
	if (s->output && writer_close(s->out) < 0)
		die_errno("close failed: %s", quote_maybe(s->output));
}

static void set_random(struct sorter *s, const char *source)
{
	bool random = false;

	for (size_t i = 0; i < s->keys_count; i++)
		random |= s->keys[i].random;
	if (!random)
		return;
	if (source) {
		int fd = open_file(source, O_RDONLY, 0);

		if (fd < 0)
			die_errno("open failed: %s", quote_maybe(source));
		close_file(fd);
	}
	random_open(&s->random, source);
	random_bytes(&s->random, s->salt, sizeof(s->salt));
}

static void read_options(struct sorter *s, const struct sort_options *opt, struct key *global)
{
	s->utf8 = locale_is_utf8();
	s->delimiter = opt->zero_terminated ? 0 : '\n';
	s->stable = opt->stable;
	s->unique = opt->unique;
	s->debug = opt->debug;
	s->batch = BATCH;
	s->parallel = processors();
	read_global(opt, global);
	for (size_t i = 0; i < opt->key.count; i++)
		add_key_option(s, opt->key.items[i].value);
	read_separators(s, &opt->field_separator);
	read_memories(s, &opt->buffer_size);
	read_dirs(s, &opt->temporary_directory);
	for (size_t i = 0; i < opt->batch_size.count; i++)
		read_batch(s, opt->batch_size.items[i].value);
	for (size_t i = 0; i < opt->parallel.count; i++)
		read_parallel(s, opt->parallel.items[i].value);
	s->compress = only_one(&opt->compress_program, "compress programs");
}

static void warn_debug(const struct sorter *s, const struct key *global, bool global_only, bool reverse)
{
	static const char *const names[] = { "LC_ALL", "LC_COLLATE", "LANG" };
	const char *locale = "C";

	for (size_t i = 0; i < 3; i++)
		if (getenv(names[i]) && *getenv(names[i])) {
			locale = getenv(names[i]);
			break;
		}
	if (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0)
		warn("text ordering performed using simple byte comparison");
	else
		warn("text ordering performed using %s sorting rules", quote(locale));
	debug_warnings(s, global, global_only, reverse, s->stable);
}

int sort_main(struct sort_options *opt, char **argv)
{
	char stdin_name[] = "-", *stdin_only[] = { stdin_name, NULL };
	struct sorter s = { 0 };
	struct key global;
	struct writer out;
	bool global_only;
	char check;

	argv = parse_options(this_applet(), opt, keep_old_keys(argv));
	read_options(&s, opt, &global);
	s.output = only_one(&opt->output, "output files");
	check = check_mode(opt);
	if (opt->files0_from) {
		if (*argv)
			die_usage("extra operand %s\nfile operands cannot be combined with --files0-from",
				  quote_file(*argv));
		argv = read_names(opt->files0_from);
	}
	global_only = s.keys_count == 0;
	complete_keys(&s, &global);
	if (opt->debug) {
		if (check || s.output)
			die("options '-%c --debug' are incompatible", check ? check : 'o');
		warn_debug(&s, &global, global_only, opt->reverse);
	}
	set_random(&s, opt->random_source);
	argv = *argv ? argv : stdin_only;
	if (check) {
		if (argv[1])
			die("extra operand %s not allowed with -%c", quote_file(argv[1]), check);
		if (s.output)
			die("options '-%co' are incompatible", check);
		return check_file(&s, *argv, check == 'C');
	}
	check_inputs(argv);
	open_output(&s, &out);
	if (opt->merge)
		merge_files(&s, argv);
	else
		sort_files(&s, argv);
	finish_output(&s);
	return 0;
}
