// SPDX-License-Identifier: BSD-2-Clause
/*
 * A Kafka cluster of one broker, which librdkafka mocks; for recipes.bats.
 *
 * Usage: kafka_mock
 * Prints HOST:PORT of the broker, and runs until it is killed.
 */
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	char why[256];
	rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof(why));
	rd_kafka_mock_cluster_t *cluster = rk ? rd_kafka_mock_cluster_new(rk, 1) : NULL;

	if (!cluster) {
		fprintf(stderr, "kafka_mock: %s\n", rk ? "no cluster" : why);
		return 1;
	}
	puts(rd_kafka_mock_cluster_bootstraps(cluster));
	fflush(stdout);
	for (;;)
		pause();
}
