/* df - show how much space file systems have
 *
 * usage: df [OPTION]... [FILE]...
 *
 *   -a, --all                  also pseudo, duplicate and inaccessible file systems
 *       --block-size=SIZE      count in SIZE bytes, as M or 512; K if not given
 *   -B SIZE                    the same
 *   -h, --human-readable       sizes as 1K 234M 2G
 *   -H, --si                   the same in powers of 1000
 *   -i, --inodes               count inodes, not blocks
 *   -k                         --block-size=1K
 *   -l, --local                only file systems of this machine
 *       --no-sync              do not write out the caches first, as without this
 *       --output[=LIST]...     print the columns of LIST: source, fstype, itotal, iused, iavail, ipcent, size, used,
 *                              avail, pcent, file, target; all if there is no LIST
 *   -P, --portability          as POSIX has it
 *       --sync                 write out the caches first
 *       --total                print the sums at the end
 *   -t, --type=TYPE...         only file systems of type TYPE
 *   -T, --print-type           print the type
 *   -x, --exclude-type=TYPE...  no file systems of type TYPE
 *   -v                         ignored
 *
 * Shows the file system that each FILE is on, or that is on the device FILE if it is mounted; without FILE all of them.
 * The units are those of --block-size, DF_BLOCK_SIZE, BLOCK_SIZE or BLOCKSIZE.
 *
 * install: /bin
 * hidden: -F TYPE...
 * hidden: -m
 * follows: POSIX.1-2024 df; GNU coreutils manual, "df invocation"
 */
#include <sys/vfs.h>
#include "libbb.h"
#include "mounts.h"
#include "path.h"
#include "df.gen.h"

/* What a column can show, in the order of --output. */
enum field {
	SOURCE,
	FSTYPE,
	ITOTAL,
	IUSED,
	IAVAIL,
	IPCENT,
	SIZE,
	USED,
	AVAIL,
	PCENT,
	FILE_NAME,
	TARGET,
	FIELDS
};

static const char *const field_names[] = { "source", "fstype", "itotal", "iused", "iavail", "ipcent", "size",
					   "used",   "avail",  "pcent",  "file",  "target", NULL };

struct column {
	enum field field;
	const char *title;
	size_t width;
};

/* How much there is, is free, and may be used. */
struct counts {
	bool known;
	uintmax_t total, free, available;
};

struct usage {
	uintmax_t block_size;
	struct counts blocks, inodes;
};

struct df {
	const struct df_options *opt;
	struct size_format format;
	struct column columns[FIELDS];
	size_t columns_count;
	bool all, portable;
	struct mount *mounts;
	size_t mounts_count;
	const char **cells; /* those of all lines, one after the other */
	size_t cells_count, cells_size;
	struct usage sum;
	bool any;
	int status;
};

/* --- the table ------------------------------------------------------------------------------------------------- */

static bool is_text(enum field field)
{
	return field == SOURCE || field == FSTYPE || field == FILE_NAME || field == TARGET;
}

/* Keeps a cell of the next column; control characters become question marks. */
static void put_cell(struct df *df, const char *text)
{
	struct column *c = &df->columns[df->cells_count % df->columns_count];
	char *copy = arena_strdup(text);
	size_t width;

	for (char *p = copy; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	width = str_width(copy, strlen(copy));
	c->width = width > c->width ? width : c->width;
	df->cells = arena_reserve(df->cells, df->cells_count, &df->cells_size, sizeof(*df->cells));
	df->cells[df->cells_count++] = copy;
}

static void print_table(const struct df *df)
{
	for (size_t i = 0; i < df->cells_count; i++) {
		size_t n = i % df->columns_count;
		const struct column *c = &df->columns[n];
		const char *cell = df->cells[i];
		bool last = n + 1 == df->columns_count;
		size_t pad = c->width - str_width(cell, strlen(cell));

		if (!is_text(c->field))
			out_fill(' ', pad);
		out_str(cell);
		if (is_text(c->field) && !last)
			out_fill(' ', pad);
		out_char(last ? '\n' : ' ');
	}
}

static const char *number(const struct df *df, const struct counts *c, uintmax_t n, uintmax_t unit)
{
	char text[HUMAN_SIZE];

	if (!c->known)
		return "-";
	if (unit == 0) {
		if (!(df->format.flags & SIZE_AUTO))
			return arena_strdup(num_to_str(n, text));
		unit = 1;
	}
	return arena_strdup(human_size(n, unit, &df->format, text));
}

static const char *percentage(const struct counts *c)
{
	uintmax_t used = c->total - c->free, usable = used + c->available;

	if (!c->known || usable == 0)
		return "-";
	while (used > UINTMAX_MAX / 100) {
		used >>= 1;
		usable >>= 1;
	}
	return arena_printf("%ju%%", used * 100 / usable + (used * 100 % usable != 0));
}

static const char *cell(const struct df *df, enum field field, const struct mount *m, const struct usage *u,
			const char *file)
{
	const struct counts *c = field <= IPCENT ? &u->inodes : &u->blocks;
	uintmax_t unit = field <= IPCENT ? 0 : u->block_size;

	switch (field) {
	case SOURCE:
		return m->source;
	case FSTYPE:
		return m->type;
	case ITOTAL:
	case SIZE:
		return number(df, c, c->total, unit);
	case IUSED:
	case USED:
		return number(df, c, c->total - c->free, unit);
	case IAVAIL:
	case AVAIL:
		return number(df, c, c->available, unit);
	case IPCENT:
	case PCENT:
		return percentage(c);
	case FILE_NAME:
		return file ? file : "-";
	default:
		return m->target;
	}
}

static void put_line(struct df *df, const struct mount *m, const struct usage *u, const char *file)
{
	for (size_t i = 0; i < df->columns_count; i++)
		put_cell(df, cell(df, df->columns[i].field, m, u, file));
}

/* --- the columns ------------------------------------------------------------------------------------------------- */

static bool has_column(const struct df *df, enum field field)
{
	for (size_t i = 0; i < df->columns_count; i++)
		if (df->columns[i].field == field)
			return true;
	return false;
}

/* The title of the sizes: the unit, in powers of 1024 where it is a multiple of more of them than of powers of 1000. */
static const char *size_title(const struct df *df)
{
	struct size_format f = { .flags = SIZE_AUTO | SIZE_SUFFIX };
	uintmax_t binary = df->format.unit, decimal = binary;
	char text[HUMAN_SIZE], *number, *zero;

	if (df->portable)
		return arena_printf("%ju-blocks", df->format.unit);
	for (; binary % 1024 == 0 && decimal % 1000 == 0; binary /= 1024)
		decimal /= 1000;
	if (decimal % 1000 == 0 || binary % 1024 != 0)
		f.flags |= SIZE_1000 | SIZE_B;
	else
		f.flags |= df->format.flags & SIZE_B;
	number = human_size(df->format.unit, 1, &f, text);
	zero = strstr(number, ".0");
	if (zero)
		memmove(zero, zero + 2, strlen(zero + 2) + 1);
	return arena_printf("%s-blocks", number);
}

static void add_column(struct df *df, enum field field)
{
	static const char *const titles[] = {
		"Filesystem", "Type", "Inodes", "IUsed", "IFree", "IUse%",
		"",           "Used", "",       "",      "File",  "Mounted on"
	};
	static const unsigned char widths[] = { 14, 4, 5, 5, 5, 4, 5, 5, 5, 4, 0, 0 };
	struct column *c = &df->columns[df->columns_count++];
	bool human = df->format.flags & SIZE_AUTO;

	*c = (struct column){ field, titles[field], widths[field] };
	if (field == SIZE)
		c->title = human ? "Size" : size_title(df);
	else if (field == AVAIL)
		c->title = human || df->opt->output.count ? "Avail" : "Available";
	else if (field == PCENT)
		c->title = df->portable && !human ? "Capacity" : "Use%";
}

/* Adds the columns of a list of --output. */
static void add_columns(struct df *df, char *list)
{
	char *name;

	while ((name = strsep(&list, ","))) {
		int field = 0;

		while (field < FIELDS && strcmp(field_names[field], name) != 0)
			field++;
		if (field == FIELDS)
			die_usage("option --output: field %s unknown", quote(name));
		if (has_column(df, (enum field)field))
			die_usage("option --output: field %s used more than once", quote(name));
		add_column(df, (enum field)field);
	}
}

static void choose_columns(struct df *df)
{
	const struct df_options *opt = df->opt;
	bool listed = false;

	for (size_t i = 0; i < opt->output.count; i++)
		if (opt->output.items[i].value) {
			listed = true;
			add_columns(df, arena_strdup(opt->output.items[i].value));
		}
	if (listed)
		return;
	if (opt->output.count) {
		for (int field = 0; field < FIELDS; field++)
			add_column(df, (enum field)field);
		return;
	}
	add_column(df, SOURCE);
	if (opt->print_type)
		add_column(df, FSTYPE);
	for (int i = 0; i < 4; i++)
		add_column(df, (opt->inodes ? ITOTAL : SIZE) + (enum field)i);
	add_column(df, TARGET);
}

/* --- file systems ------------------------------------------------------------------------------------------------ */

static bool is_remote(const struct mount *m)
{
	static const char *const types[] = { "acfs",  "afs",   "coda",  "auristorfs", "fhgfs",
					     "gpfs",  "ibrix", "ncpfs", "nfs",        "nfs4",
					     "ocfs2", "vxfs",  "cifs",  "smb3",       "smbfs" };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (strcmp(m->type, types[i]) == 0)
			return true;
	return strchr(m->source, ':') || strcmp(m->source, "-hosts") == 0;
}

static bool in_list(const struct option_list *list, const char *type)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].value, type) == 0)
			return true;
	return false;
}

static bool is_wanted(const struct df *df, const struct mount *m)
{
	const struct df_options *opt = df->opt;

	return (!opt->local || !is_remote(m)) && !in_list(&opt->exclude_type, m->type) &&
	       (opt->type.count + opt->F.count == 0 || in_list(&opt->type, m->type) ||
		in_list(&opt->F, m->type));
}

static void add_counts(struct counts *to, const struct counts *c, uintmax_t unit)
{
	to->known = true;
	if (!c->known)
		return;
	to->total += c->total * unit;
	to->free += c->free * unit;
	to->available += c->available * unit;
}

/* Puts the line of a file system. */
static void put_usage(struct df *df, const struct mount *m, const struct usage *u, const char *file)
{
	df->any = true;
	put_line(df, m, u, file);
	add_counts(&df->sum.blocks, &u->blocks, u->block_size);
	add_counts(&df->sum.inodes, &u->inodes, 1);
}

/* Shows that nothing is known of a file system. */
static void put_unknown(struct df *df, const struct mount *m)
{
	static const struct usage unknown = { 0 };
	struct mount named = *m;

	named.type = "-";
	put_usage(df, &named, &unknown, NULL);
}

/* Shows the file system that `at` is on; `file` is the operand that is meant, or NULL. */
static void show(struct df *df, const struct mount *m, const char *at, const char *file)
{
	struct usage u = { 0 };
	struct statfs fs;

	if (!is_wanted(df, m))
		return;
	if (statfs(at, &fs) < 0) {
		if (file || (errno != EACCES && errno != ENOENT)) {
			warn_errno("%s", quote_maybe(at));
			df->status = 1;
		} else if (df->all) {
			put_unknown(df, m);
		}
		return;
	}
	u.block_size = (uintmax_t)(fs.f_frsize ? fs.f_frsize : fs.f_bsize);
	u.blocks = (struct counts){ true, fs.f_blocks, fs.f_bfree, fs.f_bavail };
	u.inodes = (struct counts){ true, fs.f_files, fs.f_ffree, fs.f_ffree };
	if (u.blocks.total > 0 || df->all || file)
		put_usage(df, m, &u, file);
}

/* Whether what is seen at a mount's target is another mount, of another source. */
static bool is_covered(const struct df *df, const struct mount *m)
{
	struct stat st;

	if (stat(m->target, &st) < 0 || st.st_dev == m->device)
		return false;
	for (size_t i = 0; i < df->mounts_count; i++)
		if (df->mounts[i].device == st.st_dev)
			return strcmp(df->mounts[i].source, m->source) != 0;
	return false;
}

/* Whether of two mounts of the same device `b`, the later, is the one to show. */
static bool is_better(const struct df *df, const struct mount *a, const struct mount *b)
{
	bool a_device = strchr(a->source, '/'), b_device = strchr(b->source, '/');

	if (strcmp(a->target, b->target) == 0 || is_covered(df, a))
		return true;
	if (a_device != b_device)
		return b_device;
	return strlen(b->target) < strlen(a->target) && strlen(b->root) <= strlen(a->root);
}

/* Leaves out mounts of which another shows the same file system. One that cannot be looked at stays. */
static void drop_duplicates(struct df *df)
{
	const struct mount **kept = arena_array(const struct mount *, df->mounts_count);
	struct mount *m = arena_array(struct mount, df->mounts_count);
	dev_t *devices = arena_array(dev_t, df->mounts_count);
	size_t count = 0, same;
	struct stat st;

	for (size_t i = 0; i < df->mounts_count; i++) {
		const struct mount *new = &df->mounts[i];

		if (!is_wanted(df, new))
			continue;
		same = 0;
		if (stat(new->target, &st) < 0)
			st.st_dev = new->device;
		else
			for (same = count; same > 0 && devices[same - 1] != st.st_dev; same--)
				;
		if (same == 0) {
			devices[count] = st.st_dev;
			kept[count++] = new;
		} else if (is_better(df, kept[same - 1], new)) {
			kept[same - 1] = new;
		}
	}
	for (size_t i = 0; i < count; i++)
		m[i] = *kept[i];
	df->mounts = m;
	df->mounts_count = count;
}

static void show_all(struct df *df)
{
	if (!df->all)
		drop_duplicates(df);
	for (size_t i = 0; i < df->mounts_count; i++) {
		const struct mount *m = &df->mounts[i];

		if (df->all && is_wanted(df, m) && is_covered(df, m))
			put_unknown(df, m);
		else
			show(df, m, m->target, NULL);
	}
}

/* Finds the mount of the device `path`, by its canonical name; the one with the shortest target
 * that can be seen. */
static const struct mount *find_device(const struct df *df, const char *path)
{
	const char *name = canonical_path(path, CANON_EXISTING, false);
	const struct mount *found = NULL;

	for (size_t i = 0; name && i < df->mounts_count; i++) {
		const struct mount *m = &df->mounts[i];

		if (strcmp(m->source, name) == 0 && !is_covered(df, m) &&
		    (!found || strlen(m->target) < strlen(found->target)))
			found = m;
	}
	return found;
}

/* Whether the canonical `path` is `dir` or below it. */
static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && (dir[len - 1] == '/' || path[len] == '/' || !path[len]);
}

/* Finds the mount that a file of the device is on: the innermost directory, and there the last mount. */
static const struct mount *find_mount(const struct df *df, const char *path, dev_t device)
{
	const char *name = canonical_path(path, CANON_EXISTING, false);
	const struct mount *found = NULL;

	for (size_t i = 0; name && i < df->mounts_count; i++) {
		const struct mount *m = &df->mounts[i];

		if (m->device == device && is_below(name, m->target) &&
		    (!found || strlen(m->target) >= strlen(found->target)))
			found = m;
	}
	return found;
}

/* The directory that the file system of a file begins at, where no table tells. */
static const char *find_root(const char *path, const struct stat *file)
{
	char *name = canonical_path(path, CANON_EXISTING, false);
	struct stat st;

	while (name && name[1]) {
		char *above = path_dir(name);

		if (stat(above, &st) < 0 || st.st_dev != file->st_dev)
			break;
		name = above;
	}
	return name ? name : "-";
}

static void show_file(struct df *df, const char *file)
{
	struct mount unknown = { .source = "-", .type = "-" };
	const struct mount *m = NULL;
	struct stat st;

	if (stat(file, &st) < 0) {
		warn_errno("%s", quote_maybe(file));
		df->status = 1;
		return;
	}
	if (S_ISBLK(st.st_mode) || S_ISCHR(st.st_mode))
		m = find_device(df, file);
	if (m) {
		show(df, m, m->target, file);
		return;
	}
	m = find_mount(df, file, st.st_dev);
	if (!m)
		unknown.target = find_root(file, &st);
	show(df, m ? m : &unknown, file, file);
}

/* --- options ---------------------------------------------------------------------------------------------------- */

static void choose_format(struct df *df)
{
	const struct df_options *opt = df->opt;
	unsigned last = 0;

	if (df->portable)
		df->format.unit = getenv("POSIXLY_CORRECT") ? 512 : 1024;
	else
		block_size_default("DF_BLOCK_SIZE", &df->format);
	for (int i = 0; i < 2; i++) {
		const char *spec = i ? opt->B : opt->block_size;
		unsigned at = i ? opt->B_at : opt->block_size_at;
		enum num_error error = spec && at > last ? block_size_parse(spec, &df->format) : NUM_OK;

		if (error)
			die_option_number(error, i ? "-B" : "--block-size", spec);
		last = at > last ? at : last;
	}
	if (opt->human_readable > last || opt->si > last) {
		last = opt->human_readable > opt->si ? opt->human_readable : opt->si;
		df->format = opt->human_readable > opt->si ? size_human : size_si;
	}
	if (opt->k > last || opt->m > last)
		df->format = (struct size_format){ .unit = opt->k > opt->m ? 1024 : 1048576 };
}

static void check_options(const struct df_options *opt)
{
	bool clash = false;

	if (opt->output.count && (opt->inodes || opt->portability || opt->print_type))
		die_usage("options %s and %s are mutually exclusive",
			  opt->inodes        ? "-i"
			  : opt->portability ? "-P"
					     : "-T",
			  "--output");
	for (size_t i = opt->type.count + opt->F.count; i-- > 0;) {
		const char *type = i < opt->type.count ? opt->type.items[i].value
						       : opt->F.items[i - opt->type.count].value;

		if (in_list(&opt->exclude_type, type)) {
			warn("file system type %s both selected and excluded", quote(type));
			clash = true;
		}
	}
	if (clash)
		leave(1);
}

int df_main(struct df_options *opt, char **files)
{
	struct df df = { .opt = opt, .all = opt->all, .portable = opt->portability };
	struct mount sum = { .source = "total", .type = "-", .target = "-" };

	choose_format(&df);
	check_options(opt);
	choose_columns(&df);
	for (size_t i = 0; i < df.columns_count; i++)
		put_cell(&df, df.columns[i].title);
	df.mounts = mounts_read(&df.mounts_count);
	if (!df.mounts &&
	    (!*files || df.all || opt->local || opt->type.count || opt->F.count || opt->exclude_type.count))
		die_errno("%s", "cannot read table of mounted file systems");
	if (!df.mounts)
		warn_errno("%s", "Warning: cannot read table of mounted file systems");
	if (opt->sync > opt->no_sync)
		sync();
	if (*files)
		for (; *files; files++)
			show_file(&df, *files);
	else
		show_all(&df);
	if (!df.any) {
		if (df.status == 0)
			die("no file systems processed");
		return df.status;
	}
	if (opt->total) {
		df.sum.block_size = 1;
		if (!has_column(&df, SOURCE))
			sum.target = "total";
		put_line(&df, &sum, &df.sum, NULL);
	}
	print_table(&df);
	return df.status;
}
