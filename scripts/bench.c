/* bench.c - the measuring half of bench.sh, which describes it
 *
 * usage: bench BOX ROUNDS WORK-DIRECTORY [start-up]
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PEERS = 4, WORDS = 12, MOST_ROUNDS = 101 };

static const char *const peer_names[PEERS] = { "box", "busybox", "toybox", "gnu" };

/* A row: a command, how often it runs in one measurement, what to do after each run. */
struct row {
	const char *name;
	int repeat;
	const char *command[WORDS]; /* a leading @ stands for the work directory */
	const char *undo[WORDS];    /* run by the system's tools, outside the clock */
};

static const struct row rows[] = {
	{ "ls -la", 40, { "ls", "-la", "@/tree/d1" }, { 0 } },
	{ "ls -lR", 10, { "ls", "-lR", "@/tree" }, { 0 } },
	{ "sh -c :", 60, { "sh", "-c", ":" }, { 0 } },
	{ "echo", 60, { "echo", "hello" }, { 0 } },
	{ "cat", 5, { "cat", "@/text" }, { 0 } },
	{ "cat -n", 3, { "cat", "-n", "@/text" }, { 0 } },
	{ "head -n 300000", 5, { "head", "-n", "300000", "@/text" }, { 0 } },
	{ "wc", 3, { "wc", "@/text" }, { 0 } },
	{ "wc -l", 10, { "wc", "-l", "@/text" }, { 0 } },
	{ "stat", 20, { "stat", "-c", "%n %s %a", "@/text" }, { 0 } },
	{ "cp big", 3, { "cp", "@/text", "@/copy" }, { "rm", "-f", "@/copy" } },
	{ "cp -r", 2, { "cp", "-r", "@/tree", "@/copy" }, { "rm", "-rf", "@/copy" } },
	{ "chmod -R", 5, { "chmod", "-R", "u+w", "@/tree" }, { 0 } },
};

static const char *work;

static char *expand(const char *word)
{
	char *s;

	if (*word != '@')
		return strdup(word);
	if (asprintf(&s, "%s%s", work, word + 1) < 0)
		exit(1);
	return s;
}

/* Runs argv once with standard output to /dev/null; returns its status. */
static int run(const char *file, char **argv)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execvp(file, argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		exit(1);
	return status;
}

static double cpu(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e6 +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec);
}

static double wall(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_value);
	return v[n / 2];
}

static void words_of(char **argv, const char *const *words)
{
	int i = 0;

	for (; words[i]; i++)
		argv[i] = expand(words[i]);
	argv[i] = NULL;
}

/* Measures one row for every peer; prints microseconds for box and ratios for the others. */
static void measure(const struct row *row, char *files[PEERS], int rounds)
{
	static double times[PEERS][MOST_ROUNDS];
	char *command[WORDS], *undo[WORDS];
	int failed[PEERS] = { 0 };

	words_of(command, row->command);
	words_of(undo, row->undo);
	for (int r = 0; r < rounds; r++) {
		for (int p = 0; p < PEERS; p++) {
			char *argv[WORDS + 1];
			int n = 0;
			double sum = 0;

			if (p < 3)
				argv[n++] = files[p];
			for (int i = 0; command[i]; i++)
				argv[n++] = command[i];
			argv[n] = NULL;
			for (int k = 0; k < row->repeat && !failed[p]; k++) {
				double before = cpu();

				failed[p] = run(argv[0], argv) != 0;
				sum += cpu() - before;
				if (undo[0])
					run(undo[0], undo);
			}
			times[p][r] = sum / row->repeat;
		}
	}
	printf("%-16s", row->name);
	for (int p = 0; p < PEERS; p++) {
		if (failed[p])
			printf("%12s", "-");
		else if (p == 0)
			printf("%9.0f us", median(times[0], rounds));
		else
			printf("%12.2f", failed[0] ? 0 : median(times[p], rounds) / median(times[0], rounds));
	}
	putchar('\n');
	fflush(stdout);
}

/* Start-up: `true` by wall clock against the floor. */
static void startup(char *files[PEERS], int rounds)
{
	static double times[PEERS + 1][MOST_ROUNDS];
	static char name[] = "true";
	char *floor_file = expand("@/floor");

	for (int r = 0; r < rounds; r++) {
		for (int p = 0; p <= PEERS; p++) {
			char *argv[] = { p == PEERS ? floor_file
					 : p < 3    ? files[p]
						    : name,
					 p < 3 ? name : NULL, NULL };
			double before = wall();

			for (int k = 0; k < 100; k++)
				run(argv[0], argv);
			times[p][r] = (wall() - before) / 100;
		}
	}
	double floor_time = median(times[PEERS], rounds), box_time = median(times[0], rounds);

	printf("start-up of `true`, wall clock: floor %.0f us, box %.0f us: %.2f times the floor\n",
	       floor_time, box_time, box_time / floor_time);
	for (int p = 1; p < PEERS; p++)
		printf("  %s: %.2f times box\n", peer_names[p], median(times[p], rounds) / box_time);
}

int main(int argc, char **argv)
{
	char *files[PEERS] = { argv[1], strdup("busybox"), strdup("toybox"), NULL };
	int rounds = argc >= 4 ? atoi(argv[2]) : 0;
	int null = open("/dev/null", O_WRONLY), out = dup(1);

	if (rounds < 1 || rounds > MOST_ROUNDS || null < 0 || out < 0) {
		fputs("usage: bench BOX ROUNDS WORK-DIRECTORY\n", stderr);
		return 1;
	}
	work = argv[3];
	/* commands write to /dev/null; the table goes where standard output was */
	stdout = fdopen(out, "w");
	dup2(null, 1);
	fcntl(out, F_SETFD, FD_CLOEXEC);
	startup(files, rounds);
	if (argc == 5)
		return 0;
	printf("\n%-16s%12s", "cpu time", peer_names[0]);
	for (int p = 1; p < PEERS; p++)
		printf("%12s", peer_names[p]);
	putchar('\n');
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		measure(&rows[i], files, rounds);
	return 0;
}
