/* dircolors - print the shell's command that sets the colors of ls
 *
 * usage: dircolors [OPTION]... [FILE]
 *
 *   -b, --sh, --bourne-shell  for sh and shells like it
 *   -c, --csh, --c-shell      for csh and tcsh
 *   -p, --print-database      print the colors that are used if there is no FILE, in FILE's form
 *       --print-ls-colors     print the entries of LS_COLORS, one a line, each in its color
 *
 * Without -b or -c the shell is that of SHELL.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "dircolors invocation"; dir_colors(5)
 */

#include <strings.h>
#include "libbb.h"
#include "color.h"
#include "glob.h"
#include "dircolors.gen.h"

/* The colors of ls, as in coreutils 9.1. */
static const char kinds[] =
	"# Text 30 to 37 and background 40 to 47 are black, red, green, yellow, blue, magenta, cyan and white;\n"
	"# 01 is bold, 04 underscored, 05 blinking, 07 reversed, 08 hidden. NORMAL and FILE have no color.\n"
	"RESET 0\n"
	"DIR 01;34\n"
	"LINK 01;36 # or `target': the color of what it leads to\n"
	"MULTIHARDLINK 00 # a file of several names\n"
	"FIFO 40;33\n"
	"SOCK 01;35\n"
	"DOOR 01;35\n"
	"BLK 40;33;01\n"
	"CHR 40;33;01\n"
	"ORPHAN 40;31;01 # a link that leads nowhere,\n"
	"MISSING 00 # and what it names\n"
	"SETUID 37;41\n"
	"SETGID 30;43\n"
	"CAPABILITY 00 # a file with capabilities; takes time to find out\n"
	"STICKY_OTHER_WRITABLE 30;42\n"
	"OTHER_WRITABLE 34;42\n"
	"STICKY 37;44\n"
	"EXEC 01;32\n";

/* Names that begin with * are whole patterns, the others suffixes. */
static const struct {
	const char *title, *color, *names;
} groups[] = {
	{ "archives and compressed files", "01;31",
	  "tar tgz arc arj taz lha lz4 lzh lzma tlz txz tzo t7z zip z dz gz lrz lz lzo xz zst tzst "
	  "bz2 bz tbz tbz2 tz deb rpm jar war ear sar rar alz ace zoo cpio 7z rz cab wim swm dwm "
	  "esd" },
	{ "pictures and films", "01;35",
	  "avif jpg jpeg mjpg mjpeg gif bmp pbm pgm ppm tga xbm xpm tif tiff png svg svgz mng pcx "
	  "mov mpg mpeg m2v mkv webm webp ogm mp4 m4v mp4v vob qt nuv wmv asf rm rmvb flc avi fli "
	  "flv gl dl xcf xwd yuv cgm emf ogv ogx" },
	{ "sound", "00;36", "aac au flac m4a mid midi mka mp3 mpc ogg ra wav oga opus spx xspf" },
	{ "copies and leftovers", "00;90",
	  "*~ *# bak old orig part rej swp tmp dpkg-dist dpkg-old ucf-dist ucf-new ucf-old rpmnew "
	  "rpmorig rpmsave" },
};

/* The keywords of FILE and, after each, the two letters of ls. */
static const char keywords[] =
	"NORMAL no NORM no FILE fi RESET rs DIR di LNK ln LINK ln SYMLINK ln ORPHAN or MISSING mi "
	"FIFO pi PIPE pi SOCK so BLK bd BLOCK bd CHR cd CHAR cd DOOR do EXEC ex LEFT lc "
	"LEFTCODE lc RIGHT rc RIGHTCODE rc END ec ENDCODE ec SUID su SETUID su SGID sg "
	"SETGID sg STICKY st OTHER_WRITABLE ow OWR ow STICKY_OTHER_WRITABLE tw OWT tw "
	"CAPABILITY ca MULTIHARDLINK mh CLRTOEOL cl OPTIONS - COLOR - EIGHTBIT - ";

/* Where in FILE we are: entries before any TERM or COLORTERM line are for all terminals, those after some for the terminals
 * that one of these is about. */
enum place { ALL, TERMINAL, OTHER_TERMINAL };

struct parser {
	const char *file; /* for messages */
	enum place place;
	bool naming; /* the last line was TERM or COLORTERM */
	bool display;
	struct buf out;
	int status;
};

/* The database in FILE's form. */
static char *default_database(void)
{
	struct buf text = { 0 };

	buf_str(&text,
		"# The colors of ls, for dircolors. TERM and COLORTERM say for which terminals.\nCOLORTERM ?*\n");
	for (size_t i = 0; color_terminals[i]; i++)
		buf_fmt(&text, "TERM %s\n", color_terminals[i]);
	buf_str(&text, kinds);
	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++) {
		char *names = arena_strdup(groups[i].names), *name;

		buf_fmt(&text, "# %s\n", groups[i].title);
		while ((name = strsep(&names, " ")))
			buf_fmt(&text, "%s%s %s\n", *name == '*' ? "" : ".", name, groups[i].color);
	}
	return text.data;
}

/* Appends a text of LS_COLORS, for a shell in apostrophes: colons and equals signs are escaped unless they are already. */
static void put_text(struct buf *out, const char *s)
{
	bool escaped = false;

	for (; *s; s++) {
		if (*s == '\'') {
			buf_str(out, "'\\''");
			escaped = false;
			continue;
		}
		if ((*s == ':' || *s == '=') && !escaped)
			buf_char(out, '\\');
		escaped = (*s == '\\' || *s == '^') && !escaped;
		buf_char(out, *s);
	}
}

static void put_entry(struct parser *p, const char *prefix, const char *name, const char *color)
{
	if (p->display) {
		buf_fmt(&p->out, "\033[%sm%s%s\t%s\033[0m\n", color, prefix, name, color);
		return;
	}
	buf_str(&p->out, prefix);
	put_text(&p->out, name);
	buf_char(&p->out, '=');
	put_text(&p->out, color);
	buf_char(&p->out, ':');
}

/* Returns the two letters of a keyword, `-` if it means nothing, or NULL if it is none. */
static char *find_keyword(const char *word)
{
	char *list = arena_strdup(keywords), *keyword;

	while ((keyword = strsep(&list, " ")) && *keyword) {
		char *letters = strsep(&list, " ");

		if (strcasecmp(keyword, word) == 0)
			return letters;
	}
	return NULL;
}

/* A line that says which terminals the next are about. */
static void name_terminal(struct parser *p, const char *variable, const char *pattern)
{
	const char *value = getenv(variable);

	if (!value || !*value)
		value = strcmp(variable, "TERM") == 0 ? "none" : "";
	if (!p->naming || p->place == ALL)
		p->place = OTHER_TERMINAL;
	if (glob_match(pattern, value, 0))
		p->place = TERMINAL;
	p->naming = true;
}

static void read_entry(struct parser *p, const char *word, const char *value, size_t line)
{
	const char *letters;

	if (strcasecmp(word, "TERM") == 0 || strcasecmp(word, "COLORTERM") == 0) {
		name_terminal(p, strcasecmp(word, "TERM") == 0 ? "TERM" : "COLORTERM", value);
		return;
	}
	p->naming = false;
	if (p->place == OTHER_TERMINAL)
		return;
	if (*word == '.' || *word == '*') {
		put_entry(p, *word == '.' ? "*" : "", word, value);
		return;
	}
	letters = find_keyword(word);
	if (letters && *letters != '-')
		put_entry(p, "", letters, value);
	if (letters || p->place == ALL)
		return;
	warn("%s:%zu: unrecognized keyword %s", quote_maybe(p->file), line, word);
	p->status = 1;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Cuts a line into its word and its value, without blanks around them and without a comment. Returns false if it has no word;
 * *value is NULL if it has only that. */
static bool split_line(char *line, char **word, char **value)
{
	char *end;

	while (is_space(*line))
		line++;
	if (!*line || *line == '#')
		return false;
	*word = line;
	while (*line && !is_space(*line))
		line++;
	*value = NULL;
	if (!*line)
		return true;
	*line++ = '\0';
	while (is_space(*line))
		line++;
	if (!*line || *line == '#')
		return true;
	*value = end = line;
	for (; *line && *line != '#'; line++)
		if (!is_space(*line))
			end = line + 1;
	*end = '\0';
	return true;
}

/* Reads the whole of a database. */
static void read_database(struct parser *p, char *text, size_t len)
{
	char *end = text + len, *word, *value;

	for (size_t number = 1; text < end; number++) {
		char *newline = memchr(text, '\n', (size_t)(end - text)), *line = text;

		text = newline ? newline + 1 : end;
		if (newline)
			*newline = '\0';
		if (!split_line(line, &word, &value))
			continue;
		if (value) {
			read_entry(p, word, value, number);
			continue;
		}
		warn("%s:%zu: invalid line;  missing second token", quote_maybe(p->file), number);
		p->status = 1;
	}
}

static void read_database_file(struct parser *p)
{
	int fd = open_input(p->file);
	size_t len;
	char *text;

	if (fd < 0)
		die_errno("%s", quote_maybe(p->file));
	text = read_file(fd, &len);
	if (!text)
		die_errno("%s", quote_maybe(p->file));
	read_database(p, text, len);
}

/* Whether the shell is csh or one like it. */
static bool wants_csh(const struct dircolors_options *opt)
{
	const char *shell = getenv("SHELL"), *base;

	if (opt->sh || opt->csh)
		return opt->csh > opt->sh;
	if (!shell || !*shell)
		die("no SHELL environment variable, and no shell type option given");
	base = strrchr(shell, '/');
	base = base ? base + 1 : shell;
	return strcmp(base, "csh") == 0 || strcmp(base, "tcsh") == 0;
}

static void check_options(const struct dircolors_options *opt, char **files)
{
	if ((opt->sh || opt->csh) && (opt->print_database || opt->print_ls_colors))
		die_usage("the options to output non shell syntax,\n"
			  "and to select a shell syntax are mutually exclusive");
	if (opt->print_database && opt->print_ls_colors)
		die_usage("options --print-database and --print-ls-colors are mutually exclusive");
	if (*files && opt->print_database)
		die_usage("extra operand %s\nfile operands cannot be combined with --print-database (-p)",
			  quote(*files));
	if (*files && files[1])
		die_extra_operand(files[1]);
}

int dircolors_main(struct dircolors_options *opt, char **files)
{
	struct parser p = { .file = *files, .display = opt->print_ls_colors };
	bool csh;
	char *text;

	check_options(opt, files);
	if (opt->print_database) {
		out_str(default_database());
		return 0;
	}
	csh = !p.display && wants_csh(opt);
	if (p.file) {
		read_database_file(&p);
	} else {
		text = default_database();
		read_database(&p, text, strlen(text));
	}
	if (p.status)
		return p.status;
	if (!p.display)
		out_str(csh ? "setenv LS_COLORS '" : "LS_COLORS='");
	out_mem(p.out.data ? p.out.data : "", p.out.len);
	if (!p.display)
		out_str(csh ? "'\n" : "';\nexport LS_COLORS\n");
	return 0;
}
