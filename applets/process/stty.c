/* stty - print or change the settings of a terminal line
 *
 * usage: stty [-F DEVICE | --file=DEVICE] [SETTING]...
 * usage: stty [-F DEVICE | --file=DEVICE] [-a|--all]
 * usage: stty [-F DEVICE | --file=DEVICE] [-g|--save]
 *
 *   -a, --all          print all settings
 *   -g, --save         print all settings in a form that stty reads
 *   -F, --file=DEVICE  the line of DEVICE, not that of standard input
 *
 * Without SETTING prints the speed, the line discipline and what is not as `stty sane' makes it. SETTINGs, those with
 * [-] also with - before them, which turns them off:
 *
 * Characters, followed by one, as itself, ^c, a number, or undef or ^- for none:
 *   discard eof eol eol2 erase intr kill lnext quit rprnt start stop susp swtch werase
 *
 * Followed by a number: N itself (the speed), ispeed ospeed; rows cols columns (the size of the window); line (the
 * discipline); min time (for -icanon: characters and tenths of a second to wait for). [-]drain waits until output is
 * written before the settings change; size and speed are printed.
 *
 * Control: [-]clocal [-]cread [-]crtscts cs5 cs6 cs7 cs8 [-]cstopb [-]hup [-]hupcl [-]parenb [-]parodd [-]cmspar
 * Input: [-]brkint [-]icrnl [-]ignbrk [-]igncr [-]ignpar [-]imaxbel [-]inlcr [-]inpck [-]istrip [-]iutf8 [-]iuclc
 *   [-]ixany [-]ixoff [-]ixon [-]parmrk [-]tandem
 * Output: bs0 bs1 cr0..cr3 ff0 ff1 nl0 nl1 tab0..tab3 [-]tabs vt0 vt1 [-]ocrnl [-]ofdel [-]ofill [-]olcuc [-]onlcr
 *   [-]onlret [-]onocr [-]opost
 * Local: [-]crterase [-]crtkill [-]ctlecho [-]echo [-]echoctl [-]echoe [-]echok [-]echoke [-]echonl [-]echoprt
 *   [-]extproc [-]flusho [-]icanon [-]iexten [-]isig [-]noflsh [-]prterase [-]tostop [-]xcase
 * Several: [-]LCASE [-]cbreak [-]cooked crt dec [-]decctlq ek [-]evenp [-]lcase [-]litout [-]nl [-]oddp [-]parity
 *   [-]pass8 [-]raw sane
 *
 * install: /bin
 * options: raw
 * follows: POSIX.1-2024 stty; GNU coreutils manual, "stty invocation"
 */
#include <ctype.h>
#include <sys/ioctl.h>
#include <termios.h>
#include "libbb.h"
#include "stty.gen.h"

/* --- the tables -------------------------------------------------------------------------------------------------- */

enum group { CONTROL, INPUT, OUTPUT, LOCAL };

enum mode_flags {
	ON = 1,   /* in `stty sane` */
	OFF = 2,  /* not in it */
	MULTI = 4 /* one of several values; no - before it */
};

/* A setting of the flags; `mask` has all bits of the value. */
struct mode {
	char name[8];
	unsigned char group, flags;
	unsigned bits, mask;
};

/* In the order in which they are printed. */
static const struct mode modes[] = {
	{ "parenb", CONTROL, 0, PARENB, PARENB },
	{ "parodd", CONTROL, 0, PARODD, PARODD },
	{ "cmspar", CONTROL, 0, CMSPAR, CMSPAR },
	{ "cs5", CONTROL, MULTI, CS5, CSIZE },
	{ "cs6", CONTROL, MULTI, CS6, CSIZE },
	{ "cs7", CONTROL, MULTI, CS7, CSIZE },
	{ "cs8", CONTROL, MULTI, CS8, CSIZE },
	{ "hupcl", CONTROL, 0, HUPCL, HUPCL },
	{ "cstopb", CONTROL, 0, CSTOPB, CSTOPB },
	{ "cread", CONTROL, ON, CREAD, CREAD },
	{ "clocal", CONTROL, 0, CLOCAL, CLOCAL },
	{ "crtscts", CONTROL, 0, CRTSCTS, CRTSCTS },
	{ "ignbrk", INPUT, OFF, IGNBRK, IGNBRK },
	{ "brkint", INPUT, ON, BRKINT, BRKINT },
	{ "ignpar", INPUT, 0, IGNPAR, IGNPAR },
	{ "parmrk", INPUT, 0, PARMRK, PARMRK },
	{ "inpck", INPUT, 0, INPCK, INPCK },
	{ "istrip", INPUT, 0, ISTRIP, ISTRIP },
	{ "inlcr", INPUT, OFF, INLCR, INLCR },
	{ "igncr", INPUT, OFF, IGNCR, IGNCR },
	{ "icrnl", INPUT, ON, ICRNL, ICRNL },
	{ "ixon", INPUT, 0, IXON, IXON },
	{ "ixoff", INPUT, OFF, IXOFF, IXOFF },
	{ "iuclc", INPUT, OFF, IUCLC, IUCLC },
	{ "ixany", INPUT, OFF, IXANY, IXANY },
	{ "imaxbel", INPUT, ON, IMAXBEL, IMAXBEL },
	{ "iutf8", INPUT, OFF, IUTF8, IUTF8 },
	{ "opost", OUTPUT, ON, OPOST, OPOST },
	{ "olcuc", OUTPUT, OFF, OLCUC, OLCUC },
	{ "ocrnl", OUTPUT, OFF, OCRNL, OCRNL },
	{ "onlcr", OUTPUT, ON, ONLCR, ONLCR },
	{ "onocr", OUTPUT, OFF, ONOCR, ONOCR },
	{ "onlret", OUTPUT, OFF, ONLRET, ONLRET },
	{ "ofill", OUTPUT, OFF, OFILL, OFILL },
	{ "ofdel", OUTPUT, OFF, OFDEL, OFDEL },
	{ "nl1", OUTPUT, MULTI, NL1, NLDLY },
	{ "nl0", OUTPUT, MULTI | ON, NL0, NLDLY },
	{ "cr3", OUTPUT, MULTI, CR3, CRDLY },
	{ "cr2", OUTPUT, MULTI, CR2, CRDLY },
	{ "cr1", OUTPUT, MULTI, CR1, CRDLY },
	{ "cr0", OUTPUT, MULTI | ON, CR0, CRDLY },
	{ "tab3", OUTPUT, MULTI, TAB3, TABDLY },
	{ "tab2", OUTPUT, MULTI, TAB2, TABDLY },
	{ "tab1", OUTPUT, MULTI, TAB1, TABDLY },
	{ "tab0", OUTPUT, MULTI | ON, TAB0, TABDLY },
	{ "bs1", OUTPUT, MULTI, BS1, BSDLY },
	{ "bs0", OUTPUT, MULTI | ON, BS0, BSDLY },
	{ "vt1", OUTPUT, MULTI, VT1, VTDLY },
	{ "vt0", OUTPUT, MULTI | ON, VT0, VTDLY },
	{ "ff1", OUTPUT, MULTI, FF1, FFDLY },
	{ "ff0", OUTPUT, MULTI | ON, FF0, FFDLY },
	{ "isig", LOCAL, ON, ISIG, ISIG },
	{ "icanon", LOCAL, ON, ICANON, ICANON },
	{ "iexten", LOCAL, ON, IEXTEN, IEXTEN },
	{ "echo", LOCAL, ON, ECHO, ECHO },
	{ "echoe", LOCAL, ON, ECHOE, ECHOE },
	{ "echok", LOCAL, ON, ECHOK, ECHOK },
	{ "echonl", LOCAL, OFF, ECHONL, ECHONL },
	{ "noflsh", LOCAL, OFF, NOFLSH, NOFLSH },
	{ "xcase", LOCAL, OFF, XCASE, XCASE },
	{ "tostop", LOCAL, OFF, TOSTOP, TOSTOP },
	{ "echoprt", LOCAL, OFF, ECHOPRT, ECHOPRT },
	{ "echoctl", LOCAL, ON, ECHOCTL, ECHOCTL },
	{ "echoke", LOCAL, ON, ECHOKE, ECHOKE },
	{ "flusho", LOCAL, OFF, FLUSHO, FLUSHO },
	{ "extproc", LOCAL, OFF, EXTPROC, EXTPROC },
};

/* What stands for several settings, or for one by another name. */
struct combination {
	char name[10];
	const char *on, *off; /* `off` is NULL where there may be no - */
};

static const struct combination combinations[] = {
	{ "hup", "hupcl", "-hupcl" },
	{ "tandem", "ixoff", "-ixoff" },
	{ "crterase", "echoe", "-echoe" },
	{ "crtkill", "echoke", "-echoke" },
	{ "ctlecho", "echoctl", "-echoctl" },
	{ "prterase", "echoprt", "-echoprt" },
	{ "tabs", "tab0", "tab3" },
	{ "evenp", "parenb -parodd cs7", "-parenb cs8" },
	{ "parity", "parenb -parodd cs7", "-parenb cs8" },
	{ "oddp", "parenb parodd cs7", "-parenb cs8" },
	{ "nl", "-icrnl -onlcr", "icrnl -inlcr -igncr onlcr -ocrnl -onlret" },
	{ "ek", "erase ^? kill ^U", NULL },
	{ "cbreak", "-icanon", "icanon" },
	{ "cooked", "brkint ignpar istrip icrnl ixon opost isig icanon", "raw" },
	{ "raw",
	  "-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr -icrnl -ixon -ixoff -iuclc -ixany "
	  "-imaxbel -iutf8 -opost -isig -icanon -xcase min 1 time 0",
	  "cooked" },
	{ "pass8", "-parenb -istrip cs8", "parenb istrip cs7" },
	{ "litout", "-parenb -istrip -opost cs8", "parenb istrip opost cs7" },
	{ "decctlq", "-ixany", "ixany" },
	{ "lcase", "xcase iuclc olcuc", "-xcase -iuclc -olcuc" },
	{ "LCASE", "xcase iuclc olcuc", "-xcase -iuclc -olcuc" },
	{ "crt", "echoe echoctl echoke", NULL },
	{ "dec", "echoe echoctl echoke -ixany intr ^C erase ^? kill ^U", NULL },
};

/* A special character; in `stty sane` it is `sane`, 0 is none. */
struct character {
	char name[8];
	unsigned char index, sane;
};

/* In the order in which they are printed. */
static const struct character characters[] = {
	{ "intr", VINTR, 3 },      { "quit", VQUIT, 28 },   { "erase", VERASE, 127 },
	{ "kill", VKILL, 21 },     { "eof", VEOF, 4 },      { "eol", VEOL, 0 },
	{ "eol2", VEOL2, 0 },      { "swtch", VSWTC, 0 },   { "start", VSTART, 17 },
	{ "stop", VSTOP, 19 },     { "susp", VSUSP, 26 },   { "rprnt", VREPRINT, 18 },
	{ "werase", VWERASE, 23 }, { "lnext", VLNEXT, 22 }, { "discard", VDISCARD, 15 },
	{ "flush", VDISCARD, 15 }, { "min", VMIN, 1 },      { "time", VTIME, 0 },
};

enum {
	CHARACTERS = sizeof(characters) / sizeof(*characters),
	PRINTED = CHARACTERS - 3,
	MIN = CHARACTERS - 2
};

/* In bauds; the first 16 are B0 to B38400, the others B57600 and so on. */
static const unsigned speeds[] = { 0,       50,      75,      110,     134,     150,     200,    300,
				   600,     1200,    1800,    2400,    4800,    9600,    19200,  38400,
				   57600,   115200,  230400,  460800,  500000,  576000,  921600, 1000000,
				   1152000, 1500000, 2000000, 2500000, 3000000, 3500000, 4000000 };

enum { OLD_SPEEDS = 16, SPEEDS = sizeof(speeds) / sizeof(*speeds) };

struct stty {
	int fd;
	const char *device;
	struct termios t;
	unsigned input_speed, output_speed; /* in bauds */
	bool check;                         /* only look whether the settings are such */
	bool changed, drain;
	size_t width, column; /* of the output */
};

/* --- changing ---------------------------------------------------------------------------------------------------- */

static tcflag_t *flags_of(struct termios *t, enum group group)
{
	switch (group) {
	case CONTROL:
		return &t->c_cflag;
	case INPUT:
		return &t->c_iflag;
	case OUTPUT:
		return &t->c_oflag;
	default:
		return &t->c_lflag;
	}
}

static void set_mode(struct stty *s, const struct mode *m, bool on)
{
	tcflag_t *flags = flags_of(&s->t, m->group);

	*flags = (*flags & ~m->mask) | (on ? m->bits : 0);
	s->changed = true;
}

static void make_sane(struct stty *s)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (modes[i].flags & (ON | OFF))
			set_mode(s, &modes[i], modes[i].flags & ON);
	for (size_t i = 0; i < CHARACTERS; i++)
		s->t.c_cc[characters[i].index] = characters[i].sane;
}

/* Reads a number up to `max`, or dies. */
static unsigned read_number(const char *text, uintmax_t max)
{
	uintmax_t n = 0;
	enum num_error error = parse_uint_base(text, NULL, 0, "bB", &n);

	errno = n > INT_MAX ? EOVERFLOW : ERANGE;
	if (error == NUM_OVERFLOW || (error == NUM_OK && n > max))
		die_errno("invalid integer argument: %s", quote(text));
	if (error != NUM_OK)
		die("invalid integer argument: %s", quote(text));
	return (unsigned)n;
}

static unsigned char read_character(const char *text)
{
	if (!*text || !text[1])
		return (unsigned char)*text;
	if (strcmp(text, "^-") == 0 || strcmp(text, "undef") == 0)
		return 0;
	if (*text != '^')
		return (unsigned char)read_number(text, 255);
	return text[1] == '?' ? 127 : (unsigned char)(text[1] & ~0x60);
}

/* Finds a speed by its name. Returns its number in the table, or SPEEDS. */
static size_t find_speed(const char *text)
{
	uintmax_t n;
	size_t i = SPEEDS;

	if (strcmp(text, "exta") == 0)
		text = "19200";
	else if (strcmp(text, "extb") == 0)
		text = "38400";
	else if (strcmp(text, "134.5") == 0)
		text = "134";
	if (parse_uint(text, NULL, &n) == NUM_OK)
		for (i = 0; i < SPEEDS && speeds[i] != n; i++)
			;
	return i;
}

static void set_speed(struct stty *s, size_t speed)
{
	tcflag_t bits = (tcflag_t)(speed < OLD_SPEEDS ? speed : CBAUDEX + 1 + speed - OLD_SPEEDS);

	s->t.c_cflag = (s->t.c_cflag & ~(tcflag_t)(CBAUD | CIBAUD)) | bits;
	s->changed = true;
}

/* The speed of the line in bauds. */
static unsigned speed_of(const struct termios *t)
{
	unsigned bits = t->c_cflag & CBAUD;
	size_t i = bits & CBAUDEX ? bits - CBAUDEX - 1 + OLD_SPEEDS : bits;

	return i < SPEEDS ? speeds[i] : 0;
}

static bool get_window(const struct stty *s, struct winsize *size)
{
	*size = (struct winsize){ 0 };
	if (ioctl(s->fd, TIOCGWINSZ, size) == 0)
		return true;
	if (errno != EINVAL)
		die_errno("%s", quote_maybe(s->device));
	return false;
}

static void set_window(const struct stty *s, const unsigned *rows, const unsigned *columns)
{
	struct winsize size;

	get_window(s, &size);
	if (rows)
		size.ws_row = (unsigned short)*rows;
	if (columns)
		size.ws_col = (unsigned short)*columns;
	if (ioctl(s->fd, TIOCSWINSZ, &size) < 0)
		die_errno("%s", quote_maybe(s->device));
}

static void set_line(struct stty *s, const char *text)
{
	unsigned n = read_number(text, UINT_MAX);

	s->t.c_line = (unsigned char)n;
	if (n > 255)
		warn("invalid line discipline %s", quote(text));
	s->changed = true;
}

static void print_size(const struct stty *s)
{
	struct winsize size;

	if (!get_window(s, &size))
		die("%s: no size information for this device", quote_maybe(s->device));
	out_fmt("%d %d\n", size.ws_row, size.ws_col);
}

static void print_speeds(const struct stty *s, const char *both, const char *each)
{
	if (s->input_speed == 0 || s->input_speed == s->output_speed)
		out_fmt(both, s->output_speed);
	else
		out_fmt(each, s->input_speed, s->output_speed);
}

/* Reads the form that -g prints. Returns false if `text` is not that. */
static bool read_saved(const char *text, struct termios *t)
{
	tcflag_t *flags[] = { &t->c_iflag, &t->c_oflag, &t->c_cflag, &t->c_lflag };
	enum { ALL = 4 + NCCS };

	for (size_t i = 0; i < ALL; i++) {
		uintmax_t n;
		const char *end;

		if (!isxdigit((unsigned char)*text) || parse_uint_base(text, &end, 16, NULL, &n) != NUM_OK ||
		    n > (i < 4 ? UINT_MAX : 255) || *end != (i + 1 < ALL ? ':' : '\0'))
			return false;
		text = end + 1;
		if (i < 4)
			*flags[i] = (tcflag_t)n;
		else
			t->c_cc[i - 4] = (cc_t)n;
	}
	return true;
}

/* Makes a setting of the flags. Returns false if `name` is none. */
static bool apply_mode(struct stty *s, const char *name)
{
	bool off = *name == '-';

	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strcmp(modes[i].name, name + off) == 0) {
			if (off && modes[i].flags & MULTI)
				return false;
			set_mode(s, &modes[i], !off);
			return true;
		}
	return false;
}

/* Makes a setting that `argument` (or NULL) follows. Returns how many of the two were used, 0 if it is no setting. Only
 * changes s->t if s->check. */
static int apply(struct stty *s, const char *name, const char *argument);

/* Makes the settings of a combination. Returns false if `name` is none. */
static bool apply_combination(struct stty *s, const char *name)
{
	bool off = *name == '-';

	for (size_t i = 0; i < sizeof(combinations) / sizeof(*combinations); i++) {
		const struct combination *c = &combinations[i];
		char *list, *word;
		int used = 1;

		if (strcmp(c->name, name + off) != 0)
			continue;
		if (off && !c->off)
			return false;
		list = arena_strdup(off ? c->off : c->on);
		while ((word = strsep(&list, " ")))
			if (used == 2)
				used = 1;
			else
				used = apply(s, word, list ? arena_memdup(list, strcspn(list, " ")) : NULL);
		return true;
	}
	return false;
}

/* Returns whether the setting takes an argument; makes it then. */
static bool apply_with_argument(struct stty *s, const char *name, const char *argument)
{
	static const char *const names[] = { "ispeed", "ospeed", "rows", "cols", "columns", "line" };
	enum { ISPEED, OSPEED, ROWS, COLS, COLUMNS, LINE, NAMES };
	size_t i = 0, c = 0, speed;
	unsigned n;

	while (c < CHARACTERS && strcmp(characters[c].name, name) != 0)
		c++;
	while (c == CHARACTERS && i < NAMES && strcmp(names[i], name) != 0)
		i++;
	if (i == NAMES)
		return false;
	if (!argument)
		die_usage("missing argument to %s", quote(name));
	if (c < CHARACTERS) {
		s->t.c_cc[characters[c].index] = c >= MIN ? (unsigned char)read_number(argument, 255)
							  : read_character(argument);
		s->changed = true;
	} else if (i == ISPEED || i == OSPEED) {
		speed = find_speed(argument);
		if (speed < SPEEDS) {
			set_speed(s, speed);
			*(i == ISPEED ? &s->input_speed : &s->output_speed) = speeds[speed];
		}
	} else if (i == LINE) {
		set_line(s, argument);
	} else if (!s->check) {
		n = read_number(argument, INT_MAX);
		set_window(s, i == ROWS ? &n : NULL, i == ROWS ? NULL : &n);
	}
	return true;
}

static int apply(struct stty *s, const char *name, const char *argument)
{
	size_t speed;

	if (apply_mode(s, name) || apply_combination(s, name))
		return 1;
	if (apply_with_argument(s, name, argument))
		return 2;
	if (strcmp(name, "sane") == 0) {
		make_sane(s);
	} else if (strcmp(name, "drain") == 0 || strcmp(name, "-drain") == 0) {
		s->drain = *name == 'd';
	} else if (strcmp(name, "size") == 0) {
		if (!s->check)
			print_size(s);
	} else if (strcmp(name, "speed") == 0) {
		if (!s->check)
			print_speeds(s, "%u\n", "%u %u\n");
	} else if ((speed = find_speed(name)) < SPEEDS) {
		set_speed(s, speed);
		s->input_speed = s->output_speed = speeds[speed];
	} else if (read_saved(name, &s->t)) {
		s->input_speed = s->output_speed = speed_of(&s->t);
		s->changed = true;
	} else {
		return 0;
	}
	return 1;
}

static void apply_all(struct stty *s, char **settings)
{
	while (*settings) {
		int used = apply(s, settings[0], settings[1]);

		if (used == 0)
			die_usage("invalid argument %s", quote(*settings));
		settings += used;
	}
}

static bool same_settings(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
	       a->c_lflag == b->c_lflag && a->c_line == b->c_line &&
	       memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

/* Gives the line the settings. Dies if it did not take all of them. */
static void write_settings(const struct stty *s, const struct termios *before)
{
	struct termios now = s->t;
	tcflag_t differ;

	if (ioctl(s->fd, s->drain ? TCSETSW : TCSETS, &s->t) < 0 || ioctl(s->fd, TCGETS, &now) < 0)
		die_errno("%s", quote_maybe(s->device));
	differ = s->t.c_cflag ^ now.c_cflag;
	errno = EINVAL;
	if (same_settings(before, &now) &&
	    (differ & (PARENB | CREAD) || (s->t.c_cflag & CSIZE && differ & CSIZE)))
		die_errno("%s", quote_maybe(s->device));
	if (!same_settings(&s->t, &now) || s->input_speed != s->output_speed)
		die("%s: unable to perform all requested operations", quote_maybe(s->device));
}

/* --- printing ---------------------------------------------------------------------------------------------------- */

/* Prints a word, on a new line if there is no room for it. */
static void print_word(struct stty *s, const char *word)
{
	size_t len = strlen(word);

	if (s->column > 0) {
		bool fits = s->column + len <= s->width;

		out_char(fits ? ' ' : '\n');
		s->column = fits ? s->column + 1 : 0;
	}
	out_str(word);
	s->column += len;
}

static void end_line(struct stty *s)
{
	if (s->column > 0)
		out_char('\n');
	s->column = 0;
}

static const char *show_character(unsigned char c)
{
	const char *meta = c >= 128 ? "M-" : "";

	if (c == 0)
		return "<undef>";
	c &= 127;
	if (c < ' ' || c == 127)
		return arena_printf("%s^%c", meta, c ^ 64);
	return arena_printf("%s%c", meta, c);
}

static void print_characters(struct stty *s, bool all)
{
	for (size_t i = 0; i < PRINTED; i++) {
		unsigned char c = s->t.c_cc[characters[i].index];

		if (all || c != characters[i].sane)
			print_word(s, arena_printf("%s = %s;", characters[i].name, show_character(c)));
	}
	if (all || !(s->t.c_lflag & ICANON))
		print_word(s, arena_printf("min = %d; time = %d;", s->t.c_cc[VMIN], s->t.c_cc[VTIME]));
	end_line(s);
}

/* Whether a setting is printed that is on or off; if not `all` are, those that `stty sane` would change. */
static bool is_shown(const struct mode *m, bool on, bool all)
{
	if (!on && m->flags & MULTI)
		return false;
	if (all)
		return true;
	if (on)
		return m->flags & OFF || (m->flags & MULTI && !(m->flags & ON) && m->mask != CSIZE);
	return m->flags & ON;
}

static void print_modes(struct stty *s, bool all)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		const struct mode *m = &modes[i];
		bool on = (*flags_of(&s->t, m->group) & m->mask) == m->bits;

		if (i > 0 && m->group != m[-1].group)
			end_line(s);
		if (is_shown(m, on, all))
			print_word(s, arena_printf("%s%s", on ? "" : "-", m->name));
	}
	end_line(s);
}

static void print_settings(struct stty *s, bool all)
{
	struct winsize size;
	const char *columns = getenv("COLUMNS");
	uintmax_t n;

	s->width = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		s->width = size.ws_col;
	else if (columns && parse_uint(columns, NULL, &n) == NUM_OK && n > 0 && n <= INT_MAX)
		s->width = (size_t)n;
	if (s->input_speed == 0 || s->input_speed == s->output_speed)
		print_word(s, arena_printf("speed %u baud;", s->output_speed));
	else
		print_word(s,
			   arena_printf("ispeed %u baud; ospeed %u baud;", s->input_speed, s->output_speed));
	if (all && get_window(s, &size))
		print_word(s, arena_printf("rows %d; columns %d;", size.ws_row, size.ws_col));
	print_word(s, arena_printf("line = %d;", s->t.c_line));
	end_line(s);
	print_characters(s, all);
	print_modes(s, all);
}

static void print_saved(const struct stty *s)
{
	out_fmt("%x:%x:%x:%x", s->t.c_iflag, s->t.c_oflag, s->t.c_cflag, s->t.c_lflag);
	for (size_t i = 0; i < NCCS; i++)
		out_fmt(":%x", s->t.c_cc[i]);
	out_char('\n');
}

/* --- the command line -------------------------------------------------------------------------------------------- */

struct request {
	bool all, save;
	const char *device;
	char **settings; /* NULL-terminated */
	size_t count;
};

static void set_device(struct request *r, const char *device)
{
	if (r->device)
		die("only one device may be specified");
	r->device = device;
}

/* Reads a long option. Returns how many arguments it is, 0 if it is none. */
static int read_long(struct request *r, const char *name, const char *next)
{
	size_t len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	bool plain = len > 0 && !value;

	if (plain && strncmp(name, "help", len) == 0) {
		print_help(this_applet());
		leave(0);
	}
	if (plain && strncmp(name, "version", len) == 0) {
		print_version();
		leave(0);
	}
	if (plain && strncmp(name, "all", len) == 0)
		return r->all = true;
	if (plain && strncmp(name, "save", len) == 0)
		return r->save = true;
	if (len == 0 || strncmp(name, "file", len) != 0 || (!value && !next))
		return 0;
	set_device(r, value ? value : next);
	return value ? 1 : 2;
}

/* Reads a cluster of short options; a setting like -echo is none. The same result. */
static int read_short(struct request *r, const char *letters, const char *next)
{
	if (strspn(letters, "agF") == 0)
		return 0;
	for (; *letters; letters++)
		if (*letters == 'a') {
			r->all = true;
		} else if (*letters == 'g') {
			r->save = true;
		} else if (*letters == 'F' && (letters[1] || next)) {
			set_device(r, letters[1] ? letters + 1 : next);
			return letters[1] ? 1 : 2;
		} else {
			return 0;
		}
	return 1;
}

static void read_request(struct request *r, char **argv)
{
	size_t argc = 0;
	bool ended = false;

	while (argv[argc])
		argc++;
	r->settings = arena_array(char *, argc + 1);
	while (*argv) {
		int used = 0;

		if (!ended && strcmp(*argv, "--") == 0) {
			if (r->count == 0)
				return;
			ended = true;
		} else if (!ended && strncmp(*argv, "--", 2) == 0) {
			used = read_long(r, *argv + 2, argv[1]);
		} else if (!ended && **argv == '-') {
			used = read_short(r, *argv + 1, argv[1]);
		}
		if (used == 0) {
			r->settings[r->count++] = *argv;
			used = 1;
		}
		argv += used;
	}
}

static int open_device(const char *device)
{
	int fd = open_file(device, O_RDONLY | O_NONBLOCK, 0);
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

	if (fd < 0)
		die_errno("%s", quote_maybe(device));
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
		die_errno("%s: couldn't reset non-blocking mode", quote_maybe(device));
	return fd;
}

/* Whether there is a setting among them that is about the line: not drain. */
static bool has_settings(char **settings)
{
	for (; *settings; settings++)
		if (strcmp(*settings, "drain") != 0 && strcmp(*settings, "-drain") != 0)
			return true;
	return false;
}

int stty_main(struct stty_options *opt, char **argv)
{
	struct stty s = { .fd = STDIN_FILENO, .device = "standard input", .drain = true }, trial;
	struct request r = { 0 };
	struct termios before;

	(void)opt;
	read_request(&r, argv);
	if (r.all && r.save)
		die("the options for verbose and stty-readable output styles are\nmutually exclusive");
	if ((r.all || r.save) && has_settings(r.settings))
		die("when specifying an output style, modes may not be set");
	trial = s;
	trial.check = true;
	apply_all(&trial, r.settings);
	if (r.device) {
		s.device = r.device;
		s.fd = open_device(r.device);
	}
	if (ioctl(s.fd, TCGETS, &s.t) < 0)
		die_errno("%s", quote_maybe(s.device));
	s.input_speed = s.output_speed = speed_of(&s.t);
	if (r.save) {
		print_saved(&s);
	} else if (r.all || !has_settings(r.settings)) {
		print_settings(&s, r.all);
	} else {
		before = s.t;
		apply_all(&s, r.settings);
		if (s.changed)
			write_settings(&s, &before);
	}
	return 0;
}
