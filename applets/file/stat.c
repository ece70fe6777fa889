/* stat - show the status of files or file systems
 *
 * usage: stat [OPTION]... FILE...
 *
 *   -L, --dereference     show what a symbolic link leads to
 *   -f, --file-system     show the file system a file is on
 *       --cached=MODE     for remote files: always (take what is cached), never, or default
 *   -c, --format=FORMAT   show this instead, with a newline after each file
 *       --printf=FORMAT   the same without the newline, and with backslash escapes
 *   -t, --terse           show all in one line
 *
 * In FORMAT, for files:
 *   %a  permissions in octal (%#a with a 0)   %n  name
 *   %A  permissions as in ls -l               %N  name in quotes, with a link's target
 *   %b  blocks allocated                      %o  best size of a read or write
 *   %B  bytes in one of those blocks          %s  bytes
 *   %C  SELinux context                       %t %T  major and minor type of a device, in hex
 *   %d %D  device number, in hex              %r %R  device type, in hex
 *   %Hd %Ld  its major and minor number       %Hr %Lr  its major and minor number
 *   %f  mode in hex                           %u %U  number and name of the owner
 *   %F  type of the file                      %w %W  time of birth, in seconds (- or 0: not known)
 *   %g %G  number and name of the group       %x %X  time of the last access, in seconds
 *   %h  hard links                            %y %Y  of the last change of the data
 *   %i  inode number                          %z %Z  of the last change of the status
 *   %m  mount point
 * and for file systems:
 *   %a  blocks free for users   %f  blocks free        %s  size of a block
 *   %b  blocks in all           %i  number in hex      %S  size of a block in %a %b %f
 *   %c  inodes in all           %l  longest name       %t  type in hex
 *   %d  inodes free             %n  name               %T  type by name
 * Between % and the letter: flags, width and precision as in printf; %.3X has milliseconds.
 *
 * install: /usr/bin
 * follows: GNU coreutils manual, "stat invocation"
 */
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include "libbb.h"
#include "escape.h"
#include "path.h"
#include "timefmt.h"
#include "stat.gen.h"

#define DEFAULT_HEAD "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\n"
#define DEFAULT_TAIL                                                                                         \
	"Access: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n Birth: %w\n"

static const char file_format[] = DEFAULT_HEAD "Device: %Hd,%Ld\tInode: %-10i  Links: %h\n" DEFAULT_TAIL;
static const char device_format[] = DEFAULT_HEAD
	"Device: %Hd,%Ld\tInode: %-10i  Links: %-5h Device type: %Hr,%Lr\n" DEFAULT_TAIL;
static const char terse_format[] = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o\n";
static const char fs_format[] = "  File: \"%n\"\n    ID: %-8i Namelen: %-7l Type: %T\n"
				"Block size: %-10s Fundamental block size: %S\n"
				"Blocks: Total: %-10b Free: %-10f Available: %a\n"
				"Inodes: Total: %-10c Free: %d\n";
static const char terse_fs_format[] = "%n %i %l %t %s %S %b %f %a %c %d\n";

/* The file being shown, and what is the same for all. */
struct subject {
	const char *name;
	const struct stat *st;    /* of a file */
	struct statfs *fs;        /* of a file system; the other is NULL */
	enum quoting_style style; /* of %N */
	struct users users;
	struct time_zone zone;
	bool follow;
	bool newline; /* follows the format */
	bool failed;
};

/* A directive: `%-10.3Hd` has flags "-", width 10, precision 3, modifier H and letter d. */
struct directive {
	char flags[8];
	int width, precision; /* -1: none; a precision without digits is 9 */
	char modifier, letter;
};

/* ---- one value ---- */

/* Shows text in the way of `d`. */
static void put_text(const struct directive *d, const char *text)
{
	int precision = d->precision < 0 ? INT_MAX : d->precision;
	size_t len = strnlen(text, (size_t)precision);
	size_t fill = d->width > 0 && (size_t)d->width > len ? (size_t)d->width - len : 0;
	bool left = strchr(d->flags, '-');

	if (!left)
		out_fill(' ', fill);
	out_mem(text, len);
	if (left)
		out_fill(' ', fill);
}

/* Shows digits with `sign` before them, in the way of `d`: filled by zeros or blanks. */
static void put_digits(const struct directive *d, const char *sign, const char *digits)
{
	size_t count = strlen(digits);
	size_t more = d->precision > 0 && (size_t)d->precision > count ? (size_t)d->precision - count : 0;
	size_t len = strlen(sign) + more + count;
	size_t fill = d->width > 0 && (size_t)d->width > len ? (size_t)d->width - len : 0;
	bool left = strchr(d->flags, '-'), zeros = !left && strchr(d->flags, '0') && d->precision < 0;

	if (!left && !zeros)
		out_fill(' ', fill);
	out_str(sign);
	if (zeros)
		out_fill('0', fill);
	out_fill('0', more);
	out_str(digits);
	if (left)
		out_fill(' ', fill);
}

static void put_number(const struct directive *d, uintmax_t n)
{
	char digits[NUM_SIZE];

	put_digits(d, "", num_to_str(n, digits));
}

static const char *sign_of(const struct directive *d, bool negative)
{
	return negative ? "-" : strchr(d->flags, '+') ? "+" : strchr(d->flags, ' ') ? " " : "";
}

static void put_signed(const struct directive *d, intmax_t n)
{
	char digits[NUM_SIZE];

	put_digits(d, sign_of(d, n < 0), num_to_str(n < 0 ? 0 - (uintmax_t)n : (uintmax_t)n, digits));
}

static void put_hex(const struct directive *d, uintmax_t n)
{
	put_digits(d, strchr(d->flags, '#') && n ? "0x" : "", arena_printf("%jx", n));
}

static void put_octal(const struct directive *d, uintmax_t n)
{
	put_digits(d, "", arena_printf(strchr(d->flags, '#') && n ? "0%jo" : "%jo", n));
}

/* Shows seconds, with as many digits of a fraction as the precision says. */
static void put_seconds(struct directive d, struct timespec t)
{
	bool negative = t.tv_sec < 0 && d.precision != 0 && d.precision != -1;
	char fraction[10];
	struct buf text = { 0 };
	uintmax_t whole;

	if (d.precision <= 0) {
		d.precision = -1;
		put_signed(&d, t.tv_sec);
		return;
	}
	if (negative && t.tv_nsec > 0) { /* what is before the epoch counts from the other side */
		t.tv_sec++;
		t.tv_nsec = 1000000000 - t.tv_nsec;
	}
	whole = t.tv_sec < 0 ? 0 - (uintmax_t)t.tv_sec : (uintmax_t)t.tv_sec;
	snprintf(fraction, sizeof(fraction), "%09ld", t.tv_nsec);
	buf_fmt(&text, "%ju.%.*s", whole, d.precision, fraction);
	for (int i = 9; i < d.precision; i++)
		buf_char(&text, '0');
	d.precision = -1;
	put_digits(&d, sign_of(&d, negative), text.data);
}

static void put_time(struct subject *s, const struct directive *d, struct timespec t)
{
	struct buf text = { 0 };
	struct tm tm;

	if (!time_split(&s->zone, t.tv_sec, &tm)) {
		put_seconds(*d, t);
		return;
	}
	time_format(&text, "%Y-%m-%d %H:%M:%S.%N %z", &tm, &t);
	put_text(d, text.data);
}

/* ---- what is asked for ---- */

static struct timespec birth_of(const struct subject *s)
{
	struct timespec t = { 0 };
	bool known = strcmp(s->name, "-") == 0
			     ? time_of_birth(STDIN_FILENO, "", AT_EMPTY_PATH, &t)
			     : time_of_birth(AT_FDCWD, s->name, s->follow ? 0 : AT_SYMLINK_NOFOLLOW, &t);

	return known ? t : (struct timespec){ 0, -1 };
}

/* The directory that the file system of the file is mounted on: the last one upwards that is on the same device. */
static const char *mount_point(struct subject *s)
{
	bool link = S_ISLNK(s->st->st_mode);
	const char *dir = canonical_path(link ? path_dir(s->name) : s->name, CANON_EXISTING, false);
	struct stat st, up;

	if (!dir || stat(dir, &st) < 0) {
		warn_errno("cannot canonicalize %s", quote_file(s->name));
		s->failed = true;
		return "?";
	}
	if (!S_ISDIR(st.st_mode)) {
		dir = path_dir(dir);
		if (stat(dir, &st) < 0)
			return "?";
	}
	while (strcmp(dir, "/") != 0 && stat(path_dir(dir), &up) == 0 && up.st_dev == st.st_dev)
		dir = path_dir(dir);
	return dir;
}

static const char *context_of(struct subject *s)
{
	char context[4096];
	ssize_t len = s->follow ? getxattr(s->name, "security.selinux", context, sizeof(context) - 1)
				: lgetxattr(s->name, "security.selinux", context, sizeof(context) - 1);

	if (len < 0) {
		warn_errno("failed to get security context of %s", quote_file(s->name));
		s->failed = true;
		return "?";
	}
	return arena_memdup(context, (size_t)len);
}

static void put_quoted_name(struct subject *s, const struct directive *d)
{
	char *target;

	put_text(d, quote_style(s->name, strlen(s->name), s->style, NULL, NULL));
	if (!S_ISLNK(s->st->st_mode))
		return;
	target = read_link(AT_FDCWD, s->name);
	if (!target) {
		warn_errno("cannot read symbolic link %s", quote_file(s->name));
		s->failed = true;
		return;
	}
	out_str(" -> ");
	put_text(d, quote_style(target, strlen(target), s->style, NULL, NULL));
}

static void put_device(const struct directive *d, dev_t device)
{
	put_number(d, d->modifier == 'H' ? major(device) : d->modifier == 'L' ? minor(device) : device);
}

static void put_permissions(const struct directive *d, mode_t mode)
{
	char text[11];

	mode_string(mode, text);
	put_text(d, text);
}

static void put_moment(struct subject *s, const struct directive *d)
{
	struct timespec t = d->letter == 'x' || d->letter == 'X'   ? s->st->st_atim
			    : d->letter == 'y' || d->letter == 'Y' ? s->st->st_mtim
			    : d->letter == 'z' || d->letter == 'Z' ? s->st->st_ctim
								   : birth_of(s);

	if (t.tv_nsec < 0 && d->letter == 'w')
		put_text(d, "-");
	else if (t.tv_nsec < 0)
		put_signed(d, 0);
	else if (d->letter >= 'a')
		put_time(s, d, t);
	else
		put_seconds(*d, t);
}

static void put_of_file(struct subject *s, const struct directive *d)
{
	const struct stat *st = s->st;
	const char *name;

	switch (d->letter) {
	case 'a':
		put_octal(d, st->st_mode & 07777);
		break;
	case 'A':
		put_permissions(d, st->st_mode);
		break;
	case 'b':
		put_number(d, (uintmax_t)st->st_blocks);
		break;
	case 'B':
		put_number(d, 512);
		break;
	case 'C':
		put_text(d, context_of(s));
		break;
	case 'd':
		put_device(d, st->st_dev);
		break;
	case 'D':
		put_hex(d, st->st_dev);
		break;
	case 'f':
		put_hex(d, st->st_mode);
		break;
	case 'F':
		put_text(d, file_kind(st));
		break;
	case 'g':
		put_number(d, st->st_gid);
		break;
	case 'G':
		name = group_name(&s->users, st->st_gid);
		put_text(d, name ? name : "UNKNOWN");
		break;
	case 'h':
		put_number(d, st->st_nlink);
		break;
	case 'i':
		put_number(d, st->st_ino);
		break;
	case 'm':
		put_text(d, mount_point(s));
		break;
	case 'n':
		put_text(d, s->name);
		break;
	case 'N':
		put_quoted_name(s, d);
		break;
	case 'o':
		put_number(d, (uintmax_t)st->st_blksize);
		break;
	case 'r':
		put_device(d, st->st_rdev);
		break;
	case 'R':
		put_hex(d, st->st_rdev);
		break;
	case 's':
		put_signed(d, st->st_size);
		break;
	case 't':
		put_hex(d, major(st->st_rdev));
		break;
	case 'T':
		put_hex(d, minor(st->st_rdev));
		break;
	case 'u':
		put_number(d, st->st_uid);
		break;
	case 'U':
		name = user_name(&s->users, st->st_uid);
		put_text(d, name ? name : "UNKNOWN");
		break;
	default:
		if (strchr("wWxXyYzZ", d->letter))
			put_moment(s, d);
		else
			out_char('?');
	}
}

/* ---- file systems ---- */

static const char *fs_type(uintmax_t magic)
{
	static const struct {
		uint32_t magic;
		const char *name;
	} types[] = {
		{ 0xEF53, "ext2/ext3" },
		{ 0x01021994, "tmpfs" },
		{ 0x794C7630, "overlayfs" },
		{ 0x9FA0, "proc" },
		{ 0x62656572, "sysfs" },
		{ 0x58465342, "xfs" },
		{ 0x9123683E, "btrfs" },
		{ 0x1CD1, "devpts" },
		{ 0x63677270, "cgroup2fs" },
		{ 0x0027E0EB, "cgroupfs" },
		{ 0x6969, "nfs" },
		{ 0x65735546, "fuseblk" },
		{ 0x4D44, "msdos" },
		{ 0x9660, "isofs" },
		{ 0x73717368, "squashfs" },
		{ 0x858458F6, "ramfs" },
		{ 0x958458F6, "hugetlbfs" },
		{ 0x64626720, "debugfs" },
		{ 0x74726163, "tracefs" },
		{ 0x73636673, "securityfs" },
		{ 0xCAFE4A11, "bpf_fs" },
		{ 0x6165676C, "pstorefs" },
		{ 0xDE5E81E4, "efivarfs" },
		{ 0x19800202, "mqueue" },
		{ 0x62656570, "configfs" },
		{ 0x42494E4D, "binfmt_misc" },
		{ 0x0187, "autofs" },
		{ 0x6E736673, "nsfs" },
		{ 0x50495045, "pipefs" },
		{ 0x534F434B, "sockfs" },
		{ 0x09041934, "anon-inode FS" },
		{ 0xF2F52010, "f2fs" },
		{ 0x2011BAB0, "exfat" },
		{ 0x5346544E, "ntfs" },
		{ 0xFF534D42, "cifs" },
		{ 0xFE534D42, "smb2" },
		{ 0x517B, "smb" },
		{ 0x00C36400, "ceph" },
		{ 0x01021997, "v9fs" },
		{ 0x2FC12FC1, "zfs" },
		{ 0x15013346, "udf" },
		{ 0x28CD3D45, "cramfs" },
		{ 0x72B6, "jffs2" },
		{ 0x3153464A, "jfs" },
		{ 0x52654973, "reiserfs" },
		{ 0x137F, "minix" },
		{ 0x138F, "minix (30 char.)" },
		{ 0x2468, "minix v2" },
		{ 0x2478, "minix v2 (30 char.)" },
		{ 0x4D5A, "minix3" },
		{ 0xF15F, "ecryptfs" },
		{ 0xF97CFF8C, "selinux" },
		{ 0x43415D53, "smackfs" },
		{ 0x7461636F, "ocfs2" },
		{ 0x01161970, "gfs/gfs2" },
		{ 0x6B414653, "k-afs" },
		{ 0x5346414F, "afs" },
		{ 0x73757245, "coda" },
		{ 0xE0F5E1E2, "erofs" },
		{ 0x3434, "nilfs" },
		{ 0x62646576, "bdevfs" },
		{ 0xABBA1974, "xenfs" },
		{ 0x5A3C69F0, "aafs" },
		{ 0x786F4256, "vboxsf" },
		{ 0x6C6F6F70, "binderfs" },
		{ 0x07655821, "rdt" },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].magic == magic)
			return types[i].name;
	return arena_printf("UNKNOWN (0x%jx)", magic);
}

static void put_of_fs(struct subject *s, const struct directive *d)
{
	const struct statfs *fs = s->fs;
	uint32_t id[2];

	switch (d->letter) {
	case 'a':
		put_signed(d, (intmax_t)fs->f_bavail);
		break;
	case 'b':
		put_number(d, fs->f_blocks);
		break;
	case 'c':
		put_number(d, fs->f_files);
		break;
	case 'd':
		put_signed(d, (intmax_t)fs->f_ffree);
		break;
	case 'f':
		put_signed(d, (intmax_t)fs->f_bfree);
		break;
	case 'i':
		memcpy(id, &fs->f_fsid, sizeof(id));
		put_hex(d, (uintmax_t)id[0] << 32 | id[1]);
		break;
	case 'l':
		put_number(d, (uintmax_t)fs->f_namelen);
		break;
	case 'n':
		put_text(d, s->name);
		break;
	case 's':
		put_number(d, (uintmax_t)fs->f_bsize);
		break;
	case 'S':
		put_number(d, (uintmax_t)(fs->f_frsize ? fs->f_frsize : fs->f_bsize));
		break;
	case 't':
		put_hex(d, (uint32_t)fs->f_type);
		break;
	case 'T':
		put_text(d, fs_type((uint32_t)fs->f_type));
		break;
	default:
		out_char('?');
	}
}

/* ---- formats ---- */

static int read_width(const char **at)
{
	long n = 0;

	for (; **at >= '0' && **at <= '9'; ++*at)
		n = n < 100000000 ? n * 10 + **at - '0' : n;
	return (int)n;
}

/* Reads the directive behind the % at `at`; returns its end. */
static const char *read_directive(const char *at, struct directive *d, bool file)
{
	const char *start = at - 1;
	size_t flags = strspn(at, "'-+ 0#I");

	*d = (struct directive){ .width = -1, .precision = -1 };
	for (size_t i = 0; i < flags; i++)
		if (!strchr(d->flags, at[i]))
			d->flags[strlen(d->flags)] = at[i];
	at += flags;
	if (*at >= '0' && *at <= '9')
		d->width = read_width(&at);
	if (*at == '.') {
		at++;
		d->precision = *at >= '0' && *at <= '9' ? read_width(&at) : 9;
	}
	if (file && (*at == 'H' || *at == 'L') && (at[1] == 'd' || at[1] == 'r'))
		d->modifier = *at++;
	d->letter = *at;
	if ((!*at || *at == '%') && at > start + 1)
		die("%s: invalid directive", quote(arena_memdup(start, (size_t)(at - start) + (*at == '%'))));
	return *at ? at + 1 : at;
}

/* Shows the escape behind the backslash at `at`; returns its end. */
static const char *put_escape(const char *at)
{
	uint32_t value;

	if (!*at) {
		warn("warning: backslash at end of format");
		out_char('\\');
		return at;
	}
	if (*at == 'x' && !memchr("0123456789abcdefABCDEF", at[1], 22)) {
		warn("warning: unrecognized escape '\\x'");
		out_char('x');
		return at + 1;
	}
	if (escape_read(&at, "\\\"abefnrtv1x", &value) == ESCAPE_BYTE) {
		out_char((char)value);
		return at;
	}
	warn("warning: unrecognized escape '\\%c'", *at);
	out_char(*at);
	return at + 1;
}

static void show(struct subject *s, const char *format, bool escapes)
{
	while (*format) {
		struct directive d;
		char c = *format++;

		if (c == '\\' && escapes) {
			format = put_escape(format);
		} else if (c != '%') {
			out_char(c);
		} else {
			format = read_directive(format, &d, s->st);
			if (!d.letter || d.letter == '%')
				out_char('%');
			else if (s->st)
				put_of_file(s, &d);
			else
				put_of_fs(s, &d);
		}
	}
	if (s->newline)
		out_char('\n');
}

/* The style of %N: what QUOTING_STYLE says, else always in shell quotes. */
static enum quoting_style name_style(void)
{
	const char *name = getenv("QUOTING_STYLE");

	for (int i = 0; name && quoting_styles[i]; i++)
		if (strcmp(name, quoting_styles[i]) == 0)
			return (enum quoting_style)i;
	if (name)
		warn("ignoring invalid value of environment variable QUOTING_STYLE: %s", quote(name));
	return QUOTE_SHELL_ESCAPE_ALWAYS;
}

/* What the options ask to be shown; NULL for the default. */
static const char *chosen_format(const struct stat_options *opt, bool escapes)
{
	if (escapes)
		return opt->printf;
	if (opt->format)
		return opt->format;
	if (opt->terse)
		return opt->file_system ? terse_fs_format : terse_format;
	return opt->file_system ? fs_format : NULL;
}

static bool show_fs(struct subject *s, const char *format, bool escapes)
{
	struct statfs fs;

	if (strcmp(s->name, "-") == 0) {
		warn("using %s to denote standard input does not work in file system mode",
		     quote_file(s->name));
		return false;
	}
	if (statfs(s->name, &fs) < 0) {
		warn_errno("cannot read file system information for %s", quote_file(s->name));
		return false;
	}
	s->fs = &fs;
	show(s, format, escapes);
	return true;
}

static bool show_file(struct subject *s, const char *format, bool escapes)
{
	bool standard_input = strcmp(s->name, "-") == 0;
	struct stat st;

	if (standard_input ? fstat(STDIN_FILENO, &st) < 0
			   : fstatat(AT_FDCWD, s->name, &st, s->follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0) {
		if (standard_input)
			warn_errno("cannot stat standard input");
		else
			warn_errno("cannot statx %s", quote_file(s->name));
		return false;
	}
	s->st = &st;
	if (!format)
		format = S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode) ? device_format : file_format;
	show(s, format, escapes);
	return true;
}

int stat_main(struct stat_options *opt, char **files)
{
	static const char *const modes[] = { "default", "never", "always", NULL };
	struct subject s = { .style = QUOTE_LITERAL };
	bool escapes = opt->printf_at > opt->format_at;
	const char *format = chosen_format(opt, escapes);
	int status = 0;

	if (opt->cached)
		choose(modes, NULL, opt->cached, "--cached");
	s.follow = opt->dereference;
	s.newline = opt->format && !escapes;
	if (!*files)
		die_missing_operand(NULL);
	if ((opt->format || opt->printf) && strstr(format, "%N"))
		s.style = name_style();
	for (; *files; files++) {
		struct arena_mark mark = arena_mark();

		s.name = *files;
		s.failed = false;
		if (!(opt->file_system ? show_fs(&s, format, escapes) : show_file(&s, format, escapes)) ||
		    s.failed)
			status = 1;
		arena_release(mark);
	}
	users_free(&s.users);
	return status;
}
