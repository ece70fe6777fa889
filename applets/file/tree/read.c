/* read.c - tree: reading directories, or lists of paths, and putting them in order */
#include <dirent.h>
#include "tree.h"
#include "vercmp.h"
#include "walk.h"

void tree_add_child(struct tree_node *node, struct tree_node *child)
{
	node->children = arena_reserve(node->children, node->count, &node->size, sizeof(*node->children));
	node->children[node->count++] = child;
}

struct tree_node *tree_stat(const char *path, const char *name)
{
	struct tree_node *node = arena_new(struct tree_node);
	struct stat st;
	bool root = path == name;

	node->name = arena_strdup(name);
	if (lstat(path, &node->st) < 0) {
		node->missing = true;
		return node;
	}
	node->directory = S_ISDIR(node->st.st_mode);
	if (!S_ISLNK(node->st.st_mode))
		return node;
	node->target = read_link(AT_FDCWD, path);
	if (stat(path, &st) == 0) {
		node->target_mode = st.st_mode;
		node->target_dev = st.st_dev;
		node->target_ino = st.st_ino;
		node->directory = S_ISDIR(st.st_mode);
	}
	if (root && node->directory)
		node->target = NULL;
	return node;
}

/* Whether a file is to be listed, for all that options say of its name and kind. */
static bool wanted(const struct tree_job *job, const struct tree_node *node, const char *path,
		   const struct tree_rules *ignore)
{
	const struct tree_options *opt = job->opt;

	if (node->missing)
		return false;
	if (opt->d && !node->directory)
		return false;
	if (opt->I.count > 0 && tree_listed(&opt->I, job, node))
		return false;
	if (ignore && tree_ignored(job, ignore, path, node->directory))
		return false;
	if (opt->P.count == 0 || S_ISDIR(node->st.st_mode))
		return true;
	return tree_listed(&opt->P, job, node);
}

/* Remembers a directory; returns whether it was there before. */
static bool visit(struct tree_job *job, dev_t dev, ino_t ino)
{
	const struct {
		dev_t dev;
		ino_t ino;
	} key = { dev, ino };

	if (strmap_get(&job->seen, &key, sizeof(key)))
		return true;
	strmap_set(&job->seen, &key, sizeof(key), "");
	return false;
}

/* Reads the names in a directory. Returns how many, or -1 with errno set. */
static ptrdiff_t read_names(const struct tree_job *job, const char *path, char ***names)
{
	int fd = open_file(path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0);
	char buf[16384] __attribute__((aligned(8)));
	size_t count = 0, size = 0;
	ssize_t n;

	*names = NULL;
	if (fd < 0)
		return -1;
	while ((n = dir_read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct dir_record *r = (const struct dir_record *)(const void *)(buf + at);

			at += r->size;
			if (is_dot_or_dotdot(r->name) || (r->name[0] == '.' && !job->opt->a))
				continue;
			*names = arena_reserve(*names, count, &size, sizeof(**names));
			(*names)[count++] = arena_strdup(r->name);
		}
	close_file(fd);
	return n < 0 ? -1 : (ptrdiff_t)count;
}

/* Whether what is in a directory is to be read. */
static bool enters(struct tree_job *job, struct tree_node *node, uintmax_t depth, dev_t device)
{
	bool link = S_ISLNK(node->st.st_mode);

	if (!node->directory || (link && !job->opt->l))
		return false;
	if (job->level && depth >= job->level)
		return false;
	if (job->opt->x && (link ? node->target_dev : node->st.st_dev) != device)
		return false;
	if (job->opt->l && visit(job, link ? node->target_dev : node->st.st_dev,
				 link ? node->target_ino : node->st.st_ino)) {
		node->error = "recursive, not followed";
		return false;
	}
	return true;
}

enum tree_key tree_sort_key(const struct tree_options *opt)
{
	static const char *const names[] = { "name", "version", "size", "mtime", "ctime", NULL };

	unsigned last = opt->v > opt->t ? opt->v : opt->t;

	last = opt->c > last ? opt->c : last;
	if (opt->sort_at > last)
		return (enum tree_key)choose(names, NULL, opt->sort, "--sort");
	return last == 0        ? TREE_BY_NAME
	       : last == opt->v ? TREE_BY_VERSION
	       : last == opt->t ? TREE_BY_MTIME
				: TREE_BY_CTIME;
}

static int compare_times(struct timespec a, struct timespec b)
{
	return a.tv_sec < b.tv_sec ? -1 : a.tv_sec > b.tv_sec;
}

static int compare_nodes(const void *x, const void *y, void *context)
{
	const struct tree_job *job = context;
	const struct tree_node *a = *(struct tree_node *const *)x, *b = *(struct tree_node *const *)y;
	int order = 0;

	if ((job->opt->dirsfirst || job->opt->filesfirst) && a->directory != b->directory)
		return a->directory == (job->opt->dirsfirst > job->opt->filesfirst) ? -1 : 1;
	switch (job->key) {
	case TREE_BY_VERSION:
		order = version_compare(a->name, strlen(a->name), b->name, strlen(b->name));
		break;
	case TREE_BY_SIZE:
		order = a->st.st_size > b->st.st_size ? -1 : a->st.st_size < b->st.st_size;
		break;
	case TREE_BY_MTIME:
		order = compare_times(a->st.st_mtim, b->st.st_mtim);
		break;
	case TREE_BY_CTIME:
		order = compare_times(a->st.st_ctim, b->st.st_ctim);
		break;
	case TREE_BY_NAME:
		break;
	}
	if (order == 0)
		order = strcmp(a->name, b->name);
	return job->opt->r ? -order : order;
}

static void sort_children(const struct tree_job *job, struct tree_node *node)
{
	if (!job->opt->U && node->count > 1)
		qsort_r(node->children, node->count, sizeof(*node->children), compare_nodes,
			(void *)(uintptr_t)job);
}

void tree_sort(const struct tree_job *job, struct tree_node *node)
{
	sort_children(job, node);
	for (size_t i = 0; i < node->count; i++)
		tree_sort(job, node->children[i]);
}

static void read_children(struct tree_job *job, struct tree_node *node, const char *path, uintmax_t depth,
			  dev_t device, const struct tree_rules *ignore, const struct tree_rules *infos)
{
	const struct tree_options *opt = job->opt;
	char **names;
	ptrdiff_t count = read_names(job, path, &names);

	node->read = true;
	if (count < 0) {
		node->error = "error opening dir";
		job->status = 2;
		return;
	}
	if (opt->gitignore)
		ignore = tree_read_rules(path_join(path, ".gitignore"), path, ignore, false);
	if (opt->info)
		infos = tree_read_rules(path_join(path, ".info"), path, infos, true);
	for (ptrdiff_t i = 0; i < count; i++) {
		const char *below = arena_printf("%s/%s", path, names[i]);
		struct tree_node *child = tree_stat(below, names[i]);

		if (!wanted(job, child, below, ignore))
			continue;
		child->comment = infos ? tree_comment(job, infos, below) : NULL;
		tree_add_child(node, child);
	}
	sort_children(job, node);
	if (job->limit && node->count > job->limit) {
		node->error = arena_printf("%zu entries exceeds filelimit, not opening dir", node->count);
		node->count = 0;
		return;
	}
	for (size_t i = 0; i < node->count; i++) {
		struct tree_node *child = node->children[i];

		if (enters(job, child, depth, device))
			read_children(job, child, arena_printf("%s/%s", path, child->name), depth + 1, device,
				      ignore, infos);
	}
}

void tree_read(struct tree_job *job, struct tree_node *node, const char *path, uintmax_t depth, dev_t device,
	       const struct tree_rules *ignore, const struct tree_rules *infos)
{
	if (job->opt->l)
		visit(job, node->st.st_dev, node->st.st_ino);
	read_children(job, node, path, depth, device, ignore, infos);
}

bool tree_prune(const struct tree_job *job, struct tree_node *node)
{
	size_t kept = 0;

	for (size_t i = 0; i < node->count; i++) {
		struct tree_node *child = node->children[i];
		bool keeps = tree_prune(job, child) || !child->directory ||
			     (job->opt->matchdirs && tree_listed(&job->opt->P, job, child));

		if (keeps)
			node->children[kept++] = child;
	}
	node->count = kept;
	return kept > 0;
}

off_t tree_sum(struct tree_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		node->st.st_size += tree_sum(node->children[i]);
	return node->st.st_size;
}

/* Finds or makes the child of that name. */
static struct tree_node *child_called(struct tree_node *node, const char *name)
{
	struct tree_node *child;

	for (size_t i = 0; i < node->count; i++)
		if (strcmp(node->children[i]->name, name) == 0)
			return node->children[i];
	child = arena_new(struct tree_node);
	child->name = arena_strdup(name);
	child->st.st_mode = S_IFREG;
	tree_add_child(node, child);
	return child;
}

static void add_path(struct tree_job *job, struct tree_node *node, char *path)
{
	char *arrow = job->opt->fflinks ? strstr(path, " -> ") : NULL;

	if (arrow)
		*arrow = 0;
	for (char *part = strtok_r(path, "/", &path); part; part = strtok_r(NULL, "/", &path)) {
		if (strcmp(part, ".") == 0)
			continue;
		if (!node->directory) {
			node->directory = node->read = true;
			node->st.st_mode = S_IFDIR;
		}
		node = child_called(node, part);
	}
	if (arrow && !node->target) {
		node->target = arena_strdup(arrow + 4);
		node->st.st_mode = S_IFLNK;
		node->count = 0;
	}
}

/* Takes out what the options do not want, and what is too deep. */
static void filter(struct tree_job *job, struct tree_node *node, uintmax_t depth)
{
	size_t kept = 0;

	for (size_t i = 0; i < node->count; i++) {
		struct tree_node *child = node->children[i];

		if ((child->name[0] == '.' && !job->opt->a) || !wanted(job, child, child->name, NULL))
			continue;
		node->children[kept++] = child;
		if (job->level && depth >= job->level)
			child->count = 0;
		filter(job, child, depth + 1);
	}
	node->count = kept;
}

struct tree_node *tree_from_file(struct tree_job *job, const char *name)
{
	struct tree_node *root = arena_new(struct tree_node);
	bool is_stdin = strcmp(name, ".") == 0 || strcmp(name, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open_input(name);
	struct reader r = { 0 };
	char *line;
	size_t len;

	root->name = arena_strdup(name);
	root->directory = root->read = true;
	root->st.st_mode = S_IFDIR;
	if (fd < 0) {
		warn("Error opening %s for reading.", name);
		root->error = "error opening dir";
		job->status = 2;
		return root;
	}
	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n'))) {
		len -= line[len - 1] == '\n';
		while (len > 0 && line[len - 1] == '\r')
			len--;
		if (len > 0)
			add_path(job, root, arena_memdup(line, len));
	}
	close_file(fd);
	filter(job, root, 1);
	return root;
}
