/* tree - list directories as trees
 *
 * usage: tree [OPTION]... [DIRECTORY]...
 *
 *   -a                     all files, also those whose names begin with a dot
 *   -d                     directories only
 *   -l                     follow symbolic links to directories
 *   -f                     the whole path of each file
 *   -x                     stay on one file system
 *   -L LEVEL               only so many levels
 *   -R                     nothing; see -L
 *   -P PATTERN...          only files that match PATTERN
 *   -I PATTERN...          no files that match PATTERN
 *       --gitignore        leave out what .gitignore files say
 *       --gitfile=FILE...  and what FILE says
 *       --ignore-case      upper and lower case match each other
 *       --matchdirs        -P is for directories, too
 *       --metafirst        what is said of a file before the lines
 *       --prune            no empty directories
 *       --info             comments found in .info files
 *       --infofile=FILE...  and in FILE
 *       --noreport         no count at the end
 *       --charset=X        draw lines in the character set X
 *       --filelimit=NUM    do not enter directories with more than NUM entries
 *   -o FILE                write to FILE
 *
 *   -q                     ? for what does not print
 *   -N                     names as they are
 *   -Q                     names in double quotes
 *   -p                     type and permissions
 *   -u                     owner
 *   -g                     group
 *   -s                     size in bytes
 *   -h                     size with a unit
 *       --si               the same in powers of 1000
 *       --du               sizes of directories with all that is in them
 *   -D                     time of modification, or with -c of change
 *       --timefmt=FORMAT   times as date +FORMAT writes them
 *   -F                     a character after each name as ls -F
 *       --inodes           inode number
 *       --device           device number
 *
 *   -v                     sort by version
 *   -t                     sort by time of modification
 *   -c                     sort by time of change
 *   -U                     do not sort
 *   -r                     reverse order
 *       --dirsfirst        directories before files
 *       --filesfirst       files before directories
 *       --sort=KEY         sort by name, version, size, mtime or ctime
 *
 *   -i                     no lines
 *   -A                     lines of the DEC graphics set
 *   -S                     lines of code page 437
 *   -n                     no colors
 *   -C                     colors always
 *
 *   -X                     write XML
 *   -J                     write JSON
 *   -H BASEHREF            write HTML
 *   -T TITLE               its title
 *       --nolinks          without links
 *       --hintro=FILE      FILE in place of what comes before the tree
 *       --houtro=FILE      FILE in place of what comes after it
 *
 *       --fromfile         read paths from files, . is standard input
 *       --fflinks          those have links in them, as from tree -fi
 *
 * install: /usr/bin
 * options: manual
 * follows: tree(1) 2.1
 */
#include "tree.h"

static const struct tree_lines utf8_lines = { "", "", "│\302\240\302\240 ", "├── ", "└── ", "    " };
static const struct tree_lines ascii_lines = { "", "", "|   ", "|-- ", "`-- ", "    " };
static const struct tree_lines ibm437_lines = { "", "", "\263   ", "\303\304\304 ", "\300\304\304 ", "    " };
static const struct tree_lines dec_lines = { "\033(0", "\033(B", "x   ", "tqq ", "mqq ", "    " };

static void set_lines(struct tree_job *job)
{
	const char *charset = job->opt->charset ? job->opt->charset : getenv("TREE_CHARSET");

	bool utf8 = charset ? strcasecmp(charset, "UTF-8") == 0 || strcasecmp(charset, "utf8") == 0
			    : job->utf8;

	job->lines = utf8 ? utf8_lines : ascii_lines;
	if (job->opt->S || (charset && strcasecmp(charset, "IBM437") == 0))
		job->lines = ibm437_lines;
	if (job->opt->A)
		job->lines = dec_lines;
}

static void set_colors(struct tree_job *job)
{
	static const char defaults[] =
		"no=00:fi=00:di=01;34:ln=01;36:pi=40;33:so=01;35:bd=40;33;01:cd=40;33;01:or=40;31;01:ex=01;32:"
		"*.bat=01;32:*.btm=01;32:*.cmd=01;32:*.com=01;32:*.dll=01;32:*.exe=01;32:*.arj=01;31:*.bz2=01;31:"
		"*.deb=01;31:*.gz=01;31:*.lzh=01;31:*.rpm=01;31:*.tar=01;31:*.taz=01;31:*.tb2=01;31:*.tbz2=01;31:"
		"*.tbz=01;31:*.tgz=01;31:*.tz2=01;31:*.z=01;31:*.zip=01;31:*.zoo=01;31:*.asf=01;35:*.avi=01;35:"
		"*.bmp=01;35:*.flac=01;35:*.gif=01;35:*.jpg=01;35:*.jpeg=01;35:*.m2a=01;35:*.m2v=01;35:*.mov=01;35:"
		"*.mp3=01;35:*.mpeg=01;35:*.mpg=01;35:*.ogg=01;35:*.ppm=01;35:*.rm=01;35:*.tga=01;35:*.tif=01;35:"
		"*.wav=01;35:*.wmv=01;35:*.xbm=01;35:*.xpm=01;35";
	const char *spec = getenv("TREE_COLORS"), *force = getenv("CLICOLOR_FORCE");
	bool always = job->opt->C || (force && !job->opt->n);

	if (!spec)
		spec = getenv("LS_COLORS");
	if (!always && (job->opt->n || getenv("NO_COLOR") || !isatty(STDOUT_FILENO) ||
			((!spec || !*spec) && !getenv("CLICOLOR"))))
		return;
	/* what is not said has no color, other than with ls */
	job->colored = colors_read(
		&job->colors,
		arena_printf("fi=:di=:ln=:pi=:so=:do=:bd=:cd=:or=:ex=:su=:sg=:ca=:st=:ow=:tw=:mi=:mh=:%s",
			     spec && *spec ? spec : defaults));
}

static uintmax_t read_positive(const char *arg, const char *message)
{
	uintmax_t n;

	if (parse_uint(arg, NULL, &n) != NUM_OK || n == 0)
		die("%s", message);
	return n;
}

static void list_root(struct tree_job *job, const char *name, bool last)
{
	struct tree_node *root;
	const struct tree_rules *ignore = NULL, *infos = NULL;

	if (job->opt->fromfile) {
		root = tree_from_file(job, name);
	} else {
		for (size_t i = 0; i < job->opt->gitfile.count; i++)
			ignore = tree_read_rules(job->opt->gitfile.items[i].value, name, ignore, false);
		for (size_t i = 0; i < job->opt->infofile.count; i++)
			infos = tree_read_rules(job->opt->infofile.items[i].value, name, infos, true);
		root = tree_stat(name, name);
		if (root->missing || !root->directory) {
			root->error = "error opening dir";
			root->target = NULL;
			job->files += !root->missing;
			if (root->missing)
				job->status = 2;
		} else {
			tree_read(job, root, name, 1, root->st.st_dev, ignore, infos);
		}
	}
	if (job->opt->prune)
		tree_prune(job, root);
	if (job->opt->du)
		job->used += (uintmax_t)tree_sum(root);
	tree_sort(job, root);
	tree_put_root(job, root, last);
}

int tree_main(struct tree_options *opt, char **argv)
{
	char dot[] = ".", *here[] = { dot, NULL };
	struct tree_job job = { .opt = opt, .utf8 = locale_is_utf8(), .now = time(NULL) };
	char **roots = parse_options(this_applet(), opt, argv);

	if (opt->L)
		job.level = read_positive(opt->L, "Invalid level, must be greater than 0.");
	if (opt->filelimit)
		job.limit = read_positive(opt->filelimit, "--filelimit: the number must be greater than 0");
	job.format = opt->H_at ? TREE_HTML : opt->X ? TREE_XML : opt->J ? TREE_JSON : TREE_TEXT;
	job.key = tree_sort_key(opt);
	job.href = opt->H ? opt->H : "";
	job.human = opt->h || opt->si;
	job.sizes = opt->s || job.human || opt->du;
	job.times = opt->D || opt->timefmt;
	if (opt->o) {
		int fd = open_file(opt->o, O_WRONLY | O_CREAT | O_TRUNC, 0666);

		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
			die("invalid filename '%s'", opt->o);
	}
	set_lines(&job);
	set_colors(&job);
	tree_begin(&job);
	for (roots = *roots ? roots : here; *roots; roots++)
		list_root(&job, *roots, !roots[1]);
	tree_end(&job);
	return job.status;
}
