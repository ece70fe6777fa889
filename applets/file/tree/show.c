/* show.c - tree: writing trees as text, JSON, XML and HTML */
#include "json.h"
#include "tree.h"

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "link";
	case S_IFCHR:
		return "char";
	case S_IFBLK:
		return "block";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFREG:
		return "file";
	}
	return "unknown";
}

static void put_html_text(const char *s)
{
	for (; *s; s++)
		if (*s == '<')
			out_str("&lt;");
		else if (*s == '>')
			out_str("&gt;");
		else if (*s == '&')
			out_str("&amp;");
		else if (*s == '"')
			out_str("&quot;");
		else
			out_char(*s);
}

static void put_url(const char *s)
{
	for (; *s; s++)
		if (strchr("-_.~/", *s) || (*s >= '0' && *s <= '9') || ((*s | 32) >= 'a' && (*s | 32) <= 'z'))
			out_char(*s);
		else
			out_fmt("%%%02X", (unsigned char)*s);
}

/* Writes a name for people: what does not print is told by an escape or as ?. */
static void put_name(const struct tree_job *job, const char *s)
{
	const struct tree_options *opt = job->opt;
	size_t len = strlen(s);

	if (opt->Q)
		out_char('"');
	while (len > 0) {
		uint32_t cp = (unsigned char)*s;
		int n = job->utf8 ? utf8_decode(s, len, &cp) : 1;
		bool prints = n > 0 && (job->utf8 ? char_printable(cp) : cp >= ' ' && cp < 0x7f);
		const char *letter = cp < 0x80 ? strchr("a\ab\bf\fn\nr\rt\tv\v", (int)cp) : NULL;

		n = n > 0 ? n : 1;
		if (opt->N || (prints && !(opt->Q && (cp == '"' || cp == '\\')) &&
			       (job->utf8 || opt->Q || (cp != ' ' && cp != '\\'))))
			out_mem(s, (size_t)n);
		else if (prints)
			out_fmt("\\%c", (int)cp);
		else if (!job->utf8 && cp && letter)
			out_fmt("\\%c", letter[-1]);
		else if (opt->q)
			out_char('?');
		else
			for (int i = 0; i < n; i++)
				out_fmt("\\%03o", (unsigned char)s[i]);
		s += n;
		len -= (size_t)n;
	}
	if (opt->Q)
		out_char('"');
}

/* Returns a size: in bytes, or as -h wants it, with one decimal below ten. */
static const char *size_text(const struct tree_job *job, off_t size, bool padded)
{
	const char *units = job->opt->si ? "kMGTPE" : "KMGTPE";
	double base = job->opt->si ? 1000 : 1024, n = (double)size;
	int unit = -1;

	if (!job->human)
		return arena_printf(padded ? "%11jd" : "%jd", (intmax_t)size);
	for (; n >= base; n /= base)
		unit++;
	if (unit < 0)
		return arena_printf(padded ? "%4jd" : "%jd", (intmax_t)size);
	return arena_printf(padded ? "%3.*f%c" : "%.*f%c", n < 10, n, units[unit]);
}

static const char *time_text(struct tree_job *job, const struct tree_node *node)
{
	struct timespec ts = job->opt->c ? node->st.st_ctim : node->st.st_mtim;
	time_t half_year = 6 * 31 * 24 * 60 * 60;
	struct buf b = { 0 };
	struct tm tm;

	buf_str(&b, "");
	if (time_split(&job->zone, ts.tv_sec, &tm))
		time_format(&b,
			    job->opt->timefmt                                          ? job->opt->timefmt
			    : ts.tv_sec > job->now || ts.tv_sec + half_year < job->now ? "%b %e  %Y"
										       : "%b %e %H:%M",
			    &tm, &ts);
	return b.data;
}

static const char *owner_text(struct tree_job *job, const struct tree_node *node, bool group)
{
	const char *name = group ? group_name(&job->users, node->st.st_gid)
				 : user_name(&job->users, node->st.st_uid);

	return name ? name : arena_printf("%u", group ? node->st.st_gid : node->st.st_uid);
}

static char *mode_text(mode_t mode, char text[12])
{
	mode_string(mode, text);
	text[10] = 0;
	return text;
}

/* Writes what the options want to be said of a file, in brackets. */
static void put_meta(struct tree_job *job, const struct tree_node *node)
{
	const struct tree_options *opt = job->opt;
	struct buf b = { 0 };
	char mode[12];

	if (opt->inodes)
		buf_fmt(&b, " %7ju", (uintmax_t)node->st.st_ino);
	if (opt->device)
		buf_fmt(&b, " %3ju", (uintmax_t)node->st.st_dev);
	if (opt->p)
		buf_fmt(&b, " %s", mode_text(node->st.st_mode, mode));
	if (opt->u)
		buf_fmt(&b, " %-8.32s", owner_text(job, node, false));
	if (opt->g)
		buf_fmt(&b, " %-8.32s", owner_text(job, node, true));
	if (job->sizes)
		buf_fmt(&b, " %s", size_text(job, node->st.st_size, true));
	if (job->times)
		buf_fmt(&b, " %s", time_text(job, node));
	if (b.len > 0)
		out_fmt("[%s]  ", b.data + 1);
}

/* Returns the color of a file, or of what a link leads to. */
static const struct color *color_of(const struct tree_job *job, const char *name, mode_t mode, bool orphan)
{
	const struct colors *c = &job->colors;
	const struct color *suffix;
	enum color_kind kind;

	if (orphan && (c->kinds[COLOR_ORPHAN].len > 0 || c->link_as_target))
		return &c->kinds[COLOR_ORPHAN];
	kind = color_of_mode(c, mode, 1, false);
	if (kind == COLOR_FILE && (suffix = color_of_suffix(c, name, strlen(name))))
		return suffix;
	return &c->kinds[kind];
}

static void put_colored(const struct tree_job *job, const char *shown, const char *name, mode_t mode,
			bool orphan)
{
	const struct color *color = job->colored ? color_of(job, name, mode, orphan) : NULL;

	if (!color || !color->text || color->len == 0) {
		put_name(job, shown);
		return;
	}
	out_fmt("\033[%.*sm", (int)color->len, color->text);
	put_name(job, shown);
	out_str("\033[0m");
}

static char classify(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return '/';
	case S_IFSOCK:
		return '=';
	case S_IFIFO:
		return '|';
	case S_IFREG:
		return mode & 0111 ? '*' : 0;
	}
	return 0;
}

static void put_class(const struct tree_job *job, mode_t mode)
{
	char c = job->opt->F && !job->opt->d ? classify(mode) : 0;

	if (c)
		out_char(c);
}

/* Writes the name, the link's target, and why nothing is below. */
static void put_text(struct tree_job *job, const struct tree_node *node, const char *path)
{
	bool link = S_ISLNK(node->st.st_mode);

	put_colored(job, job->opt->f ? path : node->name, node->name,
		    link && job->colors.link_as_target ? node->target_mode : node->st.st_mode,
		    link && node->target_mode == 0);
	if (node->target) {
		out_str(" -> ");
		put_colored(job, node->target, node->target, node->target_mode ? node->target_mode : S_IFREG,
			    false);
		put_class(job, node->target_mode);
	} else {
		put_class(job, node->st.st_mode);
	}
	if (node->error)
		out_fmt("  [%s]", node->error);
	out_char('\n');
}

static void put_html_node(const struct tree_job *job, const struct tree_node *node, const char *path)
{
	const char *shown = job->opt->f ? path : node->name, *below = strchr(path, '/');
	bool directory = node->directory;

	if (job->opt->nolinks) {
		put_html_text(shown);
	} else {
		out_str("<a href=\"");
		put_html_text(job->href);
		put_url(below ? below : "");
		out_str(directory ? "/\">" : "\">");
		put_html_text(below ? shown : job->href);
		out_str("</a>");
	}
	if (node->target) {
		out_str(" -> ");
		put_html_text(node->target);
	}
	if (node->error)
		out_fmt("  [%s]", node->error);
	out_str("<br>\n");
}

static void put_line(struct tree_job *job, const struct tree_node *node, const char *path, const char *branch)
{
	bool lines = !job->opt->i && (branch || job->indent.len > 0);

	if (job->format == TREE_HTML)
		out_char('\t');
	if (job->opt->metafirst)
		put_meta(job, node);
	if (lines && branch)
		out_fmt("%s%.*s%s%s", job->lines.begin, (int)job->indent.len,
			job->indent.data ? job->indent.data : "", branch, job->lines.end);
	if (!job->opt->metafirst)
		put_meta(job, node);
	if (job->format == TREE_HTML)
		put_html_node(job, node, path);
	else
		put_text(job, node, path);
}

/* Writes the comment of a file under its line, each of its lines behind a part of a brace. */
static void put_comment(const struct tree_job *job, const char *comment)
{
	size_t lines = mem_count(comment, '\n', strlen(comment)) + 1;

	for (size_t i = 0; i < lines; i++) {
		size_t len = strcspn(comment, "\n");
		const char *brace = lines == 1 || !job->utf8 ? "{"
				    : i == 0                 ? "⎧"
				    : i + 1 == lines         ? "⎩"
				    : i == lines / 2         ? "⎨"
							     : "⎪";

		if (!job->opt->i)
			out_fmt("%s%.*s%s", job->lines.begin, (int)job->indent.len,
				job->indent.data ? job->indent.data : "", job->lines.end);
		out_fmt(" %s %.*s\n", brace, (int)len, comment);
		comment += len + (comment[len] == '\n');
	}
}

static void count_node(struct tree_job *job, const struct tree_node *node)
{
	if (node->directory)
		job->directories++;
	else
		job->files++;
}

/* Whether what is below is deeper than -L allows. */
static bool too_deep(const struct tree_job *job, uintmax_t depth)
{
	return job->level && depth > job->level;
}

static void put_below(struct tree_job *job, const struct tree_node *node, const char *path, uintmax_t depth)
{
	for (size_t i = 0; i < node->count && !too_deep(job, depth) && !out_failed(); i++) {
		const struct tree_node *child = node->children[i];
		const char *below = arena_printf("%s/%s", path, child->name);
		bool last = i + 1 == node->count;
		size_t indent = job->indent.len;

		put_line(job, child, below, last ? job->lines.last : job->lines.branch);
		count_node(job, child);
		buf_str(&job->indent, last ? job->lines.blank : job->lines.vertical);
		if (child->comment)
			put_comment(job, child->comment);
		put_below(job, child, below, depth + 1);
		buf_cut(&job->indent, indent);
	}
}

/* Writes the attributes that the options want: `, "key": value` or ` key="value"`. */
static void put_attributes(struct tree_job *job, const struct tree_node *node)
{
	const struct tree_options *opt = job->opt;
	bool json = job->format == TREE_JSON;
	const char *text = json ? ",\"%s\":\"%s\"" : " %s=\"%s\"",
		   *number = json ? ",\"%s\":%s" : " %s=\"%s\"";
	char mode[12];

	if (opt->inodes)
		out_fmt(number, "inode", arena_printf("%ju", (uintmax_t)node->st.st_ino));
	if (opt->device)
		out_fmt(number, "dev", arena_printf("%ju", (uintmax_t)node->st.st_dev));
	if (opt->p) {
		out_fmt(text, "mode", arena_printf("%04o", node->st.st_mode & 07777));
		out_fmt(text, "prot", mode_text(node->st.st_mode, mode));
	}
	if (opt->u)
		out_fmt(text, "user", owner_text(job, node, false));
	if (opt->g)
		out_fmt(text, "group", owner_text(job, node, true));
	if (job->sizes)
		out_fmt(job->human ? text : number, "size", size_text(job, node->st.st_size, false));
	if (job->times)
		out_fmt(text, "time", time_text(job, node));
}

static void put_newline(const struct tree_job *job)
{
	if (!job->opt->i)
		out_char('\n');
}

static void put_margin(const struct tree_job *job, uintmax_t depth)
{
	if (!job->opt->i)
		out_fill(' ', 2 * (size_t)depth);
}

static void put_json(struct tree_job *job, const struct tree_node *node, const char *path, uintmax_t depth)
{
	bool below = node->count > 0 && !too_deep(job, depth);

	put_margin(job, depth);
	out_fmt("{\"type\":\"%s\",\"name\":\"", type_name(node->st.st_mode));
	out_json(job->opt->f ? path : node->name);
	out_char('"');
	if (node->target) {
		out_str(",\"target\":\"");
		out_json(node->target);
		out_char('"');
	}
	put_attributes(job, node);
	if (node->error)
		out_fmt(",\"contents\":[{\"error\": \"%s\"}]", node->error);
	if (below) {
		out_str(",\"contents\":[");
		put_newline(job);
		for (size_t i = 0; i < node->count; i++) {
			const struct tree_node *child = node->children[i];

			count_node(job, child);
			put_json(job, child, arena_printf("%s/%s", path, child->name), depth + 1);
			if (i + 1 < node->count)
				out_char(',');
			put_newline(job);
		}
		put_margin(job, depth);
		out_char(']');
	}
	out_char('}');
}

static void put_xml(struct tree_job *job, const struct tree_node *node, const char *path, uintmax_t depth)
{
	const char *type = type_name(node->st.st_mode);

	put_margin(job, depth);
	out_fmt("<%s name=\"", type);
	put_html_text(job->opt->f ? path : node->name);
	out_char('"');
	if (node->target) {
		out_str(" target=\"");
		put_html_text(node->target);
		out_char('"');
	}
	put_attributes(job, node);
	out_char('>');
	if (node->error)
		out_fmt("<error>%s</error>", node->error);
	if ((node->count > 0 && !too_deep(job, depth)) || (depth == 1 && node->read)) {
		put_newline(job);
		for (size_t i = 0; i < node->count; i++) {
			const struct tree_node *child = node->children[i];

			count_node(job, child);
			put_xml(job, child, arena_printf("%s/%s", path, child->name), depth + 1);
		}
		put_margin(job, depth);
	}
	out_fmt("</%s>", type);
	put_newline(job);
}

void tree_put_root(struct tree_job *job, const struct tree_node *root, bool last)
{
	if (root->count > 0 || (root->error && root->read))
		job->directories++;
	switch (job->format) {
	case TREE_JSON:
		put_json(job, root, root->name, 1);
		if (!last)
			out_char(',');
		put_newline(job);
		break;
	case TREE_XML:
		put_xml(job, root, root->name, 1);
		break;
	default:
		put_line(job, root, root->name, NULL);
		put_below(job, root, root->name, 1);
	}
}

static void put_file(const char *name)
{
	int fd = open_input(name);
	size_t len;
	char *text;

	if (fd < 0 || !(text = read_file(fd, &len)))
		die("cannot open %s", name);
	out_mem(text, len);
	close_file(fd);
}

void tree_begin(struct tree_job *job)
{
	const char *title = job->opt->T ? job->opt->T : "Directory Tree";
	const char *charset = job->utf8 ? "UTF-8" : job->opt->charset ? job->opt->charset : "US-ASCII";

	if (job->format == TREE_JSON) {
		out_char('[');
		put_newline(job);
	} else if (job->format == TREE_XML) {
		out_fmt("<?xml version=\"1.0\" encoding=\"%s\"?>", charset);
		put_newline(job);
		out_str("<tree>");
		put_newline(job);
	} else if (job->format == TREE_HTML && job->opt->hintro) {
		put_file(job->opt->hintro);
	} else if (job->format == TREE_HTML) {
		out_fmt("<!DOCTYPE html>\n<html>\n<head>\n <meta http-equiv=\"Content-Type\" content=\"text/html; "
			"charset=%s\">\n <meta name=\"GENERATOR\" content=\"tree (box)\">\n <title>",
			charset);
		put_html_text(title);
		out_str("</title>\n <style type=\"text/css\">\n  BODY { font-family: monospace; }\n"
			"  A { text-decoration: none; }\n  A:hover { text-decoration: underline; }\n </style>\n"
			"</head>\n<body>\n\t<h1>");
		put_html_text(title);
		out_str("</h1><p>\n");
	}
}

static void put_count(uintmax_t n, const char *one, const char *more)
{
	out_fmt("%ju %s", n, n == 1 ? one : more);
}

static void put_report(struct tree_job *job)
{
	bool files = !job->opt->d;

	if (job->format == TREE_JSON) {
		out_char(',');
		put_newline(job);
		put_margin(job, 1);
		out_str("{\"type\":\"report\"");
		if (job->opt->du)
			out_fmt(",\"size\":%ju", job->used);
		out_fmt(",\"directories\":%ju", job->directories);
		if (files)
			out_fmt(",\"files\":%ju", job->files);
		out_char('}');
		return;
	}
	if (job->format == TREE_XML) {
		const char *newline = job->opt->i ? "" : "\n", *margin = job->opt->i ? "" : "  ";

		out_fmt("%s<report>%s", margin, newline);
		if (job->opt->du)
			out_fmt("%s%s<size>%ju</size>%s", margin, margin, job->used, newline);
		out_fmt("%s%s<directories>%ju</directories>%s", margin, margin, job->directories, newline);
		if (files)
			out_fmt("%s%s<files>%ju</files>%s", margin, margin, job->files, newline);
		out_fmt("%s</report>%s", margin, newline);
		return;
	}
	if (job->format == TREE_HTML)
		out_str("<br><br><p>\n");
	out_char('\n');
	if (job->opt->du)
		out_fmt(job->human ? "%s used in " : "%s bytes used in ",
			size_text(job, (off_t)job->used, true));
	put_count(job->directories, "directory", "directories");
	if (files) {
		out_str(", ");
		put_count(job->files, "file", "files");
	}
	out_char('\n');
	if (job->format == TREE_HTML)
		out_str("\n</p>\n");
}

void tree_end(struct tree_job *job)
{
	if (!job->opt->noreport)
		put_report(job);
	if (job->format == TREE_JSON) {
		put_newline(job);
		out_str("]\n");
	} else if (job->format == TREE_XML) {
		out_str("</tree>\n");
	} else if (job->format == TREE_HTML && job->opt->houtro) {
		put_file(job->opt->houtro);
	} else if (job->format == TREE_HTML) {
		out_str("</body>\n</html>\n");
	}
}
