/* dos2unix, unix2dos, mac2unix, unix2mac - convert the line breaks of text files
 *
 * usage: dos2unix [OPTION]... [FILE]... [-n INFILE OUTFILE]...
 *
 * Options count for the files that follow them:
 *
 * --allow-chown  go on though the owner cannot be kept; --no-allow-chown: do not
 * -ascii         line breaks only, as without this
 * -iso           and between a DOS code page and ISO-8859-1; -437 (which it is if not said),
 *                  -850, -860, -863, -865 and -1252 tell the code page
 * -7             and a blank for each byte that is not ASCII
 * -b, --keep-bom  keep the byte order mark; -m, --add-bom: write one; -r, --remove-bom: write none
 * -c, --convmode MODE  MODE is ascii, 7bit, iso or mac
 * -f, --force    binary files too; -s, --safe: not
 * -i[FLAGS], --info[=FLAGS]  tell of the files and convert none: d u m (line breaks of DOS, Unix and
 *                  Mac), b (byte order mark), t (text or binary), c (only those to be converted),
 *                  h (a header), p (no directories), 0 (NUL ends names)
 * -k, --keepdate keep the time of modification
 * -l, --newline  a second line break after each that is converted
 * -n, --newfile  pairs: convert INFILE to OUTFILE; -o, --oldfile: convert files in place
 * -q, --quiet    no messages
 * -u, --keep-utf16  keep UTF-16, which is made UTF-8 else
 * -ul, -ub, --assume-utf16le, --assume-utf16be  take the input for UTF-16
 * -v, --verbose  more messages
 * -F, --follow-symlink  convert what links lead to; -R, --replace-symlink: replace links;
 *                  -S, --skip-symlink: pass over them, as without this
 * -h, --help; -V, --version; -L, --license
 *
 * Without FILE, standard input is converted to standard output.
 *
 * install: /usr/bin
 * options: raw
 * follows: dos2unix(1) 7.4
 */
#include "libbb.h"
#include "backup.h"
#include "path.h"
#include "dos2unix.gen.h"

enum mode { ASCII, SEVEN_BIT, ISO, MAC };
enum bom { NO_BOM, UTF8_BOM, UTF16LE, UTF16BE };
enum bom_wish { BOM_DEFAULT, BOM_KEEP, BOM_REMOVE, BOM_ADD };
enum links { SKIP, FOLLOW, REPLACE };

struct job {
	bool to_unix;
	enum mode mode;
	int page; /* of -iso; 0: not said */
	enum bom_wish bom;
	enum bom assumed; /* UTF16LE, UTF16BE or NO_BOM */
	enum links links;
	bool force, quiet, verbose, keep_date, newline, keep_utf16, chown, pairs;
	const char *info; /* its flags; NULL: none */
	bool header_done;
	int status;
};

/* A text in memory: UTF-16 is UTF-8 here. */
struct text {
	char *data;
	size_t len;
	enum bom bom, encoding; /* the mark that it had; UTF-16 or not */
	int binary;             /* the first byte that makes it so, or -1 */
	uintmax_t binary_line;
	size_t binary_at;
	uintmax_t dos, unix_breaks, mac;
};

struct code_page {
	int number;
	char latin1[129]; /* what the bytes from 128 on are */
};

static const struct code_page pages[] = {
	{ 437, "\307\374\351\342\344\340\345\347\352\353\350\357\356\354\304\305"
	       "\311\346\306\364\366\362\373\371\377\326\334\242\243\245\056\056"
	       "\341\355\363\372\361\321\252\272\277\056\254\275\274\241\253\273"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\337\056\056\056\056\265\056\056\056\056\056\056\056\056\056"
	       "\056\261\056\056\056\056\367\056\260\056\267\056\056\262\056\240" },
	{ 850, "\307\374\351\342\344\340\345\347\352\353\350\357\356\354\304\305"
	       "\311\346\306\364\366\362\373\371\377\326\334\370\243\330\327\056"
	       "\341\355\363\372\361\321\252\272\277\256\254\275\274\241\253\273"
	       "\056\056\056\056\056\301\302\300\251\056\056\056\056\242\245\056"
	       "\056\056\056\056\056\056\343\303\056\056\056\056\056\056\056\244"
	       "\360\320\312\313\310\056\315\316\317\056\056\056\056\246\314\056"
	       "\323\337\324\322\365\325\265\376\336\332\333\331\375\335\257\264"
	       "\255\261\056\276\266\247\367\270\260\250\267\271\263\262\056\240" },
	{ 860, "\307\374\351\342\343\340\301\347\352\312\350\315\324\354\303\302"
	       "\311\300\310\364\365\362\332\371\314\325\334\242\243\331\056\323"
	       "\341\355\363\372\361\321\252\272\277\322\254\275\274\241\253\273"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\337\056\056\056\056\265\056\056\056\056\056\056\056\056\056"
	       "\056\261\056\056\056\056\367\056\260\056\267\056\056\262\056\240" },
	{ 863, "\307\374\351\342\302\340\266\347\352\353\350\357\356\056\300\247"
	       "\311\310\312\364\313\317\373\371\244\324\334\242\243\331\333\056"
	       "\246\264\363\372\250\270\263\257\316\056\254\275\274\276\253\273"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\337\056\056\056\056\265\056\056\056\056\056\056\056\056\056"
	       "\056\261\056\056\056\056\367\056\260\056\267\056\056\262\056\240" },
	{ 865, "\307\374\351\342\344\340\345\347\352\353\350\357\356\354\304\305"
	       "\311\346\306\364\366\362\373\371\377\326\334\370\243\330\056\056"
	       "\341\355\363\372\361\321\252\272\277\056\254\275\274\241\253\244"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
	       "\056\337\056\056\056\056\265\056\056\056\056\056\056\056\056\056"
	       "\056\261\056\056\056\056\367\056\260\056\267\056\056\262\056\240" },
	{ 1252, "\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
		"\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056\056"
		"\240\241\242\243\244\245\246\247\250\251\252\253\254\255\256\257"
		"\260\261\262\263\264\265\266\267\270\271\272\273\274\275\276\277"
		"\300\301\302\303\304\305\306\307\310\311\312\313\314\315\316\317"
		"\320\321\322\323\324\325\326\327\330\331\332\333\334\335\336\337"
		"\340\341\342\343\344\345\346\347\350\351\352\353\354\355\356\357"
		"\360\361\362\363\364\365\366\367\370\371\372\373\374\375\376\377" },
};

static PRINTF(2, 3) void tell(const struct job *job, const char *fmt, ...)
{
	va_list args;
	struct writer w = { .fd = -1 };

	if (job->quiet)
		return;
	va_start(args, fmt);
	writer_vfmt(&w, fmt, args);
	va_end(args);
	writer_char(&w, 0);
	warn("%s", w.buf);
	free(w.buf);
}

/* Makes UTF-8 of UTF-16. Returns false if it is malformed. */
static bool decode_utf16(struct text *t)
{
	const unsigned char *p = (const unsigned char *)t->data;
	bool big = t->encoding == UTF16BE;
	char *out = arena_alloc(t->len * 2 + 4);
	size_t len = 0;

	for (size_t i = 0; i + 1 < t->len; i += 2) {
		uint32_t c = big ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];

		if (c >= 0xdc00 && c <= 0xdfff)
			return false;
		if (c >= 0xd800 && c <= 0xdbff) {
			uint32_t low;

			i += 2;
			if (i + 1 >= t->len)
				return false;
			low = big ? (uint32_t)p[i] << 8 | p[i + 1] : (uint32_t)p[i + 1] << 8 | p[i];
			if (low < 0xdc00 || low > 0xdfff)
				return false;
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
		}
		len += (size_t)utf8_encode(c, out + len);
	}
	t->data = out;
	t->len = len;
	return true;
}

static void add_unit(struct buf *b, uint32_t unit, bool big)
{
	buf_char(b, (char)(big ? unit >> 8 : unit));
	buf_char(b, (char)(big ? unit : unit >> 8));
}

/* Makes UTF-16 of UTF-8. */
static void encode_utf16(struct buf *b, const char *p, size_t len, bool big)
{
	while (len > 0) {
		uint32_t c = 0xfffd;
		int n = utf8_decode(p, len, &c);

		n = n > 0 ? n : 1;
		if (c >= 0x10000) {
			add_unit(b, 0xd800 + ((c - 0x10000) >> 10), big);
			add_unit(b, 0xdc00 + ((c - 0x10000) & 0x3ff), big);
		} else {
			add_unit(b, c, big);
		}
		p += n;
		len -= (size_t)n;
	}
}

/* Counts the line breaks, and looks for what no text has. */
static void examine(struct text *t)
{
	uintmax_t line = 1;

	t->binary = -1;
	for (size_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->data[i];

		if (c == '\n') {
			if (i > 0 && t->data[i - 1] == '\r') {
				t->dos++;
				t->mac--;
			} else {
				t->unix_breaks++;
			}
			line++;
		} else if (c == '\r') {
			t->mac++;
		} else if (c < ' ' && c != '\t' && c != '\f' && t->binary < 0) {
			t->binary = c;
			t->binary_line = line;
			t->binary_at = i;
		}
	}
}

static const char *encoding_name(enum bom bom)
{
	static const char *const names[] = { "no_bom", "UTF-8", "UTF-16LE", "UTF-16BE" };

	return names[bom];
}

/* Takes a byte order mark off. Returns false, after messages, if the text cannot be read. */
static bool open_text(struct job *job, struct text *t, const char *name)
{
	static const char marks[][4] = { "\357\273\277", "\377\376", "\376\377" };

	for (size_t i = 0; i < 3; i++) {
		size_t len = strlen(marks[i]);

		if (t->len < len || memcmp(t->data, marks[i], len) != 0)
			continue;
		t->bom = UTF8_BOM + (enum bom)i;
		t->data += len;
		t->len -= len;
		break;
	}
	if (job->verbose && job->assumed != NO_BOM)
		tell(job, "Assuming %s encoding.", encoding_name(job->assumed));
	t->encoding = t->bom == UTF16LE || t->bom == UTF16BE ? t->bom
		      : t->bom == NO_BOM                     ? job->assumed
							     : NO_BOM;
	if (t->encoding != NO_BOM && !decode_utf16(t)) {
		tell(job, "error: Invalid surrogate pair. Missing low surrogate.");
		tell(job, "Skipping UTF-16 file %s, an UTF-16 conversion error occurred on line 1.", name);
		job->status = 1;
		return false;
	}
	examine(t);
	return true;
}

static int page_number(const struct job *job)
{
	return job->page ? job->page : 437;
}

/* Converts a byte between the code page and ISO-8859-1. */
static char translate(const struct job *job, const struct code_page *page, char c)
{
	if ((unsigned char)c < 0x80)
		return c;
	if (job->mode == SEVEN_BIT)
		return ' ';
	if (!page)
		return c;
	if (job->to_unix)
		return page->latin1[(unsigned char)c - 128];
	for (size_t i = 0; i < 128; i++)
		if (page->latin1[i] == c)
			return (char)(i + 128);
	return '.';
}

/* Converts line breaks; returns how many. */
static uintmax_t convert(const struct job *job, const struct text *t, struct buf *b)
{
	const struct code_page *page = NULL;
	bool mac = job->mode == MAC, changes_bytes = job->mode == SEVEN_BIT || job->mode == ISO;
	uintmax_t converted = 0;
	const char *p = t->data, *end = p + t->len;

	for (size_t i = 0; job->mode == ISO && i < sizeof(pages) / sizeof(*pages); i++)
		if (pages[i].number == page_number(job))
			page = &pages[i];
	for (; p < end; p++) {
		const char *stop = changes_bytes ? p : mem_chr2(p, '\r', '\n', (size_t)(end - p));
		bool after_cr, before_lf;

		if (stop != p) {
			stop = stop ? stop : end;
			buf_mem(b, p, (size_t)(stop - p));
			if (stop == end)
				break;
			p = stop;
		}
		after_cr = p > t->data && p[-1] == '\r';
		before_lf = p + 1 < end && p[1] == '\n';
		if (job->to_unix && *p == '\r' && before_lf != mac) {
			converted++;
			if (mac || job->newline)
				buf_char(b, '\n');
			if (mac && job->newline)
				buf_char(b, '\n');
		} else if (!job->to_unix && *p == '\n' && !after_cr) {
			const char *line_break = mac ? "\r" : "\r\n";

			converted++;
			buf_str(b, line_break);
			if (job->newline)
				buf_str(b, line_break);
		} else {
			buf_char(b, translate(job, page, *p));
		}
	}
	return converted;
}

/* Makes the whole output of a text: its mark, its line breaks, in its encoding. Returns how many line breaks changed. */
static uintmax_t make_output(const struct job *job, const struct text *t, struct buf *out, bool *marked)
{
	struct buf b = { 0 };
	bool utf16 = t->encoding != NO_BOM && job->keep_utf16, big = t->encoding == UTF16BE;
	uintmax_t converted;

	buf_str(&b, "");
	*marked = job->bom == BOM_ADD ||
		  (t->bom != NO_BOM && job->bom != BOM_REMOVE && (job->bom == BOM_KEEP || !job->to_unix));
	if (*marked)
		buf_str(&b, "\357\273\277");
	converted = convert(job, t, &b);
	if (utf16) {
		buf_str(out, "");
		encode_utf16(out, b.data, b.len, big);
	} else {
		*out = b;
	}
	return converted;
}

static bool has(const struct job *job, char flag)
{
	return strchr(job->info, flag) != NULL;
}

/* Tells of a text in columns; `name` is NULL for standard input. */
static void put_info(struct job *job, const struct text *t, const char *name)
{
	bool all = strcspn(job->info, "dumbt") == strlen(job->info) && !has(job, 'c');
	uintmax_t changes = job->to_unix ? (job->mode == MAC ? t->mac : t->dos) : t->unix_breaks;

	if (has(job, 'c') && (changes == 0 || (t->binary >= 0 && !job->force)))
		return;
	if (has(job, 'h') && !job->header_done) {
		job->header_done = true;
		if (all || has(job, 'd'))
			out_str("     DOS");
		if (all || has(job, 'u'))
			out_str("    UNIX");
		if (all || has(job, 'm'))
			out_str("     MAC");
		if (all || has(job, 'b'))
			out_str("  BOM     ");
		if (all || has(job, 't'))
			out_str("  TXTBIN");
		out_str(all || strcspn(job->info, "dumbt") < strlen(job->info) ? "  FILE" : "FILE");
		out_char(has(job, '0') ? 0 : '\n');
	}
	if (all || has(job, 'd'))
		out_num(t->dos, 8);
	if (all || has(job, 'u'))
		out_num(t->unix_breaks, 8);
	if (all || has(job, 'm'))
		out_num(t->mac, 8);
	if (all || has(job, 'b'))
		out_fmt("  %-8s", encoding_name(t->bom));
	if (all || has(job, 't'))
		out_fmt("  %-6s", t->binary >= 0 ? "binary" : "text");
	if (name) {
		if (all || strcspn(job->info, "dumbt") < strlen(job->info))
			out_str("  ");
		out_str(has(job, 'p') ? path_base(name) : name);
	}
	out_char(has(job, '0') ? 0 : '\n');
}

/* Reads a file. Returns false, after a message, if it is not to be converted. */
static bool read_input(struct job *job, const char *name, struct text *t, struct stat *st)
{
	int fd;

	if (lstat(name, st) < 0) {
		tell(job, "%s: %s", name, strerror(errno));
		tell(job, "Skipping %s, not a regular file.", name);
		job->status = job->quiet ? job->status : 2;
		return false;
	}
	if (S_ISLNK(st->st_mode) && job->links == SKIP && !job->pairs && !job->info) {
		tell(job, "Skipping symbolic link %s.", name);
		return false;
	}
	if (stat(name, st) < 0 || !S_ISREG(st->st_mode)) {
		tell(job, "Skipping %s, not a regular file.", name);
		return false;
	}
	fd = open_file(name, O_RDONLY, 0);
	if (fd < 0 || !(t->data = read_file(fd, &t->len))) {
		tell(job, "%s: %s", name, strerror(errno));
		job->status = job->quiet ? job->status : 2;
		return false;
	}
	close_file(fd);
	return open_text(job, t, name);
}

/* Writes `b` to a new file beside `target`, which it then replaces. Returns false after messages. */
static bool replace(struct job *job, const char *target, const struct stat *like, const struct buf *b)
{
	const char *temporary = temporary_name(target);
	int fd = open_file(temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);
	struct timespec times[2] = { like->st_atim, like->st_mtim };
	mode_t mode = like->st_mode & 07777;
	bool owned = true;

	if (fd < 0) {
		tell(job, "Failed to open temporary output file: %s", strerror(errno));
		return false;
	}
	if (job->pairs) {
		mode_t mask = umask(0);

		umask(mask);
		mode &= ~mask;
	} else if (fchown(fd, like->st_uid, like->st_gid) < 0) {
		owned = job->chown;
		if (!owned)
			tell(job, "Failed to change the owner and group of temporary output file %s: %s",
			     temporary, strerror(errno));
	}
	if (owned && write_all(fd, b->data, b->len) == 0 && fchmod(fd, mode) == 0 &&
	    (!job->keep_date || futimens(fd, times) == 0) && close_file(fd) == 0 &&
	    rename(temporary, target) == 0)
		return true;
	if (owned)
		tell(job, "%s: %s", target, strerror(errno));
	unlink(temporary);
	return false;
}

/* Says what was done to a file; `out` is its new name or NULL. */
static void tell_converted(const struct job *job, const struct text *t, const char *in, const char *out)
{
	const char *target = job->to_unix ? "Unix" : job->mode == MAC ? "Mac" : "DOS";
	const char *to = out ? arena_printf(" to file %s in", out) : " to";

	if (t->encoding == NO_BOM)
		tell(job, "converting file %s%s %s format...", in, to, target);
	else
		tell(job, "converting UTF-16%s file %s to %s%s %s format...",
		     t->encoding == UTF16LE ? "LE" : "BE", in,
		     !job->keep_utf16         ? "UTF-8"
		     : t->encoding == UTF16LE ? "UTF-16LE"
					      : "UTF-16BE",
		     out ? arena_printf(" file %s in", out) : "", target);
}

/* Whether a text is binary and so not converted; then says so. */
static bool is_skipped(const struct job *job, const struct text *t, const char *name)
{
	if (t->binary < 0 || job->force)
		return false;
	tell(job, "Binary symbol 0x%02X found at line %ju", (unsigned)t->binary, t->binary_line);
	tell(job, "Skipping binary file %s", name);
	return true;
}

/* Converts a file, to `out` or, if that is NULL, in place. */
static void convert_file(struct job *job, const char *in, const char *out)
{
	struct text t = { 0 };
	struct buf b = { 0 };
	struct stat st, link;
	const char *target = out ? out : in;
	uintmax_t converted;
	bool marked;

	if (!read_input(job, in, &t, &st))
		return;
	if (job->info) {
		put_info(job, &t, in);
		return;
	}
	if (out && job->links == SKIP && lstat(out, &link) == 0 && S_ISLNK(link.st_mode)) {
		tell(job, "Skipping %s, output file %s is a symbolic link.", in, out);
		return;
	}
	if (job->mode == ISO)
		tell(job, "using code page %d.", page_number(job));
	if (job->verbose && t.bom != NO_BOM)
		tell(job, "Input file %s has %s BOM.", in, encoding_name(t.bom));
	if (is_skipped(job, &t, in))
		return;
	converted = make_output(job, &t, &b, &marked);
	if (job->verbose && marked)
		tell(job, "Writing %s BOM.",
		     job->keep_utf16 && t.encoding ? encoding_name(t.encoding) : "UTF-8");
	if (job->verbose)
		tell(job, "Converted %ju out of %ju line breaks.", converted,
		     t.dos + t.unix_breaks + (job->mode == MAC ? t.mac : 0));
	if (job->links == FOLLOW)
		target = canonical_path(target, CANON_ALL_BUT_LAST, false);
	if (!target || !replace(job, target, &st, &b)) {
		if (out)
			tell(job, "problems converting file %s to file %s", in, out);
		else
			tell(job, "problems converting file %s", in);
		job->status = job->quiet ? job->status : 2;
		return;
	}
	tell_converted(job, &t, in, out);
}

static void filter(struct job *job)
{
	struct text t = { 0 };
	struct buf b = { 0 };
	bool marked;

	t.data = read_file(STDIN_FILENO, &t.len);
	if (!t.data)
		die_errno("read error");
	if (!open_text(job, &t, "stdin"))
		return;
	if (job->info) {
		put_info(job, &t, NULL);
		return;
	}
	if (is_skipped(job, &t, "stdin")) {
		t.len = t.binary_at;
		job->status = 1;
	}
	make_output(job, &t, &b, &marked);
	out_mem(b.data, b.len);
}

static void set_mode(struct job *job, const char *word)
{
	static const char *const names[] = { "ascii", "7bit", "iso", "mac", NULL };

	for (int i = 0; names[i]; i++)
		if (strcmp(word, names[i]) == 0) {
			job->mode = (enum mode)i;
			if (job->mode == ASCII)
				job->assumed = NO_BOM, job->keep_utf16 = false;
			return;
		}
	die("invalid %s conversion mode specified", word);
}

/* Sets the flag or the value of an option that takes no argument. Returns whether it is one. */
static bool set_option(struct job *job, const char *arg)
{
	static const struct {
		const char *names;
		char what;
	} options[] = {
		{ "--allow-chown", 'a' },
		{ "--no-allow-chown", 'A' },
		{ "-b --keep-bom", 'b' },
		{ "-m --add-bom", 'm' },
		{ "-r --remove-bom", 'r' },
		{ "-f --force", 'f' },
		{ "-s --safe", 's' },
		{ "-k --keepdate", 'k' },
		{ "-l --newline", 'l' },
		{ "-q --quiet", 'q' },
		{ "-u --keep-utf16", 'u' },
		{ "-ul --assume-utf16le", '<' },
		{ "-ub --assume-utf16be", '>' },
		{ "-v --verbose", 'v' },
		{ "-F --follow-symlink", 'F' },
		{ "-R --replace-symlink", 'R' },
		{ "-S --skip-symlink", 'S' },
	};
	size_t len = strlen(arg);
	char what = 0;

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++) {
		const char *at = strstr(options[i].names, arg);

		if (at && (at == options[i].names || at[-1] == ' ') && (at[len] == 0 || at[len] == ' '))
			what = options[i].what;
	}
	switch (what) {
	case 'a':
	case 'A':
		job->chown = what == 'a';
		return true;
	case 'b':
		job->bom = BOM_KEEP;
		return true;
	case 'm':
		job->bom = BOM_ADD;
		return true;
	case 'r':
		job->bom = BOM_REMOVE;
		return true;
	case 'f':
	case 's':
		job->force = what == 'f';
		return true;
	case 'k':
		return job->keep_date = true;
	case 'l':
		return job->newline = true;
	case 'q':
		return job->quiet = true;
	case 'u':
		return job->keep_utf16 = true;
	case '<':
	case '>':
		job->assumed = what == '<' ? UTF16LE : UTF16BE;
		return true;
	case 'v':
		return job->verbose = true;
	case 'F':
		job->links = FOLLOW;
		return true;
	case 'R':
		job->links = REPLACE;
		return true;
	case 'S':
		job->links = SKIP;
		return true;
	}
	return false;
}

/* The same for the options of the conversion. */
static bool set_conversion(struct job *job, const char *arg)
{
	if (strcmp(arg, "-ascii") == 0) {
		set_mode(job, "ascii");
	} else if (strcmp(arg, "-iso") == 0) {
		job->mode = ISO;
		tell(job, "active code page: 0");
	} else if (strcmp(arg, "-7") == 0) {
		job->mode = SEVEN_BIT;
	} else {
		for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++)
			if (arg[1] >= '0' && arg[1] <= '9' && atoi(arg + 1) == pages[i].number) {
				job->mode = ISO;
				job->page = pages[i].number;
				return true;
			}
		return false;
	}
	return true;
}

static _Noreturn void bad_option(const char *arg)
{
	if (arg[1] == '-')
		die_usage("unrecognized option '%s'", arg);
	die_usage("invalid option -- '%c'", arg[1]);
}

/* Reads an option, and its argument behind it. Returns how many words it takes. */
static int read_option(struct job *job, const char *arg, const char *next)
{
	if (strcmp(arg, "-h") == 0 || strcmp(arg, "--help") == 0) {
		print_help(this_applet());
		leave(0);
	}
	if (strcmp(arg, "-V") == 0 || strcmp(arg, "--version") == 0 || strcmp(arg, "-L") == 0 ||
	    strcmp(arg, "--license") == 0) {
		print_version();
		leave(0);
	}
	if (strncmp(arg, "-i", 2) == 0 && strcmp(arg, "-iso") != 0) {
		job->info = arg + 2;
	} else if (strncmp(arg, "--info", 6) == 0 && (arg[6] == '=' || !arg[6])) {
		job->info = arg + 6 + (arg[6] == '=');
	} else if (strcmp(arg, "-n") == 0 || strcmp(arg, "--newfile") == 0) {
		job->pairs = true;
	} else if (strcmp(arg, "-o") == 0 || strcmp(arg, "--oldfile") == 0) {
		job->pairs = false;
	} else if (strcmp(arg, "-c") == 0 || strcmp(arg, "--convmode") == 0) {
		if (!next)
			die("option '%s' requires an argument", arg);
		set_mode(job, next);
		return 2;
	} else if (strncmp(arg, "--convmode=", 11) == 0) {
		set_mode(job, arg + 11);
	} else if (!set_option(job, arg) && !set_conversion(job, arg)) {
		bad_option(arg);
	}
	if (job->info && job->info[strspn(job->info, "0dumbtchp")])
		die("wrong flag '%c' for option -i or --info", job->info[strspn(job->info, "0dumbtchp")]);
	return 1;
}

int dos2unix_main(struct dos2unix_options *options, char **argv)
{
	const char *name = applet_name();
	struct job job = { .to_unix = strstr(name, "2unix") != NULL };
	bool any = false, ended = false;

	(void)options;
	if (strstr(name, "mac"))
		job.mode = MAC;
	while (*argv) {
		if (!ended && strcmp(*argv, "--") == 0) {
			ended = true;
			argv++;
		} else if (!ended && argv[0][0] == '-' && argv[0][1]) {
			argv += read_option(&job, argv[0], argv[1]);
		} else if (job.pairs && !job.info) {
			if (!argv[1])
				die("target of file %s not specified in new-file mode", argv[0]);
			any = true;
			convert_file(&job, argv[0], argv[1]);
			argv += 2;
		} else {
			any = true;
			convert_file(&job, *argv++, NULL);
		}
	}
	if (!any)
		filter(&job);
	return job.status;
}
