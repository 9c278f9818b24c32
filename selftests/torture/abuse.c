// SPDX-License-Identifier: GPL-2.0-only
/*
 * abuse DIR SEED COUNT SECONDS: do COUNT things to the files in DIR, by several
 * threads at once, or as many as can be done in SECONDS, 0 for no limit: write what
 * is right, what is nearly right, and garbage; read in pieces, from anywhere, into
 * memory that is not there; seek, map, poll, and what else a file may be asked for.
 * Nothing but the kernel's well-being is judged.
 *
 * Prints how many of each kind were done, and how many of them failed, and last how
 * many there were; and before that, after each 10,000, how many are left.
 */
#include <ctype.h>
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define THREADS		8
#define MAX_FILES	32
#define MAX_DATA	(80 << 10)	/* more than any file takes */

/* What a file takes, or nearly. */
static const char * const words[] = {
	"0", "1", "2", "4", "7", "16", "17", "100", "4096", "4194304",
	"18446744073709551616", "-1", "0-1", "1,0", "wall", "cpu", "split",
	"inline", "auto", "tsc", "local_clock", "graph", "direct", "probe",
	"tracee_leaf", "tracee_tree", "tracee_t*", "tracee_branch,tracee_twig",
	"!tracee_leaf", "udp_sendmsg", "ip_rcv", "@xfrm", "@nosuch",
	"tracee_tree:mod:fgagg_tracee", "tracee_leaf [fgagg_tracee]", "tracee_?",
	"", "\n", " ", "\t,", ":mod:", "[", "!", "@", "\xff\xfe",
};

static char *files[MAX_FILES];
static unsigned int nr_files;
static atomic_long left;
static unsigned int seed;

struct thread {
	pthread_t id;
	unsigned int number;
	uint64_t state;			/* of the generator */
	int fd[4];			/* kept open for a while */
	char data[MAX_DATA];
};

static struct thread threads[THREADS];

/* xorshift64*, Vigna 2016, doi:10.1145/2845077 */
static unsigned int draw(struct thread *thread, unsigned int below)
{
	thread->state ^= thread->state >> 12;
	thread->state ^= thread->state << 25;
	thread->state ^= thread->state >> 27;
	return (thread->state * 0x2545f4914f6cdd1dull >> 32) % below;
}

static size_t add_word(struct thread *thread, size_t size)
{
	const char *word = words[draw(thread, sizeof(words) / sizeof(*words))];
	size_t n = strlen(word);

	if (size + n + 1 > MAX_DATA)
		return size;
	memcpy(thread->data + size, word, n);
	size += n;
	if (!draw(thread, 3))
		thread->data[size++] = " ,\n\t"[draw(thread, 4)];
	return size;
}

static size_t mutate(struct thread *thread, size_t size)
{
	size_t at = size ? draw(thread, size) : 0;

	switch (draw(thread, 6)) {
	case 0:			/* a byte is another */
		if (size)
			thread->data[at] = draw(thread, 256);
		break;
	case 1:			/* a bit is flipped */
		if (size)
			thread->data[at] ^= 1 << draw(thread, 8);
		break;
	case 2:			/* the end is missing */
		size = at;
		break;
	case 3:			/* a byte more */
		if (size < MAX_DATA) {
			memmove(thread->data + at + 1, thread->data + at,
				size - at);
			thread->data[at] = draw(thread, 256);
			size++;
		}
		break;
	case 4:			/* twice, many times */
		for (; size && size * 2 <= MAX_DATA && draw(thread, 4); size *= 2)
			memcpy(thread->data + size, thread->data, size);
		break;
	case 5:			/* garbage */
		size = draw(thread, 200);
		for (at = 0; at < size; at++)
			thread->data[at] = draw(thread, 256);
		break;
	}
	return size;
}

/* A wildcard for most of the kernel's functions would take minutes each time. */
static void keep_narrow(struct thread *thread, size_t size)
{
	size_t i, letters = 0;

	for (i = 0; i < size; i++) {
		unsigned char c = thread->data[i];

		if (c == '*' && letters < 5)
			thread->data[i] = 'x';
		letters = isalnum(c) || c == '_' ? letters + 1 : 0;
	}
}

static size_t make_data(struct thread *thread)
{
	size_t size = 0;
	int i;

	for (i = draw(thread, 3); i >= 0; i--)
		size = add_word(thread, size);
	while (!draw(thread, 2))
		size = mutate(thread, size);
	keep_narrow(thread, size);
	return size;
}

static bool do_write(struct thread *thread, int fd)
{
	size_t size = make_data(thread);

	return write(fd, thread->data, size) >= 0;
}

static bool do_writev(struct thread *thread, int fd)
{
	size_t size = make_data(thread), half = size / 2;
	const struct iovec iov[] = {
		{ thread->data, half },
		{ thread->data + half, size - half },
	};

	return writev(fd, iov, 2) >= 0;
}

static bool do_pwrite(struct thread *thread, int fd)
{
	size_t size = make_data(thread);

	return pwrite(fd, thread->data, size, draw(thread, 10000)) >= 0;
}

static bool do_bad_write(struct thread *thread, int fd)
{
	return write(fd, (void *)16, draw(thread, 5000)) >= 0;
}

static bool do_read(struct thread *thread, int fd)
{
	return read(fd, thread->data, draw(thread, MAX_DATA)) >= 0;
}

static bool do_read_bytes(struct thread *thread, int fd)
{
	int i;

	for (i = 0; i < 20; i++)
		if (read(fd, thread->data, draw(thread, 3)) < 0)
			return false;
	return true;
}

static bool do_pread(struct thread *thread, int fd)
{
	off_t at = draw(thread, 1 << 20) - 1000;

	if (!draw(thread, 10))
		at = LLONG_MAX - draw(thread, 100);
	return pread(fd, thread->data, draw(thread, 10000), at) >= 0;
}

static bool do_bad_read(struct thread *thread, int fd)
{
	return read(fd, (void *)16, draw(thread, 5000)) >= 0;
}

static bool do_read_all(struct thread *thread, int fd)
{
	ssize_t n;
	int i;

	for (i = 0; i < 100; i++) {
		n = read(fd, thread->data, MAX_DATA);
		if (n <= 0)
			return !n;
	}
	return true;
}

static bool do_seek(struct thread *thread, int fd)
{
	static const int whence[] = { SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA, 77 };

	return lseek(fd, (off_t)draw(thread, 100000) - 50000,
		     whence[draw(thread, 5)]) >= 0;
}

static bool do_map(struct thread *thread, int fd)
{
	void *map = mmap(NULL, 4096, draw(thread, 2) ? PROT_READ : PROT_WRITE,
			 draw(thread, 2) ? MAP_SHARED : MAP_PRIVATE, fd, 0);

	if (map == MAP_FAILED)
		return false;
	munmap(map, 4096);
	return true;
}

static bool do_poll(struct thread *thread, int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = draw(thread, 64) };

	return poll(&poll_fd, 1, 0) >= 0;
}

static bool do_ioctl(struct thread *thread, int fd)
{
	return ioctl(fd, draw(thread, UINT_MAX), thread->data) >= 0;
}

static bool do_truncate(struct thread *thread, int fd)
{
	return !ftruncate(fd, draw(thread, 1000));
}

static bool do_sendfile(struct thread *thread, int fd)
{
	int null = open("/dev/null", O_WRONLY);
	bool ok = sendfile(null, fd, NULL, draw(thread, 100000)) >= 0;

	close(null);
	return ok;
}

static const struct action {
	const char *name;
	bool (*act)(struct thread *thread, int fd);
	unsigned int weight;
} actions[] = {
	{ "write", do_write, 30 },
	{ "writev", do_writev, 3 },
	{ "pwrite", do_pwrite, 3 },
	{ "write from nowhere", do_bad_write, 2 },
	{ "read", do_read, 15 },
	{ "read bytes", do_read_bytes, 5 },
	{ "pread", do_pread, 10 },
	{ "read to nowhere", do_bad_read, 2 },
	{ "read all", do_read_all, 5 },
	{ "seek", do_seek, 15 },
	{ "map", do_map, 3 },
	{ "poll", do_poll, 2 },
	{ "ioctl", do_ioctl, 2 },
	{ "truncate", do_truncate, 2 },
	{ "sendfile", do_sendfile, 1 },
};

#define NR_ACTIONS	(sizeof(actions) / sizeof(*actions))

static atomic_long done[NR_ACTIONS], failed[NR_ACTIONS];

static unsigned int choose_action(struct thread *thread)
{
	unsigned int sum = 0, i, at;

	for (i = 0; i < NR_ACTIONS; i++)
		sum += actions[i].weight;
	at = draw(thread, sum);
	for (i = 0; at >= actions[i].weight; i++)
		at -= actions[i].weight;
	return i;
}

/* What changes hooks takes seconds on a debug kernel, so that is done less often. */
static const char *choose_name(struct thread *thread)
{
	static const char * const slow[] = { "enable", "functions", "roots" };
	const char *name = files[draw(thread, nr_files)];
	unsigned int i;

	for (i = 0; i < sizeof(slow) / sizeof(*slow); i++)
		if (!strcmp(name, slow[i]) && draw(thread, 32))
			return files[draw(thread, nr_files)];
	return name;
}

/* Some files are open for long and used by many operations, some for one. */
static int choose_file(struct thread *thread)
{
	static const int flags[] = {
		O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY | O_NONBLOCK,
		O_WRONLY | O_TRUNC, O_WRONLY | O_APPEND, O_PATH,
	};
	int *fd = &thread->fd[draw(thread, 4)];

	if (*fd >= 0 && draw(thread, 4))
		return *fd;
	if (*fd >= 0)
		close(*fd);
	*fd = open(choose_name(thread),
		   flags[draw(thread, sizeof(flags) / sizeof(*flags))]);
	return *fd;
}

static void *run(void *arg)
{
	struct thread *thread = arg;
	unsigned int i;
	long rest;

	thread->state = ((uint64_t)seed << 32 | thread->number) + 1;
	for (i = 0; i < 4; i++)
		thread->fd[i] = -1;
	while ((rest = atomic_fetch_sub(&left, 1)) > 0) {
		int fd = choose_file(thread);

		if (rest % 10000 == 0)
			fprintf(stderr, "# %ld left\n", rest);
		i = choose_action(thread);
		atomic_fetch_add(&done[i], 1);
		if (!actions[i].act(thread, fd))
			atomic_fetch_add(&failed[i], 1);
	}
	return NULL;
}

static void end(int signal)
{
	left = 0;
}

static void find_files(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir || chdir(path))
		err(1, "%s", path);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.' && nr_files < MAX_FILES)
			files[nr_files++] = strdup(entry->d_name);
	closedir(dir);
}

int main(int argc, char **argv)
{
	long total = 0;
	unsigned int i;

	if (argc != 5)
		errx(2, "usage: abuse DIR SEED COUNT SECONDS");
	find_files(argv[1]);
	seed = strtoul(argv[2], NULL, 0);
	left = strtol(argv[3], NULL, 0);
	signal(SIGALRM, end);
	alarm(strtoul(argv[4], NULL, 0));
	for (i = 0; i < THREADS; i++) {
		threads[i].number = i;
		if (pthread_create(&threads[i].id, NULL, run, &threads[i]))
			errx(1, "no thread %u", i);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i].id, NULL);
	for (i = 0; i < NR_ACTIONS; i++) {
		printf("%s: %ld done, %ld of them failed\n", actions[i].name,
		       done[i], failed[i]);
		total += done[i];
	}
	printf("%ld operations\n", total);
	return 0;
}
