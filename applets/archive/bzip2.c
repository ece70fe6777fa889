/* bzip2, bunzip2, bzcat - compress or expand files by sorting blocks
 *
 * usage: bzip2 [OPTION]... [FILE]...
 *
 *   -d --decompress     expand
 *   -z --compress       compress
 *   -k --keep           keep the files
 *   -f --force          overwrite, follow links; when expanding copy what is not compressed
 *   -t --test           check compressed files
 *   -c --stdout         write on standard output, keep the files
 *   -q --quiet          no warnings
 *   -v --verbose        tell how much was saved
 *   -L --license        show the version
 *   -V --version        show the version
 *   -s --small          use less memory: blocks of 200k
 *   -1 .. -9            blocks of 100k .. 900k; 9 is the default
 *   --fast              the same as -1
 *   --best              the same as -9
 *   -h --help           show this help
 *
 * With no FILE, standard input. bunzip2 is bzip2 -d, bzcat is bzip2 -dc. Options may stand anywhere; those in the variables
 * BZIP2 and BZIP come first.
 *
 * install: /bin
 * options: raw
 * follows: bzip2(1), of bzip2 1.0.8
 */
#include "libbb.h"
#include "compress.h"
#include "bzip2.gen.h"

enum { FAILED = 1, CORRUPT = 2 };

/* What to do, and the file it is done to. */
struct job {
	bool decompress, to_stdout, test, keep, force, quiet, small;
	unsigned verbose;
	int level;
	size_t longest;     /* name */
	size_t files, done; /* how many there are, and were begun */
	int status;
	const char *in, *out; /* for messages */
	struct pack_file file;
};

static const char *const suffixes[] = { ".bz2", ".bz", ".tbz2", ".tbz", NULL };

static void say(const char *fmt, ...) PRINTF(1, 2);

/* Writes to standard error. */
static void say(const char *fmt, ...)
{
	va_list args;
	struct writer w;

	writer_open(&w, STDERR_FILENO);
	va_start(args, fmt);
	writer_vfmt(&w, fmt, args);
	va_end(args);
	writer_flush(&w);
}

static void worsen(struct job *j, int status)
{
	if (j->status < status)
		j->status = status;
}

static const char recover[] = "\nYou can use the `bzip2recover' program to attempt to recover\n"
			      "data from undamaged sections of corrupted files.\n\n";

/* Ends because of what went wrong with a file, whose output is removed. */
static _Noreturn void give_up(struct job *j, int status, bool corrupt)
{
	say("\tInput file = %s, output file = %s\n", j->in, j->out);
	if (corrupt && !j->quiet)
		say("\nIt is possible that the compressed file(s) have become corrupted.\n"
		    "You can use the -tvv option to test integrity of such files.\n%s",
		    recover);
	if (j->file.result.fd >= 0) {
		warn("Deleting output file %s, if it exists.", j->out);
		result_drop(&j->file.result);
	}
	if (j->done < j->files && !j->quiet)
		say("%s: WARNING: some files have not been processed:\n"
		    "%s:    %zu specified on command line, %zu not processed yet.\n\n",
		    applet_name(), applet_name(), j->files, j->files - j->done);
	leave(status);
}

static _Noreturn void give_up_io(struct job *j)
{
	int code = errno;

	say("\n");
	warn("I/O or other error, bailing out.  Possible reason follows.");
	warn("%s", strerror(code));
	give_up(j, FAILED, false);
}

/* Begins the line of -v about a file. */
static void begin_line(const struct job *j)
{
	size_t len = strlen(j->in);

	if (j->verbose)
		say("  %s: %*s", j->in, len < j->longest ? (int)(j->longest - len) : 0, "");
}

/* Says what is wrong in a file under test. */
static void test_failed(struct job *j, const char *message)
{
	if (j->verbose)
		say("%s\n", message);
	else
		warn("%s: %s", j->in, message);
	worsen(j, CORRUPT);
}

/* Reports an error of the decoder. Returns only when testing, or when it is no bzip2 file. */
static void report(struct job *j, unsigned error)
{
	if (j->test) {
		test_failed(j, error & DECODE_TRUNCATED ? "file ends unexpectedly"
			       : error & DECODE_MAGIC   ? "bad magic number (file not created by bzip2)"
							: "data integrity (CRC) error in data");
		return;
	}
	if (error & DECODE_MAGIC) {
		if (j->verbose)
			say("not a bzip2 file.\n");
		else
			warn("%s is not a bzip2 file.", j->in);
		worsen(j, CORRUPT);
		return;
	}
	if (j->quiet && error & DECODE_TRUNCATED) {
		result_drop(&j->file.result);
		leave(CORRUPT);
	}
	say("\n");
	if (error & DECODE_TRUNCATED) {
		warn("Compressed file ends unexpectedly;\n\tperhaps it is corrupted?  *Possible* reason follows.");
		warn("%s", strerror(!j->file.name ? ENOTTY : j->to_stdout ? 0 : ENOENT));
	} else {
		warn("Data integrity error when decompressing.");
		if (j->quiet) {
			result_drop(&j->file.result);
			leave(CORRUPT);
		}
	}
	give_up(j, CORRUPT, true);
}

/* Expands the input. Returns whether it was good. */
static bool expand(struct job *j)
{
	struct decoder *d;

	if (j->force && !j->test && source_need(&j->file.in, 1) &&
	    source_format(&j->file.in) != FORMAT_BZIP2) {
		if (pack_copy(&j->file) != PACK_DONE)
			give_up_io(j);
		if (j->verbose)
			say("done\n");
		return true;
	}
	d = decoder_new(FORMAT_BZIP2, &j->file.in);
	if (pack_decode(&j->file, d) != PACK_DONE)
		give_up_io(j);
	if (d->error) {
		report(j, d->error);
		return false;
	}
	if (d->garbage && j->force && !j->test) { /* bzip2 begins again, and copies all */
		if (lseek(j->file.in.fd, 0, SEEK_SET) == 0)
			source_open(&j->file.in, j->file.in.fd);
		if (pack_copy(&j->file) != PACK_DONE)
			give_up_io(j);
	} else if (d->garbage && !j->quiet) {
		if (j->verbose && j->test)
			say("trailing garbage after EOF ignored\n");
		else
			say("%s%s: %s: trailing garbage after EOF ignored\n", j->test ? "" : "\n",
			    applet_name(), j->in);
	}
	if (j->verbose)
		say(j->test ? "ok\n" : "done\n");
	return true;
}

static void compress(struct job *j)
{
	struct encoder_options o = { .level = j->level };
	double in, out;

	if (pack_encode(&j->file, FORMAT_BZIP2, &o) != PACK_DONE)
		give_up_io(j);
	if (!j->verbose)
		return;
	in = (double)j->file.bytes_in;
	out = (double)j->file.bytes_out;
	if (in == 0)
		say(" no data compressed.\n");
	else
		say("%6.3f:1, %6.3f bits/byte, %5.2f%% saved, %ju in, %ju out.\n", in / out, 8 * out / in,
		    100 * (1 - out / in), (uintmax_t)j->file.bytes_in, (uintmax_t)j->file.bytes_out);
}

/* Ends if compressed data would come from or go to a terminal. */
static void refuse_terminal(const struct job *j)
{
	if (isatty(j->decompress ? STDIN_FILENO : STDOUT_FILENO))
		die("I won't %s a terminal.\n%s: For help, type: `%s --help'.",
		    j->decompress ? "read compressed data from" : "write compressed data to", applet_name(),
		    applet_name());
}

static void do_stdin(struct job *j)
{
	j->in = "(stdin)";
	j->out = "(stdout)";
	refuse_terminal(j);
	j->file.discard = j->test;
	if (pack_open(&j->file, NULL, true) < 0)
		give_up_io(j);
	begin_line(j);
	if (j->decompress)
		expand(j);
	else
		compress(j);
}

/* Finds the name of the output. Returns false, after a message, if the input has a suffix already. */
static bool name_output(struct job *j)
{
	size_t which;
	const char *suffix = pack_suffix(j->in, suffixes, &which);

	if (!j->decompress) {
		if (suffix) {
			warn("Input file %s already has %s suffix.", j->in, suffix);
			return false;
		}
		j->out = arena_printf("%s.bz2", j->in);
	} else if (suffix) {
		j->out = arena_printf("%.*s%s", (int)(suffix - j->in), j->in, which < 2 ? "" : ".tar");
	} else {
		j->out = arena_printf("%s.out", j->in);
		if (!j->to_stdout && !j->test && !j->quiet)
			warn("Can't guess original name for %s -- using %s", j->in, j->out);
	}
	if (j->to_stdout)
		j->out = "(stdout)";
	return true;
}

/* Whether the input and the output are as they should be; says what is not. */
static bool may_proceed(struct job *j)
{
	enum pack_refusal refusal = pack_refusal(&j->file, j->force);
	unsigned long others = (unsigned long)j->file.st.st_nlink - 1;

	if (refusal == PACK_DIRECTORY) {
		warn("Input file %s is a directory.", j->in);
		return false;
	}
	if (j->to_stdout || j->test)
		return true;
	if (refusal == PACK_SPECIAL && !j->force) {
		warn("Input file %s is not a normal file.", j->in);
		return false;
	}
	if (refusal == PACK_LINKED && access(j->out, F_OK) < 0) {
		warn("Input file %s has %lu other link%s.", j->in, others, others > 1 ? "s" : "");
		return false;
	}
	if (pack_create(&j->file, j->out, j->force) < 0) {
		if (errno == EEXIST)
			warn("Output file %s already exists.", j->out);
		else
			warn("Can't create output file %s: %s.", j->out, strerror(errno));
		return false;
	}
	return true;
}

/* Works on the file that is open. Returns false if that did not come off. */
static bool process(struct job *j)
{
	enum pack_step step;
	int error;

	if (j->to_stdout && !j->decompress)
		refuse_terminal(j);
	begin_line(j);
	if (!j->decompress) {
		compress(j);
	} else if (!expand(j)) {
		result_drop(&j->file.result);
		return true;
	}
	if (j->file.result.fd < 0)
		return true;
	error = pack_finish(&j->file, &j->file.st, false, !j->keep, &step);
	errno = error;
	if (error && step != PACK_ATTRIBUTES)
		give_up_io(j);
	return true;
}

static void do_file(struct job *j, const char *name)
{
	struct arena_mark mark = arena_mark();
	bool follow = j->force || j->to_stdout || j->test;

	j->in = name;
	j->done++;
	j->file.discard = j->test;
	if (pack_open(&j->file, name, follow) < 0) {
		if (errno == ELOOP && !follow)
			warn("Input file %s is not a normal file.", name);
		else
			warn("Can't open input %s%s: %s.", j->test ? "" : "file ", name, strerror(errno));
		worsen(j, FAILED);
	} else {
		if (!name_output(j) || !may_proceed(j) || !process(j))
			worsen(j, FAILED);
		pack_close(&j->file);
	}
	arena_release(mark);
}

/* Takes an option. Ends if it is none. */
static void take_option(struct job *j, char letter, const char *word)
{
	switch (letter) {
	case 'c':
		j->to_stdout = true;
		break;
	case 'd':
		j->decompress = true;
		j->test = false;
		break;
	case 'z':
		j->decompress = j->test = false;
		break;
	case 't':
		j->decompress = j->test = true;
		break;
	case 'f':
		j->force = true;
		break;
	case 'k':
		j->keep = true;
		break;
	case 'q':
		j->quiet = true;
		break;
	case 'v':
		j->verbose++;
		break;
	case 's':
		j->small = true;
		break;
	case 'L':
	case 'V':
		print_version();
		leave(0);
	case 'h':
		print_help(this_applet());
		leave(0);
	case '-':
		warn("%s is redundant in versions 0.9.5 and above", word);
		break;
	default:
		if (letter < '1' || letter > '9')
			die_usage("Bad flag `%s'", word);
		j->level = letter - '0';
	}
}

static void take_long_option(struct job *j, const char *word)
{
	static const struct {
		char letter, name[17];
	} names[] = { { 'c', "stdout" },         { 'd', "decompress" }, { 'z', "compress" },
		      { 'f', "force" },          { 't', "test" },       { 'k', "keep" },
		      { 's', "small" },          { 'q', "quiet" },      { 'V', "version" },
		      { 'L', "license" },        { 'v', "verbose" },    { '1', "fast" },
		      { '9', "best" },           { 'h', "help" },       { '-', "repetitive-best" },
		      { '-', "repetitive-fast" } };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i].name, word + 2) == 0) {
			take_option(j, names[i].letter, word);
			return;
		}
	die_usage("Bad flag `%s'", word);
}

/* Takes the options out of the words; returns what is left. */
static char **read_options(struct job *j, char **words)
{
	char **out = words, **files = words;
	bool options = true;

	for (; *words; words++) {
		char *word = *words;

		if (options && strcmp(word, "--") == 0)
			options = false;
		else if (options && strncmp(word, "--", 2) == 0)
			take_long_option(j, word);
		else if (options && *word == '-')
			for (const char *p = word + 1; *p; p++)
				take_option(j, *p == '-' ? 0 : *p, word);
		else
			*out++ = word;
	}
	*out = NULL;
	return files;
}

int bzip2_main(struct bzip2_options *opt, char **argv)
{
	struct job j = { .level = 9, .longest = 7, .file.result.fd = -1 };
	static const char *const variables[] = { "BZIP2", "BZIP", NULL };
	const char *name = applet_name();
	char **files;

	(void)opt;
	j.decompress = strcmp(name, "bzip2") != 0;
	j.to_stdout = strcmp(name, "bzcat") == 0;
	files = read_options(&j, pack_words(variables, argv));
	if (j.small && j.level > 2)
		j.level = 2;
	if (j.to_stdout && j.test)
		die("-c and -t cannot be used together.");
	for (; files[j.files]; j.files++)
		if (strlen(files[j.files]) > j.longest)
			j.longest = strlen(files[j.files]);
	if (!*files)
		do_stdin(&j);
	for (; *files; files++)
		do_file(&j, *files);
	if (j.test && j.status == CORRUPT && !j.quiet)
		say("%s", recover);
	return j.status;
}
