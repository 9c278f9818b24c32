// SPDX-License-Identifier: GPL-2.0-only
/*
 * sample DIR: write snapshots of invented traffic for other programs to read.
 *
 *	before		about 200 paths of all contexts, on a clock of 2.9952 GHz
 *	after		the same, and some more of it: paths, calls and losses
 *	other		another machine: other paths and times, at 2.4 GHz
 */
#include "../unit/test_tools_helper.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "file.h"

static const char *const functions[] = {
	"udp_sendmsg", "ip_make_skb", "udp_send_skb.isra.0", "ip_output",
	"nf_hook_slow", "nf_nat_inet_fn [nf_nat]", "ip_finish_output2",
	"__dev_queue_xmit", "start_xmit [virtio_net]", "virtqueue_add_outbuf",
	"napi_poll", "skb_clone", "dst_alloc", "kfree_skb_reason",
};

/* Knuth, MMIX; the same everywhere. */
static unsigned int draw(__u64 *seed, unsigned int below)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (*seed >> 33) % below;
}

/* From some ticks to minutes, and mostly in between. */
static __u64 draw_ticks(__u64 *seed)
{
	unsigned int bits = 6 + draw(seed, 12);

	if (!draw(seed, 200))
		bits = draw(seed, 39);
	return (1ULL << bits) + draw(seed, 1U << (bits < 15 ? bits : 15));
}

static void draw_path(__u64 *seed, char *path, size_t size)
{
	unsigned int depth = 1 + draw(seed, 5);
	size_t used = 0;

	while (depth--)
		used += snprintf(path + used, size - used, "%s%s",
				 used ? ";" : "",
				 functions[draw(seed, ARRAY_SIZE(functions))]);
}

static void add_calls(struct build *b, __u64 seed, unsigned int paths)
{
	unsigned int context, cpu, calls;
	char path[512];
	__u64 ticks;

	while (paths--) {
		draw_path(&seed, path, sizeof(path));
		context = draw(&seed, 3) ? FGAGG_CTX_TASK :
					   draw(&seed, FGAGG_CTX_NR);
		cpu = draw(&seed, 2);
		for (calls = 1 + draw(&seed, 60); calls--; ) {
			ticks = draw_ticks(&seed);
			build_call(b, cpu, context, path, ticks,
				   ticks - ticks / (1 + draw(&seed, 5)),
				   1 + draw(&seed, 4));
		}
	}
}

static void write_snapshot(const char *dir, const char *name, struct build *b)
{
	char path[PATH_MAX];
	size_t size;
	void *bytes;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	bytes = build_bytes(b, &size);
	assert_int_equal(fgagg_file_write(fd, bytes, size), 0);
	free(bytes);
	close(fd);
}

int main(int argc, char **argv)
{
	struct build b;

	if (argc != 2) {
		fputs("usage: sample DIR\n", stderr);
		return 2;
	}
	build_init(&b);
	b.stats = "hook: graph\n";
	b.head.clock_khz = 2995200;
	b.head.realtime_ns = 1700000000000000000;
	add_calls(&b, 1, 40);
	write_snapshot(argv[1], "before", &b);
	add_calls(&b, 1, 20);
	add_calls(&b, 2, 10);
	b.head.lost[FGAGG_LOST_POOL] = 7;
	b.head.entered += 7;
	b.head.realtime_ns += 60000000000;
	write_snapshot(argv[1], "after", &b);
	build_free(&b);

	build_init(&b);
	b.head.clock_khz = 2400000;
	b.head.lost[FGAGG_LOST_MISS] = 3;
	b.head.entered += 3;
	add_calls(&b, 3, 30);
	write_snapshot(argv[1], "other", &b);
	build_free(&b);
	return 0;
}
