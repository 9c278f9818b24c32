// SPDX-License-Identifier: GPL-2.0-only
/*
 * traffic: sends exactly as many datagrams or writes as it is told, each by one
 * call of send(), so that kernel functions can be counted against the number.
 *
 *	traffic udp-send [-a FD] [-b SOURCE] [-g USEC] [-s SEGMENT]
 *			 ADDRESS PORT COUNT SIZE
 *	traffic udp-receive [-a FD] PORT COUNT
 *	traffic udp-ping [-g USEC] ADDRESS PORT COUNT SIZE
 *	traffic udp-echo PORT COUNT
 *	traffic tcp-send [-g USEC] ADDRESS PORT COUNT SIZE
 *	traffic tcp-receive PORT
 *
 *	-a	no more than WINDOW datagrams are on their way: the receiver writes
 *		a byte to FD for each that has come, and the sender reads it
 *	-b	address to send from
 *	-g	pause after each, of TCP until the kernel has sent all of it, so that
 *		no write shares a segment with the next
 *	-s	the kernel cuts each datagram into segments of this size
 *
 * The receiving commands print "ready" as soon as the other side may start, and
 * at the end what came: "DATAGRAMS BYTES", or for TCP the bytes alone.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define TIMEOUT_SECONDS	60
#define MAX_SIZE	65507	/* of a UDP datagram's payload */
#define WINDOW		8

/* What the command line says. */
static struct {
	int ack_fd;
	struct in_addr source;
	struct sockaddr_in peer;
	long gap_us;
	int segment;
	long count;
	long size;
} opt = { .ack_fd = -1 };

static char buffer[MAX_SIZE];

static long parse_number(const char *what, const char *text, long min, long max)
{
	char *end;
	long value;

	errno = 0;
	value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < min || value > max)
		errx(2, "%s is a number from %ld to %ld, not '%s'", what, min,
		     max, text);
	return value;
}

static struct in_addr parse_address(const char *text)
{
	struct in_addr addr;

	if (inet_pton(AF_INET, text, &addr) != 1)
		errx(2, "'%s' is not an IPv4 address", text);
	return addr;
}

static int open_socket(int type, struct in_addr addr, int port)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_SECONDS };
	const struct sockaddr_in local = {
		.sin_family = AF_INET,
		.sin_addr = addr,
		.sin_port = htons(port),
	};
	const int room = 16 << 20, one = 1;
	int fd = socket(AF_INET, type, 0);

	if (fd < 0)
		err(1, "socket");
	/* A datagram that finds no room would be lost. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)))
		err(1, "setsockopt");
	if (bind(fd, (const void *)&local, sizeof(local)))
		err(1, "bind to port %d", port);
	return fd;
}

static int open_sender(int type)
{
	int fd = open_socket(type, opt.source, 0);

	if (connect(fd, (const void *)&opt.peer, sizeof(opt.peer)))
		err(1, "connect");
	return fd;
}

static int open_receiver(int type)
{
	int fd = open_socket(type, (struct in_addr){ INADDR_ANY },
			     ntohs(opt.peer.sin_port));

	if (type == SOCK_STREAM && listen(fd, 1))
		err(1, "listen");
	puts("ready");
	fflush(stdout);
	return fd;
}

static void send_one(int fd)
{
	ssize_t n = send(fd, buffer, opt.size, 0);

	if (n < 0)
		err(1, "send");
	if (n != opt.size)
		errx(1, "only %zd of %ld bytes were sent", n, opt.size);
}

static long receive_one(int fd)
{
	ssize_t n = recv(fd, buffer, sizeof(buffer), 0);

	if (n < 0)
		err(1, "recv");
	return n;
}

static void pause_between(void)
{
	const struct timespec gap = {
		.tv_sec = opt.gap_us / 1000000,
		.tv_nsec = opt.gap_us % 1000000 * 1000,
	};

	if (opt.gap_us)
		nanosleep(&gap, NULL);
}

/* As many as the kernel makes of one call of send(). */
static long datagrams_of_send(void)
{
	return opt.segment ? (opt.size + opt.segment - 1) / opt.segment : 1;
}

static void write_ack(void)
{
	if (opt.ack_fd >= 0 && write(opt.ack_fd, "", 1) != 1)
		err(1, "write to descriptor %d", opt.ack_fd);
}

static void read_acks(long sends)
{
	struct pollfd poll_fd = { .fd = opt.ack_fd, .events = POLLIN };
	long n = opt.ack_fd < 0 ? 0 : sends * datagrams_of_send();
	char byte;

	for (; n; n--) {
		if (poll(&poll_fd, 1, TIMEOUT_SECONDS * 1000) != 1)
			errx(1, "a datagram was lost: %ld are missing", n);
		if (read(opt.ack_fd, &byte, 1) != 1)
			err(1, "read from descriptor %d", opt.ack_fd);
	}
}

static void udp_send(void)
{
	int fd = open_sender(SOCK_DGRAM);
	long i;

	if (opt.segment && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT,
				      &opt.segment, sizeof(opt.segment)))
		err(1, "UDP_SEGMENT");
	for (i = 0; i < opt.count; i++) {
		if (i >= WINDOW)
			read_acks(1);
		send_one(fd);
		pause_between();
	}
	read_acks(i < WINDOW ? i : WINDOW);
}

static void udp_receive(void)
{
	int fd = open_receiver(SOCK_DGRAM);
	long i, bytes = 0;

	for (i = 0; i < opt.count; i++) {
		bytes += receive_one(fd);
		write_ack();
	}
	printf("%ld %ld\n", i, bytes);
}

static void udp_ping(void)
{
	int fd = open_sender(SOCK_DGRAM);
	long i, n;

	for (i = 0; i < opt.count; i++) {
		send_one(fd);
		n = receive_one(fd);
		if (n != opt.size)
			errx(1, "%ld bytes came back of %ld", n, opt.size);
		pause_between();
	}
}

static void udp_echo(void)
{
	int fd = open_receiver(SOCK_DGRAM);
	struct sockaddr_in from;
	long i, bytes = 0;
	socklen_t len;
	ssize_t n;

	for (i = 0; i < opt.count; i++) {
		len = sizeof(from);
		n = recvfrom(fd, buffer, sizeof(buffer), 0, (void *)&from, &len);
		if (n < 0)
			err(1, "recvfrom");
		if (sendto(fd, buffer, n, 0, (void *)&from, len) != n)
			err(1, "sendto");
		bytes += n;
	}
	printf("%ld %ld\n", i, bytes);
}

static int unsent_bytes(int fd)
{
	int bytes;

	if (ioctl(fd, SIOCOUTQNSD, &bytes))
		err(1, "SIOCOUTQNSD");
	return bytes;
}

static void tcp_send(void)
{
	int fd = open_sender(SOCK_STREAM);
	const int one = 1;
	long i;

	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)))
		err(1, "TCP_NODELAY");
	for (i = 0; i < opt.count; i++) {
		send_one(fd);
		do
			pause_between();
		while (opt.gap_us && unsent_bytes(fd));
	}
	/* Until the other side has read all and closes. */
	if (shutdown(fd, SHUT_WR))
		err(1, "shutdown");
	if (receive_one(fd))
		errx(1, "the other side has sent something");
}

static void tcp_receive(void)
{
	int fd = open_receiver(SOCK_STREAM);
	long n, bytes = 0;

	fd = accept(fd, NULL, NULL);
	if (fd < 0)
		err(1, "accept");
	while ((n = receive_one(fd)))
		bytes += n;
	printf("%ld\n", bytes);
}

static const struct command {
	const char *name;
	void (*run)(void);
	const char *args;	/* what they are, by their first letters */
} commands[] = {
	{ "udp-send", udp_send, "apcs" },
	{ "udp-receive", udp_receive, "pc" },
	{ "udp-ping", udp_ping, "apcs" },
	{ "udp-echo", udp_echo, "pc" },
	{ "tcp-send", tcp_send, "apcs" },
	{ "tcp-receive", tcp_receive, "p" },
	{ NULL }
};

static void parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "+a:b:g:s:")) != -1) {
		switch (c) {
		case 'a':
			opt.ack_fd = parse_number("descriptor", optarg, 0,
						  INT_MAX);
			break;
		case 'b':
			opt.source = parse_address(optarg);
			break;
		case 'g':
			opt.gap_us = parse_number("gap", optarg, 0, 1000000);
			break;
		case 's':
			opt.segment = parse_number("segment", optarg, 1, 65535);
			break;
		default:
			exit(2);
		}
	}
}

static void parse_args(const char *args, char **argv)
{
	opt.peer.sin_family = AF_INET;
	for (; *args; args++, argv++) {
		if (*args == 'a')
			opt.peer.sin_addr = parse_address(*argv);
		else if (*args == 'p')
			opt.peer.sin_port = htons(parse_number("port", *argv, 1, 65535));
		else if (*args == 'c')
			opt.count = parse_number("count", *argv, 1, INT_MAX);
		else
			opt.size = parse_number("size", *argv, 1, MAX_SIZE);
	}
}

int main(int argc, char **argv)
{
	const struct command *command = commands;

	if (argc < 2)
		errx(2, "no command: see traffic.c");
	while (command->name && strcmp(command->name, argv[1]))
		command++;
	if (!command->name)
		errx(2, "no command '%s': see traffic.c", argv[1]);
	parse_options(--argc, ++argv);
	if ((size_t)(argc - optind) != strlen(command->args))
		errx(2, "%s needs %zu arguments after its options: see traffic.c",
		     command->name, strlen(command->args));
	parse_args(command->args, argv + optind);
	command->run();
	return 0;
}
