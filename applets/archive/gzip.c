/* gzip, gunzip, zcat - compress or expand files
 *
 * usage: gzip [OPTION]... [FILE]...
 *
 *   -c, --to-stdout, --stdout  write on standard output, keep the files
 *   -d, --decompress, --uncompress  expand
 *   -f, --force                overwrite, follow links, use the terminal; with -cd copy what is not compressed
 *   -k, --keep                 keep the files
 *   -l, --list                 list what compressed files contain
 *   -L, --license              show the license
 *   -n, --no-name              neither save nor restore the name and time
 *   -N, --name                 save or restore them
 *   -q, --quiet, --silent      no warnings
 *   -r, --recursive            go through directories
 *       --rsyncable            make output of which a change of input changes little
 *   -S, --suffix=SUF           use SUF in place of .gz
 *       --synchronous          have the file on the disk before the original is removed
 *   -t, --test                 check compressed files
 *   -v, --verbose              tell how much was saved
 *   -1, --fast                 compress faster
 *   -9, --best                 compress better; 6 is the default
 *   -h                         show this help
 *   -V                         show the version
 *
 * With no FILE, or when FILE is -, standard input. gunzip is gzip -d, zcat is gzip -cd. Files of compress and the
 * first member of zip files are expanded, too.
 *
 * install: /bin
 * options: manual
 * hidden: -a, --ascii
 * hidden: -b, --bits=BITS
 * hidden: -m
 * hidden: -M
 * hidden: -H
 * hidden: -Z
 * hidden: -2
 * hidden: -3
 * hidden: -4
 * hidden: -5
 * hidden: -6
 * hidden: -7
 * hidden: -8
 * follows: gzip 1.12
 */
#include "libbb.h"
#include "compress.h"
#include "path.h"
#include "result.h"
#include "timefmt.h"
#include "gzip.gen.h"

enum { ERROR = 1, WARNING = 2, LONGEST_SUFFIX = 30 };

/* What to do, and the file it is done to. */
struct job {
	const struct gzip_options *opt;
	bool decompress, to_stdout, list, test, keep, verbose, quiet, names, times;
	int level;
	const char *suffix;
	int status;
	const char *name; /* of the input, for messages */
	const char *out;  /* of the output; for messages if it is standard output */
	struct pack_file file;
	unsigned header; /* bytes around the data, which do not count in the ratio */
	uint64_t total_in, total_out;
	bool listed;
};

static const char *const suffixes[] = { ".gz", ".z", "-gz", "-z", "_z", ".taz", ".tgz", NULL };

static _Noreturn void die_try(const char *message)
{
	die("%s\nTry `%s --help' for more information.", message, applet_name());
}

static void warning(struct job *j, const char *message)
{
	if (!j->quiet)
		warn("%s", message);
	if (j->status == 0)
		j->status = WARNING;
}

/* As warning() for an input that does not seem to be right: on a line of its own. */
static void complain(const struct job *j, const char *message)
{
	const char *text = arena_printf("\n%s: %s: %s\n", applet_name(), j->name, message);

	out_flush();
	write_all(STDERR_FILENO, text, strlen(text));
}

/* Ends: the rest of the files would fare no better. */
static _Noreturn void give_up(struct job *j)
{
	result_drop(&j->file.result);
	leave(ERROR);
}

static _Noreturn void die_writing(struct job *j)
{
	if (j->file.result.fd < 0)
		j->name = j->out;
	complain(j, strerror(errno));
	give_up(j);
}

/* Ends if reading or writing failed. */
static void check(struct job *j, enum pack_error error)
{
	if (error == PACK_WRITE)
		die_writing(j);
	if (error == PACK_READ) {
		complain(j, strerror(errno));
		give_up(j);
	}
}

static void say(const char *text)
{
	out_flush();
	write_all(STDERR_FILENO, text, strlen(text));
}

static const char *ratio(const struct job *j, uint64_t in, uint64_t out)
{
	double saved = out == 0 ? 0 : 100.0 * ((double)out - ((double)in - j->header)) / (double)out;

	return arena_printf("%5.1f%%", saved);
}

/* Reports what a decoder complains of. */
static void report(struct job *j, const struct decoder *d)
{
	unsigned e = d->error, high = (unsigned)d->detail >> 16, low = (unsigned)d->detail & 0xffff;

	j->status = ERROR;
	if (e & DECODE_READ) {
		complain(j, strerror(j->file.in.error));
		give_up(j);
	}
	if (e & DECODE_UNSUPPORTED)
		warn("%s: unknown method %u -- not supported", j->name, low);
	if (e & DECODE_FLAGS)
		warn("%s has flags 0x%x -- not supported", j->name, low);
	if (e & DECODE_ENCRYPTED)
		warn("%s is encrypted -- not supported", j->name);
	if (e & DECODE_HEADER)
		warn("%s: header checksum 0x%04x != computed checksum 0x%04x", j->name, high, low);
	if (e & DECODE_CHECK)
		complain(j, "invalid compressed data--crc error");
	if (e & DECODE_LENGTH)
		complain(j, "invalid compressed data--length error");
	if (e & DECODE_TRUNCATED)
		complain(j, "unexpected end of file");
	if (e & DECODE_BAD)
		complain(j, d->format == FORMAT_COMPRESS ? "corrupt input."
							 : "invalid compressed data--format violated");
	if (e & (DECODE_TRUNCATED | DECODE_BAD) ||
	    (e & (DECODE_CHECK | DECODE_LENGTH) && !j->test && !j->list))
		give_up(j);
}

/* Whether what is not compressed is taken as it is. */
static bool passes(const struct job *j)
{
	return j->opt->force && (j->to_stdout || j->test) && !j->list;
}

/* Copies the rest of the input as it is. */
static void pass_through(struct job *j)
{
	check(j, pack_copy(&j->file));
}

static void list_totals(const struct job *j)
{
	if (j->verbose)
		out_fill(' ', 28);
	if (!j->quiet)
		out_fmt("%19ju %19ju ", (uintmax_t)j->total_in, (uintmax_t)j->total_out);
	out_fmt("%s (totals)\n", ratio(j, j->total_in, j->total_out));
}

/* A decoder for the input, or NULL if there is none, which is reported. */
static struct decoder *find_decoder(struct job *j)
{
	bool pass = passes(j);
	enum format format = source_format(&j->file.in);
	size_t there = (size_t)(j->file.in.end - j->file.in.p);

	if (j->file.in.error) {
		complain(j, strerror(j->file.in.error));
		give_up(j);
	}
	if (format <= FORMAT_ZIP && format != FORMAT_UNKNOWN) {
		struct decoder *d = decoder_new(format, &j->file.in);

		if (d)
			return d;
	}
	if (pass)
		return NULL;
	if (there < 2 && !(j->opt->force && j->list)) {
		complain(j, "unexpected end of file");
		give_up(j);
	}
	complain(j, "not in gzip format");
	j->status = ERROR;
	return NULL;
}

static const char *method_of(enum format format)
{
	return format == FORMAT_COMPRESS ? "compr" : "defla";
}

/* Lists what was found in one file. */
static void list(struct job *j, const struct decoder *d)
{
	bool verbose = j->verbose;
	time_t stamp = j->times && d->time ? (time_t)d->time : j->file.st.st_mtime;
	struct tm tm;

	if (!j->listed && !j->quiet) {
		if (verbose)
			out_str("method  crc     date  time  ");
		out_line("         compressed        uncompressed  ratio uncompressed_name");
	}
	j->listed = true;
	if (d->garbage || d->padding) { /* gzip takes what follows for no method */
		list_totals(j);
		return;
	}
	if (verbose) {
		struct time_zone zone = { 0 };
		struct timespec ts = { .tv_sec = stamp };
		struct buf date = { 0 };

		time_split(&zone, stamp, &tm);
		time_format(&date, "%b %e %H:%M", &tm, &ts);
		out_fmt("%s %s %s ", method_of(d->format),
			d->format != FORMAT_GZIP ? "ffffffffffffffff" : arena_printf("%08x", d->check),
			date.data);
	}
	j->file.bytes_out = d->member_out;
	out_fmt("%19ju %19ju %s %s\n", (uintmax_t)j->file.bytes_in, (uintmax_t)j->file.bytes_out,
		ratio(j, j->file.bytes_in, j->file.bytes_out), j->out);
	j->total_in += j->file.bytes_in;
	j->total_out += j->file.bytes_out;
}

/* Expands the input with `d`, of which the first block is there already. Returns whether it was good. */
static bool expand(struct job *j, struct decoder *d, const unsigned char *block, size_t n)
{
	for (; n > 0; n = decoder_next(d, &block))
		if (pack_emit(&j->file, block, n) < 0)
			die_writing(j);
	if (d->members > 1 || d->garbage || d->padding || (d->error && d->members > 0))
		j->header = 0;
	if (d->error) {
		report(j, d);
		if (j->list)
			list_totals(j);
		return false;
	}
	if (d->garbage && d->format == FORMAT_ZIP) {
		warning(j, arena_printf("%s has more than one entry--rest ignored", j->name));
	} else if (d->garbage && passes(j)) {
		pass_through(j);
	} else if (d->garbage && !d->padding && d->format == FORMAT_GZIP && !source_need(&j->file.in, 2)) {
		complain(j, "unexpected end of file");
		give_up(j);
	} else if (d->garbage) {
		if (!j->quiet)
			complain(j, "decompression OK, trailing garbage ignored");
		if (j->status == 0)
			j->status = WARNING;
	} else if (d->padding && j->verbose && !passes(j)) {
		complain(j, "decompression OK, trailing zero bytes ignored");
		if (j->status == 0)
			j->status = WARNING;
	}
	while (source_need(&j->file.in, 1)) /* count it all */
		j->file.in.p = j->file.in.end;
	j->file.bytes_in = j->file.in.taken;
	return true;
}

/* Compresses the input. */
static void compress(struct job *j, const char *name, uint32_t stamp)
{
	struct encoder_options o = {
		.level = j->level, .rsyncable = j->opt->rsyncable, .name = name, .time = stamp
	};

	check(j, pack_encode(&j->file, FORMAT_GZIP, &o));
	j->header = 18 + (name ? (unsigned)strlen(name) + 1 : 0);
}

/* The time to be saved for a file, 0 if there is none. */
static uint32_t stamp_of(struct job *j)
{
	if (!j->times || !S_ISREG(j->file.st.st_mode))
		return 0;
	if (j->file.st.st_mtime > 0 && j->file.st.st_mtime <= UINT32_MAX)
		return (uint32_t)j->file.st.st_mtime;
	warning(j, arena_printf("%s: warning: file timestamp out of range for gzip format", j->name));
	return 0;
}

static void tell_ratio(const struct job *j)
{
	/* the smaller of the two is the compressed one */
	say(j->decompress ? ratio(j, j->file.bytes_in, j->file.bytes_out)
			  : ratio(j, j->file.bytes_out, j->file.bytes_in));
}

static void do_stdin(struct job *j)
{
	struct arena_mark mark = arena_mark();
	const unsigned char *block;

	j->name = "stdin";
	j->out = "stdout";
	if (!j->opt->force && !j->list && isatty(j->decompress ? STDIN_FILENO : STDOUT_FILENO)) {
		warn("compressed data not %s a terminal. Use -f to force %scompression.\nFor help, type: gzip -h",
		     j->decompress ? "read from" : "written to", j->decompress ? "de" : "");
		leave(ERROR);
	}
	if (pack_open(&j->file, NULL, true) < 0) {
		warn_errno("standard input");
		leave(ERROR);
	}
	j->header = 0;
	j->to_stdout = true;
	j->file.discard = j->test || j->list;
	if (!j->decompress) {
		compress(j, NULL, stamp_of(j));
		if (j->verbose) {
			tell_ratio(j);
			say("\n");
		}
	} else {
		struct decoder *d = find_decoder(j);

		if (d) {
			size_t n = decoder_next(d, &block);

			j->header = d->header ? d->header + 8 : 0;
			if (expand(j, d, block, n)) {
				if (j->list && j->names && d->name)
					j->out = d->name;
				if (j->list)
					list(j, d);
				else if (j->test && j->verbose)
					say(" OK\n");
			}
		} else if (j->opt->force) {
			pass_through(j);
			if (j->test && j->verbose)
				say(" OK\n");
		}
	}
	arena_release(mark);
}

/* Where the suffix of a compressed file's name begins, or NULL. */
static const char *find_suffix(const struct job *j, const char *name)
{
	size_t len = strlen(name);

	for (int i = -1; i < 0 || suffixes[i]; i++) {
		const char *s = i < 0 ? j->suffix : suffixes[i];
		size_t n = strlen(s);

		if (n < len && name[len - n - 1] != '/' && strcasecmp(name + len - n, s) == 0)
			return name + len - n;
	}
	return NULL;
}

static int open_named(struct job *j, const char *name)
{
	return pack_open(&j->file, name, j->opt->force || j->to_stdout || j->test || j->list);
}

/* Opens the input; for expanding also with a suffix that was left out. Returns false after a message. */
static bool open_input_file(struct job *j)
{
	const char *tried[] = { j->suffix, ".gz", ".z", "-z", ".Z", NULL }, *first, *name;

	if (open_named(j, j->name) == 0)
		return true;
	if (errno == ENOENT && j->decompress && !find_suffix(j, j->name)) {
		first = arena_printf("%s%s", j->name, j->suffix);
		for (size_t i = 0; tried[i] && errno == ENOENT; i++) {
			if (i > 0 && strcmp(tried[i], j->suffix) == 0)
				continue;
			name = arena_printf("%s%s", j->name, tried[i]);
			if (open_named(j, name) == 0) {
				j->name = name;
				return true;
			}
		}
		j->name = first;
	}
	if (*j->name)
		warn_errno("%s", j->name);
	else
		warn("%s", strerror(errno));
	j->status = ERROR;
	return false;
}

/* Whether the file may be replaced; otherwise says why not. */
static bool may_replace(struct job *j)
{
	const char *why = NULL;
	unsigned long others = (unsigned long)j->file.st.st_nlink - 1;

	switch (pack_refusal(&j->file, j->opt->force)) {
	case PACK_FINE:
		break;
	case PACK_DIRECTORY:
	case PACK_SPECIAL:
		why = " is not a directory or a regular file - ignored";
		break;
	case PACK_SETUID:
		why = " is set-user-ID on execution - ignored";
		break;
	case PACK_SETGID:
		why = " is set-group-ID on execution - ignored";
		break;
	case PACK_STICKY:
		why = " has the sticky bit set - file ignored";
		break;
	case PACK_LINKED:
		why = arena_printf(" has %lu other link%s -- file ignored", others, others > 1 ? "s" : "");
	}
	if (why)
		warning(j, arena_printf("%s%s", j->name, why));
	return !why;
}

/* Finds the name of the output. Returns false, after a message, if the input's name is not right. */
static bool name_output(struct job *j)
{
	const char *suffix = find_suffix(j, j->name);

	if (!j->decompress) {
		if (suffix && (!j->to_stdout)) {
			if (j->verbose || !(j->opt->recursive || j->quiet))
				warn("%s already has %s suffix -- unchanged", j->name, suffix);
			return false;
		}
		j->out = arena_printf("%s%s", j->name, j->suffix);
	} else if (suffix) {
		bool tar = strcasecmp(suffix, ".tgz") == 0 || strcasecmp(suffix, ".taz") == 0;

		j->out = arena_printf("%.*s%s", (int)(suffix - j->name), j->name, tar ? ".tar" : "");
	} else if (j->list || j->test ? !j->opt->recursive : j->to_stdout) {
		j->out = j->name;
	} else {
		if (j->verbose || !(j->opt->recursive || j->quiet))
			warn("%s: unknown suffix -- ignored", j->name);
		if ((j->verbose || !j->opt->recursive) && j->status == 0 && !j->quiet)
			j->status = WARNING;
		return false;
	}
	if (j->to_stdout && !j->list && !j->test)
		j->out = "stdout";
	return true;
}

/* Creates the output, or says why not. */
static bool create_output(struct job *j)
{
	if (pack_create(&j->file, j->out, j->opt->force) == 0)
		return true;
	if (errno == EEXIST && !j->opt->force) {
		bool yes = false;

		say(arena_printf("%s: %s already exists;", applet_name(), j->out));
		if (isatty(STDIN_FILENO)) {
			say(" do you wish to overwrite (y or n)? ");
			yes = read_yes(STDIN_FILENO);
		}
		if (!yes) {
			say("\tnot overwritten\n");
			j->status = j->status ? j->status : WARNING;
			return false;
		}
		if (pack_create(&j->file, j->out, true) == 0)
			return true;
	}
	warn_errno("%s", j->out);
	j->status = ERROR;
	return false;
}

/* Completes the output and removes the input. */
static void finish_output(struct job *j, const struct decoder *d)
{
	struct stat st = j->file.st;
	enum pack_step step;
	int error;

	if (d && d->time && j->times)
		st.st_mtim = (struct timespec){ d->time, 0 };
	error = pack_finish(&j->file, &st, j->opt->synchronous, !j->keep, &step);
	errno = error;
	if (error && step == PACK_CLOSE)
		die_writing(j);
	if (error && step == PACK_REMOVE)
		warning(j, arena_printf("%s: %s", j->name, strerror(error)));
	if (error && step == PACK_ATTRIBUTES && error != EPERM) {
		warn_code(error, "%s", j->out);
		j->status = j->status ? j->status : WARNING;
	}
}

/* The end of a line of -v. */
static void tell_done(const struct job *j)
{
	if (!j->verbose || j->list)
		return;
	if (j->test) {
		say(" OK\n");
		return;
	}
	tell_ratio(j);
	say(arena_printf(" -- %s %s\n", j->keep ? "created" : "replaced with", j->out));
}

static void begin_line(const struct job *j)
{
	if (j->verbose && !j->list)
		say(arena_printf("%s:\t", j->name));
}

static bool needs_output(const struct job *j)
{
	return !j->to_stdout && !j->test && !j->list;
}

static void compress_file(struct job *j)
{
	uint32_t stamp;

	if (needs_output(j) && !create_output(j))
		return;
	begin_line(j);
	stamp = stamp_of(j);
	compress(j, j->names ? path_base(j->name) : NULL, stamp);
	if (needs_output(j))
		finish_output(j, NULL);
	tell_done(j);
}

/* The name saved in the file, in the directory of the output. */
static void restore_name(struct job *j, const struct decoder *d)
{
	const char *slash, *base = d->name ? strrchr(d->name, '/') : NULL;

	if (!j->names || !d->name || (j->to_stdout && !j->list))
		return;
	base = base ? base + 1 : d->name;
	slash = strrchr(j->out, '/');
	if (*base)
		j->out = arena_printf("%.*s%s", slash ? (int)(slash + 1 - j->out) : 0, j->out, base);
}

static void expand_file(struct job *j)
{
	struct decoder *d = find_decoder(j);
	const unsigned char *block = NULL;
	size_t n = 0;

	if (!d) {
		if (passes(j)) {
			begin_line(j);
			pass_through(j);
			tell_done(j);
		}
		return;
	}
	n = decoder_next(d, &block);
	if (d->extra && j->verbose)
		warn("%s: extra field of %u bytes ignored", j->name, d->extra);
	if (n == 0 && d->error & (DECODE_UNSUPPORTED | DECODE_FLAGS | DECODE_ENCRYPTED | DECODE_HEADER |
				  DECODE_MAGIC)) {
		report(j, d);
		return;
	}
	j->header = d->header ? d->header + 8 : 0;
	restore_name(j, d);
	if (needs_output(j) && !create_output(j))
		return;
	begin_line(j);
	if (!expand(j, d, block, n)) {
		result_drop(&j->file.result);
		return;
	}
	if (j->list)
		list(j, d);
	if (needs_output(j))
		finish_output(j, d);
	tell_done(j);
}

static void do_file(struct job *j, const char *name);

/* Goes through the directory that is open, and closes it; its names are read before any file is made there. */
static void do_directory(struct job *j)
{
	char **names = pack_directory(j->name, j->file.in.fd);

	if (!names) {
		warn_errno("%s", j->name);
		j->status = ERROR;
	}
	pack_close(&j->file);
	for (; names && *names; names++)
		do_file(j, *names);
}

static void do_file(struct job *j, const char *name)
{
	struct arena_mark mark = arena_mark();

	j->name = name;
	j->header = 0;
	j->file.discard = j->test || j->list;
	if (!open_input_file(j)) {
		arena_release(mark);
		return;
	}
	if (S_ISDIR(j->file.st.st_mode) && j->opt->recursive) {
		do_directory(j);
		arena_release(mark);
		return;
	}
	if (S_ISDIR(j->file.st.st_mode)) {
		warning(j, arena_printf("%s is a directory -- ignored", j->name));
	} else if ((j->to_stdout || j->test || j->list || may_replace(j)) && name_output(j)) {
		if (j->decompress)
			expand_file(j);
		else
			compress_file(j);
	}
	pack_close(&j->file);
	arena_release(mark);
}

/* Puts the words of $GZIP before the arguments; dies if one is not fit for that. */
static char **add_environment(char **argv)
{
	static const char *const fit[] = { "fast",  "best",   "rsyncable", "no-name", "name",
					   "quiet", "silent", "verbose",   NULL };
	char *word = arena_strdup(getenv("GZIP") ? getenv("GZIP") : ""), *state = NULL;
	char **all = NULL;
	size_t count = 0, size = 0;
	bool any = false;

	for (word = strtok_r(word, " \t", &state); word; word = strtok_r(NULL, " \t", &state)) {
		bool good = word[0] == '-' && word[1] && word[strspn(word + 1, "123456789nNqv") + 1] == 0;

		if (word[0] != '-' || !word[1])
			die_try(arena_printf("%s: non-option in GZIP environment variable", word));
		for (size_t i = 0; word[1] == '-' && word[2] && fit[i]; i++)
			good |= strncmp(fit[i], word + 2, strlen(word + 2)) == 0;
		if (!good)
			die_try(arena_printf("%s: option not valid in GZIP environment variable", word));
		all = arena_reserve(all, count, &size, sizeof(*all));
		all[count++] = word;
		any = true;
	}
	if (!any)
		return argv;
	warn("warning: GZIP environment variable is deprecated; use an alias or script");
	for (;; argv++) {
		all = arena_reserve(all, count, &size, sizeof(*all));
		all[count++] = *argv;
		if (!*argv)
			return all;
	}
}

static int level_of(const struct gzip_options *o)
{
	const unsigned at[] = { 0, o->fast, o->_2, o->_3, o->_4, o->_5, o->_6, o->_7, o->_8, o->best };
	int level = 0;

	for (int i = 1; i < 10; i++)
		if (at[i] > at[level])
			level = i;
	return level;
}

/* Turns the options into a job. */
static void read_options(struct job *j, const struct gzip_options *o)
{
	if (o->h || o->H) {
		print_help(this_applet());
		leave(0);
	}
	if (o->V || o->license) {
		print_version();
		leave(0);
	}
	if (o->Z)
		die_try("-Z not supported in this version");
	if (o->bits && (!*o->bits || o->bits[strspn(o->bits, "0123456789")]))
		die_try("-b operand is not an integer");
	if (o->ascii && !(o->quiet > o->verbose))
		warn("option --ascii ignored on this system");
	j->opt = o;
	j->list = o->list;
	j->test = o->test && !o->list;
	j->to_stdout = o->to_stdout;
	j->decompress = o->decompress || o->list || o->test;
	j->keep = o->keep;
	j->verbose = o->verbose > o->quiet;
	j->quiet = o->quiet > o->verbose;
	j->level = level_of(o);
	j->names = o->name > o->no_name || (!o->name && !o->no_name && !j->decompress);
	j->times = (o->name > o->m || o->M > o->m || (!o->m && !j->decompress)) && o->name >= o->no_name;
	if (o->M > o->m && o->M > o->no_name)
		j->times = true;
	j->suffix = o->suffix ? o->suffix : ".gz";
	if (!*j->suffix || strlen(j->suffix) > LONGEST_SUFFIX)
		die("invalid suffix '%s'", j->suffix);
}

/* gunzip and zcat: gzip with an option before the others; messages are gzip's, as theirs are, for GNU's are scripts. */
static int run_as_gzip(const char *option, char **argv)
{
	size_t count = 0;
	char **all;

	while (argv[count])
		count++;
	all = arena_array(char *, count + 3);
	all[0] = arena_strdup("gzip");
	all[1] = arena_strdup(option);
	memcpy(all + 2, argv, count * sizeof(*all));
	return run_applet(find_applet("gzip"), all);
}

int gzip_main(struct gzip_options *opt, char **argv)
{
	struct job j = { .file.result.fd = -1 };

	bool help = *argv && (strcmp(*argv, "--help") == 0 || strcmp(*argv, "--version") == 0);

	if (strcmp(applet_name(), "gzip") != 0 && !help)
		return run_as_gzip(strcmp(applet_name(), "zcat") == 0 ? "-cd" : "-d", argv);
	argv = parse_options(this_applet(), opt, add_environment(argv));
	read_options(&j, opt);
	if (!*argv)
		do_stdin(&j);
	for (char **name = argv; *name; name++) {
		bool to_stdout = j.to_stdout;

		if (strcmp(*name, "-") == 0)
			do_stdin(&j);
		else
			do_file(&j, *name);
		j.to_stdout = to_stdout;
	}
	if (j.list && !j.quiet && j.listed && argv[0] && argv[1])
		list_totals(&j);
	return j.status;
}
