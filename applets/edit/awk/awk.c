/* awk, gawk, mawk, nawk - search files for patterns and process them
 *
 * usage: awk [OPTION]... 'PROGRAM' [FILE]...
 * usage: awk [OPTION]... -f PROGFILE [FILE]...
 *
 *   -f, --file=PROGFILE...     read the program from PROGFILE; may be repeated
 *   -F, --field-separator=FS   the value of FS
 *   -v, --assign=VAR=VALUE...  set a variable before the program starts
 *   -b, --characters-as-bytes  every byte is a character
 *   -c, --traditional          no extensions of gawk
 *   -C, --copyright            print the version and exit
 *   -d, --dump-variables[=FILE]  write the global variables to FILE (awkvars.out) at the end
 *   -D, --debug[=FILE]         not supported
 *   -e, --source=PROGRAM...    program text, together with that of -f
 *   -E, --exec=PROGFILE        as -f, and no more options and assignments follow
 *   -g, --gen-pot              not supported
 *   -h                         as --help
 *   -i, --include=FILE...      read a library before the program; inplace edits the files
 *   -I, --trace                ignored
 *   -k, --csv                  fields and records are comma-separated values
 *   -l, --load=LIBRARY         not supported
 *   -L, --lint[=KIND]          warn of doubtful constructs; fatal, invalid, no-ext
 *   -M, --bignum               ignored, with a warning
 *   -N, --use-lc-numeric       ignored
 *   -n, --non-decimal-data     the input may have numbers like 0x11 and 011
 *   -o, --pretty-print[=FILE]  not supported
 *   -O, --optimize             ignored
 *   -p, --profile[=FILE]       not supported
 *   -P, --posix                no extensions, POSIX's rules for backslashes
 *   -r, --re-interval          {2,3} in expressions, which is the default
 *   -s, --no-optimize          ignored
 *   -S, --sandbox              no system(), no redirections
 *   -t, --lint-old             ignored
 *   -V                         as --version
 *
 * Programs are looked for in the directories of AWKPATH.
 *
 * install: /usr/bin
 * options: manual stop
 * follows: POSIX.1-2024 awk; the manual and the behaviour of gawk 5.2
 */
#include "tree.h"
#include "awk.gen.h"

/* Where the instruction that runs comes from, and the record it looks at. */
static const char *where(struct awk *a)
{
	struct buf b = { 0 };
	const struct value *fnr = a->globals ? &a->globals[V_FNR] : NULL;

	buf_str(&b, "");
	if (a->running && a->at >= 0)
		buf_fmt(&b, "%s ", awk_place_text(a, a->places[a->at]));
	else if (!a->running && a->place != UINT32_MAX)
		buf_fmt(&b, "%s ", awk_place_text(a, a->place));
	if (a->running && fnr->type == NUMBER && fnr->num > 0)
		buf_fmt(&b, "(FILENAME=%s FNR=%.0f) ", awk_to_name(a, &a->globals[V_FILENAME]), fnr->num);
	return b.data;
}

static void message(struct awk *a, const char *kind, const char *fmt, va_list args)
{
	struct buf b = { 0 };
	va_list again;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, args);
	vsnprintf(buf_room(&b, n > 0 ? (size_t)n : 0), (size_t)n + 1, fmt, again);
	va_end(again);
	warn("%s%s: %s", where(a), kind, b.data);
}

void awk_quit(struct awk *a, int status)
{
	if (a->inplace_temp)
		unlink(a->inplace_temp);
	awk_free_patterns(a);
	leave(status);
}

void awk_fatal(struct awk *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	message(a, "fatal", fmt, args);
	va_end(args);
	awk_quit(a, 2);
}

void awk_warning(struct awk *a, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	message(a, "warning", fmt, args);
	va_end(args);
}

void awk_lint(struct awk *a, const char *fmt, ...)
{
	va_list args;

	if (!a->lint)
		return;
	va_start(args, fmt);
	message(a, a->lint > 1 ? "fatal" : "warning", fmt, args);
	va_end(args);
	if (a->lint > 1)
		awk_quit(a, 2);
}

/* Lets no option follow -E PROGFILE, and reads -W NAME as --NAME. */
static char **prepare(char **argv, bool *exec)
{
	static const char with_argument[] = "fFveEilLW";
	size_t n = 0;
	char **out;

	while (argv[n])
		n++;
	out = arena_array(char *, n + 2);
	for (size_t i = 0, j = 0; i < n; i++) {
		char *s = argv[i], last;

		if (s[0] != '-' || !s[1] || strcmp(s, "--") == 0) {
			memcpy(out + j, argv + i, (n - i) * sizeof(*out));
			return out;
		}
		if (s[1] == 'W') {
			out[j++] = arena_printf("--%s", s[2] ? s + 2 : argv[i + 1] ? argv[++i] : "");
			continue;
		}
		out[j++] = s;
		last = s[1] != '-' && !s[2] ? s[1] : 0;
		*exec = s[1] == 'E' || strncmp(s, "--exec", 6) == 0;
		if ((last && last != 'L' && strchr(with_argument, last)) || strcmp(s, "--exec") == 0 ||
		    strcmp(s, "--file") == 0 || strcmp(s, "--assign") == 0 || strcmp(s, "--source") == 0 ||
		    strcmp(s, "--include") == 0 || strcmp(s, "--field-separator") == 0 ||
		    strcmp(s, "--load") == 0) {
			if (i + 1 < n)
				out[j++] = argv[++i];
		}
		if (*exec) {
			char dashes[] = "--";

			out[j++] = arena_strdup(dashes);
			memcpy(out + j, argv + i + 1, (n - i - 1) * sizeof(*out));
			return out;
		}
	}
	return out;
}

static void add_sources(const struct option_list *list, int kind, struct source_option *out, size_t *n)
{
	for (size_t i = 0; i < list->count; i++) {
		struct source_option s = { list->items[i].value, list->items[i].at, kind };
		size_t k = (*n)++;

		for (; k > 0 && out[k - 1].at > s.at; k--)
			out[k] = out[k - 1];
		out[k] = s;
	}
}

/* What the program is read from, in the order of the command line; libraries count only with a program. */
static struct source_option *sources(struct awk *a, struct awk_options *opt, char ***argv, size_t *count)
{
	struct source_option *out = arena_array(struct source_option,
						opt->file.count + opt->source.count + opt->include.count + 2);
	bool program = opt->file.count || opt->source.count || opt->exec;
	size_t kept = 0;

	*count = 0;
	for (size_t i = 0; i < opt->include.count; i++)
		if (strcmp(opt->include.items[i].value, "inplace") == 0)
			a->inplace = true;
		else
			opt->include.items[kept++] = opt->include.items[i];
	opt->include.count = kept;
	add_sources(&opt->include, 'i', out, count);
	add_sources(&opt->file, 'f', out, count);
	add_sources(&opt->source, 'e', out, count);
	if (opt->exec)
		out[(*count)++] = (struct source_option){ opt->exec, opt->exec_at, 'f' };
	if (!program) {
		if (!**argv)
			die_usage("missing program text");
		out[(*count)++] = (struct source_option){ *(*argv)++, UINT_MAX, 'e' };
	}
	return out;
}

/* Options whose work box does not do. */
static void refuse(struct awk *a, const struct awk_options *opt)
{
	if (opt->debug_at || opt->gen_pot || opt->pretty_print_at || opt->profile_at)
		awk_fatal(a, "option --%s is not supported",
			  opt->debug_at          ? "debug"
			  : opt->gen_pot         ? "gen-pot"
			  : opt->pretty_print_at ? "pretty-print"
						 : "profile");
	if (opt->load)
		awk_fatal(a, "cannot open library `%s' for reading: extensions are not supported", opt->load);
	if (opt->bignum)
		awk_warning(a, "-M ignored: MPFR/GMP support not compiled in");
}

static void read_options(struct awk *a, const struct awk_options *opt)
{
	a->utf8 = locale_is_utf8() && !opt->characters_as_bytes;
	a->posix = opt->posix || getenv("POSIXLY_CORRECT");
	a->traditional = opt->traditional;
	a->sandbox = opt->sandbox;
	a->csv = opt->csv;
	a->non_decimal = opt->non_decimal_data;
	a->no_assignments = opt->exec;
	if (opt->lint_at)
		a->lint = opt->lint && strcmp(opt->lint, "fatal") == 0 ? 2 : 1;
}

/* -F: escapes are read, and where gawk is as others t stands for a tab. */
static void set_separator(struct awk *a, const char *fs)
{
	struct str *s = awk_str_new(a, strlen(fs));

	s->len = awk_unescape(a, s->data, fs, strlen(fs));
	if (s->len == 1 && *s->data == 't' && (a->traditional || a->posix))
		*s->data = '\t';
	s->data[s->len] = 0;
	awk_set_str(a, &a->globals[V_FS], s);
	awk_variable_changed(a, V_FS);
}

int awk_main(struct awk_options *opt, char **argv)
{
	struct awk *a = arena_new(struct awk);
	struct source_option *from;
	bool exec = false;
	size_t count;
	int status;

	argv = parse_options(this_applet(), opt, prepare(argv, &exec));
	if (opt->h)
		print_help(this_applet());
	else if (opt->V || opt->copyright)
		print_version();
	if (opt->h || opt->V || opt->copyright)
		return 0;
	a->place = UINT32_MAX;
	a->at = -1;
	read_options(a, opt);
	awk_make_specials(a);
	refuse(a, opt);
	from = sources(a, opt, &argv, &count);
	awk_parse_program(a, from, count);
	a->place = UINT32_MAX;
	awk_compile_program(a);
	awk_fill_specials(a, argv, applet_name());
	if (a->csv) {
		awk_read_rs(a);
		awk_read_fs(a, V_FS);
	}
	if (opt->field_separator)
		set_separator(a, opt->field_separator);
	for (size_t i = 0; i < opt->assign.count; i++)
		awk_assign_argument(a, opt->assign.items[i].value, true);
	a->arg_at = 1;
	status = awk_run_program(a);
	if (opt->dump_variables_at)
		awk_dump_variables(a, opt->dump_variables ? opt->dump_variables : "awkvars.out");
	a->at = -1;
	a->place = UINT32_MAX;
	a->status = status;
	awk_close_all(a);
	awk_free_patterns(a);
	return a->status;
}
